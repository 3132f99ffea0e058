//! Which messages a phone does not hold though its owner was in the group, and what the numbers of its rows say of that.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use ahash::RandomState;
use datafusion::arrow::record_batch::RecordBatch;

use super::copies::{Copies, NO_TIME, persons};
use super::owned::{Stay, Stays};
use super::{Answered, Inputs, answer, numbers, texts};
use crate::CaseError;

/// A message takes a moment to arrive, so it may have been sent before the row in front of it came. Milliseconds.
const ON_THE_WAY: i64 = 10_000;

/// Rows of (account, person), of (device, chat, entered, ended, seized, first message) and of (device, offset) become the rows of
/// `absent`.
pub fn absent(inputs: &Inputs<'_>) -> Result<RecordBatch, CaseError> {
    let copies = inputs.copies(&persons(&inputs.answers[0])?, inputs.part)?;
    let stays = read_stays(&inputs.answers[1])?;
    let offsets = read_offsets(&inputs.answers[2])?;
    let files = inputs.files("messages");
    let arrived = arrivals(&copies, |file| offsets.get(&files[file].0).copied().unwrap_or(0));
    let groups = Groups::new(&copies);
    let mut out = Rows::default();
    // For each message the last phone that was found to hold it.
    let mut held = vec![usize::MAX; copies.named.len()];
    for (file, rows) in copies.phones() {
        let mut any = false;
        for row in rows {
            let message = copies.message[row] as usize;
            if copies.sent[row] != NO_TIME && groups.of_message(message) {
                held[message] = file;
                any = true;
            }
        }
        let device = &files[file].0;
        let from = (device.clone(), String::new());
        let own = stays.range(from..).take_while(|((other, _), _)| other == device);
        for ((_, chat), stays) in own.filter(|_| any) {
            for message in groups.of(chat) {
                let place = *message as usize;
                let sent = copies.first_sent(*message);
                let arrived = if arrived[place] == i64::MAX { sent } else { arrived[place] };
                if held[place] != file
                    && let Some(outside) = stays.expected(sent, arrived)
                {
                    // Held under another sender it is not absent: who sent it is what the phones do not agree on.
                    let mut others = groups.same_key(*message).iter();
                    if others.any(|other| held[*other as usize] == file && copies.first_sent(*other) == sent) {
                        continue;
                    }
                    let (_, sender, key) = copies.named.parts(*message);
                    let key = std::str::from_utf8(key).unwrap_or_default();
                    out.push(device, chat, copies.named.sender(sender), key, sent, arrived, outside);
                }
            }
        }
    }
    out.finish()
}

/// For each message its earliest arrival on any phone: by the server's clock, else by the phone's with what it is off taken off.
fn arrivals(copies: &Copies, offset: impl Fn(usize) -> i64) -> Vec<i64> {
    let mut arrived = vec![i64::MAX; copies.named.len()];
    for (file, rows) in copies.phones() {
        let offset = offset(file);
        for row in rows.filter(|row| copies.sent[*row] != NO_TIME) {
            let at = match (copies.server[row], copies.received[row]) {
                (NO_TIME, NO_TIME) => continue,
                (NO_TIME, _) if copies.own[row] => continue,
                (NO_TIME, received) => received.saturating_sub(offset),
                (server, _) => server,
            };
            let first = &mut arrived[copies.message[row] as usize];
            *first = at.min(*first);
        }
    }
    arrived
}

/// The dated messages of groups.
struct Groups {
    /// For each group its messages, in the order of their senders and keys.
    messages: HashMap<String, Vec<u32>>,
    dated: Vec<bool>,
    /// For messages of a key that more than one of the group bears: all of these.
    same_key: HashMap<u32, Arc<[u32]>, RandomState>,
}

impl Groups {
    fn new(copies: &Copies) -> Groups {
        let named = &copies.named;
        let mut of_chat: Vec<Vec<u32>> = vec![Vec::new(); named.chats() + 1];
        let is_group: Vec<bool> =
            (0..=named.chats() as u32).map(|chat| chat > 0 && named.chat(chat).ends_with("@g.us")).collect();
        let mut dated = vec![false; named.len()];
        for message in 0..named.len() as u32 {
            let chat = named.parts(message).0 as usize;
            if is_group[chat] && copies.first_sent(message) != NO_TIME {
                of_chat[chat].push(message);
                dated[message as usize] = true;
            }
        }
        let mut groups = Groups { messages: HashMap::new(), dated, same_key: HashMap::default() };
        for (chat, mut messages) in of_chat.into_iter().enumerate().filter(|(_, messages)| !messages.is_empty()) {
            let by_key = |a: &u32, b: &u32| named.parts(*a).2.cmp(named.parts(*b).2);
            messages.sort_unstable_by(by_key);
            for same in messages.chunk_by(|a, b| by_key(a, b).is_eq()).filter(|same| same.len() > 1) {
                let all: Arc<[u32]> = same.into();
                groups.same_key.extend(same.iter().map(|message| (*message, all.clone())));
            }
            messages.sort_by(|a, b| {
                let (one, other) = (named.parts(*a).1, named.parts(*b).1);
                if one == other { Ordering::Equal } else { named.sender(one).cmp(named.sender(other)) }
            });
            groups.messages.insert(named.chat(chat as u32).to_owned(), messages);
        }
        groups
    }

    fn of_message(&self, message: usize) -> bool {
        self.dated[message]
    }

    fn of(&self, chat: &str) -> &[u32] {
        self.messages.get(chat).map_or(&[], Vec::as_slice)
    }

    fn same_key(&self, message: u32) -> &[u32] {
        self.same_key.get(&message).map_or(&[], AsRef::as_ref)
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
    /// How many of its numbers have their row in a copy of the database.
    held: i64,
    before: Option<i64>,
    after: Option<i64>,
    origin: Option<String>,
}

/// Rows of `absent`, of (device, from, to, before, after, origin, numbers that a copy accounts for), of (device, offset) and of (device,
/// person who owns it) become the rows of `absences`.
pub fn absences(inputs: &Inputs<'_>) -> Result<RecordBatch, CaseError> {
    let gaps = read_gaps(&inputs.answers[1])?;
    let offsets = read_offsets(&inputs.answers[2])?;
    let mut owners: HashSet<(String, String)> = HashSet::new();
    for batch in &inputs.answers[3] {
        owners.extend(
            texts(batch, 0)?.into_iter().zip(texts(batch, 1)?).filter_map(|(device, person)| device.zip(person)),
        );
    }
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
            let window = Window { gap, from, to };
            if window.missing() > 0 {
                windows.extend(Some(window).filter(|window| window.from < window.to));
                continue;
            }
            // Said where no other gap says more.
            for place in start + from..start + to.max(from) {
                says[place] = Some(format!(
                    "row numbers {} to {} are missing where it would stand, all of them with a row in a copy of the database",
                    gap.from, gap.to
                ));
                origin[place].clone_from(&gap.origin);
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
                let copied = match gap.held {
                    0 => String::new(),
                    held => format!(", {held} of them with a row in a copy of the database"),
                };
                says[place] = Some(format!(
                    "row numbers {} to {} are missing where it would stand{copied}; {} messages of the group's other phones are absent there",
                    gap.from,
                    gap.to,
                    to - from
                ));
                origin[place].clone_from(&gap.origin);
            }
        }
        start = end;
    }
    for (at, (state, says)) in state.iter_mut().zip(&mut says).enumerate().filter(|(_, (state, _))| state.is_none()) {
        // Nobody waits for the delivery of what is one's own: the history was replaced, or it was written on another phone.
        let own = rows.device[at].clone().zip(rows.sender[at].clone()).is_some_and(|one| owners.contains(&one));
        let (word, why) = match own {
            true => (
                "deleted or never delivered",
                "the owner of the phone sent it, and no row number is missing where it would stand",
            ),
            false => ("never delivered", "no row number is missing where it would stand"),
        };
        *state = Some(word.to_owned());
        says.get_or_insert_with(|| why.to_owned());
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
        self.gap.to.saturating_sub(self.gap.from).saturating_add(1).saturating_sub(self.gap.held)
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
        let held = numbers(batch, 6)?;
        for (at, device) in devices.into_iter().enumerate() {
            let (Some(device), Some(from), Some(to)) = (device, from[at], to[at]) else { continue };
            let held = held[at].unwrap_or(0);
            let gap = Gap { from, to, held, before: before[at], after: after[at], origin: origins[at].clone() };
            gaps.entry(device).or_default().push(gap);
        }
    }
    Ok(gaps)
}
