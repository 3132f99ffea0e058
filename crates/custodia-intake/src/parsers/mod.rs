//! What does this file say? One trait, one list; adding a format is one file, one line, one folder of test data.

use std::io::BufRead;

use custodia_model::{Found, Origin, Rows, Text};

use crate::bytes::{Bytes, Reader};
use crate::evidence::{Evidence, Item};
use crate::open::sqlite::Database;

pub mod chats;
mod database;
pub mod databases;
pub mod device;
#[cfg(test)]
pub(crate) mod fixtures;
pub mod hashlists;
pub mod leads;
pub mod recovered;
pub mod tor;

/// Every parser, in order of priority: the first that fits a file reads it.
pub const PARSERS: &[&dyn Parser] = &[
    &chats::whatsapp_android::Msgstore,
    &chats::whatsapp_android::Contacts,
    &chats::whatsapp_android::IdentityKeys,
    &chats::whatsapp_android::OwnAccount,
    &chats::whatsapp_ios::ChatStorage,
    &chats::whatsapp_ios::Contacts,
    &chats::whatsapp_ios::CallHistory,
    &chats::whatsapp_ios::HiddenIds,
    &chats::whatsapp_ios::OwnAccount,
    &chats::whatsapp_ios::ContainerName,
    &chats::whatsapp_export::Chat,
    &device::android::SimCards,
    &device::android::Properties,
    &device::android::Settings,
    &device::ios::SimCards,
    &device::ios::Settings,
    &device::ios::BackupInfo,
    &device::ufed::Report,
    &tor::State,
    &tor::Torrc,
    &tor::Hostname,
    &tor::PublicKey,
    &tor::SecretKey,
    &tor::RsaKey,
    &tor::ClientKey,
    &tor::OnionShareSettings,
    &tor::OnionShareTab,
    &tor::Places,
    &tor::Preferences,
    &tor::AppSettings,
    &tor::Downloads,
    &tor::Consensus,
    &tor::Descriptions,
    &tor::Named,
    // Any database; those above come first.
    &databases::Traces,
];

/// Reads one kind of file.
pub trait Parser: Sync {
    /// Name, what it reads, what was tested, what it leaves out.
    fn about(&self) -> &'static About;

    /// Whether this parser wants the file, by its path and its first bytes (at most 4096). Cheap and honest: no guess.
    fn fits(&self, path: &str, head: &[u8]) -> bool;

    /// What the schema of a database holds that this parser reads whatever the file is called; any one of the lists
    /// suffices, and of each all columns.
    fn schemas(&self) -> &'static [Marks] {
        &[]
    }

    /// Whether this parser tells what the rows of a table of a database say. In the other tables of a database that it reads links,
    /// addresses and numbers are told as of any database.
    fn tells(&self, _table: &str) -> bool {
        false
    }

    /// Columns of a table whose rows this parser tells with texts that people write, names and drafts, in which it does not look for
    /// links, addresses and numbers: they are looked through as those of any database, and what was told is not told again.
    fn texts(&self, _table: &str) -> &'static [&'static str] {
        &[]
    }

    /// Where a database of this parser keeps messages; the first of these tables that holds any counts.
    fn numbered(&self) -> &'static [Numbered] {
        &[]
    }

    /// Reads the file and pushes rows. Damage is a `warnings` row and reading goes on; `Err` means that the file
    /// cannot be read at all.
    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError>;
}

/// A table of messages whose rows keep their numbers as long as the database lives, wherever it is copied to.
#[derive(Debug)]
pub struct Numbered {
    /// Its name.
    pub table: &'static str,
    /// The column of the key.
    pub key: &'static str,
    /// The column of the mark of own messages.
    pub from_me: &'static str,
    /// The column of the time.
    pub at: &'static str,
    /// The table that keeps the highest number given, its columns of names and numbers, and the name.
    pub counter: (&'static str, [&'static str; 2], &'static str),
}

/// Tables and a column of each by which a database is known.
pub type Marks = &'static [(&'static str, &'static str)];

/// The first parser that reads a database with this schema.
pub fn by_schema(database: &Database) -> Option<&'static dyn Parser> {
    let holds = |(table, column): &(&str, &str)| {
        database.table(table).is_some_and(|table| table.columns.iter().any(|own| own.eq_ignore_ascii_case(column)))
    };
    PARSERS.iter().copied().find(|parser| parser.schemas().iter().any(|marks| marks.iter().all(holds)))
}

/// What a parser is, for documentation and reports. The only place for such texts.
#[derive(Debug)]
pub struct About {
    /// Name, unique in the list.
    pub name: &'static str,
    /// Which files it reads.
    pub reads: &'static str,
    /// Tables it writes.
    pub tables: &'static [&'static str],
    /// Versions it was tested on, and with what data.
    pub tested: &'static [&'static str],
    /// What it leaves out.
    pub gaps: &'static str,
}

/// A file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes could not be had.
    #[error("the file could not be read: {0}")]
    Io(#[from] std::io::Error),
    /// The bytes are not what the parser reads. The sentence says what was expected, what was found, and where.
    #[error("{0}")]
    Not(String),
}

/// A file of the evidence on its way into a parser.
pub struct File<'a> {
    /// The file's entry.
    pub item: &'a Item,
    /// Every other file of the exhibit.
    pub evidence: &'a Evidence,
}

impl<'a> File<'a> {
    /// Path through every layer.
    pub fn path(&self) -> &Text {
        &self.item.path
    }

    /// The content.
    pub fn bytes(&self) -> Result<Bytes, ReadError> {
        Ok(self.item.open()?)
    }

    /// The content from front to back.
    pub fn reader(&self) -> Result<impl BufRead + use<>, ReadError> {
        Ok(std::io::BufReader::with_capacity(1 << 16, Reader::new(self.bytes()?)))
    }

    /// The file whose path is this one's with `suffix` appended, such as `-wal`.
    pub fn beside(&self, suffix: &str) -> Option<&'a Item> {
        self.evidence.item(&format!("{}{suffix}", self.item.path))
    }

    /// A numbered place in this file.
    pub fn at(&self, part: &Text, number: i64) -> Origin {
        Origin { path: self.item.path.clone(), part: Some(part.clone()), number: Some(number), found: Found::Live }
    }

    /// This file as a whole.
    pub fn whole(&self) -> Origin {
        Origin::file(self.item.path.clone())
    }
}
