//! The pairs that SQL finds, put under each other.

use datafusion::arrow::record_batch::RecordBatch;

use super::{Answered, Inputs, answer, numbers, texts};
use crate::CaseError;

/// Rows of (account, other, kind, rows, origin, origin) of every question become the rows of `same_rows`, sorted.
pub fn same_rows(inputs: &Inputs<'_>) -> Result<RecordBatch, CaseError> {
    let mut rows = Vec::new();
    for batch in inputs.answers.iter().flatten() {
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
