//! Calls of a phone's owner with the persons of the one-to-one chats; both persons' phones have the same.

use super::view;
use crate::rng::{For, Rng};
use crate::world::{Device, END, START, World};

/// A call as one phone has it.
pub struct Call {
    /// Number of the chat with the other person.
    pub chat: u32,
    /// The other person.
    pub person: u32,
    /// When (Unix milliseconds, true time).
    pub at: u64,
    /// Whether the owner called.
    pub from_me: bool,
    /// Identifier, the same on both phones.
    pub id: String,
    /// Whether it was answered.
    pub answered: bool,
    /// Seconds, 0 where it was not answered.
    pub duration: u64,
}

/// The calls that a phone has.
pub fn of(world: &World, device: &Device) -> Vec<Call> {
    let mut calls = Vec::new();
    for (pair, (a, b)) in world.pairs.iter().enumerate() {
        let chat = (world.groups.len() + pair) as u32;
        if *a != device.owner && *b != device.owner {
            continue;
        }
        let Some(person) = view::partner(world, device, chat) else { continue };
        let mut rng = Rng::new(world.seed, For::Phone, 4 << 40, pair as u64);
        for _ in 0..rng.below(4) {
            let at = rng.range(START, END);
            let (caller, duration) = (if rng.per_mille(500) { *a } else { *b }, rng.below(900));
            let id = format!("{:032X}", u128::from(rng.bits()) << 64 | u128::from(rng.bits()));
            if at >= device.seized || device.is_offline(at) {
                continue;
            }
            let answered = duration >= 200;
            let duration = if answered { duration } else { 0 };
            calls.push(Call { chat, person, at, from_me: caller == device.owner, id, answered, duration });
        }
    }
    calls
}
