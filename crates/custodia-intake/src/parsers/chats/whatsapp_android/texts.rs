//! Tables that hang on a message and hold texts that are read for their traces alone: contact cards, options of polls, events.

use custodia_model::Text;

use super::super::whatsapp::cell;
use super::super::whatsapp::out::{Out, Place};
use super::super::whatsapp::side::Side;
use super::super::whatsapp::wanted::Wanted;
use super::reading::Reading;
use super::schema;
use super::traces::{Holder, tell_card};
use crate::open::sqlite::{Database, Scan};
use crate::parsers::leads::leads;

/// The tables; of each the first column is the row id of the message, the others are texts.
const TABLES: [&Wanted; 4] = [
    &schema::message_vcard::WANTED,
    &schema::messages_vcards::WANTED,
    &schema::message_poll_option::WANTED,
    &schema::message_event::WANTED,
];

/// The walks over those tables that the database has.
pub struct Texts<'a>(Vec<(Side<'a>, Text, usize)>);

impl<'a> Texts<'a> {
    /// Starts the walks.
    pub fn new(database: &'a Database) -> Texts<'a> {
        let present = TABLES.into_iter().filter(|wanted| database.table(wanted.table).is_some());
        Texts(present.map(|wanted| (Side::new(database, wanted), wanted.table.into(), wanted.columns.len())).collect())
    }

    /// No walk.
    pub fn none() -> Texts<'a> {
        Texts(Vec::new())
    }

    /// Puts the traces of all texts of a message.
    #[inline]
    pub fn tell(&mut self, out: &mut Out<'_>, holder: &Holder<'_>, message: i64) {
        for (side, part, columns) in &mut self.0 {
            let mut nth = 0;
            while let Some(row) = side.nth(message, nth) {
                for column in 1..*columns {
                    if let Some(text) = cell::text(row.get(column)) {
                        tell_card(out, holder, &text, || row.place(part));
                    }
                }
                nth += 1;
            }
        }
    }

    /// The walks themselves.
    pub fn into_sides(self) -> impl Iterator<Item = Side<'a>> {
        self.0.into_iter().map(|(side, ..)| side)
    }
}

/// Tables whose rows may outlive their message, the row id of the message first.
const OUTLIVING: [(&str, &[&str]); 8] = [
    (schema::message_vcard::WANTED.table, schema::message_vcard::WANTED.columns),
    (schema::messages_vcards::WANTED.table, schema::messages_vcards::WANTED.columns),
    (schema::message_poll_option::WANTED.table, schema::message_poll_option::WANTED.columns),
    (schema::message_event::WANTED.table, schema::message_event::WANTED.columns),
    (schema::message_location::WANTED.table, &["message_row_id", "place_name", "place_address", "url"]),
    (schema::message_text::WANTED.table, &["message_row_id", "page_title", "url", "description"]),
    (schema::message_quoted_media::WANTED.table, &["message_row_id", "media_caption", "media_name"]),
    (schema::message_quoted_location::WANTED.table, &["message_row_id", "place_name", "place_address"]),
];

/// Puts the traces of rows whose message is gone: of its chat and sender nothing is left.
pub fn without_message(reading: &mut Reading<'_>) {
    let database = reading.database;
    let owner = reading.owner.clone();
    let holder = Holder { owner: owner.as_ref(), ..Holder::default() };
    let mut messages = ["message", "messages"].map(|table| database.scan(table, &[]));
    for (table, columns) in OUTLIVING.into_iter().filter(|(table, _)| database.table(table).is_some()) {
        let part: Text = table.into();
        let mut scan = database.scan(table, columns);
        while let Some(row) = scan.next() {
            let texts = (1..columns.len()).filter_map(|column| cell::text(row.get(column)));
            let texts: Vec<_> = texts.filter(|text| text.contains("waid=") || !leads(text).is_empty()).collect();
            let message = cell::int(row.get(0));
            if texts.is_empty() || message.is_some_and(|id| messages.iter_mut().any(|table| holds(table, id))) {
                continue;
            }
            let place = Place { part: part.clone(), row: row.rowid, found: row.found };
            for text in texts {
                tell_card(&mut reading.out, &holder, &text, || place.clone());
            }
        }
    }
}

fn holds(table: &mut Scan<'_>, id: i64) -> bool {
    table.seek(id);
    table.next().is_some_and(|row| row.rowid == id)
}
