//! What is inside these bytes? Container, volume, file system and extraction are one question, asked again at
//! every layer: a zip in a tar in a zip needs no extra code, a depth limit bounds it.

use std::io::{self, Read};

use custodia_model::{Text, Time, tables::Warning};

use crate::bytes::Bytes;

/// Every source, in order of priority: the first that fits opens the bytes.
pub const SOURCES: &[&dyn Source] = &[];

/// Opens one kind of container.
pub trait Source: Sync {
    /// Name, what it opens, what it leaves out.
    fn about(&self) -> &'static About;

    /// Whether these bytes are such a container, by name and first bytes (at most 4096).
    fn fits(&self, path: &str, head: &[u8]) -> bool;

    /// Walks the container from front to back and hands every entry to `visit`. Damage is told to
    /// `visit.warning`, and the walk goes on as far as bytes allow; `Err` means that nothing can be read.
    fn walk(&self, bytes: &Bytes, visit: &mut dyn Visit) -> Result<(), WalkError>;
}

/// Receives what a source finds.
pub trait Visit {
    /// An entry with its content. An error of `content` is damage of that entry alone. Returning `Break` ends the
    /// walk: a limit was reached.
    fn entry(&mut self, entry: Entry, content: &mut dyn Read) -> std::ops::ControlFlow<()>;

    /// Something that could not be read; `name` is the entry it concerns, if any.
    fn warning(&mut self, name: Option<&str>, warning: Warning);
}

/// One file in a container, before its content is read.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Name as stored, made text: parts joined by `/`, bytes that are no UTF-8 escaped as `\xNN`. Never used as a
    /// path on this machine.
    pub name: Text,
    /// Size as declared, if it is; not to be trusted.
    pub size: Option<u64>,
    /// Last change as stored.
    pub modified: Option<Time>,
    /// Stored form of the time when it was no plain instant.
    pub modified_as_stored: Option<Text>,
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
