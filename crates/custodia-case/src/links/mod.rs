//! What joins devices and cannot be said in SQL alone: connected components of identities, countries of numbers.

mod countries;
mod persons;

pub use countries::countries;
pub use persons::persons;

use datafusion::arrow::record_batch::RecordBatch;

use crate::CaseError;

/// A rule whose answer is computed from an SQL question by code, and kept in the cache.
#[derive(Debug)]
pub struct Link {
    /// Name of the table it gives.
    pub name: &'static str,
    /// The question whose rows are its input, headed by `-- ` lines that say what a row of the result is.
    pub input: &'static str,
    /// The rule.
    pub rule: fn(&[RecordBatch]) -> Result<RecordBatch, CaseError>,
}

impl Link {
    /// What a row is.
    pub fn about(&self) -> &'static str {
        crate::views::doc(self.input)
    }

    /// Every column with what it says.
    pub fn columns(&self) -> Vec<(&'static str, &'static str)> {
        crate::views::columns(self.input)
    }
}

/// Every rule, in the order in which they can be computed.
pub const LINKS: &[Link] = &[
    Link { name: "persons", input: include_str!("persons.sql"), rule: persons },
    Link { name: "account_countries", input: include_str!("countries.sql"), rule: countries },
];

/// The text of a column of a batch, whatever text type a query gave it.
fn texts(batch: &RecordBatch, column: usize) -> Result<Vec<Option<String>>, CaseError> {
    use datafusion::arrow::array::AsArray;
    use datafusion::arrow::compute::cast;
    use datafusion::arrow::datatypes::DataType;
    let array = cast(batch.column(column), &DataType::Utf8).map_err(|why| CaseError::Case(why.to_string()))?;
    Ok(array.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect())
}
