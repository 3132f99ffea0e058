//! Whole records of a few numbers. Their form says too little to tell them by; cells that lie side by side, each beginning where the
//! one before it ends, are no accident.

use std::collections::BTreeMap;

use super::region::{Among, Whole};
use super::shape::{Judge, Reach};

impl Among<'_> {
    /// The records of the page's own table that hold few values, where they touch another cell or end where the bytes do. `proved` are
    /// the cells within the same bytes that their form proves, in order.
    pub fn meagre(&self, page: &[u8], proved: &[Whole], start: usize, end: usize) -> Vec<Whole> {
        let shape = self.own.and_then(|own| self.shapes.get(own)?.as_ref());
        if self.keyed || !shape.is_some_and(|shape| shape.meagre()) {
            return Vec::new();
        }
        let own = Among { others: false, reach: Reach::Usual, ..*self };
        let (mut cells, mut serials, mut work, mut next) = (Vec::new(), Vec::new(), 0, 0);
        for at in start..end {
            while proved.get(next).is_some_and(|one| one.end <= at) {
                next += 1;
            }
            let stop = proved.get(next).map_or(end, |one| one.at);
            if at < stop {
                cells.extend(own.whole(page, at, stop, Judge::Row, &mut serials, &mut work));
            }
        }
        let begins = |at: usize| cells.binary_search_by_key(&at, |one: &Whole| one.at).ok();
        // How many touch each one before it and behind.
        let (mut before, mut behind) = (vec![0usize; cells.len()], vec![0usize; cells.len()]);
        for (index, one) in cells.iter().enumerate() {
            let follows = proved.binary_search_by_key(&one.at, |other| other.end).is_ok();
            let count = before.get(index).copied().unwrap_or(0).max(usize::from(follows));
            before.get_mut(index).into_iter().for_each(|slot| *slot = count);
            if let Some(slot) = begins(one.end).and_then(|next| before.get_mut(next)) {
                *slot = (*slot).max(count + 1);
            }
        }
        for (index, one) in cells.iter().enumerate().rev() {
            let leads = one.end == end || proved.binary_search_by_key(&one.end, |other| other.at).is_ok();
            let count = begins(one.end).and_then(|next| behind.get(next)).map_or(usize::from(leads), |count| count + 1);
            behind.get_mut(index).into_iter().for_each(|slot| *slot = count);
        }
        let touching = before.iter().zip(&behind).map(|(before, behind)| before + behind);
        let mut rows: Vec<Whole> =
            cells.iter().zip(touching).map(|(one, touching)| Whole { touching, ..*one }).collect();
        rows.retain(|one| one.touching > 0);
        // Of those that lie over each other the one of the longer row.
        rows.sort_by_key(|one| (std::cmp::Reverse(one.touching), one.at));
        let mut taken: BTreeMap<usize, Whole> = BTreeMap::new();
        for one in rows {
            if taken.range(..one.end).next_back().is_none_or(|(_, other)| other.end <= one.at) {
                taken.insert(one.at, one);
            }
        }
        taken.into_values().collect()
    }
}
