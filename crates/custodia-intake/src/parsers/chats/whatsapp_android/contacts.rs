//! `wa.db`: the address book as the app sees it, and what it knows of groups.

use custodia_model::tables::{Account, Chat, Contact};
use custodia_model::{Rows, Text, account};

use super::{open, store::Store};
use crate::parsers::{About, File, Parser, ReadError};

/// `wa.db`.
pub struct WaDb;

const ABOUT: About = About {
    name: "WhatsApp for Android: wa.db",
    reads: "wa.db of WhatsApp and WhatsApp Business, with the write-ahead log beside it",
    tables: &["contacts", "accounts", "chats", "warnings"],
    tested: &["schemas of 2017 to 2026, invented data"],
    gaps: "not read: business profiles, block list, pictures' times, settings of groups but creator and description",
};

impl Parser for WaDb {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        path.ends_with("/wa.db")
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let database = open(file, rows)?;
        let store = Store::load(file, &database, &mut Vec::new());
        if database.table("wa_contacts").is_none() {
            return Err(ReadError::Not("expected table wa_contacts, not found".into()));
        }
        contacts(&store, rows);
        verified(&store, rows);
        groups(&store, rows);
        Ok(())
    }
}

fn contacts(store: &Store<'_>, rows: &mut dyn Rows) {
    let part: Text = "wa_contacts".into();
    let needed = ["jid", "is_whatsapp_user", "status", "number", "display_name", "given_name", "family_name", "wa_name", "company"];
    let mut scan = store.scan(&part, &needed, &[], rows);
    while let Some(record) = scan.next() {
        let text = |column: usize| record.text(column).filter(|text| !text.is_empty()).map(|text| Text::from(&*text));
        let address = text(0).and_then(|jid| store.address(&jid));
        if address.as_deref().is_some_and(|address| account::chat_kind(address) != "person") {
            // Groups and broadcasts have rows here too; what they are stands in msgstore.db.
            continue;
        }
        let origin = store.at(&part, record.rowid, record.found);
        if let Some(account) = &address {
            for (name, kind) in [(text(4), "phone book"), (text(7), "push name")] {
                let Some(name) = name else { continue };
                let row = Account {
                    account: account.clone(),
                    service: store.service.clone(),
                    phone: account::phone(account).map(Into::into),
                    name: Some(name),
                    name_kind: Some(kind.into()),
                    owner: false,
                };
                rows.put(origin.clone(), row.into());
            }
        }
        let row = Contact {
            account: address,
            number: text(3),
            name: text(4),
            given_name: text(5),
            family_name: text(6),
            push_name: text(7),
            company: text(8),
            about: text(2),
            messenger_user: record.int(1).map(|user| user != 0),
        };
        rows.put(origin, row.into());
    }
    store.finish(&part, scan, rows);
}

fn verified(store: &Store<'_>, rows: &mut dyn Rows) {
    let part: Text = "wa_vnames".into();
    let mut scan = store.scan(&part, &["jid", "verified_name"], &[], rows);
    while let Some(record) = scan.next() {
        let account = record.text(0).and_then(|jid| store.address(&jid));
        let (Some(account), Some(name)) = (account, record.text(1).filter(|name| !name.is_empty())) else { continue };
        let row = Account {
            phone: account::phone(&account).map(Into::into),
            account,
            service: store.service.clone(),
            name: Some((&*name).into()),
            name_kind: Some("verified name".into()),
            owner: false,
        };
        rows.put(store.at(&part, record.rowid, record.found), row.into());
    }
    store.finish(&part, scan, rows);
}

fn groups(store: &Store<'_>, rows: &mut dyn Rows) {
    for (table, column) in [("wa_group_descriptions", "description"), ("wa_group_admin_settings", "creator_jid")] {
        let part: Text = table.into();
        let mut scan = store.scan(table, &["jid", column], &[], rows);
        while let Some(record) = scan.next() {
            let chat = record.text(0).and_then(|jid| store.address(&jid));
            let (Some(chat), Some(value)) = (chat, record.text(1).filter(|value| !value.is_empty())) else { continue };
            let mut row = Chat { ..store.chat(chat) };
            match column {
                "description" => row.description = Some((&*value).into()),
                _ => row.creator = store.address(&value),
            }
            rows.put(store.at(&part, record.rowid, record.found), row.into());
        }
        store.finish(table, scan, rows);
    }
}
