//! Writes zips as no honest program does.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::Write;

/// One entry; everything can be made to lie.
#[derive(Clone, Default)]
pub struct Raw {
    pub name: Vec<u8>,
    /// Name in the directory, where it differs.
    pub central_name: Option<Vec<u8>>,
    pub content: Vec<u8>,
    pub flags: u16,
    pub method: u16,
    pub extra: Vec<u8>,
    pub crc: Option<u32>,
    pub mode: u32,
    pub dos: (u16, u16),
    /// Not in the directory.
    pub hidden: bool,
    /// The directory points to the local header of the entry before.
    pub shares: bool,
    /// Sizes and checksum stand after the content only.
    pub streamed: bool,
    /// Sizes stand in a zip64 field.
    pub zip64: bool,
    /// Size declared, where it differs.
    pub size: Option<u32>,
}

impl Raw {
    pub fn stored(name: &[u8], content: &[u8]) -> Raw {
        Raw { name: name.to_vec(), content: content.to_vec(), ..Raw::default() }
    }

    pub fn deflated(name: &[u8], content: &[u8]) -> Raw {
        Raw { method: 8, ..Raw::stored(name, content) }
    }

    fn packed(&self) -> Vec<u8> {
        if self.method != 8 {
            return self.content.clone();
        }
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
        deflate.write_all(&self.content).unwrap();
        deflate.finish().unwrap()
    }
}

fn put(out: &mut Vec<u8>, fields: &[(u64, usize)]) {
    for (value, bytes) in fields {
        out.extend_from_slice(&value.to_le_bytes()[..*bytes]);
    }
}

/// The archive; with `directory` false it ends after the last content.
pub fn archive(entries: &[Raw], directory: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut central = Vec::new();
    let (mut count, mut before) = (0u64, 0u64);
    for entry in entries {
        let packed = entry.packed();
        let crc = entry.crc.unwrap_or_else(|| {
            let mut crc = flate2::Crc::new();
            crc.update(&entry.content);
            crc.sum()
        });
        let size = entry.size.map_or(entry.content.len() as u64, u64::from);
        let at = if entry.shares { before } else { out.len() as u64 };
        before = at;
        let flags = u64::from(entry.flags) | if entry.streamed { 8 } else { 0 };
        let mut extra = entry.extra.clone();
        let (mut size32, mut packed32) = (size, packed.len() as u64);
        if entry.zip64 {
            put(&mut extra, &[(1, 2), (16, 2), (size32, 8), (packed32, 8)]);
            (size32, packed32) = (0xffff_ffff, 0xffff_ffff);
        }
        let common = [(u64::from(entry.method), 2), (entry.dos.1.into(), 2), (entry.dos.0.into(), 2)];
        if !entry.shares {
            put(&mut out, &[(0x0403_4b50, 4), (20, 2), (flags, 2)]);
            put(&mut out, &common);
            let known = !entry.streamed;
            let shown = |value: u64| if known { value } else { 0 };
            put(&mut out, &[(shown(crc.into()), 4), (shown(packed32), 4), (shown(size32), 4)]);
            put(&mut out, &[(entry.name.len() as u64, 2), (extra.len() as u64, 2)]);
            out.extend_from_slice(&entry.name);
            out.extend_from_slice(&extra);
            out.extend_from_slice(&packed);
            if entry.streamed {
                put(&mut out, &[(0x0807_4b50, 4), (crc.into(), 4), (packed32, 4), (size32, 4)]);
            }
        }
        if !entry.hidden {
            count += 1;
            let name = entry.central_name.as_ref().unwrap_or(&entry.name);
            put(&mut central, &[(0x0201_4b50, 4), (20 | 3 << 8, 2), (20, 2), (flags, 2)]);
            put(&mut central, &common);
            put(&mut central, &[(crc.into(), 4), (packed32, 4), (size32, 4), (name.len() as u64, 2)]);
            put(
                &mut central,
                &[(extra.len() as u64, 2), (0, 2), (0, 2), (0, 2), (u64::from(entry.mode) << 16, 4), (at, 4)],
            );
            central.extend_from_slice(name);
            central.extend_from_slice(&extra);
        }
    }
    if directory {
        let start = out.len() as u64;
        out.extend_from_slice(&central);
        put(&mut out, &[(0x0605_4b50, 4), (0, 2), (0, 2), (count, 2), (count, 2)]);
        put(&mut out, &[(central.len() as u64, 4), (start, 4), (0, 2)]);
    }
    out
}
