//! What two devices share. Three hundred devices name millions of accounts and files, so the reductions of the bundles are
//! read as bare numbers, and pairs are counted by bits.

mod common;
mod shared;
mod sparse;
mod stored;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use datafusion::arrow::record_batch::RecordBatch;

use self::shared::shared;
use self::stored::{each_text, numbers, texts_without};
use super::{Answered, Inputs, answer, texts};
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
    let files = |table: &str| -> Vec<(usize, &Path)> {
        inputs.files(table).iter().map(|(label, path)| (place[label.as_str()], path.as_path())).collect()
    };
    let mut others: HashMap<String, i64> = HashMap::new();
    let accounts = shared(devices.len(), &files("named_accounts"), &mut |path, into| {
        if numbers(path, "account_number", into)? {
            texts_without(path, "account", "account_number", &mut |text| {
                // Forms without a number get one beyond all that have.
                let next = i64::MAX - others.len() as i64;
                into.push(*others.entry(text.to_owned()).or_insert(next));
            })?;
        }
        tied.apply(into);
        Ok(())
    })?;
    let files_shared = shared(devices.len(), &files("file_appearances"), &mut |path, into| {
        numbers(path, "sha256_number", into).map(|_| ())
    })?;
    let mut known: HashMap<String, i64> = HashMap::new();
    let groups = shared(devices.len(), &files("chats"), &mut |path, into| {
        each_text(path, "chat", &mut |chat| {
            if chat.ends_with("@g.us") {
                let next = known.len() as i64;
                into.push(*known.entry(chat.to_owned()).or_insert(next));
            }
        })
    })?;
    let mut rows = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for a in 0..devices.len() {
        for b in a + 1..devices.len() {
            let at = a * devices.len() + b;
            if accounts[at] > 0 || groups[at] > 0 || files_shared[at] > 0 {
                rows.0.push(Some(devices[a].to_owned()));
                rows.1.push(Some(devices[b].to_owned()));
                rows.2.push(Some(i64::from(accounts[at])));
                rows.3.push(Some(i64::from(groups[at])));
                rows.4.push(Some(i64::from(files_shared[at])));
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

    /// Puts the one number of a person in the place of each of its accounts.
    fn apply(&self, accounts: &mut [i64]) {
        if !self.0.is_empty() {
            accounts.iter_mut().for_each(|account| *account = self.0.get(account).copied().unwrap_or(*account));
        }
    }
}
