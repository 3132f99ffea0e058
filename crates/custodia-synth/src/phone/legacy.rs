//! `msgstore.db` in the legacy schema: one wide table, accounts as text, system rows by `status = 6`.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine};
use rusqlite::{Connection, params};

use super::facts::Facts;
use super::java;
use super::notes::{self, Shown};
use super::view::{self, Seen, Sight, View, What};
use crate::error::SynthError;
use crate::world::{Account, Act, Change, Device, NO_QUOTE, Talk, World};

/// The schema.
pub const SCHEMA: &str = include_str!("../schema/legacy.sql");

/// Rows that a phone with a log keeps in the log alone.
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
    connection.execute_batch(&format!("BEGIN; {SCHEMA} COMMIT; BEGIN;"))?;
    let owner = Account { person: device.owner, form: world.people[device.owner as usize].phone_at(device.seized) };
    let mut writer = Writer {
        world,
        device,
        db: connection,
        facts,
        next: 2,
        quotes: 1,
        doomed: Vec::new(),
        chats: BTreeMap::new(),
        logging: false,
    };
    connection.execute(
        "INSERT INTO props (key, value) VALUES ('user_push_name', ?)",
        [world.people[device.owner as usize].shown_name()],
    )?;
    let tail = if device.wal { TAIL.min(view.seen.len() / 4) } else { 0 };
    let (old, new) = view.seen.split_at(view.seen.len() - tail);
    for seen in old {
        writer.put(seen)?;
    }
    writer.rosters(view, owner)?;
    writer.forget()?;
    writer.finish_chats()?;
    connection.execute_batch("COMMIT")?;
    if device.wal {
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; BEGIN;")?;
        writer.logging = true;
        for seen in new {
            writer.put(seen)?;
        }
        writer.forget()?;
        writer.finish_chats()?;
        connection.execute_batch("COMMIT")?;
    }
    Ok(device.wal)
}

struct Writer<'a> {
    world: &'a World,
    device: &'a Device,
    db: &'a Connection,
    facts: &'a mut Facts,
    next: i64,
    quotes: i64,
    doomed: Vec<i64>,
    chats: BTreeMap<u32, Chat>,
    logging: bool,
}

struct Chat {
    address: String,
    subject: Option<String>,
    created: Option<u64>,
    /// Last row and when it arrived.
    last: (i64, u64),
}

/// What a row of `messages` and of `messages_quotes` have in common here.
#[derive(Default)]
struct Wide {
    from_me: bool,
    key: String,
    status: i64,
    data: Option<String>,
    timestamp: u64,
    kind: String,
    media_size: u64,
    media_name: Option<String>,
    caption: Option<String>,
    hash: Option<String>,
    mime: Option<&'static str>,
    thumb: Option<Vec<u8>>,
    resource: Option<String>,
    received: u64,
    server: i64,
    starred: bool,
    quoted: i64,
    mentions: Option<String>,
    edit_version: i64,
    forwarded: bool,
}

impl Writer<'_> {
    fn put(&mut self, seen: &Seen) -> Result<(), SynthError> {
        let received = self.device.stamp(seen.received);
        match &seen.what {
            What::Message(sight) => self.message(sight, received),
            What::Event(g, e) => self.event(*g, *e, received),
        }
    }

    fn address(&mut self, chat: u32, person: u32, at: u64) -> String {
        let account = view::named(self.world, self.device, chat, person, at);
        self.facts.accounts.insert(account);
        self.world.address(account)
    }

    fn chat(&mut self, chat: u32, at: u64) -> String {
        if let Some(known) = self.chats.get(&chat) {
            return known.address.clone();
        }
        let (address, subject, created) = match view::partner(self.world, self.device, chat) {
            Some(person) => (self.address(chat, person, at), None, None),
            None => {
                let group = &self.world.groups[chat as usize];
                (group.address.clone(), Some(group.subject.clone()), Some(group.created))
            }
        };
        self.chats.insert(chat, Chat { address: address.clone(), subject, created, last: (0, at) });
        address
    }

    fn message(&mut self, sight: &Sight, received: u64) -> Result<(), SynthError> {
        let message = self.world.messages[sight.message as usize];
        let chat = self.chat(message.chat, message.sent);
        let in_group = (message.chat as usize) < self.world.groups.len();
        let revoked = matches!(sight.change, Some(Change::Revoked(_)));
        let text = if revoked { None } else { view::text(self.world, self.device, sight.message, &message, false) };
        let mut row = Wide {
            from_me: sight.own,
            key: view::key(self.world, sight.message),
            status: if sight.own { 13 } else { 0 },
            timestamp: message.sent,
            kind: "0".into(),
            received: if sight.own { 0 } else { received },
            server: self.world.server_time(sight.message) as i64,
            starred: sight.starred,
            forwarded: message.forwarded,
            ..Wide::default()
        };
        if in_group && !sight.own {
            row.resource = Some(self.address(message.chat, message.sender, message.sent));
        }
        let mut has_hash = false;
        match message.talk {
            _ if revoked => (row.kind, row.edit_version) = ("15".into(), 7),
            Talk::Picture(file) => {
                let picture = &self.world.pictures[file as usize];
                row.kind = "1".into();
                row.caption = text;
                row.mime = Some("image/png");
                row.media_size = picture.bytes.len() as u64;
                row.hash = sight.named.then(|| BASE64_STANDARD.encode(picture.sha256));
                has_hash = sight.named;
                let path = sight
                    .path
                    .as_ref()
                    .map(|path| format!("/storage/emulated/0/{}/{path}", view::app_folder(self.device)));
                row.media_name = path.as_ref().and_then(|path| path.rsplit('/').next()).map(str::to_owned);
                row.thumb = Some(java::media_data(path.as_deref().unwrap_or(""), row.media_size, path.is_some()));
            }
            _ => row.data = text,
        }
        if !revoked && message.quoted != NO_QUOTE {
            row.quoted = self.quote(&chat, message.chat, message.quoted)?;
        }
        if let Some(person) = message.mentions.filter(|_| !revoked) {
            row.mentions = Some(self.address(message.chat, person, message.sent));
        }
        let id = self.insert(&chat, &row)?;
        self.seen(message.chat, id, received);
        if sight.deleted {
            notes::deleted(sight, self.facts);
            self.doomed.push(id);
        } else {
            let shown = Shown { hash: has_hash, edited: false, revoked };
            notes::message(self.world, self.device, sight, shown, self.facts);
            self.facts.in_log += u64::from(self.logging);
        }
        Ok(())
    }

    fn seen(&mut self, chat: u32, row: i64, at: u64) {
        if let Some(known) = self.chats.get_mut(&chat) {
            known.last = (row, at);
        }
    }

    fn insert(&mut self, chat: &str, row: &Wide) -> Result<i64, SynthError> {
        let id = self.next;
        self.next += 1;
        self.db
            .prepare_cached(
                "INSERT INTO messages (_id, key_remote_jid, key_from_me, key_id, status, needs_push, data, timestamp, media_mime_type,
                 media_wa_type, media_size, media_name, media_caption, media_hash, media_duration, origin, latitude, longitude,
                 thumb_image, remote_resource, received_timestamp, send_timestamp, receipt_server_timestamp,
                 receipt_device_timestamp, recipient_count, starred, quoted_row_id, mentioned_jids, edit_version, forwarded)
                 VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0.0, 0.0, ?, ?, ?, -1, ?, -1, 0, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                id,
                chat,
                row.from_me,
                row.key,
                row.status,
                row.data,
                row.timestamp,
                row.mime,
                row.kind,
                row.media_size,
                row.media_name,
                row.caption,
                row.hash,
                row.thumb,
                row.resource,
                row.received,
                row.server,
                row.starred,
                row.quoted,
                row.mentions,
                row.edit_version,
                row.forwarded
            ])?;
        Ok(id)
    }

    fn quote(&mut self, chat: &str, number: u32, index: u32) -> Result<i64, SynthError> {
        let quoted = self.world.messages[index as usize];
        let own = quoted.sender == self.device.owner;
        let sender = if own { None } else { Some(self.address(number, quoted.sender, quoted.sent)) };
        let kind = if matches!(quoted.talk, Talk::Picture(_)) { "1" } else { "0" };
        let id = self.quotes;
        self.quotes += 1;
        self.db
            .prepare_cached(
                "INSERT INTO messages_quotes (_id, key_remote_jid, key_from_me, key_id, status, data, timestamp, media_wa_type, remote_resource)
                 VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?)",
            )?
            .execute(params![
                id,
                chat,
                own,
                view::key(self.world, index),
                view::text(self.world, self.device, index, &quoted, false),
                quoted.sent,
                kind,
                sender
            ])?;
        Ok(id)
    }

    fn event(&mut self, g: u32, e: u32, received: u64) -> Result<(), SynthError> {
        let world = self.world;
        let event = world.told(self.device.owner, g, e);
        if event.act == Act::Number {
            return Ok(()); // no published fact says where old apps keep the new number
        }
        let chat = self.chat(g, event.at);
        let actor = event.actor.or(event.targets.first().copied());
        let resource = actor.map(|person| self.address(g, person, event.at));
        let targets: Vec<String> = event.targets.iter().map(|person| self.address(g, *person, event.at)).collect();
        let row = Wide {
            from_me: true,
            key: view::event_key(world, g, e),
            status: 6,
            data: event.new.clone(),
            timestamp: event.at,
            kind: "0".into(),
            media_size: event.act as u64,
            thumb: (!targets.is_empty()).then(|| java::accounts(&targets)),
            resource,
            received,
            server: -1,
            ..Wide::default()
        };
        let id = self.insert(&chat, &row)?;
        self.seen(g, id, received);
        if let (Act::Subject, Some(known)) = (event.act, self.chats.get_mut(&g)) {
            known.subject = event.new.clone();
        }
        notes::event(world, self.device, g, e, self.facts);
        Ok(())
    }

    fn rosters(&mut self, view: &View, owner: Account) -> Result<(), SynthError> {
        self.facts.accounts.insert(owner);
        for (g, roster) in &view.rosters {
            let group = self.world.groups[*g as usize].address.clone();
            // The empty account is the owner.
            let mut rows = vec![(String::new(), 0)];
            for (person, rank, ..) in &roster.members {
                rows.push((self.address(*g, *person, roster.until), *rank));
            }
            for (jid, rank) in rows {
                self.db
                    .prepare_cached("INSERT INTO group_participants (gjid, jid, admin, pending, sent_sender_key) VALUES (?, ?, ?, 0, 0)")?
                    .execute(params![group, jid, rank])?;
            }
        }
        Ok(())
    }

    fn forget(&mut self) -> Result<(), SynthError> {
        for row in std::mem::take(&mut self.doomed) {
            self.db.prepare_cached("DELETE FROM messages WHERE _id = ?")?.execute([row])?;
        }
        Ok(())
    }

    fn finish_chats(&mut self) -> Result<(), SynthError> {
        for chat in self.chats.values() {
            self.db
                .prepare_cached(
                    "INSERT INTO chat_list (key_remote_jid, message_table_id, subject, creation, last_read_message_table_id, archived,
                     sort_timestamp, mod_tag, gen) VALUES (?1, ?2, ?3, ?4, ?2, 0, ?5, 0, 0.5)
                     ON CONFLICT (key_remote_jid) DO UPDATE SET message_table_id = ?2, subject = ?3, sort_timestamp = ?5",
                )?
                .execute(params![chat.address, chat.last.0, chat.subject, chat.created, chat.last.1])?;
        }
        Ok(())
    }
}
