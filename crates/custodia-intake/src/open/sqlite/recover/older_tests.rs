//! Rollback journals, dropped tables and frames that no commit ends, as SQLite itself leaves them.

use std::collections::HashSet;
use std::sync::Arc;

use custodia_model::Found;
use rusqlite::Connection;

use super::super::{Certainty, Database, Value};
use crate::bytes::Bytes;

/// A database on disk with 400 notes.
struct Made {
    folder: tempfile::TempDir,
    connection: Connection,
}

/// A recovered record: its table, its place, its rowid and the text in it.
type One = (String, Found, Option<i64>, String);

impl Made {
    fn new(pragmas: &str) -> Made {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join("a.db")).unwrap();
        connection.execute_batch("PRAGMA page_size=1024; PRAGMA synchronous=OFF;").unwrap();
        connection.execute_batch(pragmas).unwrap();
        connection
            .execute_batch("CREATE TABLE note(_id INTEGER PRIMARY KEY, chat INTEGER NOT NULL, text TEXT, at INTEGER)")
            .unwrap();
        let made = Made { folder, connection };
        made.notes("note", 1..=400);
        made
    }

    fn notes(&self, table: &str, ids: std::ops::RangeInclusive<i64>) {
        self.connection.execute_batch("BEGIN").unwrap();
        for id in ids {
            let text = format!("{table} {id} {}", "luna y puerta ".repeat((id % 7) as usize));
            let (number, words) = if table == "note" { ("chat", "text") } else { ("mood", "words") };
            let sql =
                format!("INSERT INTO {table}(_id, {number}, {words}, at) VALUES (?1, ?1 % 5, ?2, 1700000000000 + ?1)");
            self.connection.execute(&sql, (id, text)).unwrap();
        }
        self.connection.execute_batch("COMMIT").unwrap();
    }

    fn run(&self, sql: &str) {
        self.connection.execute_batch(sql).unwrap();
    }

    fn file(&self, suffix: &str) -> Option<Vec<u8>> {
        std::fs::read(self.folder.path().join(format!("a.db{suffix}"))).ok().filter(|bytes| !bytes.is_empty())
    }

    fn recovered(&self) -> Vec<One> {
        recovered(self.file("").unwrap(), self.file("-wal"), self.file("-journal"))
    }
}

fn recovered(main: Vec<u8>, wal: Option<Vec<u8>>, journal: Option<Vec<u8>>) -> Vec<One> {
    let shared = |bytes: Vec<u8>| Arc::new(bytes) as Bytes;
    let database = Database::open(shared(main), wal.map(shared), journal.map(shared)).unwrap();
    let mut all = Vec::new();
    database.recover(100_000, &mut |one| {
        let text = one.values.iter().find_map(|value| match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        });
        all.push((one.table.name.clone(), one.place, one.rowid, text.unwrap_or_default()));
    });
    all
}

/// Checks that all records are notes as they were written, and gives the ids of those found in this place.
fn ids(all: &[One], place: Found) -> HashSet<i64> {
    let mut ids = HashSet::new();
    for (table, found, rowid, text) in all {
        let id: i64 = text.split(' ').nth(1).and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("{text:?}"));
        assert!(rowid.is_none_or(|rowid| rowid == id), "{rowid:?} {text}");
        assert_eq!(*text, format!("{table} {id} {}", "luna y puerta ".repeat((id % 7) as usize)));
        if *found == place {
            ids.insert(id);
        }
    }
    ids
}

#[test]
fn a_journal_that_was_done_with_keeps_pages_as_before() {
    // Deleted bytes are overwritten in the database, so only the journal holds them.
    let made = Made::new("PRAGMA journal_mode=PERSIST; PRAGMA secure_delete=ON;");
    assert_eq!(made.recovered(), []);
    made.run("DELETE FROM note WHERE _id BETWEEN 100 AND 160");
    let journal = made.file("-journal").unwrap();
    assert_eq!(journal.get(..28), Some(&[0; 28][..]), "SQLite zeroes the header");
    assert_eq!(ids(&made.recovered(), Found::RollbackJournal), (100..=160).collect());
    // Without the journal nothing is left.
    assert_eq!(recovered(made.file("").unwrap(), None, None), []);
    // A shorter transaction leaves most of the earlier journal behind its own records.
    made.run("DELETE FROM note WHERE _id = 300");
    let found = ids(&made.recovered(), Found::RollbackJournal);
    assert!(found.contains(&300) && found.len() > 30, "{}", found.len());
}

#[test]
fn a_hot_journal_keeps_pages_as_before() {
    let made = Made::new("PRAGMA secure_delete=ON; PRAGMA cache_size=5; PRAGMA cache_spill=1;");
    made.run("BEGIN; DELETE FROM note WHERE _id BETWEEN 20 AND 350;");
    let (main, journal) = (made.file("").unwrap(), made.file("-journal").unwrap());
    assert!(journal.starts_with(&[0xd9, 0xd5, 0x05, 0xf9]));
    made.run("COMMIT");
    // In force, so that the rows are live; what the transaction wrote bears none, as deleted bytes are overwritten.
    for main in [main.clone(), made.file("").unwrap()] {
        assert_eq!(recovered(main, None, Some(journal.clone())), []);
    }
    // The same journal when its transaction has ended: its header is zeroed.
    let mut ended = journal.clone();
    ended[..28].fill(0);
    let found = ids(&recovered(made.file("").unwrap(), None, Some(ended)), Found::RollbackJournal);
    assert!(found.len() > 300, "{}", found.len());
    // A journal cut anywhere is no reason to fail.
    for cut in (0..journal.len()).step_by(509) {
        recovered(main.clone(), None, Some(journal[..cut].to_vec()));
    }
}

/// What was written and never committed is told as such, and the rows that it replaces are live.
#[test]
fn what_was_never_committed_is_told_apart() {
    let made = Made::new("PRAGMA secure_delete=OFF; PRAGMA cache_size=5; PRAGMA cache_spill=1;");
    made.run("BEGIN; UPDATE note SET text = 'never ' || _id || ' written' WHERE _id < 380;");
    let (main, journal) = (made.file("").unwrap(), made.file("-journal"));
    made.run("ROLLBACK");
    let all = recovered(main, None, journal);
    assert!(all.len() > 200, "{}", all.len());
    for (table, place, rowid, text) in all {
        assert_eq!((table.as_str(), place), ("note", Found::ReplacedPage), "{text}");
        let id: i64 = text.split(' ').nth(1).unwrap().parse().unwrap();
        assert!(rowid.is_none_or(|rowid| rowid == id) && text == format!("never {id} written"), "{rowid:?} {text}");
    }
}

#[test]
fn a_journal_with_changed_bytes_gives_no_false_rows() {
    let made = Made::new("PRAGMA journal_mode=PERSIST; PRAGMA secure_delete=ON;");
    made.run("DELETE FROM note WHERE _id BETWEEN 100 AND 160");
    let (main, journal) = (made.file("").unwrap(), made.file("-journal").unwrap());
    let mut seed = 7u64;
    for _ in 0..200 {
        let mut journal = journal.clone();
        for _ in 0..20 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (seed >> 20) as usize % journal.len();
            journal[at] = (seed >> 8) as u8;
        }
        recovered(main.clone(), None, Some(journal));
    }
    // A journal of another database, with pages of another size.
    let other = Made::new("PRAGMA journal_mode=PERSIST; VACUUM;");
    other.run("DELETE FROM note WHERE _id < 50");
    let large = Connection::open_in_memory().unwrap();
    large.execute_batch("PRAGMA page_size=4096; CREATE TABLE note(_id INTEGER PRIMARY KEY, text TEXT)").unwrap();
    let path = other.folder.path().join("b.db");
    large.execute("VACUUM INTO ?1", [path.to_str().unwrap()]).unwrap();
    assert_eq!(recovered(std::fs::read(path).unwrap(), None, other.file("-journal")), []);
}

#[test]
fn dropped_tables_are_told_in_their_own_columns() {
    for (count, vacuum) in [(8, "NONE"), (300, "NONE"), (300, "INCREMENTAL")] {
        let made = Made::new(&format!("PRAGMA secure_delete=OFF; PRAGMA auto_vacuum={vacuum};"));
        // Records that two tables may hold are told of neither, so this one has a column more.
        made.run(
            "CREATE TABLE diary(_id INTEGER PRIMARY KEY, mood INTEGER, words TEXT NOT NULL, at INTEGER NOT NULL, \
             stars REAL NOT NULL DEFAULT 0.5)",
        );
        made.notes("diary", 1..=count);
        made.run("CREATE TABLE other(_id INTEGER PRIMARY KEY, a REAL, b REAL); INSERT INTO other VALUES (1, 0.5, 1.5)");
        assert_eq!(made.recovered(), []);
        made.run("DROP TABLE diary");
        let all = made.recovered();
        assert!(all.iter().all(|(table, ..)| table == "diary"), "{count}: {all:?}");
        let found = ids(&all, Found::DroppedTable);
        assert!(found.len() as i64 * 10 >= count * 9, "{count}, {vacuum}: {}", found.len());
    }
}

#[test]
fn pages_that_no_table_reaches_are_told() {
    let made = Made::new("PRAGMA journal_mode=DELETE;");
    made.run("CREATE TABLE diary(_id INTEGER PRIMARY KEY, mood INTEGER, words TEXT NOT NULL, at INTEGER NOT NULL)");
    made.notes("diary", 1..=200);
    // The row of the schema is taken away, the pages are not: what a hand in the file does.
    made.run("PRAGMA writable_schema=ON; DELETE FROM sqlite_schema WHERE name='diary'");
    let all = made.recovered();
    assert!(all.iter().all(|(table, ..)| table == "diary"), "{all:?}");
    assert_eq!(ids(&all, Found::DroppedTable), (1..=200).collect());
}

#[test]
fn rows_of_a_damaged_table_are_lost_and_not_dropped() {
    let made = Made::new("PRAGMA journal_mode=DELETE;");
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name='note'";
    let root = made.connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() as usize;
    let whole = made.file("").unwrap();
    // The root is gone, or its first child lies nowhere: the other pages stand as they were.
    for (at, bytes) in [(0, &[0; 1024][..]), (0, &[0]), (12, &[0, 12]), (1020, &[0, 0, 99, 99])] {
        let mut main = whole.clone();
        let from = (root - 1) * 1024 + at;
        main[from..from + bytes.len()].copy_from_slice(bytes);
        let database = Database::open(Arc::new(main), None, None).unwrap();
        let mut told = 0;
        database.recover(1000, &mut |one| {
            assert_eq!((one.table.name.as_str(), one.place), ("note", Found::LostPage), "{one:?}");
            assert_eq!(one.certainty, Certainty::Probable);
            told += 1;
        });
        assert!(at > 0 || told == 400, "{told}");
    }
}

#[test]
fn frames_that_no_commit_ends_are_told() {
    let made = Made::new("PRAGMA secure_delete=ON; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;");
    made.run("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA cache_size=5; PRAGMA cache_spill=1; BEGIN;");
    for id in 401..=900 {
        let text = format!("note {id} {}", "luna y puerta ".repeat((id % 7) as usize));
        made.connection.execute("INSERT INTO note VALUES (?1, ?1 % 5, ?2, 1700000000000 + ?1)", (id, text)).unwrap();
    }
    // Written to the log because the cache is small, and never committed.
    let (main, wal) = (made.file("").unwrap(), made.file("-wal"));
    made.run("ROLLBACK");
    let all = recovered(main, wal, None);
    let found = ids(&all, Found::UncommittedWalFrame);
    assert!(found.len() > 300 && found.iter().all(|id| *id > 400), "{}", found.len());
}

#[test]
fn frames_under_a_damaged_header_are_told_as_unproved() {
    let made = Made::new("PRAGMA journal_mode=DELETE;");
    made.run("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;");
    made.notes("note", 401..=460);
    let (main, mut wal) = (made.file("").unwrap(), made.file("-wal").unwrap());
    // In force: live rows, and none of them recovered.
    assert!(recovered(main.clone(), Some(wal.clone()), None).is_empty());
    wal[17] ^= 1;
    let all = recovered(main, Some(wal), None);
    assert_eq!(ids(&all, Found::UnprovedWalFrame), (401..=460).collect());
}

/// A root that was a leaf keeps the rows of that time between its pointers and its cells, and so do its earlier forms.
#[test]
fn inner_pages_as_they_were_are_looked_through() {
    let made = Made::new("PRAGMA secure_delete=OFF;");
    // What the leaves say of deleted rows is overwritten.
    made.run("PRAGMA secure_delete=ON; DELETE FROM note WHERE _id < 30;");
    let before = ids(&made.recovered(), Found::Unallocated);
    assert!(before.len() > 2, "{before:?}");
    made.run("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; VACUUM;");
    let after = ids(&made.recovered(), Found::ReplacedPage);
    assert!(before.is_subset(&after), "{before:?} {after:?}");
}
