//! OnionShare: its settings and its saved tabs.
//!
//! Source: repository onionshare/onionshare, `cli/onionshare_cli/settings.py` and `mode_settings.py`. A tab is a JSON object of groups
//! (`onion`, `persistent`, `general`, `share`, `receive`, `website`). Keys and passwords are not told, only that they are stored.

use custodia_model::{Origin, Rows};
use serde_json::Value;

use super::{Out, keys, name_of, text};
use crate::parsers::{About, File, Parser, ReadError};
use crate::scan::{Kind, onion};

/// Values of one list that are taken.
const LISTED: usize = 500;

/// Reads `onionshare.json`.
pub struct Settings;

const SETTINGS: About = About {
    name: "OnionShare settings",
    reads: "onionshare.json",
    tables: &["device_facts", "traces", "warnings"],
    tested: &["settings of version 2, invented data"],
    gaps: "ports and passwords of the connection to Tor",
};

/// Keys of the settings that are taken.
const KEYS: &[&str] = &[
    "version",
    "connection_type",
    "autoupdate_timestamp",
    "bridges_enabled",
    "bridges_type",
    "bridges_builtin_pt",
    "bridges_custom",
    "bridges_moat",
    "persistent_tabs",
    "locale",
];

impl Parser for Settings {
    fn about(&self) -> &'static About {
        &SETTINGS
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        name_of(path).eq_ignore_ascii_case("onionshare.json")
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let (text, json) = json(file, rows)?;
        let mut out = Out::new(file, rows);
        for key in KEYS {
            values(&mut out, &text, &json, key, &format!("OnionShare {key}"));
        }
        Ok(())
    }
}

/// Reads a saved tab.
pub struct Tab;

const TAB: About = About {
    name: "OnionShare tab",
    reads: "persistent/*.json in a folder of OnionShare",
    tables: &["device_facts", "traces", "warnings"],
    tested: &["tabs that share, receive and serve a page, invented data"],
    gaps: "keys, which are secrets: only that they are stored is told, and the name of the service that follows",
};

/// Groups and keys of a tab that are taken.
const TAB_KEYS: &[(&str, &[&str])] = &[
    ("persistent", &["mode", "enabled", "autostart_on_launch"]),
    ("general", &["title", "public", "autostart_timer", "autostop_timer", "service_id"]),
    ("share", &["filenames", "autostop_sharing"]),
    ("receive", &["data_dir", "webhook_url", "disable_text", "disable_files"]),
    ("website", &["filenames", "custom_csp"]),
    ("chat", &["room"]),
];

impl Parser for Tab {
    fn about(&self) -> &'static About {
        &TAB
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        let Some((folder, name)) = path.rsplit_once('/') else { return false };
        name.ends_with(".json") && folder.ends_with("/persistent") && folder.to_ascii_lowercase().contains("onionshare")
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let (text, json) = json(file, rows)?;
        let mut out = Out::new(file, rows);
        let id = name_of(file.path()).trim_end_matches(".json").to_owned();
        out.fact(file.whole(), "OnionShare tab", &id);
        for (group, keys) in TAB_KEYS {
            let Some(object) = json.get(group) else { continue };
            for key in *keys {
                values(&mut out, &text, object, key, &format!("OnionShare tab {group} {key}"));
            }
        }
        if let Some(name) = json.get("general").and_then(|general| general.get("service_id")).and_then(Value::as_str) {
            let at = place(&out, &text, "service_id");
            let stem = name.trim().trim_end_matches(".onion").to_ascii_lowercase();
            if onion::key_of(&stem).is_some() {
                out.trace(at, Kind::Onion, format!("{stem}.onion"), name);
            } else if !stem.is_empty() {
                out.warn(
                    at,
                    "name unknown",
                    "expected the name of an onion service with its checksum, found another text",
                );
            }
        }
        for key in ["private_key", "client_auth_priv_key"] {
            let stored = json.get("onion").and_then(|onion| onion.get(key)).and_then(Value::as_str);
            if stored.is_some_and(|value| !value.is_empty()) {
                let at = place(&out, &text, key);
                out.fact(at.clone(), "OnionShare tab key stored", key);
                // A tab that was never started under this version has its key alone.
                if let Some(name) = stored.filter(|_| key == "private_key").and_then(keys::name_of_stored) {
                    out.trace(at, Kind::Onion, name.clone(), &name);
                }
            }
        }
        Ok(())
    }
}

fn json(file: &File<'_>, rows: &mut dyn Rows) -> Result<(String, Value), ReadError> {
    let text = text(file, rows)?;
    let json: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| ReadError::Not(format!("expected JSON of OnionShare, found none: {error}")))?;
    if !json.is_object() {
        return Err(ReadError::Not("expected a JSON object of OnionShare, found another value".into()));
    }
    Ok((text, json))
}

/// Where a key is written first.
fn place(out: &Out<'_, '_>, text: &str, key: &str) -> Origin {
    match text.find(&format!("\"{key}\"")) {
        Some(at) => out.file.at(&"byte".into(), i64::try_from(at).unwrap_or(i64::MAX)),
        None => out.file.whole(),
    }
}

/// Puts what a key holds: a value, or each of a list.
fn values(out: &mut Out<'_, '_>, text: &str, object: &Value, key: &str, fact: &str) {
    let Some(value) = object.get(key) else { return };
    let at = place(out, text, key);
    let many = match value {
        Value::Array(values) => values.iter().take(LISTED).collect(),
        other => vec![other],
    };
    for value in many {
        match value {
            Value::String(value) => {
                out.fact(at.clone(), fact, value);
                out.traces(&at, value);
            }
            Value::Bool(_) | Value::Number(_) => out.fact(at.clone(), fact, &value.to_string()),
            _ => {}
        }
    }
}
