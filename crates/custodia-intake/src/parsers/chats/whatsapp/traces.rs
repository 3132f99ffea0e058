//! Leads in a text as rows, each once for the place it stands at.

use custodia_model::tables::Trace;
use custodia_model::{Text, Time, account};

use super::out::{Out, Place};
use crate::parsers::leads::{Kind, Lead, MOST, leads};
use crate::scan::{self, ByteSet};

/// What holds a text.
#[derive(Clone, Copy, Default)]
pub struct Holder<'m> {
    /// Own account.
    pub owner: Option<&'m Text>,
    /// Chat of the message; none when no message holds the text.
    pub chat: Option<&'m Text>,
    /// Key of the message, of the original where it edits one.
    pub key: Option<&'m Text>,
    /// Whether the message is marked as own.
    pub from_me: bool,
    /// Its sender.
    pub sender: Option<&'m Text>,
    /// Its time by the sender's clock.
    pub sent: Option<Time>,
    /// Whether the text is the copy that the message keeps of one that it quotes.
    pub quotes: bool,
}

impl Holder<'_> {
    /// The same for what the message quotes.
    pub fn of_quote(&self) -> Self {
        Holder { quotes: true, ..*self }
    }

    /// A trace in a text of this holder.
    pub fn trace(&self, kind: &str, value: Text, as_written: Text) -> Trace {
        Trace {
            trace_kind: kind.into(),
            value,
            as_written,
            names_group: None,
            group_name: None,
            owner: self.owner.cloned(),
            in_chat: self.chat.cloned(),
            in_key: self.key.cloned(),
            from_me: self.from_me,
            sender: self.sender.cloned(),
            sent: self.sent,
            in_quote: self.quotes.then_some(true),
        }
    }
}

/// Puts the traces of a text that stands at `place`, which is asked for only when there is one.
#[inline]
pub fn tell(out: &mut Out<'_>, holder: &Holder<'_>, text: &str, place: impl Fn() -> Place) {
    for lead in leads(text) {
        put(out, holder, &place(), text, lead, None);
    }
}

/// As [`tell`], for a text of which it is known which bytes stand in it.
#[inline]
pub fn tell_of(out: &mut Out<'_>, holder: &Holder<'_>, text: &str, bytes: ByteSet, place: impl Fn() -> Place) {
    for lead in scan::of_known(text, bytes) {
        put(out, holder, &place(), text, lead, None);
    }
}

/// As [`tell`], for a text that may be a contact card (vCard): the parameter `waid` of a number is the account that the
/// messenger knows it by.
pub fn tell_card(out: &mut Out<'_>, holder: &Holder<'_>, text: &str, place: impl Fn() -> Place) {
    tell(out, holder, text, &place);
    accounts_of_card(out, holder, text, place);
}

/// Puts the accounts that the numbers of a contact card are known by.
pub fn accounts_of_card(out: &mut Out<'_>, holder: &Holder<'_>, text: &str, place: impl Fn() -> Place) {
    let mut told: Vec<&str> = Vec::new();
    for (at, mark) in text.match_indices("waid=").take(MOST) {
        let rest = text.get(at + mark.len()..).unwrap_or_default();
        let digits = rest.get(..rest.bytes().take_while(u8::is_ascii_digit).count()).unwrap_or_default();
        let account = format!("{digits}@{}", account::PHONE_SERVER);
        if account::phone(&account).is_some() && !told.contains(&digits) {
            told.push(digits);
            out.put(&place(), holder.trace(Kind::Account.as_str(), account.into(), digits.into()));
        }
    }
}

/// Puts one lead of a text.
#[cold]
pub fn put(out: &mut Out<'_>, holder: &Holder<'_>, place: &Place, text: &str, lead: Lead, group_name: Option<Text>) {
    let as_written = text.get(lead.range).unwrap_or_default().into();
    let trace = Trace { group_name, ..holder.trace(lead.kind.as_str(), lead.value.into(), as_written) };
    out.put(place, trace);
}
