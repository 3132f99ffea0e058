//! Invents databases: every seed gives another page size, encoding, layout, schema and history.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::Value;

/// Numbers that look random and are the same on every run (SplitMix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5eed)
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.roll() % limit.max(1)
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    /// A value of any kind; now and then one that needs overflow pages.
    pub fn value(&mut self) -> Value {
        let len = match self.below(20) {
            0 => self.below(20_000),
            1..4 => self.below(900),
            _ => self.below(30),
        } as usize;
        match self.below(8) {
            0 => Value::Null,
            1 => Value::Integer(self.below(3) as i64),
            2 => Value::Integer(self.roll().cast_signed() >> self.below(64)),
            3 => Value::Real(self.roll().cast_signed() as f64 / 1024.0),
            4 => Value::Real(self.below(1000) as f64),
            5 => Value::Blob((0..len).map(|_| self.roll() as u8).collect()),
            _ => Value::Text((0..len).map(|_| self.pick(&['a', 'ß', 'Z', ' ', '中', '7', '🦊'])).collect()),
        }
    }
}

/// A database on disk, still open for writing so that its log stays.
pub struct Invented {
    pub connection: Connection,
    pub path: PathBuf,
    pub dice: Dice,
    tables: Vec<(String, usize)>,
    _folder: tempfile::TempDir,
}

impl Invented {
    /// A database of this seed with its first rows.
    pub fn new(seed: u64) -> Invented {
        let mut dice = Dice::new(seed);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("invented.db");
        let connection = Connection::open(&path).unwrap();
        let page_size = dice.pick(&[512, 1024, 2048, 4096, 4096, 8192, 32768, 65536]);
        let vacuum = dice.pick(&["none", "none", "full", "incremental"]);
        let encoding = dice.pick(&["UTF-8", "UTF-8", "UTF-16le", "UTF-16be"]);
        let pragmas = format!(
            "PRAGMA synchronous=off; PRAGMA page_size={page_size}; PRAGMA auto_vacuum={vacuum}; PRAGMA encoding='{encoding}'; PRAGMA user_version=1;"
        );
        connection.execute_batch(&pragmas).unwrap();
        drop(connection);
        if dice.below(3) == 0 {
            reserve(&path, page_size, dice.pick(&[4, 8, 32]));
        }
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch("PRAGMA synchronous=off").unwrap();
        let mut invented = Invented { connection, path, dice, tables: Vec::new(), _folder: folder };
        for n in 0..1 + invented.dice.below(4) {
            invented.table(n);
        }
        invented.change(60);
        invented
    }

    /// Turns on the log; what comes after stays in it.
    pub fn log(&mut self) {
        self.connection.execute_batch("PRAGMA journal_mode=wal; PRAGMA wal_autocheckpoint=0;").unwrap();
    }

    fn table(&mut self, n: u64) {
        let dice = &mut self.dice;
        let name = format!("{}{n}", dice.pick(&["chat ", "message", "Grüße", "a\"b", "order"]));
        let columns = 1 + dice.below(9) as usize;
        let without_rowid = dice.below(4) == 0;
        let mut declared: Vec<String> = (0..columns)
            .map(|c| {
                let kind = dice.pick(&[
                    "",
                    "INTEGER",
                    "TEXT",
                    "BLOB",
                    "REAL",
                    "DOUBLE PRECISION",
                    "NUMERIC(10, 2)",
                    "VARCHAR(20)",
                    "FLOAT",
                    "\"some type\"",
                ]);
                let extra = dice.pick(&["", "", "", " DEFAULT 7", " COLLATE NOCASE", " CHECK (1 > 0)", " -- x, y)\n"]);
                format!("\"c{c}\" {kind}{extra}")
            })
            .collect();
        let key = dice.below(columns as u64) as usize;
        let mut constraints = Vec::new();
        if without_rowid {
            let second = dice.below(columns as u64) as usize;
            let order = dice.pick(&["", " DESC", " COLLATE RTRIM", " COLLATE BINARY ASC"]);
            constraints.push(format!("PRIMARY KEY (c{key}{order}, c{second})"));
        } else if dice.below(2) == 0 {
            let extra = dice.pick(&["", " AUTOINCREMENT", " ASC", " DESC"]);
            declared[key] = format!("[c{key}] integer /* the key */ PRIMARY KEY{extra}");
        }
        if dice.below(4) == 0 {
            declared.insert(0, "seeming INT GENERATED ALWAYS AS (length('a,)')) VIRTUAL".into());
            declared.push("kept TEXT AS ('x' || length(c0)) STORED".into());
            constraints.insert(0, "CONSTRAINT odd CHECK (length('a,)') > 0) CHECK (1)".into());
        }
        let items: Vec<String> = declared.into_iter().chain(constraints).collect();
        let options = if without_rowid { "WITHOUT ROWID" } else { "" };
        let sql = format!("CREATE TABLE \"{}\" ({}) {options}", name.replace('"', "\"\""), items.join(", "));
        self.connection.execute_batch(&sql).unwrap();
        self.tables.push((name, columns));
    }

    /// Inserts, updates, deletes, adds columns and tables.
    pub fn change(&mut self, steps: u64) {
        self.connection.execute_batch("BEGIN").unwrap();
        for _ in 0..steps {
            if self.tables.len() < 8 && self.dice.below(40) == 0 {
                let n = 10 + self.tables.len() as u64;
                self.table(n);
            }
            let which = self.dice.below(self.tables.len() as u64) as usize;
            let (name, columns) = self.tables[which].clone();
            let quoted = format!("\"{}\"", name.replace('"', "\"\""));
            let column = self.dice.below(columns as u64);
            let sql = match self.dice.below(12) {
                0 => format!("DELETE FROM {quoted} WHERE length(quote(c{column})) % 9 = 3"),
                1 => format!("DELETE FROM {quoted} WHERE c{column} > ?1 AND length(quote(c0)) % 3 = 1"),
                2..4 => format!("UPDATE OR IGNORE {quoted} SET c{column} = ?1 WHERE length(quote(c0)) % 5 = 2"),
                4 if self.dice.below(3) == 0 => {
                    let count: i64 = self
                        .connection
                        .query_row("SELECT count(*) FROM pragma_table_info(?1)", [&name], |row| row.get(0))
                        .unwrap();
                    let kind = self.dice.pick(&["INTEGER", "TEXT", "REAL", "BLOB", ""]);
                    let default = self.dice.pick(&[
                        "5", "-5", "'a ''b'", "\"word\"", "NULL", "x'0aff'", "2.5", "+3.0", "TRUE", "'12'", "0x10",
                        "(9)",
                    ]);
                    format!("ALTER TABLE {quoted} ADD COLUMN added{count} {kind} DEFAULT {default}")
                }
                _ => {
                    let marks: Vec<String> = (0..columns).map(|n| format!("?{}", n + 1)).collect();
                    let names: Vec<String> = (0..columns).map(|n| format!("c{n}")).collect();
                    let values: Vec<Value> = (0..columns).map(|_| self.dice.value()).collect();
                    let sql =
                        format!("INSERT OR REPLACE INTO {quoted} ({}) VALUES ({})", names.join(", "), marks.join(", "));
                    // A value that the key or a type refuses is no loss.
                    let _ = self.connection.execute(&sql, rusqlite::params_from_iter(values));
                    continue;
                }
            };
            let value = self.dice.value();
            let parameters: Vec<Value> = if sql.contains("?1") { vec![value] } else { Vec::new() };
            let _ = self.connection.execute(&sql, rusqlite::params_from_iter(parameters));
        }
        self.connection.execute_batch("COMMIT").unwrap();
    }

    /// The main file and the log as they are on disk at this moment.
    pub fn bytes(&self) -> (Vec<u8>, Option<Vec<u8>>) {
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        (super::file(&self.path).unwrap(), super::file(Path::new(&log)))
    }
}

/// Reserves bytes at the end of every page, as encrypting extensions do: in the header of the still empty database, and
/// where its only page begins its cells.
fn reserve(path: &Path, page_size: usize, bytes: u8) {
    let mut database = std::fs::read(path).unwrap();
    database[20] = bytes;
    let start = ((page_size - usize::from(bytes)) as u16).to_be_bytes();
    database[105..107].copy_from_slice(&start);
    std::fs::write(path, database).unwrap();
}
