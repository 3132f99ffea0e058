//! `ChatStorage.sqlite`: chats, groups, members; rows in the order of their arrival.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::core_data::{self, date};
use super::ties;
use crate::error::SynthError;
use crate::phone::Facts;
use crate::phone::view::{self, Roster, Seen, View, What};
use crate::world::{Account, Device, Form, Schema, World};

const SCHEMA: &str = include_str!("../schema/ios_storage.sql");

/// The entities, in alphabetical order; their places are their numbers.
const ENTITIES: [&str; 11] = [
    "WAChatSession",
    "WAGroupInfo",
    "WAGroupMember",
    "WAGroupMembersChange",
    "WAMediaItem",
    "WAMessage",
    "WAMessageDataItem",
    "WAMessageInfo",
    "WAPhoneNumberLIDPair",
    "WAProfilePushName",
    "WAVCardMention",
];

/// Rows of the newest kind that a phone with a log keeps in the log alone.
const TAIL: usize = 60;

/// Writes the database; a phone with a log has its last rows in the log alone.
pub fn write(world: &World, index: usize, view: &View, db: &Connection, facts: &mut Facts) -> Result<(), SynthError> {
    let device = &world.devices[index];
    let recent = device.schema >= Schema::Of2023;
    let entities: Vec<&str> = ENTITIES.into_iter().filter(|name| recent || *name != "WAPhoneNumberLIDPair").collect();
    db.execute_batch(&format!("BEGIN; {SCHEMA}"))?;
    core_data::begin(world, index, db, 0, &entities)?;
    let mut writer = Writer::new(world, device, db, facts);
    let tail = if device.wal { TAIL.min(view.seen.len() / 4) } else { 0 };
    let (old, new) = view.seen.split_at(view.seen.len() - tail);
    for seen in old {
        writer.put(seen)?;
    }
    writer.rosters(view)?;
    if recent {
        ties::in_storage(world, device, db, writer.facts)?;
    }
    writer.push_names()?;
    writer.forget(if device.wal { 2 } else { 1 })?;
    writer.finish_chats()?;
    core_data::finish(db, &entities)?;
    db.execute_batch("COMMIT")?;
    if device.wal {
        db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;")?;
        writer.logging = true;
        for part in new.chunks((tail / 3).max(1)) {
            db.execute_batch("BEGIN")?;
            for seen in part {
                writer.put(seen)?;
            }
            writer.finish_chats()?;
            core_data::finish(db, &entities)?;
            db.execute_batch("COMMIT")?;
        }
        // Some rows are gone by the log alone: whoever reads the database without it still sees them.
        db.execute_batch("BEGIN")?;
        writer.forget(1)?;
        db.execute_batch("COMMIT")?;
    }
    Ok(())
}

/// The highest key given in each table.
#[derive(Default)]
pub(super) struct Keys {
    pub message: i64,
    pub media: i64,
    pub info: i64,
    pub preview: i64,
    pub change: i64,
    member: i64,
    group: i64,
}

/// Gives the next key.
pub(super) fn next(key: &mut i64) -> i64 {
    *key += 1;
    *key
}

pub(super) struct Writer<'a> {
    pub world: &'a World,
    pub device: &'a Device,
    pub db: &'a Connection,
    pub facts: &'a mut Facts,
    pub keys: Keys,
    pub recent: bool,
    pub sessions: BTreeMap<u32, Session>,
    members: BTreeMap<(u32, Account), i64>,
    /// Rows that are to go.
    pub doomed: Vec<i64>,
    pub logging: bool,
}

/// A chat.
pub(super) struct Session {
    pub row: i64,
    /// Address of the group or of the other person.
    pub address: String,
    /// Last row, its time, rows in all.
    pub last: (i64, u64, i64),
    /// Address of who sent the last message of another person that was not deleted.
    pub last_other: Option<String>,
}

impl<'a> Writer<'a> {
    fn new(world: &'a World, device: &'a Device, db: &'a Connection, facts: &'a mut Facts) -> Writer<'a> {
        Writer {
            world,
            device,
            db,
            facts,
            keys: Keys::default(),
            recent: device.schema >= Schema::Of2023,
            sessions: BTreeMap::new(),
            members: BTreeMap::new(),
            doomed: Vec::new(),
            logging: false,
        }
    }

    fn put(&mut self, seen: &Seen) -> Result<(), SynthError> {
        match &seen.what {
            What::Message(sight) => self.message(sight),
            What::Event(g, e) => self.event(*g, *e),
        }
    }

    /// The owner's account.
    pub fn owner(&self) -> Account {
        let person = self.device.owner;
        Account { person, form: self.world.people[person as usize].phone_at(self.device.seized) }
    }

    /// Whether the table of members lists the owner among them.
    pub fn lists_owner(&self) -> bool {
        self.device.owner % 8 == 3
    }

    /// The account by which a chat names a person.
    pub fn named(&mut self, chat: u32, person: u32, at: u64) -> Account {
        let mut account = view::named(self.world, self.device, chat, person, at);
        if view::partner(self.world, self.device, chat) == Some(person)
            && ties::hidden_chat(self.world, self.device, person)
        {
            account.form = Form::Lid;
        }
        self.facts.accounts.insert(account);
        account
    }

    /// The address by which a chat names a person.
    pub fn address(&mut self, chat: u32, person: u32, at: u64) -> String {
        let account = self.named(chat, person, at);
        self.world.address(account)
    }

    /// Key of a chat.
    pub fn session(&mut self, chat: u32, at: u64) -> Result<i64, SynthError> {
        if let Some(known) = self.sessions.get(&chat) {
            return Ok(known.row);
        }
        let row = self.sessions.len() as i64 + 1;
        let (world, device) = (self.world, self.device);
        let (address, identifier, name, group) = match view::partner(world, device, chat) {
            Some(person) => {
                let account = self.named(chat, person, at);
                let number = Account { person, form: world.people[person as usize].phone_at(at) };
                let identifier = (account != number).then(|| {
                    self.facts.tie(number, account);
                    world.address(number)
                });
                (world.address(account), identifier, world.people[person as usize].shown_name(), None)
            }
            None => {
                let group = &world.groups[chat as usize];
                (group.address.clone(), None, group.subject.clone(), Some(self.group(chat, row)?))
            }
        };
        self.db
            .prepare_cached(
                "INSERT INTO ZWACHATSESSION (Z_PK, Z_ENT, Z_OPT, ZARCHIVED, ZFLAGS, ZHIDDEN, ZMESSAGECOUNTER, ZREMOVED, ZSESSIONTYPE,
                 ZUNREADCOUNT, ZGROUPINFO, ZCONTACTIDENTIFIER, ZCONTACTJID, ZPARTNERNAME) VALUES (?, 1, 1, 0, 0, 0, 0, 0, ?, 0, ?, ?, ?, ?)",
            )?
            .execute(params![row, i64::from(group.is_some()), group, identifier, address, name])?;
        self.sessions.insert(chat, Session { row, address, last: (0, at, 0), last_other: None });
        Ok(row)
    }

    fn group(&mut self, g: u32, session: i64) -> Result<i64, SynthError> {
        let row = next(&mut self.keys.group);
        let group = &self.world.groups[g as usize];
        // Not every release stores who created a group.
        let creator = self.device.settings.then(|| {
            let at = group.created;
            self.facts.creators.insert(g);
            self.address(g, group.creator, at)
        });
        self.db
            .prepare_cached(
                "INSERT INTO ZWAGROUPINFO (Z_PK, Z_ENT, Z_OPT, ZSTATE, ZCHATSESSION, ZCREATIONDATE, ZSUBJECTTIMESTAMP, ZCREATORJID)
                 VALUES (?, 2, 1, 0, ?, ?, ?, ?)",
            )?
            .execute(params![row, session, date(group.created), date(group.created), creator])?;
        Ok(row)
    }

    /// Key of a person among the members of a group: whoever was ever seen in it stays in the table.
    pub fn member(&mut self, g: u32, account: Account) -> Result<i64, SynthError> {
        if let Some(row) = self.members.get(&(g, account)) {
            return Ok(*row);
        }
        let session = self.session(g, self.world.groups[g as usize].created)?;
        let row = next(&mut self.keys.member);
        let name = account.person.is_multiple_of(3).then(|| self.world.people[account.person as usize].shown_name());
        self.db
            .prepare_cached(
                "INSERT INTO ZWAGROUPMEMBER (Z_PK, Z_ENT, Z_OPT, ZISACTIVE, ZISADMIN, ZCHATSESSION, ZCONTACTNAME, ZMEMBERJID)
                 VALUES (?, 3, 1, 0, 0, ?, ?, ?)",
            )?
            .execute(params![row, session, name, self.world.address(account)])?;
        self.members.insert((g, account), row);
        self.facts.accounts.insert(account);
        self.facts.shown.insert((g, account));
        Ok(row)
    }

    /// Who is in each group; all others of the table were.
    fn rosters(&mut self, view: &View) -> Result<(), SynthError> {
        for (g, roster) in &view.rosters {
            self.roster(*g, roster)?;
        }
        Ok(())
    }

    fn roster(&mut self, g: u32, roster: &Roster) -> Result<(), SynthError> {
        let mut active: Vec<(Account, bool)> = Vec::new();
        for (person, rank, ..) in &roster.members {
            active.push((self.named(g, *person, roster.until), *rank > 0));
        }
        if self.lists_owner() && roster.until + 60_000 >= self.device.seized {
            active.push((self.owner(), self.world.groups[g as usize].creator == self.device.owner));
        }
        for (account, admin) in active {
            let row = self.member(g, account)?;
            self.db
                .prepare_cached(
                    "UPDATE ZWAGROUPMEMBER SET ZISACTIVE = 1, ZISADMIN = ?, Z_OPT = Z_OPT + 1 WHERE Z_PK = ?",
                )?
                .execute(params![admin, row])?;
        }
        for stay in &roster.past {
            let account = self.named(g, stay.person, stay.leave);
            self.member(g, account)?;
        }
        Ok(())
    }

    /// Names that people gave themselves.
    fn push_names(&mut self) -> Result<(), SynthError> {
        let known: Vec<Account> = self.facts.accounts.iter().copied().collect();
        for (place, account) in known.into_iter().filter(|account| account.person % 5 != 0).enumerate() {
            let name = self.world.people[account.person as usize].shown_name();
            self.db
                .prepare_cached(
                    "INSERT INTO ZWAPROFILEPUSHNAME (Z_PK, Z_ENT, Z_OPT, ZJID, ZPUSHNAME) VALUES (?, 10, 1, ?, ?)",
                )?
                .execute(params![place + 1, self.world.address(account), name])?;
        }
        Ok(())
    }

    /// Deletes every `nth` of the rows that are to go, with all that hangs on them.
    fn forget(&mut self, nth: usize) -> Result<(), SynthError> {
        let (gone, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.doomed).into_iter().enumerate().partition(|(place, _)| place % nth == 0);
        for (_, row) in gone {
            for statement in [
                "DELETE FROM ZWAMESSAGE WHERE Z_PK = ?",
                "DELETE FROM ZWAMEDIAITEM WHERE ZMESSAGE = ?",
                "DELETE FROM ZWAMESSAGEDATAITEM WHERE ZMESSAGE = ?",
                "DELETE FROM ZWAMESSAGEINFO WHERE ZMESSAGE = ?",
            ] {
                self.db.prepare_cached(statement)?.execute([row])?;
            }
        }
        self.doomed = kept.into_iter().map(|(_, row)| row).collect();
        Ok(())
    }

    fn finish_chats(&mut self) -> Result<(), SynthError> {
        let mut update = self.db.prepare_cached(
            "UPDATE ZWACHATSESSION SET ZLASTMESSAGE = ?, ZLASTMESSAGEDATE = ?, ZMESSAGECOUNTER = ?, Z_OPT = Z_OPT + 1 WHERE Z_PK = ?",
        )?;
        for session in self.sessions.values() {
            let (row, at, count) = session.last;
            update.execute(params![row, date(at), count, session.row])?;
        }
        Ok(())
    }
}
