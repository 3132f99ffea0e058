//! Tor Browser: places and preferences, on computers and on Android.
//!
//! Source: the public schema of Firefox (`moz_places`, `moz_bookmarks`), whose times are microseconds on computers and milliseconds
//! on Android (ALEAPP, `TorBrowser.py`); `prefs.js` holds one `user_pref("name", value);` a line. History is empty unless a person
//! turned private mode off; bookmarks are kept, and the browser brings some of its own.

use custodia_model::tables::Warning;
use custodia_model::{Origin, Rows, Text, Time};
use std::collections::HashMap;

use super::{LONGEST, MOST, Out, in_tor_browser, name_of, text};
use crate::open::sqlite::{Cell, Database};
use crate::parsers::{About, File, Parser, ReadError, database};

/// Reads `places.sqlite`.
pub struct Places;

const PLACES: About = About {
    name: "Tor Browser places",
    reads: "places.sqlite in a folder of Tor Browser, on a computer or on Android",
    tables: &["device_facts", "traces", "warnings"],
    tested: &["bookmarks and history of both forms, invented data"],
    gaps: "single visits, folders of bookmarks, icons",
};

/// Columns of `moz_places`: those of computers, then those of Android.
const PLACE_COLUMNS: &[&str] =
    &["url", "title", "visit_count", "last_visit_date", "visit_count_local", "last_visit_date_local"];

impl Parser for Places {
    fn about(&self) -> &'static About {
        &PLACES
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        name_of(path) == "places.sqlite" && in_tor_browser(path)
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let database = database::open(file, rows)?;
        for table in ["moz_places", "moz_bookmarks"] {
            if database.table(table).is_none() {
                let says = format!("expected a table {table}, found none");
                rows.put(file.whole(), Warning::new("table absent", says).into());
            }
        }
        let mut urls = marked(&database);
        let part: Text = "moz_places".into();
        let mut scan = database.scan("moz_places", PLACE_COLUMNS);
        let mut out = Out::new(file, rows);
        while let Some(row) = scan.next() {
            let at = Origin { found: row.found, ..file.at(&part, row.rowid) };
            let Cell::Text(url) = row.get(0) else { continue };
            out.traces(&at, url);
            if let Some(known) = urls.get_mut(&row.rowid) {
                *known = url.chars().take(LONGEST).collect();
            }
            let visits = [number(row.get(2)), number(row.get(4))].into_iter().flatten().max().unwrap_or(0);
            if visits > 0 {
                out.fact(at.clone(), "Tor Browser page visited", url);
                out.fact(at.clone(), "Tor Browser page visits", &visits.to_string());
                if let Cell::Text(title) = row.get(1) {
                    out.fact(at.clone(), "Tor Browser page title", title);
                }
            }
            let last = [number(row.get(3)), number(row.get(5))].into_iter().flatten().max();
            out.time(at, "Tor Browser page last visit", last.and_then(time));
        }
        let damage = scan.damage();
        database::tell(file.path(), Some("moz_places"), &damage, out.rows);
        let part: Text = "moz_bookmarks".into();
        let mut scan = database.scan("moz_bookmarks", &["fk", "title", "dateAdded", "type"]);
        // However many pages were visited, the bookmarks have room of their own.
        let mut out = Out::new(file, rows);
        while let Some(row) = scan.next() {
            let at = Origin { found: row.found, ..file.at(&part, row.rowid) };
            // Rows without a place are folders and lines between them.
            let Some(url) = number(row.get(0)).and_then(|place| urls.get(&place)) else { continue };
            out.fact(at.clone(), "Tor Browser bookmark", url);
            if let Cell::Text(title) = row.get(1) {
                out.fact(at.clone(), "Tor Browser bookmark title", title);
            }
            out.time(at, "Tor Browser bookmark added", number(row.get(2)).and_then(time));
        }
        let damage = scan.damage();
        database::tell(file.path(), Some("moz_bookmarks"), &damage, out.rows);
        Ok(())
    }
}

/// The places that bookmarks name, each without its address.
fn marked(database: &Database) -> HashMap<i64, String> {
    let mut places = HashMap::new();
    let mut scan = database.scan("moz_bookmarks", &["fk"]);
    while let Some(row) = scan.next() {
        if let Some(place) = number(row.get(0))
            && places.len() < MOST
        {
            places.insert(place, String::new());
        }
    }
    places
}

fn number(cell: Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Int(number) => Some(number),
        _ => None,
    }
}

/// Microseconds or milliseconds since 1970: in this century they differ by their size.
fn time(stored: i64) -> Option<Time> {
    Time::from_unix_ms(if stored > 100_000_000_000_000 { stored / 1000 } else { stored })
}

/// Reads `prefs.js`.
pub struct Preferences;

const PREFERENCES: About = About {
    name: "Tor Browser preferences",
    reads: "prefs.js in a folder of Tor Browser",
    tables: &["device_facts", "traces", "warnings"],
    tested: &["bridges, updates and folders, invented data"],
    gaps: "preferences that are not about Tor, updates, downloads or the start page",
};

/// Beginnings of the names that are taken.
const NAMES: &[&str] = &[
    "torbrowser.",
    "extensions.torlauncher.",
    "extensions.torbutton.",
    "app.update.lastUpdateTime.",
    "browser.download.",
    "browser.startup.homepage",
    "browser.privatebrowsing.autostart",
    "intl.locale.requested",
    "network.proxy.",
];

impl Parser for Preferences {
    fn about(&self) -> &'static About {
        &PREFERENCES
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        name_of(path) == "prefs.js" && in_tor_browser(path)
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let text = text(file, rows)?;
        let mut out = Out::new(file, rows);
        for (nth, line) in text.lines().enumerate() {
            let Some(rest) = line.trim().strip_prefix("user_pref(\"") else { continue };
            let at = out.at_line(nth + 1);
            out.traces(&at, rest);
            let Some((name, value)) = rest.split_once("\",") else { continue };
            if !NAMES.iter().any(|begin| name.starts_with(begin)) {
                continue;
            }
            let value = value.trim().trim_end_matches(';').trim_end_matches(')').trim().trim_matches('"');
            out.fact(at.clone(), "Tor Browser preference", &format!("{name} = {value}"));
            if name.starts_with("app.update.lastUpdateTime.") {
                out.time(at, "Tor Browser update check", value.parse().ok().and_then(Time::from_unix_s));
            }
        }
        Ok(())
    }
}
