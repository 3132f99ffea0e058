//! Which accounts the seized phones tie: to whoever has the evidence alone, accounts without a tie are different persons,
//! even where the world knows better.

use std::collections::{BTreeMap, BTreeSet};

use crate::phone::{Facts, named};
use crate::world::{Account, Act, Device, Form, World};

/// Accounts with the one that stands for all that are tied to it.
pub struct Ties(BTreeMap<Account, Account>);

impl Ties {
    /// What rows state, and what two phones show together.
    pub fn new(world: &World, facts: &[Facts]) -> Ties {
        let stated: BTreeSet<(Account, Account)> = facts.iter().flat_map(|facts| &facts.aliases).copied().collect();
        let mut ties = Ties(BTreeMap::new());
        for (account, other) in shared(world, facts, &stated).into_iter().chain(stated) {
            let (a, b) = (ties.root(account), ties.root(other));
            if a != b {
                ties.0.insert(a.max(b), a.min(b));
            }
        }
        ties
    }

    /// The account that stands for this one; for itself if nothing ties it.
    pub fn root(&self, account: Account) -> Account {
        let mut at = account;
        while let Some(up) = self.0.get(&at) {
            at = *up;
        }
        at
    }
}

/// A LID on one phone and a number on another for the sender of one message, or for the one person whom an event
/// concerns or who acted. Where the rows do not agree on one pair, they tie nothing.
fn shared(world: &World, facts: &[Facts], stated: &BTreeSet<(Account, Account)>) -> BTreeSet<(Account, Account)> {
    let mut pairs: BTreeSet<(Account, Account)> = BTreeSet::new();
    let phones = || world.devices.iter().zip(facts);
    // Two bits a message: some phone names the sender by number, some by LID.
    let mut senders = vec![0u8; world.messages.len()];
    for (device, facts) in phones() {
        for index in &facts.messages {
            let message = &world.messages[*index as usize];
            let sender = named(world, device, message.chat, message.sender, message.sent);
            senders[*index as usize] |= if sender.form == Form::Lid { 2 } else { 1 };
        }
    }
    let lids: BTreeSet<Account> = stated.iter().flat_map(|(account, other)| [*account, *other]).collect();
    for (index, _) in senders.into_iter().enumerate().filter(|(_, bits)| *bits == 3) {
        let message = &world.messages[index];
        let (lid, number) = forms(world, message.sender, message.sent);
        if !lids.contains(&lid) {
            pairs.insert((lid, number));
        }
    }
    let mut named_in: BTreeMap<(u32, u32, bool), BTreeSet<Account>> = BTreeMap::new();
    for (device, facts) in phones() {
        for (g, e) in facts.events.iter().filter(|(g, _)| world.groups[*g as usize].lid) {
            for (acted, account) in persons(world, device, *g, *e) {
                named_in.entry((*g, *e, acted)).or_default().insert(account);
            }
        }
    }
    for accounts in named_in.into_values() {
        let lids = accounts.iter().filter(|account| account.form == Form::Lid);
        let numbers = || accounts.iter().filter(|account| account.form != Form::Lid);
        pairs.extend(lids.flat_map(|lid| numbers().map(|number| (*lid, *number))));
    }
    let mut count: BTreeMap<Account, u32> = BTreeMap::new();
    for (lid, number) in &pairs {
        *count.entry(*lid).or_default() += 1;
        *count.entry(*number).or_default() += 1;
    }
    pairs.retain(|(lid, number)| count[lid] == 1 && count[number] == 1);
    pairs
}

/// A person's LID, and the number that is theirs at a moment.
fn forms(world: &World, person: u32, at: u64) -> (Account, Account) {
    let number = world.people[person as usize].phone_at(at);
    (Account { person, form: Form::Lid }, Account { person, form: number })
}

/// Who acted (true) in an event and whom alone it concerns, as a phone names them.
fn persons(world: &World, device: &Device, g: u32, e: u32) -> Vec<(bool, Account)> {
    let event = world.told(device.owner, g, e);
    let name = |person: u32| named(world, device, g, person, event.at);
    let mut persons = Vec::new();
    if event.act == Act::Number {
        return persons; // where LIDs are shown, it is not told
    }
    if let [target] = event.targets[..] {
        persons.push((false, name(target)));
    }
    persons.extend(event.actor.map(|actor| (true, name(actor))));
    persons
}
