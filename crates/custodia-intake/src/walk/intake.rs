//! One content on its way in: counted, looked at, kept if a parser wants it, and stopped at its limit.

use std::io::{self, Read};
use std::sync::Arc;

use custodia_model::{Digests, Text, tables::Warning};

use super::traces::Traces;
use super::{Ended, HEAD, Outcome, Shared, source_for};
use crate::bytes::Bytes;
use crate::content::{self, SQLITE_MAGIC};
use crate::digest::{Feed, Hasher};
use crate::evidence::{Item, Kept, Spooled};
use crate::scan::{Found, content_is_scanned};
use crate::sources::{Body, Damage, Entry, Needs, Source};

/// Kept content up to this size stays in memory.
const IN_MEMORY: usize = 4 << 20;

/// The same of what no parser wants: a backup has many such files, and each is read once more at most.
const IN_MEMORY_LATER: usize = 4 << 10;

/// Bytes that a single stream reads at a time.
const READ: usize = 256 << 10;

/// Progress is told in steps of this many bytes.
const STEP: u64 = 1 << 20;

/// A content being read. Errors do not leave it: they end the content and become its warning.
pub(super) struct Intake<'a, B> {
    shared: &'a Shared<'a>,
    path: Text,
    entry: Entry,
    body: B,
    /// Bytes that may come out.
    limit: u64,
    size: u64,
    /// Bytes read ahead, to be given first, and how many of them have been given.
    ahead: (Vec<u8>, usize),
    /// What the first bytes say, once they are known.
    seen: Option<Seen>,
    keeper: Keeper,
    /// Looks for traces in what no parser and no source reads.
    traces: Option<Box<Traces>>,
    failed: Option<Warning>,
    untold: u64,
}

/// Who wants a content.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    No,
    /// An assembly, when the whole exhibit has been walked.
    Later,
    /// The parser of any database alone, when everything has been walked.
    Rows,
    /// It lies beside such a database: its log or its journal, whose bytes are looked through as well.
    Beside,
    /// A parser.
    Yes,
}

struct Seen {
    content: &'static str,
    head: Vec<u8>,
    wanted: Wanted,
    source: Option<&'static dyn Source>,
}

enum Keeper {
    /// Not needed, or in the evidence itself.
    No,
    Memory(Vec<u8>),
    Scratch(Spooled),
    Failed(Warning),
}

/// A content that has been read.
pub(super) struct Done {
    pub(super) item: Item,
    pub(super) ended: Ended,
    pub(super) warnings: Vec<Warning>,
    /// The source that opens it, and its bytes.
    pub(super) container: Option<Container>,
    /// Traces found in its bytes.
    pub(super) traces: Vec<Found>,
}

/// A content that a source opens.
#[derive(Clone)]
pub(super) struct Container {
    pub(super) source: &'static dyn Source,
    pub(super) bytes: Bytes,
    /// Where they are.
    pub(super) kept: Kept,
}

impl<'a, B: Body> Intake<'a, B> {
    pub(super) fn new(shared: &'a Shared<'a>, path: Text, entry: Entry, body: B, limit: u64) -> Intake<'a, B> {
        let ahead = (Vec::new(), 0);
        let (seen, keeper, traces, failed) = (None, Keeper::No, None, None);
        Intake { shared, path, entry, body, limit, size: 0, ahead, seen, keeper, traces, failed, untold: 0 }
    }

    /// Reads up to `most` bytes ahead, which are then given first; true when the content ended before.
    pub(super) fn look_ahead(&mut self, most: usize) -> bool {
        let declared = self.entry.size.and_then(|size| usize::try_from(size).ok()).unwrap_or(HEAD);
        let mut bytes = Vec::with_capacity(declared.saturating_add(1).min(most));
        let read = (&mut self.body).take(most as u64).read_to_end(&mut bytes);
        if let Err(error) = read {
            self.failed = Some(Damage::warning(&error));
        }
        let ended = bytes.len() < most || self.failed.is_some();
        self.look_at(&bytes[..bytes.len().min(HEAD)]);
        self.ahead = (bytes, 0);
        ended
    }

    /// The source that reads this content from front to back while it is digested.
    pub(super) fn front_source(&self) -> Option<&'static dyn Source> {
        self.seen.as_ref().and_then(|seen| seen.source).filter(|source| source.needs() == Needs::Front)
    }

    /// Does not keep the content for the sake of a source: it is being read as it comes.
    pub(super) fn read_as_it_comes(&mut self) {
        if let Some(seen) = &mut self.seen {
            seen.source = None;
            if seen.wanted == Wanted::No {
                self.keeper = Keeper::No;
            }
        }
    }

    /// The content read ahead, to be digested with others: what ended it goes along.
    pub(super) fn into_held(mut self) -> (Entry, Held) {
        let end = self.failed.is_none().then(|| self.body.at_end()).flatten();
        (self.entry, Held { bytes: self.ahead.0, at: 0, failed: self.failed, end })
    }

    fn look_at(&mut self, head: &[u8]) {
        let wanted = wanted(self.shared, &self.path, head);
        let source = source_for(&self.path, head);
        let content = content::kind(head);
        let wanted_or_not = wanted != Wanted::No;
        let head = if wanted_or_not { head.to_vec() } else { Vec::new() };
        if (wanted_or_not || source.is_some()) && self.entry.on_disk.is_none() {
            self.keeper = Keeper::Memory(Vec::new());
        }
        // What a parser reads it reads by its own form, and what a source opens is looked at entry by entry.
        let nobody = matches!(wanted, Wanted::No | Wanted::Beside);
        if self.shared.traces && nobody && source.is_none() && content_is_scanned(content) {
            self.traces = Some(Box::default());
        }
        self.seen = Some(Seen { content, head, wanted, source });
    }

    /// Digests the content alone, to its end.
    pub(super) fn alone(self) -> Done {
        let mut single = Single::new(self);
        single.drain();
        single.finish()
    }

    /// What became of it, with the digests of everything that was read.
    pub(super) fn finish(mut self, digests: Option<Digests>) -> Done {
        if self.seen.is_none() {
            self.look_at(&[]);
        }
        let mut warnings = Vec::new();
        let whole = self.failed.is_none();
        match self.failed.take() {
            Some(warning) => warnings.push(warning),
            None => warnings.extend(self.body.at_end()),
        }
        self.shared.progress.add(1, self.untold);
        let seen =
            self.seen.unwrap_or(Seen { content: content::UNKNOWN, head: Vec::new(), wanted: Wanted::No, source: None });
        let mut outcome = match (warnings.is_empty(), whole, self.size) {
            (true, _, _) => Outcome::Whole,
            (_, false, 0) => Outcome::Rejected,
            _ => Outcome::Partial,
        };
        let digests = digests.filter(|_| whole);
        if let Some(file) = &self.entry.on_disk {
            file.digested(digests.map(|digests| digests.sha256));
        }
        let kept = match (self.keeper, &self.entry.on_disk) {
            (_, Some(file)) if seen.wanted != Wanted::No || seen.source.is_some() => Kept::Evidence(file.clone()),
            (Keeper::Memory(bytes), None) => Kept::Memory(Arc::new(bytes)),
            (Keeper::Scratch(spooled), None) => Kept::Scratch(Arc::new(spooled)),
            (Keeper::Failed(warning), None) => {
                warnings.push(warning);
                outcome = Outcome::Partial;
                Kept::No
            }
            _ => Kept::No,
        };
        let container = seen.source.and_then(|source| match open(&kept) {
            Ok(Some(bytes)) => Some(Container { source, bytes, kept: kept.clone() }),
            Ok(None) => None,
            Err(error) => {
                let told = Damage::warning(&error);
                let says = format!("could not be opened as {}: {}", source.about().name, told.says);
                warnings.push(Warning::new(&told.warning, says));
                outcome = Outcome::Partial;
                None
            }
        });
        let (traces, more) = self.traces.map_or_else(Default::default, |traces| traces.finish());
        if more > 0 {
            warnings.push(Traces::warning(more));
        }
        let item = Item {
            path: self.path,
            size: self.size,
            modified: self.entry.modified,
            modified_as_stored: self.entry.modified_as_stored,
            digests,
            content: seen.content,
            head: seen.head,
            kept: if seen.wanted != Wanted::No { kept } else { Kept::No },
        };
        Done { item, ended: Ended { source: None, outcome }, warnings, container, traces }
    }

    /// Takes what comes next into `into`, at most to the limit.
    fn next(&mut self, into: &mut [u8]) -> usize {
        let (ahead, given) = &mut self.ahead;
        if *given < ahead.len() {
            let n = into.len().min(ahead.len() - *given);
            into[..n].copy_from_slice(&ahead[*given..*given + n]);
            *given += n;
            if *given == ahead.len() {
                self.ahead = (Vec::new(), 0);
            }
            return n;
        }
        while self.failed.is_none() {
            match self.body.read(into) {
                Ok(n) => return n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.failed = Some(Damage::warning(&error)),
            }
        }
        0
    }

    /// Accounts for bytes that have come; gives how many of them are within the limit.
    fn take(&mut self, bytes: &[u8]) -> usize {
        if self.seen.is_none() {
            self.look_at(&bytes[..bytes.len().min(HEAD)]);
        }
        let left = self.limit.saturating_sub(self.size);
        let within = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        if within < bytes.len() {
            let says = format!("reading was stopped after {} bytes: no more may come out of this exhibit", self.limit);
            self.failed = Some(Warning::new("limit", says));
            self.ahead = (Vec::new(), 0);
        }
        let bytes = &bytes[..within];
        self.size = self.size.saturating_add(bytes.len() as u64);
        self.untold += bytes.len() as u64;
        if self.untold >= STEP {
            self.shared.progress.add(0, std::mem::take(&mut self.untold));
        }
        self.keep(bytes);
        if let Some(traces) = &mut self.traces {
            traces.feed(bytes);
        }
        within
    }

    fn keep(&mut self, bytes: &[u8]) {
        let scratch = &self.shared.scratch;
        // A container inside is opened at once and then let go.
        let later = |seen: &Seen| seen.wanted != Wanted::Yes && seen.source.is_none();
        let in_memory = if self.seen.as_ref().is_some_and(later) { IN_MEMORY_LATER } else { IN_MEMORY };
        let appended = match &mut self.keeper {
            Keeper::No | Keeper::Failed(_) => return,
            Keeper::Memory(kept) if kept.len() + bytes.len() <= in_memory => {
                kept.extend_from_slice(bytes);
                return;
            }
            Keeper::Memory(kept) => {
                let mut spooled = scratch.begin();
                let appended = scratch.append(&mut spooled, kept).and_then(|()| scratch.append(&mut spooled, bytes));
                self.keeper = Keeper::Scratch(spooled);
                appended
            }
            Keeper::Scratch(spooled) => scratch.append(spooled, bytes),
        };
        if let Err(error) = appended {
            let says = format!("the content could not be kept for reading it further: {error}; free scratch space");
            self.keeper = Keeper::Failed(Warning::new("scratch", says));
        }
    }
}

/// The bytes of kept content.
fn open(kept: &Kept) -> io::Result<Option<Bytes>> {
    if let Kept::No = kept { Ok(None) } else { kept.open().map(Some) }
}

fn wanted(shared: &Shared<'_>, path: &str, head: &[u8]) -> Wanted {
    if wanted_by(shared.wanted, path, head) {
        Wanted::Yes
    } else if shared.assemble && crate::assemblies::wanted(path, head) {
        Wanted::Later
    } else if !shared.traces {
        Wanted::No
    } else if content::is_database(head) {
        Wanted::Rows
    } else if content::is_beside_database(path, head) {
        Wanted::Beside
    } else {
        Wanted::No
    }
}

/// Whether a file is of use once all of the exhibit has been opened. What an assembly wanted and then did not read, as `unread`
/// says, goes the way of any other file: a database is read for itself, other bytes are looked through for traces.
pub(super) fn of_use(shared: &Shared<'_>, path: &str, head: &[u8], unread: bool) -> bool {
    match wanted(shared, path, head) {
        Wanted::No => false,
        Wanted::Later => shared.traces && unread,
        Wanted::Rows | Wanted::Beside | Wanted::Yes => true,
    }
}

/// Whether a parser wants this file, or the database whose log, journal or index it is.
pub(crate) fn wanted_by(wanted: super::Wanted<'_>, path: &str, head: &[u8]) -> bool {
    wanted(path, head)
        || ["-wal", "-journal", "-shm"]
            .iter()
            .filter_map(|suffix| path.strip_suffix(suffix))
            .any(|database| wanted(database, SQLITE_MAGIC) || wanted(database, head))
}

impl<B: Body> Feed for Intake<'_, B> {
    fn fill(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while done < into.len() {
            match self.next(&mut into[done..]) {
                0 => break,
                n => done += n,
            }
        }
        Ok(self.take(&into[..done]))
    }
}

/// A content that is digested alone, and may meanwhile be read as a container.
pub(super) struct Single<'a, B> {
    intake: Intake<'a, B>,
    hasher: Hasher,
}

impl<'a, B: Body> Single<'a, B> {
    pub(super) fn new(intake: Intake<'a, B>) -> Single<'a, B> {
        Single { intake, hasher: Hasher::new() }
    }

    /// Reads what is left.
    pub(super) fn drain(&mut self) {
        let mut buffer = vec![0; READ];
        while matches!(self.read(&mut buffer), Ok(n) if n > 0) {}
    }

    pub(super) fn finish(self) -> Done {
        self.intake.finish(Some(self.hasher.finish()))
    }
}

impl<B: Body> Read for Single<'_, B> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // The first bytes must come together: by them the content is known.
        let n = if self.intake.seen.is_none() {
            self.intake.fill(into)?
        } else {
            let n = self.intake.next(into);
            self.intake.take(&into[..n])
        };
        self.hasher.update(&into[..n]);
        Ok(n)
    }
}

/// A content that was read into memory because its container is read from front to back.
pub(super) struct Held {
    bytes: Vec<u8>,
    at: usize,
    failed: Option<Warning>,
    end: Option<Warning>,
}

impl Held {
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }
}

impl Read for Held {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = (&self.bytes[self.at..]).read(into)?;
        self.at += n;
        match &self.failed {
            Some(warning) if n == 0 && !into.is_empty() => Err(Damage::from_warning(warning).into()),
            _ => Ok(n),
        }
    }
}

impl Body for Held {
    fn at_end(&mut self) -> Option<Warning> {
        self.end.take()
    }
}
