//! One timeline for the whole operation: every message of every group and one-to-one chat, and what became of it.

use std::collections::{BTreeMap, BTreeSet};

use super::devices::Device;
use super::groups::{Act, Group};
use super::owners::Owners;
use super::{DAY, END, MINUTE, Person, Size, pairs};
use crate::rng::{For, Rng};

/// No quoted message.
pub const NO_QUOTE: u32 = u32::MAX;

/// A message as it was sent.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    /// When it was sent (Unix milliseconds).
    pub at: u64,
    /// The same by the sender's clock. No two messages or events of the operation share one.
    pub sent: u64,
    /// Chat number: groups first, then pairs.
    pub chat: u32,
    /// Who sent it.
    pub sender: u32,
    /// What it is.
    pub talk: Talk,
    /// Whether it was forwarded.
    pub forwarded: bool,
    /// Index of the quoted message of the same chat, or [`NO_QUOTE`].
    pub quoted: u32,
    /// A member it mentions.
    pub mentions: Option<u32>,
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Talk {
    /// Words.
    Text,
    /// A picture, by its index.
    Picture(u32),
    /// A text with the invitation link of a group, by its index.
    Link(u32),
    /// An invitation to a group that the app draws itself, by the group's index.
    Invite(u32),
}

impl Message {
    /// Index of the picture, if it is one.
    pub fn file(&self) -> Option<u32> {
        if let Talk::Picture(file) = self.talk { Some(file) } else { None }
    }
}

/// What later happened to a message (Unix milliseconds).
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// Its text was edited.
    Edited(u64),
    /// It was deleted for all.
    Revoked(u64),
}

/// What [`invent`] makes.
pub struct Told {
    /// One-to-one chats.
    pub pairs: Vec<(u32, u32)>,
    /// Messages in the order of their sending.
    pub messages: Vec<Message>,
    /// Indices of each chat's messages.
    pub by_chat: Vec<Vec<u32>>,
    /// Edits and revocations.
    pub changes: BTreeMap<u32, Change>,
}

/// What happens at a moment.
#[derive(Clone, Copy)]
pub enum Slot {
    /// Event `1` of group `0`.
    Event(u32, u32),
    /// Something is said in a group.
    Group(u32),
    /// Something is said in a one-to-one chat.
    Pair {
        /// Which chat.
        pair: u32,
        /// Who says it.
        sender: u32,
        /// What, where it is not left to chance.
        talk: Option<Talk>,
    },
}

/// Invents the messages; sets the events of the groups onto the same clock.
pub fn invent(seed: u64, size: &Size, people: &[Person], groups: &mut [Group], devices: &[Device]) -> Told {
    let mut slots: Vec<(u64, Slot)> = Vec::with_capacity(size.messages * 5 / 4);
    for (g, group) in groups.iter().enumerate() {
        slots.extend(group.events.iter().enumerate().map(|(e, event)| (event.at, Slot::Event(g as u32, e as u32))));
    }
    for g in 0..groups.len() {
        let count = size.messages * (g + 1) / groups.len() - size.messages * g / groups.len();
        let mut rng = Rng::new(seed, For::Clock, g as u64, 0);
        let from = groups[g].created + 6 * MINUTE;
        slots.extend((0..count).map(|_| (moment(&mut rng, from), Slot::Group(g as u32))));
    }
    let pairs = pairs::invent(seed, size, people, groups, devices, &mut slots);
    slots.sort_by_key(|(at, _)| *at);
    let mut last = 0;
    for (at, slot) in &mut slots {
        *at = (*at).max(last + 1);
        last = *at;
        if let Slot::Event(g, e) = *slot {
            groups[g as usize].events[e as usize].at = *at;
            if e == 0 {
                groups[g as usize].created = *at;
            }
        }
    }
    let mut talk = Teller::new(seed, size, groups, pairs, Owners::new(groups, devices));
    talk.moments = slots.iter().map(|(at, _)| *at).collect();
    for (at, slot) in slots {
        talk.tell(at, slot);
    }
    Told { pairs: talk.pairs, messages: talk.messages, by_chat: talk.by_chat, changes: talk.changes }
}

/// A moment between `from` and the end, more often in the afternoon than at night.
pub fn moment(rng: &mut Rng, from: u64) -> u64 {
    let day = rng.below((END - from) / DAY + 1) * DAY;
    let hour = (rng.below(DAY / 2) + rng.below(DAY / 2) + DAY / 3) % DAY;
    let at = (from - from % DAY) + day + hour;
    if at <= from || at >= END { from + rng.below(END - from) } else { at }
}

/// Act, actor and targets of an event.
type Replay = (Act, Option<u32>, Vec<u32>);

struct Teller {
    seed: u64,
    size: Size,
    /// The events of each group, to replay who is inside.
    events: Vec<Vec<Replay>>,
    inside: Vec<Vec<u32>>,
    pairs: Vec<(u32, u32)>,
    owners: Owners,
    /// Every moment at which something happens, ascending.
    moments: Vec<u64>,
    /// What wrong clocks showed.
    shown: BTreeSet<u64>,
    messages: Vec<Message>,
    by_chat: Vec<Vec<u32>>,
    changes: BTreeMap<u32, Change>,
    told: usize,
    shared: usize,
    born: usize,
}

impl Teller {
    fn new(seed: u64, size: &Size, groups: &[Group], pairs: Vec<(u32, u32)>, owners: Owners) -> Teller {
        let events = |group: &Group| group.events.iter().map(|e| (e.act, e.actor, e.targets.clone())).collect();
        Teller {
            seed,
            size: *size,
            events: groups.iter().map(events).collect(),
            inside: vec![Vec::new(); groups.len()],
            by_chat: vec![Vec::new(); groups.len() + pairs.len()],
            pairs,
            owners,
            moments: Vec::new(),
            shown: BTreeSet::new(),
            messages: Vec::with_capacity(size.messages * 5 / 4),
            changes: BTreeMap::new(),
            told: 0,
            shared: 0,
            born: 0,
        }
    }

    fn tell(&mut self, at: u64, slot: Slot) {
        match slot {
            Slot::Event(g, e) => self.happen(g as usize, e as usize),
            Slot::Group(g) => self.say_in_group(at, g),
            Slot::Pair { pair, sender, talk } => self.say_to_one(at, pair, sender, talk),
        }
    }

    fn happen(&mut self, g: usize, e: usize) {
        let (act, actor, targets) = &self.events[g][e];
        match act {
            Act::Created => self.inside[g].extend(actor),
            Act::Added | Act::Joined => self.inside[g].extend(targets),
            Act::Left | Act::Removed => self.inside[g].retain(|person| !targets.contains(person)),
            _ => {}
        }
    }

    fn say_in_group(&mut self, at: u64, g: u32) {
        let index = self.messages.len() as u32;
        let mut rng = Rng::new(self.seed, For::Talk, u64::from(index), 0);
        let inside = &self.inside[g as usize];
        let mut draw = || {
            let share = rng.unit();
            // Those who came early say most.
            inside[((share * share) * inside.len() as f64) as usize]
        };
        let able = |person: &u32| self.owners.may_speak(g, *person, at);
        let first = draw();
        let sender = if able(&first) { Some(first) } else { (0..20).map(|_| draw()).find(able) };
        let sender = sender.or_else(|| inside.iter().copied().find(able)).unwrap_or(first);
        let left = (self.size.messages - self.told) as u64;
        self.told += 1;
        let (talk, mut forwarded) = if rng.below(left) < (self.size.shares - self.shared) as u64 {
            self.shared += 1;
            let part = self.shared as f64 / self.size.shares as f64;
            let wanted = (self.size.files as f64 * 0.5 * (part.sqrt() + part)).ceil() as usize;
            if self.born < wanted.min(self.size.files) {
                self.born += 1;
                (Talk::Picture(self.born as u32 - 1), false)
            } else {
                (Talk::Picture(self.old_file(&mut rng)), rng.per_mille(700))
            }
        } else {
            (Talk::Text, false)
        };
        forwarded |= talk == Talk::Text && rng.per_mille(30);
        let inside = &self.inside[g as usize];
        let recent = self.by_chat[g as usize].iter().rev().take(20).copied().collect::<Vec<u32>>();
        let quoted = if !recent.is_empty() && rng.per_mille(60) { rng.pick(&recent) } else { NO_QUOTE };
        let known = |quoted: u32| inside.contains(&self.messages[quoted as usize].sender);
        let quoted = if quoted != NO_QUOTE && known(quoted) { quoted } else { NO_QUOTE };
        let mentions = (talk == Talk::Text && rng.per_mille(25)).then(|| rng.pick(inside)).filter(|who| *who != sender);
        match rng.below(1000) {
            0..12 => self.changes.insert(index, Change::Revoked(at + MINUTE + rng.below(60 * MINUTE))),
            12..32 if talk == Talk::Text => {
                self.changes.insert(index, Change::Edited(at + 20_000 + rng.below(14 * MINUTE)))
            }
            _ => None,
        };
        let sent = self.sent(sender, at);
        self.put(Message { at, sent, chat: g, sender, talk, forwarded, quoted, mentions });
    }

    fn say_to_one(&mut self, at: u64, pair: u32, sender: u32, wanted: Option<Talk>) {
        let index = self.messages.len() as u32;
        let mut rng = Rng::new(self.seed, For::Talk, u64::from(index), 0);
        let talk = match wanted {
            Some(talk) => talk,
            None if self.born > 0 && rng.per_mille(200) => Talk::Picture(self.old_file(&mut rng)),
            None => Talk::Text,
        };
        let forwarded = wanted.is_none() && rng.per_mille(100);
        if rng.per_mille(8) && wanted.is_none() {
            self.changes.insert(index, Change::Revoked(at + MINUTE + rng.below(60 * MINUTE)));
        }
        let chat = self.inside.len() as u32 + pair;
        let sent = self.sent(sender, at);
        self.put(Message { at, sent, chat, sender, talk, forwarded, quoted: NO_QUOTE, mentions: None });
    }

    /// What the sender's clock shows, or the first moment after it at which nothing else seems to happen.
    fn sent(&mut self, sender: u32, at: u64) -> u64 {
        let clock = self.owners.clock(sender);
        let mut sent = at.saturating_add_signed(clock);
        while clock != 0 && (self.moments.binary_search(&sent).is_ok() || !self.shown.insert(sent)) {
            sent += 1;
        }
        sent
    }

    /// A picture that was shared before, a recent one rather than an old one.
    fn old_file(&self, rng: &mut Rng) -> u32 {
        let share = rng.unit();
        self.born as u32 - 1 - ((self.born as f64) * share * share * share) as u32
    }

    fn put(&mut self, message: Message) {
        self.by_chat[message.chat as usize].push(self.messages.len() as u32);
        self.messages.push(message);
    }
}
