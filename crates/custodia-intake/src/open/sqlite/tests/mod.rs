//! SQLite itself is the oracle: invented databases of many forms are written by it and read by both.

mod agree;
mod found;
mod hostile;
mod hot;
mod invent;
mod schema;

use std::path::Path;
use std::sync::Arc;

use custodia_model::Found;
use rusqlite::types::Value;

use super::{Cell, Damage, Database, NotADatabase, kind};
use crate::bytes::Bytes;

/// A file as bytes; none when it is not there.
fn file(path: &Path) -> Option<Vec<u8>> {
    std::fs::read(path).ok()
}

/// Opens a database and the log given with it.
fn open(main: Vec<u8>, wal: Option<Vec<u8>>) -> Result<Database, NotADatabase> {
    Database::open(Arc::new(main) as Bytes, wal.map(|wal| Arc::new(wal) as Bytes), None)
}

/// A row as this reader gives it.
#[derive(Debug, PartialEq)]
struct Row {
    rowid: i64,
    values: Vec<Value>,
    found: Found,
}

fn value(cell: Cell<'_>) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Int(value) => Value::Integer(value),
        Cell::Real(value) => Value::Real(value),
        Cell::Text(value) => Value::Text(value.into()),
        Cell::Blob(value) => Value::Blob(value.into()),
    }
}

/// All rows of a table with all its columns, and the damage met on them.
fn rows(database: &Database, table: &str) -> (Vec<Row>, Vec<Damage>) {
    let columns = database.table(table).map(|table| table.columns.clone()).unwrap_or_default();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut scan = database.scan(table, &columns);
    let mut rows = Vec::new();
    while let Some(record) = scan.next() {
        let values = (0..columns.len()).map(|n| value(record.get(n))).collect();
        rows.push(Row { rowid: record.rowid, values, found: record.found });
    }
    (rows, scan.damage())
}

/// The same rows as SQLite gives them.
fn oracle(
    connection: &rusqlite::Connection,
    table: &str,
    columns: &[String],
    without_rowid: bool,
) -> Vec<(i64, Vec<Value>)> {
    let list: Vec<String> = columns.iter().map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect();
    let (rowid, order) = if without_rowid { ("0", "") } else { ("rowid", "NOT INDEXED ORDER BY rowid") };
    let table = table.replace('"', "\"\"");
    let sql = format!("SELECT {rowid}, {} FROM \"{table}\" {order}", list.join(", "));
    let mut statement = connection.prepare(&sql).unwrap();
    let rows = statement.query_map([], |row| {
        let values = (0..columns.len()).map(|n| row.get(n + 1)).collect::<Result<_, _>>();
        Ok((row.get(0)?, values?))
    });
    rows.unwrap()
        .enumerate()
        .map(|(n, row)| row.map(|(id, v)| (if without_rowid { n as i64 + 1 } else { id }, v)).unwrap())
        .collect()
}

/// Checks that every table of a database reads as SQLite reads it.
fn agree(connection: &rusqlite::Connection, database: &Database) {
    assert_eq!(database.damage(), []);
    let mut statement = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY rowid")
        .unwrap();
    let names: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(database.tables().iter().map(|table| table.name.clone()).collect::<Vec<_>>(), names);
    for table in database.tables() {
        let expected = oracle(connection, &table.name, &table.columns, table.without_rowid);
        let (found, damage) = rows(database, &table.name);
        assert_eq!(damage, [], "{}", table.name);
        assert_eq!(found.len(), expected.len(), "{}", table.name);
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!((found.rowid, &found.values), (expected.0, &expected.1), "{}: {}", table.name, table.sql);
        }
    }
}
