//! AES-256-CBC (NIST SP 800-38A, section 6.2) read at any position: a block needs only the one before it, so a database is
//! opened where it lies, without a decrypted copy.

use std::io;
use std::sync::Arc;

use aes::Aes256;
use cbc::Decryptor;
use cipher::{Array, BlockModeDecrypt, KeyIvInit};

use crate::bytes::{Bytes, ReadAt};

const BLOCK: u64 = 16;

/// Bytes that are decrypted at a time.
const PIECE: u64 = 256 << 10;

/// A ciphertext, read as its plaintext.
pub(super) struct Plaintext {
    bytes: Bytes,
    /// Where the ciphertext begins.
    from: u64,
    key: [u8; 32],
    iv: [u8; 16],
    len: u64,
}

impl Plaintext {
    /// Everything from `from` on; a last block that is not whole is left out.
    pub(super) fn new(bytes: Bytes, from: u64, key: [u8; 32], iv: [u8; 16]) -> Plaintext {
        let len = bytes.len().saturating_sub(from) / BLOCK * BLOCK;
        Plaintext { bytes, from, key, iv, len }
    }

    /// The same, not longer than `len`.
    pub(super) fn cut(mut self, len: u64) -> Plaintext {
        self.len = self.len.min(len);
        self
    }

    /// The same without what fills the last block (PKCS #7); none when the last block is not filled so.
    pub(super) fn without_padding(self) -> io::Result<Option<Plaintext>> {
        let Some(last) = self.len.checked_sub(BLOCK) else { return Ok(None) };
        let mut block = [0; BLOCK as usize];
        self.read_at(last, &mut block)?;
        let filled = usize::from(block[15]);
        let right = (1..=block.len()).contains(&filled)
            && block.iter().rev().take(filled).all(|&byte| usize::from(byte) == filled);
        let len = self.len.checked_sub(filled as u64).filter(|_| right);
        Ok(len.map(|len| self.cut(len)))
    }

    /// For readers of positions.
    pub(super) fn shared(self) -> Bytes {
        Arc::new(self)
    }

    /// Decrypts whole blocks from `first` on, at most to `end`.
    fn piece(&self, first: u64, end: u64) -> io::Result<Vec<u8>> {
        let mut iv = self.iv;
        if let Some(before) = first.checked_sub(BLOCK)
            && self.bytes.read_at(self.from + before, &mut iv)? < iv.len()
        {
            return Ok(Vec::new());
        }
        let mut piece = vec![0; usize::try_from(end - first).unwrap_or(0)];
        let read = self.bytes.read_at(self.from + first, &mut piece)?;
        piece.truncate(read / BLOCK as usize * BLOCK as usize);
        let mut decryptor = Decryptor::<Aes256>::new(&self.key.into(), &iv.into());
        let (blocks, _) = Array::slice_as_chunks_mut(&mut piece);
        decryptor.decrypt_blocks(blocks);
        Ok(piece)
    }
}

impl ReadAt for Plaintext {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while done < into.len() && at.saturating_add(done as u64) < self.len {
            let at = at + done as u64;
            let first = at / BLOCK * BLOCK;
            let want = (into.len() - done) as u64;
            let last = at.saturating_add(want).min(self.len).min(first + PIECE);
            let piece = self.piece(first, last.next_multiple_of(BLOCK))?;
            let skip = usize::try_from(at - first).unwrap_or(0);
            let until = piece.len().min(usize::try_from(last - first).unwrap_or(0));
            let Some(plain) = piece.get(skip..until).filter(|plain| !plain.is_empty()) else { break };
            let Some(into) = into.get_mut(done..done + plain.len()) else { break };
            into.copy_from_slice(plain);
            done += plain.len();
        }
        Ok(done)
    }
}

/// Decrypts a short text whole; none when its length or what fills its last block is wrong.
pub(super) fn short(bytes: &[u8], key: [u8; 32], iv: [u8; 16]) -> Option<Vec<u8>> {
    if !bytes.len().is_multiple_of(BLOCK as usize) {
        return None;
    }
    let plain = Plaintext::new(Arc::new(bytes.to_vec()), 0, key, iv).without_padding().ok()??;
    let mut out = vec![0; usize::try_from(plain.len()).ok()?];
    plain.read_at(0, &mut out).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cipher::BlockModeEncrypt;
    use cipher::block_padding::Pkcs7;

    #[test]
    fn any_position_and_length() {
        let plain: Vec<u8> = (0..600_005u32).map(|at| (at % 251) as u8).collect();
        let sealed = cbc::Encryptor::<Aes256>::new(&[7; 32].into(), &[3; 16].into());
        let mut buffer = plain.clone();
        buffer.resize(plain.len() + 16, 0);
        let sealed = sealed.encrypt_padded::<Pkcs7>(&mut buffer, plain.len()).unwrap().to_vec();
        let whole = Plaintext::new(Arc::new([&b"head"[..], &sealed].concat()), 4, [7; 32], [3; 16]);
        assert_eq!(whole.len(), 600_016);
        let whole = whole.without_padding().unwrap().unwrap();
        assert_eq!(whole.len(), plain.len() as u64);
        for (at, length) in [(0, 1), (0, 600_005), (15, 2), (17, 300_000), (262_143, 3), (600_000, 100), (600_005, 1)] {
            let mut read = vec![0; length];
            let n = whole.read_at(at as u64, &mut read).unwrap();
            assert_eq!(read[..n], plain[at..(at + length).min(plain.len())], "{at} {length}");
        }
        assert_eq!(short(&sealed, [7; 32], [3; 16]).unwrap(), plain);
        assert_eq!(short(&sealed, [8; 32], [3; 16]), None);
        assert_eq!(short(&[], [8; 32], [3; 16]), None);
    }
}
