//! `msgstore.db`: chats, members, messages, system rows, media, calls.

use custodia_model::Rows;

use super::super::whatsapp::open;
use super::super::whatsapp::out::Out;
use super::super::whatsapp::wanted::{self, Unread};
use super::files::Files;
use super::held::Held;
use super::reading::Reading;
use super::sides::Sides;
use super::{calls, chats, indexed, legacy, members, modern, names, owner, schema, texts};
use crate::parsers::{About, File, Marks, Numbered, Parser, ReadError, database};

const ABOUT: About = About {
    name: "WhatsApp messages on Android",
    reads: "msgstore.db and msgstore-*.db of WhatsApp and WhatsApp Business, decrypted, with msgstore.db-wal beside it, and databases of any name with such tables; \
            schema of 2021 and later (`message`) and before (`messages`)",
    tables: &[
        "accounts",
        "aliases",
        "chats",
        "memberships",
        "messages",
        "attachments",
        "group_events",
        "calls",
        "places",
        "traces",
        "recovered",
        "row_gaps",
        "warnings",
    ],
    tested: &[
        "modern schema as of 2021, 2023 and 2026, invented data",
        "legacy schema, invented data",
        "rows missing before the first and behind the last one, invented data",
        "both schemas in one file, also with messages in either, rows in the write-ahead log alone, invented data",
        "pairs of numbers and hidden identifiers, links and invitations in texts, invented data",
    ],
    gaps: "deleted rows but the texts that the full-text index still has; receipts; reactions, poll votes, pins and other add-ons; polls, \
           events, albums, comments and contact cards but the traces in them; mentions; previews of links but the traces in them; \
           marks of messages that hold a link; the link and title of a legacy preview; what quotes keep beside key, chat, sender, \
           text, file, place and invitation, and of a legacy one file and place; where a live location ended; disappearing timers \
           but the system rows that set them; pictures of groups but their numbers; thumbnails; what belongs to files beside their \
           rows; channels beyond their messages and the traces in their names, links and descriptions; lists of statuses; missed \
           calls that stand only in missed_call_logs; links of calls, and calls in tables beside call_log; states of communities \
           and of groups; states of hidden identifiers, and lid_jid_map; counts and states of devices; chats that wait to be \
           cleared; favourites and who is written to how often; messages of newer versions, orphans and secrets; texts before an \
           edit (the app does not keep them); labels, the rest of the full-text index and tables that are not known, but the \
           traces in them; codes on which public readers disagree",
};

/// The parser.
pub struct Msgstore;

impl Parser for Msgstore {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        let name = path.rsplit('/').next().unwrap_or_default();
        // The plain name is this file even when its bytes are not a database: that is then worth telling.
        name == "msgstore.db"
            || (name.starts_with("msgstore-") && name.ends_with(".db") && head.starts_with(database::MAGIC))
    }

    fn schemas(&self) -> &'static [Marks] {
        &[
            &[("message", "chat_row_id"), ("message", "key_id"), ("chat", "jid_row_id"), ("jid", "server")],
            &[("messages", "key_remote_jid"), ("messages", "key_from_me")],
        ]
    }

    fn numbered(&self) -> &'static [Numbered] {
        const {
            let columns = ["name", "seq"];
            &[
                Numbered {
                    table: "message",
                    key: "key_id",
                    from_me: "from_me",
                    at: "timestamp",
                    counter: ("sqlite_sequence", columns, "message"),
                },
                Numbered {
                    table: "messages",
                    key: "key_id",
                    from_me: "key_from_me",
                    at: "timestamp",
                    counter: ("sqlite_sequence", columns, "messages"),
                },
            ]
        }
    }

    fn tells(&self, table: &str) -> bool {
        // Of properties it tells the own name alone.
        wanted::is_read(table, schema::MSGSTORE) && !table.eq_ignore_ascii_case(schema::props::WANTED.table)
    }

    fn texts(&self, table: &str) -> &'static [&'static str] {
        wanted::columns_of(table, schema::MSGSTORE_TEXTS)
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let database = database::open(file, rows)?;
        let mut out = Out::new(file.path().clone(), rows);
        open::compare(&database, schema::MSGSTORE, &Unread::tables(schema::MSGSTORE_KNOWN), &mut out);
        let tables = [schema::message::WANTED.table, schema::messages::WANTED.table];
        if tables.iter().all(|table| database.table(table).is_none()) {
            out.warn("table absent", "expected a table `message` or `messages`, found neither; it holds no messages");
        }
        let owner = owner::of_database(file.evidence, file.path());
        let files = Files::new(file.evidence, file.path());
        let reading = &mut Reading::new(&database, out, owner, files);

        names::read(reading);
        chats::read(reading);
        if !reading.has_rows(schema::chat::WANTED.table) {
            chats::read_legacy(reading);
        }
        members::read(reading);
        let mut sides = Sides::new(reading);
        let mut held = Held::new(&database);
        modern::read(reading, &mut sides, &mut held);
        if held.both() {
            // The walks begin anew: the numbers of both tables count from 1.
            sides.finish(&mut reading.out);
            sides = Sides::new(reading);
        }
        legacy::read(reading, &mut sides, &held);
        sides.finish(&mut reading.out);
        chats::put(reading);
        chats::channels(reading);
        calls::read(reading);
        texts::without_message(reading);
        indexed::read(reading);
        reading.out.tell_early("milliseconds since 1970-01-01");
        Ok(())
    }
}
