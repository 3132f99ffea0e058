//! Traces in files that a parser or an assembly wanted and in the end did not read: three bytes are no header, a name is no
//! content. What came to nothing is looked through like what nobody wanted, and of a database what its parser leaves over.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

use custodia_model::tables::Warning;
use custodia_model::{Found as Place, Origin, Row, Rows, Text};

use crate::bytes::Reader;
use crate::content;
use crate::evidence::{Item, Kept};
use crate::parsers::databases::{self, Rest};
use crate::parsers::{File, Parser};
use crate::scan::{Found, content_is_scanned};
use crate::walk::{self, MOST_TRACES, Outcome, Walked, traces};

use super::counting::Told;

/// Bytes that are read at a time.
const READ: usize = 256 << 10;

/// What became of the items that the walk kept.
#[derive(Default)]
pub(super) struct Unread {
    /// Items that were read, or whose content was read elsewhere.
    read: HashSet<usize>,
    told: HashMap<usize, databases::Told>,
    /// Paths of databases that were looked through together with the log beside them.
    with_log: HashSet<Text>,
}

impl Unread {
    /// The item needs no further look.
    pub(super) fn is_read(&mut self, index: usize) {
        self.read.insert(index);
    }

    /// What a parser made of the item. Of a database what it left over is told; one in which it found nothing is read as any other
    /// database. Gives whether that ended as it should.
    pub(super) fn parsed(
        &mut self,
        index: usize,
        item: &Item,
        parser: &dyn Parser,
        told: Told,
        walked: &Walked,
        rows: &mut dyn Rows,
    ) -> bool {
        let any = parser.about().name == databases::ABOUT.name;
        let file = File { item, evidence: &walked.evidence };
        let database = content::is_database(&item.head);
        // Like parsers these do not panic, and should they do so it costs what they would have told.
        let looked = match (database, any) {
            (_, true) => Ok(told.ended),
            (true, _) if told.read => {
                let (tells, texts) = (|table: &str| parser.tells(table), |table: &str| parser.texts(table));
                let rest = Rest { tells: &tells, texts: &texts, told: &told.values };
                catch_unwind(AssertUnwindSafe(|| databases::rest(&file, rest, rows).is_ok()))
            }
            (true, _) => {
                let mut rows = WithoutWarnings { rows, told: &told.values };
                // That its bytes cannot be read as a database has been told.
                catch_unwind(AssertUnwindSafe(|| databases::Traces.read(&file, &mut rows).is_ok()))
            }
            _ => Ok(false),
        };
        if looked.as_ref().is_ok_and(|whole| *whole) {
            self.with_log.insert(item.path.clone());
        }
        if database || any || told.read {
            self.is_read(index);
        } else {
            self.told.insert(index, told.values);
        }
        if looked.is_err() {
            let says = "the search for traces and deleted records failed on this file; please report it";
            rows.put(file.whole(), Warning::new("parser failed", says).into());
        }
        looked.is_ok()
    }

    /// Traces in the bytes of what nobody read, in the order of the items. `wanted` is what the walk was given.
    pub(super) fn traces(
        &mut self,
        walked: &Walked,
        wanted: walk::Wanted<'_>,
        rows: &mut dyn Rows,
    ) -> Vec<(usize, Found)> {
        let mut all = Vec::new();
        let (items, mut left) = (walked.evidence.items(), MOST_TRACES.saturating_sub(walked.traces.len()));
        let read: HashSet<&str> = self.read.iter().filter_map(|&index| Some(&*items.get(index)?.path)).collect();
        for (index, item) in items.iter().enumerate() {
            if !self.is_left(index, item, walked, wanted, &read) {
                continue;
            }
            let mut found = traces::Traces::default();
            // What ends the reading early has been told by the walk.
            if let Ok(bytes) = item.open() {
                let mut reader = Reader::new(bytes);
                let mut buffer = vec![0; READ];
                while let Ok(read @ 1..) = reader.read(&mut buffer) {
                    found.feed(buffer.get(..read).unwrap_or_default());
                }
            }
            let (found, more) = found.finish();
            if more > 0 {
                rows.put(Origin::file(item.path.clone()), traces::Traces::warning(more).into());
            }
            let told = self.told.get(&index);
            let new = |one: &Found| told.is_none_or(|told| !told.knows(one.kind.as_str(), &one.value));
            let before = all.len();
            all.extend(found.into_iter().filter(new).take(left).map(|one| (index, one)));
            left -= all.len() - before;
        }
        all
    }

    /// How what stands in the bytes of an item was found. None where it was told by the parser of the database that the item is the
    /// log of: that one knows which bytes rows use.
    pub(super) fn found(&self, item: &Item, walked: &Walked) -> Option<Place> {
        let beside = |end: &str| {
            let database = item.path.strip_suffix(end)?;
            walked.evidence.item(database).filter(|database| content::is_database(&database.head))
        };
        if beside("-journal").is_some() {
            return Some(Place::RollbackJournal);
        }
        match beside("-wal") {
            Some(database) if self.with_log.contains(&database.path) && item.open().is_ok() => None,
            // Which of its frames are in force nobody knows.
            Some(_) => Some(Place::UnprovedWalFrame),
            None => Some(Place::Live),
        }
    }

    /// Whether nobody looked into the item; `read` holds the paths of those that were read.
    fn is_left(
        &self,
        index: usize,
        item: &Item,
        walked: &Walked,
        wanted: walk::Wanted<'_>,
        read: &HashSet<&str>,
    ) -> bool {
        if matches!(item.kept, Kept::No) || self.read.contains(&index) || !content_is_scanned(item.content) {
            return false;
        }
        let ended = walked.ended.get(index);
        let opened = ended.is_some_and(|ended| ended.source.is_some() && ended.outcome != Outcome::Rejected);
        let sealed = walked.sealed.contains(&index) && item.content == content::UNKNOWN;
        if opened || sealed {
            return false;
        }
        if content::is_beside_database(&item.path, &item.head) {
            // The walk has looked through the log of a database that no parser of its own reads.
            let database = ["-wal", "-journal"].iter().find_map(|end| item.path.strip_suffix(end));
            return walk::wanted_by(wanted, &item.path, &item.head)
                && !database.is_some_and(|path| read.contains(path));
        }
        true
    }
}

/// Rows of a second reader of one file: damage and traces that the first has told are not told again.
struct WithoutWarnings<'a> {
    rows: &'a mut dyn Rows,
    told: &'a databases::Told,
}

impl Rows for WithoutWarnings<'_> {
    fn put(&mut self, origin: Origin, row: Row) {
        let known = match &row {
            Row::Warning(_) => true,
            Row::Trace(trace) => self.told.knows(&trace.trace_kind, &trace.value),
            _ => false,
        };
        if !known {
            self.rows.put(origin, row);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::super::{ExhibitFacts, Options, examine};
    use super::*;
    use crate::progress::Silent;

    const LINK: &str = "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv";
    const CODE: &str = "AbCdEfGhIjKlMnOpQrStUv";

    fn told(folder: &Path) -> BTreeSet<String> {
        let mut rows: Vec<(Origin, Row)> = Vec::new();
        examine(folder, &ExhibitFacts::default(), &mut rows, &Options::default(), &Silent).unwrap();
        let traces = rows.into_iter().filter_map(|(origin, row)| match row {
            Row::Trace(trace) => Some(format!("{} {}", origin.path, trace.value)),
            _ => None,
        });
        let all: Vec<String> = traces.collect();
        let set: BTreeSet<String> = all.iter().cloned().collect();
        assert_eq!(all.len(), set.len(), "a trace is told twice: {all:?}");
        set
    }

    fn database(tables: &str) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        rusqlite::Connection::open(&path).unwrap().execute_batch(tables).unwrap();
        std::fs::read(path).unwrap()
    }

    /// Bytes beside a database are told once, and as what they are.
    #[test]
    fn what_stands_beside_a_database_is_not_live() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.db");
        let notes = rusqlite::Connection::open(&path).unwrap();
        notes
            .execute_batch("PRAGMA journal_mode=PERSIST; CREATE TABLE t(x); INSERT INTO t VALUES('rose@example.org');")
            .unwrap();
        notes.execute_batch("PRAGMA secure_delete=ON; DELETE FROM t; CREATE TABLE u(x);").unwrap();
        drop(notes);
        let journal = folder.path().join("notes.db-journal");
        let mut bytes = std::fs::read(&journal).unwrap();
        bytes.extend(LINK.as_bytes());
        std::fs::write(&journal, bytes).unwrap();
        let mut rows: Vec<(Origin, Row)> = Vec::new();
        examine(folder.path(), &ExhibitFacts::default(), &mut rows, &Options::default(), &Silent).unwrap();
        let traces: Vec<_> = rows.iter().filter(|(_, row)| matches!(row, Row::Trace(_))).collect();
        assert!(traces.iter().any(|(origin, _)| origin.path.ends_with("-journal")), "{traces:?}");
        assert!(traces.iter().all(|(origin, _)| origin.found == Place::RollbackJournal), "{traces:?}");
    }

    #[test]
    fn what_a_claimant_does_not_read_is_looked_through() {
        let folder = tempfile::tempdir().unwrap();
        let blob = |first: &[u8]| {
            let mut bytes = first.to_vec();
            bytes.resize(4100, 0);
            bytes.extend(LINK.as_bytes());
            bytes
        };
        let notes = database(&format!("CREATE TABLE note(body); INSERT INTO note VALUES('{LINK}')"));
        let files = "CREATE TABLE Files(fileID, domain, relativePath, flags, file)";
        let mut log = vec![0x37, 0x7f, 0x06, 0x82];
        log.resize(64, 0);
        log.extend(LINK.as_bytes());
        let digest = "7c7fba66680ef796b916b067077cc246adacf01d";
        let evidence: Vec<(String, Vec<u8>)> = vec![
            // Bytes with which a header of crypt12 begins.
            ("a/b.bin".into(), blob(&[0, 1, 2, 0])),
            ("a/c.bin".into(), blob(&[0, 1, 2, 3])),
            ("a/d.bin".into(), blob(&[0, 1, 1])),
            ("a/notes.txt.crypt14".into(), LINK.into()),
            ("a/old.crypt15".into(), blob(&[0xfe])),
            ("a/phone.ab".into(), blob(&[0xfd])),
            ("a/no-version.ab".into(), format!("ANDROID BACKUP\nseven\n{LINK}").into()),
            ("a/manifest/Manifest.db".into(), notes.clone()),
            ("a/mbdb/Manifest.mbdb".into(), blob(&[1])),
            ("a/properties/Manifest.plist".into(), LINK.into()),
            (format!("a/loose/{digest}"), blob(&[9])),
            (format!("a/loose/ff{}", &digest[2..]), notes.clone()),
            ("a/backup/Manifest.db".into(), database(files)),
            (format!("a/backup/7c/{digest}"), blob(&[8])),
            ("a/onionshare.json".into(), LINK.into()),
            ("a/ChatStorage.sqlite".into(), LINK.into()),
            ("a/msgstore.db".into(), notes.clone()),
            ("b/msgstore.db-wal".into(), log),
            ("b/com.whatsapp/wa.db".into(), LINK.into()),
            ("b/system/users/0/settings_system.xml".into(), blob(b"ABX\0")),
            ("b/Library/Preferences/.GlobalPreferences.plist".into(), blob(b"bplist00")),
        ];
        for (path, bytes) in &evidence {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        let expected: BTreeSet<String> = evidence
            .iter()
            .map(|(path, _)| path)
            .filter(|path| !path.ends_with("backup/Manifest.db"))
            .map(|path| format!("/{path} {CODE}"))
            .collect();
        assert_eq!(told(folder.path()), expected);
    }
}
