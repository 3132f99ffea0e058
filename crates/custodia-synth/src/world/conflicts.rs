//! Contradictions between what phones tell, planted once each.

use std::borrow::Cow;

use super::devices::Device;
use super::groups::{Act, Event, Group, Stay};
use super::{MINUTE, Person, World};
use crate::Scale;
use crate::rng::{For, Rng};

/// What was planted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Conflicts {
    /// Group, event and owner: the owner's phone says that somebody was removed who left by their own act.
    pub removed: Option<(u32, u32, u32)>,
    /// Group and event: who acted was never a member.
    pub stranger: Option<(u32, u32)>,
}

/// Plants them; the events of the groups have their final times. Groups that show LIDs are left alone, so that the
/// phones tell of the same account.
pub fn plant(seed: u64, scale: Scale, people: &[Person], groups: &mut [Group], devices: &[Device]) -> Conflicts {
    if scale == Scale::Tiny {
        return Conflicts::default();
    }
    let mut rng = Rng::new(seed, For::Flaw, 0, 2);
    let first = rng.index(groups.len());
    let order: Vec<usize> = (0..groups.len()).map(|step| (first + step) % groups.len()).collect();
    let removed = order.iter().find_map(|g| {
        let owners = |event: &Event| witnesses(&groups[*g], *g, event, devices);
        let (e, event) = find(&groups[*g], devices, Act::Left, |event| owners(event).len() > 1)?;
        Some((*g as u32, e as u32, *owners(event).last()?))
    });
    let stranger = order.iter().rev().find_map(|g| {
        let (e, _) =
            find(&groups[*g], devices, Act::Added, |event| !witnesses(&groups[*g], *g, event, devices).is_empty())?;
        let inside: Vec<u32> = groups[*g].stays().iter().map(|stay| stay.person).collect();
        let other = &groups[(*g + 1) % groups.len()];
        let stays = other.stays();
        let strange = |person: &u32| {
            !inside.contains(person)
                && *person as usize >= devices.len()
                && people[*person as usize].new_number.is_none()
        };
        let stranger = stays.iter().map(|stay| stay.person).find(strange)?;
        Some((*g, e, stranger))
    });
    if let Some((g, e, stranger)) = stranger {
        groups[g].events[e].actor = Some(stranger);
    }
    Conflicts { removed, stranger: stranger.map(|(g, e, _)| (g as u32, e as u32)) }
}

/// An event of the middle of a group's life that concerns no owner.
fn find<'a>(
    group: &'a Group,
    devices: &[Device],
    act: Act,
    wanted: impl Fn(&Event) -> bool,
) -> Option<(usize, &'a Event)> {
    let fits = |event: &Event| {
        event.act == act && event.targets.iter().all(|person| *person as usize >= devices.len()) && wanted(event)
    };
    let half = group.events.len() / 2;
    if group.lid {
        return None;
    }
    group.events.iter().enumerate().skip(half).find(|(_, event)| fits(event))
}

/// Owners whose phones have a row of an event.
fn witnesses(group: &Group, g: usize, event: &Event, devices: &[Device]) -> Vec<u32> {
    let stays = group.stays();
    let saw = |device: &&Device| {
        let inside = |stay: &Stay| stay.person == device.owner && stay.join <= event.at && event.at <= stay.leave;
        device.groups.contains(&g) && event.at + 10 * MINUTE < device.seized && stays.iter().any(inside)
    };
    devices.iter().filter(saw).map(|device| device.owner).collect()
}

impl World {
    /// Event `e` of group `g` as the phone of an owner tells it.
    pub fn told(&self, owner: u32, g: u32, e: u32) -> Cow<'_, Event> {
        let group = &self.groups[g as usize];
        let event = &group.events[e as usize];
        if self.conflicts.removed == Some((g, e, owner)) {
            return Cow::Owned(Event { act: Act::Removed, actor: Some(group.creator), ..event.clone() });
        }
        Cow::Borrowed(event)
    }

    /// Whether a stay ended by the person's own act, as the phone of an owner tells it.
    pub fn told_own_act(&self, owner: u32, g: u32, stay: &Stay) -> bool {
        let contradicted = self.conflicts.removed.is_some_and(|(group, e, witness)| {
            (group, witness) == (g, owner) && self.groups[g as usize].events[e as usize].at == stay.leave
        });
        stay.own_act && !contradicted
    }
}
