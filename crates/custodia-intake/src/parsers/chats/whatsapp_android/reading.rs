//! What all parts of reading one `msgstore.db` share.

use std::borrow::Cow;

use custodia_model::tables::Alias;
use custodia_model::{Text, Time};

use super::by_id::ById;
use super::cell;
use super::chats::Chats;
use super::codes;
use super::files::Files;
use super::jids::{ChatKind, Jids};
use super::out::{Out, Place};
use super::schema::Wanted;
use super::ties::Ties;
use crate::open::sqlite::{Cell, Database, Record};

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
        let jids = Jids::read(database, owner.clone(), &mut out);
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

    /// Tells that a row names another that is not there.
    #[cold]
    pub fn missing(&mut self, place: &Place, table: &str, id: i64) {
        let says = format!("table {} names row {id} of table {table}, which does not hold it", place.part);
        self.out.warn_once(place, "reference absent", says);
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

/// Fixed words for codes, each made once and shared by all rows.
pub struct Words {
    make: fn(i64) -> Cow<'static, str>,
    made: ById<Text>,
    count: usize,
}

/// More distinct codes than this are not remembered: no release has as many, a hostile file may.
const CODES: usize = 4096;

impl Words {
    /// Words that are made by `make`.
    pub fn new(make: fn(i64) -> Cow<'static, str>) -> Words {
        Words { make, made: ById::new(), count: 0 }
    }

    /// The word for a code.
    #[inline]
    pub fn of(&mut self, code: i64) -> Text {
        match self.made.get(code) {
            Some(word) => word.clone(),
            None => self.new_word(code),
        }
    }

    #[cold]
    fn new_word(&mut self, code: i64) -> Text {
        let word: Text = (self.make)(code).into();
        if self.count < CODES {
            self.count += 1;
            self.made.insert(code, word.clone());
        }
        word
    }
}
