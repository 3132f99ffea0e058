//! iOS: SIM cards, languages and time zone of a full file system or a backup, and what a backup says of its phone.
//!
//! Source: public readers. `CellularUsage.db` keeps a row for every card; `.GlobalPreferences.plist` names languages and
//! region; the time zone stands in `com.apple.preferences.datetime.plist` and, as the target of a link that some extractions
//! keep as a file, in `db/timezone/localtime`; `Info.plist` at the top of a backup names the number of the phone.

use std::io::Read;

use custodia_model::tables::Warning;
use custodia_model::{Origin, Rows, Text};
use plist::{Dictionary, Value};

use super::{is, put};
use crate::open::plist as list;
use crate::open::sqlite::Cell;
use crate::parsers::{About, File, Parser, ReadError, database};

/// Digits of a number.
const DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

/// Digits of the serial number of a card, check digit included or not.
const SERIAL: std::ops::RangeInclusive<usize> = 18..=20;

/// Bytes of the target of a link.
const TARGET: u64 = 1024;

/// Reads `subscriber_info`: every card that was in the phone.
pub struct SimCards;

const SIM_CARDS: About = About {
    name: "SIM cards on iOS",
    reads: "wireless/Library/Databases/CellularUsage.db, table subscriber_info, with CellularUsage.db-wal beside it",
    tables: &["device_facts", "warnings"],
    tested: &["subscriber_info with numbers and serial numbers, invented data"],
    gaps: "deleted rows; when a card was in the phone; network codes",
};

impl Parser for SimCards {
    fn about(&self) -> &'static About {
        &SIM_CARDS
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        is(path, "wireless/Library/Databases/CellularUsage.db")
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        const TABLE: &str = "subscriber_info";
        let database = database::open(file, rows)?;
        let Some(table) = database.table(TABLE) else {
            let says = "expected a table subscriber_info, found none; it holds no SIM cards";
            rows.put(file.whole(), Warning::new("table absent", says).into());
            return Ok(());
        };
        let columns = ["subscriber_id", "subscriber_mdn"];
        for column in columns {
            if !table.columns.iter().any(|present| present.eq_ignore_ascii_case(column)) {
                let says = format!("column {column} of table {TABLE} absent: another version of the schema?");
                rows.put(file.whole(), Warning::new("column absent", says).into());
            }
        }
        let part: Text = TABLE.into();
        let mut scan = database.scan(TABLE, &columns);
        while let Some(row) = scan.next() {
            let at = || Origin { found: row.found, ..file.at(&part, row.rowid) };
            if let Some(serial) = written(row.get(0)) {
                put_serial(rows, at(), &serial);
            }
            if let Some(number) = written(row.get(1)) {
                put_number(rows, at(), &number);
            }
        }
        database::tell(file.path(), Some(TABLE), &scan.damage(), rows);
        Ok(())
    }
}

/// A number as text, whichever the column holds.
fn written(stored: Cell<'_>) -> Option<String> {
    match stored {
        Cell::Text(text) => Some(text.to_owned()),
        Cell::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Puts a telephone number as stored; what has no digits of one says nothing.
fn put_number(rows: &mut dyn Rows, origin: Origin, number: &str) {
    if DIGITS.contains(&number.chars().filter(char::is_ascii_digit).count()) {
        put(rows, origin, "SIM number", number);
    }
}

/// Puts the serial number of a card; cards of the phone itself may have another identifier there.
fn put_serial(rows: &mut dyn Rows, origin: Origin, serial: &str) {
    let serial = serial.trim();
    if SERIAL.contains(&serial.len()) && serial.bytes().all(|byte| byte.is_ascii_digit()) {
        put(rows, origin, "SIM serial number", serial);
    }
}

/// Reads languages, region and time zone.
pub struct Settings;

const SETTINGS: About = About {
    name: "System settings on iOS",
    reads: "mobile/Library/Preferences/.GlobalPreferences.plist, com.apple.preferences.datetime.plist in Library/Preferences of \
            the user or of db/timed, and db/timezone/localtime where it is kept as a file that names its target",
    tables: &["device_facts", "warnings"],
    tested: &["binary and XML lists, invented data"],
    gaps: "all settings but AppleLocale, the first of AppleLanguages, and the time zone; links that an extraction does not keep",
};

const GLOBAL: &str = "mobile/Library/Preferences/.GlobalPreferences.plist";
const DATE: [&str; 2] = [
    "mobile/Library/Preferences/com.apple.preferences.datetime.plist",
    "db/timed/Library/Preferences/com.apple.preferences.datetime.plist",
];
const LOCALTIME: &str = "db/timezone/localtime";

impl Parser for Settings {
    fn about(&self) -> &'static About {
        &SETTINGS
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        is(path, GLOBAL)
            || DATE.iter().any(|wanted| is(path, wanted))
            || (is(path, LOCALTIME) && head.starts_with(b"/"))
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        if is(file.path(), LOCALTIME) {
            let mut target = Vec::new();
            file.reader()?.take(TARGET).read_to_end(&mut target)?;
            let target = String::from_utf8_lossy(&target);
            if let Some((_, zone)) = target.split_once("zoneinfo/") {
                put(rows, file.whole(), "time zone", zone);
            }
            return Ok(());
        }
        let all = dictionary(file)?;
        let text = |key: &str| all.get(key).and_then(Value::as_string);
        if !is(file.path(), GLOBAL) {
            // Other values of these keys say whether the zone is set by hand.
            if let Some(zone) = ["timezoneset", "timezone"].into_iter().find_map(text) {
                put(rows, file.whole(), "time zone", zone);
            }
            return Ok(());
        }
        let locale = text("AppleLocale");
        if let Some(locale) = locale {
            put(rows, file.whole(), "locale", locale);
        }
        let language = all.get("AppleLanguages").and_then(Value::as_array).and_then(|all| all.first()?.as_string());
        if let Some(language) =
            language.filter(|language| locale.map(|it| it.replace('_', "-")).as_deref() != Some(language))
        {
            put(rows, file.whole(), "locale", language);
        }
        Ok(())
    }
}

/// Reads what a backup says of its phone.
pub struct BackupInfo;

const BACKUP_INFO: About = About {
    name: "Properties of an iOS backup",
    reads: "Info.plist at the top of a backup of iTunes or Finder",
    tables: &["device_facts", "warnings"],
    tested: &["XML, invented data"],
    gaps: "all properties but the number and the serial number of the SIM card",
};

/// Keys that come early in such a list, and that no list of an app has.
const EARLY: &[&[u8]] =
    &[b"<key>Build Version</key>", b"<key>Applications</key>", b"<key>Device Name</key>", b"<key>Display Name</key>"];

impl Parser for BackupInfo {
    fn about(&self) -> &'static About {
        &BACKUP_INFO
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        let holds = |key: &&[u8]| memchr::memmem::find(head, key).is_some();
        path.rsplit('/').next() == Some("Info.plist") && EARLY.iter().any(holds)
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let all = dictionary(file)?;
        let text = |key: &str| all.get(key).and_then(Value::as_string);
        // What is no backup's has none of these.
        if !["Target Identifier", "Unique Identifier", "Product Version"].iter().any(|key| all.contains_key(key)) {
            return Ok(());
        }
        for key in ["Phone Number", "Phone Number 2"] {
            if let Some(number) = text(key) {
                put_number(rows, file.whole(), number);
            }
        }
        for key in ["ICCID", "ICCID 2"] {
            if let Some(serial) = text(key) {
                put_serial(rows, file.whole(), serial);
            }
        }
        Ok(())
    }
}

/// The dictionary that a property list is.
fn dictionary(file: &File<'_>) -> Result<Dictionary, ReadError> {
    let mut bytes = Vec::new();
    file.reader()?.take(list::LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    let value = list::read(&bytes).map_err(ReadError::Not)?;
    let says = "expected a dictionary at the top of the property list, found something else";
    value.into_dictionary().ok_or_else(|| ReadError::Not(says.to_owned()))
}
