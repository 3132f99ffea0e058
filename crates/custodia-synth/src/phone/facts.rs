//! What a phone can show, noted while it is written; the truth is the union of these notes.

use std::collections::BTreeSet;

use crate::world::Account;

/// An entry into a group that a phone has a row of: group, inviter, invitee, moment, by link.
pub type Invitation = (u32, Option<u32>, u32, u64, bool);

/// What a row with a time says of a person and a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// Is listed as having entered; no row of the event itself.
    Listed,
    /// Founded it or was added.
    Entered,
    /// Entered by link.
    Joined,
    /// Left.
    Left,
    /// Was removed.
    Removed,
}

/// A setting of the phone that names a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Setting {
    /// Its SIM card.
    Sim,
    /// Its time zone.
    Zone,
    /// Its language and country.
    Locale,
}

/// Notes about one phone. Numbers are indices into the world.
#[derive(Debug, Default)]
pub struct Facts {
    /// Accounts that occur.
    pub accounts: BTreeSet<Account>,
    /// Groups that have a chat.
    pub groups: BTreeSet<u32>,
    /// Groups whose creator some row states.
    pub creators: BTreeSet<u32>,
    /// Group and person: who acted or was concerned. Further members stand in `shown`.
    pub members: BTreeSet<(u32, u32)>,
    /// Group and account that rows without a time show in it: senders, listed participants, the owner.
    pub shown: BTreeSet<(u32, Account)>,
    /// Group and account that a row with a time shows entering or going.
    pub turns: BTreeSet<(u32, Account, u64, Turn)>,
    /// Groups and events that have a row.
    pub events: Vec<(u32, u32)>,
    /// Group and account that acted in it.
    pub actors: BTreeSet<(u32, Account)>,
    /// Live messages of one-to-one chats that invite: group, inviter, invitee, time by the sender's clock.
    pub links: Vec<(u32, Account, Account, u64)>,
    /// Accounts tied to each other.
    pub aliases: BTreeSet<(Account, Account)>,
    /// Settings of the phone that name a country, an index into the nations.
    pub settings: Vec<(Setting, usize)>,
    /// Entries into groups.
    pub invitations: BTreeSet<Invitation>,
    /// Live messages of groups, in the order of their rows.
    pub messages: Vec<u32>,
    /// Those of them that were edited, or (true) revoked.
    pub changed: Vec<(u32, bool)>,
    /// Messages of groups without a live row, well within the owner's stays: never delivered, or (true) deleted.
    pub absent: Vec<(u32, bool)>,
    /// Live messages of groups that name the hash of a picture.
    pub shares: Vec<u32>,
    /// Live messages of any chat that name the hash of a picture in a known list.
    pub known: Vec<u32>,
    /// Pictures that lie on the phone as files.
    pub files: BTreeSet<u32>,
    /// Live messages of any chat.
    pub rows: u64,
    /// Messages deleted from the database.
    pub deleted: u64,
    /// Messages that stand in the write-ahead log alone.
    pub in_log: u64,
    /// Shared pictures on the phone, copies counted.
    pub media_files: u64,
    /// Bytes as packed.
    pub bytes: u64,
}

impl Facts {
    /// Notes that a row ties two accounts of a person, and so shows both.
    pub fn tie(&mut self, account: Account, other: Account) {
        self.accounts.extend([account, other]);
        self.aliases.insert((account, other));
    }
}
