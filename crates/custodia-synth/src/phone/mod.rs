//! A seized phone: what its owner saw, written as the app writes it, packed as an examiner receives it.

pub mod calls;
mod contacts;
mod facts;
mod identities;
mod java;
mod legacy;
mod modern;
mod modern_details;
mod modern_events;
pub mod notes;
mod settings;
mod system;
pub mod view;
pub mod wal;

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use rusqlite::Connection;

use crate::error::{SynthError, at};
use crate::iphone::{self, backup, paths};
use crate::pack::{self, Entry};
use crate::picture::png;
use crate::rng::{For, Rng};
use crate::world::{Account, DAY, Packing, Schema, World};

pub use facts::{Facts, Setting, Turn};
pub use modern::SCHEMA as MODERN_SCHEMA;
pub use view::View;
pub use view::{key, named, partner};

/// Schema of `wa.db`.
pub const WA_SCHEMA: &str = include_str!("../schema/wa.sql");

/// Writes phone `index` into `folder`, with `scratch` for its databases while they grow.
pub fn write(world: &World, index: usize, folder: &Path, scratch: &Path) -> Result<Facts, SynthError> {
    let device = &world.devices[index];
    let view = View::of(world, index);
    let mut facts = Facts::default();
    let owner = Account { person: device.owner, form: world.people[device.owner as usize].phone_at(device.seized) };
    facts.accounts.insert(owner);
    notes::view(world, device, &view, &mut facts);
    let mut entries = match device.iphone {
        true => iphone::write(world, index, &view, scratch, &mut facts)?,
        false => android(world, index, &view, scratch, &mut facts)?,
    };
    for held in &view.held {
        let picture = &world.pictures[held.picture as usize];
        facts.files.insert(held.picture);
        entries.push(Entry { path: held.path.clone(), modified: held.at, bytes: Cow::Borrowed(&picture.bytes) });
    }
    camera(world, index, &mut entries);
    facts.media_files = (view.held.len()) as u64;
    if device.iphone {
        entries.iter_mut().for_each(|entry| entry.path.insert_str(0, paths::root(device)));
    }
    if device.packing == Packing::Backup {
        entries = backup::lay_out(world, index, entries, scratch)?;
    }
    let target = folder.join(format!("{}{}", device.label, pack::suffix(device.packing)));
    facts.bytes = pack::write(&target, device.packing, entries)?;
    Ok(facts)
}

/// The files of an Android phone, pictures aside.
fn android(
    world: &World,
    index: usize,
    view: &View,
    scratch: &Path,
    facts: &mut Facts,
) -> Result<Vec<Entry<'static>>, SynthError> {
    let device = &world.devices[index];
    let msgstore = scratch.join(format!("{index}-msgstore.db"));
    let connection = open(&msgstore)?;
    let wal = match device.schema {
        Schema::Legacy => legacy::write(world, index, view, &connection, facts)?,
        _ => modern::write(world, index, view, &connection, facts)?,
    };
    let mut entries = Vec::new();
    let base = format!("data/data/{}", device.package());
    let mut put = |path: String, bytes: Vec<u8>, modified: u64| {
        entries.push(Entry { path, modified, bytes: Cow::Owned(bytes) });
    };
    let seized = device.seized;
    if wal {
        let log = wal::read_settled(&msgstore, world.seed, index as u64)?;
        put(format!("{base}/databases/msgstore.db-wal"), log, seized - 5_000);
    }
    put(format!("{base}/databases/msgstore.db"), fs::read(&msgstore).map_err(at(&msgstore))?, seized - 60_000);
    drop(connection);
    fs::remove_file(&msgstore).map_err(at(&msgstore))?;
    let axolotl = scratch.join(format!("{index}-axolotl.db"));
    if device.identities {
        identities::write(world, index, &open(&axolotl)?, facts)?;
        put(format!("{base}/databases/axolotl.db"), take(&axolotl)?, seized - 80_000);
    }
    let wa = scratch.join(format!("{index}-wa.db"));
    contacts::write(world, index, view, &open(&wa)?, facts)?;
    put(format!("{base}/databases/wa.db"), take(&wa)?, seized - 90_000);
    if device.sim {
        let telephony = scratch.join(format!("{index}-telephony.db"));
        system::telephony(world, index, &open(&telephony)?, facts)?;
        put(system::TELEPHONY.into(), take(&telephony)?, seized - 100 * DAY);
    }
    if device.properties {
        system::properties(world, index, facts, &mut put);
    }
    settings::write(world, index, &mut put);
    Ok(entries)
}

/// A fresh database that is quick to fill: nobody needs it if we stop half-way.
pub fn open(path: &Path) -> Result<Connection, SynthError> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA secure_delete = OFF;
         PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Reads a database that is written and removes it.
pub fn take(path: &Path) -> Result<Vec<u8>, SynthError> {
    let bytes = fs::read(path).map_err(at(path))?;
    fs::remove_file(path).map_err(at(path))?;
    Ok(bytes)
}

/// Pictures of the phone's own camera: nobody else has them.
fn camera(world: &World, index: usize, entries: &mut Vec<Entry<'_>>) {
    let device = &world.devices[index];
    let mut rng = Rng::new(world.seed, For::Phone, index as u64, 1);
    for number in 0..rng.range(3, 7) {
        let taken = crate::world::START + rng.below(device.seized - crate::world::START);
        let nation = &crate::nations::NATIONS[world.people[device.owner as usize].nation];
        let name = crate::clock::civil(taken, nation.offset(taken)).strftime("%Y%m%d_%H%M%S").to_string();
        let serial = 1_000_000 + index as u64 * 10 + number;
        let path = match device.iphone {
            true => format!("{}/IMG_{:04}.png", paths::CAMERA, number + 1),
            false => format!("data/media/0/DCIM/Camera/IMG_{name}_{number}.png"),
        };
        entries.push(Entry { path, modified: taken, bytes: Cow::Owned(png(world.seed, serial, 128)) });
    }
}
