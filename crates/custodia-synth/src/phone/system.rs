//! What the phone itself is set to: its SIM card, its time zone, its language.

use rusqlite::{Connection, params};

use super::facts::{Facts, Setting};
use crate::error::SynthError;
use crate::nations::NATIONS;
use crate::world::{DAY, Schema, World};

/// `telephony.db`, as far as it tells of SIM cards.
const SCHEMA: &str = "
CREATE TABLE siminfo (_id INTEGER PRIMARY KEY AUTOINCREMENT, icc_id TEXT NOT NULL, sim_id INTEGER DEFAULT -1, display_name TEXT, carrier_name TEXT, number TEXT, mcc INTEGER DEFAULT 0, mnc INTEGER DEFAULT 0, mcc_string TEXT, mnc_string TEXT, iso_country_code TEXT);
";

/// Path of that database on a phone.
pub const TELEPHONY: &str = "data/user_de/0/com.android.providers.telephony/databases/telephony.db";

/// Writes `telephony.db`: one card of the owner's country. No network has the code 99.
pub fn telephony(world: &World, index: usize, db: &Connection, facts: &mut Facts) -> Result<(), SynthError> {
    let person = &world.people[world.devices[index].owner as usize];
    let nation = &NATIONS[person.nation];
    db.execute_batch(SCHEMA)?;
    db.execute(
        "INSERT INTO siminfo (icc_id, sim_id, display_name, carrier_name, number, mcc, mnc, mcc_string, mnc_string,
         iso_country_code) VALUES (?, 0, 'SIM 1', 'Invented Mobile', ?, ?, 99, ?, '99', ?)",
        params![
            format!("8999{index:015}"),
            // Many cards do not know their number.
            if index.is_multiple_of(2) { format!("+{}", person.number) } else { String::new() },
            nation.mcc,
            nation.mcc.to_string(),
            nation.code.to_lowercase()
        ],
    )?;
    facts.settings.push((Setting::Sim, person.nation));
    Ok(())
}

/// Hands over the properties that outlive a restart: the zone of the place where the phone was last, the owner's language.
pub fn properties(world: &World, index: usize, facts: &mut Facts, put: &mut impl FnMut(String, Vec<u8>, u64)) {
    let device = &world.devices[index];
    let home = world.people[device.owner as usize].nation;
    let (zone, locale) = (NATIONS[device.seized_in].zone_name, NATIONS[home].locale());
    let at = device.seized - 2 * DAY;
    if device.schema == Schema::Legacy {
        // Before Android 9 each property was a file.
        put("data/property/persist.sys.timezone".into(), zone.into(), at);
        put("data/property/persist.sys.locale".into(), locale.into(), at);
    } else {
        let mut bytes = Vec::new();
        for (name, value) in
            [("persist.sys.locale", &*locale), ("persist.sys.timezone", zone), ("persist.sys.usb.config", "none")]
        {
            let mut record = Vec::new();
            field(&mut record, 1, name.as_bytes());
            field(&mut record, 2, value.as_bytes());
            field(&mut bytes, 1, &record);
        }
        put("data/property/persistent_properties".into(), bytes, at);
    }
    facts.settings.extend([(Setting::Zone, device.seized_in), (Setting::Locale, home)]);
}

/// A field of bytes as Protocol Buffers write it. All of ours are shorter than 128 bytes, so the length is one byte.
fn field(out: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    out.extend([number << 3 | 2, bytes.len() as u8]);
    out.extend(bytes);
}
