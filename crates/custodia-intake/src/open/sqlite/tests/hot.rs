//! Rollback journals beside a database: whether their transaction ended is decided as SQLite does, and where it did not every byte
//! is read as SQLite leaves it after it has rolled the transaction back.

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use super::super::{Database, kind, rollback};
use super::{file, oracle, rows};
use crate::bytes::{Bytes, ReadAt};

/// A database in the middle of a transaction, and its journal.
struct Middle {
    main: Vec<u8>,
    journal: Vec<u8>,
}

/// The files of a database of `size` bytes a page on which `first` was run, and then `then` within a transaction.
fn middle(size: usize, pragmas: &str, first: &str, then: &str) -> Middle {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(&format!("PRAGMA page_size={size}; PRAGMA cache_size=5; {pragmas}; {first}")).unwrap();
    connection.execute_batch(&format!("BEGIN; {then}")).unwrap();
    Middle { main: file(&path).unwrap(), journal: file(&folder.path().join("a.db-journal")).unwrap_or_default() }
}

const NOTES: &str = "CREATE TABLE note(_id INTEGER PRIMARY KEY, text TEXT, n INTEGER); CREATE INDEX by_n ON note(n);
    WITH c(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM c WHERE i < 400)
    INSERT INTO note SELECT i, 'nota ' || i || ' ' || hex(zeroblob(i % 90)), i * 7919 % 100 FROM c";

const CHANGES: [&str; 4] = [
    "UPDATE note SET text = 'nunca ' || _id WHERE _id % 3 = 0",
    "DELETE FROM note WHERE _id BETWEEN 30 AND 390",
    "WITH c(i) AS (VALUES (401) UNION ALL SELECT i + 1 FROM c WHERE i < 900)
     INSERT INTO note SELECT i, hex(zeroblob(i % 200)), i FROM c",
    "DROP TABLE note; CREATE TABLE other(x); WITH c(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM c WHERE i < 300)
     INSERT INTO other SELECT hex(zeroblob(i)) FROM c",
];

/// The main file as SQLite leaves it after it has opened the two, and the connection that did.
fn by_sqlite(folder: &Path, main: &[u8], journal: &[u8]) -> (Vec<u8>, Connection) {
    let path = folder.join("a.db");
    std::fs::write(&path, main).unwrap();
    std::fs::write(folder.join("a.db-journal"), journal).unwrap();
    let connection = Connection::open(&path).unwrap();
    let _ = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
    (file(&path).unwrap(), connection)
}

/// The same as this reader has it, and whether the journal is in force.
fn by_reader(main: &[u8], journal: &[u8]) -> (Vec<u8>, bool) {
    let bytes: Bytes = Arc::new(main.to_vec());
    let journal: Bytes = Arc::new(journal.to_vec());
    match rollback::read(&bytes, &journal) {
        Ok(before) => {
            let mut all = vec![0; usize::try_from(before.len()).unwrap() + 10];
            let got = before.read_at(0, &mut all).unwrap();
            all.truncate(got);
            (all, true)
        }
        Err(_) => (main.to_vec(), false),
    }
}

fn same(main: &[u8], journal: &[u8], what: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let (expected, _) = by_sqlite(folder.path(), main, journal);
    let (found, hot) = by_reader(main, journal);
    assert!(found == expected, "{what}: {} bytes, SQLite has {}, hot {hot}", found.len(), expected.len());
    hot
}

#[test]
fn a_hot_journal_gives_the_bytes_and_rows_of_before() {
    let mut all = 0;
    for size in [512, 1024, 4096, 65536] {
        for sync in ["OFF", "NORMAL", "FULL"] {
            for (number, change) in CHANGES.iter().enumerate() {
                let what = format!("{size}, {sync}, {number}");
                let Middle { main, journal } = middle(size, &format!("PRAGMA synchronous={sync}"), NOTES, change);
                // SQLite writes the first bytes once the journal lies safely on the disk, and before that nothing to the file.
                if journal.first().is_none_or(|byte| *byte == 0) {
                    assert!(!same(&main, &journal, &what));
                    continue;
                }
                all += 1;
                assert!(same(&main, &journal, &what), "{what}");
                let folder = tempfile::tempdir().unwrap();
                let (_, connection) = by_sqlite(folder.path(), &main, &journal);
                let database = Database::open(Arc::new(main), None, Some(Arc::new(journal))).unwrap();
                let kinds: Vec<_> = database.damage().iter().map(|damage| damage.kind).collect();
                assert_eq!(kinds, [kind::ROLLED_BACK], "{what}");
                assert_eq!(database.tables().len(), 1);
                let columns = database.tables()[0].columns.clone();
                let (found, damage) = rows(&database, "note");
                assert_eq!(damage, []);
                let found: Vec<_> = found.into_iter().map(|row| (row.rowid, row.values)).collect();
                assert_eq!(found, oracle(&connection, "note", &columns, false), "{what}");
                assert_eq!(found.len(), 400);
            }
        }
    }
    assert!(all > 30, "{all}");
}

#[test]
fn a_damaged_journal_is_taken_as_far_as_sqlite_takes_it() {
    let mut hot = 0;
    for (number, change) in CHANGES.iter().enumerate() {
        let Middle { main, journal } = middle(1024, "PRAGMA synchronous=FULL", NOTES, change);
        for cut in (0..journal.len()).step_by(677) {
            hot += usize::from(same(&main, &journal[..cut], &format!("{number}, cut at {cut}")));
        }
        let mut seed = number as u64 + 7;
        for round in 0..60 {
            let mut journal = journal.clone();
            for _ in 0..=round % 3 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let limit = if round % 2 == 0 { 28 } else { journal.len() };
                // Pages of another size would make SQLite build a large file.
                let at = (seed >> 20) as usize % limit;
                if !(16..20).contains(&at) {
                    journal[at] ^= 1 << ((seed >> 8) % 8);
                }
            }
            hot += usize::from(same(&main, &journal, &format!("{number}, round {round}")));
        }
    }
    assert!(hot > 100, "{hot}");
}

#[test]
fn a_journal_that_was_done_with_is_not_in_force() {
    for mode in ["PERSIST", "TRUNCATE"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch(&format!("PRAGMA journal_mode={mode}; {NOTES}; {}", CHANGES[0])).unwrap();
        let (main, journal) = (file(&path).unwrap(), file(&folder.path().join("a.db-journal")).unwrap());
        assert!(!same(&main, &journal, mode));
        let database = Database::open(Arc::new(main), None, Some(Arc::new(journal))).unwrap();
        let kinds: Vec<_> = database.damage().iter().map(|damage| damage.kind).collect();
        let expected: &[&str] = if mode == "PERSIST" { &[kind::ENDED] } else { &[] };
        assert_eq!(kinds, expected, "an empty file says nothing");
    }
}

/// A transaction over two databases names a file that is deleted when it ends.
#[test]
fn a_journal_of_a_transaction_over_two_databases_is_not_in_force_by_itself() {
    let Middle { main, mut journal } = middle(1024, "PRAGMA synchronous=FULL", NOTES, CHANGES[0]);
    let name = b"/nowhere/a.db-mj0A0B0C9D1";
    journal.extend(1_048_577u32.to_be_bytes());
    journal.extend(name);
    journal.extend((name.len() as u32).to_be_bytes());
    journal.extend(name.iter().map(|byte| u32::from(*byte)).sum::<u32>().to_be_bytes());
    journal.extend([0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]);
    assert!(!same(&main, &journal, "super-journal"));
}

/// What was never committed is no live row, even where nothing else was.
#[test]
fn a_database_that_was_empty_before_has_no_rows() {
    let Middle { main, journal } = middle(1024, "PRAGMA synchronous=OFF", "", NOTES);
    assert!(!main.is_empty() && same(&main, &journal, "new"));
    let database = Database::open(Arc::new(main), None, Some(Arc::new(journal))).unwrap();
    assert!(database.tables().is_empty() && rows(&database, "note").0.is_empty());
    let kinds: Vec<_> = database.damage().iter().map(|damage| damage.kind).collect();
    assert_eq!(kinds, [kind::ROLLED_BACK]);
    database.recover(1000, &mut |_| {});
}

/// Directions lead to the byte that a live row stands on, in whichever file that is.
#[test]
fn places_name_the_journal() {
    let Middle { main, journal } = middle(1024, "PRAGMA synchronous=OFF", NOTES, CHANGES[0]);
    let database = Database::open(Arc::new(main.clone()), None, Some(Arc::new(journal.clone()) as Bytes)).unwrap();
    let mut scan = database.scan("note", &["text"]);
    let (mut kept, mut in_file) = (0, 0);
    while scan.next().is_some() {
        let place = scan.place().unwrap();
        let file = match place.within.suffix() {
            "-journal" => {
                kept += 1;
                &journal
            }
            _ => {
                in_file += 1;
                &main
            }
        };
        let at = place.offset as usize;
        assert_eq!(file.get(at..at + place.bytes.len()), Some(place.bytes));
    }
    assert!(kept > 100, "{kept} of the journal, {in_file} of the file");
}
