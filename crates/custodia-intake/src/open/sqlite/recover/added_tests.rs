//! Rows that SQLite wrote anew after columns were added, as it leaves them itself.

use std::sync::Arc;

use rusqlite::Connection;

use super::super::{Database, Value};

/// What is told of a table of 300 rows after some statements; every fiftieth of so many words.
fn told(encoding: &str, words: usize, then: &str) -> Vec<(Option<i64>, Vec<Value>)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(&format!(
            "PRAGMA encoding='{encoding}'; PRAGMA page_size=1024; PRAGMA secure_delete=OFF; PRAGMA synchronous=OFF;
             CREATE TABLE note(_id INTEGER PRIMARY KEY, text TEXT, number INTEGER); BEGIN;"
        ))
        .unwrap();
    for id in 1..=300 {
        let text = format!("circle text number {id} {}", "edge ".repeat(if id % 50 == 0 { words } else { 0 }));
        connection.execute("INSERT INTO note VALUES (?1, ?2, ?1 * 1000)", (id, text)).unwrap();
    }
    connection.execute_batch(&format!("COMMIT; {then}")).unwrap();
    drop(connection);
    let mut all = Vec::new();
    let database = Database::open(Arc::new(std::fs::read(&path).unwrap()), None, None).unwrap();
    // What is rebuilt may be misread in UTF-16, where nearly any two bytes are a letter.
    let wanted = |rowid: Option<i64>| encoding == "UTF-8" || rowid.is_some();
    database.recover(10_000, &mut |one| all.extend(wanted(one.rowid).then_some((one.rowid, one.values))));
    all
}

/// SQLite stores the default of a new column when it writes a row anew: the earlier form says the same in fewer bytes.
#[test]
fn an_earlier_form_that_says_what_the_live_row_says_is_not_told() {
    let defaults = [
        "INTEGER",
        "INTEGER DEFAULT 0",
        "INTEGER DEFAULT -70000",
        "TEXT DEFAULT 'réd'",
        "REAL DEFAULT 0.5",
        "REAL DEFAULT 3",
    ];
    for encoding in ["UTF-8", "UTF-16le"] {
        for default in defaults {
            // Where a record goes on on other pages, what the default pushes there cannot be told from what stood there before.
            let words = if default == "INTEGER" { 600 } else { 0 };
            let add = format!(
                "ALTER TABLE note ADD COLUMN more {default}; UPDATE note SET number = number WHERE _id % 3 = 0"
            );
            assert_eq!(told(encoding, words, &add), [], "{encoding} {default}");
            // A second column, over rows of one and of two forms before.
            let twice = format!(
                "{add}; ALTER TABLE note ADD COLUMN most TEXT; UPDATE note SET number = number WHERE _id % 5 = 0"
            );
            assert_eq!(told(encoding, words, &twice), [], "{encoding} {default}");
        }
    }
}

#[test]
fn an_earlier_form_that_says_something_else_is_told() {
    let told = told(
        "UTF-8",
        0,
        "ALTER TABLE note ADD COLUMN more INTEGER DEFAULT 7; UPDATE note SET more = 8 WHERE _id = 299",
    );
    let [(rowid, values)] = told.as_slice() else { panic!("{told:?}") };
    assert!(rowid.is_none_or(|rowid| rowid == 299));
    assert_eq!(values[2..], [Value::Int(299_000), Value::Int(7)]);
}
