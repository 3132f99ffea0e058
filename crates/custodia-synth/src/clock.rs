//! Moments as people write them.

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::Offset;

/// Date and time of day at an offset (minutes east) of a moment in Unix milliseconds.
pub fn civil(at: u64, minutes_east: i32) -> civil::DateTime {
    let offset = Offset::from_seconds(minutes_east * 60).unwrap_or(Offset::UTC);
    offset.to_datetime(Timestamp::from_millisecond(at as i64).unwrap_or_default())
}

/// ISO 8601 with offset, whole seconds: `2017-03-28T06:12:00+02:00`.
pub fn iso(at: u64, minutes_east: i32) -> String {
    let sign = if minutes_east < 0 { '-' } else { '+' };
    let east = minutes_east.unsigned_abs();
    format!("{}{sign}{:02}:{:02}", civil(at, minutes_east).strftime("%Y-%m-%dT%H:%M:%S"), east / 60, east % 60)
}

#[cfg(test)]
mod tests {
    #[test]
    fn iso_has_an_offset() {
        assert_eq!(super::iso(1_490_674_320_000, 120), "2017-03-28T06:12:00+02:00");
        assert_eq!(super::iso(1_490_674_320_000, -180), "2017-03-28T01:12:00-03:00");
    }
}
