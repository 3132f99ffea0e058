//! A column that says the same in all rows of a row group, such as the path of the file they come from: encoding each of its values took
//! more time than encoding the texts of a million messages. Its pages say one thing too, so that two are encoded and put in as often as
//! there are rows for them.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray,
    new_null_array,
};
use arrow::datatypes::{Field, FieldRef, Schema};
use bytes::Bytes;
use custodia_model::Text;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnWriter, compute_leaves};
use parquet::basic::PageType;
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, PageEncodingStats};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

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

/// Rows of one page.
const PAGE_ROWS: usize = 4 * 1024;

/// Rows from which on encoding a column apart from the others pays.
pub const WORTH: usize = 4 * PAGE_ROWS;

/// Bytes of a text in pages that are put in several times; longer ones, which evidence chose, may take several pages each.
const SHORT: usize = 1024;

/// A column of one row group that says one thing, as it stands in a file.
pub struct Encoded {
    /// What it says.
    pub value: Option<Same>,
    /// How often.
    pub rows: usize,
    /// Its pages.
    pub bytes: Bytes,
    /// What is said of them.
    pub close: ColumnCloseResult,
}

/// A chunk of a column: a dictionary, where there is one, and pages.
struct Chunk {
    dictionary: Bytes,
    pages: Bytes,
    metadata: ColumnChunkMetaData,
}

impl Encoded {
    /// Encodes so many rows. Statistics are left out: of one value they say no more than its page.
    pub fn new(field: &FieldRef, value: Option<Same>, rows: usize, properties: &WriterProperties) -> Result<Encoded> {
        let properties = properties.clone().into_builder().set_data_page_row_count_limit(PAGE_ROWS);
        let properties = properties.set_statistics_enabled(EnabledStatistics::None).build();
        let encode = |rows| Chunk::new(field, value.as_ref(), rows, &properties);
        let long = matches!(&value, Some(Same::Text(text)) if text.len() > SHORT);
        let repeated = if rows < WORTH || long { None } else { repeated_pages(rows / PAGE_ROWS, rows, encode)? };
        let Chunk { dictionary, pages, metadata } = match repeated {
            Some(chunk) => chunk,
            None => encode(rows)?,
        };
        let close = ColumnCloseResult {
            bytes_written: metadata.compressed_size().unsigned_abs(),
            rows_written: rows as u64,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        Ok(Encoded { value, rows, bytes: [&*dictionary, &*pages].concat().into(), close })
    }
}

impl Chunk {
    /// By way of a file in memory that has no other.
    fn new(field: &FieldRef, value: Option<&Same>, rows: usize, properties: &WriterProperties) -> Result<Chunk> {
        let schema = Arc::new(Schema::new(vec![field.clone()]));
        let properties = properties.clone().into_builder().set_max_row_group_row_count(Some(rows)).build();
        let mut bytes = Vec::new();
        let mut file = ArrowWriter::try_new(&mut bytes, schema.clone(), Some(properties))?;
        for rows in steps(value, rows) {
            file.write(&RecordBatch::try_new(schema.clone(), vec![repeated(field, value, rows)])?)?;
        }
        let metadata = file.close()?;
        let odd = || ParquetError::General("expected one column of one row group, found another file".into());
        let column = metadata.row_groups().first().and_then(|group| group.columns().first()).ok_or_else(odd)?;
        let (data, length) = (column.data_page_offset(), column.compressed_size());
        let start = column.dictionary_page_offset().unwrap_or(data);
        let [start, data, end] =
            [start, data, start.saturating_add(length)].map(|at| usize::try_from(at).unwrap_or(usize::MAX));
        if metadata.num_row_groups() != 1 || start > data || data > end || end > bytes.len() {
            return Err(odd());
        }
        let bytes = Bytes::from(bytes);
        let (dictionary, pages) = (bytes.slice(start..data), bytes.slice(data..end));
        let metadata = placed(column.clone(), dictionary.len())?;
        Ok(Chunk { dictionary, pages, metadata })
    }
}

/// So many full pages and what is left, made of one page and its rest; none where the pages of two are not twice that of one, since then
/// something is not as it is taken to be here.
fn repeated_pages(pages: usize, rows: usize, encode: impl Fn(usize) -> Result<Chunk>) -> Result<Option<Chunk>> {
    let (one, two) = (encode(PAGE_ROWS)?, encode(2 * PAGE_ROWS)?);
    let rest = match rows % PAGE_ROWS {
        0 => None,
        rest => Some(encode(rest)?),
    };
    let as_expected = one.dictionary == two.dictionary
        && *two.pages == *[&*one.pages, &*one.pages].concat()
        && rest.as_ref().is_none_or(|rest| rest.dictionary == one.dictionary);
    if !as_expected {
        return Ok(None);
    }
    let plain = |chunk: &Chunk| chunk.metadata.uncompressed_size();
    let of_page = plain(&two) - plain(&one);
    // What is not said of pages is said of the dictionary.
    let of_rest = rest.as_ref().map_or(0, |rest| plain(rest) - (plain(&one) - of_page));
    let count = i64::try_from(pages).unwrap_or(i64::MAX);
    let parts = std::iter::repeat_n(&one.pages, pages).chain(rest.as_ref().map(|rest| &rest.pages));
    let all: Vec<u8> = parts.flat_map(|part| part.iter().copied()).collect();
    let stats: Vec<PageEncodingStats> = one.metadata.page_encoding_stats().cloned().unwrap_or_default();
    let stats = stats.into_iter().map(|stats| match stats.page_type {
        PageType::DICTIONARY_PAGE => stats,
        _ => PageEncodingStats {
            count: stats.count * i32::try_from(pages + usize::from(rest.is_some())).unwrap_or(i32::MAX),
            ..stats
        },
    });
    let length = one.dictionary.len() + all.len();
    let metadata = one.metadata.clone().into_builder();
    let metadata = metadata
        .set_num_values(i64::try_from(rows).unwrap_or(i64::MAX))
        .set_total_compressed_size(i64::try_from(length).unwrap_or(i64::MAX))
        .set_total_uncompressed_size(plain(&one) + (count - 1) * of_page + of_rest)
        .set_page_encoding_stats(stats.collect())
        .build()?;
    Ok(Some(Chunk { dictionary: one.dictionary, pages: all.into(), metadata }))
}

/// The same of a chunk that stands at the very beginning.
fn placed(metadata: ColumnChunkMetaData, dictionary: usize) -> Result<ColumnChunkMetaData> {
    let has_dictionary = metadata.dictionary_page_offset().is_some();
    let builder = metadata.into_builder().set_dictionary_page_offset(has_dictionary.then_some(0));
    builder.set_data_page_offset(i64::try_from(dictionary).unwrap_or(i64::MAX)).build()
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

/// Puts so many rows that say one thing into a column that says others too.
pub fn put_same(writer: &mut ArrowColumnWriter, field: &Field, value: Option<&Same>, rows: usize) -> Result<()> {
    steps(value, rows).try_for_each(|rows| put(writer, field, &repeated(field, value, rows)))
}

/// Puts values into a column.
pub fn put(writer: &mut ArrowColumnWriter, field: &Field, values: &ArrayRef) -> Result<()> {
    compute_leaves(field, values)?.iter().try_for_each(|leaf| writer.write(leaf))
}

#[cfg(test)]
mod tests {
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

    /// Pages that are put in several times are those that the library would have written.
    #[test]
    fn repeated_pages_are_as_if_each_had_been_encoded() {
        use arrow::datatypes::{DataType, TimeUnit};
        use parquet::basic::Compression;
        let zone = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
        let plain = WriterProperties::builder().set_compression(Compression::LZ4_RAW);
        let without_dictionary = plain.clone().set_dictionary_enabled(false);
        for properties in [plain, without_dictionary] {
            let properties = properties
                .set_statistics_enabled(EnabledStatistics::None)
                .set_offset_index_disabled(true)
                .set_data_page_row_count_limit(PAGE_ROWS)
                .build();
            for (kind, nullable, value) in [
                (DataType::Utf8, true, Some(text("square"))),
                (DataType::Utf8, false, Some(text(""))),
                (DataType::Utf8, true, Some(text(&"x".repeat(SHORT)))),
                (DataType::Utf8, true, None),
                (DataType::Int64, true, Some(Same::Int(-1))),
                (DataType::Int64, true, None),
                (DataType::Float64, true, Some(Same::Real(f64::NAN.to_bits()))),
                (DataType::Boolean, false, Some(Same::Bool(true))),
                (DataType::Boolean, true, None),
                (zone.clone(), true, Some(Same::Time(5))),
            ] {
                let field: FieldRef = Arc::new(Field::new("column", kind, nullable));
                for rows in [4 * PAGE_ROWS, 5 * PAGE_ROWS + 1, 131_072, 111_796] {
                    let what = format!("{field:?} {value:?} {rows}");
                    let plain = Chunk::new(&field, value.as_ref(), rows, &properties).unwrap();
                    let short = value != Some(text(&"x".repeat(SHORT)));
                    let encode = |rows| Chunk::new(&field, value.as_ref(), rows, &properties);
                    if let Some(repeated) = repeated_pages(rows / PAGE_ROWS, rows, encode).unwrap() {
                        assert_eq!(repeated.dictionary, plain.dictionary, "{what}");
                        assert!(repeated.pages == plain.pages, "{what}");
                        assert_eq!(repeated.metadata, plain.metadata, "{what}");
                    } else {
                        assert!(!short, "nothing was repeated: {what}");
                    }
                }
            }
        }
    }
}
