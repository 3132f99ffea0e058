//! Invented phones, each a folder below `testdata/chats/whatsapp_android`: `make.sql` makes its files, `expected.txt` is
//! what the parsers say of them. `UPDATE=1 cargo test` writes what is expected anew; read the difference before you commit.
//!
//! Lines of `make.sql` that steer: `-- @database PATH` begins a database, `-- @wal` what stands only in its log,
//! `-- @include FILE` takes in another file, `-- @file PATH` begins a file of which each line follows `-- `.
//! `{{sha256 TEXT}}` becomes the base64 SHA-256 of the text, `{{java TEXT}}` a Java object that holds it.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use custodia_model::{Digests, Found, Origin, Row, TABLES, Value};
use sha2::Digest;

use crate::evidence::{Evidence, Item, Kept};
use crate::parsers::{File, PARSERS, Parser};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/chats/whatsapp_android")
}

#[test]
fn invented_phones_read_as_expected() {
    let mut cases: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.is_dir());
    cases.sort();
    assert!(cases.len() >= 10);
    let mut used = Vec::new();
    for case in cases {
        let evidence = make(&case);
        let found = read(&evidence, &mut used);
        let expected = case.join("expected.txt");
        #[allow(clippy::disallowed_methods)] // a person asks for it, and only in tests
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&expected, &found).unwrap();
        }
        let wanted = fs::read_to_string(&expected).unwrap_or_default();
        let line = found.lines().zip(wanted.lines()).find(|(found, wanted)| found != wanted);
        assert!(found == wanted, "{}: {line:?}; UPDATE=1 writes it anew", case.display());
    }
    let own = [&super::Msgstore as &dyn Parser, &super::Contacts, &super::OwnAccount];
    for parser in own {
        assert!(used.contains(&parser.about().name), "{} has no fixture", parser.about().name);
    }
}

#[test]
fn rows_of_the_log_alone_are_marked() {
    let evidence = make(&folder().join("wal"));
    let rows = rows_of(evidence.items().iter().find(|item| item.path.ends_with("/msgstore.db")).unwrap(), &evidence).0;
    let of = |key: &str| {
        let row = rows.iter().find(|(_, row)| matches!(row, Row::Message(message) if &*message.key == key)).unwrap();
        row.0.found
    };
    assert_eq!([of("A1"), of("A2"), of("A3")], [Found::Live, Found::Wal, Found::Wal]);
}

/// Databases cut at many lengths and with bytes changed: rows or warnings, never a panic.
#[test]
fn damage_never_panics() {
    for case in ["modern", "legacy", "contacts"] {
        let evidence = make(&folder().join(case));
        let item = evidence.items().iter().find(|item| item.path.ends_with(".db")).unwrap();
        let Kept::Memory(bytes) = &item.kept else { panic!("fixtures are in memory") };
        let read = |bytes: Vec<u8>| {
            let item = item_of(&item.path, bytes);
            let evidence = Evidence::new(vec![item]);
            rows_of(&evidence.items()[0], &evidence);
        };
        for cut in (0..bytes.len()).step_by(1021) {
            read(bytes[..cut].to_vec());
        }
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..300 {
            let mut flipped = bytes.to_vec();
            for _ in 0..8 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = (seed >> 16) as usize % flipped.len();
                flipped[at] = (seed >> 8) as u8;
            }
            read(flipped);
        }
    }
}

/// Side tables without a key of their own or out of order are joined all the same.
#[test]
fn side_tables_of_other_layouts_are_joined() {
    let layouts = [
        ("message_row_id INTEGER PRIMARY KEY", ""),
        ("_id INTEGER PRIMARY KEY, message_row_id INTEGER", ""),
        ("message_row_id INTEGER PRIMARY KEY", " WITHOUT ROWID"),
    ];
    for (key, end) in layouts {
        let sql = format!(
            "CREATE TABLE jid (_id INTEGER PRIMARY KEY, user TEXT, server TEXT, raw_string TEXT);
             CREATE TABLE chat (_id INTEGER PRIMARY KEY, jid_row_id, subject, created_timestamp);
             CREATE TABLE message (_id INTEGER PRIMARY KEY, chat_row_id, key_id, message_type, timestamp);
             CREATE TABLE message_media ({key}, file_path TEXT){end};
             INSERT INTO jid VALUES (1, '34600000002', 's.whatsapp.net', NULL);
             INSERT INTO chat VALUES (1, 1, NULL, NULL);
             INSERT INTO message VALUES (2, 1, 'A', 1, 1), (3, 1, 'B', 1, 1), (5, 1, 'C', 1, 1), (6, 1, 'D', 1, 1);
             INSERT INTO message_media (message_row_id, file_path) VALUES (5, 'five'), (2, 'two'), (6, 'six'), (4, 'nobody');"
        );
        let database = database(&sql, "").0;
        let evidence = Evidence::new(vec![item_of("/msgstore.db", database)]);
        let rows = rows_of(&evidence.items()[0], &evidence).0;
        let paths: Vec<&str> = rows
            .iter()
            .filter_map(|(_, row)| match row {
                Row::Attachment(attachment) => attachment.stored_path.as_deref(),
                _ => None,
            })
            .collect();
        assert_eq!(paths, ["two", "five", "six"], "{key}{end}");
    }
}

/// Runs every item that a parser fits through it.
fn read(evidence: &Evidence, used: &mut Vec<&'static str>) -> String {
    let mut text = String::new();
    for item in evidence.items() {
        let Some(parser) = PARSERS.iter().find(|parser| parser.fits(&item.path, &item.head)) else { continue };
        used.push(parser.about().name);
        let (rows, refused) = rows_of(item, evidence);
        let _ = writeln!(text, "== {} by {}", item.path, parser.about().name);
        for (origin, row) in &rows {
            assert!(
                parser.about().tables.contains(&TABLES[row.table()].name),
                "{} not announced",
                TABLES[row.table()].name
            );
            line(&mut text, origin, row);
        }
        if let Some(refused) = refused {
            let _ = writeln!(text, "refused: {refused}");
        }
    }
    text
}

type Put = Vec<(Origin, Row)>;

fn rows_of(item: &Item, evidence: &Evidence) -> (Put, Option<String>) {
    let parser = PARSERS.iter().find(|parser| parser.fits(&item.path, &item.head)).unwrap();
    let mut rows = Put::new();
    let refused = parser.read(&File { item, evidence }, &mut rows).err().map(|error| error.to_string());
    (rows, refused)
}

/// A row as one line: table, place, then every cell that holds something.
fn line(text: &mut String, origin: &Origin, row: &Row) {
    let table = &TABLES[row.table()];
    let part = origin.part.as_deref().unwrap_or("-");
    let number = origin.number.map_or_else(String::new, |number| format!("/{number}"));
    let _ = write!(text, "{:<12} {part}{number}", table.name);
    if origin.found != Found::Live {
        let _ = write!(text, " [{}]", origin.found.as_str());
    }
    let mut columns = table.columns.iter();
    row.cells(|cell| {
        let name = columns.next().unwrap().name;
        let _ = match cell {
            Value::Null | Value::Bool(false) => Ok(()),
            Value::Text(value) => write!(text, " {name}={value:?}"),
            Value::Int(value) => write!(text, " {name}={value}"),
            Value::Real(value) => write!(text, " {name}={value}"),
            Value::Bool(true) => write!(text, " {name}"),
            Value::Time(value) => write!(text, " {name}={value}"),
        };
    });
    text.push('\n');
}

/// Makes the files of a case.
fn make(case: &Path) -> Evidence {
    let mut items = Vec::new();
    let script = included(&case.join("make.sql"));
    let mut sections: Vec<(&str, &str, String, String)> = Vec::new();
    let mut in_log = false;
    for line in script.lines() {
        if let Some(path) = line.strip_prefix("-- @database ") {
            sections.push(("database", path, String::new(), String::new()));
            in_log = false;
        } else if let Some(path) = line.strip_prefix("-- @file ") {
            sections.push(("file", path, String::new(), String::new()));
        } else if line == "-- @wal" {
            in_log = true;
        } else if let Some((kind, _, main, log)) = sections.last_mut() {
            let into = if in_log { log } else { main };
            into.push_str(if *kind == "file" { line.strip_prefix("-- ").unwrap_or(line) } else { line });
            into.push('\n');
        }
    }
    for (kind, path, main, log) in sections {
        if kind == "file" {
            items.push(item_of(path, main.trim_end().as_bytes().to_vec()));
            continue;
        }
        let (database, wal) = database(&filled(&main), &filled(&log));
        items.push(item_of(path, database));
        items.extend(wal.map(|wal| item_of(&format!("{path}-wal"), wal)));
    }
    Evidence::new(items)
}

fn included(path: &Path) -> String {
    let mut text = String::new();
    for line in fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).lines() {
        match line.strip_prefix("-- @include ") {
            Some(name) => text.push_str(&included(&folder().join(name))),
            None => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    text
}

/// Puts hashes and objects in place of what stands in double braces.
fn filled(sql: &str) -> String {
    let mut parts = sql.split("{{");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (what, rest) = part.split_once("}}").expect("closed braces");
        match what.split_once(' ') {
            Some(("sha256", content)) => text.push_str(&STANDARD.encode(sha2::Sha256::digest(content))),
            Some(("java", path)) => {
                let mut object = b"\xac\xed\x00\x05sr\x00\x16com.whatsapp.MediaDatat\x00".to_vec();
                object.push(u8::try_from(path.len()).unwrap());
                object.extend(path.as_bytes());
                object.extend(b"xp");
                let _ = write!(text, "X'{}'", hex::encode(object));
            }
            _ => panic!("{{{{{what}}}}} is not known"),
        }
        text.push_str(rest);
    }
    text
}

/// A database made by SQLite itself, and its log with what `log` does, copied while it is open.
fn database(main: &str, log: &str) -> (Vec<u8>, Option<Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch("PRAGMA page_size = 1024; PRAGMA journal_mode = DELETE;").unwrap();
    connection.execute_batch(&format!("BEGIN;\n{main}\nCOMMIT;")).unwrap_or_else(|error| panic!("{error}\n{main}"));
    if log.is_empty() {
        drop(connection);
        return (fs::read(&path).unwrap(), None);
    }
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;").unwrap();
    connection.execute_batch(&format!("BEGIN;\n{log}\nCOMMIT;")).unwrap();
    (fs::read(&path).unwrap(), Some(fs::read(folder.path().join("made.db-wal")).unwrap()))
}

fn item_of(path: &str, bytes: Vec<u8>) -> Item {
    let digests = Digests { md5: [0; 16], sha1: [0; 20], sha256: sha2::Sha256::digest(&bytes).into() };
    Item {
        path: path.into(),
        size: bytes.len() as u64,
        modified: None,
        modified_as_stored: None,
        digests: Some(digests),
        content: "application/octet-stream",
        head: bytes.iter().take(4096).copied().collect(),
        kept: Kept::Memory(Arc::new(bytes)),
    }
}
