//! Addresses: table `jid`, and addresses written out in other tables. Each distinct account is one shared text.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use custodia_model::{Text, account};

use super::by_id::ById;
use super::cell;
use super::out::Out;
use super::schema::jid;
use crate::open::sqlite::Database;

/// Addresses written out in legacy tables that are remembered; beyond that each is normalised anew.
const REMEMBERED: usize = 1 << 20;

/// Server parts of placeholders for the own account.
const OWN_SERVERS: &[&str] = &["status_me", "lid_me"];

/// What an address names, as a word for rows and a choice for code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatKind {
    /// A person, by number or hidden id.
    Person,
    /// Anything else.
    Other,
}

/// All addresses of one database.
pub struct Jids {
    by_id: ById<Text>,
    shared: HashSet<Text>,
    written: HashMap<Box<str>, Text>,
    owner: Option<Text>,
}

impl Jids {
    /// Reads table `jid`. The device part of an address is taken away, so a person's devices are one account.
    /// Placeholders for the own account become the account, where it is known.
    pub fn read(database: &Database, owner: Option<Text>, out: &mut Out<'_>) -> Jids {
        let mut jids =
            Jids { by_id: ById::new(), shared: owner.iter().cloned().collect(), written: HashMap::new(), owner };
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
            if let Some(address) = address.and_then(|address| jids.share(&address)) {
                jids.by_id.insert(id, address);
            }
        }
        if database.table(jid::WANTED.table).is_some() {
            out.damage(Some(jid::WANTED.table), &scan.damage());
        }
        jids
    }

    /// The address under a row id of table `jid`.
    #[inline]
    pub fn get(&self, id: i64) -> Option<&Text> {
        self.by_id.get(id)
    }

    /// An address that another table writes out.
    pub fn written(&mut self, raw: &str) -> Option<Text> {
        if let Some(known) = self.written.get(raw) {
            return Some(known.clone());
        }
        let address = self.share(raw)?;
        if self.written.len() < REMEMBERED {
            self.written.insert(raw.into(), address.clone());
        }
        Some(address)
    }

    fn share(&mut self, raw: &str) -> Option<Text> {
        let server = raw.rsplit('@').next().unwrap_or_default().trim();
        if OWN_SERVERS.contains(&server) && self.owner.is_some() {
            return self.owner.clone();
        }
        // An address that is none, such as a placeholder without user, is kept as it stands.
        let address = account::normalise(raw).unwrap_or_else(|| raw.trim().to_owned());
        if address.is_empty() {
            return None;
        }
        if let Some(known) = self.shared.get(address.as_str()) {
            return Some(known.clone());
        }
        let address: Text = address.into();
        self.shared.insert(address.clone());
        Some(address)
    }
}

/// What an address names.
pub fn kind(address: &str) -> ChatKind {
    if account::chat_kind(address) == "person" { ChatKind::Person } else { ChatKind::Other }
}
