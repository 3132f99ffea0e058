//! Whose phone it is and what it is set to: preferences of the app and of the system, SIM cards.

use rusqlite::{Connection, params};

use super::core_data::date;
use super::paths::{self, PREFERENCES};
use super::plist::{Value, binary, xml};
use crate::error::SynthError;
use crate::nations::NATIONS;
use crate::phone::{Facts, Setting};
use crate::world::{Account, DAY, Packing, START, World};

/// Hands over the small files of phone `index`: path, content, time.
pub fn write(world: &World, index: usize, facts: &mut Facts, put: &mut impl FnMut(String, Vec<u8>, u64)) {
    let device = &world.devices[index];
    let person = &world.people[device.owner as usize];
    let container = paths::container(world, device);
    let seized = device.seized;
    let own = Account { person: device.owner, form: person.phone_at(seized) };
    let preferences = Value::Map(vec![
        ("OwnJabberID", Value::Text(world.address(own))),
        ("LastOwnJabberID", Value::Text(world.address(own))),
        ("FullUserName", Value::Text(person.shown_name())),
        ("CurrentStatusText", "Tea & chess".into()),
        ("GroupPreferencesVersion", Value::Int(3)),
    ]);
    let file = format!("{container}/Library/Preferences/{}.plist", paths::group(device));
    put(file, if index.is_multiple_of(3) { xml(&preferences) } else { binary(&preferences) }, seized - DAY);
    if device.packing != Packing::Backup {
        let marker = Value::Map(vec![("MCMMetadataIdentifier", paths::group(device).into())]);
        let file = format!("{container}/.com.apple.mobile_container_manager.metadata.plist");
        put(file, binary(&marker), START);
        let version = Value::Map(vec![("ProductName", "iPhone OS".into()), ("ProductVersion", "10.2.1".into())]);
        put("System/Library/CoreServices/SystemVersion.plist".into(), xml(&version), START);
    }
    if device.properties {
        let (zone, locale) = (NATIONS[device.seized_in].zone_name, NATIONS[person.nation].locale());
        let global = Value::Map(vec![
            ("AppleLanguages", Value::List(vec![Value::Text(locale.clone()), "en".into()])),
            ("AppleLocale", Value::Text(locale.replace('-', "_"))),
        ]);
        put(format!("{PREFERENCES}/.GlobalPreferences.plist"), binary(&global), seized - 2 * DAY);
        let clock = Value::Map(vec![("timezoneset", zone.into())]);
        match device.packing {
            Packing::Backup => {
                put(format!("{PREFERENCES}/com.apple.preferences.datetime.plist"), binary(&clock), seized - 2 * DAY)
            }
            // Some tools keep the link as a file that names its target.
            _ => put(
                "private/var/db/timezone/localtime".into(),
                format!("/var/db/timezone/zoneinfo/{zone}").into(),
                seized - 2 * DAY,
            ),
        }
        facts.settings.extend([(Setting::Zone, device.seized_in), (Setting::Locale, person.nation)]);
    }
}

/// `CellularUsage.db`, as far as it tells of SIM cards.
const CARDS: &str = "
CREATE TABLE subscriber_info (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, subscriber_id TEXT, subscriber_mdn TEXT, tag INTEGER, last_update_time REAL, slot_id INTEGER);
";

/// Serial number of a phone's card.
pub fn serial(index: usize) -> String {
    format!("8999{index:015}")
}

/// Writes the database: one card of the owner's country. Its number tells the country; many cards do not know theirs.
pub fn cards(world: &World, index: usize, db: &Connection, facts: &mut Facts) -> Result<(), SynthError> {
    let device = &world.devices[index];
    let person = &world.people[device.owner as usize];
    let known = knows_number(index);
    db.execute_batch(CARDS)?;
    db.execute(
        "INSERT INTO subscriber_info (subscriber_id, subscriber_mdn, tag, last_update_time, slot_id) VALUES (?, ?, 1, ?, 1)",
        params![serial(index), known.then(|| format!("+{}", person.number)), date(device.seized - 100 * DAY)],
    )?;
    if known {
        facts.settings.push((Setting::Sim, person.nation));
    }
    Ok(())
}

/// Whether the card of a phone knows its number.
pub fn knows_number(index: usize) -> bool {
    index % 16 != 15
}
