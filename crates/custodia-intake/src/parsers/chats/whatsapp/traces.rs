//! Leads in a text as rows, each once for the place it stands at.

use custodia_model::tables::Trace;
use custodia_model::{Text, Time};

use super::cell;
use super::out::{Out, Place};
use crate::open::sqlite::Database;
use crate::parsers::leads::{Lead, leads};

/// What holds a text.
#[derive(Clone, Copy, Default)]
pub struct Holder<'m> {
    /// Own account.
    pub owner: Option<&'m Text>,
    /// Chat of the message; none when no message holds the text.
    pub chat: Option<&'m Text>,
    /// Key of the message, of the original where it edits one.
    pub key: Option<&'m Text>,
    /// Whether the message is marked as own.
    pub from_me: bool,
    /// Its sender.
    pub sender: Option<&'m Text>,
    /// Its time by the sender's clock.
    pub sent: Option<Time>,
}

impl Holder<'_> {
    /// A trace in a text of this holder.
    pub fn trace(&self, kind: &str, value: Text, as_written: Text) -> Trace {
        Trace {
            trace_kind: kind.into(),
            value,
            as_written,
            names_group: None,
            group_name: None,
            owner: self.owner.cloned(),
            in_chat: self.chat.cloned(),
            in_key: self.key.cloned(),
            from_me: self.from_me,
            sender: self.sender.cloned(),
            sent: self.sent,
        }
    }
}

/// Puts the traces of a text that stands at `place`, which is asked for only when there is one.
#[inline]
pub fn tell(out: &mut Out<'_>, holder: &Holder<'_>, text: &str, place: impl Fn() -> Place) {
    for lead in leads(text) {
        put(out, holder, &place(), text, lead, None);
    }
}

/// Puts one lead of a text.
#[cold]
pub fn put(out: &mut Out<'_>, holder: &Holder<'_>, place: &Place, text: &str, lead: Lead, group_name: Option<Text>) {
    let as_written = text.get(lead.range).unwrap_or_default().into();
    let trace = Trace { group_name, ..holder.trace(lead.kind.as_str(), lead.value.into(), as_written) };
    out.put(place, trace);
}

/// Puts the traces of columns that are read for nothing else. A table or column that is absent says nothing.
pub fn of_tables(database: &Database, out: &mut Out<'_>, owner: Option<&Text>, tables: &[(&str, &[&str])]) {
    let holder = Holder { owner, ..Holder::default() };
    for (table, columns) in tables {
        if database.table(table).is_none() {
            continue;
        }
        let part: Text = (*table).into();
        let mut scan = database.scan(table, columns);
        while let Some(row) = scan.next() {
            for text in (0..columns.len()).filter_map(|column| cell::text(row.get(column))) {
                tell(out, &holder, &text, || Place { part: part.clone(), row: row.rowid, found: row.found });
            }
        }
        out.damage(Some(table), &scan.damage());
    }
}
