//! gzip (RFC 1952): one entry, or several members that are one content. Read from front to back, so that a
//! `.tar.gz` of any size is walked without a copy of the tar inside.

use std::io::{self, BufRead, BufReader, Read};

use custodia_model::{Time, tables::Warning};
use flate2::bufread::GzDecoder;

use super::ratio::{Packed, Watched};
use super::{About, Body, Content, Damage, Entry, Input, Limits, Needs, Source, Visit, WalkError, names};

/// gzip.
pub struct Gzip;

/// Identification and the only compression method there is (RFC 1952, section 2.3.1).
const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];

const ABOUT: About = About {
    name: "gzip",
    opens: "gzip files (.gz, .tgz) by their first bytes; the entry inside is named after the file without .gz",
    tested: &["one and several members, truncated and damaged ones, invented data"],
    gaps: "bytes after the last member are reported, not read; the stored comment is not kept",
};

impl Source for Gzip {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> Needs {
        Needs::Front
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        head.starts_with(&MAGIC) && !super::zip::is_document(path)
    }

    fn walk(&self, path: &str, input: Input<'_>, limits: &Limits, visit: &mut dyn Visit) -> Result<(), WalkError> {
        let Input::Front(reader) = input else {
            return Err(WalkError::Not("expected bytes from front to back".into()));
        };
        let packed = Counted { inner: BufReader::with_capacity(1 << 16, reader), taken: 0 };
        let member = GzDecoder::new(packed);
        let (name, modified) = match member.header() {
            Some(header) => (header.filename(), Time::from_unix_s(i64::from(header.mtime()))),
            None => (None, None),
        };
        let entry = Entry { name: entry_name(path, name), modified, ..Entry::default() };
        let members = Members { member: Some(member), packed: 0, after: 0 };
        let mut body = GzipBody(Watched::new(members, limits));
        let _ = visit.entry(entry, Content::Now(&mut body));
        Ok(())
    }
}

/// `phone.tar.gz` holds `phone.tar`; where the container's name says nothing, the stored name does.
fn entry_name(path: &str, stored: Option<&[u8]>) -> String {
    let own = path.rsplit('/').next().unwrap_or_default();
    // Stored names are ISO 8859-1 by the RFC; what is valid UTF-8 was meant so.
    let stored = stored.map(|bytes| match str::from_utf8(bytes) {
        Ok(name) => names::escape(name),
        Err(_) => names::escape(&bytes.iter().map(|&byte| char::from(byte)).collect::<String>()),
    });
    let ending = |ending: &str| {
        let at = own.len().checked_sub(ending.len()).filter(|&at| at > 0)?;
        own.get(at..)?.eq_ignore_ascii_case(ending).then(|| &own[..at])
    };
    if let Some(stem) = ending(".gz") {
        stem.to_owned()
    } else if let Some(stem) = ending(".tgz") {
        format!("{stem}.tar")
    } else {
        stored.filter(|name| !name.is_empty()).unwrap_or_else(|| "content".to_owned())
    }
}

/// Packed bytes on their way in, counted.
struct Counted<R> {
    inner: BufReader<R>,
    taken: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(into)?;
        self.taken = self.taken.saturating_add(n as u64);
        Ok(n)
    }
}

impl<R: Read> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.taken = self.taken.saturating_add(n as u64);
        self.inner.consume(n);
    }
}

/// All members, one after the other. The library's own reader of several members takes whatever follows the last
/// one, such as the zeros of a tape block, for damage of the content before it.
struct Members<R: Read> {
    member: Option<GzDecoder<Counted<R>>>,
    packed: u64,
    /// Bytes after the last member, when they are not zeros.
    after: u64,
}

impl<R: Read> Members<R> {
    /// Goes on to the next member, or to the end of the bytes.
    fn next(&mut self) -> io::Result<()> {
        let Some(member) = self.member.take() else { return Ok(()) };
        let mut rest = member.into_inner();
        let ahead = rest.fill_buf()?;
        if ahead.starts_with(&MAGIC) {
            self.member = Some(GzDecoder::new(rest));
            return Ok(());
        }
        self.packed = rest.taken;
        let mut only_zeros = true;
        loop {
            let ahead = rest.fill_buf()?;
            let n = ahead.len();
            if n == 0 {
                break;
            }
            only_zeros &= ahead.iter().all(|&byte| byte == 0);
            rest.consume(n);
        }
        if !only_zeros {
            self.after = rest.taken.saturating_sub(self.packed);
        }
        Ok(())
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(into);
            self.packed = member.get_ref().taken;
            match read {
                Ok(0) if !into.is_empty() => self.next()?,
                read => return read,
            }
        }
        Ok(0)
    }
}

impl<R: Read> Packed for Members<R> {
    fn packed(&self) -> u64 {
        self.packed
    }
}

struct GzipBody<R: Read>(Watched<Members<R>>);

impl<R: Read> Read for GzipBody<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into).map_err(|error| {
            if error.get_ref().is_some_and(|inner| inner.is::<Damage>()) {
                return error;
            }
            let at = self.0.get_ref().packed();
            io::Error::new(error.kind(), format!("at byte {at} of the packed bytes: {error}"))
        })
    }
}

impl<R: Read> Body for GzipBody<R> {
    fn at_end(&mut self) -> Option<Warning> {
        let members = self.0.get_ref();
        let says = format!("after byte {}, the end of the last member, {} bytes follow", members.packed, members.after);
        (members.after > 0).then(|| Warning::new("data after the end", says).bytes(members.after))
    }
}
