//! Invents harmless operations with known truth. Knows the model alone.
//!
//! One timeline of invented people in invented groups is played once; each seized phone then shows what its owner
//! could have seen of it. Because the phones are cut from one timeline, the truth about all of them together is known.
//! Same scale and seed give the same bytes, whatever the number of threads.

mod bench;
mod clock;
mod error;
mod iphone;
mod lists;
mod nations;
mod pack;
mod phone;
mod picture;
mod rng;
pub mod rows;
mod truth;
mod words;
mod world;

use std::fmt;
use std::fs;
use std::path::Path;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

pub use bench::{generate_msgstore, generate_tree};
pub use error::SynthError;

use error::at;
use phone::Facts;
use world::World;

/// How large an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// 4 phones, 600 messages: for tests.
    Tiny,
    /// 12 phones, 10,000 messages: every feature, a few seconds.
    Small,
    /// 300 phones, 25 groups, 8,000 accounts, 360,000 shares: the size of Operation Tantalio as reported.
    Tantalio,
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Scale::Tiny => "tiny",
            Scale::Small => "small",
            Scale::Tantalio => "tantalio",
        })
    }
}

impl FromStr for Scale {
    type Err = String;

    fn from_str(text: &str) -> Result<Scale, String> {
        [Scale::Tiny, Scale::Small, Scale::Tantalio]
            .into_iter()
            .find(|scale| scale.to_string() == text)
            .ok_or_else(|| format!("no scale is called {text}; there are tiny, small and tantalio"))
    }
}

/// What to invent.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How large.
    pub scale: Scale,
    /// What all chance hangs on.
    pub seed: u64,
    /// Phones written at the same time; at least one.
    pub threads: usize,
}

/// What was invented.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Phones.
    pub devices: u64,
    /// Live messages over all phones and chats.
    pub device_rows: u64,
    /// Messages deleted from a phone's database.
    pub deleted: u64,
    /// Live messages that stand in a write-ahead log alone.
    pub in_log: u64,
    /// Shared pictures on phones, copies counted.
    pub media_files: u64,
    /// Bytes of the packed phones.
    pub evidence_bytes: u64,
    /// Rows of each kind in `truth.json`.
    pub truth: Vec<(&'static str, u64)>,
}

const README: &str = "\
Everything in this folder is invented by a program, for testing.

No person, number, group or message is real. Names come from word lists, numbers from ranges that nobody has,
pictures are coloured shapes with a serial number. The lists of \"known material\" name such pictures and random
numbers, nothing else.

exhibits.csv   the phones, where and when each was \"seized\"
devices/       the phones
known/         hash lists (benign-md5.txt: harmless files)
truth.json     what the phones can show
";

/// Writes an operation into `dir`, which must not exist yet or be empty. `progress` hears phones done and to do.
pub fn generate(dir: &Path, options: &Options, progress: &dyn Fn(u64, u64)) -> Result<Summary, SynthError> {
    fs::create_dir_all(dir).map_err(at(dir))?;
    if fs::read_dir(dir).map_err(at(dir))?.next().is_some() {
        return Err(SynthError::NotEmpty(dir.to_owned()));
    }
    let world = World::new(options.scale, options.seed, options.threads);
    let facts = devices(dir, &world, options.threads, progress)?;
    lists::write(&dir.join("known"), &world)?;
    let csv = dir.join("exhibits.csv");
    fs::write(&csv, exhibits(&world)).map_err(at(&csv))?;
    let readme = dir.join("README.txt");
    fs::write(&readme, README).map_err(at(&readme))?;
    let sum = |of: fn(&Facts) -> u64| facts.iter().map(of).sum();
    Ok(Summary {
        devices: facts.len() as u64,
        device_rows: sum(|facts| facts.rows),
        deleted: sum(|facts| facts.deleted),
        in_log: sum(|facts| facts.in_log),
        media_files: sum(|facts| facts.media_files),
        evidence_bytes: sum(|facts| facts.bytes),
        truth: truth::write(&dir.join("truth.json"), &world, options.scale, &facts)?,
    })
}

/// Writes all phones. Workers take the next one each; what they note is put back into the order of the devices.
fn devices(dir: &Path, world: &World, threads: usize, progress: &dyn Fn(u64, u64)) -> Result<Vec<Facts>, SynthError> {
    let (folder, scratch) = (dir.join("devices"), dir.join(".scratch"));
    for path in [&folder, &scratch] {
        fs::create_dir_all(path).map_err(at(path))?;
    }
    let total = world.devices.len();
    let next = AtomicUsize::new(0);
    let mut all: Vec<Option<Facts>> = (0..total).map(|_| None).collect();
    std::thread::scope(|scope| {
        let (send, receive) = mpsc::channel();
        for _ in 0..threads.clamp(1, total.max(1)) {
            let (send, next, folder, scratch) = (send.clone(), &next, &folder, &scratch);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= total || send.send((index, phone::write(world, index, folder, scratch))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        for (done, (index, facts)) in receive.into_iter().enumerate() {
            all[index] = Some(facts?);
            progress(done as u64 + 1, total as u64);
        }
        Ok::<(), SynthError>(())
    })?;
    fs::remove_dir_all(&scratch).map_err(at(&scratch))?;
    all.into_iter().collect::<Option<Vec<Facts>>>().ok_or(SynthError::Worker)
}

/// `exhibits.csv`: no value holds a comma or a quote.
fn exhibits(world: &World) -> String {
    let mut rows: Vec<String> = world
        .devices
        .iter()
        .map(|device| {
            let nation = &nations::NATIONS[device.seized_in];
            let path = format!("devices/{}{}", device.label, pack::suffix(device.packing));
            let seized = clock::iso(device.seized, nation.offset(device.seized));
            format!(
                "{},{path},{seized},{},{}/INVENTED/2017/{:04}\n",
                device.label,
                nation.code,
                nation.code,
                device.owner + 1
            )
        })
        .collect();
    rows.sort();
    format!("label,path,seized_at,country_of_seizure,authority_ref\n{}", rows.concat())
}

#[cfg(test)]
mod tests;
