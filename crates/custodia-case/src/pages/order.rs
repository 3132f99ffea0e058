//! Orders of rows, by numbers that stand in the order of what they mean.

/// A column that rows are ordered by.
pub(super) struct Key {
    /// The number of each row.
    pub codes: Vec<u32>,
    /// The largest number.
    pub values: u32,
    /// Whether the largest comes first.
    pub down: bool,
    /// Whether missing values come last.
    pub missing_last: bool,
}

impl Key {
    /// The place of a number among all.
    pub fn rank(&self, code: u32) -> u32 {
        match (code, self.down) {
            (0, _) if self.missing_last => self.values,
            (0, _) => 0,
            (code, false) => code - u32::from(self.missing_last),
            (code, true) => self.values - code + u32::from(!self.missing_last),
        }
    }

    pub fn differ(&self, a: u32, b: u32) -> bool {
        self.codes[a as usize] != self.codes[b as usize]
    }
}

/// Sorts rows by some columns, the first above the second; rows that are equal in all keep their order. Counting is enough:
/// the numbers of a column are as dense as they can be.
pub(super) fn sort(keys: &[Key], mut rows: Vec<u32>) -> Vec<u32> {
    for key in keys.iter().rev() {
        let mut starts = vec![0_u32; key.values as usize + 2];
        for row in &rows {
            starts[key.rank(key.codes[*row as usize]) as usize + 1] += 1;
        }
        for place in 1..starts.len() {
            starts[place] += starts[place - 1];
        }
        let mut sorted = vec![0; rows.len()];
        for row in &rows {
            let start = &mut starts[key.rank(key.codes[*row as usize]) as usize];
            sorted[*start as usize] = *row;
            *start += 1;
        }
        rows = sorted;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_values_stand_where_they_should() {
        let key = |down, missing_last| Key { codes: vec![2, 0, 1, 2], values: 2, down, missing_last };
        let rows = || vec![0, 1, 2, 3];
        assert_eq!(sort(&[key(false, true)], rows()), [2, 0, 3, 1]);
        assert_eq!(sort(&[key(false, false)], rows()), [1, 2, 0, 3]);
        assert_eq!(sort(&[key(true, true)], rows()), [0, 3, 2, 1]);
        assert_eq!(sort(&[key(true, false)], rows()), [1, 0, 3, 2]);
    }
}
