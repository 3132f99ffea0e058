//! The pictures of the operation, drawn once and kept: 40,000 of them are 30 MB.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::picture::png;

/// A picture and its digests.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The PNG file.
    pub bytes: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// MD5.
    pub md5: [u8; 16],
    /// SHA-1.
    pub sha1: [u8; 20],
    /// SHA-256.
    pub sha256: [u8; 32],
}

impl Picture {
    /// A picture from its bytes.
    pub fn new(bytes: Vec<u8>, width: u32) -> Picture {
        let (md5, sha1, sha256) =
            (Md5::digest(&bytes).into(), Sha1::digest(&bytes).into(), Sha256::digest(&bytes).into());
        Picture { bytes, width, md5, sha1, sha256 }
    }
}

/// Draws picture `index`; every twelfth is a resize of the one before it.
fn one(seed: u64, index: usize) -> Picture {
    let resize = index % 12 == 11;
    let serial = (index - usize::from(resize)) as u64;
    let width = 48 + (serial % 5) as u32 * 16 + if resize { 16 } else { 0 };
    Picture::new(png(seed, serial, width), width)
}

/// Draws all pictures.
pub fn draw(seed: u64, count: usize, threads: usize) -> Vec<Picture> {
    let part = count.div_ceil(threads.max(1)).max(1);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..count)
            .step_by(part)
            .map(|from| scope.spawn(move || (from..(from + part).min(count)).map(|index| one(seed, index)).collect()))
            .collect();
        let parts: Vec<Vec<Picture>> = workers.into_iter().map(|worker| worker.join().unwrap_or_default()).collect();
        parts.concat()
    })
}
