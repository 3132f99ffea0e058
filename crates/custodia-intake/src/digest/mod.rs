//! Three digests in one read, many files in flight.
//!
//! MD5 is the slowest digest of a single stream and nearly free across sixteen: [`Lanes`] keeps many files in
//! flight and hashes their MD5 in SIMD lanes; [`Hasher`] takes a stream that must be read alone and alternates the
//! three digests while the bytes are hot. [`tree`] digests a folder.

use custodia_model::Digests;
use md5_many::Md5State;

mod lanes;
mod md5;
mod queue;
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
    md5: Md5State,
    sha: sha::Sha,
}

impl Default for Hasher {
    fn default() -> Hasher {
        Hasher::new()
    }
}

impl Hasher {
    /// Nothing read yet.
    pub fn new() -> Hasher {
        Hasher { md5: Md5State::new(), sha: sha::Sha::new() }
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        alternate(&mut self.md5, &mut self.sha, bytes);
    }

    /// The digests of everything taken.
    pub fn finish(self) -> Digests {
        let (sha1, sha256) = self.sha.finish();
        Digests { md5: self.md5.finalize(), sha1, sha256 }
    }

    /// The digests of these bytes.
    pub fn of(bytes: &[u8]) -> Digests {
        let mut hasher = Hasher::new();
        hasher.update(bytes);
        hasher.finish()
    }
}

/// Appends to all three digests of one stream. Integer MD5 and the SHA instructions use different units of the processor;
/// alternating in steps this small lets it run the one while it waits for the other.
fn alternate(md5: &mut Md5State, sha: &mut sha::Sha, bytes: &[u8]) {
    for step in bytes.chunks(STEP) {
        md5.update(step);
        sha.update(step);
    }
}

/// Measured: 64 to 256 bytes do equally well.
const STEP: usize = 128;

#[cfg(test)]
mod tests;
