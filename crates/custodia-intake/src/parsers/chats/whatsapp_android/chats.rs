//! Conversations: table `chat`, and `chat_list` of legacy databases.

use std::collections::HashMap;

use custodia_model::tables::{Chat, Trace};
use custodia_model::{Text, account};

use super::super::whatsapp::by_id::ById;
use super::super::whatsapp::cell;
use super::super::whatsapp::jids::{self, ChatKind};
use super::super::whatsapp::out::Place;
use super::super::whatsapp::reader::Reader;
use super::reading::Reading;
use super::schema::{chat, chat_list, newsletter};
use super::traces::{self, Holder};
use crate::parsers::leads::Kind;

/// Chats by their row ids. Their rows go out last, because what a community's system rows say belongs to them.
#[derive(Default)]
pub struct Chats {
    chats: Vec<Known>,
    /// Address and kind alone: every message asks for them.
    by_id: Option<ById<(Text, ChatKind)>>,
    by_address: HashMap<Text, usize>,
}

struct Known {
    place: Place,
    row: Chat,
}

impl Chats {
    /// Address and kind of a chat.
    #[inline]
    pub fn get(&self, id: i64) -> Option<(&Text, ChatKind)> {
        let (chat, kind) = self.by_id.as_ref()?.get(id)?;
        Some((chat, *kind))
    }

    /// Sets or, with none, takes away the community of the group with this address.
    pub fn set_parent(&mut self, group: &str, parent: Option<Text>) {
        let place = self.by_address.get(group).copied();
        if let Some(known) = place.and_then(|place| self.chats.get_mut(place)) {
            known.row.parent = parent;
        }
    }

    fn add(&mut self, place: Place, row: Chat) {
        self.by_address.entry(row.chat.clone()).or_insert(self.chats.len());
        self.chats.push(Known { place, row });
    }
}

/// Reads table `chat`, and the pairs of number and hidden id it ties.
pub fn read(reading: &mut Reading<'_>) {
    let mut by_id = ById::new();
    reading.each(&chat::WANTED, |reading, row, place| {
        let id = cell::int(row.get(chat::_id)).unwrap_or(row.rowid);
        let Some(address) = reading.jid(&place, cell::reference(row.get(chat::jid_row_id))) else { return };
        let created = reading.out.time("created", row.get(chat::created_timestamp));
        let times_as_stored = reading.out.times_as_stored(&place);
        let row_of = Chat {
            subject: cell::filled(row.get(chat::subject)),
            created,
            group_type: cell::int(row.get(chat::group_type)),
            times_as_stored,
            ..chat_row(reading, &address)
        };
        let kind = jids::kind(&address);
        if let Some(other) = cell::reference(row.get(chat::account_jid_row_id))
            && kind == ChatKind::Person
            && let Some(other) = reading.jid(&place, Some(other))
        {
            reading.alias(&place, &other, &address, "chat account", None);
        }
        by_id.insert(id, (address, kind));
        reading.chats.add(place, row_of);
    });
    reading.chats.by_id = Some(by_id);
}

/// Puts what table `newsletter` says of channels leads to: the code of their link, and links in their descriptions.
pub fn channels(reading: &mut Reading<'_>) {
    reading.each(&newsletter::WANTED, |reading, row, place| {
        let owner = reading.owner.clone();
        let holder = Holder { owner: owner.as_ref(), ..Holder::default() };
        let name = cell::filled(row.get(newsletter::name));
        if let Some(code) = cell::filled(row.get(newsletter::invite_code)) {
            let trace = holder.trace(Kind::ChannelLink.as_str(), code.clone(), code);
            reading.out.put(&place, Trace { group_name: name.clone(), ..trace });
        }
        for text in [name, cell::filled(row.get(newsletter::description))].into_iter().flatten() {
            traces::tell(&mut reading.out, &holder, &text, || place.clone());
        }
    });
}

/// Reads `chat_list`, for databases in which table `chat` holds nothing.
pub fn read_legacy(reading: &mut Reading<'_>) {
    reading.each(&chat_list::WANTED, |reading, row, place| {
        let Some(address) = cell::text(row.get(chat_list::key_remote_jid)) else { return };
        let Some(address) = reading.jids.written(&address) else { return };
        // The dummy row of `messages` has one in some versions.
        if &*address == "-1" {
            return;
        }
        let created = reading.out.time("created", row.get(chat_list::creation));
        let times_as_stored = reading.out.times_as_stored(&place);
        let row = Chat {
            subject: cell::filled(row.get(chat_list::subject)),
            created,
            times_as_stored,
            ..chat_row(reading, &address)
        };
        reading.chats.add(place, row);
    });
}

/// Takes note of a chat that a legacy message names, where no list of chats does.
pub fn note(reading: &mut Reading<'_>, address: &Text, place: &Place) {
    if !reading.chats.by_address.contains_key(address) {
        let row = chat_row(reading, address);
        reading.chats.add(place.clone(), row);
    }
}

/// What the address alone says of a chat.
fn chat_row(reading: &Reading<'_>, address: &Text) -> Chat {
    let (address_creator, address_created) = account::legacy_group(address).unzip();
    Chat {
        owner: reading.owner.clone(),
        chat: address.clone(),
        service: reading.out.service.clone(),
        chat_kind: account::chat_kind(address).into(),
        address_creator: address_creator.map(Text::from),
        address_created,
        ..Chat::default()
    }
}

/// Puts all chats, after everything that may change them has been read.
pub fn put(reading: &mut Reading<'_>) {
    for known in std::mem::take(&mut reading.chats.chats) {
        if let Some(subject) = &known.row.subject {
            let holder = Holder { owner: known.row.owner.as_ref(), ..Holder::default() };
            traces::tell(&mut reading.out, &holder, subject, || known.place.clone());
        }
        reading.out.put(&known.place, known.row);
    }
}
