//! The file that pages are read from: every column as numbers of fixed width, one for each row, that point into the sorted list of
//! its values. A row anywhere costs a few reads of some bytes, a filter or an order compares numbers alone, and nothing has
//! to be held in memory. A cache: it may be deleted at any time.

use std::cmp::Ordering;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Kind, Value};
use crate::CaseError;

/// Begins every file; goes up with the form.
pub(super) const MAGIC: &[u8; 8] = b"CUSROWS1";
/// Lists of values up to this size are held in memory, in bytes.
const HELD: u64 = 256 << 10;
/// Rows that are decoded at a time.
pub(super) const BLOCK: usize = 1 << 16;

/// What the end of the file says of it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Footer {
    pub rows: u64,
    pub columns: Vec<Placed>,
}

/// A column of the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Placed {
    pub name: String,
    pub kind: Kind,
    pub main: Half,
    /// Directions end in a row's number: it is kept apart, because few numbers serve many paths.
    pub tail: Option<Half>,
}

/// Numbers and the values they stand for. Number 0 is a missing value, number n the value n-1 of the sorted list.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Half {
    /// Where the numbers stand, and how many bytes each has: 1, 2 or 4.
    pub codes: u64,
    pub width: u8,
    /// How many values there are, where they end (8 bytes each), where their bytes stand and how many these are.
    pub values: u32,
    pub ends: u64,
    pub bytes: u64,
    pub length: u64,
}

/// An open file.
#[derive(Debug)]
pub(super) struct Store {
    path: PathBuf,
    file: File,
    pub rows: usize,
    pub columns: Vec<Column>,
}

/// A column that can be read.
#[derive(Debug)]
pub(super) struct Column {
    pub name: String,
    pub kind: Kind,
    pub main: Codes,
    pub tail: Option<Codes>,
}

/// Half of a column, its values in memory if they are few.
#[derive(Debug)]
pub(super) struct Codes {
    pub half: Half,
    held: Option<(Vec<u8>, Vec<u8>)>,
}

impl Store {
    pub fn open(path: &Path) -> Result<Store, CaseError> {
        let failed = CaseError::io(path, "reading the cache");
        let file = File::open(path).map_err(failed)?;
        let broken = || CaseError::Case(format!("{}: damaged; delete it, it is only a cache", path.display()));
        let length = file.metadata().map_err(CaseError::io(path, "reading the cache"))?.len();
        let read = |at: u64, length: usize| read(&file, at, length).map_err(|_| broken());
        if length < 16 || read(0, 8)? != MAGIC {
            return Err(broken());
        }
        let size = u64::from_le_bytes(read(length - 8, 8)?.try_into().unwrap_or_default());
        let begin = (length - 8).checked_sub(size).filter(|begin| *begin >= 8).ok_or_else(broken)?;
        let footer: Footer = serde_json::from_slice(&read(begin, usize::try_from(size).map_err(|_| broken())?)?)
            .map_err(|_| broken())?;
        let rows = usize::try_from(footer.rows).map_err(|_| broken())?;
        let held = |half: Half| {
            let all = half.length + 8 * u64::from(half.values);
            let held = if all <= HELD {
                let (ends, bytes) = (half.values as usize * 8, usize::try_from(half.length).map_err(|_| broken())?);
                Some((read(half.ends, ends)?, read(half.bytes, bytes)?))
            } else {
                None
            };
            Ok::<_, CaseError>(Codes { half, held })
        };
        let mut columns = Vec::new();
        for Placed { name, kind, main, tail } in footer.columns {
            columns.push(Column { name, kind, main: held(main)?, tail: tail.map(held).transpose()? });
        }
        Ok(Store { path: path.to_path_buf(), file, rows, columns })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn failed(&self, why: io::Error) -> CaseError {
        CaseError::io(&self.path, "reading the cache")(why)
    }

    /// The numbers of some rows in a row.
    pub fn codes(&self, codes: &Codes, from: usize, to: usize, out: &mut Vec<u32>) -> io::Result<()> {
        let width = usize::from(codes.half.width);
        let bytes = read(&self.file, codes.half.codes + (from * width) as u64, (to - from) * width)?;
        out.clear();
        match width {
            1 => out.extend(bytes.iter().map(|byte| u32::from(*byte))),
            2 => out.extend(bytes.as_chunks::<2>().0.iter().map(|two| u32::from(u16::from_le_bytes(*two)))),
            _ => out.extend(bytes.as_chunks::<4>().0.iter().map(|four| u32::from_le_bytes(*four))),
        }
        Ok(())
    }

    /// The numbers of all rows.
    pub fn all_codes(&self, codes: &Codes) -> io::Result<Vec<u32>> {
        let (mut all, mut block) = (Vec::with_capacity(self.rows), Vec::new());
        for from in (0..self.rows).step_by(BLOCK) {
            self.codes(codes, from, self.rows.min(from + BLOCK), &mut block)?;
            all.extend_from_slice(&block);
        }
        Ok(all)
    }

    /// The numbers of some rows, anywhere.
    pub fn codes_at(&self, codes: &Codes, rows: &[usize]) -> io::Result<Vec<u32>> {
        let (Some(first), Some(last)) = (rows.iter().min(), rows.iter().max()) else { return Ok(Vec::new()) };
        let mut block = Vec::new();
        if last - first < rows.len() * 64 + 1024 {
            self.codes(codes, *first, last + 1, &mut block)?;
            return Ok(rows.iter().map(|row| block[row - first]).collect());
        }
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            self.codes(codes, *row, row + 1, &mut block)?;
            all.extend_from_slice(&block);
        }
        Ok(all)
    }

    /// The bytes of a value, by its place in the list.
    pub fn value(&self, codes: &Codes, place: u32) -> io::Result<Vec<u8>> {
        let end_at = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().unwrap_or_default());
        let place = place as usize;
        if let Some((ends, bytes)) = &codes.held {
            let end = |place: usize| ends.get(place * 8..place * 8 + 8).map(end_at);
            let from = if place == 0 { Some(0) } else { end(place - 1) };
            let (Some(from), Some(to)) = (from, end(place)) else { return Err(io::ErrorKind::InvalidData.into()) };
            let value = bytes.get(from as usize..to as usize).ok_or(io::ErrorKind::InvalidData)?;
            return Ok(value.to_vec());
        }
        let (from, to) = if place == 0 {
            (0, end_at(&read(&self.file, codes.half.ends, 8)?))
        } else {
            let ends = read(&self.file, codes.half.ends + (place as u64 - 1) * 8, 16)?;
            (end_at(&ends[..8]), end_at(&ends[8..]))
        };
        let length = to.checked_sub(from).filter(|_| to <= codes.half.length).ok_or(io::ErrorKind::InvalidData)?;
        read(&self.file, codes.half.bytes + from, length as usize)
    }

    /// How many values of the list come before a value, and whether it is one of them.
    pub fn find(&self, codes: &Codes, value: &[u8]) -> io::Result<(u32, bool)> {
        let (mut low, mut high) = (0, codes.half.values);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.value(codes, middle)?.as_slice().cmp(value) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Ok((middle, true)),
                Ordering::Greater => high = middle,
            }
        }
        Ok((low, false))
    }

    /// Hands the values of a list in pieces: the place of the first, their ends, counted from the first's beginning, and their bytes.
    pub fn each_piece(&self, codes: &Codes, mut take: impl FnMut(u32, &[usize], &[u8])) -> io::Result<()> {
        let mut done = 0_usize;
        let mut begin = 0_u64;
        let all = codes.half.values as usize;
        while done < all {
            let count = (all - done).min(BLOCK);
            let ends = read(&self.file, codes.half.ends + done as u64 * 8, count * 8)?;
            let ends: Vec<usize> = ends
                .as_chunks::<8>()
                .0
                .iter()
                .map(|end| u64::from_le_bytes(*end).saturating_sub(begin) as usize)
                .collect();
            let length = ends.last().copied().unwrap_or(0);
            if begin + length as u64 > codes.half.length || !ends.is_sorted() {
                return Err(io::ErrorKind::InvalidData.into());
            }
            let bytes = read(&self.file, codes.half.bytes + begin, length)?;
            take(done as u32, &ends, &bytes);
            begin += length as u64;
            done += count;
        }
        Ok(())
    }

    /// The values of a column in some rows.
    pub fn cells(&self, column: &Column, rows: &[usize]) -> io::Result<Vec<Value>> {
        let main = self.codes_at(&column.main, rows)?;
        let tail = column.tail.as_ref().map(|tail| self.codes_at(tail, rows)).transpose()?;
        let mut cells = Vec::with_capacity(rows.len());
        let mut last: Option<(u32, Value)> = None;
        for (place, code) in main.iter().enumerate() {
            let rest = tail.as_ref().map_or(0, |tail| tail[place]);
            let cell = match &last {
                Some((known, cell)) if known == code && tail.is_none() => cell.clone(),
                _ => self.cell(column, *code, rest)?,
            };
            last = Some((*code, cell.clone()));
            cells.push(cell);
        }
        Ok(cells)
    }

    /// The value that the numbers of a cell stand for.
    pub fn cell(&self, column: &Column, code: u32, rest: u32) -> io::Result<Value> {
        if code == 0 {
            return Ok(Value::Null);
        }
        let value = self.value(&column.main, code - 1)?;
        Ok(match column.kind {
            Kind::Text => {
                let mut text = String::from_utf8(value).map_err(|_| io::ErrorKind::InvalidData)?;
                if let (Some(tail), true) = (&column.tail, rest > 0) {
                    text.push('/');
                    text.push_str(&int(&self.value(tail, rest - 1)?).to_string());
                }
                Value::Text(text)
            }
            Kind::Int => Value::Int(int(&value)),
            Kind::Real => Value::Real(real(&value)),
            Kind::Bool => Value::Bool(int(&value) != 0),
            Kind::Time => Value::Time(int(&value)),
        })
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

fn read(file: &File, at: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, at)?;
    Ok(bytes)
}

/// A number as bytes that stand in its order.
pub(super) fn int_bytes(number: i64) -> [u8; 8] {
    ((number as u64) ^ (1 << 63)).to_be_bytes()
}

/// The number again.
pub(super) fn int(bytes: &[u8]) -> i64 {
    (u64::from_be_bytes(bytes.try_into().unwrap_or_default()) ^ (1 << 63)) as i64
}

/// A number with a fraction as bytes that stand in its order.
pub(super) fn real_bytes(number: f64) -> [u8; 8] {
    let bits = number.to_bits();
    (if bits >> 63 == 1 { !bits } else { bits | (1 << 63) }).to_be_bytes()
}

/// The number again.
pub(super) fn real(bytes: &[u8]) -> f64 {
    let bits = u64::from_be_bytes(bytes.try_into().unwrap_or_default());
    f64::from_bits(if bits >> 63 == 1 { bits & !(1 << 63) } else { !bits })
}

/// Directions without the row's number, and the number; `None` if they do not end in one that reads back the same.
pub(super) fn split(origin: &str) -> Option<(&str, i64)> {
    let (before, number) = origin.rsplit_once('/')?;
    let number: i64 = number.parse().ok().filter(|n: &i64| n.to_string() == number)?;
    Some((before, number))
}
