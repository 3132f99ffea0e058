//! Records behind the headers of freeblocks that are no longer on the list of their page. When a block comes to lie at
//! the edge of the gap, SQLite moves the edge over it and leaves its bytes, those of the header included: the place of the
//! next block and its own size (file format, section 1.6). They say where a record began and where it ended.

use super::super::number::u16_at;
use super::region::{Among, Rebuilt, Whole};

/// What a block may hold beyond its record: fragments that it took in.
const FRAGMENT: usize = 3;

/// The smallest block that can hold a record worth telling.
const LEAST: usize = 8;

impl Among<'_> {
    /// Records whose first bytes are lost, behind each place of `from` and behind stale headers. `whole` are the whole cells
    /// within the same bytes, in order.
    pub fn rebuilt(&self, page: &[u8], whole: &[Whole], from: Vec<usize>, start: usize, end: usize) -> Vec<Rebuilt> {
        let mut rebuilt = Vec::new();
        if self.own.is_none() {
            return rebuilt;
        }
        let stop = |at: usize, end: usize| {
            let next = whole.partition_point(|one| one.at < at);
            whole.get(next).map_or(end, |one| one.at.min(end))
        };
        for begin in from {
            let mut at = begin;
            while stop(at, end) > at + 4 {
                let Some(one) = self.rebuild(page, at, stop(at, end)) else { break };
                at = one.end;
                rebuilt.push(one);
            }
        }
        // Bytes made so that a block seems to begin everywhere are left.
        let mut work = end.saturating_sub(start) * 2 + (1 << 12);
        let mut inside = 0;
        for at in start..end.saturating_sub(LEAST) {
            // A whole cell bears no header of a block.
            while whole.get(inside).is_some_and(|one| one.end <= at) {
                inside += 1;
            }
            let (Some(next), Some(size)) = (u16_at(page, at), u16_at(page, at + 2)) else { break };
            let (next, size) = (usize::from(next), usize::from(size));
            let block = size >= LEAST && at + size <= end && (next == 0 || (next > at && next < page.len()));
            if !block || whole.get(inside).is_some_and(|one| one.at <= at) {
                continue;
            }
            let Some(left) = work.checked_sub(size.min(256)) else { break };
            work = left;
            rebuilt.extend(self.block(page, at, at + size, &stop));
        }
        rebuilt.sort_by_key(|one| one.at);
        rebuilt.dedup_by(|one, other| one.at == other.at && one.payload == other.payload);
        rebuilt
    }

    /// The records that fill a block: each ends where the next begins, and the last where the block ends.
    fn block(&self, page: &[u8], begin: usize, end: usize, stop: &impl Fn(usize, usize) -> usize) -> Vec<Rebuilt> {
        let (mut records, mut at) = (Vec::new(), begin);
        while stop(at, end) > at + 4 {
            let Some(one) = self.rebuild(page, at, stop(at, end)) else { break };
            at = one.end;
            records.push(one);
        }
        // What ends elsewhere was cut short by what was written later, or never was a block.
        if stop(at, end) > at + FRAGMENT {
            records.clear();
        }
        records
    }
}
