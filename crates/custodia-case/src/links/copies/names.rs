//! Messages by chat, sender and key, each once with a number, however many phones hold it.

use std::collections::HashMap;

use datafusion::arrow::array::Array;
use datafusion::arrow::record_batch::RecordBatch;

use super::read::{Stretch, Wanted};
use crate::distinct::Distinct;
use crate::links::texts;
use crate::sets::bucket_of;
use crate::{CaseError, who};

/// Columns that name a message, the first of every reading.
pub const NAMING: [(&str, Wanted); 6] = [
    ("owner", Wanted::Coded),
    ("chat", Wanted::Coded),
    ("sender", Wanted::Coded),
    ("from_me", Wanted::Plain),
    ("key", Wanted::Plain),
    ("original_key", Wanted::Plain),
];

/// [`NAMING`], and others behind it.
pub const fn wanted<const N: usize, const ALL: usize>(
    others: [(&'static str, Wanted); N],
) -> [(&'static str, Wanted); ALL] {
    let mut all = [("", Wanted::Plain); ALL];
    let mut at = 0;
    while at < ALL {
        all[at] = if at < NAMING.len() { NAMING[at] } else { others[at - NAMING.len()] };
        at += 1;
    }
    all
}

/// In place of the number of a row that is not of this part.
pub const ELSEWHERE: u32 = u32::MAX;

/// Whom accounts stand for, as `persons` has it.
pub type Persons = HashMap<String, String>;

/// Rows of (account, person) as a map.
pub fn persons(batches: &[RecordBatch]) -> Result<Persons, CaseError> {
    let mut persons = Persons::new();
    for batch in batches {
        let pairs = texts(batch, 0)?.into_iter().zip(texts(batch, 1)?);
        persons.extend(pairs.filter_map(|(account, person)| account.zip(person)));
    }
    Ok(persons)
}

/// Which part of the chats is taken.
#[derive(Clone, Copy)]
pub struct Part {
    /// Its place, from 0.
    pub part: u64,
    /// How many there are.
    pub of: u64,
}

/// Names of messages.
pub struct Names<'a> {
    persons: &'a Persons,
    part: Part,
    chats: Distinct,
    /// For each chat whether it is of this part.
    here: Vec<bool>,
    senders: Distinct,
    all: Distinct,
    name: Vec<u8>,
    /// For each chat the message of the row before; for each message the one that followed it in its chat when a row last bore it.
    /// Phones hold the messages of a group in about the same order, and looking there first spares the way through the table.
    before: Vec<u32>,
    after: Vec<u32>,
}

impl<'a> Names<'a> {
    /// None yet.
    pub fn new(persons: &'a Persons, part: Part) -> Names<'a> {
        Names {
            persons,
            part,
            chats: Distinct::default(),
            here: Vec::new(),
            senders: Distinct::default(),
            all: Distinct::default(),
            name: Vec::new(),
            before: Vec::new(),
            after: Vec::new(),
        }
    }

    /// Puts the number of the message of each row, from 0, into `places`; `more` adds what else tells rows apart.
    pub fn place(
        &mut self,
        label: &str,
        rows: &Stretch,
        places: &mut Vec<u32>,
        mut more: impl FnMut(usize, &mut Vec<u8>) -> bool,
    ) -> Result<(), CaseError> {
        let (owners, chats, senders) = (rows.coded(0)?, rows.coded(1)?, rows.coded(2)?);
        let (own, keys, originals) = (rows.marks(3)?, rows.texts(4)?, rows.texts(5)?);
        let mut of_chat: Vec<Option<u32>> = vec![None; chats.values.len()];
        let mut of_pair: HashMap<(usize, Option<usize>), u32> = HashMap::new();
        let mut of_sender: Vec<Option<u32>> = vec![None; senders.values.len()];
        let (mut of_owner, mut of_nobody) = (None, None);
        places.clear();
        places.reserve(rows.rows());
        for row in 0..rows.rows() {
            let Some(at) = chats.at(row) else {
                places.push(ELSEWHERE);
                continue;
            };
            let chat = match of_chat[at] {
                Some(chat) => chat,
                None => {
                    let text = chats.values.value(at);
                    let owner = owners.at(row);
                    let known = if who::is_alike(text) { None } else { of_pair.get(&(at, owner)).copied() };
                    match known {
                        Some(chat) => chat,
                        None => {
                            let named =
                                who::chat(self.persons, text, owner.map(|owner| owners.values.value(owner)), label);
                            let chat = self.chats.code(named.as_bytes());
                            if chat as usize > self.here.len() {
                                self.here.push(bucket_of(&named, self.part.of) == self.part.part);
                                self.before.push(ELSEWHERE);
                            }
                            if who::is_alike(text) {
                                of_chat[at] = Some(chat);
                            } else {
                                of_pair.insert((at, owner), chat);
                            }
                            chat
                        }
                    }
                }
            };
            if !self.here[chat as usize - 1] {
                places.push(ELSEWHERE);
                continue;
            }
            let cached = match senders.at(row) {
                Some(at) => &mut of_sender[at],
                None if own.is_valid(row) && own.value(row) => &mut of_owner,
                None => &mut of_nobody,
            };
            let sender = match cached {
                Some(sender) => *sender,
                None => {
                    let text = senders.at(row).map(|at| senders.values.value(at));
                    let named = who::sender(self.persons, text, own.is_valid(row) && own.value(row), Some(label));
                    let code = self.senders.code(named.as_deref().unwrap_or(who::UNKNOWN).as_bytes());
                    *cached = Some(code);
                    code
                }
            };
            self.name.clear();
            self.name.extend_from_slice(&chat.to_le_bytes());
            self.name.extend_from_slice(&sender.to_le_bytes());
            if !more(row, &mut self.name) {
                places.push(ELSEWHERE);
                continue;
            }
            let key = if originals.is_valid(row) { originals.value(row) } else { keys.value(row) };
            self.name.extend_from_slice(key.as_bytes());
            places.push(self.number(chat));
        }
        Ok(())
    }

    /// The number of the message that is named now.
    #[inline]
    fn number(&mut self, chat: u32) -> u32 {
        let before = std::mem::replace(&mut self.before[chat as usize - 1], ELSEWHERE);
        let guess = self.after.get(before as usize).copied().unwrap_or(ELSEWHERE);
        let number = if guess != ELSEWHERE && self.all.get(guess) == self.name {
            guess
        } else {
            let number = self.all.code(&self.name) - 1;
            self.after.resize(self.all.len(), ELSEWHERE);
            if let Some(after) = self.after.get_mut(before as usize) {
                *after = number;
            }
            number
        };
        self.before[chat as usize - 1] = number;
        number
    }

    /// The names, for those who ask for them.
    pub fn finish(self) -> Named {
        Named { chats: self.chats, senders: self.senders, all: self.all }
    }
}

/// Messages by their numbers.
pub struct Named {
    chats: Distinct,
    senders: Distinct,
    all: Distinct,
}

impl Named {
    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// How many chats there are; their numbers are from 1.
    pub fn chats(&self) -> usize {
        self.chats.len()
    }

    /// Numbers of the chat and the sender of a message, and what tells it apart from others of both.
    #[inline]
    pub fn parts(&self, message: u32) -> (u32, u32, &[u8]) {
        let name = self.all.get(message);
        let number = |from: usize| {
            name.get(from..from + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes)
        };
        (number(0), number(4), name.get(8..).unwrap_or_default())
    }

    /// A chat by its number.
    pub fn chat(&self, number: u32) -> &str {
        text(&self.chats, number)
    }

    /// A sender by its number.
    pub fn sender(&self, number: u32) -> &str {
        text(&self.senders, number)
    }
}

fn text(of: &Distinct, number: u32) -> &str {
    std::str::from_utf8(of.get(number - 1)).unwrap_or_default()
}
