//! Notes of what the rows of a phone show, made while they are written.

use super::facts::{Facts, Turn};
use super::view::{Sight, View, named};
use crate::lists;
use crate::world::{Account, Act, Device, Form, Stay, Talk, World};

/// What a live message row shows beside the message itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown {
    /// The hash of a picture.
    pub hash: bool,
    /// That it was edited.
    pub edited: bool,
    /// That it was revoked.
    pub revoked: bool,
}

/// Notes a live message.
pub fn message(world: &World, device: &Device, sight: &Sight, shown: Shown, facts: &mut Facts) {
    let message = &world.messages[sight.message as usize];
    let in_group = (message.chat as usize) < world.groups.len();
    facts.rows += 1;
    let account = |person: u32| named(world, device, message.chat, person, message.sent);
    if in_group {
        facts.shown.insert((message.chat, account(message.sender)));
        facts.messages.push(sight.message);
        if shown.edited || shown.revoked {
            facts.changed.push((sight.message, shown.revoked));
        }
    } else if let (Talk::Link(g) | Talk::Invite(g), false) = (message.talk, shown.revoked) {
        let (a, b) = world.pairs[message.chat as usize - world.groups.len()];
        let other = if message.sender == a { b } else { a };
        facts.links.push((g, account(message.sender), account(other), message.sent));
    }
    // A row that names no hash leads to the file by its path.
    if in_group && !shown.revoked && (shown.hash || sight.kept) {
        facts.shares.push(sight.message);
    }
    if shown.hash && message.file().is_some_and(|file| lists::known(file).next().is_some()) {
        facts.known.push(sight.message);
    }
}

/// Notes a message whose row is deleted in the end.
pub fn deleted(sight: &Sight, facts: &mut Facts) {
    facts.deleted += 1;
    if sight.settled {
        facts.absent.push((sight.message, true));
    }
}

/// Notes the row of an event.
pub fn event(world: &World, device: &Device, g: u32, e: u32, facts: &mut Facts) {
    let event = world.told(device.owner, g, e);
    let account = |person: u32| named(world, device, g, person, event.at);
    facts.events.push((g, e));
    facts.members.extend(event.targets.iter().map(|person| (g, *person)));
    if world.conflicts.stranger != Some((g, e)) {
        facts.members.extend(event.actor.map(|person| (g, person)));
    }
    if !matches!(event.act, Act::Joined | Act::Number) {
        facts.actors.extend(event.actor.map(|person| (g, account(person))));
    }
    let turn = match event.act {
        Act::Created | Act::Added => Turn::Entered,
        Act::Joined => Turn::Joined,
        Act::Left => Turn::Left,
        Act::Removed => Turn::Removed,
        Act::Promoted => {
            facts.shown.extend(event.targets.iter().map(|person| (g, account(*person))));
            return;
        }
        _ => return,
    };
    let creator = event.actor.filter(|_| event.act == Act::Created);
    let concerned = event.targets.iter().chain(&creator);
    facts.turns.extend(concerned.map(|person| (g, account(*person), event.at, turn)));
    if event.act == Act::Created {
        facts.creators.insert(g);
    } else if matches!(turn, Turn::Entered | Turn::Joined) {
        let link = turn == Turn::Joined;
        facts.invitations.extend(event.targets.iter().map(|invitee| (g, event.actor, *invitee, event.at, link)));
    }
}

/// Notes the chats of groups, who is listed in them, and what never came.
pub fn view(world: &World, device: &Device, view: &View, facts: &mut Facts) {
    facts.absent.extend(view.lost.iter().map(|message| (*message, false)));
    for (g, roster) in &view.rosters {
        facts.groups.insert(*g);
        facts.shown.insert((*g, Account { person: device.owner, form: Form::Phone }));
        let listed = roster.members.iter().map(|member| named(world, device, *g, member.0, roster.until));
        facts.shown.extend(listed.map(|account| (*g, account)));
    }
}

/// Notes a row of the participant table that tells when the person entered.
pub fn entered(g: u32, account: Account, stay: &Stay, facts: &mut Facts) {
    facts.turns.insert((g, account, stay.join, Turn::Listed));
}

/// Notes a row of the table of past participants.
pub fn past(g: u32, account: Account, stay: &Stay, own_act: bool, facts: &mut Facts) {
    facts.members.insert((g, stay.person));
    facts.turns.insert((g, account, stay.leave, if own_act { Turn::Left } else { Turn::Removed }));
}
