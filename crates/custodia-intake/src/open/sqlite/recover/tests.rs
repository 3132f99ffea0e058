//! Recovery against SQLite itself: rows are written, changed and deleted in any order, and what was ever written is
//! known.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rusqlite::Connection;

use super::super::{Database, Value};
use super::Recovered;

const WORDS: [&str; 12] =
    ["hola", "mañana", "casa", "gracias", "vale", "nos vemos", "río", "puerta", "luna", "tarde", "🦊", "papel"];

/// Numbers that look random and are the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit.max(1)
    }
}

type Row = (i64, String, i64, Option<String>, i64);

/// A database of messages and what was ever written to it and what lives.
struct History {
    folder: tempfile::TempDir,
    connection: Connection,
    dice: Dice,
    ever: HashSet<Row>,
    live: HashMap<i64, Row>,
}

impl History {
    fn new(seed: u64, secure: bool) -> History {
        let mut dice = Dice(seed);
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join("a.db")).unwrap();
        let size = [1024, 4096, 8192][dice.below(3) as usize];
        connection
            .execute_batch(&format!(
                "PRAGMA page_size={size}; PRAGMA secure_delete={}; PRAGMA synchronous=OFF; PRAGMA journal_mode=DELETE;
                 CREATE TABLE message(_id INTEGER PRIMARY KEY AUTOINCREMENT, key_id TEXT NOT NULL, from_me INTEGER NOT NULL,
                 text_data TEXT, timestamp INTEGER);
                 CREATE UNIQUE INDEX by_key ON message(key_id);
                 CREATE TABLE jid(_id INTEGER PRIMARY KEY, user TEXT NOT NULL, server TEXT NOT NULL);",
                if secure { "ON" } else { "OFF" }
            ))
            .unwrap();
        History { folder, connection, dice, ever: HashSet::new(), live: HashMap::new() }
    }

    fn text(&mut self) -> Option<String> {
        let words = self.dice.below(30);
        let one = |dice: &mut Dice| WORDS[dice.below(WORDS.len() as u64) as usize];
        (words > 2).then(|| (0..words).map(|_| one(&mut self.dice)).collect::<Vec<_>>().join(" "))
    }

    fn insert(&mut self, count: usize) {
        self.connection.execute_batch("BEGIN").unwrap();
        for _ in 0..count {
            let key = format!("3EB0{:016X}", self.dice.below(u64::MAX));
            let (from_me, text) = (self.dice.below(2) as i64, self.text());
            let time = 1_700_000_000_000 + self.dice.below(1 << 34) as i64;
            self.connection
                .prepare_cached("INSERT INTO message(key_id, from_me, text_data, timestamp) VALUES (?,?,?,?)")
                .unwrap()
                .execute((&key, from_me, &text, time))
                .unwrap();
            let id = self.connection.last_insert_rowid();
            let row = (id, key, from_me, text, time);
            self.ever.insert(row.clone());
            self.live.insert(id, row);
            if self.dice.below(10) == 0 {
                let user = format!("346{:08}", self.dice.below(100_000_000));
                self.connection.execute("INSERT INTO jid(user, server) VALUES (?, 's.whatsapp.net')", [user]).unwrap();
            }
        }
        self.connection.execute_batch("COMMIT").unwrap();
    }

    fn delete(&mut self, id: i64) {
        if self.live.remove(&id).is_some() {
            self.connection.prepare_cached("DELETE FROM message WHERE _id=?").unwrap().execute([id]).unwrap();
        }
    }

    fn update(&mut self, id: i64) {
        let text = self.text();
        if let Some(row) = self.live.get_mut(&id) {
            row.3 = text;
            let mut update = self.connection.prepare_cached("UPDATE message SET text_data=? WHERE _id=?").unwrap();
            update.execute((&row.3, id)).unwrap();
            self.ever.insert(row.clone());
        }
    }

    fn open(&self) -> Database {
        let bytes = |name: &str| std::fs::read(self.folder.path().join(name)).ok();
        let wal = bytes("a.db-wal").map(|wal| Arc::new(wal) as crate::bytes::Bytes);
        Database::open(Arc::new(bytes("a.db").unwrap()), wal, None).unwrap()
    }
}

fn text(value: &Value) -> Option<String> {
    if let Value::Text(text) = value { Some(text.clone()) } else { None }
}

fn int(value: &Value) -> i64 {
    if let Value::Int(value) = value { *value } else { -1 }
}

/// How many were recovered, how many of them were really written, and the ids of those.
fn judge(history: &History) -> (usize, usize, HashSet<String>) {
    let (mut all, mut right, mut keys) = (0, 0, HashSet::new());
    history.open().recover(1_000_000, &mut |one: Recovered<'_>| {
        all += 1;
        if one.table.name != "message" {
            return;
        }
        let v = &one.values;
        let row = (text(&v[1]).unwrap_or_default(), int(&v[2]), text(&v[3]), int(&v[4]));
        let known = history.ever.iter().any(|ever| {
            one.rowid.is_none_or(|rowid| rowid == ever.0)
                && (&ever.1, ever.2, &ever.3, ever.4) == (&row.0, row.1, &row.2, row.3)
        });
        let lives = one
            .rowid
            .and_then(|rowid| history.live.get(&rowid))
            .is_some_and(|live| (&live.1, live.2, &live.3, live.4) == (&row.0, row.1, &row.2, row.3));
        if known && !lives {
            right += 1;
            keys.insert(row.0);
        }
    });
    (all, right, keys)
}

#[test]
fn nothing_is_recovered_where_nothing_was_deleted() {
    for seed in 0..12 {
        let mut history = History::new(seed, false);
        let count = 50 + history.dice.below(3000) as usize;
        history.insert(count);
        assert_eq!(judge(&history).0, 0, "seed {seed}");
    }
}

#[test]
fn nothing_is_recovered_where_deleted_bytes_are_overwritten() {
    for seed in 0..6 {
        let mut history = History::new(seed, true);
        history.insert(1500);
        for _ in 0..150 {
            let id = history.dice.below(1500) as i64;
            history.delete(id);
        }
        assert_eq!(judge(&history).0, 0, "seed {seed}");
    }
}

#[test]
fn deleted_rows_are_recovered() {
    let (mut deleted, mut recalled, mut all, mut right) = (0, 0, 0, 0);
    for seed in 0..16 {
        let mut history = History::new(seed, false);
        history.insert(2000);
        let mut gone = HashSet::new();
        match seed % 4 {
            // Here and there, one after the other.
            0 => {
                for _ in 0..200 {
                    let id = history.dice.below(2000) as i64;
                    gone.extend(history.live.get(&id).map(|row| row.1.clone()));
                    history.delete(id);
                }
            }
            // A stretch: whole pages go.
            1 => {
                for id in 500..1300 {
                    gone.extend(history.live.get(&id).map(|row| row.1.clone()));
                    history.delete(id);
                }
            }
            // With changes between.
            2 => {
                for _ in 0..200 {
                    let id = history.dice.below(2000) as i64;
                    gone.extend(history.live.get(&id).map(|row| row.1.clone()));
                    history.delete(id);
                    let id = history.dice.below(2000) as i64;
                    history.update(id);
                }
            }
            // With new rows after, which take some of the pages.
            _ => {
                for id in 300..600 {
                    gone.extend(history.live.get(&id).map(|row| row.1.clone()));
                    history.delete(id);
                }
                history.insert(60);
            }
        }
        let (found, good, keys) = judge(&history);
        let hit = gone.intersection(&keys).count();
        println!("seed {seed}: deleted {}, recalled {hit}, told {found}, right {good}", gone.len());
        deleted += gone.len();
        recalled += hit;
        all += found;
        right += good;
    }
    println!("recall {recalled}/{deleted}, precision {right}/{all}");
    assert!(recalled * 100 >= deleted * 60, "recall {recalled}/{deleted}");
    assert!(right * 100 >= all * 98, "precision {right}/{all}");
}

#[test]
fn a_log_gives_what_its_frames_replace() {
    let (mut deleted, mut recalled, mut all, mut right) = (0, 0, 0, 0);
    for seed in 20..26 {
        // Bytes are overwritten on deletion, so only earlier forms of pages hold the rows.
        let mut history = History::new(seed, true);
        history.insert(600);
        history.connection.execute_batch("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0").unwrap();
        history.insert(300);
        assert_eq!(judge(&history).0, 0, "seed {seed}");
        let mut gone = HashSet::new();
        for _ in 0..80 {
            let id = history.dice.below(900) as i64;
            gone.extend(history.live.get(&id).map(|row| row.1.clone()));
            history.delete(id);
        }
        if seed % 2 == 0 {
            history.connection.execute_batch("PRAGMA wal_checkpoint(FULL)").unwrap();
            history.insert(3);
        }
        let (found, good, keys) = judge(&history);
        println!("seed {seed}: deleted {}, recalled {}, told {found}", gone.len(), gone.intersection(&keys).count());
        deleted += gone.len();
        recalled += gone.intersection(&keys).count();
        all += found;
        right += good;
    }
    assert!(recalled * 100 >= deleted * 60, "recall {recalled}/{deleted}");
    assert!(right * 100 >= all * 98, "precision {right}/{all}");
}

#[test]
fn hostile_bytes_are_survived() {
    let mut history = History::new(3, false);
    history.insert(400);
    (100..300).for_each(|id| history.delete(id));
    let bytes = std::fs::read(history.folder.path().join("a.db")).unwrap();
    let mut dice = Dice(9);
    for _ in 0..150 {
        let mut bytes = bytes.clone();
        for _ in 0..1 + dice.below(60) {
            let at = dice.below(bytes.len() as u64) as usize;
            bytes[at] = dice.below(256) as u8;
        }
        bytes.truncate(bytes.len() - dice.below(3000) as usize);
        if let Ok(database) = Database::open(Arc::new(bytes), None, None) {
            let mut count = 0;
            database.recover(100, &mut |_| count += 1);
            assert!(count <= 100);
        }
    }
}

/// Every row of every table, as it was at some time.
type Rows = HashSet<(String, i64, String)>;

const TABLES: [(&str, &str); 6] = [
    (
        "receipt",
        "_id INTEGER PRIMARY KEY, message_row_id INTEGER NOT NULL, user INTEGER NOT NULL, at INTEGER, status INTEGER",
    ),
    ("pair", "a INTEGER, b INTEGER"),
    ("loose", "x, y, z"),
    ("props", "_id INTEGER PRIMARY KEY, key TEXT UNIQUE, value TEXT"),
    ("media", "message_row_id INTEGER PRIMARY KEY, path TEXT, size INTEGER, hash BLOB, ratio REAL, at DATETIME"),
    ("named", "key TEXT NOT NULL, name VARCHAR(20), flag BOOLEAN NOT NULL DEFAULT 0"),
];

fn snapshot(connection: &Connection, into: &mut Rows) {
    for (table, _) in TABLES {
        let mut select = connection.prepare(&format!("SELECT rowid AS r__, * FROM {table}")).unwrap();
        let alias = select.column_name(1).unwrap().ends_with("_id");
        let columns = select.column_count();
        let mut rows = select.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let value = |index| row.get::<_, rusqlite::types::Value>(index).unwrap();
            let skip = if alias { 2 } else { 1 };
            let text: Vec<String> = (skip..columns).map(|index| format!("{:?}", value(index))).collect();
            into.insert((table.into(), row.get(0).unwrap(), text.join("|")));
        }
    }
}

#[test]
fn tables_that_look_alike_are_kept_apart() {
    let (mut all, mut right, mut without_rowid) = (0, 0, 0);
    for seed in 100..130 {
        let mut dice = Dice(seed);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch("PRAGMA page_size=1024; PRAGMA secure_delete=OFF; PRAGMA synchronous=OFF").unwrap();
        for (table, columns) in TABLES {
            connection.execute_batch(&format!("CREATE TABLE {table}({columns})")).unwrap();
        }
        let mut ever = Rows::new();
        let deletes = seed % 3 > 0;
        for _ in 0..50 {
            for _ in 0..10 {
                let word = WORDS[dice.below(12) as usize].repeat(1 + dice.below(6) as usize);
                let (n, m) = (dice.below(1 << 40) as i64 >> dice.below(40), dice.below(300) as i64);
                let run = |sql: &str| connection.execute_batch(sql).unwrap();
                match dice.below(6) {
                    0 => {
                        run(&format!("INSERT INTO receipt(message_row_id, user, at, status) VALUES ({n},{m},{n},{m})"))
                    }
                    1 => run(&format!("INSERT INTO pair VALUES ({n},{m})")),
                    2 => run(&format!("INSERT INTO loose VALUES ({n},'{word}',{m}.5)")),
                    3 => run(&format!("INSERT OR IGNORE INTO props(key, value) VALUES ('{word}','{n}')")),
                    4 => run(&format!(
                        "INSERT INTO media(path, size, hash, ratio, at) VALUES ('{word}',{n},x'00ff{m:04}',{m}.25,{n})"
                    )),
                    _ => run(&format!("INSERT INTO named VALUES ('{word}','{word}',{})", m % 2)),
                }
            }
            snapshot(&connection, &mut ever);
            if deletes {
                let (table, _) = TABLES[dice.below(6) as usize];
                let share = 2 + dice.below(6);
                connection
                    .execute_batch(&format!("DELETE FROM {table} WHERE (rowid * 7919 + {seed}) % {share} = 0"))
                    .unwrap();
            }
        }
        let mut live = Rows::new();
        snapshot(&connection, &mut live);
        let database = Database::open(Arc::new(std::fs::read(&path).unwrap()), None, None).unwrap();
        database.recover(100_000, &mut |one| {
            let skip = usize::from(one.table.rowid_alias.is_some());
            let show = |value: &Value| match value {
                Value::Int(value) => format!("Integer({value})"),
                value => format!("{value:?}"),
            };
            let text = one.values[skip..].iter().map(show).collect::<Vec<_>>().join("|");
            let known = |rows: &Rows| {
                let same = |row: &&(String, i64, String)| row.0 == one.table.name && row.2 == text;
                rows.iter().filter(same).any(|row| one.rowid.is_none_or(|rowid| rowid == row.1))
            };
            let good = known(&ever) && !(one.rowid.is_some() && known(&live));
            if !good {
                println!("seed {seed}: {} {:?} {:?} {:?} {text}", one.table.name, one.rowid, one.place, one.certainty);
            }
            all += 1;
            right += usize::from(good);
            without_rowid += usize::from(one.rowid.is_none());
        });
    }
    println!("precision {right}/{all}, {without_rowid} rebuilt");
    assert!(right * 100 >= all * 98, "precision {right}/{all}");
}
