//! What joins devices and cannot be said in SQL alone: connected components of identities, reasons for countries, the
//! invitation tree, what is absent on a phone, clocks, and which devices share what.

mod absent;
mod clocks;
mod copies;
mod countries;
mod devices;
mod ledger;
mod owned;
mod persons;
mod same_rows;
mod tree;
mod united;

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Int64Array, StringArray, TimestampMillisecondArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use datafusion::arrow::record_batch::RecordBatch;

use crate::CaseError;
use crate::kept::Files;
use copies::{Copies, Persons};
pub(crate) use copies::{Part, Reader};

/// A rule whose answer is computed by code from the answers of SQL questions, and kept in the cache.
#[derive(Debug)]
pub struct Link {
    /// Name of the table it gives.
    pub name: &'static str,
    /// The questions whose rows are its inputs, parted by lines `-- and`; before them `-- ` lines that say what a row of the
    /// result is. A rule with `@bucket(x)` in a question is called once for each of several parts, with the rows of some
    /// values of `x`, so that memory stays bounded; so is one that gives its rows bit by bit.
    pub text: &'static str,
    /// Tables as stored whose files the rule reads itself.
    pub reads: &'static [&'static str],
    /// The rule.
    pub rule: Rule,
}

/// How a rule gives its answer.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// All at once.
    One(fn(&Inputs<'_>) -> Result<RecordBatch, CaseError>),
    /// Rows after rows.
    Many(fn(&Inputs<'_>, Take<'_>) -> Result<(), CaseError>),
}

/// Takes rows of an answer.
pub type Take<'a> = &'a mut dyn FnMut(RecordBatch) -> Result<(), CaseError>;

/// What a rule is given.
pub struct Inputs<'a> {
    /// The rows that answer each of its questions, in at least one batch.
    pub answers: &'a [Vec<RecordBatch>],
    /// The files of each table, with the label of the exhibit: for rules that read reductions as bare numbers.
    pub(crate) files: &'a Files,
    /// The copies of messages, for rules that read them as numbers.
    pub(crate) reader: &'a Reader,
    /// Which part of the chats is taken.
    pub(crate) part: Part,
    /// Into how many parts the chats fall for rules that read all of them part by part.
    pub(crate) parts: u64,
    /// Of very many messages one in so many is looked at where a sample will do.
    pub(crate) every: u64,
}

impl Inputs<'_> {
    fn files(&self, table: &str) -> &[(String, PathBuf)] {
        self.files.get(table).map_or(&[], Vec::as_slice)
    }

    fn copies(&self, persons: &Persons, part: Part) -> Result<Arc<Copies>, CaseError> {
        self.reader.part(self.files("messages"), persons, part)
    }
}

impl Link {
    /// What a row is.
    pub fn about(&self) -> &'static str {
        crate::views::doc(self.text)
    }

    /// Every column with what it says.
    pub fn columns(&self) -> Vec<(&'static str, &'static str)> {
        crate::views::columns(self.text)
    }

    /// Whether the rule is called for each part of the chats.
    pub fn in_parts(&self) -> bool {
        self.text.contains("@bucket(") || matches!(self.rule, Rule::Many(_))
    }

    /// The questions, as written.
    pub fn inputs(&self) -> Vec<&'static str> {
        self.text.split("\n-- and\n").collect()
    }

    /// The order in which the rows are shown: the one that a remark at the end states, else that of all columns. What orders a
    /// question is the rule's own.
    pub fn order(&self) -> String {
        let last = self.text.lines().last().unwrap_or_default();
        let own = last.strip_prefix("-- ORDER BY ").map(str::to_owned);
        own.unwrap_or_else(|| self.columns().iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "))
    }
}

/// Every rule.
pub const LINKS: &[Link] = &[
    Link {
        name: "same_rows",
        text: include_str!("same_rows.sql"),
        reads: &["messages"],
        rule: Rule::One(same_rows::same_rows),
    },
    Link {
        name: "number_chains",
        text: include_str!("number_chains.sql"),
        reads: &[],
        rule: Rule::One(persons::persons),
    },
    Link { name: "persons", text: include_str!("persons.sql"), reads: &[], rule: Rule::One(persons::persons) },
    Link {
        name: "number_reasons",
        text: include_str!("number_reasons.sql"),
        reads: &[],
        rule: Rule::One(countries::number_reasons),
    },
    Link {
        name: "device_reasons",
        text: include_str!("device_reasons.sql"),
        reads: &[],
        rule: Rule::One(countries::device_reasons),
    },
    Link {
        name: "invitation_tree",
        text: include_str!("invitation_tree.sql"),
        reads: &[],
        rule: Rule::One(tree::invitation_tree),
    },
    Link {
        name: "phone_stays",
        text: include_str!("phone_stays.sql"),
        reads: &[],
        rule: Rule::One(united::phone_stays),
    },
    Link {
        name: "messages",
        text: include_str!("messages.sql"),
        reads: &["messages"],
        rule: Rule::Many(copies::messages),
    },
    Link {
        name: "shares",
        text: include_str!("shares.sql"),
        reads: &["attachments"],
        rule: Rule::Many(copies::shares),
    },
    Link { name: "ledger", text: include_str!("ledger.sql"), reads: &[], rule: Rule::One(ledger::ledger) },
    Link { name: "absent", text: include_str!("absent.sql"), reads: &["messages"], rule: Rule::One(absent::absent) },
    Link { name: "absences", text: include_str!("absences.sql"), reads: &[], rule: Rule::One(absent::absences) },
    Link {
        name: "clock_offsets",
        text: include_str!("clock_offsets.sql"),
        reads: &["messages"],
        rule: Rule::One(clocks::clock_offsets),
    },
    Link {
        name: "device_links",
        text: include_str!("device_links.sql"),
        reads: &["named_accounts", "file_appearances", "chats"],
        rule: Rule::One(devices::device_links),
    },
];

/// The text of a column of a batch, whatever text type a query gave it.
fn texts(batch: &RecordBatch, column: usize) -> Result<Vec<Option<String>>, CaseError> {
    use datafusion::arrow::array::AsArray;
    let array = utf8(batch, column)?;
    Ok(array.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect())
}

/// A column of texts as one array of plain texts.
fn utf8(batch: &RecordBatch, column: usize) -> Result<ArrayRef, CaseError> {
    datafusion::arrow::compute::cast(batch.column(column), &DataType::Utf8)
        .map_err(|why| CaseError::Case(why.to_string()))
}

/// A column of numbers or instants as numbers.
fn numbers(batch: &RecordBatch, column: usize) -> Result<Vec<Option<i64>>, CaseError> {
    use datafusion::arrow::array::AsArray;
    use datafusion::arrow::datatypes::Int64Type;
    let array = datafusion::arrow::compute::cast(batch.column(column), &DataType::Int64)
        .map_err(|why| CaseError::Case(why.to_string()))?;
    Ok(array.as_primitive::<Int64Type>().iter().collect())
}

/// A column of a rule's answer.
enum Answered {
    Text(Vec<Option<String>>),
    Int(Vec<Option<i64>>),
    Bool(Vec<Option<bool>>),
    /// Unix milliseconds.
    Time(Vec<Option<i64>>),
}

/// A rule's answer from its columns.
fn answer(columns: Vec<(&str, Answered)>) -> Result<RecordBatch, CaseError> {
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (name, column) in columns {
        let (kind, array): (DataType, ArrayRef) = match column {
            Answered::Text(values) => (DataType::Utf8, Arc::new(StringArray::from(values))),
            Answered::Int(values) => (DataType::Int64, Arc::new(Int64Array::from(values))),
            Answered::Bool(values) => (DataType::Boolean, Arc::new(BooleanArray::from(values))),
            Answered::Time(values) => (
                DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
                Arc::new(TimestampMillisecondArray::from(values).with_timezone("UTC")),
            ),
        };
        fields.push(Field::new(name, kind, true));
        arrays.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(|why| CaseError::Case(why.to_string()))
}
