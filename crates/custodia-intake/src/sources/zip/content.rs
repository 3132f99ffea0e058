//! The content of one entry: a section of the container, stored or deflated, with its checksum.

use std::io::{self, BufRead, BufReader, Read};

use custodia_model::tables::Warning;
use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::headers::u32_at;
use crate::bytes::Bytes;
use crate::sources::ratio::{Packed, Watched};
use crate::sources::{Body, Damage, Limits};

/// Methods that are read (APPNOTE section 4.4.5).
pub(super) const STORED: u16 = 0;
pub(super) const DEFLATED: u16 = 8;

/// What a method that is not read is called.
pub(super) fn method_name(method: u16) -> &'static str {
    match method {
        1..=6 => "an old method of PKZIP",
        9 => "Deflate64",
        12 => "bzip2",
        14 => "LZMA",
        93 | 20 => "Zstandard",
        95 => "xz",
        98 => "PPMd",
        99 => "AES encryption",
        _ => "unknown",
    }
}

/// Where a content lies and what was declared about it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) at: u64,
    /// First byte after the packed content; for one of unknown length, where it must have ended.
    pub(super) end: u64,
    pub(super) method: u16,
    /// Size and checksum, unless they follow the content.
    pub(super) declared: Option<(u64, u32)>,
}

/// The content of one entry.
pub(super) struct ZipBody {
    inner: Watched<Unpack>,
    bytes: Bytes,
    place: Place,
    crc: Crc,
    out: u64,
}

impl ZipBody {
    pub(super) fn new(bytes: &Bytes, place: Place, limits: &Limits) -> ZipBody {
        let section = Section { bytes: bytes.clone(), at: place.at, end: place.end };
        let unpack = match place.method {
            STORED => Unpack::Stored { section, packed: 0 },
            _ => {
                let buffer = place.end.saturating_sub(place.at).clamp(512, 1 << 15) as usize;
                let section = BufReader::with_capacity(buffer, section);
                Unpack::Deflated { section, state: Box::new(Decompress::new(false)), ended: false }
            }
        };
        let inner = Watched::new(unpack, limits);
        ZipBody { inner, bytes: bytes.clone(), place, crc: Crc::new(), out: 0 }
    }

    /// Packed bytes taken so far.
    pub(super) fn packed(&self) -> u64 {
        self.inner.get_ref().packed()
    }

    fn broken(&self, kind: &'static str, what: &str) -> io::Error {
        let Place { at, end, .. } = self.place;
        let declared = match self.place.declared {
            Some((size, _)) => format!("{size} bytes were declared"),
            None => "no size was declared".to_owned(),
        };
        let says = format!("the content at bytes {at} to {end} gave {} bytes, {declared}; {what}", self.out);
        let damage = Damage::new(kind, says);
        match self.place.declared {
            Some((size, _)) if size > self.out => damage.bytes(size - self.out).into(),
            _ => damage.into(),
        }
    }
}

impl Read for ZipBody {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        let n = match self.inner.read(into) {
            Ok(n) => n,
            Err(error) => {
                return Err(match error.kind() {
                    io::ErrorKind::UnexpectedEof => self.broken("truncated", "its packed bytes end early"),
                    io::ErrorKind::InvalidData => {
                        self.broken("damaged", "the packed bytes are no deflate stream there")
                    }
                    _ => error,
                });
            }
        };
        self.crc.update(&into[..n]);
        self.out = self.out.saturating_add(n as u64);
        match self.place.declared {
            Some((size, _)) if self.out > size => Err(self.broken("size", "there is more")),
            Some((size, _)) if n == 0 && self.out < size => Err(self.broken("size", "there is no more")),
            _ => Ok(n),
        }
    }
}

impl Body for ZipBody {
    fn at_end(&mut self) -> Option<Warning> {
        let declared = match self.place.declared {
            Some((_, crc)) => crc,
            None => {
                // A data descriptor, with or without its signature (section 4.3.9).
                let at = self.place.at.saturating_add(self.packed());
                let mut record = [0; 8];
                let n = self.bytes.read_at(at, &mut record).unwrap_or(0);
                if n < 8 {
                    let says = format!("expected checksum and sizes at byte {at}, found the end of the bytes");
                    return Some(Warning::new("truncated", says));
                }
                u32_at(&record, if record.starts_with(b"PK\x07\x08") { 4 } else { 0 })
            }
        };
        let found = self.crc.sum();
        if found != declared {
            let says = format!("the checksum (CRC-32) {declared:08x} was stored, the content has {found:08x}");
            return Some(Warning::new("checksum", says));
        }
        let after = self.place.end.saturating_sub(self.place.at.saturating_add(self.packed()));
        (self.place.declared.is_some() && after > 0).then(|| {
            let says =
                format!("the packed content ends {after} bytes before byte {}, its declared end", self.place.end);
            Warning::new("data after the end", says).bytes(after)
        })
    }
}

/// Bytes of the container from `at` to `end`.
struct Section {
    bytes: Bytes,
    at: u64,
    end: u64,
}

impl Read for Section {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX).min(into.len());
        let n = self.bytes.read_at(self.at, &mut into[..left])?;
        self.at = self.at.saturating_add(n as u64);
        Ok(n)
    }
}

enum Unpack {
    Stored { section: Section, packed: u64 },
    Deflated { section: BufReader<Section>, state: Box<Decompress>, ended: bool },
}

impl Packed for Unpack {
    fn packed(&self) -> u64 {
        match self {
            Unpack::Stored { packed, .. } => *packed,
            Unpack::Deflated { state, .. } => state.total_in(),
        }
    }
}

impl Read for Unpack {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Unpack::Stored { section, packed } => {
                let n = section.read(into)?;
                *packed = packed.saturating_add(n as u64);
                if n == 0 && section.at < section.end {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                Ok(n)
            }
            Unpack::Deflated { section, state, ended } => inflate(section, state, ended, into),
        }
    }
}

/// The library's own reader takes a stream that lacks its end for one that has ended; we must know.
fn inflate(
    section: &mut BufReader<Section>,
    state: &mut Decompress,
    ended: &mut bool,
    into: &mut [u8],
) -> io::Result<usize> {
    while !*ended {
        let input = section.fill_buf()?;
        let at_end = input.is_empty();
        let (in_before, out_before) = (state.total_in(), state.total_out());
        let status = state.decompress(input, into, FlushDecompress::None);
        let taken = (state.total_in() - in_before) as usize;
        let given = (state.total_out() - out_before) as usize;
        section.consume(taken);
        match status {
            Ok(Status::StreamEnd) => *ended = true,
            Ok(_) if given == 0 && taken == 0 && at_end => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => {}
            // What was unpacked before the damage has been given already or is given now.
            Err(_) if given == 0 => return Err(io::ErrorKind::InvalidData.into()),
            Err(_) => {}
        }
        if given > 0 {
            return Ok(given);
        }
    }
    Ok(0)
}
