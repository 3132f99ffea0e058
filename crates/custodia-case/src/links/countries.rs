//! The country of every account that is a number.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::record_batch::RecordBatch;

use super::texts;
use crate::CaseError;
use crate::country::{Countries, name};

/// Rows of (account) become rows of (account, phone, country, country_name, reason, strength).
pub fn countries(rows: &[RecordBatch]) -> Result<RecordBatch, CaseError> {
    let mut countries = Countries::default();
    let mut columns: [Vec<Option<String>>; 6] = Default::default();
    for batch in rows {
        for account in texts(batch, 0)?.into_iter().flatten() {
            let Some(phone) = custodia_model::account::phone(&account) else { continue };
            let issued = countries.of(&phone);
            let country_name = issued.country.as_deref().map(name);
            let row = [
                Some(account),
                Some(phone),
                issued.country,
                country_name,
                Some(issued.reason),
                Some(issued.strength.to_owned()),
            ];
            for (column, value) in columns.iter_mut().zip(row) {
                column.push(value);
            }
        }
    }
    let names = ["account", "phone", "country", "country_name", "reason", "strength"];
    let schema = Schema::new(names.map(|name| Field::new(name, DataType::Utf8, true)).to_vec());
    let arrays = columns.map(|column| Arc::new(StringArray::from(column)) as ArrayRef).to_vec();
    RecordBatch::try_new(Arc::new(schema), arrays).map_err(|why| CaseError::Case(why.to_string()))
}
