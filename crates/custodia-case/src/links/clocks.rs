//! How far the clock of each phone stands from the others.

use std::collections::{BTreeMap, HashMap};

use datafusion::arrow::array::AsArray;
use datafusion::arrow::record_batch::RecordBatch;

use super::{Answered, Inputs, answer, numbers, utf8};
use crate::CaseError;

/// Fewer messages than this say nothing.
const FEWEST: usize = 5;

/// Rows of (device, chat, sender, key, received, server time) become the rows of `clock_offsets`.
pub fn clock_offsets(inputs: &Inputs<'_>) -> Result<RecordBatch, CaseError> {
    let mut server: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    let mut messages: HashMap<String, Vec<(u32, i64)>> = HashMap::new();
    let mut devices: Vec<String> = Vec::new();
    let mut known: HashMap<String, u32> = HashMap::new();
    for batch in &inputs.answers[0] {
        let (labels, chats, senders, keys) = (utf8(batch, 0)?, utf8(batch, 1)?, utf8(batch, 2)?, utf8(batch, 3)?);
        let (received, stamped) = (numbers(batch, 4)?, numbers(batch, 5)?);
        for at in 0..batch.num_rows() {
            let Some(received) = received[at] else { continue };
            let label = labels.as_string::<i32>().value(at);
            if let Some(stamped) = stamped[at] {
                server.entry(label.to_owned()).or_default().push(received.saturating_sub(stamped));
            }
            let device = *known.entry(label.to_owned()).or_insert_with(|| {
                devices.push(label.to_owned());
                devices.len() as u32 - 1
            });
            let text = |array: &datafusion::arrow::array::ArrayRef| array.as_string::<i32>().value(at).to_owned();
            let message = format!("{}\u{1f}{}\u{1f}{}", text(&chats), text(&senders), text(&keys));
            messages.entry(message).or_default().push((device, received));
        }
    }
    let mut phones: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for arrivals in messages.values() {
        if arrivals.len() < 3 {
            continue;
        }
        for (device, received) in arrivals {
            let others = arrivals.iter().filter(|(other, _)| other != device).map(|(_, at)| *at).collect::<Vec<_>>();
            if others.len() >= 2 {
                let label = devices[*device as usize].clone();
                phones.entry(label).or_default().push(from_middle(*received, others));
            }
        }
    }
    let mut rows: BTreeMap<&str, Vec<(&str, i64, i64, i64)>> = BTreeMap::new();
    for (basis, of) in [("server time", &server), ("other phones", &phones)] {
        for (device, differences) in of.iter().filter(|(_, differences)| differences.len() >= FEWEST) {
            let at = |part| quantile(differences.clone(), part);
            let spread = at(0.75).saturating_sub(at(0.25));
            rows.entry(device).or_default().push((basis, at(0.5), spread, differences.len() as i64));
        }
    }
    let mut columns = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (device, mut bases) in rows {
        bases.sort_by_key(|(basis, _, spread, _)| (*spread, *basis != "server time"));
        for (place, (basis, offset, spread, messages)) in bases.into_iter().enumerate() {
            columns.0.push(Some(device.to_owned()));
            columns.1.push(Some(basis.to_owned()));
            columns.2.push(Some(offset));
            columns.3.push(Some(spread));
            columns.4.push(Some(messages));
            columns.5.push(Some(place as i64 + 1));
        }
    }
    answer(vec![
        ("device", Answered::Text(columns.0)),
        ("basis", Answered::Text(columns.1)),
        ("offset_ms", Answered::Int(columns.2)),
        ("spread_ms", Answered::Int(columns.3)),
        ("messages", Answered::Int(columns.4)),
        ("place", Answered::Int(columns.5)),
    ])
}

/// How far a time lies from the middle of others. Of an even number any time between the two in the middle is one: of two
/// phones that do not agree, the one that this phone agrees with is as good as the other.
fn from_middle(time: i64, mut others: Vec<i64>) -> i64 {
    others.sort_unstable();
    let (low, high) = (others[(others.len() - 1) / 2], others[others.len() / 2]);
    time.saturating_sub(time.clamp(low, high))
}

/// The value below which such a part of the values lies.
fn quantile(mut values: Vec<i64>, part: f64) -> i64 {
    values.sort_unstable();
    let place = ((values.len().saturating_sub(1)) as f64 * part).round() as usize;
    values.get(place).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::from_middle;

    #[test]
    fn of_two_that_do_not_agree_the_nearer_one_is_the_middle() {
        let hour = 3_600_000;
        // Three phones, one of them an hour ahead or behind: only that one is off.
        for wrong in [hour, -hour] {
            assert_eq!(from_middle(0, vec![wrong, 0]), 0);
            assert_eq!(from_middle(wrong, vec![0, 0]), wrong);
        }
        assert_eq!(from_middle(70, vec![10, 20, 30]), 50);
    }
}
