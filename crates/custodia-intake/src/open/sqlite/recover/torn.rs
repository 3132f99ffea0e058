//! Whole cells over which something was written that their form does not show: in numbers and bytes anything looks like a value.
//! What is written into bytes that no record uses are later cells, of rows or of an interior page, and the headers of freeblocks (file
//! format, section 1.6).

use super::super::btree::Head;
use super::super::number::{u16_at, u32_at, varint};
use super::region::{Among, Whole};
use super::shape::header;
use super::stale::{FRAGMENT, block};

/// Bytes of the header of a block, which may be all of it.
const HEADER: usize = 4;

/// The most bytes of a cell of an interior page: the number of a page and a rowid.
const CHILD: usize = 13;

/// Where something begins or ends on a page.
pub(super) struct Edges<'a> {
    page: &'a [u8],
    whole: &'a [Whole],
    /// Where cells in use begin.
    live: Vec<usize>,
    /// Where the bytes end that no record uses.
    end: usize,
}

impl<'a> Edges<'a> {
    /// Of bytes that no record uses and that end at `end`; `whole` are the whole cells in them, in order.
    pub fn of(page: &'a [u8], number: u32, whole: &'a [Whole], end: usize) -> Edges<'a> {
        let head = Head::parse(page, number).ok().filter(|_| !whole.is_empty());
        let mut live: Vec<usize> =
            head.iter().flat_map(|head| (0..head.cells).filter_map(|index| head.cell(page, index))).collect();
        live.sort_unstable();
        Edges { page, whole, live, end }
    }

    /// Whether a block may have ended here.
    fn edge(&self, at: usize) -> bool {
        at == self.end
            || at == self.page.len()
            || self.live.binary_search(&at).is_ok()
            || self.whole.binary_search_by_key(&at, |one| one.at).is_ok()
            || block(self.page, at).is_some()
    }

    /// Whether the header of a block stands in the bytes of a cell: of one that ends at an edge behind it and names no next one, or one at
    /// an edge.
    fn block_within(&self, one: &Whole) -> bool {
        let page = self.page;
        (one.at.saturating_sub(HEADER - 1)..one.end).any(|at| {
            let (Some(next), Some(size)) = (u16_at(page, at), u16_at(page, at + 2)) else { return false };
            let (next, size) = (usize::from(next), usize::from(size));
            let end = at + size;
            let listed = next == 0 || (next >= end && self.edge(next));
            size >= HEADER && end > one.end && end <= page.len() && listed && self.edge(end)
        })
    }

    /// Whether a cell of an interior page stands at the end of a cell: a root had children for a while, and their numbers were written where
    /// its rows had been. `pages` is how many pages there may have been.
    fn child_within(&self, one: &Whole, pages: u64) -> bool {
        let child = |at: usize| {
            let child = u32_at(self.page, at).is_some_and(|child| child > 1 && u64::from(child) <= pages);
            child && varint(self.page, at + 4).is_some_and(|(_, end)| end == one.end)
        };
        self.edge(one.end) && (one.end.saturating_sub(CHILD)..one.end).any(|at| at > one.at && child(at))
    }
}

impl Among<'_> {
    /// Whether nothing speaks for it that something was written over a cell: no header of a freeblock stands in its bytes, and
    /// something begins where it ends.
    pub fn unharmed(&self, edges: &Edges<'_>, one: &Whole) -> bool {
        let ends = (one.end..=one.end + FRAGMENT).any(|at| at >= edges.end || edges.edge(at));
        let pages = self.limit / edges.page.len().max(1) as u64 + 1;
        (ends || self.begins(edges.page, one.end)) && !edges.block_within(one) && !edges.child_within(one, pages)
    }

    /// Whether a cell begins here, of which something later may have taken the end.
    fn begins(&self, page: &[u8], at: usize) -> bool {
        let begins = || {
            let (payload, at) = varint(page, at)?;
            let at = if self.keyed { at } else { varint(page, at)?.1 };
            let mut serials = Vec::new();
            let (length, body) = header(page.get(at..)?, 0, &mut serials)?;
            let shape = self.shapes.get(self.own?)?.as_ref()?;
            Some((length as u64).checked_add(body)? == payload && shape.fits(&serials, self.reach))
        };
        begins().unwrap_or(false)
    }
}
