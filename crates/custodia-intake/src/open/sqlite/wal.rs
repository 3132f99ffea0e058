//! Replay of the write-ahead log (file format, section 4): which committed frame holds the newest form of a page.
//! Only places are kept; pages are read from the log when they are wanted. A missing `-shm` is normal: it is an index
//! that SQLite rebuilds from the log.

use std::collections::HashMap;

use crate::bytes::Bytes;

use super::damage::{Damage, kind};
use super::number::u32_at;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// The committed part of a log.
pub(super) struct Log {
    /// The log itself.
    pub bytes: Bytes,
    /// Where in the log the newest committed form of a page begins, in bytes.
    pub frames: HashMap<u32, u64>,
    /// Size of the database in pages as the last commit states it.
    pub pages: u32,
    /// Bytes of a page.
    pub page_size: usize,
}

/// Why a frame is not in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// A later commit replaced it or made the database end before it, or it is of an earlier use of the log.
    Old,
    /// No commit ends it.
    Uncommitted,
    /// It is damaged or stands after one that is, or under a damaged header, so its checksum proves nothing.
    Unproved,
}

/// Frames that are not in force.
pub(super) struct Rest {
    /// The log itself.
    pub bytes: Bytes,
    /// Number of each page, where it begins and why it is not in force, in the order of the log.
    pub frames: Vec<(u32, u64, Frame)>,
    /// Bytes of a page.
    pub page_size: usize,
}

/// Reads the log up to its last valid commit, and says which frames are not in force. None when the log cannot be read;
/// no log when nothing in it is committed; the damage says why.
pub(super) fn replay(bytes: Bytes, damage: &mut Vec<Damage>) -> Option<(Option<Log>, Rest)> {
    // A checkpoint may leave an empty log behind.
    if bytes.is_empty() {
        return None;
    }
    let len = bytes.len();
    let mut refuse = |says: String| {
        damage.push(Damage { kind: kind::LOG, says: format!("{says}; the log is not applied"), bytes: Some(len) });
        None
    };
    let mut header = [0; HEADER];
    match bytes.read_at(0, &mut header) {
        Ok(HEADER) => {}
        Ok(got) => return refuse(format!("expected a log header of {HEADER} bytes, the log ends after {got}")),
        Err(error) => return refuse(format!("expected a log header at byte 0, found the error: {error}")),
    }
    let field = |at| u32_at(&header, at).unwrap_or(0);
    let big_endian = match field(0) {
        0x377f_0682 => false,
        0x377f_0683 => true,
        other => return refuse(format!("expected 377f0682 or 377f0683 at byte 0 of the log, found {other:08x}")),
    };
    if field(4) != 3_007_000 {
        return refuse(format!("expected log version 3007000 at byte 4 of the log, found {}", field(4)));
    }
    let page_size = field(8) as usize;
    if !(512..=65536).contains(&page_size) || !page_size.is_power_of_two() {
        return refuse(format!(
            "expected a page size that is a power of two from 512 to 65536 at byte 8 of the log, found {page_size}"
        ));
    }
    let mut sum = Checksum { big_endian, state: (0, 0) };
    sum.add(header.get(..24).unwrap_or_default());
    if sum.state != (field(24), field(28)) {
        return refuse(format!(
            "expected the checksum {:08x} {:08x} at byte 24 of the log, found {:08x} {:08x}",
            sum.state.0,
            sum.state.1,
            field(24),
            field(28)
        ));
    }
    let mut replay = Replay { salts: (field(16), field(20)), page_size, sum, ..Replay::default() };
    replay.read(&bytes);
    replay.tell(len, damage);
    // A page beyond the last commit is none of the database any more; a commit between may have been smaller.
    let pages = replay.pages.unwrap_or(0);
    replay.frames.retain(|page, _| *page <= pages);
    let committed = std::mem::take(&mut replay.committed).into_iter();
    let old = committed.filter(|(page, at)| replay.frames.get(page) != Some(at));
    let mut frames: Vec<_> = old.map(|(page, at)| (page, at, Frame::Old)).collect();
    frames.extend(replay.pending.drain(..).map(|(page, at)| (page, at, Frame::Uncommitted)));
    frames.extend(replay.after(&bytes));
    let rest = Rest { bytes: bytes.clone(), frames, page_size };
    let log = replay.pages.map(|pages| Log { bytes, frames: replay.frames, pages, page_size });
    Some((log, rest))
}

/// Every frame from `at` on; `why` says of the salts of one why it is not in force.
fn all(bytes: &Bytes, mut at: u64, page_size: usize, why: impl Fn((u32, u32)) -> Frame) -> Vec<(u32, u64, Frame)> {
    let (mut all, mut head) = (Vec::new(), [0; FRAME_HEADER]);
    let frame_size = (FRAME_HEADER + page_size) as u64;
    while at.saturating_add(frame_size) <= bytes.len()
        && bytes.read_at(at, &mut head).is_ok_and(|got| got == head.len())
    {
        let field = |at| u32_at(&head, at).unwrap_or(0);
        if field(0) > 0 {
            all.push((field(0), at.saturating_add(FRAME_HEADER as u64), why((field(8), field(12)))));
        }
        at = at.saturating_add(frame_size);
    }
    all
}

/// The frames of a log whose header is damaged, by the size of a page that the main file states. Nothing proves them.
pub(super) fn unproved(bytes: Bytes, page_size: usize) -> Option<Rest> {
    if !(512..=65536).contains(&page_size) {
        return None;
    }
    let frames = all(&bytes, HEADER as u64, page_size, |_| Frame::Unproved);
    Some(Rest { bytes, frames, page_size })
}

/// The cumulative checksum of section 4.2. The magic number says in which order its 32-bit words are read.
#[derive(Default)]
struct Checksum {
    big_endian: bool,
    state: (u32, u32),
}

impl Checksum {
    fn add(&mut self, bytes: &[u8]) {
        let (pairs, _) = bytes.as_chunks::<8>();
        let (mut a, mut b) = self.state;
        for &[p, q, r, s, t, u, v, w] in pairs {
            let (x, y) = if self.big_endian {
                (u32::from_be_bytes([p, q, r, s]), u32::from_be_bytes([t, u, v, w]))
            } else {
                (u32::from_le_bytes([p, q, r, s]), u32::from_le_bytes([t, u, v, w]))
            };
            a = a.wrapping_add(x).wrapping_add(b);
            b = b.wrapping_add(y).wrapping_add(a);
        }
        self.state = (a, b);
    }
}

/// Why the frames ended.
#[derive(Default)]
enum End {
    /// With the file.
    #[default]
    File,
    /// At a frame of an earlier use of the log: its salts differ.
    Salts,
    /// At a frame that is damaged.
    Damaged(String),
}

#[derive(Default)]
struct Replay {
    salts: (u32, u32),
    page_size: usize,
    sum: Checksum,
    frames: HashMap<u32, u64>,
    pages: Option<u32>,
    /// Every frame that was committed.
    committed: Vec<(u32, u64)>,
    /// Valid frames since the last commit.
    pending: Vec<(u32, u64)>,
    /// Valid frames.
    valid: u64,
    end: End,
}

impl Replay {
    fn read(&mut self, bytes: &Bytes) {
        let frame_size = FRAME_HEADER + self.page_size;
        let mut buffer = vec![0; frame_size.saturating_mul((256 * 1024 / frame_size).max(1))];
        let mut at = HEADER as u64;
        loop {
            let got = match bytes.read_at(at, &mut buffer) {
                Ok(got) => got,
                Err(error) => {
                    self.end = End::Damaged(format!("found the error: {error}"));
                    return;
                }
            };
            let whole = buffer.get(..got).unwrap_or(&buffer).chunks_exact(frame_size);
            let short = got < buffer.len();
            for frame in whole {
                if !self.frame(frame, at) {
                    return;
                }
                at = at.saturating_add(frame_size as u64);
            }
            if short {
                return;
            }
        }
    }

    /// Takes one frame; false when it ends the valid part.
    fn frame(&mut self, frame: &[u8], at: u64) -> bool {
        let field = |at| u32_at(frame, at).unwrap_or(0);
        if (field(8), field(12)) != self.salts {
            self.end = End::Salts;
            return false;
        }
        let page = field(0);
        self.sum.add(frame.get(..8).unwrap_or_default());
        self.sum.add(frame.get(FRAME_HEADER..).unwrap_or_default());
        if page == 0 || self.sum.state != (field(16), field(20)) {
            let (a, b) = self.sum.state;
            self.end = End::Damaged(format!(
                "expected page 1 or higher and the checksum {a:08x} {b:08x}, found page {page} and {:08x} {:08x}",
                field(16),
                field(20)
            ));
            return false;
        }
        self.valid += 1;
        self.pending.push((page, at.saturating_add(FRAME_HEADER as u64)));
        if field(4) != 0 {
            self.committed.extend_from_slice(&self.pending);
            self.frames.extend(self.pending.drain(..));
            self.pages = Some(field(4));
        }
        true
    }

    /// The frames after the valid ones: of an earlier use of the log, or after damage. Their checksums cannot be proved: they
    /// continue from frames that are overwritten or damaged.
    fn after(&self, bytes: &Bytes) -> Vec<(u32, u64, Frame)> {
        if matches!(self.end, End::File) {
            return Vec::new();
        }
        let frame_size = (FRAME_HEADER + self.page_size) as u64;
        let at = (HEADER as u64).saturating_add(self.valid.saturating_mul(frame_size));
        let damaged = matches!(self.end, End::Damaged(_));
        // Frames of the same use of the log bear the salts of its header; those of an earlier one end the damaged part.
        // SQLite leaves the salts zero while it writes a frame of a transaction anew, and fills them in with the commit.
        let why = |salts| match salts {
            (0, 0) => Frame::Uncommitted,
            salts if damaged && salts == self.salts => Frame::Unproved,
            _ => Frame::Old,
        };
        all(bytes, at, self.page_size, why)
    }

    /// Says what was not applied.
    fn tell(&self, len: u64, damage: &mut Vec<Damage>) {
        let frame_size = (FRAME_HEADER + self.page_size) as u64;
        let all = len.saturating_sub(HEADER as u64) / frame_size;
        let rest = all.saturating_sub(self.valid);
        let stop = (HEADER as u64).saturating_add(self.valid.saturating_mul(frame_size));
        let pending = self.pending.len() as u64;
        if pending > 0 {
            damage.push(Damage {
                kind: kind::UNCOMMITTED,
                says: format!(
                    "{pending} valid frames of the write-ahead log, up to byte {stop}, are not followed by a commit frame; \
                     they are not applied"
                ),
                bytes: Some(pending.saturating_mul(frame_size)),
            });
        }
        match &self.end {
            End::File => {
                let cut = len.saturating_sub(stop);
                if cut > 0 {
                    damage.push(Damage {
                        kind: kind::TRUNCATED,
                        says: format!(
                            "expected a frame of {frame_size} bytes at byte {stop} of the write-ahead log, it ends after \
                             {cut} of them"
                        ),
                        bytes: Some(cut),
                    });
                }
            }
            End::Salts => damage.push(Damage {
                kind: kind::STALE,
                says: format!(
                    "{rest} frames from byte {stop} of the write-ahead log on bear other salts than its header {:08x} \
                     {:08x}; they are not applied",
                    self.salts.0, self.salts.1
                ),
                bytes: Some(len.saturating_sub(stop)),
            }),
            End::Damaged(found) => damage.push(Damage {
                kind: kind::LOG,
                says: format!(
                    "at the frame at byte {stop} of the write-ahead log: {found}; it and the {} frames after it are not \
                     applied",
                    rest.saturating_sub(1)
                ),
                bytes: Some(len.saturating_sub(stop)),
            }),
        }
    }
}
