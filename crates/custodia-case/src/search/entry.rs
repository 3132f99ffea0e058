//! An entry of the index, and the bytes it is kept as.

use std::cmp::Ordering;

/// Longest text of an entry that is kept and found, in bytes. Nobody writes a longer message by hand.
pub const LONGEST_TEXT: usize = 1 << 20;

/// A text that can be found, with what it can be filtered by. Texts are borrowed on the way in (`&str`) and owned on
/// the way out (`String`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry<T> {
    /// What the text is, by the words of the view `search_texts`: `message`, `name`, `recovered` …
    pub entry_kind: T,
    /// The text itself, as it is stored. Beyond [`LONGEST_TEXT`] it is cut.
    pub text: T,
    /// Address of the chat it stands in.
    pub chat: Option<T>,
    /// Address of the account that wrote or bears it.
    pub account: Option<T>,
    /// Country of that account.
    pub country: Option<T>,
    /// Kind of the message, where it is one.
    pub message_kind: Option<T>,
    /// When it was written, in milliseconds since 1970.
    pub at: Option<i64>,
    /// Labels of the devices that have it, separated by blanks.
    pub devices: T,
    /// Key of the message, where it is one.
    pub key: Option<T>,
    /// The way back to its byte.
    pub origin: T,
}

impl Entry<String> {
    /// The same entry with texts that are borrowed.
    pub fn borrowed(&self) -> Entry<&str> {
        Entry {
            entry_kind: &self.entry_kind,
            text: &self.text,
            chat: self.chat.as_deref(),
            account: self.account.as_deref(),
            country: self.country.as_deref(),
            message_kind: self.message_kind.as_deref(),
            at: self.at,
            devices: &self.devices,
            key: self.key.as_deref(),
            origin: &self.origin,
        }
    }
}

impl<'a> Entry<&'a str> {
    /// The same entry with texts of its own.
    pub fn owned(&self) -> Entry<String> {
        let own = |text: Option<&str>| text.map(str::to_owned);
        Entry {
            entry_kind: self.entry_kind.to_owned(),
            text: self.text.to_owned(),
            chat: own(self.chat),
            account: own(self.account),
            country: own(self.country),
            message_kind: own(self.message_kind),
            at: self.at,
            devices: self.devices.to_owned(),
            key: own(self.key),
            origin: self.origin.to_owned(),
        }
    }

    /// The terms that the entry can be filtered by.
    pub(super) fn filters(&self) -> impl Iterator<Item = (Filter, &'a str)> {
        let one = [
            (Filter::Kind, Some(self.entry_kind)),
            (Filter::Chat, self.chat),
            (Filter::Account, self.account),
            (Filter::Country, self.country),
            (Filter::MessageKind, self.message_kind),
        ];
        let one = one.into_iter().filter_map(|(filter, value)| Some((filter, value?)));
        one.chain(self.devices.split_whitespace().map(|device| (Filter::Device, device)))
    }

    /// Adds the bytes of an entry but for its text, which is kept elsewhere; whether something had to be cut is the
    /// answer.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) -> bool {
        let mut cut = false;
        let mut put = |text: Option<&str>| {
            let Some(text) = text else { return bytes.push(0) };
            let kept = shorten(text);
            cut |= kept.len() < text.len();
            put_number(bytes, kept.len() + 1);
            bytes.extend_from_slice(kept.as_bytes());
        };
        // First what entries of one instant are ordered by.
        let texts = [Some(self.origin), Some(self.entry_kind), Some(self.devices)];
        let options = [self.chat, self.account, self.country, self.message_kind, self.key];
        texts.into_iter().chain(options).for_each(&mut put);
        bytes.extend(self.at.iter().flat_map(|at| at.to_le_bytes()));
        cut
    }

    /// Puts together what was written and its text; nothing if it is damaged.
    pub(super) fn read(mut bytes: &'a [u8], text: &'a str) -> Option<Entry<&'a str>> {
        let bytes = &mut bytes;
        let mut next = || take(bytes);
        let [origin, entry_kind, devices] = [next()??, next()??, next()??];
        let [chat, account, country, message_kind, key] = [next()?, next()?, next()?, next()?, next()?];
        let at = if bytes.is_empty() { None } else { Some(i64::from_le_bytes((*bytes).try_into().ok()?)) };
        Some(Entry { entry_kind, text, chat, account, country, message_kind, at, devices, key, origin })
    }
}

/// A text as it is kept.
pub(super) fn shorten(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_TEXT)]
}

/// What an entry can be filtered by; the letter stands before the value in the index.
#[derive(Clone, Copy, Debug)]
pub(super) enum Filter {
    /// The kind of the entry.
    Kind = b'k' as isize,
    /// The chat.
    Chat = b'c' as isize,
    /// The account.
    Account = b'a' as isize,
    /// The country.
    Country = b'n' as isize,
    /// The kind of the message.
    MessageKind = b'm' as isize,
    /// One of the devices.
    Device = b'd' as isize,
}

impl Filter {
    /// The term of a value. A value longer than any address is cut: longer terms would be left out of the index.
    pub fn term(self, value: &str) -> String {
        let mut term = String::with_capacity(value.len() + 1);
        term.push(char::from(self as u8));
        term.push_str(&value[..value.floor_char_boundary(1 << 12)]);
        term
    }
}

/// What entries are ordered by.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The time.
    pub at: Option<i64>,
    /// The bytes.
    pub bytes: &'a [u8],
    /// The text.
    pub text: &'a [u8],
}

impl Place<'_> {
    /// The order in which entries are shown: newest first, those without time last, then by origin.
    pub fn order(&self, other: &Place) -> Ordering {
        other.at.cmp(&self.at).then_with(|| self.same_time(other))
    }

    /// The order of entries of one time.
    pub fn same_time(&self, other: &Place) -> Ordering {
        let origin = |mut bytes| raw(&mut bytes);
        origin(self.bytes)
            .cmp(&origin(other.bytes))
            .then_with(|| (self.bytes, self.text).cmp(&(other.bytes, other.text)))
    }
}

/// Adds a number, seven bits a byte.
fn put_number(bytes: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Takes the bytes of a text from the front: outer nothing is damage, inner nothing a text that is missing.
fn raw<'a>(bytes: &mut &'a [u8]) -> Option<Option<&'a [u8]>> {
    let mut number = 0_usize;
    for shift in [0, 7, 14, 21] {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= usize::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            let Some(length) = number.checked_sub(1) else { return Some(None) };
            let (text, rest) = bytes.split_at_checked(length)?;
            *bytes = rest;
            return Some(Some(text));
        }
    }
    None
}

/// Takes a text from the front.
fn take<'a>(bytes: &mut &'a [u8]) -> Option<Option<&'a str>> {
    raw(bytes)?.map(|text| std::str::from_utf8(text).ok()).map_or(Some(None), |text| text.map(Some))
}
