//! Traces: leads in the texts of a database as rows, each once for the place it stands at.
//!
//! `message_text` holds the preview of the first link of a text: for an invite link its title is the name of the group as
//! the sender's app found it.

use std::collections::HashSet;

use custodia_model::tables::Trace;
use custodia_model::{Text, Time};

use super::cell;
use super::messages::Parts;
use super::out::{Out, Place};
use super::reading::Reading;
use super::schema::{message_group_invite, message_text};
use super::side::Held;
use super::sides::Sides;
use crate::parsers::leads::{Kind, Lead, leads};

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
}

impl Holder<'_> {
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

/// Puts one lead of a text.
#[cold]
pub fn put(out: &mut Out<'_>, holder: &Holder<'_>, place: &Place, text: &str, lead: Lead, group_name: Option<Text>) {
    let as_written = text.get(lead.range).unwrap_or_default().into();
    let trace = Trace { group_name, ..holder.trace(lead.kind.as_str(), lead.value.into(), as_written) };
    out.put(place, trace);
}

/// Puts the traces of a message's own text, of the preview of its link, and of an invitation that is sent as a message.
#[inline]
pub fn of_message(
    reading: &mut Reading<'_>,
    sides: &mut Sides<'_>,
    parts: &Parts,
    place: &Place,
    holder: &Holder<'_>,
    text: &str,
) {
    match sides.preview.at(place.row) {
        Some(row) => with_preview(&mut reading.out, parts, place, holder, text, row),
        None => tell(&mut reading.out, holder, text, || place.clone()),
    }
    if let Some(row) = sides.invite.at(place.row) {
        invitation(reading, parts, holder, row);
    }
}

fn with_preview(out: &mut Out<'_>, parts: &Parts, place: &Place, holder: &Holder<'_>, text: &str, row: &Held) {
    let url = cell::text(row.get(message_text::url)).unwrap_or_default();
    let title = || cell::filled(row.get(message_text::page_title));
    let of_url: Vec<Lead> = leads(&url);
    let mut told = HashSet::new();
    let mut links = 0;
    for lead in leads(text) {
        links += usize::from(lead.kind.is_link());
        let first = || {
            let before = text.get(..lead.range.start).unwrap_or_default();
            links == 1 && !before.contains("://") && !before.contains("www.")
        };
        let shown = if url.is_empty() { first() } else { of_url.first().is_some_and(|shown| same(shown, &lead)) };
        let name = if shown && lead.kind == Kind::InviteLink { title() } else { None };
        told.insert((lead.kind, lead.value.clone()));
        put(out, holder, place, text, lead, name);
    }
    let description = cell::text(row.get(message_text::description)).unwrap_or_default();
    let of_description = leads(&description).into_iter().map(|lead| (&*description, lead, None));
    let of_url = of_url.into_iter().map(|lead| {
        let name = if lead.kind == Kind::InviteLink { title() } else { None };
        (&*url, lead, name)
    });
    for (other, lead, name) in of_url.chain(of_description) {
        if told.insert((lead.kind, lead.value.clone())) {
            put(out, holder, &row.place(&parts.preview), other, lead, name);
        }
    }
}

fn same(one: &Lead, two: &Lead) -> bool {
    one.kind == two.kind && one.value == two.value
}

/// A row of `message_group_invite`. Its code is the value; without one the group it names is.
fn invitation(reading: &mut Reading<'_>, parts: &Parts, holder: &Holder<'_>, row: &Held) {
    use message_group_invite as column;
    let place = row.place(&parts.invite);
    let names_group = reading.jid(&place, cell::reference(row.get(column::group_jid_row_id)));
    let code = cell::filled(row.get(column::invite_code));
    let Some(value) = code.or_else(|| names_group.clone()) else { return };
    let group_name = cell::filled(row.get(column::group_name));
    let trace = holder.trace("group invite", value.clone(), value);
    reading.out.put(&place, Trace { names_group, group_name, ..trace });
}
