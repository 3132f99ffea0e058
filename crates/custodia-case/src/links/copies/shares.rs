//! A file that a message names, one row for all phones that hold the message.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, AsArray, BooleanBuilder, Int64Builder, StringBuilder, TimestampMillisecondBuilder,
};
use datafusion::arrow::record_batch::RecordBatch;

use super::NO_TIME;
use super::messages::{Holders, batch, labels};
use super::names::{ELSEWHERE, Named, Names, persons, wanted};
use super::origins::{Direction, Directions};
use super::read::{Coded, Wanted, each_stretch};
use crate::CaseError;
use crate::distinct::Distinct;
use crate::links::{Inputs, Take, numbers, texts, utf8};
use custodia_model::tables::Attachment;

const WANTS: [(&str, Wanted); 16] = wanted([
    ("sha256", Wanted::Coded),
    ("sent", Wanted::Plain),
    ("mime", Wanted::Coded),
    ("stored_size", Wanted::Plain),
    ("forwarded", Wanted::Plain),
    ("forward_score", Wanted::Plain),
    ("present", Wanted::Plain),
    ("path", Wanted::Coded),
    ("part", Wanted::Coded),
    ("row", Wanted::Plain),
]);

/// What the rows of a share say, all together.
struct Share {
    sent: i64,
    /// Number of the smallest media type; 0 for none.
    mime: u32,
    size: Option<i64>,
    forwarded: bool,
    score: Option<i64>,
    first: Direction,
}

/// Shares and what is told of them.
struct Shares {
    mimes: Distinct,
    files: Distinct,
    shares: Vec<Share>,
    directions: Directions,
    /// For each phone the shares whose message it holds, and those whose file it holds.
    held: Vec<Vec<u32>>,
    present: Vec<Vec<u32>>,
}

/// Rows of (account, person), and of (device, path, part, row, digest) for messages that store no digest and lead to a file, become
/// the rows of `shares`.
pub fn shares(inputs: &Inputs<'_>, put: Take<'_>) -> Result<(), CaseError> {
    let persons = persons(&inputs.answers[0])?;
    let files = inputs.files("attachments");
    let mut names = Names::new(&persons, inputs.part);
    let mut all = Shares {
        mimes: Distinct::default(),
        files: Distinct::default(),
        shares: Vec::new(),
        directions: Directions::new(files),
        held: vec![Vec::new(); files.len()],
        present: vec![Vec::new(); files.len()],
    };
    let led_to = led_to(&inputs.answers[1])?;
    let mut places = Vec::new();
    each_stretch(files, &WANTS, &mut |rows| {
        let (digests, parts) = (rows.coded(6)?, rows.coded(14)?);
        let of_file: Vec<[u8; 4]> = digests
            .values
            .iter()
            .map(|digest| all.files.code(digest.unwrap_or_default().as_bytes()).to_le_bytes())
            .collect();
        let quoted: Vec<bool> = parts.values.iter().map(|part| part == Some(Attachment::QUOTED)).collect();
        let (paths, numbers) = (rows.coded(13)?, rows.numbers(15)?);
        names.place(&files[rows.file].0, rows, &mut places, |row, name| {
            if parts.at(row).is_some_and(|part| quoted[part]) {
                return false;
            }
            let file = digests.at(row).map(|file| of_file[file]).or_else(|| {
                let text = |column: &'_ Coded<'_>| {
                    column.at(row).map_or_else(String::new, |at| column.values.value(at).to_owned())
                };
                let digest = led_to.get(&place(&files[rows.file].0, &text(&paths), &text(&parts), numbers[row]))?;
                Some(all.files.code(digest.as_bytes()).to_le_bytes())
            });
            file.inspect(|file| name.extend_from_slice(file)).is_some()
        })?;
        let (sent, mimes, sizes) = (rows.numbers(7)?, rows.coded(8)?, rows.numbers(9)?);
        let (forwarded, scores, present) = (rows.marks(10)?, rows.numbers(11)?, rows.marks(12)?);
        all.directions.begin(&paths, &parts);
        let of_mime: Vec<u32> =
            mimes.values.iter().map(|mime| all.mimes.code(mime.unwrap_or_default().as_bytes())).collect();
        for (row, place) in places.iter().enumerate().filter(|(_, place)| **place != ELSEWHERE) {
            let direction = all.directions.to(rows.file, paths.at(row), parts.at(row), numbers[row]);
            let sent = sent[row].unwrap_or(NO_TIME);
            let mime = mimes.at(row).map_or(0, |mime| of_mime[mime]);
            all.held[rows.file].push(*place);
            if present.value(row) {
                all.present[rows.file].push(*place);
            }
            let Some(share) = all.shares.get_mut(*place as usize) else {
                all.shares.push(Share {
                    sent,
                    mime,
                    size: sizes[row],
                    forwarded: forwarded.value(row),
                    score: scores[row],
                    first: direction,
                });
                continue;
            };
            if share.sent == NO_TIME || (sent != NO_TIME && sent < share.sent) {
                share.sent = sent;
            }
            if share.mime != mime
                && mime > 0
                && (share.mime == 0 || all.mimes.get(mime - 1) < all.mimes.get(share.mime - 1))
            {
                share.mime = mime;
            }
            // A missing number is smaller than any.
            share.size = share.size.max(sizes[row]);
            share.score = share.score.max(scores[row]);
            share.forwarded |= forwarded.value(row);
            if all.directions.compare(&direction, &share.first).is_lt() {
                share.first = direction;
            }
        }
        Ok(())
    })?;
    all.give(&names.finish(), put)
}

/// The digests of the files to which messages without one lead, by the places of their rows.
fn led_to(batches: &[RecordBatch]) -> Result<HashMap<String, String>, CaseError> {
    let mut led_to = HashMap::new();
    for batch in batches {
        let (devices, paths, parts) = (utf8(batch, 0)?, utf8(batch, 1)?, utf8(batch, 2)?);
        let (rows, digests) = (numbers(batch, 3)?, texts(batch, 4)?);
        let (devices, paths) = (devices.as_string::<i32>(), paths.as_string::<i32>());
        let parts = parts.as_string::<i32>();
        for (at, digest) in digests.into_iter().enumerate() {
            // A missing part is an empty one.
            let place = place(devices.value(at), paths.value(at), parts.value(at), rows[at]);
            led_to.extend(digest.map(|digest| (place, digest)));
        }
    }
    Ok(led_to)
}

/// One text for the place of a row.
fn place(device: &str, path: &str, part: &str, row: Option<i64>) -> String {
    format!("{device}\0{path}\0{part}\0{row:?}")
}

const COLUMNS: [&str; 13] = [
    "chat",
    "sender",
    "key",
    "sha256",
    "sent",
    "mime",
    "size",
    "forwarded",
    "forward_score",
    "devices",
    "present_on",
    "device_list",
    "origin",
];

/// Rows that are handed over at a time.
const ROWS: usize = 1 << 16;

impl Shares {
    fn give(&self, named: &Named, put: Take<'_>) -> Result<(), CaseError> {
        let held = Holders::new(self.shares.len(), self.held.iter().map(Vec::as_slice).enumerate());
        let present = Holders::new(self.shares.len(), self.present.iter().map(Vec::as_slice).enumerate());
        let mut from = 0;
        // Once without rows too: the result is there, and has its columns.
        loop {
            let to = (from + ROWS).min(self.shares.len());
            put(self.rows(from as u32..to as u32, named, &held, &present)?)?;
            from = to;
            if from == self.shares.len() {
                return Ok(());
            }
        }
    }

    fn rows(
        &self,
        numbers: std::ops::Range<u32>,
        named: &Named,
        held: &Holders,
        present: &Holders,
    ) -> Result<RecordBatch, CaseError> {
        let mut texts: [StringBuilder; 7] = Default::default();
        let [chats, senders, keys, digests, mimes, lists, origins] = &mut texts;
        let mut sent = TimestampMillisecondBuilder::new();
        let mut counts: [Int64Builder; 4] = Default::default();
        let [sizes, scores, devices, present_on] = &mut counts;
        let mut forwarded = BooleanBuilder::new();
        let mut scratch = String::new();
        for number in numbers {
            let share = &self.shares[number as usize];
            let (chat, sender, rest) = named.parts(number);
            let (file, key) = rest.split_at_checked(4).unwrap_or_default();
            let file = file.try_into().map_or(0, u32::from_le_bytes);
            let text =
                |of: &Distinct, number: u32| std::str::from_utf8(of.get(number - 1)).unwrap_or_default().to_owned();
            chats.append_value(named.chat(chat));
            senders.append_value(named.sender(sender));
            keys.append_value(std::str::from_utf8(key).unwrap_or_default());
            digests.append_value(text(&self.files, file));
            sent.append_option(Some(share.sent).filter(|sent| *sent != NO_TIME));
            mimes.append_option((share.mime > 0).then(|| text(&self.mimes, share.mime)));
            sizes.append_option(share.size);
            forwarded.append_value(share.forwarded);
            scores.append_option(share.score);
            devices.append_value(held.of(number).len() as i64);
            present_on.append_value(present.of(number).len() as i64);
            labels(&self.directions, held.of(number), &mut scratch);
            lists.append_value(&scratch);
            scratch.clear();
            self.directions.write(&share.first, &mut scratch);
            origins.append_value(&scratch);
        }
        let text = |builder: &mut StringBuilder| Arc::new(builder.finish()) as Arc<dyn Array>;
        let count = |builder: &mut Int64Builder| Arc::new(builder.finish()) as Arc<dyn Array>;
        let columns: [Arc<dyn Array>; 13] = [
            text(chats),
            text(senders),
            text(keys),
            text(digests),
            Arc::new(sent.finish().with_timezone("UTC")),
            text(mimes),
            count(sizes),
            Arc::new(forwarded.finish()),
            count(scores),
            count(devices),
            count(present_on),
            text(lists),
            text(origins),
        ];
        batch(COLUMNS.into_iter().zip(columns).collect())
    }
}
