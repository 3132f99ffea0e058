//! What follows for groups from the rows of all phones together: stays, who sent a link before an entry, contradictions.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::Truth;
use super::ties::Ties;
use crate::phone::Turn;
use crate::world::{Account, DAY, MINUTE};

/// Of each group and account, whether it went (else entered) at a time, and whether the event itself has a row (else
/// the account is only listed). Accounts that some row shows in the group at no known time have no entry.
type Turns = BTreeMap<(u32, Account), BTreeMap<(u64, bool), bool>>;

/// Entries or ends that lie closer together are one.
const ONE: u64 = 2 * MINUTE;

impl<W: Write> Truth<'_, W> {
    /// Stays, link inferences, conflicts.
    pub(super) fn group_lives(&mut self) -> io::Result<()> {
        let ties = Ties::new(self.world, self.facts);
        let mut turns: Turns = BTreeMap::new();
        for facts in self.facts {
            for (g, account) in &facts.shown {
                turns.entry((*g, ties.root(*account))).or_default();
            }
            for (g, account, at, turn) in &facts.turns {
                let gone = matches!(turn, Turn::Left | Turn::Removed);
                let turns = turns.entry((*g, ties.root(*account))).or_default();
                *turns.entry((*at, gone)).or_default() |= *turn != Turn::Listed;
            }
        }
        self.stays(&turns)?;
        self.link_inferences(&ties)?;
        self.conflicts(&ties, &turns)
    }

    /// Of turns of the same direction in a row the first counts, unless two events tell them apart.
    fn stays(&mut self, turns: &Turns) -> io::Result<()> {
        let mut stays: BTreeSet<(u32, u32, Option<u64>, Option<u64>)> = BTreeSet::new();
        for ((g, account), turns) in turns {
            let mut kept: Vec<(u64, bool)> = Vec::new();
            let mut before: Option<(u64, bool, bool)> = None;
            for ((at, gone), event) in turns {
                let other = before.is_none_or(|(was_at, was_gone, was_event)| {
                    was_gone != *gone || (*event && was_event && at - was_at > ONE)
                });
                kept.extend(other.then_some((*at, *gone)));
                before = Some((*at, *gone, *event));
            }
            let stay = |entered, ended| (*g, account.person, entered, ended);
            if kept.is_empty() {
                stays.insert(stay(None, None));
            }
            for (place, (at, gone)) in kept.iter().enumerate() {
                let next = kept.get(place + 1).filter(|next| next.1).map(|next| next.0);
                let after_entry = place > 0 && !kept[place - 1].1;
                if !gone {
                    stays.insert(stay(Some(*at), next));
                } else if !after_entry {
                    stays.insert(stay(None, Some(*at)));
                }
            }
        }
        self.kind("stays", "group account entered ended")?;
        for (g, person, entered, ended) in stays {
            let (group, name) = (self.group(g), self.names[person as usize].clone());
            self.row(format_args!("\"{group}\",\"{name}\",{},{}", number(entered), number(ended)))?;
        }
        self.end()
    }

    /// The last link or invite to a group that somebody was sent within a day before their entry by link.
    fn link_inferences(&mut self, ties: &Ties) -> io::Result<()> {
        let mut links: BTreeMap<(u32, Account), BTreeSet<(u64, u32)>> = BTreeMap::new();
        for (g, inviter, invitee, sent) in self.facts.iter().flat_map(|facts| &facts.links) {
            links.entry((*g, ties.root(*invitee))).or_default().insert((*sent, inviter.person));
        }
        let mut inferred: BTreeSet<(u32, u64, u32, u32)> = BTreeSet::new();
        for (g, account, at, turn) in self.facts.iter().flat_map(|facts| &facts.turns) {
            let Some(links) = links.get(&(*g, ties.root(*account))).filter(|_| *turn == Turn::Joined) else { continue };
            if let Some((_, inviter)) = links.range((at - DAY, 0)..(*at, 0)).next_back() {
                inferred.insert((*g, *at, *inviter, account.person));
            }
        }
        self.kind("link_inferences", "group inviter invitee at")?;
        for (g, at, inviter, invitee) in inferred {
            let group = self.group(g);
            let [inviter, invitee] = [inviter, invitee].map(|person| self.names[person as usize].clone());
            self.row(format_args!("\"{group}\",\"{inviter}\",\"{invitee}\",{at}"))?;
        }
        self.end()
    }

    fn conflicts(&mut self, ties: &Ties, turns: &Turns) -> io::Result<()> {
        let mut ends: BTreeMap<(u32, Account, u64), BTreeSet<Turn>> = BTreeMap::new();
        let mut conflicts: BTreeSet<(u32, u32, &str)> = BTreeSet::new();
        for facts in self.facts {
            for (g, account, at, turn) in &facts.turns {
                if matches!(turn, Turn::Left | Turn::Removed) {
                    ends.entry((*g, ties.root(*account), *at)).or_default().insert(*turn);
                }
            }
            let strange = |actor: &&(u32, Account)| !turns.contains_key(&(actor.0, ties.root(actor.1)));
            let strange = facts.actors.iter().filter(strange);
            conflicts.extend(strange.map(|(g, account)| (*g, account.person, "actor was no member")));
        }
        let both = ends.into_iter().filter(|(_, turns)| turns.len() > 1);
        conflicts.extend(both.map(|((g, account, _), _)| (g, account.person, "left or removed")));
        self.kind("conflicts", "group account conflict")?;
        for (g, person, conflict) in conflicts {
            let (group, name) = (self.group(g), self.names[person as usize].clone());
            self.row(format_args!("\"{group}\",\"{name}\",\"{conflict}\""))?;
        }
        self.end()
    }

    fn group(&self, g: u32) -> String {
        self.world.groups[g as usize].address.clone()
    }
}

fn number(value: Option<u64>) -> String {
    value.map_or("null".to_owned(), |value| value.to_string())
}
