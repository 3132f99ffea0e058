//! The file `state` of a Tor client.
//!
//! Source: the specification of Tor, guard-spec and doc/state-contents.txt. Lines are `Key value`. `LastWritten` is UTC, the time in
//! the header is the machine's local time, so their difference is its offset. `sampled_on` and `confirmed_on` of a guard are
//! moved back at random by Tor itself: the guard was chosen no earlier. Numbers that do not say when or how much are left out.

use custodia_model::{Origin, Rows};

use super::{Out, name_of, text, utc};
use crate::parsers::{About, File, Parser, ReadError};

const HEADER: &str = "# Tor state file last generated on ";

/// Reads `state`.
pub struct State;

const ABOUT: About = About {
    name: "Tor state file",
    reads: "state, beginning with `# Tor state file`",
    tables: &["device_facts", "traces", "warnings"],
    tested: &["lines of guards and of bridges, of Tor 0.4 and before 0.3, invented data"],
    gaps: "lines of relays; how long circuits took to build: of `CircuitBuildTimeBin` only their number is told; the times at which guards were \
           chosen are those stored, which Tor moves back at random",
};

/// Keys whose values are taken as stored, and what they are called.
const KEYS: &[(&str, &str)] = &[
    ("TorVersion", "Tor version"),
    ("Dormant", "Tor dormant"),
    ("MinutesSinceUserActivity", "Tor minutes since user activity"),
    ("TotalBuildTimes", "Tor circuit build times counted"),
    ("CircuitBuildAbandonedCount", "Tor circuits abandoned"),
    ("Guard", "Tor guard"),
    ("EntryGuard", "Tor guard"),
    ("EntryGuardAddedBy", "Tor guard added by"),
    ("EntryGuardDownSince", "Tor guard down since"),
    ("EntryGuardUnlistedSince", "Tor guard unlisted since"),
    ("EntryGuardPathBias", "Tor guard path bias"),
    ("EntryGuardPathUseBias", "Tor guard path use bias"),
    ("TransportProxy", "Tor transport proxy"),
];

impl Parser for State {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        head.starts_with(b"# Tor state file") && name_of(path).starts_with("state")
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let text = text(file, rows)?;
        let mut out = Out::new(file, rows);
        let (mut local, mut written, mut idle) = (None, None, None);
        // Where the first line stands that counts circuits by how long they took, and how many there are in all.
        let mut circuits: Option<(Origin, u64)> = None;
        for (nth, line) in text.lines().enumerate() {
            let at = out.at_line(nth + 1);
            if let Some(header) = line.strip_prefix(HEADER) {
                let time = header.trim().trim_end_matches("local time").trim();
                local = utc(time);
                match local {
                    Some(_) => out.fact(at, "Tor state written, local time", time),
                    None => {
                        out.warn(at, "time unknown", "expected `YYYY-MM-DD HH:MM:SS local time`, found another form")
                    }
                }
                continue;
            }
            out.traces(&at, line);
            let Some((key, value)) = line.trim().split_once(' ') else { continue };
            if key.eq_ignore_ascii_case("LastWritten") {
                written = utc(value).map(|time| (at.clone(), time));
                match &written {
                    Some((_, time)) => out.time(at, "Tor state last written", Some(*time)),
                    None => {
                        out.warn(at, "time unknown", "expected `LastWritten YYYY-MM-DD HH:MM:SS`, found another form")
                    }
                }
                continue;
            }
            if key.eq_ignore_ascii_case("CircuitBuildTimeBin")
                && let Some(count) = value.trim().rsplit_once(' ').and_then(|(_, count)| count.parse::<u64>().ok())
            {
                let (_, all) = circuits.get_or_insert((at.clone(), 0));
                *all = all.saturating_add(count);
            }
            if key.eq_ignore_ascii_case("MinutesSinceUserActivity") {
                idle = value.trim().parse::<u32>().ok();
            }
            if let Some((_, fact)) = KEYS.iter().find(|(known, _)| key.eq_ignore_ascii_case(known)) {
                let bridge = *fact == "Tor guard" && value.contains("in=bridges");
                out.fact(at, if bridge { "Tor bridge" } else { fact }, value);
            }
        }
        if let Some((at, all)) = circuits {
            out.fact(at, "Tor circuits built, by the times they took", &all.to_string());
        }
        let Some((at, written)) = written else { return Ok(()) };
        // Both were written at one moment; offsets are whole quarters of an hour, and none is beyond 14 hours.
        if let Some(local) = local {
            let seconds = (local.0 - written.0) / 1000;
            if seconds.abs() <= 14 * 3600 + 5 && (seconds.rem_euclid(900) <= 5 || seconds.rem_euclid(900) >= 895) {
                let minutes = (seconds as f64 / 900.0).round() as i64 * 15;
                let sign = if minutes < 0 { '-' } else { '+' };
                let offset = format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60);
                out.fact(at.clone(), "Tor state offset of local time from UTC", &offset);
            }
        }
        if let Some(minutes) = idle {
            let at_ms = written.0 - i64::from(minutes) * 60_000;
            out.time(at, "Tor last user activity", custodia_model::Time::from_unix_ms(at_ms));
        }
        Ok(())
    }
}
