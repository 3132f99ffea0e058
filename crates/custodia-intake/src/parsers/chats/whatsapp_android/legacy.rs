//! The schema until about 2021: one wide table `messages`.

use std::collections::BTreeSet;

use custodia_model::tables::{Attachment, Chat, Message, Place, Warning};
use custodia_model::{Rows, Text};

use super::codes::Words;
use super::events::{Happened, put};
use super::media::{hash_text, stored_hash};
use super::modern::chat_of_two;
use super::store::{Store, Times};

const NEEDED: &[&str] = &[
    "key_remote_jid", "key_from_me", "key_id", "status", "data", "timestamp", "media_mime_type", "media_wa_type", "media_size",
    "media_name", "media_hash", "media_duration", "latitude", "longitude", "thumb_image", "remote_resource",
    "received_timestamp", "receipt_server_timestamp", "starred",
];
const NEWER: &[&str] = &["media_caption", "quoted_row_id", "edit_version", "media_enc_hash", "forwarded"];

/// Reads chats, messages, attachments, places and system events of the legacy tables.
pub fn read(store: &Store<'_>, rows: &mut dyn Rows) {
    let mut listed = chats(store, rows);
    let kinds = Words::kinds();
    let actions = Words::actions();
    let part: Text = "messages".into();
    let mut quotes = store.scan("messages_quotes", &["key_id", "key_from_me", "key_remote_jid", "remote_resource", "data"], &[], rows);
    let mut scan = store.scan("messages", NEEDED, NEWER, rows);
    while let Some(record) = scan.next() {
        let stored = record.text(0).unwrap_or_default();
        if stored == "-1" {
            // The dummy row that every store begins with.
            continue;
        }
        let origin = store.at(&part, record.rowid, record.found);
        let Some(chat) = store.address(&stored) else {
            let says = format!("an address expected in key_remote_jid, found {:?}", stored.chars().take(80).collect::<String>());
            rows.put(origin, Warning::new("row refers to nothing", says).into());
            continue;
        };
        if listed.insert(chat.clone()) {
            // A chat that the list of chats does not name: its messages are what shows it.
            rows.put(origin.clone(), store.chat(chat.clone()).into());
        }
        let from_me = record.int(1).unwrap_or(0) != 0;
        let key = record.text(2).unwrap_or_default();
        let named = record.text(15).and_then(|sender| store.address(&sender));
        let code = record.int(7).unwrap_or(0);
        let thumb = record.bytes(14).unwrap_or_default();
        if code == 0 && record.int(3) == Some(6) {
            let text = record.text(4).filter(|text| !text.is_empty()).map(|text| Text::from(&*text));
            let event = Happened {
                chat,
                key: &key,
                code: record.int(8).unwrap_or(-1),
                from_me,
                sender: named.or_else(|| store.owner.clone().filter(|_| from_me)),
                persons: accounts_in(store, thumb),
                me_joined: false,
                old_value: None,
                new_value: text,
                at: record.int(5),
                numbers: None,
            };
            put(store, &actions, number_change(store, event), &origin, rows);
            continue;
        }
        let group = !chat_of_two(&chat);
        let sender = match (from_me, named) {
            (true, _) => store.owner.clone(),
            (false, Some(named)) => Some(named),
            (false, None) if group => None,
            (false, None) => Some(chat.clone()),
        };
        let revoked = matches!(record.int(21), Some(5 | 7));
        let code = if revoked { 15 } else { code };
        let mut times = Times::default();
        let text = |column: usize| record.text(column).filter(|text| !text.is_empty()).map(|text| Text::from(&*text));
        let mut message = Message {
            owner: store.owner.clone(),
            key: (&*key).into(),
            from_me,
            sent: times.read("sent", record.int(5)),
            received: times.read("received", record.int(16)),
            server_received: times.read("server_received", record.int(17)),
            message_kind: kinds.of(code),
            code,
            status: record.int(3),
            text: text(4).or_else(|| text(19)),
            forwarded: record.int(23).unwrap_or(0) > 0,
            forward_score: record.int(23).filter(|score| *score > 0),
            starred: record.int(18).unwrap_or(0) != 0,
            chat,
            sender,
            ..Message::default()
        };
        if let Some(quote) = record.int(20).filter(|row| *row > 0).and_then(|row| quotes.find(row)) {
            let quoted = quote.text(3).and_then(|sender| store.address(&sender));
            message.quoted_key = quote.text(0).map(|key| (&*key).into());
            message.quoted_text = quote.text(4).filter(|text| !text.is_empty()).map(|text| (&*text).into());
            message.quoted_sender = match quote.int(1) {
                Some(me) if me != 0 => store.owner.clone(),
                _ if group => quoted,
                _ => quoted.or_else(|| Some(message.chat.clone())),
            };
        }
        let hash = text(10).and_then(|stored| match stored_hash(&stored) {
            Ok(hash) => Some(hash),
            Err(found) => {
                let says = format!("base64 of 32 bytes expected in media_hash, found {:?} ({found})", stored.chars().take(60).collect::<String>());
                rows.put(origin.clone(), Warning::new("not a hash", says).into());
                None
            }
        });
        let media = matches!(code, 1..=3 | 9 | 13 | 20 | 42 | 43) || (hash.is_some() && !matches!(code, 0 | 5 | 16));
        if media {
            let mut attachment = Attachment {
                owner: message.owner.clone(),
                chat: message.chat.clone(),
                key: message.key.clone(),
                from_me,
                sender: message.sender.clone(),
                sent: message.sent,
                message_kind: message.message_kind.clone(),
                sha256: hash.as_ref().map(hash_text),
                encrypted_sha256: text(22).and_then(|stored| stored_hash(&stored).ok()).as_ref().map(hash_text),
                stored_path: path_in(thumb),
                file_name: text(9),
                mime: text(6),
                stored_size: record.int(8).filter(|size| *size > 0),
                caption: text(19),
                duration: record.int(11),
                forwarded: message.forwarded,
                forward_score: message.forward_score,
                ..Attachment::default()
            };
            store.media.locate(&mut attachment, hash);
            rows.put(origin.clone(), attachment.into());
        }
        if matches!(code, 5 | 16) {
            let place = Place {
                chat: message.chat.clone(),
                key: message.key.clone(),
                sender: message.sender.clone(),
                sent: message.sent,
                latitude: record.real(12),
                longitude: record.real(13),
                place_name: text(9),
                place_address: None,
            };
            rows.put(origin.clone(), place.into());
        }
        times.finish(&origin, rows, |stored| Message { times_as_stored: stored, ..message }.into());
    }
    store.finish("messages", scan, rows);
    store.finish("messages_quotes", quotes, rows);
}

/// Rows of `chat_list`, with the chats of the modern table where that is filled beside it. Gives every address told.
fn chats(store: &Store<'_>, rows: &mut dyn Rows) -> BTreeSet<Text> {
    let mut listed = BTreeSet::new();
    let part: Text = "chat_list".into();
    let mut scan = store.scan(&part, &["key_remote_jid", "subject"], &["creation"], rows);
    while let Some(record) = scan.next() {
        let Some(chat) = record.text(0).and_then(|chat| store.address(&chat)) else { continue };
        let origin = store.at(&part, record.rowid, record.found);
        let mut times = Times::default();
        let row = Chat {
            subject: record.text(1).filter(|subject| !subject.is_empty()).map(|subject| (&*subject).into()),
            created: times.read("created", record.int(2)),
            ..store.chat(chat.clone())
        };
        listed.insert(chat);
        times.finish(&origin, rows, |stored| Chat { times_as_stored: stored, ..row }.into());
    }
    store.finish(&part, scan, rows);
    if !store.chat_rows.is_empty() {
        store.chats(rows);
        listed.extend(store.chat_rows.values().cloned());
    }
    listed
}

/// In a number change the sender is the old account and the text or person the new one.
fn number_change<'a>(store: &Store<'_>, mut event: Happened<'a>) -> Happened<'a> {
    if matches!(event.code, 10 | 28) {
        let new = event.new_value.as_deref().and_then(|text| store.address(text)).or_else(|| event.persons.first().cloned());
        if let (Some(old), Some(new)) = (event.sender.clone(), new) {
            event.numbers = Some((old, new));
        }
    }
    event
}

/// Accounts that stand as text in a serialised object, in order, each once: at most 4096, in the first megabyte.
fn accounts_in(store: &Store<'_>, bytes: &[u8]) -> Vec<Text> {
    let bytes = &bytes[..bytes.len().min(1 << 20)];
    let mut accounts: Vec<Text> = Vec::new();
    for at in memchr::memmem::find_iter(bytes, b"@s.whatsapp.net") {
        let digits = bytes[..at].iter().rev().take_while(|b| b.is_ascii_digit()).take(20).count();
        let account = std::str::from_utf8(&bytes[at - digits..at]).ok().filter(|_| (5..=15).contains(&digits));
        if let Some(account) = account.and_then(|user| store.address(&format!("{user}@s.whatsapp.net"))) {
            if !accounts.contains(&account) {
                accounts.push(account);
            }
        }
        if accounts.len() >= 4096 {
            break;
        }
    }
    accounts
}

/// The media file's path in a serialised object: a text with its length before it that holds `Media/`.
fn path_in(bytes: &[u8]) -> Option<Text> {
    let bytes = &bytes[..bytes.len().min(1 << 16)];
    let media = memchr::memmem::find(bytes, b"Media/")?;
    let printable = |b: &u8| *b >= 0x20 && *b != 0x7f;
    let end = media + bytes[media..].iter().take_while(|b| printable(b)).count();
    // The two bytes before a text are its length: the start is where they fit, going back from the folder's name.
    for start in (media.saturating_sub(200)..=media).rev() {
        if !bytes[start..media].iter().all(printable) {
            break;
        }
        let length = start.checked_sub(2).map(|at| usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]])));
        if let Some(length) = length.filter(|length| start + length > media && start + length <= end) {
            return std::str::from_utf8(&bytes[start..start + length]).ok().map(Text::from);
        }
    }
    std::str::from_utf8(&bytes[media..end]).ok().map(Text::from)
}

#[cfg(test)]
mod tests {
    use super::path_in;

    #[test]
    fn paths_are_found_by_their_length() {
        let path = "/storage/emulated/0/WhatsApp/Media/WhatsApp Images/IMG-20170101-WA0001.jpg";
        let mut object = b"\xac\xed\x00\x05sr\x00\x09MediaData".to_vec();
        object.extend_from_slice(b"t\x00");
        object.push(path.len() as u8);
        object.extend_from_slice(path.as_bytes());
        object.extend_from_slice(b"xp\x00");
        assert_eq!(path_in(&object).as_deref(), Some(path));
        assert_eq!(path_in(b"\x01Media/a.jpg\x00").as_deref(), Some("Media/a.jpg"));
        assert_eq!(path_in(b"nothing"), None);
    }
}
