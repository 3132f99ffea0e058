//! The order by relevance: entries that have rare words of the question, have them often and have little else, first.
//!
//! Sums of fractions depend on their order, and the library's order depends on how the entries fell into parts. So the
//! words are summed here, in the order of the question and over the statistics of all parts.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::Bm25Weight;
use tantivy::{DocId, DocSet};

use super::part::Part;
use super::plan::{Need, Plan};

/// The words of a question with what each counts.
pub(super) struct Relevance {
    words: Vec<(String, Bm25Weight)>,
}

/// The relevance of the entries of a part, asked for from first to last.
pub(super) struct Scores<'a> {
    words: Vec<(SegmentPostings, &'a Bm25Weight)>,
    lengths: FieldNormReader,
}

impl Relevance {
    /// What the words of a question count in all parts together.
    pub fn new(parts: &[Part], plan: &Plan) -> tantivy::Result<Relevance> {
        let mut names = Vec::new();
        if let Plan::Tolerant(need) = plan {
            collect(need, &mut names);
        }
        let entries: u64 = parts.iter().map(|part| u64::from(part.entries)).sum();
        let total = parts.iter().map(Part::total_words).sum::<tantivy::Result<u64>>()?;
        let average = total as f32 / entries.max(1) as f32;
        let mut words = Vec::new();
        for name in names {
            let frequencies = parts.iter().map(|part| part.frequency(name).map(u64::from));
            let frequency = frequencies.sum::<tantivy::Result<u64>>()?;
            if frequency > 0 {
                words.push((name.to_owned(), Bm25Weight::for_one_term(frequency, entries, average)));
            }
        }
        Ok(Relevance { words })
    }

    /// What they count in one part.
    pub fn scores<'a>(&'a self, part: &Part) -> tantivy::Result<Scores<'a>> {
        let mut words = Vec::new();
        for (name, weight) in &self.words {
            words.extend(part.postings(name)?.map(|postings| (postings, weight)));
        }
        Ok(Scores { words, lengths: part.lengths()? })
    }
}

impl Scores<'_> {
    /// The relevance of an entry, in thousandths; entries must be asked for in rising order.
    pub fn score(&mut self, entry: DocId) -> u32 {
        let length = self.lengths.fieldnorm_id(entry);
        let mut sum = 0.0_f32;
        for (postings, weight) in &mut self.words {
            let found = if postings.doc() < entry { postings.seek(entry) } else { postings.doc() };
            if found == entry {
                sum += weight.score(length, postings.term_freq());
            }
        }
        (sum * 1000.0) as u32
    }
}

/// The words of a need, each once.
fn collect<'a>(need: &'a Need, names: &mut Vec<&'a str>) {
    let mut name = |word: &'a str| {
        if !names.contains(&word) {
            names.push(word);
        }
    };
    match need {
        Need::Word(word) => name(word),
        Need::Row(row, part) => row[..row.len() - usize::from(*part)].iter().for_each(|(_, word)| name(word)),
        Need::All(needs) | Need::Any(needs) => needs.iter().for_each(|need| collect(need, names)),
        _ => {}
    }
}
