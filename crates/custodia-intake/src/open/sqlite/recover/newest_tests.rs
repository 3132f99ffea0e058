//! The newest rows of a table are those that were deleted, or all rows of a page are.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use super::super::{Database, Value};

fn open(path: &Path, pragma: &str, table: &str) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(&format!("PRAGMA secure_delete=OFF; PRAGMA synchronous=OFF; {pragma}; {table}")).unwrap();
    connection
}

fn insert(connection: &Connection, ids: std::ops::Range<i64>) {
    connection.execute_batch("BEGIN").unwrap();
    for id in ids {
        let row = (id, format!("3EB0{id:016X}"), 1_700_000_000_000 + id * 60_000, format!("sentence {id} of circles"));
        connection.execute("INSERT INTO message VALUES (?, 2, ?, ?, ?)", row).unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
}

/// The numbers of the sentences that are told.
fn told(path: &Path) -> BTreeSet<i64> {
    let bytes = |end: &str| std::fs::read(format!("{}{end}", path.display())).ok();
    let beside = |end: &str| bytes(end).map(|bytes| Arc::new(bytes) as crate::bytes::Bytes);
    let database = Database::open(Arc::new(bytes("").unwrap()), beside("-wal"), beside("-journal")).unwrap();
    let mut told = BTreeSet::new();
    database.recover(10_000, &mut |one| {
        let sentence = one.values.iter().find_map(|value| match value {
            Value::Text(text) => text.strip_prefix("sentence ")?.strip_suffix(" of circles")?.parse::<i64>().ok(),
            _ => None,
        });
        told.extend(sentence);
    });
    told
}

const COUNTED: &str =
    "CREATE TABLE message(_id INTEGER PRIMARY KEY AUTOINCREMENT, chat INTEGER, key TEXT, at INTEGER, text TEXT)";

/// Of freed rows the number is overwritten, and may have been longer than any that is left.
#[test]
fn numbers_above_all_that_are_left() {
    for (base, pragma) in [(0, "PRAGMA page_size=16384"), (16_256, "PRAGMA page_size=16384")] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = open(&path, pragma, COUNTED);
        insert(&connection, base + 1..base + 151);
        for odd in [0, 1] {
            let delete = format!("DELETE FROM message WHERE _id > {} AND _id % 2 = {odd}", base + 127);
            connection.execute_batch(&delete).unwrap();
        }
        drop(connection);
        let (told, gone) = (told(&path), base + 128..base + 151);
        let missing: Vec<i64> = gone.clone().filter(|id| !told.contains(id)).collect();
        // A row whose header lies under that of a later block has lost more than can be put together.
        assert!(missing.len() <= 1, "{missing:?}");
        assert!(told.iter().all(|id| gone.contains(id)), "{told:?}");
    }
}

/// An older form of a page whose list of cells is empty is of the table that has the page today.
#[test]
fn a_page_whose_rows_were_all_deleted_and_that_was_used_again() {
    for journal in ["PERSIST", "WAL"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let pragma = format!("PRAGMA page_size=4096; PRAGMA journal_mode={journal}; PRAGMA wal_autocheckpoint=0");
        let connection = open(&path, &pragma, COUNTED);
        insert(&connection, 1..41);
        connection.execute_batch("DELETE FROM message").unwrap();
        if journal == "WAL" {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        }
        insert(&connection, 61..91);
        // What is there now, before a last connection tidies up.
        let copy = folder.path().join("copy.db");
        for end in ["", "-wal", "-journal"] {
            let _ = std::fs::copy(format!("{}{end}", path.display()), format!("{}{end}", copy.display()));
        }
        let told = told(&copy);
        let missing: Vec<i64> = (1..41).filter(|id| !told.contains(id)).collect();
        assert!(missing.len() <= 1, "{journal}: {missing:?}");
        assert!(told.iter().all(|id| (1..41).contains(id)), "{journal}: {told:?}");
    }
}
