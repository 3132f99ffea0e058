//! Kept content that is too large for memory. All of it lies in one file without a name, so that evidence can
//! neither choose a name nor use up the open files of the process.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::bytes::ReadAt;

/// Where room is given out. Contents grow side by side from several threads, so each takes room piece by piece.
pub(crate) struct Scratch {
    file: Arc<File>,
    next: AtomicU64,
}

/// Room that a content takes first, and twice as much each time until the largest; what it does not fill is a hole in
/// the file and takes no disk, yet a file has a largest size, which a million small contents must not reach.
const FIRST: u64 = 64 << 10;
const LARGEST: u64 = 64 << 20;

impl Scratch {
    /// Makes the file, and with it sure that the folder can be used.
    pub(crate) fn new(folder: &Path) -> io::Result<Scratch> {
        Ok(Scratch { file: Arc::new(tempfile::tempfile_in(folder)?), next: AtomicU64::new(0) })
    }

    /// Begins a content.
    pub(crate) fn begin(&self) -> Spooled {
        Spooled { file: self.file.clone(), pieces: Vec::new(), len: 0 }
    }

    /// Appends to a content.
    pub(crate) fn append(&self, spooled: &mut Spooled, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if spooled.pieces.last().is_none_or(|piece| piece.end() <= spooled.len) {
                let room = spooled.pieces.last().map_or(FIRST, |piece| (piece.room * 2).min(LARGEST));
                let at = self.next.fetch_add(room, Ordering::Relaxed);
                spooled.pieces.push(Piece { from: spooled.len, at, room });
            }
            let Some(piece) = spooled.pieces.last() else { return Ok(()) };
            let room = usize::try_from(piece.end() - spooled.len).unwrap_or(usize::MAX);
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.file.write_all_at(now, piece.at + (spooled.len - piece.from))?;
            spooled.len += now.len() as u64;
            bytes = later;
        }
        Ok(())
    }
}

/// A content in the scratch file.
pub struct Spooled {
    file: Arc<File>,
    /// In order.
    pieces: Vec<Piece>,
    len: u64,
}

struct Piece {
    /// Where it begins in the content.
    from: u64,
    /// Where it lies in the file.
    at: u64,
    room: u64,
}

impl Piece {
    fn end(&self) -> u64 {
        self.from + self.room
    }
}

impl ReadAt for Spooled {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while done < into.len() {
            let at = at.saturating_add(done as u64);
            let piece = self.pieces.partition_point(|piece| piece.end() <= at);
            let Some(piece) = self.pieces.get(piece).filter(|_| at < self.len) else { break };
            let left = self.len.min(piece.end()) - at;
            let want = usize::try_from(left).unwrap_or(usize::MAX).min(into.len() - done);
            match self.file.read_at(&mut into[done..done + want], piece.at + (at - piece.from)) {
                Ok(0) => break,
                Ok(n) => done += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }
}

impl Drop for Spooled {
    fn drop(&mut self) {
        // Gives the disk back before the whole walk ends: an archive in an archive is needed for a short time only.
        // Where the file system cannot do that, the room is free when the file vanishes.
        let flags = rustix::fs::FallocateFlags::PUNCH_HOLE | rustix::fs::FallocateFlags::KEEP_SIZE;
        for piece in &self.pieces {
            let _ = rustix::fs::fallocate(&self.file, flags, piece.at, piece.room);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_that_grow_side_by_side_stay_apart() {
        let scratch = Scratch::new(&std::env::temp_dir()).unwrap();
        let (mut one, mut two) = (scratch.begin(), scratch.begin());
        for round in 0..3u8 {
            scratch.append(&mut one, &[round; 1000]).unwrap();
            scratch.append(&mut two, &[100 + round; 10]).unwrap();
        }
        let mut read = vec![0; 4000];
        assert_eq!(one.read_at(500, &mut read).unwrap(), 2500);
        assert_eq!((read[0], read[500], read[2499]), (0, 1, 2));
        assert_eq!(two.read_at(0, &mut read).unwrap(), 30);
        assert_eq!((read[0], read[29]), (100, 102));
        assert_eq!(two.read_at(30, &mut read).unwrap(), 0);
        let long: Vec<u8> = (0..3 * FIRST + 5).map(|at| (at % 251) as u8).collect();
        let mut three = scratch.begin();
        scratch.append(&mut three, &long[..100_000]).unwrap();
        scratch.append(&mut one, b"between").unwrap();
        scratch.append(&mut three, &long[100_000..]).unwrap();
        let mut read = vec![0; long.len() - 60_000];
        assert_eq!(three.read_at(60_000, &mut read).unwrap(), read.len());
        assert_eq!(read, long[60_000..]);
    }
}
