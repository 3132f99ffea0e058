//! Instants. A time in a row is always an unambiguous instant; what the evidence stored is kept beside it
//! in `times_as_stored` whenever it was not simply that instant.

use std::fmt;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time(pub i64);

/// 9999-12-31T23:59:59.999Z, the last instant a calendar in a report can show.
const LAST: i64 = 253_402_300_799_999;

impl Time {
    /// When WhatsApp was founded, 2009-02-24T00:00:00Z: no row of it can be older. An earlier time counts in another unit than it
    /// is read in, or comes from a clock that was never set.
    pub const MESSENGER_FOUNDED: Time = Time(1_235_433_600_000);

    /// Reads a database's milliseconds since 1970. Zero and negative numbers mean "not set" to the programs we
    /// read, and nothing was sent after the year 9999: all of these give `None`, and the caller keeps the raw number.
    pub fn from_unix_ms(raw: i64) -> Option<Time> {
        (raw > 0 && raw <= LAST).then_some(Time(raw))
    }

    /// The same for seconds.
    pub fn from_unix_s(raw: i64) -> Option<Time> {
        raw.checked_mul(1000).and_then(Time::from_unix_ms)
    }

    /// Reads ISO 8601 with an offset or `Z`, such as `2017-03-28T06:30:00+02:00`. A local time without offset is
    /// no instant and gives `None`.
    pub fn from_iso(text: &str) -> Option<Time> {
        text.trim().parse::<jiff::Timestamp>().ok().map(|at| Time(at.as_millisecond()))
    }
}

impl fmt::Display for Time {
    /// ISO 8601 in UTC, always with milliseconds: `2017-03-28T04:30:00.000Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => write!(f, "{at:.3}"),
            Err(_) => write!(f, "{} ms since 1970", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unset_and_impossible_times_are_none() {
        for raw in [0, -1, i64::MIN, i64::MAX, LAST + 1] {
            assert_eq!(Time::from_unix_ms(raw), None, "{raw}");
        }
        assert_eq!(Time::from_unix_ms(1), Some(Time(1)));
    }

    #[test]
    fn iso_needs_an_offset() {
        let at = Time::from_iso("2017-03-28T06:30:00+02:00").unwrap();
        assert_eq!(at.to_string(), "2017-03-28T04:30:00.000Z");
        assert_eq!(Time::from_iso("2017-03-28T06:30:00"), None);
    }
}
