//! Which table each page belongs to, and which pages the database no longer uses (file format, section 1.5).

use std::collections::HashSet;

use super::super::btree::{Head, Kind};
use super::super::number::u32_at;
use super::super::view::{View, Window};

/// What a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Page {
    /// Nothing known: of an index, of an overflow chain, or a page that nothing reaches.
    Other,
    /// Of the schema.
    Schema,
    /// On the list of free pages, as it was left.
    FreeLeaf,
    /// On the list of free pages; its first bytes hold a part of that list.
    FreeTrunk,
    /// A leaf of a table.
    Leaf(u32),
    /// An interior page of a table.
    Interior(u32),
}

/// Pages that are read in one go.
pub(in super::super) const RUN: u32 = 32;

/// What the pages of a database are.
pub(in super::super) struct Map {
    /// By number of the page.
    pub pages: Vec<Page>,
    /// The leaf of each table that holds its highest rowids, by the table's place.
    pub last_leaf: Vec<Option<u32>>,
    /// A page that the list of free pages names though a table reaches it.
    pub crossed: Option<u32>,
}

/// Says what every page is. `roots` are the pages on which tables begin, by their place in the schema.
///
/// All leaves of a b-tree lie equally deep (file format, section 1.6), so of the children of an interior page one is looked
/// at and stands for its siblings. Whoever reads a page as a leaf asks its own kind again.
pub(in super::super) fn map(view: &View, roots: &[Option<u32>]) -> Map {
    let mut pages = vec![Page::Other; (view.last as usize).saturating_add(1)];
    let mut last_leaf = vec![None; roots.len()];
    let mut window = Window::default();
    // What is no table of these is that of the schema, unless it is asked for itself.
    let schema = (!roots.contains(&Some(1))).then_some((u32::MAX, Some(1)));
    let roots = roots.iter().enumerate().filter_map(|(table, root)| Some((u32::try_from(table).ok()?, *root)));
    for (table, root) in schema.into_iter().chain(roots) {
        let Some(root) = root else { continue };
        let leaf = if table == u32::MAX { Page::Schema } else { Page::Leaf(table) };
        let interior = if table == u32::MAX { Page::Schema } else { Page::Interior(table) };
        let mut open = vec![root];
        // The last child is taken first, so the first leaf that is met is the last of the table.
        while let Some(number) = open.pop() {
            // Each page is entered once, so the walk ends.
            if number == 0 || pages.get(number as usize) != Some(&Page::Other) {
                continue;
            }
            let _ = window.load(view, number, 1);
            let Ok(head) = Head::parse(window.page(number), number) else { continue };
            let Some(slot) = pages.get_mut(number as usize) else { continue };
            let mut met = |number: u32| {
                if let Some(last @ None) = last_leaf.get_mut(table as usize) {
                    *last = Some(number);
                }
            };
            match head.kind {
                // Tables without rowids have pages of the form of an index.
                Kind::TableLeaf | Kind::IndexLeaf => {
                    *slot = leaf;
                    met(number);
                }
                interior_kind => {
                    let leaf_kind = if interior_kind.table() { Kind::TableLeaf } else { Kind::IndexLeaf };
                    *slot = interior;
                    let page = window.page(number);
                    let children: Vec<u32> = (0..=head.cells).filter_map(|index| head.child(page, index)).collect();
                    let Some((&first, rest)) = children.split_first() else { continue };
                    let _ = window.load(view, first, 1);
                    let kind = Head::parse(window.page(first), first).map(|head| head.kind);
                    if kind == Ok(leaf_kind) {
                        for &child in rest.iter().rev() {
                            if let Some(slot @ Page::Other) = pages.get_mut(child as usize) {
                                *slot = leaf;
                                met(child);
                            }
                        }
                        open.push(first);
                    } else {
                        open.extend(children);
                    }
                }
            }
        }
    }
    let crossed = free(view, &mut window, &mut pages);
    Map { pages, last_leaf, crossed }
}

/// The list of free pages: trunks that name the next one, how many leaves they name, and those. A page that a table reaches is not
/// free, whatever a damaged list says.
fn free(view: &View, window: &mut Window, pages: &mut [Page]) -> Option<u32> {
    let mut crossed = None;
    let _ = window.load(view, 1, 1);
    let mut trunk = u32_at(window.page(1), 32).unwrap_or(0);
    let mut seen = HashSet::new();
    while trunk > 1 && (trunk as usize) < pages.len() && seen.insert(trunk) {
        let _ = window.load(view, trunk, 1);
        let page = window.page(trunk);
        let next = u32_at(page, 0).unwrap_or(0);
        let count = (u32_at(page, 4).unwrap_or(0) as usize).min(page.len() / 4);
        for index in 0..count {
            let Some(leaf) = u32_at(page, 8 + 4 * index).filter(|leaf| *leaf > 1) else { continue };
            match pages.get_mut(leaf as usize) {
                Some(slot @ Page::Other) => *slot = Page::FreeLeaf,
                Some(Page::Schema | Page::Leaf(_) | Page::Interior(_)) => crossed = crossed.or(Some(leaf)),
                _ => {}
            }
        }
        match pages.get_mut(trunk as usize) {
            // It names what it likes.
            Some(Page::Schema | Page::Leaf(_) | Page::Interior(_)) | None => return crossed.or(Some(trunk)),
            Some(slot) => *slot = Page::FreeTrunk,
        }
        trunk = next;
    }
    crossed
}
