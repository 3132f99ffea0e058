//! Pages as they were: those that the write-ahead log replaces, frames of it that are not in force (file format, section
//! 4), what a rollback journal keeps, and what a transaction wrote to the main file that did not end (section 3).

use custodia_model::Found;

use super::super::btree::{Head, Kind};
use super::super::view::Within;
use super::super::wal::{Frame, Rest};
use super::super::{Bytes, journal};
use super::finder::Finder;
use super::pages::Page;

impl Finder<'_> {
    /// Pages of the main file that the log replaces, and frames that are not in force.
    pub fn replaced(&mut self, rest: Option<&Rest>) {
        let view = self.view;
        let size = view.page_size as u64;
        let mut forms: Vec<(u32, Option<Frame>, u64)> = Vec::new();
        if let Some(log) = &view.log {
            let main = |page: &u32| (*page, None, u64::from(page.saturating_sub(1)).saturating_mul(size));
            forms.extend(log.frames.keys().map(main));
        }
        let rest = rest.filter(|rest| rest.page_size == view.page_size);
        forms
            .extend(rest.into_iter().flat_map(|rest| &rest.frames).map(|(page, at, frame)| (*page, Some(*frame), *at)));
        forms.sort_unstable_by_key(|(page, frame, at)| (*page, frame.is_some(), *at));
        for (page, frame, at) in forms {
            let place = match frame {
                None => Found::ReplacedPage,
                Some(Frame::Old) => Found::OldWalFrame,
                Some(Frame::Uncommitted) => Found::UncommittedWalFrame,
                Some(Frame::Unproved) => Found::UnprovedWalFrame,
            };
            let log = rest.filter(|_| frame.is_some()).map(|rest| &rest.bytes);
            let within = if frame.is_some() { Within::Log } else { Within::Main };
            self.form(log.unwrap_or(&view.main), page, (at, within), place);
        }
    }

    /// The pages of a rollback journal.
    pub fn journal(&mut self, bytes: &Bytes) {
        for (page, at) in journal::pages(bytes, self.view.page_size) {
            self.form(bytes, page, (at, Within::Journal), Found::RollbackJournal);
        }
    }

    /// Pages of the main file as a transaction that did not end left them.
    pub fn undone(&mut self) {
        let Some(before) = self.view.rolled_back.clone() else { return };
        if before.page_size != self.view.page_size as u64 {
            return;
        }
        for (page, at) in before.undone() {
            self.form(&before.main, page, (at, Within::Main), Found::ReplacedPage);
        }
    }

    /// One form of a page. Pages that are no leaf of a table bear no list of records.
    fn form(&mut self, bytes: &Bytes, number: u32, base: (u64, Within), place: Found) {
        if self.full() {
            return;
        }
        let mut page = std::mem::take(&mut self.form);
        page.resize(self.view.page_size, 0);
        let got = bytes.read_at(base.0, &mut page).unwrap_or(0);
        let used = page.get(..got.min(self.view.usable)).unwrap_or_default();
        let hint = match self.map.get(number as usize) {
            Some(Page::Leaf(table) | Page::Interior(table)) => Some(*table as usize),
            _ => None,
        };
        let kind = Head::parse(used, number).map(|head| head.kind);
        // Of pages of the form of an index nearly all are of one.
        if kind == Ok(Kind::TableLeaf) || (kind.is_ok_and(|kind| !kind.table()) && self.keyed(hint)) {
            self.base = base;
            self.listed(used, number, hint, place);
        }
        self.form = page;
    }
}
