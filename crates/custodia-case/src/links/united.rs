//! The stays of several accounts of one phone in one group, as those of the phone.

use std::collections::BTreeMap;

use datafusion::arrow::record_batch::RecordBatch;

use super::owned::Stay;
use super::{Answered, Inputs, answer, numbers, texts};
use crate::CaseError;

/// Rows of (device, chat, person, entered, ended, seized, shown), by person in the order of the stays, become the rows of `phone_stays`.
pub fn phone_stays(inputs: &Inputs<'_>) -> Result<RecordBatch, CaseError> {
    let mut phones: BTreeMap<(String, String), BTreeMap<String, Vec<Stay>>> = BTreeMap::new();
    for batch in inputs.answers.iter().flatten() {
        let (devices, chats, persons) = (texts(batch, 0)?, texts(batch, 1)?, texts(batch, 2)?);
        let (entered, ended, seized) = (numbers(batch, 3)?, numbers(batch, 4)?, numbers(batch, 5)?);
        let shown = numbers(batch, 6)?;
        for (at, ((device, chat), person)) in devices.into_iter().zip(chats).zip(persons).enumerate() {
            let (Some(device), Some(chat), Some(person)) = (device, chat, person) else { continue };
            let stay = Stay { entered: entered[at], ended: ended[at], seized: seized[at], shown: shown[at] };
            phones.entry((device, chat)).or_default().entry(person).or_default().push(stay);
        }
    }
    let (mut devices, mut chats, mut places) = (Vec::new(), Vec::new(), Vec::new());
    let (mut entered, mut shown, mut ended, mut seized) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for ((device, chat), persons) in phones {
        for (place, stay) in united(persons.into_values().collect()).into_iter().enumerate() {
            devices.push(Some(device.clone()));
            chats.push(Some(chat.clone()));
            places.push(Some(place as i64 + 1));
            entered.push(stay.entered);
            shown.push(stay.shown);
            ended.push(stay.ended);
            seized.push(stay.seized);
        }
    }
    answer(vec![
        ("device", Answered::Text(devices)),
        ("chat", Answered::Text(chats)),
        ("stay", Answered::Int(places)),
        ("entered", Answered::Time(entered)),
        ("shown", Answered::Time(shown)),
        ("ended", Answered::Time(ended)),
        ("seized_at", Answered::Time(seized)),
    ])
}

/// A time in which an account was inside for sure; without an end to `i64::MAX`.
struct Sure {
    from: i64,
    until: i64,
    stay: Stay,
}

/// The stays of every account become those of the phone, in time order. Times that overlap are one. A stay whose beginning or end
/// nobody saw remains one, cut to what no other account covers; those of a single account stay as they are.
fn united(mut persons: Vec<Vec<Stay>>) -> Vec<Stay> {
    if persons.len() < 2 {
        return persons.pop().unwrap_or_default();
    }
    let (mut sure, mut unseen) = (Vec::new(), Vec::new());
    for stays in persons {
        let dates: Vec<Option<i64>> = stays.iter().map(|stay| begins(stay).or(stay.ended)).collect();
        let last = stays.len().saturating_sub(1);
        for (place, stay) in stays.into_iter().enumerate() {
            let until = stay.ended.or((place == last).then_some(i64::MAX));
            match (begins(&stay), until) {
                (Some(from), Some(until)) if from < until => sure.push(Sure { from, until, stay }),
                _ => unseen.push((stay, dates.get(place + 1).copied().flatten())),
            }
        }
    }
    sure.sort_by_key(|sure| (sure.from, sure.until, sure.stay.entered));
    let mut islands: Vec<Sure> = Vec::new();
    for next in sure {
        match islands.last_mut() {
            Some(island) if next.from <= island.until => {
                if next.until > island.until {
                    (island.until, island.stay.ended) = (next.until, next.stay.ended);
                }
            }
            _ => islands.push(next),
        }
    }
    let mut all: Vec<Stay> = unseen.into_iter().filter_map(|(stay, next)| uncovered(stay, next, &islands)).collect();
    all.extend(islands.into_iter().map(|island| island.stay));
    all.sort_by_key(|stay| (begins(stay).or(stay.ended), begins(stay).is_some(), stay.ended));
    // One account without any date says nothing beside another's.
    let dated = all.iter().filter(|stay| begins(stay).or(stay.ended).is_some()).count();
    all.drain(..(all.len() - dated).min(all.len().saturating_sub(1)));
    all
}

/// When a stay begins, by a row or by what shows the owner inside.
fn begins(stay: &Stay) -> Option<i64> {
    stay.entered.or(stay.shown.map(|shown| shown.saturating_sub(1)))
}

/// What is left of a stay without a beginning or an end where other accounts were inside for sure. `next` is when the same
/// account's next stay shows.
fn uncovered(mut stay: Stay, next: Option<i64>, islands: &[Sure]) -> Option<Stay> {
    match (begins(&stay), stay.ended) {
        (Some(from), None) => {
            let Some(island) = islands.iter().find(|island| island.from <= from && from < island.until) else {
                return Some(stay);
            };
            (stay.entered, stay.shown) = (Some(island.until), None);
            next.is_some_and(|next| island.until < next).then_some(stay)
        }
        (None, Some(end)) => {
            let island = islands.iter().find(|island| island.from < end && end <= island.until);
            stay.ended = island.map_or(stay.ended, |island| Some(island.from));
            Some(stay)
        }
        _ => Some(stay),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stay(entered: Option<i64>, ended: Option<i64>) -> Stay {
        Stay { entered, ended, seized: Some(90), shown: None }
    }

    fn of(persons: Vec<Vec<Stay>>) -> Vec<(Option<i64>, Option<i64>)> {
        united(persons).into_iter().map(|stay| (stay.entered, stay.ended)).collect()
    }

    #[test]
    fn a_phone_is_inside_when_any_account_is() {
        let apart = || vec![vec![stay(Some(2), Some(10))], vec![stay(Some(20), None)]];
        assert_eq!(of(apart()), [(Some(2), Some(10)), (Some(20), None)]);
        assert_eq!(of(apart().into_iter().rev().collect()), of(apart()));
        assert_eq!(of(vec![vec![stay(Some(2), Some(10))], vec![stay(Some(5), Some(30))]]), [(Some(2), Some(30))]);
        assert_eq!(of(vec![vec![stay(Some(2), None)], vec![stay(Some(5), Some(30))]]), [(Some(2), None)]);
        // An account without any date says nothing; of two such one row remains.
        assert_eq!(of(vec![vec![stay(None, None)], vec![stay(Some(5), Some(30))]]), [(Some(5), Some(30))]);
        assert_eq!(of(vec![vec![stay(None, None)], vec![stay(None, None)]]), [(None, None)]);
        // A single account's stays stay as they are.
        assert_eq!(of(vec![vec![stay(None, Some(3)), stay(Some(1), None)]]), [(None, Some(3)), (Some(1), None)]);
    }

    #[test]
    fn what_nobody_saw_is_cut_to_what_no_other_account_covers() {
        // The first went at a time that nobody saw, before it came again at 20; the other was inside from 4 to 12.
        let gone = || vec![stay(Some(5), None), stay(Some(20), None)];
        let rest = [(Some(4), Some(12)), (Some(12), None), (Some(20), None)];
        assert_eq!(of(vec![gone(), vec![stay(Some(4), Some(12))]]), rest);
        assert_eq!(of(vec![gone(), vec![stay(Some(4), Some(25))]]), [(Some(4), None)]);
        // It came at a time that nobody saw, before it went at 30.
        let came = || vec![stay(Some(1), Some(3)), stay(None, Some(30))];
        let rest = [(Some(1), Some(3)), (None, Some(20)), (Some(20), Some(40))];
        assert_eq!(of(vec![came(), vec![stay(Some(20), Some(40))]]), rest);
    }
}
