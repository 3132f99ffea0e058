//! Cross-check against SQLite itself: every live row of every generated database must agree.

use std::path::Path;
use std::sync::Arc;

use custodia_model::Found;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::{Cell, Database};
use crate::bytes::Bytes;

fn bytes(path: &Path) -> Option<Bytes> {
    std::fs::read(path).ok().map(|bytes| Arc::new(bytes) as Bytes)
}

fn open(path: &Path) -> Database {
    let wal = path.with_file_name(format!("{}-wal", path.file_name().unwrap().to_string_lossy()));
    Database::open(bytes(path).unwrap(), bytes(&wal)).unwrap()
}

fn theirs(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "null".into(),
        ValueRef::Integer(number) => format!("i{number}"),
        ValueRef::Real(number) => format!("r{number}"),
        ValueRef::Text(text) => format!("t{}", String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => format!("b{}", hex::encode(bytes)),
    }
}

fn ours(cell: Cell<'_>) -> String {
    match cell {
        Cell::Null => "null".into(),
        Cell::Int(number) => format!("i{number}"),
        Cell::Real(number) => format!("r{number}"),
        Cell::Text(text) => format!("t{text}"),
        Cell::Blob(bytes) => format!("b{}", hex::encode(bytes)),
    }
}

/// Compares every table of the database as SQLite sees it with what we read of `path`.
fn compare(connection: &Connection, path: &Path) {
    let database = open(path);
    let mut statement =
        connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND rootpage > 0").unwrap();
    let names: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for name in names {
        let info = database.table(&name).unwrap_or_else(|| panic!("{name} not found"));
        let columns: Vec<&str> =
            info.stored.iter().map(|&column| info.columns[column].name.as_str()).collect();
        let order = if info.without_rowid { columns[0] } else { "rowid" };
        let list = columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(",");
        let mut statement = connection.prepare(&format!("SELECT {list} FROM \"{name}\" ORDER BY {order}")).unwrap();
        let mut rows = statement.query([]).unwrap();
        let mut scan = database.scan(&name, &columns);
        let mut count = 0;
        while let Some(row) = rows.next().unwrap() {
            count += 1;
            let record = scan.next().unwrap_or_else(|| panic!("{name}: row {count} is missing"));
            for (index, column) in columns.iter().enumerate() {
                assert_eq!(ours(record.get(index)), theirs(row.get_ref(index).unwrap()), "{name}.{column} row {count}");
            }
        }
        assert!(scan.next().is_none(), "{name}: more than {count} rows");
        assert!(scan.damage().is_empty(), "{name}: {:?}", scan.damage());
    }
    assert!(database.damage().is_empty(), "{:?}", database.damage());
}

/// A small generator, the same everywhere.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn literal(&mut self) -> String {
        match self.next(9) {
            0 => "NULL".into(),
            1 => "0".into(),
            2 => "1".into(),
            3 => format!("{}", self.next(1 << 31) as i64 - (1 << 30)),
            4 => format!("{}", (self.next(1 << 31) as i64).wrapping_mul(-4_294_967_297)),
            5 => format!("{}.25", self.next(1000)),
            6 => format!("x'{}'", "ab".repeat(self.next(40) as usize)),
            7 => format!("'{}'", "häß-日本'' ".repeat(self.next(8) as usize)),
            _ => format!("'{}'", "long ".repeat(self.next(3000) as usize)),
        }
    }
}

fn fill(connection: &Connection, random: &mut Seeded, table: &str, rows: u64) {
    for _ in 0..rows {
        let key = random.next(100_000);
        let values = (0..4).map(|_| random.literal()).collect::<Vec<_>>().join(",");
        connection.execute_batch(&format!("INSERT OR IGNORE INTO {table} VALUES ({key},{values})")).unwrap();
    }
}

#[test]
fn agrees_with_sqlite_on_every_row() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Seeded(7);
    for (index, (page, encoding, vacuum)) in [
        (512, "UTF-8", 0),
        (1024, "UTF-16le", 1),
        (4096, "UTF-8", 0),
        (4096, "UTF-16be", 2),
        (65536, "UTF-8", 0),
    ]
    .into_iter()
    .enumerate()
    {
        let path = folder.path().join(format!("{index}.db"));
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(&format!(
                "PRAGMA page_size={page}; PRAGMA encoding='{encoding}'; PRAGMA auto_vacuum={vacuum}; PRAGMA synchronous=OFF;
                 CREATE TABLE plain(_id INTEGER PRIMARY KEY, a, b TEXT, c REAL, d BLOB);
                 CREATE TABLE apart(k INTEGER, a, b, c DOUBLE, d, PRIMARY KEY(k));
                 CREATE TABLE \"without\"(k INT, a, b, c, d, PRIMARY KEY(k)) WITHOUT ROWID;
                 CREATE TABLE gen(_id INTEGER PRIMARY KEY, x, v AS (x + 1), s AS (x + 2) STORED, y);
                 CREATE VIEW v AS SELECT * FROM plain;
                 BEGIN"
            ))
            .unwrap();
        fill(&connection, &mut random, "plain", 400);
        fill(&connection, &mut random, "apart", 100);
        fill(&connection, &mut random, "\"without\"", 300);
        connection
            .execute_batch(
                "INSERT INTO gen(x, y) VALUES (1, 2), (3, 'four');
                 ALTER TABLE plain ADD COLUMN later INTEGER DEFAULT -7;
                 ALTER TABLE plain ADD COLUMN last TEXT DEFAULT 'x y';
                 INSERT INTO plain(a, later) VALUES ('new', 1);
                 DELETE FROM plain WHERE _id % 3 = 0;
                 UPDATE plain SET b = 'changed' WHERE _id % 5 = 0; COMMIT",
            )
            .unwrap();
        compare(&connection, &path);
        assert!(open(&path).is_view("v") && open(&path).table("v").is_none());
    }
}

/// A database in WAL mode: 300 rows in the main file, then changes that stand only in the log.
fn with_log(folder: &Path) -> (Connection, std::path::PathBuf) {
    let path = folder.join("wal.db");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch("PRAGMA page_size=1024; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t(_id INTEGER PRIMARY KEY, a, b)")
        .unwrap();
    for n in 1..=300 {
        connection.execute("INSERT INTO t VALUES (?1, ?2, zeroblob(?3))", (n, format!("row {n}"), n * 10)).unwrap();
    }
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    connection
        .execute_batch(
            "UPDATE t SET a = 'changed' WHERE _id IN (10, 200); DELETE FROM t WHERE _id = 50;
             INSERT INTO t VALUES (301, 'only in the log', NULL); CREATE TABLE late(x); INSERT INTO late VALUES (1)",
        )
        .unwrap();
    (connection, path)
}

#[test]
fn rows_of_the_log_are_read_and_marked() {
    let folder = tempfile::tempdir().unwrap();
    let (connection, path) = with_log(folder.path());
    compare(&connection, &path);
    let database = open(&path);
    let mut scan = database.scan("t", &["_id"]);
    let mut only_log = Vec::new();
    while let Some(record) = scan.next() {
        if record.found == Found::Wal {
            only_log.push(record.rowid);
        }
    }
    assert_eq!(only_log, [10, 200, 301]);
    assert_eq!(database.scan("late", &["x"]).next().unwrap().found, Found::Wal);
    let alone = Database::open(bytes(&path).unwrap(), None).unwrap();
    let mut scan = alone.scan("t", &["a"]);
    let mut count = 0;
    while scan.next().is_some() {
        count += 1;
    }
    assert_eq!(count, 300);
}

#[test]
fn a_damaged_log_counts_up_to_its_last_whole_commit() {
    let folder = tempfile::tempdir().unwrap();
    let (_connection, path) = with_log(folder.path());
    let main = std::fs::read(&path).unwrap();
    let log = std::fs::read(folder.path().join("wal.db-wal")).unwrap();
    for cut in (0..log.len()).step_by(97) {
        let database = Database::open(Arc::new(main.clone()), Some(Arc::new(log[..cut].to_vec()))).unwrap();
        let mut scan = database.scan("t", &["a"]);
        let mut count = 0;
        while scan.next().is_some() {
            count += 1;
        }
        assert!((299..=301).contains(&count), "cut at {cut}: {count} rows");
        assert!(scan.damage().is_empty());
    }
}

#[test]
fn damaged_databases_are_read_as_far_as_they_go() {
    let folder = tempfile::tempdir().unwrap();
    let (connection, path) = with_log(folder.path());
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let good = std::fs::read(&path).unwrap();
    let read = |bytes: Vec<u8>| {
        let Ok(database) = Database::open(Arc::new(bytes), None) else { return 0 };
        let mut rows = 0;
        for table in database.tables() {
            let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
            let mut scan = database.scan(&table.name, &columns);
            while let Some(record) = scan.next() {
                (0..columns.len()).for_each(|column| drop(record.text(column)));
                rows += 1;
            }
        }
        rows
    };
    for cut in (0..good.len()).step_by(501).chain(0..200) {
        read(good[..cut].to_vec());
    }
    // The inner pages of a b-tree that grew stand late in the file: without its last pages much is out of reach.
    let most = read(good[..good.len() - 4096].to_vec());
    assert!(most > 20, "a database without its last pages still has rows, {most} were read");
    let mut random = Seeded(3);
    for _ in 0..600 {
        let mut bytes = good.clone();
        for _ in 0..1 + random.next(20) {
            // Mostly headers and pointers, where damage hurts.
            let page = random.next(good.len() as u64 / 1024) as usize * 1024;
            let within = if random.next(2) == 0 { 1024 } else { 40 };
            let at = page + random.next(within) as usize;
            bytes[at] = random.next(256) as u8;
        }
        assert!(read(bytes) < 100_000);
    }
}

#[test]
fn what_is_no_database_is_said_to_be_none() {
    let says = |bytes: Vec<u8>| Database::open(Arc::new(bytes), None).err().unwrap().to_string();
    assert!(says(Vec::new()).contains("empty"));
    assert!(says(vec![0; 4096]).contains("zeros"));
    let random: Vec<u8> = (0..4096u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    assert!(says(random).contains("encrypted"));
    assert!(says(b"SQLite format 3\0".to_vec()).contains("expected"));
}
