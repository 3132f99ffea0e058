//! Digests as messengers store them.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use custodia_model::Text;

use super::cell;
use super::out::{Out, Place};
use crate::open::sqlite::Cell;

/// A digest of 32 bytes from its base64, as bytes and as hex.
pub fn digest(out: &mut Out<'_>, place: &Place, column: &str, stored: Cell<'_>) -> Option<([u8; 32], Text)> {
    let text = match stored {
        Cell::Null => return None,
        Cell::Text(text) => Cow::Borrowed(text),
        other => cell::text(other)?,
    };
    if text.is_empty() {
        return None;
    }
    // One byte more than a digest has, so that a longer one is seen to be none.
    let mut raw = [0; 36];
    let decoded = STANDARD.decode_slice(text.trim(), &mut raw);
    if !matches!(decoded, Ok(32)) {
        let found: String = text.chars().take(64).collect();
        let says =
            format!("{column}: expected base64 of a SHA-256 (44 characters), found {found:?}; the hash is left out");
        out.warn_at(place, "bad hash", says);
        return None;
    }
    let sha256: [u8; 32] = raw.first_chunk().copied()?;
    let mut digits = [0; 64];
    hex::encode_to_slice(sha256, &mut digits).ok()?;
    Some((sha256, std::str::from_utf8(&digits).ok()?.into()))
}
