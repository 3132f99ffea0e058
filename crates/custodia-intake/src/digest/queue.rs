//! Who reads what next: shared by the threads, decided by sizes alone.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::SMALL;

/// Large contents that one thread reads at once. Eight fill the lanes of AVX2 and half of those of AVX-512, and leave
/// a spinning disk at least some sequential reading.
const LARGE_AT_ONCE: usize = 8;

/// Of so many large contents at once each is digested alone. Measured in MB of content for each second: alone 575 each; in lanes, where
/// those that stand empty cost as much as the others, 500 for two, 620 for four.
const ALONE: usize = 2;

/// Indices of contents to be digested.
pub(crate) struct Queue {
    large: Vec<usize>,
    small: Vec<usize>,
    next_large: AtomicUsize,
    next_small: AtomicUsize,
    large_at_once: usize,
}

/// One content to be digested next.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    pub(crate) index: usize,
    pub(crate) large: bool,
    /// Whether so few are in flight with it that it is digested alone.
    pub(crate) alone: bool,
}

impl Queue {
    /// Takes the sizes of all contents, by index.
    pub(crate) fn new(sizes: &[u64], threads: usize) -> Queue {
        let (mut large, small): (Vec<usize>, Vec<usize>) = (0..sizes.len()).partition(|&index| sizes[index] > SMALL);
        // The largest first: they fill lanes beside the small ones, and no thread is left alone with one at the end.
        large.sort_by_key(|&index| (Reverse(sizes[index]), index));
        let large_at_once = large.len().div_ceil(threads.max(1)).clamp(1, LARGE_AT_ONCE);
        Queue { large, small, next_large: AtomicUsize::new(0), next_small: AtomicUsize::new(0), large_at_once }
    }

    /// The next content for a thread that has so many large ones in flight. None may mean that only large ones are
    /// left: ask again when one of yours has ended.
    pub(crate) fn next(&self, large_in_flight: usize) -> Option<Turn> {
        if large_in_flight < self.large_at_once
            && let Some(&index) = self.large.get(self.next_large.fetch_add(1, Ordering::Relaxed))
        {
            return Some(Turn { index, large: true, alone: self.large_at_once <= ALONE });
        }
        let &index = self.small.get(self.next_small.fetch_add(1, Ordering::Relaxed))?;
        Some(Turn { index, large: false, alone: false })
    }
}
