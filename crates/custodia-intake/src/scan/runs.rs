//! Long runs of letters and digits, ASCII or UTF-16LE.
//!
//! Every run of 26 covers 8 bytes that begin at a multiple of 16, and every run of 26 in UTF-16LE covers 16 that begin at a
//! multiple of 32; so only those are looked at, 8 at a time as one number.

use std::ops::Range;

use super::wallet::{self, LONGEST, SHORTEST};
use super::{Kind, Lead, encoded};

/// Distance between the words that are looked at, and between those of UTF-16LE.
const STEP: usize = 16;
const WIDE_STEP: usize = 32;

/// Looks through bytes that come window by window. A run is told once, though two windows meet it.
#[derive(Default)]
pub(super) struct Runs {
    /// Ends of the last runs that were looked at, counted from the first byte of all.
    narrow_end: u64,
    wide_end: u64,
}

impl Runs {
    /// Hands out every wallet whose run covers a word in `window`, and whether it is written in UTF-16LE. `base` is the place
    /// of the first of `bytes`; around the window stand enough bytes for the longest run, where there are any.
    pub fn look(&mut self, bytes: &[u8], window: Range<usize>, base: u64, take: &mut impl FnMut(Lead, bool)) {
        for at in window.step_by(STEP) {
            let Some(word) = word(bytes, at) else { return };
            if word & EVERY_SECOND == 0 || word & !EVERY_SECOND == 0 {
                if word != 0 && (base + at as u64).is_multiple_of(WIDE_STEP as u64) {
                    self.wide(bytes, at, base, take);
                }
            } else if all_alphanumeric(word) && goes_on(bytes, at) && base + at as u64 >= self.narrow_end {
                self.narrow(bytes, at, base, take);
            }
        }
    }

    fn narrow(&mut self, bytes: &[u8], at: usize, base: u64, take: &mut impl FnMut(Lead, bool)) {
        let mut range = around(bytes, at, 1);
        if range.end - at > LONGEST {
            // Too long for any wallet: to its end in large steps.
            while word(bytes, range.end).is_some_and(all_alphanumeric) {
                range.end += 8;
            }
        }
        self.narrow_end = base + range.end as u64;
        // Its first letters may be those of a sign that is written by its number.
        let sign = encoded::overlap(bytes, range.start);
        for start in [range.start, range.start + sign].into_iter().take(1 + usize::from(sign > 0)) {
            let range = start..range.end;
            if (SHORTEST..=LONGEST).contains(&range.len())
                && let Some(value) = bytes.get(range.clone()).and_then(wallet::of)
            {
                return take(Lead { kind: Kind::Wallet, value, range }, false);
            }
        }
    }

    fn wide(&mut self, bytes: &[u8], at: usize, base: u64, take: &mut impl FnMut(Lead, bool)) {
        let place = base + at as u64;
        let (Some(one), Some(two)) = (word(bytes, at), word(bytes, at + 8)) else { return };
        // Letters stand first, or the zero of one that began before.
        let zeros = if one & EVERY_SECOND == 0 { EVERY_SECOND } else { !EVERY_SECOND };
        let letters = |word: u64| word & zeros == 0 && all_alphanumeric(word | (zeros & LETTERS));
        if place < self.wide_end || !letters(one) || !letters(two) {
            return;
        }
        let range = around(bytes, at + usize::from(zeros != EVERY_SECOND), 2);
        self.wide_end = base + range.end as u64;
        if (2 * SHORTEST..=2 * LONGEST).contains(&range.len()) {
            let run: Vec<u8> = bytes.get(range.clone()).unwrap_or_default().iter().copied().step_by(2).collect();
            if let Some(value) = wallet::of(&run) {
                take(Lead { kind: Kind::Wallet, value, range }, true);
            }
        }
    }
}

/// Every second byte of a word, beginning with the second: where the zeros of UTF-16LE stand when a letter stands first.
const EVERY_SECOND: u64 = 0xff00_ff00_ff00_ff00;

/// A letter in each byte.
const LETTERS: u64 = u64::from_ne_bytes([b'a'; 8]);

/// The 8 bytes at a place as one number, the first lowest.
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

/// Whether each of 8 bytes is an ASCII letter or digit. The top bit of each byte tells whether an addition reached it, which
/// no byte passes on to the next because none has it at the beginning.
fn all_alphanumeric(word: u64) -> bool {
    const fn each(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    const TOP: u64 = each(0x80);
    if word & TOP != 0 {
        return false;
    }
    let from = |word: u64, first: u8| word + each(0x80 - first);
    let lower = word | each(0x20);
    let letter = from(lower, b'a') & !from(lower, b'z' + 1);
    let digit = from(word, b'0') & !from(word, b'9' + 1);
    (letter | digit) & TOP == TOP
}

/// Whether the 8 bytes before or behind those at a place are letters and digits too: a run of 26 around 8 of its bytes has 9 more on one
/// side at least.
fn goes_on(bytes: &[u8], at: usize) -> bool {
    let is = |at: usize| word(bytes, at).is_some_and(all_alphanumeric);
    is(at + 8) || at.checked_sub(8).is_some_and(is)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_alone() {
        for byte in 0..=255u8 {
            for place in 0..8 {
                let mut bytes = *b"aZ09zA5m";
                bytes[place] = byte;
                assert_eq!(all_alphanumeric(u64::from_le_bytes(bytes)), byte.is_ascii_alphanumeric(), "{byte} {place}");
            }
        }
    }

    /// A wallet is found wherever it stands, in both encodings.
    #[test]
    fn anywhere() {
        for wallet in ["1111111111111111111114oLvT2", "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359"] {
            for pad in 0..140 {
                for wide in [false, true] {
                    let mut bytes = vec![b' '; pad];
                    bytes.extend(wallet.bytes().flat_map(|byte| [byte, 0].into_iter().take(1 + usize::from(wide))));
                    let mut found = Vec::new();
                    let all = 0..bytes.len();
                    Runs::default().look(&bytes, all, 0, &mut |lead, wide| found.push((lead.value, wide)));
                    assert_eq!(found, [(wallet.to_owned(), wide)], "{pad}");
                }
            }
        }
    }
}
