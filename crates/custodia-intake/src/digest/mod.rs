//! Three digests in one read, many files in flight.
//!
//! MD5 is the slowest digest of a single stream and nearly free across sixteen: [`Lanes`] keeps many files in
//! flight and hashes their MD5 in SIMD lanes; [`Hasher`] takes a stream that is read alone and goes forward with all three digests
//! at once. [`tree`] digests a folder.

use blocks::Blocks;
use custodia_model::Digests;

mod blocks;
#[cfg(target_arch = "x86_64")]
mod braid;
mod lanes;
mod md5;
mod queue;
mod rounds;
mod sha;
mod tree;

pub use lanes::{Feed, IN_FLIGHT, Lanes};
pub(crate) use queue::{Queue, Turn};
pub use tree::{Hashed, tree};

/// Files above this size are large: they are begun first, and only a few at once.
pub const SMALL: u64 = 8 << 20;

/// The three digests of one stream.
#[derive(Clone)]
pub struct Hasher {
    md5: [u32; 4],
    sha: sha::Words,
    blocks: Blocks,
}

impl Default for Hasher {
    fn default() -> Hasher {
        Hasher::new()
    }
}

impl Hasher {
    /// Nothing read yet.
    pub fn new() -> Hasher {
        Hasher { md5: rounds::START, sha: sha::Words::new(), blocks: Blocks::new() }
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.blocks.cut(bytes, |blocks| {
            #[cfg(target_arch = "x86_64")]
            if braid::compress(&mut self.md5, &mut self.sha, blocks) {
                return;
            }
            one_by_one(&mut self.md5, &mut self.sha, blocks);
        });
    }

    /// The digests of everything taken.
    pub fn finish(mut self) -> Digests {
        let (last, used) = self.blocks.last(u64::to_le_bytes);
        rounds::compress(&mut self.md5, &last[..used]);
        let mut md5 = [0; 16];
        for (into, word) in md5.chunks_exact_mut(4).zip(self.md5) {
            into.copy_from_slice(&word.to_le_bytes());
        }
        let (last, used) = self.blocks.last(u64::to_be_bytes);
        self.sha.compress(&last[..used]);
        let (sha1, sha256) = self.sha.digests();
        Digests { md5, sha1, sha256 }
    }

    /// The digests of these bytes.
    pub fn of(bytes: &[u8]) -> Digests {
        let mut hasher = Hasher::new();
        hasher.update(bytes);
        hasher.finish()
    }
}

/// The three digests of each block one after the other: for processors without the instructions of [`braid`].
fn one_by_one(md5: &mut [u32; 4], sha: &mut sha::Words, blocks: &[[u8; blocks::BLOCK]]) {
    for block in blocks.chunks(1) {
        rounds::compress(md5, block);
        sha.compress(block);
    }
}

#[cfg(test)]
mod tests;
