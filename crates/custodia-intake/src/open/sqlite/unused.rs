//! What kind of place bytes stand in that no live cell takes: on a free page, in a freeblock, in a form of a page that is not in
//! force. What is found in such bytes is told with it, so that nobody takes it for what the database says today.

use std::ops::Range;

use custodia_model::Found;

use super::Database;
use super::btree::Head;
use super::number::u16_at;
use super::recover::pages::{self, Page};
use super::taken::Ranges;
use super::view::{View, Window};
use super::wal::Frame;
use crate::bytes::ReadAt;

/// The places of a database and of its log.
pub struct Unused<'a> {
    view: &'a View,
    pages: Vec<Page>,
    window: Window,
    /// Where in the log forms of pages begin, in order, and why they are not in force; none for one that is.
    frames: Vec<(u64, Option<Frame>)>,
}

impl Database {
    /// The places of bytes that no live cell takes.
    pub fn unused(&self) -> Unused<'_> {
        let view = &self.now.view;
        let roots: Vec<Option<u32>> =
            self.now.schema.tables.iter().map(|table| Some(table.root_page).filter(|root| *root != 0)).collect();
        let in_force = view.log.iter().flat_map(|log| log.frames.values()).map(|at| (*at, None));
        let others = self.rest.iter().flat_map(|rest| &rest.frames).map(|(_, at, why)| (*at, Some(*why)));
        let mut frames: Vec<_> = in_force.chain(others).collect();
        frames.sort_unstable_by_key(|(at, _)| *at);
        Unused { view, pages: pages::map(view, &roots).pages, window: Window::default(), frames }
    }
}

impl Unused<'_> {
    /// The bytes of the main file that headers of pages call used, without a look at any row: far cheaper than all rows. Pages of
    /// overflow count as free, those of indexes as used. For a database without a log.
    pub fn by_headers(&mut self) -> Ranges {
        let mut used = Ranges::default();
        let size = self.view.page_size.max(1) as u64;
        for number in 1..=self.view.last {
            if matches!(self.pages.get(number as usize), Some(Page::FreeLeaf | Page::FreeTrunk)) {
                continue;
            }
            let _ = self.window.load(self.view, number, pages::RUN);
            let page = self.window.page(number);
            let Ok(head) = Head::parse(page, number) else { continue };
            let begin = u64::from(number - 1).saturating_mul(size);
            let mut add = |range: Range<usize>| {
                used.add(begin.saturating_add(range.start as u64)..begin.saturating_add(range.end as u64));
            };
            if !head.kind.table() {
                add(0..page.len());
                continue;
            }
            let free = head.free(page, number);
            add(0..free.start);
            let mut from = free.end;
            for block in blocks(page, if number == 1 { super::header::LEN } else { 0 }) {
                add(from..block.start.max(from));
                from = block.end.max(from);
            }
            add(from..page.len().max(from));
        }
        used
    }

    /// The place of a byte of the main file within bytes that no live cell takes.
    pub fn in_file(&mut self, at: u64, gap: &Range<u64>) -> Found {
        let size = self.view.page_size.max(1) as u64;
        let (begin, within) = (at - at % size, (at % size) as usize);
        let Ok(number) = u32::try_from(at / size + 1) else { return Found::LostPage };
        let before = self.view.rolled_back.as_ref();
        // What a transaction wrote that did not end, or the log replaces.
        if self.view.in_log(number) || before.is_some_and(|before| before.place(at).is_some() || at >= before.len()) {
            return Found::ReplacedPage;
        }
        match self.pages.get(number as usize) {
            // The log says that the database ends before it.
            None if self.view.log.is_some() => Found::FreelistPage,
            None => Found::LostPage,
            Some(Page::FreeLeaf | Page::FreeTrunk) => Found::FreelistPage,
            Some(Page::Other) => {
                let _ = self.window.load(self.view, number, 1);
                let head = Head::parse(self.window.page(number), number).ok();
                let emptied = head.is_some_and(|head| head.claimed == 0);
                let of_table = head.is_some_and(|head| head.kind.table());
                // Of an index, or of a chain of overflow, some bytes are in use.
                let end = begin.saturating_add(size).min(self.view.main.len());
                let untouched = gap.start <= begin && gap.end >= end;
                if !emptied && (untouched || of_table) { Found::LostPage } else { self.in_page(number, within) }
            }
            Some(Page::Schema | Page::Leaf(_) | Page::Interior(_)) => self.in_page(number, within),
        }
    }

    /// The place within a page in use.
    fn in_page(&mut self, number: u32, within: usize) -> Found {
        let _ = self.window.load(self.view, number, 1);
        let page = self.window.page(number);
        let at = if number == 1 { super::header::LEN } else { 0 };
        match Head::parse(page, number) {
            Ok(_) if in_freeblock(page, at, within) => Found::Freeblock,
            _ => Found::Unallocated,
        }
    }

    /// The place of a byte of the log that no live cell takes.
    pub fn in_log(&self, at: u64) -> Found {
        let next = self.frames.partition_point(|(begin, _)| *begin <= at);
        let frame = next.checked_sub(1).and_then(|index| self.frames.get(index));
        match frame.filter(|(begin, _)| at - begin < self.view.page_size as u64) {
            Some((_, None)) => Found::Unallocated,
            Some((_, Some(Frame::Uncommitted))) => Found::UncommittedWalFrame,
            Some((_, Some(Frame::Unproved))) => Found::UnprovedWalFrame,
            Some((_, Some(Frame::Old))) | None => Found::OldWalFrame,
        }
    }
}

/// Whether a byte of a page of a b-tree lies in one of its freeblocks.
fn in_freeblock(page: &[u8], header: usize, within: usize) -> bool {
    blocks(page, header).take_while(|block| block.start <= within).any(|block| block.contains(&within))
}

/// The freeblocks of a page of a b-tree, which stand in ascending order; none after one that does not.
fn blocks(page: &[u8], header: usize) -> impl Iterator<Item = Range<usize>> {
    let mut next = u16_at(page, header + 1).map_or(0, usize::from);
    std::iter::from_fn(move || {
        let block = next;
        let (following, size) = (u16_at(page, block)?, u16_at(page, block + 2)?);
        next = usize::from(following);
        if next <= block {
            next = 0;
        }
        (block != 0).then(|| block..block + usize::from(size))
    })
}
