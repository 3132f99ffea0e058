//! Tables that hang on a message and hold texts that are read for their traces alone: contact cards, options of polls, events.

use custodia_model::Text;

use super::super::whatsapp::cell;
use super::super::whatsapp::out::Out;
use super::super::whatsapp::side::Side;
use super::super::whatsapp::wanted::Wanted;
use super::schema;
use super::traces::{Holder, tell_card};
use crate::open::sqlite::Database;

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
