//! The digests of every file below a folder: what `custodia hash` prints.

use std::io::{self, Read};
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use custodia_model::Digests;

use super::{Feed, Hasher, Lanes, SMALL};
use crate::progress::Progress;
use crate::sources::folder::{self, FolderOpener, Listed, Unchanging};
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
        let file = folder::open_file(root)?;
        let size = file.size();
        progress.total(1, size);
        let mut reading = Reading { file, index: 0, size: 0 };
        let digests = settled(single(&mut reading, &mut vec![0; LARGE_READ]), &mut reading);
        progress.add(1, size);
        return Ok(vec![Hashed { path: folder::file_name(root), size, digests }]);
    }
    let listing = folder::list(root)?;
    let opener = FolderOpener::new(root)?;
    progress.total(listing.files.len() as u64, listing.files.iter().map(|file| file.size).sum());
    let results = all(&listing.files, &opener, threads.max(1), progress);
    let mut hashed: Vec<Hashed> = listing
        .files
        .into_iter()
        .zip(results)
        .map(|(file, (size, digests))| Hashed { path: file.name, size, digests })
        .collect();
    hashed.extend(listing.others.into_iter().map(|(path, warning)| Hashed {
        path,
        size: 0,
        digests: Err(io::Error::other(warning.says.to_string())),
    }));
    hashed.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(hashed)
}

const LARGE_READ: usize = 256 << 10;

type Outcome = (u64, io::Result<Digests>);

fn all(files: &[Listed], opener: &FolderOpener, threads: usize, progress: &dyn Progress) -> Vec<Outcome> {
    // Large files first, so that no thread is left alone with one at the end; the others in the order of the list.
    let (mut order, small): (Vec<usize>, Vec<usize>) = (0..files.len()).partition(|&index| files[index].size > SMALL);
    order.sort_by_key(|&index| (std::cmp::Reverse(files[index].size), index));
    order.extend(small);
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(files.len()));
    let work = || {
        let mut lanes = Lanes::new();
        let mut buffer = Vec::new();
        let mut own: Vec<(usize, Outcome)> = Vec::new();
        let finished = |own: &mut Vec<(usize, Outcome)>, mut reading: Reading, digests| {
            progress.add(1, reading.size);
            let digests = settled(digests, &mut reading);
            own.push((reading.index, (reading.size, digests)));
        };
        let mut failed: Vec<(usize, Outcome)> = Vec::new();
        let mut large: Vec<(usize, Outcome)> = Vec::new();
        lanes.run(
            || {
                loop {
                    let &index = order.get(next.fetch_add(1, Ordering::Relaxed))?;
                    let file = &files[index];
                    let mut reading = match opener.open(&file.below) {
                        Ok(file) => Reading { file, index, size: 0 },
                        Err(error) => {
                            progress.add(1, file.size);
                            failed.push((index, (file.size, Err(error))));
                            continue;
                        }
                    };
                    if reading.file.size() <= SMALL {
                        return Some(reading);
                    }
                    buffer.resize(LARGE_READ, 0);
                    let digests = single(&mut reading, &mut buffer);
                    finished(&mut large, reading, digests);
                }
            },
            |reading, digests| finished(&mut own, reading, digests),
        );
        own.extend(failed);
        own.extend(large);
        // A thread that panicked has poisoned nothing we need; its panic is passed on below.
        results.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).extend(own);
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        work();
        for other in others {
            other.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
    });
    let mut results = results.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, outcome)| outcome).collect()
}

/// A file that changed while it was read has no digests: nobody could find them again.
fn settled(digests: io::Result<Digests>, reading: &mut Reading) -> io::Result<Digests> {
    match reading.file.at_end() {
        Some(warning) if digests.is_ok() => Err(io::Error::other(warning.says.to_string())),
        _ => digests,
    }
}

struct Reading {
    file: Unchanging,
    index: usize,
    size: u64,
}

impl Feed for Reading {
    fn fill(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = read_full(&mut self.file, into)?;
        self.size = self.size.saturating_add(n as u64);
        Ok(n)
    }
}

fn single(reading: &mut Reading, buffer: &mut [u8]) -> io::Result<Digests> {
    let mut hasher = Hasher::new();
    loop {
        let n = reading.file.read(buffer)?;
        if n == 0 {
            return Ok(hasher.finish());
        }
        reading.size = reading.size.saturating_add(n as u64);
        hasher.update(&buffer[..n]);
    }
}
