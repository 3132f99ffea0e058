//! Messages: a row of `ZWAMESSAGE`, and what hangs on it.

use rusqlite::params;

use super::blobs::Blob;
use super::core_data::date;
use super::storage::{Writer, next};
use crate::error::SynthError;
use crate::phone::notes::{self, Shown};
use crate::phone::view::{self, Sight};
use crate::rng::{For, Rng};
use crate::world::{Change, Message, Talk};

/// Bits of `ZFLAGS` of a forwarded message.
const FORWARDED: i64 = 0x180;

/// A row of `ZWAMESSAGE`, as far as messages and system rows differ.
#[derive(Default)]
pub(super) struct Row {
    pub flags: i64,
    pub event: i64,
    pub from_me: bool,
    pub status: i64,
    pub kind: i64,
    pub starred: bool,
    pub member: Option<i64>,
    pub media: Option<i64>,
    pub info: Option<i64>,
    pub at: u64,
    pub key: String,
    pub text: Option<String>,
}

impl Writer<'_> {
    /// Adds a row to a chat; gives its key.
    pub(super) fn row(&mut self, chat: u32, row: &Row) -> Result<i64, SynthError> {
        let session = self.session(chat, row.at)?;
        let key = next(&mut self.keys.message);
        let Some(known) = self.sessions.get_mut(&chat) else { return Ok(key) };
        known.last = (key, row.at, known.last.2 + 1);
        let other = Some(&known.address);
        self.db
            .prepare_cached(
                "INSERT INTO ZWAMESSAGE (Z_PK, Z_ENT, Z_OPT, ZFLAGS, ZGROUPEVENTTYPE, ZISFROMME, ZMESSAGESTATUS, ZMESSAGETYPE, ZSORT,
                 ZSTARRED, ZCHATSESSION, ZGROUPMEMBER, ZMEDIAITEM, ZMESSAGEINFO, ZMESSAGEDATE, ZSENTDATE, ZFROMJID, ZSTANZAID, ZTEXT, ZTOJID)
                 VALUES (?, 6, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                key,
                row.flags,
                row.event,
                row.from_me,
                row.status,
                row.kind,
                known.last.2,
                row.starred,
                session,
                row.member,
                row.media,
                row.info,
                date(row.at),
                row.from_me.then(|| date(row.at)),
                other.filter(|_| !row.from_me),
                row.key,
                row.text,
                other.filter(|_| row.from_me),
            ])?;
        Ok(key)
    }

    pub(super) fn message(&mut self, sight: &Sight) -> Result<(), SynthError> {
        let message = self.world.messages[sight.message as usize];
        let in_group = (message.chat as usize) < self.world.groups.len();
        self.session(message.chat, message.sent)?;
        let sender = self.named(message.chat, message.sender, message.sent);
        let member = match in_group && !sight.own {
            true => Some(self.member(message.chat, sender)?),
            false => None,
        };
        let revoked = matches!(sight.change, Some(Change::Revoked(_)));
        // What was edited shows its last text; no row says that it was.
        let edited = self.recent && matches!(sight.change, Some(Change::Edited(_)));
        let text = if revoked { None } else { view::text(self.world, self.device, sight.message, &message, edited) };
        let preview = matches!(message.talk, Talk::Link(_)) && sight.message.is_multiple_of(2);
        let kind = match message.talk {
            _ if revoked => 14,
            Talk::Picture(_) => 1,
            Talk::Invite(_) => 27,
            _ if preview => 7,
            _ => 0,
        };
        let media = self.media(sight, &message, revoked, text.as_deref())?;
        let stanza = view::key(self.world, sight.message);
        let info = self.reaction(sight, &message, &stanza)?;
        let row = Row {
            flags: if message.forwarded && !revoked { FORWARDED } else { 0 },
            from_me: sight.own,
            status: if sight.own { [8, 6, 8][sight.message as usize % 3] } else { 0 },
            kind,
            starred: sight.starred,
            member,
            media,
            info,
            at: message.sent,
            key: stanza,
            text: text.filter(|_| kind != 1),
            ..Row::default()
        };
        let key = self.row(message.chat, &row)?;
        if preview && !revoked {
            self.preview(&message, key)?;
        }
        if sight.deleted {
            notes::deleted(sight, self.facts);
            self.doomed.push(key);
            return Ok(());
        }
        if let Some(session) = self.sessions.get_mut(&message.chat).filter(|_| in_group && !sight.own) {
            session.last_other = Some(self.world.address(sender));
        }
        let hash = kind == 1 && sight.named;
        notes::message(self.world, self.device, sight, Shown { hash, edited: false, revoked }, self.facts);
        self.facts.in_log += u64::from(self.logging);
        Ok(())
    }

    /// The preview of an invitation link.
    fn preview(&mut self, message: &Message, key: i64) -> Result<(), SynthError> {
        let Talk::Link(g) = message.talk else { return Ok(()) };
        let group = &self.world.groups[g as usize];
        let (row, link) = (next(&mut self.keys.preview), view::link(group));
        self.db
            .prepare_cached(
                "INSERT INTO ZWAMESSAGEDATAITEM (Z_PK, Z_ENT, Z_OPT, ZTYPE, ZMESSAGE, ZCONTENT1, ZMATCHEDTEXT, ZSUMMARY, ZTITLE)
                 VALUES (?, 7, 1, 1, ?, ?, ?, 'WhatsApp Group Invite', ?)",
            )?
            .execute(params![row, key, link, link, group.subject_at(message.sent)])?;
        Ok(())
    }

    /// A few messages bear a reaction of another member; gives the key of its row. The message is the next to be added.
    fn reaction(&mut self, sight: &Sight, message: &Message, stanza: &str) -> Result<Option<i64>, SynthError> {
        let owner = u64::from(self.device.owner);
        let mut rng = Rng::new(self.world.seed, For::Phone, owner, 1 << 32 | u64::from(sight.message));
        let other = self.sessions.get(&message.chat).and_then(|session| session.last_other.as_deref());
        let Some(other) = other.filter(|_| self.recent && !sight.deleted && rng.per_mille(20)) else { return Ok(None) };
        let one = Blob::default()
            .text(1, stanza)
            .text(2, other)
            .text(3, rng.pick(&["👍", "😂", "🙏"]))
            .number(4, message.sent + 5_000);
        let all = Blob::default().message(7, Blob::default().message(1, one));
        let row = next(&mut self.keys.info);
        self.db
            .prepare_cached(
                "INSERT INTO ZWAMESSAGEINFO (Z_PK, Z_ENT, Z_OPT, ZMESSAGE, ZRECEIPTINFO) VALUES (?, 8, 1, ?, ?)",
            )?
            .execute(params![row, self.keys.message + 1, all.stored()])?;
        Ok(Some(row))
    }
}
