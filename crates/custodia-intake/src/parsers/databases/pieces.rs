//! Traces in pieces of a file that come one after the other.

use crate::scan::{Found, Scanner};

/// Traces that are kept; what says more is looked at again, one gap at a time.
const MOST: usize = 10_000;

/// Looks through pieces of a file as they come, in ascending order. Those that touch are looked through as one.
#[derive(Default)]
pub struct Pieces {
    /// Where what the scanner was fed begins and ends.
    begin: u64,
    end: u64,
    scanner: Scanner,
    found: Vec<(u64, Found)>,
}

impl Pieces {
    /// Takes the piece that stands at this byte.
    pub fn take(&mut self, at: u64, bytes: &[u8]) {
        if at != self.end {
            self.close();
            self.begin = at;
        }
        self.end = at.saturating_add(bytes.len() as u64);
        let (begin, found) = (self.begin, &mut self.found);
        self.scanner.feed(bytes, &mut |one| keep(found, begin, one));
    }

    /// What was found, with the byte at which it begins; none where that is too much.
    pub fn found(mut self) -> Option<Vec<(u64, Found)>> {
        self.close();
        (self.found.len() <= MOST).then_some(self.found)
    }

    fn close(&mut self) {
        let (begin, found) = (self.begin, &mut self.found);
        std::mem::take(&mut self.scanner).finish(&mut |one| keep(found, begin, one));
    }
}

fn keep(found: &mut Vec<(u64, Found)>, begin: u64, one: Found) {
    if found.len() <= MOST {
        found.push((begin.saturating_add(one.offset), one));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_that_touch_are_one() {
        let mut pieces = Pieces::default();
        pieces.take(100, b"see https://circle.exam");
        pieces.take(123, b"ple/one or ");
        pieces.take(200, b"ple/two and mail square@circle.example");
        let found = pieces.found().unwrap();
        let found: Vec<(u64, &str)> = found.iter().map(|(at, one)| (*at, one.value.as_str())).collect();
        assert_eq!(found, [(104, "https://circle.example/one"), (217, "square@circle.example")]);
    }

    #[test]
    fn too_many_are_too_many() {
        let mut pieces = Pieces::default();
        for at in 0..=MOST as u64 {
            pieces.take(at * 100, format!("https://circle.example/{at}").as_bytes());
        }
        assert!(pieces.found().is_none());
    }
}
