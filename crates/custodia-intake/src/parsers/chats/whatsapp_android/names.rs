//! Names and pairs of identifiers: `jid_map`, `user_device`, `lid_display_name`, and the own push name in `props`.

use custodia_model::Text;
use custodia_model::tables::Account;

use super::super::whatsapp::cell;
use super::super::whatsapp::out::{Place, named};
use super::super::whatsapp::reader::Reader;
use super::reading::Reading;
use super::schema::{jid_map, lid_display_name, props, user_device};

/// A table of pairs whose columns no source states.
const OTHER_MAP: &str = "lid_jid_map";

/// Reads them all.
pub fn read(reading: &mut Reading<'_>) {
    reading.each(&jid_map::WANTED, |reading, row, place| {
        let hidden = reading.jid(&place, cell::reference(row.get(jid_map::lid_row_id)));
        let number = reading.jid(&place, cell::reference(row.get(jid_map::jid_row_id)));
        if let (Some(hidden), Some(number)) = (hidden, number) {
            reading.tie(&place, &hidden, &number, "lid map");
        }
    });
    other_map(reading);
    reading.each(&user_device::WANTED, |reading, row, place| {
        let user = reading.jid(&place, cell::reference(row.get(user_device::user_jid_row_id)));
        let device = reading.jid(&place, cell::reference(row.get(user_device::device_jid_row_id)));
        if let (Some(user), Some(device)) = (user, device) {
            reading.tie(&place, &user, &device, "user device");
        }
    });
    reading.each(&lid_display_name::WANTED, |reading, row, place| {
        let Some(account) = reading.jid(&place, cell::reference(row.get(lid_display_name::lid_row_id))) else { return };
        for (column, kind) in [(lid_display_name::display_name, "lid name"), (lid_display_name::username, "user name")]
        {
            if let Some(name) = cell::filled(row.get(column)) {
                let row = named(&reading.out.service, &account, name, kind);
                reading.out.put(&place, row);
            }
        }
    });
    reading.each(&props::WANTED, |reading, row, place| {
        let own = cell::text(row.get(props::key)).is_some_and(|key| key == "user_push_name");
        let Some(owner) = reading.owner.clone().filter(|_| own) else { return };
        if let Some(name) = cell::filled(row.get(props::value)) {
            let row = Account { own: true, ..named(&reading.out.service, &owner, name, "push name") };
            reading.out.put(&place, row);
        }
    });
}

/// Another table of pairs, which one public reader looks for. Its columns are known by their names alone: one has `lid`
/// in it, the other `jid`; each holds row ids of table `jid` or addresses.
fn other_map(reading: &mut Reading<'_>) {
    let database = reading.database;
    let Some(table) = database.table(OTHER_MAP) else { return };
    let part: Text = OTHER_MAP.into();
    let named = |word: &str, other: Option<&String>| {
        table.columns.iter().find(|column| column.to_ascii_lowercase().contains(word) && Some(*column) != other)
    };
    let hidden = named("lid", None);
    let Some((hidden, number)) = hidden.zip(named("jid", hidden)) else {
        let says =
            format!("expected columns with lid and jid in their names in table {OTHER_MAP}; its rows were not read");
        return reading.out.warn("column absent", says);
    };
    let mut scan = database.scan(OTHER_MAP, &[hidden, number]);
    while let Some(row) = scan.next() {
        let place = Place { part: part.clone(), row: row.rowid, found: row.found };
        let hidden = reading.jid_or_written(&place, row.get(0));
        let number = reading.jid_or_written(&place, row.get(1));
        if let (Some(hidden), Some(number)) = (hidden, number) {
            reading.tie(&place, &hidden, &number, "lid map");
        }
    }
    reading.out.damage(Some(OTHER_MAP), &scan.damage());
}
