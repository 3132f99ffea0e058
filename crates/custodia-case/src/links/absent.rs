//! Which messages a phone does not hold though its owner was in the group, and what the numbers of its rows say of that.

use std::collections::{BTreeMap, HashMap};

use ahash::RandomState;
use datafusion::arrow::array::AsArray;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::record_batch::RecordBatch;

use super::owned::{Stay, Stays};
use super::{Answered, Inputs, answer, numbers, texts, utf8};
use crate::CaseError;
use crate::distinct::Distinct;

/// A message takes a moment to arrive, so it may have been sent before the row in front of it came. Milliseconds.
const ON_THE_WAY: i64 = 10_000;

/// Stands between sender and key where both are one text.
const APART: char = '\u{1f}';

/// The messages of one group and who holds them.
#[derive(Default)]
struct Group {
    /// Messages by sender and key: the number of one, less one, is its place.
    names: Distinct,
    sent: Vec<i64>,
    /// Earliest arrival on any phone.
    arrived: Vec<i64>,
    held: Vec<(u32, u32)>,
}

/// Rows of (chat, sender, key, device, sent, arrived, whether by the phone's clock), of (device, chat, entered, ended, seized,
/// first message) and of (device, offset) become the rows of `absent`.
pub fn absent(inputs: &Inputs<'_>) -> Result<RecordBatch, CaseError> {
    let mut groups = Groups::default();
    let mut devices = Devices::default();
    let offsets = read_offsets(&inputs.answers[2])?;
    for batch in &inputs.answers[0] {
        read_copies(batch, &mut groups, &mut devices, &offsets)?;
    }
    let mut out = Rows::default();
    let mut sorted: HashMap<String, Sorted> = HashMap::new();
    for ((device, chat), stays) in read_stays(&inputs.answers[1])? {
        let (Some(group), Some(id)) = (groups.get(&chat), devices.get(&device)) else { continue };
        let mut held = vec![false; group.sent.len()];
        for (message, holder) in &group.held {
            if holder == id {
                held[*message as usize] = true;
            }
        }
        // In the order of their names: that of the map changes from run to run.
        let sorted = sorted.entry(chat.clone()).or_insert_with(|| Sorted::new(group));
        for message in &sorted.order {
            let place = *message as usize;
            let sent = group.sent[place];
            let arrived = if group.arrived[place] == i64::MAX { sent } else { group.arrived[place] };
            if !held[place]
                && let Some(outside) = stays.expected(sent, arrived)
            {
                let (sender, key) = group.name(*message);
                // Held under another sender it is not absent: who sent it is what the phones do not agree on.
                let others = sorted.same_key.get(key).map_or(&[][..], Vec::as_slice);
                if others.iter().any(|other| held[*other as usize] && group.sent[*other as usize] == sent) {
                    continue;
                }
                out.push(&device, &chat, sender, key, sent, arrived, outside);
            }
        }
    }
    out.finish()
}

impl Group {
    /// Sender and key of a message.
    fn name(&self, place: u32) -> (&str, &str) {
        let name = std::str::from_utf8(self.names.get(place)).unwrap_or_default();
        name.split_once(APART).unwrap_or((name, ""))
    }
}

/// Groups by their address, and numbers of devices by their labels.
type Groups = HashMap<String, Group, RandomState>;
type Devices = HashMap<String, u32, RandomState>;

/// Messages of a group in the order of their names.
struct Sorted {
    order: Vec<u32>,
    /// Messages of keys that more than one bears.
    same_key: HashMap<String, Vec<u32>, RandomState>,
}

impl Sorted {
    fn new(group: &Group) -> Sorted {
        let (order, _) = group.names.ranks();
        let mut keys = Distinct::default();
        let mut first: Vec<u32> = Vec::new();
        let mut same_key: HashMap<String, Vec<u32>, RandomState> = HashMap::default();
        for place in &order {
            let key = group.name(*place).1;
            let code = keys.code(key.as_bytes()) as usize;
            match first.get(code - 1) {
                Some(before) => same_key.entry(key.to_owned()).or_insert_with(|| vec![*before]).push(*place),
                None => first.push(*place),
            }
        }
        Sorted { order, same_key }
    }
}

/// How far the clock of each device stands from the others; a few seconds are delivery rather than a clock.
fn read_offsets(batches: &[RecordBatch]) -> Result<HashMap<String, i64>, CaseError> {
    let mut offsets = HashMap::new();
    for batch in batches {
        for (device, offset) in texts(batch, 0)?.into_iter().zip(numbers(batch, 1)?) {
            offsets.extend(device.zip(offset).filter(|(_, offset)| offset.abs() >= 15_000));
        }
    }
    Ok(offsets)
}

fn read_copies(
    batch: &RecordBatch,
    groups: &mut Groups,
    devices: &mut Devices,
    offsets: &HashMap<String, i64>,
) -> Result<(), CaseError> {
    let (chats, senders, keys, labels) = (utf8(batch, 0)?, utf8(batch, 1)?, utf8(batch, 2)?, utf8(batch, 3)?);
    let (chats, senders) = (chats.as_string::<i32>(), senders.as_string::<i32>());
    let (keys, labels) = (keys.as_string::<i32>(), labels.as_string::<i32>());
    let (times, mut arrivals) = (numbers(batch, 4)?, numbers(batch, 5)?);
    if !offsets.is_empty() {
        let by_phone = cast(batch.column(6), &DataType::Boolean).map_err(|why| CaseError::Case(why.to_string()))?;
        for (at, arrival) in arrivals.iter_mut().enumerate().filter(|(at, _)| by_phone.as_boolean().value(*at)) {
            let offset = offsets.get(labels.value(at)).copied().unwrap_or(0);
            *arrival = arrival.map(|arrival| arrival.saturating_sub(offset));
        }
    }
    let mut name = String::new();
    for (at, sent) in times.iter().enumerate() {
        let Some(sent) = *sent else { continue };
        let device = match devices.get(labels.value(at)) {
            Some(device) => *device,
            None => {
                let next = devices.len() as u32;
                devices.insert(labels.value(at).to_owned(), next);
                next
            }
        };
        if !groups.contains_key(chats.value(at)) {
            groups.insert(chats.value(at).to_owned(), Group::default());
        }
        let Some(group) = groups.get_mut(chats.value(at)) else { continue };
        name.clear();
        name.push_str(senders.value(at));
        name.push(APART);
        name.push_str(keys.value(at));
        let place = group.names.code(name.as_bytes()) as usize - 1;
        if place == group.sent.len() {
            group.sent.push(sent);
            group.arrived.push(i64::MAX);
        }
        // The earliest time stands for the message, whatever the order of rows.
        group.sent[place] = group.sent[place].min(sent);
        group.arrived[place] = group.arrived[place].min(arrivals[at].unwrap_or(i64::MAX));
        group.held.push((place as u32, device));
    }
    Ok(())
}

fn read_stays(batches: &[RecordBatch]) -> Result<BTreeMap<(String, String), Stays>, CaseError> {
    let mut stays: BTreeMap<(String, String), Stays> = BTreeMap::new();
    for batch in batches {
        let (devices, chats) = (texts(batch, 0)?, texts(batch, 1)?);
        let (entered, ended, seized) = (numbers(batch, 2)?, numbers(batch, 3)?, numbers(batch, 4)?);
        let shown = numbers(batch, 5)?;
        for at in 0..batch.num_rows() {
            let (Some(device), Some(chat)) = (devices[at].clone(), chats[at].clone()) else { continue };
            let stay = Stay { entered: entered[at], ended: ended[at], seized: seized[at], shown: shown[at] };
            stays.entry((device, chat)).or_default().0.push(stay);
        }
    }
    Ok(stays)
}

#[derive(Default)]
struct Rows {
    device: Vec<Option<String>>,
    chat: Vec<Option<String>>,
    sender: Vec<Option<String>>,
    key: Vec<Option<String>>,
    sent: Vec<Option<i64>>,
    arrived: Vec<Option<i64>>,
    outside: Vec<Option<String>>,
}

impl Rows {
    #[allow(clippy::too_many_arguments)]
    fn push(
        &mut self,
        device: &str,
        chat: &str,
        sender: &str,
        key: &str,
        sent: i64,
        arrived: i64,
        outside: Option<&str>,
    ) {
        self.device.push(Some(device.to_owned()));
        self.chat.push(Some(chat.to_owned()));
        self.sender.push(Some(sender.to_owned()));
        self.key.push(Some(key.to_owned()));
        self.sent.push(Some(sent));
        self.arrived.push(Some(arrived));
        self.outside.push(outside.map(str::to_owned));
    }

    fn columns(self) -> Vec<(&'static str, Answered)> {
        vec![
            ("device", Answered::Text(self.device)),
            ("chat", Answered::Text(self.chat)),
            ("sender", Answered::Text(self.sender)),
            ("key", Answered::Text(self.key)),
            ("sent", Answered::Time(self.sent)),
            ("arrived", Answered::Time(self.arrived)),
        ]
    }

    fn finish(mut self) -> Result<RecordBatch, CaseError> {
        let outside = std::mem::take(&mut self.outside);
        let mut columns = self.columns();
        columns.push(("outside", Answered::Text(outside)));
        answer(columns)
    }
}

/// Numbers of rows that are missing on a phone.
struct Gap {
    from: i64,
    to: i64,
    before: Option<i64>,
    after: Option<i64>,
    origin: Option<String>,
}

/// Rows of `absent`, of (device, from, to, before, after, origin) and of (device, offset) become the rows of `absences`.
pub fn absences(inputs: &Inputs<'_>) -> Result<RecordBatch, CaseError> {
    let gaps = read_gaps(&inputs.answers[1])?;
    let offsets = read_offsets(&inputs.answers[2])?;
    let mut rows = Rows::default();
    for batch in &inputs.answers[0] {
        rows.device.extend(texts(batch, 0)?);
        rows.chat.extend(texts(batch, 1)?);
        rows.sender.extend(texts(batch, 2)?);
        rows.key.extend(texts(batch, 3)?);
        rows.sent.extend(numbers(batch, 4)?);
        rows.arrived.extend(numbers(batch, 5)?);
    }
    let count = rows.sent.len();
    let (mut state, mut says, mut origin) = (vec![None; count], vec![None; count], vec![None; count]);
    let mut start = 0;
    while start < count {
        let device = rows.device[start].clone().unwrap_or_default();
        let end = start + rows.device[start..].iter().take_while(|other| other.as_deref() == Some(&device)).count();
        // About the time that delivery takes is taken off.
        let offset = offsets.get(&device).map_or(0, |offset| offset - 2_000);
        // By the phone's own clock, ascending as the rows are.
        let on_phone = |arrived: &Option<i64>| arrived.unwrap_or(0).saturating_add(offset);
        let sent: Vec<i64> = rows.arrived[start..end].iter().map(on_phone).collect();
        let mut windows: Vec<Window<'_>> = Vec::new();
        for gap in gaps.get(&device).into_iter().flatten() {
            let from =
                gap.before.map_or(0, |before| sent.partition_point(|sent| *sent < before.saturating_sub(ON_THE_WAY)));
            let to = gap.after.map_or(sent.len(), |after| sent.partition_point(|sent| *sent <= after));
            if from < to {
                windows.push(Window { gap, from, to });
            }
        }
        let all: Vec<(bool, &Window<'_>)> = enough(&mut windows);
        for (enough, Window { gap, from, to }) in all {
            for place in start + from..start + to {
                let decided = state[place].as_deref() == Some("deleted");
                if decided || (!enough && state[place].is_some()) {
                    continue;
                }
                state[place] = Some(if enough { "deleted" } else { "deleted or never delivered" }.to_owned());
                says[place] = Some(format!(
                    "row numbers {} to {} are missing where it would stand; {} messages of the group's other phones are absent there",
                    gap.from,
                    gap.to,
                    to - from
                ));
                origin[place].clone_from(&gap.origin);
            }
        }
        start = end;
    }
    for (state, says) in state.iter_mut().zip(&mut says) {
        if state.is_none() {
            *state = Some("never delivered".to_owned());
            *says = Some("no row number is missing where it would stand".to_owned());
        }
    }
    let mut columns = rows.columns();
    columns.pop();
    columns.extend([
        ("state", Answered::Text(state)),
        ("says", Answered::Text(says)),
        ("origin", Answered::Text(origin)),
    ]);
    answer(columns)
}

/// The absent messages, by place, that may have stood in a gap.
struct Window<'a> {
    gap: &'a Gap,
    from: usize,
    to: usize,
}

impl Window<'_> {
    fn missing(&self) -> i64 {
        self.gap.to.saturating_sub(self.gap.from).saturating_add(1)
    }
}

/// Whether there are row numbers enough for all messages of a window: in its own gap, or in all gaps together whose windows
/// overlap, since a message that counts in two windows stood in one gap alone.
fn enough<'w, 'g>(windows: &'w mut [Window<'g>]) -> Vec<(bool, &'w Window<'g>)> {
    windows.sort_by_key(|window| (window.from, window.to, window.gap.from));
    let mut judged = Vec::with_capacity(windows.len());
    let mut rest: &'w [Window<'g>] = windows;
    while let Some(first) = rest.first() {
        let (mut to, mut missing, mut count) = (first.to, 0i64, 0);
        for window in rest {
            if count > 0 && window.from >= to {
                break;
            }
            to = to.max(window.to);
            missing = missing.saturating_add(window.missing());
            count += 1;
        }
        let (cluster, others) = rest.split_at(count);
        let together = (to - first.from) as i64 <= missing;
        judged.extend(cluster.iter().map(|window| {
            let alone = (window.to - window.from) as i64 <= window.missing();
            (alone || together, window)
        }));
        rest = others;
    }
    judged
}

fn read_gaps(batches: &[RecordBatch]) -> Result<HashMap<String, Vec<Gap>>, CaseError> {
    let mut gaps: HashMap<String, Vec<Gap>> = HashMap::new();
    for batch in batches {
        let (devices, origins) = (texts(batch, 0)?, texts(batch, 5)?);
        let (from, to, before, after) =
            (numbers(batch, 1)?, numbers(batch, 2)?, numbers(batch, 3)?, numbers(batch, 4)?);
        for (at, device) in devices.into_iter().enumerate() {
            let (Some(device), Some(from), Some(to)) = (device, from[at], to[at]) else { continue };
            let gap = Gap { from, to, before: before[at], after: after[at], origin: origins[at].clone() };
            gaps.entry(device).or_default().push(gap);
        }
    }
    Ok(gaps)
}
