//! Invented phones for the tests of parsers: a folder is a case, `make.sql` makes its files, `expected.txt` is what the
//! parsers say of them. `UPDATE=1 cargo test` writes what is expected anew; read the difference before you commit.
//!
//! Lines of `make.sql` that steer: `-- @database PATH` begins a database, `-- @wal` what stands only in its log,
//! `-- @include FILE` takes in another file of the folder that holds the cases, `-- @file PATH` begins a file of which
//! each line follows `-- `, `-- @hex PATH` one of which each line follows `-- ` as hex digits. `{{sha256 TEXT}}` becomes the
//! base64 SHA-256 of the text, `{{java TEXT}}` a Java object that holds it.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use custodia_model::{Digests, Found, Origin, Row, TABLES, Value};
use sha2::Digest;

use super::{File, PARSERS, Parser};
use crate::evidence::{Evidence, Item, Kept};

/// The folder of a kind of parser below `testdata`.
pub fn folder(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(kind)
}

/// Reads every case of a kind and compares it with what is expected. Each of `parsers` must have read something.
pub fn read_as_expected(kind: &str, parsers: &[&dyn Parser]) {
    let mut cases: Vec<PathBuf> = fs::read_dir(folder(kind)).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.is_dir());
    cases.sort();
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
    for parser in parsers {
        assert!(used.contains(&parser.about().name), "{} has no fixture", parser.about().name);
    }
}

/// Reads the files of a case that a parser fits, cut at many lengths and with bytes changed: rows or warnings, never a
/// panic.
pub fn damage_never_panics(case: &Path) {
    let evidence = make(case);
    let fits = |item: &&Item| PARSERS.iter().any(|parser| parser.fits(&item.path, &item.head));
    for item in evidence.items().iter().filter(fits) {
        let Kept::Memory(bytes) = &item.kept else { panic!("fixtures are in memory") };
        let read = |bytes: Vec<u8>| {
            let item = item_of(&item.path, bytes);
            // The first bytes are those of the whole file, so that the same parser takes it.
            let item = Item { head: bytes_of_head(&evidence, &item.path), ..item };
            let evidence = Evidence::new(vec![item]);
            rows_of(&evidence.items()[0], &evidence);
        };
        let step = if bytes.len() > 20_000 { 1021 } else { bytes.len() / 64 + 1 };
        for cut in (0..bytes.len()).step_by(step) {
            read(bytes[..cut].to_vec());
        }
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..300 {
            let mut flipped = bytes.to_vec();
            for _ in 0..8 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = (seed >> 16) as usize % flipped.len().max(1);
                if let Some(byte) = flipped.get_mut(at) {
                    *byte = (seed >> 8) as u8;
                }
            }
            read(flipped);
        }
    }
}

fn bytes_of_head(evidence: &Evidence, path: &str) -> Vec<u8> {
    evidence.item(path).map(|item| item.head.clone()).unwrap_or_default()
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

/// Rows with their places.
pub type Put = Vec<(Origin, Row)>;

/// Runs one item through the first parser that fits.
pub fn rows_of(item: &Item, evidence: &Evidence) -> (Put, Option<String>) {
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
pub fn make(case: &Path) -> Evidence {
    let mut items = Vec::new();
    let script = included(&case.join("make.sql"), case.parent().unwrap());
    let mut sections: Vec<(&str, &str, String, String)> = Vec::new();
    let mut in_log = false;
    for line in script.lines() {
        if let Some(path) = line.strip_prefix("-- @database ") {
            sections.push(("database", path, String::new(), String::new()));
            in_log = false;
        } else if let Some(path) = line.strip_prefix("-- @file ") {
            sections.push(("file", path, String::new(), String::new()));
            in_log = false;
        } else if let Some(path) = line.strip_prefix("-- @hex ") {
            sections.push(("hex", path, String::new(), String::new()));
            in_log = false;
        } else if line == "-- @wal" {
            in_log = true;
        } else if let Some((kind, _, main, log)) = sections.last_mut() {
            let into = if in_log { log } else { main };
            into.push_str(if *kind == "database" { line } else { line.strip_prefix("-- ").unwrap_or(line) });
            into.push('\n');
        }
    }
    for (kind, path, main, log) in sections {
        if kind == "file" {
            items.push(item_of(path, main.trim_end().as_bytes().to_vec()));
            continue;
        }
        if kind == "hex" {
            let digits: String = main.split_whitespace().collect();
            items.push(item_of(path, hex::decode(digits).unwrap()));
            continue;
        }
        let (database, wal) = database(&filled(&main), &filled(&log));
        items.push(item_of(path, database));
        items.extend(wal.map(|wal| item_of(&format!("{path}-wal"), wal)));
    }
    Evidence::new(items)
}

fn included(path: &Path, folder: &Path) -> String {
    let mut text = String::new();
    for line in fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).lines() {
        match line.strip_prefix("-- @include ") {
            Some(name) => text.push_str(&included(&folder.join(name), folder)),
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
pub fn database(main: &str, log: &str) -> (Vec<u8>, Option<Vec<u8>>) {
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

/// A file in memory.
pub fn item_of(path: &str, bytes: Vec<u8>) -> Item {
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
