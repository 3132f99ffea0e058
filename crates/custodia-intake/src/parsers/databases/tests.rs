//! Databases of apps that no parser knows, through the whole examination.

use std::io::Write;
use std::sync::Arc;

use custodia_model::tables::{RecoveredRecord, Trace};
use custodia_model::{Found, Origin, Row, Rows};
use rusqlite::{Connection, params};

use super::Traces;
use crate::evidence::{Evidence, Item};
use crate::examine::{ExhibitFacts, Options, examine};
use crate::parsers::{File, Parser};
use crate::progress::Silent;

#[derive(Default)]
struct Kept {
    traces: Vec<(Origin, Trace)>,
    recovered: Vec<RecoveredRecord>,
    warnings: Vec<String>,
}

impl Rows for Kept {
    fn put(&mut self, origin: Origin, row: Row) {
        match row {
            Row::Trace(row) => self.traces.push((origin, row)),
            Row::RecoveredRecord(row) => self.recovered.push(row),
            Row::Warning(row) => self.warnings.push(row.says.to_string()),
            _ => {}
        }
    }
}

impl Kept {
    fn of(path: &std::path::Path) -> Kept {
        let mut kept = Kept::default();
        examine(path, &ExhibitFacts::default(), &mut kept, &Options::default(), &Silent).unwrap();
        kept
    }

    fn lines(&self) -> Vec<String> {
        let line = |(origin, trace): &(Origin, Trace)| {
            let (part, row) = (origin.part.as_deref().unwrap_or_default(), origin.number.unwrap_or(-1));
            format!("{} {part} {row} {} {}", &*origin.path, origin.found.as_str(), &*trace.value)
        };
        self.traces.iter().map(line).collect()
    }
}

struct Phone(tempfile::TempDir);

impl Phone {
    fn new() -> Phone {
        Phone(tempfile::tempdir().unwrap())
    }

    fn database(&self, name: &str) -> Connection {
        let connection = Connection::open(self.0.path().join(name)).unwrap();
        connection.execute_batch("PRAGMA secure_delete=OFF; PRAGMA page_size=4096;").unwrap();
        connection
    }

    fn examined(&self) -> Kept {
        Kept::of(self.0.path())
    }
}

const CODE: &str = "AbCdEfGhIjKlMnOpQrStU1";
const ONION: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaam2dqd.onion";

/// In the pages of a database one text ends where the next begins.
#[test]
fn values_do_not_run_into_the_next_cell() {
    let phone = Phone::new();
    let pots = phone.database("pots.db");
    pots.execute_batch(
        "CREATE TABLE note(id INTEGER PRIMARY KEY, body TEXT, more TEXT); CREATE INDEX ix ON note(body, more);",
    )
    .unwrap();
    let mut expected = Vec::new();
    for n in 0..400 {
        let code = format!("{}{n:03}", &CODE[..19]);
        let text = match n % 4 {
            0 => format!("come https://chat.whatsapp.com/{code}"),
            1 => format!("+346000{n:05}"),
            2 => format!("https://example.org/{n}"),
            _ => format!("rose{n}@example.org"),
        };
        pots.execute("INSERT INTO note VALUES (?1, ?2, 'abc9')", params![n + 1, text]).unwrap();
        let value = if n % 4 == 0 { code } else { text };
        expected.push(format!("/pots.db note {} live {value}", n + 1));
    }
    pots.execute("INSERT INTO note VALUES (1001, 'x', ?1)", [format!("a{}{ONION}", "b ".repeat(9000))]).unwrap();
    expected.push(format!("/pots.db note 1001 live {ONION}"));
    drop(pots);
    let lines = phone.examined().lines();
    let odd: Vec<_> = lines.iter().filter(|line| !expected.contains(line)).take(9).collect();
    assert_eq!((odd.len(), lines.len()), (0, expected.len()), "{odd:?}");
}

#[test]
fn blobs_and_tables_without_rowids() {
    let phone = Phone::new();
    let other = phone.database("other.sqlite");
    other
        .execute_batch("CREATE TABLE kv(k TEXT PRIMARY KEY, v) WITHOUT ROWID; CREATE TABLE \"my table\"(a, b);")
        .unwrap();
    other
        .execute("INSERT INTO kv VALUES ('a@example.org', ?1)", [format!("\u{1}\u{2}{ONION}\u{3}").as_bytes()])
        .unwrap();
    let wide: Vec<u8> = "+34600000044".encode_utf16().flat_map(u16::to_le_bytes).collect();
    other.execute("INSERT INTO \"my table\" VALUES (1, ?1), (2, ?1)", [wide]).unwrap();
    drop(other);
    assert_eq!(
        phone.examined().lines(),
        [
            "/other.sqlite kv 1 live a@example.org",
            &format!("/other.sqlite kv 1 live {ONION}"),
            "/other.sqlite my table 1 live +34600000044",
        ]
    );
}

/// Rows of the log, rows that it replaces, and the log's own bytes, in a folder and in a container.
#[test]
fn what_only_the_log_says() {
    let phone = Phone::new();
    let notes = phone.database("notes.db");
    notes
        .execute_batch(
            "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT);
             INSERT INTO t VALUES (1, 'ada@example.org'), (2, 'old@example.org'); PRAGMA wal_checkpoint(TRUNCATE);
             INSERT INTO t VALUES (3, 'new@example.org'); DELETE FROM t WHERE id=2;",
        )
        .unwrap();
    let of = |kept: &Kept| -> Vec<String> {
        kept.lines().into_iter().map(|line| line.rsplit('/').next().unwrap().to_owned()).collect()
    };
    let found = of(&phone.examined());
    assert_eq!(found[..2], ["notes.db t 1 live ada@example.org", "notes.db t 3 wal new@example.org"]);
    assert!(found[2..].iter().all(|line| line.contains("old@example.org")) && found.len() > 2, "{found:?}");
    assert!(found[2..].iter().all(|line| line.contains(" byte ")), "{found:?}");
    assert!(
        found[2..].iter().all(|line| ["replaced page", "freeblock"].iter().any(|it| line.contains(it))),
        "{found:?}"
    );

    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["notes.db", "notes.db-wal"] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&std::fs::read(phone.0.path().join(name)).unwrap()).unwrap();
    }
    let other = Phone::new();
    std::fs::write(other.0.path().join("p.zip"), zip.finish().unwrap().into_inner()).unwrap();
    assert_eq!(of(&other.examined()), found);
}

#[test]
fn deleted_rows_and_bytes_that_no_row_uses() {
    let phone = Phone::new();
    let notes = phone.database("notes.db");
    notes.execute_batch("CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT NOT NULL, y TEXT NOT NULL);").unwrap();
    for n in 1..=300 {
        notes.execute("INSERT INTO t VALUES (?1, ?2, 'luna')", params![n, format!("wa.me/346000{n:05}")]).unwrap();
    }
    notes.execute_batch("DELETE FROM t WHERE id=150;").unwrap();
    drop(notes);
    // What stands behind the last page belongs to nothing.
    let path = phone.0.path().join("notes.db");
    let size = std::fs::metadata(&path).unwrap().len();
    std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"..eva@example.org..").unwrap();
    let kept = phone.examined();
    let lines = kept.lines();
    assert_eq!(kept.recovered.len(), 1);
    assert_eq!(lines[..299].iter().filter(|line| line.contains(" t ") && line.contains(" live ")).count(), 299);
    assert_eq!(
        lines[299..],
        [
            format!("/notes.db byte {} freeblock 34600000150@s.whatsapp.net", kept.recovered[0].byte),
            format!("/notes.db byte {} lost page eva@example.org", size + 2),
        ]
    );
}

/// Rows of every kind of table that were deleted, in every place where they may stand, are never told as live.
#[test]
fn nothing_deleted_is_told_as_live() {
    for (wal, deleted) in [(false, "id > 9 AND id < 20"), (false, "id < 60"), (true, "id % 7 = 1"), (true, "id < 60")] {
        for table in ["t(id INTEGER PRIMARY KEY, x TEXT)", "t(id INTEGER PRIMARY KEY, x TEXT) WITHOUT ROWID"] {
            let phone = Phone::new();
            let notes = phone.database("notes.db");
            notes.execute_batch(&format!("CREATE TABLE {table}; CREATE INDEX ix ON t(x);")).unwrap();
            for n in 0..200 {
                let text = format!("{} rose{n}.@example.org rose{n}@example.org", "luna ".repeat(n % 40));
                notes.execute("INSERT INTO t VALUES (?1, ?2)", params![n as i64, text]).unwrap();
            }
            if wal {
                notes.execute_batch("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;").unwrap();
                notes.execute("UPDATE t SET x = x || ' x' WHERE id < 9", ()).unwrap();
            }
            notes.execute(&format!("DELETE FROM t WHERE {deleted}"), ()).unwrap();
            let ids = |sql: &str| -> Vec<i64> {
                notes.prepare(sql).unwrap().query_map((), |row| row.get(0)).unwrap().map(Result::unwrap).collect()
            };
            let live: Vec<String> = ids("SELECT id FROM t").iter().map(|id| format!("rose{id}@example.org")).collect();
            let kept = phone.examined();
            let mut told = 0;
            for (origin, trace) in &kept.traces {
                let lives = matches!(origin.found, Found::Live | Found::Wal);
                let stands = live.iter().any(|value| **value == *trace.value);
                assert!(!lives || stands, "{table} {deleted}: {origin} {} {}", origin.found.as_str(), &*trace.value);
                told += usize::from(!lives);
                if !lives {
                    assert_eq!(origin.part.as_deref(), Some("byte"));
                }
            }
            assert!(told > 0, "{table} {deleted}");
            let rows = kept.traces.iter().filter(|(origin, _)| origin.part.as_deref() == Some("t"));
            assert!(rows.count() >= live.len());
        }
    }
}

/// What is no database but by its first bytes, and one whose rows cannot be read, is looked through as bytes.
#[test]
fn damage_falls_back_to_bytes() {
    let phone = Phone::new();
    let mut bytes = b"SQLite format 3\0".to_vec();
    bytes.resize(5000, 0);
    bytes.extend(b" eva@example.org ");
    std::fs::write(phone.0.path().join("a.db"), &bytes).unwrap();
    let good = phone.database("b.db");
    good.execute_batch("CREATE TABLE t(x); INSERT INTO t VALUES ('rose@example.org');").unwrap();
    drop(good);
    let path = phone.0.path().join("b.db");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4096] = 77;
    std::fs::write(&path, bytes).unwrap();
    let lines = phone.examined().lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("/a.db byte 5001 live eva@"), "{lines:?}");
    assert!(lines[1].starts_with("/b.db byte ") && lines[1].ends_with(" lost page rose@example.org"), "{lines:?}");
}

/// Thousands of tables that begin on one page cost no more than a database of this size may.
#[test]
fn tables_that_share_their_pages_end() {
    let phone = Phone::new();
    let bad = phone.database("bad.db");
    bad.execute_batch("CREATE TABLE t(x);").unwrap();
    for n in 0..2000 {
        bad.execute("INSERT INTO t VALUES (?1)", [format!("{} a{n}@example.org", "luna ".repeat(100))]).unwrap();
    }
    bad.execute_batch(
        "PRAGMA writable_schema=ON;
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<5000)
         INSERT INTO sqlite_master SELECT 'table', 't'||i, 't'||i, (SELECT rootpage FROM sqlite_master WHERE name='t'),
             'CREATE TABLE t'||i||'(x)' FROM n;",
    )
    .unwrap();
    drop(bad);
    let kept = phone.examined();
    assert!(kept.traces.len() >= 2000);
    assert!(kept.warnings.iter().any(|says| says.contains("its tables say more than a database of its size holds")));
    assert_eq!(kept.traces.iter().filter(|(origin, _)| origin.found == Found::Live).count(), kept.traces.len());
}

fn read(database: Vec<u8>) -> Vec<(Origin, Row)> {
    let item = Item {
        path: "/notes.db".into(),
        size: database.len() as u64,
        modified: None,
        modified_as_stored: None,
        digests: None,
        content: "application/vnd.sqlite3",
        head: database.iter().take(4096).copied().collect(),
        kept: crate::evidence::Kept::Memory(Arc::new(database)),
    };
    let evidence = Evidence::new(vec![item]);
    let file = File { item: &evidence.items()[0], evidence: &evidence };
    let mut rows = Vec::new();
    Traces.read(&file, &mut rows).unwrap();
    rows
}

fn made(deleted: bool, encoding: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.db");
    let sql = rusqlite::Connection::open(&path).unwrap();
    sql.execute_batch(&format!(
        "PRAGMA encoding = '{encoding}'; PRAGMA secure_delete = OFF; CREATE TABLE note (id INTEGER PRIMARY KEY, at, body, raw BLOB)"
    ))
    .unwrap();
    for number in 0..300 {
        let (body, raw) = (format!("see https://chat.whatsapp.com/{}", code(number)), format!("\0+34600{number:06}\0"));
        sql.execute("INSERT INTO note VALUES (?, ?, ?, ?)", (number, number * 77, body, raw.as_bytes())).unwrap();
    }
    if deleted {
        sql.execute("DELETE FROM note WHERE id % 10 = 3", ()).unwrap();
    }
    drop(sql);
    std::fs::read(path).unwrap()
}

fn code(number: i64) -> String {
    format!("AbCdEfGhIjKlMnOpQr{number:04}")
}

#[test]
fn values_are_told_as_they_stand_and_no_neighbour_with_them() {
    for encoding in ["UTF-8", "UTF-16le"] {
        let rows = read(made(false, encoding));
        let of = |kind: &str| -> Vec<String> {
            let values = rows.iter().filter_map(|(_, row)| match row {
                Row::Trace(trace) if &*trace.trace_kind == kind => Some(trace.value.to_string()),
                _ => None,
            });
            values.collect()
        };
        assert_eq!(of("invite link"), (0..300).map(code).collect::<Vec<_>>(), "{encoding}");
        let numbers: Vec<_> = (0..300).map(|number| format!("+34600{number:06}")).collect();
        assert_eq!(of("phone number"), numbers, "{encoding}");
    }
}

#[test]
fn what_was_deleted_is_told_where_it_was_found() {
    let rows = read(made(true, "UTF-8"));
    for number in (0..300).filter(|number| number % 10 == 3) {
        let told = rows.iter().filter(|(_, row)| matches!(row, Row::Trace(trace) if *trace.value == code(number)));
        let found: Vec<_> = told.map(|(origin, _)| origin.found).collect();
        assert!(!found.is_empty() && found.iter().all(|found| found.as_str() != "wal"), "{number}: {found:?}");
    }
}

#[test]
fn damage_never_panics() {
    let whole = made(true, "UTF-8");
    for cut in [16, 100, 512, 4096, 5000, whole.len() / 2, whole.len() - 1] {
        read_any(whole[..cut].to_vec());
    }
    for at in (0..whole.len()).step_by(997) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        read_any(bytes);
    }
}

fn read_any(bytes: Vec<u8>) {
    let item = Item {
        path: "/x".into(),
        size: bytes.len() as u64,
        modified: None,
        modified_as_stored: None,
        digests: None,
        content: "application/vnd.sqlite3",
        head: bytes.iter().take(4096).copied().collect(),
        kept: crate::evidence::Kept::Memory(Arc::new(bytes)),
    };
    let evidence = Evidence::new(vec![item]);
    let file = File { item: &evidence.items()[0], evidence: &evidence };
    let mut rows: Vec<(Origin, Row)> = Vec::new();
    let _ = Traces.read(&file, &mut rows);
}

/// What a transaction wrote that did not end is not live, in rows or in bytes.
#[test]
fn what_was_never_committed_is_not_live() {
    let (made, phone) = (Phone::new(), Phone::new());
    let notes = made.database("notes.db");
    notes
        .execute_batch(
            "PRAGMA cache_size=2; CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT);
             WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 900)
             INSERT INTO t SELECT i, 'rose' || i || '@example.org' FROM n;
             BEGIN; UPDATE t SET x = 'lily' || id || '@example.org';",
        )
        .unwrap();
    for name in ["notes.db", "notes.db-journal"] {
        std::fs::copy(made.0.path().join(name), phone.0.path().join(name)).unwrap();
    }
    let lines = phone.examined().lines();
    let live = lines.iter().filter(|line| line.contains("live rose")).count();
    let never: Vec<&String> = lines.iter().filter(|line| line.contains("lily")).collect();
    assert_eq!(live, 900);
    assert!(never.len() > 100 && never.iter().all(|line| line.contains(" replaced page ")), "{never:?}");
}
