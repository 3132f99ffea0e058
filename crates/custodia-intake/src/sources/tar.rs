//! tar: POSIX ustar and pax, GNU, and the old form, read from front to back.
//!
//! Headers are decoded by the `tar` crate. Its iterator is not used: it reads long names into memory whatever
//! length they declare, and it stops at the first damaged header, while we look for the next sound one.

use std::io::{self, Read};

use ::tar::{EntryType, Header};
use custodia_model::{Time, tables::Warning};

use super::{About, Body, Content, Damage, Entry, Input, Limits, Needs, Source, Visit, WalkError, names, read_full};

/// tar.
pub struct Tar;

const ABOUT: About = About {
    name: "tar",
    opens: "tar archives by the checksum of their first header: ustar, pax, GNU long names, old form",
    tested: &["GNU, ustar and pax archives, links, truncated and damaged ones, invented data"],
    gaps: "links and devices are listed, never made; sparse files and parts of multi-volume archives are listed, \
           not read; extended attributes and owners are not kept",
};

const BLOCK: usize = 512;

/// Long names and pax records beyond this are damage: no file system knows such names.
const LONGEST_RECORD: u64 = 1 << 20;

impl Source for Tar {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> Needs {
        Needs::Front
    }

    fn fits(&self, _path: &str, head: &[u8]) -> bool {
        head.first_chunk::<BLOCK>().is_some_and(|block| sound(block).is_some())
    }

    fn walk(&self, _path: &str, input: Input<'_>, _limits: &Limits, visit: &mut dyn Visit) -> Result<(), WalkError> {
        let Input::Front(reader) = input else {
            return Err(WalkError::Not("expected bytes from front to back".into()));
        };
        let mut tape = Tape { reader, at: 0 };
        if let Err(error) = walk(&mut tape, visit) {
            visit.warning(None, Damage::warning(&error));
        }
        Ok(())
    }
}

/// What records before a header say about it.
#[derive(Default)]
struct Said {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
    modified: Option<Time>,
    /// Its content is the parts of a sparse file, by any form of GNU's pax records.
    sparse: bool,
    /// Its name then: the header has one that GNU tar made up.
    sparse_name: Option<Vec<u8>>,
}

/// Walks until the end of the archive. An error is one after which no header can be found.
fn walk(tape: &mut Tape<'_>, visit: &mut dyn Visit) -> io::Result<()> {
    let mut said = Said::default();
    let mut block = [0; BLOCK];
    let mut loaded = false;
    loop {
        if !std::mem::take(&mut loaded) {
            let at = tape.at;
            let n = tape.block(&mut block)?;
            if n < BLOCK {
                let says =
                    format!("expected a header or two blocks of zeros at byte {at}, found the end after {n} bytes");
                visit.warning(None, Warning::new("truncated", says));
                return Ok(());
            }
        }
        let at = tape.at.saturating_sub(BLOCK as u64);
        if block.iter().all(|&byte| byte == 0) {
            if !after_the_end(tape, &mut block, visit)? {
                return Ok(());
            }
            loaded = true;
            continue;
        }
        let Some(header) = sound(&block) else {
            let skipped = tape.find_next_header(&mut block)?;
            let next = if skipped.found { "the next sound one follows" } else { "no sound one follows in" };
            let says =
                format!("expected a header at byte {at}, found other bytes; {next} {} bytes later", skipped.bytes);
            visit.warning(None, Warning::new("damaged", says).bytes(skipped.bytes));
            said = Said::default();
            if !skipped.found {
                return Ok(());
            }
            loaded = true;
            continue;
        };
        let kind = header.entry_type();
        let size = match header.entry_size() {
            Ok(size) => size,
            Err(_) => {
                let says = format!("the header at byte {at} has no number where the size stands");
                visit.warning(None, Warning::new("damaged", says));
                said = Said::default();
                continue;
            }
        };
        let record = kind.is_gnu_longname()
            || kind.is_gnu_longlink()
            || kind.is_pax_local_extensions()
            || kind.is_pax_global_extensions();
        if record {
            take_record(tape, kind, size, at, &mut said, visit)?;
            continue;
        }
        if member(tape, header, size, std::mem::take(&mut said), at, visit)? {
            return Ok(());
        }
    }
}

/// Reads a record that describes the next header.
fn take_record(
    tape: &mut Tape<'_>,
    kind: EntryType,
    size: u64,
    at: u64,
    said: &mut Said,
    visit: &mut dyn Visit,
) -> io::Result<()> {
    if size > LONGEST_RECORD {
        let says = format!("the record at byte {at} declares {size} bytes, more than {LONGEST_RECORD}; it was skipped");
        visit.warning(None, Warning::new("limit", says).bytes(size));
        return tape.skip(padded(size));
    }
    let mut record = vec![0; size as usize];
    tape.exact(&mut record)?;
    tape.skip(padded(size) - size)?;
    let until_nul = |record: &[u8]| record.split(|&byte| byte == 0).next().unwrap_or_default().to_vec();
    if kind.is_gnu_longname() {
        said.path = Some(until_nul(&record));
    } else if kind.is_gnu_longlink() {
        said.link = Some(until_nul(&record));
    } else if kind.is_pax_local_extensions()
        && let Err(offset) = take_pax(&record, said)
    {
        let says = format!("expected a pax record `length key=value` at byte {}, found other bytes", at + 512 + offset);
        visit.warning(None, Warning::new("damaged", says));
    }
    Ok(())
}

/// Takes `length key=value\n` records (POSIX pax, extended header); an error is the place of the first damaged one.
fn take_pax(mut records: &[u8], said: &mut Said) -> Result<(), u64> {
    let whole = records.len();
    while !records.is_empty() {
        let here = (whole - records.len()) as u64;
        let blank = records.iter().position(|&byte| byte == b' ').ok_or(here)?;
        let length: usize = str::from_utf8(&records[..blank]).ok().and_then(|text| text.parse().ok()).ok_or(here)?;
        let record = records.get(blank + 1..length).and_then(|record| record.strip_suffix(b"\n")).ok_or(here)?;
        let equals = record.iter().position(|&byte| byte == b'=').ok_or(here)?;
        let (key, value) = (&record[..equals], &record[equals + 1..]);
        match key {
            b"path" => said.path = Some(value.to_vec()),
            b"linkpath" => said.link = Some(value.to_vec()),
            b"size" => said.size = str::from_utf8(value).ok().and_then(|text| text.parse().ok()),
            b"mtime" => said.modified = str::from_utf8(value).ok().and_then(pax_time),
            b"GNU.sparse.name" => (said.sparse, said.sparse_name) = (true, Some(value.to_vec())),
            key if key.starts_with(b"GNU.sparse.") => said.sparse = true,
            _ => {}
        }
        records = &records[length..];
    }
    Ok(())
}

/// Reads `1490682600.123456789`: seconds since 1970 with any number of decimals.
fn pax_time(text: &str) -> Option<Time> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let seconds: i64 = whole.parse().ok()?;
    let digits = part.bytes().chain(std::iter::repeat(b'0')).take(3);
    let ms = digits.fold(0, |ms, digit| ms * 10 + i64::from(digit.wrapping_sub(b'0').min(9)));
    Time::from_unix_ms(seconds.checked_mul(1000)?.checked_add(ms)?)
}

/// Hands one member to the visitor and goes on behind it; true when the visitor has enough.
fn member(
    tape: &mut Tape<'_>,
    header: &Header,
    size: u64,
    said: Said,
    at: u64,
    visit: &mut dyn Visit,
) -> io::Result<bool> {
    let kind = header.entry_type();
    let path = said.sparse_name.or(said.path).unwrap_or_else(|| header.path_bytes().into_owned());
    let name = names::display(&path);
    // Links, devices and folders have no content, whatever their size says; only pax gives hard links one.
    let size = match kind {
        EntryType::Symlink | EntryType::Char | EntryType::Block | EntryType::Directory | EntryType::Fifo => 0,
        EntryType::Link => said.size.unwrap_or(0),
        _ => said.size.unwrap_or(size),
    };
    let modified = said.modified.or_else(|| Time::from_unix_s(i64::try_from(header.mtime().ok()?).ok()?));
    let entry = Entry { name, size: Some(size), modified, ..Entry::default() };
    let link = || {
        let target = said.link.clone().or_else(|| header.link_name_bytes().map(|link| link.into_owned()));
        names::display(&target.unwrap_or_default())
    };
    let mut body = Member { tape, left: size, declared: size, at };
    let regular = matches!(kind, EntryType::Regular | EntryType::Continuous);
    let file = regular && !said.sparse && !(path.ends_with(b"/") && size == 0);
    let flow = if file {
        visit.entry(entry, Content::Now(&mut body))
    } else {
        match kind {
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse
                if said.sparse || kind.is_gnu_sparse() =>
            {
                let says = format!(
                    "a sparse file in GNU form at byte {at}, of which only the parts are stored; it is not read"
                );
                if visit.refused(entry, Warning::new("unsupported", says).bytes(size)).is_break() {
                    return Ok(true);
                }
            }
            EntryType::Directory | EntryType::Regular => {}
            EntryType::Symlink => {
                let says = format!("a symbolic link to '{}'; it was not made", link());
                visit.warning(Some(&entry.name), Warning::new("not a file", says));
            }
            EntryType::Link => {
                let says = format!("a hard link to '{}'; it was not made", link());
                visit.warning(Some(&entry.name), Warning::new("not a file", says).bytes(size));
            }
            EntryType::Char | EntryType::Block => {
                visit.warning(Some(&entry.name), Warning::new("not a file", "a device; it was not made"));
            }
            EntryType::Fifo => {
                visit.warning(Some(&entry.name), Warning::new("not a file", "a named pipe; it was not made"));
            }
            other => {
                let says = format!("type {:?} at byte {at}, which is not read", char::from(other.as_byte()));
                if visit.refused(entry, Warning::new("unsupported", says).bytes(size)).is_break() {
                    return Ok(true);
                }
            }
        }
        std::ops::ControlFlow::Continue(())
    };
    let unread = body.left;
    if flow.is_break() {
        return Ok(true);
    }
    tape.skip(unread)?;
    // The last member may end without its padding; the next header then says that the bytes end.
    tape.skip_at_most(padded(size) - size)?;
    Ok(false)
}

/// Reads on after the blocks of zeros that end an archive: there may be padding, and nothing else. Members that
/// follow all the same are read too; true when the first of their headers has been loaded.
fn after_the_end(tape: &mut Tape<'_>, block: &mut [u8; BLOCK], visit: &mut dyn Visit) -> io::Result<bool> {
    let mut first = None;
    loop {
        let at = tape.at;
        let n = tape.block(block)?;
        let found = n == BLOCK && with_magic(block);
        if first.is_none() {
            first = block[..n].iter().position(|&byte| byte != 0).map(|place| at + place as u64);
        }
        if let Some(first) = first.filter(|_| found || n < BLOCK) {
            let read = if found { "; the members in it are read too" } else { "" };
            let says = format!("the archive ends, but from byte {first} on there is more than zeros{read}");
            visit.warning(None, Warning::new("data after the end", says));
        }
        if found || n < BLOCK {
            return Ok(found);
        }
    }
}

/// Whether a block is a sound header that also bears the magic number: content may by chance have a right sum.
fn with_magic(block: &[u8; BLOCK]) -> bool {
    sound(block).is_some_and(|header| header.as_ustar().is_some() || header.as_gnu().is_some())
}

/// The header in a block, if its checksum is right.
fn sound(block: &[u8; BLOCK]) -> Option<&Header> {
    let header = Header::from_byte_slice(block);
    // The checksum field itself counts as eight blanks (POSIX, ustar interchange format).
    let sum: u32 =
        block.iter().enumerate().map(|(at, &byte)| if (148..156).contains(&at) { 32 } else { byte.into() }).sum();
    (block[0] != 0 && header.cksum().ok() == Some(sum)).then_some(header)
}

/// A size rounded up to whole blocks.
fn padded(size: u64) -> u64 {
    size.checked_next_multiple_of(BLOCK as u64).unwrap_or(u64::MAX)
}

/// The archive with the place in it.
struct Tape<'a> {
    reader: &'a mut dyn Read,
    at: u64,
}

struct Skipped {
    bytes: u64,
    found: bool,
}

impl Tape<'_> {
    fn some(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.reader.read(into) {
                Ok(n) => {
                    self.at = self.at.saturating_add(n as u64);
                    return Ok(n);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads a block, or less at the end.
    fn block(&mut self, into: &mut [u8; BLOCK]) -> io::Result<usize> {
        let n = read_full(&mut self.reader, into)?;
        self.at = self.at.saturating_add(n as u64);
        Ok(n)
    }

    fn exact(&mut self, into: &mut [u8]) -> io::Result<()> {
        let (at, wanted) = (self.at, into.len());
        let n = read_full(&mut self.reader, into)?;
        self.at = self.at.saturating_add(n as u64);
        if n < wanted {
            return Err(Damage::new("truncated", format!("expected {wanted} bytes at byte {at}, found {n}")).into());
        }
        Ok(())
    }

    fn skip_at_most(&mut self, bytes: u64) -> io::Result<u64> {
        let n = io::copy(&mut (&mut *self.reader).take(bytes), &mut io::sink())?;
        self.at = self.at.saturating_add(n);
        Ok(n)
    }

    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let at = self.at;
        let n = self.skip_at_most(bytes)?;
        if n < bytes {
            let says = format!("expected {bytes} bytes at byte {at}, found {n}");
            return Err(Damage::new("truncated", says).bytes(bytes - n).into());
        }
        Ok(())
    }

    /// Looks for the next sound header, block by block, and leaves the reader in front of what follows it.
    fn find_next_header(&mut self, block: &mut [u8; BLOCK]) -> io::Result<Skipped> {
        let mut bytes = BLOCK as u64;
        loop {
            let n = self.block(block)?;
            if n < BLOCK {
                return Ok(Skipped { bytes: bytes.saturating_add(n as u64), found: false });
            }
            if with_magic(block) {
                return Ok(Skipped { bytes, found: true });
            }
            bytes = bytes.saturating_add(BLOCK as u64);
        }
    }
}

/// The content of one member.
struct Member<'a, 'b> {
    tape: &'a mut Tape<'b>,
    left: u64,
    declared: u64,
    at: u64,
}

impl Read for Member<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let want = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        if want == 0 {
            return Ok(0);
        }
        let n = self.tape.some(&mut into[..want])?;
        if n == 0 {
            let says = format!(
                "the member whose header is at byte {} declares {} bytes; the archive ends {} bytes earlier",
                self.at, self.declared, self.left
            );
            return Err(Damage::new("truncated", says).bytes(self.left).into());
        }
        self.left -= n as u64;
        Ok(n)
    }
}

impl Body for Member<'_, '_> {}
