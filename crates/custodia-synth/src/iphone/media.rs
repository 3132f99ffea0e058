//! `ZWAMEDIAITEM`: the file of a message, and in its blob what a message quotes, how often it was forwarded, what it invites to.

use base64::prelude::{BASE64_STANDARD, Engine};
use rusqlite::params;

use super::blobs::Blob;
use super::core_data::date;
use super::storage::{Writer, next};
use crate::error::SynthError;
use crate::phone::view::{self, Sight};
use crate::rng::{For, Rng};
use crate::world::{Message, NO_QUOTE, Talk};

impl Writer<'_> {
    /// Adds the media row of a message, if it has one; gives its key. The message is the next to be added.
    pub(super) fn media(
        &mut self,
        sight: &Sight,
        message: &Message,
        revoked: bool,
        caption: Option<&str>,
    ) -> Result<Option<i64>, SynthError> {
        if revoked {
            return self.revoked(sight, message);
        }
        let mut blob = Blob::default();
        if message.quoted != NO_QUOTE {
            blob = self.quote(message, blob)?;
        }
        if message.forwarded {
            blob =
                blob.number(17, if sight.message.is_multiple_of(50) { 127 } else { u64::from(1 + sight.message % 4) });
        }
        if let Talk::Invite(g) = message.talk {
            let group = &self.world.groups[g as usize];
            let invite = Blob::default()
                .text(1, &group.address)
                .text(2, &group.link)
                .number(3, message.sent / 1000 + 259_200)
                .text(4, group.subject_at(message.sent));
            blob = blob.message(28, invite);
        }
        let blob = blob.stored();
        let Some(file) = message.file() else {
            let Some(blob) = blob else { return Ok(None) };
            let row = next(&mut self.keys.media);
            self.db
                .prepare_cached(
                    "INSERT INTO ZWAMEDIAITEM (Z_PK, Z_ENT, Z_OPT, ZMESSAGE, ZMETADATA) VALUES (?, 5, 1, ?, ?)",
                )?
                .execute(params![row, self.keys.message + 1, blob])?;
            return Ok(Some(row));
        };
        let picture = &self.world.pictures[file as usize];
        let hash = sight.named.then(|| BASE64_STANDARD.encode(picture.sha256));
        // Keys do not compress; one row in four has one, which is enough to be read.
        let mut rng = Rng::new(self.world.seed, For::Phone, u64::from(sight.message), 5);
        let secret = sight.message.is_multiple_of(4).then(|| {
            let mut bytes = [0; 32];
            rng.fill(&mut bytes);
            bytes
        });
        let url = secret.map(|_| {
            format!(
                "https://mmg.whatsapp.net/v/t62.7118-24/{}_{}_n.enc",
                rng.below(100_000_000),
                rng.below(1_000_000_000_000)
            )
        });
        let row = next(&mut self.keys.media);
        self.db
            .prepare_cached(
                "INSERT INTO ZWAMEDIAITEM (Z_PK, Z_ENT, Z_OPT, ZMESSAGE, ZFILESIZE, ZMOVIEDURATION, ZLATITUDE, ZLONGITUDE, ZMEDIAURLDATE,
                 ZMEDIALOCALPATH, ZMEDIAURL, ZTITLE, ZVCARDNAME, ZVCARDSTRING, ZMEDIAKEY, ZMETADATA)
                 VALUES (?, 5, 1, ?, ?, 0, 0, 0, ?, ?, ?, ?, ?, 'image/png', ?, ?)",
            )?
            .execute(params![
                row,
                self.keys.message + 1,
                picture.bytes.len(),
                url.as_ref().map(|_| date(message.sent)),
                sight.path,
                url,
                caption,
                hash,
                secret,
                blob
            ])?;
        Ok(Some(row))
    }

    /// Where an admin took a message of another away, the row names the admin.
    fn revoked(&mut self, sight: &Sight, message: &Message) -> Result<Option<i64>, SynthError> {
        let in_group = (message.chat as usize) < self.world.groups.len();
        if !(self.recent && in_group && sight.message.is_multiple_of(5)) {
            return Ok(None);
        }
        let admin = self.named(message.chat, self.world.groups[message.chat as usize].creator, message.sent);
        self.member(message.chat, admin)?;
        let row = next(&mut self.keys.media);
        self.db
            .prepare_cached(
                "INSERT INTO ZWAMEDIAITEM (Z_PK, Z_ENT, Z_OPT, ZMESSAGE, ZVCARDSTRING) VALUES (?, 5, 1, ?, ?)",
            )?
            .execute(params![row, self.keys.message + 1, self.world.address(admin)])?;
        Ok(Some(row))
    }

    /// Key, sender and content of the quoted message.
    fn quote(&mut self, message: &Message, blob: Blob) -> Result<Blob, SynthError> {
        let quoted = self.world.messages[message.quoted as usize];
        let sender = self.named(message.chat, quoted.sender, quoted.sent);
        if quoted.sender != self.device.owner {
            self.member(message.chat, sender)?;
        }
        let text = view::text(self.world, self.device, message.quoted, &quoted, false).unwrap_or_default();
        let content = match quoted.talk {
            Talk::Picture(_) => Blob::default().message(3, Blob::default().text(2, "image/png").text(3, &text)),
            _ => Blob::default().text(1, &text),
        };
        Ok(blob
            .text(5, &view::key(self.world, message.quoted))
            .text(6, &self.world.address(sender))
            .message(19, content))
    }
}
