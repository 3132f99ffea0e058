//! Lists of known files, imported by an operator. Never read from an exhibit: a list found on a phone is a file like any other.

mod plain;
mod vics;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use custodia_model::tables::{Known, Warning};
use custodia_model::{Origin, Rows, Text};
use sha2::{Digest, Sha256};

use crate::progress::Progress;

/// One form of list.
pub trait HashList: Sync {
    /// Name, what it reads, what it leaves out.
    fn about(&self) -> &'static About;

    /// Whether the list has this form, by its first bytes (at most 4096).
    fn fits(&self, head: &[u8]) -> bool;

    /// Reads the list and hands every entry to `take`; a damaged entry is a warning and reading goes on. `Err` is a
    /// sentence: nothing of the list could be read.
    fn read(&self, list: &mut dyn BufRead, take: &mut dyn Take) -> Result<(), String>;
}

/// Receives the entries of a list.
pub trait Take {
    /// An entry with its number from 1: its place in an array, or its line.
    fn entry(&mut self, number: u64, known: Known);

    /// An entry that cannot be taken, and why.
    fn warning(&mut self, number: u64, warning: Warning);

    /// From byte `at` of the list on nothing can be read, and why.
    fn lost(&mut self, number: u64, at: u64, says: String);
}

/// What a form of list is, for documentation.
#[derive(Debug)]
pub struct About {
    /// Name, unique.
    pub name: &'static str,
    /// What it reads.
    pub reads: &'static str,
    /// What it was tested on.
    pub tested: &'static [&'static str],
    /// What it leaves out.
    pub gaps: &'static str,
}

/// Every form of list, in order of priority.
pub const HASH_LISTS: &[&dyn HashList] = &[&vics::Vics, &plain::Plain];

/// A list that is about to be imported.
pub struct List {
    path: PathBuf,
    file: File,
    bytes: u64,
    form: &'static dyn HashList,
}

/// What was read of a list.
#[derive(Clone, Debug)]
pub struct ReadList {
    /// Name of the file.
    pub source: String,
    /// Name of its form.
    pub format: String,
    /// Its bytes.
    pub bytes: u64,
    /// Its SHA-256 in hex.
    pub sha256: String,
    /// What of it could not be taken; each of the first is a row of `warnings`.
    pub warnings: u64,
    /// Why it could not be read to its end, and how many bytes were not read.
    pub lost: Option<(String, u64)>,
}

/// Rows of `warnings` that one list may give: a list of another kind altogether would otherwise give one a line.
const MOST_WARNINGS: u64 = 1000;

/// Opens a list and finds its form.
pub fn open(path: &Path) -> Result<List, String> {
    let mut file = File::open(path).map_err(|why| format!("the list cannot be opened: {why}"))?;
    let bytes = file.metadata().map_err(|why| why.to_string())?.len();
    let mut head = Vec::new();
    (&mut file).take(4096).read_to_end(&mut head).map_err(|why| format!("the list cannot be read: {why}"))?;
    let form = HASH_LISTS.iter().find(|form| form.fits(&head)).ok_or_else(|| {
        let known: Vec<_> = HASH_LISTS.iter().map(|form| form.about().name).collect();
        match is_utf16(&head) {
            true => {
                "the list is written in UTF-16: expected UTF-8; convert it, as by iconv, and import it again".into()
            }
            false => format!("no form of list that is known: expected {}", known.join(" or ")),
        }
    })?;
    let file = File::open(path).map_err(|why| format!("the list cannot be opened: {why}"))?;
    Ok(List { path: path.to_path_buf(), file, bytes, form: *form })
}

/// Whether a list is UTF-16, by its mark of byte order or its zeros.
fn is_utf16(head: &[u8]) -> bool {
    let zeros = |first: usize| head.len() >= 8 && head.iter().skip(first).step_by(2).all(|&byte| byte == 0);
    head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || zeros(0) != zeros(1)
}

impl List {
    /// Bytes of the list.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Reads the list into rows of `known`, under its name and kind (`known` or `benign`).
    pub fn read(
        self,
        list: &str,
        kind: &str,
        rows: &mut dyn Rows,
        progress: &dyn Progress,
    ) -> Result<ReadList, String> {
        let source = self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let digesting = Digesting { file: self.file, digest: Sha256::new(), bytes: 0, progress };
        let mut reader = BufReader::with_capacity(1 << 18, digesting);
        let mut into = Into {
            rows,
            list: list.into(),
            kind: kind.into(),
            path: format!("/{source}").into(),
            part: "entry".into(),
            bytes: self.bytes,
            warnings: 0,
            lost: None,
        };
        self.form.read(&mut reader, &mut into)?;
        let (warnings, lost) = into.ended();
        // What follows the last entry belongs to the file's digest all the same.
        io::copy(&mut reader, &mut io::sink()).map_err(|why| format!("the list cannot be read: {why}"))?;
        let read = reader.into_inner();
        Ok(ReadList {
            source,
            format: self.form.about().name.into(),
            bytes: read.bytes,
            sha256: hex::encode(read.digest.finalize()),
            warnings,
            lost,
        })
    }
}

struct Into<'a> {
    rows: &'a mut dyn Rows,
    list: Text,
    kind: Text,
    path: Text,
    part: Text,
    /// Bytes of the list.
    bytes: u64,
    warnings: u64,
    lost: Option<(String, u64)>,
}

impl Into<'_> {
    /// Tells what was not told one by one; gives the number of warnings, and what could not be read at all.
    fn ended(self) -> (u64, Option<(String, u64)>) {
        if let Some(more) = self.warnings.checked_sub(MOST_WARNINGS).filter(|more| *more > 0) {
            let says = format!(
                "{more} more entries of this list could not be taken as they are; they are not told one by one"
            );
            self.rows.put(Origin::file(self.path), Warning::new("too many", says).into());
        }
        (self.warnings, self.lost)
    }

    fn tell(&mut self, number: u64, warning: Warning) {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        self.rows.put(Origin::at(self.path.clone(), self.part.clone(), number), warning.into());
    }
}

impl Take for Into<'_> {
    fn entry(&mut self, number: u64, known: Known) {
        let row = Known { list: self.list.clone(), list_kind: self.kind.clone(), ..known };
        self.rows.put(
            Origin::at(self.path.clone(), self.part.clone(), i64::try_from(number).unwrap_or(i64::MAX)),
            row.into(),
        );
    }

    fn warning(&mut self, number: u64, warning: Warning) {
        self.warnings += 1;
        if self.warnings <= MOST_WARNINGS {
            self.tell(number, warning);
        }
    }

    fn lost(&mut self, number: u64, at: u64, says: String) {
        let unread = self.bytes.saturating_sub(at);
        self.tell(number, Warning::new("truncated", format!("{says}; {unread} bytes were not read")).bytes(unread));
        self.lost = Some((says, unread));
    }
}

struct Digesting<'a> {
    file: File,
    digest: Sha256,
    bytes: u64,
    progress: &'a dyn Progress,
}

impl Read for Digesting<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(into)?;
        self.digest.update(&into[..n]);
        self.bytes += n as u64;
        self.progress.add(0, n as u64);
        Ok(n)
    }
}

/// A digest in hex of any case: lower case, when it has the digits of `bytes` bytes.
fn digest(text: &str, bytes: usize) -> Option<Text> {
    let text = text.trim();
    let fits = text.len() == bytes * 2 && text.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then(|| text.to_ascii_lowercase().into())
}

#[cfg(test)]
mod tests;
