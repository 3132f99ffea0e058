//! Pages as they were: those that the write-ahead log replaces or makes the database end before, frames of it that are not in force
//! (file format, section 4), what a rollback journal keeps, and what a transaction wrote to the main file that did not end
//! (section 3).

use custodia_model::Found;

use super::super::btree::{Head, Kind};
use super::super::view::{View, Within};
use super::super::wal::{Frame, Rest};
use super::super::{Bytes, journal};
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

/// All pages as they were.
pub(super) struct Older<'a> {
    forms: Vec<Form<'a>>,
    /// The most that a record can hold: the bytes of the largest state of the database that is known.
    pub limit: u64,
}

impl<'a> Older<'a> {
    /// The forms that are not in force beside this view, in one order.
    pub fn of(view: &'a View, rest: Option<&'a Rest>, journal: Option<&'a Bytes>) -> Older<'a> {
        let size = view.page_size as u64;
        let begin = |page: u32| u64::from(page.saturating_sub(1)).saturating_mul(size);
        let mut forms = Vec::new();
        if let Some(log) = &view.log {
            let in_file = u32::try_from(view.main.len().div_ceil(size.max(1))).unwrap_or(u32::MAX);
            let replaced = log.frames.keys().map(|page| (*page, Found::ReplacedPage));
            let beyond = (view.last.saturating_add(1)..=in_file).map(|page| (page, Found::FreelistPage));
            forms.extend(replaced.chain(beyond).map(|(page, place)| Form {
                bytes: &view.main,
                page,
                base: (begin(page), Within::Main),
                place,
                alone: false,
            }));
        }
        let rest = rest.filter(|rest| rest.page_size == view.page_size);
        forms.extend(rest.into_iter().flat_map(|rest| {
            rest.frames.iter().map(|(page, at, frame)| {
                let place = match frame {
                    Frame::Old => Found::OldWalFrame,
                    Frame::Uncommitted => Found::UncommittedWalFrame,
                    Frame::Unproved => Found::UnprovedWalFrame,
                };
                Form { bytes: &rest.bytes, page: *page, base: (*at, Within::Log), place, alone: false }
            })
        }));
        forms.sort_unstable_by_key(|form| (form.page, form.base.1 == Within::Log, form.base.0));
        // What a transaction left in the main file that did not end.
        if let Some(before) = view.rolled_back.as_ref().filter(|before| before.page_size == size) {
            forms.extend(before.undone().map(|(page, at)| {
                let base = (at, Within::Main);
                Form { bytes: &before.main, page, base, place: Found::ReplacedPage, alone: false }
            }));
        }
        if let Some(bytes) = journal {
            forms.extend(journal::pages(bytes, view.page_size).into_iter().map(|kept| {
                let (page, base) = (kept.page, (kept.at, Within::Journal));
                Form { bytes, page, base, place: Found::RollbackJournal, alone: !kept.proved }
            }));
        }
        let highest = forms.iter().filter(|form| !form.alone).map(|form| form.page).max().unwrap_or(0);
        let known = view.main.len().max(u64::from(highest).saturating_mul(size));
        Older { forms, limit: view.size().max(known.min(PAYLOAD)) }
    }
}

impl Finder<'_> {
    /// All pages as they were.
    pub fn older(&mut self, older: &Older<'_>) {
        for form in &older.forms {
            self.form(form);
        }
    }

    /// One form of a page. Pages that are no leaf of a table bear no list of records.
    fn form(&mut self, form: &Form<'_>) {
        let number = form.page;
        // Page 1 is the root of the schema and never was a page of another table.
        if self.full() || (number == 1 && !self.schema) {
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
        // Of pages of the form of an index nearly all are of one.
        if kind == Ok(Kind::TableLeaf) || (kind.is_ok_and(|kind| !kind.table()) && self.keyed(hint)) {
            self.base = form.base;
            self.surest = if form.alone { Certainty::Possible } else { Certainty::Certain };
            self.listed(used, number, hint, form.place);
            self.surest = Certainty::Certain;
        }
        self.form = page;
    }
}
