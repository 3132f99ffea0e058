//! The order of keys (SQLite, Datatypes, section 4.1): NULL, then numbers, then texts, then blobs.

use std::cmp::Ordering;

use super::number::{signed, varint};
use super::record::serial_len;
use super::schema::{Collation, KeyField};
use super::text::Encoding;

enum Value<'a> {
    Null,
    Int(i64),
    Real(f64),
    Text(&'a [u8]),
    Blob(&'a [u8]),
}

impl Value<'_> {
    fn class(&self) -> u8 {
        match self {
            Value::Null => 0,
            Value::Int(_) | Value::Real(_) => 1,
            Value::Text(_) => 2,
            Value::Blob(_) => 3,
        }
    }
}

/// Compares the key fields of two whole records. None when one of them cannot be read.
pub(super) fn compare(a: &[u8], b: &[u8], key: &[KeyField], encoding: Encoding) -> Option<Ordering> {
    let (mut a, mut b) = (Fields::new(a)?, Fields::new(b)?);
    for field in key {
        let (a, b) = (a.next()?, b.next()?);
        let order = values(&a, &b, field.collation, encoding);
        if order != Ordering::Equal {
            return Some(if field.descending { order.reverse() } else { order });
        }
    }
    Some(Ordering::Equal)
}

fn values(a: &Value<'_>, b: &Value<'_>, collation: Collation, encoding: Encoding) -> Ordering {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Real(a), Value::Real(b)) => a.total_cmp(b),
        (Value::Int(a), Value::Real(b)) => int_with_real(*a, *b),
        (Value::Real(a), Value::Int(b)) => int_with_real(*b, *a).reverse(),
        (Value::Text(a), Value::Text(b)) => texts(a, b, collation, encoding),
        (Value::Blob(a), Value::Blob(b)) => a.cmp(b),
        _ => a.class().cmp(&b.class()),
    }
}

/// Exact also where the integer has more digits than a real can hold.
fn int_with_real(int: i64, real: f64) -> Ordering {
    if real >= 9_223_372_036_854_775_808.0 {
        return Ordering::Less;
    }
    if real < -9_223_372_036_854_775_808.0 {
        return Ordering::Greater;
    }
    let whole = real.trunc();
    int.cmp(&(whole as i64)).then_with(|| 0.0f64.total_cmp(&(real - whole + 0.0)))
}

fn texts(a: &[u8], b: &[u8], collation: Collation, encoding: Encoding) -> Ordering {
    // BINARY compares the bytes of any encoding; SQLite gives the other two their texts in UTF-8.
    if collation == Collation::Binary || collation == Collation::Unknown {
        return a.cmp(b);
    }
    if encoding != Encoding::Utf8 {
        let (a, b) = (encoding.decode(a).0, encoding.decode(b).0);
        return texts(a.as_bytes(), b.as_bytes(), collation, Encoding::Utf8);
    }
    if collation == Collation::NoCase {
        let lower = |bytes: &[u8]| bytes.to_ascii_lowercase();
        return lower(a).cmp(&lower(b));
    }
    trimmed(a).cmp(trimmed(b))
}

fn trimmed(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|&byte| byte != b' ').map_or(0, |last| last + 1);
    text.get(..end).unwrap_or(text)
}

/// The values of a record from the first on.
struct Fields<'a> {
    record: &'a [u8],
    header: usize,
    at: usize,
    content: usize,
}

impl<'a> Fields<'a> {
    fn new(record: &'a [u8]) -> Option<Fields<'a>> {
        let (header, at) = varint(record, 0)?;
        let header = usize::try_from(header).ok().filter(|&header| header <= record.len())?;
        Some(Fields { record, header, at, content: header })
    }

    fn next(&mut self) -> Option<Value<'a>> {
        let (serial, at) = varint(self.record.get(..self.header)?, self.at)?;
        let end = self.content.checked_add(usize::try_from(serial_len(serial)?).ok()?)?;
        let bytes = self.record.get(self.content..end)?;
        self.at = at;
        self.content = end;
        Some(match serial {
            0 => Value::Null,
            7 => Value::Real(f64::from_bits(signed(bytes).cast_unsigned())),
            8 => Value::Int(0),
            9 => Value::Int(1),
            1..=6 => Value::Int(signed(bytes)),
            serial if serial % 2 == 0 => Value::Blob(bytes),
            _ => Value::Text(bytes),
        })
    }
}
