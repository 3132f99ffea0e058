//! Decisions of persons, from the journal. They are events with author, time and reason; queries see them as a table, and what
//! depends on them is computed again when one is added.

use std::sync::Arc;

use custodia_trust::{Entry, Journal};
use datafusion::arrow::array::{ArrayRef, Int64Array, StringArray, TimestampMillisecondArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use datafusion::arrow::record_batch::RecordBatch;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{Case, CaseError};

/// Kind of a decision's event in the journal.
pub const KIND: &str = "decide";

/// What can be decided.
pub const DECISIONS: &[&str] = &["cut", "confirm", "country", "dispute", "category", "note", "withdraw"];

/// A decision on its way into the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// One of [`DECISIONS`].
    pub decision: String,
    /// What it is about.
    pub subject: String,
    /// The other account of a pair.
    pub other: Option<String>,
    /// Country, category or text.
    pub value: Option<String>,
    /// Why.
    pub reason: String,
}

impl Decision {
    /// The event's body.
    pub fn body(&self) -> Value {
        json!({
            "decision": self.decision, "other": self.other, "reason": self.reason, "subject": self.subject, "value": self.value,
        })
    }
}

/// Every decision of the case, in order.
pub(crate) fn read(case: &Case) -> Result<Vec<Entry>, CaseError> {
    let entries = Journal::read(&case.journal()).map_err(|why| CaseError::Case(why.to_string()))?;
    Ok(entries.into_iter().filter(|entry| entry.kind == KIND).collect())
}

/// Picks the decisions of one table from all.
type Pick = fn(&[Entry]) -> Vec<Entry>;

/// The tables of schema `journal`, and which decisions are in each. Joins name the narrow ones, so that a note or a category does
/// not make anything else be computed again.
pub(crate) const TABLES: &[(&str, Pick)] = &[
    ("decisions", <[Entry]>::to_vec),
    ("tie_decisions", |all| in_force(all, &["cut", "confirm"])),
    ("country_decisions", |all| in_force(all, &["country"])),
];

/// Decisions of some kinds that no later one withdrew.
fn in_force(all: &[Entry], kinds: &[&str]) -> Vec<Entry> {
    let is = |entry: &Entry, kind: &str| entry.body.get("decision").and_then(Value::as_str) == Some(kind);
    let withdrawn = |entry: &&Entry| {
        let number = entry.number.to_string();
        let by = |other: &Entry| other.body.get("subject").and_then(Value::as_str) == Some(number.as_str());
        !all.iter().any(|other| other.number > entry.number && is(other, "withdraw") && by(other))
    };
    all.iter().filter(|entry| kinds.iter().any(|kind| is(entry, kind))).filter(withdrawn).cloned().collect()
}

/// Tells sets of decisions apart.
pub(crate) fn fingerprint(decisions: &[Entry]) -> Vec<u8> {
    let mut digest = Sha256::new();
    for entry in decisions {
        digest.update(serde_json::to_string(entry).unwrap_or_default());
        digest.update(b"\n");
    }
    digest.finalize().to_vec()
}

/// The decisions as rows of `journal.decisions`.
pub(crate) fn batch(decisions: &[Entry]) -> Result<RecordBatch, CaseError> {
    let text = |name: &str| -> ArrayRef {
        let values = decisions.iter().map(|entry| entry.body.get(name).and_then(Value::as_str).map(str::to_owned));
        Arc::new(values.collect::<StringArray>())
    };
    let times = decisions.iter().map(|entry| custodia_model::Time::from_iso(&entry.at).map(|time| time.0));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("number", Arc::new(decisions.iter().map(|entry| i64::try_from(entry.number).ok()).collect::<Int64Array>())),
        ("at", Arc::new(times.collect::<TimestampMillisecondArray>().with_timezone("UTC"))),
        ("author", Arc::new(decisions.iter().map(|entry| Some(entry.by.as_str())).collect::<StringArray>())),
        ("decision", text("decision")),
        ("subject", text("subject")),
        ("other", text("other")),
        ("value", text("value")),
        ("reason", text("reason")),
    ];
    let kind = |name: &str| match name {
        "number" => DataType::Int64,
        "at" => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        _ => DataType::Utf8,
    };
    let fields: Vec<Field> = columns.iter().map(|(name, _)| Field::new(*name, kind(name), true)).collect();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(|why| CaseError::Case(why.to_string()))
}
