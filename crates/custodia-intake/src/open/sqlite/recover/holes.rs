//! Bytes of the content area of a leaf that neither a cell nor a freeblock covers. SQLite leaves none longer than three
//! (file format, section 1.6, "fragments"); a page whose count of cells was lowered does.

use std::iter;

use super::super::btree::{Cell, Head};
use super::super::number::u16_at;

/// The longest piece that SQLite leaves between cells.
const FRAGMENT: usize = 3;

/// Where the uncovered bytes begin and end.
pub(super) fn holes(page: &[u8], number: u32, usable: usize, limit: u64) -> Vec<(usize, usize)> {
    let at = if number == 1 { super::super::header::LEN } else { 0 };
    let Ok(head) = Head::parse(page, number) else { return Vec::new() };
    let content = match u16_at(page, at + 5) {
        Some(0) | None => return Vec::new(),
        Some(content) => usize::from(content),
    };
    // Every byte is a cell, in a freeblock or one of the fragments, whose number the page states: mostly that adds up. A cell
    // takes four bytes at least, those of a freeblock.
    let cells = || {
        (0..head.cells).filter_map(|index| head.cell(page, index)).map(|begin| {
            let cell = Cell::parse(page, begin, head.kind, usable, limit).ok()?;
            let pointer = if cell.overflow == 0 { 0 } else { 4 };
            Some((begin, (cell.start + cell.local + pointer).max(begin + 4)))
        })
    };
    let blocks = || {
        let block = |at: u16| (at > 0).then(|| Some((usize::from(at), u16_at(page, usize::from(at) + 2)?))).flatten();
        let next = move |(begin, _): &(usize, u16)| block(u16_at(page, *begin)?).filter(|(next, _)| next > begin);
        iter::successors(u16_at(page, at + 1).and_then(block), next)
            .map(|(begin, size)| (begin, begin + usize::from(size)))
    };
    let fragments = page.get(at + 7).map_or(0, |count| usize::from(*count));
    let length = |(begin, end): (usize, usize)| end - begin;
    // Where a cell that cannot be read ends nothing says.
    let Some(covered) = cells().map(|cell| cell.map(length)).sum::<Option<usize>>() else { return Vec::new() };
    if content + covered + fragments + blocks().map(length).sum::<usize>() >= page.len() {
        return Vec::new();
    }
    let mut extents: Vec<(usize, usize)> = cells().flatten().chain(blocks()).collect();
    extents.push((page.len(), page.len()));
    extents.sort_unstable();
    let (mut holes, mut reached) = (Vec::new(), content);
    for (begin, end) in extents {
        if begin > reached + FRAGMENT {
            holes.push((reached, begin));
        }
        reached = reached.max(end);
    }
    holes
}
