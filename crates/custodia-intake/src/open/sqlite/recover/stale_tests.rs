//! Records behind stale headers of freeblocks, and in bytes that nothing covers, as SQLite itself leaves them.

use std::collections::HashSet;
use std::sync::Arc;

use rusqlite::Connection;

use super::super::{Database, Value};

fn made(delete: &[i64]) -> (Vec<u8>, usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "PRAGMA page_size=1024; PRAGMA secure_delete=OFF; PRAGMA synchronous=OFF;
             CREATE TABLE note(_id INTEGER PRIMARY KEY, chat INTEGER NOT NULL, text TEXT, at INTEGER);",
        )
        .unwrap();
    for id in 1..=400 {
        let text = format!("nota {id} {}", "luna ".repeat((id % 7) as usize));
        connection.execute("INSERT INTO note VALUES (?1, ?1 % 5, ?2, 1700000000000 + ?1)", (id, text)).unwrap();
    }
    for id in delete {
        connection.execute("DELETE FROM note WHERE _id = ?1", [id]).unwrap();
    }
    drop(connection);
    let bytes = std::fs::read(&path).unwrap();
    let leaf = bytes.chunks(1024).position(|page| page.windows(9).any(|part| part == b"nota 203 ")).unwrap();
    (bytes, leaf)
}

/// The ids of what is recovered; each record must be as it was written.
fn ids(bytes: Vec<u8>) -> HashSet<i64> {
    let mut ids = HashSet::new();
    Database::open(Arc::new(bytes), None, None).unwrap().recover(10_000, &mut |one| {
        let Some(Value::Text(text)) = one.values.get(2) else { panic!("{one:?}") };
        let id: i64 = text.split(' ').nth(1).unwrap().parse().unwrap();
        assert_eq!(*text, format!("nota {id} {}", "luna ".repeat((id % 7) as usize)));
        assert_eq!(one.values.get(3), Some(&Value::Int(1_700_000_000_000 + id)));
        assert!(one.rowid.is_none_or(|rowid| rowid == id));
        ids.insert(id);
    });
    ids
}

#[test]
fn blocks_that_the_gap_grew_over_give_their_records() {
    // The last cells of a leaf lie nearest to the gap. Every third is freed as a block; freeing those beside the gap then
    // moves its edge over them.
    let (_, leaf) = made(&[]);
    let (bytes, _) = made(&[]);
    let page = &bytes[leaf * 1024..(leaf + 1) * 1024];
    let cells = usize::from(u16::from_be_bytes([page[3], page[4]]));
    let of = |index: usize| {
        let at = 8 + 2 * index;
        let at = usize::from(u16::from_be_bytes([page[at], page[at + 1]]));
        // The rowids of this leaf take two bytes, after one for the length.
        (i64::from(page[at + 1] & 0x7f) << 7) | i64::from(page[at + 2])
    };
    let last: Vec<i64> = (cells - 5..cells).map(of).collect();
    // From the middle outwards to the gap.
    let gone = [last[1], last[3], last[2], last[4]];
    let (bytes, _) = made(&gone);
    assert_eq!(ids(bytes), gone.into_iter().collect());
}

#[test]
fn bytes_that_nothing_covers_give_their_records() {
    let (mut bytes, leaf) = made(&[]);
    assert_eq!(ids(bytes.clone()), HashSet::new());
    let cells = usize::from(u16::from_be_bytes([bytes[leaf * 1024 + 3], bytes[leaf * 1024 + 4]]));
    bytes[leaf * 1024 + 3..leaf * 1024 + 5].copy_from_slice(&[0, 3]);
    assert_eq!(ids(bytes).len(), cells - 3);
}
