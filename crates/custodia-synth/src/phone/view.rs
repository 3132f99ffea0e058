//! What the owner of a phone could have seen, and what is left of it: the same for every schema.

use std::collections::BTreeMap;

use crate::clock::civil;
use crate::iphone::paths;
use crate::lists;
use crate::nations::NATIONS;
use crate::rng::{For, Rng};
use crate::words::LANGUAGES;
use crate::world::{Account, Act, Change, DAY, Device, Form, Group, How, MINUTE, Message, Schema, Stay, Talk, World};

/// A row to be: something that reached the phone.
#[derive(Debug)]
pub struct Seen {
    /// When it reached the phone (Unix milliseconds, true time).
    pub received: u64,
    /// What it is.
    pub what: What,
}

/// What reached the phone.
#[derive(Debug)]
pub enum What {
    /// A message.
    Message(Sight),
    /// Event `1` of group `0`.
    Event(u32, u32),
}

/// A message as this phone has it.
#[derive(Debug)]
pub struct Sight {
    /// Index of the message.
    pub message: u32,
    /// Whether the owner sent it.
    pub own: bool,
    /// Whether the owner starred it.
    pub starred: bool,
    /// Whether its row was deleted later.
    pub deleted: bool,
    /// Whether the owner's stay in the group began well before it and ended well after it.
    pub settled: bool,
    /// The edit or revocation, if it reached the phone.
    pub change: Option<Change>,
    /// Whether the row names the hash of the picture.
    pub named: bool,
    /// Path of the picture's file below the app's folder on shared storage; the file may be gone.
    pub path: Option<String>,
    /// Whether the file is still there.
    pub kept: bool,
}

/// A shared picture that lies on the phone.
#[derive(Debug)]
pub struct Held {
    /// Index of the picture.
    pub picture: u32,
    /// Path from the root of the phone.
    pub path: String,
    /// When it was written (Unix milliseconds).
    pub at: u64,
}

/// Who is in a group by what the phone last heard.
#[derive(Debug, Default)]
pub struct Roster {
    /// Until when the owner was in the group, or the seizure.
    pub until: u64,
    /// Members without the owner: person, rank (0 member, 1 admin, 2 founder), stay; whether the owner saw them enter.
    pub members: Vec<(u32, u8, Stay, bool)>,
    /// Those who left within sixty days before `until`, while the owner was there.
    pub past: Vec<Stay>,
}

/// Everything that one phone shows.
#[derive(Debug)]
pub struct View {
    /// Rows in the order of arrival.
    pub seen: Vec<Seen>,
    /// Messages of groups that never reached the phone, though the owner's stay began well before them and ended well
    /// after them.
    pub lost: Vec<u32>,
    /// Groups with at least one row.
    pub rosters: BTreeMap<u32, Roster>,
    /// Shared pictures on the phone.
    pub held: Vec<Held>,
}

impl View {
    /// What phone `index` shows.
    pub fn of(world: &World, index: usize) -> View {
        let device = &world.devices[index];
        let mut view = View { seen: Vec::new(), lost: Vec::new(), rosters: BTreeMap::new(), held: Vec::new() };
        for group in &device.groups {
            view.group(world, device, *group as u32);
        }
        for (pair, (a, b)) in world.pairs.iter().enumerate() {
            if *a == device.owner || *b == device.owner {
                let chat = world.groups.len() + pair;
                for message in &world.by_chat[chat] {
                    view.message(world, device, *message, None);
                }
            }
        }
        view.seen.sort_by_key(|seen| (seen.received, seen.sent(world)));
        // A row that is gone from the end leaves no gap.
        let last = view.seen.iter_mut().rev().find_map(|seen| match &mut seen.what {
            What::Message(sight) => Some(sight),
            What::Event(..) => None,
        });
        last.into_iter().for_each(|sight| sight.deleted = false);
        view.keep_pictures(world, device);
        view
    }

    fn group(&mut self, world: &World, device: &Device, g: u32) {
        let group = &world.groups[g as usize];
        let stays = group.stays();
        let own: Vec<Stay> =
            stays.iter().filter(|s| s.person == device.owner && s.join < device.seized).copied().collect();
        let before = self.seen.len();
        for stay in &own {
            let end = stay.leave.min(device.seized);
            for (e, event) in group.events.iter().enumerate() {
                let delay = travel(world, device.owner, 1 << 40 | u64::from(g) << 20 | e as u64);
                let mut received = event.at + if event.targets.contains(&device.owner) { 0 } else { delay };
                if let Some((from, until)) = device.offline.filter(|_| device.is_offline(received)) {
                    // What happened to the group is told when the network is back, one after the other.
                    received = until + 500 + (received - from) / 1000;
                }
                if stay.join <= event.at && event.at <= stay.leave && received < device.seized {
                    self.seen.push(Seen { received, what: What::Event(g, e as u32) });
                }
            }
            let messages = &world.by_chat[g as usize];
            let from = messages.partition_point(|message| world.messages[*message as usize].at < stay.join);
            for message in &messages[from..] {
                if world.messages[*message as usize].at >= end {
                    break;
                }
                self.message(world, device, *message, Some((stay.join, end)));
            }
        }
        if self.seen.len() > before {
            self.rosters.insert(g, roster(world, device, g, &stays, &own));
        }
    }

    /// A message, and in a group the beginning and end of the owner's stay.
    fn message(&mut self, world: &World, device: &Device, index: u32, stay: Option<(u64, u64)>) {
        let message = &world.messages[index as usize];
        let own = message.sender == device.owner;
        let delay = travel(world, device.owner, u64::from(index));
        let received = if own { message.at } else { world.server_time(index) + delay };
        let end = stay.map_or(device.seized, |stay| stay.1);
        let settled = stay.is_some_and(|(join, end)| join + 2 * MINUTE < message.at && message.at + 2 * MINUTE < end);
        // What reached the server only when the phone was gone is nothing that the phone lacks.
        let settled = settled && (own || world.server_time(index) + 2 * MINUTE < end);
        if received >= end || device.is_offline(received) {
            self.lost.extend(settled.then_some(index));
            return;
        }
        let mut rng = Rng::new(world.seed, For::Keep, u64::from(device.owner), u64::from(index));
        let change = world.changes.get(&index).copied().filter(|change| match *change {
            Change::Edited(at) | Change::Revoked(at) => at + delay < end && !device.is_offline(at + delay),
        });
        // Beside a time without a network a gap would not tell what it is of, and on an iPhone only what its owner sent tells
        // when a gap came to be. And an invite tells whose link a code is.
        let beside = if device.iphone { 10 * DAY } else { 30 * MINUTE };
        let near = |(from, until): (u64, u64)| from < received + beside && received < until + beside;
        let stays = device.offline.is_some_and(near) || matches!(message.talk, Talk::Invite(_));
        let sight = Sight {
            message: index,
            own,
            starred: rng.per_mille(10),
            deleted: rng.per_mille(15) && !stays,
            settled,
            change,
            named: rng.per_mille(990),
            path: None,
            kept: false,
        };
        self.seen.push(Seen { received, what: What::Message(sight) });
    }

    /// Gives shared pictures their paths and decides which of them are still on the phone.
    fn keep_pictures(&mut self, world: &World, device: &Device) {
        let nation = &NATIONS[world.people[device.owner as usize].nation];
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        let mut paths: BTreeMap<u32, String> = BTreeMap::new();
        for seen in &mut self.seen {
            let What::Message(sight) = &mut seen.what else { continue };
            let Talk::Picture(file) = world.messages[sight.message as usize].talk else { continue };
            if matches!(sight.change, Some(Change::Revoked(_))) {
                continue;
            }
            let mut rng = Rng::new(world.seed, For::Keep, u64::from(device.owner), 1 << 40 | u64::from(sight.message));
            if !sight.own && rng.per_mille(100) {
                continue; // never downloaded
            }
            let kept = Rng::new(world.seed, For::Keep, u64::from(device.owner), 2 << 40 | u64::from(file)).below(1000);
            sight.kept = kept < world.size.kept;
            // Mostly a second share of the same picture points to the file of the first; sometimes it is a copy.
            if let Some(path) = paths.get(&file).filter(|_| rng.per_mille(850)) {
                sight.path = Some(path.clone());
                continue;
            }
            let received = device.stamp(seen.received);
            let day = civil(received, nation.offset(received)).strftime("%Y%m%d").to_string();
            let number = numbers.entry(day.clone()).or_default();
            let sent = if sight.own { "Sent/" } else { "" };
            let path = match device.iphone {
                true => paths::media(world, device, sight.message),
                false => format!("Media/{} Images/{sent}IMG-{day}-WA{number:04}.png", app_folder(device)),
            };
            *number += 1;
            if sight.kept {
                let path = match device.iphone {
                    true => format!("{}/Message/{path}", paths::container(world, device)),
                    false => format!("{}/{path}", shared_folder(device)),
                };
                self.held.push(Held { picture: file, path, at: received });
            }
            sight.path = Some(path.clone());
            paths.insert(file, path);
        }
        self.downloads(world, device);
    }

    /// A few phones hold pictures that no message of theirs names, some of them known.
    fn downloads(&mut self, world: &World, device: &Device) {
        let mut rng = Rng::new(world.seed, For::Keep, u64::from(device.owner), 3 << 40);
        for number in 0..rng.below(3) {
            let start = rng.index(world.pictures.len()) as u32;
            let count = world.pictures.len() as u32;
            let wanted = (0..count)
                .map(|step| (start + step) % count)
                .find(|file| number > 0 || lists::known(*file).next().is_some());
            let Some(picture) = wanted else { continue };
            let path = match device.iphone {
                true => format!("{}/IMG_9{number:03}.png", paths::CAMERA),
                false => format!("data/media/0/Download/image_{number}.png"),
            };
            self.held.push(Held { picture, path, at: device.seized - DAY });
        }
    }
}

impl Seen {
    /// Time by the sender's clock.
    pub fn sent(&self, world: &World) -> u64 {
        match &self.what {
            What::Message(sight) => world.messages[sight.message as usize].sent,
            What::Event(g, e) => world.groups[*g as usize].events[*e as usize].at,
        }
    }
}

/// How long something travels from the server to a phone: 0.3 to 5 seconds.
fn travel(world: &World, owner: u32, thing: u64) -> u64 {
    300 + Rng::new(world.seed, For::Travel, u64::from(owner), thing).below(4_700)
}

fn roster(world: &World, device: &Device, g: u32, stays: &[Stay], own: &[Stay]) -> Roster {
    let Some(last) = own.last() else { return Roster::default() };
    // What happened in the last minute may still have been on its way.
    let until = last.leave.min(device.seized - 60_000);
    let here = |at: u64| own.iter().any(|stay| stay.join <= at && at <= stay.leave);
    let group = &world.groups[g as usize];
    let mut members = Vec::new();
    let mut past: BTreeMap<u32, Stay> = BTreeMap::new();
    for stay in stays.iter().filter(|stay| stay.person != device.owner) {
        if stay.join <= until && until < stay.leave {
            let promoted = |event: &&crate::world::Event| {
                event.act == Act::Promoted
                    && event.targets.contains(&stay.person)
                    && (stay.join..until).contains(&event.at)
            };
            let rank = if stay.how == How::Founded { 2 } else { u8::from(group.events.iter().any(|e| promoted(&e))) };
            members.push((stay.person, rank, *stay, here(stay.join)));
        } else if stay.leave <= until && stay.leave + 60 * DAY > until && here(stay.leave) {
            past.insert(stay.person, *stay);
        }
    }
    past.retain(|person, _| !members.iter().any(|member| member.0 == *person));
    Roster { until, members, past: past.into_values().collect() }
}

/// Folder of the app's name on shared storage.
pub fn app_folder(device: &Device) -> &'static str {
    if device.business { "WhatsApp Business" } else { "WhatsApp" }
}

/// Where the app keeps its media, from the root of the phone.
pub fn shared_folder(device: &Device) -> String {
    match device.schema {
        Schema::Legacy => format!("data/media/0/{}", app_folder(device)),
        _ => format!("data/media/0/Android/media/{}/{}", device.package(), app_folder(device)),
    }
}

/// How a phone names a person in a chat at a moment. Owners always see their own number.
pub fn named(world: &World, device: &Device, chat: u32, person: u32, at: u64) -> Account {
    let who = &world.people[person as usize];
    let hidden = device.lid && world.groups.get(chat as usize).is_some_and(|group| group.lid);
    let form = if hidden && who.lid.is_some() && person != device.owner { Form::Lid } else { who.phone_at(at) };
    Account { person, form }
}

/// The other person of a one-to-one chat.
pub fn partner(world: &World, device: &Device, chat: u32) -> Option<u32> {
    let (a, b) = world.pairs.get((chat as usize).checked_sub(world.groups.len())?)?;
    Some(if *a == device.owner { *b } else { *a })
}

/// The key of a message: the same on every phone. Its form tells the kind of the sender's device.
pub fn key(world: &World, index: u32) -> String {
    let sender = u64::from(world.messages[index as usize].sender);
    let mut bytes = [0; 16];
    Rng::new(world.seed, For::Key, u64::from(index), 0).fill(&mut bytes);
    match Rng::new(world.seed, For::Key, 1 << 41, sender).below(20) {
        0..15 => hex::encode_upper(bytes),
        15..19 => format!("3A{}", hex::encode_upper(&bytes[..9])),
        _ => format!("3EB0{}", hex::encode_upper(&bytes[..9])),
    }
}

/// The key of the system row of an event.
pub fn event_key(world: &World, g: u32, e: u32) -> String {
    let mut bytes = [0; 16];
    Rng::new(world.seed, For::Key, 1 << 42 | u64::from(g), u64::from(e)).fill(&mut bytes);
    hex::encode_upper(bytes)
}

/// The words of a message before or after its edit.
pub fn text(world: &World, device: &Device, index: u32, message: &Message, edited: bool) -> Option<String> {
    let language = &LANGUAGES[NATIONS[world.people[message.sender as usize].nation].language];
    let mut rng = Rng::new(world.seed, For::Text, u64::from(index), u64::from(edited));
    match message.talk {
        Talk::Text => {
            let mut text = language.sentence(&mut rng);
            if let Some(person) = message.mentions {
                let address = world.address(named(world, device, message.chat, person, message.sent));
                text.push_str(&format!(" @{}", address.split('@').next().unwrap_or("")));
            }
            Some(text)
        }
        Talk::Picture(_) => rng.per_mille(120).then(|| language.sentence(&mut rng)),
        Talk::Link(g) => Some(format!("{} {}", language.invitation, link(&world.groups[g as usize]))),
        Talk::Invite(_) => None,
    }
}

/// The invitation link of a group.
pub fn link(group: &Group) -> String {
    format!("https://chat.whatsapp.com/{}", group.link)
}
