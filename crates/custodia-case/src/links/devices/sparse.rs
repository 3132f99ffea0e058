//! What pairs of devices have of numbers that few devices have: each number gets one bit for each device, and pairs are counted
//! from the bits, a stretch of numbers at a time.

use std::collections::HashMap;

/// The numbers of every device, each list ascending.
pub struct Lists(Vec<Vec<i64>>);

/// Numbers of all devices that are counted together: their table and their bits stay in the cache of a core, where a table of all
/// numbers would cost a way into memory for each.
const TOGETHER: usize = 1 << 15;

impl Lists {
    /// No numbers of so many devices.
    pub fn new(devices: usize) -> Lists {
        Lists(vec![Vec::new(); devices])
    }

    /// Adds a number.
    pub fn push(&mut self, device: usize, number: i64) {
        let list = &mut self.0[device];
        if list.last() != Some(&number) {
            list.push(number);
        }
    }

    /// Adds numbers.
    pub fn extend(&mut self, device: usize, numbers: &[i64]) {
        let list = &mut self.0[device];
        let Some(first) = numbers.first() else { return };
        let mut last = list.last().copied().unwrap_or(!first);
        let mut end = list.len();
        list.resize(end + numbers.len(), 0);
        // Whether a number repeats the one before it is as likely as not, so it is counted, not branched upon.
        for number in numbers {
            list[end] = *number;
            end += usize::from(*number != last);
            last = *number;
        }
        list.truncate(end);
    }

    /// What is held of a device, which then holds nothing.
    pub fn take(&mut self, device: usize) -> Vec<i64> {
        std::mem::take(&mut self.0[device])
    }

    /// For each pair of devices, the smaller first, how many numbers both have.
    pub fn pairs(mut self) -> Vec<u32> {
        let lists = &mut self.0;
        // Bundles hold them ascending; accounts that are one person's, and those of earlier versions, may come in any order.
        for list in lists.iter_mut().filter(|list| !list.is_sorted()) {
            list.sort_unstable();
            list.dedup();
        }
        let all: usize = lists.iter().map(Vec::len).sum();
        let parts = all / TOGETHER + 1;
        let mut sample: Vec<i64> = lists.iter().flat_map(|list| list.iter().step_by(61)).copied().collect();
        sample.sort_unstable();
        let mut bounds: Vec<i64> =
            (1..parts).filter_map(|part| sample.get(part * sample.len() / parts)).copied().collect();
        bounds.dedup();
        let mut begun = vec![0; lists.len()];
        let mut bits = Bits::new(lists.len());
        for bound in bounds.into_iter().map(Some).chain([None]) {
            for (device, (list, begun)) in lists.iter().zip(&mut begun).enumerate() {
                let rest = &list[*begun..];
                let count = bound.map_or(rest.len(), |bound| below(rest, bound));
                rest[..count].iter().for_each(|number| bits.set(*number, device));
                *begun += count;
            }
            bits.count();
        }
        bits.pairs()
    }
}

/// For each number one bit for each device: an open table, because the map of the standard library takes three times as long.
struct Bits {
    devices: usize,
    /// Numbers with the row of their bits, from 1; 0 is an empty slot. Side by side: one look into memory finds both.
    slots: Vec<(i64, u32)>,
    /// Numbers that found no slot near their place: evidence may choose its numbers so that all want the same.
    crowded: HashMap<i64, u32, ahash::RandomState>,
    /// The bits of one number after the other, 64 devices a word.
    bits: Vec<u64>,
    /// Words of one number.
    words: usize,
    held: usize,
    /// Numbers that many have, turned round: for each device a bit for each of up to 64 numbers.
    turned: Vec<u64>,
    filled: usize,
    pairs: Vec<u32>,
    having: Vec<usize>,
}

/// Slots that are looked at for a number.
const NEAR: usize = 128;

impl Bits {
    fn new(devices: usize) -> Bits {
        Bits {
            devices,
            slots: vec![(0, 0); 1 << 10],
            crowded: HashMap::default(),
            bits: Vec::new(),
            words: devices.div_ceil(64).max(1),
            held: 0,
            turned: vec![0; devices],
            filled: 0,
            pairs: vec![0; devices * devices],
            having: Vec::with_capacity(devices),
        }
    }

    /// The slot that holds a number, or the empty one where it would stand.
    #[inline]
    fn slot(&self, number: i64) -> Option<usize> {
        let mask = self.slots.len() - 1;
        let place = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        (0..NEAR).map(|step| (place as usize + step) & mask).find(|slot| {
            let (held, row) = self.slots[*slot];
            row == 0 || held == number
        })
    }

    /// The row of a number's bits, from 1; `next` for one that is new.
    #[inline]
    fn row(&mut self, number: i64, next: u32) -> u32 {
        let slot = self.slot(number);
        if let Some(slot) = slot
            && self.slots[slot].1 != 0
        {
            return self.slots[slot].1;
        }
        if !self.crowded.is_empty()
            && let Some(row) = self.crowded.get(&number)
        {
            return *row;
        }
        match slot {
            Some(slot) => self.slots[slot] = (number, next),
            None => {
                self.crowded.insert(number, next);
            }
        }
        next
    }

    #[inline]
    fn set(&mut self, number: i64, device: usize) {
        let row = self.row(number, self.held as u32 + 1) as usize;
        if row > self.held {
            self.held = row;
            self.bits.resize(row * self.words, 0);
            if self.held * 2 >= self.slots.len() {
                self.grow();
            }
        }
        self.bits[(row - 1) * self.words + device / 64] |= 1 << (device % 64);
    }

    #[cold]
    fn grow(&mut self) {
        let slots = vec![(0, 0); self.slots.len() * 2];
        for (number, row) in std::mem::replace(&mut self.slots, slots).into_iter().filter(|(_, row)| *row != 0) {
            self.row(number, row);
        }
    }

    /// Counts the numbers held into the pairs and forgets them. What few devices have is counted pair by pair; what many have is
    /// turned round, 64 numbers at a time, so that one instruction counts all of them for a pair.
    fn count(&mut self) {
        for row in self.bits.chunks_exact(self.words) {
            self.having.clear();
            for (word, bits) in row.iter().enumerate() {
                let mut bits = *bits;
                while bits != 0 {
                    self.having.push(word * 64 + bits.trailing_zeros() as usize);
                    bits &= bits - 1;
                }
            }
            // Pairs of those that have it, against a 64th of all pairs.
            if self.having.len() * 8 > self.devices {
                self.having.iter().for_each(|device| self.turned[*device] |= 1 << self.filled);
                self.filled += 1;
                if self.filled == 64 {
                    count(&mut self.turned, &mut self.pairs);
                    self.filled = 0;
                }
                continue;
            }
            for (place, a) in self.having.iter().enumerate() {
                let counts = &mut self.pairs[a * self.devices..(a + 1) * self.devices];
                for b in &self.having[place + 1..] {
                    counts[*b] += 1;
                }
            }
        }
        self.slots.fill((0, 0));
        self.crowded.clear();
        self.bits.clear();
        self.held = 0;
    }

    /// For each pair of devices, the smaller first, how many numbers both have.
    fn pairs(mut self) -> Vec<u32> {
        count(&mut self.turned, &mut self.pairs);
        self.pairs
    }
}

/// Adds what pairs of devices have of 64 numbers, one bit each, and empties the bits.
#[inline(never)]
fn count(turned: &mut [u64], pairs: &mut [u32]) {
    let devices = turned.len();
    for (a, bits) in turned.iter().enumerate().filter(|(_, bits)| **bits != 0) {
        // Slices of one length, so that the compiler counts several pairs at a time.
        let (others, counts) = (&turned[a + 1..], &mut pairs[a * devices + a + 1..(a + 1) * devices]);
        for (count, both) in counts.iter_mut().zip(others) {
            *count += (bits & both).count_ones();
        }
    }
    turned.fill(0);
}

/// How many numbers of an ascending list lie below a bound that is not far from its beginning.
fn below(list: &[i64], bound: i64) -> usize {
    let mut end = 64;
    while list.get(end - 1).is_some_and(|number| *number < bound) {
        end *= 2;
    }
    // All before the last place that was looked at are below.
    let begin = if end > 64 { end / 2 } else { 0 };
    begin + list[begin..end.min(list.len())].partition_point(|number| *number < bound)
}

#[cfg(test)]
mod tests {
    use super::{Lists, below};

    #[test]
    fn a_bound_is_found_from_the_beginning() {
        let list: Vec<i64> = (0..1000).map(|number| number * 2).collect();
        for bound in [-1, 0, 1, 126, 127, 128, 129, 254, 256, 258, 1998, 1999, 5000] {
            assert_eq!(below(&list, bound), list.partition_point(|number| *number < bound), "{bound}");
        }
        assert_eq!(below(&[], 3), 0);
    }

    /// Numbers that few, many and all of 70 devices have, near each other and far apart, counted by what the words say.
    #[test]
    fn pairs_are_counted_whatever_their_number() {
        let has = |number: i64, device: usize| match number % 3 {
            0 => device as i64 % 35 == number % 35,
            1 => (device as i64 * 7 + number) % 3 != 0,
            _ => true,
        };
        // In their order and against it.
        for apart in [1, i64::MAX / 6000, -1, 1 << 40] {
            let mut lists = Lists::new(70);
            for device in 0..70 {
                let numbers: Vec<i64> = (0..6000).filter(|n| has(*n, device)).map(|number| number * apart).collect();
                let (some, rest) = numbers.split_at(numbers.len() / 3);
                some.iter().for_each(|number| lists.push(device, *number));
                // The same numbers once more, as tables of several rows a number hold them.
                lists.extend(device, some.last().map_or(&[], std::slice::from_ref));
                rest.chunks(500).for_each(|numbers| lists.extend(device, numbers));
            }
            let pairs = lists.pairs();
            for (a, b) in [(0, 35), (0, 1), (3, 69), (64, 65)] {
                let expected = (0..6000).filter(|n| has(*n, a) && has(*n, b)).count() as u32;
                assert_eq!((pairs[a * 70 + b], pairs[b * 70 + a]), (expected, 0), "{a} {b} {apart}");
            }
        }
    }
}
