//! One container being walked: its entries wait in a wave until there are enough for all threads.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;

use custodia_model::{Origin, Text, tables::Warning};

use super::intake::{Container, Intake, Single};
use super::run::{self, Job};
use super::walker::{Walker, blank};
use super::{Ended, Outcome};
use crate::sources::{Body, Content, Entry, Input, Opener, Visit};

/// Entries in a wave.
const WAVE: usize = 1 << 16;

/// Bytes in memory in a wave.
const HELD: usize = 32 << 20;

/// Contents of a stream up to this size wait for others, to be digested many at once.
const SMALL: usize = 1 << 20;

pub(super) struct Level<'w, 'a> {
    walker: &'w mut Walker<'a>,
    /// Path of the container; empty for the evidence itself.
    prefix: Text,
    /// The item that stands for the container, where that is not its path.
    own: Option<Text>,
    /// Containers around the entries.
    depth: u32,
    wave: Vec<Waiting>,
    held: usize,
    /// Paths seen; two entries of an archive may bear one name, two files of a folder cannot.
    seen: HashSet<Text>,
    told: BTreeMap<Text, u64>,
    damaged: bool,
}

/// In the order in which they will be items and warnings.
enum Waiting {
    Read(Job),
    Refused(Text, Entry, Warning),
    Said(Text, Warning),
}

impl<'w, 'a> Level<'w, 'a> {
    /// The evidence itself.
    pub(super) fn top(walker: &'w mut Walker<'a>) -> Level<'w, 'a> {
        Level::inside(walker, "".into(), 0)
    }

    /// A container with this path.
    pub(super) fn inside(walker: &'w mut Walker<'a>, prefix: Text, depth: u32) -> Level<'w, 'a> {
        let (wave, seen, told) = (Vec::new(), HashSet::new(), BTreeMap::new());
        Level { walker, prefix, own: None, depth, wave, held: 0, seen, told, damaged: false }
    }

    /// With the path of the item that stands for the container.
    pub(super) fn named(mut self, own: Text) -> Level<'w, 'a> {
        self.own = Some(own);
        self
    }

    /// Reads what still waits; true when something of the container itself could not be read.
    pub(super) fn finish(mut self) -> bool {
        self.flush();
        let most = self.walker.shared.limits.warnings;
        for (kind, count) in std::mem::take(&mut self.told) {
            if count > most {
                let says = format!("{} more warnings of this kind in this container", count - most);
                let origin = Origin::file(self.own_path());
                self.walker.warnings.push((origin, Warning { warning: kind, says: says.into(), bytes: None }));
            }
        }
        self.damaged
    }

    fn own_path(&self) -> Text {
        match &self.own {
            Some(own) => own.clone(),
            None if self.prefix.is_empty() => "/".into(),
            None => self.prefix.clone(),
        }
    }

    fn path(&mut self, name: &str) -> Text {
        let most = self.walker.shared.limits.name;
        if name.len() <= most {
            return format!("{}/{name}", self.prefix).into();
        }
        let cut = (0..=most).rev().find(|&at| name.is_char_boundary(at)).unwrap_or(0);
        let path: Text = format!("{}/{}…", self.prefix, &name[..cut]).into();
        let says = format!("the name has {} bytes as text and was cut after {cut}", name.len());
        self.wave.push(Waiting::Said(path.clone(), Warning::new("limit", says)));
        path
    }

    /// The path of a new entry, if one more is allowed.
    fn admit(&mut self, entry: &Entry) -> ControlFlow<(), Text> {
        if self.walker.bytes_left == 0 {
            self.flush(); // What waits may give back some of what it was charged.
        }
        let walker = &mut self.walker;
        let limits = walker.shared.limits;
        let spent = match (walker.entries_left, walker.bytes_left) {
            (0, _) => format!("the limit of {} entries is reached", limits.entries),
            (_, 0) => format!("the limit of {} bytes out of containers is reached", limits.bytes),
            _ => String::new(),
        };
        if !spent.is_empty() {
            self.damaged = true;
            let says = format!("{spent}; from '{}' on nothing of this container was read", entry.name);
            let path = self.own_path();
            self.wave.push(Waiting::Said(path, Warning::new("limit", says)));
            return ControlFlow::Break(());
        }
        walker.entries_left -= 1;
        let path = self.path(&entry.name);
        if entry.on_disk.is_none() && !self.seen.insert(path.clone()) {
            let says = "another entry of this container bears the same name; both were read";
            self.wave.push(Waiting::Said(path.clone(), Warning::new("duplicate name", says)));
        }
        ControlFlow::Continue(path)
    }

    fn tell(&mut self, path: Text, warning: Warning) {
        let count = self.told.entry(warning.warning.clone()).or_default();
        *count += 1;
        if *count <= self.walker.shared.limits.warnings {
            self.walker.warnings.push((Origin::file(path), warning));
        }
    }

    fn wait(&mut self, path: Text, entry: Entry, open: Opener, held: usize) {
        // What is charged before an entry is read is what it may at most give; the rest is given back after.
        let limit = if entry.on_disk.is_some() { u64::MAX } else { self.walker.bytes_left };
        let limit = limit.min(entry.size.unwrap_or(u64::MAX));
        if entry.on_disk.is_none() {
            self.walker.bytes_left -= limit;
        }
        let limit = if entry.on_disk.is_some() { u64::MAX } else { limit };
        self.wave.push(Waiting::Read(Job { path, entry, open, limit }));
        self.held += held;
        if self.wave.len() >= WAVE || self.held >= HELD {
            self.flush();
        }
    }

    /// Reads the wave and takes over what it found, in its order.
    fn flush(&mut self) {
        self.held = 0;
        let mut jobs = Vec::new();
        let mut wave = Vec::new();
        for waiting in self.wave.drain(..) {
            match waiting {
                Waiting::Read(job) => {
                    wave.push(None);
                    jobs.push(job);
                }
                other => wave.push(Some(other)),
            }
        }
        let charged: Vec<Option<u64>> =
            jobs.iter().map(|job| job.entry.on_disk.is_none().then_some(job.limit)).collect();
        let done = run::all(self.walker.shared, &mut self.walker.lanes, jobs);
        for (done, charged) in done.iter().zip(charged) {
            if let Some(charged) = charged {
                self.walker.bytes_left += charged.saturating_sub(done.item.size);
            }
        }
        let mut done = done.into_iter();
        for waiting in wave {
            match waiting {
                Some(Waiting::Said(path, warning)) => self.tell(path, warning),
                Some(Waiting::Refused(path, entry, warning)) => {
                    let item = crate::evidence::Item {
                        modified: entry.modified,
                        modified_as_stored: entry.modified_as_stored,
                        ..blank(path.clone())
                    };
                    self.take(item, Ended { source: None, outcome: Outcome::Rejected });
                    self.tell(path, warning);
                }
                Some(Waiting::Read(_)) | None => {
                    let Some(done) = done.next() else { continue };
                    let path = done.item.path.clone();
                    for warning in done.warnings {
                        self.tell(path.clone(), warning);
                    }
                    let index = self.take(done.item, done.ended);
                    self.walker.found(index, done.traces);
                    if let Some(Container { source, bytes, kept }) = done.container {
                        let mut reader = crate::bytes::Reader::new(bytes.clone());
                        let input = match source.needs() {
                            crate::sources::Needs::Front => Input::Front(&mut reader),
                            _ => Input::Positions(&bytes),
                        };
                        self.walker.descend(index, source, input, &path, self.depth);
                        self.walker.unlike(index, kept.changed());
                    }
                }
            }
        }
    }

    fn take(&mut self, item: crate::evidence::Item, ended: Ended) -> usize {
        let index = self.walker.push(item, ended, self.depth);
        if self.prefix.is_empty() && self.own.is_none() {
            self.walker.top.push(index);
        }
        index
    }

    /// An entry that can only be read now.
    fn now(&mut self, path: Text, entry: Entry, body: &mut dyn Body) {
        let limit = if entry.on_disk.is_some() { u64::MAX } else { self.walker.bytes_left };
        let mut intake = Intake::new(self.walker.shared, path.clone(), entry, body, limit);
        let ended = intake.look_ahead(SMALL);
        let front = intake.front_source();
        if ended && front.is_none() {
            let (mut entry, held) = intake.into_held();
            let length = held.len();
            entry.size = Some(length as u64);
            self.wait(path, entry, Box::new(move || Ok(Box::new(held))), length);
            return;
        }
        self.flush();
        let blank = blank(path.clone());
        let index = self.take(blank, Ended { source: None, outcome: Outcome::Whole });
        let done = match front {
            Some(source) => {
                intake.read_as_it_comes();
                let mut single = Single::new(intake);
                self.walker.descend(index, source, Input::Front(&mut single), &path, self.depth);
                single.drain();
                single.finish()
            }
            None => intake.alone(),
        };
        if limit < u64::MAX {
            self.walker.bytes_left = self.walker.bytes_left.saturating_sub(done.item.size);
        }
        let container = done.container.clone();
        self.walker.fill(index, done);
        if let Some(Container { source, bytes, .. }) = container {
            self.walker.descend(index, source, Input::Positions(&bytes), &path, self.depth);
        }
    }
}

impl Visit for Level<'_, '_> {
    fn entry(&mut self, entry: Entry, content: Content<'_>) -> ControlFlow<()> {
        let path = self.admit(&entry)?;
        match content {
            Content::Now(body) => self.now(path, entry, body),
            Content::Later(open) => self.wait(path, entry, open, 0),
        }
        ControlFlow::Continue(())
    }

    fn refused(&mut self, entry: Entry, warning: Warning) -> ControlFlow<()> {
        let path = self.admit(&entry)?;
        self.walker.shared.progress.add(1, 0);
        self.wave.push(Waiting::Refused(path, entry, warning));
        if self.wave.len() >= WAVE {
            self.flush();
        }
        ControlFlow::Continue(())
    }

    fn warning(&mut self, name: Option<&str>, warning: Warning) {
        let path = match name {
            Some(name) => self.path(name),
            None => {
                self.damaged = true;
                self.own_path()
            }
        };
        self.wave.push(Waiting::Said(path, warning));
    }

    fn ahead(&mut self, items: u64, bytes: u64) {
        self.walker.shared.progress.total(items, bytes);
    }
}
