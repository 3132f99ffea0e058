//! `msgstore.db` in the modern schema.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::facts::Facts;
use super::notes::{self, Shown};
use super::view::{self, Seen, Sight, View, What};
use crate::error::SynthError;
use crate::rng::{For, Rng};
use crate::world::{Account, Change, Device, Form, Message, Schema, Talk, World};

/// The schema, in layers: each release adds to the one before.
pub const SCHEMA: [&str; 3] = [
    include_str!("../schema/modern_2021.sql"),
    include_str!("../schema/modern_2023.sql"),
    include_str!("../schema/modern_2026.sql"),
];

/// Rows of the newest kind that a phone with a log keeps in the log alone.
const TAIL: usize = 60;

/// Writes the database; true when a write-ahead log stands beside it.
pub fn write(
    world: &World,
    index: usize,
    view: &View,
    connection: &Connection,
    facts: &mut Facts,
) -> Result<bool, SynthError> {
    let device = &world.devices[index];
    let layers = match device.schema {
        Schema::Legacy | Schema::Of2021 => 1,
        Schema::Of2023 => 2,
        Schema::Of2026 => 3,
    };
    for layer in &SCHEMA[..layers] {
        connection.execute_batch(&format!("BEGIN; {layer} COMMIT;"))?;
    }
    if device.schema == Schema::Of2021 {
        // Releases of that time kept the wide table beside the new ones, emptied down to its dummy row.
        let wide = super::legacy::SCHEMA
            .split(';')
            .filter(|s| s.contains("TABLE messages (") || s.contains("INTO messages ("));
        connection.execute_batch(&format!("{};", wide.collect::<Vec<_>>().join(";")))?;
    }
    let mut writer = Writer::new(world, device, connection, facts);
    connection.execute_batch("BEGIN")?;
    writer.begin()?;
    let tail = if device.wal { TAIL.min(view.seen.len() / 4) } else { 0 };
    let (old, new) = view.seen.split_at(view.seen.len() - tail);
    for seen in old {
        writer.put(seen)?;
    }
    writer.rosters(view)?;
    writer.calls()?;
    writer.tie_accounts()?;
    if device.wal {
        writer.forget(2)?;
    } else {
        writer.forget(1)?;
    }
    writer.finish_chats()?;
    connection.execute_batch("COMMIT")?;
    if device.wal {
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;")?;
        writer.logging = true;
        for part in new.chunks((tail / 3).max(1)) {
            connection.execute_batch("BEGIN")?;
            for seen in part {
                writer.put(seen)?;
            }
            writer.finish_chats()?;
            connection.execute_batch("COMMIT")?;
        }
        // Some rows are gone by the log alone: whoever reads the database without it still sees them.
        connection.execute_batch("BEGIN")?;
        writer.forget(1)?;
        connection.execute_batch("COMMIT")?;
    }
    Ok(device.wal)
}

pub(super) struct Writer<'a> {
    pub world: &'a World,
    pub device: &'a Device,
    pub db: &'a Connection,
    pub facts: &'a mut Facts,
    jids: BTreeMap<Account, i64>,
    /// Rows of `jid` that name a device of an account.
    pub device_jids: BTreeMap<Account, i64>,
    group_jids: BTreeMap<u32, i64>,
    pub chats: BTreeMap<u32, Chat>,
    next_jid: i64,
    next_message: i64,
    pub next_add_on: i64,
    doomed: Vec<i64>,
    logging: bool,
}

pub(super) struct Chat {
    row: i64,
    last: (i64, u64),
    /// Row and account of the last message of another person that was not deleted.
    pub last_other: Option<(i64, i64)>,
}

impl<'a> Writer<'a> {
    fn new(world: &'a World, device: &'a Device, db: &'a Connection, facts: &'a mut Facts) -> Writer<'a> {
        Writer {
            world,
            device,
            db,
            facts,
            jids: BTreeMap::new(),
            device_jids: BTreeMap::new(),
            group_jids: BTreeMap::new(),
            chats: BTreeMap::new(),
            next_jid: 1,
            next_message: 2,
            next_add_on: 1,
            doomed: Vec::new(),
            logging: false,
        }
    }

    /// The dummy row, the messenger's own addresses, the owner's name.
    fn begin(&mut self) -> Result<(), SynthError> {
        self.db.execute(
            "INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp, message_type, sort_id)
             VALUES (1, -1, 0, '-1', -1, -1, 0, -1, 0)",
            [],
        )?;
        self.jid("status", "broadcast", 5, "status@broadcast")?;
        self.jid("0", "s.whatsapp.net", 7, "0@s.whatsapp.net")?;
        let name = self.world.people[self.device.owner as usize].shown_name();
        let mut props = self.db.prepare("INSERT INTO props (key, value) VALUES (?, ?)")?;
        props.execute(["user_push_name", &name])?;
        props.execute(["msgtore_db_schema_version", "invented-0123456789abcdef"])?;
        props.execute(["call_log_ready", "1"])?;
        Ok(())
    }

    fn jid(&mut self, user: &str, server: &str, kind: i64, raw: &str) -> Result<i64, SynthError> {
        self.device_jid(user, server, 0, kind, raw)
    }

    /// A new row of `jid`; device 0 is the phone.
    pub fn device_jid(
        &mut self,
        user: &str,
        server: &str,
        device: u32,
        kind: i64,
        raw: &str,
    ) -> Result<i64, SynthError> {
        let row = self.next_jid;
        self.next_jid += 1;
        self.db
            .prepare_cached(
                "INSERT INTO jid (_id, user, server, agent, device, type, raw_string) VALUES (?, ?, ?, 0, ?, ?, ?)",
            )?
            .execute(params![row, user, server, device, kind, raw])?;
        Ok(row)
    }

    /// Row of an account in `jid`.
    pub fn account(&mut self, account: Account) -> Result<i64, SynthError> {
        if let Some(row) = self.jids.get(&account) {
            return Ok(*row);
        }
        let raw = self.world.address(account);
        let (user, server) = raw.split_once('@').unwrap_or((&raw, ""));
        let row = self.jid(user, server, if account.form == Form::Lid { 18 } else { 0 }, &raw)?;
        self.jids.insert(account, row);
        self.facts.accounts.insert(account);
        Ok(row)
    }

    /// Row in `jid` of a person as a chat names them.
    pub fn person(&mut self, chat: u32, person: u32, at: u64) -> Result<i64, SynthError> {
        self.account(view::named(self.world, self.device, chat, person, at))
    }

    /// Row of a group in `jid`.
    pub fn group(&mut self, g: u32) -> Result<i64, SynthError> {
        if let Some(row) = self.group_jids.get(&g) {
            return Ok(*row);
        }
        let raw = self.world.groups[g as usize].address.clone();
        let row = self.jid(raw.split('@').next().unwrap_or(""), "g.us", 1, &raw)?;
        self.group_jids.insert(g, row);
        Ok(row)
    }

    /// Row of a chat.
    pub fn chat(&mut self, chat: u32, at: u64) -> Result<i64, SynthError> {
        if let Some(known) = self.chats.get(&chat) {
            return Ok(known.row);
        }
        let row = self.chats.len() as i64 + 1;
        let (jid, subject, created) = match view::partner(self.world, self.device, chat) {
            Some(person) => (self.person(chat, person, at)?, None, None),
            None => {
                let group = &self.world.groups[chat as usize];
                (self.group(chat)?, Some(group.subject.as_str()), Some(group.created))
            }
        };
        self.db
            .prepare_cached(
                "INSERT INTO chat (_id, jid_row_id, hidden, subject, created_timestamp, archived, sort_timestamp, mod_tag, gen,
                 spam_detection, unseen_message_count, show_group_description, ephemeral_expiration) VALUES (?, ?, 0, ?, ?, 0, ?, 0, 0.5, 1, 0, 0, 0)",
            )?
            .execute(params![row, jid, subject, created, at])?;
        self.chats.insert(chat, Chat { row, last: (0, at), last_other: None });
        Ok(row)
    }

    fn put(&mut self, seen: &Seen) -> Result<(), SynthError> {
        let received = self.device.stamp(seen.received);
        match &seen.what {
            What::Message(sight) => self.message(sight, received),
            What::Event(g, e) => self.event(*g, *e, received),
        }
    }

    /// The number of the next row of `message`.
    pub fn next(&mut self) -> i64 {
        self.next_message += 1;
        self.next_message - 1
    }

    /// Notes a row as the last of its chat.
    pub fn last(&mut self, chat: u32, row: i64, at: u64) {
        if let Some(chat) = self.chats.get_mut(&chat) {
            chat.last = (row, at);
        }
    }

    fn message(&mut self, sight: &Sight, received: u64) -> Result<(), SynthError> {
        let message = self.world.messages[sight.message as usize];
        let chat = self.chat(message.chat, message.sent)?;
        let row = self.next();
        let in_group = (message.chat as usize) < self.world.groups.len();
        let sender = if sight.own || !in_group { 0 } else { self.person(message.chat, message.sender, message.sent)? };
        let key = view::key(self.world, sight.message);
        let recent = self.device.schema >= Schema::Of2023;
        let revoked = matches!(sight.change, Some(Change::Revoked(_)));
        let edited = recent && matches!(sight.change, Some(Change::Edited(_)));
        let by_admin = revoked && recent && in_group && sight.message.is_multiple_of(5);
        let text = if revoked { None } else { view::text(self.world, self.device, sight.message, &message, edited) };
        let kind = match message.talk {
            _ if by_admin => 64,
            _ if revoked => 15,
            Talk::Picture(_) => 1,
            Talk::Invite(_) => 24,
            _ => 0,
        };
        let lookup = if message.quoted != crate::world::NO_QUOTE { 2 } else { 0 };
        let status = if !sight.own {
            0
        } else if sight.message.is_multiple_of(3) {
            5
        } else {
            13
        };
        self.db
            .prepare_cached(
                "INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, broadcast, recipient_count,
                 origination_flags, origin, timestamp, received_timestamp, receipt_server_timestamp, message_type, text_data,
                 starred, lookup_tables, message_add_on_flags, sort_id) VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, 0, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
            )?
            .execute(params![
                row,
                chat,
                sight.own,
                key,
                sender,
                status,
                i64::from(message.forwarded),
                message.sent,
                if sight.own { 0 } else { received },
                self.world.server_time(sight.message),
                kind,
                text,
                sight.starred,
                lookup,
                row
            ])?;
        match sight.change {
            Some(Change::Revoked(at)) => self.revoked(row, &key, at, by_admin, &message)?,
            Some(Change::Edited(at)) if edited => {
                let at = self.world.stamp(message.sender, at);
                self.db
                    .prepare_cached("INSERT INTO message_edit_info (message_row_id, original_key_id, edited_timestamp, sender_timestamp) VALUES (?, ?, ?, ?)")?
                    .execute(params![row, key, at, at])?;
            }
            _ => {}
        }
        if !revoked {
            self.details(sight, &message, row, chat, recent)?;
        }
        if let Some(known) = self.chats.get_mut(&message.chat) {
            known.last = (row, received);
            if !sight.own && !sight.deleted && in_group {
                known.last_other = Some((row, sender));
            }
        }
        if sight.deleted {
            notes::deleted(sight, self.facts);
            self.doomed.push(row);
        } else {
            let hash = !revoked && sight.named && kind == 1;
            notes::message(self.world, self.device, sight, Shown { hash, edited, revoked }, self.facts);
            self.facts.in_log += u64::from(self.logging);
        }
        Ok(())
    }

    fn revoked(&mut self, row: i64, key: &str, at: u64, by_admin: bool, message: &Message) -> Result<(), SynthError> {
        if self.device.schema < Schema::Of2023 {
            self.db
                .prepare_cached("INSERT INTO message_revoked (message_row_id, revoked_key_id) VALUES (?, ?)")?
                .execute(params![row, key])?;
            return Ok(());
        }
        let admin = by_admin.then(|| self.world.groups[message.chat as usize].creator);
        let at = self.world.stamp(admin.unwrap_or(message.sender), at);
        let admin = admin.map(|admin| self.person(message.chat, admin, at)).transpose()?;
        self.db
            .prepare_cached(
                "INSERT INTO message_revoked (message_row_id, revoked_key_id, admin_jid_row_id, revoke_timestamp) VALUES (?, ?, ?, ?)",
            )?
            .execute(params![row, key, admin, at])?;
        Ok(())
    }

    /// Deletes every `nth` of the rows that are to go, with all that hangs on them.
    fn forget(&mut self, nth: usize) -> Result<(), SynthError> {
        let mut kept = Vec::new();
        for (place, row) in std::mem::take(&mut self.doomed).into_iter().enumerate() {
            if place % nth != 0 {
                kept.push(row);
                continue;
            }
            for statement in [
                "DELETE FROM message WHERE _id = ?",
                "DELETE FROM message_media WHERE message_row_id = ?",
                "DELETE FROM message_quoted WHERE message_row_id = ?",
                "DELETE FROM message_forwarded WHERE message_row_id = ?",
                "DELETE FROM message_mentions WHERE message_row_id = ?",
                "DELETE FROM message_revoked WHERE message_row_id = ?",
                "DELETE FROM message_link WHERE message_row_id = ?",
                "DELETE FROM message_text WHERE message_row_id = ?",
                "DELETE FROM receipt_user WHERE message_row_id = ?",
            ] {
                self.db.prepare_cached(statement)?.execute([row])?;
            }
            if self.device.schema >= Schema::Of2023 {
                self.db.prepare_cached("DELETE FROM message_edit_info WHERE message_row_id = ?")?.execute([row])?;
            }
        }
        self.doomed = kept;
        Ok(())
    }

    fn finish_chats(&mut self) -> Result<(), SynthError> {
        let mut update = self.db.prepare_cached(
            "UPDATE chat SET last_message_row_id = ?1, display_message_row_id = ?1, last_read_message_row_id = ?1,
             last_message_sort_id = ?1, display_message_sort_id = ?1, last_read_message_sort_id = ?1, sort_timestamp = ?2 WHERE _id = ?3",
        )?;
        for chat in self.chats.values() {
            update.execute(params![chat.last.0, chat.last.1, chat.row])?;
        }
        Ok(())
    }

    /// A number below 1,000 that decides whether this phone ties a person's accounts in one of the ways.
    pub fn tie(&self, person: u32, way: u64) -> u64 {
        Rng::new(self.world.seed, For::Phone, u64::from(self.device.owner), way << 40 | u64::from(person)).below(1000)
    }

    /// LIDs tied to numbers: by `jid_map`, and by the account of a one-to-one chat.
    fn tie_accounts(&mut self) -> Result<(), SynthError> {
        let hidden: Vec<u32> = self.jids.keys().filter(|account| account.form == Form::Lid).map(|a| a.person).collect();
        let known: Vec<u32> = hidden.into_iter().filter(|person| self.tie(*person, 2) < self.device.jid_map).collect();
        let chats: Vec<(i64, u32)> = self
            .chats
            .iter()
            .filter_map(|(chat, known)| Some((known.row, view::partner(self.world, self.device, *chat)?)))
            .filter(|(_, person)| {
                self.device.schema >= Schema::Of2023 && self.world.people[*person as usize].lid.is_some()
            })
            .filter(|(_, person)| self.tie(*person, 3) < 500)
            .collect();
        for person in known {
            let phone = Account { person, form: self.world.people[person as usize].phone_at(self.device.seized) };
            let lid = Account { person, form: Form::Lid };
            let (lid_row, phone_row) = (self.account(lid)?, self.account(phone)?);
            self.db
                .prepare_cached("INSERT INTO jid_map (lid_row_id, jid_row_id) VALUES (?, ?)")?
                .execute([lid_row, phone_row])?;
            self.facts.tie(phone, lid);
        }
        for (row, person) in chats {
            let lid = Account { person, form: Form::Lid };
            let lid_row = self.account(lid)?;
            self.db.prepare_cached("UPDATE chat SET account_jid_row_id = ? WHERE _id = ?")?.execute([lid_row, row])?;
            self.facts.tie(Account { person, form: Form::Phone }, lid);
        }
        Ok(())
    }
}
