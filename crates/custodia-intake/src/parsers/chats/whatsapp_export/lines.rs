//! The lines of an export, one after the other, and the entries they make: a line with a time and those below it without one.

use std::io::{self, BufRead};

use super::stamp::{Shape, Stamp, Stamps};

/// Bytes of one entry that are kept. The app takes messages of at most 65,536 characters.
pub const LONGEST: usize = 1 << 19;

/// The next line without its end, and how many of its bytes were too many; none at the end of the file.
pub fn line(from: &mut impl BufRead, into: &mut Vec<u8>) -> io::Result<Option<u64>> {
    into.clear();
    let (mut cut, mut any) = (0_u64, false);
    loop {
        let ahead = match from.fill_buf() {
            Ok(ahead) => ahead,
            Err(why) if why.kind() == io::ErrorKind::Interrupted => continue,
            Err(why) => return Err(why),
        };
        if ahead.is_empty() {
            break;
        }
        any = true;
        let end = memchr::memchr(b'\n', ahead);
        let found = ahead.get(..end.unwrap_or(ahead.len())).unwrap_or_default();
        let kept = found.get(..LONGEST.saturating_sub(into.len()).min(found.len())).unwrap_or_default();
        into.extend_from_slice(kept);
        cut = cut.saturating_add((found.len() - kept.len()) as u64);
        let taken = found.len() + usize::from(end.is_some());
        from.consume(taken);
        if end.is_some() {
            break;
        }
    }
    if into.last() == Some(&b'\r') {
        into.pop();
    }
    Ok(any.then_some(cut))
}

/// A line with a time, with the lines below it that have none.
pub struct Entry {
    /// Number of its first line, from 1.
    pub line: i64,
    /// Its beginning.
    pub stamp: Stamp,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Bytes that were too many to keep.
    pub cut: u64,
    /// Number of its first line that begins with a time of another form.
    pub other_form: Option<i64>,
}

/// Reads entries of one form.
pub struct Entries<R> {
    from: R,
    shape: Shape,
    stamps: Stamps,
    line: i64,
    waiting: Option<Entry>,
    buffer: Vec<u8>,
    /// Lines before the first entry that are not empty.
    pub lines_before: u64,
    /// Their bytes.
    pub bytes_before: u64,
}

impl<R: BufRead> Entries<R> {
    /// Reads from the front.
    pub fn new(from: R, shape: Shape) -> Entries<R> {
        Entries {
            from,
            shape,
            stamps: Stamps::default(),
            line: 0,
            waiting: None,
            buffer: Vec::new(),
            lines_before: 0,
            bytes_before: 0,
        }
    }

    /// The next entry. `spent` is an entry that is no longer needed.
    pub fn next(&mut self, spent: Option<Entry>) -> io::Result<Option<Entry>> {
        let mut spare = spent.map(|entry| entry.bytes).unwrap_or_default();
        while let Some(cut) = line(&mut self.from, &mut self.buffer)? {
            self.line = self.line.saturating_add(1);
            let found = self.stamps.read(&self.buffer);
            if let Some(stamp) = found.filter(|stamp| stamp.shape == self.shape) {
                let bytes = std::mem::replace(&mut self.buffer, std::mem::take(&mut spare));
                let entry = Entry { line: self.line, stamp, bytes, cut, other_form: None };
                if let Some(ready) = self.waiting.replace(entry) {
                    return Ok(Some(ready));
                }
                continue;
            }
            let length = self.buffer.len();
            match &mut self.waiting {
                None if length == 0 => {}
                None => {
                    self.lines_before += 1;
                    self.bytes_before = self.bytes_before.saturating_add(length as u64).saturating_add(cut);
                }
                Some(entry) => {
                    if found.is_some() {
                        entry.other_form.get_or_insert(self.line);
                    }
                    entry.cut = entry.cut.saturating_add(cut);
                    if entry.bytes.len() + length < LONGEST {
                        entry.bytes.push(b'\n');
                        entry.bytes.extend_from_slice(&self.buffer);
                    } else {
                        entry.cut = entry.cut.saturating_add(length as u64 + 1);
                    }
                }
            }
        }
        Ok(self.waiting.take())
    }
}
