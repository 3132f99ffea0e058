//! A message, one row for all phones that hold it.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanBuilder, Int64Builder, StringBuilder, TimestampMillisecondBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use datafusion::arrow::record_batch::RecordBatch;

use super::NO_TIME;
use super::names::{ELSEWHERE, Named, persons};
use super::origins::{Direction, Directions};
use super::read::Stretch;
use crate::CaseError;
use crate::distinct::Distinct;
use crate::links::{Inputs, Take};
use crate::views::backup_named;

/// Rows and bytes of texts that are handed over at a time.
const ROWS: usize = 1 << 16;
const BYTES: usize = 256 << 20;

/// What the rows of a message say, all together.
#[derive(Clone)]
struct Message {
    first_sent: i64,
    last_sent: i64,
    /// Numbers of the smallest and the largest kind, revocations aside; 0 for none.
    kinds: (u32, u32),
    /// Places of the smallest and the largest text; 0 for none.
    texts: (u32, u32),
    forwarded: bool,
    all_forwarded: bool,
    /// Number of the last of the copies that hold it, where no other row does.
    backup: u32,
    /// Whether a row that is not a backup's holds it.
    live: bool,
    /// The row that is told: one that can be read, has a text and is no backup's, as far as there is such a row; of several the first.
    told: Option<Row>,
    /// The place, after 1, of the last phone in which a row has a text, and that in `silent` of the last in which none has.
    spoken: u32,
    silent: u32,
}

/// A row of a message.
#[derive(Clone, Copy)]
struct Row {
    rank: u8,
    direction: Direction,
    /// Number of its kind, 0 for a revocation, and of its text, 0 for none.
    kind: u32,
    text: u32,
}

/// What is told of each message.
pub struct Told {
    messages: Vec<Message>,
    kinds: Distinct,
    backups: Distinct,
    /// Texts one behind the other, with their ends.
    text: String,
    ends: Vec<usize>,
    directions: Directions,
    /// Rows that are edited and rows that are revocations, by message and file: few of all.
    edited: Vec<(u32, u32)>,
    revoked: Vec<(u32, u32)>,
    /// Phones in which no row of a message has a text, by message and file.
    silent: Vec<(u32, u32)>,
}

impl Told {
    pub fn new(files: &[(String, PathBuf)]) -> Told {
        Told {
            messages: Vec::new(),
            kinds: Distinct::default(),
            backups: Distinct::default(),
            text: String::new(),
            ends: vec![0],
            directions: Directions::new(files),
            edited: Vec::new(),
            revoked: Vec::new(),
            silent: Vec::new(),
        }
    }

    /// Earliest time of a message by the sender's clock, or [`NO_TIME`].
    pub fn first_sent(&self, message: u32) -> i64 {
        self.messages[message as usize].first_sent
    }

    /// Takes rows whose messages have these numbers.
    pub fn take(&mut self, rows: &Stretch, places: &[u32], sent: &[Option<i64>]) -> Result<(), CaseError> {
        let (kinds, texts, forwarded) = (rows.coded(9)?, rows.texts(10)?, rows.marks(11)?);
        let (edited, found) = (rows.there(12), rows.coded(13)?);
        let (paths, parts, numbers) = (rows.coded(14)?, rows.coded(15)?, rows.numbers(16)?);
        self.directions.begin(&paths, &parts);
        let of_kind: Vec<u32> = kinds
            .values
            .iter()
            .map(|kind| match kind.unwrap_or_default() {
                "revoked" => 0,
                kind => self.kinds.code(kind.as_bytes()),
            })
            .collect();
        let unread = kinds.values.iter().map(|kind| match kind {
            Some("revoked") => 2,
            Some("not decrypted") => 1,
            _ => 0,
        });
        let unread: Vec<u8> = unread.collect();
        let is_backup: Vec<bool> = found.values.iter().map(|found| found == Some("backup")).collect();
        let mut of_backup: Vec<u32> = vec![0; paths.values.len()];
        for (row, place) in places.iter().enumerate().filter(|(_, place)| **place != ELSEWHERE) {
            let sent = sent[row].unwrap_or(NO_TIME);
            let at = *place as usize;
            if at == self.messages.len() {
                self.messages.push(Message {
                    first_sent: sent,
                    last_sent: sent,
                    kinds: (0, 0),
                    texts: (0, 0),
                    forwarded: false,
                    all_forwarded: true,
                    backup: 0,
                    live: false,
                    told: None,
                    spoken: 0,
                    silent: 0,
                });
            }
            let direction = self.directions.to(rows.file, paths.at(row), parts.at(row), numbers[row]);
            let message = &mut self.messages[at];
            if sent != NO_TIME {
                message.first_sent = if message.first_sent == NO_TIME { sent } else { message.first_sent.min(sent) };
                message.last_sent = message.last_sent.max(sent);
            }
            let own_kind = kinds.at(row).map_or(0, |kind| of_kind[kind]);
            let mut own_text = 0;
            match kinds.at(row).map(|kind| of_kind[kind]) {
                Some(0) => note(&mut self.revoked, *place, rows.file),
                Some(kind) => {
                    let text = |number: u32| self.kinds.get(number - 1);
                    let (low, high) = message.kinds;
                    if low == 0 || (kind != low && text(kind) < text(low)) {
                        message.kinds.0 = kind;
                    }
                    if high == 0 || (kind != high && text(kind) > text(high)) {
                        message.kinds.1 = kind;
                    }
                }
                None => {}
            }
            if texts.is_valid(row) {
                let text = texts.value(row);
                let (low, high) = message.texts;
                let held = |number: u32| &self.text[self.ends[number as usize - 1]..self.ends[number as usize]];
                let (below, above) = (low == 0 || text < held(low), high == 0 || text > held(high));
                let known = [low, high, message.told.map_or(0, |told| told.text)];
                own_text = known.into_iter().find(|known| *known > 0 && text == held(*known)).unwrap_or(0);
                if own_text == 0 {
                    self.text.push_str(text);
                    self.ends.push(self.text.len());
                    own_text = self.ends.len() as u32 - 1;
                }
                // Of a row that was revoked nothing but that is compared.
                if (below || above) && own_kind > 0 {
                    message.texts = (
                        if below { own_text } else { message.texts.0 },
                        if above { own_text } else { message.texts.1 },
                    );
                }
                message.spoken = rows.file as u32 + 1;
                if let Some(silent) = self.silent.get_mut((message.silent as usize).wrapping_sub(1))
                    && *silent == (*place, rows.file as u32)
                {
                    *silent = NOWHERE;
                }
            } else if message.spoken != rows.file as u32 + 1
                && self.silent.get((message.silent as usize).wrapping_sub(1)) != Some(&(*place, rows.file as u32))
            {
                self.silent.push((*place, rows.file as u32));
                message.silent = self.silent.len() as u32;
            }
            let forwarded = forwarded.value(row);
            message.forwarded |= forwarded;
            message.all_forwarded &= forwarded;
            if edited.is_none_or(|edited| edited.is_valid(row)) {
                note(&mut self.edited, *place, rows.file);
            }
            let backup = found.at(row).is_some_and(|found| is_backup[found]);
            if backup && let Some(path) = paths.at(row) {
                if of_backup[path] == 0 {
                    of_backup[path] = self.backups.code(backup_named(paths.values.value(path)).as_bytes());
                }
                let (name, last) = (of_backup[path], message.backup);
                if last == 0 || (name != last && self.backups.get(name - 1) > self.backups.get(last - 1)) {
                    message.backup = name;
                }
            }
            message.live |= !backup;
            let unread = kinds.at(row).map_or(0, |kind| unread[kind]);
            let rank = 4 * unread + 2 * u8::from(own_text == 0) + u8::from(backup);
            let before = |told: &Row| {
                rank < told.rank || (rank == told.rank && self.directions.compare(&direction, &told.direction).is_lt())
            };
            if message.told.as_ref().is_none_or(before) {
                message.told = Some(Row { rank, direction, kind: own_kind, text: own_text });
            }
        }
        Ok(())
    }
}

/// In place of a message and a phone that were noted and are to be forgotten.
const NOWHERE: (u32, u32) = (u32::MAX, u32::MAX);

/// Notes a phone for a message; one that is noted twice counts once, see [`counted`].
fn note(noted: &mut Vec<(u32, u32)>, message: u32, file: usize) {
    noted.push((message, file as u32));
}

/// For each message how many phones are noted.
fn counted(noted: &[(u32, u32)], messages: usize) -> Vec<u32> {
    let mut noted = noted.to_vec();
    noted.sort_unstable();
    noted.dedup();
    let mut counts = vec![0; messages];
    noted.iter().for_each(|(message, _)| counts[*message as usize] += 1);
    counts
}

/// Rows of (account, person) become the rows of `messages`.
pub fn messages(inputs: &Inputs<'_>, put: Take<'_>) -> Result<(), CaseError> {
    let copies = inputs.copies(&persons(&inputs.answers[0])?, inputs.part)?;
    let (named, told) = (&copies.named, &copies.told);
    let holders = Holders::new(named.len(), copies.phones().map(|(file, rows)| (file, &copies.message[rows])));
    let (edited, revoked) = (counted(&told.edited, named.len()), counted(&told.revoked, named.len()));
    let mut silent = told.silent.clone();
    silent.sort_unstable();
    let mut rows = Rows::default();
    let mut from = 0;
    for number in 0..named.len() as u32 {
        let of_message = silent[from..].iter().take_while(|(message, _)| *message == number).count();
        let without = &silent[from..from + of_message];
        from += of_message;
        rows.put(number, named, told, &holders, without, (edited[number as usize], revoked[number as usize]));
        if rows.count == ROWS || rows.bytes > BYTES {
            put(std::mem::take(&mut rows).finish()?)?;
        }
    }
    put(rows.finish()?)
}

/// Which phones hold each message, in the order of their files.
pub struct Holders {
    begins: Vec<u32>,
    files: Vec<u32>,
}

impl Holders {
    /// From the messages of each phone; one that holds a message twice counts once.
    pub fn new<'a>(messages: usize, phones: impl Iterator<Item = (usize, &'a [u32])> + Clone) -> Holders {
        let mut begins = vec![0u32; messages + 1];
        let mut last = vec![u32::MAX; messages];
        let mut each = |take: &mut dyn FnMut(u32, u32)| {
            last.fill(u32::MAX);
            for (file, held) in phones.clone() {
                for message in held {
                    if std::mem::replace(&mut last[*message as usize], file as u32) != file as u32 {
                        take(*message, file as u32);
                    }
                }
            }
        };
        each(&mut |message, _| begins[message as usize + 1] += 1);
        for message in 0..messages {
            begins[message + 1] += begins[message];
        }
        let mut next = begins.clone();
        let mut files = vec![0; begins[messages] as usize];
        each(&mut |message, file| {
            files[next[message as usize] as usize] = file;
            next[message as usize] += 1;
        });
        Holders { begins, files }
    }

    /// The files of the phones that hold a message.
    pub fn of(&self, message: u32) -> &[u32] {
        &self.files[self.begins[message as usize] as usize..self.begins[message as usize + 1] as usize]
    }
}

/// Labels of files, sorted, with a blank between them.
pub fn labels(directions: &Directions, files: &[u32], into: &mut String) {
    into.clear();
    let mut labels: Vec<&str> = files.iter().map(|file| directions.label(*file as usize)).collect();
    labels.sort_unstable();
    for (at, label) in labels.iter().enumerate() {
        if at > 0 {
            into.push(' ');
        }
        into.push_str(label);
    }
}

#[derive(Default)]
struct Rows {
    chat: StringBuilder,
    sender: StringBuilder,
    key: StringBuilder,
    sent: TimestampMillisecondBuilder,
    message_kind: StringBuilder,
    text: StringBuilder,
    texts_differ: BooleanBuilder,
    times_differ: BooleanBuilder,
    kinds_differ: BooleanBuilder,
    forwarded: BooleanBuilder,
    forwards_differ: BooleanBuilder,
    edited_on: Int64Builder,
    revoked_on: Int64Builder,
    only_in_backup: StringBuilder,
    devices: Int64Builder,
    device_list: StringBuilder,
    text_device_list: StringBuilder,
    origin: StringBuilder,
    scratch: String,
    count: usize,
    bytes: usize,
}

impl Rows {
    fn put(
        &mut self,
        number: u32,
        named: &Named,
        told: &Told,
        holders: &Holders,
        without: &[(u32, u32)],
        (edited, revoked): (u32, u32),
    ) {
        self.count += 1;
        let message = &told.messages[number as usize];
        let (chat, sender, key) = named.parts(number);
        self.chat.append_value(named.chat(chat));
        self.sender.append_value(named.sender(sender));
        self.key.append_value(std::str::from_utf8(key).unwrap_or_default());
        self.sent.append_option(Some(message.first_sent).filter(|sent| *sent != NO_TIME));
        let kind = |number: u32| std::str::from_utf8(told.kinds.get(number - 1)).unwrap_or_default();
        let shown = message.told.unwrap_or(Row { rank: 0, direction: Direction::default(), kind: 0, text: 0 });
        self.message_kind.append_value(if shown.kind == 0 { "revoked" } else { kind(shown.kind) });
        let text = |number: u32| &told.text[told.ends[number as usize - 1]..told.ends[number as usize]];
        let (low, high) = message.texts;
        self.text.append_option((shown.text > 0).then(|| text(shown.text)));
        self.bytes += if shown.text > 0 { text(shown.text).len() } else { 0 };
        self.texts_differ.append_value(low != high && text(low) != text(high));
        self.times_differ.append_value(message.first_sent != message.last_sent);
        self.kinds_differ.append_value(message.kinds.0 != message.kinds.1);
        self.forwarded.append_value(message.forwarded);
        self.forwards_differ.append_value(message.forwarded != message.all_forwarded);
        self.edited_on.append_value(i64::from(edited));
        self.revoked_on.append_value(i64::from(revoked));
        let only = !message.live && message.backup > 0;
        let backup = only.then(|| std::str::from_utf8(told.backups.get(message.backup - 1)).unwrap_or_default());
        self.only_in_backup.append_option(backup);
        let files = holders.of(number);
        self.devices.append_value(files.len() as i64);
        labels(&told.directions, files, &mut self.scratch);
        self.device_list.append_value(&self.scratch);
        if !without.is_empty() {
            let speaks = |file: &&u32| without.iter().all(|(_, silent)| silent != *file);
            let files: Vec<u32> = files.iter().filter(speaks).copied().collect();
            labels(&told.directions, &files, &mut self.scratch);
        }
        self.text_device_list.append_option((shown.text > 0).then_some(&self.scratch));
        self.scratch.clear();
        if message.told.is_some() {
            told.directions.write(&shown.direction, &mut self.scratch);
        }
        self.origin.append_value(&self.scratch);
    }

    fn finish(mut self) -> Result<RecordBatch, CaseError> {
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("chat", Arc::new(self.chat.finish())),
            ("sender", Arc::new(self.sender.finish())),
            ("key", Arc::new(self.key.finish())),
            ("sent", Arc::new(self.sent.finish().with_timezone("UTC"))),
            ("message_kind", Arc::new(self.message_kind.finish())),
            ("text", Arc::new(self.text.finish())),
            ("texts_differ", Arc::new(self.texts_differ.finish())),
            ("times_differ", Arc::new(self.times_differ.finish())),
            ("kinds_differ", Arc::new(self.kinds_differ.finish())),
            ("forwarded", Arc::new(self.forwarded.finish())),
            ("forwards_differ", Arc::new(self.forwards_differ.finish())),
            ("edited_on", Arc::new(self.edited_on.finish())),
            ("revoked_on", Arc::new(self.revoked_on.finish())),
            ("only_in_backup", Arc::new(self.only_in_backup.finish())),
            ("devices", Arc::new(self.devices.finish())),
            ("device_list", Arc::new(self.device_list.finish())),
            ("text_device_list", Arc::new(self.text_device_list.finish())),
            ("origin", Arc::new(self.origin.finish())),
        ];
        batch(columns)
    }
}

/// Columns as rows that may lack any of them.
pub fn batch(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch, CaseError> {
    let field = |(name, array): &(&str, ArrayRef)| Field::new(*name, array.data_type().clone(), true);
    let schema = Schema::new(columns.iter().map(field).collect::<Vec<_>>());
    debug_assert!(schema.fields().iter().all(|field| match field.data_type() {
        DataType::Timestamp(unit, _) => *unit == TimeUnit::Millisecond,
        _ => true,
    }));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    RecordBatch::try_new(Arc::new(schema), arrays).map_err(|why| CaseError::Case(why.to_string()))
}
