//! Messages of the schema since 2021: table `message`.

use custodia_model::Text;

use super::super::whatsapp::cell;
use super::super::whatsapp::ends::{Counter, Ends};
use super::super::whatsapp::jids::ChatKind;
use super::super::whatsapp::out::Place;
use super::super::whatsapp::reader::Reader;
use super::codes;
use super::held::Held;
use super::messages::{self, Parts, Stored};
use super::reading::Reading;
use super::schema::message as column;
use super::sides::Sides;
use crate::open::sqlite::Record;

/// Where the highest number that a message was given is kept.
const COUNTER: Counter =
    Counter { table: "sqlite_sequence", columns: &["name", "seq"], name: column::WANTED.table, dummy: true };

/// Bit of `origination_flags` that marks a forwarded message.
const FORWARDED: i64 = 1;

/// Reads all messages.
pub fn read<'a>(reading: &mut Reading<'a>, sides: &mut Sides<'a>, held: &mut Held) {
    let parts = Parts::new();
    let mut ends = Ends::default();
    reading.each(&column::WANTED, |reading, row, place| {
        ends.stands(&place);
        if is_dummy(row) {
            return;
        }
        let (chat, chat_kind) = chat(reading, &place, row);
        let sender = reading.jid(&place, cell::reference(row.get(column::sender_jid_row_id)));
        let code = cell::int(row.get(column::message_type)).unwrap_or(-1);
        let stored = Stored {
            chat,
            chat_kind,
            key: cell::owned(row.get(column::key_id)).unwrap_or_else(|| "".into()),
            from_me: cell::flag(row.get(column::from_me)),
            sender,
            code,
            system: code == codes::SYSTEM,
            status: cell::int(row.get(column::status)),
            text: row.get(column::text_data),
            translation: row.get(column::translated_text),
            sent: row.get(column::timestamp),
            received: row.get(column::received_timestamp),
            server_received: row.get(column::receipt_server_timestamp),
            starred: cell::flag(row.get(column::starred)),
            forwarded: cell::int(row.get(column::origination_flags)).is_some_and(|flags| flags & FORWARDED != 0),
            legacy: None,
            place,
        };
        held.take(stored.place.row, &stored.chat, stored.from_me, &stored.key);
        ends.put(messages::put(reading, sides, &parts, stored));
    });
    if reading.database.table(column::WANTED.table).is_some() {
        ends.tell(&mut reading.out, reading.database, &column::WANTED.table.into(), &COUNTER);
    }
}

/// The first row of the table stands for nothing.
fn is_dummy(row: &Record<'_>) -> bool {
    row.rowid == 1
        && cell::int(row.get(column::chat_row_id)) == Some(-1)
        && cell::text(row.get(column::key_id)).is_none_or(|key| key == "-1")
}

/// The chat of a message; when table `chat` does not hold it, its number takes the place of the address.
fn chat(reading: &mut Reading<'_>, place: &Place, row: &Record<'_>) -> (Text, ChatKind) {
    let id = cell::int(row.get(column::chat_row_id)).unwrap_or(-1);
    match reading.chats.get(id) {
        Some((chat, kind)) => (chat.clone(), kind),
        None => {
            reading.missing(place, "chat", id);
            (format!("chat {id}").into(), ChatKind::Other)
        }
    }
}
