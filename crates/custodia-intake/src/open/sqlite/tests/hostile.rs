//! Cut, flipped and lying files: no panic, no hang, and the damage is said.

use std::time::{Duration, Instant};

use super::invent::{Dice, Invented};
use super::{Database, kind, open, rows};

/// Reads everything; gives rows and damage met.
fn read_all(database: &Database) -> (usize, usize) {
    let (mut count, mut damages) = (0, database.damage().len());
    for table in database.tables() {
        let (found, damage) = rows(database, &table.name);
        database.count_hint(&table.name);
        count += found.len();
        damages += damage.len();
        let mut scan = database.scan(&table.name, &["c0"]);
        for target in [i64::MIN, 1, 5, 3, i64::MAX] {
            scan.seek(target);
            scan.next();
        }
        damages += scan.damage().len();
    }
    (count, damages)
}

/// A small database of a few tables, with a log when asked for.
fn small(seed: u64, log: bool) -> (Vec<u8>, Option<Vec<u8>>) {
    let mut invented = Invented::new(seed);
    if log {
        invented.log();
        invented.change(20);
    }
    invented.bytes()
}

#[test]
fn every_length_of_a_small_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "PRAGMA page_size=512; CREATE TABLE t(a INTEGER PRIMARY KEY, b); CREATE TABLE u(a PRIMARY KEY, b) WITHOUT ROWID;
             WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 40)
             INSERT INTO t SELECT i, hex(zeroblob(i * 9)) FROM n; INSERT INTO u SELECT a || 'x', b FROM t;",
        )
        .unwrap();
    let main = super::file(&path).unwrap();
    let whole = open(main.clone(), None).unwrap();
    assert_eq!(read_all(&whole), (80, 0));
    for len in 0..main.len() {
        match open(main[..len].to_vec(), None) {
            Ok(database) => {
                let (count, damages) = read_all(&database);
                assert!(count <= 80 && damages > 0, "{len} bytes: nothing is said");
            }
            Err(error) => assert!(len < 100, "{error}"),
        }
    }
}

#[test]
fn many_lengths_of_larger_files() {
    for seed in 0..12 {
        let (main, log) = small(3000 + seed, true);
        let mut dice = Dice::new(seed);
        for _ in 0..40 {
            let len = dice.below(main.len() as u64) as usize;
            if let Ok(database) = open(main[..len].to_vec(), None) {
                assert!(read_all(&database).1 > 0);
            }
            let mut cut = log.clone().unwrap();
            cut.truncate(dice.below(cut.len() as u64) as usize);
            if let Ok(database) = open(main.clone(), Some(cut)) {
                read_all(&database);
            }
        }
    }
}

#[allow(clippy::disallowed_methods)] // A clock is how a test sees that reading ends.
#[test]
fn flipped_bytes() {
    for seed in 0..40 {
        let (main, log) = small(4000 + seed, seed % 2 == 0);
        let mut dice = Dice::new(seed);
        for round in 0..40 {
            let mut main = main.clone();
            for _ in 0..1 + round {
                // Headers of pages decide the most, so half of the flips go there.
                let page = dice.below(main.len() as u64 / 512) as usize * 512;
                let (any, byte) = (dice.roll() as usize % 512, dice.roll() as u8);
                let at = (page + dice.pick(&[0, 3, 5, 8, 9, 12, 13, any])).min(main.len() - 1);
                main[at] = dice.pick(&[0, 1, 2, 5, 10, 13, 0x7f, 0x80, 0xff, byte]);
            }
            let before = Instant::now();
            if let Ok(database) = open(main, log.clone()) {
                read_all(&database);
            }
            assert!(before.elapsed() < Duration::from_secs(20), "seed {seed}, round {round}");
        }
    }
}

/// One database of pages of 512 bytes whose only table is deep, and the page of its root.
fn deep() -> (Vec<u8>, usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "PRAGMA page_size=512; CREATE TABLE t(a);
             WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT zeroblob(50) FROM n;",
        )
        .unwrap();
    (super::file(&path).unwrap(), 512)
}

#[test]
fn pages_that_point_back() {
    let (main, root) = deep();
    let cells = usize::from(u16::from_be_bytes([main[root + 3], main[root + 4]]));
    assert_eq!(main[root], 5);
    for (child, most) in [(2u32, 0), (1, 0), (0, 0), (u32::MAX, 0), (3, 2000)] {
        // All children of the root become one page.
        let mut main = main.clone();
        for cell in 0..cells {
            let at = usize::from(u16::from_be_bytes([main[root + 12 + 2 * cell], main[root + 13 + 2 * cell]]));
            main[root + at..root + at + 4].copy_from_slice(&child.to_be_bytes());
        }
        main[root + 8..root + 12].copy_from_slice(&child.to_be_bytes());
        let database = open(main, None).unwrap();
        let (rows, damage) = rows(&database, "t");
        assert!(rows.len() <= most, "page {child}");
        assert!(damage.iter().any(|damage| damage.kind == kind::PAGE), "page {child}");
        assert!(damage.iter().any(|damage| damage.says.contains(&format!("page {child}"))), "{damage:?}");
    }
}

#[test]
fn one_bad_page_costs_its_own_rows_only() {
    let (mut main, root) = deep();
    let at = root + usize::from(u16::from_be_bytes([main[root + 12], main[root + 13]]));
    let child = u32::from_be_bytes(main[at..at + 4].try_into().unwrap()) as usize;
    main[(child - 1) * 512] = 99;
    let database = open(main, None).unwrap();
    let (rows, damage) = rows(&database, "t");
    assert!(rows.len() > 1000 && rows.len() < 2000);
    assert_eq!(damage.len(), 1);
    assert!(damage[0].says.contains(&format!("page {child} (byte {} of the file)", (child - 1) * 512)), "{damage:?}");
}

#[test]
fn lengths_that_lie() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch("CREATE TABLE t(a); INSERT INTO t VALUES (zeroblob(100000)), (1)").unwrap();
    let main = super::file(&path).unwrap();
    let cell = 4096 + usize::from(u16::from_be_bytes([main[4096 + 8], main[4096 + 9]]));
    for length in [&[0xff; 9][..], &[0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], &[0x86, 0x8d, 0x60]] {
        let mut main = main.clone();
        main[cell..cell + length.len()].copy_from_slice(length);
        let database = open(main, None).unwrap();
        let (rows, damage) = rows(&database, "t");
        assert_eq!(rows.len(), 1);
        assert_eq!(damage[0].kind, kind::RECORD);
    }
    // A chain that comes back to its own second page.
    let mut looped = main.clone();
    let page = main.chunks(4096).position(|page| page.starts_with(&5u32.to_be_bytes())).unwrap();
    looped[page * 4096..page * 4096 + 4].copy_from_slice(&(page as u32).to_be_bytes());
    let database = open(looped, None).unwrap();
    let (rows, damage) = rows(&database, "t");
    assert_eq!(rows.len(), 1);
    assert_eq!(damage.len(), 1, "{damage:?}");
}

#[test]
fn rows_out_of_order_are_given_with_one_note() {
    let (main, root) = deep();
    let mut swapped = main.clone();
    let cells = usize::from(u16::from_be_bytes([main[root + 3], main[root + 4]]));
    for cell in 0..cells {
        let (from, to) = (root + 12 + 2 * cell, root + 12 + 2 * (cells - 1 - cell));
        swapped[to..to + 2].copy_from_slice(&main[from..from + 2]);
    }
    let (rows, damage) = rows(&open(swapped, None).unwrap(), "t");
    assert_eq!(rows.len(), 2000);
    assert_eq!(damage.iter().map(|damage| damage.kind).collect::<Vec<_>>(), [kind::ORDER]);
}

#[test]
fn what_is_no_database_says_so() {
    let mut dice = Dice::new(1);
    let random: Vec<u8> = (0..8192).map(|_| dice.roll() as u8).collect();
    for (bytes, says) in [
        (Vec::new(), "the file is empty"),
        (vec![0; 4096], "found 4096 zero bytes"),
        (random, "may be encrypted"),
        (b"PK\x03\x04 and so on".to_vec(), "found 504b0304"),
        (b"SQLite format 3\0\x10".to_vec(), "ends after 17"),
    ] {
        let error = open(bytes, None).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(says), "{error}");
    }
    let mut odd = small(1, false).0;
    odd[16..18].copy_from_slice(&[0, 3]);
    assert!(open(odd, None).err().unwrap().0.contains("found 3"));
}

#[test]
fn logs_that_do_not_fit() {
    let (main, log) = {
        let mut invented = Invented::new(5);
        invented.log();
        invented.change(20);
        invented.change(20);
        invented.bytes()
    };
    let log = log.unwrap();
    let kinds = |log: &[u8]| -> Vec<&str> {
        let database = open(main.clone(), Some(log.to_vec())).unwrap();
        database.damage().iter().map(|damage| damage.kind).collect()
    };
    assert_eq!(kinds(&log), [""; 0]);
    assert_eq!(kinds(&[]), [""; 0]);
    let page = u32::from_be_bytes(log[8..12].try_into().unwrap()) as usize;
    let frames: Vec<&[u8]> = log[32..].chunks(page + 24).collect();
    let commits = frames.iter().filter(|frame| frame[4..8] != [0; 4]).count();
    assert!(commits >= 2);
    // The last commit frame is cut off: what it would have committed is counted and not applied.
    let cut = &log[..log.len() - (page + 24)];
    assert_eq!(kinds(cut), [kind::UNCOMMITTED]);
    assert_eq!(kinds(&log[..log.len() - 1]), [kind::UNCOMMITTED, kind::TRUNCATED]);
    for (at, expected) in [(0, kind::LOG), (4, kind::LOG), (9, kind::LOG), (16, kind::LOG), (24, kind::LOG)] {
        let mut odd = log.clone();
        odd[at] ^= 0x40;
        assert_eq!(kinds(&odd), [expected], "byte {at}");
    }
    // Frames of an earlier use, and a frame with one wrong bit.
    let mut stale = log.clone();
    stale[32 + 8] ^= 1;
    assert_eq!(kinds(&stale), [kind::STALE]);
    let mut bit = log.clone();
    bit[32 + 24 + 100] ^= 1;
    assert_eq!(kinds(&bit), [kind::LOG]);
    let (other, _) = small(6, false);
    if other[16..18] != main[16..18] {
        let database = open(other, Some(log)).unwrap();
        assert_eq!(database.damage().iter().map(|damage| damage.kind).collect::<Vec<_>>(), [kind::LOG]);
    }
}

#[test]
fn many_pointers_to_one_cell_give_a_bounded_number_of_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE t(a); INSERT INTO t VALUES (zeroblob(1000));
             WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO t SELECT NULL FROM n;",
        )
        .unwrap();
    let mut main = super::file(&path).unwrap();
    let first = [main[4096 + 8], main[4096 + 9]];
    for cell in 0..201 {
        main[4096 + 8 + 2 * cell..][..2].copy_from_slice(&first);
    }
    let (rows, damage) = rows(&open(main, None).unwrap(), "t");
    assert_eq!(rows.len(), 4 * 4096 / 1006);
    assert_eq!(damage.iter().map(|damage| damage.kind).collect::<Vec<_>>(), [kind::ORDER, kind::PAGE]);
}

/// A page that claims more cells than it has gives its own, and no row of what stands behind their list.
#[test]
fn a_count_of_cells_that_lies_gives_no_other_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "PRAGMA page_size=512; PRAGMA secure_delete=OFF; CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c)",
        )
        .unwrap();
    for id in 0..40 {
        connection.execute("INSERT INTO t VALUES (?1, ?2, ?1)", (id, "luna ".repeat(20))).unwrap();
    }
    let expected = super::oracle(&connection, "t", &["a".into(), "b".into(), "c".into()], false);
    drop(connection);
    let whole = super::file(&path).unwrap();
    for page in (1..whole.len() / 512).filter(|page| whole[page * 512] == 13) {
        for claimed in [5u16, 60, 255, 1027, 65535] {
            let mut bytes = whole.clone();
            bytes[page * 512 + 3..page * 512 + 5].copy_from_slice(&claimed.to_be_bytes());
            let (found, _) = rows(&open(bytes, None).unwrap(), "t");
            let known =
                |row: &super::Row| expected.iter().any(|(id, values)| (*id, values) == (row.rowid, &row.values));
            assert!(found.iter().all(known), "page {page}, {claimed} cells");
            assert!(found.len() >= expected.len() - 4 && found.len() <= expected.len(), "page {page}, {claimed} cells");
        }
    }
}
