//! Long runs of letters and digits, ASCII or UTF-16LE: every run of 26 covers a byte of every 26, so only those are looked at.

use std::ops::Range;

use super::wallet::{self, LONGEST, SHORTEST};
use super::{Kind, Lead};

/// Looks through bytes that come window by window. A run is told once, though two windows meet it.
#[derive(Default)]
pub(super) struct Runs {
    /// Ends of the last runs that were looked at, counted from the first byte of all.
    narrow_end: u64,
    wide_end: u64,
}

impl Runs {
    /// Hands out every wallet whose run has a byte in `window`, and whether it is written in UTF-16LE. `base` is the place of
    /// the first of `bytes`; around the window stand enough bytes for the longest run, where there are any.
    pub fn look(&mut self, bytes: &[u8], window: Range<usize>, base: u64, take: &mut impl FnMut(Lead, bool)) {
        let mut at = window.start;
        while at < window.end {
            let Some(&byte) = bytes.get(at) else { return };
            if !byte.is_ascii_alphanumeric() {
                if byte == 0 && at > 0 && bytes.get(at - 1).is_some_and(u8::is_ascii_alphanumeric) {
                    self.wide(bytes, at - 1, base, take);
                }
                at += SHORTEST;
                continue;
            }
            if bytes.get(at + 1) == Some(&0) {
                self.wide(bytes, at, base, take);
            }
            let range = around(bytes, at, 1);
            let end = range.end;
            let told = &mut self.narrow_end;
            if (SHORTEST..=LONGEST).contains(&range.len()) && *told < base + end as u64 {
                *told = base + end as u64;
                if let Some(value) = bytes.get(range.clone()).and_then(wallet::of) {
                    take(Lead { kind: Kind::Wallet, value, range }, false);
                }
            }
            // A run that ended can only be followed by one that begins behind its end; one that is too long goes on.
            at = if end - at > LONGEST { end } else { end + SHORTEST };
        }
    }

    #[cold]
    fn wide(&mut self, bytes: &[u8], at: usize, base: u64, take: &mut impl FnMut(Lead, bool)) {
        let range = around(bytes, at, 2);
        let end = base + range.end as u64;
        if !(2 * SHORTEST..=2 * LONGEST).contains(&range.len()) || self.wide_end >= end {
            return;
        }
        self.wide_end = end;
        let run: Vec<u8> = bytes.get(range.clone()).unwrap_or_default().iter().copied().step_by(2).collect();
        if let Some(value) = wallet::of(&run) {
            take(Lead { kind: Kind::Wallet, value, range }, true);
        }
    }
}

/// The run around the letter or digit at `at`, each `step` bytes long, one more than the longest on either side at most.
fn around(bytes: &[u8], at: usize, step: usize) -> Range<usize> {
    let unit = |place: usize| {
        let more = step == 1 || bytes.get(place + 1) == Some(&0);
        more && bytes.get(place).is_some_and(u8::is_ascii_alphanumeric)
    };
    let (mut start, mut end) = (at, at + step);
    while at - start <= LONGEST * step && start >= step && unit(start - step) {
        start -= step;
    }
    while end - at <= LONGEST * step && unit(end) {
        end += step;
    }
    start..end
}
