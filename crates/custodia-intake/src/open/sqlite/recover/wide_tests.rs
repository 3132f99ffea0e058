//! Deleted records whose form no live row has: those written before columns were added to their table, and those with bytes where
//! no live row holds any. SQLite writes them, and what was ever written is known.

use std::collections::HashSet;
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::types::Value as Stored;

use super::super::{Database, Value};

/// Tables as messengers have them, of which some look alike.
const TABLES: &str = "
    CREATE TABLE message(_id INTEGER PRIMARY KEY AUTOINCREMENT, chat INTEGER NOT NULL, key_id TEXT NOT NULL, at INTEGER,
        kind INTEGER, text TEXT);
    CREATE TABLE media(message_row_id INTEGER PRIMARY KEY, chat INTEGER, path TEXT, size INTEGER, mime TEXT, media_key BLOB,
        thumb TEXT, raw BLOB);
    CREATE TABLE receipt(_id INTEGER PRIMARY KEY, message INTEGER NOT NULL, user INTEGER NOT NULL, at INTEGER);
    CREATE TABLE pair(a INTEGER, b INTEGER);
    CREATE TABLE named(k TEXT PRIMARY KEY, v TEXT);";

const WORDS: &str = "luna puerta casa tarde papel rosa vale mañana gracias hola nos vemos en la plaza a las diez";

struct Made {
    folder: tempfile::TempDir,
    connection: Connection,
    ever: HashSet<(String, String)>,
}

impl Made {
    fn new(page: usize, encoding: &str) -> Made {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join("a.db")).unwrap();
        let pragmas = "PRAGMA secure_delete=OFF; PRAGMA synchronous=OFF";
        connection
            .execute_batch(&format!("PRAGMA page_size={page}; PRAGMA encoding='{encoding}'; {pragmas}; {TABLES}"))
            .unwrap();
        Made { folder, connection, ever: HashSet::new() }
    }

    fn run(&mut self, sql: &str) {
        self.connection.execute_batch(sql).unwrap();
        for (table, row) in rows(&self.connection) {
            self.ever.insert((table, row));
        }
    }

    /// Rows of every table, with bytes in some columns of `media`.
    fn fill(&mut self, ids: std::ops::Range<i64>, bytes: bool) {
        let (key, thumb) = if bytes {
            ("zeroblob(9) || x'a1'", "CAST(x'aced0005' || zeroblob(?1 % 60) AS BLOB)")
        } else {
            ("NULL", "NULL")
        };
        self.connection.execute_batch("BEGIN").unwrap();
        for id in ids {
            for sql in [
                format!(
                    "INSERT INTO message(_id, chat, key_id, at, kind, text) VALUES (?1, ?1 % 9, printf('3EB0%012X', ?1 * 7919), \
                         1700000000000 + ?1, 0, substr('{WORDS}', 1 + ?1 % 20, ?1 * 37 % 60))"
                ),
                format!(
                    "INSERT INTO media(message_row_id, chat, path, size, mime, media_key, thumb, raw) VALUES (?1, ?1 % 9, \
                         printf('Media/IMG-%04d.jpg', ?1), ?1 * 977, 'image/jpeg', CAST({key} AS BLOB), {thumb}, {thumb})"
                ),
                "INSERT INTO receipt(_id, message, user, at) VALUES (?1, ?1 * 3, ?1 % 70, 1700000000000 + ?1)".into(),
                "INSERT INTO pair(a, b) VALUES (?1, ?1 * 1000)".into(),
                "INSERT INTO named(k, v) VALUES (printf('llave %d', ?1), substr('luna puerta casa', 1 + ?1 % 9))"
                    .into(),
            ] {
                self.connection.prepare_cached(&sql).unwrap().execute([id]).unwrap();
            }
        }
        self.run("COMMIT");
    }

    /// How many of the `gone` rows of a table are recovered, and how many are told that never were or that live.
    fn judge(&self, table: &str) -> (usize, usize) {
        let live: HashSet<(String, String)> = rows(&self.connection).into_iter().collect();
        let bytes = std::fs::read(self.folder.path().join("a.db")).unwrap();
        let (mut right, mut wrong) = (HashSet::new(), 0);
        Database::open(Arc::new(bytes), None, None).unwrap().recover(100_000, &mut |one| {
            let text = text(one.values.iter().map(stored).collect(), one.table.rowid_alias.is_some());
            let told = (one.table.name.clone(), text);
            // Of one without a rowid an equal row may live.
            if !self.ever.contains(&told)
                || (one.rowid.is_some() && one.table.rowid_alias.is_some() && live.contains(&told))
            {
                println!("{:?} {:?} {:?} {}", one.rowid, one.place, one.certainty, told.1);
                wrong += 1;
            } else if one.table.name == table {
                right.insert(told.1);
            }
        });
        (right.len(), wrong)
    }
}

fn stored(value: &Value) -> Stored {
    match value {
        Value::Null => Stored::Null,
        Value::Int(value) => Stored::Integer(*value),
        Value::Real(value) => Stored::Real(*value),
        Value::Text(value) => Stored::Text(value.clone()),
        Value::Blob(value) => Stored::Blob(value.clone()),
    }
}

/// Values without the rowid, which is not always left; NULL at the end is what a column that was added reads as.
fn text(mut values: Vec<Stored>, alias: bool) -> String {
    if alias {
        values.remove(0);
    }
    while values.last() == Some(&Stored::Null) {
        values.pop();
    }
    format!("{values:?}")
}

fn rows(connection: &Connection) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for table in ["message", "media", "receipt", "pair", "named"] {
        let Ok(mut select) = connection.prepare(&format!("SELECT * FROM {table}")) else { continue };
        let (columns, alias) = (select.column_count(), select.column_name(0).unwrap().ends_with("_id"));
        let mut rows = select.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values = (0..columns).map(|index| row.get(index).unwrap()).collect();
            all.push((table.into(), text(values, alias || table == "media")));
        }
    }
    all
}

const ADDED: &str =
    "ALTER TABLE message ADD COLUMN starred INTEGER; ALTER TABLE message ADD COLUMN sort INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE media ADD COLUMN caption TEXT; ALTER TABLE media ADD COLUMN sticker INTEGER;";

/// Nearly as many of them as of records that have all columns. Of those whose first bytes are lost fewer: more has to speak for them.
#[test]
fn records_from_before_columns_were_added_are_recovered() {
    let (mut whole, mut short, mut wrong) = (0, 0, 0);
    for (encoding, page) in [("UTF-8", 1024), ("UTF-8", 4096), ("UTF-16le", 4096)] {
        for gone in ["_id <= 300", "_id <= 300 AND _id % 3 > 0", "_id <= 300 AND _id % 4 = 1"] {
            for (table, key) in [("message", "_id"), ("media", "message_row_id")] {
                let gone = gone.replace("_id", key);
                let of = |first: &str, then: &str| {
                    let mut made = Made::new(page, encoding);
                    made.run(first);
                    made.fill(1..301, false);
                    made.run(then);
                    made.fill(301..420, false);
                    // Those that stay are written anew, so that no live record is short.
                    let anew = "UPDATE message SET sort = 1; UPDATE media SET sticker = 1";
                    made.run(&format!("DELETE FROM {table} WHERE {gone}; {anew}"));
                    made.judge(table)
                };
                whole += of(ADDED, "").0;
                let (right, false_ones) = of("", ADDED);
                println!("{encoding} {page} {table} {gone}: {right}, {false_ones} wrong");
                (short, wrong) = (short + right, wrong + false_ones);
            }
        }
    }
    assert!(short * 10 >= whole * 6 && wrong * 50 <= short, "{short} of {whole}, {wrong} wrong");
}

#[test]
fn records_with_bytes_where_no_live_row_has_any_are_recovered() {
    for page in [1024, 4096] {
        for (gone, least) in [("_id <= 300", 250), ("_id % 3 = 0 AND message_row_id <= 300", 50)] {
            let mut made = Made::new(page, "UTF-8");
            made.fill(1..301, true);
            made.fill(301..420, false);
            made.run(&format!("DELETE FROM media WHERE message_row{gone}"));
            if least == 50 {
                made.run("UPDATE media SET media_key = NULL, thumb = NULL, raw = NULL WHERE message_row_id <= 300");
            }
            let (right, wrong) = made.judge("media");
            println!("{page} {gone}: {right}, {wrong} wrong");
            assert!(right >= least && wrong * 50 <= right, "{page} {gone}: {right}, {wrong} wrong");
        }
    }
}

/// After `VACUUM`, and where nothing was deleted, there is nothing to find.
#[test]
fn nothing_is_invented_of_tables_to_which_columns_were_added() {
    for page in [512, 1024, 4096] {
        let mut made = Made::new(page, "UTF-8");
        made.fill(1..301, true);
        made.run(ADDED);
        made.fill(301..420, false);
        assert_eq!(made.judge("media"), (0, 0), "{page}");
        made.run("DELETE FROM media WHERE message_row_id < 300; DELETE FROM message WHERE _id < 200");
        made.run("VACUUM");
        assert_eq!(made.judge("media"), (0, 0), "{page}");
    }
}
