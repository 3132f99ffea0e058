//! `axolotl.db`: public keys of the accounts that this phone exchanged messages with. One key that stands under a number
//! and under a hidden identifier is the key of one account.

use std::collections::HashMap;

use custodia_model::tables::Alias;
use custodia_model::{Found, Rows, Text, account};

use super::super::whatsapp::cell;
use super::super::whatsapp::open;
use super::super::whatsapp::out::{Out, Place};
use super::super::whatsapp::ties::Ties;
use super::super::whatsapp::wanted::{self, Unread};
use super::schema::{self, identities as column};
use crate::open::sqlite::{Cell, Database, Record};
use crate::parsers::{About, File, Parser, ReadError, database};

const ABOUT: About = About {
    name: "WhatsApp identity keys on Android",
    reads: "axolotl.db of WhatsApp and WhatsApp Business, with axolotl.db-wal beside it",
    tables: &["aliases", "warnings"],
    tested: &["table identities with and without recipient_type, invented data"],
    gaps: "deleted rows; everything but whose public keys are equal; recipient types other than 0 (number) and 1 (hidden \
           identifier); the key of the device itself",
};

/// Bytes of a public key; Signal writes the type 5 before the 32 of a Curve25519 key.
const KEY: usize = 32;
const KEY_TYPE: u8 = 5;
const LONGEST_KEY: usize = 1024;

/// `recipient_type` of a number and of a hidden identifier.
const NUMBER: i64 = 0;
const HIDDEN: i64 = 1;

/// Accounts that are kept for one key: with two of a kind it ties nothing, the others are for the sentence.
const NAMED: usize = 8;

/// The parser.
pub struct IdentityKeys;

impl Parser for IdentityKeys {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        let own_folder = path.split('/').any(|part| part == "com.whatsapp" || part == "com.whatsapp.w4b");
        path.rsplit('/').next() == Some("axolotl.db") && (own_folder || head.starts_with(database::MAGIC))
    }

    fn tells(&self, table: &str) -> bool {
        wanted::is_read(table, schema::AXOLOTL)
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let database = database::open(file, rows)?;
        let mut out = Out::new(file.path().clone(), rows);
        open::compare(&database, schema::AXOLOTL, &Unread::tables(schema::AXOLOTL_KNOWN), &mut out);
        let table = column::WANTED.table;
        let Some(info) = database.table(table) else {
            out.warn("table absent", format!("expected a table {table}, found none; it holds no keys"));
            return Ok(());
        };
        let has = |wanted: &str| info.columns.iter().any(|column| column.eq_ignore_ascii_case(wanted));
        if !has("recipient_id") && !has("recipient_account_id") {
            let says = format!("column recipient_id of table {table} absent: whose keys they are is not known");
            out.warn("column absent", says);
            return Ok(());
        }
        let (keys, unknown) = Keys::read(&database, &mut out);
        if let Some((types, rows)) = unknown {
            let says = format!(
                "{rows} rows of table {table} have a recipient_type other than 0 and 1, such as {types}; they were not tied"
            );
            out.warn("recipient type unknown", says);
        }
        keys.put(&mut out);
        Ok(())
    }
}

/// Who has which key, in the order in which keys first stand.
#[derive(Default)]
struct Keys {
    by_key: HashMap<Box<[u8]>, usize>,
    owners: Vec<Owners>,
}

/// The accounts under which one key stands.
struct Owners {
    first: (i64, Found),
    numbers: Vec<Text>,
    hidden: Vec<(Text, (i64, Found))>,
}

impl Keys {
    /// Reads all keys; beside them a recipient type that is not known and how many rows have such a one.
    fn read(database: &Database, out: &mut Out<'_>) -> (Keys, Option<(i64, u64)>) {
        let mut keys = Keys::default();
        let mut unknown: Option<(i64, u64)> = None;
        let mut scan = database.scan(column::WANTED.table, column::WANTED.columns);
        while let Some(row) = scan.next() {
            let Some(key) = key(&row) else { continue };
            match account_of(&row) {
                Some(Whose::Number(account)) => keys.add(key, account, false, (row.rowid, row.found)),
                Some(Whose::Hidden(account)) => keys.add(key, account, true, (row.rowid, row.found)),
                Some(Whose::Other(code)) => unknown.get_or_insert((code, 0)).1 += 1,
                None => {}
            }
        }
        out.damage(Some(column::WANTED.table), &scan.damage());
        (keys, unknown)
    }

    fn add(&mut self, key: &[u8], account: String, hidden: bool, row: (i64, Found)) {
        let next = self.owners.len();
        let place = *self.by_key.entry(key.into()).or_insert(next);
        if place == next {
            self.owners.push(Owners { first: row, numbers: Vec::new(), hidden: Vec::new() });
        }
        let Some(owners) = self.owners.get_mut(place) else { return };
        // Each device of an account has a row of its own.
        if hidden {
            if owners.hidden.len() < NAMED && !owners.hidden.iter().any(|(known, _)| **known == *account) {
                owners.hidden.push((account.into(), row));
            }
        } else if owners.numbers.len() < NAMED && !owners.numbers.iter().any(|known| **known == *account) {
            owners.numbers.push(account.into());
        }
    }

    /// Puts an alias for each key that ties two accounts, and a warning for each that would tie more.
    fn put(&self, out: &mut Out<'_>) {
        let part: Text = column::WANTED.table.into();
        let place = |(row, found)| Place { part: part.clone(), row, found };
        let mut ties = Ties::default();
        for owners in &self.owners {
            match (owners.numbers.as_slice(), owners.hidden.as_slice()) {
                ([number], [(hidden, row)]) => {
                    if let Some((account, other)) = ties.new_pair(hidden, number, "identity key") {
                        out.put(&place(*row), Alias { account, other, alias_kind: "identity key".into(), at: None });
                    }
                }
                ([] | [_], [] | [_]) => {}
                (numbers, hidden) => {
                    let accounts = numbers.iter().chain(hidden.iter().map(|(account, _)| account));
                    let accounts: Vec<&str> = accounts.map(|account| &**account).collect();
                    let says = format!(
                        "one public key stands under {}; which of them are one account it does not tell, none are tied",
                        accounts.join(", ")
                    );
                    out.warn_at(&place(owners.first), "identity key shared", says);
                }
            }
        }
    }
}

/// The public key of a row, without its type. One of zeros is none.
fn key<'r>(row: &Record<'r>) -> Option<&'r [u8]> {
    let key = match row.get(column::public_key) {
        Cell::Blob(bytes) => bytes,
        _ => return None,
    };
    let key = key.strip_prefix(&[KEY_TYPE]).filter(|rest| rest.len() == KEY).unwrap_or(key);
    ((KEY..=LONGEST_KEY).contains(&key.len()) && key.iter().any(|&byte| byte != 0)).then_some(key)
}

/// Under whom a row stands.
enum Whose {
    Number(String),
    Hidden(String),
    Other(i64),
}

/// Whose key a row holds; none for the device's own, which stands under -1. Some releases keep the identifier as a number,
/// others as text; without a type it is a phone number, as in releases that knew nothing else.
fn account_of(row: &Record<'_>) -> Option<Whose> {
    let first = |one: usize, two: usize| match row.get(one) {
        Cell::Null => row.get(two),
        stored => stored,
    };
    let id = cell::text(first(column::recipient_id, column::recipient_account_id))?;
    let kind = cell::int(first(column::recipient_type, column::recipient_account_type)).unwrap_or(NUMBER);
    if id.contains('@') {
        let account = account::normalise(&id)?;
        return match account.rsplit_once('@')?.1 {
            account::PHONE_SERVER => Some(Whose::Number(account)),
            account::LID_SERVER => Some(Whose::Hidden(account)),
            _ => None,
        };
    }
    // `34600000001.0:12` names a device.
    let digits = id.trim().split(['.', ':']).next().unwrap_or_default();
    if digits.is_empty() || digits.len() > 20 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(match kind {
        NUMBER => Whose::Number(format!("{digits}@{}", account::PHONE_SERVER)),
        HIDDEN => Whose::Hidden(format!("{digits}@{}", account::LID_SERVER)),
        other => Whose::Other(other),
    })
}
