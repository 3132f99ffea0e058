//! Page-level reader of SQLite databases. It never executes what the evidence declares: no SQL, no views, no
//! triggers, no virtual tables; tables are walked as b-trees and the schema is read as text.
//!
//! From the bytes up: `header` and `wal` say how large pages are and where each one lies, `view` gives pages by
//! number, `btree` reads one page, `walk` goes from page to page, `overflow` and `record` turn cells into
//! values, `create` reads declarations, `schema` says which table begins where, `scan` joins all of it, `twin`
//! tells which rows only the log holds, `taken` which bytes live cells take, and `unused` what the others are. The section numbers in comments are those of the "Database File
//! Format" document of SQLite.
//!
//! `rollback` says whether the transaction of a rollback journal ended, and where it did not lays its pages over those of the file.
//! `recover` takes records from the pages in any, as `journal` finds them.

mod btree;
mod compare;
mod constant;
mod create;
mod damage;
mod header;
mod journal;
mod number;
mod overflow;
mod record;
mod recover;
mod rollback;
mod scan;
mod schema;
mod taken;
#[cfg(test)]
mod tests;
mod text;
mod token;
mod twin;
mod unused;
mod view;
mod wal;
mod walk;

use std::sync::Arc;

use crate::bytes::Bytes;

pub use damage::{Damage, kind};
pub use record::{Cell, Record, Value};
pub use recover::{Certainty, Recovered, TakePiece};
pub use scan::{RowPlace, Scan};
pub use schema::TableInfo;
pub use taken::{Ranges, Taken};
pub use unused::Unused;
pub use view::Within;

use header::Header;
use schema::Schema;
use text::Encoding;
use twin::Twin;
use view::{Main, View, Window};

/// First bytes of every SQLite database.
pub const MAGIC: &[u8] = b"SQLite format 3\0";
/// Bytes at the start of the file that are looked at to say what it is.
const HEAD: usize = 4096;

/// Whether these are the first bytes of a write-ahead log.
pub fn is_log(head: &[u8]) -> bool {
    matches!(number::u32_at(head, 0), Some(0x377f_0682 | 0x377f_0683)) && number::u32_at(head, 4) == Some(3_007_000)
}

/// Why a database cannot be read at all. A sentence: expected, found, where.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotADatabase(pub String);

/// A database of the evidence with its write-ahead log replayed, or a transaction that did not end rolled back, in memory.
pub struct Database {
    now: State,
    /// The main file alone, when there is a log and the main file is a database without it.
    before: Option<State>,
    /// Frames of the log that are not in force.
    rest: Option<wal::Rest>,
    /// The rollback journal beside the file.
    journal: Option<Bytes>,
    schema_table: TableInfo,
    damage: Vec<Damage>,
}

/// A view of the database with its schema.
struct State {
    view: View,
    encoding: Encoding,
    schema: Schema,
}

impl State {
    fn table(&self, name: &str) -> Option<&TableInfo> {
        self.schema.tables.iter().find(|table| table.name.eq_ignore_ascii_case(name))
    }
}

impl Database {
    /// Opens the main file with the write-ahead log and the rollback journal beside it, when there are such.
    pub fn open(main: Bytes, wal: Option<Bytes>, journal: Option<Bytes>) -> Result<Database, NotADatabase> {
        let mut damage = Vec::new();
        let journal = journal.filter(|journal| !journal.is_empty());
        let main = before(main, journal.as_ref(), &mut damage);
        let own = read_header(&main);
        let (mut log, mut rest) = match wal.as_ref().and_then(|wal| wal::replay(wal.clone(), &mut damage)) {
            Some((log, rest)) => (log, Some(rest)),
            None => {
                // Its frames may be whole where its header is not.
                let size = own.as_ref().map(|header| header.page_size).ok();
                (None, wal.zip(size).and_then(|(wal, size)| wal::unproved(wal, size)))
            }
        };
        if let (Some(found), Ok(header)) = (&rest, &own)
            && found.page_size != header.page_size
        {
            rest = None;
        }
        if let (Some(found), Ok(header)) = (&log, &own)
            && found.page_size != header.page_size
        {
            damage.push(Damage {
                kind: kind::LOG,
                says: format!(
                    "expected pages of {} bytes as in the main file, the write-ahead log has pages of {} bytes; the log is \
                     not applied",
                    header.page_size, found.page_size
                ),
                bytes: Some(found.bytes.len()),
            });
            log = None;
        }
        let Some(log) = log else {
            let now = State::read(main, None, own?, &mut damage);
            return Ok(Database::new(now, None, rest, journal, damage));
        };
        // The first page may stand in the log, and nowhere else while nothing was ever copied to the main file.
        let header = match log.frames.get(&1) {
            Some(&at) => {
                let mut head = vec![0; log.page_size];
                let got = log.bytes.read_at(at, &mut head).unwrap_or(0);
                head.truncate(got);
                Header::parse(&head).or_else(|error| own.as_ref().map_err(|_| error).cloned())?
            }
            None => own.as_ref().map_err(|error| NotADatabase(error.0.clone())).cloned()?,
        };
        let header = Header { page_size: log.page_size, ..header };
        let before = own.ok().map(|own| State::read(main.clone(), None, own, &mut Vec::new()));
        let now = State::read(main, Some(log), header, &mut damage);
        Ok(Database::new(now, before, rest, journal, damage))
    }

    fn new(
        now: State,
        before: Option<State>,
        rest: Option<wal::Rest>,
        journal: Option<Bytes>,
        damage: Vec<Damage>,
    ) -> Database {
        Database { now, before, rest, journal, schema_table: TableInfo::schema(), damage }
    }

    /// Whether the file bears what a transaction wrote that did not end.
    pub fn is_rolled_back(&self) -> bool {
        self.now.view.rolled_back.is_some()
    }

    /// The tables of the schema, in the order of the schema.
    pub fn tables(&self) -> &[TableInfo] {
        &self.now.schema.tables
    }

    /// The table of this name; names compare without case, as in SQLite. `sqlite_schema` and its old name
    /// `sqlite_master` give the table that holds the schema itself.
    pub fn table(&self, name: &str) -> Option<&TableInfo> {
        let schema = ["sqlite_schema", "sqlite_master"].iter().any(|known| known.eq_ignore_ascii_case(name));
        if schema { Some(&self.schema_table) } else { self.now.table(name) }
    }

    /// Walks a table, decoding only the columns asked for by name. Columns the table does not have read as `Null`;
    /// the caller checks [`TableInfo::columns`] and says so. Panics never; an absent table is an empty walk. A view or a
    /// virtual table of that name is an empty walk with its damage: it is never used.
    pub fn scan(&self, table: &str, columns: &[&str]) -> Scan<'_> {
        let State { view, encoding, schema } = &self.now;
        let Some(info) = self.table(table) else {
            let other = schema.others.iter().find(|(_, name)| name.eq_ignore_ascii_case(table));
            let says = other.map(|(what, name)| {
                format!("expected a table `{name}`, the schema declares {what} of this name, which is not executed")
            });
            return Scan::nothing(view, table, columns, says);
        };
        let twin = self.before.as_ref().and_then(|before| {
            let own = if info.root_page == 1 { Some(&self.schema_table) } else { before.table(table) };
            let own = own.filter(|own| own.without_rowid == info.without_rowid)?;
            Twin::new(&before.view, own, before.encoding)
        });
        let mut scan = Scan::new(view, info, columns, *encoding, twin);
        if self.now.view.log.is_some() && info.key.iter().any(|field| field.collation == schema::Collation::Unknown) {
            scan.note(
                kind::SCHEMA,
                "its key is ordered by a collation that only the application knows; every row on a page of the write-ahead \
                 log counts as standing only there",
            );
        }
        scan
    }

    /// Damage met on opening: schema anomalies, a damaged or stale log.
    pub fn damage(&self) -> &[Damage] {
        &self.damage
    }

    /// Pages that can be read, the log included.
    pub fn page_count(&self) -> u32 {
        self.now.view.last
    }

    /// Bytes of a page.
    pub fn page_size(&self) -> usize {
        self.now.view.page_size
    }

    /// About how many rows a table has, from one path down its b-tree; for progress bars, never for findings.
    pub fn count_hint(&self, table: &str) -> u64 {
        let Some(info) = self.table(table) else { return 0 };
        let view = &self.now.view;
        let (mut window, mut number, mut hint) = (Window::default(), info.root_page, 1u64);
        for _ in 0..64 {
            let _ = window.load(view, number, 1);
            let page = window.page(number);
            let Ok(head) = btree::Head::parse(page, number) else { return 0 };
            if !head.kind.interior() {
                return hint.saturating_mul(u64::from(head.cells));
            }
            hint = hint.saturating_mul(u64::from(head.cells) + 1).min(view.size());
            let Some(child) = head.child(page, head.cells / 2) else { return 0 };
            number = child;
        }
        0
    }
}

impl State {
    fn read(main: Main, log: Option<wal::Log>, header: Header, damage: &mut Vec<Damage>) -> State {
        let len = main.0.len();
        let logged = log.is_some();
        let view = View::new(main, log, header.page_size, header.reserved);
        for says in &header.oddities {
            damage.push(Damage {
                kind: kind::HEADER,
                says: format!("in the header of the database: {says}"),
                bytes: None,
            });
        }
        let size = header.page_size as u64;
        let stated = header.pages.map_or(0, |pages| u64::from(pages).saturating_mul(size));
        // Under a log, pages that the main file does not have yet stand in the log.
        if !logged && stated > len {
            damage.push(Damage {
                kind: kind::TRUNCATED,
                says: format!("expected {stated} bytes as the header states at byte 28, the file ends after {len}"),
                bytes: Some(stated - len),
            });
        } else if !len.is_multiple_of(size) {
            damage.push(Damage {
                kind: kind::TRUNCATED,
                says: format!("expected whole pages of {size} bytes, the file of {len} bytes ends within a page"),
                bytes: Some(size - len % size),
            });
        } else if !logged && stated != 0 && stated < len {
            damage.push(Damage {
                kind: kind::HEADER,
                says: format!("the header states {stated} bytes at byte 28, the file has {} more", len - stated),
                bytes: None,
            });
        }
        // A database that was empty before the transaction that did not end has no schema.
        let schema = if view.last == 0 { Schema::default() } else { schema::read(&view, header.encoding, damage) };
        State { view, encoding: header.encoding, schema }
    }
}

/// The main file as it was before the transaction of a journal that did not end.
fn before(main: Bytes, journal: Option<&Bytes>, damage: &mut Vec<Damage>) -> Main {
    let Some(journal) = journal else { return (main, None) };
    match rollback::read(&main, journal) {
        Ok(before) => {
            damage.push(Damage { kind: kind::ROLLED_BACK, says: before.says(), bytes: None });
            let before = Arc::new(before);
            (before.clone(), Some(before))
        }
        Err(why) => {
            let size = journal.len();
            let says = format!(
                "a rollback journal of {size} bytes lies beside it and is not in force: {why}; rows are those of the file as it \
                 stands"
            );
            damage.push(Damage { kind: kind::ENDED, says, bytes: None });
            (main, None)
        }
    }
}

/// Reads the header of the main file.
fn read_header((main, rolled_back): &Main) -> Result<Header, NotADatabase> {
    if let Some(before) = rolled_back.as_ref().filter(|_| main.is_empty()) {
        // All that there is was never committed; the file says how to read it.
        let own = read_header(&(before.main.clone(), None));
        return own
            .or_else(|_| Ok(Header::of_pages(before.page_size as usize)))
            .map(|header| Header { pages: None, ..header });
    }
    let mut head = vec![0; HEAD];
    match main.read_at(0, &mut head) {
        Ok(got) => head.truncate(got),
        Err(error) => {
            return Err(NotADatabase(format!("expected to read byte 0 of the file, found the error: {error}")));
        }
    }
    Header::parse(&head)
}
