//! From a row back to its bytes, in the evidence as it is now. The evidence is opened for reading alone, and what was examined is
//! told from what is there now by its digest.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use custodia_case::pages::{Op, Value, Wanted, Where};
use custodia_intake::places::{self, Found, Place, Shown};
use custodia_intake::secrets::Secrets;
use serde_json::{Value as Json, json};

use super::App;
use super::answer::{Answer, Wrong};
use super::asked::Asked;
use super::opened::Opened;
use super::session::Session;
use crate::commands::examine::recorded;

/// Files that stay open for the next look.
const OPEN: usize = 8;

/// A file of an exhibit as it was when it was opened: path of the evidence, its length and time of change, path in it.
type Name = (PathBuf, u64, Option<SystemTime>, String);

/// Files of the evidence that were looked at last.
pub struct Looked {
    /// What opens backups of the evidence once more.
    secrets: Secrets,
    files: Mutex<Vec<(Name, Arc<Found>)>>,
}

impl Looked {
    /// Nothing yet.
    pub fn new(secrets: Secrets) -> Looked {
        Looked { secrets, files: Mutex::default() }
    }

    fn find(&self, evidence: &std::path::Path, path: &str, opened: &Opened) -> Result<Arc<Found>, String> {
        let meta = std::fs::metadata(evidence)
            .map_err(|why| format!("the evidence is not at {} now: {why}", evidence.display()))?;
        let name = (evidence.to_path_buf(), meta.len(), meta.modified().ok(), path.to_owned());
        let known = |files: &mut Vec<(Name, Arc<Found>)>| {
            let place = files.iter().position(|(known, _)| *known == name)?;
            let file = files.remove(place);
            files.push(file.clone());
            Some(file.1)
        };
        if let Some(found) = known(&mut self.files.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(found);
        }
        let found = Arc::new(places::find(evidence, path, &opened.case.cache(), &self.secrets)?);
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.push((name, Arc::clone(&found)));
        if files.len() > OPEN {
            files.remove(0);
        }
        Ok(found)
    }
}

/// Directions, taken apart: exhibit, path, part, number.
fn directions(origin: &str) -> Option<(&str, &str, Option<&str>, Option<i64>)> {
    let (device, rest) = origin.split_once(':')?;
    let Some((path, place)) = rest.rsplit_once('#').filter(|(_, place)| !place.is_empty()) else {
        return Some((device, rest, None, None));
    };
    match place.rsplit_once('/') {
        Some((part, number)) => match number.parse() {
            Ok(number) => Some((device, path, Some(part), Some(number))),
            // A path may hold the sign too.
            Err(_) => Some((device, rest, None, None)),
        },
        None => Some((device, path, Some(place), None)),
    }
}

pub fn source(app: &App, _: &Session, asked: &Asked) -> Result<Answer, Wrong> {
    let origin = asked.need("origin")?;
    let (device, path, part, row) = directions(origin).ok_or_else(|| {
        Wrong::asked(format!(
            "{origin:?} are no directions: expected EXHIBIT:PATH#PART/ROW, as a column origin holds them"
        ))
    })?;
    let opened = app.cases.now()?;
    let place = look(app, &opened, device, path, part, row);
    let (available, says, cells, bytes, file) = match place {
        Ok((place, says)) => (true, says, cells(&place), bytes(&place), Some(place.file)),
        Err(says) => (false, Some(says), Json::from(Vec::<Json>::new()), Json::Null, None),
    };
    Ok(Answer::Json(json!({
        "origin": origin, "device": device, "path": path, "part": part, "row": row, "available": available, "says": says,
        "cells": cells, "bytes": bytes, "file": file,
    })))
}

/// The place, and what is to be said of the file: whether it is the one that was examined.
fn look(
    app: &App,
    opened: &Opened,
    device: &str,
    path: &str,
    part: Option<&str>,
    row: Option<i64>,
) -> Result<(Place, Option<String>), String> {
    let recorded = recorded(&opened.case)?;
    let evidence = recorded.get(device).ok_or_else(|| {
        format!("the journal of this case records no examination of an exhibit {device}: it does not say where its evidence is")
    })?;
    let found = app.looked.find(&evidence.path, path, opened)?;
    let place = found.show(part, row)?;
    let wanted = Wanted {
        columns: vec!["sha256".into()],
        wheres: vec![Where::new("device", Op::Eq, device), Where::new("path", Op::Eq, path)],
        limit: 1,
        ..Wanted::default()
    };
    let page = opened.pages.rows("evidence.files", &wanted).map_err(|why| why.to_string())?;
    let then = page.rows.into_iter().flatten().find_map(|value| match value {
        Value::Text(text) => Some(text),
        _ => None,
    });
    let same = match (&then, &found.sha256) {
        (Some(then), Some(now)) if then == now => None,
        (Some(then), Some(now)) => {
            Some(format!("this is not the file that was examined: its SHA-256 was {then} then and is {now} now"))
        }
        _ => {
            Some("whether this is the file that was examined cannot be said: one of the digests is missing".to_owned())
        }
    };
    let says: Vec<String> = [same, place.says.clone()].into_iter().flatten().collect();
    Ok((place, (!says.is_empty()).then(|| says.join("; "))))
}

fn cells(place: &Place) -> Json {
    let one = |(column, shown): &(String, Shown)| {
        let (kind, text, hex) = match shown {
            Shown::Null => ("null", None, None),
            Shown::Integer(value) => ("integer", Some(value.to_string()), None),
            Shown::Real(value) => ("real", Some(value.to_string()), None),
            Shown::Text(text) => ("text", Some(text.clone()), None),
            Shown::Blob(bytes, _) => ("blob", None, Some(hex::encode(bytes))),
        };
        let length = if let Shown::Blob(_, length) = shown { json!(length) } else { Json::Null };
        json!({"column": column, "kind": kind, "text": text, "hex": hex, "length": length})
    };
    Json::from(place.cells.iter().map(one).collect::<Vec<_>>())
}

fn bytes(place: &Place) -> Json {
    json!({"offset": place.offset, "length": place.length, "hex": hex::encode(&place.bytes)})
}

#[cfg(test)]
mod tests {
    use super::directions;

    #[test]
    fn directions_are_taken_apart() {
        let taken = directions("ES-1:/a.zip/b#c/msgstore.db#message/4711");
        assert_eq!(taken, Some(("ES-1", "/a.zip/b#c/msgstore.db", Some("message"), Some(4711))));
        assert_eq!(directions("ES-1:/a/b#c/d"), Some(("ES-1", "/a/b#c/d", None, None)));
        assert_eq!(directions("ES-1:/a"), Some(("ES-1", "/a", None, None)));
        assert_eq!(directions("journal#7"), None);
    }
}
