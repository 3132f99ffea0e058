//! AES-256-GCM with a nonce of 16 bytes (NIST SP 800-38D), in pieces: a backup of any size is authenticated in one pass, and
//! decrypted in another, without being in memory.

use std::io::{self, Read};

use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt, KeyInit, KeyIvInit, StreamCipher};
use ghash::GHash;
use ghash::universal_hash::UniversalHash;

use crate::bytes::Bytes;

/// Bytes of a block.
pub(super) const BLOCK: usize = 16;

type Counter = ctr::Ctr32BE<Aes256>;

/// A key, before any nonce.
pub(super) struct Cipher {
    key: [u8; 32],
    aes: Aes256,
    ghash: GHash,
}

/// A key and a nonce.
pub(super) struct Gcm<'a> {
    cipher: &'a Cipher,
    first: [u8; BLOCK],
}

impl Cipher {
    pub(super) fn new(key: &[u8; 32]) -> Cipher {
        let aes = Aes256::new(key.into());
        let mut hash_key = aes::Block::default();
        aes.encrypt_block(&mut hash_key);
        Cipher { key: *key, ghash: GHash::new(&hash_key), aes }
    }

    /// A nonce that is not 12 bytes is hashed to the first counter block (section 7.1, step 2).
    pub(super) fn with(&self, nonce: &[u8; BLOCK]) -> Gcm<'_> {
        let mut ghash = self.ghash.clone();
        let mut length = [0; BLOCK];
        length[8..].copy_from_slice(&(8 * BLOCK as u64).to_be_bytes());
        ghash.update(&[(*nonce).into(), length.into()]);
        Gcm { cipher: self, first: ghash.finalize().into() }
    }
}

impl Gcm<'_> {
    /// The hash of no ciphertext, to be given the whole of it.
    pub(super) fn hash(&self) -> GHash {
        self.cipher.ghash.clone()
    }

    /// The tag of a ciphertext of that many bytes that was hashed.
    pub(super) fn tag(&self, mut hash: GHash, length: u64) -> [u8; BLOCK] {
        let mut lengths = [0; BLOCK];
        lengths[8..].copy_from_slice(&length.saturating_mul(8).to_be_bytes());
        hash.update(&[lengths.into()]);
        let mut mask = self.first.into();
        self.cipher.aes.encrypt_block(&mut mask);
        let hashed: [u8; BLOCK] = hash.finalize().into();
        std::array::from_fn(|at| hashed[at] ^ mask[at])
    }

    /// What the first bytes of the plaintext are made with.
    pub(super) fn first_mask(&self) -> [u8; BLOCK] {
        let mut block = self.first;
        let counter = u32::from_be_bytes([block[12], block[13], block[14], block[15]]).wrapping_add(1);
        block[12..].copy_from_slice(&counter.to_be_bytes());
        let mut block = block.into();
        self.cipher.aes.encrypt_block(&mut block);
        block.into()
    }

    /// The plaintext of what lies from `from` to `to`.
    pub(super) fn plaintext(&self, bytes: Bytes, from: u64, to: u64) -> Plaintext {
        let mut counter = Counter::new(&self.cipher.key.into(), &self.first.into());
        // The first block made the tag.
        let _ = counter.try_apply_keystream(&mut [0; BLOCK]);
        Plaintext { bytes, at: from, end: to, counter }
    }
}

/// A ciphertext on its way to plaintext.
pub(super) struct Plaintext {
    bytes: Bytes,
    at: u64,
    end: u64,
    counter: Counter,
}

impl Read for Plaintext {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let want = left.min(into.len());
        let Some(into) = into.get_mut(..want).filter(|into| !into.is_empty()) else { return Ok(0) };
        let n = self.bytes.read_at(self.at, into)?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let read = into.get_mut(..n).unwrap_or_default();
        let spent = |_| io::Error::new(io::ErrorKind::InvalidData, "more bytes than one nonce may encrypt");
        self.counter.try_apply_keystream(read).map_err(spent)?;
        self.at += n as u64;
        Ok(n)
    }
}

impl crate::sources::Body for Plaintext {}
