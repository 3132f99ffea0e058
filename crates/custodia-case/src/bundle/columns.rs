//! Rows of one table, column by column, on their way into Parquet.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, BooleanBufferBuilder, Float64Array, Int64Array, StringArray, StringBuilder,
    TimestampMillisecondArray,
};
use arrow::buffer::NullBuffer;
use custodia_model::tables::{Column, ColumnType, TABLES, TakeCells, Value};
use custodia_model::{Origin, Row, Text};

use super::same::Same;
use super::table::{Batch, Part};

/// Rows that are collected before they are encoded. Handing a batch over costs something for each column, however few rows it
/// has: with 1,024 rows a database of messages took a tenth longer, with 16,384 no less than with these.
const ROWS: usize = 8 * 1024;

/// Bytes of text after which fewer rows do: evidence decides how long a text is.
const BYTES: usize = 16 << 20;

/// Bytes of a text that is kept once for all rows that say it. Addresses are shorter; what persons write is not worth the comparing.
const SHORT: usize = 256;

/// Rows of one table.
pub struct Columns {
    rows: usize,
    /// Of their texts.
    bytes: usize,
    path: Runs,
    part: Runs,
    number: Values<i64>,
    found: Runs,
    columns: Vec<Builder>,
}

impl Columns {
    /// None yet, of the table at this place in [`TABLES`].
    pub fn new(table: usize) -> Columns {
        Columns {
            rows: 0,
            bytes: 0,
            path: Runs::default(),
            part: Runs::default(),
            number: Values::default(),
            found: Runs::default(),
            columns: TABLES[table].columns.iter().map(Builder::new).collect(),
        }
    }

    /// Takes a row.
    pub fn push(&mut self, origin: &Origin, row: &Row) {
        self.path.push(Some(&origin.path));
        self.part.push(origin.part.as_ref());
        if let Some(number) = origin.number {
            self.number.push(self.rows, number);
        }
        self.found.push_word(origin.found.as_str());
        row.cells(Cells { row: self.rows, bytes: &mut self.bytes, columns: self.columns.iter_mut() });
        self.rows += 1;
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Whether they should be encoded before more come.
    pub fn is_full(&self) -> bool {
        self.rows >= ROWS || self.bytes >= BYTES
    }

    /// Hands out all rows, of the exhibit with this label, and begins anew.
    pub fn finish(&mut self, label: &Text) -> Batch {
        let (rows, bytes) = (std::mem::take(&mut self.rows), std::mem::take(&mut self.bytes));
        // The order of `ORIGIN`.
        let origin = [
            Part::Same(Some(Same::Text(label.clone()))),
            self.path.finish(),
            self.part.finish(),
            self.number.finish(rows, Same::Int, |values, nulls| Arc::new(Int64Array::new(values.into(), nulls))),
            self.found.finish(),
        ];
        let columns = self.columns.iter_mut().map(|column| column.finish(rows));
        Batch { rows, bytes, parts: origin.into_iter().chain(columns).collect() }
    }
}

/// A text column whose neighbours are mostly equal: values with how often they follow each other.
#[derive(Default)]
struct Runs(Vec<(Option<Text>, usize)>);

impl Runs {
    #[inline]
    fn push(&mut self, value: Option<&Text>) {
        match self.0.last_mut() {
            // Rows of one file share its path: comparing where it stands is mostly enough, and never wrong.
            Some((Some(last), count)) if value.is_some_and(|value| Text::ptr_eq(last, value)) => *count += 1,
            _ => self.0.push((value.cloned(), 1)),
        }
    }

    #[inline]
    fn push_word(&mut self, word: &str) {
        match self.0.last_mut() {
            Some((Some(last), count)) if **last == *word => *count += 1,
            _ => self.0.push((Some(word.into()), 1)),
        }
    }

    fn finish(&mut self) -> Part {
        let mut runs = std::mem::take(&mut self.0);
        if let [(value, _)] = &mut *runs {
            return Part::Same(value.take().map(Same::Text));
        }
        let values = runs.iter().flat_map(|(value, count)| std::iter::repeat_n(value.as_deref(), *count));
        Part::Values(Arc::new(values.collect::<StringArray>()))
    }
}

/// Puts the cells of one row into the builders of its columns. A missing value takes no time: what is missing is made up for when a
/// value follows, and most columns of most rows are empty. For the others what is inlined into the declaration of a table must be
/// small, one call by the kind of the cell, so that the compiler does inline it: one call for any cell of any kind took a
/// tenth of all the time of examining a database of messages.
struct Cells<'b> {
    row: usize,
    bytes: &'b mut usize,
    columns: std::slice::IterMut<'b, Builder>,
}

impl<'c> TakeCells<'c> for Cells<'_> {
    #[inline(always)]
    fn cell(&mut self, value: Value<'c>) {
        let Some(column) = self.columns.next() else { return };
        match value {
            Value::Null => {}
            Value::Text(text) => {
                *self.bytes += text.len();
                column.text(self.row, text);
            }
            Value::Int(number) => column.int(self.row, number),
            Value::Real(number) => column.real(self.row, number),
            Value::Bool(yes) => column.bool(self.row, yes),
            Value::Time(at) => column.time(self.row, at.0),
        }
    }
}

/// What one column says; of the kind that the table declares.
enum Builder {
    Text(Texts),
    Int(Values<i64>),
    /// As bits, of which two are equal or not.
    Real(Values<u64>),
    Bool(Values<bool>),
    Time(Values<i64>),
}

impl Builder {
    fn new(column: &Column) -> Builder {
        match column.column_type {
            ColumnType::Text => Builder::Text(Texts::default()),
            ColumnType::Int => Builder::Int(Values::default()),
            ColumnType::Real => Builder::Real(Values::default()),
            ColumnType::Bool => Builder::Bool(Values::default()),
            ColumnType::Time => Builder::Time(Values::default()),
        }
    }

    #[inline(never)]
    fn text(&mut self, row: usize, text: &str) {
        if let Builder::Text(column) = self {
            column.push(row, text);
        }
    }

    #[inline(never)]
    fn int(&mut self, row: usize, number: i64) {
        if let Builder::Int(column) = self {
            column.push(row, number);
        }
    }

    #[inline(never)]
    fn real(&mut self, row: usize, number: f64) {
        if let Builder::Real(column) = self {
            column.push(row, number.to_bits());
        }
    }

    #[inline(never)]
    fn bool(&mut self, row: usize, yes: bool) {
        if let Builder::Bool(column) = self {
            column.push(row, yes);
        }
    }

    #[inline(never)]
    fn time(&mut self, row: usize, at: i64) {
        if let Builder::Time(column) = self {
            column.push(row, at);
        }
    }

    /// The column of so many rows.
    fn finish(&mut self, rows: usize) -> Part {
        match self {
            Builder::Text(column) => column.finish(rows),
            Builder::Int(column) => {
                column.finish(rows, Same::Int, |all, nulls| Arc::new(Int64Array::new(all.into(), nulls)))
            }
            Builder::Real(column) => column.finish(rows, Same::Real, |all, nulls| {
                let all: Vec<f64> = all.into_iter().map(f64::from_bits).collect();
                Arc::new(Float64Array::new(all.into(), nulls))
            }),
            Builder::Bool(column) => {
                column.finish(rows, Same::Bool, |all, nulls| Arc::new(BooleanArray::new(all.into(), nulls)))
            }
            Builder::Time(column) => column.finish(rows, Same::Time, |all, nulls| {
                Arc::new(TimestampMillisecondArray::new(all.into(), nulls).with_timezone("UTC"))
            }),
        }
    }
}

/// A column of values of one size. While all of its rows say one thing, as marks that are hardly ever set do, that is kept once.
#[derive(Default)]
struct Values<T> {
    same: Option<(T, usize)>,
    values: Vec<T>,
    /// Rows that have none; what stands in their place says nothing.
    missing: Vec<Range<usize>>,
}

impl<T: Copy + Default + PartialEq> Values<T> {
    /// Takes the value of a row; those between it and the last have none.
    #[inline]
    fn push(&mut self, row: usize, value: T) {
        if self.values.is_empty() {
            match &mut self.same {
                Some((same, rows)) if *rows == row && *same == value => return *rows += 1,
                None if row == 0 => return self.same = Some((value, 1)),
                _ => self.spread(),
            }
        }
        if self.values.len() < row {
            self.skip(row);
        }
        self.values.push(value);
    }

    /// Puts what was kept once into each of its rows.
    #[inline(never)]
    fn spread(&mut self) {
        if let Some((same, rows)) = self.same.take() {
            self.values.resize(rows, same);
        }
    }

    #[inline(never)]
    fn skip(&mut self, row: usize) {
        self.missing.push(self.values.len()..row);
        self.values.resize(row, T::default());
    }

    fn finish(
        &mut self,
        rows: usize,
        once: impl FnOnce(T) -> Same,
        array: impl FnOnce(Vec<T>, Option<NullBuffer>) -> ArrayRef,
    ) -> Part {
        if let Some((same, _)) = self.same.take_if(|(_, same)| *same == rows) {
            return Part::Same(Some(once(same)));
        }
        self.spread();
        if self.values.is_empty() {
            return Part::Same(None);
        }
        if self.values.len() < rows {
            self.skip(rows);
        }
        // The next rows find as much room again; growing step by step would copy them twice.
        let values = std::mem::replace(&mut self.values, Vec::with_capacity(rows));
        let nulls = (!self.missing.is_empty()).then(|| {
            let mut present = BooleanBufferBuilder::new(rows);
            for missing in self.missing.drain(..) {
                present.append_n(missing.start - present.len(), true);
                present.append_n(missing.len(), false);
            }
            present.append_n(rows - present.len(), true);
            NullBuffer::new(present.finish())
        });
        Part::Values(array(values, nulls))
    }
}

/// A column of texts. While all of its rows say one thing, as those of a phone of one owner do, that is kept once.
#[derive(Default)]
struct Texts {
    same: Option<(Text, usize)>,
    values: StringBuilder,
    /// Rows in `values`.
    rows: usize,
}

impl Texts {
    fn push(&mut self, row: usize, text: &str) {
        if self.rows == 0 {
            match &mut self.same {
                Some((same, rows)) if *rows == row && **same == *text => return *rows += 1,
                None if row == 0 && text.len() <= SHORT => return self.same = Some((text.into(), 1)),
                _ => self.spread(),
            }
        }
        self.skip(row);
        self.values.append_value(text);
        self.rows = row + 1;
    }

    /// Rows before `row` that have no text.
    #[inline]
    fn skip(&mut self, row: usize) {
        if self.rows < row {
            self.values.append_nulls(row - self.rows);
            self.rows = row;
        }
    }

    /// Puts what was kept once into each of its rows.
    fn spread(&mut self) {
        if let Some((same, rows)) = self.same.take() {
            (0..rows).for_each(|_| self.values.append_value(&same));
            self.rows = rows;
        }
    }

    fn finish(&mut self, rows: usize) -> Part {
        if let Some((same, _)) = self.same.take_if(|(_, same)| *same == rows) {
            return Part::Same(Some(Same::Text(same)));
        }
        self.spread();
        if self.rows == 0 {
            return Part::Same(None);
        }
        self.skip(rows);
        self.rows = 0;
        let done = self.values.finish();
        // As for values of one size.
        let bytes = done.value_data().len();
        self.values = StringBuilder::with_capacity(rows, bytes + bytes / 8);
        Part::Values(Arc::new(done))
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::Array;
    use custodia_model::Time;
    use custodia_model::tables::Message;

    use super::*;

    fn part<'b>(batch: &'b Batch, table: usize, column: &str) -> &'b Part {
        let place = TABLES[table].columns.iter().position(|declared| declared.name == column).unwrap();
        &batch.parts[custodia_model::origin::ORIGIN.len() + place]
    }

    #[test]
    fn what_is_missing_stays_missing_and_what_is_the_same_is_kept_once() {
        let table = Row::from(Message::default()).table();
        let mut columns = Columns::new(table);
        let label: Text = "P".into();
        for round in 0..2 {
            for at in 0..100_i64 {
                let row = Message {
                    owner: Some("O".into()),
                    chat: if at < 50 { "one".into() } else { "other".into() },
                    sender: (at % 7 == 3).then(|| at.to_string().as_str().into()),
                    sent: (at % 3 == 1).then_some(Time(at + round)),
                    starred: at % 2 == 0,
                    code: 7,
                    server_received: Some(Time(5)),
                    status: (at < 99).then_some(3),
                    revoked_by: (at == 0).then(|| "only the first".into()),
                    ..Message::default()
                };
                columns.push(&Origin::file("/f".into()), &row.into());
            }
            let batch = columns.finish(&label);
            assert_eq!(batch.rows, 100);
            assert!(matches!(part(&batch, table, "owner"), Part::Same(Some(Same::Text(owner))) if &**owner == "O"));
            assert!(matches!(part(&batch, table, "received"), Part::Same(None)));
            assert!(matches!(part(&batch, table, "forwarded"), Part::Same(Some(Same::Bool(false)))));
            assert!(matches!(part(&batch, table, "code"), Part::Same(Some(Same::Int(7)))));
            assert!(matches!(part(&batch, table, "server_received"), Part::Same(Some(Same::Time(5)))));
            let Part::Values(status) = part(&batch, table, "status") else { panic!("all the same") };
            let status = status.as_any().downcast_ref::<Int64Array>().unwrap();
            assert_eq!((status.null_count(), status.value(0), status.value(98)), (1, 3, 3));
            let Part::Values(sent) = part(&batch, table, "sent") else { panic!("all the same") };
            let sent = sent.as_any().downcast_ref::<TimestampMillisecondArray>().unwrap();
            let Part::Values(starred) = part(&batch, table, "starred") else { panic!("all the same") };
            let starred = starred.as_any().downcast_ref::<BooleanArray>().unwrap();
            let text = |column| match part(&batch, table, column) {
                Part::Values(values) => values.as_any().downcast_ref::<StringArray>().unwrap().clone(),
                Part::Same(_) => panic!("{column}: all the same"),
            };
            let (chat, sender, revoked_by) = (text("chat"), text("sender"), text("revoked_by"));
            assert_eq!([sent.len(), starred.len(), chat.len(), sender.len(), revoked_by.len()], [100; 5]);
            for at in 0..100 {
                let number = at as i64;
                assert_eq!(sent.is_valid(at).then(|| sent.value(at)), (at % 3 == 1).then_some(number + round));
                assert_eq!(starred.value(at), at % 2 == 0);
                assert_eq!(chat.value(at), if at < 50 { "one" } else { "other" });
                assert_eq!(
                    sender.is_valid(at).then(|| sender.value(at).to_owned()),
                    (at % 7 == 3).then(|| at.to_string())
                );
                assert_eq!(revoked_by.is_valid(at), at == 0);
            }
        }
    }

    #[test]
    fn long_texts_are_encoded_before_they_are_too_many() {
        let mut columns = Columns::new(Row::from(Message::default()).table());
        let row: Row = Message { text: Some("x".repeat(BYTES / 4).as_str().into()), ..Message::default() }.into();
        for _ in 0..3 {
            columns.push(&Origin::file("/f".into()), &row);
            assert!(!columns.is_full());
        }
        columns.push(&Origin::file("/f".into()), &row);
        assert!(columns.is_full());
        let batch = columns.finish(&"P".into());
        assert_eq!(batch.rows, 4);
        assert!(matches!(part(&batch, row.table(), "text"), Part::Values(_)));
        assert!(columns.is_empty() && !columns.is_full());
    }
}
