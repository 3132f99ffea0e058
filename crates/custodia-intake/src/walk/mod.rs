//! From the evidence as handed over to the list of its files: every container opened as deep as limits allow, every
//! file digested while it is read, content kept only where a parser wants it.
//!
//! The order of items and warnings follows the evidence alone. Threads share the work inside a wave of entries;
//! what a wave found is taken over in the order of its entries, and limits are counted there, so that neither the
//! number of threads nor their luck decides anything.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use custodia_model::tables::{DeviceFact, Warning};
use custodia_model::{Origin, Text};
use sha2::{Digest, Sha256};

use crate::evidence::{Evidence, Item};
use crate::progress::Progress;
use crate::scan::Found;
use crate::secrets::Secrets;
use crate::sources::folder::{self, Folder};
use crate::sources::in_place::InPlace;
use crate::sources::{Content, Damage, Entry, Input, Limits, Needs, SOURCES, Source, Visit};
use intake::Intake;
pub(crate) use intake::wanted_by;
use level::Level;
use scratch::Scratch;
pub(crate) use walker::MOST_TRACES;
use walker::Walker;

mod assemble;
mod intake;
mod level;
mod run;
pub(crate) mod scratch;
pub(crate) mod traces;
mod walker;

/// Bytes at the beginning of a file by which sources and parsers know it.
pub const HEAD: usize = 4096;

/// How to walk.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads that read and digest; the result is the same for any number.
    pub threads: usize,
    /// What the evidence may cost.
    pub limits: Limits,
    /// Where kept content may be written that is too large for memory, in a file without a name; none for the
    /// system's folder for temporary files.
    pub scratch_dir: Option<PathBuf>,
    /// Whether to open what needs the whole exhibit ([`crate::assemblies`]).
    pub assemble: bool,
    /// Passwords and keys for it.
    pub secrets: Secrets,
    /// Whether the bytes of texts, databases and unknown content that neither a parser nor a source reads are looked
    /// through for links, addresses and numbers.
    pub traces: bool,
}

impl Default for Options {
    fn default() -> Options {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        Options {
            threads,
            limits: Limits::default(),
            scratch_dir: None,
            assemble: true,
            secrets: Secrets::default(),
            traces: false,
        }
    }
}

/// Whether a parser wants a file, by its path and its first bytes.
pub type Wanted<'a> = &'a (dyn Fn(&str, &[u8]) -> bool + Sync);

/// What a walk found.
pub struct Walked {
    /// Every file.
    pub evidence: Evidence,
    /// How the walk ended for each item, in the order of the items.
    pub ended: Vec<Ended>,
    /// What could not be read, and where.
    pub warnings: Vec<(Origin, Warning)>,
    /// Where the keys lie that opened backups.
    pub facts: Vec<(Origin, DeviceFact)>,
    /// How the number of the account ends to which a backup says it belongs, by the backup's path.
    pub number_ends: Vec<(Text, String)>,
    /// Places of the items that are parts of an encrypted backup which was not opened: nobody reads them, and no text is in
    /// their bytes.
    pub sealed: HashSet<usize>,
    /// Traces in bytes that nothing reads, with the place of their item, in the order of the items.
    pub traces: Vec<(usize, Found)>,
    /// Name of the source that opened the evidence itself; `file` when none did.
    pub source_kind: &'static str,
    /// SHA-256 of the evidence file; for a folder, of the lines `sha256␠size␠path\n` of its files, sorted by path,
    /// paths below the folder without a leading `/`, and `-` for the digest of a file that could not be read.
    pub source_sha256: [u8; 32],
    /// Size of the evidence file, or of all files of the folder, in bytes.
    pub source_bytes: u64,
}

/// How the walk ended for one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Name of the source that opened it as a container, if one did.
    pub source: Option<&'static str>,
    /// How far it came.
    pub outcome: Outcome,
}

/// How far the reading of one item came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Read to its end, and as a container walked to its end.
    Whole,
    /// Something of it could not be read; there is a warning.
    Partial,
    /// Nothing of it could be read; there is a warning.
    Rejected,
}

/// The evidence itself cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// It is not there, or may not be opened.
    #[error("the evidence '{path}' cannot be opened: {source}; check the path and the permissions")]
    Open {
        /// Path as given.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// It is neither a folder nor a regular file.
    #[error("the evidence '{0}' is neither a folder nor a regular file; make an image of it first")]
    Neither(String),
    /// A file that cannot be read to its end has no digest, and evidence without a digest is none.
    #[error("the evidence '{path}' cannot be read to its end: {says}; make an image of the medium first")]
    Unreadable {
        /// Path as given.
        path: String,
        /// What went wrong.
        says: String,
    },
    /// The folder for scratch files cannot be used.
    #[error("no scratch file can be made in '{path}': {source}; name another folder for scratch files")]
    Scratch {
        /// The folder.
        path: String,
        /// What the system says.
        source: io::Error,
    },
}

/// What all parts of a walk share.
pub(crate) struct Shared<'a> {
    pub(crate) wanted: Wanted<'a>,
    pub(crate) threads: usize,
    pub(crate) limits: &'a Limits,
    pub(crate) assemble: bool,
    pub(crate) scratch: Scratch,
    /// Whether bytes that nothing reads are looked through for traces.
    pub(crate) traces: bool,
    pub(crate) progress: &'a dyn Progress,
}

/// Walks one piece of evidence: a folder, an archive, or any single file.
///
/// `wanted` decides whose content is kept for parsing; the log, journal and index beside a wanted database are kept
/// too. Nothing is ever written under a name that the evidence gives, and nothing is written to the evidence.
pub fn walk(
    evidence: &Path,
    wanted: Wanted<'_>,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Walked, WalkError> {
    let given = || evidence.display().to_string();
    let cannot_open = |source| WalkError::Open { path: given(), source };
    let metadata = fs::metadata(evidence).map_err(cannot_open)?;
    let scratch_dir = options.scratch_dir.clone().unwrap_or_else(std::env::temp_dir);
    let scratch = Scratch::new(&scratch_dir)
        .map_err(|source| WalkError::Scratch { path: scratch_dir.display().to_string(), source })?;
    let threads = options.threads.max(1);
    let shared = Shared {
        wanted,
        threads,
        limits: &options.limits,
        assemble: options.assemble,
        scratch,
        traces: options.traces,
        progress,
    };
    let mut walker = Walker::new(&shared);
    if metadata.is_dir() {
        let mut top = Level::top(&mut walker);
        Folder
            .walk("", Input::Folder(evidence), &options.limits, &mut top)
            .map_err(|error| WalkError::Open { path: given(), source: io::Error::other(error) })?;
        top.finish();
        let (source_sha256, source_bytes) = digest_of_folder(&walker);
        walker.assemble(&options.secrets);
        return Ok(walker.walked(Folder.about().name, source_sha256, source_bytes));
    }
    if !metadata.is_file() {
        return Err(WalkError::Neither(given()));
    }
    let source = one_file(evidence, &shared, &mut walker).map_err(cannot_open)?;
    let (sha256, size) = match walker.items.first() {
        Some(Item { digests: Some(digests), size, .. }) => (digests.sha256, *size),
        _ => {
            let says = walker.warnings.first().map_or("no reason is known".into(), |(_, warning)| warning.says.clone());
            return Err(WalkError::Unreadable { path: given(), says: says.to_string() });
        }
    };
    walker.assemble(&options.secrets);
    Ok(walker.walked(source.map_or("file", |source| source.about().name), sha256, size))
}

/// The source that opens a content with this name and head.
pub(crate) fn source_for(path: &str, head: &[u8]) -> Option<&'static dyn Source> {
    SOURCES.iter().copied().find(|source| source.fits(path, head))
}

/// Walks evidence that is one file; it becomes the first item.
fn one_file(evidence: &Path, shared: &Shared<'_>, walker: &mut Walker<'_>) -> io::Result<Option<&'static dyn Source>> {
    let name = folder::file_name(evidence);
    let in_place = InPlace::at(evidence);
    let mut body = in_place.open()?;
    let bytes = body.any_position()?;
    let mut head = [0; HEAD];
    let read = bytes.read_at(0, &mut head)?;
    let path: Text = format!("/{name}").into();
    let head = &head[..read];
    let meant = || SOURCES.iter().copied().find(|source| source.fits_evidence(&path, head, bytes.as_ref()));
    let source = source_for(&path, head).or_else(meant);
    let (size, modified) = (Some(body.size()), body.modified());
    let entry = Entry { name, size, modified, modified_as_stored: None, on_disk: Some(in_place.clone()) };
    shared.progress.total(1, body.size());
    match source {
        Some(source) if source.needs() == Needs::Positions => {
            // The directory of such a container stands at its end: one thread digests it from the front while
            // the others unpack, both of the same open file.
            let index = walker.reserve();
            let digest = || Intake::new(shared, path.clone(), entry.clone(), body, u64::MAX).alone();
            let done = if shared.threads > 1 {
                thread::scope(|scope| {
                    let digest = scope.spawn(digest);
                    walker.descend(index, source, Input::Positions(&bytes), &path, 0);
                    digest.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                })
            } else {
                let done = digest();
                walker.descend(index, source, Input::Positions(&bytes), &path, 0);
                done
            };
            walker.fill(index, done);
            let warning = in_place.again().err().map(|error| Damage::warning(&error));
            walker.unlike(index, warning);
        }
        _ => {
            let mut top = Level::top(walker);
            let _ = top.entry(entry, Content::Now(&mut body));
            top.finish();
        }
    }
    Ok(source)
}

fn digest_of_folder(walker: &Walker<'_>) -> ([u8; 32], u64) {
    let mut sha256 = Sha256::new();
    let mut bytes: u64 = 0;
    for &index in &walker.top {
        let Some(item) = walker.items.get(index) else { continue };
        let digest = item.digests.map_or_else(|| "-".to_owned(), |digests| digests.sha256_hex());
        let below = item.path.strip_prefix('/').unwrap_or(&item.path);
        sha256.update(format!("{digest} {} {below}\n", item.size));
        bytes = bytes.saturating_add(item.size);
    }
    (sha256.finalize().into(), bytes)
}
