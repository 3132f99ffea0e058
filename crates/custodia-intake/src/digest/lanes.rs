//! Many files in flight on one thread: MD5 in SIMD lanes, both SHAs on the same chunk while it is in the cache.

use std::io;

use custodia_model::Digests;
use md5_many::Md5State;

use super::Hasher;
use super::md5::Md5Lanes;
use super::sha::Sha;

/// Files in flight on one thread. AVX-512 has 16 lanes and two interleaved groups hide its latency; AVX2 has 8.
pub const IN_FLIGHT: usize = 32;

/// Bytes taken from each file in a round when all 32 are in flight: all of them stay in a second-level cache of 1 MiB.
const CHUNK: usize = 16 << 10;

/// The most that is taken from one file in a round. A call into the kernel for so much costs half as much for each byte as
/// for 16 kB, and it still stays in the cache while three digests pass over it.
const MOST: usize = 128 << 10;

/// A file in flight.
pub trait Feed {
    /// Fills `into` from the next bytes of the content; fewer bytes than asked for mean its end.
    fn fill(&mut self, into: &mut [u8]) -> io::Result<usize>;

    /// Whether it is one of so few large contents that lanes would mostly stand empty while it is read.
    fn alone(&self) -> bool {
        false
    }
}

/// The engine of one thread with its buffers, to be used again and again.
pub struct Lanes {
    md5: Md5Lanes,
    buffers: Vec<u8>,
}

impl Default for Lanes {
    fn default() -> Lanes {
        Lanes::new()
    }
}

struct Slot<F> {
    feed: F,
    digests: Running,
    /// Why the content ends here, when it does.
    ended: Option<io::Result<()>>,
}

/// What is digested beside the lanes.
enum Running {
    /// Both SHAs; MD5 goes forward in a lane.
    Sha(Sha),
    /// All three, and the lane of the content stays empty.
    All(Box<Hasher>),
}

impl Running {
    fn new(alone: bool) -> Running {
        if alone { Running::All(Box::default()) } else { Running::Sha(Sha::new()) }
    }

    /// Takes the bytes of a round; gives those that are left for a lane.
    fn update<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        match self {
            Running::Sha(sha) => {
                sha.update(bytes);
                bytes
            }
            Running::All(hasher) => {
                hasher.update(bytes);
                &[]
            }
        }
    }

    /// The digests, `md5` being what the lane came to.
    fn finish(self, md5: [u8; 16]) -> Digests {
        match self {
            Running::Sha(sha) => {
                let (sha1, sha256) = sha.finish();
                Digests { md5, sha1, sha256 }
            }
            Running::All(hasher) => hasher.finish(),
        }
    }
}

impl Lanes {
    /// Takes half a megabyte for buffers.
    pub fn new() -> Lanes {
        Lanes { md5: Md5Lanes::new(), buffers: vec![0; IN_FLIGHT * CHUNK] }
    }

    /// Digests every file that `next` gives, and hands each back with its digests, or with the error that ended it,
    /// in the order in which they end. When `next` gives none it is asked again after a file has ended, and not any
    /// more when none is in flight.
    pub fn run<F: Feed>(&mut self, mut next: impl FnMut() -> Option<F>, mut done: impl FnMut(F, io::Result<Digests>)) {
        let mut slots: Vec<Slot<F>> = Vec::with_capacity(IN_FLIGHT);
        // Beside the slots and in their order, because the engine wants them in one slice.
        let mut states: Vec<Md5State> = Vec::with_capacity(IN_FLIGHT);
        let mut ask = true;
        loop {
            while ask && slots.len() < IN_FLIGHT {
                match next() {
                    Some(feed) => {
                        let digests = Running::new(feed.alone());
                        slots.push(Slot { feed, digests, ended: None });
                        states.push(Md5State::new());
                    }
                    None => ask = false,
                }
            }
            if slots.is_empty() {
                return;
            }
            let chunk = (self.buffers.len() / slots.len().next_power_of_two()).min(MOST);
            let mut inputs: [&[u8]; IN_FLIGHT] = [&[]; IN_FLIGHT];
            let buffers = self.buffers.chunks_exact_mut(chunk);
            for ((slot, input), buffer) in slots.iter_mut().zip(&mut inputs).zip(buffers) {
                match slot.feed.fill(buffer) {
                    Ok(length) => {
                        let bytes: &[u8] = buffer;
                        *input = slot.digests.update(&bytes[..length]);
                        if length < chunk {
                            slot.ended = Some(Ok(()));
                        }
                    }
                    Err(error) => slot.ended = Some(Err(error)),
                }
            }
            self.md5.update(&mut states, &inputs[..slots.len()]);
            let before = slots.len();
            self.hand_back(&mut slots, &mut states, &mut done);
            ask |= slots.len() < before;
        }
    }

    fn hand_back<F: Feed>(
        &self,
        slots: &mut Vec<Slot<F>>,
        states: &mut Vec<Md5State>,
        done: &mut impl FnMut(F, io::Result<Digests>),
    ) {
        let mut ended = [Md5State::new(); IN_FLIGHT];
        let mut digests = [[0; 16]; IN_FLIGHT];
        let mut count = 0;
        for (slot, state) in slots.iter().zip(states.iter()) {
            if slot.ended.is_some() {
                ended[count] = *state;
                count += 1;
            }
        }
        self.md5.finish(&ended[..count], &mut digests[..count]);
        // From the back, so that what takes a freed place has been looked at already.
        for place in (0..slots.len()).rev() {
            if slots[place].ended.is_none() {
                continue;
            }
            count -= 1;
            states.swap_remove(place);
            let Slot { feed, digests: running, ended } = slots.swap_remove(place);
            match ended {
                Some(Err(error)) => done(feed, Err(error)),
                _ => done(feed, Ok(running.finish(digests[count]))),
            }
        }
    }
}
