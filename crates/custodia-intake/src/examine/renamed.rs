//! Databases of messengers under names that the messengers do not give: `msgstore (1).db`, `copy.db`, a file of a backup whose
//! list is gone. They are known by their tables. What stands beside them says whose they are, as for any other.

use std::collections::{HashMap, HashSet};

use custodia_model::Text;
use custodia_model::tables::Warning;

use crate::evidence::{Evidence, Item};
use crate::history;
use crate::open::sqlite::Database;
use crate::parsers::chats::whatsapp_android::owner;
use crate::parsers::{self, Parser, databases};

/// A file and the parser that reads it.
pub(super) struct Known<'a> {
    pub(super) index: usize,
    pub(super) item: &'a Item,
    pub(super) parser: &'static dyn Parser,
    /// Whether its tables alone say what it is.
    pub(super) renamed: bool,
    /// Whether it is a copy of a database that is read before it.
    pub(super) copy: bool,
    /// Whether it is known whose copy it is.
    pub(super) owned: bool,
}

impl<'a> Known<'a> {
    /// A file that `parser` fits. Of a database that no parser knows by its name, the schema is looked at.
    pub(super) fn new(index: usize, item: &'a Item, parser: &'static dyn Parser, evidence: &'a Evidence) -> Known<'a> {
        let any = parser.about().name == databases::ABOUT.name;
        let by_schema = if any { by_schema(item, evidence) } else { None };
        let copy = history::is_backup(&item.path);
        let owned = !copy || owner::of_database(evidence, &item.path).is_some();
        Known { index, item, parser: by_schema.unwrap_or(parser), renamed: by_schema.is_some(), copy, owned }
    }
}

fn by_schema(item: &Item, evidence: &Evidence) -> Option<&'static dyn Parser> {
    parsers::by_schema(&open(item, evidence)?)
}

/// The database that an item is, with the log and the journal beside it.
pub(super) fn open(item: &Item, evidence: &Evidence) -> Option<Database> {
    let beside = |suffix: &str| evidence.item(&format!("{}{suffix}", item.path)).and_then(|beside| beside.open().ok());
    Database::open(item.open().ok()?, beside("-wal"), beside("-journal")).ok()
}

/// The folder of a path.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Marks those as copies that lie in one folder with another database of their kind: what is beside the one is beside the
/// other, so that they have one owner. Elsewhere only their rows say that two databases are of one account.
pub(super) fn copies(known: &mut [Known<'_>]) {
    let place = |one: &Known<'_>| (folder(&one.item.path).to_owned(), one.parser.about().name);
    if !known.iter().any(|one| one.renamed) {
        return;
    }
    let mut live: HashSet<_> = known.iter().filter(|one| !one.renamed && !one.copy).map(place).collect();
    for one in known.iter_mut().filter(|one| one.renamed && !one.copy) {
        one.copy = !live.insert(place(one));
    }
}

/// Databases that were read, by content.
pub(super) struct Equals<'a> {
    evidence: &'a Evidence,
    read: HashMap<(&'static str, [u8; 32]), Text>,
}

impl<'a> Equals<'a> {
    /// None yet.
    pub(super) fn new(evidence: &'a Evidence) -> Equals<'a> {
        Equals { evidence, read: HashMap::new() }
    }

    /// What is to be told of a database under another name that is byte for byte one that was read: it would say everything
    /// twice. With a log beside either, they may say different things.
    pub(super) fn of(&mut self, item: &Item, parser: &'static dyn Parser, renamed: bool) -> Option<Warning> {
        let log = self.evidence.item(&format!("{}-wal", item.path)).is_some_and(|log| log.size > 0);
        let sha256 = item.digests.as_ref()?.sha256;
        if log || parser.schemas().is_empty() {
            return None;
        }
        let key = (parser.about().name, sha256);
        match self.read.get(&key) {
            Some(path) if renamed => Some(Warning::new(
                "same file twice",
                format!("this file is byte for byte {path}, under another name; it was read there"),
            )),
            Some(_) => None,
            None => {
                self.read.insert(key, item.path.clone());
                None
            }
        }
    }
}

/// What is to be told of a database that its tables alone made known.
pub(super) fn warning(parser: &dyn Parser) -> Warning {
    let says = format!(
        "expected another name for a database with such tables, found this one; by its tables it was read as {}, and its owner is \
         told only where something beside it says whose it is",
        parser.about().name
    );
    Warning::new("another name", says)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use custodia_model::{Found, Origin, Row};

    use super::super::{ExhibitFacts, Options, examine};
    use crate::bytes::Reader;
    use crate::parsers::fixtures;
    use crate::progress::Silent;

    fn database(case: &str, name: &str) -> Vec<u8> {
        let made = fixtures::make(&fixtures::folder("chats").join(case));
        let item = made.items().iter().find(|item| item.path.ends_with(name)).unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut Reader::new(item.open().unwrap()), &mut bytes).unwrap();
        bytes
    }

    fn put(folder: &Path, path: &str, bytes: &[u8]) -> PathBuf {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Path of a message, how it was found, its owner.
    type Told = (String, Found, Option<String>);

    /// Messages, and the warnings of the exhibit.
    fn read(folder: &Path) -> (Vec<Told>, Vec<String>) {
        let mut rows: Vec<(Origin, Row)> = Vec::new();
        examine(folder, &ExhibitFacts::default(), &mut rows, &Options::default(), &Silent).unwrap();
        let mut messages = Vec::new();
        let mut warnings = Vec::new();
        for (origin, row) in rows {
            match row {
                Row::Message(message) => {
                    let owner = message.owner.map(|owner| owner.to_string());
                    messages.push((origin.path.to_string(), origin.found, owner));
                }
                Row::Warning(warning) => warnings.push(format!("{} {}", origin.path, warning.warning)),
                _ => {}
            }
        }
        (messages, warnings)
    }

    #[test]
    fn databases_are_known_by_their_tables() {
        for (case, name, other) in [
            ("whatsapp_android/modern", "/msgstore.db", "msgstore (1).db"),
            ("whatsapp_android/legacy", "/msgstore.db", "export/copy"),
            ("whatsapp_ios/ordinary", "/ChatStorage.sqlite", "ChatStorage (2).sqlite"),
            ("whatsapp_ios/older", "/ChatStorage.sqlite", "7c/7c7fba66680ef796b916b067077cc246adacf01d"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            put(folder.path(), other, &database(case, name));
            let (messages, warnings) = read(folder.path());
            assert!(!messages.is_empty(), "{case} as {other}");
            assert!(messages.iter().all(|(_, found, owner)| *found != Found::Backup && owner.is_none()), "{other}");
            assert!(warnings.contains(&format!("/{other} another name")), "{warnings:?}");
        }
    }

    #[test]
    fn a_copy_under_another_name_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let (case, base) = ("whatsapp_ios/ordinary", "private/var/mobile/Containers/Shared/AppGroup/U");
        let live = put(folder.path(), &format!("{base}/ChatStorage.sqlite"), &database(case, "/ChatStorage.sqlite"));
        put(
            folder.path(),
            &format!("{base}/Library/Preferences/group.net.whatsapp.WhatsApp.shared.plist"),
            &database(case, ".plist"),
        );
        let before = read(folder.path()).0;
        // Byte for byte the same, in another folder and beside it.
        for path in ["Downloads/a.db".to_owned(), format!("{base}/ChatStorage (1).sqlite")] {
            let copy = put(folder.path(), &path, &fs::read(&live).unwrap());
            let (messages, warnings) = read(folder.path());
            assert_eq!(messages, before);
            assert!(warnings.contains(&format!("/{path} same file twice")), "{warnings:?}");
            fs::remove_file(copy).unwrap();
        }
        // Of one that differs, what the live one no longer says is a copy's.
        let beside = put(folder.path(), &format!("{base}/ChatStorage (1).sqlite"), &fs::read(&live).unwrap());
        let open = rusqlite::Connection::open(&live).unwrap();
        assert_eq!(open.execute("DELETE FROM ZWAMESSAGE WHERE ZSTANZAID = 'A001'", []).unwrap(), 1);
        drop(open);
        let (after, _) = read(folder.path());
        assert_eq!(after.len(), before.len());
        let copies: Vec<_> = after.iter().filter(|(_, found, _)| *found == Found::Backup).collect();
        assert!(matches!(copies.as_slice(), [(path, _, Some(_))] if path.ends_with("(1).sqlite")), "{copies:?}");
        // Elsewhere its rows say it; where they say nothing of the kind, it stands for itself, and without an owner.
        let elsewhere = put(folder.path(), "Downloads/a.db", &fs::read(&beside).unwrap());
        fs::remove_file(&beside).unwrap();
        let (after, _) = read(folder.path());
        assert_eq!(after.len(), before.len());
        let copies: Vec<_> = after.iter().filter(|(_, found, _)| *found == Found::Backup).collect();
        assert!(matches!(copies.as_slice(), [(path, _, Some(_))] if path == "/Downloads/a.db"), "{copies:?}");
        let open = rusqlite::Connection::open(elsewhere).unwrap();
        open.execute("UPDATE ZWAMESSAGE SET ZSTANZAID = 'Z' || ZSTANZAID", []).unwrap();
        drop(open);
        let (after, _) = read(folder.path());
        let apart: Vec<_> = after.iter().filter(|(path, ..)| path == "/Downloads/a.db").collect();
        assert_eq!(apart.len(), before.len());
        assert!(apart.iter().all(|(_, found, owner)| *found == Found::Live && owner.is_none()));
    }
}
