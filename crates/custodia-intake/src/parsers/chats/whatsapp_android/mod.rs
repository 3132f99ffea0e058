//! WhatsApp and WhatsApp Business on Android: `msgstore.db` in both schemas, `wa.db`, settings.
//!
//! Source of the format facts: public schemas of 2020 to 2026 and the readers of IPED, ALEAPP, WhatsApp-Chat-Exporter and
//! WAInsight. Base tables only, never views. Codes stay beside their meaning.

mod calls;
mod codes;
mod contacts;
mod events;
mod legacy;
mod known;
mod media;
mod members;
mod modern;
mod own;
mod settings;
mod store;

pub use codes::ACTIONS;
pub use contacts::WaDb;
pub use settings::Settings;

use custodia_model::tables::Warning;
use custodia_model::{Origin, Rows};

use crate::open::sqlite::{Damage, Database};
use crate::parsers::{About, File, Parser, ReadError};
use store::Store;

/// `msgstore.db`.
pub struct MsgStore;

const ABOUT: About = About {
    name: "WhatsApp for Android: msgstore.db",
    reads: "msgstore.db and msgstore-*.db of WhatsApp and WhatsApp Business, modern schema (2021 on) and legacy schema, \
            with the write-ahead log beside it",
    tables: &["accounts", "aliases", "chats", "memberships", "messages", "attachments", "group_events", "calls", "places", "warnings"],
    tested: &["modern schema of 2021, 2023 and 2026, legacy schema, invented data"],
    gaps: "not read: receipts, reactions, poll votes, pins, mentions, contact cards, link previews, stickers' packs, status \
           views, labels, thumbnails, group_participants_history, device lists, text of group invitations; a rollback journal \
           is named and not applied; deleted rows are not recovered",
};

impl Parser for MsgStore {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        let name = path.rsplit('/').next().unwrap_or_default();
        // The very name is claimed whatever the bytes are, so that an encrypted or damaged one is told and not passed over.
        name == "msgstore.db" || (name.starts_with("msgstore") && name.ends_with(".db") && head.starts_with(b"SQLite format 3\0"))
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let database = open(file, rows)?;
        let store = Store::load(file, &database, rows);
        known::report(&store, rows);
        let modern = store.modern();
        if !modern && database.table("messages").is_none() {
            return Err(ReadError::Not(
                "expected table message (modern schema) or messages (legacy schema), found neither".into(),
            ));
        }
        store.own_account(rows);
        store.aliases(rows);
        members::read(&store, rows);
        if modern {
            store.chats(rows);
            modern::read(&store, rows);
        } else {
            legacy::read(&store, rows);
        }
        calls::read(&store, rows);
        Ok(())
    }
}

/// Opens a database with the log beside it, and tells what is wrong with either.
fn open(file: &File<'_>, rows: &mut dyn Rows) -> Result<Database, ReadError> {
    let log = file.beside("-wal").filter(|log| log.size > 0);
    let log_bytes = log.map(|log| log.open()).transpose().unwrap_or_else(|why| {
        rows.put(file.whole(), Warning::new("log not applied", format!("the write-ahead log could not be read: {why}")).into());
        None
    });
    let database = Database::open(file.bytes()?, log_bytes).map_err(|why| ReadError::Not(why.0))?;
    if let Some(journal) = file.beside("-journal").filter(|journal| journal.size > 0) {
        let says = format!("a rollback journal of {} bytes stands beside the database; it is not applied", journal.size);
        rows.put(Origin::file(journal.path.clone()), Warning::new("journal not applied", says).bytes(journal.size).into());
    }
    for damage in database.damage() {
        let origin = match (damage.kind.starts_with("log"), log) {
            (true, Some(log)) => Origin::file(log.path.clone()),
            _ => file.whole(),
        };
        rows.put(origin, warning(damage));
    }
    Ok(database)
}

fn warning(damage: &Damage) -> custodia_model::Row {
    let mut warning = Warning::new(damage.kind, &damage.says);
    warning.bytes = damage.bytes.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX));
    warning.into()
}
