//! One table of a bundle as Parquet. A column that says the same in all rows of a row group, such as the path of the file they
//! come from, is encoded once and put into every row group that it fills: encoding each of its values took more time than
//! encoding the texts of a million messages.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray,
    new_null_array,
};
use arrow::datatypes::{Field, FieldRef, Schema, SchemaRef};
use bytes::Bytes;
use custodia_model::Text;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;

/// Rows of one Parquet row group: the unit that is held in memory while it is encoded.
pub const ROW_GROUP: usize = 128 * 1024;

/// Bytes of text after which a row group ends with fewer rows.
const ROW_GROUP_BYTES: usize = 64 << 20;

/// Some rows, column by column.
pub struct Batch {
    /// How many.
    pub rows: usize,
    /// Of their texts.
    pub bytes: usize,
    /// One for each column of the schema.
    pub parts: Vec<Part>,
}

/// What one column says in some rows.
pub enum Part {
    /// The same in all of them, or nothing.
    Same(Option<Same>),
    /// A value for each.
    Values(ArrayRef),
}

/// What all rows of a column say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Same {
    /// UTF-8.
    Text(Text),
    /// 64-bit integer.
    Int(i64),
    /// Bits of a 64-bit float.
    Real(u64),
    /// Yes or no.
    Bool(bool),
    /// Milliseconds since 1970 in UTC.
    Time(i64),
}

/// Writes one table.
pub struct TableWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    writers: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
    properties: WriterProperties,
    group: Option<Group>,
    /// By column, the last one that filled a row group with one value.
    same: Vec<Option<Encoded>>,
}

/// The row group at hand.
struct Group {
    rows: usize,
    /// Of texts.
    bytes: usize,
    writers: Vec<ArrowColumnWriter>,
    /// By column, what all of its rows say so far; none where they differ and went to the column's writer.
    same: Vec<Option<Option<Same>>>,
}

/// A column of one row group that says one thing.
struct Encoded {
    value: Option<Same>,
    bytes: Bytes,
    close: ColumnCloseResult,
}

impl<W: Write + Send> TableWriter<W> {
    /// Begins a table. The properties ask for no index of pages: a column that is put in as a whole brings none.
    pub fn new(to: W, schema: SchemaRef, properties: WriterProperties) -> Result<TableWriter<W>> {
        let writer = ArrowWriter::try_new(to, schema.clone(), Some(properties.clone()))?;
        let (file, writers) = writer.into_serialized_writer()?;
        let same = schema.fields().iter().map(|_| None).collect();
        Ok(TableWriter { file, writers, schema, properties, group: None, same })
    }

    /// Takes rows. A row group ends with the batch that fills it.
    pub fn write(&mut self, batch: Batch) -> Result<()> {
        let group = match &mut self.group {
            Some(group) => group,
            none => none.insert(Group {
                rows: 0,
                bytes: 0,
                writers: self.writers.create_column_writers(self.file.flushed_row_groups().len())?,
                same: self.schema.fields().iter().map(|_| Some(None)).collect(),
            }),
        };
        let columns = self.schema.fields().iter().zip(&mut group.same).zip(&mut group.writers);
        for (((field, same), writer), part) in columns.zip(batch.parts) {
            match (part, &mut *same) {
                (Part::Same(value), Some(held)) if group.rows == 0 || *held == value => *held = value,
                (part, held) => {
                    if let Some(value) = held.take().filter(|_| group.rows > 0) {
                        put_same(writer, field, value.as_ref(), group.rows)?;
                    }
                    match part {
                        Part::Same(value) => put_same(writer, field, value.as_ref(), batch.rows)?,
                        Part::Values(values) => put(writer, field, &values)?,
                    }
                }
            }
        }
        group.rows += batch.rows;
        group.bytes = group.bytes.saturating_add(batch.bytes);
        if group.rows >= ROW_GROUP || group.bytes >= ROW_GROUP_BYTES { self.flush() } else { Ok(()) }
    }

    /// Writes what is left, and the end of the file.
    pub fn close(mut self) -> Result<()> {
        self.flush()?;
        self.file.close().map(|_| ())
    }

    fn flush(&mut self) -> Result<()> {
        let Some(group) = self.group.take() else { return Ok(()) };
        let mut row_group = self.file.next_row_group()?;
        let columns = self.schema.fields().iter().zip(group.same).zip(group.writers).zip(&mut self.same);
        for (((field, same), mut writer), encoded) in columns {
            match same {
                Some(value) if group.rows == ROW_GROUP => {
                    let encoded = match encoded.take().filter(|encoded| encoded.value == value) {
                        Some(known) => encoded.insert(known),
                        None => encoded.insert(Encoded::new(field, value, &self.properties)?),
                    };
                    row_group.append_column(&encoded.bytes, encoded.close.clone())?;
                    continue;
                }
                Some(value) => put_same(&mut writer, field, value.as_ref(), group.rows)?,
                None => {}
            }
            writer.close()?.append_to_row_group(&mut row_group)?;
        }
        row_group.close().map(|_| ())
    }
}

impl Encoded {
    /// Encodes a column of one full row group, by way of a file in memory that has no other.
    fn new(field: &FieldRef, value: Option<Same>, properties: &WriterProperties) -> Result<Encoded> {
        let schema = Arc::new(Schema::new(vec![field.clone()]));
        let mut bytes = Vec::new();
        let mut file = ArrowWriter::try_new(&mut bytes, schema.clone(), Some(properties.clone()))?;
        for rows in steps(value.as_ref(), ROW_GROUP) {
            file.write(&RecordBatch::try_new(schema.clone(), vec![repeated(field, value.as_ref(), rows)])?)?;
        }
        let metadata = file.close()?;
        let column = metadata.row_groups().first().and_then(|group| group.columns().first()).cloned();
        let metadata = column.ok_or_else(|| ParquetError::General("expected one column, found none".into()))?;
        let close = ColumnCloseResult {
            bytes_written: metadata.compressed_size().unsigned_abs(),
            rows_written: ROW_GROUP as u64,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        Ok(Encoded { value, bytes: bytes.into(), close })
    }
}

/// Rows in which one value is repeated at a time, and the bytes that they may take: what they take is still in the cache, and of a
/// long value, which evidence chose, a whole row group would take more than there is.
const STEP: usize = 4 * 1024;
const STEP_BYTES: usize = 1 << 20;

/// So many rows, in steps.
fn steps(value: Option<&Same>, rows: usize) -> impl Iterator<Item = usize> + use<> {
    let length = if let Some(Same::Text(text)) = value { text.len() } else { 1 };
    let step = (STEP_BYTES / length.max(1)).clamp(1, STEP);
    (0..rows).step_by(step).map(move |from| step.min(rows - from))
}

/// A column that says one thing.
fn repeated(field: &Field, value: Option<&Same>, rows: usize) -> ArrayRef {
    match value {
        Some(Same::Text(text)) => Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, rows))),
        Some(Same::Int(number)) => Arc::new(Int64Array::from_value(*number, rows)),
        Some(Same::Real(bits)) => Arc::new(Float64Array::from_value(f64::from_bits(*bits), rows)),
        Some(Same::Bool(yes)) => Arc::new(BooleanArray::from(vec![*yes; rows])),
        Some(Same::Time(at)) => Arc::new(TimestampMillisecondArray::from_value(*at, rows).with_timezone("UTC")),
        None => new_null_array(field.data_type(), rows),
    }
}

fn put_same(writer: &mut ArrowColumnWriter, field: &Field, value: Option<&Same>, rows: usize) -> Result<()> {
    steps(value, rows).try_for_each(|rows| put(writer, field, &repeated(field, value, rows)))
}

fn put(writer: &mut ArrowColumnWriter, field: &Field, values: &ArrayRef) -> Result<()> {
    compute_leaves(field, values)?.iter().try_for_each(|leaf| writer.write(leaf))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, AsArray};
    use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit, TimestampMillisecondType};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::file::properties::EnabledStatistics;

    use super::*;

    fn text(text: &str) -> Same {
        Same::Text(text.into())
    }

    #[test]
    fn long_values_are_repeated_in_short_steps() {
        assert_eq!(steps(None, 3 * STEP + 1).collect::<Vec<_>>(), [STEP, STEP, STEP, 1]);
        assert_eq!(steps(Some(&text("square")), STEP).collect::<Vec<_>>(), [STEP]);
        assert_eq!(steps(Some(&text(&"x".repeat(STEP_BYTES / 2))), 5).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(steps(Some(&text(&"x".repeat(2 * STEP_BYTES))), 2).collect::<Vec<_>>(), [1, 1]);
        assert_eq!(steps(Some(&text("")), 0).count(), 0);
    }

    /// Three row groups and a part of one: of one word, of the same word, of two words, of nothing.
    #[test]
    fn what_is_encoded_once_reads_as_if_each_value_had_been() {
        let zone = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
        let fields = [
            ("word", DataType::Utf8, true),
            ("none", DataType::Int64, true),
            ("number", DataType::Int64, false),
            ("code", DataType::Int64, true),
            ("share", DataType::Float64, true),
            ("mark", DataType::Boolean, false),
            ("at", zone, true),
        ];
        let schema = Schema::new(fields.map(|(name, kind, nullable)| Field::new(name, kind, nullable)).to_vec());
        let properties = WriterProperties::builder()
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .build();
        let mut bytes = Vec::new();
        let mut table = TableWriter::new(&mut bytes, Arc::new(schema), properties).unwrap();
        let whole = ROW_GROUP / STEP;
        let words = |batch: usize| match batch / whole {
            0 | 1 => Some("square"),
            2 if batch % whole < 3 => Some("square"),
            2 => Some("circle"),
            _ => None,
        };
        for batch in 0..3 * whole + 1 {
            let from = (batch * STEP) as i64;
            let numbers = Int64Array::from_iter_values(from..from + STEP as i64);
            let others = [Same::Int(-1), Same::Real(f64::NAN.to_bits()), Same::Bool(true), Same::Time(5)];
            let mut parts = vec![Part::Same(words(batch).map(text)), Part::Same(None), Part::Values(Arc::new(numbers))];
            parts.extend(others.map(|other| Part::Same(Some(other))));
            table.write(Batch { rows: STEP, bytes: 0, parts }).unwrap();
        }
        table.close().unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes)).unwrap();
        let groups: Vec<i64> = reader.metadata().row_groups().iter().map(|group| group.num_rows()).collect();
        assert_eq!(groups, [ROW_GROUP, ROW_GROUP, ROW_GROUP, STEP].map(|rows| rows as i64));
        let mut met = 0;
        for rows in reader.with_batch_size(STEP).build().unwrap() {
            let rows = rows.unwrap();
            let word = rows.column(0).as_any().downcast_ref::<StringArray>().unwrap();
            let number = rows.column(2).as_any().downcast_ref::<Int64Array>().unwrap();
            for row in 0..rows.num_rows() {
                assert_eq!(word.is_valid(row).then(|| word.value(row)), words(met / STEP));
                assert_eq!(number.value(row), met as i64);
                met += 1;
            }
            assert_eq!(rows.column(1).null_count(), rows.num_rows());
            assert!(rows.column(3).as_primitive::<Int64Type>().iter().all(|code| code == Some(-1)));
            assert!(rows.column(4).as_primitive::<Float64Type>().iter().all(|share| share.is_some_and(f64::is_nan)));
            assert_eq!(rows.column(5).as_boolean().true_count(), rows.num_rows());
            let at = rows.column(6).as_primitive::<TimestampMillisecondType>();
            assert!(at.iter().all(|at| at == Some(5)));
        }
        assert_eq!(met, (3 * whole + 1) * STEP);
    }

    /// A row group is held in memory until it is full, and evidence decides how long a text is.
    #[test]
    fn long_texts_end_a_row_group() {
        let schema = Arc::new(Schema::new(vec![Field::new("number", DataType::Int64, false)]));
        let mut bytes = Vec::new();
        let mut table = TableWriter::new(&mut bytes, schema, WriterProperties::builder().build()).unwrap();
        for number in 0..5 {
            let parts = vec![Part::Same(Some(Same::Int(number)))];
            table.write(Batch { rows: 2, bytes: ROW_GROUP_BYTES / 2, parts }).unwrap();
        }
        table.close().unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes)).unwrap();
        let groups: Vec<i64> = reader.metadata().row_groups().iter().map(|group| group.num_rows()).collect();
        assert_eq!(groups, [4, 4, 2]);
    }
}
