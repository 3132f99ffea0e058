//! Goes through the entries of a part that are answers, from the newest to the oldest.

use std::ops::Range;

use tantivy::DocId;
use tantivy::query::{Scorer, Weight};

use super::part::{Filters, Part, seek};
use super::plan::Plan;
use super::words::Words;

/// Where the index leaves no more than one entry of so many, their texts are looked at one by one; else all texts are
/// gone through in a row, which takes less time for each.
const ONE_OF: u32 = 24;

/// A way through a part.
pub(super) struct Walk<'a> {
    /// The part.
    pub part: &'a Part,
    /// The answer that it stands at; the end of `span` behind the last.
    pub entry: DocId,
    span: Range<DocId>,
    plan: &'a Plan,
    how: How,
    fits: Option<Box<dyn Weight>>,
    scorer: Option<Box<dyn Scorer>>,
    words: Words,
}

/// How answers are told from other entries.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// The index tells.
    Index,
    /// The index leaves some, whose texts are looked at.
    Look,
    /// Texts are gone through, and the index tells which entries pass the filters.
    Scan,
}

impl<'a> Walk<'a> {
    /// A way through the answers of a span; nothing if there can be none. It stands before the first: see
    /// [`Walk::start`].
    pub fn new(
        part: &'a Part,
        span: Range<DocId>,
        plan: &'a Plan,
        filters: &Filters,
    ) -> tantivy::Result<Option<Walk<'a>>> {
        if span.is_empty() {
            return Ok(None);
        }
        let filtered = match part.filtered(filters)? {
            None => None,
            Some(None) => return Ok(None),
            Some(filtered) => filtered,
        };
        let (how, needed) = match plan {
            Plan::Tolerant(need) => {
                let Some(needed) = part.needed(need)? else { return Ok(None) };
                (if need.looks() { How::Look } else { How::Index }, Some(needed))
            }
            Plan::Exact(_, needs) => {
                // The first that leaves few enough will do: the texts are looked at anyway.
                let few = part.entries / ONE_OF;
                let mut narrow = None;
                for need in needs.iter().rev() {
                    if narrow.is_none() && part.at_most(need, few)? <= few {
                        narrow = Some(need);
                    }
                }
                match narrow.map(|need| part.needed(need)).transpose()? {
                    Some(Some(needed)) => (How::Look, Some(needed)),
                    Some(None) => return Ok(None),
                    None => (How::Scan, None),
                }
            }
        };
        let fits = match (filtered, needed) {
            (Some(filtered), Some(needed)) => super::part::both(vec![filtered, needed]),
            (one, other) => one.or(other),
        };
        let scorer = fits.as_ref().map(|fits| part.scorer(&**fits)).transpose()?;
        let few = scorer.as_ref().is_some_and(|scorer| scorer.cost() <= u64::from(part.entries / ONE_OF));
        let how = if how == How::Scan && few { How::Look } else { how };
        Ok(Some(Walk { part, entry: span.start, span, plan, how, fits, scorer, words: Words::default() }))
    }

    /// Goes to the first answer from an entry on.
    pub fn start(&mut self, entry: DocId) -> tantivy::Result<()> {
        self.entry = entry.max(self.span.start);
        self.settle()
    }

    /// Goes to the next answer.
    pub fn advance(&mut self) -> tantivy::Result<()> {
        self.entry += 1;
        self.settle()
    }

    /// Whether it is behind the last answer.
    pub fn ended(&self) -> bool {
        self.entry >= self.span.end
    }

    /// Whether answers can be counted fast, without going to each.
    pub fn counts(&self) -> bool {
        self.how == How::Index && !matches!(self.plan, Plan::Tolerant(need) if need.rows())
    }

    /// How many answers there are in the span, if they can be counted.
    pub fn count(&self) -> tantivy::Result<usize> {
        match &self.fits {
            Some(fits) => self.part.count(&**fits, &self.span),
            None => Ok(self.span.len()),
        }
    }

    /// Goes on to an answer, unless it stands at one.
    fn settle(&mut self) -> tantivy::Result<()> {
        while self.entry < self.span.end {
            if self.how == How::Scan {
                let Plan::Exact(finder, _) = self.plan else { return Ok(()) };
                self.entry = self.part.find(finder, self.entry..self.span.end)?;
            }
            let Some(scorer) = self.scorer.as_mut().filter(|_| self.entry < self.span.end) else { return Ok(()) };
            let fits = seek(scorer, self.entry);
            let answers = match self.how {
                How::Index => true,
                How::Scan => fits == self.entry,
                How::Look if fits >= self.span.end => true,
                How::Look => match self.plan {
                    Plan::Exact(finder, _) => finder.find(self.part.text(fits)?.as_bytes()).is_some(),
                    Plan::Tolerant(_) => self.plan.holds(self.part.text(fits)?, &mut self.words, &mut Vec::new()),
                },
            };
            self.entry = fits;
            if answers {
                return Ok(());
            }
            // A scan goes on where the filter allows the next; what was looked at in vain is left behind.
            self.entry += u32::from(self.how == How::Look);
        }
        Ok(())
    }
}
