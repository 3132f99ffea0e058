//! Reasons for the country of an account: what its number says, and what the phone's own settings say.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::record_batch::RecordBatch;

use super::{Inputs, texts};
use crate::CaseError;
use crate::country::{self, Countries};

/// Rows of (account) become rows of (account, phone, country, reason, strength).
pub fn number_reasons(inputs: &Inputs<'_>) -> Result<RecordBatch, CaseError> {
    let mut countries = Countries::default();
    let mut columns: [Vec<Option<String>>; 5] = Default::default();
    for batch in inputs.answers.iter().flatten() {
        for account in texts(batch, 0)?.into_iter().flatten() {
            let Some(phone) = custodia_model::account::phone(&account) else { continue };
            let issued = countries.of(&phone);
            let row =
                [Some(account), Some(phone), issued.country, Some(issued.reason), Some(issued.strength.to_owned())];
            for (column, value) in columns.iter_mut().zip(row) {
                column.push(value);
            }
        }
    }
    table(&["account", "phone", "country", "reason", "strength"], columns.to_vec())
}

/// Rows of (device, fact, value, origin, account) become rows of (account, reason_kind, country, reason, strength, device,
/// origin). What a phone says of itself is weaker than a number: cards are changed, and people travel.
pub fn device_reasons(inputs: &Inputs<'_>) -> Result<RecordBatch, CaseError> {
    let mut countries = Countries::default();
    let mut columns: [Vec<Option<String>>; 7] = Default::default();
    for batch in inputs.answers.iter().flatten() {
        let column = |at| texts(batch, at);
        let (devices, facts, values, origins, accounts) = (column(0)?, column(1)?, column(2)?, column(3)?, column(4)?);
        for at in 0..batch.num_rows() {
            let (Some(fact), Some(value)) = (&facts[at], &values[at]) else { continue };
            let (kind, country, strength) = match fact.as_str() {
                "SIM country" => ("SIM", country::region(value), "weak"),
                "SIM network code" => ("SIM", country::of_network(value), "weak"),
                "SIM number" => ("SIM", countries.of(value).country, "weak"),
                "time zone" => ("time zone", country::of_zone(value), "hint"),
                "locale" => ("locale", country::of_locale(value), "hint"),
                _ => continue,
            };
            let row = [
                accounts[at].clone(),
                Some(kind.to_owned()),
                country,
                Some(format!("{fact} {value}")),
                Some(strength.to_owned()),
                devices[at].clone(),
                origins[at].clone(),
            ];
            for (column, value) in columns.iter_mut().zip(row) {
                column.push(value);
            }
        }
    }
    table(&["account", "reason_kind", "country", "reason", "strength", "device", "origin"], columns.to_vec())
}

fn table(names: &[&str], columns: Vec<Vec<Option<String>>>) -> Result<RecordBatch, CaseError> {
    let schema = Schema::new(names.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect::<Vec<_>>());
    let arrays = columns.into_iter().map(|column| Arc::new(StringArray::from(column)) as ArrayRef).collect();
    RecordBatch::try_new(Arc::new(schema), arrays).map_err(|why| CaseError::Case(why.to_string()))
}
