//! Messages of the schema until about 2021: table `messages`. Where side tables already exist beside it, as in the
//! years of change, they are read too; and so is what table `message` does not hold where both tables hold messages.

use custodia_model::Text;

use super::super::whatsapp::cell;
use super::super::whatsapp::ends::{Counter, Ends};
use super::super::whatsapp::jids;
use super::super::whatsapp::reader::Reader;
use super::super::whatsapp::side::Side;
use super::chats;
use super::held::Held;
use super::java;
use super::media::Media;
use super::messages::{self, Legacy, Parts, Stored};
use super::quotes::Quoted;
use super::reading::Reading;
use super::schema::{message, messages as column, messages_quotes};
use super::sides::Sides;
use crate::open::sqlite::{Cell, Record, Scan};

/// Where the highest number that a message was given is kept.
const COUNTER: Counter =
    Counter { table: "sqlite_sequence", columns: &["name", "seq"], name: column::WANTED.table, dummy: true };

/// `status` of system rows; their `media_wa_type` is 0 and their action code stands in `media_size`.
const SYSTEM_STATUS: i64 = 6;

/// `edit_version` of messages deleted for all.
const REVOKED: [i64; 2] = [5, 7];

/// Types that name a file even where neither hash nor media type is stored.
const MEDIA_TYPES: &[i64] = &[1, 2, 3, 9, 13, 20, 42, 43];

/// Types that name a place.
const PLACE_TYPES: &[i64] = &[5, 16];

/// Whether `edit_version` says that a message was deleted for all.
pub fn is_revoked(edit_version: Cell<'_>) -> bool {
    cell::int(edit_version).is_some_and(|version| REVOKED.contains(&version))
}

/// Reads all messages but those that table `message` holds.
pub fn read<'a>(reading: &mut Reading<'a>, sides: &mut Sides<'a>, held: &Held) {
    let parts = Parts::new();
    let mut none = Sides::none(reading.database);
    let mut modern = reading.database.scan(message::WANTED.table, &[]);
    let mut quotes = Side::new(reading.database, &messages_quotes::WANTED);
    let mut ends = Ends::default();
    reading.each(&column::WANTED, |reading, row, place| {
        ends.stands(&place);
        let Some(chat) = cell::text(row.get(column::key_remote_jid)).filter(|chat| chat != "-1") else { return };
        let Some(chat) = reading.jids.written(&chat) else {
            return reading.out.warn_at(
                &place,
                "reference absent",
                "expected the address of the chat in key_remote_jid, found none",
            );
        };
        let key = cell::owned(row.get(column::key_id)).unwrap_or_else(|| "".into());
        let from_me = cell::flag(row.get(column::key_from_me));
        if held.holds(place.row, &chat, from_me, &key) {
            return;
        }
        // What hangs on a number hangs on the row of table `message` that bears it.
        let sides = if held.any() && bears(&mut modern, place.row) { &mut none } else { &mut *sides };
        // A chat that no list of chats names: its first message is what shows it.
        chats::note(reading, &chat, &place);
        let code = cell::int(row.get(column::media_wa_type)).unwrap_or(0);
        let status = cell::int(row.get(column::status));
        let system = code == 0 && status == Some(SYSTEM_STATUS);
        // 0 is `not a quote`.
        let quoted = match cell::reference(row.get(column::quoted_row_id)).and_then(|id| quotes.at(id)) {
            Some(quote) => {
                let mut written = |column| {
                    let written = cell::text(quote.get(column)).filter(|written| !written.is_empty());
                    written.and_then(|written| reading.jids.written(&written))
                };
                let other = written(messages_quotes::remote_resource);
                // The chat of the quoted message may be another.
                let of = written(messages_quotes::key_remote_jid).filter(|of| *of != chat && of.contains('@'));
                let from_me = cell::flag(quote.get(messages_quotes::key_from_me));
                let in_chat = of.as_ref().unwrap_or(&chat);
                Some(Quoted {
                    key: cell::filled(quote.get(messages_quotes::key_id)),
                    sender: reading.sender(from_me, in_chat, jids::kind(in_chat), other),
                    text: cell::owned(quote.get(messages_quotes::data))
                        .or_else(|| cell::filled(quote.get(messages_quotes::media_caption))),
                    chat: of,
                    ..Quoted::default()
                })
            }
            None => None,
        };
        let thumb = match row.get(column::thumb_image) {
            Cell::Blob(bytes) => bytes,
            _ => &[],
        };
        let path = (!system).then(|| java::path_in(thumb)).flatten();
        let sender = cell::text(row.get(column::remote_resource)).filter(|sender| !sender.is_empty());
        let sender = sender.and_then(|sender| reading.jids.written(&sender));
        let targets = if system { targets(reading, thumb) } else { Vec::new() };
        let stored = Stored {
            chat_kind: jids::kind(&chat),
            chat,
            key,
            from_me,
            sender,
            code,
            system,
            status,
            text: row.get(column::data),
            translation: Cell::Null,
            sent: row.get(column::timestamp),
            received: row.get(column::received_timestamp),
            server_received: row.get(column::receipt_server_timestamp),
            starred: cell::flag(row.get(column::starred)),
            forwarded: cell::int(row.get(column::forwarded)).is_some_and(|count| count > 0),
            legacy: Some(Legacy {
                revoked: is_revoked(row.get(column::edit_version)),
                media: media(row, code, path),
                caption: row.get(column::media_caption),
                quoted,
                position: position(row, code),
                action: if system { cell::int(row.get(column::media_size)) } else { None },
                targets,
            }),
            place,
        };
        ends.put(messages::put(reading, sides, &parts, stored));
    });
    // Beside table `message` it is no longer written to, and numbers that are missing in it say nothing.
    if reading.database.table(column::WANTED.table).is_some() && !held.any() {
        ends.tell(&mut reading.out, reading.database, &column::WANTED.table.into(), &COUNTER);
    }
    reading.out.damage(Some(quotes.table()), &quotes.damage());
}

fn bears(table: &mut Scan<'_>, number: i64) -> bool {
    table.seek(number);
    table.next().is_some_and(|row| row.rowid == number)
}

fn targets(reading: &mut Reading<'_>, thumb: &[u8]) -> Vec<Text> {
    let mut targets = Vec::new();
    for account in java::accounts_in(thumb) {
        let account = reading.jids.written(account);
        targets.extend(account.filter(|account| !targets.contains(account)));
    }
    targets
}

fn media<'r>(row: &'r Record<'_>, code: i64, path: Option<&'r str>) -> Option<Media<'r>> {
    let filled = |column| cell::text(row.get(column)).is_some_and(|text| !text.is_empty());
    let names_file = MEDIA_TYPES.contains(&code) || filled(column::media_hash) || filled(column::media_mime_type);
    names_file.then(|| Media {
        hash: row.get(column::media_hash),
        encrypted_hash: row.get(column::media_enc_hash),
        original_hash: Cell::Null,
        path: path.map_or(Cell::Null, Cell::Text),
        name: row.get(column::media_name),
        mime: row.get(column::media_mime_type),
        size: row.get(column::media_size),
        length: Cell::Null,
        caption: row.get(column::media_caption),
        width: Cell::Null,
        height: Cell::Null,
        duration: row.get(column::media_duration),
    })
}

fn position(row: &Record<'_>, code: i64) -> Option<(f64, f64)> {
    let latitude = cell::real(row.get(column::latitude))?;
    let longitude = cell::real(row.get(column::longitude))?;
    (PLACE_TYPES.contains(&code)).then_some((latitude, longitude))
}
