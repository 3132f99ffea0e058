//! The operation at a glance, and when a group talked.

use std::collections::BTreeMap;
use std::sync::Arc;

use custodia_case::pages::{Op, Value, Wanted, Where};
use custodia_model::Time;
use custodia_trust::Journal;
use serde_json::{Value as Json, json};

use super::App;
use super::answer::{Answer, Wrong, cell};
use super::asked::Asked;
use super::opened::Opened;
use super::session::Session;

/// Examinations that are shown as new.
const NEW: usize = 20;

pub fn operation(app: &App, _: &Session, _: &Asked) -> Result<Answer, Wrong> {
    let opened = app.cases.now()?;
    Ok(Answer::Json(glance(app, &opened)?.as_ref().clone()))
}

/// The same, made once for a state of the case.
pub fn glance(app: &App, opened: &Opened) -> Result<Arc<Json>, Wrong> {
    app.glance.get(&opened.state()?, || count(opened))
}

/// What is counted, where its rows are, and the same count in SQL.
const COUNTS: &[(&str, &str, &str)] = &[
    ("groups", "groups", "SELECT count(*) FROM groups"),
    ("persons", "accounts", "SELECT count(DISTINCT person) FROM accounts"),
    ("messages", "messages", "SELECT count(*) FROM messages"),
    ("shares", "shares", "SELECT count(*) FROM shares"),
    ("known_hits", "known_hits", "SELECT count(*) FROM known_hits"),
    ("devices", "devices", "SELECT count(*) FROM devices"),
    ("countries", "countries", "SELECT count(*) FROM countries WHERE country IS NOT NULL"),
    ("warnings", "warnings", "SELECT count(*) FROM warnings"),
];

fn count(opened: &Opened) -> Result<Json, Wrong> {
    let pages = &opened.pages;
    let mut counts = Vec::new();
    for (key, view, sql) in COUNTS {
        let value = match *key {
            "persons" => pages.count(view, &[], Some("person"), 0)?.values,
            "countries" => pages.count(view, &[Where::new("country", Op::NotNull, "")], None, 0)?.total,
            _ => pages.count(view, &[], None, 0)?.total,
        };
        counts.push(json!({"key": key, "value": value, "view": view, "sql": sql}));
    }
    let rows = |view: &str, columns: &[&str]| {
        let columns = columns.iter().map(|name| (*name).to_owned()).collect();
        Ok::<_, Wrong>(pages.rows(view, &Wanted { columns, limit: 1000, ..Wanted::default() })?.rows)
    };
    let countries = rows("countries", &["country", "country_name", "members", "groups", "known_shares", "seized"])?;
    let countries: Vec<Json> = countries
        .iter()
        .filter(|row| row[0] != Value::Null)
        .map(|row| {
            json!({"country": cell(&row[0]), "name": cell(&row[1]), "persons": cell(&row[2]), "groups": cell(&row[3]),
                   "hits": cell(&row[4]), "seized": cell(&row[5])})
        })
        .collect();
    let mut completeness = BTreeMap::from([("devices", 0)]);
    for name in ["items", "parsed", "partial", "rejected", "unparsed_kind"] {
        completeness.insert(name, pages.numbers("completeness", &[], name)?.iter().sum::<i64>());
    }
    let bundles = opened.case.manifests()?;
    completeness.insert("devices", i64::try_from(bundles.len()).unwrap_or(i64::MAX));
    let entries = Journal::read(&opened.case.journal()).map_err(|why| Wrong::new(500, why.to_string()))?;
    let mut new = Vec::new();
    for entry in entries.iter().rev().filter(|entry| entry.kind == "examine") {
        let label = entry.body["exhibit"].as_str().unwrap_or_default();
        let Some((_, _, manifest)) = bundles.iter().find(|(_, _, manifest)| manifest.exhibit.label == label) else {
            continue;
        };
        let of = [Where::new("device", Op::Eq, label), Where::new("chat_kind", Op::Eq, "group")];
        let groups = pages.count("evidence.chats", &of, None, 0)?.total;
        let messages = manifest.tables.get("messages").map_or(0, |table| table.rows);
        new.push(json!({"device": label, "examined_at": entry.at, "messages": messages, "groups": groups}));
        if new.len() == NEW {
            break;
        }
    }
    Ok(
        json!({"counts": counts, "countries": countries, "completeness": completeness, "new": new, "bundles": bundles.len()}),
    )
}

/// Messages of a group by day and hour, in UTC.
pub fn heat(app: &App, _: &Session, asked: &Asked) -> Result<Answer, Wrong> {
    let chat = asked.part("chat");
    let sent = app.cases.now()?.pages.numbers("messages", &[Where::new("chat", Op::Eq, chat)], "sent")?;
    let mut cells: BTreeMap<(i64, i64), u64> = BTreeMap::new();
    for at in sent {
        let hours = at.div_euclid(3_600_000);
        *cells.entry((hours.div_euclid(24), hours.rem_euclid(24))).or_default() += 1;
    }
    let day = |day: i64| Time(day * 86_400_000).to_string().chars().take(10).collect::<String>();
    let cells: Vec<Json> = cells.into_iter().map(|((of, hour), count)| json!([day(of), hour, count])).collect();
    Ok(Answer::Json(json!({"cells": cells})))
}
