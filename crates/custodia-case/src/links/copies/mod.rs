//! All copies of messages, as `copies` has them, read once for the rules that count them. SQL says the same, but makes texts of chat,
//! sender and key for each of millions of rows and carries them through every step; here a message is a number.

mod alike;
mod messages;
mod names;
mod origins;
mod read;
mod shares;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

pub use alike::{Asked, alike};
pub use messages::messages;
pub use names::{Part, Persons, persons};
pub use shares::shares;

use crate::CaseError;
use messages::Told;
use names::{ELSEWHERE, Named, Names, wanted};
use read::{Wanted, each_stretch};

/// In place of a time that a row does not have.
pub const NO_TIME: i64 = i64::MIN;

const WANTS: [(&str, Wanted); 17] = wanted([
    ("sent", Wanted::Plain),
    ("received", Wanted::Plain),
    ("server_received", Wanted::Plain),
    ("message_kind", Wanted::Coded),
    ("text", Wanted::Plain),
    ("forwarded", Wanted::Plain),
    ("edited_at", Wanted::Plain),
    ("found", Wanted::Coded),
    ("path", Wanted::Coded),
    ("part", Wanted::Coded),
    ("row", Wanted::Plain),
]);

/// The copies of one part of the chats.
pub struct Copies {
    /// Names of the messages.
    pub named: Named,
    /// What is told of each message.
    told: Told,
    /// Where the rows of each phone begin among all, by the place of its file, and where the last end.
    pub begins: Vec<usize>,
    /// For each row the number of its message.
    pub message: Vec<u32>,
    /// Time by the sender's clock, or [`NO_TIME`].
    pub sent: Vec<i64>,
    /// Time by the phone's clock, or [`NO_TIME`].
    pub received: Vec<i64>,
    /// Time by the server's clock, or [`NO_TIME`].
    pub server: Vec<i64>,
    /// Whether it is marked as written on the phone's account.
    pub own: Vec<bool>,
}

impl Copies {
    /// Reads the copies of one part.
    fn read(files: &[(String, PathBuf)], persons: &Persons, part: Part) -> Result<Copies, CaseError> {
        let mut names = Names::new(persons, part);
        let mut told = Told::new(files);
        let (mut message, mut sent, mut received, mut server, mut own) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut begins = vec![0; files.len() + 1];
        let mut places = Vec::new();
        each_stretch(files, &WANTS, &mut |rows| {
            names.place(&files[rows.file].0, rows, &mut places, |_, _| true)?;
            let times = [rows.numbers(6)?, rows.numbers(7)?, rows.numbers(8)?];
            let marked = rows.marks(3)?;
            told.take(rows, &places, &times[0])?;
            for (row, place) in places.iter().enumerate().filter(|(_, place)| **place != ELSEWHERE) {
                message.push(*place);
                sent.push(times[0][row].unwrap_or(NO_TIME));
                received.push(times[1][row].unwrap_or(NO_TIME));
                server.push(times[2][row].unwrap_or(NO_TIME));
                own.push(marked.value(row));
            }
            begins[rows.file + 1] = message.len();
            Ok(())
        })?;
        // A phone without rows begins where the one before it ends.
        for file in 1..begins.len() {
            begins[file] = begins[file].max(begins[file - 1]);
        }
        Ok(Copies { named: names.finish(), told, begins, message, sent, received, server, own })
    }

    /// Earliest time of a message by the sender's clock, or [`NO_TIME`].
    pub fn first_sent(&self, message: u32) -> i64 {
        self.told.first_sent(message)
    }

    /// The place of the file, and the rows, of each phone.
    pub fn phones(&self) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> + Clone + '_ {
        self.begins.windows(2).enumerate().map(|(file, ends)| (file, ends[0]..ends[1]))
    }
}

/// The copies of a case, for the rules that need them: all at once where they are few enough to stay in memory meanwhile, else in
/// parts by chat, each read again.
#[derive(Default)]
pub struct Reader {
    kept: Mutex<Option<Arc<Copies>>>,
}

impl Reader {
    /// The copies of one part.
    pub fn part(&self, files: &[(String, PathBuf)], persons: &Persons, part: Part) -> Result<Arc<Copies>, CaseError> {
        if part.of > 1 {
            return Ok(Arc::new(Copies::read(files, persons, part)?));
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some(copies) => Ok(copies.clone()),
            None => Ok(kept.insert(Arc::new(Copies::read(files, persons, part)?)).clone()),
        }
    }

    /// Gives the memory back.
    pub fn forget(&self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
