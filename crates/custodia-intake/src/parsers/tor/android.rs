//! Android: settings of Tor Browser and of Orbot, and the downloads of Tor Browser.
//!
//! Source: ALEAPP, `TorBrowser.py` and `firefoxDownloads.py`; repository guardianproject/orbot. Settings are shared preferences in XML.

use custodia_model::tables::Warning;
use custodia_model::{Origin, Rows, Text, Time};

use super::{Out, name_of};
use crate::open::sqlite::Cell;
use crate::open::xml;
use crate::parsers::{About, File, Parser, ReadError, database};

const BROWSER: &str = "/org.torproject.torbrowser";
const ORBOT: &str = "/org.torproject.android/";

/// Reads shared preferences of Tor Browser and Orbot.
pub struct AppSettings;

const SETTINGS: About = About {
    name: "Tor apps on Android",
    reads: "shared_prefs/fenix_preferences.xml of Tor Browser, shared_prefs/*.xml of Orbot",
    tables: &["device_facts", "traces", "warnings"],
    tested: &["settings of both apps, invented data"],
    gaps: "settings of the browser that do not say when or how often it was used; databases of Orbot",
};

/// Settings of Tor Browser that are taken.
const KEYS: &[(&str, &str)] = &[
    ("pref_key_last_browse_activity_time", "Tor Browser last browse activity"),
    ("pref_key_times_app_opened", "Tor Browser times opened"),
    ("pref_key_open_private_tabs_count", "Tor Browser private tabs open"),
];

impl Parser for AppSettings {
    fn about(&self) -> &'static About {
        &SETTINGS
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        let folder = path.contains("/shared_prefs/") && path.ends_with(".xml");
        folder && ((path.contains(BROWSER) && name_of(path) == "fenix_preferences.xml") || path.contains(ORBOT))
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let orbot = file.path().contains(ORBOT);
        let mut out = Out::new(file, rows);
        let result = xml::elements(file.reader()?, |depth, element| {
            let Some(name) = element.attribute("name").filter(|_| depth == 2) else { return };
            let value = element.attribute("value").unwrap_or(&element.text).trim();
            let at = out.at_line(usize::try_from(element.line).unwrap_or(usize::MAX));
            out.traces(&at, value);
            if orbot {
                out.fact(at, "Orbot setting", &format!("{name} = {value}"));
            } else if let Some((_, fact)) = KEYS.iter().find(|(key, _)| *key == name) {
                if name.ends_with("_time") {
                    out.time(at, fact, value.parse().ok().and_then(Time::from_unix_ms));
                } else {
                    out.fact(at, fact, value);
                }
            }
        });
        if let Err(error) = result {
            rows.put(file.whole(), Warning::new("truncated", error.to_string()).into());
        }
        Ok(())
    }
}

/// Reads `mozac_downloads_database`.
pub struct Downloads;

const DOWNLOADS: About = About {
    name: "Tor Browser downloads on Android",
    reads: "databases/mozac_downloads_database of Tor Browser",
    tables: &["device_facts", "traces", "warnings"],
    tested: &["invented data"],
    gaps: "codes of the status",
};

impl Parser for Downloads {
    fn about(&self) -> &'static About {
        &DOWNLOADS
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        path.contains(BROWSER) && name_of(path) == "mozac_downloads_database"
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        const TABLE: &str = "downloads";
        let database = database::open(file, rows)?;
        if database.table(TABLE).is_none() {
            let says = format!("expected a table {TABLE}, found none; it holds no downloads");
            rows.put(file.whole(), Warning::new("table absent", says).into());
            return Ok(());
        }
        let part: Text = TABLE.into();
        let columns = ["url", "file_name", "destination_directory", "content_length", "created_at"];
        let mut scan = database.scan(TABLE, &columns);
        let mut out = Out::new(file, rows);
        while let Some(row) = scan.next() {
            let at = Origin { found: row.found, ..file.at(&part, row.rowid) };
            for (place, fact) in
                [(0, "Tor Browser download"), (1, "Tor Browser download name"), (2, "Tor Browser download folder")]
            {
                if let Cell::Text(text) = row.get(place) {
                    out.fact(at.clone(), fact, text);
                    if place == 0 {
                        out.traces(&at, text);
                    }
                }
            }
            if let Cell::Int(size) = row.get(3) {
                out.fact(at.clone(), "Tor Browser download size", &size.to_string());
            }
            if let Cell::Int(time) = row.get(4) {
                out.time(at, "Tor Browser download begun", Time::from_unix_ms(time));
            }
        }
        let damage = scan.damage();
        database::tell(file.path(), Some(TABLE), &damage, out.rows);
        Ok(())
    }
}
