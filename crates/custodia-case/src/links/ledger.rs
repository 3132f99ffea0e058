//! The shares ledger: what appears of each file, in time order.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use custodia_model::Time;
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray, UInt32Array,
};
use datafusion::arrow::compute::{concat_batches, take};
use datafusion::arrow::datatypes::{Field, Schema};

use super::{Inputs, numbers, texts, utf8};
use crate::CaseError;

/// Columns of the question, in its order.
const SHA256: usize = 0;
const APPEARANCE: usize = 1;
const AT: usize = 2;
const CHAT: usize = 3;
const SENDER: usize = 4;
const KEY: usize = 5;
const FORWARDED: usize = 6;
const FORWARD_SCORE: usize = 7;
const DEVICES: usize = 8;
const DEVICE_LIST: usize = 9;
const ORIGIN: usize = 10;

/// Rows of appearances, in the columns above, and of (file, lists that name it) become the rows of `ledger`, in their order.
pub fn ledger(inputs: &Inputs<'_>) -> Result<RecordBatch, CaseError> {
    let failed = |why: &dyn std::fmt::Display| CaseError::Case(format!("the ledger of shares: {why}"));
    // An answer has a batch even when it has no rows.
    let all = concat_batches(&inputs.answers[0][0].schema(), &inputs.answers[0]).map_err(|why| failed(&why))?;
    let rows = Rows::new(&all)?;
    let mut lists = HashMap::new();
    for batch in &inputs.answers[1] {
        lists
            .extend(texts(batch, 0)?.into_iter().zip(texts(batch, 1)?).filter_map(|(file, list)| Some((file?, list?))));
    }
    let order = rows.order();
    let mut told = Told::default();
    let mut begin = 0;
    while begin < order.len() {
        let file = rows.sha256.value(order[begin] as usize);
        let same = order[begin..].iter().take_while(|row| rows.sha256.value(**row as usize) == file).count();
        told.file(&rows, &order, begin..begin + same, lists.get(file).map(String::as_str));
        begin += same;
    }
    let order = UInt32Array::from(order);
    let taken = |column: usize| take(all.column(column), &order, None).map_err(|why| failed(&why));
    let text = |array: Vec<Option<&str>>| -> ArrayRef { Arc::new(StringArray::from(array)) };
    let marks = |marks: Vec<bool>| -> ArrayRef { Arc::new(BooleanArray::from(marks)) };
    let columns: [(&str, ArrayRef); 16] = [
        ("sha256", taken(SHA256)?),
        ("place", Arc::new(Int64Array::from(told.place))),
        ("appearance", taken(APPEARANCE)?),
        ("at", taken(AT)?),
        ("chat", taken(CHAT)?),
        ("sender", taken(SENDER)?),
        ("key", taken(KEY)?),
        ("first_known", marks(told.first_known)),
        ("first_in_chat", marks(told.first_in_chat)),
        ("forwarded", taken(FORWARDED)?),
        ("forward_score", taken(FORWARD_SCORE)?),
        ("known_in", text(told.known_in)),
        ("devices", taken(DEVICES)?),
        ("device_list", taken(DEVICE_LIST)?),
        ("only_device", text(told.only_device)),
        ("origin", taken(ORIGIN)?),
    ];
    let field = |(name, array): &(&str, ArrayRef)| Field::new(*name, array.data_type().clone(), true);
    let schema = Schema::new(columns.iter().map(field).collect::<Vec<_>>());
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    RecordBatch::try_new(Arc::new(schema), arrays).map_err(|why| failed(&why))
}

/// Appearances as they come.
struct Rows {
    sha256: StringArray,
    shared: Vec<bool>,
    at: Vec<Option<i64>>,
    chat: StringArray,
    sender: StringArray,
    key: StringArray,
    devices: Vec<Option<i64>>,
    device_list: StringArray,
    origin: StringArray,
}

impl Rows {
    fn new(all: &RecordBatch) -> Result<Rows, CaseError> {
        let text = |column| Ok::<_, CaseError>(utf8(all, column)?.as_string::<i32>().clone());
        Ok(Rows {
            sha256: text(SHA256)?,
            shared: text(APPEARANCE)?.iter().map(|appearance| appearance == Some("shared")).collect(),
            at: numbers(all, AT)?,
            chat: text(CHAT)?,
            sender: text(SENDER)?,
            key: text(KEY)?,
            devices: numbers(all, DEVICES)?,
            device_list: text(DEVICE_LIST)?,
            origin: text(ORIGIN)?,
        })
    }

    /// The rows of each file one after the other, each file's in time order.
    fn order(&self) -> Vec<u32> {
        let mut order: Vec<(Trust, i64, u32)> = (0..self.sha256.len())
            .map(|row| (self.trust(row), self.at[row].unwrap_or(i64::MAX), u32::try_from(row).unwrap_or(u32::MAX)))
            .collect();
        order.sort_unstable_by(|one, two| {
            let (a, b) = (one.2 as usize, two.2 as usize);
            let file = self.sha256.value(a).cmp(self.sha256.value(b));
            file.then_with(|| (one.0, one.1).cmp(&(two.0, two.1)))
                .then_with(|| self.shared[b].cmp(&self.shared[a]))
                .then_with(|| missing_last(&self.chat, a, b))
                .then_with(|| missing_last(&self.sender, a, b))
                .then_with(|| missing_last(&self.key, a, b))
                .then_with(|| missing_last(&self.origin, a, b))
                .then(a.cmp(&b))
        });
        order.into_iter().map(|(_, _, row)| row).collect()
    }

    fn trust(&self, row: usize) -> Trust {
        match self.at[row] {
            Some(at) if at < Time::MESSENGER_FOUNDED.0 => Trust::Early,
            None => Trust::Undated,
            Some(_) if self.chat.is_valid(row) && self.chat.value(row).ends_with(".export") => Trust::Local,
            Some(_) => Trust::Dated,
        }
    }
}

/// What a time is worth for the order.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
enum Trust {
    Dated,
    /// Local time of an exported chat, of a zone that it does not name.
    Local,
    Undated,
    /// From before the messenger existed.
    Early,
}

fn missing_last(column: &StringArray, a: usize, b: usize) -> Ordering {
    match (column.is_valid(a), column.is_valid(b)) {
        (true, true) => column.value(a).cmp(column.value(b)),
        (there, other) => other.cmp(&there),
    }
}

/// What the rule adds to the rows, in their order.
#[derive(Default)]
struct Told<'a> {
    place: Vec<i64>,
    first_known: Vec<bool>,
    first_in_chat: Vec<bool>,
    known_in: Vec<Option<&'a str>>,
    only_device: Vec<Option<&'a str>>,
}

impl<'a> Told<'a> {
    /// Takes the rows of one file.
    fn file(&mut self, rows: &'a Rows, order: &[u32], range: Range<usize>, lists: Option<&'a str>) {
        let same = || order[range.clone()].iter().map(|row| *row as usize);
        let one = same().all(|row| rows.devices[row].is_none_or(|devices| devices == 1));
        let mut labels = same().filter(|row| rows.device_list.is_valid(*row)).map(|row| rows.device_list.value(row));
        let label = labels.next().filter(|label| one && labels.all(|other| other == *label));
        let first = same().position(|row| rows.shared[row]);
        let mut chats = HashSet::new();
        for (place, row) in same().enumerate() {
            let chat = rows.chat.is_valid(row).then(|| rows.chat.value(row));
            self.place.push(place as i64 + 1);
            self.first_known.push(Some(place) == first);
            self.first_in_chat.push(rows.shared[row] && chats.insert(chat));
            self.known_in.push(lists);
            self.only_device.push(label);
        }
    }
}
