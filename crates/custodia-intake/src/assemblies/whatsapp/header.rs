//! What stands before the ciphertext of a backup. Source of both layouts: `wa-crypt-tools` of ElDavoo (`lib/`, `proto/`).

use super::gcm::BLOCK;

/// Bytes of the header of crypt12.
const OLD: usize = 67;
/// Cipher version that crypt12 and the key file name.
const VERSION: [u8; 2] = [0, 1];

/// What a header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) nonce: [u8; BLOCK],
    /// Where the ciphertext begins.
    pub(super) data: u64,
    /// Which key is needed, if the header says it.
    pub(super) key: Needs,
    /// Salts by which the backup names a `key` file.
    pub(super) salt: Option<[u8; 32]>,
    pub(super) account: Option<[u8; 16]>,
    /// Version of the key: 1, 2 or 3.
    pub(super) version: Option<u8>,
    /// The last two digits of the account's number, where the header holds them; crypt12 has them at its end.
    pub(super) digits: Option<[u8; 2]>,
}

/// Two digits, as text.
fn digits(bytes: &[u8]) -> Option<[u8; 2]> {
    <[u8; 2]>::try_from(bytes).ok().filter(|two| two.iter().all(u8::is_ascii_digit))
}

/// The digits at the end of crypt12: `--` and the two.
pub(super) fn digits_at_end(last: [u8; 4]) -> Option<[u8; 2]> {
    last.strip_prefix(b"--").and_then(digits)
}

/// Which key a backup needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// The `key` file: `key_type` 0, and all of crypt12.
    Device,
    /// The root key: `key_type` 1.
    Root,
    /// The header does not say.
    Unknown,
}

/// The header of crypt14 and crypt15: a length, then a message `BackupPrefix`.
pub(super) fn prefixed(head: &[u8]) -> Option<Header> {
    // Bytes 0 and 1 are described as a length and a flag `01`; where both stand, they are also the length as a varint. Both
    // readings are tried, and the message must fill the length exactly.
    let first = usize::from(*head.first()?);
    let second = *head.get(1)?;
    let varint = if first < 0x80 { (first, 1) } else { ((first & 0x7f) | usize::from(second & 0x7f) << 7, 2) };
    let flagged = (second == 1).then_some((first, 2));
    [Some(varint), flagged, Some((first, 1))].into_iter().flatten().find_map(|(length, at): (usize, usize)| {
        let message = head.get(at..at.checked_add(length)?)?;
        let mut header = prefix(message)?;
        header.data = (at + length) as u64;
        Some(header)
    })
}

fn prefix(message: &[u8]) -> Option<Header> {
    let (mut kind, mut old, mut new, mut info) = (None, None, None, None);
    for field in Fields(message) {
        match field? {
            (1, Value::Number(number)) => kind = Some(number),
            (2, Value::Bytes(bytes)) => old = Some(bytes),
            (3, Value::Bytes(bytes)) => new = Some(bytes),
            (4, Value::Bytes(bytes)) => info = Some(bytes),
            _ => {}
        }
    }
    let key = match kind {
        Some(0) => Needs::Device,
        Some(1) => Needs::Root,
        // A field of value 0 need not be written.
        None if old.is_some() => Needs::Device,
        _ => Needs::Unknown,
    };
    let mut header = Header { nonce: [0; BLOCK], data: 0, key, salt: None, account: None, version: None, digits: None };
    // What it says of the account is no part of what opens it: damage there is no reason to refuse the header.
    for field in Fields(info.unwrap_or_default()) {
        if let Some((3, Value::Bytes(bytes))) = field {
            header.digits = digits(bytes);
        }
    }
    let mut nonce = None;
    for field in Fields(old.unwrap_or_default()) {
        match field? {
            (2, Value::Bytes([version])) => header.version = Some(version.wrapping_sub(b'0')),
            (3, Value::Bytes(bytes)) => header.salt = bytes.try_into().ok(),
            (4, Value::Bytes(bytes)) => header.account = bytes.try_into().ok(),
            (5, Value::Bytes(bytes)) => nonce = bytes.try_into().ok(),
            _ => {}
        }
    }
    for field in Fields(new.unwrap_or_default()) {
        if let (1, Value::Bytes(bytes)) = field? {
            let found = bytes.try_into().ok();
            nonce = if key == Needs::Root { found.or(nonce) } else { nonce.or(found) };
        }
    }
    header.nonce = nonce?;
    Some(header)
}

/// Whether a file may begin with the header of crypt12.
pub(super) fn maybe_old(head: &[u8]) -> bool {
    head.starts_with(&VERSION) && matches!(head.get(2), Some(1..=3)) && head.len() > OLD
}

/// The header of crypt12, which has no marks but its two first bytes.
pub(super) fn old(head: &[u8]) -> Option<Header> {
    if !head.starts_with(&VERSION) || head.len() <= OLD {
        return None;
    }
    Some(Header {
        nonce: head.get(51..OLD)?.try_into().ok()?,
        data: OLD as u64,
        key: Needs::Device,
        salt: head.get(3..35)?.try_into().ok(),
        account: head.get(35..51)?.try_into().ok(),
        version: head.get(2).copied(),
        digits: None,
    })
}

/// Fields of a protocol buffer message; `None` ends those of a message that is none.
struct Fields<'a>(&'a [u8]);

enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Other,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Option<(u64, Value<'a>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'a> Fields<'a> {
    fn field(&mut self) -> Option<(u64, Value<'a>)> {
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.take(8).map(|_| Value::Other)?,
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Value::Other)?,
            _ => return None,
        };
        (tag >> 3 != 0).then_some((tag >> 3, value))
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}
