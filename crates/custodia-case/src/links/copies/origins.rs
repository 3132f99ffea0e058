//! Directions to rows as numbers, compared as their texts are.

use std::cmp::Ordering;
use std::path::PathBuf;

use super::read::Coded;
use crate::distinct::Distinct;

/// Directions to a row: the text is made when it is asked for.
#[derive(Clone, Copy, Default)]
pub struct Direction {
    /// Place of the file.
    file: u32,
    /// Numbers of path and part; 0 for no part.
    path: u32,
    part: u32,
    /// Number of the row, if it has one.
    row: Option<i64>,
}

/// Paths, parts and labels of directions.
pub struct Directions {
    labels: Vec<String>,
    paths: Distinct,
    parts: Distinct,
    /// Numbers of the paths and parts of the stretch that is being read.
    of_path: Vec<u32>,
    of_part: Vec<u32>,
}

impl Directions {
    /// For rows of these files.
    pub fn new(files: &[(String, PathBuf)]) -> Directions {
        let labels = files.iter().map(|(label, _)| label.clone()).collect();
        Directions {
            labels,
            paths: Distinct::default(),
            parts: Distinct::default(),
            of_path: Vec::new(),
            of_part: Vec::new(),
        }
    }

    /// Label of a file.
    pub fn label(&self, file: usize) -> &str {
        &self.labels[file]
    }

    /// Begins a stretch of rows with these paths and parts.
    pub fn begin(&mut self, paths: &Coded<'_>, parts: &Coded<'_>) {
        let number = |of: &mut Distinct, values: &Coded<'_>, into: &mut Vec<u32>| {
            into.clear();
            into.extend(values.values.iter().map(|value| of.code(value.unwrap_or_default().as_bytes())));
        };
        number(&mut self.paths, paths, &mut self.of_path);
        number(&mut self.parts, parts, &mut self.of_part);
    }

    /// Directions to a row of the stretch that was begun.
    #[inline]
    pub fn to(&self, file: usize, path: Option<usize>, part: Option<usize>, row: Option<i64>) -> Direction {
        Direction {
            file: file as u32,
            path: path.map_or(0, |path| self.of_path[path]),
            part: part.map_or(0, |part| self.of_part[part]),
            row,
        }
    }

    /// The order of the texts. Of two phones the labels nearly always decide.
    pub fn compare(&self, one: &Direction, other: &Direction) -> Ordering {
        if one.file != other.file {
            let (a, b) = (self.labels[one.file as usize].as_bytes(), self.labels[other.file as usize].as_bytes());
            let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
            if let (Some(a), Some(b)) = (a.get(same), b.get(same)) {
                return a.cmp(b);
            }
        } else if (one.path, one.part, one.row) == (other.path, other.part, other.row) {
            return Ordering::Equal;
        }
        let (mut a, mut b) = (String::new(), String::new());
        self.write(one, &mut a);
        self.write(other, &mut b);
        a.cmp(&b)
    }

    /// Puts the text behind what is there: `ES-017:/phone.zip/msgstore.db#message/4711`.
    pub fn write(&self, direction: &Direction, into: &mut String) {
        use std::fmt::Write;
        let text = |of: &Distinct, number: u32| String::from_utf8_lossy(of.get(number - 1)).into_owned();
        into.push_str(&self.labels[direction.file as usize]);
        into.push(':');
        if direction.path > 0 {
            into.push_str(&text(&self.paths, direction.path));
        }
        if direction.part > 0 {
            into.push('#');
            into.push_str(&text(&self.parts, direction.part));
        }
        if let Some(row) = direction.row {
            // Writing into a text does not fail.
            let _ = write!(into, "/{row}");
        }
    }
}
