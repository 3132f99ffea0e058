//! Key files of WhatsApp backups on Android, known by their content. Layout and derivation: `wa-crypt-tools` of ElDavoo,
//! checked there against backups that it decrypts.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Java's serialization of a `byte[]`, up to its length (Java Object Serialization Specification, section 6).
const JAVA_BYTES: [u8; 23] = [
    0xac, 0xed, 0x00, 0x05, 0x75, 0x72, 0x00, 0x02, 0x5b, 0x42, 0xac, 0xf3, 0x17, 0xf8, 0x06, 0x08, 0x54, 0xe0, 0x02,
    0x00, 0x00, 0x78, 0x70,
];

/// Bytes of the file `key`: a `byte[131]`.
const DEVICE: usize = 158;
/// Bytes of the file `encrypted_backup.key`: a `byte[32]`.
const ROOT: usize = 59;
/// A text of 64 digits is not longer than this, blanks and line ends included.
const TEXT: usize = 512;

/// A key as it stands in a key file.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    pub(crate) kind: Kind,
    /// The AES key of a `key` file, the root key otherwise.
    pub(crate) secret: [u8; 32],
}

/// What kind of file a key came from.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `key`: the key that the service keeps, for crypt12 and crypt14, with the marks by which a backup names it.
    Device {
        /// Version of the key: 1, 2 or 3.
        version: u8,
        /// Salt of the server.
        salt: [u8; 32],
        /// Salt of the account.
        account: [u8; 16],
    },
    /// `encrypted_backup.key`: the root key of end-to-end encrypted backups.
    Root,
    /// 64 hex digits: a root key as a person wrote it down, or any AES key.
    Digits,
}

/// A content that is no key.
#[derive(Debug, thiserror::Error)]
#[error(
    "expected a file `key` of 158 bytes, an `encrypted_backup.key` of 59 bytes, or a text of 64 hex digits; found {0} bytes that are none of them"
)]
pub struct KeyError(usize);

impl Key {
    /// Reads the content of a key file.
    pub fn read(content: &[u8]) -> Result<Key, KeyError> {
        Key::of(content).ok_or(KeyError(content.len()))
    }

    fn of(content: &[u8]) -> Option<Key> {
        let array = |at: usize| content.get(at..at + 32).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let java = content.starts_with(&JAVA_BYTES);
        let length = content.get(23..27);
        if java && content.len() == DEVICE && length == Some(&[0, 0, 0, 131]) && content.get(27..29) == Some(&[0, 1]) {
            let (version, account) = (*content.get(29)?, content.get(62..78)?.try_into().ok()?);
            return Some(Key { kind: Kind::Device { version, salt: array(30)?, account }, secret: array(126)? });
        }
        if java && content.len() == ROOT && length == Some(&[0, 0, 0, 32]) {
            return Some(Key { kind: Kind::Root, secret: array(27)? });
        }
        Some(Key { kind: Kind::Digits, secret: digits(content)? })
    }

    /// Whether a content that begins with these bytes may be a key: only then is it kept.
    pub(crate) fn may_be(head: &[u8]) -> bool {
        Key::of(head).is_some()
    }

    /// Whether the content can be nothing but a key. 64 hex digits may be any SHA-256.
    pub(crate) fn sure(&self) -> bool {
        self.kind != Kind::Digits
    }

    /// The AES keys that may come of it, the usual one first.
    pub(crate) fn ciphers(&self) -> Vec<[u8; 32]> {
        match self.kind {
            Kind::Device { .. } => vec![self.secret],
            Kind::Root => vec![derive(&self.secret, b"backup encryption")],
            Kind::Digits => vec![derive(&self.secret, b"backup encryption"), self.secret],
        }
    }

    /// What to call such a key in a sentence.
    pub(crate) fn name(&self) -> &'static str {
        match self.kind {
            Kind::Device { .. } => "a file `key`",
            Kind::Root => "an `encrypted_backup.key`",
            Kind::Digits => "a key of 64 hex digits",
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// 64 hex digits and nothing else but what people put between groups of them.
fn digits(content: &[u8]) -> Option<[u8; 32]> {
    if !(64..=TEXT).contains(&content.len()) {
        return None;
    }
    let text = str::from_utf8(content).ok()?;
    let text = text.trim_start_matches('\u{feff}');
    let mut digits = String::with_capacity(64);
    for character in text.chars() {
        match character {
            _ if character.is_whitespace() => {}
            '-' | '_' | ':' | '.' | ',' | '\u{2010}'..='\u{2015}' => {}
            _ if character.is_ascii_hexdigit() && digits.len() < 64 => digits.push(character),
            _ => return None,
        }
    }
    hex::decode(digits).ok()?.try_into().ok()
}

/// HKDF-SHA256 with a salt of zeros, one block (RFC 5869).
pub(crate) fn derive(root: &[u8; 32], purpose: &[u8]) -> [u8; 32] {
    hmac(&hmac(&[0; 32], &[root]), &[purpose, &[1]])
}

fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of any length: the error cannot be.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of `wa-crypt-tools` for the root key 00 01 … 1f.
    #[test]
    fn keys_are_derived_as_the_application_does() {
        let root: [u8; 32] = std::array::from_fn(|at| at as u8);
        for (purpose, expected) in [
            ("backup encryption", "4e54c0777a7214dfdf0af5b6e153acfa2fbdac603fea6fd1630b824e5c29eef5"),
            ("metadata encryption", "e8fd41d99d77b297095ffc88fbb7b0d1a95bcaa8adf9f5e6da8b7b4589cd81ba"),
            ("metadata authentication", "e211b69af22fd31729e35e3bf17be7168a18dfcc78ad9f2bfa692e0fa847f8aa"),
        ] {
            assert_eq!(hex::encode(derive(&root, purpose.as_bytes())), expected, "{purpose}");
        }
    }

    #[test]
    fn keys_are_known_by_content_and_never_shown() {
        let mut root = JAVA_BYTES.to_vec();
        root.extend([0, 0, 0, 32]);
        root.extend([0x5a; 32]);
        let key = Key::read(&root).unwrap();
        assert_eq!((key.kind == Kind::Root, key.secret), (true, [0x5a; 32]));
        assert_eq!(format!("{key:?}"), "an `encrypted_backup.key`");
        root.push(0);
        assert!(Key::read(&root).is_err());

        let written = "5a5a 5a5a-5a5a 5a5a\n".repeat(4);
        assert_eq!(Key::read(written.as_bytes()).unwrap().secret, [0x5a; 32]);
        for no_key in ["", "5a5a", &"5a".repeat(33), &"zz".repeat(32), &"5a".repeat(31)] {
            let why = Key::read(no_key.as_bytes()).unwrap_err().to_string();
            assert!(!why.contains("5a5a"), "{why}");
        }
    }
}
