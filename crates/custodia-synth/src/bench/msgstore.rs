//! One large `msgstore.db` with a `wa.db` beside it, for measuring readers.

use std::fs;
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine};
use rusqlite::{Connection, params};

use crate::error::{SynthError, at};
use crate::phone::{MODERN_SCHEMA, WA_SCHEMA};
use crate::rng::{For, Rng};
use crate::words::LANGUAGES;
use crate::world::{END, START};

const CHATS: u64 = 1_000;
const GROUPS: u64 = 100;
const ACCOUNTS: u64 = 4_000;

/// Indices that are cheaper to build at the end, by a sort, than row by row.
const LATE: [(&str, &str); 4] = [
    (
        "message_key_index",
        "UNIQUE INDEX message_key_index ON message (chat_row_id, from_me, key_id, sender_jid_row_id)",
    ),
    ("message_media_chat_index", "INDEX message_media_chat_index ON message_media (chat_row_id)"),
    ("receipt_user_index", "UNIQUE INDEX receipt_user_index ON receipt_user (message_row_id, receipt_user_jid_row_id)"),
    ("message_add_on_parent_index", "INDEX message_add_on_parent_index ON message_add_on (parent_message_row_id)"),
];

/// Writes a `msgstore.db` of the modern schema with `messages` messages in 1,000 chats, 100 of them groups: 12 % with
/// media, 3.4 % with quotes, 3 % with reactions, 0.55 receipts a message. `wa.db` appears in the same folder. Existing
/// files of these names are replaced. About 320 bytes a message; memory does not grow with their number.
pub fn generate_msgstore(path: &Path, messages: u64, seed: u64) -> Result<(), SynthError> {
    contacts(&path.with_file_name("wa.db"), seed)?;
    let db = fresh(path)?;
    for layer in &MODERN_SCHEMA[..2] {
        db.execute_batch(layer)?;
    }
    for (name, _) in LATE {
        db.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    db.execute_batch("BEGIN")?;
    people_and_chats(&db)?;
    let mut writer = Writer::new(&db)?;
    for index in 0..messages {
        writer.message(index, START + (END - START) / messages.max(1) * index, seed)?;
    }
    drop(writer);
    for (_, index) in LATE {
        db.execute_batch(&format!("CREATE {index}"))?;
    }
    let last = "(SELECT coalesce(max(_id), 1) FROM message)";
    db.execute_batch(&format!("UPDATE chat SET last_message_row_id = {last}, sort_timestamp = {END}; COMMIT;"))?;
    Ok(())
}

fn fresh(path: &Path) -> Result<Connection, SynthError> {
    if path.exists() {
        fs::remove_file(path).map_err(at(path))?;
    }
    let db = Connection::open(path)?;
    db.execute_batch(
        "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;",
    )?;
    Ok(db)
}

fn account(number: u64) -> String {
    format!("3460000{number:04}@s.whatsapp.net")
}

/// Rows of `jid`: the accounts first, then the groups. The first 900 accounts have a chat of their own.
fn people_and_chats(db: &Connection) -> Result<(), SynthError> {
    let mut jid = db
        .prepare("INSERT INTO jid (_id, user, server, agent, device, type, raw_string) VALUES (?, ?, ?, 0, 0, ?, ?)")?;
    for number in 0..ACCOUNTS {
        let raw = account(number);
        jid.execute(params![number + 1, raw.split('@').next(), "s.whatsapp.net", 0, raw])?;
    }
    for group in 0..GROUPS {
        let user = format!("120363{group:012}");
        jid.execute(params![ACCOUNTS + group + 1, user, "g.us", 1, format!("{user}@g.us")])?;
    }
    let mut chat = db.prepare("INSERT INTO chat (_id, jid_row_id, hidden, subject, created_timestamp, archived, sort_timestamp) VALUES (?, ?, 0, ?, ?, 0, 0)")?;
    for number in 0..CHATS {
        if number < GROUPS {
            chat.execute(params![number + 1, ACCOUNTS + number + 1, format!("Group {number}"), START])?;
        } else {
            chat.execute(params![number + 1, number - GROUPS + 1, None::<String>, None::<u64>])?;
        }
    }
    db.execute(
        "INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp, message_type, sort_id)
         VALUES (1, -1, 0, '-1', -1, -1, 0, -1, 0)",
        [],
    )?;
    db.execute("INSERT INTO props (key, value) VALUES ('user_push_name', 'Invented Owner')", [])?;
    Ok(())
}

struct Writer<'a> {
    message: rusqlite::Statement<'a>,
    media: rusqlite::Statement<'a>,
    quote: rusqlite::Statement<'a>,
    add_on: rusqlite::Statement<'a>,
    reaction: rusqlite::Statement<'a>,
    receipt: rusqlite::Statement<'a>,
    add_ons: u64,
}

impl<'a> Writer<'a> {
    fn new(db: &'a Connection) -> Result<Writer<'a>, SynthError> {
        Ok(Writer {
            message: db.prepare(
                "INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, broadcast, recipient_count,
                 origination_flags, origin, timestamp, received_timestamp, receipt_server_timestamp, message_type, text_data,
                 starred, lookup_tables, message_add_on_flags, sort_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, ?7, 0, ?8, ?9, -1, ?10, ?11, 0, 0, 0, ?1)",
            )?,
            media: db.prepare(
                "INSERT INTO message_media (message_row_id, chat_row_id, transferred, file_path, file_size, media_key, media_key_timestamp,
                 width, height, direct_path, message_url, mime_type, file_length, file_hash, enc_file_hash)
                 VALUES (?, ?, 1, ?, ?, ?, ?, 1080, 810, ?, ?, 'image/jpeg', ?, ?, ?)",
            )?,
            quote: db.prepare(
                "INSERT INTO message_quoted (message_row_id, chat_row_id, parent_message_chat_row_id, from_me, sender_jid_row_id, key_id,
                 timestamp, message_type, origin, text_data, lookup_tables) VALUES (?, ?, ?, 1, 0, ?, ?, 0, 0, ?, 0)",
            )?,
            add_on: db.prepare(
                "INSERT INTO message_add_on (_id, chat_row_id, from_me, key_id, sender_jid_row_id, parent_message_row_id, timestamp, status,
                 message_add_on_type) VALUES (?, ?, 0, ?, ?, ?, ?, 0, 56)",
            )?,
            reaction: db.prepare("INSERT INTO message_add_on_reaction (message_add_on_row_id, reaction, sender_timestamp) VALUES (?, ?, ?)")?,
            receipt: db.prepare("INSERT INTO receipt_user (message_row_id, receipt_user_jid_row_id, receipt_timestamp, read_timestamp) VALUES (?, ?, ?, ?)")?,
            add_ons: 0,
        })
    }

    fn message(&mut self, index: u64, sent: u64, seed: u64) -> Result<(), SynthError> {
        let mut rng = Rng::new(seed, For::Bench, index, 2);
        let row = index + 2;
        // Half of all is said in the groups.
        let chat = if rng.per_mille(500) { rng.below(GROUPS) } else { rng.range(GROUPS, CHATS) };
        let own = rng.per_mille(450);
        let member = if chat < GROUPS { (chat * 37 + rng.below(60)) % ACCOUNTS + 1 } else { chat - GROUPS + 1 };
        let sender = if own || chat >= GROUPS { 0 } else { member };
        let key = format!("{:016X}{:016X}", rng.bits(), rng.bits());
        let media = rng.per_mille(120);
        let language = &LANGUAGES[rng.index(LANGUAGES.len())];
        let sentences = if media { rng.below(2) } else { rng.range(1, 6) };
        let text: Vec<String> = (0..sentences).map(|_| language.sentence(&mut rng)).collect();
        let text = (!text.is_empty()).then(|| text.join(" "));
        self.message.execute(params![
            row,
            chat + 1,
            own,
            key,
            sender,
            if own { 13 } else { 0 },
            rng.per_mille(50),
            sent,
            sent + 900,
            i64::from(media),
            text
        ])?;
        if media {
            self.media(row, chat + 1, sent, &mut rng)?;
        }
        if rng.per_mille(34) {
            let quoted = format!("{:032X}", rng.bits());
            self.quote.execute(params![
                row,
                chat + 1,
                chat + 1,
                quoted,
                sent.saturating_sub(60_000),
                language.sentence(&mut rng)
            ])?;
        }
        if rng.per_mille(30) {
            self.add_ons += 1;
            let key = format!("{:016X}{:016X}", rng.bits(), rng.bits());
            self.add_on.execute(params![self.add_ons, chat + 1, key, member, row, sent + 4_000])?;
            self.reaction.execute(params![self.add_ons, rng.pick(&["👍", "😂", "🙏"]), sent + 4_000])?;
        }
        if own {
            self.receipt.execute(params![row, member, sent + 1_000, sent + 30_000])?;
            if rng.per_mille(225) {
                self.receipt.execute(params![row, member % ACCOUNTS + 1, sent + 2_000, sent + 40_000])?;
            }
        }
        Ok(())
    }

    fn media(&mut self, row: u64, chat: u64, sent: u64, rng: &mut Rng) -> Result<(), SynthError> {
        let mut bytes = [[0; 32]; 3];
        bytes.iter_mut().for_each(|part| rng.fill(part));
        let [key, hash, sealed] = bytes;
        let day = crate::clock::civil(sent, 0).strftime("%Y%m%d").to_string();
        let path = format!("Media/WhatsApp Images/IMG-{day}-WA{:04}.jpg", row % 10_000);
        let direct = format!("/v/t62.7118-24/{}_{}_n.enc", rng.below(100_000_000), rng.below(1_000_000_000_000));
        let size = rng.range(20_000, 400_000);
        self.media.execute(params![
            row,
            chat,
            path,
            size,
            key,
            sent / 1000,
            direct,
            format!("https://mmg.whatsapp.net{direct}"),
            size,
            BASE64_STANDARD.encode(hash),
            BASE64_STANDARD.encode(sealed)
        ])?;
        Ok(())
    }
}

fn contacts(path: &Path, seed: u64) -> Result<(), SynthError> {
    let db = fresh(path)?;
    db.execute_batch(&format!("BEGIN; {WA_SCHEMA}"))?;
    let mut rng = Rng::new(seed, For::Bench, 0, 3);
    for number in 0..ACCOUNTS {
        let language = &LANGUAGES[rng.index(LANGUAGES.len())];
        let (given, family) = (rng.pick(language.given), rng.pick(language.family));
        db.prepare_cached("INSERT INTO wa_contacts (jid, is_whatsapp_user, display_name, given_name, family_name, wa_name) VALUES (?, 1, ?, ?, ?, ?)")?
            .execute(params![account(number), format!("{given} {family}"), given, family, given])?;
    }
    db.execute_batch("COMMIT")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_as_promised() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("msgstore.db");
        generate_msgstore(&path, 4_000, 1).unwrap();
        let first = fs::read(&path).unwrap();
        generate_msgstore(&path, 4_000, 1).unwrap();
        assert!(first == fs::read(&path).unwrap(), "the same numbers gave other bytes");
        let db = Connection::open(&path).unwrap();
        let count = |sql: &str| -> i64 { db.query_row(sql, [], |row| row.get(0)).unwrap() };
        assert_eq!(count("SELECT count(*) FROM message WHERE _id > 1"), 4_000);
        assert_eq!(count("SELECT count(*) FROM chat"), 1_000);
        assert!((420..540).contains(&count("SELECT count(*) FROM message_media")));
        assert!((2_000..2_400).contains(&count("SELECT count(*) FROM receipt_user")));
        assert!((80..170).contains(&count("SELECT count(*) FROM message_add_on_reaction")));
        let check: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
    }
}
