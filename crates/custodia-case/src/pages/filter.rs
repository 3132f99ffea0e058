//! Which rows are meant: conditions on columns, turned into conditions on numbers, so that looking at a row compares numbers alone.

use std::io;
use std::str::FromStr;

use custodia_model::Time;

use super::store::{BLOCK, Codes, Store, int_bytes, real_bytes, split};
use super::{Kind, store};
use crate::CaseError;

/// How a column must stand to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// It is the value.
    Eq,
    /// It is another value; a missing one is none.
    Ne,
    /// It is a text that holds the value; small and capital letters are the same.
    Has,
    /// It is the value or more.
    Gte,
    /// It is the value or less.
    Lte,
    /// It is one of the values, `|` between them.
    In,
    /// It is missing.
    Null,
    /// It is there.
    NotNull,
}

/// Every way, by its name.
pub const OPS: &[(&str, Op)] = &[
    ("eq", Op::Eq),
    ("ne", Op::Ne),
    ("has", Op::Has),
    ("gte", Op::Gte),
    ("lte", Op::Lte),
    ("in", Op::In),
    ("null", Op::Null),
    ("notnull", Op::NotNull),
];

/// A condition, as `COLUMN:OP:VALUE`; the value may hold colons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Where {
    /// Name of the column.
    pub column: String,
    /// How.
    pub op: Op,
    /// The value, or several.
    pub value: String,
}

impl Where {
    /// A condition.
    pub fn new(column: &str, op: Op, value: &str) -> Where {
        Where { column: column.into(), op, value: value.into() }
    }
}

impl FromStr for Where {
    type Err = CaseError;

    fn from_str(text: &str) -> Result<Where, CaseError> {
        let mut parts = text.splitn(3, ':');
        let (column, op) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let op = OPS.iter().find(|(name, _)| *name == op).map(|(_, op)| *op).ok_or_else(|| {
            let names: Vec<_> = OPS.iter().map(|(name, _)| *name).collect();
            CaseError::Question(format!(
                "{text:?} is no condition: expected COLUMN:OP:VALUE with OP one of {}",
                names.join(", ")
            ))
        })?;
        Ok(Where::new(column, op, parts.next().unwrap_or_default()))
    }
}

/// What a number must be.
enum Test {
    /// From the first to the last.
    Range(u32, u32),
    /// There, and not this one.
    Not(u32),
    /// One of those whose bit is set.
    Set(Vec<u64>),
}

/// A test of half a column.
struct On {
    column: usize,
    tail: bool,
    test: Test,
}

/// Conditions that all must hold; each holds when one of its alternatives does, and that when all its tests do.
pub(super) struct Filter {
    conditions: Vec<Vec<Vec<On>>>,
}

const NOTHING: Test = Test::Range(1, 0);

impl Filter {
    pub fn new(store: &Store, wheres: &[Where]) -> Result<Filter, CaseError> {
        let conditions = wheres.iter().map(|condition| compiled(store, condition)).collect::<Result<_, _>>()?;
        Ok(Filter { conditions })
    }

    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// Which of some rows in a row are meant.
    pub fn block(&self, store: &Store, from: usize, to: usize) -> io::Result<Vec<bool>> {
        let mut meant = vec![true; to - from];
        let mut codes = Vec::new();
        for alternatives in &self.conditions {
            let mut any = vec![false; to - from];
            for tests in alternatives {
                let mut all = vec![true; to - from];
                for on in tests {
                    let column = &store.columns[on.column];
                    let half = if on.tail { column.tail.as_ref().unwrap_or(&column.main) } else { &column.main };
                    store.codes(half, from, to, &mut codes)?;
                    on.test.and(&codes, &mut all);
                }
                any.iter_mut().zip(&all).for_each(|(any, all)| *any |= all);
            }
            meant.iter_mut().zip(&any).for_each(|(meant, any)| *meant &= any);
        }
        Ok(meant)
    }

    /// Which of all rows are meant.
    pub fn all(&self, store: &Store) -> io::Result<Vec<bool>> {
        let mut all = Vec::with_capacity(store.rows);
        for from in (0..store.rows).step_by(BLOCK) {
            all.extend(self.block(store, from, store.rows.min(from + BLOCK))?);
        }
        Ok(all)
    }
}

impl Test {
    fn and(&self, codes: &[u32], all: &mut [bool]) {
        match self {
            Test::Range(low, high) => {
                all.iter_mut().zip(codes).for_each(|(all, code)| *all &= (*low <= *code) & (*code <= *high));
            }
            Test::Not(other) => {
                all.iter_mut().zip(codes).for_each(|(all, code)| *all &= (*code != 0) & (code != other))
            }
            Test::Set(bits) => all.iter_mut().zip(codes).for_each(|(all, code)| {
                *all &= bits.get(*code as usize / 64).is_some_and(|word| word >> (code % 64) & 1 == 1);
            }),
        }
    }
}

fn compiled(store: &Store, condition: &Where) -> Result<Vec<Vec<On>>, CaseError> {
    let Where { column: name, op, value } = condition;
    let (place, column) =
        store.columns.iter().enumerate().find(|(_, column)| column.name == *name).ok_or_else(|| {
            let names: Vec<_> = store.columns.iter().map(|column| column.name.as_str()).collect();
            CaseError::Question(format!("{name:?} is no column here; there are {}", names.join(", ")))
        })?;
    let failed = |why| store.failed(why);
    let main = |test| vec![vec![On { column: place, tail: false, test }]];
    let not_for =
        |kinds: &str| CaseError::Question(format!("{name} is {}: this condition is for {kinds}", column.kind));
    let found = |half: &Codes, bytes: &[u8]| -> Result<Option<u32>, CaseError> {
        let (before, there) = store.find(half, bytes).map_err(failed)?;
        Ok(there.then_some(before + 1))
    };
    // Where one value stands: for directions both halves must be right.
    let one = |value: &str| -> Result<Vec<On>, CaseError> {
        if let (Some(tail), Some((before, number))) = (&column.tail, split(value)) {
            let both = (found(&column.main, before.as_bytes())?, found(tail, &int_bytes(number))?);
            let (Some(code), Some(rest)) = both else {
                return Ok(vec![On { column: place, tail: false, test: NOTHING }]);
            };
            let rest = On { column: place, tail: true, test: Test::Range(rest, rest) };
            return Ok(vec![On { column: place, tail: false, test: Test::Range(code, code) }, rest]);
        }
        let code = found(&column.main, &bytes_of(column.kind, name, value)?)?;
        let mut tests =
            vec![On { column: place, tail: false, test: code.map_or(NOTHING, |code| Test::Range(code, code)) }];
        if column.tail.is_some() {
            tests.push(On { column: place, tail: true, test: Test::Range(0, 0) });
        }
        Ok(tests)
    };
    Ok(match op {
        Op::Null => main(Test::Range(0, 0)),
        Op::NotNull => main(Test::Range(1, u32::MAX)),
        Op::Eq => vec![one(value)?],
        Op::Ne if column.tail.is_some() => return Err(not_for("other columns")),
        Op::Ne => {
            let code = found(&column.main, &bytes_of(column.kind, name, value)?)?;
            main(code.map_or(Test::Range(1, u32::MAX), Test::Not))
        }
        Op::In if column.tail.is_some() => value.split('|').map(one).collect::<Result<_, _>>()?,
        Op::In => {
            let mut set = bits(column.main.half.values);
            for value in value.split('|') {
                if let Some(code) = found(&column.main, &bytes_of(column.kind, name, value)?)? {
                    set[code as usize / 64] |= 1 << (code % 64);
                }
            }
            main(Test::Set(set))
        }
        Op::Gte | Op::Lte if column.tail.is_some() => return Err(not_for("other columns")),
        Op::Gte => {
            let (before, _) = store.find(&column.main, &bytes_of(column.kind, name, value)?).map_err(failed)?;
            main(Test::Range(before + 1, u32::MAX))
        }
        Op::Lte => {
            let (before, there) = store.find(&column.main, &bytes_of(column.kind, name, value)?).map_err(failed)?;
            main(Test::Range(1, before + u32::from(there)))
        }
        Op::Has if column.kind != Kind::Text => return Err(not_for("columns of texts")),
        Op::Has => {
            let mut alternatives = main(Test::Set(holding(store, &column.main, value).map_err(failed)?));
            if let (Some(tail), Some((before, digits))) = (&column.tail, value.rsplit_once('/'))
                && digits.bytes().all(|byte| byte.is_ascii_digit())
            {
                // The piece reaches over both halves.
                let ends = matching(store, &column.main, |text| text.ends_with(before)).map_err(failed)?;
                let begins = numbers(store, tail, digits).map_err(failed)?;
                alternatives.push(vec![
                    On { column: place, tail: false, test: Test::Set(ends) },
                    On { column: place, tail: true, test: Test::Set(begins) },
                ]);
            }
            alternatives
        }
    })
}

/// A value as it stands in the list of a column.
fn bytes_of(kind: Kind, name: &str, value: &str) -> Result<Vec<u8>, CaseError> {
    let expected = |what: &str| CaseError::Question(format!("{name} is {kind}: {value:?} is none; expected {what}"));
    Ok(match kind {
        Kind::Text => value.as_bytes().to_vec(),
        Kind::Int => int_bytes(value.trim().parse().map_err(|_| expected("a whole number"))?).to_vec(),
        Kind::Real => real_bytes(value.trim().parse().map_err(|_| expected("a number"))?).to_vec(),
        Kind::Bool => match value.trim() {
            "true" => int_bytes(1).to_vec(),
            "false" => int_bytes(0).to_vec(),
            _ => return Err(expected("true or false")),
        },
        Kind::Time => {
            let time = Time::from_iso(value.trim())
                .ok_or_else(|| expected("ISO 8601 with offset, as 2026-03-01T12:00:00Z"))?;
            int_bytes(time.0).to_vec()
        }
    })
}

fn bits(values: u32) -> Vec<u64> {
    vec![0; values as usize / 64 + 1]
}

/// Values that hold a piece. Pieces of plain letters are sought in all values at once; others value by value.
fn holding(store: &Store, codes: &Codes, piece: &str) -> io::Result<Vec<u64>> {
    if piece.is_empty() {
        return matching(store, codes, |_| true);
    }
    if !piece.is_ascii() {
        let piece = piece.to_lowercase();
        return matching(store, codes, |text| text.to_lowercase().contains(&piece));
    }
    let mut set = bits(codes.half.values);
    let finder = memchr::memmem::Finder::new(piece.as_bytes()).into_owned();
    let lower = piece.to_ascii_lowercase();
    let finder = if lower == piece { finder } else { memchr::memmem::Finder::new(&lower).into_owned() };
    let mut small = Vec::new();
    store.each_piece(codes, |first, ends, bytes| {
        small.clear();
        small.extend(bytes.iter().map(u8::to_ascii_lowercase));
        let mut at = 0;
        while let Some(hit) = finder.find(&small[at..]).map(|hit| hit + at) {
            let place = ends.partition_point(|end| *end <= hit);
            let Some(end) = ends.get(place) else { break };
            if hit + lower.len() <= *end {
                let code = first as usize + place + 1;
                set[code / 64] |= 1 << (code % 64);
                at = *end;
            } else {
                at = hit + 1;
            }
        }
    })?;
    Ok(set)
}

/// Values of which something is true.
fn matching(store: &Store, codes: &Codes, is: impl Fn(&str) -> bool) -> io::Result<Vec<u64>> {
    let mut set = bits(codes.half.values);
    store.each_piece(codes, |first, ends, bytes| {
        let mut from = 0;
        for (place, end) in ends.iter().enumerate() {
            if std::str::from_utf8(&bytes[from..*end]).is_ok_and(&is) {
                let code = first as usize + place + 1;
                set[code / 64] |= 1 << (code % 64);
            }
            from = *end;
        }
    })?;
    Ok(set)
}

/// Numbers that begin with some digits.
fn numbers(store: &Store, codes: &Codes, digits: &str) -> io::Result<Vec<u64>> {
    let mut set = bits(codes.half.values);
    store.each_piece(codes, |first, ends, bytes| {
        let mut from = 0;
        for (place, end) in ends.iter().enumerate() {
            if store::int(&bytes[from..*end]).to_string().starts_with(digits) {
                let code = first as usize + place + 1;
                set[code / 64] |= 1 << (code % 64);
            }
            from = *end;
        }
    })?;
    Ok(set)
}
