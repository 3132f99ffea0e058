//! What the phones of owners do to the timeline: times without a network, clocks that are wrong.

use super::devices::Device;
use super::groups::Group;
use super::{DAY, MINUTE};
use crate::rng::{For, Rng};

const HOUR: u64 = 60 * MINUTE;

/// Gives some phones a time without a network: while its owner is in a group, neither acts nor is acted upon, and with
/// a day left before the seizure.
pub fn offline(seed: u64, groups: &[Group], devices: &mut [Device]) {
    for (index, device) in devices.iter_mut().enumerate().filter(|(index, _)| (index + index / 4) % 4 == 1) {
        let mut rng = Rng::new(seed, For::Flaw, index as u64, 1);
        device.offline = (0..60).find_map(|_| {
            let group = &groups[rng.pick(&device.groups)];
            let stays = group.stays();
            let own: Vec<_> = stays.iter().filter(|stay| stay.person == device.owner).collect();
            let stay = own.get(rng.index(own.len()))?;
            let (from, until) = (stay.join + 2 * HOUR, stay.leave.min(device.seized - DAY).saturating_sub(HOUR));
            let length = rng.range(4 * HOUR, 2 * DAY);
            let start = rng.range(from, until.checked_sub(length).filter(|last| *last > from)?);
            let concerned = |group: &usize| {
                groups[*group].events.iter().any(|event| {
                    let own = event.actor == Some(device.owner) || event.targets.contains(&device.owner);
                    own && start < event.at + 10 * MINUTE && event.at < start + length + 10 * MINUTE
                })
            };
            (!device.groups.iter().any(concerned)).then_some((start, start + length))
        });
    }
}

/// When which owner cannot have said something.
pub struct Owners {
    phones: Vec<(Option<(u64, u64)>, i64)>,
    /// Of each group, the moments at which the knowledge of some phone begins or ends.
    edges: Vec<Vec<u64>>,
}

impl Owners {
    /// Of all owners; the events of the groups have their final times.
    pub fn new(groups: &[Group], devices: &[Device]) -> Owners {
        let edges = groups.iter().enumerate().map(|(g, group)| {
            let owns = |person: u32| devices.get(person as usize).filter(|device| device.groups.contains(&g));
            let mut edges: Vec<u64> = Vec::new();
            for stay in group.stays() {
                if let Some(device) = owns(stay.person) {
                    edges.extend([stay.join, stay.leave, device.seized]);
                }
            }
            edges.sort_unstable();
            edges
        });
        Owners { edges: edges.collect(), phones: devices.iter().map(|device| (device.offline, device.clock)).collect() }
    }

    /// What a person's clock shows beyond the true time, in milliseconds.
    pub fn clock(&self, person: u32) -> i64 {
        self.phones.get(person as usize).map_or(0, |phone| phone.1)
    }

    /// Whether a person can say something in a group. Who has no network cannot. And a wrong clock keeps silent where it
    /// would decide on which side of an edge its message seems to lie: so nobody needs the true time to know what a phone
    /// should hold.
    pub fn may_speak(&self, g: u32, person: u32, at: u64) -> bool {
        let Some((offline, clock)) = self.phones.get(person as usize) else { return true };
        if offline.is_some_and(|(from, until)| (from..until).contains(&at)) {
            return false;
        }
        let reach = clock.unsigned_abs() + 3 * MINUTE;
        let edges = &self.edges[g as usize];
        let next = edges.partition_point(|edge| *edge + reach < at);
        *clock == 0 || edges.get(next).is_none_or(|edge| *edge > at + reach)
    }
}
