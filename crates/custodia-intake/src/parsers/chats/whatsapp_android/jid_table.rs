//! Table `jid`: addresses under the numbers by which other tables name them.

use std::borrow::Cow;

use custodia_model::Text;

use super::super::whatsapp::cell;
use super::super::whatsapp::jids::Jids;
use super::super::whatsapp::out::Out;
use super::schema::jid;
use crate::open::sqlite::Database;

/// Reads it. Placeholders for the own account become the account, where it is known.
pub fn read(database: &Database, owner: Option<Text>, out: &mut Out<'_>) -> Jids {
    let mut jids = Jids::new(owner);
    let mut scan = database.scan(jid::WANTED.table, jid::WANTED.columns);
    while let Some(row) = scan.next() {
        let id = cell::int(row.get(jid::_id)).unwrap_or(row.rowid);
        let user = cell::text(row.get(jid::user)).filter(|user| !user.is_empty());
        let server = cell::text(row.get(jid::server)).filter(|server| !server.is_empty());
        // The two parts stand alone in `user` and `server`; `raw_string` also has the device.
        let address = match (user, server) {
            (Some(user), Some(server)) => Some(Cow::Owned(format!("{user}@{server}"))),
            _ => cell::text(row.get(jid::raw_string)),
        };
        if let Some(address) = address {
            jids.take(id, &address);
        }
    }
    if database.table(jid::WANTED.table).is_some() {
        out.damage(Some(jid::WANTED.table), &scan.damage());
    }
    jids
}
