//! Traces in any text and in any bytes: addresses of onion services, links, numbers, e-mail addresses, wallets, addresses of
//! WhatsApp groups and accounts.
//!
//! A general expression over every byte is slow. So a few rare bytes are looked for by SIMD ([`anchors`]), and a small
//! verifier looks around each: [`whatsapp`], [`onion`], [`web`], [`phone`]. Wallets have no rare byte; they are long runs of
//! letters and digits, found by looking at one byte in twenty-six ([`runs`]), and proved by their checksums ([`wallet`]).
//! [`Scanner`] does that for bytes as they come, in one pass for ASCII and UTF-16LE; [`of_text`] for one text.
//!
//! What is found is what is written. That an address exists, or whose it is, does not follow from it.

use std::ops::Range;

pub mod anchors;
mod byte_set;
pub mod encoded;
pub mod onion;
pub mod phone;
mod runs;
mod stream;
#[cfg(test)]
mod tests;
pub mod wallet;
pub mod web;
pub mod whatsapp;

pub use anchors::{of_known, of_text};
pub use byte_set::ByteSet;
pub use stream::{Found, Scanner, Written, content_is_scanned};

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A link that invites to a group or community.
    InviteLink,
    /// A link that opens a chat with a number.
    ChatLink,
    /// A link to a channel.
    ChannelLink,
    /// A link to a call.
    CallLink,
    /// A short link of a business.
    BusinessLink,
    /// The address of a group.
    GroupAddress,
    /// The address of an account.
    Account,
    /// The name of an onion service of version 3, its checksum proved.
    Onion,
    /// The name of an onion service of version 2, which has no checksum.
    OnionV2,
    /// An address of the web.
    Url,
    /// An e-mail address.
    EMail,
    /// A number in international form.
    Phone,
    /// An address that cryptocurrency can be sent to.
    Wallet,
}

impl Kind {
    /// Every kind.
    pub const ALL: &[Kind] = &[
        Kind::InviteLink,
        Kind::ChatLink,
        Kind::ChannelLink,
        Kind::CallLink,
        Kind::BusinessLink,
        Kind::GroupAddress,
        Kind::Account,
        Kind::Onion,
        Kind::OnionV2,
        Kind::Url,
        Kind::EMail,
        Kind::Phone,
        Kind::Wallet,
    ];

    /// The word of the column `trace_kind`.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::InviteLink => "invite link",
            Kind::ChatLink => "chat link",
            Kind::ChannelLink => "channel link",
            Kind::CallLink => "call link",
            Kind::BusinessLink => "business link",
            Kind::GroupAddress => "group address",
            Kind::Account => "account",
            Kind::Onion => "onion address",
            Kind::OnionV2 => "onion address v2",
            Kind::Url => "url",
            Kind::EMail => "e-mail",
            Kind::Phone => "phone number",
            Kind::Wallet => "wallet",
        }
    }

    /// Whether it is a link that an app may show a preview of.
    pub fn is_link(self) -> bool {
        !matches!(self, Kind::GroupAddress | Kind::Account | Kind::EMail | Kind::Phone | Kind::Wallet)
    }
}

/// A trace and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// What it is.
    pub kind: Kind,
    /// Its normal form: a code, an address, a number with its plus sign, a name in lower case.
    pub value: String,
    /// Where it is written, in bytes of what was looked at. What stands there is ASCII.
    pub range: Range<usize>,
}

/// ByteSet that are ASCII, as text.
fn ascii(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// How many of the last bytes, at most `most`, are of one kind.
fn run_back(before: &[u8], most: usize, of_kind: impl Fn(u8) -> bool) -> usize {
    before.iter().rev().take(most).take_while(|&&byte| of_kind(byte)).count()
}

/// How many of the first bytes, at most `most`, are of one kind.
fn run(bytes: &[u8], most: usize, of_kind: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take(most).take_while(|&&byte| of_kind(byte)).count()
}

/// Whether bytes end with a word, in any case.
fn ends_with(bytes: &[u8], word: &[u8]) -> bool {
    let from = bytes.len().checked_sub(word.len());
    from.and_then(|from| bytes.get(from..)).is_some_and(|end| end.eq_ignore_ascii_case(word))
}

/// The place behind `word`, when it stands at `at` in any case.
fn skip(bytes: &[u8], at: usize, word: &str) -> Option<usize> {
    let end = at.checked_add(word.len())?;
    bytes.get(at..end)?.eq_ignore_ascii_case(word.as_bytes()).then_some(end)
}
