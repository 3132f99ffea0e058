//! A stream cut into the blocks of 64 bytes that all three digests take, and the padding at its end.

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;

/// What of a stream does not fill a block yet.
#[derive(Clone)]
pub(super) struct Blocks {
    /// The first `length % 64` bytes.
    tail: [u8; BLOCK],
    length: u64,
}

impl Blocks {
    pub(super) fn new() -> Blocks {
        Blocks { tail: [0; BLOCK], length: 0 }
    }

    /// Hands the blocks that the next bytes fill to `take`, in their order.
    #[inline]
    pub(super) fn cut(&mut self, mut bytes: &[u8], mut take: impl FnMut(&[[u8; BLOCK]])) {
        let held = (self.length % BLOCK as u64) as usize;
        self.length = self.length.wrapping_add(bytes.len() as u64);
        if held > 0 {
            let (now, rest) = bytes.split_at(bytes.len().min(BLOCK - held));
            self.tail[held..held + now.len()].copy_from_slice(now);
            if held + now.len() < BLOCK {
                return;
            }
            take(&[self.tail]);
            bytes = rest;
        }
        let (blocks, tail) = bytes.as_chunks::<BLOCK>();
        take(blocks);
        self.tail[..tail.len()].copy_from_slice(tail);
    }

    /// The last blocks, one or two: what is left, a one bit, zeros, and the number of all bits as `number` writes it. MD5 writes
    /// its lowest byte first (RFC 1321, section 3.2), both SHAs their highest (FIPS 180-4, section 5.1.1).
    pub(super) fn last(&self, number: fn(u64) -> [u8; 8]) -> ([[u8; BLOCK]; 2], usize) {
        let held = (self.length % BLOCK as u64) as usize;
        let mut last = [[0; BLOCK]; 2];
        last[0][..held].copy_from_slice(&self.tail[..held]);
        last[0][held] = 0x80;
        // The one bit and the length of eight bytes need nine bytes after the content.
        let used = if held < BLOCK - 8 { 1 } else { 2 };
        last[used - 1][BLOCK - 8..].copy_from_slice(&number(self.length.wrapping_mul(8)));
        (last, used)
    }
}
