//! Traces: leads in the texts of a database as rows, each once for the place it stands at.
//!
//! `message_text` holds the preview of the first link of a text: for an invite link its title is the name of the group as
//! the sender's app found it.

use std::collections::HashSet;

use custodia_model::tables::Trace;

use super::super::whatsapp::cell;
use super::super::whatsapp::out::{Out, Place};
use super::super::whatsapp::side::Held;
use super::super::whatsapp::traces::put;
pub use super::super::whatsapp::traces::{Holder, accounts_of_card, tell, tell_card};
use super::messages::Parts;
use super::reading::Reading;
use super::schema::{message_group_invite, message_quoted_group_invite, message_text};
use super::sides::Sides;
use crate::parsers::leads::{Kind, Lead, leads};

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
        use message_group_invite as column;
        let place = row.place(&parts.invite);
        let columns = [column::group_jid_row_id, column::group_name, column::invite_code];
        invitation(reading, &place, holder, row, columns);
    }
    if let Some(row) = sides.quoted_invite.at(place.row) {
        use message_quoted_group_invite as column;
        let place = row.place(&parts.quoted_invite);
        let columns = [column::group_jid_row_id, column::group_name, column::invite_code];
        invitation(reading, &place, &holder.of_quote(), row, columns);
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
    let written_title = cell::text(row.get(message_text::page_title)).unwrap_or_default();
    let of_title = leads(&written_title).into_iter().map(|lead| (&*written_title, lead, None));
    let of_url = of_url.into_iter().map(|lead| {
        let name = if lead.kind == Kind::InviteLink { title() } else { None };
        (&*url, lead, name)
    });
    for (other, lead, name) in of_url.chain(of_description).chain(of_title) {
        if told.insert((lead.kind, lead.value.clone())) {
            put(out, holder, &row.place(&parts.preview), other, lead, name);
        }
    }
}

fn same(one: &Lead, two: &Lead) -> bool {
    one.kind == two.kind && one.value == two.value
}

/// An invitation, sent or quoted, by the columns of its group, the group's name and its code. The code is the value; without one
/// the group it names is.
fn invitation(
    reading: &mut Reading<'_>,
    place: &Place,
    holder: &Holder<'_>,
    row: &Held,
    [group, group_name, code]: [usize; 3],
) {
    let names_group = reading.jid(place, cell::reference(row.get(group)));
    if let Some(name) = cell::text(row.get(group_name)) {
        tell(&mut reading.out, holder, &name, || place.clone());
    }
    let code = cell::filled(row.get(code));
    let Some(value) = code.or_else(|| names_group.clone()) else { return };
    let group_name = cell::filled(row.get(group_name));
    let trace = holder.trace("group invite", value.clone(), value);
    reading.out.put(place, Trace { names_group, group_name, ..trace });
}
