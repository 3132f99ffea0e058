//! Search as one types.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use custodia_case::search::{Hit, Index, Question, SearchError};
use serde_json::{Value as Json, json};

use super::App;
use super::answer::{Answer, Wrong, instant};
use super::asked::Asked;
use super::opened::Opened;
use super::session::Session;

/// Hits of a page, where nothing else is asked for, and at most.
const USUAL: usize = 50;
const MOST: usize = 200;

/// What hits are counted by, how many of them at most, and how many values of each are told.
const FACETS: [&str; 4] = ["kind", "chat", "country", "account"];
const COUNTED: usize = 5_000;
const VALUES: usize = 10;

/// The index of the case as it is open, built or opened when it is first asked for.
pub fn index(app: &App, opened: &Opened) -> Result<Arc<Index>, Wrong> {
    let name = opened.questions.fingerprint(&["search_texts"])?;
    app.index.get(&name, || Ok(opened.questions.texts(opened.threads)?))
}

/// Names that stand for persons, by account, from pages: a hit shows them.
fn name(opened: &Opened, account: &str) -> Result<Option<String>, Wrong> {
    use custodia_case::pages::{Op, Value, Wanted, Where};
    let wanted = Wanted {
        columns: vec!["names".into()],
        wheres: vec![Where::new("account", Op::Eq, account)],
        limit: 1,
        ..Wanted::default()
    };
    let page = opened.pages.rows("accounts", &wanted)?;
    Ok(page.rows.into_iter().flatten().find_map(|value| match value {
        Value::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    }))
}

/// What is asked for; the first page of it where no other is named.
fn question(opened: &Opened, asked: &Asked) -> Result<Question, Wrong> {
    let exact = match asked.get("mode") {
        None | Some("tolerant") => false,
        Some("exact") => true,
        Some(other) => return Err(Wrong::asked(format!("mode: {other:?}; expected tolerant or exact"))),
    };
    let by_relevance = match asked.get("order") {
        None | Some("time") => false,
        Some("relevance") => true,
        Some(other) => return Err(Wrong::asked(format!("order: {other:?}; expected time or relevance"))),
    };
    let limit = asked.limit(USUAL, MOST)?;
    Ok(Question {
        text: asked.get("q").unwrap_or_default().to_owned(),
        exact,
        typing: asked.get("typing") == Some("1"),
        entry_kinds: asked.list("kind"),
        chats: asked.all("chat").map(str::to_owned).collect(),
        accounts: opened.questions.persons(asked.list("account"))?,
        countries: asked.list("country").iter().map(|country| country.to_uppercase()).collect(),
        devices: asked.list("device"),
        message_kinds: asked.list("message_kind"),
        from: asked.instant("from")?,
        to: asked.instant("to")?,
        by_relevance,
        limit,
        after: asked.get("cursor").map(str::parse).transpose().map_err(refused)?,
    })
}

pub fn search(app: &App, _: &Session, asked: &Asked) -> Result<Answer, Wrong> {
    let opened = app.cases.now()?;
    let question = question(&opened, asked)?;
    let page = index(app, &opened)?.ask(&question).map_err(refused)?;
    let hits = page.hits.iter().map(|hit| hit_of(&opened, hit)).collect::<Result<Vec<_>, _>>()?;
    let next = page.more.map(|cursor| cursor.to_string());
    Ok(Answer::Json(json!({
        "total": page.total, "total_is_exact": !page.or_more, "hits": hits, "next": next,
    })))
}

/// How many of the hits bear each value of what narrows them, the most frequent first. A request of its own, so that hits never
/// wait for it.
pub fn facets(app: &App, _: &Session, asked: &Asked) -> Result<Answer, Wrong> {
    let opened = app.cases.now()?;
    let asked = Question { by_relevance: false, limit: COUNTED, after: None, ..question(&opened, asked)? };
    let page = index(app, &opened)?.ask(&asked).map_err(refused)?;
    let mut counts: [BTreeMap<&str, usize>; FACETS.len()] = Default::default();
    for Hit { entry, .. } in &page.hits {
        let values = [Some(&entry.entry_kind), entry.chat.as_ref(), entry.country.as_ref(), entry.account.as_ref()];
        for (count, value) in counts.iter_mut().zip(values) {
            if let Some(value) = value {
                *count.entry(value).or_default() += 1;
            }
        }
    }
    let facets = FACETS.iter().zip(counts).map(|(name, counts)| {
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| Reverse(*count));
        counts.truncate(VALUES);
        ((*name).to_owned(), json!(counts))
    });
    let facets: serde_json::Map<String, Json> = facets.collect();
    Ok(Answer::Json(json!({ "facets": facets, "of": page.hits.len(), "is_exact": page.more.is_none() })))
}

fn refused(error: SearchError) -> Wrong {
    let status = if matches!(error, SearchError::Question(_)) { 400 } else { 500 };
    Wrong::new(status, error.to_string())
}

fn hit_of(opened: &Opened, hit: &Hit) -> Result<Json, Wrong> {
    let entry = &hit.entry;
    let name = entry.account.as_deref().map(|account| name(opened, account)).transpose()?.flatten();
    Ok(json!({
        "kind": entry.entry_kind, "chat": entry.chat, "account": entry.account, "name": name, "country": entry.country,
        "message_kind": entry.message_kind, "at": instant(entry.at), "text": entry.text, "marks": marks(&entry.text, &hit.marks),
        "origin": entry.origin, "device": entry.devices.split(' ').next(), "devices": entry.devices, "key": entry.key,
    }))
}

/// Marks as a browser counts: in units of UTF-16.
fn marks(text: &str, marks: &[Range<usize>]) -> Vec<[usize; 2]> {
    let (mut at, mut units) = (0, 0);
    let mut unit = |to: usize| {
        units += text.get(at..to).map_or(0, |piece| piece.encode_utf16().count());
        at = to.max(at);
        units
    };
    marks.iter().map(|mark| [unit(mark.start), unit(mark.end)]).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn marks_are_counted_as_browsers_do() {
        assert_eq!(super::marks("a😀bé c", &[1..5, 5..8]), [[1, 3], [3, 5]]);
    }
}
