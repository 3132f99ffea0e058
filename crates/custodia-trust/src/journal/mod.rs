//! An append-only list of events, each bearing the digest of the one before: a change, a removal or a new order anywhere
//! before its end is seen. Damage of the last line, or a cut at the end, is seen too; when someone meant it, only by whoever
//! holds a later [`Journal::head`].
//!
//! Every event is a line of one form: canonical JSON (sorted names, no blanks). Another text that means the same is refused,
//! because two readers could take it for two things. The lines are also what a later Merkle tree (RFC 6962) will have as its
//! leaves, in the order of their numbers.
//!
//! - `chain.rs` makes and checks lines,
//! - `store.rs` keeps them in a SQLite file, `journal.db`,
//! - `old.rs` takes over the file of lines, `journal.jsonl`, that journals were before.

mod chain;
mod old;
mod store;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};
use serde_json::Value;

use chain::Chain;
pub use chain::Entry;
use old::Old;

/// How often a reader asks before it believes that a write was interrupted: a writer that ends between two of SQLite's looks
/// at its rollback journal appears so, and hardly twice.
const ASKED: u32 = 10;

/// The journal, open for appending. Several processes may hold it open; each append finds what the others added.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    connection: Connection,
    chain: Chain,
}

/// A journal that cannot be believed or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file system refused.
    #[error("{}: {doing} the journal failed: {why}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// The system's answer.
        why: std::io::Error,
    },
    /// Another process holds the file for too long.
    #[error("{}: another process is using this journal and does not let go of it; try again when it is done", .0.display())]
    Busy(PathBuf),
    /// What a write left behind has to be undone, and one who reads may not.
    #[error(
        "{}: a write to this journal was interrupted; what it left is undone when the journal is opened for writing, or in \
         a copy of the whole folder", .0.display()
    )]
    Interrupted(PathBuf),
    /// An event that would not be read back as it was given.
    #[error("{}: event {event} was not added, it would not be read back as it is: {why}", path.display())]
    Unfit {
        /// Where.
        path: PathBuf,
        /// The number it would have had.
        event: u64,
        /// What is wrong with it.
        why: String,
    },
    /// A file that is no journal, or an event that does not follow from the one before.
    #[error("{} event {event}: {why}", path.display())]
    Broken {
        /// Where.
        path: PathBuf,
        /// The first event that cannot be believed; 1 when the whole file cannot.
        event: u64,
        /// What was expected and found.
        why: String,
    },
}

impl Journal {
    /// Opens the journal of a folder for appending, after checking all of it. Makes it when there is none, from the events of
    /// an old `journal.jsonl` if there is one.
    pub fn open(folder: &Path) -> Result<Journal, JournalError> {
        let path = folder.join(store::NAME);
        fs::create_dir_all(folder).map_err(|why| JournalError::Io { path: path.clone(), doing: "making", why })?;
        let _turn = store::turn();
        let old = Old::read(folder, true)?;
        if !store::exists(&path)? {
            store::create(folder, &path, &old.as_ref().map(Old::lines).unwrap_or_default())?;
        }
        let mut connection = store::connect(&path, true)?;
        let (entries, chain) = within(&mut connection, &path)?;
        if let Some(old) = old {
            old.is_within(&entries)?;
            old.set_aside(folder)?;
        }
        Ok(Journal { path, connection, chain })
    }

    /// Every entry of a folder's journal, checked. A folder without one has none. Nothing in the folder is made or changed.
    pub fn read(folder: &Path) -> Result<Vec<Entry>, JournalError> {
        let path = folder.join(store::NAME);
        let _turn = store::turn();
        // In this order: one who takes the old file over removes its name after the new one has its own.
        let old = Old::read(folder, false)?;
        if !store::exists(&path)? {
            return Ok(old.map(Old::into_entries).unwrap_or_default());
        }
        let mut asked = 1;
        let (entries, _) = loop {
            match store::connect(&path, false).and_then(|mut connection| within(&mut connection, &path)) {
                Err(JournalError::Interrupted(_)) if asked < ASKED => asked += 1,
                result => break result?,
            }
        };
        if let Some(old) = old {
            old.is_within(&entries)?;
        }
        Ok(entries)
    }

    /// Number and digest of the last event that this process knows: 0 and the digest of no bytes when there is none. Whoever
    /// keeps a copy of them elsewhere can tell later that the end was neither cut nor changed.
    pub fn head(&self) -> (u64, &str) {
        (self.chain.number, &self.chain.previous)
    }

    /// Adds an event. It is on the disk when this returns.
    pub fn append(&mut self, kind: &str, at: &str, by: &str, body: Value) -> Result<Entry, JournalError> {
        // One body gives one entry.
        Ok(self.append_all(kind, at, by, vec![body])?.remove(0))
    }

    /// Adds one event for each body, all of them or none: at the price of one, they are on the disk when this returns.
    pub fn append_all(
        &mut self,
        kind: &str,
        at: &str,
        by: &str,
        bodies: Vec<Value>,
    ) -> Result<Vec<Entry>, JournalError> {
        let _turn = store::turn();
        let mut chain = self.chain.clone();
        let refused = |event: u64, why| store::refused(&self.path, "writing", event, why);
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|why| refused(chain.number + 1, why))?;
        store::check_form(&transaction, &self.path)?;
        store::catch_up(&transaction, &self.path, &mut chain)?;
        let mut entries = Vec::with_capacity(bodies.len());
        for body in bodies {
            let event = chain.number + 1;
            let unfit = |why| JournalError::Unfit { path: self.path.clone(), event, why };
            let (line, entry) = chain.add(kind, at, by, body).map_err(unfit)?;
            store::insert(&transaction, event, &line).map_err(|why| refused(event, why))?;
            entries.push(entry);
        }
        if !entries.is_empty() {
            store::set_mark(&transaction, &chain).map_err(|why| refused(chain.number, why))?;
        }
        transaction.commit().map_err(|why| refused(chain.number, why))?;
        self.chain = chain;
        Ok(entries)
    }
}

/// Checks the whole journal as it is at one moment.
fn within(connection: &mut Connection, path: &Path) -> Result<(Vec<Entry>, Chain), JournalError> {
    let transaction = connection.transaction().map_err(|why| store::refused(path, "reading", 1, why))?;
    store::check(&transaction, path)
}

/// Puts a folder's list of names on the disk.
pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}
