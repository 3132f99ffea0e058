//! SHA-1 and SHA-256 of one stream, block by block side by side.
//!
//! The SHA instructions have a long latency and both digests form one chain of dependent steps. Alternating every
//! block lets the processor overlap the two chains: measured 1.37 GB/s for both against 0.93 GB/s one after the other.

use sha1::block_api::compress as compress_sha1;
use sha2::block_api::compress256;

use super::blocks::{BLOCK, Blocks};

/// FIPS 180-4, section 5.3.1.
const SHA1_START: [u32; 5] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
/// FIPS 180-4, section 5.3.3.
const SHA256_START: [u32; 8] =
    [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

/// The words of both digests.
#[derive(Clone)]
pub(super) struct Words {
    pub(super) sha1: [u32; 5],
    pub(super) sha256: [u32; 8],
}

impl Words {
    pub(super) fn new() -> Words {
        Words { sha1: SHA1_START, sha256: SHA256_START }
    }

    #[inline]
    pub(super) fn compress(&mut self, blocks: &[[u8; BLOCK]]) {
        for block in blocks.chunks(1) {
            compress_sha1(&mut self.sha1, block);
            compress256(&mut self.sha256, block);
        }
    }

    /// The digests, after the last block.
    pub(super) fn digests(&self) -> ([u8; 20], [u8; 32]) {
        let (mut sha1, mut sha256) = ([0; 20], [0; 32]);
        for (into, word) in sha1.chunks_exact_mut(4).zip(self.sha1) {
            into.copy_from_slice(&word.to_be_bytes());
        }
        for (into, word) in sha256.chunks_exact_mut(4).zip(self.sha256) {
            into.copy_from_slice(&word.to_be_bytes());
        }
        (sha1, sha256)
    }
}

/// Running SHA-1 and SHA-256 of one stream.
#[derive(Clone)]
pub(super) struct Sha {
    words: Words,
    blocks: Blocks,
}

impl Sha {
    pub(super) fn new() -> Sha {
        Sha { words: Words::new(), blocks: Blocks::new() }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.blocks.cut(bytes, |blocks| self.words.compress(blocks));
    }

    pub(super) fn finish(mut self) -> ([u8; 20], [u8; 32]) {
        let (last, used) = self.blocks.last(u64::to_be_bytes);
        self.words.compress(&last[..used]);
        self.words.digests()
    }
}
