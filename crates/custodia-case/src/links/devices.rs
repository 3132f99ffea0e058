//! What two devices share. Three hundred devices name millions of accounts and files, so the reductions of the bundles are
//! read as bare numbers, each number gets one bit for each device, and pairs are counted from the bits.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::PathBuf;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::arrow::record_batch::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{Answered, Inputs, answer, texts, utf8};
use crate::CaseError;
use crate::bundle::number_of;

/// Rows of (account, other), pairs that are one person's, become the rows of `device_links`.
pub fn device_links(inputs: &Inputs<'_>) -> Result<RecordBatch, CaseError> {
    let mut devices: Vec<&str> = ["named_accounts", "file_appearances", "chats"]
        .into_iter()
        .flat_map(|table| inputs.files(table).iter().map(|(label, _)| label.as_str()))
        .collect();
    devices.sort_unstable();
    devices.dedup();
    let place: HashMap<&str, usize> = devices.iter().enumerate().map(|(place, label)| (*label, place)).collect();
    let tied = Tied::read(&inputs.answers[0])?;
    let mut accounts = Bits::new(devices.len(), false);
    let mut others: HashMap<String, i64> = HashMap::new();
    for (label, path) in inputs.files("named_accounts") {
        let device = place[label.as_str()];
        numbers(path, "account_number", "account", &mut |number, text| {
            let number = number.unwrap_or_else(|| {
                // Forms without a number get one beyond all that have.
                let next = i64::MAX - others.len() as i64;
                *others.entry(text().unwrap_or_default()).or_insert(next)
            });
            accounts.set(tied.of(number), device);
        })?;
    }
    let mut files = Bits::new(devices.len(), true);
    for (label, path) in inputs.files("file_appearances") {
        let device = place[label.as_str()];
        numbers(path, "sha256_number", "sha256", &mut |number, _| {
            if let Some(number) = number {
                files.set(number, device);
            }
        })?;
    }
    let mut groups = Bits::new(devices.len(), false);
    let mut known: HashMap<String, i64> = HashMap::new();
    for (label, path) in inputs.files("chats") {
        let device = place[label.as_str()];
        texts_of(path, "chat", &mut |chat| {
            if chat.ends_with("@g.us") {
                let next = known.len() as i64;
                let number = *known.entry(chat.to_owned()).or_insert(next);
                groups.set(number, device);
            }
        })?;
    }
    let (accounts, groups, files) = (accounts.pairs(), groups.pairs(), files.pairs());
    let mut rows = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for a in 0..devices.len() {
        for b in a + 1..devices.len() {
            let at = a * devices.len() + b;
            if accounts[at] > 0 || groups[at] > 0 || files[at] > 0 {
                rows.0.push(Some(devices[a].to_owned()));
                rows.1.push(Some(devices[b].to_owned()));
                rows.2.push(Some(i64::from(accounts[at])));
                rows.3.push(Some(i64::from(groups[at])));
                rows.4.push(Some(i64::from(files[at])));
            }
        }
    }
    answer(vec![
        ("device", Answered::Text(rows.0)),
        ("other", Answered::Text(rows.1)),
        ("shared_accounts", Answered::Int(rows.2)),
        ("shared_groups", Answered::Int(rows.3)),
        ("shared_files", Answered::Int(rows.4)),
    ])
}

/// Accounts that are one person's, as numbers.
struct Tied(HashMap<i64, i64, ahash::RandomState>);

impl Tied {
    fn read(batches: &[RecordBatch]) -> Result<Tied, CaseError> {
        let mut parent: BTreeMap<i64, i64> = BTreeMap::new();
        fn root(parent: &BTreeMap<i64, i64>, mut at: i64) -> i64 {
            while let Some(up) = parent.get(&at).filter(|up| **up != at) {
                at = *up;
            }
            at
        }
        for batch in batches {
            for (account, other) in texts(batch, 0)?.into_iter().zip(texts(batch, 1)?) {
                let pair = account.as_deref().and_then(number_of).zip(other.as_deref().and_then(number_of));
                let Some((a, b)) = pair else { continue };
                let (a, b) = (root(&parent, a), root(&parent, b));
                parent.insert(a.min(b), a.min(b));
                parent.insert(a.max(b), a.min(b));
            }
        }
        Ok(Tied(parent.keys().map(|account| (*account, root(&parent, *account))).collect()))
    }

    fn of(&self, account: i64) -> i64 {
        if self.0.is_empty() { account } else { self.0.get(&account).copied().unwrap_or(account) }
    }
}

/// For each number one bit for each device: an open table, because the map of the standard library takes three times as long.
struct Bits {
    devices: usize,
    /// Whether numbers are spread evenly, as digests are, and come sorted: then neighbours stand side by side in the table too.
    even: bool,
    /// Numbers with the row of their bits, from 1; 0 is an empty slot. Side by side: one look into memory finds both.
    slots: Vec<(i64, u32)>,
    /// Numbers that found no slot near their place: evidence may choose its numbers so that all want the same.
    crowded: HashMap<i64, u32, ahash::RandomState>,
    /// The bits of 64 devices for all rows, then those of the next 64: one device after the other is read, so that what it
    /// touches lies close together.
    words: Vec<Vec<u64>>,
    held: usize,
    last: Option<(i64, usize)>,
}

/// Slots that are looked at for a number.
const NEAR: usize = 128;

impl Bits {
    fn new(devices: usize, even: bool) -> Bits {
        let words = vec![Vec::new(); devices.div_ceil(64).max(1)];
        let slots = vec![(0, 0); 1 << 12];
        Bits { devices, even, slots, crowded: HashMap::default(), words, held: 0, last: None }
    }

    /// The slot that holds a number, or the empty one where it would stand.
    fn slot(&self, number: i64) -> Option<usize> {
        let mask = self.slots.len() - 1;
        let place = match self.even {
            // Numbers of digests have 63 bits; the sign is never set.
            true => (number as u64) << 1 >> (64 - self.slots.len().trailing_zeros()),
            false => (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20,
        };
        (0..NEAR).map(|step| (place as usize + step) & mask).find(|slot| {
            let (held, row) = self.slots[*slot];
            row == 0 || held == number
        })
    }

    /// The row of a number's bits, from 1; `next` for one that is new.
    fn row(&mut self, number: i64, next: u32) -> u32 {
        let slot = self.slot(number);
        if let Some(slot) = slot
            && self.slots[slot].1 != 0
        {
            return self.slots[slot].1;
        }
        if !self.crowded.is_empty()
            && let Some(row) = self.crowded.get(&number)
        {
            return *row;
        }
        match slot {
            Some(slot) => self.slots[slot] = (number, next),
            None => {
                self.crowded.insert(number, next);
            }
        }
        next
    }

    fn set(&mut self, number: i64, device: usize) {
        if self.last == Some((number, device)) {
            return;
        }
        self.last = Some((number, device));
        if self.held * 2 >= self.slots.len() {
            let slots = vec![(0, 0); self.slots.len() * 2];
            for (number, row) in std::mem::replace(&mut self.slots, slots).into_iter().filter(|(_, row)| *row != 0) {
                self.row(number, row);
            }
        }
        let row = self.row(number, self.held as u32 + 1) as usize;
        self.held = self.held.max(row);
        let bits = &mut self.words[device / 64];
        if bits.len() < row {
            bits.resize(self.held, 0);
        }
        bits[row - 1] |= 1 << (device % 64);
    }

    /// For each pair of devices, the smaller first, how many numbers both have. What few devices have is counted pair by pair;
    /// what many have is turned round, 64 numbers at a time, so that one instruction counts all of them for a pair.
    fn pairs(&self) -> Vec<u32> {
        let mut pairs = vec![0u32; self.devices * self.devices];
        let mut having = Vec::with_capacity(self.devices);
        let (mut turned, mut filled) = (vec![0u64; self.devices], 0);
        for row in 0..self.held {
            having.clear();
            for (word, bits) in self.words.iter().enumerate() {
                let mut bits = bits.get(row).copied().unwrap_or(0);
                while bits != 0 {
                    having.push(word * 64 + bits.trailing_zeros() as usize);
                    bits &= bits - 1;
                }
            }
            // Pairs of those that have it, against a 64th of all pairs.
            if having.len() * 8 > self.devices {
                having.iter().for_each(|device| turned[*device] |= 1 << filled);
                filled += 1;
                if filled == 64 {
                    count(&mut turned, &mut pairs);
                    filled = 0;
                }
                continue;
            }
            for (place, a) in having.iter().enumerate() {
                let counts = &mut pairs[a * self.devices..(a + 1) * self.devices];
                for b in &having[place + 1..] {
                    counts[*b] += 1;
                }
            }
        }
        count(&mut turned, &mut pairs);
        pairs
    }
}

/// Adds what pairs of devices have of 64 numbers, one bit each, and empties the bits.
fn count(turned: &mut [u64], pairs: &mut [u32]) {
    let devices = turned.len();
    for (a, bits) in turned.iter().enumerate().filter(|(_, bits)| **bits != 0) {
        let counts = &mut pairs[a * devices..(a + 1) * devices];
        for (both, count) in turned.iter().zip(counts).skip(a + 1) {
            *count += (bits & both).count_ones();
        }
    }
    turned.fill(0);
}

/// Takes a number, or none and a way to the text in its place.
type Take<'a> = &'a mut dyn FnMut(Option<i64>, &dyn Fn() -> Option<String>);

/// Hands every number of a column to `take`, with a way to the text beside it for those that are none.
fn numbers(path: &PathBuf, column: &str, text: &str, take: Take<'_>) -> Result<(), CaseError> {
    let mut lacking = false;
    each_batch(path, &[column], &mut |batch| {
        let numbers = batch.column(0).as_primitive::<Int64Type>();
        lacking |= numbers.null_count() > 0;
        numbers.iter().flatten().for_each(|number| take(Some(number), &|| None));
        Ok(())
    })?;
    if lacking {
        each_batch(path, &[text, column], &mut |batch| {
            // Columns come in the order of the file, whatever the order asked for.
            let at = |name: &str| batch.schema().index_of(name).map_err(|why| CaseError::Case(why.to_string()));
            let (texts, numbers) = (utf8(batch, at(text)?)?, batch.column(at(column)?).clone());
            for place in 0..batch.num_rows() {
                if numbers.is_null(place) {
                    take(None, &|| Some(texts.as_string::<i32>().value(place).to_owned()));
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn texts_of(path: &PathBuf, column: &str, take: &mut dyn FnMut(&str)) -> Result<(), CaseError> {
    each_batch(path, &[column], &mut |batch| {
        let texts = utf8(batch, 0)?;
        texts.as_string::<i32>().iter().flatten().for_each(&mut *take);
        Ok(())
    })
}

fn each_batch(
    path: &PathBuf,
    columns: &[&str],
    take: &mut dyn FnMut(&RecordBatch) -> Result<(), CaseError>,
) -> Result<(), CaseError> {
    let file = File::open(path).map_err(CaseError::io(path, "opening a table"))?;
    let failed = |why: parquet::errors::ParquetError| CaseError::Parquet { path: path.clone(), why: why.to_string() };
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(failed)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let reader = builder.with_projection(mask).with_batch_size(1 << 16).build().map_err(failed)?;
    for batch in reader {
        let batch = batch.map_err(|why| CaseError::Parquet { path: path.clone(), why: why.to_string() })?;
        take(&batch)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Bits;

    /// Numbers that few, many and all of 70 devices have, near each other and far apart, counted by what the words say.
    #[test]
    fn pairs_are_counted_whatever_their_number() {
        let has = |number: i64, device: usize| match number % 3 {
            0 => device as i64 % 35 == number % 35,
            1 => (device as i64 * 7 + number) % 3 != 0,
            _ => true,
        };
        for (even, apart) in [(true, 1), (true, i64::MAX / 6000), (false, 1), (false, 1 << 40)] {
            let mut bits = Bits::new(70, even);
            for device in 0..70 {
                (0..6000).filter(|number| has(*number, device)).for_each(|number| bits.set(number * apart, device));
            }
            let pairs = bits.pairs();
            for (a, b) in [(0, 35), (0, 1), (3, 69), (64, 65)] {
                let expected = (0..6000).filter(|n| has(*n, a) && has(*n, b)).count() as u32;
                assert_eq!((pairs[a * 70 + b], pairs[b * 70 + a]), (expected, 0), "{a} {b} {even} {apart}");
            }
        }
    }
}
