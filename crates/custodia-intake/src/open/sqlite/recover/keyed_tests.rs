//! Deleted rows of tables without rowids, against SQLite itself.

use std::collections::HashSet;
use std::sync::Arc;

use rusqlite::Connection;

use super::super::{Certainty, Database, Value};

/// Makes a table of 300 notes, and others, deletes some, and gives what is recovered of the notes.
fn recovered(page: u32, table: &str, others: &str, then: &str) -> Vec<(i64, String)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = Connection::open(&path).unwrap();
    let first =
        format!("PRAGMA page_size={page}; PRAGMA secure_delete=OFF; PRAGMA synchronous=OFF; CREATE TABLE {table};");
    connection.execute_batch(&format!("{first} {others}; BEGIN")).unwrap();
    for id in 1..301 {
        let fill = "plum ".repeat(id % 40);
        let values = (id as i64, format!("note {id} {fill}"), id as f64 * 1.5, vec![id as u8; 5]);
        connection.execute("INSERT INTO n(id, t, w, b) VALUES (?1, ?2, ?3, ?4)", values).unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
    connection.execute_batch(then).unwrap();
    drop(connection);
    let mut all = Vec::new();
    Database::open(Arc::new(std::fs::read(&path).unwrap()), None, None).unwrap().recover(10_000, &mut |one| {
        if !one.table.without_rowid || !one.cut.is_empty() {
            return;
        }
        let [Value::Int(id), Value::Text(text), Value::Real(w), ..] = one.values.as_slice() else { panic!("{one:?}") };
        assert!(*w == *id as f64 * 1.5 && one.rowid.is_none(), "{one:?}");
        assert_eq!(*text, format!("note {id} {}", "plum ".repeat((*id % 40) as usize)));
        // The end of a copy of a live row may be overwritten.
        if one.certainty < Certainty::Possible || *id % 50 == 0 || (61..241).contains(id) {
            all.push((*id, text.clone()));
        }
    });
    all
}

const GONE: &str = "DELETE FROM n WHERE id % 50 = 0 OR (id > 60 AND id < 241)";

#[test]
fn deleted_rows_of_tables_without_rowids() {
    for page in [512, 4096] {
        for key in ["id", "t, w", "w, id"] {
            let table = format!("n(id INTEGER, t TEXT, w REAL, b BLOB, z, PRIMARY KEY({key})) WITHOUT ROWID");
            let told = recovered(page, &table, "CREATE TABLE o(x, y); CREATE INDEX ix ON o(x)", GONE);
            let ids: HashSet<i64> = told.iter().map(|(id, _)| *id).collect();
            assert!(ids.iter().all(|id| id % 50 == 0 || (61..241).contains(id)), "{page} {key}: {ids:?}");
            assert_eq!(ids.len(), told.len(), "each once");
            // Short ones that were freed as cells and not with their page have lost too much.
            assert!(ids.len() >= 50, "{page} {key}: {}", ids.len());
        }
    }
}

#[test]
fn rows_of_a_dropped_table_without_rowids() {
    let table = "n(id INTEGER PRIMARY KEY, t TEXT, w REAL, b BLOB, z) WITHOUT ROWID";
    let told = recovered(4096, table, "CREATE TABLE o(x, y)", "DROP TABLE n");
    // The page that holds the list of free pages has lost its beginning.
    assert!(told.len() >= 250, "{}", told.len());
}

#[test]
fn nothing_is_told_where_nothing_was_deleted() {
    let table = "n(id INTEGER PRIMARY KEY, t TEXT, w REAL, b BLOB, z) WITHOUT ROWID";
    assert_eq!(recovered(512, table, "CREATE INDEX ix ON n(t)", ""), []);
    assert_eq!(recovered(4096, table, "", "UPDATE n SET z = NULL"), []);
}

/// Entries of indexes on free pages look like rows of a table without rowids, and are none.
#[test]
fn entries_of_indexes_are_no_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "PRAGMA secure_delete=OFF; CREATE TABLE kv(k TEXT PRIMARY KEY, v INTEGER) WITHOUT ROWID; CREATE TABLE p(name TEXT);
             CREATE INDEX ix ON p(name); INSERT INTO kv VALUES ('luna', 5), ('rosa', 7);
             WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i<3000) INSERT INTO p SELECT 'name ' || i FROM c;
             DELETE FROM p WHERE rowid > 50; ",
        )
        .unwrap();
    drop(connection);
    let mut keyed = 0;
    let database = Database::open(Arc::new(std::fs::read(&path).unwrap()), None, None).unwrap();
    database.recover(10_000, &mut |one| keyed += usize::from(one.table.without_rowid));
    assert_eq!(keyed, 0);
}
