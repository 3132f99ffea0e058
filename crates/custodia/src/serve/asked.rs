//! What was asked: parts of the path, the query, the body.

use std::str::FromStr;

use custodia_model::Time;
use serde_json::{Map, Value};

use super::answer::Wrong;

/// A request, taken apart.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Parts of the path by name.
    pub path: Vec<(String, String)>,
    /// The query, in order.
    pub query: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Who asks.
    pub user: String,
}

impl Asked {
    /// A part of the path.
    pub fn part(&self, name: &str) -> &str {
        self.path.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// A parameter; empty is the same as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// A parameter that must be there.
    pub fn need(&self, name: &str) -> Result<&str, Wrong> {
        self.get(name).ok_or_else(|| Wrong::asked(format!("no {name}: the address must say ?{name}=…")))
    }

    /// Every value of a parameter.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.query
            .iter()
            .filter(move |(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Values of a parameter, commas between.
    pub fn list(&self, name: &str) -> Vec<String> {
        self.all(name)
            .flat_map(|value| value.split(','))
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
            .collect()
    }

    /// A number.
    pub fn number<T: FromStr>(&self, name: &str, without: T) -> Result<T, Wrong> {
        match self.get(name) {
            None => Ok(without),
            Some(text) => text.trim().parse().map_err(|_| Wrong::asked(format!("{name}: {text:?} is no number"))),
        }
    }

    /// How many are wanted: from 1 to so many at most.
    pub fn limit(&self, usual: usize, most: usize) -> Result<usize, Wrong> {
        match self.number("limit", usual)? {
            limit if (1..=most).contains(&limit) => Ok(limit),
            limit => Err(Wrong::asked(format!("limit: {limit}; expected 1 to {most}"))),
        }
    }

    /// An instant.
    pub fn instant(&self, name: &str) -> Result<Option<i64>, Wrong> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let at = Time::from_iso(text).ok_or_else(|| {
            Wrong::asked(format!("{name}: {text:?} is no time: expected ISO 8601 with offset, as 2026-03-01T12:00:00Z"))
        })?;
        Ok(Some(at.0))
    }

    /// The body as a JSON object.
    pub fn object(&self) -> Result<Map<String, Value>, Wrong> {
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(Wrong::asked("the body is JSON, but no object")),
            Err(why) => Err(Wrong::asked(format!("the body is no JSON: {why}"))),
        }
    }
}

/// A text of an object; a missing one is empty.
pub fn text(object: &Map<String, Value>, name: &str) -> Result<String, Wrong> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.trim().to_owned()),
        Some(other) => Err(Wrong::asked(format!("{name}: expected a text, found {other}"))),
    }
}
