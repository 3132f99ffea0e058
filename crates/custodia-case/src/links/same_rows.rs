//! Pairs of accounts from messages and from events, put under each other.

use std::collections::HashSet;

use datafusion::arrow::record_batch::RecordBatch;

use super::copies::{Asked, alike};
use super::{Answered, Inputs, answer, numbers, texts};
use crate::CaseError;

/// The hidden ids that rows tie, (device, group, own number) where the owner may have had another, and rows of (account, other, kind,
/// rows, origin, origin) become, with the messages that two phones name by different accounts, the rows of `same_rows`, sorted.
pub fn same_rows(inputs: &Inputs<'_>) -> Result<RecordBatch, CaseError> {
    let mut asked = Asked { stated: HashSet::new(), changed: HashSet::new() };
    for batch in &inputs.answers[0] {
        asked.stated.extend(texts(batch, 0)?.into_iter().flatten());
    }
    for batch in &inputs.answers[1] {
        let both = texts(batch, 0)?.into_iter().zip(texts(batch, 1)?).zip(texts(batch, 2)?);
        asked.changed.extend(both.filter_map(|((device, chat), account)| Some((device?, chat?, account?))));
    }
    let mut rows = Vec::new();
    for (account, other, kind, count, one, two) in alike(inputs, &asked)? {
        rows.push((Some(account), Some(other), Some(kind.to_owned()), Some(count), Some(one), Some(two)));
    }
    for batch in inputs.answers[2..].iter().flatten() {
        let column = |at| texts(batch, at);
        let (accounts, others, kinds) = (column(0)?, column(1)?, column(2)?);
        let (counts, ones, twos) = (numbers(batch, 3)?, column(4)?, column(5)?);
        for at in 0..batch.num_rows() {
            rows.push((
                accounts[at].clone(),
                others[at].clone(),
                kinds[at].clone(),
                counts[at],
                ones[at].clone(),
                twos[at].clone(),
            ));
        }
    }
    rows.sort();
    // An event of a person upon himself is met by who acted and by whom it concerns.
    rows.dedup_by(|two, one| (&two.0, &two.1, &two.2, &two.4, &two.5) == (&one.0, &one.1, &one.2, &one.4, &one.5));
    let mut columns = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        columns.0.push(row.0);
        columns.1.push(row.1);
        columns.2.push(row.2);
        columns.3.push(row.3);
        columns.4.push(row.4);
        columns.5.push(row.5);
    }
    answer(vec![
        ("account", Answered::Text(columns.0)),
        ("other", Answered::Text(columns.1)),
        ("alias_kind", Answered::Text(columns.2)),
        ("row_count", Answered::Int(columns.3)),
        ("origin", Answered::Text(columns.4)),
        ("other_origin", Answered::Text(columns.5)),
    ])
}
