//! The words of the house: tables and rows, origins, times, identifiers.
//!
//! Everything else speaks in these types. This room does no input or output, starts no thread and
//! knows neither Arrow nor SQL nor any file format; it can be read in one sitting.

pub mod account;
pub mod digest;
mod macros;
pub mod origin;
mod table;
pub mod tables;
pub mod time;

pub use digest::Digests;
pub use origin::{Found, Origin};
pub use tables::{Column, ColumnType, Row, TABLES, Table, Value};
pub use time::Time;

/// A piece of text in a row. Cheap to clone, because chats, senders and paths repeat in millions of rows.
pub type Text = std::sync::Arc<str>;

/// Receives rows. The reader of evidence pushes, whoever keeps rows implements this; in tests a `Vec` does.
///
/// An implementation that fails to store a row remembers the failure and reports it when it is finished:
/// a parser can do nothing about a full disk.
pub trait Rows {
    /// Takes one row and where it came from.
    fn put(&mut self, origin: Origin, row: Row);

    /// As [`Rows::put`], for a parser whose next row is nearly the same and which therefore keeps it: making, moving and dropping a row
    /// takes longer than reading a line of text.
    fn put_kept(&mut self, origin: &Origin, row: &Row) {
        self.put(origin.clone(), row.clone());
    }
}

impl Rows for Vec<(Origin, Row)> {
    fn put(&mut self, origin: Origin, row: Row) {
        self.push((origin, row));
    }
}
