//! Replays a write-ahead log: which page's newest committed form stands where in it.
//!
//! Source: "WAL file format" of the SQLite documentation. A frame counts when its salts are the header's and its running
//! checksum fits; frames count up to the last one that commits.

use std::collections::HashMap;

use super::pages::Log;
use super::{Damage, DamageList};
use crate::bytes::Bytes;

const HEADER: u64 = 32;
const FRAME: u64 = 24;

/// Reads the log; none when no commit in it counts.
pub fn replay(bytes: Bytes, page_size: usize, damage: &mut DamageList) -> Option<Log> {
    let mut header = [0; HEADER as usize];
    if bytes.read_at(0, &mut header).ok()? < header.len() {
        damage.push(Damage::new("log not applied", format!("a log header of 32 bytes expected, {} bytes found", bytes.len())));
        return None;
    }
    let word = |at: usize, of: &[u8]| u32::from_be_bytes([of[at], of[at + 1], of[at + 2], of[at + 3]]);
    let magic = word(0, &header);
    if magic & 0xffff_fffe != 0x377f_0682 {
        // SQLite leaves a log of zeros after some resets; it holds nothing then.
        if header.iter().any(|&b| b != 0) {
            damage.push(Damage::new("log not applied", format!("log header 377f0682 or 377f0683 expected, {magic:08x} found")));
        }
        return None;
    }
    let big_endian = magic & 1 == 1;
    let log_page = match word(8, &header) {
        1 => 65536,
        size => size as usize,
    };
    if log_page != page_size {
        damage.push(Damage::new("log not applied", format!("the log has pages of {log_page} bytes, the database of {page_size}")));
        return None;
    }
    let salts = [word(16, &header), word(20, &header)];
    let mut sum = checksum([0, 0], &header[..24], big_endian);
    if sum != [word(24, &header), word(28, &header)] {
        damage.push(Damage::new("log not applied", "the checksum of the log's header does not fit".to_owned()));
        return None;
    }
    let frame_size = FRAME + page_size as u64;
    let frames = bytes.len().saturating_sub(HEADER) / frame_size;
    let mut frame = vec![0; frame_size as usize];
    let mut pending: Vec<(u32, u64)> = Vec::new();
    let mut log = Log { pages: HashMap::new(), count: 0, bytes: bytes.clone() };
    let (mut valid, mut committed) = (0, 0);
    for index in 0..frames {
        let at = HEADER + index * frame_size;
        if bytes.read_at(at, &mut frame).ok()? < frame.len() {
            break;
        }
        if [word(8, &frame), word(12, &frame)] != salts {
            break;
        }
        sum = checksum(sum, &frame[..8], big_endian);
        sum = checksum(sum, &frame[FRAME as usize..], big_endian);
        if sum != [word(16, &frame), word(20, &frame)] {
            break;
        }
        valid += 1;
        let (page, count) = (word(0, &frame), word(4, &frame));
        pending.push((page, at + FRAME));
        if count > 0 {
            log.pages.extend(pending.drain(..));
            log.count = count;
            committed = valid;
        }
    }
    if valid > committed {
        damage.push(Damage {
            kind: "log not committed",
            says: format!("{} frames of the log follow its last commit; they are not part of the database", valid - committed),
            bytes: Some((valid - committed) * frame_size),
        });
    }
    // Frames of an earlier use of the log file follow the valid ones regularly; they were checkpointed then.
    (log.count > 0).then_some(log)
}

/// The running checksum over a multiple of eight bytes.
fn checksum(start: [u32; 2], bytes: &[u8], big_endian: bool) -> [u32; 2] {
    let [mut a, mut b] = start;
    for pair in bytes.chunks_exact(8) {
        let read = |at: usize| {
            let four = [pair[at], pair[at + 1], pair[at + 2], pair[at + 3]];
            if big_endian { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
        };
        a = a.wrapping_add(read(0)).wrapping_add(b);
        b = b.wrapping_add(read(4)).wrapping_add(a);
    }
    [a, b]
}
