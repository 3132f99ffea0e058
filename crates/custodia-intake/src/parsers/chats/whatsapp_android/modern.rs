//! Messages of the modern schema: one pass over `message` in row order, merged with its side tables, which stand in the same
//! order. Memory does not grow with the number of messages.

use std::borrow::Cow;

use custodia_model::tables::{Attachment, Message, Place, Warning};
use custodia_model::{Origin, Rows, Text};

use super::codes::Words;
use super::events::Events;
use super::media::{hash_text, stored_hash};
use super::store::{Store, Times};
use crate::open::sqlite::{Record, Scan};

/// A table with at most one row a message, walked beside `message`. Column 0 is `message_row_id`.
pub struct Side<'a> {
    name: &'static str,
    scan: Scan<'a>,
    /// Message rows with the rowids that bear them, sorted, for a table that is not in order of its messages.
    places: Option<Vec<(i64, i64)>>,
    ended: bool,
}

impl<'a> Side<'a> {
    /// Opens the table; column 0 must be `message_row_id`.
    pub fn open(store: &Store<'a>, name: &'static str, needed: &[&str], newer: &[&str], rows: &mut dyn Rows) -> Side<'a> {
        let scan = store.scan(name, needed, newer, rows);
        let keyed = store.database.table(name).and_then(|table| table.column(needed[0]).map(|at| table.columns[at].rowid));
        let places = (keyed == Some(false)).then(|| places(store, name, needed[0])).flatten();
        Side { name, scan, places, ended: false }
    }

    /// The row of a message; messages are asked for in rising order.
    pub fn of(&mut self, message: i64) -> Option<Record<'_>> {
        if let Some(places) = &self.places {
            let at = places.binary_search_by_key(&message, |place| place.0).ok()?;
            return self.scan.find(places[at].1);
        }
        if self.ended {
            return None;
        }
        loop {
            match self.scan.current().and_then(|record| record.int(0)) {
                Some(at) if at >= message => break,
                _ => {
                    if self.scan.next().is_none() {
                        self.ended = true;
                        return None;
                    }
                }
            }
        }
        self.scan.current().filter(|record| record.int(0) == Some(message))
    }

    /// Tells the damage of the walk.
    pub fn finish(self, store: &Store<'_>, rows: &mut dyn Rows) {
        store.finish(self.name, self.scan, rows);
    }
}

/// Where each message's row stands in a table that is not keyed by its messages; none when the two orders agree.
fn places(store: &Store<'_>, name: &str, key: &str) -> Option<Vec<(i64, i64)>> {
    let mut scan = store.database.scan(name, &[key]);
    let mut places: Vec<(i64, i64)> = Vec::new();
    while let Some(record) = scan.next() {
        if let Some(message) = record.int(0) {
            places.push((message, record.rowid));
        }
    }
    if places.is_sorted() && places.windows(2).all(|pair| pair[0].0 < pair[1].0) {
        return None;
    }
    places.sort_unstable();
    places.dedup_by_key(|place| place.0);
    Some(places)
}

struct Sides<'a> {
    media: Side<'a>,
    quoted: Side<'a>,
    forwarded: Side<'a>,
    edits: Side<'a>,
    revoked: Side<'a>,
    location: Side<'a>,
}

const MESSAGE: &[&str] = &[
    "chat_row_id", "from_me", "key_id", "sender_jid_row_id", "status", "timestamp", "received_timestamp",
    "receipt_server_timestamp", "message_type", "text_data", "starred", "origination_flags",
];

const MEDIA: &[&str] = &[
    "message_row_id", "file_path", "file_size", "file_length", "width", "height", "mime_type", "media_name", "file_hash",
    "media_duration", "enc_file_hash",
];

/// Reads all messages, their attachments and places, and the system events among them.
pub fn read(store: &Store<'_>, rows: &mut dyn Rows) {
    let mut sides = Sides {
        media: Side::open(store, "message_media", MEDIA, &["original_file_hash", "media_caption"], rows),
        quoted: Side::open(store, "message_quoted", &["message_row_id", "from_me", "sender_jid_row_id", "key_id", "text_data"], &[], rows),
        forwarded: Side::open(store, "message_forwarded", &["message_row_id", "forward_score"], &[], rows),
        edits: Side::open(store, "message_edit_info", &["message_row_id", "original_key_id", "edited_timestamp"], &[], rows),
        revoked: Side::open(store, "message_revoked", &["message_row_id", "revoked_key_id"], &["admin_jid_row_id", "revoke_timestamp"], rows),
        location: Side::open(store, "message_location", &["message_row_id", "latitude", "longitude", "place_name", "place_address"], &[], rows),
    };
    let mut events = Events::open(store, rows);
    let kinds = Words::kinds();
    let part: Text = "message".into();
    let media_part: Text = "message_media".into();
    let place_part: Text = "message_location".into();
    let mut scan = store.scan("message", MESSAGE, &[], rows);
    let mut nameless = 0u64;
    while let Some(record) = scan.next() {
        if record.int(0) == Some(-1) {
            // The dummy row that every store begins with.
            continue;
        }
        let id = record.rowid;
        let key = record.text(2).unwrap_or_default();
        let Some(chat) = record.int(0).and_then(|chat| store.chat_rows.get(&chat)).cloned() else {
            nameless += 1;
            if nameless <= 100 {
                let says = format!("row {:?} of table chat expected, not found: the message has no chat", record.int(0));
                rows.put(store.at(&part, id, record.found), Warning::new("row refers to nothing", says).into());
            }
            continue;
        };
        let from_me = record.int(1).unwrap_or(0) != 0;
        let code = record.int(8).unwrap_or(0);
        let origin = store.at(&part, id, record.found);
        let named = store.jid(record.int(3));
        if code == 7 {
            let at = record.int(5);
            events.read(store, &Event { id, chat, key: &key, from_me, sender: named, text: record.text(9), at }, &origin, rows);
            continue;
        }
        let group = !chat_of_two(&chat);
        let sender = match (from_me, named) {
            (true, _) => store.owner.clone(),
            (false, Some(named)) => Some(named),
            (false, None) if group => None,
            (false, None) => Some(chat.clone()),
        };
        let mut times = Times::default();
        let mut message = Message {
            owner: store.owner.clone(),
            key: (&*key).into(),
            from_me,
            sent: times.read("sent", record.int(5)),
            received: times.read("received", record.int(6)),
            server_received: times.read("server_received", record.int(7)),
            message_kind: kinds.of(code),
            code,
            status: record.int(4),
            text: record.text(9).filter(|text| !text.is_empty()).map(|text| (&*text).into()),
            forwarded: record.int(11).unwrap_or(0) & 1 == 1,
            starred: record.int(10).unwrap_or(0) != 0,
            chat,
            sender,
            ..Message::default()
        };
        sides.complete(store, id, &mut message, &mut times, group);
        if let Some(row) = sides.media.of(id) {
            let place = store.at(&media_part, row.rowid, row.found);
            let attachment = attachment(store, &row, &message, &place, rows);
            rows.put(place, attachment.into());
        }
        if let Some(row) = sides.location.of(id) {
            let place = Place {
                chat: message.chat.clone(),
                key: message.key.clone(),
                sender: message.sender.clone(),
                sent: message.sent,
                latitude: row.real(1),
                longitude: row.real(2),
                place_name: row.text(3).filter(|text| !text.is_empty()).map(|text| (&*text).into()),
                place_address: row.text(4).filter(|text| !text.is_empty()).map(|text| (&*text).into()),
            };
            rows.put(store.at(&place_part, row.rowid, row.found), place.into());
        }
        times.finish(&origin, rows, |stored| Message { times_as_stored: stored, ..message }.into());
    }
    if nameless > 100 {
        let says = format!("{} further messages have no chat", nameless - 100);
        rows.put(store.file.whole(), Warning::new("row refers to nothing", says).into());
    }
    store.finish("message", scan, rows);
    events.finish(store, rows);
    for side in [sides.media, sides.quoted, sides.forwarded, sides.edits, sides.revoked, sides.location] {
        side.finish(store, rows);
    }
}

/// A system row on its way to the events.
pub struct Event<'a> {
    pub id: i64,
    pub chat: Text,
    pub key: &'a str,
    pub from_me: bool,
    pub sender: Option<Text>,
    pub text: Option<Cow<'a, str>>,
    pub at: Option<i64>,
}

/// Whether an address is a chat with one other person.
pub fn chat_of_two(chat: &str) -> bool {
    custodia_model::account::chat_kind(chat) == "person"
}

impl Sides<'_> {
    /// Adds what the side tables say of a message.
    fn complete(&mut self, store: &Store<'_>, id: i64, message: &mut Message, times: &mut Times, group: bool) {
        if let Some(row) = self.quoted.of(id) {
            let quoted = store.jid(row.int(2));
            message.quoted_sender = match row.int(1) {
                Some(me) if me != 0 => store.owner.clone(),
                _ if group => quoted,
                _ => quoted.or_else(|| Some(message.chat.clone())),
            };
            message.quoted_key = row.text(3).filter(|key| !key.is_empty()).map(|key| (&*key).into());
            message.quoted_text = row.text(4).filter(|text| !text.is_empty()).map(|text| (&*text).into());
        }
        if let Some(row) = self.forwarded.of(id) {
            message.forward_score = row.int(1);
            message.forwarded |= row.int(1).unwrap_or(0) > 0;
        }
        if let Some(row) = self.edits.of(id) {
            message.original_key = original(row.text(1), &message.key);
            message.edited_at = times.read("edited_at", row.int(2));
        }
        if let Some(row) = self.revoked.of(id) {
            message.original_key = original(row.text(1), &message.key).or(message.original_key.take());
            message.revoked_by = store.jid(row.int(2));
            message.revoked_at = times.read("revoked_at", row.int(3));
        }
    }
}

/// The key that an edit or revocation names, unless it is the row's own.
fn original(named: Option<Cow<'_, str>>, own: &str) -> Option<Text> {
    named.filter(|key| !key.is_empty() && &**key != own).map(|key| (&*key).into())
}

fn attachment(store: &Store<'_>, row: &Record<'_>, message: &Message, place: &Origin, rows: &mut dyn Rows) -> Attachment {
    let mut hash = |column: usize, name: &str| {
        let text = row.text(column).filter(|text| !text.is_empty())?;
        match stored_hash(&text) {
            Ok(hash) => Some(hash),
            Err(found) => {
                let shown: String = text.chars().take(60).collect();
                let says = format!("base64 of 32 bytes expected in {name}, found {shown:?} ({found})");
                rows.put(place.clone(), Warning::new("not a hash", says).into());
                None
            }
        }
    };
    let sha256 = hash(8, "file_hash");
    let encrypted = hash(10, "enc_file_hash");
    let original = hash(11, "original_file_hash");
    let text = |column: usize| row.text(column).filter(|text| !text.is_empty()).map(|text| Text::from(&*text));
    let mut attachment = Attachment {
        owner: message.owner.clone(),
        chat: message.chat.clone(),
        key: message.key.clone(),
        original_key: message.original_key.clone(),
        from_me: message.from_me,
        sender: message.sender.clone(),
        sent: message.sent,
        message_kind: message.message_kind.clone(),
        sha256: sha256.as_ref().map(hash_text),
        original_sha256: original.as_ref().map(hash_text),
        encrypted_sha256: encrypted.as_ref().map(hash_text),
        stored_path: text(1),
        file_name: text(7),
        mime: text(6),
        stored_size: row.int(3).filter(|size| *size > 0).or_else(|| row.int(2)),
        caption: text(12).or_else(|| message.text.clone()),
        width: row.int(4),
        height: row.int(5),
        duration: row.int(9),
        forwarded: message.forwarded,
        forward_score: message.forward_score,
        present: false,
        present_path: None,
        present_by: None,
    };
    store.media.locate(&mut attachment, sha256);
    attachment
}
