//! Row numbers that are missing before the first row of a table of messages and behind its last one.
//!
//! What is missing between two rows shows by the rows themselves. Before the first one it shows because numbers are given from 1
//! on, behind the last one because the database remembers the highest number that it gave: SQLite in `sqlite_sequence` (database
//! file format, section 2.6.2), Core Data in `Z_PRIMARYKEY`.

use custodia_model::tables::RowGap;
use custodia_model::{Found, Text, Time};

use super::cell;
use super::out::{Out, Place};
use crate::open::sqlite::Database;

/// Numbers that are believed to be missing in one place, at most: more is damage.
const MOST: i64 = 100_000_000;

/// Gaps before the first row that is put, at most: rows that stand for nothing lie between them.
const GAPS: usize = 1000;

/// Where a database keeps the highest number that it gave to the rows of a table.
pub struct Counter {
    /// The table that keeps it.
    pub table: &'static str,
    /// Its columns: what is counted, the number, and one that is not 0 where another row counts.
    pub columns: &'static [&'static str],
    /// What is counted.
    pub name: &'static str,
    /// Whether the messenger itself puts a row at 1 that stands for nothing: that this row alone is missing says nothing.
    pub dummy: bool,
}

impl Counter {
    /// The number, where one row and no other says it.
    fn read(&self, database: &Database) -> Option<i64> {
        database.table(self.table)?;
        let mut scan = database.scan(self.table, self.columns);
        let mut found = None;
        while let Some(row) = scan.next() {
            if cell::text(row.get(0)).is_none_or(|name| name != self.name) {
                continue;
            }
            if found.is_some() || (self.columns.len() > 2 && cell::flag(row.get(2))) {
                return None;
            }
            found = Some(cell::int(row.get(1))?);
        }
        found
    }
}

/// What a walk over a table of messages meets at its ends.
#[derive(Default)]
pub struct Ends {
    /// The row met last.
    last: Option<(i64, Found)>,
    /// Gaps before the first row that was put, each with the row behind it.
    front: Vec<((i64, Found), i64)>,
    /// Whether a row was put.
    put: bool,
    /// Times of the first and the last row that bear one of this device's clock.
    times: Option<(Time, Time)>,
}

impl Ends {
    /// A row stands there, whether it says anything or not. Rows come in the order of their numbers.
    #[inline]
    pub fn stands(&mut self, place: &Place) {
        let last = self.last.map_or(0, |(last, _)| last);
        if !self.put && place.row > last.saturating_add(1) && self.front.len() < GAPS {
            self.front.push(((place.row, place.found), last.saturating_add(1).max(1)));
        }
        if self.last.is_none() || place.row > last {
            self.last = Some((place.row, place.found));
        }
    }

    /// The row met last was put; `at` is its time by this device's clock.
    #[inline]
    pub fn put(&mut self, at: Option<Time>) {
        self.put = true;
        if let Some(at) = at {
            self.times = Some((self.times.map_or(at, |(first, _)| first), at));
        }
    }

    /// Puts the gaps.
    pub fn tell(self, out: &mut Out<'_>, database: &Database, part: &Text, counter: &Counter) {
        let place = |(row, found)| Place { part: part.clone(), row, found };
        let (before_at, after_at) = (self.times.map(|(_, last)| last), self.times.map(|(first, _)| first));
        for (behind, gap_from) in self.front {
            let gap_to = behind.0.saturating_sub(1);
            if believed(gap_from, gap_to) && !(counter.dummy && gap_to == 1) {
                out.put(&place(behind), RowGap { gap_from, gap_to, before_at: None, after_at });
            }
        }
        let Some(gap_to) = counter.read(database) else { return };
        // Of a table without any row nothing says where the numbers stood, so the gap is told of the table.
        let gap_from = self.last.map_or(0, |(last, _)| last).saturating_add(1).max(1);
        if !believed(gap_from, gap_to) {
            return;
        }
        let row = RowGap { gap_from, gap_to, before_at, after_at: None };
        match self.last {
            Some(last) => out.put(&place(last), row),
            None => out.put_part(part, row),
        }
    }
}

fn believed(from: i64, to: i64) -> bool {
    from <= to && to.saturating_sub(from) < MOST
}
