//! Deleted records of a database as rows: what each says in the form of its table, and what that means where the table
//! is one of a messenger's.

mod meaning;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use custodia_model::tables::{RecoveredRecord, Trace, Warning};
use custodia_model::{Origin, Rows};

use super::File;
use super::leads::leads;
use crate::open::sqlite::{Database, MAGIC, Recovered, TakePiece, Value, Within};
use meaning::Meaning;

/// Records that are told of one database.
const MOST: usize = 500_000;

/// Records that wait until all others were seen, because what they name was deleted too.
const LATER: usize = 50_000;

/// Links, addresses and numbers that are told of one record.
const LEADS: usize = 100;

/// Characters of a text, and bytes of a blob, that are told.
const TEXT: usize = 4000;
const BLOB: usize = 64;

/// Puts the deleted records of a database that a parser read; of any other file, nothing. That it cannot be opened was
/// told by the parser. `unused` is given what headers of its pages call unused, see [`Database::recover_beside`]; false when
/// there was nothing to look through.
pub fn read(file: &File<'_>, unused: Option<&mut TakePiece<'_>>, rows: &mut dyn Rows) -> bool {
    if !file.item.head.starts_with(MAGIC) {
        return false;
    }
    let beside = |suffix: &str| file.beside(suffix).and_then(|item| item.open().ok());
    let (log, journal) = (beside("-wal"), beside("-journal"));
    let Ok(Ok(database)) = file.bytes().map(|bytes| Database::open(bytes, log, journal)) else { return false };
    let mut meaning = Meaning::new(&database, file);
    let (mut told, mut later) = (0usize, Vec::new());
    let odd = database.recover_beside(MOST, unused, &mut |one| {
        if meaning::is_nothing(&one) {
            return;
        }
        told += 1;
        let row = RecoveredRecord {
            recovered_table: one.table.name.as_str().into(),
            certainty: one.certainty.as_str().into(),
            page: i64::from(one.page),
            byte: i64::try_from(one.offset).unwrap_or(i64::MAX),
            cells: cells(&one).into(),
            ..RecoveredRecord::default()
        };
        let origin = Origin {
            path: match one.within {
                Within::Main => file.path().clone(),
                beside => format!("{}{}", file.path(), beside.suffix()).into(),
            },
            part: Some(one.table.name.as_str().into()),
            number: one.rowid,
            found: one.place,
        };
        let (row, owed) = meaning.of(&one, row);
        let traces = traces(&one, &row);
        if owed.nothing() || later.len() >= LATER {
            put(origin, traces, row, rows);
        } else {
            later.push((origin, traces, row, owed));
        }
    });
    for (origin, mut traces, mut row, owed) in later {
        meaning.settle(&owed, &mut row);
        for trace in &mut traces {
            (trace.in_chat, trace.sender) = (row.chat.clone(), row.sender.clone());
        }
        put(origin, traces, row, rows);
    }
    if let Some(says) = odd {
        rows.put(file.whole(), Warning::new("free pages", says).into());
    }
    if told >= MOST {
        let says = format!("expected fewer than {MOST} deleted records, found more; those after them are not told");
        rows.put(file.whole(), Warning::new("recovery ended", says).into());
    }
    true
}

/// Traces lead to the byte: the row whose number the record bears is gone, or says something else by now.
fn put(origin: Origin, traces: Vec<Trace>, row: RecoveredRecord, rows: &mut dyn Rows) {
    let place = Origin { part: Some("byte".into()), number: Some(row.byte), ..origin.clone() };
    for trace in traces {
        rows.put(place.clone(), trace.into());
    }
    rows.put(origin, row.into());
}

/// Links, addresses and numbers in the texts of a record, each value once.
fn traces(one: &Recovered<'_>, row: &RecoveredRecord) -> Vec<Trace> {
    let mut told = HashSet::new();
    let texts = one.values.iter().filter_map(|value| if let Value::Text(text) = value { Some(text) } else { None });
    let found = texts.flat_map(|text| leads(text).into_iter().map(move |lead| (text, lead)));
    // Where a text is cut, what ends there may have gone on.
    let whole = |text: &str, end: usize| one.cut.is_empty() || text.get(end..) != Some("…");
    let found = found.filter(|(text, lead)| whole(text, lead.range.end));
    let traces =
        found.filter(|(_, lead)| told.insert((lead.kind, lead.value.clone()))).take(LEADS).map(|(text, lead)| Trace {
            trace_kind: lead.kind.as_str().into(),
            value: lead.value.into(),
            as_written: text.get(lead.range).unwrap_or_default().into(),
            owner: row.owner.clone(),
            in_chat: row.chat.clone(),
            in_key: row.key.clone(),
            from_me: row.from_me.unwrap_or(false),
            sender: row.sender.clone(),
            sent: row.sent,
            ..Trace::default()
        });
    traces.collect()
}

/// The values of a record as a JSON object, in the order of its table.
fn cells(one: &Recovered<'_>) -> String {
    let mut json = String::from("{");
    for (index, (name, value)) in one.table.columns.iter().zip(&one.values).enumerate() {
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(&serde_json::Value::from(name.as_str()).to_string());
        json.push(':');
        let value = match value {
            // There was a value and it is lost.
            Value::Null if one.cut.contains(&index) => "…".into(),
            Value::Null => serde_json::Value::Null,
            Value::Int(value) => (*value).into(),
            Value::Real(value) => (*value).into(),
            Value::Text(text) => cut(text).into(),
            Value::Blob(bytes) => {
                let rest = if bytes.len() > BLOB { "…" } else { "" };
                format!("x'{}{rest}'", hex::encode(bytes.get(..BLOB).unwrap_or(bytes))).into()
            }
        };
        json.push_str(&value.to_string());
    }
    json.push('}');
    json
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
