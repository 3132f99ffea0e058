//! Traces: leads in the texts of a message as rows, each once for the place it stands at.
//!
//! `ZWAMESSAGEDATAITEM` holds previews of the links in a text: for an invite link its title is the name of the group as the
//! sender's app found it.

use std::collections::HashSet;

use custodia_model::Text;
use custodia_model::tables::Trace;

use super::super::whatsapp::cell;
use super::super::whatsapp::out::{Out, Place};
use super::super::whatsapp::side::Side;
use super::super::whatsapp::traces::put;
pub use super::super::whatsapp::traces::{Holder, tell, tell_card};
use super::metadata::Invite;
use super::schema::ZWAMESSAGEDATAITEM as column;
use super::storage::Reading;
use crate::parsers::leads::{Kind, leads};

/// Previews that are looked at for one message.
const PREVIEWS: usize = 16;

/// A preview of a link.
struct Preview {
    place: Place,
    /// Texts that may hold a link: the matched one first.
    texts: Vec<Text>,
    title: Option<Text>,
}

/// Puts the traces of a message's own text and of the previews of its links. `named` is the group that an invitation names:
/// its name goes with a link to it.
pub fn of_text(
    out: &mut Out<'_>,
    previews: &mut Side<'_>,
    part: &Text,
    place: &Place,
    holder: &Holder<'_>,
    text: &str,
    named: Option<&str>,
) {
    let previews: Vec<Preview> = (0..PREVIEWS).map_while(|nth| preview(previews, part, place.row, nth)).collect();
    if previews.is_empty() && named.is_none() {
        return tell(out, holder, text, || place.clone());
    }
    let mut told = HashSet::new();
    for lead in leads(text) {
        let of_preview = || previews.iter().find(|preview| preview.shows(&lead.value)).and_then(|it| it.title.clone());
        let name = match lead.kind {
            Kind::InviteLink => named.map(Text::from).or_else(of_preview),
            _ => None,
        };
        told.insert((lead.kind, lead.value.clone()));
        put(out, holder, place, text, lead, name);
    }
    for preview in &previews {
        for other in &preview.texts {
            for lead in leads(other) {
                if told.insert((lead.kind, lead.value.clone())) {
                    let name = preview.title.clone().filter(|_| lead.kind == Kind::InviteLink);
                    put(out, holder, &preview.place, other, lead, name);
                }
            }
        }
    }
}

impl Preview {
    /// Whether it is a preview of what a lead names.
    fn shows(&self, value: &str) -> bool {
        self.texts.iter().any(|text| leads(text).iter().any(|lead| lead.value == value))
    }
}

fn preview(previews: &mut Side<'_>, part: &Text, message: i64, nth: usize) -> Option<Preview> {
    let row = previews.nth(message, nth)?;
    let texts = [column::ZMATCHEDTEXT, column::ZCONTENT1, column::ZCONTENT2, column::ZSUMMARY];
    Some(Preview {
        place: row.place(part),
        texts: texts.into_iter().filter_map(|column| cell::filled(row.get(column))).collect(),
        title: cell::filled(row.get(column::ZTITLE)),
    })
}

/// An invitation that is sent as a message. Its code is the value; without one the group it names is.
pub fn invitation(reading: &mut Reading<'_>, place: &Place, holder: &Holder<'_>, invite: &Invite<'_>) {
    let names_group = invite.group.and_then(|group| reading.jids.written(group));
    let Some(value) = invite.code.map(Text::from).or_else(|| names_group.clone()) else { return };
    let group_name = invite.name.map(Text::from);
    let trace = holder.trace("group invite", value.clone(), value);
    reading.out.put(place, Trace { names_group, group_name, ..trace });
}
