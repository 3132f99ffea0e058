//! What table `message` holds, where table `messages` of the schema before it stands beside it with messages: a change from the one to
//! the other that did not end leaves some of them in the old table alone, and what both hold is one message.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::super::whatsapp::cell;
use super::schema::messages as column;
use crate::open::sqlite::Database;

/// The messages of table `message`, remembered only where table `messages` may hold them too.
pub struct Held {
    legacy: bool,
    any: bool,
    rows: HashSet<u64>,
}

impl Held {
    /// Nothing yet.
    pub fn new(database: &Database) -> Held {
        let mut scan = database.scan(column::WANTED.table, &[column::WANTED.columns[column::key_remote_jid]]);
        let mut legacy = false;
        while let Some(row) = scan.next().filter(|_| !legacy) {
            legacy = cell::text(row.get(0)).is_some_and(|chat| chat != "-1");
        }
        Held { legacy, any: false, rows: HashSet::new() }
    }

    /// Takes note of a message of table `message`.
    #[inline]
    pub fn take(&mut self, row: i64, chat: &str, from_me: bool, key: &str) {
        self.any = true;
        if self.legacy {
            // A chat may have got another address since; the number of a row stays.
            self.rows.insert(of_row(row, from_me, key));
            if !key.is_empty() {
                self.rows.insert(of_chat(chat, from_me, key));
            }
        }
    }

    /// Whether table `message` holds this message of table `messages`.
    pub fn holds(&self, row: i64, chat: &str, from_me: bool, key: &str) -> bool {
        self.rows.contains(&of_row(row, from_me, key)) || self.rows.contains(&of_chat(chat, from_me, key))
    }

    /// Whether table `message` holds any message.
    pub fn any(&self) -> bool {
        self.any
    }

    /// Whether both tables hold messages.
    pub fn both(&self) -> bool {
        self.any && self.legacy
    }
}

fn of_chat(chat: &str, from_me: bool, key: &str) -> u64 {
    number((chat, from_me, key))
}

fn of_row(row: i64, from_me: bool, key: &str) -> u64 {
    number((row, from_me, key))
}

fn number(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}
