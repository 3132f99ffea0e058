//! Files that messages name: hashes as stored, and whether the evidence holds the file.

use std::cell::OnceCell;
use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use custodia_model::Text;
use custodia_model::tables::Attachment;

use crate::evidence::{Evidence, Item};

/// Finds files of the evidence by content, and by the path that a message stores.
pub struct MediaIndex<'a> {
    evidence: &'a Evidence,
    /// Items below a messenger's media folder, by their path from `Media/` on.
    by_tail: OnceCell<HashMap<&'a str, &'a Item>>,
}

impl<'a> MediaIndex<'a> {
    /// Over all files of the exhibit; the index by path is made at its first use.
    pub fn new(evidence: &'a Evidence) -> MediaIndex<'a> {
        MediaIndex { evidence, by_tail: OnceCell::new() }
    }

    fn by_path(&self, stored: &str) -> Option<&'a Item> {
        let tails = self.by_tail.get_or_init(|| {
            let mut tails = HashMap::new();
            for item in self.evidence.items() {
                if let Some(tail) = tail(&item.path) {
                    tails.entry(tail).or_insert(item);
                }
            }
            tails
        });
        tails.get(tail(stored)?).copied()
    }

    /// Says whether the file is there: by hash when one is stored, by path otherwise.
    pub fn locate(&self, attachment: &mut Attachment, hash: Option<[u8; 32]>) {
        let (item, by) = match (hash, attachment.stored_path.as_deref()) {
            (Some(hash), path) => {
                // Of several copies the one at the stored path is named.
                let at_path = path.and_then(|path| self.by_path(path));
                let at_path = at_path.filter(|item| item.digests.is_some_and(|digests| digests.sha256 == hash));
                (at_path.or_else(|| self.evidence.with_sha256(&hash)), "hash")
            }
            (None, Some(path)) => (self.by_path(path), "path"),
            (None, None) => (None, ""),
        };
        attachment.present = item.is_some();
        attachment.present_path = item.map(|item| item.path.clone());
        attachment.present_by = item.map(|_| by.into());
    }
}

/// The part of a path from its last messenger folder's `Media/` on: the same in the database and on every kind of storage.
fn tail(path: &str) -> Option<&str> {
    if path.starts_with("Media/") {
        return Some(path);
    }
    path.rfind("/Media/").map(|at| &path[at + 1..])
}

/// A SHA-256 stored as base64, as messengers write it: its bytes, or what was found instead.
pub fn stored_hash(text: &str) -> Result<[u8; 32], String> {
    let bytes = STANDARD.decode(text.trim()).map_err(|why| why.to_string())?;
    let size = bytes.len();
    bytes.try_into().map_err(|_| format!("{size} bytes"))
}

/// A hash in lower-case hex.
pub fn hash_text(hash: &[u8; 32]) -> Text {
    let mut hex = [0; 64];
    // The buffer is twice the hash: this cannot fail.
    let _ = hex::encode_to_slice(hash, &mut hex);
    std::str::from_utf8(&hex).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_meet_at_the_media_folder() {
        let cases = [
            ("Media/WhatsApp Images/IMG-1.jpg", Some("Media/WhatsApp Images/IMG-1.jpg")),
            ("/storage/emulated/0/WhatsApp/Media/WhatsApp Images/IMG-1.jpg", Some("Media/WhatsApp Images/IMG-1.jpg")),
            ("/phone.zip/data/media/0/Android/media/com.whatsapp/WhatsApp/Media/WhatsApp Images/IMG-1.jpg", Some("Media/WhatsApp Images/IMG-1.jpg")),
            ("/data/media/0/DCIM/1.jpg", None),
        ];
        for (path, wanted) in cases {
            assert_eq!(tail(path), wanted, "{path}");
        }
    }

    #[test]
    fn hashes_are_base64_of_32_bytes() {
        assert_eq!(stored_hash("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=").map(|hash| hash[0]), Ok(0xe3));
        assert!(stored_hash("47DEQpj8").is_err());
        assert!(stored_hash("not base64!").is_err());
    }
}
