//! How far the clock of each phone stands from the others.

use std::collections::{BTreeMap, HashSet};

use datafusion::arrow::record_batch::RecordBatch;

use super::copies::{NO_TIME, Part, persons};
use super::{Answered, Inputs, answer, texts};
use crate::CaseError;
use crate::sets::bucket_of;

/// Fewer messages than this say nothing.
const FEWEST: usize = 5;

/// Rows of (account, person), and of the devices with few messages, become the rows of `clock_offsets`.
pub fn clock_offsets(inputs: &Inputs<'_>) -> Result<RecordBatch, CaseError> {
    let persons = persons(&inputs.answers[0])?;
    let mut few = HashSet::new();
    for batch in &inputs.answers[1] {
        few.extend(texts(batch, 0)?.into_iter().flatten());
    }
    let files = inputs.files("messages");
    let mut server: Vec<Vec<i64>> = vec![Vec::new(); files.len()];
    let mut phones: Vec<Vec<i64>> = vec![Vec::new(); files.len()];
    for part in 0..inputs.parts {
        let copies = inputs.copies(&persons, Part { part, of: inputs.parts })?;
        let sampled = |row: usize| {
            let key = copies.named.parts(copies.message[row]).2;
            inputs.every == 1 || bucket_of(std::str::from_utf8(key).unwrap_or_default(), inputs.every) == 0
        };
        let mut arrivals: Vec<(u32, u32, i64)> = Vec::new();
        for (file, rows) in copies.phones() {
            let all = few.contains(&files[file].0);
            for row in rows {
                let received = copies.received[row];
                if received == NO_TIME || copies.own[row] || !(all || sampled(row)) {
                    continue;
                }
                if copies.server[row] != NO_TIME {
                    server[file].push(received.saturating_sub(copies.server[row]));
                }
                arrivals.push((copies.message[row], file as u32, received));
            }
        }
        arrivals.sort_unstable();
        for arrivals in arrivals.chunk_by(|a, b| a.0 == b.0).filter(|arrivals| arrivals.len() > 2) {
            for (_, file, received) in arrivals {
                let others: Vec<i64> =
                    arrivals.iter().filter(|(_, other, _)| other != file).map(|(_, _, at)| *at).collect();
                if others.len() >= 2 {
                    phones[*file as usize].push(from_middle(*received, others));
                }
            }
        }
    }
    let mut rows: BTreeMap<&str, Vec<(&str, i64, i64, i64)>> = BTreeMap::new();
    for (basis, of) in [("server time", &server), ("other phones", &phones)] {
        let of = files.iter().map(|(label, _)| label).zip(of);
        for (device, differences) in of.filter(|(_, differences)| differences.len() >= FEWEST) {
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
