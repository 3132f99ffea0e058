//! What a parser puts of one file, counted on its way.

use custodia_model::{Origin, Row, Rows};

use crate::parsers::databases;

/// Counts rows and remembers what they say.
pub(super) struct Counting<'a> {
    rows: &'a mut dyn Rows,
    pub(super) warnings: u64,
    /// Rows that say something of the content.
    said: u64,
    /// Whether the file may be looked through again for what its parser leaves over.
    again: bool,
    values: databases::Told,
}

impl<'a> Counting<'a> {
    /// Nothing yet. Of a database what all rows say is remembered, of another file its traces.
    pub(super) fn new(database: bool, rows: &'a mut dyn Rows) -> Counting<'a> {
        Counting { rows, warnings: 0, said: 0, again: database, values: databases::Told::default() }
    }

    /// How the parser ended, `read` being whether it came to its end.
    pub(super) fn told(self, read: bool) -> Told {
        Told { ended: read, read: read && self.said > 0, values: self.values }
    }
}

impl Counting<'_> {
    fn count(&mut self, row: &Row) {
        match row {
            Row::Warning(_) => self.warnings += 1,
            _ => self.said += 1,
        }
        if self.again || matches!(row, Row::Trace(_)) {
            self.values.take(row);
        }
    }
}

impl Rows for Counting<'_> {
    fn put(&mut self, origin: Origin, row: Row) {
        self.count(&row);
        self.rows.put(origin, row);
    }

    fn put_kept(&mut self, origin: &Origin, row: &Row) {
        self.count(row);
        self.rows.put_kept(origin, row);
    }
}

/// What a parser told of one file.
pub(super) struct Told {
    /// Whether it came to the end of the file.
    pub(super) ended: bool,
    /// Whether it read the file to its end and found anything in it.
    pub(super) read: bool,
    /// What its rows say.
    pub(super) values: databases::Told,
}
