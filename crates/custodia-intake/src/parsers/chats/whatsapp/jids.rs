//! Addresses: those under a number, and those written out. Each distinct account is one shared text.

use std::collections::{HashMap, HashSet};

use custodia_model::{Text, account};

use super::by_id::ById;

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
    /// None yet. `owner` is what placeholders for the own account become, where it is known.
    pub fn new(owner: Option<Text>) -> Jids {
        Jids { by_id: ById::new(), shared: owner.iter().cloned().collect(), written: HashMap::new(), owner }
    }

    /// Takes the address under a row id. Its device part is taken away, so a person's devices are one account.
    pub fn take(&mut self, id: i64, address: &str) {
        if let Some(address) = self.share(address) {
            self.by_id.insert(id, address);
        }
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
