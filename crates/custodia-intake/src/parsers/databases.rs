//! Databases of programs that no other parser knows: links, addresses and numbers in the values of their rows.
//!
//! In the bytes of a database a value is followed by the next record without a mark between them, so that one looked for there
//! is taken together with what follows. Values are therefore looked at one by one, and of what the bytes say only what no value
//! of a row says is told: what stands in unused places.

use std::collections::{BTreeSet, HashSet};
use std::io::Read;

use custodia_model::tables::{Trace, Warning};
use custodia_model::{Origin, Rows, Text};

use super::{About, File, Parser, ReadError, database};
use crate::open::sqlite::{Cell, Database, MAGIC};
use crate::scan::{self, Found, Kind, Scanner};

/// Values that are told of one database. Address books and histories have hundreds; what has more is a list of the web.
const MOST: usize = 10_000;

/// Bytes of one value that are looked at.
const LONGEST: usize = 16 << 20;

/// Rows that are looked at. A table may claim more than its file could hold only by overlapping cells, which are bounded too.
const ROWS: u64 = 200_000_000;

/// What the parser is.
pub const ABOUT: About = About {
    name: "Traces in a database",
    reads: "SQLite databases that no other parser reads, by content, each value of each row, and then the bytes that no row uses",
    tables: &["traces", "recovered", "warnings"],
    tested: &["texts and blobs beside each other, deleted rows, UTF-16, a damaged file, invented data"],
    gaps: "what tables and columns mean; virtual tables; values within packed or encrypted blobs",
};

/// The parser. It comes last: every other one knows more of the databases that it reads.
pub struct Traces;

impl Parser for Traces {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, _path: &str, head: &[u8]) -> bool {
        head.starts_with(MAGIC)
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let mut told = Told { rows, file, values: Values::default(), more: 0 };
        // What cannot be opened as a database is looked through all the same, and said not to be one.
        let opened = database::open(file, told.rows);
        if let Ok(database) = &opened {
            cells(database, &mut told);
        }
        bytes(file, &mut told)?;
        if told.more > 0 {
            let says = format!(
                "more than {MOST} links, addresses and numbers stand in this file; {} further places were not told",
                told.more
            );
            told.rows.put(file.whole(), Warning::new("too many", says).into());
        }
        opened.map(|_| ())
    }
}

/// Every value of every row.
fn cells(database: &Database, told: &mut Told<'_, '_>) {
    let mut left = ROWS;
    for table in database.tables() {
        let part: Text = table.name.as_str().into();
        let columns: Vec<&str> = table.columns.iter().map(String::as_str).collect();
        let mut scan = database.scan(&table.name, &columns);
        while let Some(row) = scan.next() {
            let Some(rest) = left.checked_sub(1) else { return };
            left = rest;
            let origin = || Origin { number: Some(row.rowid), found: row.found, ..told.file.at(&part, 0) };
            for column in 0..columns.len() {
                let found: Vec<(Kind, String, String)> = match row.get(column) {
                    Cell::Text(text) => {
                        scan::of_text(text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default())
                            .into_iter()
                            .map(|lead| {
                                let as_written = text.get(lead.range).unwrap_or_default().to_owned();
                                (lead.kind, lead.value, as_written)
                            })
                            .collect()
                    }
                    Cell::Blob(bytes) => {
                        let mut found = Vec::new();
                        let mut scanner = Scanner::default();
                        let mut take = |one: Found| found.push((one.kind, one.value, one.as_written));
                        scanner.feed(bytes.get(..LONGEST).unwrap_or(bytes), &mut take);
                        scanner.finish(&mut take);
                        found
                    }
                    _ => continue,
                };
                let at = if found.is_empty() { continue } else { origin() };
                for (kind, value, as_written) in found {
                    told.take(&at, kind, value, &as_written);
                }
            }
        }
        database::tell(told.file.path(), Some(&table.name), &scan.damage(), told.rows);
    }
}

/// The bytes of the file, for what no row says.
fn bytes(file: &File<'_>, told: &mut Told<'_, '_>) -> Result<(), ReadError> {
    let part: Text = "byte".into();
    let ends = told.values.ends();
    let mut found: Vec<Found> = Vec::new();
    let (mut scanner, mut reader, mut piece) = (Scanner::default(), file.reader()?, vec![0; 256 << 10]);
    let (values, more) = (&told.values, &mut told.more);
    let mut take = |one: Found| {
        if values.said(&one, &ends) {
        } else if found.len() < MOST {
            found.push(one);
        } else {
            *more += 1;
        }
    };
    loop {
        match reader.read(&mut piece) {
            Ok(0) => break,
            Ok(n) => scanner.feed(piece.get(..n).unwrap_or_default(), &mut take),
            Err(why) if why.kind() == std::io::ErrorKind::Interrupted => {}
            Err(why) => return Err(why.into()),
        }
    }
    scanner.finish(&mut take);
    found.sort_unstable();
    for one in found {
        let at = file.at(&part, i64::try_from(one.offset).unwrap_or(i64::MAX));
        told.take(&at, one.kind, one.value, &one.as_written);
    }
    Ok(())
}

/// Traces on their way out, each value once.
struct Told<'r, 'f> {
    rows: &'r mut dyn Rows,
    file: &'r File<'f>,
    values: Values,
    more: u64,
}

impl Told<'_, '_> {
    fn take(&mut self, at: &Origin, kind: Kind, value: String, as_written: &str) {
        if self.values.0.len() >= MOST {
            self.more += u64::from(!self.values.0.contains(&(kind, value)));
            return;
        }
        let trace_kind = kind.as_str().into();
        let row = Trace { trace_kind, value: value.as_str().into(), as_written: as_written.into(), ..Trace::default() };
        if self.values.0.insert((kind, value)) {
            self.rows.put(at.clone(), row.into());
        }
    }
}

/// Values that rows say.
#[derive(Default)]
struct Values(HashSet<(Kind, String)>);

/// The same forwards and backwards, in order.
struct Ends {
    forwards: BTreeSet<(Kind, String)>,
    backwards: BTreeSet<(Kind, String)>,
}

impl Values {
    fn ends(&self) -> Ends {
        let backwards = self.0.iter().map(|(kind, value)| (*kind, value.chars().rev().collect()));
        Ends { forwards: self.0.iter().cloned().collect(), backwards: backwards.collect() }
    }

    /// Whether something in the bytes is a value of a row: whole, with a byte of its neighbours, or a part of it, where it goes
    /// on in another page.
    fn said(&self, one: &Found, ends: &Ends) -> bool {
        let has = |value: &str| self.0.contains(&(one.kind, value.to_owned()));
        let begins = |values: &BTreeSet<(Kind, String)>, value: &str| {
            let from = (one.kind, value.to_owned());
            values.range(from..).next().is_some_and(|(kind, longer)| *kind == one.kind && longer.starts_with(value))
        };
        let value = one.value.as_str();
        // Neighbours give a few characters at either end.
        let inner = (0..=GLUED).filter_map(|cut| value.get(cut.min(value.len())..)).any(|rest| {
            (0..=GLUED)
                .filter_map(|cut| rest.get(..rest.len().checked_sub(cut)?))
                .any(|part| part.len() > 5 && has(part))
        });
        inner || begins(&ends.forwards, value) || begins(&ends.backwards, &value.chars().rev().collect::<String>())
    }
}

/// Characters of the next record that may be taken for a part of a value: its header seldom has more that are letters or digits.
const GLUED: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Evidence, Item, Kept};
    use custodia_model::Row;
    use std::sync::Arc;

    fn read(database: Vec<u8>) -> Vec<(Origin, Row)> {
        let item = Item {
            path: "/notes.db".into(),
            size: database.len() as u64,
            modified: None,
            modified_as_stored: None,
            digests: None,
            content: "application/vnd.sqlite3",
            head: database.iter().take(4096).copied().collect(),
            kept: Kept::Memory(Arc::new(database)),
        };
        let evidence = Evidence::new(vec![item]);
        let file = File { item: &evidence.items()[0], evidence: &evidence };
        let mut rows = Vec::new();
        Traces.read(&file, &mut rows).unwrap();
        super::super::recovered::read(&file, &mut rows);
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
            let (body, raw) =
                (format!("see https://chat.whatsapp.com/{}", code(number)), format!("\0+34600{number:06}\0"));
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
            kept: Kept::Memory(Arc::new(bytes)),
        };
        let evidence = Evidence::new(vec![item]);
        let file = File { item: &evidence.items()[0], evidence: &evidence };
        let mut rows: Vec<(Origin, Row)> = Vec::new();
        let _ = Traces.read(&file, &mut rows);
    }
}
