//! What a Tor client downloads: the consensus of the network, whose dates say when it was last connected.
//!
//! Source: the specification of Tor, dir-spec: `valid-after`, `fresh-until` and `valid-until` are UTC. A client keeps the consensus that
//! it downloaded last. `@last-listed` stands before the description of a relay that a consensus of this time named.

use std::io::{BufRead, Read};

use custodia_model::{Origin, Rows, Time};

use super::{Out, utc};
use crate::parsers::{About, File, Parser, ReadError};

/// Lines before the first relay are a few dozen, and short.
const HEADER: u64 = 64 << 10;

/// Bytes of descriptions that are read; the network has some ten thousand relays of a few hundred bytes each.
const DESCRIPTIONS: u64 = 64 << 20;

/// Reads `cached-microdesc-consensus` and `cached-consensus`.
pub struct Consensus;

const CONSENSUS: About = About {
    name: "Tor consensus",
    reads: "cached-microdesc-consensus, cached-consensus, by their first line",
    tables: &["device_facts", "warnings"],
    tested: &["the consensus of microdescriptors, invented data"],
    gaps: "relays",
};

/// Lines that are taken, and what they are called.
const DATES: &[(&str, &str)] = &[
    ("valid-after", "Tor consensus valid after"),
    ("fresh-until", "Tor consensus fresh until"),
    ("valid-until", "Tor consensus valid until"),
];

impl Parser for Consensus {
    fn about(&self) -> &'static About {
        &CONSENSUS
    }

    fn fits(&self, _path: &str, head: &[u8]) -> bool {
        head.starts_with(b"network-status-version ")
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let mut out = Out::new(file, rows);
        let mut head = Vec::new();
        file.reader()?.take(HEADER).read_to_end(&mut head)?;
        let mut dated = false;
        for (nth, line) in String::from_utf8_lossy(&head).lines().enumerate() {
            let Some((key, value)) = line.trim_end().split_once(' ') else { continue };
            if key == "r" {
                break;
            }
            let Some((_, fact)) = DATES.iter().find(|(known, _)| *known == key) else { continue };
            let at = out.at_line(nth + 1);
            match utc(value) {
                Some(time) => out.time(at, fact, Some(time)),
                None => {
                    out.warn(at, "time unknown", &format!("expected `{key} YYYY-MM-DD HH:MM:SS`, found another form"))
                }
            }
            dated = true;
        }
        if !dated {
            out.warn(file.whole(), "time unknown", "expected lines that say when the consensus is valid, found none");
        }
        Ok(())
    }
}

/// Reads `cached-microdescs` and `cached-microdescs.new`.
pub struct Descriptions;

const DESCRIBED: About = About {
    name: "Tor descriptions of relays",
    reads: "cached-microdescs, cached-microdescs.new, by their first line",
    tables: &["device_facts", "warnings"],
    tested: &["invented data"],
    gaps: "relays; all times but the earliest and the latest at which relays were listed",
};

impl Parser for Descriptions {
    fn about(&self) -> &'static About {
        &DESCRIBED
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        head.starts_with(b"@last-listed ") && super::name_of(path).starts_with("cached-microdescs")
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let mut out = Out::new(file, rows);
        let mut lines = file.reader()?.take(DESCRIPTIONS);
        let (mut line, mut number) = (Vec::new(), 0);
        let mut ends: Option<[(Time, Origin); 2]> = None;
        while (&mut lines).take(HEADER).read_until(b'\n', &mut line)? > 0 {
            number += 1;
            let stamp = std::str::from_utf8(&line).ok().and_then(|line| line.strip_prefix("@last-listed "));
            if let Some(time) = stamp.and_then(utc) {
                let here = (time, out.at_line(number));
                let [first, last] = ends.get_or_insert_with(|| [here.clone(), here.clone()]);
                if time < first.0 {
                    *first = here;
                } else if time > last.0 {
                    *last = here;
                }
            }
            line.clear();
        }
        match ends {
            Some([first, last]) => {
                out.time(first.1, "Tor relays listed, earliest", Some(first.0));
                out.time(last.1, "Tor relays listed, latest", Some(last.0));
            }
            None => out.warn(
                file.whole(),
                "time unknown",
                "expected `@last-listed YYYY-MM-DD HH:MM:SS`, found another form",
            ),
        }
        Ok(())
    }
}
