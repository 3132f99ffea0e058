//! Makes the file that pages are read from, column by column, so that only one of them is in memory at a time.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use arrow::array::{ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};

use super::Kind;
use super::order::{Key, sort};
use super::store::{Footer, Half, MAGIC, Placed, int_bytes, real_bytes, split};
use crate::CaseError;
use crate::distinct::Distinct;
use crate::questions::Source;

/// Rows that are read at a time.
const BATCH: usize = 32 << 10;

/// Half of a column in the order of the source, with its values written already.
struct Begun {
    half: Half,
    /// Where its numbers stand in the scratch file.
    scratch: u64,
}

/// Writes the file.
pub(super) fn build(path: &Path, rows: &Source) -> Result<(), CaseError> {
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder).map_err(CaseError::io(folder, "making the cache"))?;
    let written = || CaseError::io(path, "writing the cache");
    let parquet = |why: parquet::errors::ParquetError| CaseError::Parquet { path: path.into(), why: why.to_string() };
    let mut sources = Vec::new();
    let mut count = 0_usize;
    for file in &rows.files {
        let open = File::open(file).map_err(CaseError::io(file, "opening a table"))?;
        let metadata = ArrowReaderMetadata::load(&open, Default::default()).map_err(parquet)?;
        count += usize::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(0);
        sources.push((file, metadata));
    }
    if u32::try_from(count).is_err() {
        return Err(CaseError::Case(format!("{}: {count} rows; pages hold {} at most", path.display(), u32::MAX)));
    }
    let scratch = tempfile::tempfile_in(folder).map_err(written())?;
    let named = tempfile::NamedTempFile::new_in(folder).map_err(written())?;
    let mut out = Out { writer: BufWriter::with_capacity(1 << 20, named), at: 0 };
    out.put(MAGIC).map_err(written())?;
    let mut used = 0_u64;
    let mut permutation: Vec<u32> = (0..count as u32).collect();
    // Rows that the order leaves beside each other in any order: the other columns decide, so that a page never depends on
    // the threads that made the rows.
    let mut ties: Vec<(usize, usize)> = Vec::new();
    let first: Vec<usize> = rows
        .order
        .iter()
        .filter_map(|(name, _)| rows.schema.fields().iter().position(|field| field.name() == name))
        .collect();
    let others = (0..rows.schema.fields().len()).filter(|column| !first.contains(column));
    let mut keys: Vec<Key> = Vec::new();
    let mut columns: Vec<(usize, Kind, Begun, Option<Begun>)> = Vec::new();
    for (turn, column) in first.iter().copied().chain(others).enumerate() {
        let field = rows.schema.field(column);
        let kind = kind_of(field.data_type());
        let numbered = kind == Kind::Text && (field.name() == "origin" || field.name().ends_with("_origin"));
        let mut halves = vec![(Distinct::default(), Vec::with_capacity(count))];
        if numbered {
            halves.push((Distinct::default(), Vec::with_capacity(count)));
        }
        for (file, metadata) in &sources {
            read_column(file, metadata, field.name(), kind, &mut halves).map_err(parquet)?;
        }
        let mut begun = Vec::new();
        let mut sorted_halves = Vec::new();
        for (interner, mut codes) in halves {
            let (sorted, ranks) = interner.ranks();
            codes.iter_mut().for_each(|code| *code = ranks[*code as usize]);
            let half = values(&mut out, &interner, &sorted).map_err(written())?;
            let bytes = narrowed(&codes, half.width);
            scratch.write_all_at(&bytes, used).map_err(written())?;
            begun.push(Begun { half, scratch: used });
            used += bytes.len() as u64;
            sorted_halves.push(codes);
        }
        if turn < first.len() {
            let down = rows.order[turn].1;
            for (codes, begun) in sorted_halves.into_iter().zip(&begun) {
                keys.push(Key { codes, values: begun.half.values, down, missing_last: !down });
            }
            if turn + 1 == first.len() {
                permutation = sort(&keys, permutation);
                let differ = |pair: &[u32]| keys.iter().any(|key| key.differ(pair[0], pair[1]));
                ties = runs(&permutation, 0, permutation.len(), differ);
                keys.clear();
            }
        } else {
            if turn == 0 {
                ties = if count > 1 { vec![(0, count)] } else { Vec::new() };
            }
            for codes in &sorted_halves {
                let mut left = Vec::new();
                for (from, to) in ties {
                    permutation[from..to].sort_by_key(|row| codes[*row as usize]);
                    left.extend(runs(&permutation, from, to, |pair| {
                        codes[pair[0] as usize] != codes[pair[1] as usize]
                    }));
                }
                ties = left;
            }
        }
        let mut begun = begun.into_iter();
        if let Some(main) = begun.next() {
            columns.push((column, kind, main, begun.next()));
        }
    }
    columns.sort_by_key(|(column, ..)| *column);
    let mut placed = Vec::new();
    for (column, kind, main, tail) in columns {
        let mut settle = |begun: Begun| {
            let width = usize::from(begun.half.width);
            let mut bytes = vec![0; count * width];
            scratch.read_exact_at(&mut bytes, begun.scratch)?;
            let half = Half { codes: out.at, ..begun.half };
            let mut sorted = Vec::with_capacity(bytes.len());
            for row in &permutation {
                let at = *row as usize * width;
                sorted.extend_from_slice(&bytes[at..at + width]);
            }
            out.put(&sorted)?;
            Ok(half)
        };
        let main = settle(main).map_err(written())?;
        let tail = tail.map(settle).transpose().map_err(written())?;
        placed.push(Placed { name: rows.schema.field(column).name().clone(), kind, main, tail });
    }
    let footer = serde_json::to_vec(&Footer { rows: count as u64, columns: placed })
        .map_err(|why| CaseError::Case(why.to_string()))?;
    out.put(&footer).map_err(written())?;
    out.put(&(footer.len() as u64).to_le_bytes()).map_err(written())?;
    let named = out.writer.into_inner().map_err(|why| written()(why.into_error()))?;
    named.persist(path).map_err(|why| written()(why.error))?;
    crate::kept::forget_older(path);
    Ok(())
}

struct Out {
    writer: BufWriter<tempfile::NamedTempFile>,
    at: u64,
}

impl Out {
    fn put(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.at += bytes.len() as u64;
        self.writer.write_all(bytes)
    }
}

/// Parts of a range in which no two neighbours differ, of two rows or more.
fn runs(rows: &[u32], from: usize, to: usize, differ: impl Fn(&[u32]) -> bool) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut begin = from;
    for at in from + 1..=to {
        if at == to || differ(&rows[at - 1..=at]) {
            if at - begin > 1 {
                runs.push((begin, at));
            }
            begin = at;
        }
    }
    runs
}

/// Writes the values of a column, sorted.
fn values(out: &mut Out, interner: &Distinct, sorted: &[u32]) -> std::io::Result<Half> {
    let width = match sorted.len() {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        _ => 4,
    };
    let ends = out.at;
    let mut end = 0_u64;
    for place in sorted {
        end += interner.get(*place).len() as u64;
        out.put(&end.to_le_bytes())?;
    }
    let bytes = out.at;
    for place in sorted {
        out.put(interner.get(*place))?;
    }
    Ok(Half { codes: 0, width, values: sorted.len() as u32, ends, bytes, length: end })
}

fn narrowed(codes: &[u32], width: u8) -> Vec<u8> {
    match width {
        1 => codes.iter().map(|code| *code as u8).collect(),
        2 => codes.iter().flat_map(|code| (*code as u16).to_le_bytes()).collect(),
        _ => codes.iter().flat_map(|code| code.to_le_bytes()).collect(),
    }
}

/// The kind of a column by its type.
pub(super) fn kind_of(kind: &DataType) -> Kind {
    match kind {
        DataType::Boolean => Kind::Bool,
        DataType::Timestamp(..) => Kind::Time,
        kind if kind.is_integer() => Kind::Int,
        kind if kind.is_floating() || kind.is_decimal() => Kind::Real,
        _ => Kind::Text,
    }
}

/// Takes in a column of a file.
fn read_column(
    file: &Path,
    metadata: &ArrowReaderMetadata,
    name: &str,
    kind: Kind,
    halves: &mut [(Distinct, Vec<u32>)],
) -> Result<(), parquet::errors::ParquetError> {
    let Ok(column) = metadata.schema().index_of(name) else {
        let rows = usize::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(0);
        for (_, codes) in halves {
            codes.resize(codes.len() + rows, 0);
        }
        return Ok(());
    };
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(File::open(file)?, metadata.clone());
    let mask = ProjectionMask::roots(builder.parquet_schema(), [column]);
    for batch in builder.with_projection(mask).with_batch_size(BATCH).build()? {
        take(batch?.column(0), kind, halves)?;
    }
    Ok(())
}

/// Takes in some values.
fn take(array: &ArrayRef, kind: Kind, halves: &mut [(Distinct, Vec<u32>)]) -> Result<(), arrow::error::ArrowError> {
    let numbers = |array: &ArrayRef| match kind {
        Kind::Time => cast(array, &DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())))
            .and_then(|array| cast(&array, &DataType::Int64)),
        _ => cast(array, &DataType::Int64),
    };
    match (kind, halves) {
        (Kind::Text, [(main, codes)]) => {
            let array = cast(array, &DataType::Utf8)?;
            codes.extend(array.as_string::<i32>().iter().map(|text| text.map_or(0, |text| main.code(text.as_bytes()))));
        }
        (Kind::Text, [(main, codes), (tail, rests)]) => {
            let array = cast(array, &DataType::Utf8)?;
            for text in array.as_string::<i32>() {
                let (code, rest) = match text.map(|text| (text, split(text))) {
                    None => (0, 0),
                    Some((_, Some((before, number)))) => (main.code(before.as_bytes()), tail.code(&int_bytes(number))),
                    Some((text, None)) => (main.code(text.as_bytes()), 0),
                };
                codes.push(code);
                rests.push(rest);
            }
        }
        (Kind::Real, [(main, codes), ..]) => {
            let array = cast(array, &DataType::Float64)?;
            let numbers = array.as_primitive::<Float64Type>().iter();
            codes.extend(numbers.map(|number| number.map_or(0, |number| main.code(&real_bytes(number)))));
        }
        (_, [(main, codes), ..]) => {
            let array = numbers(array)?;
            let numbers = array.as_primitive::<Int64Type>().iter();
            codes.extend(numbers.map(|number| number.map_or(0, |number| main.code(&int_bytes(number)))));
        }
        (_, []) => {}
    }
    Ok(())
}
