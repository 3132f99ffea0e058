//! What hangs on a message of the modern schema: media, quote, mention, reaction, receipt, invitation, sending device.

use base64::prelude::{BASE64_STANDARD, Engine};
use rusqlite::params;

use super::modern::Writer;
use super::view::{self, Sight};
use crate::error::SynthError;
use crate::rng::{For, Rng};
use crate::world::{Account, DAY, Form, Message, Talk};

impl Writer<'_> {
    pub(super) fn details(
        &mut self,
        sight: &Sight,
        message: &Message,
        row: i64,
        chat: i64,
        recent: bool,
    ) -> Result<(), SynthError> {
        if message.forwarded {
            let score = if sight.message.is_multiple_of(50) { 127 } else { 1 + sight.message % 4 };
            self.db
                .prepare_cached("INSERT INTO message_forwarded (message_row_id, forward_score) VALUES (?, ?)")?
                .execute(params![row, score])?;
        }
        if let Talk::Picture(file) = message.talk {
            self.media(sight, message, row, chat, file)?;
        }
        match message.talk {
            Talk::Link(g) => self.link(sight, message, row, chat, g)?,
            Talk::Invite(g) => self.invite(message, row, g)?,
            _ => {}
        }
        if message.quoted != crate::world::NO_QUOTE {
            let quoted = self.world.messages[message.quoted as usize];
            let own = quoted.sender == self.device.owner;
            let sender = if own { 0 } else { self.person(message.chat, quoted.sender, quoted.sent)? };
            let kind = i64::from(matches!(quoted.talk, Talk::Picture(_)));
            let text = view::text(self.world, self.device, message.quoted, &quoted, false);
            self.db
                .prepare_cached(
                    "INSERT INTO message_quoted (message_row_id, chat_row_id, parent_message_chat_row_id, from_me, sender_jid_row_id,
                     key_id, timestamp, message_type, origin, text_data, lookup_tables) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0)",
                )?
                .execute(params![row, chat, chat, own, sender, view::key(self.world, message.quoted), quoted.sent, kind, text])?;
        }
        if let Some(person) = message.mentions {
            let jid = self.person(message.chat, person, message.sent)?;
            self.db
                .prepare_cached("INSERT INTO message_mentions (message_row_id, jid_row_id) VALUES (?, ?)")?
                .execute(params![row, jid])?;
        }
        let mut rng =
            Rng::new(self.world.seed, For::Phone, u64::from(self.device.owner), 1 << 32 | u64::from(sight.message));
        let other = self.chats.get(&message.chat).and_then(|chat| chat.last_other);
        if let Some((_, who)) = other.filter(|_| recent && !sight.deleted && rng.per_mille(20)) {
            let add_on = self.next_add_on;
            self.next_add_on += 1;
            let mut key = [0; 16];
            rng.fill(&mut key);
            self.db
                .prepare_cached(
                    "INSERT INTO message_add_on (_id, chat_row_id, from_me, key_id, sender_jid_row_id, parent_message_row_id, timestamp,
                     status, message_add_on_type) VALUES (?, ?, 0, ?, ?, ?, ?, 0, 56)",
                )?
                .execute(params![add_on, chat, hex::encode_upper(key), who, row, message.sent + 5_000])?;
            self.db
                .prepare_cached("INSERT INTO message_add_on_reaction (message_add_on_row_id, reaction, sender_timestamp) VALUES (?, ?, ?)")?
                .execute(params![add_on, rng.pick(&["👍", "😂", "🙏"]), message.sent + 5_000])?;
        }
        self.author_device(sight, message, row)?;
        if let Some((_, who)) = other.filter(|_| sight.own) {
            self.db
                .prepare_cached(
                    "INSERT INTO receipt_user (message_row_id, receipt_user_jid_row_id, receipt_timestamp, read_timestamp) VALUES (?, ?, ?, ?)",
                )?
                .execute(params![row, who, message.sent + 2_000, message.sent + 60_000])?;
        }
        Ok(())
    }

    /// What hangs on a text with an invitation link; half of the apps drew a preview of it.
    fn link(&mut self, sight: &Sight, message: &Message, row: i64, chat: i64, g: u32) -> Result<(), SynthError> {
        self.db
            .prepare_cached("INSERT INTO message_link (chat_row_id, message_row_id, link_index) VALUES (?, ?, 0)")?
            .execute(params![chat, row])?;
        if sight.message.is_multiple_of(2) {
            let group = &self.world.groups[g as usize];
            self.db
                .prepare_cached(
                    "INSERT INTO message_text (message_row_id, description, page_title, url, preview_type) VALUES (?, ?, ?, ?, 0)",
                )?
                .execute(params![row, "WhatsApp Group Invite", group.subject_at(message.sent), view::link(group)])?;
        }
        Ok(())
    }

    /// The group that an invite is to.
    fn invite(&mut self, message: &Message, row: i64, g: u32) -> Result<(), SynthError> {
        let group = &self.world.groups[g as usize];
        let (group_row, admin) = (self.group(g)?, self.person(message.chat, message.sender, message.sent)?);
        self.db
            .prepare_cached(
                "INSERT INTO message_group_invite (message_row_id, group_jid_row_id, admin_jid_row_id, group_name, invite_code,
                 expiration, invite_time, expired) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
            )?
            .execute(params![
                row,
                group_row,
                admin,
                group.subject_at(message.sent),
                group.link,
                message.sent + 3 * DAY,
                message.sent
            ])?;
        Ok(())
    }

    fn media(&mut self, sight: &Sight, message: &Message, row: i64, chat: i64, file: u32) -> Result<(), SynthError> {
        let picture = &self.world.pictures[file as usize];
        let hash = sight.named.then(|| BASE64_STANDARD.encode(picture.sha256));
        // Keys and server hashes do not compress; one row in four has them, which is enough to be read.
        let mut rng = Rng::new(self.world.seed, For::Phone, u64::from(sight.message), 5);
        let secret = (sight.message.is_multiple_of(4)).then(|| {
            let mut bytes = [0; 32];
            rng.fill(&mut bytes);
            bytes
        });
        let direct =
            secret.map(|_| format!("/v/t62.7118-24/{}_{}_n.enc", rng.below(100_000_000), rng.below(1_000_000_000_000)));
        self.db
            .prepare_cached(
                "INSERT INTO message_media (message_row_id, chat_row_id, transferred, file_path, file_size, media_key,
                 media_key_timestamp, width, height, direct_path, message_url, mime_type, file_length, file_hash, enc_file_hash)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'image/png', ?, ?, ?)",
            )?
            .execute(params![
                row,
                chat,
                sight.path.is_some(),
                sight.path,
                picture.bytes.len(),
                secret,
                message.sent / 1000,
                picture.width,
                picture.width * 3 / 4,
                direct,
                direct.as_ref().map(|path| format!("https://mmg.whatsapp.net{path}")),
                picture.bytes.len(),
                hash,
                secret.map(|bytes| BASE64_STANDARD.encode(bytes)),
            ])?;
        Ok(())
    }
    /// A few messages name the device that sent them, by the number of a person whom the row itself names by LID.
    fn author_device(&mut self, sight: &Sight, message: &Message, row: i64) -> Result<(), SynthError> {
        let sender = view::named(self.world, self.device, message.chat, message.sender, message.sent);
        let few = self.device.author_devices
            && sender.form == Form::Lid
            && !sight.deleted
            && sight.message.is_multiple_of(3)
            && self.tie(message.sender, 5) < 60;
        if !few {
            return Ok(());
        }
        let phone =
            Account { person: message.sender, form: self.world.people[message.sender as usize].phone_at(message.sent) };
        let jid = match self.device_jids.get(&phone) {
            Some(jid) => *jid,
            None => {
                let address = self.world.address(phone);
                let (user, server) = address.split_once('@').unwrap_or((&address, ""));
                let device = 1 + message.sender % 9;
                let jid = self.device_jid(user, server, device, 17, &format!("{user}.0:{device}@{server}"))?;
                self.device_jids.insert(phone, jid);
                jid
            }
        };
        self.facts.tie(phone, sender);
        self.db
            .prepare_cached("INSERT INTO message_details (message_row_id, author_device_jid) VALUES (?, ?)")?
            .execute([row, jid])?;
        Ok(())
    }
}
