//! The invented operation before anybody seizes anything: people, groups, one global timeline, pictures, devices.

mod conflicts;
mod devices;
mod groups;
mod owners;
mod pairs;
mod people;
mod pictures;
mod timeline;

pub use conflicts::Conflicts;
pub use devices::{Device, Packing, Schema};
pub use groups::{Act, Event, Group, How, Stay};
pub use people::{Account, Form, Person};
pub use pictures::Picture;
pub use timeline::{Change, Message, NO_QUOTE, Talk};

use std::collections::BTreeMap;

use crate::Scale;
use crate::rng::{For, Rng};

/// 2016-09-01T00:00:00Z in Unix milliseconds: nothing is older.
pub const START: u64 = 1_472_688_000_000;
/// 2017-03-31T00:00:00Z in Unix milliseconds: nothing is younger.
pub const END: u64 = 1_490_918_400_000;
/// A minute in milliseconds.
pub const MINUTE: u64 = 60_000;
/// A day in milliseconds.
pub const DAY: u64 = 86_400_000;

/// How much of everything.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// People, each with one number at a time.
    pub persons: usize,
    /// People who change their number once.
    pub number_changes: usize,
    /// Groups.
    pub groups: usize,
    /// Fewest and most people who ever enter a group, owners of seized phones not counted.
    pub members: (u64, u64),
    /// Seized phones.
    pub devices: usize,
    /// Messages in groups.
    pub messages: usize,
    /// Those of them that share a picture.
    pub shares: usize,
    /// Different pictures.
    pub files: usize,
    /// One-to-one chats of a phone's owner.
    pub partners: usize,
    /// Messages in such a chat, on average.
    pub pair_messages: u64,
    /// Of 1,000 pictures named on a phone, those that are still on it.
    pub kept: u64,
    /// Entries of the large hash list that match nothing.
    pub fillers: usize,
}

impl Size {
    /// The size of a scale.
    pub fn of(scale: Scale) -> Size {
        match scale {
            Scale::Tiny => Size {
                persons: 80,
                number_changes: 3,
                groups: 3,
                members: (14, 20),
                devices: 4,
                messages: 600,
                shares: 260,
                files: 120,
                partners: 2,
                pair_messages: 8,
                kept: 500,
                fillers: 50,
            },
            Scale::Small => Size {
                persons: 420,
                number_changes: 6,
                groups: 10,
                members: (25, 60),
                devices: 12,
                messages: 10_000,
                shares: 5_000,
                files: 900,
                partners: 5,
                pair_messages: 24,
                kept: 350,
                fillers: 2_000,
            },
            Scale::Tantalio => Size {
                persons: 8_900,
                number_changes: 60,
                groups: 25,
                members: (305, 480),
                devices: 300,
                messages: 470_000,
                shares: 366_500,
                files: 40_000,
                partners: 6,
                pair_messages: 20,
                kept: 85,
                fillers: 50_000,
            },
        }
    }
}

/// Everything that happened.
#[derive(Debug)]
pub struct World {
    /// What all chance hangs on.
    pub seed: u64,
    /// How much of everything.
    pub size: Size,
    /// People; the first ones own the seized phones, in order.
    pub people: Vec<Person>,
    /// Groups.
    pub groups: Vec<Group>,
    /// One-to-one chats: two people, the lower index first. Chat numbers go on after the groups.
    pub pairs: Vec<(u32, u32)>,
    /// Messages in the order of their sending; no two have the same time.
    pub messages: Vec<Message>,
    /// Indices into `messages` of each chat.
    pub by_chat: Vec<Vec<u32>>,
    /// What later happened to a message.
    pub changes: BTreeMap<u32, Change>,
    /// Pictures.
    pub pictures: Vec<Picture>,
    /// Seized phones.
    pub devices: Vec<Device>,
    /// Contradictions between them.
    pub conflicts: Conflicts,
}

impl World {
    /// Invents an operation; `threads` draw the pictures.
    pub fn new(scale: Scale, seed: u64, threads: usize) -> World {
        let size = Size::of(scale);
        let people = people::invent(seed, &size);
        let mut devices = devices::invent(seed, scale, &size, &people);
        let mut groups = groups::invent(seed, &size, &people, &mut devices);
        owners::offline(seed, &groups, &mut devices);
        let told = timeline::invent(seed, &size, &people, &mut groups, &devices);
        let conflicts = conflicts::plant(seed, scale, &people, &mut groups, &devices);
        let pictures = pictures::draw(seed, size.files, threads);
        World {
            seed,
            size,
            people,
            groups,
            pairs: told.pairs,
            messages: told.messages,
            by_chat: told.by_chat,
            changes: told.changes,
            pictures,
            devices,
            conflicts,
        }
    }

    /// When a message reached the server, by the server's clock, which is right.
    pub fn server_time(&self, index: u32) -> u64 {
        let way = Rng::new(self.seed, For::Travel, u64::MAX, u64::from(index)).below(320);
        self.messages[index as usize].at + 80 + way
    }

    /// What a person's clock shows at a moment; only those of seized phones may be wrong.
    pub fn stamp(&self, person: u32, at: u64) -> u64 {
        self.devices.get(person as usize).map_or(at, |device| device.stamp(at))
    }

    /// The address of an account.
    pub fn address(&self, account: Account) -> String {
        self.people[account.person as usize].address(account.form)
    }
}
