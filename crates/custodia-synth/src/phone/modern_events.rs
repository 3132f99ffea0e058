//! System rows, rosters and calls of the modern schema.

use rusqlite::params;

use super::calls;
use super::modern::Writer;
use super::notes;
use super::view::{self, View};
use crate::error::SynthError;
use crate::world::{Account, Act, Form, How, Schema, Stay};

impl Writer<'_> {
    /// One system row with its details.
    pub(super) fn event(&mut self, g: u32, e: u32, received: u64) -> Result<(), SynthError> {
        let world = self.world;
        let owner = self.device.owner;
        let event = world.told(owner, g, e);
        if event.act == Act::Number && self.hides(g, event.targets[0]) {
            return Ok(()); // a LID stays the same when the number changes
        }
        let chat = self.chat(g, event.at)?;
        let row = self.next();
        // Some phones write the owner's own entry in the short form, and the joiner as sender, others do not.
        let short = self.device.short_entry;
        let own_entry = matches!(event.act, Act::Added | Act::Joined) && event.targets.contains(&owner);
        let bare = short && event.act == Act::Added && event.targets == [owner];
        let code = match event.act {
            _ if bare => 4,
            Act::Number if short => 28,
            act => act as i64,
        };
        let actor = match event.act {
            Act::Joined if short => event.targets.first().copied(),
            Act::Number => None,
            _ => event.actor,
        };
        let sender = match (event.act, actor) {
            // A number change is told of the old number.
            (Act::Number, _) => self.account(Account { person: event.targets[0], form: Form::Phone })?,
            (_, Some(person)) => self.person(g, person, event.at)?,
            (_, None) => 0,
        };
        self.db
            .prepare_cached(
                "INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, broadcast, recipient_count,
                 origination_flags, origin, timestamp, received_timestamp, receipt_server_timestamp, message_type, text_data,
                 starred, lookup_tables, message_add_on_flags, sort_id) VALUES (?, ?, 1, ?, ?, 6, 0, 0, 0, 0, ?, ?, -1, 7, ?, 0, 0, 0, ?)",
            )?
            .execute(params![row, chat, view::event_key(world, g, e), sender, event.at, received, event.new, row])?;
        self.db
            .prepare_cached("INSERT INTO message_system (message_row_id, action_type) VALUES (?, ?)")?
            .execute(params![row, code])?;
        if own_entry {
            self.db
                .prepare_cached("INSERT INTO message_system_group (message_row_id, is_me_joined) VALUES (?, 1)")?
                .execute([row])?;
        }
        if event.act == Act::Number {
            self.number_change(row, event.targets[0])?;
        } else if !bare {
            for person in &event.targets {
                let jid = self.person(g, *person, event.at)?;
                self.db
                    .prepare_cached(
                        "INSERT INTO message_system_chat_participant (message_row_id, user_jid_row_id) VALUES (?, ?)",
                    )?
                    .execute([row, jid])?;
            }
        }
        match event.act {
            Act::Subject => {
                self.db
                    .prepare_cached("INSERT INTO message_system_value_change (message_row_id, old_data) VALUES (?, ?)")?
                    .execute(params![row, event.old])?;
                self.db
                    .prepare_cached("UPDATE chat SET subject = ? WHERE _id = ?")?
                    .execute(params![event.new, chat])?;
            }
            Act::Icon => {
                self.db
                    .prepare_cached(
                        "INSERT INTO message_system_photo_change (message_row_id, new_photo_id) VALUES (?, ?)",
                    )?
                    .execute(params![row, (event.at / 1000).to_string()])?;
            }
            _ => {}
        }
        self.last(g, row, received);
        notes::event(world, self.device, g, e, self.facts);
        Ok(())
    }

    fn hides(&self, g: u32, person: u32) -> bool {
        view::named(self.world, self.device, g, person, 0).form == Form::Lid
    }

    fn number_change(&mut self, row: i64, person: u32) -> Result<(), SynthError> {
        let (old, new) = (Account { person, form: Form::Phone }, Account { person, form: Form::NewPhone });
        let (old_row, new_row) = (self.account(old)?, self.account(new)?);
        self.db
            .prepare_cached(
                "INSERT INTO message_system_number_change (message_row_id, old_jid_row_id, new_jid_row_id) VALUES (?, ?, ?)",
            )?
            .execute([row, old_row, new_row])?;
        self.facts.tie(old, new);
        Ok(())
    }

    /// Who is in each group, and who was until lately.
    pub(super) fn rosters(&mut self, view: &View) -> Result<(), SynthError> {
        for (g, roster) in &view.rosters {
            let group = self.group(*g)?;
            for (person, rank, stay, entry_seen) in &roster.members {
                let account = view::named(self.world, self.device, *g, *person, roster.until);
                let jid = self.account(account)?;
                let at = entry_seen.then_some(stay.join);
                if *entry_seen && self.device.schema >= Schema::Of2023 {
                    notes::entered(*g, account, stay, self.facts);
                }
                let method = if *entry_seen { join_method(stay) } else { 0 };
                match self.device.schema {
                    Schema::Of2021 | Schema::Legacy => self
                        .db
                        .prepare_cached("INSERT INTO group_participant_user (group_jid_row_id, user_jid_row_id, rank, pending) VALUES (?, ?, ?, 0)")?
                        .execute(params![group, jid, rank])?,
                    Schema::Of2023 => self
                        .db
                        .prepare_cached("INSERT INTO group_participant_user (group_jid_row_id, user_jid_row_id, rank, pending, add_timestamp) VALUES (?, ?, ?, 0, ?)")?
                        .execute(params![group, jid, rank, at])?,
                    Schema::Of2026 => self
                        .db
                        .prepare_cached("INSERT INTO group_participant_user (group_jid_row_id, user_jid_row_id, rank, pending, add_timestamp, join_method) VALUES (?, ?, ?, 0, ?, ?)")?
                        .execute(params![group, jid, rank, at, method])?,
                };
            }
            if self.device.schema == Schema::Of2026 {
                let chat = self.chat(*g, roster.until)?;
                self.db
                    .prepare_cached("UPDATE chat SET group_member_count = ? WHERE _id = ?")?
                    .execute(params![roster.members.len() + 1, chat])?;
            }
            if self.device.schema < Schema::Of2023 {
                continue;
            }
            for stay in &roster.past {
                let account = view::named(self.world, self.device, *g, stay.person, stay.leave);
                let (jid, own_act) = (self.account(account)?, self.world.told_own_act(self.device.owner, *g, stay));
                self.db
                    .prepare_cached("INSERT INTO group_past_participant_user (group_jid_row_id, user_jid_row_id, is_leave, timestamp) VALUES (?, ?, ?, ?)")?
                    .execute(params![group, jid, own_act, stay.leave])?;
                notes::past(*g, account, stay, own_act, self.facts);
            }
        }
        Ok(())
    }

    /// A few calls with each one-to-one chat's person.
    pub(super) fn calls(&mut self) -> Result<(), SynthError> {
        for call in calls::of(self.world, self.device) {
            let jid = self.person(call.chat, call.person, call.at)?;
            let result = if call.answered { 5 } else { 2 };
            self.db
                .prepare_cached(
                    "INSERT INTO call_log (jid_row_id, from_me, call_id, transaction_id, timestamp, video_call, duration, call_result,
                     bytes_transferred) VALUES (?, ?, ?, -1, ?, 0, ?, ?, 0)",
                )?
                .execute(params![jid, call.from_me, call.id, self.device.stamp(call.at), call.duration, result])?;
            let row = self.db.last_insert_rowid();
            self.db
                .prepare_cached(
                    "INSERT INTO call_log_participant_v2 (call_log_row_id, jid_row_id, call_result) VALUES (?, ?, ?)",
                )?
                .execute(params![row, jid, result])?;
        }
        Ok(())
    }
}

fn join_method(stay: &Stay) -> i64 {
    match stay.how {
        How::Founded => 0,
        How::Added => 1,
        How::Link => 3,
    }
}
