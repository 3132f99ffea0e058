//! What kind of place bytes stand in that no live cell takes: on a free page, in a freeblock, in a form of a page that is not in
//! force. What is found in such bytes is told with it, so that nobody takes it for what the database says today.

use std::ops::Range;

use custodia_model::Found;

use super::Database;
use super::btree::Head;
use super::number::u16_at;
use super::recover::pages::{self, Page};
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

/// The bytes of a page that its header calls unused, without a look at any cell: far cheaper than all rows. Pages of overflow count as
/// unused, those of indexes as used. `page` is the whole page, of which b-trees use `usable` bytes.
pub(super) fn by_header(page: &[u8], usable: usize, number: u32, kind: Page, take: &mut dyn FnMut(Range<usize>)) {
    let used = page.get(..usable).unwrap_or(page);
    let free = matches!(kind, Page::FreeLeaf | Page::FreeTrunk);
    let Some(head) = (!free).then(|| Head::parse(used, number).ok()).flatten() else { return take(0..page.len()) };
    let mut take = |range: Range<usize>| {
        if range.start < range.end {
            take(range);
        }
    };
    if head.kind.table() {
        let gap = head.free(used, number);
        let mut from = gap.end;
        take(gap);
        for block in blocks(used, if number == 1 { super::header::LEN } else { 0 }) {
            take(block.start.max(from)..block.end.min(used.len()));
            from = from.max(block.end);
        }
    }
    take(used.len()..page.len());
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(page: &[u8], usable: usize, number: u32, kind: Page) -> Vec<Range<usize>> {
        let mut all = Vec::new();
        by_header(page, usable, number, kind, &mut |range| all.push(range));
        all
    }

    /// A leaf of 512 bytes, 12 of which b-trees do not use: two cells, two freeblocks.
    fn leaf() -> Vec<u8> {
        let mut page = vec![b'x'; 512];
        page[..8].copy_from_slice(&[13, 1, 0x90, 0, 2, 1, 0x2c, 0]);
        page[8..12].copy_from_slice(&[1, 0x2c, 1, 0xc2]);
        page[400..404].copy_from_slice(&[1, 0xd6, 0, 50]);
        page[470..474].copy_from_slice(&[0, 0, 0, 40]);
        page
    }

    #[test]
    fn headers_say_what_is_unused() {
        let page = leaf();
        assert_eq!(pieces(&page, 500, 2, Page::Leaf(0)), [12..300, 400..450, 470..500, 500..512]);
        assert_eq!(pieces(&page, 500, 2, Page::FreeLeaf), std::slice::from_ref(&(0..512)));
        let index = [&[10], &page[1..]].concat();
        assert!(pieces(&index, 512, 2, Page::Other).is_empty());
        let overflow = [&[0], &page[1..]].concat();
        assert_eq!(pieces(&overflow, 512, 2, Page::Other), std::slice::from_ref(&(0..512)));
    }

    #[test]
    fn pieces_ascend_within_the_page_whatever_its_header_says() {
        let page = leaf();
        for at in 0..24 {
            for byte in 0..=255 {
                let mut page = page.clone();
                page[if at < 12 { at } else { 388 + at }] = byte;
                for length in [512, 300, 9, 1, 0] {
                    let mut end = 0;
                    for piece in pieces(&page[..length], 500, 2, Page::Leaf(0)) {
                        assert!(
                            piece.start >= end && piece.start <= piece.end && piece.end <= length,
                            "{at} {byte} {length}"
                        );
                        end = piece.end;
                    }
                }
            }
        }
    }
}
