//! What a walk has found so far, and what it may still spend.

use std::collections::HashSet;

use custodia_model::tables::{DeviceFact, Warning};
use custodia_model::{Origin, Text};

use super::intake::Done;
use super::level::Level;
use super::{Ended, Outcome, Shared, Walked};
use crate::content;
use crate::digest::Lanes;
use crate::evidence::{Evidence, Item, Kept};
use crate::scan::Found;
use crate::secrets::Secrets;
use crate::sources::{Input, Source};

/// Traces in bytes that are held for one exhibit, about 200 MB.
pub(crate) const MOST_TRACES: usize = 1_000_000;

pub(super) struct Walker<'a> {
    pub(super) shared: &'a Shared<'a>,
    pub(super) items: Vec<Item>,
    pub(super) ended: Vec<Ended>,
    /// Containers around each item.
    pub(super) depths: Vec<u32>,
    /// What is to be said of the exhibit's keys.
    pub(super) facts: Vec<(Origin, DeviceFact)>,
    pub(super) number_ends: Vec<(Text, String)>,
    /// Places of the items that are encrypted and were not opened.
    pub(super) sealed: HashSet<usize>,
    pub(super) warnings: Vec<(Origin, Warning)>,
    /// Traces in bytes, with the place of their item.
    pub(super) traces: Vec<(usize, Found)>,
    /// How many of them there was no room for.
    traces_left_out: usize,
    /// Items of the evidence itself, in no container.
    pub(super) top: Vec<usize>,
    pub(super) entries_left: u64,
    pub(super) bytes_left: u64,
    pub(super) lanes: Vec<Lanes>,
}

impl<'a> Walker<'a> {
    pub(super) fn new(shared: &'a Shared<'a>) -> Walker<'a> {
        Walker {
            shared,
            items: Vec::new(),
            ended: Vec::new(),
            depths: Vec::new(),
            facts: Vec::new(),
            number_ends: Vec::new(),
            sealed: HashSet::new(),
            warnings: Vec::new(),
            traces: Vec::new(),
            traces_left_out: 0,
            top: Vec::new(),
            entries_left: shared.limits.entries,
            bytes_left: shared.limits.bytes,
            lanes: Vec::new(),
        }
    }

    /// Keeps a place for an item whose entries come before its own end is known.
    pub(super) fn reserve(&mut self) -> usize {
        self.push(blank("".into()), Ended { source: None, outcome: Outcome::Whole }, 0)
    }

    pub(super) fn push(&mut self, item: Item, ended: Ended, depth: u32) -> usize {
        self.items.push(item);
        self.ended.push(ended);
        self.depths.push(depth);
        self.items.len() - 1
    }

    /// Puts an item into its place. What its source said of it stays; the worse outcome counts.
    pub(super) fn fill(&mut self, index: usize, done: Done) {
        for warning in done.warnings {
            self.warnings.push((Origin::file(done.item.path.clone()), warning));
        }
        self.found(index, done.traces);
        if let (Some(item), Some(ended)) = (self.items.get_mut(index), self.ended.get_mut(index)) {
            *item = done.item;
            if ended.outcome == Outcome::Whole {
                ended.outcome = done.ended.outcome;
            }
        }
    }

    /// Tells that what was read of an item is not, or may not be, what was digested.
    pub(super) fn unlike(&mut self, index: usize, warning: Option<Warning>) {
        let (Some(item), Some(ended), Some(warning)) = (self.items.get(index), self.ended.get_mut(index), warning)
        else {
            return;
        };
        self.warnings.push((Origin::file(item.path.clone()), warning));
        if ended.outcome == Outcome::Whole {
            ended.outcome = Outcome::Partial;
        }
    }

    /// Takes over the traces of an item.
    pub(super) fn found(&mut self, index: usize, traces: Vec<Found>) {
        let room = MOST_TRACES.saturating_sub(self.traces.len());
        self.traces_left_out += traces.len().saturating_sub(room);
        self.traces.extend(traces.into_iter().take(room).map(|one| (index, one)));
    }

    /// Opens an item as a container; its entries follow it. `depth` counts the containers around it.
    pub(super) fn descend(
        &mut self,
        index: usize,
        source: &'static dyn Source,
        input: Input<'_>,
        path: &Text,
        depth: u32,
    ) {
        let limits = self.shared.limits;
        let name = source.about().name;
        let outcome = if depth >= limits.depth {
            let says = format!("{depth} containers lie around this one, the limit; it was digested, not opened");
            self.warnings.push((Origin::file(path.clone()), Warning::new("depth", says)));
            Outcome::Partial
        } else {
            let mut level = Level::inside(self, path.clone(), depth + 1);
            let walked = source.walk(path, input, limits, &mut level);
            let damaged = level.finish();
            match walked {
                Ok(()) if damaged => Outcome::Partial,
                Ok(()) => Outcome::Whole,
                Err(error) => {
                    self.warnings.push((Origin::file(path.clone()), Warning::new("damaged", error.to_string())));
                    Outcome::Rejected
                }
            }
        };
        if let Some(ended) = self.ended.get_mut(index) {
            ended.source = Some(name);
            if outcome != Outcome::Whole {
                ended.outcome = outcome;
            }
        }
    }

    /// Opens what needs the whole exhibit, if it is to be opened.
    pub(super) fn assemble(&mut self, secrets: &Secrets) {
        if self.shared.assemble {
            super::assemble::all(self, secrets);
        }
    }

    pub(super) fn walked(mut self, source_kind: &'static str, source_sha256: [u8; 32], source_bytes: u64) -> Walked {
        // A container that is read as it comes is filled in after its entries.
        self.traces.sort_by_key(|(index, _)| *index);
        if self.traces_left_out > 0 {
            let says = format!(
                "more than {MOST_TRACES} links, addresses and numbers stand in files that nothing reads; {} were not told",
                self.traces_left_out
            );
            self.warnings.push((Origin::file("/".into()), Warning::new("too many", says)));
        }
        Walked {
            evidence: Evidence::new(self.items),
            ended: self.ended,
            warnings: self.warnings,
            facts: self.facts,
            number_ends: self.number_ends,
            sealed: self.sealed,
            traces: self.traces,
            source_kind,
            source_sha256,
            source_bytes,
        }
    }
}

/// An item of which nothing is known but its path.
pub(super) fn blank(path: Text) -> Item {
    Item {
        path,
        size: 0,
        modified: None,
        modified_as_stored: None,
        digests: None,
        content: content::UNKNOWN,
        head: Vec::new(),
        kept: Kept::No,
    }
}
