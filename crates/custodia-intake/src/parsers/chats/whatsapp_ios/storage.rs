//! `ChatStorage.sqlite`: chats, members, messages, system rows, files.

use custodia_model::{Rows, Text};

use super::super::whatsapp::by_id::ById;
use super::super::whatsapp::jids::{self, ChatKind, Jids};
use super::super::whatsapp::open;
use super::super::whatsapp::out::{Out, Place};
use super::super::whatsapp::reader::Reader;
use super::super::whatsapp::ties::Ties;
use super::super::whatsapp::wanted::{self, Unread, Wanted};
use super::super::whatsapp::words::Words;
use super::{chats, codes, container, members, messages, names, schema, times};
use crate::evidence::Evidence;
use crate::open::sqlite::Database;
use crate::parsers::{About, File, Marks, Numbered, Parser, ReadError, database};

const ABOUT: About = About {
    name: "WhatsApp messages on iOS",
    reads: "ChatStorage.sqlite of WhatsApp and WhatsApp Business, with ChatStorage.sqlite-wal beside it, in a full file system \
            or a backup, and databases of any name with such tables",
    tables: &[
        "accounts",
        "aliases",
        "chats",
        "memberships",
        "messages",
        "attachments",
        "group_events",
        "places",
        "traces",
        "row_gaps",
        "warnings",
    ],
    tested: &[
        "columns as public readers name them, with and without those of later releases, invented data",
        "rows missing before the first and behind the last one, invented data",
        "rows in the write-ahead log alone, invented data",
        "every known code of what happens to a group, invented data",
    ],
    gaps: "deleted rows; receipts, reactions and votes (ZWAMESSAGEINFO); options of polls but the traces in them; texts before an edit; events, albums; \
           contact cards but links and addresses in them; previews of links but the traces in them; quoted messages but key, \
           chat, sender and text; invitations that are quoted; keys of files; thumbnails; pictures of groups and persons; accounts of contact cards; \
           blocked persons; settings of chats; payments; channels \
           beyond their messages; calls (CallHistory.sqlite has them); push names in messages; the code of a session's kind \
           but that of a status; ZSENTDATE but its stored form; who set a subject; communities of groups but the system rows \
           that name them; codes that no public reader knows",
};

/// The parser.
pub struct ChatStorage;

impl Parser for ChatStorage {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        // The plain name is this file even when its bytes are not a database: that is then worth telling.
        path.rsplit('/').next() == Some("ChatStorage.sqlite")
    }

    fn schemas(&self) -> &'static [Marks] {
        &[&[("ZWAMESSAGE", "ZCHATSESSION"), ("ZWACHATSESSION", "ZCONTACTJID")]]
    }

    fn numbered(&self) -> &'static [Numbered] {
        &[Numbered {
            table: "ZWAMESSAGE",
            key: "ZSTANZAID",
            from_me: "ZISFROMME",
            at: "ZMESSAGEDATE",
            counter: ("Z_PRIMARYKEY", ["Z_NAME", "Z_MAX"], "WAMessage"),
        }]
    }

    fn tells(&self, table: &str) -> bool {
        let own = wanted::is_read(table, schema::STORAGE) || wanted::is_read(table, schema::PAIRS);
        own || schema::is_core_data(table)
    }

    fn texts(&self, table: &str) -> &'static [&'static str] {
        wanted::columns_of(table, schema::STORAGE_TEXTS)
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let database = database::open(file, rows)?;
        let mut out = out(file, rows);
        let read: Vec<&Wanted> = [schema::STORAGE, schema::PAIRS].concat();
        let known = [&Unread::tables(schema::STORAGE_KNOWN), schema::CORE_DATA].concat();
        open::compare(&database, &read, &known, &mut out);
        if database.table(schema::ZWAMESSAGE::WANTED.table).is_none() {
            out.warn("table absent", "expected a table ZWAMESSAGE, found none; it holds no messages");
        }
        let owner = container::owner(file.evidence, file.path());
        let reading = &mut Reading::new(&database, out, owner, file);
        names::pairs(reading);
        names::push_names(reading);
        chats::read(reading);
        members::read(reading);
        messages::read(reading);
        reading.out.tell_early(times::UNIT);
        Ok(())
    }
}

/// Where the rows of a database go; the messenger is that of its container.
pub fn out<'a>(file: &File<'_>, rows: &'a mut dyn Rows) -> Out<'a> {
    let mut out = Out::new(file.path().clone(), rows);
    out.service = container::service(file.evidence, file.path()).into();
    out
}

/// A chat of table `ZWACHATSESSION`.
pub struct Chat {
    /// Its address.
    pub address: Text,
    /// What the address names.
    pub kind: ChatKind,
}

/// One database on its way into rows.
pub struct Reading<'a> {
    /// The database.
    pub database: &'a Database,
    /// Where rows go.
    pub out: Out<'a>,
    /// Addresses, each one shared text.
    pub jids: Jids,
    /// Own account of the container.
    pub owner: Option<Text>,
    /// Files of the exhibit that messages may name.
    pub evidence: &'a Evidence,
    /// Path of the database.
    pub path: Text,
    /// Chats by `Z_PK`.
    pub chats: ById<Chat>,
    /// Accounts of members of groups by `Z_PK`.
    pub members: ById<Text>,
    /// Words for message types.
    pub kinds: Words,
    /// Words for rows of type 6, 10 and 55.
    pub group_events: Words,
    /// See [`Reading::group_events`].
    pub notices: Words,
    /// See [`Reading::group_events`].
    pub channel_events: Words,
    /// Words for roles.
    pub roles: Words,
    /// Pairs of addresses that were told.
    ties: Ties,
}

impl<'a> Reading<'a> {
    /// Starts with nothing read.
    pub fn new(database: &'a Database, out: Out<'a>, owner: Option<Text>, file: &File<'a>) -> Reading<'a> {
        // There is no table of addresses: they are all written out.
        let jids = Jids::new(owner.clone());
        Reading {
            database,
            out,
            jids,
            owner,
            evidence: file.evidence,
            path: file.path().clone(),
            chats: ById::new(),
            members: ById::new(),
            kinds: Words::new(codes::message_kind),
            group_events: Words::new(codes::group_event),
            notices: Words::new(codes::notice),
            channel_events: Words::new(codes::channel_event),
            roles: Words::new(codes::role),
            ties: Ties::default(),
        }
    }

    /// Address and kind of the chat a row names. When its table does not hold it, the address to or from which the row goes
    /// counts, and without one the number takes its place.
    pub fn chat(&mut self, place: &Place, id: Option<i64>, other: Option<Text>) -> (Text, ChatKind) {
        if let Some(chat) = id.and_then(|id| self.chats.get(id)) {
            return (chat.address.clone(), chat.kind);
        }
        let id = id.unwrap_or(-1);
        self.missing(place, schema::ZWACHATSESSION::WANTED.table, id);
        match other {
            Some(other) => (other.clone(), jids::kind(&other)),
            None => (format!("chat {id}").into(), ChatKind::Other),
        }
    }

    /// The member of a group a row names.
    pub fn member(&mut self, place: &Place, id: Option<i64>) -> Option<Text> {
        let id = id?;
        let account = self.members.get(id).cloned();
        if account.is_none() {
            self.missing(place, schema::ZWAGROUPMEMBER::WANTED.table, id);
        }
        account
    }
}

impl<'a> Reader<'a> for Reading<'a> {
    fn database(&self) -> &'a Database {
        self.database
    }

    fn out(&mut self) -> &mut Out<'a> {
        &mut self.out
    }

    fn ties(&mut self) -> &mut Ties {
        &mut self.ties
    }
}
