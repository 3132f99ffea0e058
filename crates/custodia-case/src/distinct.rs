//! Values of a column, each once, with a number for each: millions of rows name few accounts, chats and keys.

use std::cmp::Ordering;

use ahash::RandomState;
use hashbrown::HashTable;

/// Values, each once.
pub(crate) struct Distinct {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// A part of the hash of each value beside its number: a table that grows then reads no value again.
    table: HashTable<(u32, u32)>,
    /// Evidence chooses the values, so they are hashed with a secret.
    hasher: RandomState,
    last: u32,
}

impl Default for Distinct {
    fn default() -> Distinct {
        Distinct { bytes: Vec::new(), ends: Vec::new(), table: HashTable::new(), hasher: RandomState::new(), last: 0 }
    }
}

impl Distinct {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes that they take in memory, about.
    pub fn memory(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * 8 + self.table.capacity() * 9
    }

    /// The value with this place, which is its number less one.
    pub fn get(&self, place: u32) -> &[u8] {
        let place = place as usize;
        let from = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.bytes[from..self.ends[place]]
    }

    /// The number of a value, from 1.
    pub fn code(&mut self, value: &[u8]) -> u32 {
        if self.last > 0 && self.get(self.last - 1) == value {
            return self.last;
        }
        let hash = self.hasher.hash_one(value) as u32;
        let Distinct { bytes, ends, table, .. } = self;
        let get = |code: u32| {
            let place = code as usize - 1;
            &bytes[if place == 0 { 0 } else { ends[place - 1] }..ends[place]]
        };
        let found = table.find(spread(hash), |(other, code)| *other == hash && get(*code) == value);
        self.last = match found {
            Some((_, code)) => *code,
            None => {
                bytes.extend_from_slice(value);
                ends.push(bytes.len());
                let code = ends.len() as u32;
                table.insert_unique(spread(hash), (hash, code), |(hash, _)| spread(*hash));
                code
            }
        };
        self.last
    }

    /// The number of a value, from 1, if it is there.
    pub fn find(&self, value: &[u8]) -> Option<u32> {
        let hash = self.hasher.hash_one(value) as u32;
        let same = |(other, code): &(u32, u32)| *other == hash && self.get(*code - 1) == value;
        self.table.find(spread(hash), same).map(|(_, code)| *code)
    }

    /// Places in the order of their values, and for each number the new one, which stands in that order; 0 stays 0.
    pub fn ranks(&self) -> (Vec<u32>, Vec<u32>) {
        let mut heads: Vec<(u128, u32)> =
            (0..self.ends.len() as u32).map(|place| (head(self.get(place)), place)).collect();
        heads.sort_unstable_by(|a, b| self.ordered(*a, *b));
        let mut ranks = vec![0; heads.len() + 1];
        for (rank, (_, place)) in heads.iter().enumerate() {
            ranks[*place as usize + 1] = rank as u32 + 1;
        }
        (heads.into_iter().map(|(_, place)| place).collect(), ranks)
    }

    /// Compares two values by their beginnings, and by the rest where those are equal.
    #[inline]
    pub fn ordered(&self, (head, place): (u128, u32), (other_head, other): (u128, u32)) -> Ordering {
        head.cmp(&other_head).then_with(|| match place == other {
            true => Ordering::Equal,
            false => self.get(place).cmp(self.get(other)),
        })
    }
}

/// The table takes seven bits from the top of a hash and its place from the bottom.
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

/// The first sixteen bytes as a number that stands in the order of the values: comparing it spares most looks into memory.
#[inline]
pub(crate) fn head(value: &[u8]) -> u128 {
    let mut first = [0; 16];
    let length = value.len().min(16);
    first[..length].copy_from_slice(&value[..length]);
    u128::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::Distinct;

    #[test]
    fn ranks_are_in_the_order_of_the_bytes() {
        let mut values = Distinct::default();
        let words =
            ["b", "", "a", "sixteen letters and one", "sixteen letters and two", "sixteen letters ", "a\0", "b"];
        let codes: Vec<u32> = words.iter().map(|word| values.code(word.as_bytes())).collect();
        assert_eq!((codes[0], codes[7], values.len()), (1, 1, 7));
        let (sorted, ranks) = values.ranks();
        let texts: Vec<&[u8]> = sorted.iter().map(|place| values.get(*place)).collect();
        assert!(texts.is_sorted());
        assert!(sorted.iter().enumerate().all(|(rank, place)| ranks[*place as usize + 1] == rank as u32 + 1));
    }
}
