//! Files and places that messages name: `ZWAMEDIAITEM`.

use custodia_model::Text;
use custodia_model::tables::{Attachment, Place as PlaceRow};

use super::super::whatsapp::cell;
use super::super::whatsapp::digest::digest;
use super::super::whatsapp::out::Place;
use super::super::whatsapp::side::Held;
use super::codes;
use super::container;
use super::schema::ZWAMEDIAITEM as column;
use super::storage::Reading;

/// Whether a media row of a message of this type is about a file. Texts have such a row too, for what they quote.
pub fn is_file(code: i64, row: &Held) -> bool {
    let filled = |column| cell::text(row.get(column)).is_some_and(|text| !text.is_empty());
    match code {
        _ if codes::FILES.contains(&code) => true,
        // The picture of a preview or map is none that somebody sent.
        0 | 7 | codes::CONTACT | codes::LOCATION => false,
        _ => filled(column::ZMEDIALOCALPATH) || filled(column::ZMEDIAURL),
    }
}

/// Puts an attachment. `message` holds what its message says; `text` is the caption where the media row has none.
pub fn put(reading: &mut Reading<'_>, place: &Place, code: i64, message: Attachment, row: &Held, text: Option<&Text>) {
    // Rows of other types hold other things where files have digest and media type.
    let file = codes::FILES.contains(&code);
    let hash = if file { digest(&mut reading.out, place, "ZVCARDNAME", row.get(column::ZVCARDNAME)) } else { None };
    let stored_path = cell::filled(row.get(column::ZMEDIALOCALPATH));
    let nothing_stored = !file || cell::text(row.get(column::ZVCARDNAME)).is_none_or(|hash| hash.is_empty());
    // 0 is "not known".
    let known = |number: Option<i64>| number.filter(|&number| number > 0);
    let size = known(cell::int(row.get(column::ZFILESIZE)));
    let at = |path: &str| container::file(reading.evidence, &reading.path, path);
    let (present, by) = match (&hash, &stored_path) {
        (Some((sha256, _)), path) => {
            let same =
                path.as_deref().and_then(at).filter(|item| item.digests.is_some_and(|all| all.sha256 == *sha256));
            (same.or_else(|| reading.evidence.with_sha256(sha256)), "hash")
        }
        (None, Some(path)) => match at(path) {
            Some(item) => (Some(item), "path"),
            // Of a digest that cannot be read, only the file at the path itself may be the one.
            None if nothing_stored => (reading.evidence.with_name_and_size(path, size.unwrap_or(0)), "name and size"),
            None => (None, ""),
        },
        _ => (None, ""),
    };
    let attachment = Attachment {
        sha256: hash.map(|(_, hex)| hex),
        stored_path,
        mime: if file { cell::filled(row.get(column::ZVCARDSTRING)) } else { None },
        stored_size: size,
        caption: cell::filled(row.get(column::ZTITLE)).or_else(|| text.cloned()),
        duration: known(cell::real(row.get(column::ZMOVIEDURATION)).map(|seconds| seconds as i64)),
        present: present.is_some(),
        present_path: present.map(|item| item.path.clone()),
        present_by: present.map(|_| by.into()),
        ..message
    };
    reading.out.put(place, attachment);
}

/// Puts the place of a message; `row_of` says which message. Its address stands where files have their digest.
pub fn put_place(reading: &mut Reading<'_>, place: &Place, row_of: PlaceRow, row: &Held) {
    let row = PlaceRow {
        latitude: cell::real(row.get(column::ZLATITUDE)),
        longitude: cell::real(row.get(column::ZLONGITUDE)),
        place_name: cell::filled(row.get(column::ZTITLE)),
        place_address: cell::filled(row.get(column::ZVCARDNAME)),
        ..row_of
    };
    reading.out.put(place, row);
}
