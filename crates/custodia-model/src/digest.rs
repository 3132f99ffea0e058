//! The three digests every file of the evidence bears.

/// MD5, SHA-1 and SHA-256 of the same bytes, taken in one read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digests {
    /// For lists that know nothing better; never decides alone where SHA-256 is at hand.
    pub md5: [u8; 16],
    /// As MD5.
    pub sha1: [u8; 20],
    /// The identity of a file in this house.
    pub sha256: [u8; 32],
}

impl Digests {
    /// MD5 as 32 lower-case hex digits.
    pub fn md5_hex(&self) -> String {
        hex::encode(self.md5)
    }

    /// SHA-1 as 40 lower-case hex digits.
    pub fn sha1_hex(&self) -> String {
        hex::encode(self.sha1)
    }

    /// SHA-256 as 64 lower-case hex digits.
    pub fn sha256_hex(&self) -> String {
        hex::encode(self.sha256)
    }
}
