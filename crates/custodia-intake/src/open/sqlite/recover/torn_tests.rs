//! Records of numbers, which say nothing by their form of what was written over them, as SQLite itself leaves them.

use std::sync::Arc;

use rusqlite::Connection;

use super::super::{Certainty, Database, Value};

/// A row as it was: its rowid and its values.
type Row = (i64, Vec<Value>);

/// What is told: how surely, where, of which rowid, and whether a row was so.
type Told = (Certainty, u64, Option<i64>, bool);

/// A database with a table of 200 rows after a statement, and these rows.
fn made(columns: &str, insert: &str, then: &str) -> (Vec<u8>, Vec<Row>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(&format!(
            "PRAGMA page_size=4096; PRAGMA secure_delete=OFF; PRAGMA synchronous=OFF; CREATE TABLE t({columns}); BEGIN"
        ))
        .unwrap();
    for id in 1..=200 {
        connection.execute(&format!("INSERT INTO t VALUES ({insert})"), [id]).unwrap();
    }
    let mut rows: Vec<Row> = Vec::new();
    {
        let mut select = connection.prepare("SELECT rowid, * FROM t").unwrap();
        let count = select.column_count();
        let mut all = select.query([]).unwrap();
        while let Some(row) = all.next().unwrap() {
            let value = |index| match row.get::<_, rusqlite::types::Value>(index).unwrap() {
                rusqlite::types::Value::Integer(value) => Value::Int(value),
                rusqlite::types::Value::Text(value) => Value::Text(value),
                rusqlite::types::Value::Real(value) => Value::Real(value),
                _ => Value::Null,
            };
            rows.push((row.get(0).unwrap(), (1..count).map(value).collect()));
        }
    }
    connection.execute_batch(&format!("COMMIT; {then}")).unwrap();
    drop(connection);
    (std::fs::read(&path).unwrap(), rows)
}

fn told(bytes: Vec<u8>, rows: &[Row]) -> Vec<Told> {
    let mut all = Vec::new();
    Database::open(Arc::new(bytes), None, None).unwrap().recover(10_000, &mut |one| {
        let skip = usize::from(one.table.rowid_alias.is_some() && one.rowid.is_none());
        let right = rows
            .iter()
            .any(|row| one.rowid.is_none_or(|rowid| rowid == row.0) && one.values.get(skip..) == row.1.get(skip..));
        all.push((one.certainty, one.offset, one.rowid, right));
    });
    all
}

const MEMBERS: &str =
    "_id INTEGER PRIMARY KEY AUTOINCREMENT, chat INTEGER NOT NULL, member INTEGER NOT NULL, rank INTEGER,
                       pending INTEGER, at INTEGER, label TEXT, method INTEGER";
const MEMBER: &str = "?1, 3 + ?1 / 50, 10 + ?1, ?1 % 3, 0, 1700000000000 + ?1 * 77777, NULL, ?1 % 4";

#[test]
fn what_is_told_as_sure_is_as_it_was() {
    let mut sure = 0;
    for from in [5, 30, 60, 90, 120, 150] {
        for rows in [format!("_id > {from}"), format!("_id < {from}"), format!("_id % 7 <> {from} % 7")] {
            let (bytes, ever) = made(MEMBERS, MEMBER, &format!("DELETE FROM t WHERE {rows}"));
            for one in told(bytes, &ever) {
                assert!(one.3 || one.0 == Certainty::Possible, "{rows}: {one:?}");
                sure += usize::from(one.0 == Certainty::Certain);
            }
        }
    }
    assert!(sure > 100, "{sure}");
}

/// Cells are freed one by one, and versions of SQLite write the header of the block that a cell becomes where the gap takes it in at once:
/// over the end of an older copy of another cell.
#[test]
fn what_the_header_of_a_block_may_have_torn_is_possible() {
    let (mut bytes, ever) = made(MEMBERS, MEMBER, "DELETE FROM t");
    let mut before = told(bytes.clone(), &ever);
    before.retain(|one| one.0 == Certainty::Certain && (4096..8192).contains(&one.1));
    before.sort_by_key(|one| one.1);
    let [.., torn, next, last] = before.as_slice() else { panic!("{before:?}") };
    // No next block, and one that reaches to where another cell begins. A byte of the end is another number.
    let at = next.1 as usize - 3;
    let size = u16::try_from(last.1 as usize - at).unwrap().to_be_bytes();
    bytes[at..at + 4].copy_from_slice(&[0, 0, size[0], size[1]]);
    let after = told(bytes, &ever);
    let found: Vec<&Told> = after.iter().filter(|one| one.1 == torn.1).collect();
    assert!(matches!(found.as_slice(), [(Certainty::Possible, _, _, false)]), "{found:?}");
    assert!(after.iter().all(|one| one.3 || one.0 == Certainty::Possible), "{after:?}");
}

/// Tables of two or three numbers: places, rows of the system, receipts.
#[test]
fn rows_of_few_numbers_are_told_where_cells_touch() {
    let tables = [
        ("message INTEGER, member INTEGER", "?1, ?1 % 60 + 2"),
        ("message INTEGER PRIMARY KEY, action INTEGER NOT NULL", "?1, 11 + ?1 % 4"),
        (
            "message INTEGER PRIMARY KEY, chat INTEGER, latitude REAL, longitude REAL",
            "?1, ?1 % 9, 40 + ?1 / 7.0, -3 - ?1 / 9.0",
        ),
        (
            "_id INTEGER PRIMARY KEY, message INTEGER, member INTEGER, at INTEGER, seen INTEGER, played INTEGER",
            "?1, ?1 + 4, ?1 % 60 + 2, 1700000000000 + ?1, NULL, NULL",
        ),
    ];
    for (columns, insert) in tables {
        let (bytes, ever) = made(columns, insert, "SELECT 1");
        assert!(told(bytes, &ever).is_empty(), "{columns}");
        for rows in ["1", "rowid > 190", "rowid > 5", "rowid % 2 = 0", "rowid BETWEEN 50 AND 150", "rowid = 200"] {
            let (bytes, ever) = made(columns, insert, &format!("DELETE FROM t WHERE {rows}"));
            let told = told(bytes, &ever);
            let wrong: Vec<_> = told.iter().filter(|one| !one.3).collect();
            assert!(wrong.iter().all(|one| one.0 == Certainty::Possible), "{columns}, {rows}: {wrong:?}");
        }
        // All at once, so that no header of a block stands over one.
        let (bytes, ever) = made(columns, insert, "DELETE FROM t");
        let told = told(bytes, &ever);
        assert!(told.iter().all(|one| one.3 || one.0 == Certainty::Possible), "{columns}: {told:?}");
        let right = told.iter().filter(|one| one.3).count();
        assert!(right >= 199, "{columns}: {right}");
    }
}
