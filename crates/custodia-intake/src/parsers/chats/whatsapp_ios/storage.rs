//! `ChatStorage.sqlite`: chats, members, messages, system rows, files.

use custodia_model::tables::Alias;
use custodia_model::{Rows, Text, Time};

use super::super::whatsapp_android::by_id::ById;
use super::super::whatsapp_android::jids::{self, ChatKind, Jids};
use super::super::whatsapp_android::open;
use super::super::whatsapp_android::out::{Out, Place};
use super::super::whatsapp_android::reading::Words;
use super::super::whatsapp_android::schema::Wanted;
use super::super::whatsapp_android::ties::Ties;
use super::{chats, codes, container, members, messages, names, schema};
use crate::evidence::Evidence;
use crate::open::sqlite::{Database, Record};
use crate::parsers::{About, File, Parser, ReadError, database};

const ABOUT: About = About {
    name: "WhatsApp messages on iOS",
    reads: "ChatStorage.sqlite of WhatsApp and WhatsApp Business, with ChatStorage.sqlite-wal beside it, in a full file system \
            or a backup",
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
        "warnings",
    ],
    tested: &[
        "columns as public readers name them, with and without those of later releases, invented data",
        "rows in the write-ahead log alone, invented data",
        "every known code of what happens to a group, invented data",
    ],
    gaps: "deleted rows; receipts, reactions, polls and their votes (ZWAMESSAGEINFO); texts before an edit; events, albums; \
           contact cards but links and addresses in them; previews of links but the traces in them; quoted messages but key, \
           sender and text; invitations that are quoted; keys of files; thumbnails; pictures of groups and persons; channels \
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

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let database = database::open(file, rows)?;
        let mut out = out(file, rows);
        let read: Vec<&Wanted> = [schema::STORAGE, schema::PAIRS].concat();
        let known = [schema::STORAGE_KNOWN, schema::CORE_DATA].concat();
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
    pub fn new(database: &'a Database, mut out: Out<'a>, owner: Option<Text>, file: &File<'a>) -> Reading<'a> {
        // The table of addresses is Android's; here they are all written out.
        let jids = Jids::read(database, owner.clone(), &mut out);
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

    /// Walks a table and hands every row with its place to `take`; damage of the walk becomes warnings.
    pub fn each(&mut self, wanted: &'static Wanted, mut take: impl FnMut(&mut Reading<'a>, &Record<'_>, Place)) {
        if self.database.table(wanted.table).is_none() {
            return;
        }
        let part: Text = wanted.table.into();
        let mut scan = self.database.scan(wanted.table, wanted.columns);
        while let Some(row) = scan.next() {
            let place = Place { part: part.clone(), row: row.rowid, found: row.found };
            take(self, &row, place);
        }
        let damage = scan.damage();
        self.out.damage(Some(wanted.table), &damage);
    }

    /// Tells that a row names another that is not there.
    #[cold]
    pub fn missing(&mut self, place: &Place, table: &str, id: i64) {
        let says = format!("table {} names row {id} of table {table}, which does not hold it", place.part);
        self.out.warn_once(place, "reference absent", says);
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

    /// Puts a number and a hidden identifier that a row names together, once for each word.
    pub fn tie(&mut self, place: &Place, one: &Text, two: &Text, kind: &'static str) {
        if let Some((account, other)) = self.ties.new_pair(one, two, kind) {
            self.alias(place, &account, &other, kind, None);
        }
    }

    /// Puts two identifiers that a row says are one.
    pub fn alias(&mut self, place: &Place, account: &Text, other: &Text, kind: &str, at: Option<Time>) {
        if account != other {
            let row = Alias { account: account.clone(), other: other.clone(), alias_kind: kind.into(), at };
            self.out.put(place, row);
        }
    }
}
