//! Answers on paper: for eyes, for spreadsheets, for machines.

use std::io::Write;

use arrow::datatypes::SchemaRef;
use arrow::json::writer::{JsonArray, Writer as JsonWriter};
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ArrowWriter;

use crate::CaseError;

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For eyes.
    Table,
    /// Comma-separated with a header; cells that a spreadsheet would run begin with an apostrophe.
    Csv,
    /// An array of objects.
    Json,
    /// A Parquet file.
    Parquet,
}

/// Prints batches as they come.
pub struct Printer<'a> {
    schema: SchemaRef,
    form: Form<'a>,
}

type Out<'a> = &'a mut (dyn Write + Send);

enum Form<'a> {
    /// A table's columns are as wide as their widest cell: all rows are needed first.
    Table(Out<'a>, Vec<RecordBatch>),
    Csv(Out<'a>),
    Json(Box<JsonWriter<Out<'a>, JsonArray>>),
    Parquet(Box<ArrowWriter<Out<'a>>>),
}

impl<'a> Printer<'a> {
    /// Begins.
    pub fn new(schema: &SchemaRef, format: Format, out: Out<'a>) -> Result<Printer<'a>, CaseError> {
        let form = match format {
            Format::Table => Form::Table(out, Vec::new()),
            Format::Csv => {
                let header: Vec<_> = schema.fields().iter().map(|field| quoted(field.name())).collect();
                writeln!(out, "{}", header.join(",")).map_err(failed)?;
                Form::Csv(out)
            }
            Format::Json => Form::Json(Box::new(JsonWriter::new(out))),
            Format::Parquet => {
                Form::Parquet(Box::new(ArrowWriter::try_new(out, schema.clone(), None).map_err(failed)?))
            }
        };
        Ok(Printer { schema: schema.clone(), form })
    }

    /// Prints some rows.
    pub fn batch(&mut self, batch: &RecordBatch) -> Result<(), CaseError> {
        match &mut self.form {
            Form::Table(_, batches) => batches.push(batch.clone()),
            Form::Csv(out) => csv(batch, out)?,
            Form::Json(writer) => writer.write(batch).map_err(failed)?,
            Form::Parquet(writer) => writer.write(batch).map_err(failed)?,
        }
        Ok(())
    }

    /// Ends.
    pub fn finish(self) -> Result<(), CaseError> {
        match self.form {
            Form::Table(out, batches) => {
                let table =
                    arrow::util::pretty::pretty_format_batches_with_schema(self.schema, &batches).map_err(failed)?;
                // A terminal must not obey what evidence says.
                writeln!(out, "{}", inert(&table.to_string())).map_err(failed)
            }
            Form::Csv(_) => Ok(()),
            Form::Json(mut writer) => {
                writer.finish().map_err(failed)?;
                writer.into_inner().write_all(b"\n").map_err(failed)
            }
            Form::Parquet(writer) => writer.close().map(|_| ()).map_err(failed),
        }
    }
}

fn failed(why: impl std::fmt::Display) -> CaseError {
    CaseError::Case(format!("the answer could not be written: {why}"))
}

fn csv(batch: &RecordBatch, out: &mut Out<'_>) -> Result<(), CaseError> {
    let options = FormatOptions::default();
    let columns = batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options));
    let columns = columns.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    for row in 0..batch.num_rows() {
        let cells: Vec<_> = columns.iter().map(|column| quoted(&column.value(row).to_string())).collect();
        writeln!(out, "{}", cells.join(",")).map_err(failed)?;
    }
    Ok(())
}

/// A cell of CSV. OWASP's rule: a cell that begins like a formula, also after blanks, is made text.
fn quoted(text: &str) -> String {
    let formula = text.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r']);
    let number = text.parse::<f64>().is_ok() && !text.starts_with('+');
    let text = if formula && !number { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Control characters and bidirectional overrides as visible escapes; line feeds of the table itself stay.
fn inert(text: &str) -> String {
    let hidden = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if hidden(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}
