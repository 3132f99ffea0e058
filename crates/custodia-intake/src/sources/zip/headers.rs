//! The headers of a zip file (PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5), local and central.
//!
//! Numbers are little-endian. Both kinds of header share most fields; what both say is compared.

use custodia_model::{Text, Time};

use crate::bytes::ReadAt;
use crate::sources::{Damage, names};

pub(super) const LOCAL: &[u8; 4] = b"PK\x03\x04";
pub(super) const CENTRAL: &[u8; 4] = b"PK\x01\x02";
const END: &[u8; 4] = b"PK\x05\x06";
const END_64: &[u8; 4] = b"PK\x06\x06";
const LOCATOR_64: &[u8; 4] = b"PK\x06\x07";

pub(super) const LOCAL_SIZE: usize = 30;
const CENTRAL_SIZE: usize = 46;
const END_SIZE: usize = 22;
const END_64_SIZE: usize = 56;
const LOCATOR_64_SIZE: usize = 20;

/// General purpose bit 0: encrypted.
const ENCRYPTED: u16 = 1;
/// Bit 3: sizes and checksum follow the content.
const DESCRIPTOR: u16 = 1 << 3;
/// Bit 11: name in UTF-8.
const UTF_8: u16 = 1 << 11;

/// What both kinds of header say about an entry.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) flags: u16,
    pub(super) method: u16,
    time: u16,
    date: u16,
    pub(super) crc: u32,
    pub(super) packed: u64,
    pub(super) size: u64,
    pub(super) name: Vec<u8>,
    extra: Vec<u8>,
}

impl Header {
    pub(super) fn encrypted(&self) -> bool {
        self.flags & ENCRYPTED != 0
    }

    /// Whether sizes and checksum stand only after the content.
    pub(super) fn sizes_follow(&self) -> bool {
        self.flags & DESCRIPTOR != 0
    }

    /// Extra fields: identifier and content (section 4.5.1). A damaged tail ends them.
    fn extras(&self) -> impl Iterator<Item = (u16, &[u8])> {
        let mut rest = self.extra.as_slice();
        std::iter::from_fn(move || {
            let (&[a, b, c, d], after) = rest.split_first_chunk::<4>()?;
            let (content, next) = after.split_at_checked(usize::from(u16::from_le_bytes([c, d])))?;
            rest = next;
            Some((u16::from_le_bytes([a, b]), content))
        })
    }

    fn extra(&self, identifier: u16) -> Option<&[u8]> {
        self.extras().find(|(found, _)| *found == identifier).map(|(_, content)| content)
    }

    /// The name as text: UTF-8 by flag, else the Info-ZIP Unicode path (section 4.6.9) if it is of this name, else
    /// UTF-8 if it is valid, else code page 437 (appendix D).
    pub(super) fn text(&self) -> String {
        if self.flags & UTF_8 != 0 {
            return names::display(&self.name);
        }
        if let Some([1, a, b, c, d, name @ ..]) = self.extra(0x7075) {
            let mut crc = flate2::Crc::new();
            crc.update(&self.name);
            if crc.sum() == u32::from_le_bytes([*a, *b, *c, *d]) {
                return names::display(name);
            }
        }
        match str::from_utf8(&self.name) {
            Ok(name) => names::escape(name),
            Err(_) => names::escape(&names::cp437(&self.name)),
        }
    }

    /// Last change: the extended timestamp (Info-ZIP 0x5455, seconds in UTC) is an instant; the DOS time is local
    /// time of a zone that nobody stored, so only its text is given.
    pub(super) fn modified(&self) -> (Option<Time>, Option<Text>) {
        if let Some([flags, a, b, c, d, ..]) = self.extra(0x5455)
            && flags & 1 != 0
        {
            let seconds = i32::from_le_bytes([*a, *b, *c, *d]);
            let time = Time::from_unix_s(i64::from(seconds));
            return (time, time.is_none().then(|| seconds.to_string().into()));
        }
        if self.date == 0 && self.time == 0 {
            return (None, None);
        }
        let (date, time) = (self.date, self.time);
        let text = format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            1980 + (date >> 9),
            date >> 5 & 15,
            date & 31,
            time >> 11,
            time >> 5 & 63,
            (time & 31) * 2
        );
        (None, Some(text.into()))
    }

    /// Takes sizes and offset from the zip64 field (section 4.5.3), which holds only those that are all ones.
    fn apply_zip64(&mut self, offset: Option<&mut u64>) {
        let Some(field) = self.extra(0x0001).map(<[u8]>::to_vec) else { return };
        let mut numbers = field.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes));
        for value in [Some(&mut self.size), Some(&mut self.packed), offset].into_iter().flatten() {
            if *value == u64::from(u32::MAX) {
                let Some(number) = numbers.next() else { return };
                *value = number;
            }
        }
    }
}

/// A local header.
#[derive(Clone, Debug)]
pub(super) struct Local {
    pub(super) header: Header,
    /// First byte of the content.
    pub(super) content: u64,
}

impl Local {
    /// Reads the local header at `at`.
    pub(super) fn read(bytes: &dyn ReadAt, at: u64) -> Result<Local, Damage> {
        let fixed: [u8; LOCAL_SIZE] = read_array(bytes, at)?;
        if !fixed.starts_with(LOCAL) {
            let says = format!("expected a local header at byte {at}, found the bytes {}", hex::encode(&fixed[..4]));
            return Err(Damage::new("damaged", says));
        }
        let name_length = usize::from(u16_at(&fixed, 26));
        let mut name =
            read_vec(bytes, at.saturating_add(LOCAL_SIZE as u64), name_length + usize::from(u16_at(&fixed, 28)))?;
        let extra = name.split_off(name_length.min(name.len()));
        let mut header = Header {
            flags: u16_at(&fixed, 6),
            method: u16_at(&fixed, 8),
            time: u16_at(&fixed, 10),
            date: u16_at(&fixed, 12),
            crc: u32_at(&fixed, 14),
            packed: u32_at(&fixed, 18).into(),
            size: u32_at(&fixed, 22).into(),
            name,
            extra,
        };
        let content = at.saturating_add((LOCAL_SIZE + header.name.len() + header.extra.len()) as u64);
        header.apply_zip64(None);
        Ok(Local { header, content })
    }

    /// Where the content would begin, if the fields at `at` are such as a program writes: bytes that merely begin
    /// like a header seldom are. Looks at the fixed fields alone.
    pub(super) fn plausible(bytes: &dyn ReadAt, at: u64) -> Option<u64> {
        let fixed: [u8; LOCAL_SIZE] = read_array(bytes, at).ok()?;
        let (method, name, extra) = (u16_at(&fixed, 8), u16_at(&fixed, 26), u16_at(&fixed, 28));
        let content = at.checked_add(LOCAL_SIZE as u64 + u64::from(name) + u64::from(extra))?;
        (fixed.starts_with(LOCAL) && method < 100 && name > 0).then_some(content)
    }
}

/// A header of the central directory.
#[derive(Clone, Debug)]
pub(super) struct Central {
    pub(super) header: Header,
    /// Place of the local header.
    pub(super) offset: u64,
    /// Unix mode, if the entry was made on a Unix.
    pub(super) mode: Option<u32>,
}

impl Central {
    /// Whether the entry is a symbolic link, whose content is the target.
    pub(super) fn link(&self) -> bool {
        self.mode.is_some_and(|mode| mode & 0o170_000 == 0o120_000)
    }
}

/// The central directory as its end record describes it.
#[derive(Debug)]
pub(super) struct Directory {
    /// First byte of its first header.
    pub(super) start: u64,
    /// First byte after its last header.
    pub(super) end: u64,
    /// Bytes before the archive proper, by which every stored offset is too small.
    pub(super) shift: u64,
    /// Headers it says it has.
    pub(super) entries: u64,
    /// First byte after the archive and its comment.
    pub(super) archive_end: u64,
}

impl Directory {
    /// Finds the directory by its end record, which is the last thing in the file but for a comment.
    pub(super) fn find(bytes: &dyn ReadAt) -> Result<Directory, Damage> {
        let length = bytes.len();
        let window = length.min((END_SIZE + usize::from(u16::MAX)) as u64);
        let from = length - window;
        let tail = read_vec(bytes, from, window as usize)?;
        let mut shorter = None;
        for place in memchr::memmem::rfind_iter(&tail, END) {
            let Some(record) = tail.get(place..).and_then(|rest| rest.first_chunk::<END_SIZE>()) else { continue };
            let after = tail.len() - place - END_SIZE;
            let comment = usize::from(u16_at(record, 20));
            // A comment may contain the same four bytes; the record whose comment ends the file is the right one.
            if comment == after {
                return Directory::of(bytes, from + place as u64, record);
            }
            if comment < after && shorter.is_none() {
                shorter = Some((from + place as u64, *record));
            }
        }
        match shorter {
            Some((at, record)) => Directory::of(bytes, at, &record),
            None => Err(Damage::new(
                "directory absent",
                format!("expected the end record of a zip in the last {window} bytes of {length}, found none"),
            )),
        }
    }

    fn of(bytes: &dyn ReadAt, at: u64, record: &[u8; END_SIZE]) -> Result<Directory, Damage> {
        let archive_end = at + (END_SIZE as u64) + u64::from(u16_at(record, 20));
        let mut entries = u64::from(u16_at(record, 10));
        let mut size = u64::from(u32_at(record, 12));
        let mut offset = u64::from(u32_at(record, 16));
        let mut end = at;
        if let Some((found, record)) = end_64(bytes, at, entries, size, offset) {
            end = found;
            entries = u64_at(&record, 32);
            size = u64_at(&record, 40);
            offset = u64_at(&record, 48);
        }
        let says = |what: &str| {
            let says = format!("expected the directory of {size} bytes at byte {offset}, before byte {end}; {what}");
            Damage::new("directory damaged", says)
        };
        // Offsets count from where the archive was written; a stub or another file may stand before it.
        if let Some(start) = end.checked_sub(size)
            && (entries == 0 || starts_with(bytes, start, CENTRAL))
            && let Some(shift) = start.checked_sub(offset)
        {
            return Ok(Directory { start, end, shift, entries, archive_end });
        }
        if offset < end && starts_with(bytes, offset, CENTRAL) {
            return Ok(Directory { start: offset, end, shift: 0, entries, archive_end });
        }
        Err(says("no header of a directory stands there"))
    }

    /// Reads the header at `at`; the place of the next one comes with it.
    pub(super) fn header(&self, bytes: &dyn ReadAt, at: u64) -> Result<(Central, u64), Damage> {
        let fixed: [u8; CENTRAL_SIZE] = read_array(bytes, at)?;
        if !fixed.starts_with(CENTRAL) {
            let says = format!("expected a header of the directory at byte {at}, found {}", hex::encode(&fixed[..4]));
            return Err(Damage::new("directory damaged", says));
        }
        let name_length = usize::from(u16_at(&fixed, 28));
        let extra_length = usize::from(u16_at(&fixed, 30));
        let names_at = at.saturating_add(CENTRAL_SIZE as u64);
        let mut name = read_vec(bytes, names_at, name_length + extra_length)?;
        let extra = name.split_off(name_length.min(name.len()));
        let next = names_at + (name_length + extra_length + usize::from(u16_at(&fixed, 32))) as u64;
        let mut offset = u64::from(u32_at(&fixed, 42));
        let mut header = Header {
            flags: u16_at(&fixed, 8),
            method: u16_at(&fixed, 10),
            time: u16_at(&fixed, 12),
            date: u16_at(&fixed, 14),
            crc: u32_at(&fixed, 16),
            packed: u32_at(&fixed, 20).into(),
            size: u32_at(&fixed, 24).into(),
            name,
            extra,
        };
        header.apply_zip64(Some(&mut offset));
        // Made by a Unix (3) or a Mac (19), the upper half of the external attributes is the mode (section 4.4.15).
        let mode = matches!(fixed[5], 3 | 19).then(|| u32_at(&fixed, 38) >> 16);
        Ok((Central { header, offset: offset.saturating_add(self.shift), mode }, next))
    }
}

/// The zip64 end record and its place, when it is there and the end record at `end` needs it or says the same: some programs
/// always write one.
fn end_64(bytes: &dyn ReadAt, end: u64, entries: u64, size: u64, offset: u64) -> Option<(u64, [u8; END_64_SIZE])> {
    let locator_at = end.checked_sub(LOCATOR_64_SIZE as u64)?;
    let full = entries == u64::from(u16::MAX) || size == u64::from(u32::MAX) || offset == u64::from(u32::MAX);
    let locator: [u8; LOCATOR_64_SIZE] = read_array(bytes, locator_at).ok()?;
    if !locator.starts_with(LOCATOR_64) {
        return None;
    }
    let same = |record: &[u8; END_64_SIZE]| {
        (entries, size, offset) == (u64_at(record, 32), u64_at(record, 40), u64_at(record, 48))
    };
    // Where it says, or, when bytes stand before the archive, right before the locator.
    [u64_at(&locator, 8), locator_at.saturating_sub(END_64_SIZE as u64)].into_iter().find_map(|at| {
        let record: [u8; END_64_SIZE] = read_array(bytes, at).ok()?;
        (at < locator_at && record.starts_with(END_64) && (full || same(&record))).then_some((at, record))
    })
}

fn starts_with(bytes: &dyn ReadAt, at: u64, magic: &[u8; 4]) -> bool {
    read_array::<4>(bytes, at).is_ok_and(|found| found == *magic)
}

pub(super) fn read_array<const N: usize>(bytes: &dyn ReadAt, at: u64) -> Result<[u8; N], Damage> {
    let mut into = [0; N];
    fill(bytes, at, &mut into)?;
    Ok(into)
}

/// Callers ask for lengths that two bytes can hold, or for the window of the end record.
fn read_vec(bytes: &dyn ReadAt, at: u64, length: usize) -> Result<Vec<u8>, Damage> {
    let mut into = vec![0; length];
    fill(bytes, at, &mut into)?;
    Ok(into)
}

fn fill(bytes: &dyn ReadAt, at: u64, into: &mut [u8]) -> Result<(), Damage> {
    let wanted = into.len();
    match bytes.read_at(at, into) {
        Ok(found) if found == wanted => Ok(()),
        Ok(found) => Err(Damage::new("truncated", format!("expected {wanted} bytes at byte {at}, found {found}"))),
        Err(error) => Err(Damage::new("unreadable", format!("{wanted} bytes at byte {at} could not be read: {error}"))),
    }
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u16::from_le_bytes(*bytes))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u64::from_le_bytes(*bytes))
}
