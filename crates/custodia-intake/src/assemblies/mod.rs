//! What can only be opened when the whole exhibit has been walked: a backup whose key lies elsewhere, a backup whose files
//! are named by digests and whose names stand in a database beside them.
//!
//! The walk keeps what an assembly wants; then each item that stands for one is opened, and its files go the way of any
//! container's files: digested, kept for parsers, opened further.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::io;

use custodia_model::Text;

use crate::bytes::Bytes;
use crate::evidence::{Item, Kept};
use crate::secrets::Secrets;
use crate::sources::{About, Limits, Visit};
use keys::Key;

pub mod android;
mod cbc;
pub mod itunes;
pub mod keys;
#[cfg(test)]
mod testing;
pub mod whatsapp;

/// Every assembly, in order of priority. What may hold keys of others stands before them.
pub const ASSEMBLIES: &[&dyn Assembly] = &[&itunes::Itunes, &android::AndroidBackup, &whatsapp::Backup];

/// Keys of the exhibit that are tried, at most.
const KEYS: usize = 1024;

/// Rounds of key derivation that all passwords on all backups of an exhibit may cost: some minutes.
const ROUNDS: u64 = 2_000_000_000;

/// Opens one kind of container that needs more of the exhibit than its own bytes.
pub trait Assembly: Sync {
    /// Name, what it opens, what it leaves out.
    fn about(&self) -> &'static About;

    /// Whether it needs the content of this file later, by path and first bytes (at most 4096); what it fits included.
    fn wants(&self, path: &str, head: &[u8]) -> bool;

    /// Whether this file stands for such a container; the digests of all others are then known.
    fn fits(&self, path: &str, head: &[u8]) -> bool;

    /// Whether its first bytes say that a file which it fits is such a container, and not its name alone or a few bytes that any
    /// file may begin with.
    fn marked(&self, _path: &str, _head: &[u8]) -> bool {
        true
    }

    /// The path below which its files are put: that of the file, or of the folder it is in.
    fn below<'a>(&self, path: &'a str) -> &'a str {
        path
    }

    /// Whether a file at this path below the same folder is a part of it, and not a file of its own.
    fn part(&self, _below: &str) -> bool {
        false
    }

    /// The end of the number of the account that the container says it belongs to, opened or not.
    fn number_ends(&self, _own: &Held) -> Option<String> {
        None
    }

    /// Opens it and hands every file to `visit`, as [`crate::sources::Source::walk`] does. `own` is the file that stands for it:
    /// two entries of an archive may bear one path.
    fn open(
        &self,
        path: &Text,
        own: &Held,
        exhibit: &Exhibit<'_>,
        limits: &Limits,
        visit: &mut dyn Visit,
    ) -> Result<Opened, Refused>;
}

/// What is to be told of a container that was opened.
#[derive(Debug, Default)]
pub struct Opened {
    /// The key that opened it: the path in the exhibit at which it lies, or `given by the operator`; never the key.
    pub key: Option<String>,
}

/// Why a container was not opened.
#[derive(Debug)]
pub enum Refused {
    /// The file is no such container after all: nothing is told.
    Other,
    /// Nothing of it can be read: the kind of the warning and its sentence.
    Because(&'static str, String),
}

impl Refused {
    /// No key or password is at hand.
    pub fn encrypted(says: impl Into<String>) -> Refused {
        Refused::Because("encrypted", says.into())
    }

    /// No key or password fits, or the content is not what was written.
    pub fn authentication(says: impl Into<String>) -> Refused {
        Refused::Because("authentication failed", says.into())
    }

    /// It is not readable for any other reason.
    pub fn damaged(says: impl Into<String>) -> Refused {
        Refused::Because("damaged", says.into())
    }
}

/// The files of the exhibit that assemblies wanted, and the keys that lie in it or were given.
pub struct Exhibit<'a> {
    held: HashMap<Text, Held>,
    keys: Vec<(String, Key)>,
    known: HashSet<[u8; 32]>,
    /// Rounds of key derivation that passwords may still cost.
    rounds: Cell<u64>,
    /// What the operator gave.
    pub secrets: &'a Secrets,
}

/// A file that an assembly wanted.
#[derive(Clone)]
pub struct Held {
    kept: Kept,
    /// Its size in bytes.
    pub size: u64,
}

impl Held {
    /// The content of an item; none when it was not kept or not read to its end.
    pub(crate) fn of(item: &Item) -> Option<Held> {
        let whole = item.digests.is_some() && !matches!(item.kept, Kept::No);
        whole.then(|| Held { kept: item.kept.clone(), size: item.size })
    }

    /// Opens the content.
    pub fn open(&self) -> io::Result<Bytes> {
        self.kept.open()
    }
}

impl<'a> Exhibit<'a> {
    pub(crate) fn new(secrets: &'a Secrets) -> Exhibit<'a> {
        let given = |key: &Key| ("given by the operator".to_owned(), key.clone());
        let keys = secrets.keys().iter().map(given).collect();
        Exhibit { held: HashMap::new(), keys, known: HashSet::new(), rounds: Cell::new(ROUNDS), secrets }
    }

    /// Takes in a file that the walk kept.
    pub(crate) fn add(&mut self, item: &Item) {
        let Some(held) = Held::of(item) else { return };
        if Key::may_be(&item.head) && self.keys.len() < KEYS {
            let key = Key::read(&item.head).ok();
            if let Some(key) = key.filter(|key| self.known.insert(key.secret)) {
                self.keys.push((item.path.to_string(), key));
            }
        }
        self.held.entry(item.path.clone()).or_insert(held);
    }

    /// The file at a path, if an assembly wanted it and it could be read to its end.
    pub fn file(&self, path: &str) -> Option<&Held> {
        self.held.get(path)
    }

    /// Keys and where they are from, those given by the operator first.
    pub fn keys(&self) -> &[(String, Key)] {
        &self.keys
    }
}

/// Whether the source that a walk names is an assembly that this item stands for.
pub(crate) fn opened(source: Option<&'static str>, item: &Item) -> bool {
    let of = |assembly: &&dyn Assembly| source == Some(assembly.about().name) && assembly.fits(&item.path, &item.head);
    ASSEMBLIES.iter().any(of)
}

/// Whether any assembly needs this file later.
pub(crate) fn wanted(path: &str, head: &[u8]) -> bool {
    Key::may_be(head) || ASSEMBLIES.iter().any(|assembly| assembly.wants(path, head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_assembly_describes_itself() {
        let mut names: Vec<_> = crate::sources::SOURCES.iter().map(|source| source.about().name).collect();
        for assembly in ASSEMBLIES {
            let about = assembly.about();
            assert!(!about.name.is_empty() && !about.opens.is_empty() && !about.gaps.is_empty(), "{about:?}");
            assert!(!about.tested.is_empty() && about.tested.iter().all(|test| !test.is_empty()), "{about:?}");
            names.push(about.name);
        }
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "two sources or assemblies bear one name");
    }
}
