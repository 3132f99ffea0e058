//! Apple's times: seconds since 2001-01-01T00:00:00Z, with a fraction.

use std::fmt::Write;

use custodia_model::{Text, Time};

use super::super::whatsapp::cell;
use super::super::whatsapp::out::{EarlyTime, Out, Place};
use crate::open::sqlite::Cell;

/// From 1970 to 2001, in milliseconds.
const EPOCH: f64 = 978_307_200_000.0;

/// How times are read, in words.
pub const UNIT: &str = "seconds since 2001-01-01";

/// Year 1, which Core Data stores for "a long time ago"; like 0 it stands for a time that is not set.
const DISTANT_PAST: f64 = -63_114_076_800.0;

/// Times of one row. What is stored is no plain instant, so it is kept whenever there is one.
#[derive(Default)]
pub struct Times {
    stored: String,
    odd: bool,
    early: Vec<EarlyTime>,
}

impl Times {
    /// The instant a column holds; `name` is what it is called beside the row.
    pub fn read(&mut self, name: &'static str, stored: Cell<'_>) -> Option<Time> {
        if stored == Cell::Null {
            return None;
        }
        let number = cell::real(stored);
        if matches!(number, Some(number) if number == 0.0 || number == DISTANT_PAST) {
            return None;
        }
        let time = number.and_then(instant);
        self.odd |= time.is_none();
        if let (Some(time), Some(number)) = (time.filter(|time| *time < Time::MESSENGER_FOUNDED), number) {
            self.early.push((name, number.to_string(), time));
        }
        self.keep(name, stored);
        time
    }

    /// Keeps the stored form of a time that has no column.
    pub fn keep(&mut self, name: &str, stored: Cell<'_>) {
        if matches!(stored, Cell::Null) || cell::real(stored) == Some(0.0) {
            return;
        }
        if !self.stored.is_empty() {
            self.stored.push(' ');
        }
        // Text is quoted so that blanks within it cannot be taken for the next column.
        let _ = match stored {
            Cell::Null => Ok(()),
            Cell::Int(number) => write!(self.stored, "{name}={number}"),
            // A power of ten in place of three hundred digits.
            Cell::Real(number) if number.abs() >= 1e17 => write!(self.stored, "{name}={number:e}"),
            Cell::Real(number) => write!(self.stored, "{name}={number}"),
            Cell::Text(text) => write!(self.stored, "{name}={:?}", text.chars().take(64).collect::<String>()),
            Cell::Blob(bytes) => write!(self.stored, "{name}=x'{}'", hex::encode(bytes.get(..32).unwrap_or(bytes))),
        };
    }

    /// What was stored, with a warning where some of it is no instant.
    pub fn stored(self, out: &mut Out<'_>, place: &Place) -> Option<Text> {
        if self.odd {
            let says = format!(
                "expected seconds since 2001 up to the year 9999, found {}; the stored form is kept",
                self.stored
            );
            out.warn_at(place, "time out of range", says);
        }
        if !self.early.is_empty() {
            out.keep_early(place, self.early);
        }
        (!self.stored.is_empty()).then(|| self.stored.into())
    }
}

/// The instant, to the nearest millisecond.
fn instant(seconds: f64) -> Option<Time> {
    let milliseconds = (seconds * 1000.0 + EPOCH).round();
    // A double holds every integer up to here; beyond it there is no instant anyway.
    (milliseconds.abs() < 9_007_199_254_740_992.0).then(|| Time::from_unix_ms(milliseconds as i64)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_since_2001_are_instants() {
        let mut times = Times::default();
        let at = |time: Option<Time>| time.map(|time| time.to_string());
        assert_eq!(at(times.read("a", Cell::Real(507_643_200.123))), Some("2017-02-01T12:00:00.123Z".into()));
        assert_eq!(at(times.read("b", Cell::Int(507_643_200))), Some("2017-02-01T12:00:00.000Z".into()));
        assert_eq!(at(times.read("c", Cell::Int(-1))), Some("2000-12-31T23:59:59.000Z".into()));
        assert_eq!(times.stored, "a=507643200.123 b=507643200 c=-1");
        assert!(!times.odd);
        for unset in [Cell::Null, Cell::Int(0), Cell::Real(0.0), Cell::Real(DISTANT_PAST)] {
            assert_eq!(times.read("d", unset), None);
        }
        assert!(!times.odd);
        for odd in [Cell::Real(1e300), Cell::Real(f64::NAN), Cell::Int(i64::MIN), Cell::Text("now"), Cell::Blob(b"x")] {
            assert_eq!(times.read("e", odd), None);
        }
        assert!(times.odd);
    }
}
