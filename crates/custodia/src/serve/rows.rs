//! Tables, pages of rows, counts.

use custodia_case::pages::{LARGEST, Wanted, Where, tables};
use serde_json::{Value as Json, json};

use super::App;
use super::answer::{Answer, Wrong, cell};
use super::asked::Asked;
use super::session::Session;

/// Rows of a page, where nothing else is asked for.
const USUAL: usize = 100;
/// Conditions of one question.
const CONDITIONS: usize = 32;

pub fn session(app: &App, session: &Session, _: &Asked) -> Result<Answer, Wrong> {
    let case = app.cases.now()?;
    let folder = case.case.folder();
    let name = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    let name = name.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(Answer::Json(json!({
        "csrf": session.csrf, "case": name, "version": env!("CARGO_PKG_VERSION"), "user": session.user, "language": null,
    })))
}

pub fn all_tables(_: &App, _: &Session, _: &Asked) -> Result<Answer, Wrong> {
    let about = |about: &custodia_case::pages::About| {
        let columns =
            about.columns.iter().map(|(name, doc, kind)| json!({"name": name, "doc": doc, "type": kind.name()}));
        json!({"name": about.name, "doc": about.doc, "columns": columns.collect::<Vec<_>>()})
    };
    Ok(Answer::Json(Json::from(tables().iter().map(about).collect::<Vec<_>>())))
}

/// The view of the path: one of the list, and nothing else ever becomes part of a name or question.
fn view(asked: &Asked) -> Result<&'static str, Wrong> {
    let name = asked.part("view");
    let found = |name: &str| tables().iter().find(|about| about.name == name).map(|about| about.name.as_str());
    found(name)
        .or_else(|| found(&format!("evidence.{name}")))
        .ok_or_else(|| Wrong::new(404, format!("{name:?} is no view or table; all are in /api/tables")))
}

fn conditions(asked: &Asked) -> Result<Vec<Where>, Wrong> {
    let conditions: Vec<Where> = asked.all("where").map(str::parse).collect::<Result<_, _>>()?;
    if conditions.len() > CONDITIONS {
        return Err(Wrong::asked(format!("{} conditions; {CONDITIONS} at most", conditions.len())));
    }
    Ok(conditions)
}

pub fn rows(app: &App, _: &Session, asked: &Asked) -> Result<Answer, Wrong> {
    page(app, view(asked)?, asked)
}

pub fn decisions(app: &App, _: &Session, asked: &Asked) -> Result<Answer, Wrong> {
    page(app, "decisions", asked)
}

fn page(app: &App, view: &str, asked: &Asked) -> Result<Answer, Wrong> {
    let sort = asked.list("sort").into_iter().map(|name| match name.strip_prefix('-') {
        Some(name) => (name.to_owned(), true),
        None => (name.trim_start_matches('+').to_owned(), false),
    });
    let limit = asked.limit(USUAL, LARGEST)?;
    let wanted = Wanted {
        columns: asked.list("columns"),
        wheres: conditions(asked)?,
        sort: sort.collect(),
        limit,
        after: asked.get("cursor").map(str::to_owned),
    };
    let page = app.cases.now()?.pages.rows(view, &wanted)?;
    let rows = page.rows.iter().map(|row| Json::from(row.iter().map(cell).collect::<Vec<_>>()));
    Ok(Answer::Json(json!({"columns": page.columns, "rows": rows.collect::<Vec<_>>(), "next": page.next})))
}

pub fn count(app: &App, _: &Session, asked: &Asked) -> Result<Answer, Wrong> {
    let view = view(asked)?;
    let limit = asked.limit(50, LARGEST)?;
    let count = app.cases.now()?.pages.count(view, &conditions(asked)?, asked.get("by"), limit)?;
    let by = count.by.iter().map(|(value, rows)| json!([cell(value), rows]));
    Ok(Answer::Json(json!({"total": count.total, "by": by.collect::<Vec<_>>(), "values": count.values})))
}
