//! Which table each page belongs to, and which pages the database no longer uses (file format, section 1.5).

use std::collections::HashSet;

use super::super::btree::{Head, Kind};
use super::super::number::u32_at;
use super::super::view::{View, Window};

/// What a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
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
pub(super) const RUN: u32 = 32;

/// Says what every page is. `roots` are the pages on which tables begin, by their place in the schema.
pub(super) fn map(view: &View, roots: &[Option<u32>]) -> Vec<Page> {
    let mut pages = vec![Page::Other; (view.last as usize).saturating_add(1)];
    let mut window = Window::default();
    free(view, &mut window, &mut pages);
    // What is no table of these is that of the schema, unless it is asked for itself.
    let schema = (!roots.contains(&Some(1))).then_some((u32::MAX, Some(1)));
    let roots = roots.iter().enumerate().filter_map(|(table, root)| Some((u32::try_from(table).ok()?, *root)));
    for (table, root) in schema.into_iter().chain(roots) {
        let Some(root) = root else { continue };
        let (mut open, schema_page) = (vec![root], table == u32::MAX);
        while let Some(number) = open.pop() {
            // Each page is entered once, so the walk ends.
            if number == 0 || pages.get(number as usize) != Some(&Page::Other) {
                continue;
            }
            let _ = window.load(view, number, 1);
            let page = window.page(number);
            let Ok(head) = Head::parse(page, number) else { continue };
            let Some(slot) = pages.get_mut(number as usize) else { continue };
            match head.kind {
                Kind::TableLeaf => *slot = if schema_page { Page::Schema } else { Page::Leaf(table) },
                Kind::TableInterior => {
                    *slot = if schema_page { Page::Schema } else { Page::Interior(table) };
                    open.extend((0..=head.cells).filter_map(|index| head.child(page, index)));
                }
                Kind::IndexInterior | Kind::IndexLeaf => {}
            }
        }
    }
    pages
}

/// The list of free pages: trunks that name the next one, how many leaves they name, and those.
fn free(view: &View, window: &mut Window, pages: &mut [Page]) {
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
            if let Some(slot) = pages.get_mut(leaf as usize) {
                *slot = Page::FreeLeaf;
            }
        }
        if let Some(slot) = pages.get_mut(trunk as usize) {
            *slot = Page::FreeTrunk;
        }
        trunk = next;
    }
}
