//! MD5 of many streams at once, in full SIMD groups.
//!
//! `md5-many` is fast for 8 and 16 streams that go the same number of blocks, and slower than one stream at a time
//! for most other shapes. Streams are therefore sorted by length, put into groups, and each group goes forward
//! together as far as its shortest member; empty lanes repeat a real stream and their result is dropped.

use md5_many::{Md5Many, Md5State};

use super::IN_FLIGHT;

const BLOCK: usize = 64;

/// Streams of a full group: the 16 lanes of AVX-512, or two interleaved groups of AVX2.
const GROUP: usize = 16;

/// Streams of a small group.
const SMALL_GROUP: usize = 8;

pub(super) struct Md5Lanes {
    engine: Md5Many,
}

impl Md5Lanes {
    pub(super) fn new() -> Md5Lanes {
        Md5Lanes { engine: Md5Many::new() }
    }

    /// Appends each input to its state. All states must have taken whole blocks so far, which holds when only the
    /// last input of a stream is no multiple of 64.
    pub(super) fn update(&self, states: &mut [Md5State], inputs: &[&[u8]]) {
        let mut order: [usize; IN_FLIGHT] = std::array::from_fn(|at| at);
        let count = states.len().min(inputs.len()).min(IN_FLIGHT);
        let order = &mut order[..count];
        // Longest first, so that members of a group end close to one another.
        order.sort_unstable_by_key(|&at| (std::cmp::Reverse(inputs[at].len()), at));
        for group in order.chunks(GROUP) {
            self.group(states, inputs, group);
        }
    }

    fn group(&self, states: &mut [Md5State], inputs: &[&[u8]], group: &[usize]) {
        let mut lanes = [Md5State::new(); GROUP];
        for (lane, &at) in lanes.iter_mut().zip(group) {
            *lane = states[at];
        }
        let whole = |at: usize| inputs[at].len() / BLOCK * BLOCK;
        let mut from = 0;
        let mut active = group.len();
        while active > 0 {
            // The shortest of those that are left; the group is sorted, so it is the last.
            let to = whole(group[active - 1]);
            if to > from {
                let mut parts: [&[u8]; GROUP] = [&[]; GROUP];
                for (part, &at) in parts.iter_mut().zip(&group[..active]) {
                    *part = &inputs[at][from..to];
                }
                self.forward(&mut lanes, &mut parts, active);
                from = to;
            }
            while active > 0 && whole(group[active - 1]) <= from {
                active -= 1;
            }
        }
        for (lane, &at) in lanes.iter_mut().zip(group) {
            lane.update(&inputs[at][whole(at)..]);
            states[at] = *lane;
        }
    }

    /// Appends parts of one length to the first `active` lanes.
    fn forward<'a>(&self, lanes: &mut [Md5State; GROUP], parts: &mut [&'a [u8]; GROUP], active: usize) {
        if active == 1 {
            return lanes[0].update(parts[0]);
        }
        let filled = if active <= SMALL_GROUP { SMALL_GROUP } else { GROUP };
        let before = *lanes;
        for lane in active..filled {
            lanes[lane] = lanes[0];
            parts[lane] = parts[0];
        }
        self.engine.update_many(&mut lanes[..filled], &parts[..filled]);
        lanes[active..].copy_from_slice(&before[active..]);
    }

    /// The digests of streams that have ended.
    pub(super) fn finish(&self, states: &[Md5State], digests: &mut [[u8; 16]]) {
        for (states, digests) in states.chunks(GROUP).zip(digests.chunks_mut(GROUP)) {
            if states.len() == 1 {
                digests[0] = states[0].finalize();
                continue;
            }
            let filled = if states.len() <= SMALL_GROUP { SMALL_GROUP } else { GROUP };
            let mut lanes = [states[0]; GROUP];
            lanes[..states.len()].copy_from_slice(states);
            let mut found = [[0; 16]; GROUP];
            self.engine.finalize_many(&lanes[..filled], &mut found[..filled]);
            digests[..states.len()].copy_from_slice(&found[..states.len()]);
        }
    }
}
