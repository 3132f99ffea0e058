//! Records behind the headers of freeblocks that are no longer on the list of their page. When a block comes to lie at
//! the edge of the gap, SQLite moves the edge over it and leaves its bytes, those of the header included: the place of the
//! next block and its own size (file format, section 1.6). They say where a record began and where it ended.

use super::super::number::u16_at;
use super::region::{Among, Rebuilt, Whole};
use super::shape::header;

/// What a block may hold beyond its record: fragments that it took in.
pub(super) const FRAGMENT: usize = 3;

/// The smallest block that can hold a record worth telling.
const LEAST: usize = 8;

impl Among<'_> {
    /// Records whose first bytes are lost, behind each place of `from` and behind stale headers. `whole` are the whole cells
    /// within the same bytes, in order.
    pub fn rebuilt(&self, page: &[u8], whole: &[Whole], from: Vec<usize>, start: usize, end: usize) -> Vec<Rebuilt> {
        let (mut rebuilt, mut beginnings) = (Vec::new(), Vec::new());
        if self.own.is_none() {
            return rebuilt;
        }
        let stop = |at: usize, end: usize| {
            let next = whole.partition_point(|one| one.at < at);
            whole.get(next).map_or(end, |one| one.at.min(end))
        };
        for begin in from {
            rebuilt.extend(self.series(page, begin, end, &stop));
        }
        // Bytes made so that a block seems to begin everywhere are left.
        let mut work = end.saturating_sub(start) * 2 + (1 << 12);
        let mut inside = 0;
        for at in start..end.saturating_sub(LEAST) {
            // A whole cell bears no header of a block.
            while whole.get(inside).is_some_and(|one| one.end <= at) {
                inside += 1;
            }
            let Some(size) = block(page, at) else { continue };
            if whole.get(inside).is_some_and(|one| one.at <= at) {
                continue;
            }
            let Some(left) = work.checked_sub(size.min(256)) else { break };
            work = left;
            if at + size <= end {
                rebuilt.extend(self.block(page, at, at + size, &stop));
            } else {
                // What came later lies over its end; what stands before that may be whole.
                let sound = |one: &Rebuilt| self.proves(one) && ends_well(page, whole, one.end, end);
                beginnings.extend(self.series(page, at, end, &stop).into_iter().filter(sound));
            }
        }
        let mut apart = apart(rebuilt);
        let free = |one: &Rebuilt| {
            let next = apart.partition_point(|other| other.at < one.at);
            let before = next.checked_sub(1).and_then(|at| apart.get(at));
            before.is_none_or(|other| other.end <= one.at) && apart.get(next).is_none_or(|other| one.end <= other.at)
        };
        beginnings.retain(free);
        apart.extend(self::apart(beginnings));
        apart.sort_by_key(|one| one.at);
        apart
    }

    /// Records of which each begins where the one before it ends.
    fn series(&self, page: &[u8], begin: usize, end: usize, stop: &impl Fn(usize, usize) -> usize) -> Vec<Rebuilt> {
        let (mut records, mut at) = (Vec::new(), begin);
        while stop(at, end) > at + 4 {
            let Some(one) = self.rebuild(page, at, stop(at, end)) else { break };
            at = one.end;
            records.push(one);
        }
        records
    }

    /// Whether the form alone says that this is a record.
    fn proves(&self, one: &Rebuilt) -> bool {
        let mut serials = Vec::new();
        let shape = self.own.and_then(|own| self.shapes.get(own)?.as_ref());
        shape.is_some_and(|shape| header(&one.payload, 0, &mut serials).is_some() && shape.proves(&serials))
    }

    /// The records that fill a block: each ends where the next begins, and the last where the block ends.
    fn block(&self, page: &[u8], begin: usize, end: usize, stop: &impl Fn(usize, usize) -> usize) -> Vec<Rebuilt> {
        let mut records = self.series(page, begin, end, stop);
        let at = records.last().map_or(begin, |one| one.end);
        // What ends elsewhere was cut short by what was written later, or never was a block.
        if stop(at, end) > at + FRAGMENT {
            records.clear();
        }
        records
    }
}

/// The size of a block of which the header may stand at `at`: a page's blocks are listed from front to back.
pub(super) fn block(page: &[u8], at: usize) -> Option<usize> {
    block_of(page, at, page.len())
}

/// The same within the first part of a page of `usable` bytes. The block may end behind that part.
pub(super) fn block_of(page: &[u8], at: usize, usable: usize) -> Option<usize> {
    let (next, size) = (usize::from(u16_at(page, at)?), usize::from(u16_at(page, at + 2)?));
    let listed = next == 0 || (next >= at + size && next < usable);
    (size >= LEAST && at + size <= usable && listed).then_some(size)
}

/// Whether what stands where a record ends begins there: another record, another block, or what is in use.
pub(super) fn ends_well(page: &[u8], whole: &[Whole], at: usize, end: usize) -> bool {
    (at..=at + FRAGMENT).any(|at| at >= end || block(page, at).is_some() || whole.iter().any(|one| one.at == at))
}

/// Of records that lie over each other, the one that begins first: where a later one was written over it, its values would not
/// be such as people write, and within a text of two bytes a letter everything looks like a header.
fn apart(mut records: Vec<Rebuilt>) -> Vec<Rebuilt> {
    records.sort_by_key(|one| (one.at, std::cmp::Reverse(one.end)));
    let mut reached = 0;
    records.retain(|one| {
        let free = one.at >= reached;
        if free {
            reached = one.end;
        }
        free
    });
    records
}
