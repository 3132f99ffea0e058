//! Rows of a view in its order, by numbers instead of texts. Views name few accounts, chats and keys in millions of rows: with
//! each value once and a number in its place all rows stay in memory, where sorting the rows themselves went by way of the disk
//! and took twice as long as making them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt32Array, new_empty_array};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer};
use arrow::compute::{cast, concat, take};
use arrow::datatypes::{DataType, Field, Int64Type, SchemaRef};
use arrow::error::ArrowError;

use crate::CaseError;
use crate::distinct::{Distinct, head};

/// Bytes that rows may take: a question and the rows beside it stay within the memory of the house.
const MEMORY: usize = 900 << 20;
/// Rows handed over at a time.
const BATCH: usize = 8 << 10;
/// Values of which each gets its place among all before rows are sorted; of more, those of neighbours are compared.
const RANKED: usize = 1 << 16;

/// Collects rows, then hands them over in order.
pub(crate) struct Ordered {
    schema: SchemaRef,
    /// Places of columns, and whether the largest comes first; a missing value is larger than any.
    keys: Vec<(usize, bool)>,
    columns: Vec<Column>,
    rows: usize,
}

enum Column {
    /// For each row the number of its text; 0 where it is missing.
    Text(Vec<u32>, Distinct),
    /// Directions to a row: nearly each is another, by its last number alone. The text before the number and the number; a text
    /// that does not end in one stands whole, with [`WHOLE`].
    Directions(Vec<u32>, Vec<i64>, Distinct),
    /// Numbers, instants, marks.
    Plain(Vec<ArrayRef>),
}

/// Bytes of texts in one column of rows that are handed over at a time.
const LONG: i32 = 64 << 20;

/// In place of the number of directions that have none.
const WHOLE: i64 = -1;

/// Rows that have one place in the order so far.
type Group = (usize, usize);

impl Ordered {
    /// For rows of this schema; none if a column that orders them holds what cannot be ordered here.
    pub fn new(schema: &SchemaRef, order: &[(String, bool)]) -> Option<Ordered> {
        let mut keys = Vec::new();
        for (name, down) in order {
            let (at, field) = schema.fields().find(name)?;
            if !sortable(field) {
                return None;
            }
            keys.push((at, *down));
        }
        // Of rows that are equal in all of these the other columns decide, so that the order never depends on threads.
        for (at, field) in schema.fields().iter().enumerate() {
            if sortable(field) && !keys.iter().any(|(key, _)| *key == at) {
                keys.push((at, false));
            }
        }
        let column = |field: &Arc<Field>| match field.data_type() {
            DataType::Utf8 if field.name().ends_with("origin") => {
                Column::Directions(Vec::new(), Vec::new(), Distinct::default())
            }
            DataType::Utf8 => Column::Text(Vec::new(), Distinct::default()),
            _ => Column::Plain(Vec::new()),
        };
        Some(Ordered { schema: schema.clone(), keys, columns: schema.fields().iter().map(column).collect(), rows: 0 })
    }

    /// For rows of this schema in the order of all columns, from left to right; none if one holds what cannot be ordered here.
    pub fn by_all(schema: &SchemaRef) -> Option<Ordered> {
        let order: Vec<_> = schema.fields().iter().map(|field| (field.name().clone(), false)).collect();
        let names: std::collections::BTreeSet<_> = order.iter().map(|(name, _)| name).collect();
        // Of columns of one name the first alone would be found.
        if names.len() < order.len() { None } else { Ordered::new(schema, &order) }
    }

    /// Takes rows; false when they are more than memory may hold.
    pub fn take(&mut self, batch: &RecordBatch) -> bool {
        self.rows += batch.num_rows();
        for (column, array) in self.columns.iter_mut().zip(batch.columns()) {
            match column {
                Column::Text(codes, values) => {
                    let texts = array.as_string::<i32>();
                    codes.extend(texts.iter().map(|text| text.map_or(0, |text| values.code(text.as_bytes()))));
                }
                Column::Directions(codes, numbers, values) => {
                    for text in array.as_string::<i32>() {
                        let (code, number) = match text.map(|text| (text, split(text))) {
                            None => (0, WHOLE),
                            Some((_, Some((before, number)))) => (values.code(before.as_bytes()), number),
                            Some((text, None)) => (values.code(text.as_bytes()), WHOLE),
                        };
                        codes.push(code);
                        numbers.push(number);
                    }
                }
                Column::Plain(arrays) => arrays.push(array.clone()),
            }
        }
        self.rows < u32::MAX as usize && self.memory() <= MEMORY
    }

    fn memory(&self) -> usize {
        let of = |column: &Column| match column {
            Column::Text(codes, values) => codes.capacity() * 4 + values.memory(),
            Column::Directions(codes, numbers, values) => {
                codes.capacity() * 4 + numbers.capacity() * 8 + values.memory()
            }
            Column::Plain(_) => self.rows * 8,
        };
        // The order itself, and what is sorted at a time.
        self.columns.iter().map(of).sum::<usize>() + self.rows * 4
    }

    /// Hands over all rows in order; false, with none handed over, where texts stand in no order that numbers could keep.
    pub fn give(mut self, take_batch: &mut dyn FnMut(RecordBatch) -> Result<(), CaseError>) -> Result<bool, CaseError> {
        self.join().map_err(failed)?;
        let Some(order) = self.sort()? else { return Ok(false) };
        order.chunks(BATCH).try_for_each(|rows| self.hand_over(rows, take_batch))?;
        Ok(true)
    }

    /// Hands over some rows, in two halves where their texts are very long.
    fn hand_over(
        &self,
        rows: &[u32],
        take_batch: &mut dyn FnMut(RecordBatch) -> Result<(), CaseError>,
    ) -> Result<(), CaseError> {
        let columns = self.columns.iter().map(|column| gathered(column, rows)).collect::<Result<_, _>>();
        match columns.and_then(|columns| RecordBatch::try_new(self.schema.clone(), columns)) {
            Ok(batch) => take_batch(batch),
            Err(ArrowError::OffsetOverflowError(_)) if rows.len() > 1 => {
                let (first, second) = rows.split_at(rows.len() / 2);
                self.hand_over(first, take_batch)?;
                self.hand_over(second, take_batch)
            }
            Err(why) => Err(failed(why)),
        }
    }

    /// Makes one array of many.
    fn join(&mut self) -> Result<(), ArrowError> {
        for (column, field) in self.columns.iter_mut().zip(self.schema.fields()) {
            if let Column::Plain(arrays) = column {
                let all: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
                let one = if all.is_empty() { new_empty_array(field.data_type()) } else { concat(&all)? };
                *arrays = vec![one];
            }
        }
        Ok(())
    }

    fn sort(&self) -> Result<Option<Vec<u32>>, CaseError> {
        let mut order: Vec<u32> = (0..self.rows as u32).collect();
        let mut groups: Vec<Group> = if self.rows > 1 { vec![(0, self.rows)] } else { Vec::new() };
        for (at, down) in &self.keys {
            if groups.is_empty() {
                break;
            }
            groups = match &self.columns[*at] {
                Column::Text(codes, values) if values.len() <= RANKED => {
                    let (_, ranks) = values.ranks();
                    let rank = |row: u32| match codes[row as usize] {
                        0 => u32::MAX,
                        code => ranks[code as usize],
                    };
                    by(&mut order, groups, |row| if *down { !rank(row) } else { rank(row) })
                }
                Column::Text(codes, values) => by_text(&mut order, groups, codes, values, *down),
                Column::Directions(codes, numbers, values) => {
                    let (sorted, ranks) = values.ranks();
                    if sorted.windows(2).any(|pair| goes_on(values.get(pair[0]), values.get(pair[1]))) {
                        return Ok(None);
                    }
                    let rank = |row: u32| match codes[row as usize] {
                        0 => u128::MAX,
                        code => u128::from(ranks[code as usize]) << 80 | digits(numbers[row as usize]),
                    };
                    by(&mut order, groups, |row| if *down { !rank(row) } else { rank(row) })
                }
                Column::Plain(arrays) => {
                    let numbers = cast(&arrays[0], &DataType::Int64).map_err(failed)?;
                    let numbers = numbers.as_primitive::<Int64Type>();
                    let rank = |row: u32| match numbers.is_null(row as usize) {
                        true => u128::MAX,
                        // In the order of numbers above and below zero.
                        false => u128::from(numbers.value(row as usize).cast_unsigned() ^ 1 << 63),
                    };
                    by(&mut order, groups, |row| if *down { !rank(row) } else { rank(row) })
                }
            };
        }
        Ok(Some(order))
    }
}

fn sortable(field: &Field) -> bool {
    matches!(field.data_type(), DataType::Utf8 | DataType::Boolean | DataType::Timestamp(..) | DataType::Int64)
}

fn failed(why: ArrowError) -> CaseError {
    CaseError::Case(why.to_string())
}

/// Sorts the rows of each group by what `key` says of them, and gives the groups that are left.
fn by<K: Ord + Copy>(order: &mut [u32], groups: Vec<Group>, key: impl Fn(u32) -> K) -> Vec<Group> {
    let mut keyed: Vec<(K, u32)> = Vec::new();
    let mut left = Vec::new();
    for (from, to) in groups {
        keyed.clear();
        keyed.extend(order[from..to].iter().map(|row| (key(*row), *row)));
        keyed.sort_unstable();
        settle(order, (from, to), &keyed, |(_, row)| *row, |a, b| a.0 == b.0, &mut left);
    }
    left
}

/// As [`by`], for texts of which nearly each is another.
fn by_text(order: &mut [u32], groups: Vec<Group>, codes: &[u32], values: &Distinct, down: bool) -> Vec<Group> {
    let mut keyed: Vec<(u128, u32, u32)> = Vec::new();
    let mut left = Vec::new();
    for (from, to) in groups {
        keyed.clear();
        keyed.extend(order[from..to].iter().map(|row| match codes[*row as usize] {
            // No text begins so.
            0 => (u128::MAX, u32::MAX, *row),
            code => (head(values.get(code - 1)), code - 1, *row),
        }));
        keyed.sort_unstable_by(|a, b| {
            let texts = match a.0 == b.0 && a.1 != b.1 {
                true => values.ordered((a.0, a.1), (b.0, b.1)),
                false => a.0.cmp(&b.0),
            };
            (if down { texts.reverse() } else { texts }).then(a.2.cmp(&b.2))
        });
        settle(order, (from, to), &keyed, |(_, _, row)| *row, |a, b| a.1 == b.1, &mut left);
    }
    left
}

/// Puts the sorted rows of a group back, and notes those that are still one.
fn settle<T>(
    order: &mut [u32],
    (from, to): Group,
    sorted: &[T],
    row: impl Fn(&T) -> u32,
    same: impl Fn(&T, &T) -> bool,
    left: &mut Vec<Group>,
) {
    let mut begin = 0;
    for at in 0..sorted.len() {
        order[from + at] = row(&sorted[at]);
        let last = at + 1 == sorted.len();
        if last || !same(&sorted[at], &sorted[at + 1]) {
            if at > begin {
                left.push((from + begin, from + at + 1));
            }
            begin = at + 1;
        }
    }
    debug_assert_eq!(from + sorted.len(), to);
}

/// Directions with their last number apart: `ES-017:/phone.zip/msgstore.db#message/` and 4711. None where the number would not
/// read back the same, and for directions to a whole file, whose name may end in anything.
fn split(text: &str) -> Option<(&str, i64)> {
    let at = text.rfind('/')? + 1;
    let digits = &text.as_bytes()[at..];
    let plain = matches!(digits.len(), 1..=18) && (digits[0] != b'0' || digits.len() == 1);
    memchr::memrchr(b'#', &text.as_bytes()[..at])?;
    if !plain || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
    Some((&text[..at], number))
}

/// Whether texts with the first before a number may stand on both sides of one that begins with the second.
fn goes_on(first: &[u8], second: &[u8]) -> bool {
    first.last() == Some(&b'/') && second.starts_with(first)
}

/// A number as its digits stand in the order of texts: `10` before `9`.
fn digits(number: i64) -> u128 {
    if number < 0 {
        return 0;
    }
    let (mut rest, mut count, mut packed) = (number, 0, 0u128);
    loop {
        packed |= (rest as u128 % 10 + 1) << (4 * count);
        (rest, count) = (rest / 10, count + 1);
        if rest == 0 {
            return packed << (4 * (19 - count));
        }
    }
}

/// The values of some rows.
fn gathered(column: &Column, rows: &[u32]) -> Result<ArrayRef, ArrowError> {
    let (codes, numbers, values) = match column {
        Column::Plain(arrays) => return take(&arrays[0], &UInt32Array::from(rows.to_vec()), None),
        Column::Text(codes, values) => (codes, None, values),
        Column::Directions(codes, numbers, values) => (codes, Some(numbers), values),
    };
    let mut bytes = Vec::with_capacity(rows.len() * 32);
    let mut ends: Vec<i32> = Vec::with_capacity(rows.len() + 1);
    ends.push(0);
    let mut missing = false;
    for row in rows {
        match codes[*row as usize] {
            0 => missing = true,
            code => bytes.extend_from_slice(values.get(code - 1)),
        }
        if let Some(number) = numbers.map(|numbers| numbers[*row as usize]).filter(|number| *number != WHOLE) {
            put_number(&mut bytes, number);
        }
        let end = i32::try_from(bytes.len()).ok().filter(|end| *end <= LONG || rows.len() == 1);
        ends.push(end.ok_or(ArrowError::OffsetOverflowError(bytes.len()))?);
    }
    let nulls = missing.then(|| NullBuffer::from_iter(rows.iter().map(|row| codes[*row as usize] != 0)));
    let texts = StringArray::try_new(OffsetBuffer::new(ends.into()), Buffer::from_vec(bytes), nulls)?;
    Ok(Arc::new(texts))
}

fn put_number(bytes: &mut Vec<u8>, mut number: i64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return bytes.extend_from_slice(&digits[at..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{BooleanArray, Int64Array, TimestampMillisecondArray};
    use arrow::compute::{SortColumn, SortOptions, concat_batches, lexsort_to_indices, take_record_batch};
    use arrow::datatypes::{Schema, TimeUnit};

    use super::*;

    /// Numbers that look random.
    fn random(state: &mut u64) -> u64 {
        *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        *state >> 33
    }

    /// Texts as they stand in views, and some that are made to mislead.
    fn word(column: usize, state: &mut u64) -> Option<String> {
        let number = random(state);
        match (column, number % 11) {
            (_, 0) => None,
            (0, _) => Some(format!("chat {}", number % 5)),
            (1, 1) => Some(String::new()),
            (1, _) => Some(format!("sixteen letters, then {}", number % 90_000)),
            (_, 1) => Some(format!("ES-1:/b/0{}", number % 7)),
            (_, 2) => Some(format!("ES-1:/b/{}", number % 30)),
            _ => Some(format!("ES-{}:/a#message/{}", number % 2, number % 2_000)),
        }
    }

    fn rows(count: usize, state: &mut u64) -> RecordBatch {
        let mut text = |column| (0..count).map(|_| word(column, state)).collect::<StringArray>();
        let (chat, key, origin) = (text(0), text(1), text(2));
        let at = (0..count).map(|row| (row % 7 > 0).then(|| random(state) as i64 % 9 - 4));
        let at = at.collect::<TimestampMillisecondArray>().with_timezone("UTC");
        let number: Int64Array =
            (0..count).map(|row| (row % 3 > 0).then(|| random(state) as i64 - (1 << 29))).collect();
        let mark: BooleanArray = (0..count).map(|row| (row % 4 > 0).then(|| random(state).is_multiple_of(2))).collect();
        let time = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
        let fields = [
            ("chat", DataType::Utf8),
            ("key", DataType::Utf8),
            ("origin", DataType::Utf8),
            ("at", time),
            ("number", DataType::Int64),
            ("mark", DataType::Boolean),
        ];
        let fields: Vec<_> = fields.into_iter().map(|(name, kind)| Field::new(name, kind, true)).collect();
        let columns: Vec<ArrayRef> =
            vec![Arc::new(chat), Arc::new(key), Arc::new(origin), Arc::new(at), Arc::new(number), Arc::new(mark)];
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
    }

    fn ordered(batches: &[RecordBatch], order: &[(String, bool)]) -> Option<RecordBatch> {
        let schema = batches[0].schema();
        let mut ordered = Ordered::new(&schema, order).unwrap();
        assert!(batches.iter().all(|batch| ordered.take(batch)));
        let mut given = Vec::new();
        let done = ordered.give(&mut |batch| {
            given.push(batch);
            Ok(())
        });
        done.unwrap().then(|| concat_batches(&schema, &given).unwrap())
    }

    /// Against Arrow's own sort, with every column in both directions and at every place of the order.
    #[test]
    fn rows_stand_as_arrow_sorts_them() {
        let mut state = 7;
        let batches: Vec<RecordBatch> =
            [3_000, 1, 0, 70_000].into_iter().map(|count| rows(count, &mut state)).collect();
        let schema = batches[0].schema();
        let all = concat_batches(&schema, &batches).unwrap();
        for turn in 0..schema.fields().len() {
            let mut columns: Vec<usize> = (0..schema.fields().len()).collect();
            columns.rotate_left(turn);
            let order: Vec<(String, bool)> =
                columns.iter().map(|column| (schema.field(*column).name().clone(), (column + turn) % 2 == 1)).collect();
            let sort: Vec<SortColumn> = columns
                .iter()
                .zip(&order)
                .map(|(column, (_, down))| SortColumn {
                    values: all.column(*column).clone(),
                    options: Some(SortOptions { descending: *down, nulls_first: *down }),
                })
                .collect();
            let expected = take_record_batch(&all, &lexsort_to_indices(&sort, None).unwrap()).unwrap();
            assert_eq!(ordered(&batches, &order).unwrap(), expected, "{order:?}");
        }
    }

    #[test]
    fn directions_that_numbers_do_not_keep_in_order_are_left_to_others() {
        let texts = ["D:/a#x/12", "D:/a#x/2", "D:/a#x/12/5"];
        let schema = Arc::new(Schema::new(vec![Field::new("origin", DataType::Utf8, true)]));
        let batch = RecordBatch::try_new(schema, vec![Arc::new(StringArray::from_iter_values(texts))]).unwrap();
        assert!(ordered(&[batch.slice(0, 2)], &[("origin".into(), false)]).is_some());
        assert!(ordered(&[batch], &[("origin".into(), false)]).is_none());
    }
}
