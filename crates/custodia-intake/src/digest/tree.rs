//! The digests of every file below a folder: what `custodia hash` prints.

use std::cell::{Cell, RefCell};
use std::io;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use custodia_model::Digests;

use super::{Feed, Lanes, Queue, Turn};
use crate::progress::Progress;
use crate::sources::folder::{self, FolderOpener, Listed};
use crate::sources::in_place::{self, Unchanging};
use crate::sources::{Body, read_full};

/// One name below a folder.
#[derive(Debug)]
pub struct Hashed {
    /// Path below the folder, made text as everywhere in the house; parts joined by `/`.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// Digests, or why there are none: not a regular file, not readable, or changed while it was read.
    pub digests: io::Result<Digests>,
}

/// Digests every regular file below a folder, or one file, and lists what is no file. Sorted by path, whatever the
/// number of threads. An error means that the folder itself cannot be read.
pub fn tree(root: &Path, threads: usize, progress: &dyn Progress) -> io::Result<Vec<Hashed>> {
    if !root.metadata()?.is_dir() {
        let file = in_place::open_file(root)?;
        progress.total(1, file.size());
        let mut reading = Some(Reading { file, turn: Turn { index: 0, large: true, alone: true }, size: 0 });
        let mut hashed = Vec::new();
        Lanes::new().run(
            || reading.take(),
            |reading, digests| {
                progress.add(1, reading.size);
                let path = folder::file_name(root);
                hashed.push(Hashed { path, size: reading.size, digests: settled(digests, reading) });
            },
        );
        return Ok(hashed);
    }
    let listing = folder::list(root)?;
    let opener = FolderOpener::new(root)?;
    progress.total(listing.files.len() as u64, listing.files.iter().map(|file| file.size).fold(0, u64::saturating_add));
    let results = all(&listing.files, &opener, threads.max(1), progress);
    let mut hashed: Vec<Hashed> = listing
        .files
        .into_iter()
        .zip(results)
        .map(|(file, (_, size, digests))| Hashed { path: file.name, size, digests })
        .collect();
    hashed.extend(listing.others.into_iter().map(|(path, warning)| Hashed {
        path,
        size: 0,
        digests: Err(io::Error::other(warning.says.to_string())),
    }));
    hashed.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(hashed)
}

type Outcome = (usize, u64, io::Result<Digests>);

fn all(files: &[Listed], opener: &FolderOpener, threads: usize, progress: &dyn Progress) -> Vec<Outcome> {
    let sizes: Vec<u64> = files.iter().map(|file| file.size).collect();
    let queue = Queue::new(&sizes, threads);
    let results = Mutex::new(Vec::with_capacity(files.len()));
    let work = || {
        let large = Cell::new(0);
        let own = RefCell::new(Vec::new());
        let next = || {
            loop {
                let turn = queue.next(large.get())?;
                let file = &files[turn.index];
                match opener.open(&file.below) {
                    Ok(file) => {
                        large.set(large.get() + usize::from(turn.large));
                        return Some(Reading { file, turn, size: 0 });
                    }
                    Err(error) => {
                        progress.add(1, file.size);
                        own.borrow_mut().push((turn.index, file.size, Err(error)));
                    }
                }
            }
        };
        Lanes::new().run(next, |reading, digests| {
            progress.add(1, reading.size);
            large.set(large.get() - usize::from(reading.turn.large));
            own.borrow_mut().push((reading.turn.index, reading.size, settled(digests, reading)));
        });
        // A thread that panicked has poisoned nothing we need; its panic is passed on below.
        results.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).extend(own.into_inner());
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        work();
        for other in others {
            other.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
    });
    let mut results = results.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    results.sort_unstable_by_key(|(index, ..)| *index);
    results
}

/// A file that changed while it was read has no digests: nobody could find them again.
fn settled(digests: io::Result<Digests>, mut reading: Reading) -> io::Result<Digests> {
    let digests = digests?;
    match reading.file.at_end() {
        Some(warning) => Err(io::Error::other(warning.says.to_string())),
        None => Ok(digests),
    }
}

struct Reading {
    file: Unchanging,
    turn: Turn,
    size: u64,
}

impl Feed for Reading {
    fn fill(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = read_full(&mut self.file, into)?;
        self.size = self.size.saturating_add(n as u64);
        Ok(n)
    }

    fn alone(&self) -> bool {
        self.turn.alone
    }
}
