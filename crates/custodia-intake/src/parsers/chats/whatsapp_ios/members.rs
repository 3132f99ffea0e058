//! Who is and was in a group: `ZWAGROUPMEMBER`, `ZWAGROUPMEMBERSCHANGE`.

use std::collections::HashSet;

use custodia_model::Text;
use custodia_model::tables::{GroupEvent, Membership};
use plist::Value;

use super::super::whatsapp::cell;
use super::super::whatsapp::out::{Place, named};
use super::super::whatsapp::reader::Reader;
use super::schema::{ZWACHATSESSION, ZWAGROUPMEMBER, ZWAGROUPMEMBERSCHANGE};
use super::storage::Reading;
use super::times::Times;
use crate::open::plist as list;
use crate::open::sqlite::Cell;

/// At most so many accounts are taken from one list that a row writes out.
const LISTED: usize = 4096;

/// Names that are remembered, so that each is told once; those beyond are told each time.
const REMEMBERED: usize = 1 << 20;

/// Reads members of today and of before, and changes.
pub fn read(reading: &mut Reading<'_>) {
    members(reading);
    changes(reading);
}

fn members(reading: &mut Reading<'_>) {
    let mut told = HashSet::new();
    reading.each(&ZWAGROUPMEMBER::WANTED, |reading, row, place| {
        use ZWAGROUPMEMBER as column;
        let Some(account) = cell::text(row.get(column::ZMEMBERJID)).and_then(|jid| reading.jids.written(&jid)) else {
            return;
        };
        reading.members.insert(cell::int(row.get(column::Z_PK)).unwrap_or(row.rowid), account.clone());
        if let Some(name) = cell::filled(row.get(column::ZCONTACTNAME))
            && !told.contains(&(account.clone(), name.clone()))
        {
            if told.len() < REMEMBERED {
                told.insert((account.clone(), name.clone()));
            }
            let row = named(&reading.out.service, &account, name, "member name");
            reading.out.put(&place, row);
        }
        // Members of chats that are gone stay in the table.
        let Some(id) = cell::reference(row.get(column::ZCHATSESSION)) else { return };
        let Some(chat) = reading.chats.get(id).map(|chat| chat.address.clone()) else {
            return reading.missing(&place, ZWACHATSESSION::WANTED.table, id);
        };
        // The column came with later releases; before, whoever is listed is a member.
        let past = cell::int(row.get(column::ZISACTIVE)) == Some(0);
        let row = Membership {
            owner: reading.owner.clone(),
            chat,
            account,
            standing: if past { "past" } else { "current" }.into(),
            role: cell::int(row.get(column::ZISADMIN)).map(|rank| reading.roles.of(rank)),
            ..Membership::default()
        };
        reading.out.put(&place, row);
    });
}

/// The meaning of the numbers of this table is stated nowhere, so each row is an event that keeps its number.
fn changes(reading: &mut Reading<'_>) {
    reading.each(&ZWAGROUPMEMBERSCHANGE::WANTED, |reading, row, place| {
        use ZWAGROUPMEMBERSCHANGE as column;
        let Some(chat) = cell::text(row.get(column::ZGROUPJID)).and_then(|jid| reading.jids.written(&jid)) else {
            return;
        };
        let mut times = Times::default();
        let at = times.read("at", row.get(column::ZCHANGEDATE));
        let code = cell::int(row.get(column::ZCHANGETYPE)).unwrap_or(-1);
        let event = GroupEvent {
            owner: reading.owner.clone(),
            chat,
            key: "".into(),
            at,
            action: format!("members change {code}").into(),
            code,
            times_as_stored: times.stored(&mut reading.out, &place),
            ..GroupEvent::default()
        };
        let targets = accounts(reading, &place, row.get(column::ZMEMBERJIDS));
        if targets.is_empty() {
            reading.out.put(&place, event.clone());
        }
        for target in targets {
            reading.out.put(&place, GroupEvent { target: Some(target), ..event.clone() });
        }
    });
}

/// The accounts of a list: text with one after another, or a property list of any form with addresses in it.
fn accounts(reading: &mut Reading<'_>, place: &Place, stored: Cell<'_>) -> Vec<Text> {
    let mut written: Vec<String> = Vec::new();
    match stored {
        Cell::Blob(bytes) if bytes.starts_with(b"bplist") => match list::read(bytes) {
            Ok(value) => addresses(&value, &mut written),
            Err(says) => reading.out.warn_at(place, "not read", format!("ZMEMBERJIDS: {says}")),
        },
        stored => {
            let text = cell::text(stored).unwrap_or_default();
            let parts = text.split(|c: char| ",; \n".contains(c)).filter(|part| part.contains('@'));
            written.extend(parts.take(LISTED).map(str::to_owned));
        }
    }
    written.iter().filter_map(|address| reading.jids.written(address)).collect()
}

/// Every text with an `@` in a property list, in its order. The list's nesting is bounded where it is read.
fn addresses(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains('@') && into.len() < LISTED => into.push(text.clone()),
        Value::Array(all) => all.iter().for_each(|value| addresses(value, into)),
        Value::Dictionary(all) => all.values().for_each(|value| addresses(value, into)),
        _ => {}
    }
}
