//! Varints, records and their values.

use std::borrow::Cow;

use super::pages::Encoding;

/// A value as stored.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// NULL, or a column that this table does not have.
    Null,
    /// Integer.
    Int(i64),
    /// Real.
    Real(f64),
    /// Text; damaged sequences are replaced.
    Text(Cow<'a, str>),
    /// Bytes.
    Blob(&'a [u8]),
}

/// Where a value stands in its payload.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Slot {
    Null,
    Int(i64),
    Real(f64),
    Text { start: usize, end: usize },
    Blob { start: usize, end: usize },
    /// The constant default of the nth column of the table, for records older than the column.
    Default(usize),
}

/// Reads a varint: its value and the position after it.
pub fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for index in 0..8 {
        let byte = *bytes.get(at + index)?;
        value = value << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((value, at + index + 1));
        }
    }
    let last = *bytes.get(at + 8)?;
    Some((value << 8 | u64::from(last), at + 9))
}

/// Bytes of a value of this serial type; none for the two reserved types.
pub fn serial_size(serial: u64) -> Option<usize> {
    match serial {
        0 | 8 | 9 => Some(0),
        1..=4 => Some(serial as usize),
        5 => Some(6),
        6 | 7 => Some(8),
        10 | 11 => None,
        longer => usize::try_from((longer - 12) / 2).ok(),
    }
}

/// The value of a serial type that begins at `start`; none when it passes the end of the payload.
pub fn slot(payload: &[u8], serial: u64, start: usize) -> Option<Slot> {
    let end = start.checked_add(serial_size(serial)?)?;
    let bytes = payload.get(start..end)?;
    Some(match serial {
        0 => Slot::Null,
        8 => Slot::Int(0),
        9 => Slot::Int(1),
        1..=6 => {
            let mut value = if bytes[0] & 0x80 != 0 { -1i64 } else { 0 };
            for &byte in bytes {
                value = value << 8 | i64::from(byte);
            }
            Slot::Int(value)
        }
        7 => Slot::Real(f64::from_be_bytes(bytes.try_into().ok()?)),
        text if text % 2 == 1 => Slot::Text { start, end },
        _ => Slot::Blob { start, end },
    })
}

/// A text in the database's encoding.
pub fn text(bytes: &[u8], encoding: Encoding) -> Cow<'_, str> {
    let units = |read: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(move |pair| read([pair[0], pair[1]]));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>()
    };
    match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(bytes),
        Encoding::Utf16Le => Cow::Owned(units(u16::from_le_bytes)),
        Encoding::Utf16Be => Cow::Owned(units(u16::from_be_bytes)),
    }
}
