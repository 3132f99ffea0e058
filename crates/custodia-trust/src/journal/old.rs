//! The file that journals were before they were databases: the same lines, each with its line feed.
//!
//! Its events are taken over line by line, so that every digest stays what it was; the file is kept under another name.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::journal::chain::{Chain, Entry};
use crate::journal::store::broken;
use crate::journal::{JournalError, sync_folder};

const NAME: &str = "journal.jsonl";
const TAKEN: &str = "journal.jsonl.taken";

/// An old file as it was read.
pub struct Old {
    path: PathBuf,
    text: Vec<u8>,
    entries: Vec<Entry>,
    /// Open for as long as its lock is needed.
    _file: File,
}

impl Old {
    /// Reads and checks the old file of a folder, if there is one. One who takes it over sees to it that no older program
    /// writes meanwhile; several may take it over at once.
    pub fn read(folder: &Path, taking: bool) -> Result<Option<Old>, JournalError> {
        let path = folder.join(NAME);
        let failed = |doing: &'static str, why| JournalError::Io { path: path.clone(), doing, why };
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(failed("opening", why)),
        };
        if taking {
            match file.try_lock_shared() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(JournalError::Busy(path)),
                Err(TryLockError::Error(why)) => return Err(failed("locking", why)),
            }
        }
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(|why| failed("reading", why))?;
        let entries = check(&path, &text)?;
        Ok(Some(Old { path, text, entries, _file: file }))
    }

    /// Its lines without their line feeds.
    pub fn lines(&self) -> Vec<&str> {
        // Checked lines are JSON, so there is no other text.
        std::str::from_utf8(&self.text).unwrap_or_default().lines().collect()
    }

    /// Its events.
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    /// Checks that these events begin with all of the old ones. Others came from an older program that found no old file and
    /// began a new one; to leave them out would hide them.
    pub fn is_within(&self, entries: &[Entry]) -> Result<(), JournalError> {
        for (at, entry) in self.entries.iter().enumerate() {
            if entries.get(at) != Some(entry) {
                let why = "this event is not in the database beside this file: an older program wrote it there";
                return Err(broken(&self.path, entry.number, why));
            }
        }
        Ok(())
    }

    /// Sets the file aside, its events having been taken over.
    pub fn set_aside(self, folder: &Path) -> Result<(), JournalError> {
        let failed = |why| JournalError::Io { path: self.path.clone(), doing: "setting aside", why };
        let taken = folder.join(TAKEN);
        match fs::read(&taken) {
            Ok(kept) if kept != self.text => {
                return Err(failed(io::Error::new(io::ErrorKind::AlreadyExists, format!("another {TAKEN} is there"))));
            }
            Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(failed(why)),
            _ => {}
        }
        match fs::rename(&self.path, &taken) {
            // Another process was first.
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result.and_then(|()| sync_folder(folder)).map_err(failed),
        }
    }
}

/// Checks every line.
fn check(path: &Path, text: &[u8]) -> Result<Vec<Entry>, JournalError> {
    let mut chain = Chain::empty();
    let mut entries = Vec::new();
    for line in text.split_inclusive(|&b| b == b'\n') {
        let next = chain.number + 1;
        let Some(line) = line.strip_suffix(b"\n") else {
            let why = "the last line is cut: a write was interrupted; keep a copy and remove the cut line";
            return Err(broken(path, next, why));
        };
        entries.push(chain.take(line).map_err(|why| broken(path, next, why))?);
    }
    Ok(entries)
}
