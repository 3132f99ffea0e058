//! What pairs of devices have of numbers that many devices have: a list of these numbers, and for each device one bit for each of
//! them, so that one instruction counts 64 of them for a pair.

use super::sparse::Lists;

/// Devices whose numbers say which are common.
pub const SAMPLE: usize = 16;

/// A number is common when so many of the sample have it: below about a tenth of all devices, counting pair by pair takes less.
const LEAST: usize = 3;

/// Numbers that many devices have.
pub struct Common {
    /// Ascending.
    numbers: Vec<i64>,
    /// For each cell of equal width between the first number and the last, the place of its first number; and one place more.
    cells: Vec<u32>,
    /// Bits of a number's distance from the first that the cells do not tell apart.
    shift: u32,
    /// The bits of one device after the other.
    bits: Vec<u64>,
    /// Words of one device.
    words: usize,
}

impl Common {
    /// The common numbers, when they are most of what the sample has; its lists are ascending and without doubles.
    pub fn of(sample: &[&[i64]], devices: usize) -> Option<Common> {
        let mut all = sample.concat();
        // Of ascending lists side by side: the stable sort merges them.
        all.sort();
        let (mut numbers, mut held) = (Vec::new(), 0);
        for equal in all.chunk_by(|a, b| a == b).filter(|equal| equal.len() >= LEAST) {
            numbers.push(equal[0]);
            held += equal.len();
        }
        if held * 2 < all.len() || numbers.is_empty() || u32::try_from(numbers.len()).is_err() {
            return None;
        }
        let (first, last) = (numbers[0], numbers[numbers.len() - 1]);
        let wanted = (numbers.len() as u64 * 4).next_power_of_two();
        let shift = (0..64).find(|shift| distance(first, last) >> shift < wanted).unwrap_or(63);
        let mut cells = Vec::new();
        for (place, number) in numbers.iter().enumerate() {
            let cell = (distance(first, *number) >> shift) as usize;
            cells.resize(cells.len().max(cell + 1), place as u32);
        }
        cells.push(numbers.len() as u32);
        let words = numbers.len().div_ceil(64);
        Some(Common { numbers, cells, shift, bits: vec![0; words * devices], words })
    }

    /// Takes a device's numbers, in any order; those that are not common go to `rest`.
    pub fn take(&mut self, device: usize, numbers: &[i64], rest: &mut Lists) {
        let bits = &mut self.bits[device * self.words..(device + 1) * self.words];
        let first = self.numbers[0];
        // Numbers ascend as a rule: bits of one word are gathered before they are written.
        let (mut word, mut held) = (0, 0);
        for number in numbers {
            // A number below the first is farther from it than any cell.
            let cell = (distance(first, *number) >> self.shift) as usize;
            let place = match self.cells.get(cell..cell.saturating_add(2)) {
                Some(&[begin, end]) => within(&self.numbers, begin as usize..end as usize, *number),
                _ => None,
            };
            let Some(place) = place else {
                rest.push(device, *number);
                continue;
            };
            if place / 64 != word {
                bits[word] |= held;
                (word, held) = (place / 64, 0);
            }
            held |= 1 << (place % 64);
        }
        bits[word] |= held;
    }

    /// Adds for each pair of devices, the smaller first, how many of the common numbers both have.
    pub fn add(&self, pairs: &mut [u32]) {
        let rows: Vec<&[u64]> = self.bits.chunks_exact(self.words).collect();
        for (a, row) in rows.iter().enumerate() {
            for (b, other) in rows.iter().enumerate().skip(a + 1) {
                pairs[a * rows.len() + b] += both(row, other);
            }
        }
    }
}

/// The place of a number among those of a cell.
#[inline]
fn within(numbers: &[i64], cell: std::ops::Range<usize>, number: i64) -> Option<usize> {
    let begin = cell.start;
    match &numbers[cell] {
        // Digests are spread evenly, so few cells have more than one.
        [] => None,
        [one] => (*one == number).then_some(begin),
        several => several.binary_search(&number).ok().map(|place| begin + place),
    }
}

/// How far a number lies above another, as an unsigned number: below it, nearly 2^64.
#[inline]
fn distance(from: i64, to: i64) -> u64 {
    to.wrapping_sub(from) as u64
}

/// Bits that both rows have.
#[inline(never)]
fn both(row: &[u64], other: &[u64]) -> u32 {
    row.iter().zip(other).map(|(a, b)| (a & b).count_ones()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers near each other, far apart, in clumps and at the ends of what a number may be.
    #[test]
    fn common_numbers_are_found_and_the_others_left() {
        let spread: Vec<i64> = (0..5000).map(|n: i64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64) >> 1).collect();
        let clumps: Vec<i64> = (0..5000).map(|n| (n / 1000) * 1_000_000_000_000 + n % 1000).collect();
        let ends: Vec<i64> = vec![i64::MIN, -1, 0, 1, i64::MAX - 1, i64::MAX];
        for mut numbers in [spread, clumps, ends, vec![7]] {
            numbers.sort_unstable();
            let mut common = Common::of(&[&numbers[..]; LEAST], 2).expect("all have them");
            let mut rest = Lists::new(2);
            let others: Vec<i64> =
                numbers.iter().map(|n| n ^ 2).filter(|n| numbers.binary_search(n).is_err()).collect();
            let backwards: Vec<i64> = numbers.iter().rev().step_by(2).chain(&others).copied().collect();
            common.take(0, &numbers, &mut rest);
            common.take(0, &others, &mut rest);
            common.take(1, &backwards, &mut rest);
            let mut pairs = vec![0; 4];
            common.add(&mut pairs);
            assert_eq!(pairs, [0, numbers.len().div_ceil(2) as u32, 0, 0]);
            assert_eq!((rest.take(0), rest.take(1)), (others.clone(), others));
        }
        let (few, alone): (Vec<i64>, Vec<i64>) = ((0..10).collect(), (100..200).collect());
        assert!(Common::of(&[&few, &few, &few, &alone], 4).is_none(), "most of what is held is held by one");
    }
}
