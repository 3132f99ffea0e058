//! What a messenger does in the course of time: the newest rows are deleted, or all of a page; columns are added and dropped; a table
//! is rewritten under another name.

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

/// The numbers of the sentences that are told, each in the column of texts.
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
        if let Some(sentence) = sentence {
            let column =
                one.values.iter().position(|value| matches!(value, Value::Text(text) if text.starts_with("sentence")));
            assert_eq!(column.and_then(|column| one.table.columns.get(column)).map(String::as_str), Some("text"));
            told.insert(sentence);
        }
    });
    told
}

/// The numbers of the sentences that stand in a file.
fn standing(path: &Path, of: std::ops::Range<i64>) -> BTreeSet<i64> {
    let bytes = std::fs::read(path).unwrap();
    of.filter(|id| memchr::memmem::find(&bytes, format!("sentence {id} of circles").as_bytes()).is_some()).collect()
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

/// Rows of before have fewer fields, and later ones lie over the ends of their blocks.
#[test]
fn rows_that_were_deleted_before_a_column_was_added() {
    for later in [1, 5, 20] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = open(&path, "PRAGMA page_size=4096", COUNTED);
        insert(&connection, 1..41);
        connection
            .execute_batch("DELETE FROM message WHERE _id <= 60; ALTER TABLE message ADD COLUMN mood INTEGER")
            .unwrap();
        for id in 61..61 + later {
            let row = (id, format!("3EB0{id:016X}"), id, format!("new {id}, longer than the sentence {id} had been"));
            connection.execute("INSERT INTO message VALUES (?, 2, ?, ?, ?, 2)", row).unwrap();
        }
        drop(connection);
        let (told, standing) = (told(&path), standing(&path, 1..41));
        assert!(standing.difference(&told).count() <= 1 && !standing.is_empty(), "{later}: {standing:?} {told:?}");
    }
}

/// The way in which SQLite's documentation tells to change a table: no row is deleted.
#[test]
fn a_table_that_was_rewritten_is_no_dropped_one() {
    for name in ["x", "message_new", "new_message"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = open(&path, "PRAGMA page_size=4096", COUNTED);
        insert(&connection, 1..301);
        let rewrite = format!(
            "BEGIN; {}; INSERT INTO {name} SELECT * FROM message; DROP TABLE message; ALTER TABLE {name} RENAME TO message; COMMIT",
            COUNTED.replace("message", name)
        );
        connection.execute_batch(&rewrite).unwrap();
        drop(connection);
        assert_eq!(told(&path), BTreeSet::new(), "{name}");
    }
}

/// The pages of a table that was renamed are still its own, whatever a new one of its name has come to use.
#[test]
fn a_table_that_was_renamed_keeps_its_rows() {
    for pragma in ["PRAGMA page_size=4096", "PRAGMA page_size=4096; PRAGMA auto_vacuum=1"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = open(&path, pragma, COUNTED);
        insert(&connection, 1..301);
        let rename = format!(
            "DELETE FROM message WHERE _id BETWEEN 100 AND 159; ALTER TABLE message RENAME TO archive; {COUNTED}"
        );
        connection.execute_batch(&rename).unwrap();
        drop(connection);
        let told = told(&path);
        assert!(told.iter().all(|id| (100..160).contains(id)), "{told:?}");
    }
}

/// A table that is rewritten with its columns in another order, all of one kind, says the same rows.
#[test]
fn columns_in_another_order_delete_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = open(&path, "PRAGMA page_size=4096", COUNTED);
    insert(&connection, 1..301);
    let swapped =
        "CREATE TABLE x(_id INTEGER PRIMARY KEY AUTOINCREMENT, chat INTEGER, text TEXT, at INTEGER, key TEXT)";
    let rewrite = format!(
        "BEGIN; {swapped}; INSERT INTO x SELECT _id, chat, text, at, key FROM message; DROP TABLE message; ALTER TABLE x RENAME TO message; COMMIT"
    );
    connection.execute_batch(&rewrite).unwrap();
    drop(connection);
    let database = Database::open(Arc::new(std::fs::read(&path).unwrap()), None, None).unwrap();
    let mut told = 0;
    database.recover(10_000, &mut |_| told += 1);
    assert_eq!(told, 0);
}

/// Flags that change places are a change of the row: what it said before is told.
#[test]
fn numbers_that_change_places_are_no_other_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let table = "CREATE TABLE message(_id INTEGER PRIMARY KEY AUTOINCREMENT, seen INTEGER, kept INTEGER, at INTEGER, text TEXT)";
    let connection = open(&path, "PRAGMA page_size=4096; PRAGMA journal_mode=PERSIST", table);
    for id in 1..41_i64 {
        let row = (id, 1_700_000_000_000 + id * 60_000, format!("sentence {id} of circles"));
        connection.execute("INSERT INTO message VALUES (?, 0, 1, ?, ?)", row).unwrap();
    }
    connection.execute_batch("UPDATE message SET seen = 1, kept = 0 WHERE _id = 7").unwrap();
    drop(connection);
    assert!(told(&path).contains(&7));
}
