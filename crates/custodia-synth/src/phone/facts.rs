//! What a phone can show, noted while it is written; the truth is the union of these notes.

use std::collections::BTreeSet;

use crate::world::Account;

/// An entry into a group that a phone has a row of: group, inviter, invitee, moment, by link.
pub type Invitation = (u32, Option<u32>, u32, u64, bool);

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
    /// Group and person.
    pub members: BTreeSet<(u32, u32)>,
    /// Accounts tied to each other.
    pub aliases: BTreeSet<(Account, Account)>,
    /// Settings of the phone that name a country, an index into the nations.
    pub settings: Vec<(Setting, usize)>,
    /// Entries into groups.
    pub invitations: BTreeSet<Invitation>,
    /// Live messages of groups, in the order of their rows.
    pub messages: Vec<u32>,
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
