//! What every part of `msgstore.db` needs: addresses by row, chats by row, whose phone it is, files by path.

use std::collections::HashMap;

use custodia_model::account::{self, LID_SERVER, PHONE_SERVER};
use custodia_model::tables::{Account, Alias, Chat, Warning};
use custodia_model::{Found, Origin, Rows, Text, Time};

use super::media::MediaIndex;
use super::{own, warning};
use crate::open::sqlite::{Database, Scan};
use crate::parsers::File;

/// An open store with its small tables in memory.
pub struct Store<'a> {
    pub file: &'a File<'a>,
    pub database: &'a Database,
    pub service: Text,
    pub owner: Option<Text>,
    pub jids: HashMap<i64, Text>,
    /// Chat address by row of `chat`.
    pub chat_rows: HashMap<i64, Text>,
    pub media: MediaIndex<'a>,
}

/// The messenger by the folder it lies in.
pub fn service(path: &str) -> Text {
    if path.contains("com.whatsapp.w4b") || path.contains("WhatsApp Business") { "whatsapp business" } else { "whatsapp" }.into()
}

impl<'a> Store<'a> {
    /// Reads the small tables.
    pub fn load(file: &'a File<'a>, database: &'a Database, rows: &mut dyn Rows) -> Store<'a> {
        let own = own::find(file.evidence, file.path());
        let mut store = Store {
            file,
            database,
            service: service(file.path()),
            owner: own.account,

            jids: HashMap::new(),
            chat_rows: HashMap::new(),
            media: MediaIndex::new(file.evidence),
        };
        store.load_jids(rows);
        store.load_chats(rows);
        store
    }

    /// Whether the modern tables are the ones in use: `message` holds more than its dummy row, or there is no other.
    pub fn modern(&self) -> bool {
        if self.database.table("message").is_none() {
            return false;
        }
        let mut scan = self.database.scan("message", &["chat_row_id"]);
        let mut real = 0;
        while let Some(record) = scan.next() {
            if record.int(0) != Some(-1) {
                real += 1;
                break;
            }
        }
        real > 0 || self.database.table("messages").is_none()
    }

    /// A walk over a table whose absent columns are told once: `needed` must be there in every known version, `newer` need not.
    pub fn scan(&self, table: &str, needed: &[&str], newer: &[&str], rows: &mut dyn Rows) -> Scan<'a> {
        if let Some(info) = self.database.table(table) {
            for column in needed.iter().filter(|column| !info.has(column)) {
                let says = format!("column {column} of table {table} expected, not found: another version of the schema?");
                rows.put(self.part(table), Warning::new("column absent", says).into());
            }
        } else if self.database.is_view(table) {
            let says = format!("{table} is a view where a table is expected; it is not executed");
            rows.put(self.part(table), Warning::new("schema anomaly", says).into());
        }
        let columns: Vec<&str> = needed.iter().chain(newer).copied().collect();
        self.database.scan(table, &columns)
    }

    /// Tells the damage of a finished walk.
    pub fn finish(&self, table: &str, mut scan: Scan<'_>, rows: &mut dyn Rows) {
        for damage in scan.damage() {
            rows.put(self.part(table), warning(&damage));
        }
    }

    fn part(&self, table: &str) -> Origin {
        Origin { part: Some(table.into()), ..self.file.whole() }
    }

    /// Directions to a row.
    pub fn at(&self, table: &Text, row: i64, found: Found) -> Origin {
        self.file.at(table, row).found(found)
    }

    /// The account of a row of `jid`; 0 and negative rows name nobody.
    pub fn jid(&self, row: Option<i64>) -> Option<Text> {
        row.filter(|row| *row > 0).and_then(|row| self.jids.get(&row)).cloned()
    }

    /// An account as the database writes it.
    pub fn address(&self, raw: &str) -> Option<Text> {
        let raw = raw.trim();
        // Placeholders for the own account.
        if raw.ends_with("@status_me") || raw.ends_with("@lid_me") || raw == "status_me" || raw == "lid_me" {
            return self.owner.clone();
        }
        account::normalise(raw).map(Text::from)
    }

    fn load_jids(&mut self, rows: &mut dyn Rows) {
        let mut scan = self.scan("jid", &["_id", "user", "server", "raw_string"], &[], rows);
        while let Some(record) = scan.next() {
            let (Some(id), user, server, raw) = (record.int(0), record.text(1), record.text(2), record.text(3)) else { continue };
            // User and server are bare of agent and device; the raw string is the way out when they are not stored.
            let address = match (&user, &server) {
                (Some(user), Some(server)) if !user.is_empty() && !server.is_empty() => Some(format!("{user}@{server}")),
                _ => raw.map(|raw| raw.into_owned()),
            };
            if let Some(address) = address.and_then(|address| self.address(&address)) {
                self.jids.insert(id, address);
            }
        }
        self.finish("jid", scan, rows);
    }

    fn load_chats(&mut self, rows: &mut dyn Rows) {
        let mut scan = self.scan("chat", &["_id", "jid_row_id"], &[], rows);
        while let Some(record) = scan.next() {
            if let (Some(id), Some(address)) = (record.int(0), self.jid(record.int(1))) {
                self.chat_rows.insert(id, address);
            }
        }
        self.finish("chat", scan, rows);
    }

    /// The own account as this database can add to it, and names of hidden identifiers.
    pub fn own_account(&self, rows: &mut dyn Rows) {
        let part: Text = "props".into();
        let mut scan = self.scan("props", &["key", "value"], &[], rows);
        while let Some(record) = scan.next() {
            if record.text(0).as_deref() != Some("user_push_name") {
                continue;
            }
            let (Some(account), Some(name)) = (self.owner.clone(), record.text(1).filter(|name| !name.is_empty())) else { continue };
            let row = Account {
                phone: account::phone(&account).map(Into::into),
                account,
                service: self.service.clone(),
                name: Some((&*name).into()),
                name_kind: Some("push name".into()),
                owner: true,
            };
            rows.put(self.at(&part, record.rowid, record.found), row.into());
        }
        self.finish("props", scan, rows);

        let part: Text = "lid_display_name".into();
        let mut scan = self.scan("lid_display_name", &["lid_row_id"], &["display_name", "username"], rows);
        while let Some(record) = scan.next() {
            let Some(account) = self.jid(record.int(0)) else { continue };
            for (column, kind) in [(1, "lid name"), (2, "user name")] {
                let Some(name) = record.text(column).filter(|name| !name.is_empty()) else { continue };
                let row = Account {
                    account: account.clone(),
                    service: self.service.clone(),
                    phone: None,
                    name: Some((&*name).into()),
                    name_kind: Some(kind.into()),
                    owner: false,
                };
                rows.put(self.at(&part, record.rowid, record.found), row.into());
            }
        }
        self.finish("lid_display_name", scan, rows);
    }

    /// Pairs of identifiers that are one account.
    pub fn aliases(&self, rows: &mut dyn Rows) {
        let part: Text = "jid_map".into();
        let mut scan = self.scan("jid_map", &["lid_row_id", "jid_row_id"], &[], rows);
        while let Some(record) = scan.next() {
            if let (Some(lid), Some(phone)) = (self.jid(record.int(0)), self.jid(record.int(1))) {
                self.alias(self.at(&part, record.rowid, record.found), lid, phone, "lid map", None, rows);
            }
        }
        self.finish("jid_map", scan, rows);

        if self.database.table("chat").is_none_or(|chat| !chat.has("account_jid_row_id")) {
            return;
        }
        let part: Text = "chat".into();
        let mut scan = self.scan("chat", &["jid_row_id", "account_jid_row_id"], &[], rows);
        while let Some(record) = scan.next() {
            if let (Some(chat), Some(account)) = (self.jid(record.int(0)), self.jid(record.int(1))) {
                let person = |address: &str| address.ends_with(PHONE_SERVER) || address.ends_with(LID_SERVER);
                if person(&chat) && person(&account) {
                    self.alias(self.at(&part, record.rowid, record.found), account, chat, "chat account", None, rows);
                }
            }
        }
        self.finish("chat", scan, rows);
    }

    /// One pair; a pair of equals is none.
    pub fn alias(&self, origin: Origin, account: Text, other: Text, kind: &str, at: Option<Time>, rows: &mut dyn Rows) {
        if account != other {
            rows.put(origin, Alias { account, other, alias_kind: kind.into(), at }.into());
        }
    }

    /// Rows of `chat`.
    pub fn chats(&self, rows: &mut dyn Rows) {
        let part: Text = "chat".into();
        let mut scan = self.scan("chat", &["jid_row_id", "subject", "created_timestamp"], &["group_type"], rows);
        while let Some(record) = scan.next() {
            let Some(chat) = self.jid(record.int(0)) else { continue };
            let origin = self.at(&part, record.rowid, record.found);
            let mut times = Times::default();
            let row = Chat {
                created: times.read("created", record.int(2)),
                subject: record.text(1).filter(|subject| !subject.is_empty()).map(|subject| (&*subject).into()),
                group_type: record.int(3),
                ..self.chat(chat)
            };
            times.finish(&origin, rows, |stored| Chat { times_as_stored: stored, ..row }.into());
        }
        self.finish("chat", scan, rows);
    }

    /// What an address alone says of a chat.
    pub fn chat(&self, chat: Text) -> Chat {
        let legacy = account::legacy_group(&chat);
        let (address_creator, address_created) = legacy.map_or((None, None), |(creator, at)| (Some(creator.into()), Some(at)));
        Chat {
            owner: self.owner.clone(),
            service: self.service.clone(),
            chat_kind: account::chat_kind(&chat).into(),
            address_creator,
            address_created,
            chat,
            ..Chat::default()
        }
    }
}

/// Times of one row: instants, and what was stored where it was none.
#[derive(Default)]
pub struct Times {
    odd: Option<String>,
}

impl Times {
    /// Milliseconds since 1970; 0, -1 and NULL mean "not set".
    pub fn read(&mut self, column: &str, raw: Option<i64>) -> Option<Time> {
        let raw = raw.filter(|raw| *raw != 0 && *raw != -1)?;
        let time = Time::from_unix_ms(raw);
        if time.is_none() {
            let odd = self.odd.get_or_insert_default();
            if !odd.is_empty() {
                odd.push(' ');
            }
            odd.push_str(&format!("{column}={raw}"));
        }
        time
    }

    /// Puts the row, and a warning when a time was none.
    pub fn finish(self, origin: &Origin, rows: &mut dyn Rows, row: impl FnOnce(Option<Text>) -> custodia_model::Row) {
        let stored: Option<Text> = self.odd.map(Text::from);
        if let Some(stored) = &stored {
            let says = format!("milliseconds between 1970 and the year 9999 expected, found {stored}");
            rows.put(origin.clone(), Warning::new("time out of range", says).into());
        }
        rows.put(origin.clone(), row(stored));
    }
}
