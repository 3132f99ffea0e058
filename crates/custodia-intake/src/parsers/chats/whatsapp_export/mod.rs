//! Chats that WhatsApp exported as text: one file for each chat, alone or in a zip with its media beside it.
//!
//! [`stamp`] reads how a line begins and [`order`] decides which number is the day; [`lines`] puts lines together to entries,
//! [`survey`] reads the file a first time; [`media`] and [`words`] know what the app writes in place of a text, [`system`] and
//! [`forms`] its sentences about the group; [`wide`] reads files that were saved in UTF-16; [`names`] makes the addresses, [`entries`] and [`events`] the
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
mod wide;
mod words;

use custodia_model::Rows;
use custodia_model::tables::Warning;
use memchr::memmem;

use super::whatsapp::out::Out;
use crate::parsers::{About, File, Parser, ReadError};

/// Lines of the head that may stand before the first entry.
const BEFORE: usize = 8;

const ABOUT: About = About {
    name: "WhatsApp exported chat",
    reads: "chats that WhatsApp exported on Android or iOS, or that were copied from WhatsApp Web: *.txt, alone or with media beside it, \
            known by how their lines begin",
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

/// Whether programs begin the lines of their logs so too: `2024-02-01 10:00:00 - `, `[01/02/2024 10:00:00] `,
/// `01/02/2024 10:00: `. A comma after the date stands in no log, nor does a year of two digits.
fn as_logs_begin(stamp: &stamp::Stamp) -> bool {
    let machine_date = stamp.shape.separator == b'-' && stamp.shape.order != order::Order::Unknown;
    !stamp.comma && stamp.shape.long_year && (machine_date || stamp.shape.frame != b'-')
}

/// Whether the app itself speaks in a head: with its mark of direction, or one of its sentences. The first line of an export
/// does so nearly always, since it tells of encryption or how the group came to be.
fn speaks(head: &[u8]) -> bool {
    memmem::find(head, media::MARK.as_bytes()).is_some()
        || lines_of(head).any(|line| {
            let rest = stamp::read(line).and_then(|stamp| std::str::from_utf8(line.get(stamp.rest..)?).ok());
            let said = |text: &str| system::read(text.trim(), 0).is_some() || words::kind(text.trim()).is_some();
            rest.is_some_and(|rest| said(rest) || rest.split_once(": ").is_some_and(|(_, text)| said(text)))
        })
}

fn lines_of(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

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
        let head = &*wide::head(head);
        let mut told = None;
        lines_of(head).take(BEFORE).any(|line| {
            stamp::read(line).is_some_and(|stamp| {
                !as_logs_begin(&stamp) || *told.get_or_insert_with(|| names::is_export(path) || speaks(head))
            })
        })
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let Some(survey) = survey::read(wide::reader(file.reader()?, &file.item.head))? else {
            return Err(ReadError::Not(
                "expected lines that begin with date and time as an exported chat has them, found none".into(),
            ));
        };
        if !names::is_export(file.path()) && !speaks(&wide::head(&file.item.head)) {
            let says = "expected an exported chat, whose first lines nearly always hold a sentence of the app; neither they nor the name \
                        of the file say that it is one, only how its lines begin";
            rows.put(file.whole(), Warning::new("perhaps no chat", says).into());
        }
        let out = Out::new(file.path().clone(), rows);
        entries::Reading::new(file, out, survey).read(wide::reader(file.reader()?, &file.item.head))?;
        Ok(())
    }
}
