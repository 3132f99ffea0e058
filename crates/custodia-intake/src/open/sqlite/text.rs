//! The three text encodings of the format.

use std::borrow::Cow;

/// How a database stores its texts (header, byte 56).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    /// The text of these bytes, and whether something had to be replaced.
    pub fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, bool) {
        let unit = match self {
            Encoding::Utf8 => {
                return match std::str::from_utf8(bytes) {
                    Ok(text) => (Cow::Borrowed(text), false),
                    Err(_) => (String::from_utf8_lossy(bytes), true),
                };
            }
            Encoding::Utf16Le => u16::from_le_bytes,
            Encoding::Utf16Be => u16::from_be_bytes,
        };
        let (pairs, rest) = bytes.as_chunks::<2>();
        let mut text = String::with_capacity(bytes.len() / 2);
        let mut replaced = false;
        for unit in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
            text.push(unit.unwrap_or_else(|_| {
                replaced = true;
                char::REPLACEMENT_CHARACTER
            }));
        }
        if !rest.is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
            replaced = true;
        }
        (Cow::Owned(text), replaced)
    }

    /// The bytes of a text.
    pub fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }

    /// The text of the first bytes of one that goes on: a character that they end within is left out. And whether something
    /// had to be replaced.
    pub fn start(self, bytes: &[u8]) -> (Cow<'_, str>, bool) {
        // No character has more than three bytes before its last one.
        let shorter = |less: usize| bytes.get(..bytes.len().saturating_sub(less)).unwrap_or_default();
        (0..=3)
            .map(|less| self.decode(shorter(less)))
            .find(|(_, replaced)| !replaced)
            .unwrap_or_else(|| self.decode(bytes))
    }
}
