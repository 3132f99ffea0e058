//! Whether a key opens a backup: first whether the beginning becomes what backups begin with, then, before anything of it
//! is believed, whether the tag authenticates all of it.

use std::io::{self, Read};

use flate2::bufread::ZlibDecoder;
use ghash::universal_hash::UniversalHash;
use md5::{Digest, Md5};

use super::gcm::{BLOCK, Gcm};
use crate::bytes::Bytes;
use crate::content::SQLITE_MAGIC;

/// Bytes that are read at a time; whole blocks.
const PIECE: usize = 256 << 10;

/// What follows the ciphertext.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// crypt14 and crypt15: the tag, then the MD5 of everything before it.
    Sum,
    /// crypt12: the same, then four characters with the last digits of the number.
    SumAndDigits,
    /// The tag alone.
    Tag,
}

/// Every end, the longest first.
const ENDS: [End; 3] = [End::SumAndDigits, End::Sum, End::Tag];

impl End {
    /// Bytes after the ciphertext.
    pub(super) fn bytes(self) -> u64 {
        match self {
            End::SumAndDigits => 36,
            End::Sum => 32,
            End::Tag => 16,
        }
    }
}

/// What a pass over a backup has found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Checked {
    /// The end with which the tag authenticates the ciphertext.
    pub(super) authentic: Option<End>,
    /// An end with which the stored MD5 is that of the bytes.
    pub(super) sum: Option<End>,
}

/// What a plaintext is packed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Zlib,
    /// A zip archive or a database as it is.
    None,
}

/// What these first bytes of a plaintext are, if they are what a backup may hold.
pub(super) fn packing(first: &[u8]) -> Option<Packing> {
    if first.starts_with(b"PK\x03\x04") || first.starts_with(SQLITE_MAGIC) {
        return Some(Packing::None);
    }
    let (&method, &flags) = (first.first()?, first.get(1)?);
    // RFC 1950, section 2.2: deflate, a window of at most 32 KiB, no dictionary.
    let number = u16::from_be_bytes([method, flags]);
    let zlib = method & 0x0f == 8 && method >> 4 <= 7 && number.is_multiple_of(31) && flags & 0x20 == 0;
    zlib.then_some(Packing::Zlib)
}

/// Whether a ciphertext at `from` begins, with this key and nonce, as a backup does.
pub(super) fn promising(gcm: &Gcm<'_>, bytes: &Bytes, from: u64) -> Option<Packing> {
    let to = bytes.len().saturating_sub(End::Tag.bytes());
    let mut first = Vec::with_capacity(1024);
    gcm.plaintext(bytes.clone(), from, to).take(1024).read_to_end(&mut first).ok()?;
    let packing = packing(&first)?;
    if packing == Packing::Zlib {
        // Two bytes are easily met by chance, a deflate stream of a thousand is not.
        let mut out = [0; 16];
        match ZlibDecoder::new(first.as_slice()).read(&mut out) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
            Err(_) => return None,
        }
    }
    Some(packing)
}

/// Reads the whole backup once: is it authentic, and is its MD5 the stored one? Without a key only the latter is told.
pub(super) fn whole(gcm: Option<&Gcm<'_>>, bytes: &Bytes, from: u64) -> io::Result<Checked> {
    let mut checked = Checked::default();
    let len = bytes.len();
    let Some(room) = len.checked_sub(from) else { return Ok(checked) };
    // What all ends have in common is read once; the few bytes that they share out differently are kept.
    let common = room.saturating_sub(ENDS[0].bytes()) / BLOCK as u64 * BLOCK as u64;
    let mut sum = Md5::new();
    let mut hash = gcm.map(Gcm::hash);
    let mut buffer = vec![0; PIECE];
    let (mut at, until) = (0, from + common);
    while at < until {
        let next = if at < from { from } else { until };
        let want = usize::try_from(next - at).unwrap_or(PIECE).min(PIECE);
        let Some(piece) = buffer.get_mut(..want) else { break };
        if bytes.read_at(at, piece)? < want {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        sum.update(&*piece);
        if let Some(hash) = hash.as_mut().filter(|_| at >= from) {
            hash.update_padded(piece);
        }
        at += want as u64;
    }
    let mut rest = vec![0; usize::try_from(len - at).unwrap_or(0)];
    if bytes.read_at(at, &mut rest)? < rest.len() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    for end in ENDS {
        let Some(cipher_end) = usize::try_from(end.bytes()).ok().and_then(|bytes| rest.len().checked_sub(bytes)) else {
            continue;
        };
        let (left, trailer) = rest.split_at(cipher_end);
        let tag = trailer.get(..BLOCK).unwrap_or_default();
        if let (Some(gcm), Some(hash)) = (gcm, &hash) {
            let mut hash = hash.clone();
            hash.update_padded(left);
            if gcm.tag(hash, common + cipher_end as u64) == tag {
                checked.authentic = Some(end);
            }
        }
        if end != End::Tag {
            let mut sum = sum.clone();
            sum.update(left);
            sum.update(tag);
            if trailer.get(BLOCK..2 * BLOCK) == Some(&sum.finalize()[..]) {
                checked.sum = Some(end);
            }
        }
    }
    Ok(checked)
}
