//! What is inside these bytes? Container, volume, file system and extraction are one question, asked again at
//! every layer: a zip in a tar in a zip needs no extra code, a depth limit bounds it.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use custodia_model::{Text, Time, tables::Warning};

use crate::bytes::{Bytes, ReadAt};
use in_place::InPlace;

pub mod folder;
pub mod gzip;
pub mod in_place;
pub mod names;
pub(crate) mod ratio;
pub mod tar;
pub mod zip;

/// Every source, in order of priority: the first that fits opens the bytes.
pub const SOURCES: &[&dyn Source] = &[&folder::Folder, &zip::Zip, &gzip::Gzip, &tar::Tar];

/// Opens one kind of container.
pub trait Source: Sync {
    /// Name, what it opens, what it leaves out.
    fn about(&self) -> &'static About;

    /// How it must be given the container.
    fn needs(&self) -> Needs;

    /// Whether these bytes are such a container that holds evidence, by name and first bytes (at most 4096).
    fn fits(&self, path: &str, head: &[u8]) -> bool;

    /// The same of evidence that was handed over as this one file: whoever hands over a container means what is in it,
    /// whatever it looks like.
    fn fits_evidence(&self, path: &str, head: &[u8], _bytes: &dyn ReadAt) -> bool {
        self.fits(path, head)
    }

    /// Walks the container from front to back and hands every entry to `visit`. Damage is told to
    /// `visit.warning`, and the walk goes on as far as bytes allow; `Err` means that nothing can be read.
    /// `path` is the container's own path, for sources that name their entry after it.
    fn walk(&self, path: &str, input: Input<'_>, limits: &Limits, visit: &mut dyn Visit) -> Result<(), WalkError>;
}

/// The name of evidence that is one file, as its items bear it.
pub(crate) fn name_of(evidence: &std::path::Path) -> String {
    folder::file_name(evidence)
}

/// How a source must be given its container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// As a folder of this machine.
    Folder,
    /// As bytes that can be read at any position: its directory is not at the front.
    Positions,
    /// From front to back, once: such a container needs no copy however large it is.
    Front,
}

/// A container on its way into a source, in the form that [`Source::needs`] asks for.
pub enum Input<'a> {
    /// A folder of this machine.
    Folder(&'a Path),
    /// Bytes at any position.
    Positions(&'a Bytes),
    /// Bytes from front to back.
    Front(&'a mut dyn Read),
}

/// Receives what a source finds.
pub trait Visit {
    /// An entry with its content. `Break` ends the walk: a limit was reached.
    fn entry(&mut self, entry: Entry, content: Content<'_>) -> ControlFlow<()>;

    /// An entry whose content cannot be read at all; the warning says why.
    fn refused(&mut self, entry: Entry, warning: Warning) -> ControlFlow<()>;

    /// Something that concerns no readable entry; `name` is the entry it concerns, if any.
    fn warning(&mut self, name: Option<&str>, warning: Warning);

    /// That much lies ahead in this container, as far as it says.
    fn ahead(&mut self, _items: u64, _bytes: u64) {}
}

/// One file in a container, before its content is read.
#[derive(Clone, Default)]
pub struct Entry {
    /// Name as stored, made text by [`names`]. Never used as a path on this machine.
    pub name: String,
    /// Size as declared, if it is; not to be trusted.
    pub size: Option<u64>,
    /// Last change as stored.
    pub modified: Option<Time>,
    /// Stored form of the time when it was no plain instant.
    pub modified_as_stored: Option<Text>,
    /// The file of this machine that is the entry, for a folder.
    pub on_disk: Option<Arc<InPlace>>,
}

/// The content of an entry.
pub enum Content<'a> {
    /// Can be read now and never again: the container is read from front to back.
    Now(&'a mut dyn Body),
    /// Can be opened later and on any thread.
    Later(Opener),
}

/// Opens the content of an entry, on any thread.
pub type Opener = Box<dyn FnOnce() -> io::Result<Box<dyn Body + Send>> + Send>;

/// The bytes of one entry. An error of `read` is damage of that entry alone; a [`Damage`] inside it says of what kind.
pub trait Body: Read {
    /// What was wrong with a content that could be read to its end: another checksum, a change meanwhile.
    fn at_end(&mut self) -> Option<Warning> {
        None
    }
}

impl Body for &[u8] {}

impl<B: Body + ?Sized> Body for &mut B {
    fn at_end(&mut self) -> Option<Warning> {
        (**self).at_end()
    }
}

impl<B: Body + ?Sized> Body for Box<B> {
    fn at_end(&mut self) -> Option<Warning> {
        (**self).at_end()
    }
}

/// Damage of one entry, carried in an [`io::Error`].
#[derive(Debug)]
pub struct Damage {
    /// Fixed word for the `warning` column.
    pub kind: Cow<'static, str>,
    /// Sentence: expected, found, where.
    pub says: String,
    /// Bytes not read, where known.
    pub bytes: Option<u64>,
}

impl Damage {
    /// Damage of a fixed kind with its sentence.
    pub fn new(kind: &'static str, says: impl Into<String>) -> Damage {
        Damage { kind: Cow::Borrowed(kind), says: says.into(), bytes: None }
    }

    /// The same, with the number of bytes that were not read.
    pub fn bytes(mut self, bytes: u64) -> Damage {
        self.bytes = Some(bytes);
        self
    }

    /// The damage that a warning told of.
    pub(crate) fn from_warning(warning: &Warning) -> Damage {
        let bytes = warning.bytes.and_then(|bytes| u64::try_from(bytes).ok());
        Damage { kind: warning.warning.to_string().into(), says: warning.says.to_string(), bytes }
    }

    /// The warning it becomes.
    pub fn to_warning(&self) -> Warning {
        let warning = Warning::new(&self.kind, &self.says);
        match self.bytes {
            Some(bytes) => warning.bytes(bytes),
            None => warning,
        }
    }

    /// The warning that an error of reading becomes.
    pub fn warning(error: &io::Error) -> Warning {
        if let Some(damage) = error.get_ref().and_then(|inner| inner.downcast_ref::<Damage>()) {
            return damage.to_warning();
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                Warning::new("truncated", format!("more content was expected, but the bytes end: {error}"))
            }
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                Warning::new("damaged", format!("the content could not be unpacked to its end: {error}"))
            }
            _ => Warning::new("unreadable", format!("the content could not be read to its end: {error}")),
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.says)
    }
}

impl std::error::Error for Damage {}

impl From<Damage> for io::Error {
    fn from(damage: Damage) -> io::Error {
        io::Error::other(damage)
    }
}

/// What evidence may cost. Reaching a limit is a warning and ends what reached it, never the examination.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Containers in containers.
    pub depth: u32,
    /// Entries of one exhibit.
    pub entries: u64,
    /// Bytes that come out of all containers of one exhibit.
    pub bytes: u64,
    /// An entry that has given more than [`Limits::ratio_from`] bytes is stopped when that is more than this many
    /// times what it was packed into.
    pub ratio: u64,
    /// Bytes that an entry may give at any ratio.
    pub ratio_from: u64,
    /// Bytes of one name, as text.
    pub name: usize,
    /// Warnings of one kind in one container that are told one by one; the rest is counted.
    pub warnings: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            depth: 8,
            entries: 10_000_000,
            bytes: 4 << 40,
            ratio: 1000,
            ratio_from: 1 << 30,
            name: 1 << 17,
            warnings: 1_000_000,
        }
    }
}

/// What a source is, for documentation and reports.
#[derive(Debug)]
pub struct About {
    /// Name, unique in the list.
    pub name: &'static str,
    /// What it opens.
    pub opens: &'static str,
    /// What it was tested on.
    pub tested: &'static [&'static str],
    /// What it leaves out.
    pub gaps: &'static str,
}

/// Nothing of a container can be read.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// The bytes could not be had.
    #[error("the container could not be read: {0}")]
    Io(#[from] io::Error),
    /// The bytes are no such container; the sentence says what was expected, found, and where.
    #[error("{0}")]
    Not(String),
}

/// Reads until `into` is full or the content ends.
pub(crate) fn read_full(from: &mut (impl Read + ?Sized), into: &mut [u8]) -> io::Result<usize> {
    let mut done = 0;
    while done < into.len() {
        match from.read(&mut into[done..]) {
            Ok(0) => break,
            Ok(n) => done += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_describes_itself() {
        let mut names: Vec<_> = SOURCES.iter().map(|source| source.about().name).collect();
        for source in SOURCES {
            let about = source.about();
            assert!(!about.name.is_empty() && !about.opens.is_empty() && !about.gaps.is_empty(), "{about:?}");
            assert!(!about.tested.is_empty() && about.tested.iter().all(|test| !test.is_empty()), "{about:?}");
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SOURCES.len(), "two sources bear one name");
    }
}
