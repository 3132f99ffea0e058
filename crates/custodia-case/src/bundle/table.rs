//! One table of a bundle as Parquet. A column that says the same in all rows of a row group is encoded once and put into every row
//! group that it fills; see [`same`](super::same).

use std::io::Write;

use arrow::array::ArrayRef;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;

use super::same::{Encoded, Same, WORTH, put, put_same};

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
            if let Some(value) = same {
                if group.rows < WORTH {
                    put_same(&mut writer, field, value.as_ref(), group.rows)?;
                    writer.close()?.append_to_row_group(&mut row_group)?;
                    continue;
                }
                let encoded = match encoded.take().filter(|known| known.rows == group.rows && known.value == value) {
                    Some(known) => encoded.insert(known),
                    None => encoded.insert(Encoded::new(field, value, group.rows, &self.properties)?),
                };
                row_group.append_column(&encoded.bytes, encoded.close.clone())?;
                continue;
            }
            writer.close()?.append_to_row_group(&mut row_group)?;
        }
        row_group.close().map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Array, AsArray, Int64Array, StringArray};
    use arrow::datatypes::{DataType, Field, Float64Type, Int64Type, Schema, TimeUnit, TimestampMillisecondType};
    use bytes::Bytes;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::file::properties::EnabledStatistics;

    use super::*;

    const STEP: usize = 4 * 1024;

    fn text(text: &str) -> Same {
        Same::Text(text.into())
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
