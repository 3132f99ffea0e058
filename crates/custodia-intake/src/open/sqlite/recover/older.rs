//! Pages as they were: those that the write-ahead log replaces or makes the database end before, frames of it that are not in force
//! (file format, section 4), what a rollback journal keeps, and what a transaction wrote to the main file that did not end
//! (section 3).

use std::ops::Range;

use custodia_model::Found;

use super::super::Bytes;
use super::super::btree::{Head, Kind};
use super::super::journal::{self, Kept};
use super::super::view::{View, Within};
use super::super::wal::{Frame, Rest};
use super::Certainty;
use super::finder::Finder;
use super::pages::Page;

/// The most that SQLite stores in one record (`SQLITE_MAX_LENGTH` at its highest).
const PAYLOAD: u64 = 0x7fff_ffff;

/// One page as it was.
struct Form<'a> {
    bytes: &'a Bytes,
    page: u32,
    /// Where it begins, and in which file.
    base: (u64, Within),
    place: Found,
    /// Whether it is a record of a journal that nothing proves.
    alone: bool,
}

/// All pages as they were. What log and journal list is held; pages of the main file are counted off, because a file may have any
/// number of them.
pub(super) struct Older<'a> {
    view: &'a View,
    rest: Option<&'a Rest>,
    /// Pages of the main file that the log replaces, and frames that are not in force: page, why, and where it begins.
    replaced: Vec<(u32, Option<Frame>, u64)>,
    /// Pages of the main file that the log makes the database end before.
    beyond: Range<u32>,
    journal: Option<(&'a Bytes, Vec<Kept>)>,
    /// The most that a record can hold: the bytes of the largest state of the database that is known.
    pub limit: u64,
}

impl<'a> Older<'a> {
    /// The forms that are not in force beside this view.
    pub fn of(view: &'a View, rest: Option<&'a Rest>, journal: Option<&'a Bytes>) -> Older<'a> {
        let size = view.page_size as u64;
        let rest = rest.filter(|rest| rest.page_size == view.page_size);
        let (mut replaced, mut beyond): (Vec<_>, _) = (Vec::new(), 0..0);
        if let Some(log) = &view.log {
            replaced.extend(log.frames.keys().map(|page| (*page, None, begin(*page, size))));
            let in_file = u32::try_from(view.main.len().div_ceil(size.max(1))).unwrap_or(u32::MAX);
            beyond = view.last.saturating_add(1)..in_file.saturating_add(1);
        }
        replaced.extend(rest.into_iter().flat_map(|rest| &rest.frames).map(|(page, at, why)| (*page, Some(*why), *at)));
        replaced.sort_unstable_by_key(|(page, why, at)| (*page, why.is_some(), *at));
        let journal = journal.map(|bytes| (bytes, journal::pages(bytes, view.page_size)));
        let kept = journal.iter().flat_map(|(_, kept)| kept).filter(|kept| kept.proved).map(|kept| kept.page);
        let highest = replaced.iter().map(|(page, ..)| *page).chain(kept).max().unwrap_or(0);
        let before = view.rolled_back.as_ref().map_or(0, |before| before.main.len());
        let known = view.main.len().max(before).max(u64::from(highest).saturating_mul(size));
        Older { view, rest, replaced, beyond, journal, limit: view.size().max(known.min(PAYLOAD)) }
    }

    /// A page of the main file.
    fn in_file(&self, page: u32, place: Found) -> Form<'_> {
        let base = (begin(page, self.view.page_size as u64), Within::Main);
        Form { bytes: &self.view.main, page, base, place, alone: false }
    }

    /// Hands out the forms in one order, until `take` says that it has enough.
    fn each(&self, take: &mut dyn FnMut(&Form<'_>) -> bool) {
        let mut beyond = self.beyond.clone();
        for (page, why, at) in &self.replaced {
            while beyond.start <= *page
                && let Some(page) = beyond.next()
            {
                if !take(&self.in_file(page, Found::FreelistPage)) {
                    return;
                }
            }
            let form = match (why, self.rest) {
                (Some(why), Some(rest)) => {
                    let place = match why {
                        Frame::Old => Found::OldWalFrame,
                        Frame::Uncommitted => Found::UncommittedWalFrame,
                        Frame::Unproved => Found::UnprovedWalFrame,
                    };
                    Form { bytes: &rest.bytes, page: *page, base: (*at, Within::Log), place, alone: false }
                }
                _ => self.in_file(*page, Found::ReplacedPage),
            };
            if !take(&form) {
                return;
            }
        }
        let beyond = beyond.map(|page| self.in_file(page, Found::FreelistPage));
        // What a transaction left in the main file that did not end.
        let before = self.view.rolled_back.as_ref().filter(|before| before.page_size == self.view.page_size as u64);
        let undone = before.into_iter().flat_map(|before| {
            before.undone().map(|(page, at)| {
                let base = (at, Within::Main);
                Form { bytes: &before.main, page, base, place: Found::ReplacedPage, alone: false }
            })
        });
        let journal = self.journal.iter().flat_map(|(bytes, kept)| {
            kept.iter().map(|kept| {
                let (page, base) = (kept.page, (kept.at, Within::Journal));
                Form { bytes, page, base, place: Found::RollbackJournal, alone: !kept.proved }
            })
        });
        let _ = beyond.chain(undone).chain(journal).all(|form| take(&form));
    }
}

/// Where a page of the main file begins.
fn begin(page: u32, size: u64) -> u64 {
    u64::from(page.saturating_sub(1)).saturating_mul(size)
}

impl Finder<'_> {
    /// All pages as they were.
    pub fn older(&mut self, older: &Older<'_>) {
        older.each(&mut |form| {
            self.form(form);
            !self.full()
        });
    }

    /// One form of a page. Pages that are no leaf of a table bear no list of records; an inner page of one may have been a leaf before.
    fn form(&mut self, form: &Form<'_>) {
        let number = form.page;
        // Page 1 is the root of the schema and never was a page of another table.
        if number == 1 && !self.schema {
            return;
        }
        // Without a checksum a page must be one of those that there were.
        if form.alone && u64::from(number).saturating_mul(self.view.page_size as u64) > self.limit {
            return;
        }
        let mut page = std::mem::take(&mut self.form);
        page.resize(self.view.page_size, 0);
        let got = form.bytes.read_at(form.base.0, &mut page).unwrap_or(0);
        let used = page.get(..got.min(self.view.usable)).unwrap_or_default();
        let hint = match self.map.get(number as usize) {
            Some(Page::Leaf(table) | Page::Interior(table)) => Some(*table as usize),
            _ => None,
        };
        let kind = Head::parse(used, number).map(|head| head.kind);
        self.base = form.base;
        self.surest = if form.alone { Certainty::Possible } else { Certainty::Certain };
        // Of pages of the form of an index nearly all are of one.
        if kind == Ok(Kind::TableInterior) {
            self.inner(used, number, form.place);
        } else if kind == Ok(Kind::TableLeaf) || (kind.is_ok_and(|kind| !kind.table()) && self.keyed(hint)) {
            self.listed(used, number, hint, form.place);
        }
        self.surest = Certainty::Certain;
        self.form = page;
    }
}
