//! What a message keeps of another that it quotes: key, chat, sender and text, and in tables of their own copies of the file and of the
//! place. The other may be gone, and the quote is then the only copy.

use custodia_model::tables::{Attachment, Place as PlaceRow};
use custodia_model::{Text, Time};

use super::super::whatsapp::cell;
use super::super::whatsapp::jids::ChatKind;
use super::super::whatsapp::out::Place;
use super::super::whatsapp::reader::Reader;
use super::super::whatsapp::side::Held;
use super::media::{self, Media};
use super::messages::Parts;
use super::reading::Reading;
use super::schema::{message_quoted as column, message_quoted_location, message_quoted_media};
use super::sides::Sides;
use super::traces::{self, Holder};
use crate::open::sqlite::Cell;

/// What is kept of a quoted message.
#[derive(Default)]
pub struct Quoted {
    /// Its key.
    pub key: Option<Text>,
    /// Its chat, where that is another than the one of the message that quotes it.
    pub chat: Option<Text>,
    /// Its sender.
    pub sender: Option<Text>,
    /// Its text.
    pub text: Option<Text>,
    /// Whether it is marked as own.
    pub from_me: bool,
    /// Its type as stored.
    pub code: Option<i64>,
    /// Its time as stored.
    pub sent: Option<i64>,
}

impl Quoted {
    /// What a row of `message_quoted` keeps. `chat` and `kind` are those of the message that quotes.
    pub fn read(reading: &mut Reading<'_>, place: &Place, chat: &Text, kind: ChatKind, row: &Held) -> Quoted {
        let stored = reading.jid(place, cell::reference(row.get(column::sender_jid_row_id)));
        let from_me = cell::flag(row.get(column::from_me));
        let other = other_chat(reading, place, chat, row);
        let (in_chat, kind) = other.as_ref().map_or((chat, kind), |(other, kind)| (other, *kind));
        Quoted {
            key: cell::filled(row.get(column::key_id)),
            sender: reading.sender(from_me, in_chat, kind, stored),
            text: cell::owned(row.get(column::text_data)),
            from_me,
            code: cell::int(row.get(column::message_type)),
            sent: cell::int(row.get(column::timestamp)),
            chat: other.map(|(other, _)| other),
        }
    }

    /// Puts the copies that a quote keeps of a file and of a place, as what the quoted message named; `holder` is the message that
    /// quotes, in `chat`.
    pub fn put_copies(
        &self,
        reading: &mut Reading<'_>,
        sides: &mut Sides<'_>,
        parts: &Parts,
        (id, chat): (i64, &Text),
        holder: &Holder<'_>,
    ) {
        let chat = self.chat.as_ref().unwrap_or(chat);
        let key = self.key.clone().unwrap_or_else(|| "".into());
        if let Some(row) = sides.quoted_media.at(id) {
            use message_quoted_media as column;
            let place = row.place(&parts.quoted_media);
            let attachment = Attachment {
                owner: reading.owner.clone(),
                chat: chat.clone(),
                key: key.clone(),
                from_me: self.from_me,
                sender: self.sender.clone(),
                sent: self.sent(reading, &place),
                message_kind: reading.kinds.of(self.code.unwrap_or(-1)),
                ..Attachment::default()
            };
            media::put(reading, &place, attachment, Media::of_quote(row), None);
            self.tell(reading, holder, row, &place, &[column::media_caption, column::media_name]);
        }
        if let Some(row) = sides.quoted_location.at(id) {
            use message_quoted_location as column;
            let place = row.place(&parts.quoted_location);
            let copy = PlaceRow {
                chat: chat.clone(),
                key,
                sender: self.sender.clone(),
                sent: self.sent(reading, &place),
                latitude: cell::real(row.get(column::latitude)),
                longitude: cell::real(row.get(column::longitude)),
                place_name: cell::filled(row.get(column::place_name)),
                place_address: cell::filled(row.get(column::place_address)),
            };
            reading.out.put(&place, copy);
            self.tell(reading, holder, row, &place, &[column::place_name, column::place_address]);
        }
    }

    fn sent(&self, reading: &mut Reading<'_>, place: &Place) -> Option<Time> {
        let sent = reading.out.time("sent", self.sent.map_or(Cell::Null, Cell::Int));
        // No column of these rows keeps what is stored, so the warning says it.
        let _ = reading.out.times_as_stored(place);
        sent
    }

    /// Traces of texts, where the quote's own text is not the same.
    fn tell(&self, reading: &mut Reading<'_>, holder: &Holder<'_>, row: &Held, place: &Place, columns: &[usize]) {
        for text in columns.iter().filter_map(|&column| cell::text(row.get(column))) {
            if self.text.as_deref() != Some(&*text) {
                traces::tell(&mut reading.out, holder, &text, || place.clone());
            }
        }
    }
}

/// The chat of the quoted message, where it is another: who answers in private quotes from the group.
fn other_chat(reading: &mut Reading<'_>, place: &Place, chat: &Text, row: &Held) -> Option<(Text, ChatKind)> {
    let id = cell::reference(row.get(column::parent_message_chat_row_id))?;
    match reading.chats.get(id) {
        Some((other, _)) if other == chat => None,
        Some((other, kind)) => Some((other.clone(), kind)),
        None => {
            reading.missing(place, "chat", id);
            Some((format!("chat {id}").into(), ChatKind::Other))
        }
    }
}
