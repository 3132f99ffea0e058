//! A message of either schema with all that hangs on it, as rows.

use std::borrow::Cow;

use custodia_model::tables::{Attachment, Message, Place as PlaceRow};
use custodia_model::{Text, Time};

use super::super::whatsapp::cell;
use super::super::whatsapp::jids::ChatKind;
use super::super::whatsapp::out::Place;
use super::super::whatsapp::reader::Reader;
use super::super::whatsapp::side::Held;
use super::super::whatsapp::wanted::Wanted;
use super::codes;
use super::events;
use super::media::{self, Media};
use super::quotes::Quoted;
use super::reading::Reading;
use super::schema::{
    message_details, message_edit_info, message_forwarded, message_group_invite, message_location, message_media,
    message_quoted, message_quoted_group_invite, message_quoted_location, message_quoted_media, message_revoked,
    message_system_sibling_group_link_change, message_system_value_change, message_system_with_group_nodes,
    message_text,
};
use super::sides::Sides;
use super::traces::{self, Holder};
use crate::open::sqlite::Cell;

/// A row of `message` or `messages`, as far as both schemas agree.
pub struct Stored<'r> {
    /// Where it stands. Its rowid is the key of all side tables.
    pub place: Place,
    /// Address of the chat.
    pub chat: Text,
    /// What the address names.
    pub chat_kind: ChatKind,
    /// Key as stored.
    pub key: Text,
    /// Whether marked as own.
    pub from_me: bool,
    /// Sender, where the row names one.
    pub sender: Option<Text>,
    /// Type as stored.
    pub code: i64,
    /// Whether it is a system row.
    pub system: bool,
    /// Delivery status as stored.
    pub status: Option<i64>,
    /// Text as stored.
    pub text: Cell<'r>,
    /// What the app made of the text in another language.
    pub translation: Cell<'r>,
    /// By the sender's clock.
    pub sent: Cell<'r>,
    /// By this phone's clock.
    pub received: Cell<'r>,
    /// By the server's clock.
    pub server_received: Cell<'r>,
    /// Whether it bears a star.
    pub starred: bool,
    /// Whether it is marked as forwarded.
    pub forwarded: bool,
    /// What only legacy databases store in the row itself.
    pub legacy: Option<Legacy<'r>>,
}

/// Columns of a legacy message that modern databases keep in side tables.
pub struct Legacy<'r> {
    /// Marked as revoked.
    pub revoked: bool,
    /// The file it names.
    pub media: Option<Media<'r>>,
    /// Caption of the file, or what the preview of a link says.
    pub caption: Cell<'r>,
    /// The message it quotes.
    pub quoted: Option<Quoted>,
    /// Degrees north and east.
    pub position: Option<(f64, f64)>,
    /// Code of a system row.
    pub action: Option<i64>,
    /// Persons of a system row.
    pub targets: Vec<Text>,
}

/// Names of the side tables whose rows get origins of their own.
pub struct Parts {
    media: Text,
    location: Text,
    details: Text,
    quoted: Text,
    /// Of previews of links.
    pub preview: Text,
    /// Of invitations sent as messages.
    pub invite: Text,
    /// Of those that are quoted.
    pub quoted_invite: Text,
    /// Of files that are quoted.
    pub quoted_media: Text,
    /// Of places that are quoted.
    pub quoted_location: Text,
    /// Of what system rows say was before.
    pub value_change: Text,
    /// Of groups beside a group that system rows name.
    pub sibling: Text,
    /// Of groups in a list of them.
    pub nodes: Text,
}

impl Parts {
    /// Makes them once for a database.
    pub fn new() -> Parts {
        let part = |wanted: Wanted| wanted.table.into();
        Parts {
            media: part(message_media::WANTED),
            location: part(message_location::WANTED),
            details: part(message_details::WANTED),
            quoted: part(message_quoted::WANTED),
            preview: part(message_text::WANTED),
            invite: part(message_group_invite::WANTED),
            quoted_invite: part(message_quoted_group_invite::WANTED),
            quoted_media: part(message_quoted_media::WANTED),
            quoted_location: part(message_quoted_location::WANTED),
            value_change: part(message_system_value_change::WANTED),
            sibling: part(message_system_sibling_group_link_change::WANTED),
            nodes: part(message_system_with_group_nodes::WANTED),
        }
    }
}

/// Puts the rows of one message. Gives its time by this phone's clock: others' messages are stamped at their arrival, own ones when
/// they are sent; a system row bears the server's.
pub fn put(reading: &mut Reading<'_>, sides: &mut Sides<'_>, parts: &Parts, stored: Stored<'_>) -> Option<Time> {
    if stored.system {
        events::put(reading, sides, parts, stored);
        return None;
    }
    let Stored { place, chat, chat_kind, key, from_me, sender, code, status, text, starred, legacy, .. } = stored;
    let id = place.row;
    let sender = reading.sender(from_me, &chat, chat_kind, sender);
    if let (Some(sender), Some(row)) = (&sender, sides.details.at(id)) {
        sending_device(reading, &parts.details, sender, row);
    }
    let quoted = match sides.quoted.at(id) {
        Some(row) => Quoted::read(reading, &place, &chat, chat_kind, row),
        None => Quoted::default(),
    };
    let (edited_key, edited_at) = match sides.edited.at(id) {
        Some(row) => (
            cell::filled(row.get(message_edit_info::original_key_id)),
            reading.out.time("edited_at", row.get(message_edit_info::edited_timestamp)),
        ),
        None => (None, None),
    };
    let (revoked_key, revoked_by, revoked_at) = match sides.revoked.at(id) {
        Some(row) => (
            cell::filled(row.get(message_revoked::revoked_key_id)),
            reading.jid(&place, cell::reference(row.get(message_revoked::admin_jid_row_id))),
            reading.out.time("revoked_at", row.get(message_revoked::revoke_timestamp)),
        ),
        None => (None, None, None),
    };
    let forward_score = sides.forwarded.at(id).and_then(|row| cell::int(row.get(message_forwarded::forward_score)));
    let forwarded = stored.forwarded || forward_score.is_some_and(|score| score > 0);

    let sent = reading.out.time("sent", stored.sent);
    let received = reading.out.time("received", stored.received);
    let server_received = reading.out.time("server_received", stored.server_received);
    let times_as_stored = reading.out.times_as_stored(&place);

    let original_key = revoked_key.or(edited_key);
    let legacy_revoked = legacy.as_ref().is_some_and(|legacy| legacy.revoked);
    let message_kind = reading.kinds.of(if legacy_revoked { codes::REVOKED } else { code });
    let text = cell::owned(text);
    let (legacy_media, legacy_quoted, position, legacy_caption) = match legacy {
        Some(legacy) => (legacy.media, legacy.quoted, legacy.position, legacy.caption),
        None => (None, None, None, Cell::Null),
    };
    let legacy_quoted = legacy_quoted.unwrap_or_default();
    let legacy_name = legacy_media.as_ref().map(|media| media.name);

    let media_row = sides.media.at(id);
    if media_row.is_some() || legacy_media.is_some() {
        let attachment = Attachment {
            owner: reading.owner.clone(),
            chat: chat.clone(),
            key: key.clone(),
            original_key: original_key.clone(),
            from_me,
            sender: sender.clone(),
            sent,
            message_kind: message_kind.clone(),
            forwarded,
            forward_score,
            ..Attachment::default()
        };
        match (media_row, legacy_media) {
            (Some(row), legacy) => {
                let place = row.place(&parts.media);
                media::put(reading, &place, attachment, Media::of(row).or(legacy), text.as_ref());
            }
            (None, Some(legacy)) => media::put(reading, &place, attachment, legacy, text.as_ref()),
            (None, None) => {}
        }
    }
    let common = (&chat, &key, &sender, sent);
    match sides.location.at(id) {
        Some(row) => put_location(reading, &row.place(&parts.location), common, row),
        None if position.is_some() => put_place(reading, &place, common, position.unzip(), None, None),
        None => {}
    }

    let owner = reading.owner.clone();
    let holder = Holder {
        owner: owner.as_ref(),
        chat: Some(&chat),
        key: Some(original_key.as_ref().unwrap_or(&key)),
        from_me,
        sender: sender.as_ref(),
        sent,
        quotes: false,
    };
    let written = text.as_deref().unwrap_or_default();
    traces::of_message(reading, sides, parts, &place, &holder, written);
    if codes::CONTACTS.contains(&code) {
        traces::accounts_of_card(&mut reading.out, &holder, written, || place.clone());
    }
    sides.texts.tell(&mut reading.out, &holder, id);
    // Some releases store the caption as text too.
    let other = |caption: &Cow<'_, str>| **caption != *written;
    if let Some(caption) = cell::text(legacy_caption).filter(other) {
        traces::tell(&mut reading.out, &holder, &caption, || place.clone());
    }
    if let Some(translation) = cell::text(stored.translation).filter(other) {
        traces::tell(&mut reading.out, &holder, &translation, || place.clone());
    }
    if let Some(name) = legacy_name.and_then(cell::text).filter(other) {
        traces::tell(&mut reading.out, &holder, &name, || place.clone());
    }
    if let Some(row) = sides.media.at(id) {
        for column in [message_media::media_caption, message_media::media_name, message_media::raw_transcription_text] {
            if let Some(text) = cell::text(row.get(column)).filter(other) {
                traces::tell(&mut reading.out, &holder, &text, || row.place(&parts.media));
            }
        }
    }
    if let Some(row) = sides.location.at(id) {
        for column in [message_location::place_name, message_location::place_address, message_location::url] {
            if let Some(text) = cell::text(row.get(column)) {
                traces::tell(&mut reading.out, &holder, &text, || row.place(&parts.location));
            }
        }
    }
    if let Some(row) = sides.quoted.at(id)
        && let Some(quoted) = &quoted.text
    {
        traces::tell(&mut reading.out, &holder.of_quote(), quoted, || row.place(&parts.quoted));
    } else if let Some(quoted) = &legacy_quoted.text {
        traces::tell(&mut reading.out, &holder.of_quote(), quoted, || place.clone());
    }
    if sides.quoted_media.at(id).is_some() || sides.quoted_location.at(id).is_some() {
        quoted.put_copies(reading, sides, parts, (id, &chat), &holder.of_quote());
    }
    let row = Message {
        owner,
        chat,
        key,
        original_key,
        from_me,
        sender,
        sent,
        received,
        server_received,
        message_kind,
        code,
        status,
        text,
        quoted_key: quoted.key.or(legacy_quoted.key),
        quoted_sender: quoted.sender.or(legacy_quoted.sender),
        quoted_text: quoted.text.or(legacy_quoted.text),
        quoted_chat: quoted.chat.or(legacy_quoted.chat),
        forwarded,
        forward_score,
        edited_at,
        revoked_at,
        revoked_by,
        starred,
        times_as_stored,
    };
    reading.out.put(&place, row);
    received.or(sent.filter(|_| from_me))
}

/// A message whose sender is a hidden identifier and whose device stands under a number, or the other way round.
fn sending_device(reading: &mut Reading<'_>, part: &Text, sender: &Text, row: &Held) {
    let stored = row.get(message_details::author_device_jid);
    let id = cell::reference(stored);
    // Nearly every message has such a row, and nearly every one names the sender again, or a pair that was told.
    let same = |author: Option<&Text>| author.is_some_and(|author| Text::ptr_eq(author, sender));
    if id.is_some_and(|id| same(reading.jids.get(id)) || same(reading.device_senders.get(id))) {
        return;
    }
    let place = row.place(part);
    if let Some(author) = reading.jid_or_written(&place, stored) {
        reading.tie(&place, sender, &author, "sending device");
        if let Some(id) = id {
            reading.device_senders.insert(id, sender.clone());
        }
    }
}

/// Chat, key, sender and time of the message.
type Common<'c> = (&'c Text, &'c Text, &'c Option<Text>, Option<Time>);

fn put_location(reading: &mut Reading<'_>, place: &Place, common: Common<'_>, row: &Held) {
    let position = (cell::real(row.get(message_location::latitude)), cell::real(row.get(message_location::longitude)));
    let name = cell::filled(row.get(message_location::place_name));
    let address = cell::filled(row.get(message_location::place_address));
    put_place(reading, place, common, position, name, address);
}

fn put_place(
    reading: &mut Reading<'_>,
    place: &Place,
    (chat, key, sender, sent): Common<'_>,
    (latitude, longitude): (Option<f64>, Option<f64>),
    place_name: Option<Text>,
    place_address: Option<Text>,
) {
    let row = PlaceRow {
        chat: chat.clone(),
        key: key.clone(),
        sender: sender.clone(),
        sent,
        latitude,
        longitude,
        place_name,
        place_address,
    };
    reading.out.put(place, row);
}
