//! Page-level reader of SQLite databases, the single way in which databases of the evidence are read.
//!
//! It never executes what the evidence declares: no SQL, no views, no triggers, no virtual tables. Tables are walked as
//! b-trees, the schema is read as text, a write-ahead log is replayed page by page. The layers are apart so that recovery of
//! deleted records can stand on the same ones: [`pages`] gives pages, [`record`] decodes them, [`scan`] walks a table.
//!
//! Source of the format: the "Database File Format" page of the SQLite documentation.

mod pages;
mod record;
mod scan;
mod schema;
mod wal;

#[cfg(test)]
mod tests;

pub use record::Cell;
pub use scan::{Record, Scan};
pub use schema::{Column, TableInfo};

use crate::bytes::Bytes;
use pages::Pages;

/// Why a database cannot be read at all: expected, found, where.
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

impl Damage {
    fn new(kind: &'static str, says: String) -> Damage {
        Damage { kind, says, bytes: None }
    }
}

/// Damage of one walk, bounded: a hostile file must not make us write a book.
#[derive(Debug, Default)]
struct DamageList {
    list: Vec<Damage>,
    dropped: u64,
}

impl DamageList {
    const MOST: usize = 200;

    fn push(&mut self, damage: Damage) {
        if self.list.len() < Self::MOST { self.list.push(damage) } else { self.dropped += 1 }
    }

    fn take(&mut self) -> Vec<Damage> {
        let mut list = std::mem::take(&mut self.list);
        if self.dropped > 0 {
            list.push(Damage::new("damaged", format!("{} further places of the same walk are damaged", self.dropped)));
            self.dropped = 0;
        }
        list
    }
}

/// A database of the evidence with its write-ahead log replayed.
pub struct Database {
    pages: Pages,
    tables: Vec<TableInfo>,
    /// The main file alone, when a log was replayed over it.
    base: Option<(Pages, Vec<TableInfo>)>,
    damage: Vec<Damage>,
    views: Vec<String>,
}

impl Database {
    /// Opens the main file and, when there is one, the log beside it. Frames after the last commit are not replayed; a
    /// log that does not belong to the file is left alone; both are told by [`Database::damage`].
    pub fn open(main: Bytes, wal: Option<Bytes>) -> Result<Database, NotADatabase> {
        let mut damage = DamageList::default();
        let plain = Pages::open(main, &mut damage)?;
        let log = wal.filter(|wal| !wal.is_empty()).and_then(|wal| wal::replay(wal, plain.page_size(), &mut damage));
        let (pages, base_pages) = match log {
            Some(log) => (plain.with_log(log), Some(plain)),
            None => (plain, None),
        };
        let (tables, views) = schema::read(&pages, &mut damage);
        let base = base_pages.map(|pages| {
            // What is wrong with the main file alone, the log may have mended: it is told only as the whole stands.
            let (tables, _) = schema::read(&pages, &mut DamageList::default());
            (pages, tables)
        });
        Ok(Database { pages, tables, base, damage: damage.take(), views })
    }

    /// The tables of the schema, in the order of the schema.
    pub fn tables(&self) -> &[TableInfo] {
        &self.tables
    }

    /// The table of this name; names compare without case, as in SQLite.
    pub fn table(&self, name: &str) -> Option<&TableInfo> {
        self.tables.iter().find(|table| table.name.eq_ignore_ascii_case(name))
    }

    /// Whether the schema has a view of this name: where a table is expected, that is an anomaly.
    pub fn is_view(&self, name: &str) -> bool {
        self.views.iter().any(|view| view.eq_ignore_ascii_case(name))
    }

    /// Walks a table in rowid order, decoding only the columns asked for by name. A column that the table does not have
    /// reads as `Null`; an absent table is an empty walk.
    pub fn scan<'a>(&'a self, table: &str, columns: &[&str]) -> Scan<'a> {
        let info = self.table(table);
        let base = self.base.as_ref().map(|(pages, tables)| {
            (pages, tables.iter().find(|table| info.is_some_and(|info| table.name == info.name)).map(|table| table.root))
        });
        Scan::new(&self.pages, base, info, columns)
    }

    /// Damage met on opening: schema anomalies, a damaged or stale log.
    pub fn damage(&self) -> &[Damage] {
        &self.damage
    }

    /// Whether a write-ahead log was replayed.
    pub fn has_log(&self) -> bool {
        self.base.is_some()
    }
}
