//! Copies of live cells in bytes that no cell takes. When a page is split or put in order, what stood there stays: the raw bytes
//! of a row that lives elsewhere, in which the end of one text joins the beginning of the next. Such traces say nothing new, and
//! say it wrongly.

use std::collections::{BTreeSet, HashSet};
use std::ops::Bound;

use crate::scan::{Found, Scanner, Written};

/// Forms that are remembered.
const MOST: usize = 200_000;

/// Bytes of the next cell's own header that may look like letters behind a cell: its length, its number, its fields.
const HEADER: usize = 4;

/// How live cells read as bytes.
#[derive(Default)]
pub(super) struct Copies {
    written: BTreeSet<String>,
    /// Those that end where their cell ends.
    last: HashSet<String>,
}

impl Copies {
    /// Remembers how a cell reads.
    pub fn learn(&mut self, cell: &[u8]) {
        if self.written.len() >= MOST {
            return;
        }
        let mut take = |one: Found| {
            if one.offset.saturating_add(length(&one)) == cell.len() as u64 {
                self.last.insert(one.as_written.clone());
            }
            self.written.insert(one.as_written);
        };
        let mut scanner = Scanner::default();
        scanner.feed(cell, &mut take);
        scanner.finish(&mut take);
    }

    /// Whether a trace in a gap of so many bytes is what a copy of a live cell gives, whole or cut off by the end of the gap.
    pub fn knows(&self, one: &Found, gap: u64) -> bool {
        let written = one.as_written.as_str();
        if self.written.contains(written) {
            return true;
        }
        let shorter = |less: usize| written.get(..written.len().checked_sub(less)?);
        if (1..=HEADER).filter_map(shorter).any(|shorter| self.last.contains(shorter)) {
            return true;
        }
        // Old content ends where a live cell begins, or where a freeblock began that is gone; the latter shows only within a
        // name of a host, which ends nowhere else.
        let at_end = one.offset.saturating_add(length(one)) >= gap;
        let longer = self.written.range::<str, _>((Bound::Included(written), Bound::Unbounded)).next();
        let rest = longer.and_then(|longer| longer.strip_prefix(written));
        let within_host = || {
            let host = written.find("://").and_then(|scheme| written.get(scheme + 3..));
            let goes_on = rest.and_then(|rest| rest.bytes().next()).is_some_and(|byte| byte.is_ascii_alphanumeric());
            goes_on && host.is_some_and(|host| !host.contains('/'))
        };
        rest.is_some() && (at_end || within_host())
    }
}

/// Bytes that a trace takes.
fn length(one: &Found) -> u64 {
    let step = if one.written == Written::Utf16 { 2 } else { 1 };
    one.as_written.len() as u64 * step
}
