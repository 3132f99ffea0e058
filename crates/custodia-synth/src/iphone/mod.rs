//! A seized iPhone: the same timeline as everywhere, written as WhatsApp on iOS keeps it.
//!
//! Facts about tables, codes and paths: public readers, the same as the examiner's. What iOS does not store (when a message
//! arrived, when somebody entered a group but by the event itself, that a text was edited) is not in the truth either.

pub mod backup;
mod blobs;
mod calls;
mod contacts;
mod core_data;
mod events;
mod media;
mod messages;
pub mod paths;
mod plist;
mod settings;
mod storage;
#[cfg(test)]
pub mod tests;
mod ties;

use std::borrow::Cow;
use std::path::Path;

use crate::error::SynthError;
use crate::pack::Entry;
use crate::phone::{Facts, View, open, take, wal};
use crate::world::{Schema, World};

/// The files of an iPhone, pictures aside.
pub fn write(
    world: &World,
    index: usize,
    view: &View,
    scratch: &Path,
    facts: &mut Facts,
) -> Result<Vec<Entry<'static>>, SynthError> {
    let device = &world.devices[index];
    let container = paths::container(world, device);
    let seized = device.seized;
    let mut entries = Vec::new();
    let mut put = |path: String, bytes: Vec<u8>, modified: u64| {
        entries.push(Entry { path, modified, bytes: Cow::Owned(bytes) });
    };
    let path = scratch.join(format!("{index}-ChatStorage.sqlite"));
    let storage = open(&path)?;
    storage::write(world, index, view, &storage, facts)?;
    if device.wal {
        let log = wal::read_settled(&path, world.seed, index as u64)?;
        put(format!("{container}/ChatStorage.sqlite-wal"), log, seized - 5_000);
    }
    // The log has been read: closing would move it into the database.
    put(
        format!("{container}/ChatStorage.sqlite"),
        std::fs::read(&path).map_err(crate::error::at(&path))?,
        seized - 60_000,
    );
    drop(storage);
    std::fs::remove_file(&path).map_err(crate::error::at(&path))?;

    let mut database = |name: &str, fill: &mut dyn FnMut(&rusqlite::Connection) -> Result<(), SynthError>, age: u64| {
        let path = scratch.join(format!("{index}-{name}"));
        fill(&open(&path)?)?;
        put(format!("{container}/{name}"), take(&path)?, seized - age);
        Ok::<(), SynthError>(())
    };
    if device.schema >= Schema::Of2023 {
        database("LID.sqlite", &mut |db| ties::write(world, index, db, facts), 70_000)?;
    }
    database("CallHistory.sqlite", &mut |db| calls::write(world, index, db, facts), 80_000)?;
    database("ContactsV2.sqlite", &mut |db| contacts::write(world, index, db, facts), 90_000)?;
    if device.sim {
        let path = scratch.join(format!("{index}-CellularUsage.db"));
        settings::cards(world, index, &open(&path)?, facts)?;
        put(paths::CARDS.into(), take(&path)?, seized - 8_640_000_000);
    }
    settings::write(world, index, facts, &mut put);
    Ok(entries)
}
