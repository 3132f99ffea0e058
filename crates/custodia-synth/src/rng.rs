//! Chance that is the same for ever: SplitMix64 (Steele, Lea, Flood 2014, public domain), keyed by purpose.
//!
//! Every decision is drawn from (seed, purpose, two numbers), so no decision depends on the order of the others
//! or on the thread that takes it.

/// What a stream of chance is for. The numbers are part of the format: a change changes every operation.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub enum For {
    /// Who exists.
    People = 1,
    /// Who enters and leaves a group.
    Group,
    /// When something is said.
    Clock,
    /// Who says what.
    Talk,
    /// The words of a message.
    Text,
    /// The key of a message or system row.
    Key,
    /// A picture.
    Picture,
    /// What a phone is.
    Device,
    /// How long a message travels to a phone.
    Travel,
    /// What a phone's owner deleted, starred, kept.
    Keep,
    /// Everything else a phone holds.
    Phone,
    /// Hash lists.
    Lists,
    /// Benchmarks.
    Bench,
    /// Salts of a write-ahead log.
    Salt,
    /// What is wrong with a phone or with what it tells.
    Flaw,
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A stream of chance.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// The stream of a purpose.
    pub fn new(seed: u64, purpose: For, a: u64, b: u64) -> Rng {
        let mut state = mix(seed.wrapping_add(STEP));
        for part in [purpose as u64, a, b] {
            state = mix(state.wrapping_add(STEP) ^ part.wrapping_mul(0xd6e8_feb8_6659_fd93));
        }
        Rng(state)
    }

    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(n)) >> 64) as u64
    }

    /// An index below `n`.
    pub fn index(&mut self, n: usize) -> usize {
        self.below(n as u64) as usize
    }

    /// True in `n` of 1,000 cases.
    pub fn per_mille(&mut self, n: u64) -> bool {
        self.below(1000) < n
    }

    /// A number from `low` up to and without `high`.
    pub fn range(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low))
    }

    /// One of a list that is not empty.
    pub fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.index(list.len())]
    }

    /// A number in 0..1. Only additions and multiplications follow, so every machine rounds alike.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Puts a list in another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.index(i + 1));
        }
    }

    /// Fills a buffer.
    pub fn fill(&mut self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let bits = self.bits().to_le_bytes();
            chunk.copy_from_slice(&bits[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// These numbers may never change: every operation ever given by its seed hangs on them.
    #[test]
    fn the_stream_is_the_same_for_ever() {
        let mut rng = Rng::new(7, For::Talk, 1, 2);
        assert_eq!(
            [rng.bits(), rng.bits(), rng.below(1000)],
            [5_125_902_211_467_540_494, 6_558_073_540_567_228_770, 359]
        );
    }
}
