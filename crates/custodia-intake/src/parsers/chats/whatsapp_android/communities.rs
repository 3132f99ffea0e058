//! What system rows say of communities: the one that a group belongs to, and the groups beside it.

use std::collections::HashSet;

use custodia_model::Text;
use custodia_model::tables::Trace;

use super::super::whatsapp::cell;
use super::super::whatsapp::out::Place;
use super::chats::Chats;
use super::codes;
use super::messages::Parts;
use super::reading::Reading;
use super::schema::{
    message_system_community_link_changed, message_system_sibling_group_link_change, message_system_with_group_nodes,
};
use super::sides::Sides;
use super::traces::Holder;
use crate::parsers::leads::Kind;

/// Gives the other groups that a row names, each by its address and, where the row has it, its subject: the community, or in the
/// community's own chat the group, then groups beside it. A group with its subject is a trace as well: the device need not be in it.
pub fn read(
    reading: &mut Reading<'_>,
    sides: &mut Sides<'_>,
    parts: &Parts,
    (place, chat, code): (&Place, &Text, i64),
    holder: &Holder<'_>,
) -> Vec<Text> {
    let left = codes::LEFT_COMMUNITY.contains(&code);
    let mut named: Vec<Text> = Vec::new();
    if let Some(row) = sides.community.at(place.row) {
        use message_system_community_link_changed as column;
        let parent = reading.jid(place, cell::reference(row.get(column::linked_parent_group_jid_row_id)));
        named.extend(parent.clone());
        link(&mut reading.chats, chat, parent.filter(|_| !left));
    }
    if let Some(row) = sides.sibling.at(place.row) {
        use message_system_sibling_group_link_change as column;
        let group = cell::text(row.get(column::subgroup_raw_jid)).and_then(|raw| reading.jids.written(&raw));
        let parent = reading.jid(place, cell::reference(row.get(column::parent_group_jid_row_id)));
        let subject = cell::filled(row.get(column::subgroup_subject));
        named.extend(parent.clone());
        named.extend(with_subject(chat, &group, &subject));
        if let Some(group) = group {
            tell(reading, &row.place(&parts.sibling), holder, &group, subject);
            link(&mut reading.chats, &group, parent.filter(|_| !left));
        }
    }
    let mut nth = 0;
    while let Some(row) = sides.nodes.nth(place.row, nth) {
        use message_system_with_group_nodes as column;
        let group = reading.jid(place, cell::reference(row.get(column::group_jid_row_id)));
        let subject = cell::filled(row.get(column::group_subject));
        named.extend(with_subject(chat, &group, &subject));
        if let Some(group) = group {
            tell(reading, &row.place(&parts.nodes), holder, &group, subject);
        }
        nth += 1;
    }
    let mut told = HashSet::new();
    named.retain(|word| word != chat && told.insert(word.clone()));
    named
}

/// Another group than the chat itself, and its subject.
fn with_subject(chat: &Text, group: &Option<Text>, subject: &Option<Text>) -> Vec<Text> {
    let other = group.as_ref() != Some(chat);
    [group, subject].into_iter().flatten().filter(|_| other).cloned().collect()
}

fn tell(reading: &mut Reading<'_>, place: &Place, holder: &Holder<'_>, group: &Text, subject: Option<Text>) {
    if subject.is_some() && group.ends_with("@g.us") {
        let trace = holder.trace(Kind::GroupAddress.as_str(), group.clone(), group.clone());
        reading.out.put(place, Trace { names_group: Some(group.clone()), group_name: subject, ..trace });
    }
}

fn link(chats: &mut Chats, group: &str, parent: Option<Text>) {
    // A community is not its own parent, though its own chat bears such rows too.
    if parent.as_deref() != Some(group) {
        chats.set_parent(group, parent);
    }
}
