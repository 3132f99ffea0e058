//! Connected components of the pairs that the evidence ties.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{Int64Array, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::record_batch::RecordBatch;

use super::{Inputs, texts};
use crate::CaseError;

/// Rows of (account, other, kind) become rows of (account, person, accounts). A pair without `other` only names an
/// account. In a pair of kind `number change`, stated or inferred, the first account is the old one.
pub fn persons(inputs: &Inputs<'_>) -> Result<RecordBatch, CaseError> {
    let mut parent: BTreeMap<String, String> = BTreeMap::new();
    let mut left_behind = std::collections::BTreeSet::new();
    for batch in inputs.answers.iter().flatten() {
        let (accounts, others, kinds) = (texts(batch, 0)?, texts(batch, 1)?, texts(batch, 2)?);
        for ((account, other), kind) in accounts.into_iter().zip(others).zip(kinds) {
            let Some(account) = account else { continue };
            if kind.as_deref().is_some_and(|kind| kind.ends_with("number change")) {
                left_behind.insert(account.clone());
            }
            let a = root(&mut parent, account);
            if let Some(other) = other {
                let b = root(&mut parent, other);
                if a != b {
                    // The smaller becomes the root: the answer does not depend on the order of rows.
                    let (small, large) = if a < b { (a, b) } else { (b, a) };
                    parent.insert(large, small);
                }
            }
        }
    }
    let accounts: Vec<String> = parent.keys().cloned().collect();
    let mut components: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for account in accounts {
        components.entry(root(&mut parent, account.clone())).or_default().push(account);
    }
    let mut answer: Vec<(String, String, i64)> = Vec::new();
    for members in components.into_values() {
        let phone = |account: &&String| custodia_model::account::phone(account).is_some();
        let person = members
            .iter()
            .filter(phone)
            .find(|account| !left_behind.contains(*account))
            .or_else(|| members.iter().find(phone))
            .unwrap_or(&members[0])
            .clone();
        let size = members.len() as i64;
        answer.extend(members.into_iter().map(|account| (account, person.clone(), size)));
    }
    answer.sort();
    let schema = Schema::new(vec![
        Field::new("account", DataType::Utf8, false),
        Field::new("person", DataType::Utf8, false),
        Field::new("accounts", DataType::Int64, false),
    ]);
    RecordBatch::try_new(
        Arc::new(schema),
        vec![
            Arc::new(StringArray::from_iter_values(answer.iter().map(|row| &row.0))),
            Arc::new(StringArray::from_iter_values(answer.iter().map(|row| &row.1))),
            Arc::new(Int64Array::from_iter_values(answer.iter().map(|row| row.2))),
        ],
    )
    .map_err(|why| CaseError::Case(why.to_string()))
}

/// The root of an account's component; an unknown account becomes its own.
fn root(parent: &mut BTreeMap<String, String>, account: String) -> String {
    let mut at = account.clone();
    loop {
        match parent.get(&at) {
            Some(up) if *up == at => break,
            Some(up) => at = up.clone(),
            None => {
                parent.insert(at.clone(), at.clone());
                break;
            }
        }
    }
    // Short cut for the next time.
    if account != at {
        parent.insert(account, at.clone());
    }
    at
}
