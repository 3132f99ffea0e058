//! What programs of Tor leave behind: the client and its settings, onion services, OnionShare, Tor Browser, Orbot.
//!
//! Names, addresses and links are rows of `traces`; what else is stored are rows of `device_facts`. That a program is there, or
//! when a file was written, says nothing of who used it and for what.

use std::io::Read;

use custodia_model::tables::{DeviceFact, Trace, Warning};
use custodia_model::{Origin, Rows, Text, Time};

use super::{File, ReadError};
use crate::scan::{self, Lead};

mod android;
mod browser;
mod downloaded;
mod keys;
mod named;
mod onionshare;
mod service;
mod state;
#[cfg(test)]
mod tests;
mod torrc;

pub use android::{AppSettings, Downloads};
pub use browser::{Places, Preferences};
pub use downloaded::{Consensus, Descriptions};
pub use named::Named;
pub use onionshare::{Settings as OnionShareSettings, Tab as OnionShareTab};
pub use service::{ClientKey, Hostname, PublicKey, RsaKey, SecretKey};
pub use state::State;
pub use torrc::Torrc;

/// Bytes of a text that are read; such files have a few thousand.
const LARGEST: u64 = 4 << 20;

/// Facts and traces that are taken from one file.
const MOST: usize = 5000;

/// Characters of a value.
const LONGEST: usize = 1000;

/// The last part of a path.
fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Whether a path lies within a folder of Tor Browser, on a computer or a phone.
fn in_tor_browser(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    ["torbrowser", "tor browser", "tor-browser"].iter().any(|name| path.contains(name))
}

/// The whole file as text; what is no UTF-8 becomes replacement characters, and what is too much a warning.
fn text(file: &File<'_>, rows: &mut dyn Rows) -> Result<String, ReadError> {
    let mut bytes = Vec::new();
    file.reader()?.take(LARGEST).read_to_end(&mut bytes)?;
    if let Some(rest) = file.item.size.checked_sub(LARGEST).filter(|&rest| rest > 0) {
        let says = format!("expected at most {LARGEST} bytes, found more; the rest was not read");
        rows.put(file.whole(), Warning::new("too large", says).bytes(rest).into());
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Puts rows of one file, so many and no more.
struct Out<'r, 'f> {
    rows: &'r mut dyn Rows,
    file: &'r File<'f>,
    line: Text,
    left: usize,
}

impl<'r, 'f> Out<'r, 'f> {
    fn new(file: &'r File<'f>, rows: &'r mut dyn Rows) -> Out<'r, 'f> {
        Out { rows, file, line: "line".into(), left: MOST }
    }

    /// A line of the file, from 1.
    fn at_line(&self, number: usize) -> Origin {
        self.file.at(&self.line, i64::try_from(number).unwrap_or(i64::MAX))
    }

    fn warn(&mut self, origin: Origin, kind: &str, says: &str) {
        self.rows.put(origin, Warning::new(kind, says).into());
    }

    fn room(&mut self) -> bool {
        if self.left == 1 {
            let says = format!("more than {MOST} facts and traces; the others were not taken");
            self.rows.put(self.file.whole(), Warning::new("too many", says).into());
        }
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }

    /// A fact. An empty value says nothing; of a long one the beginning is taken.
    fn fact(&mut self, origin: Origin, fact: &str, value: &str) {
        let value = value.trim();
        if value.is_empty() || !self.room() {
            return;
        }
        let mut value: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        if let Some((end, _)) = value.char_indices().nth(LONGEST) {
            value.truncate(end);
            let says = format!("expected at most {LONGEST} characters as {fact}, found more; the rest was not taken");
            self.rows.put(origin.clone(), Warning::new("value cut", says).into());
        }
        self.rows.put(origin, DeviceFact { fact: fact.into(), fact_value: value.into() }.into());
    }

    /// An instant as ISO 8601 in UTC.
    fn time(&mut self, origin: Origin, fact: &str, at: Option<Time>) {
        if let Some(at) = at {
            self.fact(origin, fact, &at.to_string());
        }
    }

    /// Every trace in a text.
    fn traces(&mut self, origin: &Origin, text: &str) {
        for Lead { kind, value, range } in scan::of_text(text) {
            self.trace(origin.clone(), kind, value, text.get(range).unwrap_or_default());
        }
    }

    fn trace(&mut self, origin: Origin, kind: scan::Kind, value: String, as_written: &str) {
        if !self.room() {
            return;
        }
        let trace_kind = kind.as_str().into();
        let row = Trace { trace_kind, value: value.into(), as_written: as_written.into(), ..Trace::default() };
        self.rows.put(origin, row.into());
    }
}

/// `2024-05-01 12:00:00` in UTC, the form in which Tor writes times.
fn utc(text: &str) -> Option<Time> {
    let (date, time) = text.trim().split_once([' ', 'T'])?;
    Time::from_iso(&format!("{date}T{time}Z"))
}
