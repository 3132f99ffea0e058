//! Texts that only the full-text index still has. SQLite keeps a copy of what it indexes in a table of its own, `…_content`: a row for
//! each row of the index, under its number, with the columns `c0…`, `c1…` (SQLite, FTS3 and FTS4, "Shadow Tables"). The copy may stay
//! when the message goes.
//!
//! That a row bears the number of its message is nowhere promised, and the messenger indexes texts in a form of its own. So a text counts
//! as gone only where no message bears its number and none says the same words.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hasher};

use custodia_model::tables::RecoveredRecord;
use custodia_model::{Found, Text, account};

use super::super::whatsapp::cell;
use super::super::whatsapp::out::Place;
use super::reading::Reading;
use super::traces::{self, Holder};
use super::{codes, legacy};
use crate::open::sqlite::{Database, Record, Scan, TableInfo};

/// How the names of the tables begin, and how they end.
const BEGINNINGS: [&str; 2] = ["message_fts", "messages_fts"];
const END: &str = "_content";

/// Texts that are told of one index.
const MOST: usize = 100_000;

/// Characters of a text in `cells`.
const SHOWN: usize = 4000;

/// Where messages say something.
const SAID: &[(&str, &[&str])] = &[
    ("message", &["text_data"]),
    ("message_media", &["media_caption", "media_name"]),
    ("message_location", &["place_name", "place_address"]),
    ("message_poll_option", &["option_name"]),
    ("messages", &["data", "media_caption", "media_name"]),
];

/// Whether a table is the copy that an index of messages keeps.
pub fn is_content(table: &str) -> bool {
    let name = table.to_ascii_lowercase();
    name.ends_with(END) && BEGINNINGS.iter().any(|start| name.starts_with(start))
}

/// Puts the texts whose messages are gone as recovered ones.
pub fn read(reading: &mut Reading<'_>) {
    let database = reading.database;
    for table in database.tables().iter().filter(|table| is_content(&table.name)) {
        let begins = |start: &str| table.columns.iter().find(|column| column.starts_with(start)).map(String::as_str);
        let Some(text) = begins("c0") else { continue };
        let chat = table.columns.iter().map(String::as_str).find(|column| column.ends_with("jid"));
        let mut gone = without_message(database, table, text);
        if gone.len() >= MOST {
            let says = format!(
                "expected fewer than {MOST} texts in table {} without a message, found more; those after them are not told",
                table.name
            );
            reading.out.warn("index ended", says);
        }
        not_said(database, &mut gone);
        let part: Text = table.name.as_str().into();
        let mut scan = database.scan(&table.name, &[text, chat.unwrap_or("c1")]);
        for (number, _) in gone {
            scan.seek(number);
            let Some(row) = scan.next().filter(|row| row.rowid == number) else { continue };
            let (said, chat) = (cell::owned(row.get(0)), cell::text(row.get(1)).and_then(|jid| chat_of(&jid)));
            if let Some(said) = said {
                put(reading, &scan, (&part, number), text, chat, said);
            }
        }
    }
}

fn put(
    reading: &mut Reading<'_>,
    scan: &Scan<'_>,
    (part, number): (&Text, i64),
    column: &str,
    chat: Option<Text>,
    text: Text,
) {
    let Some(stands) = scan.place() else { return };
    let place = Place { part: part.clone(), row: number, found: Found::FullTextIndex };
    let owner = reading.owner.clone();
    let holder = Holder { owner: owner.as_ref(), chat: chat.as_ref(), ..Holder::default() };
    traces::tell(&mut reading.out, &holder, &text, || place.clone());
    let shown = match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_string(),
    };
    let cells =
        format!("{{\"docid\":{number},{}:{}}}", serde_json::Value::from(column), serde_json::Value::from(shown));
    let row = RecoveredRecord {
        recovered_table: part.clone(),
        certainty: "certain".into(),
        page: i64::from(stands.page),
        byte: i64::try_from(stands.offset).unwrap_or(i64::MAX),
        cells: cells.into(),
        owner: owner.clone(),
        chat: chat.clone(),
        text: Some(text),
        ..RecoveredRecord::default()
    };
    reading.out.put_in(stands.within.suffix(), &place, row);
}

/// The chat that a row of the index names, where it is an address.
fn chat_of(written: &str) -> Option<Text> {
    let address = account::normalise(written)?;
    matches!(account::chat_kind(&address), "group" | "person").then(|| address.into())
}

/// Numbers of the rows whose number no message bears that still has its text, each with what its words come to.
fn without_message(database: &Database, table: &TableInfo, text: &str) -> Vec<(i64, u64)> {
    let mut messages = [
        Messages::new(database.scan("message", &["message_type"]), |row| {
            cell::int(row.get(0)).is_some_and(|code| [codes::REVOKED, codes::REVOKED_BY_ADMIN].contains(&code))
        }),
        Messages::new(database.scan("messages", &["media_wa_type", "edit_version"]), |row| {
            cell::int(row.get(0)) == Some(codes::REVOKED) || legacy::is_revoked(row.get(1))
        }),
    ];
    let mut gone = Vec::new();
    let mut scan = database.scan(&table.name, &[text]);
    while gone.len() < MOST
        && let Some(row) = scan.next()
    {
        let held = messages.iter_mut().any(|messages| messages.hold(row.rowid));
        if let Some(words) = cell::text(row.get(0)).filter(|_| !held).and_then(|text| words(&text)) {
            gone.push((row.rowid, words));
        }
    }
    gone
}

/// Takes away those whose words a message says.
fn not_said(database: &Database, gone: &mut Vec<(i64, u64)>) {
    if gone.is_empty() {
        return;
    }
    let wanted: HashSet<u64> = gone.iter().map(|(_, words)| *words).collect();
    let mut said = HashSet::new();
    for (table, columns) in SAID {
        let mut scan = database.scan(table, columns);
        while let Some(row) = scan.next() {
            let texts = (0..columns.len()).filter_map(|column| cell::text(row.get(column)));
            said.extend(texts.filter_map(|text| words(&text)).filter(|words| wanted.contains(words)));
        }
    }
    gone.retain(|(_, words)| !said.contains(words));
}

/// What the words of a text come to, whatever the case of their letters and whatever stands between them.
fn words(text: &str) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    let mut any = false;
    for letter in text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase) {
        hasher.write_u32(u32::from(letter));
        any = true;
    }
    any.then(|| hasher.finish())
}

/// A table of messages, asked for numbers that rise.
struct Messages<'a> {
    scan: Scan<'a>,
    /// Whether a row is what is left of a message that was taken back: its text is gone.
    is_revoked: fn(&Record<'_>) -> bool,
    /// The row at hand.
    at: Option<(i64, bool)>,
}

impl<'a> Messages<'a> {
    fn new(scan: Scan<'a>, is_revoked: fn(&Record<'_>) -> bool) -> Messages<'a> {
        Messages { scan, is_revoked, at: None }
    }

    /// Whether a message bears this number and still has its text.
    fn hold(&mut self, number: i64) -> bool {
        while self.at.is_none_or(|(at, _)| at < number) {
            let Some(row) = self.scan.next() else { return false };
            self.at = Some((row.rowid, (self.is_revoked)(&row)));
        }
        self.at == Some((number, false))
    }
}
