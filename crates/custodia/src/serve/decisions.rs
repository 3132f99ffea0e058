//! What persons decide, and what they wish to ask again: both are events of the journal.

use custodia_trust::Journal;
use serde_json::{Value as Json, json};

use super::App;
use super::answer::{Answer, Wrong};
use super::asked::{Asked, text};
use super::session::Session;
use crate::commands::decide::{What, record};
use crate::commands::examine::now;
use crate::failure::Failure;

/// Kind of a saved search's event in the journal.
const SEARCH: &str = "save search";
/// Longest name of a saved search, and largest question, in bytes.
const NAME: usize = 200;
const QUESTION: usize = 16 << 10;

/// Adds a decision; every answer after this one is as decided.
pub fn decide(app: &App, session: &Session, asked: &Asked) -> Result<Answer, Wrong> {
    let object = asked.object()?;
    let field = |name: &str| text(&object, name);
    let (subject, other, value) = (field("subject")?, field("other")?, field("value")?);
    let what = match field("what")?.as_str() {
        "cut" => What::Cut { account: subject, other },
        "confirm" => What::Confirm { account: subject, other },
        "country" => What::Country { account: subject, country: value },
        "dispute" if value.is_empty() => What::Dispute { subject },
        "dispute" => {
            return Err(Wrong::asked("dispute: a dispute has no value; say why in the reason"));
        }
        "category" => What::Category { sha256: subject, category: value },
        "note" => What::Note { subject, text: value },
        "withdraw" => {
            let number = match object.get("subject") {
                Some(Json::Number(number)) => number.as_u64(),
                _ => subject.parse().ok(),
            };
            let number = number
                .ok_or_else(|| Wrong::asked(format!("subject: {subject:?}; expected the number of a decision")))?;
            What::Withdraw { number }
        }
        other => {
            let known = custodia_case::decisions::DECISIONS.join(", ");
            return Err(Wrong::asked(format!("what: {other:?}; expected one of {known}")));
        }
    };
    let case = app.cases.now()?;
    let reason = field("reason")?;
    if reason.is_empty() && !matches!(what, What::Note { .. }) {
        return Err(Wrong::asked("reason: a decision needs one, in a few words"));
    }
    let (entry, _) = record(&case.case, what, &reason, &session.user).map_err(refused)?;
    app.cases.look()?;
    Ok(Answer::Json(json!({"event": entry.number, "at": entry.at, "author": entry.by})))
}

fn refused(failure: Failure) -> Wrong {
    Wrong::asked(failure.to_string())
}

/// Every saved search, the latest of a name.
pub fn searches(app: &App, _: &Session, _: &Asked) -> Result<Answer, Wrong> {
    let entries = Journal::read(&app.cases.now()?.case.journal()).map_err(|why| Wrong::new(500, why.to_string()))?;
    let mut saved: Vec<(String, Json)> = Vec::new();
    for entry in entries.iter().filter(|entry| entry.kind == SEARCH) {
        let name = entry.body["name"].as_str().unwrap_or_default().to_owned();
        saved.retain(|(known, _)| *known != name);
        // A search saved without a question is taken back.
        if !entry.body["query"].is_null() {
            let search = json!({"name": name, "query": entry.body["query"], "at": entry.at, "author": entry.by});
            saved.push((name, search));
        }
    }
    Ok(Answer::Json(Json::from(saved.into_iter().map(|(_, search)| search).collect::<Vec<_>>())))
}

/// Saves a search under a name; one without a question is taken back.
pub fn save_search(app: &App, session: &Session, asked: &Asked) -> Result<Answer, Wrong> {
    let object = asked.object()?;
    let name = text(&object, "name")?;
    if name.is_empty() || name.len() > NAME {
        return Err(Wrong::asked(format!("name: expected 1 to {NAME} bytes, found {}", name.len())));
    }
    let query = object.get("query").cloned().unwrap_or(Json::Null);
    if !(query.is_object() || query.is_null()) || query.to_string().len() > QUESTION {
        return Err(Wrong::asked(format!(
            "query: expected an object of {QUESTION} bytes at most, or null to take it back"
        )));
    }
    let case = app.cases.now()?;
    let failed = |why: custodia_trust::JournalError| Wrong::new(500, why.to_string());
    let mut journal = Journal::open(&case.case.journal()).map_err(failed)?;
    let entry = journal.append(SEARCH, &now(), &session.user, json!({"name": name, "query": query})).map_err(failed)?;
    Ok(Answer::Json(json!({"event": entry.number})))
}
