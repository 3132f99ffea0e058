//! Answers questions from an index, a page at a time.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::thread;

use tantivy::DocId;

use super::entry::{Entry, Filter, Place};
use super::part::Part;
use super::plan::Plan;
use super::question::{Cursor, Hit, Page, Question};
use super::relevance::Relevance;
use super::walk::Walk;
use super::words::Words;
use super::write::{Marker, files};
use super::{FORMAT, MARKER, SearchError, folding};

/// Longest question, in bytes.
const LONGEST_QUESTION: usize = 1 << 14;

/// Most hits of a page.
const LARGEST_PAGE: usize = 10_000;

/// Where texts must be looked at or words must stand in a row, so many hits are counted; beyond it is said that there
/// may be more.
const COUNTED: usize = 10_000;

/// An index, open for questions. Threads may ask at the same time.
pub struct Index {
    folder: PathBuf,
    parts: Vec<Part>,
    threads: usize,
    entries: u64,
    /// Tells cursors of this index from those of another.
    stamp: u32,
}

/// A question and its plan.
struct Asked<'a> {
    question: &'a Question,
    plan: Plan,
}

/// An answer by relevance and time, the best first, and where it stands: its part and its number there.
type Kept = (Reverse<u32>, Reverse<Option<i64>>, usize, DocId);

/// An answer of a part, ordered so that the one to be shown first is the greatest.
struct Head<'a> {
    score: u32,
    at: Option<i64>,
    bytes: Vec<u8>,
    text: &'a str,
    part: usize,
    entry: DocId,
}

/// A cursor with what its entry is ordered by.
struct After<'a> {
    cursor: Cursor,
    at: Option<i64>,
    bytes: Vec<u8>,
    text: &'a str,
}

impl Index {
    /// Opens the index in a folder; `threads` at most work on a question. Lengths of all files are compared, their
    /// content is not: see [`Index::verify`].
    pub fn open(folder: &Path, threads: usize) -> Result<Index, SearchError> {
        let damaged = |why: String| SearchError::Damaged { path: folder.to_owned(), why };
        if !folder.exists() {
            return Err(SearchError::Missing(folder.to_owned()));
        }
        let marker = folder.join(MARKER);
        let text = match fs::read(&marker) {
            Ok(text) => text,
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
                return Err(damaged(format!("{MARKER} is missing, so it is no index or not a whole one")));
            }
            Err(why) => return Err(SearchError::io(&marker, "reading the search index")(why)),
        };
        // The version first: what else there is may differ.
        let value: serde_json::Value =
            serde_json::from_slice(&text).map_err(|why| damaged(format!("{MARKER} is not readable: {why}")))?;
        if value.get("format").and_then(serde_json::Value::as_u64) != Some(FORMAT.into()) {
            return Err(SearchError::Outdated(folder.to_owned()));
        }
        let marker: Marker =
            serde_json::from_value(value).map_err(|why| damaged(format!("{MARKER} is not readable: {why}")))?;
        if marker.folding != folding() {
            return Err(SearchError::Outdated(folder.to_owned()));
        }
        let mut parts = Vec::new();
        for part in &marker.parts {
            let path = folder.join(&part.folder);
            if files(&path).map_err(|why| damaged(why.to_string()))? != part.files {
                return Err(damaged(format!("the files of part {} are not those that were written", part.folder)));
            }
            parts.push(guarded(folder, || Part::open(&path))?);
        }
        let entries: u64 = parts.iter().map(|part| u64::from(part.entries)).sum();
        if entries != marker.entries {
            return Err(damaged(format!("it has {entries} entries, {} were written", marker.entries)));
        }
        let lengths = marker.parts.iter().flat_map(|part| part.files.iter().map(|(_, length)| *length));
        let stamp = lengths.fold(entries as u32, |sum, length| sum.wrapping_mul(31).wrapping_add(length as u32));
        Ok(Index { folder: folder.to_owned(), parts, threads, entries, stamp })
    }

    /// Number of entries.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// Number of parts.
    #[cfg(test)]
    pub(super) fn parts(&self) -> usize {
        self.parts.len()
    }

    /// Reads every file of the index and compares its checksum.
    pub fn verify(&self) -> Result<(), SearchError> {
        let broken = guarded(&self.folder, || {
            self.each(|_, part| part.broken()).map(|broken| broken.into_iter().flatten().min())
        })?;
        match broken {
            Some(file) => {
                let why = format!("the content of {} changed", file.display());
                Err(SearchError::Damaged { path: self.folder.clone(), why })
            }
            None => Ok(()),
        }
    }

    /// Answers a question with one page.
    pub fn ask(&self, question: &Question) -> Result<Page, SearchError> {
        if question.text.len() > LONGEST_QUESTION {
            let why =
                format!("the question has {} bytes; {LONGEST_QUESTION} at most can be asked", question.text.len());
            return Err(SearchError::Question(why));
        }
        let strange = question.after.is_some_and(|after| {
            let part = self.parts.get(after.part as usize);
            after.stamp != self.stamp || part.is_none_or(|part| after.entry >= part.entries)
        });
        if strange {
            return Err(SearchError::Question("the index was built anew since this page was shown; ask again".into()));
        }
        let plan = match question.exact && !question.text.is_empty() {
            true => Plan::exact(&question.text),
            false => Plan::tolerant(&question.text, question.typing).map_err(SearchError::Question)?,
        };
        // A text has the question or has it not: there is no more and less to an exact answer.
        let by_relevance = question.by_relevance && matches!(plan, Plan::Tolerant(_));
        let asked = Asked { question, plan };
        guarded(&self.folder, || if by_relevance { self.most_relevant(&asked) } else { self.newest(&asked) })
    }

    /// The newest hits: each part has its own in their order, so the first of all parts are merged.
    fn newest(&self, asked: &Asked) -> tantivy::Result<Page> {
        let Asked { question, plan } = asked;
        let after = question.after.map(|after| self.place(after)).transpose()?;
        let limit = question.limit.min(LARGEST_PAGE);
        let most = COUNTED.max(limit + 1);
        let counted = AtomicUsize::new(0);
        let begun = self.each(|number, part| {
            let Some(mut walk) = asked.walk(part)? else { return Ok(None) };
            let counts = walk.counts();
            if counts && after.is_none() {
                counted.fetch_add(walk.count()?, Relaxed);
            }
            walk.start(match &after {
                Some(after) => after.start(part, number)?,
                None => 0,
            })?;
            let head = Head::of(&walk, number)?;
            Ok(Some((walk, head, counts)))
        })?;
        let (mut walks, mut heads, mut counts) = (Vec::new(), BinaryHeap::new(), true);
        for part in begun {
            let (walk, head, fast) = part.map_or((None, None, true), |(walk, head, fast)| (Some(walk), head, fast));
            walks.push(walk);
            heads.extend(head);
            counts &= fast;
        }
        let (mut page, mut words) = (Page::default(), Words::default());
        let mut last = None;
        while page.hits.len() < limit {
            let Some(head) = heads.pop() else { break };
            page.hits.push(head.hit(plan, &mut words)?);
            last = Some((head.part, head.entry));
            if let Some(walk) = &mut walks[head.part] {
                walk.advance()?;
                heads.extend(Head::of(walk, head.part)?);
            }
        }
        if let Some(after) = question.after {
            (page.total, page.or_more) = (after.total, after.or_more);
        } else if counts {
            page.total = counted.into_inner();
        } else {
            // What is not counted fast is counted up to a number: of how many parts that takes makes no difference to
            // it.
            let counted = AtomicUsize::new(page.hits.len());
            share(self.threads, walks, |_, walk| {
                let Some(mut walk) = walk else { return Ok(()) };
                while !walk.ended() && counted.fetch_add(1, Relaxed) < most {
                    walk.advance()?;
                }
                Ok(())
            })?;
            page.total = counted.into_inner().min(most);
            page.or_more = page.total == most;
        }
        if let (Some((part, entry)), false) = (last, heads.is_empty()) {
            page.more = Some(self.cursor(part, entry, 0, &page));
        }
        Ok(page)
    }

    /// The most relevant hits: all are looked at, and the best of each part are kept.
    fn most_relevant(&self, asked: &Asked) -> tantivy::Result<Page> {
        let Asked { question, plan } = asked;
        let after = question.after.map(|after| self.place(after)).transpose()?;
        let relevance = Relevance::new(&self.parts, plan)?;
        let limit = question.limit.min(LARGEST_PAGE);
        let found = self.each(|number, part| {
            let Some(mut walk) = asked.walk(part)? else { return Ok((0, Vec::new())) };
            let mut scores = relevance.scores(part)?;
            let after = match &after {
                Some(after) => Some((after.cursor.score, after.start(part, number)?)),
                None => None,
            };
            let mut total = 0;
            // The worst on top, so that it can go. Of equals it is the last, and none that comes later is better.
            let mut kept: BinaryHeap<(Reverse<u32>, DocId)> = BinaryHeap::new();
            walk.start(0)?;
            while !walk.ended() {
                total += 1;
                let score = scores.score(walk.entry);
                let full = kept.len() > limit && kept.peek().is_some_and(|(Reverse(worst), _)| score <= *worst);
                if !full && after.is_none_or(|(last, start)| score < last || (score == last && walk.entry >= start)) {
                    kept.push((Reverse(score), walk.entry));
                    if kept.len() > limit + 1 {
                        kept.pop();
                    }
                }
                walk.advance()?;
            }
            let kept = kept.into_iter().map(|(score, entry)| (score, Reverse(part.at(entry)), number, entry));
            Ok((total, kept.collect::<Vec<Kept>>()))
        })?;
        // Before entries are read, those go that others are better than by score and time.
        let mut kept: Vec<Kept> = found.iter().flat_map(|(_, kept)| kept).copied().collect();
        kept.sort_unstable();
        if let Some(&(score, at, ..)) = kept.get(limit) {
            kept.retain(|one| (one.0, one.1) <= (score, at));
        }
        let heads = kept
            .into_iter()
            .map(|(Reverse(score), _, number, entry)| Head::new(&self.parts[number], number, entry, score));
        let mut best = heads.collect::<tantivy::Result<BinaryHeap<_>>>()?;
        let (mut page, mut words) = (Page::default(), Words::default());
        page.total = found.iter().map(|(total, _)| total).sum();
        let mut last = None;
        while page.hits.len() < limit {
            let Some(head) = best.pop() else { break };
            page.hits.push(head.hit(plan, &mut words)?);
            last = Some((head.part, head.entry, head.score));
        }
        if let (Some((part, entry, score)), false) = (last, best.is_empty()) {
            page.more = Some(self.cursor(part, entry, score, &page));
        }
        Ok(page)
    }

    /// Does something with every part; what comes out has the order of the parts.
    fn each<'a, R: Send>(
        &'a self,
        work: impl Fn(usize, &'a Part) -> tantivy::Result<R> + Sync,
    ) -> tantivy::Result<Vec<R>> {
        share(self.threads, self.parts.iter().collect(), work)
    }

    /// A cursor behind an entry.
    fn cursor(&self, part: usize, entry: DocId, score: u32, page: &Page) -> Cursor {
        Cursor { stamp: self.stamp, part: part as u32, entry, score, total: page.total, or_more: page.or_more }
    }

    /// What the entry of a cursor is ordered by.
    fn place(&self, cursor: Cursor) -> tantivy::Result<After<'_>> {
        let part = &self.parts[cursor.part as usize];
        let (at, bytes, text) = (part.at(cursor.entry), part.bytes(cursor.entry)?, part.text(cursor.entry)?);
        Ok(After { cursor, at, bytes, text })
    }
}

impl Asked<'_> {
    /// A way through a part.
    fn walk<'a>(&'a self, part: &'a Part) -> tantivy::Result<Option<Walk<'a>>> {
        let question = self.question;
        let filters: [(Filter, &[String]); 6] = [
            (Filter::Kind, &question.entry_kinds),
            (Filter::Chat, &question.chats),
            (Filter::Account, &question.accounts),
            (Filter::Country, &question.countries),
            (Filter::Device, &question.devices),
            (Filter::MessageKind, &question.message_kinds),
        ];
        Walk::new(part, part.span(question.from, question.to), &self.plan, &filters)
    }
}

impl After<'_> {
    /// The first entry of a part that is shown after it.
    fn start(&self, part: &Part, number: usize) -> tantivy::Result<DocId> {
        let place = Place { at: self.at, bytes: &self.bytes, text: self.text.as_bytes() };
        match number.cmp(&(self.cursor.part as usize)) {
            Ordering::Equal => Ok(self.cursor.entry + 1),
            other => part.after(&place, other == Ordering::Greater),
        }
    }
}

impl<'a> Head<'a> {
    /// An entry of a part.
    fn new(of: &'a Part, part: usize, entry: DocId, score: u32) -> tantivy::Result<Head<'a>> {
        Ok(Head { score, at: of.at(entry), bytes: of.bytes(entry)?, text: of.text(entry)?, part, entry })
    }

    /// Where a walk stands, if it has not ended.
    fn of(walk: &Walk<'a>, part: usize) -> tantivy::Result<Option<Head<'a>>> {
        (!walk.ended()).then(|| Head::new(walk.part, part, walk.entry, 0)).transpose()
    }

    /// The hit.
    fn hit(&self, plan: &Plan, words: &mut Words) -> tantivy::Result<Hit> {
        let entry = Entry::read(&self.bytes, self.text);
        let entry = entry.ok_or_else(|| tantivy::TantivyError::InternalError("an entry is not readable".into()))?;
        let mut marks = Vec::new();
        plan.holds(entry.text, words, &mut marks);
        Ok(Hit { entry: entry.owned(), marks })
    }

    fn place(&self) -> Place<'_> {
        Place { at: self.at, bytes: &self.bytes, text: self.text.as_bytes() }
    }
}

impl Ord for Head<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let shown = other.place().order(&self.place());
        self.score.cmp(&other.score).then(shown).then_with(|| (other.part, other.entry).cmp(&(self.part, self.entry)))
    }
}

impl PartialOrd for Head<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Head<'_> {}

/// Shares work among threads; what comes out has the order of what went in.
fn share<T: Send, R: Send>(
    threads: usize,
    all: Vec<T>,
    work: impl Fn(usize, T) -> tantivy::Result<R> + Sync,
) -> tantivy::Result<Vec<R>> {
    let threads = threads.min(all.len());
    if threads < 2 {
        return all.into_iter().enumerate().map(|(number, one)| work(number, one)).collect();
    }
    let mut done: Vec<_> = all.iter().map(|_| None).collect();
    let waiting = Mutex::new(all.into_iter().zip(&mut done).enumerate());
    let help = || {
        loop {
            let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((number, (one, done))) = next else { break };
            *done = Some(work(number, one));
        }
    };
    thread::scope(|scope| {
        (1..threads).for_each(|_| drop(scope.spawn(help)));
        help();
    });
    drop(waiting);
    done.into_iter().flatten().collect()
}

/// Runs what reads the index. Its files are checked by length alone, and the library takes their content for granted:
/// what goes wrong there, a panic too, is damage.
fn guarded<T>(folder: &Path, read: impl FnOnce() -> tantivy::Result<T>) -> Result<T, SearchError> {
    let damaged = |why: String| SearchError::Damaged { path: folder.to_owned(), why };
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(why)) => Err(damaged(why.to_string())),
        Err(_) => Err(damaged("its content is not what was written".into())),
    }
}
