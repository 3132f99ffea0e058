//! Conversations: table `ZWACHATSESSION`, and of groups `ZWAGROUPINFO`.

use std::collections::HashMap;

use custodia_model::tables::Chat as Row;
use custodia_model::{Text, Time, account};

use super::super::whatsapp::by_id::ById;
use super::super::whatsapp::cell;
use super::super::whatsapp::jids::{self, ChatKind};
use super::super::whatsapp::out::{Place, named};
use super::super::whatsapp::reader::Reader;
use super::super::whatsapp::traces::{self, Holder};
use super::names::on_server;
use super::schema::{ZWACHATSESSION, ZWAGROUPINFO};
use super::storage::{Chat, Reading};
use super::times::Times;
use crate::open::sqlite::Cell;

/// `ZSESSIONTYPE` of what a person shows to all for a day.
const STATUS: i64 = 3;

/// What `ZWAGROUPINFO` says of a group.
#[derive(Clone)]
struct Group {
    created: Option<Time>,
    creator: Option<Text>,
    times_as_stored: Option<Text>,
}

/// Reads all chats.
pub fn read(reading: &mut Reading<'_>) {
    let (by_id, by_session) = groups(reading);
    reading.each(&ZWACHATSESSION::WANTED, |reading, row, place| {
        use ZWACHATSESSION as column;
        let id = cell::int(row.get(column::Z_PK)).unwrap_or(row.rowid);
        let Some(address) = cell::text(row.get(column::ZCONTACTJID)).and_then(|jid| reading.jids.written(&jid)) else {
            return;
        };
        let kind = jids::kind(&address);
        let name = cell::filled(row.get(column::ZPARTNERNAME));
        let status =
            cell::int(row.get(column::ZSESSIONTYPE)) == Some(STATUS) || account::chat_kind(&address) == "status";
        if kind == ChatKind::Person && !status {
            other_address(reading, &place, &address, row.get(column::ZCONTACTIDENTIFIER));
            if let Some(name) = &name {
                let row = named(&reading.out.service, &address, name.clone(), "chat name");
                reading.out.put(&place, row);
            }
        }
        let info = cell::reference(row.get(column::ZGROUPINFO)).and_then(|info| by_id.get(info));
        let info = info.or_else(|| by_session.get(&id)).cloned();
        let (created, creator, times_as_stored) =
            info.map_or((None, None, None), |group| (group.created, group.creator, group.times_as_stored));
        let (address_creator, address_created) = account::legacy_group(&address).unzip();
        // The name of a person's chat is a name of that person.
        let subject = name.filter(|_| kind != ChatKind::Person && !status);
        if let Some(subject) = &subject {
            let owner = reading.owner.clone();
            let holder = Holder { owner: owner.as_ref(), ..Holder::default() };
            traces::tell(&mut reading.out, &holder, subject, || place.clone());
        }
        let chat = Row {
            owner: reading.owner.clone(),
            chat: address.clone(),
            service: reading.out.service.clone(),
            chat_kind: if status { "status" } else { account::chat_kind(&address) }.into(),
            subject,
            created,
            creator,
            address_creator: address_creator.map(Text::from),
            address_created,
            times_as_stored,
            ..Row::default()
        };
        reading.out.put(&place, chat);
        reading.chats.insert(id, Chat { address, kind });
    });
}

/// A chat that is filed under a hidden identifier names the number too, and the other way round. Older releases hold an entry
/// of the address book there, which is no account.
fn other_address(reading: &mut Reading<'_>, place: &Place, chat: &Text, stored: Cell<'_>) {
    let Some(written) = cell::text(stored) else { return };
    let other = match written.contains('@') {
        true => reading.jids.written(&written),
        false if chat.ends_with("@lid") => on_server(&written, account::PHONE_SERVER),
        false => None,
    };
    if let Some(other) = other {
        reading.tie(place, chat, &other, "chat account");
    }
}

/// What is said of groups, by `Z_PK` and by the chat it belongs to.
fn groups(reading: &mut Reading<'_>) -> (ById<Group>, HashMap<i64, Group>) {
    let (mut by_id, mut by_session) = (ById::new(), HashMap::new());
    reading.each(&ZWAGROUPINFO::WANTED, |reading, row, place| {
        use ZWAGROUPINFO as column;
        let mut times = Times::default();
        let created = times.read("created", row.get(column::ZCREATIONDATE));
        // Before there was a column for the creator, the messenger's protocol gave the creator as owner.
        let creator = [column::ZCREATORJID, column::ZOWNERJID].into_iter().find_map(|column| {
            let written = cell::text(row.get(column)).filter(|jid| jid.contains('@'))?;
            reading.jids.written(&written)
        });
        let group = Group { created, creator, times_as_stored: times.stored(&mut reading.out, &place) };
        if let Some(session) = cell::reference(row.get(column::ZCHATSESSION)) {
            by_session.insert(session, group.clone());
        }
        by_id.insert(cell::int(row.get(column::Z_PK)).unwrap_or(row.rowid), group);
    });
    (by_id, by_session)
}
