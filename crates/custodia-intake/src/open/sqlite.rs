//! Page-level reader of SQLite databases. It never executes what the evidence declares: no SQL, no views, no
//! triggers, no virtual tables; tables are walked as b-trees and the schema is read as text.

use custodia_model::Found;

use crate::bytes::Bytes;

/// A database of the evidence with its write-ahead log replayed in memory.
pub struct Database {}

/// A table that can be walked.
#[derive(Clone, Debug)]
pub struct TableInfo {
    /// Name as declared.
    pub name: String,
    /// Columns in declared order, as stored in records.
    pub columns: Vec<String>,
}

/// Why a database cannot be read at all. A sentence: expected, found, where.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotADatabase(pub String);

/// Damage met on the way; reading goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Fixed word for the `warning` column.
    pub kind: &'static str,
    /// Sentence: expected, found, where.
    pub says: String,
    /// Bytes not read, where known.
    pub bytes: Option<u64>,
}

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

/// A row of a table.
pub struct Record<'a> {
    /// Its rowid; for a WITHOUT ROWID table the ordinal from 1.
    pub rowid: i64,
    /// `Wal` when the row stands only in the write-ahead log.
    pub found: Found,
    cells: &'a [Cell<'a>],
}

impl<'a> Record<'a> {
    /// The value of the nth column asked for in [`Database::scan`]; `Null` for one the table does not have.
    pub fn get(&self, column: usize) -> Cell<'a> {
        self.cells.get(column).copied().unwrap_or(Cell::Null)
    }
}

/// A walk over a table in rowid order. Not an iterator: a record borrows the page it stands on.
pub struct Scan<'a> {
    _database: &'a Database,
}

impl Scan<'_> {
    /// The next row, or none at the end. Damage is collected in [`Scan::damage`] and skipped.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Option<Record<'_>> {
        None
    }

    /// Takes the damage met so far.
    pub fn damage(&mut self) -> Vec<Damage> {
        Vec::new()
    }
}

impl Database {
    /// Opens the main file and, when there is one, the log beside it.
    pub fn open(_main: Bytes, _wal: Option<Bytes>) -> Result<Database, NotADatabase> {
        Err(NotADatabase("not built yet".into()))
    }

    /// The tables of the schema, in the order of the schema.
    pub fn tables(&self) -> &[TableInfo] {
        &[]
    }

    /// The table of this name; names compare without case, as in SQLite.
    pub fn table(&self, _name: &str) -> Option<&TableInfo> {
        None
    }

    /// Walks a table, decoding only the columns asked for by name. Columns the table does not have read as `Null`;
    /// the caller checks [`TableInfo::columns`] and says so. Panics never; an absent table is an empty walk.
    pub fn scan(&self, _table: &str, _columns: &[&str]) -> Scan<'_> {
        Scan { _database: self }
    }

    /// Damage met on opening: schema anomalies, a damaged or stale log.
    pub fn damage(&self) -> &[Damage] {
        &[]
    }
}
