//! One-to-one chats of the owners: with people of their groups, with anybody, and with those whom they invited.

use std::collections::BTreeMap;

use super::devices::{Device, Schema};
use super::groups::{Act, Group, Stay};
use super::timeline::{Slot, Talk, moment};
use super::{DAY, END, MINUTE, Person, START, Size};
use crate::rng::{For, Rng};

/// Invents the chats; what is said in them goes to `slots`.
pub fn invent(
    seed: u64,
    size: &Size,
    people: &[Person],
    groups: &[Group],
    devices: &[Device],
    slots: &mut Vec<(u64, Slot)>,
) -> Vec<(u32, u32)> {
    let mut pairs = Pairs { seed, people, groups, devices, numbers: BTreeMap::new(), list: Vec::new(), slots };
    for device in devices {
        pairs.partners(device, size);
    }
    for g in 0..groups.len() as u32 {
        pairs.links(g);
        pairs.invite(g);
    }
    pairs.list
}

struct Pairs<'a> {
    seed: u64,
    people: &'a [Person],
    groups: &'a [Group],
    devices: &'a [Device],
    numbers: BTreeMap<(u32, u32), u32>,
    list: Vec<(u32, u32)>,
    slots: &'a mut Vec<(u64, Slot)>,
}

impl Pairs<'_> {
    /// Number of the chat of two people.
    fn pair(&mut self, a: u32, b: u32) -> u32 {
        *self.numbers.entry((a.min(b), a.max(b))).or_insert_with(|| {
            self.list.push((a.min(b), a.max(b)));
            self.list.len() as u32 - 1
        })
    }

    /// A changed number would split a chat in two; the groups show those changes.
    fn plain(&self, person: u32) -> bool {
        self.people[person as usize].new_number.is_none()
    }

    fn device(&self, person: u32) -> Option<&Device> {
        self.devices.get(person as usize)
    }

    /// Without a network nothing is said, nor in the minutes around.
    fn say(&mut self, at: u64, sender: u32, to: u32, talk: Option<Talk>) {
        let cut = |person| {
            self.device(person).is_some_and(|device| [0, MINUTE].iter().any(|later| device.is_offline(at + later)))
        };
        if cut(sender) || cut(to) {
            return;
        }
        let pair = self.pair(sender, to);
        self.slots.push((at, Slot::Pair { pair, sender, talk }));
    }

    fn partners(&mut self, device: &Device, size: &Size) {
        let mut rng = Rng::new(self.seed, For::Clock, 1 << 32 | u64::from(device.owner), 0);
        for turn in 0..size.partners {
            let other = if turn % 3 == 2 {
                rng.index(self.people.len()) as u32
            } else {
                let group = &self.groups[rng.pick(&device.groups)];
                let event = &group.events[rng.index(group.events.len())];
                event.targets.first().copied().unwrap_or(group.creator)
            };
            if other == device.owner || !self.plain(other) {
                continue;
            }
            let from = START + rng.below((END - START) / 2);
            for _ in 0..rng.range(size.pair_messages / 2, size.pair_messages * 3 / 2 + 1) {
                let (sender, to) = if rng.per_mille(500) { (other, device.owner) } else { (device.owner, other) };
                self.say(moment(&mut rng, from), sender, to, None);
            }
        }
    }

    /// Links and invites that came before an entry by link.
    fn links(&mut self, g: u32) {
        let group = &self.groups[g as usize];
        let stays = group.stays();
        for (e, event) in group.events.iter().enumerate().filter(|(_, event)| event.act == Act::Joined) {
            let mut rng = Rng::new(self.seed, For::Clock, 2 << 32 | u64::from(g), e as u64);
            let inside = |stay: &&Stay| stay.join + 2 * MINUTE < event.at && event.at < stay.leave;
            // By a wrong clock a link might seem to come after the entry.
            let right = |person: &u32| self.device(*person).is_none_or(|device| device.clock == 0);
            let inviters: Vec<u32> = stays.iter().filter(inside).map(|stay| stay.person).filter(right).collect();
            let Some(joiner) = event.targets.first().copied() else { continue };
            // Only what a seized phone can show is worth inventing: one of the two owns one.
            let owners: Vec<u32> = inviters.iter().copied().filter(|person| self.device(*person).is_some()).collect();
            let inviter = if self.device(joiner).is_some() && !inviters.is_empty() {
                rng.pick(&inviters)
            } else if !owners.is_empty() && rng.per_mille(300) {
                rng.pick(&owners)
            } else {
                continue;
            };
            let before = MINUTE + rng.below(50 * MINUTE).min(event.at - group.created - 2 * MINUTE);
            // An old app has no invites of its own.
            let old = |person: u32| self.device(person).is_some_and(|device| device.schema == Schema::Legacy);
            let drawn = rng.per_mille(400) && !old(inviter) && !old(joiner);
            if inviter != joiner && self.plain(inviter) && self.plain(joiner) {
                let talk = if drawn { Talk::Invite(g) } else { Talk::Link(g) };
                self.say(event.at - before, inviter, joiner, Some(talk));
            }
        }
    }

    /// One invite for each group whether anybody follows it or not: it tells which group the code of its links means.
    fn invite(&mut self, g: u32) {
        let group = &self.groups[g as usize];
        let mut rng = Rng::new(self.seed, For::Clock, 3 << 32 | u64::from(g), 0);
        let able = |device: &&Device| device.schema != Schema::Legacy && group.created + 2 * DAY < device.seized;
        let outside = |device: &&Device| !device.groups.contains(&(g as usize));
        let mut able: Vec<&Device> = self.devices.iter().filter(able).collect();
        if able.iter().any(outside) {
            able.retain(outside);
        }
        if able.is_empty() {
            return;
        }
        let device = rng.pick(&able);
        let mut moments = (0..20).map(|_| rng.range(group.created + DAY, device.seized - DAY / 2));
        let Some(at) = moments.find(|at| (0..3).all(|later| !device.is_offline(at + later * MINUTE))) else { return };
        let inside = |stay: &&Stay| stay.join + MINUTE < at && at < stay.leave;
        let good = |person: &u32| *person != device.owner && self.device(*person).is_none() && self.plain(*person);
        let senders: Vec<u32> = group.stays().iter().filter(inside).map(|stay| stay.person).filter(good).collect();
        if !senders.is_empty() {
            let sender = rng.pick(&senders);
            self.say(at, sender, device.owner, Some(Talk::Invite(g)));
        }
    }
}
