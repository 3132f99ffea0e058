//! Write-ahead logs with the same bytes every time.
//!
//! SQLite draws the salts of a log at random, and every checksum hangs on them. The file format is documented
//! (sqlite.org/fileformat2.html, "The Write-Ahead Log"): here the salts are replaced and all checksums made anew.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{SynthError, at};
use crate::rng::{For, Rng};

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// Reads the log beside a database that is still open, and settles its salts.
pub fn read_settled(database: &Path, seed: u64, device: u64) -> Result<Vec<u8>, SynthError> {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    let path = PathBuf::from(name);
    let mut log = fs::read(&path).map_err(at(&path))?;
    let mut salts = [0; 8];
    Rng::new(seed, For::Salt, device, 0).fill(&mut salts);
    settle(&path, &mut log, salts)?;
    Ok(log)
}

/// Replaces the salts of a log and renews the checksums of its header and every frame.
pub fn settle(path: &Path, log: &mut [u8], salts: [u8; 8]) -> Result<(), SynthError> {
    let wrong = |expected, found: String| SynthError::Wal { path: path.to_owned(), expected, found };
    if log.len() < HEADER {
        return Err(wrong("a header of 32 bytes", format!("{} bytes", log.len())));
    }
    let (header, mut frames) = log.split_at_mut(HEADER);
    let big = match number(header, 0) {
        0x377f_0682 => false,
        0x377f_0683 => true,
        magic => return Err(wrong("the magic number 377f0682 or 377f0683", format!("{magic:08x}"))),
    };
    let page = number(header, 8) as usize;
    if page < 512 || frames.len() % (page + FRAME_HEADER) != 0 {
        return Err(wrong("whole frames", format!("{} bytes of frames of pages of {page}", frames.len())));
    }
    header[16..24].copy_from_slice(&salts);
    let mut sum = checksum(big, [0, 0], &header[..24]);
    store(&mut header[24..32], sum);
    while !frames.is_empty() {
        let (frame, rest) = frames.split_at_mut(page + FRAME_HEADER);
        frame[8..16].copy_from_slice(&salts);
        sum = checksum(big, sum, &frame[..8]);
        sum = checksum(big, sum, &frame[FRAME_HEADER..]);
        store(&mut frame[16..24], sum);
        frames = rest;
    }
    Ok(())
}

fn number(bytes: &[u8], place: usize) -> u32 {
    u32::from_be_bytes([bytes[place], bytes[place + 1], bytes[place + 2], bytes[place + 3]])
}

fn store(place: &mut [u8], sum: [u32; 2]) {
    place[..4].copy_from_slice(&sum[0].to_be_bytes());
    place[4..].copy_from_slice(&sum[1].to_be_bytes());
}

/// The documented sum over pairs of 32-bit words, in the byte order that the magic number names.
fn checksum(big: bool, [mut first, mut second]: [u32; 2], bytes: &[u8]) -> [u32; 2] {
    for pair in bytes.chunks_exact(8) {
        let word = |at: usize| {
            let four = [pair[at], pair[at + 1], pair[at + 2], pair[at + 3]];
            if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
        };
        first = first.wrapping_add(word(0)).wrapping_add(second);
        second = second.wrapping_add(word(4)).wrapping_add(first);
    }
    [first, second]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    /// SQLite itself is the judge: a log with a wrong checksum would be ignored.
    #[test]
    fn sqlite_reads_a_settled_log() {
        let folder = tempfile::tempdir().unwrap();
        let (made, copy) = (folder.path().join("a.db"), folder.path().join("b.db"));
        let connection = Connection::open(&made).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE t (x); INSERT INTO t VALUES (1); PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
                 INSERT INTO t VALUES (2); INSERT INTO t VALUES (3);",
            )
            .unwrap();
        let log = read_settled(&made, 1, 2).unwrap();
        assert_eq!(log, read_settled(&made, 1, 2).unwrap());
        assert_ne!(log, read_settled(&made, 1, 3).unwrap());
        fs::copy(&made, &copy).unwrap();
        let count = |path: &Path| -> i64 {
            Connection::open(path).unwrap().query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap()
        };
        fs::write(folder.path().join("b.db-wal"), &log).unwrap();
        assert_eq!(count(&copy), 3);
        let alone = folder.path().join("c.db");
        fs::copy(&made, &alone).unwrap();
        assert_eq!(count(&alone), 1);
    }
}
