//! One part of an index: which entries have what is needed, and what an entry is.

use std::cmp::Ordering;
use std::ops::Range;
use std::path::{Path, PathBuf};

use memchr::memmem::Finder;
use tantivy::directory::OwnedBytes;
use tantivy::fastfield::Column;
use tantivy::index::SegmentReader;
use tantivy::postings::{SegmentPostings, TermInfo};
use tantivy::query::{
    AllScorer, AllWeight, BitSetDocSet, BooleanWeight, ConstScorer, EnableScoring, Explanation, Occur, PhraseQuery,
    Query, Scorer, SumCombiner, TermQuery, Weight,
};
use tantivy::schema::document::{
    DeserializeError, DocumentDeserialize, DocumentDeserializer, ValueDeserialize, ValueDeserializer,
};
use tantivy::schema::{Field, IndexRecordOption, Schema};
use tantivy::store::StoreReader;
use tantivy::{BitSet, Directory, DocId, Index, Score, TantivyError, Term};

use super::entry::{Filter, Place};
use super::plan::Need;
use super::words::CUT;
use super::write;

/// Blocks of entries that a part keeps unpacked.
const BLOCKS: usize = 16;

/// A part, open.
pub(super) struct Part {
    /// Number of entries.
    pub entries: u32,
    index: Index,
    reader: SegmentReader,
    store: StoreReader,
    schema: Schema,
    at: Option<Column<i64>>,
    texts: OwnedBytes,
    starts: OwnedBytes,
    known: OwnedBytes,
    text: Field,
    filter: Field,
}

/// What is filtered by, with the values of which one must be there.
pub(super) type Filters<'a> = [(Filter, &'a [String])];

/// The set of entries that fit; nothing where none can.
pub(super) type Fits = Option<Box<dyn Weight>>;

impl Part {
    /// Opens the part in a folder.
    pub fn open(folder: &Path) -> tantivy::Result<Part> {
        let index = Index::open_in_dir(folder)?;
        let schema = index.schema();
        if schema != write::schema() {
            return Err(TantivyError::SchemaError("its fields are not those of this version".into()));
        }
        let segments = index.searchable_segments()?;
        let [segment] = &segments[..] else {
            return Err(TantivyError::SchemaError(format!("it has {} segments, one was written", segments.len())));
        };
        let reader = SegmentReader::open(segment)?;
        let file = |name: &str| Ok::<_, TantivyError>(index.directory().open_read(Path::new(name))?.read_bytes()?);
        let (texts, starts, known) = (file(write::TEXTS)?, file(write::STARTS)?, file(write::WORDS)?);
        let all = starts.len() == (reader.max_doc() as usize + 1) * 4;
        let last = starts.last_chunk::<4>().is_some_and(|end| u32::from_le_bytes(*end) as usize == texts.len());
        if !all || !last {
            return Err(TantivyError::InternalError("it has not as many texts as entries".into()));
        }
        Ok(Part {
            entries: reader.max_doc(),
            store: reader.get_store_reader(BLOCKS)?,
            at: reader.fast_fields().column_opt(write::AT)?,
            text: schema.get_field(write::TEXT)?,
            filter: schema.get_field(write::FILTER)?,
            texts,
            starts,
            known,
            reader,
            schema,
            index,
        })
    }

    /// A file whose content is not what was written, if there is one.
    pub fn broken(&self) -> tantivy::Result<Option<PathBuf>> {
        let own = [write::TEXTS, write::STARTS, write::WORDS];
        let mut broken: Vec<PathBuf> = self.index.validate_checksum()?.into_iter().collect();
        for name in own.map(PathBuf::from) {
            if !self.index.directory().validate_checksum(&name)? {
                broken.push(name);
            }
        }
        Ok(broken.into_iter().min())
    }

    /// The entries that have one of the values of each filter; nothing where any entry will do.
    pub fn filtered(&self, filters: &Filters) -> tantivy::Result<Option<Fits>> {
        let mut all = Vec::new();
        for (filter, values) in filters.iter().filter(|(_, values)| !values.is_empty()) {
            let mut any = Vec::new();
            for value in values.iter() {
                any.extend(self.term(Term::from_field_text(self.filter, &filter.term(value)))?);
            }
            let Some(any) = either(any) else { return Ok(Some(None)) };
            all.push(any);
        }
        Ok(if all.is_empty() { None } else { Some(both(all)) })
    }

    /// The entries that have what is needed.
    pub fn needed(&self, need: &Need) -> tantivy::Result<Fits> {
        Ok(match need {
            Need::Anything => Some(Box::new(AllWeight)),
            Need::Word(word) => self.term(self.word(word))?,
            Need::Begins(letters) => self.union(&self.beginning(letters)?)?,
            Need::Has(letters) => self.union(&self.having(letters, u32::MAX)?)?,
            Need::Row(row, part) => {
                let (last, head) = match row.split_last() {
                    Some((last, head)) if *part => (Some(&last.1), head),
                    _ => (None, &row[..]),
                };
                let mut all = Vec::new();
                if let [(_, word)] = head {
                    let Some(word) = self.term(self.word(word))? else { return Ok(None) };
                    all.push(word);
                } else {
                    for (_, word) in head {
                        if self.frequency(word)? == 0 {
                            return Ok(None);
                        }
                    }
                    let terms = head.iter().map(|(distance, word)| (*distance as usize, self.word(word))).collect();
                    all.push(PhraseQuery::new_with_offset(terms).weight(self.unscored())?);
                }
                if let Some(last) = last {
                    let Some(last) = self.union(&self.beginning(last)?)? else { return Ok(None) };
                    all.push(last);
                }
                both(all)
            }
            Need::Any(needs) => {
                let mut any = Vec::new();
                for need in needs {
                    any.extend(self.needed(need)?);
                }
                either(any)
            }
            Need::All(needs) => {
                let mut all = Vec::new();
                for need in needs {
                    let Some(fits) = self.needed(need)? else { return Ok(None) };
                    all.push(fits);
                }
                both(all)
            }
        })
    }

    /// A bound of the number of entries that have what is needed; beyond `most` it need not be one.
    pub fn at_most(&self, need: &Need, most: u32) -> tantivy::Result<u32> {
        let sum = |terms: &[TermInfo]| terms.iter().fold(0_u32, |sum, term| sum.saturating_add(term.doc_freq));
        match need {
            Need::Word(word) => self.frequency(word),
            Need::Row(row, false) => {
                let frequencies = row.iter().map(|(_, word)| self.frequency(word));
                Ok(frequencies.collect::<tantivy::Result<Vec<_>>>()?.into_iter().min().unwrap_or(self.entries))
            }
            Need::Begins(letters) => Ok(sum(&self.beginning(letters)?)),
            Need::Has(letters) => Ok(sum(&self.having(letters, most)?)),
            _ => Ok(self.entries),
        }
    }

    /// The words that begin so.
    fn beginning(&self, letters: &str) -> tantivy::Result<Vec<TermInfo>> {
        let index = self.reader.inverted_index(self.text)?;
        // No byte of UTF-8 is as large as this.
        let end = [letters.as_bytes(), &[0xFF]].concat();
        let mut stream = index.terms().range().ge(letters).lt(end).into_stream()?;
        let mut found = Vec::new();
        while stream.advance() {
            found.push(stream.value().clone());
        }
        Ok(found)
    }

    /// The words that have this in them, and the one of texts in which words were cut; not all if they stand in more
    /// than `most` entries.
    fn having(&self, letters: &str, most: u32) -> tantivy::Result<Vec<TermInfo>> {
        let index = self.reader.inverted_index(self.text)?;
        let mut found: Vec<TermInfo> = index.terms().get(CUT)?.into_iter().collect();
        let finder = Finder::new(letters);
        let (mut at, mut sum) = (0, 0_u32);
        while let Some(next) = self.known.get(at..).and_then(|known| finder.find(known)).filter(|_| sum <= most) {
            let next = at + next;
            let start = memchr::memrchr(write::END, &self.known[..next]).map_or(0, |end| end + 1);
            let end = memchr::memchr(write::END, &self.known[next..]).map_or(self.known.len(), |length| next + length);
            if let Some(term) = index.terms().get(&self.known[start..end])? {
                sum = sum.saturating_add(term.doc_freq);
                found.push(term);
            }
            at = end;
        }
        Ok(found)
    }

    /// The entries with one of these words.
    fn union(&self, terms: &[TermInfo]) -> tantivy::Result<Fits> {
        let index = self.reader.inverted_index(self.text)?;
        let Some(first) = terms.first() else { return Ok(None) };
        let mut postings = index.read_block_postings_from_terminfo(first, IndexRecordOption::Basic)?;
        let mut bits = BitSet::with_max_value(self.entries);
        for term in terms {
            index.reset_block_postings_from_terminfo(term, &mut postings)?;
            while !postings.docs().is_empty() {
                for &entry in postings.docs() {
                    bits.insert(entry);
                }
                postings.advance();
            }
        }
        Ok(Some(Box::new(Bits(bits))))
    }

    /// The entries with a term, if there are any.
    fn term(&self, term: Term) -> tantivy::Result<Fits> {
        let known = self.reader.inverted_index(term.field())?.get_term_info(&term)?.is_some();
        known.then(|| TermQuery::new(term, IndexRecordOption::Basic).weight(self.unscored())).transpose()
    }

    /// The term of a word.
    fn word(&self, word: &str) -> Term {
        Term::from_field_text(self.text, word)
    }

    /// Nothing here is scored by the library: see `relevance.rs`.
    fn unscored(&self) -> EnableScoring<'_> {
        EnableScoring::disabled_from_schema(&self.schema)
    }

    /// How many entries have a word.
    pub fn frequency(&self, word: &str) -> tantivy::Result<u32> {
        Ok(self.reader.inverted_index(self.text)?.doc_freq(&self.word(word))?)
    }

    /// Number of all words of all entries.
    pub fn total_words(&self) -> tantivy::Result<u64> {
        Ok(self.reader.inverted_index(self.text)?.total_num_tokens())
    }

    /// Where a word stands, and how often.
    pub fn postings(&self, word: &str) -> tantivy::Result<Option<SegmentPostings>> {
        let index = self.reader.inverted_index(self.text)?;
        Ok(index.read_postings(&self.word(word), IndexRecordOption::WithFreqs)?)
    }

    /// How long the texts are.
    pub fn lengths(&self) -> tantivy::Result<tantivy::fieldnorm::FieldNormReader> {
        self.reader.get_fieldnorms_reader(self.text)
    }

    /// What goes through fitting entries from first to last.
    pub fn scorer(&self, fits: &dyn Weight) -> tantivy::Result<Box<dyn Scorer>> {
        fits.scorer(&self.reader, 1.0)
    }

    /// How many entries of a span fit.
    pub fn count(&self, fits: &dyn Weight, span: &Range<DocId>) -> tantivy::Result<usize> {
        if *span == (0..self.entries) {
            return Ok(fits.count(&self.reader)? as usize);
        }
        let mut scorer = self.scorer(fits)?;
        if scorer.is::<AllScorer>() {
            return Ok(span.len());
        }
        let mut entry = seek(&mut scorer, span.start);
        let mut count = 0;
        while entry < span.end {
            count += 1;
            entry = scorer.advance();
        }
        Ok(count)
    }

    /// The time of an entry.
    pub fn at(&self, entry: DocId) -> Option<i64> {
        self.at.as_ref()?.first(entry)
    }

    /// The bytes of an entry.
    pub fn bytes(&self, entry: DocId) -> tantivy::Result<Vec<u8>> {
        Ok(self.store.get::<Kept>(entry)?.0)
    }

    /// The text of an entry.
    pub fn text(&self, entry: DocId) -> tantivy::Result<&str> {
        let range = self.start(entry)..self.start(entry + 1).saturating_sub(1);
        let text = self.texts.get(range).and_then(|text| std::str::from_utf8(text).ok());
        text.ok_or_else(unreadable)
    }

    /// Where the text of an entry begins.
    fn start(&self, entry: DocId) -> usize {
        let at = entry as usize * 4;
        let bytes = self.starts.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        u32::from_le_bytes(bytes.unwrap_or([0xFF; 4])) as usize
    }

    /// The first entry of a span whose text has something in it, or the end.
    pub fn find(&self, finder: &Finder, span: Range<DocId>) -> tantivy::Result<DocId> {
        let (start, end) = (self.start(span.start), self.start(span.end));
        let Some(texts) = self.texts.get(start..end) else { return Err(unreadable()) };
        let Some(found) = finder.find(texts) else { return Ok(span.end) };
        let found = start + found;
        // Often it is near: the steps grow until it is passed.
        let (mut low, mut step) = (span.start, 1);
        while low + step < span.end && self.start(low + step) <= found {
            low += step;
            step *= 2;
        }
        let high = span.end.min(low + step);
        Ok(first(low..high, |entry| Ok(self.start(entry) > found))?.saturating_sub(1))
    }

    /// The entries from a time on and before another, which stand side by side.
    pub fn span(&self, from: Option<i64>, to: Option<i64>) -> Range<DocId> {
        let first = |beyond: &dyn Fn(i64) -> bool| {
            first(0..self.entries, |entry| Ok(self.at(entry).is_none_or(beyond))).unwrap_or_default()
        };
        let start = to.map_or(0, |to| first(&|at| at < to));
        let end = match (from, to) {
            (None, None) => self.entries,
            _ => first(&|at| from.is_some_and(|from| at < from)),
        };
        start..end.max(start)
    }

    /// The first entry that is shown after another one of this or another part; `equals` says whether an equal one is.
    pub fn after(&self, place: &Place, equals: bool) -> tantivy::Result<DocId> {
        let all = 0..self.entries;
        let start = first(all.clone(), |entry| Ok(self.at(entry) <= place.at))?;
        let end = first(all, |entry| Ok(self.at(entry) < place.at))?;
        first(start..end, |entry| {
            let other = Place { at: place.at, bytes: &self.bytes(entry)?, text: self.text(entry)?.as_bytes() };
            Ok(match other.same_time(place) {
                Ordering::Less => false,
                Ordering::Equal => equals,
                Ordering::Greater => true,
            })
        })
    }
}

/// Texts are not where they should be.
fn unreadable() -> TantivyError {
    TantivyError::InternalError("a text is not readable".into())
}

/// Moves on to an entry or the first after it.
pub(super) fn seek(scorer: &mut Box<dyn Scorer>, entry: DocId) -> DocId {
    if scorer.doc() < entry { scorer.seek(entry) } else { scorer.doc() }
}

/// The first of a span for which something holds that holds for all after it, or the end.
fn first(span: Range<DocId>, holds: impl Fn(DocId) -> tantivy::Result<bool>) -> tantivy::Result<DocId> {
    let (mut start, mut end) = (span.start, span.end);
    while start < end {
        let middle = start + (end - start) / 2;
        if holds(middle)? { end = middle } else { start = middle + 1 }
    }
    Ok(start)
}

/// What fits all of these.
pub(super) fn both(mut all: Vec<Box<dyn Weight>>) -> Fits {
    if all.len() < 2 { all.pop() } else { Some(joined(Occur::Must, all)) }
}

/// What fits one of these.
fn either(mut any: Vec<Box<dyn Weight>>) -> Fits {
    if any.len() < 2 { any.pop() } else { Some(joined(Occur::Should, any)) }
}

/// Joins what fits.
fn joined(occur: Occur, weights: Vec<Box<dyn Weight>>) -> Box<dyn Weight> {
    let least = usize::from(occur == Occur::Should);
    let weights = weights.into_iter().map(|weight| (occur, weight)).collect();
    let sum = Box::new(SumCombiner::default);
    Box::new(BooleanWeight::with_minimum_number_should_match(weights, least, false, sum))
}

/// Entries as bits: those of many words together.
struct Bits(BitSet);

impl Weight for Bits {
    fn scorer(&self, _: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(self.0.clone()), boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("one of many words", 1.0))
    }

    fn count(&self, _: &SegmentReader) -> tantivy::Result<u32> {
        Ok(self.0.len() as u32)
    }
}

/// The one stored field of an entry.
struct Kept(Vec<u8>);

impl DocumentDeserialize for Kept {
    fn deserialize<'de, D: DocumentDeserializer<'de>>(mut document: D) -> Result<Kept, DeserializeError> {
        match document.next_field::<Kept>()? {
            Some((_, kept)) => Ok(kept),
            None => Err(DeserializeError::custom("an entry has no bytes")),
        }
    }
}

impl ValueDeserialize for Kept {
    fn deserialize<'de, D: ValueDeserializer<'de>>(value: D) -> Result<Kept, DeserializeError> {
        value.deserialize_bytes().map(Kept)
    }
}
