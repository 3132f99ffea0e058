//! Rows on their way out of one database: their places, their warnings, their times.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use custodia_model::tables::{Account, Warning};
use custodia_model::{Found, Origin, Row, Rows, Text, Time, account};

use super::cell;
use crate::open::sqlite::{Cell, Damage};
use crate::parsers::database;

/// The messenger by the folder or the media folder a path lies in.
pub fn service(path: &str) -> &'static str {
    if ["com.whatsapp.w4b", "WhatsApp Business", "WhatsAppSMB"].iter().any(|mark| path.contains(mark)) {
        "whatsapp business"
    } else {
        "whatsapp"
    }
}

/// At most so many different sentences are told once each; a hostile file must not fill memory with them.
const TOLD: usize = 100_000;

/// Columns and tables of early times that are told.
const EARLY: usize = 1000;

/// A time that lies before the messenger existed: its column, the stored form, and what that is when it is read as it is.
pub type EarlyTime = (&'static str, String, Time);

/// Times of one column that lie before the messenger existed.
struct Early {
    first: Place,
    /// As stored.
    stored: String,
    /// What that is when it is read as it is.
    read: Time,
    rows: u64,
}

/// A row of a table of the database.
#[derive(Clone, Debug)]
pub struct Place {
    /// Name of the table.
    pub part: Text,
    /// Its rowid.
    pub row: i64,
    /// How it was found.
    pub found: Found,
}

/// Takes the rows of one database.
pub struct Out<'a> {
    /// Path of the database, shared by all its rows.
    path: Text,
    rows: &'a mut dyn Rows,
    /// Times of the row at hand that are no plain instants: `column=value`, separated by blanks.
    times: String,
    /// Times of the row at hand that lie before the messenger existed.
    early: Vec<EarlyTime>,
    /// Those of all rows, by table and column.
    all_early: BTreeMap<(Text, &'static str), Early>,
    told: HashSet<String>,
    /// The name of the service, shared by all rows.
    pub service: Text,
}

impl<'a> Out<'a> {
    /// Puts rows of the file at `path` into `rows`.
    pub fn new(path: Text, rows: &'a mut dyn Rows) -> Out<'a> {
        let service = service(&path).into();
        let (times, early, all_early) = (String::new(), Vec::new(), BTreeMap::new());
        Out { path, rows, times, early, all_early, told: HashSet::new(), service }
    }

    /// Puts a row that stands at `place`.
    #[inline]
    pub fn put(&mut self, place: &Place, row: impl Into<Row>) {
        let origin = Origin {
            path: self.path.clone(),
            part: Some(place.part.clone()),
            number: Some(place.row),
            found: place.found,
        };
        self.rows.put(origin, row.into());
    }

    /// Puts a row that the parser keeps for the next.
    #[inline]
    pub fn put_kept(&mut self, origin: &Origin, row: &Row) {
        self.rows.put_kept(origin, row);
    }

    /// As [`Out::put`], for a row whose bytes stand in the file whose name ends with this suffix.
    pub fn put_in(&mut self, suffix: &str, place: &Place, row: impl Into<Row>) {
        let path = if suffix.is_empty() { self.path.clone() } else { format!("{}{suffix}", self.path).into() };
        let origin = Origin { path, part: Some(place.part.clone()), number: Some(place.row), found: place.found };
        self.rows.put(origin, row.into());
    }

    /// Puts a row about a table as a whole.
    pub fn put_part(&mut self, part: &Text, row: impl Into<Row>) {
        let origin = Origin { part: Some(part.clone()), ..Origin::file(self.path.clone()) };
        self.rows.put(origin, row.into());
    }

    /// A warning about the whole database.
    pub fn warn(&mut self, warning: &str, says: impl AsRef<str>) {
        self.rows.put(Origin::file(self.path.clone()), Warning::new(warning, says).into());
    }

    /// A warning about one row.
    pub fn warn_at(&mut self, place: &Place, warning: &str, says: impl AsRef<str>) {
        self.put(place, Warning::new(warning, says));
    }

    /// As [`Out::warn_at`], but each sentence once for the database, at the first row it concerns.
    pub fn warn_once(&mut self, place: &Place, warning: &str, says: String) {
        if self.told.len() < TOLD && !self.told.contains(&says) {
            self.warn_at(place, warning, &says);
            self.told.insert(says);
        }
    }

    /// Damage that the reader of databases met, in a table or in the file as a whole.
    pub fn damage(&mut self, table: Option<&str>, damage: &[Damage]) {
        database::tell(&self.path, table, damage, self.rows);
    }

    /// The instant a column holds, milliseconds since 1970. 0, -1 and NULL are WhatsApp's "not set". Anything else
    /// that is no instant is remembered until [`Out::times_as_stored`].
    #[inline]
    pub fn time(&mut self, column: &'static str, stored: Cell<'_>) -> Option<Time> {
        match cell::int(stored) {
            Some(0 | -1) => None,
            Some(raw) => {
                let time = Time::from_unix_ms(raw);
                match time {
                    None => self.odd_time(column, stored),
                    Some(time) if time < Time::MESSENGER_FOUNDED => self.early_time(column, raw.to_string(), time),
                    Some(_) => {}
                }
                time
            }
            None => {
                if stored != Cell::Null {
                    self.odd_time(column, stored);
                }
                None
            }
        }
    }

    #[cold]
    fn early_time(&mut self, column: &'static str, stored: String, read: Time) {
        self.early.push((column, stored, read));
    }

    #[cold]
    fn odd_time(&mut self, column: &str, stored: Cell<'_>) {
        if !self.times.is_empty() {
            self.times.push(' ');
        }
        // Text is quoted so that blanks within it cannot be taken for the next column.
        let _ = match stored {
            Cell::Null => write!(self.times, "{column}="),
            Cell::Int(number) => write!(self.times, "{column}={number}"),
            Cell::Real(number) => write!(self.times, "{column}={number}"),
            Cell::Text(text) => write!(self.times, "{column}={:?}", text.chars().take(64).collect::<String>()),
            Cell::Blob(bytes) => write!(self.times, "{column}=x'{}'", hex::encode(bytes.get(..32).unwrap_or(bytes))),
        };
    }

    /// The times of the row at hand that are no plain instants, with a warning at its place.
    #[inline]
    pub fn times_as_stored(&mut self, place: &Place) -> Option<Text> {
        if !self.early.is_empty() {
            let early = std::mem::take(&mut self.early);
            self.keep_early(place, early);
        }
        if self.times.is_empty() { None } else { Some(self.tell_times(place)) }
    }

    /// Takes note of times of a row that lie before the messenger existed, for [`Out::tell_early`].
    #[cold]
    pub fn keep_early(&mut self, place: &Place, early: Vec<EarlyTime>) {
        for (column, stored, read) in early {
            let key = (place.part.clone(), column);
            let room = self.all_early.len() < EARLY;
            match self.all_early.get_mut(&key) {
                Some(early) => early.rows = early.rows.saturating_add(1),
                None if room => {
                    self.all_early.insert(key, Early { first: place.clone(), stored, read, rows: 1 });
                }
                None => {}
            }
        }
    }

    /// Tells of each column which times in it cannot be what they seem to be; `unit` is how they were read.
    pub fn tell_early(&mut self, unit: &str) {
        for ((part, column), early) in std::mem::take(&mut self.all_early) {
            let Early { first, stored, read, rows } = early;
            let says = format!(
                "expected times since 2009-02-24, when the messenger was founded, found earlier ones; rows of table {part} that bear one: {rows}. \
                 The first one, for column {column}, is stored as {stored} and was read as {unit}, which makes {read}: that is not plausible, it may \
                 count in another unit or be wrong. The rows stand with the time so read"
            );
            self.warn_at(&first, "time implausible", says);
        }
    }

    #[cold]
    fn tell_times(&mut self, place: &Place) -> Text {
        let times: Text = std::mem::take(&mut self.times).into();
        self.warn_at(
            place,
            "time out of range",
            format!("expected milliseconds since 1970 up to the year 9999, found {times}; the stored form is kept"),
        );
        times
    }
}

/// An account with a name.
pub fn named(service: &Text, account: &Text, name: Text, kind: &str) -> Account {
    Account {
        account: account.clone(),
        service: service.clone(),
        phone: account::phone(account).map(Text::from),
        name: Some(name),
        name_kind: Some(kind.into()),
        own: false,
    }
}
