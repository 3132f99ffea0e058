//! Who founded each group, who entered it how, and who left.

use std::collections::{BTreeMap, BTreeSet};

use super::devices::{Device, Schema, hides_numbers};
use super::{DAY, END, MINUTE, Person, START, Size};
use crate::nations::NATIONS;
use crate::rng::{For, Rng};
use crate::words::{HOSTILE, LANGUAGES};

/// Most members of a group at a time.
const MOST: usize = 256;

/// A group.
#[derive(Clone, Debug)]
pub struct Group {
    /// Address `…@g.us`.
    pub address: String,
    /// Index of the founder.
    pub creator: u32,
    /// Unix milliseconds.
    pub created: u64,
    /// Subject at the foundation.
    pub subject: String,
    /// Code in its invitation link.
    pub link: String,
    /// Whether phones that can show LIDs show them in this group.
    pub lid: bool,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// Something that happened to a group: one system row on the phones of its members.
#[derive(Clone, Debug)]
pub struct Event {
    /// Unix milliseconds.
    pub at: u64,
    /// What.
    pub act: Act,
    /// Who did it.
    pub actor: Option<u32>,
    /// Whom it concerns.
    pub targets: Vec<u32>,
    /// Value before.
    pub old: Option<String>,
    /// Value after.
    pub new: Option<String>,
}

/// Kinds of events; the discriminant is WhatsApp's action code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Subject changed.
    Subject = 1,
    /// Icon changed.
    Icon = 6,
    /// A member changed their number.
    Number = 10,
    /// Group created.
    Created = 11,
    /// People were added by the actor.
    Added = 12,
    /// A member left.
    Left = 13,
    /// A member was removed by the actor.
    Removed = 14,
    /// A member became admin.
    Promoted = 15,
    /// A person entered by invitation link.
    Joined = 20,
    /// Description changed.
    Description = 27,
}

/// How a stay began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The founder.
    Founded,
    /// Added by a member.
    Added,
    /// By link.
    Link,
}

/// A person's time in a group.
#[derive(Clone, Copy, Debug)]
pub struct Stay {
    /// Who.
    pub person: u32,
    /// From (Unix milliseconds).
    pub join: u64,
    /// Until, `u64::MAX` when they never left.
    pub leave: u64,
    /// How it began.
    pub how: How,
    /// Whether they left by their own act.
    pub own_act: bool,
}

impl Group {
    /// All stays, in the order of entering. Computed from the events, which are the only truth.
    pub fn stays(&self) -> Vec<Stay> {
        let mut stays = Vec::new();
        let mut open: BTreeMap<u32, usize> = BTreeMap::new();
        for event in &self.events {
            let how = match event.act {
                Act::Created => How::Founded,
                Act::Added => How::Added,
                _ => How::Link,
            };
            match event.act {
                Act::Created | Act::Added | Act::Joined => {
                    let entering = if event.act == Act::Created { event.actor.as_slice() } else { &event.targets };
                    for person in entering {
                        open.insert(*person, stays.len());
                        stays.push(Stay { person: *person, join: event.at, leave: u64::MAX, how, own_act: false });
                    }
                }
                Act::Left | Act::Removed => {
                    for person in &event.targets {
                        if let Some(stay) = open.remove(person) {
                            let stay: &mut Stay = &mut stays[stay];
                            stay.leave = event.at;
                            stay.own_act = event.act == Act::Left;
                        }
                    }
                }
                _ => {}
            }
        }
        stays
    }

    /// Its subject at a moment.
    pub fn subject_at(&self, at: u64) -> &str {
        let named = |event: &&Event| event.act == Act::Subject && event.at <= at;
        self.events.iter().rev().find(named).and_then(|event| event.new.as_deref()).unwrap_or(&self.subject)
    }
}

enum Plan {
    Enter(Vec<u32>, bool),
    Go(u32, bool),
    Promote(u32),
    Other(Act),
    Number(u32),
}

/// Invents the groups. The owners' groups are given; everybody else is dealt out here.
pub fn invent(seed: u64, size: &Size, people: &[Person], devices: &mut [Device]) -> Vec<Group> {
    let mut rng = Rng::new(seed, For::Group, u64::MAX, 0);
    let (first, changers) = (size.devices, size.devices + size.number_changes);
    let mut pool: Vec<u32> = (changers as u32..people.len() as u32).collect();
    rng.shuffle(&mut pool);
    let mut dealt = 0;
    (0..size.groups)
        .map(|index| {
            let mut rng = Rng::new(seed, For::Group, index as u64, 0);
            let mut members: Vec<u32> =
                (first..changers).filter(|p| p % size.groups == index).map(|p| p as u32).collect();
            for _ in 0..rng.range(size.members.0, size.members.1) {
                // One in ten is in another group already.
                let again = dealt > 20 && rng.per_mille(100);
                let person = if again { pool[rng.index(dealt.min(pool.len()))] } else { pool[dealt % pool.len()] };
                dealt += usize::from(!again);
                if !members.contains(&person) {
                    members.push(person);
                }
            }
            let modern = |device: &&Device| device.schema != Schema::Legacy && device.seized > END - 10 * DAY;
            let inside = |device: &&Device| device.groups.contains(&index);
            let owners: Vec<u32> = devices.iter().filter(inside).map(|device| device.owner).collect();
            // The anchor enters at the beginning and never leaves, so that some phone saw nearly everything.
            let anchor = devices.iter().filter(inside).find(modern).map(|device| device.owner);
            found(&mut rng, index, people, members, owners, anchor, size)
        })
        .collect()
}

fn found(
    rng: &mut Rng,
    index: usize,
    people: &[Person],
    mut members: Vec<u32>,
    owners: Vec<u32>,
    anchor: Option<u32>,
    size: &Size,
) -> Group {
    let changers = size.devices as u32..(size.devices + size.number_changes) as u32;
    let created = (START + rng.below(75 * DAY)) / 1000 * 1000 + 137;
    let mut owners: Vec<u32> = owners.into_iter().filter(|owner| Some(*owner) != anchor).collect();
    // Every third group was founded by the owner of a seized phone.
    let creator = match owners.first() {
        Some(_) if index % 3 == 1 => owners.remove(0),
        _ => {
            let place = members.iter().position(|person| !changers.contains(person)).unwrap_or(0);
            members.remove(place)
        }
    };
    let hides = hides_numbers(index);
    let lid = hides || index % 5 == 4;
    let address = if index.is_multiple_of(2) || lid {
        format!("120363{:012}@g.us", rng.below(1_000_000_000_000))
    } else {
        format!("{}-{}@g.us", people[creator as usize].number, created / 1000)
    };
    let language = &LANGUAGES[NATIONS[people[creator as usize].nation].language];
    let mut subject = format!("{} {}", rng.pick(language.subjects), index + 1);
    if index % 8 == 3 {
        subject = format!("{} {subject}", HOSTILE[index / 8 % HOSTILE.len()]);
    }
    let link: String =
        (0..22).map(|_| char::from(rng.pick(b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"))).collect();

    let plan = plan(rng, created, &members, &owners, anchor, people, &changers);
    let mut group = Group { address, creator, created, subject: subject.clone(), link, lid, events: Vec::new() };
    let new = Some(subject);
    group.events.push(Event { at: created, act: Act::Created, actor: Some(creator), targets: vec![], old: None, new });
    play(rng, &mut group, plan, people, language);
    group
}

/// Who would come and go when; what cannot happen is dropped when it is played.
fn plan(
    rng: &mut Rng,
    created: u64,
    members: &[u32],
    owners: &[u32],
    anchor: Option<u32>,
    people: &[Person],
    changers: &std::ops::Range<u32>,
) -> Vec<(u64, Plan)> {
    let mut plan = Vec::new();
    let life = END - created;
    let mut early: Vec<u32> = anchor.into_iter().collect();
    early.extend(members.iter().filter(|person| changers.contains(person)));
    early.extend(members.iter().filter(|person| !changers.contains(person)).take(4));
    for (place, few) in early.chunks(3).enumerate() {
        plan.push((created + (place as u64 + 1) * MINUTE + rng.below(30_000), Plan::Enter(few.to_vec(), false)));
    }
    let mut late: Vec<u32> = members.iter().chain(owners).copied().filter(|person| !early.contains(person)).collect();
    rng.shuffle(&mut late);
    let mut rest = &late[..];
    while !rest.is_empty() {
        let by_link = rng.per_mille(400);
        let few = if by_link { 1 } else { rest.len().min(1 + rng.index(4)) };
        let (now, later) = rest.split_at(few);
        rest = later;
        let share = rng.unit();
        let at = created + 10 * MINUTE + ((life - 20 * DAY) as f64 * share * share) as u64;
        plan.push((at, Plan::Enter(now.to_vec(), by_link)));
        for person in now {
            let owner = owners.contains(person);
            if rng.per_mille(if owner { 150 } else { 330 }) {
                let stay = DAY + rng.below(END.saturating_sub(at + DAY).max(DAY));
                plan.push((at + stay, Plan::Go(*person, rng.per_mille(700))));
                if rng.per_mille(150) {
                    let back = at + stay + DAY + rng.below(20 * DAY);
                    plan.push((back, Plan::Enter(vec![*person], rng.per_mille(500))));
                }
            } else if rng.per_mille(40) {
                plan.push((at + DAY + rng.below(END.saturating_sub(at + DAY)), Plan::Promote(*person)));
            }
        }
    }
    let others = [Act::Subject, Act::Subject, Act::Icon, Act::Description, Act::Subject];
    for act in others.into_iter().take(2 + rng.index(4)) {
        plan.push((created + DAY + rng.below(life - 2 * DAY), Plan::Other(act)));
    }
    for person in members.iter().filter(|person| changers.contains(person)) {
        plan.extend(people[*person as usize].new_number.as_ref().map(|(_, at)| (*at, Plan::Number(*person))));
    }
    plan.retain(|(at, _)| *at < END);
    plan.sort_by_key(|(at, _)| *at);
    plan
}

/// Plays a plan: only what can happen becomes an event.
fn play(
    rng: &mut Rng,
    group: &mut Group,
    plan: Vec<(u64, Plan)>,
    people: &[Person],
    language: &crate::words::Language,
) {
    let mut inside = BTreeSet::from([group.creator]);
    let mut admins = vec![group.creator];
    let mut subject = group.subject.clone();
    let mut renamed = 0;
    for (at, step) in plan {
        let mut event =
            Event { at, act: Act::Added, actor: Some(rng.pick(&admins)), targets: vec![], old: None, new: None };
        match step {
            Plan::Enter(who, by_link) => {
                let room = MOST - inside.len();
                event.targets = who.into_iter().filter(|person| !inside.contains(person)).take(room).collect();
                if event.targets.is_empty() {
                    continue;
                }
                inside.extend(&event.targets);
                if by_link {
                    event.act = Act::Joined;
                    event.actor = None;
                }
            }
            Plan::Go(person, own_act) => {
                if person == group.creator || !inside.remove(&person) {
                    continue;
                }
                admins.retain(|admin| *admin != person);
                event.act = if own_act { Act::Left } else { Act::Removed };
                event.actor = Some(if own_act { person } else { rng.pick(&admins) });
                event.targets = vec![person];
            }
            Plan::Promote(person) => {
                if !inside.contains(&person) || admins.contains(&person) {
                    continue;
                }
                admins.push(person);
                event.act = Act::Promoted;
                event.targets = vec![person];
            }
            Plan::Number(person) => {
                if !inside.contains(&person) {
                    continue;
                }
                event.act = Act::Number;
                event.actor = Some(person);
                event.targets = vec![person];
            }
            Plan::Other(act) => {
                event.act = act;
                if act == Act::Subject {
                    renamed += 1;
                    let new = format!("{} ({renamed})", rng.pick(language.subjects));
                    event.old = Some(std::mem::replace(&mut subject, new.clone()));
                    event.new = Some(new);
                } else if act == Act::Description {
                    event.new = Some(language.sentence(rng));
                }
            }
        }
        group.events.push(event);
    }
    debug_assert!(people.len() > admins.len());
}
