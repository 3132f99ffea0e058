//! Stored values as the kinds a column should hold. SQLite lets any column hold anything, so each reading is tolerant.

use std::borrow::Cow;

use custodia_model::Text;

use crate::open::sqlite::Cell;

/// An integer; text that is one counts, as in columns that WhatsApp declares as text.
#[inline]
pub fn int(cell: Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Int(number) => Some(number),
        // Exact integers only: 2^53 bounds them in a double.
        Cell::Real(number) if number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0 => Some(number as i64),
        Cell::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A real number.
pub fn real(cell: Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Int(number) => Some(number as f64),
        Cell::Real(number) if number.is_finite() => Some(number),
        Cell::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// Text as stored; numbers as digits, bytes as UTF-8 with damaged sequences replaced.
#[inline]
pub fn text(cell: Cell<'_>) -> Option<Cow<'_, str>> {
    match cell {
        Cell::Null => None,
        Cell::Text(text) => Some(Cow::Borrowed(text)),
        Cell::Int(number) => Some(Cow::Owned(number.to_string())),
        Cell::Real(number) => Some(Cow::Owned(number.to_string())),
        Cell::Blob(bytes) => Some(String::from_utf8_lossy(bytes)),
    }
}

/// Text as stored, ready for a row.
#[inline]
pub fn owned(cell: Cell<'_>) -> Option<Text> {
    match cell {
        Cell::Null => None,
        Cell::Text(text) => Some(text.into()),
        other => text(other).map(|text| Text::from(&*text)),
    }
}

/// As [`owned`], and empty text is nothing.
pub fn filled(cell: Cell<'_>) -> Option<Text> {
    owned(cell).filter(|text| !text.is_empty())
}

/// Whether a flag is set.
#[inline]
pub fn flag(cell: Cell<'_>) -> bool {
    int(cell).is_some_and(|number| number != 0)
}

/// A row id that points to something: WhatsApp stores 0 or -1 for "nobody".
#[inline]
pub fn reference(cell: Cell<'_>) -> Option<i64> {
    int(cell).filter(|&id| id > 0)
}
