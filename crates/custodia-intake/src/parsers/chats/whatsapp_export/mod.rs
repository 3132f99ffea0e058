//! Chats that WhatsApp exported as text: one file for each chat, alone or in a zip with its media beside it.
//!
//! [`stamp`] reads how a line begins and [`order`] decides which number is the day; [`lines`] puts lines together to entries,
//! [`survey`] reads the file a first time; [`media`] and [`words`] know what the app writes in place of a text, [`system`] and
//! [`forms`] its sentences about the group; [`names`] makes the addresses, [`entries`] and [`events`] the
//! rows, and [`recent`] spares looking up who wrote before.

mod at;
mod entries;
mod events;
mod forms;
mod lines;
mod media;
mod names;
mod order;
mod recent;
mod stamp;
mod survey;
mod system;
#[cfg(test)]
mod tests;
mod words;

use custodia_model::Rows;

use super::whatsapp_android::out::Out;
use crate::parsers::{About, File, Parser, ReadError};

/// Lines of the head that may stand before the first entry.
const BEFORE: usize = 8;

const ABOUT: About = About {
    name: "WhatsApp exported chat",
    reads: "chats that WhatsApp exported on Android or iOS: *.txt, alone or with media beside it, known by how their lines begin",
    tables: &[
        "accounts",
        "aliases",
        "chats",
        "messages",
        "attachments",
        "group_events",
        "places",
        "traces",
        "warnings",
    ],
    tested: &[
        "forms of both systems in English, Spanish, Portuguese of two countries, Italian, German, French, invented data",
        "dates of Arabic, Persian, Buddhist and Japanese calendars' digits and years, 12 and 24 hours, invented data",
        "orders of day and month that dates show and that they leave open, invented data",
    ],
    gaps: "an export stores no addresses, keys, time zone, numbers of saved contacts, receipts, and not who exported it: the chat is \
           chat@<mark>.export, a person shown by name name:<name>@<mark>.export, the person who exported it exporter@<mark>.export, \
           where the mark is the beginning of the file's SHA-256, so that equal names in two exports are two; a person shown by a full \
           number is that account, though an address book may hold a number as a name; the key of a message is line:<number>; \
           codes are -1; local times are read as UTC, which may be up to 14 hours off, and times_as_stored holds them as written; a date \
           without year is no time; codes and rows of from_me are those whose words say `you`; on Android nothing tells words of the app from \
           the same words typed by a person; quotes, reactions, votes; the mark of an edit stays in the text; the Solar Hijri calendar; sentences \
           of other languages than six but for coming, adding and leaving: those are `system line`",
};

/// The parser.
pub struct Chat;

impl Parser for Chat {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        let text =
            path.len().checked_sub(4).and_then(|at| path.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(".txt"));
        if !text {
            return false;
        }
        let named = names::is_export(path);
        head.split(|&byte| byte == b'\n').take(BEFORE).any(|line| {
            stamp::read(line.strip_suffix(b"\r").unwrap_or(line)).is_some_and(|stamp| {
                // Logs of programs begin so too.
                let of_a_log =
                    stamp.shape.separator == b'-' && stamp.shape.order != order::Order::Unknown && !stamp.comma;
                named || !of_a_log
            })
        })
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let Some(survey) = survey::read(file.reader()?)? else {
            return Err(ReadError::Not(
                "expected lines that begin with date and time as an exported chat has them, found none".into(),
            ));
        };
        let out = Out::new(file.path().clone(), rows);
        entries::Reading::new(file, out, survey).read(file.reader()?)?;
        Ok(())
    }
}
