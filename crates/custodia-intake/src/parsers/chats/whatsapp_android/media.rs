//! Files that messages name: `message_media`, and the media columns of legacy `messages`.

use custodia_model::Text;
use custodia_model::tables::Attachment;

use super::super::whatsapp::cell;
use super::super::whatsapp::digest::digest;
use super::super::whatsapp::out::Place;
use super::super::whatsapp::side::Held;
use super::files::Leads;
use super::reading::Reading;
use super::schema::{message_media as column, message_quoted_media as quoted};
use crate::evidence::Item;
use crate::open::sqlite::Cell;

/// What a row says of a file, as stored.
#[derive(Clone, Copy)]
pub struct Media<'r> {
    /// Base64 SHA-256 of the file.
    pub hash: Cell<'r>,
    /// Base64 SHA-256 of its encrypted form.
    pub encrypted_hash: Cell<'r>,
    /// Base64 SHA-256 before transcoding.
    pub original_hash: Cell<'r>,
    /// Path on the phone.
    pub path: Cell<'r>,
    /// Name of the file.
    pub name: Cell<'r>,
    /// Media type.
    pub mime: Cell<'r>,
    /// Size on the phone.
    pub size: Cell<'r>,
    /// Size as the message announces it.
    pub length: Cell<'r>,
    /// Caption.
    pub caption: Cell<'r>,
    /// Pixels.
    pub width: Cell<'r>,
    /// Pixels.
    pub height: Cell<'r>,
    /// Seconds.
    pub duration: Cell<'r>,
}

impl<'r> Media<'r> {
    /// A row of `message_media`.
    pub fn of(row: &'r Held) -> Media<'r> {
        Media {
            hash: row.get(column::file_hash),
            encrypted_hash: row.get(column::enc_file_hash),
            original_hash: row.get(column::original_file_hash),
            path: row.get(column::file_path),
            name: row.get(column::media_name),
            mime: row.get(column::mime_type),
            size: row.get(column::file_size),
            length: row.get(column::file_length),
            caption: row.get(column::media_caption),
            width: row.get(column::width),
            height: row.get(column::height),
            duration: row.get(column::media_duration),
        }
    }

    /// A row of `message_quoted_media`.
    pub fn of_quote(row: &'r Held) -> Media<'r> {
        Media {
            hash: row.get(quoted::file_hash),
            encrypted_hash: row.get(quoted::enc_file_hash),
            original_hash: Cell::Null,
            path: row.get(quoted::file_path),
            name: row.get(quoted::media_name),
            mime: row.get(quoted::mime_type),
            size: row.get(quoted::file_size),
            length: row.get(quoted::file_length),
            caption: row.get(quoted::media_caption),
            width: row.get(quoted::width),
            height: row.get(quoted::height),
            duration: row.get(quoted::media_duration),
        }
    }

    /// The same, with what another place stores where this one stores nothing.
    pub fn or(self, other: Option<Media<'r>>) -> Media<'r> {
        let Some(other) = other else { return self };
        let first = |one: Cell<'r>, two: Cell<'r>| if one == Cell::Null { two } else { one };
        Media {
            hash: first(self.hash, other.hash),
            encrypted_hash: first(self.encrypted_hash, other.encrypted_hash),
            original_hash: first(self.original_hash, other.original_hash),
            path: first(self.path, other.path),
            name: first(self.name, other.name),
            mime: first(self.mime, other.mime),
            size: first(self.size, other.size),
            length: first(self.length, other.length),
            caption: first(self.caption, other.caption),
            width: first(self.width, other.width),
            height: first(self.height, other.height),
            duration: first(self.duration, other.duration),
        }
    }
}

/// Puts an attachment. `message` holds what its message says; `text` is the caption where the media row has none.
pub fn put(reading: &mut Reading<'_>, place: &Place, message: Attachment, media: Media<'_>, text: Option<&Text>) {
    // 0 is WhatsApp's "not known".
    let known = |cell| cell::int(cell).filter(|&number| number > 0);
    let hash = digest(&mut reading.out, place, "file_hash", media.hash);
    let stored_path = cell::filled(media.path);
    let nothing_stored = cell::text(media.hash).is_none_or(|hash| hash.is_empty());
    // The app gives a name again when its counter begins anew, so what lies at the path now may be the file of another message.
    let of_size = |item: &Item| known(media.size).is_none_or(|size| u64::try_from(size) == Ok(item.size));
    let leads = match (&hash, &stored_path) {
        (None, Some(path)) => reading.files.at(path),
        _ => Leads::Nowhere,
    };
    let leads = match leads {
        Leads::To(item) if nothing_stored && !of_size(item) => {
            other_size(reading, place, item, known(media.size).unwrap_or(0));
            Leads::Nowhere
        }
        leads => leads,
    };
    let (present, by) = match (&hash, &stored_path) {
        (Some((raw, _)), path) => (reading.files.with_sha256(raw, path.as_deref()), "hash"),
        (None, path) => match leads {
            Leads::To(item) => (Some(item), "path"),
            Leads::Unclear(one, other) => {
                unclear(reading, place, path.as_deref().unwrap_or_default(), [one, other]);
                (None, "")
            }
            // Of a digest that cannot be read, only the file at the path itself may be the one.
            Leads::Nowhere if nothing_stored => {
                let name = path.clone().or_else(|| cell::filled(media.name)).unwrap_or_else(|| "".into());
                let size = known(media.size).or(known(media.length)).unwrap_or(0);
                (reading.files.named(&name, size), "name and size")
            }
            Leads::Nowhere => (None, ""),
        },
    };
    let row = Attachment {
        sha256: hash.map(|(_, hex)| hex),
        original_sha256: digest(&mut reading.out, place, "original_file_hash", media.original_hash).map(|(_, hex)| hex),
        encrypted_sha256: digest(&mut reading.out, place, "enc_file_hash", media.encrypted_hash).map(|(_, hex)| hex),
        stored_path,
        file_name: cell::filled(media.name),
        mime: cell::filled(media.mime),
        stored_size: known(media.size).or(known(media.length)),
        caption: cell::filled(media.caption).or_else(|| text.cloned()),
        width: known(media.width),
        height: known(media.height),
        duration: known(media.duration),
        present: present.is_some(),
        present_path: present.map(|item| item.path.clone()),
        present_by: present.map(|_| by.into()),
        ..message
    };
    reading.out.put(place, row);
}

#[cold]
fn other_size(reading: &mut Reading<'_>, place: &Place, item: &Item, size: i64) {
    let says = format!(
        "expected a file of {size} bytes, the size that a message stores, found one of {} at {}: it was not taken for that of the message",
        item.size, item.path
    );
    reading.out.warn_once(place, "file of another size", says);
}

#[cold]
fn unclear(reading: &mut Reading<'_>, place: &Place, stored: &str, [one, other]: [&Item; 2]) {
    let says = format!(
        "expected one file at {stored}, where a message without a readable hash has its file; found {} and {}, which differ: neither is \
         taken for it",
        one.path, other.path
    );
    reading.out.warn_once(place, "file unclear", says);
}
