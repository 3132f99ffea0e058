//! Rows that stand only in the log are told from those that the main file holds too.

use std::collections::HashMap;

use custodia_model::Found;
use rusqlite::Connection;

use super::invent::Invented;
use super::{open, rows};

#[test]
fn wal_is_what_the_main_file_lacks() {
    let (mut live, mut logged) = (0, 0);
    for seed in 2000..2120 {
        let mut invented = Invented::new(seed);
        invented.change(100);
        invented.log();
        invented.change(12);
        let (main, log) = invented.bytes();
        let both = open(main.clone(), log).unwrap();
        let alone = open(main, None).unwrap();
        for table in both.tables() {
            // A row rewritten since a column was added reads the same and is stored otherwise.
            if table.columns.iter().any(|name| name.starts_with("added")) {
                continue;
            }
            let (before, _) = rows(&alone, &table.name);
            let key = |rowid: i64, values: &[rusqlite::types::Value]| {
                if table.without_rowid { format!("{values:?}") } else { format!("{rowid} {values:?}") }
            };
            let before: HashMap<String, ()> = before.iter().map(|row| (key(row.rowid, &row.values), ())).collect();
            let (now, damage) = rows(&both, &table.name);
            assert_eq!(damage, []);
            for row in now {
                let expected = if before.contains_key(&key(row.rowid, &row.values)) { Found::Live } else { Found::Wal };
                assert_eq!(row.found, expected, "seed {seed}, table {}, row {}", table.name, row.rowid);
                match row.found {
                    Found::Live => live += 1,
                    Found::Wal => logged += 1,
                    other => panic!("the reader of databases does not give {other:?}"),
                }
            }
        }
    }
    assert!(live > 500 && logged > 200, "{live} live and {logged} logged rows are too few to tell");
}

/// SQLite overwrites a value of the same length in place: the leaf stays as it is, only its overflow page changes.
#[test]
fn a_change_on_an_overflow_page_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = Connection::open(&path).unwrap();
    let text = format!("{}{}", "a".repeat(9000), "b");
    connection.execute_batch("CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT)").unwrap();
    connection.execute("INSERT INTO t VALUES (1, ?1), (2, ?1)", [&text]).unwrap();
    connection.execute_batch("PRAGMA journal_mode=wal; PRAGMA wal_autocheckpoint=0").unwrap();
    let changed = format!("{}{}", "a".repeat(9000), "c");
    connection.execute("UPDATE t SET x = ?1 WHERE id = 2", [&changed]).unwrap();
    let database = open(super::file(&path).unwrap(), super::file(&folder.path().join("a.db-wal"))).unwrap();
    let (rows, _) = rows(&database, "t");
    assert_eq!(rows.iter().map(|row| row.found).collect::<Vec<_>>(), [Found::Live, Found::Wal]);
    // The same without looking at the column.
    let mut scan = database.scan("t", &["id"]);
    assert_eq!(scan.next().map(|record| record.found), Some(Found::Live));
    assert_eq!(scan.next().map(|record| record.found), Some(Found::Wal));
}

#[test]
fn everything_in_the_log_of_an_empty_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("PRAGMA journal_mode=wal; PRAGMA wal_autocheckpoint=0;").unwrap();
    connection.execute_batch("CREATE TABLE t(x); INSERT INTO t VALUES (1), (2)").unwrap();
    let log = super::file(&folder.path().join("a.db-wal"));
    for main in [super::file(&path).unwrap(), Vec::new()] {
        let database = open(main, log.clone()).unwrap();
        let (rows, damage) = rows(&database, "t");
        assert_eq!(damage, []);
        assert_eq!(
            rows.iter().map(|row| (row.rowid, row.found)).collect::<Vec<_>>(),
            [(1, Found::Wal), (2, Found::Wal)]
        );
    }
}

#[test]
fn checkpointed_frames_are_live() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("PRAGMA journal_mode=wal; PRAGMA wal_autocheckpoint=0;").unwrap();
    connection.execute_batch("CREATE TABLE t(x); INSERT INTO t VALUES (1), (2)").unwrap();
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).unwrap();
    let log = super::file(&folder.path().join("a.db-wal"));
    assert!(log.as_ref().is_some_and(|log| !log.is_empty()));
    let database = open(super::file(&path).unwrap(), log).unwrap();
    assert!(rows(&database, "t").0.iter().all(|row| row.found == Found::Live));
}
