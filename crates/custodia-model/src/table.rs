//! What a table, a column and a value are.

use crate::{Text, Time};

/// A declared table.
#[derive(Debug)]
pub struct Table {
    /// Name in SQL and of the file `<name>.parquet`.
    pub name: &'static str,
    /// What a row is.
    pub doc: &'static str,
    /// Columns after those of the origin.
    pub columns: &'static [Column],
}

/// A declared column.
#[derive(Debug)]
pub struct Column {
    /// Name in SQL.
    pub name: &'static str,
    /// What a value says.
    pub doc: &'static str,
    /// Kind of value.
    pub column_type: ColumnType,
    /// Whether a value may be missing.
    pub nullable: bool,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// UTF-8.
    Text,
    /// 64-bit integer.
    Int,
    /// 64-bit float.
    Real,
    /// Yes or no.
    Bool,
    /// Instant, milliseconds since 1970 in UTC.
    Time,
}

/// One value on its way from a row to whoever keeps it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Nothing stored.
    Null,
    /// UTF-8.
    Text(&'a str),
    /// 64-bit integer.
    Int(i64),
    /// 64-bit float.
    Real(f64),
    /// Yes or no.
    Bool(bool),
    /// Instant.
    Time(Time),
}

/// Takes the cells of a row, one after the other. Any closure does; a type of its own may say how the compiler should
/// inline it.
pub trait TakeCells<'a> {
    /// Takes the next cell.
    fn cell(&mut self, value: Value<'a>);
}

impl<'a, F: FnMut(Value<'a>)> TakeCells<'a> for F {
    #[inline]
    fn cell(&mut self, value: Value<'a>) {
        self(value);
    }
}

/// Types a column can have.
pub trait Cell {
    /// Kind of value.
    const TYPE: ColumnType;
    /// Whether it may be missing.
    const NULLABLE: bool = false;
    /// The value itself.
    fn value(&self) -> Value<'_>;
}

macro_rules! cell {
    ($type:ty, $kind:ident, $self:ident => $value:expr) => {
        impl Cell for $type {
            const TYPE: ColumnType = ColumnType::$kind;
            #[inline]
            fn value(&self) -> Value<'_> {
                let $self = self;
                Value::$kind($value)
            }
        }
        impl Cell for Option<$type> {
            const TYPE: ColumnType = ColumnType::$kind;
            const NULLABLE: bool = true;
            #[inline]
            fn value(&self) -> Value<'_> {
                match self {
                    Some($self) => Value::$kind($value),
                    None => Value::Null,
                }
            }
        }
    };
}

cell!(Text, Text, this => this);
cell!(i64, Int, this => *this);
cell!(f64, Real, this => *this);
cell!(bool, Bool, this => *this);
cell!(Time, Time, this => *this);
