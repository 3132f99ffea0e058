//! Overflow pages of deleted records (file format, section 1.7). A free page keeps what was last written to it, and that
//! may be of another record than the one whose chain names it: nothing on the page says whose it is. So what a chain gives is
//! never told as sure, and not at all where something speaks against it; then the part in the record's own page is told.

use std::collections::HashMap;

use super::super::btree::Cell;
use super::super::number::u32_at;
use super::super::overflow::assemble;
use super::finder::Finder;
use super::known::Candidate;
use super::pages::Page;
use super::shape::{Judge, header};

/// What a chain gave.
pub(super) struct Chained {
    /// The whole payload, where it is believed.
    pub payload: Option<Vec<u8>>,
    /// The free pages that the chain names, as far as it can be followed.
    pub pages: Vec<u32>,
}

impl Finder<'_> {
    /// Follows the chain of a cell that overflows. The payload is believed when all of its pages are free and as they were
    /// left, the chain is as long as the payload needs and no longer, and what it gives are texts as people write them.
    pub fn chain(&mut self, cell: &Cell, local: &[u8], table: usize) -> Chained {
        let per_page = self.view.usable.saturating_sub(4).max(1) as u64;
        let needed = cell.payload.saturating_sub(cell.local as u64).div_ceil(per_page);
        let (mut pages, mut next) = (Vec::new(), cell.overflow);
        for _ in 0..needed {
            // Pages in use belong to others, and the list of free pages takes the first bytes of its trunks.
            let left = self.map.get(next as usize) == Some(&Page::FreeLeaf);
            if !left || self.chains == 0 || self.full() {
                return Chained { payload: None, pages };
            }
            self.chains -= 1;
            let _ = self.overflow.load(self.view, next, 1);
            pages.push(next);
            next = u32_at(self.overflow.page(next), 0).unwrap_or(0);
        }
        // The last page names none; a chain that goes on was written for another record.
        let payload = if next == 0 { self.assembled(cell, local, table) } else { None };
        Chained { payload, pages }
    }

    fn assembled(&mut self, cell: &Cell, local: &[u8], table: usize) -> Option<Vec<u8>> {
        let mut payload = Vec::new();
        assemble(cell, local, self.view, &mut self.overflow, &mut self.chains, &mut payload).ok()?;
        let mut serials = Vec::new();
        let (length, _) = header(&payload, 0, &mut serials)?;
        let shape = self.shapes.get(table)?.as_ref()?;
        shape.believes(&serials, payload.get(length..)?, Judge::Form).then_some(payload)
    }
}

/// Takes what came from a page that two records claim away from both: one of them was written over the other, and nothing
/// says which, even where the other cannot be put together. Forms of one record that share the chain from its first page on are one claim.
pub(super) fn settle(found: &mut [Candidate]) {
    let one_claim = |one: &Candidate, other: &Candidate| {
        let row = one.rowid.is_some() && one.rowid == other.rowid && one.length == other.length;
        one.table == other.table && one.chain.first() == other.chain.first() && (row || one.keys[1] == other.keys[1])
    };
    // Which record claimed a page first, and whether another did too.
    let mut claims: HashMap<u32, (usize, bool)> = HashMap::new();
    for (index, one) in found.iter().enumerate() {
        for page in &one.chain {
            let (first, shared) = claims.entry(*page).or_insert((index, false));
            *shared |= !found.get(*first).is_some_and(|first| one_claim(first, one));
        }
    }
    for one in found.iter_mut() {
        if one.chain.iter().any(|page| claims.get(page).is_some_and(|(_, shared)| *shared)) {
            one.payload.truncate(one.local);
        }
    }
}
