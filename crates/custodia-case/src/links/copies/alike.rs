//! Rows of several phones that hold one message of a group and name its sender by different accounts.

use std::collections::{BTreeMap, HashMap, HashSet};

use datafusion::arrow::array::Array;

use super::NO_TIME;
use super::origins::{Direction, Directions};
use super::read::{Stretch, Wanted, Wants, each_stretch};
use crate::CaseError;
use crate::distinct::Distinct;
use crate::links::Inputs;
use crate::sets::bucket_of;

const WANTS: Wants = &[
    ("chat", Wanted::Coded),
    ("sender", Wanted::Coded),
    ("from_me", Wanted::Plain),
    ("key", Wanted::Plain),
    ("original_key", Wanted::Plain),
    ("sent", Wanted::Plain),
    ("path", Wanted::Coded),
    ("part", Wanted::Coded),
    ("row", Wanted::Plain),
];

/// Two accounts that bear one message: the account, the other, what ties them, in how many rows, and directions to the first of
/// each.
pub type Pair = (String, String, &'static str, i64, String, String);

/// Who sent a row, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// A hidden id that no row ties to a number.
    Hidden,
    /// A hidden id that a row ties.
    Tied,
    Number,
    /// The owner of a phone that does not name its owner.
    Owner,
}

/// A row of a message that may tie two accounts.
struct Row {
    message: u32,
    file: u32,
    by: By,
    sender: u32,
    sent: i64,
    own: bool,
    /// Whether the owner may have had another number then.
    changed: bool,
    direction: Direction,
}

/// What the questions before said.
pub struct Asked {
    /// Hidden ids that rows tie to a number.
    pub stated: HashSet<String>,
    /// Phones, groups and own numbers where the owner may have had another number.
    pub changed: HashSet<(String, String, String)>,
}

/// Finds the pairs among the messages of this part. Rows that can begin one are few; all others are looked at only where they hold
/// the same message.
pub fn alike(inputs: &Inputs<'_>, asked: &Asked) -> Result<Vec<Pair>, CaseError> {
    let files = inputs.files("messages");
    let mut reading =
        Reading { inputs, asked, messages: Distinct::default(), senders: Distinct::default(), name: Vec::new() };
    each_stretch(files, WANTS, &mut |rows| {
        reading.rows(
            rows,
            &mut |messages, name, row| {
                // A pair needs one of these; the rows of numbers follow.
                let begins = (row.by == By::Hidden && row.sent != NO_TIME) || row.by == By::Owner || row.changed;
                if begins {
                    messages.code(name);
                }
                Ok(())
            },
            None,
        )
    })?;
    if reading.messages.len() == 0 {
        return Ok(Vec::new());
    }
    let mut directions = Directions::new(files);
    let mut found: Vec<Row> = Vec::new();
    each_stretch(files, WANTS, &mut |rows| {
        reading.rows(
            rows,
            &mut |messages, name, mut row| {
                if let Some(message) = messages.find(name) {
                    row.message = message;
                    found.push(row);
                }
                Ok(())
            },
            Some(&mut directions),
        )
    })?;
    found.sort_by_key(|row| row.message);
    let mut pairs = Pairs { directions: &directions, senders: &reading.senders, pairs: BTreeMap::new() };
    for rows in found.chunk_by(|a, b| a.message == b.message) {
        pairs.of_message(rows);
    }
    Ok(pairs.finish(files))
}

struct Reading<'a> {
    inputs: &'a Inputs<'a>,
    asked: &'a Asked,
    messages: Distinct,
    senders: Distinct,
    name: Vec<u8>,
}

type Each<'a> = &'a mut dyn FnMut(&mut Distinct, &[u8], Row) -> Result<(), CaseError>;

impl Reading<'_> {
    fn rows(&mut self, rows: &Stretch, take: Each<'_>, directions: Option<&mut Directions>) -> Result<(), CaseError> {
        let label = &self.inputs.files("messages")[rows.file].0;
        let (chats, senders, own) = (rows.coded(0)?, rows.coded(1)?, rows.marks(2)?);
        let (keys, originals, sent) = (rows.texts(3)?, rows.texts(4)?, rows.numbers(5)?);
        let (paths, parts) = (rows.coded(6)?, rows.coded(7)?);
        let numbers = match directions {
            Some(_) => rows.numbers(8)?,
            None => Vec::new(),
        };
        let mut directions = directions;
        if let Some(directions) = &mut directions {
            directions.begin(&paths, &parts);
        }
        let part = self.inputs.part;
        let here: Vec<bool> = chats
            .values
            .iter()
            .map(|chat| chat.is_some_and(|chat| chat.ends_with("@g.us") && bucket_of(chat, part.of) == part.part))
            .collect();
        let of_sender: Vec<Option<(By, u32)>> = senders
            .values
            .iter()
            .map(|sender| {
                let sender = sender.unwrap_or_default();
                let by = match sender.rsplit_once('@').map(|(_, server)| server) {
                    Some("lid") if self.asked.stated.contains(sender) => By::Tied,
                    Some("lid") => By::Hidden,
                    Some("s.whatsapp.net") => By::Number,
                    _ => return None,
                };
                Some((by, self.senders.code(sender.as_bytes())))
            })
            .collect();
        let mut changes: HashMap<(usize, usize), bool> = HashMap::new();
        for row in 0..rows.rows() {
            let Some(chat) = chats.at(row).filter(|chat| here[*chat]) else { continue };
            let own = own.value(row);
            let (by, sender) = match senders.at(row) {
                Some(sender) => match of_sender[sender] {
                    Some(by) => by,
                    None => continue,
                },
                None if own => (By::Owner, 0),
                None => continue,
            };
            let changed = own
                && !self.asked.changed.is_empty()
                && senders.at(row).is_some_and(|sender| {
                    *changes.entry((chat, sender)).or_insert_with(|| {
                        let text = |of: &super::read::Coded<'_>, at: usize| of.values.value(at).to_owned();
                        self.asked.changed.contains(&(label.clone(), text(&chats, chat), text(&senders, sender)))
                    })
                });
            self.name.clear();
            self.name.extend_from_slice(chats.values.value(chat).as_bytes());
            self.name.push(0);
            let key = if originals.is_valid(row) { originals.value(row) } else { keys.value(row) };
            self.name.extend_from_slice(key.as_bytes());
            let number = numbers.get(row).copied().flatten();
            let direction = directions
                .as_ref()
                .map_or_else(Direction::default, |of| of.to(rows.file, paths.at(row), parts.at(row), number));
            let sent = sent[row].unwrap_or(NO_TIME);
            let found = Row { message: 0, file: rows.file as u32, by, sender, sent, own, changed, direction };
            take(&mut self.messages, &self.name, found)?;
        }
        Ok(())
    }
}

/// One of two accounts: a sender by its number, or the owner of a phone by the place of its file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Sender(u32),
    Owner(u32),
}

struct Found {
    rows: i64,
    /// The message that was counted last, for pairs that count messages.
    last: u32,
    one: Direction,
    other: Direction,
}

struct Pairs<'a> {
    directions: &'a Directions,
    senders: &'a Distinct,
    pairs: BTreeMap<(Who, Who, &'static str), Found>,
}

impl Pairs<'_> {
    /// Pairs of the rows of one message.
    fn of_message(&mut self, rows: &[Row]) {
        for one in rows {
            for other in rows {
                let same_time = one.sent == other.sent && one.sent != NO_TIME;
                let (from, to) = (Who::Sender(one.sender), Who::Sender(other.sender));
                match (one.by, other.by) {
                    (By::Hidden, By::Number) if same_time => self.add((from, to, "same message"), one, other, false),
                    (By::Owner, By::Number) if one.file != other.file => {
                        self.add((Who::Owner(one.file), to, "same message"), one, other, false);
                    }
                    (By::Hidden | By::Tied, By::Owner) if one.file != other.file => {
                        self.add((from, Who::Owner(other.file), "same message"), one, other, false);
                    }
                    // The account on other phones comes first.
                    (By::Number, By::Number)
                        if other.changed
                            && !one.own
                            && same_time
                            && one.file != other.file
                            && one.sender != other.sender =>
                    {
                        self.add((from, to, "own message"), one, other, true);
                    }
                    _ => {}
                }
            }
        }
    }

    fn add(&mut self, pair: (Who, Who, &'static str), one: &Row, other: &Row, messages: bool) {
        let found = self.pairs.entry(pair).or_insert_with(|| Found {
            rows: 0,
            last: 0,
            one: one.direction,
            other: other.direction,
        });
        if !messages || std::mem::replace(&mut found.last, one.message) != one.message {
            found.rows += 1;
        }
        for (first, this) in [(&mut found.one, &one.direction), (&mut found.other, &other.direction)] {
            if self.directions.compare(this, first).is_lt() {
                *first = *this;
            }
        }
    }

    fn finish(self, files: &[(String, std::path::PathBuf)]) -> Vec<Pair> {
        let who = |who: Who| match who {
            Who::Sender(number) => String::from_utf8_lossy(self.senders.get(number - 1)).into_owned(),
            Who::Owner(file) => format!("owner of {}", files[file as usize].0),
        };
        let written = |direction: &Direction| {
            let mut text = String::new();
            self.directions.write(direction, &mut text);
            text
        };
        let pairs = self.pairs.iter();
        pairs
            .map(|((one, other, kind), found)| {
                (who(*one), who(*other), *kind, found.rows, written(&found.one), written(&found.other))
            })
            .collect()
    }
}
