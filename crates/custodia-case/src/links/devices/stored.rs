//! Single columns of a bundle's tables, without the way over Arrow: for three hundred devices, opening a table and making arrays of
//! its columns would take longer than counting what is in them.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::Int64Type;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::column::reader::{ColumnReaderImpl, get_column_reader};
use parquet::data_type::{ByteArrayType, DataType};
use parquet::errors::{ParquetError, Result as Parquet};
use parquet::file::metadata::{
    ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, ParquetStatisticsPolicy,
};
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;

use crate::CaseError;
use crate::links::utf8;

/// Bytes at the end of a file that hold what the file says of itself, as a rule.
const TAIL: u64 = 16 << 10;

/// Values that are read at a time.
const AT_ONCE: usize = 1 << 16;

/// Adds the numbers of a column; whether some rows have none.
pub fn numbers(path: &Path, column: &str, into: &mut Vec<i64>) -> Result<bool, CaseError> {
    values::<parquet::data_type::Int64Type>(path, column, into)
}

/// Hands every text of a column to `take`.
pub fn each_text(path: &Path, column: &str, take: &mut dyn FnMut(&str)) -> Result<(), CaseError> {
    let mut texts = Vec::new();
    values::<ByteArrayType>(path, column, &mut texts)?;
    texts.iter().filter_map(|text| text.as_utf8().ok()).for_each(take);
    Ok(())
}

/// Hands the texts of rows without a number to `take`.
pub fn texts_without(path: &Path, text: &str, number: &str, take: &mut dyn FnMut(&str)) -> Result<(), CaseError> {
    let file = File::open(path).map_err(CaseError::io(path, "opening a table"))?;
    let failed = |why: String| CaseError::Parquet { path: PathBuf::from(path), why };
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|why| failed(why.to_string()))?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), [text, number]);
    for batch in builder.with_projection(mask).build().map_err(|why| failed(why.to_string()))? {
        let batch = batch.map_err(|why| failed(why.to_string()))?;
        // Columns come in the order of the file, whatever the order asked for.
        let at = |name: &str| batch.schema().index_of(name).map_err(|why| failed(why.to_string()));
        let (texts, numbers) = (utf8(&batch, at(text)?)?, batch.column(at(number)?));
        let Some(numbers) = numbers.as_primitive_opt::<Int64Type>() else {
            return Err(failed(format!("{number}: expected a column of numbers")));
        };
        let lacking = (0..batch.num_rows()).filter(|place| numbers.is_null(*place));
        lacking.for_each(|place| take(texts.as_string::<i32>().value(place)));
    }
    Ok(())
}

fn values<T: DataType>(path: &Path, column: &str, into: &mut Vec<T::T>) -> Result<bool, CaseError> {
    let file = File::open(path).map_err(CaseError::io(path, "opening a table"))?;
    let length = file.metadata().map_err(CaseError::io(path, "opening a table"))?.len();
    read::<T>(&Stretches { file, length }, column, into)
        .map_err(|why| CaseError::Parquet { path: path.into(), why: why.to_string() })
}

fn read<T: DataType>(file: &Stretches, column: &str, into: &mut Vec<T::T>) -> Parquet<bool> {
    let about = file.about()?;
    let columns = about.file_metadata().schema_descr().columns();
    let Some(at) = columns.iter().position(|described| described.name() == column) else {
        return Err(ParquetError::General(format!("it has no column {column:?}")));
    };
    let mut lacking = false;
    let mut levels = Vec::new();
    for group in about.row_groups() {
        let chunk = group.column(at);
        let (begin, length) = chunk.byte_range();
        let bytes =
            Arc::new(Stretch { bytes: file.get_bytes(begin, usize::try_from(length).unwrap_or(usize::MAX))?, begin });
        let rows = usize::try_from(group.num_rows()).unwrap_or_default();
        let pages = SerializedPageReader::new(bytes, chunk, rows, None)?;
        let reader = get_column_reader(chunk.column_descr_ptr(), Box::new(pages));
        let Some(mut reader): Option<ColumnReaderImpl<T>> = T::get_column_reader(reader) else {
            return Err(ParquetError::General(format!("its column {column:?} is of another type")));
        };
        loop {
            levels.clear();
            let (records, values, _) = reader.read_records(AT_ONCE, Some(&mut levels), None, into)?;
            lacking |= values < records;
            if records == 0 {
                break;
            }
        }
    }
    Ok(lacking)
}

/// A file that is read by places: the library's way over a file takes a handle of its own and sets it for every stretch.
struct Stretches {
    file: File,
    length: u64,
}

impl Stretches {
    /// What the file says of itself, without its statistics.
    fn about(&self) -> Parquet<ParquetMetaData> {
        let begin = self.length.saturating_sub(TAIL);
        let tail = Stretch { bytes: self.get_bytes(begin, (self.length - begin) as usize)?, begin };
        let options = ParquetMetaDataOptions::new()
            .with_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll)
            .with_column_stats_policy(ParquetStatisticsPolicy::SkipAll)
            .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll);
        let reader = || ParquetMetaDataReader::new().with_metadata_options(Some(options.clone()));
        // What is longer than the tail is read as a whole.
        reader().parse_and_finish(&tail).or_else(|_| {
            let bytes = self.get_bytes(0, usize::try_from(self.length).unwrap_or(usize::MAX))?;
            reader().parse_and_finish(&bytes)
        })
    }

    fn get_bytes(&self, begin: u64, length: usize) -> Parquet<Bytes> {
        // Never more than the file has: what a damaged file says of itself is no measure for memory.
        if begin.checked_add(length as u64).is_none_or(|end| end > self.length) {
            return Err(ParquetError::EOF(format!("expected {length} bytes at byte {begin}, it has {}", self.length)));
        }
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, begin)?;
        Ok(bytes.into())
    }
}

/// A stretch of a file that is asked by places of the file.
struct Stretch {
    bytes: Bytes,
    begin: u64,
}

impl Stretch {
    fn at(&self, place: u64) -> Parquet<usize> {
        let at = place.checked_sub(self.begin).and_then(|at| usize::try_from(at).ok());
        at.filter(|at| *at <= self.bytes.len())
            .ok_or_else(|| ParquetError::EOF(format!("nothing is read at byte {place}")))
    }
}

impl Length for Stretch {
    fn len(&self) -> u64 {
        self.begin + self.bytes.len() as u64
    }
}

impl ChunkReader for Stretch {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> Parquet<Self::T> {
        Ok(self.bytes.slice(self.at(start)?..).reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> Parquet<Bytes> {
        let begin = self.at(start)?;
        match begin.checked_add(length) {
            Some(end) if end <= self.bytes.len() => Ok(self.bytes.slice(begin..end)),
            _ => Err(ParquetError::EOF(format!("expected {length} bytes at byte {start}"))),
        }
    }
}
