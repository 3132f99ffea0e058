//! Android: SIM cards in `telephony.db`, properties that outlive a restart, settings of the system.
//!
//! Source: the public source of Android. `SimInfo` of the telephony provider names the columns of `siminfo`; `init` wrote
//! a property to a file of its own until Android 8 and since then all of them to `persistent_properties`, whose form is
//! `persistent_properties.proto`; settings are XML, since Android 12 in a binary form that begins with `ABX`. What firmware
//! brings with it, such as `build.prop`, says where a phone was sold and not where it was used, and is not read.

use std::io::Read;

use custodia_model::tables::Warning;
use custodia_model::{Origin, Rows, Text};

use super::{is, put, put_country};
use crate::bytes::Reader;
use crate::evidence::Item;
use crate::open::protobuf::{self, Content, Fields};
use crate::open::sqlite::Cell;
use crate::open::xml;
use crate::parsers::{About, File, Parser, ReadError, database};

/// Bytes of a file of properties that are read; a phone has a few hundred properties.
const LARGEST: u64 = 1 << 20;

/// Bytes of the file of one property.
const ONE: u64 = 1024;

/// Facts that are taken from one file of properties or settings.
const MOST: usize = 64;

/// Digits of a number in international form.
const DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

/// Reads `siminfo`: every card that was in the phone and was not forgotten.
pub struct SimCards;

const SIM_CARDS: About = About {
    name: "SIM cards on Android",
    reads: "com.android.providers.telephony/databases/telephony.db, table siminfo, with telephony.db-wal beside it",
    tables: &["device_facts", "warnings"],
    tested: &["siminfo with mcc and with mcc_string and iso_country_code, invented data"],
    gaps: "deleted rows; network codes beyond the country part; numbers other than a plus sign and digits; serial numbers of \
           cards; when a card was in the phone",
};

/// Columns of `siminfo`, in the order in which a record gives them; none of them is in every release.
const SIM_COLUMNS: &[&str] = &["iso_country_code", "mcc_string", "mcc", "number"];

impl Parser for SimCards {
    fn about(&self) -> &'static About {
        &SIM_CARDS
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        is(path, "com.android.providers.telephony/databases/telephony.db")
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        const TABLE: &str = "siminfo";
        let database = database::open(file, rows)?;
        let Some(table) = database.table(TABLE) else {
            let says = "expected a table siminfo, found none; it holds no SIM cards";
            rows.put(file.whole(), Warning::new("table absent", says).into());
            return Ok(());
        };
        let has = |wanted: &&str| table.columns.iter().any(|column| column.eq_ignore_ascii_case(wanted));
        if !SIM_COLUMNS.iter().any(has) {
            let says = format!("expected one of the columns {} in table siminfo, found none", SIM_COLUMNS.join(", "));
            rows.put(file.whole(), Warning::new("column absent", says).into());
            return Ok(());
        }
        let part: Text = TABLE.into();
        let mut scan = database.scan(TABLE, SIM_COLUMNS);
        while let Some(row) = scan.next() {
            let at = || Origin { found: row.found, ..file.at(&part, row.rowid) };
            if let Cell::Text(country) = row.get(0) {
                put_country(rows, at(), country);
            }
            if let Some(code) = country_code(row.get(1)).or_else(|| country_code(row.get(2))) {
                put(rows, at(), "SIM network code", &code);
            }
            if let Cell::Text(number) = row.get(3)
                && let Some(digits) = number.trim().strip_prefix('+')
                && DIGITS.contains(&digits.len())
                && digits.bytes().all(|byte| byte.is_ascii_digit())
            {
                put(rows, at(), "SIM number", number);
            }
        }
        database::tell(file.path(), Some(TABLE), &scan.damage(), rows);
        Ok(())
    }
}

/// The mobile country code: three digits, as a number without leading zeros. 0 is Android's "not known".
fn country_code(stored: Cell<'_>) -> Option<String> {
    let number = match stored {
        Cell::Int(number) => number,
        Cell::Text(text) if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok()?,
        _ => return None,
    };
    (1..=999).contains(&number).then(|| format!("{number:03}"))
}

/// Reads properties: time zone, language, and the countries of the cards where they are kept.
pub struct Properties;

const PROPERTIES: About = About {
    name: "Properties on Android",
    reads: "data/property: persistent_properties, and the files persist.sys.timezone, persist.sys.locale, \
            persist.sys.language and persist.sys.country",
    tables: &["device_facts", "warnings"],
    tested: &[
        "one file for each property as until Android 8, one file for all as since then, invented data",
        "language and country as two properties, invented data",
    ],
    gaps: "all properties but persist.sys.timezone, persist.sys.locale, persist.sys.language, persist.sys.country and \
           gsm.sim.operator.iso-country; values that firmware brings with it",
};

impl Parser for Properties {
    fn about(&self) -> &'static About {
        &PROPERTIES
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        let Some((folder, name)) = path.rsplit_once('/') else { return false };
        is(folder, "data/property") && (name == ALL || FILES.contains(&name))
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let name = file.path().rsplit('/').next().unwrap_or_default();
        if name != ALL {
            return alone(file, name, rows);
        }
        let mut bytes = Vec::new();
        file.reader()?.take(LARGEST).read_to_end(&mut bytes)?;
        if let Some(rest) = file.item.size.checked_sub(LARGEST).filter(|&rest| rest > 0) {
            let says = format!("expected at most {LARGEST} bytes of properties, found more; the rest was not read");
            rows.put(file.whole(), Warning::new("too large", says).bytes(rest).into());
        }
        let byte: Text = "byte".into();
        let mut facts = 0;
        let mut language = Language::default();
        let mut fields = Fields::new(&bytes);
        for (number, at, content) in fields.by_ref() {
            let (1, Content::Bytes(record)) = (number, content) else { continue };
            let Some((name, value)) = pair(record) else { continue };
            if facts == MOST {
                let says = format!("more than {MOST} values of properties that are read; the others were not taken");
                rows.put(file.whole(), Warning::new("too many", says).into());
                return Ok(());
            }
            let origin = file.at(&byte, i64::try_from(at).unwrap_or(i64::MAX));
            language.whole |= name == LOCALE && !value.is_empty();
            if !language.takes(name, &origin, value) {
                facts += usize::from(property(rows, &origin, name, value));
            }
        }
        language.put(rows);
        if fields.at() < bytes.len() {
            let says = format!("expected a field of a protocol buffer at byte {}, found none", fields.at());
            rows.put(file.whole(), Warning::new("truncated", says).bytes((bytes.len() - fields.at()) as u64).into());
        }
        Ok(())
    }
}

/// The file of all properties, and those of single ones.
const ALL: &str = "persistent_properties";
const FILES: &[&str] = &["persist.sys.timezone", LOCALE, LANGUAGE, COUNTRY];

const LOCALE: &str = "persist.sys.locale";
const LANGUAGE: &str = "persist.sys.language";
const COUNTRY: &str = "persist.sys.country";

/// Reads the file of one property.
fn alone(file: &File<'_>, name: &str, rows: &mut dyn Rows) -> Result<(), ReadError> {
    let (origin, value) = (file.whole(), one(file.item)?);
    let mut language = Language::default();
    if !language.takes(name, &origin, &value) {
        property(rows, &origin, name, &value);
        return Ok(());
    }
    let folder = file.path().strip_suffix(name).unwrap_or_default();
    let beside = |other: &str| {
        let value = file.evidence.item(&format!("{folder}{other}")).and_then(|item| one(item).ok());
        value.filter(|value| !value.trim_ascii().is_empty())
    };
    // Two files are one fact; it is told of the language, of the country where there is no language.
    let told = name == COUNTRY && beside(LANGUAGE).is_some();
    if let Some(country) = beside(COUNTRY).filter(|_| name == LANGUAGE) {
        language.takes(COUNTRY, &origin, &country);
    }
    language.whole = told || beside(LOCALE).is_some();
    language.put(rows);
    Ok(())
}

/// The value in the file of one property, without the zeros that end it.
fn one(item: &Item) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    Reader::new(item.open()?).take(ONE).read_to_end(&mut bytes)?;
    bytes.truncate(bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1));
    Ok(bytes)
}

/// Language and country as properties of their own, as before Android 5. Android itself looks at them only where no locale
/// is stored; so does this.
#[derive(Default)]
struct Language {
    /// Whether a locale is told elsewhere.
    whole: bool,
    language: Option<(Origin, Vec<u8>)>,
    country: Option<(Origin, Vec<u8>)>,
}

impl Language {
    /// Whether a property is one of the two.
    fn takes(&mut self, name: &str, origin: &Origin, value: &[u8]) -> bool {
        let place = match name {
            LANGUAGE => &mut self.language,
            COUNTRY => &mut self.country,
            _ => return false,
        };
        if !value.trim_ascii().is_empty() {
            *place = Some((origin.clone(), value.trim_ascii().to_vec()));
        }
        true
    }

    /// Puts the two as one locale: `es-ES`; `und` is the language tag for a language that is not stored.
    fn put(self, rows: &mut dyn Rows) {
        let (origin, value) = match (self.language, self.country) {
            _ if self.whole => return,
            (Some((origin, language)), Some((_, country))) => (origin, [&*language, b"-", &*country].concat()),
            (Some((origin, language)), None) => (origin, language),
            (None, Some((origin, country))) => (origin, [b"und-", &*country].concat()),
            (None, None) => return,
        };
        property(rows, &origin, LOCALE, &value);
    }
}

/// Properties that are read, and what they tell.
const FACTS: &[(&str, &str)] =
    &[("persist.sys.timezone", "time zone"), (LOCALE, "locale"), ("gsm.sim.operator.iso-country", "SIM country")];

/// Puts what a property tells; whether it is one that is read.
fn property(rows: &mut dyn Rows, origin: &Origin, name: &str, value: &[u8]) -> bool {
    let Some((_, fact)) = FACTS.iter().find(|(known, _)| *known == name) else { return false };
    let Ok(value) = std::str::from_utf8(value) else {
        let says = format!("expected UTF-8 as value of {name}, found other bytes; not taken");
        rows.put(origin.clone(), Warning::new("not text", says).into());
        return true;
    };
    if *fact == "SIM country" {
        // One for each slot, empty where none is in it.
        for country in value.split(',').take(8) {
            put_country(rows, origin.clone(), country);
        }
    } else {
        put(rows, origin.clone(), fact, value);
    }
    true
}

/// Name and value of one property.
fn pair(record: &[u8]) -> Option<(&str, &[u8])> {
    let bytes = |number| protobuf::bytes_at(record, &[number]);
    Some((std::str::from_utf8(bytes(1)?).ok()?, bytes(2)?))
}

/// Reads the settings of the system: the languages, of which the first is the one in use.
pub struct Settings;

const SETTINGS: About = About {
    name: "System settings on Android",
    reads: "system/users/*/settings_system.xml",
    tables: &["device_facts", "warnings"],
    tested: &["text XML, invented data"],
    gaps: "the binary XML of Android 12 and later (a warning names it); all settings but the first of system_locales",
};

/// First bytes of binary XML.
const BINARY: &[u8] = b"ABX\0";

impl Parser for Settings {
    fn about(&self) -> &'static About {
        &SETTINGS
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        let Some(folder) = path.strip_suffix("/settings_system.xml") else { return false };
        folder.rsplit_once('/').is_some_and(|(users, user)| {
            is(users, "system/users") && !user.is_empty() && user.bytes().all(|byte| byte.is_ascii_digit())
        })
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        if file.item.head.starts_with(BINARY) {
            let says = "expected text, found Android's binary XML, which is not read";
            rows.put(file.whole(), Warning::new("binary XML", says).bytes(file.item.size).into());
            return Ok(());
        }
        let line: Text = "line".into();
        let mut facts = 0;
        let result = xml::elements(file.reader()?, |_, element| {
            if element.name != "setting" || element.attribute("name") != Some("system_locales") || facts == MOST {
                return;
            }
            let Some(locales) = element.attribute("value") else { return };
            let number = i64::try_from(element.line).unwrap_or(i64::MAX);
            put(rows, file.at(&line, number), "locale", locales.split(',').next().unwrap_or_default());
            facts += 1;
        });
        if let Err(error) = result {
            rows.put(file.whole(), Warning::new("truncated", error.to_string()).into());
        }
        Ok(())
    }
}
