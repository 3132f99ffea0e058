//! The same table in the main file alone. A row on a page of the log stands only in the log when its twin, the row of
//! the same key found without the log, is missing or has another payload.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::btree::{Cell, Head, Kind};
use super::compare::compare;
use super::overflow::{Chain, assemble};
use super::schema::{Collation, KeyField, TableInfo};
use super::text::Encoding;
use super::view::{View, Window};

/// Levels of a b-tree that are followed.
const DEPTH: usize = 64;

/// A search in one table of the main file.
pub(super) struct Twin<'a> {
    view: &'a View,
    root: u32,
    /// Empty for a table with rowids.
    key: Vec<KeyField>,
    encoding: Encoding,
    /// The pages of the last search by level; the next row mostly wants them again.
    levels: Vec<(u32, Vec<u8>)>,
    window: Window,
    overflow: Window,
}

impl<'a> Twin<'a> {
    /// The search for rows of `table`, as the main file declares it. None when rows cannot be told apart: the key is
    /// ordered by a collation that only the application knows.
    pub fn new(view: &'a View, table: &TableInfo, encoding: Encoding) -> Option<Twin<'a>> {
        let known = table.key.iter().all(|field| field.collation != Collation::Unknown);
        (known && table.root_page != 0).then(|| Twin {
            view,
            root: table.root_page,
            key: if table.without_rowid { table.key.clone() } else { Vec::new() },
            encoding,
            levels: Vec::new(),
            window: Window::default(),
            overflow: Window::default(),
        })
    }

    /// Whether the main file alone holds a row of this key with this payload. `local` is the part of the payload in
    /// the page of `cell`, which lies in `now`.
    pub fn holds(&mut self, cell: &Cell, local: &[u8], now: &View, window: &mut Window, budget: &mut u64) -> bool {
        let found =
            if self.key.is_empty() { self.by_rowid(cell.rowid) } else { self.by_key(cell, local, now, window, budget) };
        let Some((level, twin)) = found else { return false };
        let page = self.levels.get(level).map(|(_, page)| page.as_slice()).unwrap_or_default();
        let same_here = twin.payload == cell.payload
            && twin.local == cell.local
            && page.get(twin.start..twin.start + twin.local) == Some(local);
        if !same_here || cell.overflow == 0 {
            return same_here;
        }
        let (mut a, mut b) = (Chain::of(cell), Chain::of(&twin));
        loop {
            let mut again = *budget;
            match (a.piece(now, window, budget), b.piece(self.view, &mut self.overflow, &mut again)) {
                (Ok(None), Ok(None)) => return true,
                (Ok(Some(x)), Ok(Some(y))) if x == y => {}
                _ => return false,
            }
        }
    }

    fn by_rowid(&mut self, rowid: i64) -> Option<(usize, Cell)> {
        let mut number = self.root;
        let view = self.view;
        for level in 0..DEPTH {
            let (head, page) = self.enter(level, number)?;
            if !head.kind.table() {
                return None;
            }
            let index = head.lower_bound(page, rowid);
            if head.kind == Kind::TableLeaf {
                let cell = read(view, head, page, index)?;
                return (cell.rowid == rowid).then_some((level, cell));
            }
            number = head.child(page, index)?;
        }
        None
    }

    fn by_key(
        &mut self,
        cell: &Cell,
        local: &[u8],
        now: &View,
        window: &mut Window,
        budget: &mut u64,
    ) -> Option<(usize, Cell)> {
        let mut number = self.root;
        for level in 0..DEPTH {
            let (head, _) = self.enter(level, number)?;
            if head.kind.table() {
                return None;
            }
            let (mut low, mut high) = (0, head.cells);
            while low < high {
                let middle = low + (high - low) / 2;
                let (_, page) = self.levels.get(level)?;
                let other = read(self.view, head, page, middle)?;
                let beside = page.get(other.start..other.start + other.local)?;
                // The key comes first in a record, so it mostly lies in the page; else both records are put together.
                let order = match compare(beside, local, &self.key, self.encoding) {
                    Some(order) => order,
                    None => {
                        let mine = whole(cell, local, now, window, budget)?;
                        let other = whole(&other, beside, self.view, &mut self.overflow, budget)?;
                        compare(&other, &mine, &self.key, self.encoding)?
                    }
                };
                match order {
                    Ordering::Less => low = middle + 1,
                    Ordering::Greater => high = middle,
                    Ordering::Equal => return Some((level, other)),
                }
            }
            if !head.kind.interior() {
                return None;
            }
            let (_, page) = self.levels.get(level)?;
            number = head.child(page, low)?;
        }
        None
    }

    /// The page on a level, read unless the last search left it there.
    fn enter(&mut self, level: usize, number: u32) -> Option<(Head, &[u8])> {
        if self.levels.len() <= level {
            self.levels.push((0, Vec::new()));
        }
        let (held, page) = self.levels.get_mut(level)?;
        if *held != number {
            *held = 0;
            // Damage of the main file alone is no damage of the database; the row then counts as absent there.
            let _ = self.window.load(self.view, number, 1);
            page.clear();
            page.extend_from_slice(self.window.page(number));
            *held = number;
        }
        Some((Head::parse(page, number).ok()?, page))
    }
}

fn read(view: &View, head: Head, page: &[u8], index: u16) -> Option<Cell> {
    Cell::parse(page, head.cell(page, index)?, head.kind, view.usable, view.size()).ok()
}

/// The whole payload of a cell.
fn whole<'p>(
    cell: &Cell,
    local: &'p [u8],
    view: &View,
    window: &mut Window,
    budget: &mut u64,
) -> Option<Cow<'p, [u8]>> {
    if cell.overflow == 0 {
        return Some(Cow::Borrowed(local));
    }
    let mut into = Vec::new();
    assemble(cell, local, view, window, budget, &mut into).ok()?;
    Some(Cow::Owned(into))
}
