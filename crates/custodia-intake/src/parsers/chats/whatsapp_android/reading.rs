//! What all parts of reading one `msgstore.db` share.

use custodia_model::Text;

use super::super::whatsapp::by_id::ById;
use super::super::whatsapp::cell;
use super::super::whatsapp::jids::{ChatKind, Jids};
use super::super::whatsapp::out::{Out, Place};
use super::super::whatsapp::reader::Reader;
use super::super::whatsapp::ties::Ties;
use super::super::whatsapp::words::Words;
use super::chats::Chats;
use super::codes;
use super::files::Files;
use super::jid_table;
use crate::open::sqlite::{Cell, Database};

/// One database on its way into rows.
pub struct Reading<'a> {
    /// The database.
    pub database: &'a Database,
    /// Where rows go.
    pub out: Out<'a>,
    /// Addresses.
    pub jids: Jids,
    /// Chats of table `chat`.
    pub chats: Chats,
    /// Own account of the app data folder.
    pub owner: Option<Text>,
    /// Files of the exhibit that messages may name.
    pub files: Files<'a>,
    /// Words for message types.
    pub kinds: Words,
    /// Words for system rows.
    pub actions: Words,
    /// Words for roles.
    pub roles: Words,
    /// By the row id of a device's address, the sender it was first compared with.
    pub device_senders: ById<Text>,
    /// Pairs of addresses that were told.
    ties: Ties,
}

impl<'a> Reading<'a> {
    /// Starts with the addresses.
    pub fn new(database: &'a Database, mut out: Out<'a>, owner: Option<Text>, files: Files<'a>) -> Reading<'a> {
        let jids = jid_table::read(database, owner.clone(), &mut out);
        Reading {
            database,
            out,
            jids,
            chats: Chats::default(),
            owner,
            files,
            kinds: Words::new(codes::message_kind),
            actions: Words::new(codes::action_word),
            roles: Words::new(codes::role),
            device_senders: ById::new(),
            ties: Ties::default(),
        }
    }

    /// Whether a table holds any row.
    pub fn has_rows(&self, table: &str) -> bool {
        self.database.table(table).is_some() && self.database.scan(table, &[]).next().is_some()
    }

    /// The address a row names, with a warning when table `jid` does not hold it.
    pub fn jid(&mut self, place: &Place, id: Option<i64>) -> Option<Text> {
        let id = id?;
        let address = self.jids.get(id).cloned();
        if address.is_none() {
            self.missing(place, "jid", id);
        }
        address
    }

    /// The account that sent a message, by what the row stores.
    pub fn sender(&self, from_me: bool, chat: &Text, kind: ChatKind, stored: Option<Text>) -> Option<Text> {
        match (from_me, stored) {
            (true, stored) => self.owner.clone().or(stored),
            (false, Some(stored)) => Some(stored),
            // In a chat of two the other person's rows name nobody.
            (false, None) => (kind == ChatKind::Person).then(|| chat.clone()),
        }
    }

    /// The address in a column that holds a row id of table `jid` in some releases and the address itself in others.
    pub fn jid_or_written(&mut self, place: &Place, stored: Cell<'_>) -> Option<Text> {
        match stored {
            Cell::Text(raw) if raw.contains('@') => self.jids.written(raw),
            stored => self.jid(place, cell::reference(stored)),
        }
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
