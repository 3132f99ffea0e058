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
    let mut accounts = Bits::new(devices.len());
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
    let mut files = Bits::new(devices.len());
    for (label, path) in inputs.files("file_appearances") {
        let device = place[label.as_str()];
        numbers(path, "sha256_number", "sha256", &mut |number, _| {
            if let Some(number) = number {
                files.set(number, device);
            }
        })?;
    }
    let mut groups = Bits::new(devices.len());
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
struct Tied(HashMap<i64, i64>);

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
    words: usize,
    numbers: Vec<i64>,
    /// Row of bits of each slot, from 1; 0 is an empty slot.
    rows: Vec<u32>,
    bits: Vec<u64>,
    held: usize,
}

impl Bits {
    fn new(devices: usize) -> Bits {
        let slots = 1 << 12;
        let words = devices.div_ceil(64).max(1);
        Bits { devices, words, numbers: vec![0; slots], rows: vec![0; slots], bits: Vec::new(), held: 0 }
    }

    fn slot(&self, number: i64) -> usize {
        let mask = self.rows.len() - 1;
        let mut slot = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) as usize >> 20 & mask;
        while self.rows[slot] != 0 && self.numbers[slot] != number {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn set(&mut self, number: i64, device: usize) {
        if self.held * 2 >= self.rows.len() {
            self.grow();
        }
        let slot = self.slot(number);
        if self.rows[slot] == 0 {
            self.held += 1;
            self.numbers[slot] = number;
            self.rows[slot] = self.held as u32;
            self.bits.resize(self.held * self.words, 0);
        }
        let row = self.rows[slot] as usize - 1;
        self.bits[row * self.words + device / 64] |= 1 << (device % 64);
    }

    fn grow(&mut self) {
        let slots = self.rows.len() * 4;
        let numbers = std::mem::replace(&mut self.numbers, vec![0; slots]);
        let rows = std::mem::replace(&mut self.rows, vec![0; slots]);
        for (number, row) in numbers.into_iter().zip(rows).filter(|(_, row)| *row != 0) {
            let slot = self.slot(number);
            self.numbers[slot] = number;
            self.rows[slot] = row;
        }
    }

    /// For each pair of devices, the smaller first, how many numbers both have.
    fn pairs(&self) -> Vec<u32> {
        let mut pairs = vec![0u32; self.devices * self.devices];
        let mut having = Vec::with_capacity(self.devices);
        for row in self.bits.chunks_exact(self.words) {
            having.clear();
            for (word, bits) in row.iter().enumerate() {
                let mut bits = *bits;
                while bits != 0 {
                    having.push(word * 64 + bits.trailing_zeros() as usize);
                    bits &= bits - 1;
                }
            }
            for (place, a) in having.iter().enumerate() {
                let counts = &mut pairs[a * self.devices..(a + 1) * self.devices];
                for b in &having[place + 1..] {
                    counts[*b] += 1;
                }
            }
        }
        pairs
    }
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
