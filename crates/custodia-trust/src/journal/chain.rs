//! What makes a list of events a chain: each event is one line of one form and bears the digest of the line before.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// When, as the one who appended it says: ISO 8601 in UTC.
    pub at: String,
    /// What happened, as data of this kind of event.
    pub body: serde_json::Value,
    /// Who.
    pub by: String,
    /// Kind of event: `examine`, `decide` …
    pub kind: String,
    /// Number from 1.
    pub number: u64,
    /// SHA-256 of the line before and a line feed; of no bytes for the first.
    pub previous: String,
}

/// Where a chain ends.
#[derive(Clone, Debug)]
pub struct Chain {
    /// Number of the last event; 0 when there is none.
    pub number: u64,
    /// Digest of the last line and a line feed; of no bytes when there is none.
    pub previous: String,
}

impl Chain {
    /// The chain without an event.
    pub fn empty() -> Chain {
        Chain { number: 0, previous: hex::encode(Sha256::digest(b"")) }
    }

    /// Takes the next line, which is written without its line feed, or says why it cannot be the next.
    pub fn take(&mut self, line: &[u8]) -> Result<Entry, String> {
        let number = self.number + 1;
        let entry: Entry = serde_json::from_slice(line).map_err(|why| format!("no event: {why}"))?;
        if entry.number != number {
            return Err(format!("expected event {number}, found event {}", entry.number));
        }
        if entry.previous != self.previous {
            return Err("the line before is not the one that this event followed".into());
        }
        if serde_json::to_string(&entry).map_err(|why| why.to_string())?.as_bytes() != line {
            return Err("not in the one form of an event: canonical JSON without blanks".into());
        }
        *self = Chain { number, previous: digest(line) };
        Ok(entry)
    }

    /// Makes the next event and takes it, so that nothing is ever written that could not be read again: numbers and depths
    /// that JSON carries one way only are refused here.
    pub fn add(&mut self, kind: &str, at: &str, by: &str, body: serde_json::Value) -> Result<(String, Entry), String> {
        let (at, by, kind) = (at.to_owned(), by.to_owned(), kind.to_owned());
        let entry = Entry { at, body, by, kind, number: self.number + 1, previous: self.previous.clone() };
        let line = serde_json::to_string(&entry).map_err(|why| why.to_string())?;
        let entry = self.take(line.as_bytes())?;
        Ok((line, entry))
    }
}

/// Digest by which the next event names this line.
pub fn digest(line: &[u8]) -> String {
    hex::encode(Sha256::new().chain_update(line).chain_update(b"\n").finalize())
}
