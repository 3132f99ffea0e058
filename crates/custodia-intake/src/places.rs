//! The way back: from directions such as `/backup.zip/data/msgstore.db#message/4711` to the row and its bytes, in the evidence
//! as it is now. Nothing is written but nameless scratch files. Only the container that the path names is opened, unless what it leads
//! to opens by something elsewhere in the exhibit, such as a key.

use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

use crate::bytes::Bytes;
use crate::open::sqlite::MAGIC;
use crate::open::sqlite::{Cell, Database};
use crate::progress::Silent;
use crate::secrets::Secrets;
use crate::walk::{self, Walked};

/// Bytes that are shown around a place.
pub const SHOWN: usize = 4096;
/// Bytes of one text or blob that are shown.
const CELL: usize = 64 << 10;
/// Lines and bytes that are read on the way to a line.
const LINES: u64 = 256 << 20;

/// A file of the evidence, found again.
pub struct Found {
    /// Its path in the evidence.
    pub path: String,
    /// SHA-256 of its content now, in hex, if it could be read to its end.
    pub sha256: Option<String>,
    main: Bytes,
    log: Option<Bytes>,
    journal: Option<Bytes>,
    /// What holds the scratch files.
    _walked: Option<Walked>,
}

/// A place in a file.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Values of a database row, by column.
    pub cells: Vec<(String, Shown)>,
    /// The file that the bytes are of: the database, or the log or the journal beside it.
    pub file: String,
    /// Where they begin.
    pub offset: u64,
    /// How many the record, line or file has.
    pub length: u64,
    /// The bytes, [`SHOWN`] at most.
    pub bytes: Vec<u8>,
    /// What else is to be said, in a sentence.
    pub says: Option<String>,
}

/// A value as stored.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// NULL.
    Null,
    /// Integer.
    Integer(i64),
    /// Real.
    Real(f64),
    /// Text, cut if it is very long.
    Text(String),
    /// Bytes, cut if they are many, and how many there are.
    Blob(Vec<u8>, usize),
}

/// Finds a file of the evidence again. `scratch` is where nameless files may be made, `secrets` what opens backups. The error
/// is a sentence.
pub fn find(evidence: &Path, path: &str, scratch: &Path, secrets: &Secrets) -> Result<Found, String> {
    let (container, inner) = nearest(evidence, path);
    if inner.is_none() {
        let sha256 = crate::examine::source_sha256(&container, 1, &Silent)?;
        let open = |path: &Path| -> std::io::Result<Bytes> {
            Ok(std::sync::Arc::new(crate::bytes::OnDisk::new(std::fs::File::open(path)?)?))
        };
        let main = open(&container).map_err(|why| format!("{}: {why}", container.display()))?;
        let beside = |suffix: &str| {
            let beside = PathBuf::from(format!("{}{suffix}", container.display()));
            if plain_file(&beside) { open(&beside).ok() } else { None }
        };
        let (log, journal) = (beside("-wal"), beside("-journal"));
        return Ok(Found { path: path.into(), sha256: Some(sha256), main, log, journal, _walked: None });
    }
    let mut inner = inner.unwrap_or_default();
    let scratch_dir = Some(scratch.to_path_buf());
    let how = walk::Options { threads: 1, scratch_dir, secrets: secrets.clone(), ..walk::Options::default() };
    let walk = |container: &Path, inner: &str| {
        let (log, journal) = (format!("{inner}-wal"), format!("{inner}-journal"));
        let wanted = |path: &str, _: &[u8]| path == inner || path == log || path == journal;
        walk::walk(container, &wanted, &how, &Silent).map_err(|why| why.to_string())
    };
    let mut walked = walk(&container, &inner)?;
    if walked.evidence.item(&inner).is_none() && container != evidence {
        // It may open only together with something else of the exhibit.
        inner = path.to_owned();
        walked = walk(evidence, &inner)?;
    }
    let item = walked.evidence.item(&inner).ok_or_else(|| {
        let locked = walked.warnings.iter().find(|(_, warning)| &*warning.warning == "encrypted");
        let why = locked.map(|(origin, warning)| format!("; {}: {}", origin.path, warning.says)).unwrap_or_default();
        format!("there is no {path} in the evidence as it is now{why}")
    })?;
    let main = item.open().map_err(|why| format!("{path}: {why}"))?;
    let sha256 = item.digests.as_ref().map(custodia_model::Digests::sha256_hex);
    let beside = |suffix: &str| walked.evidence.item(&format!("{inner}{suffix}")).and_then(|item| item.open().ok());
    let (log, journal) = (beside("-wal"), beside("-journal"));
    Ok(Found { path: path.into(), sha256, main, log, journal, _walked: Some(walked) })
}

/// The file of this machine that a path leads through, and what is left of the path within it, if it is a container.
fn nearest(evidence: &Path, path: &str) -> (PathBuf, Option<String>) {
    if !evidence.is_dir() {
        let name = crate::sources::name_of(evidence);
        let whole = path.strip_prefix('/') == Some(name.as_str());
        return (evidence.to_path_buf(), (!whole).then(|| path.to_owned()));
    }
    let mut at = evidence.to_path_buf();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    for (place, part) in parts.iter().enumerate() {
        // A path of evidence leads down and never through a link.
        if matches!(*part, "." | "..") {
            break;
        }
        at.push(part);
        if plain_file(&at) {
            let last = place + 1 == parts.len();
            return (at, (!last).then(|| format!("/{}", parts[place..].join("/"))));
        }
        if !at.symlink_metadata().is_ok_and(|meta| meta.is_dir()) {
            break;
        }
    }
    (evidence.to_path_buf(), Some(path.to_owned()))
}

fn plain_file(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|meta| meta.is_file())
}

impl Found {
    /// The place that a part and a number name; the beginning of the file without them.
    pub fn show(&self, part: Option<&str>, number: Option<i64>) -> Result<Place, String> {
        let mut head = [0; 16];
        let read = self.main.read_at(0, &mut head).map_err(|why| why.to_string())?;
        let database = head.get(..read) == Some(MAGIC);
        match (part, number) {
            (Some("byte"), Some(at)) => self.bytes(u64::try_from(at).unwrap_or(0), None),
            (Some("line"), Some(line)) => self.line(u64::try_from(line).unwrap_or(0)),
            (Some(table), number) if database => self.row(table, number),
            (None, _) => self.bytes(0, None),
            (Some(part), _) => {
                self.bytes(0, Some(format!("{part} is no table, line or byte of this file: its beginning is shown")))
            }
        }
    }

    fn bytes(&self, at: u64, says: Option<String>) -> Result<Place, String> {
        let mut bytes = vec![0; SHOWN];
        let read = self.main.read_at(at, &mut bytes).map_err(|why| why.to_string())?;
        bytes.truncate(read);
        let length = self.main.len().saturating_sub(at);
        Ok(Place { file: self.path.clone(), offset: at, length, bytes, says, ..Place::default() })
    }

    fn line(&self, wanted: u64) -> Result<Place, String> {
        let mut reader = std::io::BufReader::new(From { bytes: &self.main, at: 0 }.take(LINES));
        let (mut number, mut at) = (1, 0_u64);
        while number < wanted {
            let skipped = skip_line(&mut reader).map_err(|why| why.to_string())?;
            if skipped == 0 {
                return Err(format!("{} has {} lines; line {wanted} was asked for", self.path, number - 1));
            }
            at += skipped;
            number += 1;
        }
        let length = skip_line(&mut reader).map_err(|why| why.to_string())?;
        let mut place = self.bytes(at, None)?;
        place.bytes.truncate(usize::try_from(length).unwrap_or(SHOWN).min(SHOWN));
        place.length = length;
        Ok(place)
    }

    fn row(&self, table: &str, number: Option<i64>) -> Result<Place, String> {
        let database =
            Database::open(self.main.clone(), self.log.clone(), self.journal.clone()).map_err(|why| why.to_string())?;
        let Some(info) = database.table(table) else {
            return self.bytes(0, Some(format!("this database has no table {table}: its beginning is shown")));
        };
        let Some(number) = number else {
            return self.bytes(0, Some("the directions name no row: the beginning of the file is shown".into()));
        };
        let columns: Vec<String> = info.columns.clone();
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut scan = database.scan(table, &names);
        scan.seek(number);
        let mut cells = Vec::new();
        match scan.next() {
            Some(record) if record.rowid == number => {
                cells.extend(columns.iter().enumerate().map(|(place, name)| (name.clone(), shown(record.get(place)))));
            }
            _ => return Err(format!("table {table} of {} has no row {number} now", self.path)),
        }
        let Some(place) = scan.place() else { return Err(format!("row {number} has no place in {}", self.path)) };
        let says = place
            .overflow
            .then(|| "the row goes on in overflow pages; the bytes are those of its first page".to_owned());
        let file = format!("{}{}", self.path, place.within.suffix());
        let mut bytes = place.bytes.to_vec();
        bytes.truncate(SHOWN);
        Ok(Place { cells, file, offset: place.offset, length: place.bytes.len() as u64, bytes, says })
    }
}

fn shown(cell: Cell<'_>) -> Shown {
    match cell {
        Cell::Null => Shown::Null,
        Cell::Int(value) => Shown::Integer(value),
        Cell::Real(value) => Shown::Real(value),
        Cell::Text(text) => {
            let end = (0..=CELL.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
            Shown::Text(text[..end].to_owned())
        }
        Cell::Blob(bytes) => Shown::Blob(bytes[..bytes.len().min(SHOWN)].to_vec(), bytes.len()),
    }
}

/// Reads on to the end of a line; says how many bytes that were.
fn skip_line(reader: &mut impl BufRead) -> std::io::Result<u64> {
    let mut skipped = 0;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(skipped);
        }
        let (length, ended) = match memchr::memchr(b'\n', buffer) {
            Some(end) => (end + 1, true),
            None => (buffer.len(), false),
        };
        reader.consume(length);
        skipped += length as u64;
        if ended {
            return Ok(skipped);
        }
    }
}

/// Bytes from front to back.
struct From<'a> {
    bytes: &'a Bytes,
    at: u64,
}

impl Read for From<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.bytes.read_at(self.at, into)?;
        self.at += read as u64;
        Ok(read)
    }
}
