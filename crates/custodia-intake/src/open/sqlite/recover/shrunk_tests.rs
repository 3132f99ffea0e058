//! Databases that became smaller, and what only a record alone or an old first page tells, as SQLite itself leaves them.

use std::collections::BTreeMap;
use std::sync::Arc;

use custodia_model::Found;
use rusqlite::Connection;

use super::super::{Certainty, Database};
use crate::bytes::Bytes;

/// A database on disk.
struct Made {
    folder: tempfile::TempDir,
    connection: Connection,
}

/// A database of `count` notes, every third of them of `long` words.
fn made(pragmas: &str, count: i64, long: usize) -> Made {
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::open(folder.path().join("a.db")).unwrap();
    connection.execute_batch(&format!("PRAGMA synchronous=OFF; {pragmas}")).unwrap();
    connection.execute_batch("CREATE TABLE note(_id INTEGER PRIMARY KEY, body TEXT); BEGIN").unwrap();
    for id in 1..=count {
        let words = if id % 3 == 0 { "lattice ".repeat(long) } else { "edge ".repeat(20) };
        connection.execute("INSERT INTO note VALUES (?1, ?2)", (id, format!("note number {id} {words}"))).unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
    Made { folder, connection }
}

impl Made {
    fn run(&self, sql: &str) {
        self.connection.execute_batch(sql).unwrap();
    }

    fn file(&self, suffix: &str) -> Option<Vec<u8>> {
        std::fs::read(self.folder.path().join(format!("a.db{suffix}"))).ok().filter(|bytes| !bytes.is_empty())
    }

    fn told(&self) -> BTreeMap<i64, (Found, Certainty)> {
        told(self.file("").unwrap(), self.file("-wal"), self.file("-journal"))
    }
}

fn told(main: Vec<u8>, wal: Option<Vec<u8>>, journal: Option<Vec<u8>>) -> BTreeMap<i64, (Found, Certainty)> {
    let shared = |bytes: Vec<u8>| Arc::new(bytes) as Bytes;
    let database = Database::open(shared(main), wal.map(shared), journal.map(shared)).unwrap();
    let mut all = BTreeMap::new();
    database.recover(100_000, &mut |one| {
        all.insert(one.rowid.unwrap_or(-1), (one.place, one.certainty));
    });
    all
}

/// With `auto_vacuum`, which Android has by default, pages that a transaction empties are cut off with its commit.
#[test]
fn pages_beyond_the_last_commit_are_read_as_old_ones() {
    let pragmas = "PRAGMA page_size=4096; PRAGMA auto_vacuum=FULL; PRAGMA secure_delete=OFF; PRAGMA journal_mode=WAL;
                   PRAGMA wal_autocheckpoint=0";
    for (checkpoint, place) in [("", Found::OldWalFrame), ("PRAGMA wal_checkpoint(TRUNCATE)", Found::FreelistPage)] {
        let made = made(pragmas, 300, 12);
        made.run(checkpoint);
        assert!(made.told().is_empty());
        made.run("DELETE FROM note WHERE _id > 5");
        let told = made.told();
        assert_eq!(told.keys().copied().collect::<Vec<_>>(), (6..=300).collect::<Vec<_>>(), "{checkpoint}");
        // Some stand on pages that are still in use.
        let beyond = told.values().filter(|one| **one == (place, Certainty::Certain)).count();
        assert!(beyond > 250, "{checkpoint}: {beyond}");
    }
}

#[test]
fn a_record_may_be_larger_than_what_the_database_is_today() {
    for long in [400, 2500] {
        let pragmas =
            "PRAGMA page_size=4096; PRAGMA auto_vacuum=FULL; PRAGMA secure_delete=ON; PRAGMA journal_mode=PERSIST";
        let made = made(pragmas, 60, long);
        made.run("DELETE FROM note");
        assert_eq!(made.told().into_keys().collect::<Vec<_>>(), (1..=60).collect::<Vec<_>>(), "{long}");
    }
}

/// A journal whose header is zeroed and that keeps one record: nothing beside that says that its checksum agrees.
#[test]
fn a_record_that_stands_alone_in_a_journal_is_possible() {
    let made = made("PRAGMA page_size=1024; PRAGMA secure_delete=ON; PRAGMA journal_mode=PERSIST", 60, 5);
    made.run("DELETE FROM note WHERE _id BETWEEN 20 AND 25");
    let (main, journal) = (made.file("").unwrap(), made.file("-journal").unwrap());
    let whole = told(main.clone(), None, Some(journal.clone()));
    assert_eq!(whole.keys().copied().collect::<Vec<_>>(), (20..=25).collect::<Vec<_>>());
    assert!(whole.values().all(|one| *one == (Found::RollbackJournal, Certainty::Certain)));
    let mut alone = BTreeMap::new();
    for record in journal[512..].chunks_exact(1032) {
        let journal = [&[0; 512][..], record].concat();
        alone.extend(told(main.clone(), None, Some(journal)));
    }
    assert_eq!(alone.keys().collect::<Vec<_>>(), whole.keys().collect::<Vec<_>>());
    assert!(alone.values().all(|one| *one == (Found::RollbackJournal, Certainty::Possible)), "{alone:?}");
}

/// Rows of the schema have the form of rows of a table of five columns, and are none.
#[test]
fn an_old_first_page_bears_rows_of_the_schema_alone() {
    for journal in ["WAL", "PERSIST"] {
        let made = made(&format!("PRAGMA journal_mode={journal}; PRAGMA wal_autocheckpoint=0"), 3, 1);
        made.run("CREATE TABLE contact(name TEXT, nick TEXT, city TEXT, age INTEGER, remark TEXT)");
        for id in 0..40 {
            made.run(&format!("INSERT INTO contact VALUES ('Blue {id}', 'Square', 'Town', {id}, 'remark {id}')"));
        }
        made.run("CREATE TABLE other(a INTEGER); CREATE INDEX of_other ON other(a)");
        assert!(made.told().is_empty(), "{journal}: {:?}", made.told());
    }
}
