//! Records (file format, section 2.1): a header of serial types, then the values. Only the fields asked for are located;
//! a value is decoded when it is looked at.

use std::cell::{self, OnceCell};

use custodia_model::Found;

use super::number::{signed, signed_at, varint};
use super::schema::{Column, TableInfo};
use super::text::Encoding;

/// A value as stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// NULL, or a column this database does not have.
    Null,
    /// Integer.
    Int(i64),
    /// Real.
    Real(f64),
    /// Text in UTF-8 (converted when the database is UTF-16; damaged sequences replaced).
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

/// A value that is kept: a constant of the schema, or a field of a recovered record.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// NULL.
    #[default]
    Null,
    /// Integer.
    Int(i64),
    /// Real.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl From<Cell<'_>> for Value {
    fn from(cell: Cell<'_>) -> Value {
        match cell {
            Cell::Null => Value::Null,
            Cell::Int(value) => Value::Int(value),
            Cell::Real(value) => Value::Real(value),
            Cell::Text(value) => Value::Text(value.to_owned()),
            Cell::Blob(value) => Value::Blob(value.to_vec()),
        }
    }
}

impl Value {
    /// The value as lent.
    pub fn cell(&self) -> Cell<'_> {
        match self {
            Value::Null => Cell::Null,
            Value::Int(value) => Cell::Int(*value),
            Value::Real(value) => Cell::Real(*value),
            Value::Text(value) => Cell::Text(value),
            Value::Blob(value) => Cell::Blob(value),
        }
    }
}

/// Serial type given to a field that the record does not have. No record holds it: its length exceeds every bound.
const ABSENT: u64 = u64::MAX;

/// Where a field lies in its payload.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    serial: u64,
    at: usize,
    len: usize,
}

/// Bytes of a value of this serial type; none for the reserved types 10 and 11.
#[inline]
pub(super) fn serial_len(serial: u64) -> Option<u64> {
    const SMALL: [u64; 10] = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];
    match serial {
        12.. => Some((serial - 12) / 2),
        _ => SMALL.get(serial as usize).copied(),
    }
}

/// Where each column asked for comes from.
enum Source {
    /// The table does not have it.
    Absent,
    /// It is the rowid.
    Rowid,
    /// It is a field; the number of its span, and what the column does to a stored value.
    Field { span: usize, real: bool, default: Value },
}

/// Which fields of a record are wanted, made once for a walk.
pub(super) struct Plan {
    sources: Vec<Source>,
    /// For every stored field up to the last one wanted, the number of its span, or [`SKIP`].
    wanted: Vec<u16>,
    /// Spans whose default is an expression, with the names of their columns.
    unread: Vec<(usize, String)>,
    encoding: Encoding,
}

const SKIP: u16 = u16::MAX;

impl Plan {
    /// Finds the columns by name, without case, as SQLite compares names.
    pub fn new(table: &TableInfo, names: &[&str], encoding: Encoding) -> Plan {
        let mut wanted: Vec<u16> = Vec::new();
        let mut spans = 0u16;
        let mut unread = Vec::new();
        let mut source = |name: &str| {
            let Some((index, column)) = table.find(name) else {
                let is_rowid = ["rowid", "_rowid_", "oid"].iter().any(|known| known.eq_ignore_ascii_case(name));
                return if is_rowid && !table.without_rowid { Source::Rowid } else { Source::Absent };
            };
            if table.rowid_alias == Some(index) {
                return Source::Rowid;
            }
            let Column { field, real, default, unread_default, .. } = column;
            let field = usize::from(*field);
            if wanted.len() <= field {
                wanted.resize(field + 1, SKIP);
            }
            let Some(slot) = wanted.get_mut(field) else { return Source::Absent };
            if *slot == SKIP {
                *slot = spans;
                spans = spans.saturating_add(1);
            }
            if *unread_default {
                unread.push((usize::from(*slot), name.to_owned()));
            }
            Source::Field { span: usize::from(*slot), real: *real, default: default.clone() }
        };
        let sources = names.iter().map(|name| source(name)).collect();
        Plan { sources, wanted, unread, encoding }
    }

    /// Spans for the fields wanted.
    pub fn spans(&self) -> Vec<Span> {
        let count = self.wanted.iter().filter(|&&slot| slot != SKIP).count();
        vec![Span { serial: ABSENT, at: 0, len: 0 }; count]
    }

    /// Room for the texts that have to be rewritten, one for each column asked for.
    pub fn texts(&self) -> Vec<OnceCell<String>> {
        self.sources.iter().map(|_| OnceCell::new()).collect()
    }

    /// The first column that this row has no value for and whose default would have to be evaluated.
    #[inline]
    pub fn unread_default(&self, spans: &[Span]) -> Option<&str> {
        let absent = |span: usize| spans.get(span).is_some_and(|span| span.serial == ABSENT);
        self.unread.iter().find(|(span, _)| absent(*span)).map(|(_, name)| name.as_str())
    }

    /// Locates the wanted fields. `payload` may be the first part of the `total` bytes: false means that more of it is
    /// needed.
    pub fn locate(&self, payload: &[u8], total: u64, spans: &mut [Span]) -> Result<bool, String> {
        if self.wanted.is_empty() {
            return Ok(true);
        }
        let whole = payload.len() as u64 >= total;
        let short = || match whole {
            true => Err("expected a record header, the payload ends within it".to_owned()),
            false => Ok(false),
        };
        let Some((header_len, mut at)) = varint(payload, 0) else { return short() };
        if header_len > total {
            return Err(format!("expected a record header within {total} bytes, found a length of {header_len}"));
        }
        let Some(header) = usize::try_from(header_len).ok().and_then(|len| payload.get(..len)) else { return short() };
        let mut content = header_len;
        let mut needed = 0;
        for &slot in &self.wanted {
            let mut span = Span { serial: ABSENT, at: 0, len: 0 };
            if at < header.len() {
                let Some((serial, next)) = varint(header, at) else { return Err(fault(Fault::Header, at)) };
                let Some(len) = serial_len(serial) else { return Err(fault(Fault::Reserved(serial), at)) };
                let end = content.saturating_add(len);
                if end > total {
                    return Err(fault(Fault::Beyond { serial, end, total }, at));
                }
                span = Span { serial, at: content as usize, len: len as usize };
                at = next;
                content = end;
            }
            if slot != SKIP {
                if let Some(into) = spans.get_mut(usize::from(slot)) {
                    *into = span;
                }
                needed = content;
            }
        }
        Ok(needed <= payload.len() as u64)
    }
}

/// Why a record cannot be read.
enum Fault {
    Header,
    Reserved(u64),
    Beyond { serial: u64, end: u64, total: u64 },
}

/// Kept out of the loop over fields, which runs for every row.
#[cold]
fn fault(fault: Fault, at: usize) -> String {
    match fault {
        Fault::Header => format!("expected a serial type at byte {at} of the record, its header ends within it"),
        Fault::Reserved(serial) => {
            format!("expected a serial type at byte {at} of the record, found the reserved {serial}")
        }
        Fault::Beyond { serial, end, total } => format!(
            "expected a value within the {total} bytes of the record, serial type {serial} at byte {at} of it ends at {end}"
        ),
    }
}

/// A row of a table.
pub struct Record<'a> {
    /// Its rowid; for a WITHOUT ROWID table the ordinal from 1.
    pub rowid: i64,
    /// `Wal` when the row stands only in the write-ahead log.
    pub found: Found,
    pub(super) payload: &'a [u8],
    pub(super) spans: &'a [Span],
    pub(super) plan: &'a Plan,
    pub(super) rewritten: &'a Rewritten,
}

/// Texts that could not be lent from the page as they are, and how many of them were damaged.
#[derive(Default)]
pub(super) struct Rewritten {
    texts: Vec<OnceCell<String>>,
    used: cell::Cell<bool>,
    damaged: cell::Cell<u64>,
    first: cell::Cell<i64>,
}

impl Rewritten {
    pub fn new(texts: Vec<OnceCell<String>>) -> Rewritten {
        Rewritten { texts, ..Rewritten::default() }
    }

    /// Forgets the texts of the last row.
    #[inline]
    pub fn clear(&mut self) {
        if self.used.take() {
            for text in &mut self.texts {
                text.take();
            }
        }
    }

    /// How many damaged texts were looked at since the last call, and the rowid of the first.
    pub fn take_damaged(&self) -> Option<(u64, i64)> {
        let count = self.damaged.take();
        (count > 0).then(|| (count, self.first.get()))
    }
}

impl<'a> Record<'a> {
    /// The value of the nth column asked for in [`Database::scan`](super::Database::scan); `Null` for one the table does
    /// not have.
    #[inline]
    pub fn get(&self, column: usize) -> Cell<'a> {
        match self.plan.sources.get(column) {
            None | Some(Source::Absent) => Cell::Null,
            Some(Source::Rowid) => Cell::Int(self.rowid),
            Some(Source::Field { span, real, default }) => match self.spans.get(*span) {
                Some(span) if span.serial != ABSENT => self.field(*span, *real, column),
                _ => default.cell(),
            },
        }
    }

    /// The bytes of the nth column asked for that are left of a payload that was cut, and whether they are of a text. None for
    /// a value that is whole.
    pub(super) fn cut(&self, column: usize) -> Option<(&'a [u8], bool)> {
        let Some(Source::Field { span, .. }) = self.plan.sources.get(column) else { return None };
        let span = self.spans.get(*span).filter(|span| span.serial != ABSENT && span.len > 0)?;
        let beyond = span.at.saturating_add(span.len) > self.payload.len();
        beyond.then(|| (self.payload.get(span.at..).unwrap_or_default(), span.serial > 12 && span.serial % 2 == 1))
    }

    #[inline]
    fn field(&self, span: Span, real: bool, column: usize) -> Cell<'a> {
        let bytes = self.payload.get(span.at..span.at + span.len).unwrap_or_default();
        let int = match span.serial {
            0 => return Cell::Null,
            7 => {
                // A stored NaN reads as NULL, as in SQLite.
                let value = f64::from_bits(signed(bytes).cast_unsigned());
                return if value.is_nan() { Cell::Null } else { Cell::Real(value) };
            }
            8 => 0,
            9 => 1,
            1..=6 => signed_at(self.payload, span.at, span.len),
            serial if serial % 2 == 0 => return Cell::Blob(bytes),
            _ => return Cell::Text(self.text(bytes, column)),
        };
        // A column of REAL affinity stores whole numbers as integers to save space.
        if real { Cell::Real(int as f64) } else { Cell::Int(int) }
    }

    fn text(&self, bytes: &'a [u8], column: usize) -> &'a str {
        if self.plan.encoding == Encoding::Utf8
            && let Ok(text) = simdutf8::basic::from_utf8(bytes)
        {
            return text;
        }
        let Some(room) = self.rewritten.texts.get(column) else { return "" };
        room.get_or_init(|| {
            let (text, replaced) = self.plan.encoding.decode(bytes);
            self.rewritten.used.set(true);
            if replaced {
                if self.rewritten.damaged.get() == 0 {
                    self.rewritten.first.set(self.rowid);
                }
                self.rewritten.damaged.set(self.rewritten.damaged.get().saturating_add(1));
            }
            text.into_owned()
        })
    }
}
