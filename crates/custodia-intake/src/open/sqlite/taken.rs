//! Which bytes of the main file and of the log live cells take: those of rows that were read, and those of indexes, which say again what rows
//! say. What is left is free space, old content, and what could not be read.

use std::collections::HashSet;
use std::ops::Range;

use super::Database;
use super::btree::{Cell as BtreeCell, Head, Kind};
use super::damage::Damages;
use super::number::{u16_at, varint};
use super::overflow::Chain;
use super::record::Cell;
use super::scan::Scan;
use super::view::{View, Window, Within};
use super::walk::{Shape, Stand, Walk};

/// Ranges that are kept, 16 bytes each: more than the pages of a database of 16 GB. What is beyond them counts as free.
const MOST: usize = 4 << 20;

/// Bytes of a database that are in use.
#[derive(Default)]
pub struct Taken {
    /// Of the main file.
    pub file: Ranges,
    /// Of the log beside it.
    pub log: Ranges,
}

impl Taken {
    #[inline]
    fn add(&mut self, within: Within, range: Range<u64>) {
        match within {
            Within::Main => self.file.add(range),
            Within::Log => self.log.add(range),
            // Every page of a journal is an earlier form of one.
            Within::Journal => {}
        }
    }
}

/// Bytes of a file that are in use.
#[derive(Default)]
pub struct Ranges {
    ranges: Vec<Range<u64>>,
    /// How many of the ranges are in order and apart.
    settled: usize,
    /// Whether there is no room for more.
    full: bool,
}

impl Ranges {
    /// Adds a range. Cells that were written one after another lie so on their page, so most ranges join the last one.
    #[inline]
    pub(super) fn add(&mut self, range: Range<u64>) {
        if self.full {
            return;
        }
        if self.ranges.len() > self.settled
            && let Some(last) = self.ranges.last_mut()
        {
            if range.end == last.start {
                last.start = range.start;
                return;
            }
            if range.start == last.end {
                last.end = range.end;
                return;
            }
        }
        if self.ranges.len() >= (2 * self.settled).clamp(MOST / 16, MOST) {
            self.settle();
            self.full = self.settled > MOST / 2;
        }
        self.ranges.push(range);
    }

    fn settle(&mut self) {
        self.ranges.sort_unstable_by_key(|range| (range.start, range.end));
        self.ranges.dedup_by(|next, last| {
            let joins = next.start <= last.end;
            if joins {
                last.end = last.end.max(next.end);
            }
            joins
        });
        self.settled = self.ranges.len();
    }

    /// Whether some ranges are not kept, so that bytes in use are among the gaps.
    pub fn full(&self) -> bool {
        self.full
    }

    /// The ranges of a file of `length` bytes that nothing takes, in order.
    pub fn gaps(mut self, length: u64) -> impl Iterator<Item = Range<u64>> {
        self.settle();
        let mut from = 0;
        let end = length..length;
        self.ranges.into_iter().chain([end]).filter_map(move |range| {
            let gap = from..range.start.min(length);
            from = from.max(range.end);
            (!gap.is_empty()).then_some(gap)
        })
    }
}

/// Pages whose own structure was added.
#[derive(Default)]
pub(super) struct Pages {
    leaf: u32,
    interior: HashSet<u32>,
}

impl Pages {
    /// Adds the structure of the page that the walk stands on and of those above it, each once.
    #[inline]
    fn take(&mut self, view: &View, walk: &Walk<'_>, stand: &Stand, taken: &mut Taken) {
        if self.leaf == stand.page {
            return;
        }
        self.leaf = stand.page;
        structure(view, stand.page, walk.page(stand), taken);
        for (number, page) in walk.path() {
            if self.interior.insert(number) {
                structure(view, number, page, taken);
            }
        }
    }
}

/// Adds what is no record on a page that is in use: the cells of an interior page of a table, and the first bytes of freeblocks
/// (file format, section 1.6). They cut old content off, as live cells do.
fn structure(view: &View, number: u32, page: &[u8], taken: &mut Taken) {
    let (begin, within) = view.start(number);
    let Ok(head) = Head::parse(page, number) else { return };
    let mut add =
        |from: usize, to: usize| taken.add(within, begin.saturating_add(from as u64)..begin.saturating_add(to as u64));
    if head.kind == Kind::TableInterior {
        for at in (0..head.cells).filter_map(|index| head.cell(page, index)) {
            add(at, varint(page, at + 4).map_or(at + 4, |(_, end)| end));
        }
    }
    let first = if number == 1 { super::header::LEN } else { 0 } + 1;
    let mut at = u16_at(page, first).map_or(0, usize::from);
    // Freeblocks stand in the order of their places, so the chain ends.
    while at != 0 && at + 4 <= page.len() {
        add(at, at + 4);
        let next = u16_at(page, at).map_or(0, usize::from);
        at = if next > at { next } else { 0 };
    }
}

/// Adds the bytes of a cell at `at` of a page, and those of its overflow pages.
pub(super) fn take(
    view: &View,
    (page, at, cell): (u32, usize, &BtreeCell),
    window: &mut Window,
    budget: &mut u64,
    taken: &mut Taken,
) {
    let mut add = |page: u32, from: usize, to: usize| {
        let (begin, within) = view.start(page);
        taken.add(within, begin.saturating_add(from as u64)..begin.saturating_add(to as u64));
    };
    let spills = if cell.overflow == 0 { 0 } else { 4 };
    add(page, at, cell.start.saturating_add(cell.local).saturating_add(spills));
    if cell.overflow == 0 {
        return;
    }
    let mut chain = Chain::of(cell);
    loop {
        let page = chain.page();
        match chain.piece(view, window, budget) {
            Ok(Some(piece)) => add(page, 0, piece.len().saturating_add(4)),
            _ => return,
        }
    }
}

impl Scan<'_> {
    /// Adds the bytes that the row last given takes.
    pub fn take(&mut self, taken: &mut Taken) {
        let (Some(stand), Some(walk)) = (self.stand, &self.walk) else { return };
        self.pages.take(self.view, walk, &stand, taken);
        take(self.view, (stand.page, stand.at, &stand.cell), &mut self.overflow, &mut self.budget, taken);
    }
}

impl Database {
    /// Adds the bytes that all rows and all entries of indexes take. Each costs of `budget`.
    pub fn take_all(&self, budget: &mut u64, taken: &mut Taken) {
        for table in self.table("sqlite_schema").into_iter().chain(self.tables()) {
            let mut scan = self.scan(&table.name, &[]);
            while *budget > 0 && scan.next().is_some() {
                scan.take(taken);
                *budget = budget.saturating_sub(4);
            }
        }
        self.take_indexes(budget, taken, &mut |_| {});
    }

    /// Adds the bytes that entries of indexes take, and hands out those that lie in one page. Each entry costs
    /// one of `budget`.
    pub fn take_indexes(&self, budget: &mut u64, taken: &mut Taken, entry: &mut dyn FnMut(&[u8])) {
        let view = &self.now.view;
        let mut roots = Vec::new();
        let mut scan = self.scan("sqlite_schema", &["type", "rootpage"]);
        while let Some(row) = scan.next() {
            if let (Cell::Text("index"), Cell::Int(root)) = (row.get(0), row.get(1)) {
                roots.extend(u32::try_from(root).ok().filter(|root| *root > 0));
            }
        }
        roots.sort_unstable();
        roots.dedup();
        let (mut damages, mut window) = (Damages::default(), Window::default());
        let mut chains = super::scan::full_budget(view);
        for root in roots {
            let (mut walk, mut pages) = (Walk::new(view, root, Shape::Index, ""), Pages::default());
            while let Some(stand) = walk.step(&mut damages) {
                let Some(left) = budget.checked_sub(1) else { return };
                *budget = left;
                pages.take(view, &walk, &stand, taken);
                let end = stand.cell.start.saturating_add(stand.cell.local);
                entry(walk.page(&stand).get(stand.at..end).unwrap_or_default());
                take(view, (stand.page, stand.at, &stand.cell), &mut window, &mut chains, taken);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left() {
        let mut taken = Ranges::default();
        for range in [90..95, 80..90, 10..20, 95..99, 15..30, 200..300] {
            taken.add(range);
        }
        assert_eq!(taken.gaps(250).collect::<Vec<_>>(), [0..10, 30..80, 99..200]);
        assert_eq!(Ranges::default().gaps(7).map(|gap| (gap.start, gap.end)).collect::<Vec<_>>(), [(0, 7)]);
        assert_eq!(Ranges::default().gaps(0).count(), 0);
    }
}
