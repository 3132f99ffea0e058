//! Every live row of every invented database reads as SQLite reads it.

use super::invent::Invented;
use super::{agree, open, rows};

/// Databases per test; the seeds are fixed, so a failure is met again.
const SEEDS: u64 = 120;

#[test]
fn main_file_alone() {
    for seed in 0..SEEDS {
        let mut invented = Invented::new(seed);
        invented.change(150);
        let (main, log) = invented.bytes();
        assert_eq!(log, None);
        let database = open(main, None).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        agree(&invented.connection, &database);
    }
}

#[test]
fn with_a_log() {
    for seed in 1000..1000 + SEEDS {
        let mut invented = Invented::new(seed);
        invented.log();
        for _ in 0..1 + invented.dice.below(4) {
            invented.change(40);
        }
        if seed % 5 == 0 {
            // Frees pages at the end: the database is then smaller than its main file.
            invented.connection.execute_batch("PRAGMA incremental_vacuum").unwrap();
        }
        let (main, log) = invented.bytes();
        let database = open(main, log).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        agree(&invented.connection, &database);
    }
}

#[test]
fn seeking_gives_the_rows_from_there_on() {
    for seed in 0..30 {
        let mut invented = Invented::new(seed);
        invented.change(300);
        let database = open(invented.bytes().0, None).unwrap();
        for table in database.tables() {
            let all: Vec<i64> = rows(&database, &table.name).0.iter().map(|row| row.rowid).collect();
            let (Some(&first), Some(&last)) = (all.first(), all.last()) else { continue };
            let mut scan = database.scan(&table.name, &[]);
            let mut targets: Vec<i64> =
                all.iter().step_by(7).flat_map(|&rowid| [rowid, rowid.saturating_add(1)]).collect();
            targets.extend([i64::MIN, first, last, last.saturating_add(1), i64::MAX, first]);
            targets.extend((0..20).map(|_| all[invented.dice.below(all.len() as u64) as usize]));
            for target in targets {
                scan.seek(target);
                let expected: Vec<i64> = all.iter().copied().filter(|&rowid| rowid >= target).take(5).collect();
                let mut found = Vec::new();
                while found.len() < 5
                    && let Some(record) = scan.next()
                {
                    found.push(record.rowid);
                }
                assert_eq!(found, expected, "seed {seed}, table {}, from {target}", table.name);
            }
            assert_eq!(scan.damage(), []);
        }
    }
}

#[test]
fn scans_run_side_by_side() {
    let mut invented = Invented::new(3);
    invented.change(300);
    let database = open(invented.bytes().0, None).unwrap();
    let name = &database.tables()[0].name;
    let (expected, _) = rows(&database, name);
    let (mut one, mut two) = (database.scan(name, &[]), database.scan(name, &[]));
    for row in &expected {
        assert_eq!(one.next().map(|record| record.rowid), Some(row.rowid));
        assert_eq!(two.next().map(|record| record.rowid), Some(row.rowid));
    }
    assert!(one.next().is_none() && two.next().is_none());
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&database);
}
