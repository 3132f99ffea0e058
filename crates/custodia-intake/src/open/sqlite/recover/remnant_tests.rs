//! What is left of records in places that lists no longer name, and what only looks like a record.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use super::super::{Database, Value};
use super::Certainty;

fn open(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch("PRAGMA secure_delete=OFF; PRAGMA synchronous=OFF").unwrap();
    connection
}

/// What is recovered of a file: page size, statements, and a number of rows that a statement writes.
fn made(page: u32, first: &str, insert: &str, rows: std::ops::Range<i64>, then: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = open(&path);
    connection.execute_batch(&format!("PRAGMA page_size={page}; {first}; BEGIN")).unwrap();
    for id in rows {
        connection.execute(insert, [id]).unwrap();
    }
    connection.execute_batch(&format!("COMMIT; {then}")).unwrap();
    drop(connection);
    std::fs::read(&path).unwrap()
}

type Told = (Option<i64>, Certainty, Vec<Value>);

fn recovered(bytes: Vec<u8>) -> Vec<Told> {
    let mut all = Vec::new();
    let mut take = |one: super::Recovered<'_>| all.push((one.rowid, one.certainty, one.values));
    Database::open(Arc::new(bytes), None, None).unwrap().recover(10_000, &mut take);
    all
}

/// A table of two columns, of which one is the rowid and the other goes on on other pages.
#[test]
fn long_values_that_stand_alone_are_recovered() {
    for (page, value) in
        [(1024, "zeroblob(2000)"), (4096, "zeroblob(5000)"), (4096, "replace(hex(zeroblob(3000)), '0', 'luna')")]
    {
        let insert = format!("INSERT INTO thumb VALUES (?1, {value})");
        let bytes = made(
            page,
            "CREATE TABLE thumb(id INTEGER PRIMARY KEY, b)",
            &insert,
            1..81,
            "DELETE FROM thumb WHERE id > 20",
        );
        let told = recovered(bytes);
        let ids: Vec<i64> = told.iter().filter_map(|(rowid, ..)| *rowid).collect();
        let some = (21..81).filter(|id| ids.contains(id)).count();
        assert!(some >= 55, "{page} {value}: {some} of 60");
        assert!(ids.iter().all(|id| *id > 20), "{page} {value}: {ids:?}");
    }
}

const WORDS: &str = "plum cherry grape pear apple olive fig quince plum olive grape fig cherry cherry pear apple quince fig olive grape";

fn text(id: i64) -> String {
    format!("note {id} {}", &WORDS[..5 + (id * 37 % 90) as usize])
}

fn notes(page: u32, encoding: &str, then: &str) -> Vec<u8> {
    let first =
        format!("PRAGMA encoding='{encoding}'; CREATE TABLE note(id INTEGER PRIMARY KEY, t TEXT, w REAL, b BLOB, z)");
    let insert = format!(
        "INSERT INTO note VALUES (?1, printf('note %d %s', ?1, substr('{WORDS}', 1, 5 + ?1 * 37 % 90)), ?1 * 1.5, zeroblob(5), NULL)"
    );
    made(page, &first, &insert, 1..301, then)
}

/// Every note that is told is as it was written, and no piece of another is told as one.
#[test]
fn nothing_is_told_out_of_the_middle_of_a_record() {
    let mut all = 0;
    for encoding in ["UTF-8", "UTF-16le", "UTF-16be"] {
        for page in [512, 4096, 65536] {
            let gone = "DELETE FROM note WHERE id % 5 = 0 OR (id > 99 AND id < 160)";
            for (rowid, _, values) in recovered(notes(page, encoding, gone)) {
                let Value::Text(text) = &values[1] else { panic!("{encoding} {page}: {values:?}") };
                let id: i64 = text.split(' ').nth(1).and_then(|id| id.parse().ok()).unwrap_or_default();
                assert!(*text == self::text(id), "{encoding} {page}: {values:?}");
                assert!(id % 5 == 0 || (100..160).contains(&id), "{encoding} {page}: {values:?}");
                assert!(rowid.is_none_or(|rowid| rowid == id));
                assert_eq!(values[2..], [Value::Real(id as f64 * 1.5), Value::Blob(vec![0; 5]), Value::Null], "{id}");
                all += 1;
            }
        }
    }
    assert!(all > 700, "{all}");
}

/// Freeing from the back of a page on makes a chain of blocks over which the gap then grows.
#[test]
fn blocks_whose_end_is_overwritten_give_what_stands_before_it() {
    let page = 4096;
    let bytes = notes(page, "UTF-8", "DELETE FROM note WHERE id % 5 = 0 OR (id > 99 AND id < 160)");
    let whole: BTreeMap<i64, bool> = (100..160)
        .map(|id| {
            let mut bytes_of = text(id).into_bytes();
            match id % 2 {
                0 => bytes_of.extend(((id * 3 / 2) as i16).to_be_bytes()),
                _ => bytes_of.extend((id as f64 * 1.5).to_be_bytes()),
            }
            bytes_of.extend([0; 5]);
            (id, memchr::memmem::find(&bytes, &bytes_of).is_some())
        })
        .collect();
    let told: Vec<i64> = recovered(bytes)
        .iter()
        .filter_map(|(_, _, values)| match &values[1] {
            Value::Text(text) => text.split(' ').nth(1)?.parse().ok(),
            _ => None,
        })
        .collect();
    let stands = whole.values().filter(|stands| **stands).count();
    let missed: Vec<&i64> =
        whole.iter().filter(|(id, stands)| **stands && !told.contains(id)).map(|(id, _)| id).collect();
    assert!(stands > 15 && missed.is_empty(), "{stands} stand, {missed:?} are missed");
}

/// The page that a chat left last holds the list of free pages; what was freed on it first stands behind a stale header.
#[test]
fn the_last_cell_of_a_page_that_holds_the_list_of_free_pages() {
    for last in 100..130 {
        let bytes =
            notes(1024, "UTF-8", &format!("DELETE FROM note WHERE id > 280; DELETE FROM note WHERE id > {last}"));
        let told = recovered(bytes);
        let wrong = told
            .iter()
            .filter(|(.., values)| !matches!(&values[1], Value::Text(text) if text.starts_with("note ")))
            .count();
        assert_eq!(wrong, 0);
    }
}

/// A list of free pages that names a page of a table is damaged; the rows there live.
#[test]
fn a_page_that_a_table_uses_is_not_free() {
    let whole = notes(1024, "UTF-8", "");
    let leaf = (2..whole.len() / 1024).find(|page| whole[page * 1024] == 13).unwrap() + 1;
    let recover = |bytes: Vec<u8>| {
        let mut told = 0;
        let odd = Database::open(Arc::new(bytes), None, None).unwrap().recover(1000, &mut |_| told += 1);
        (told, odd.is_some())
    };
    assert_eq!(recover(whole.clone()), (0, false));
    let mut bytes = whole;
    bytes[32..36].copy_from_slice(&(leaf as u32).to_be_bytes());
    assert_eq!(recover(bytes), (0, true));
}

/// A copy of a live row over whose end other bytes were written is no deleted row for sure.
#[test]
fn a_spoiled_copy_of_a_live_row_is_never_sure() {
    let mut bytes = made(
        4096,
        "CREATE TABLE t(id INTEGER PRIMARY KEY, a BLOB, n INTEGER, b BLOB)",
        "INSERT INTO t VALUES (?1, randomblob(30), ?1, CAST(printf('row %d plum plum plum plum plum', ?1) AS BLOB))",
        1..21,
        "",
    );
    assert_eq!(recovered(bytes.clone()).len(), 0);
    // The gap of the first leaf takes a copy of its last cell.
    let at = (1..bytes.len() / 4096).map(|page| page * 4096).find(|at| bytes[*at] == 13).unwrap();
    let cells = usize::from(u16::from_be_bytes([bytes[at + 3], bytes[at + 4]]));
    let first = usize::from(u16::from_be_bytes([bytes[at + 5], bytes[at + 6]]));
    let length = 2 + usize::from(bytes[at + first]);
    let into = at + 8 + 2 * cells + 20;
    assert!(into + length + 40 < at + first, "there is room");
    let copy = bytes[at + first..at + first + length].to_vec();
    bytes[into..into + length].copy_from_slice(&copy);
    assert_eq!(recovered(bytes.clone()).len(), 0);
    bytes[into + length - 6..into + length].copy_from_slice(b"\x90\x91\x92\x93\x94\x95");
    let told = recovered(bytes);
    assert_eq!(told.iter().map(|(_, certainty, _)| *certainty).collect::<Vec<_>>(), [Certainty::Possible]);
}
