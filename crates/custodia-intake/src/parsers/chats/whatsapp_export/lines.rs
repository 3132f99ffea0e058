//! The lines of an export, one after the other, and the entries they make: a line with a time and those below it without one.

use std::borrow::Cow;
use std::io::{self, BufRead};
use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};

use super::stamp::{Shape, Stamp, Stamps};

/// Bytes of one entry that are kept. The app takes messages of at most 65,536 characters.
pub const LONGEST: usize = 1 << 19;

/// The next line without its end, and how many of its bytes were too many; none at the end of the file.
fn line(from: &mut impl BufRead, into: &mut Vec<u8>) -> io::Result<Option<u64>> {
    into.clear();
    let (mut cut, mut any) = (0_u64, false);
    loop {
        let ahead = fill(from)?;
        if ahead.is_empty() {
            break;
        }
        any = true;
        let end = memchr(b'\n', ahead);
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
    if cut > 0 {
        // Not within a character.
        let half = std::str::from_utf8(into).err().filter(|why| why.error_len().is_none());
        let whole = half.map_or(into.len(), |why| why.valid_up_to());
        cut = cut.saturating_add((into.len() - whole) as u64);
        into.truncate(whole);
    }
    if into.last() == Some(&b'\r') {
        into.pop();
    }
    Ok(any.then_some(cut))
}

/// Hands out every line without its end, at most [`LONGEST`] of its bytes. Those that stand in memory as a whole are not copied.
pub fn each(from: &mut impl BufRead, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut across = Vec::new();
    loop {
        let ahead = fill(from)?;
        let Some(last) = memrchr(b'\n', ahead) else {
            match line(from, &mut across)? {
                Some(_) => take(&across),
                None => return Ok(()),
            }
            continue;
        };
        let mut start = 0;
        for end in memchr_iter(b'\n', ahead.get(..=last).unwrap_or_default()) {
            let line = ahead.get(start..end).unwrap_or_default();
            let line = line.get(..LONGEST).unwrap_or(line);
            take(line.strip_suffix(b"\r").unwrap_or(line));
            start = end + 1;
        }
        from.consume(start);
    }
}

/// What stands in memory already, or else the next bytes.
fn fill(from: &mut impl BufRead) -> io::Result<&[u8]> {
    while let Err(why) = from.fill_buf() {
        if why.kind() != io::ErrorKind::Interrupted {
            return Err(why);
        }
    }
    from.fill_buf()
}

/// A line with a time, with the lines below it that have none.
pub struct Entry<'e> {
    /// Number of its first line, from 1.
    pub line: i64,
    /// Its beginning.
    pub stamp: Stamp,
    /// Its text; owned where its bytes are no UTF-8.
    pub text: Cow<'e, str>,
    /// Bytes that were too many to keep.
    pub cut: u64,
    /// Number of its first line that begins with a time of another form.
    pub other_form: Option<i64>,
}

/// An entry that is read line by line.
struct Waiting {
    line: i64,
    stamp: Stamp,
    bytes: Vec<u8>,
    cut: u64,
    other_form: Option<i64>,
}

impl Waiting {
    fn entry(&self) -> Entry<'_> {
        let Waiting { line, stamp, bytes, cut, other_form } = self;
        let text = match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(bytes).into_owned().into(),
        };
        Entry { line: *line, stamp: *stamp, text, cut: *cut, other_form: *other_form }
    }
}

/// Reads entries of one form.
pub struct Entries<R> {
    from: R,
    shape: Shape,
    stamps: Stamps,
    line: i64,
    waiting: Option<Waiting>,
    buffer: Vec<u8>,
    /// Room of an entry that is no longer needed.
    spare: Vec<u8>,
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
            spare: Vec::new(),
            lines_before: 0,
            bytes_before: 0,
        }
    }

    /// Hands out every entry.
    pub fn each(&mut self, mut take: impl FnMut(Entry<'_>)) -> io::Result<()> {
        loop {
            self.whole(&mut take)?;
            if !self.line(&mut take)? {
                break;
            }
        }
        if let Some(last) = self.waiting.take() {
            take(last.entry());
        }
        Ok(())
    }

    /// Hands out entries that stand in memory as a whole, without copying them; none unless the next line begins one. An entry about
    /// which anything is odd is left to be read line by line.
    fn whole(&mut self, take: &mut impl FnMut(Entry<'_>)) -> io::Result<()> {
        let ahead = fill(&mut self.from)?;
        let (stamps, shape) = (&mut self.stamps, self.shape);
        let mut start = 0;
        let Some((line, mut behind)) = line_at(ahead, start) else { return Ok(()) };
        let Some(mut stamp) = stamps.read(line).filter(|stamp| stamp.shape == shape) else { return Ok(()) };
        let mut end = line.len();
        if let Some(waiting) = self.waiting.take() {
            take(waiting.entry());
            self.spare = waiting.bytes;
        }
        let mut texts = Texts { bytes: ahead, from: 0, text: "" };
        'entries: loop {
            let mut lines = 1;
            let next = loop {
                let Some((line, next)) = line_at(ahead, behind) else { break 'entries };
                match stamps.read(line) {
                    Some(found) if found.shape == shape => break (found, behind, behind + line.len(), next),
                    // The ends of lines within an entry stand in its text, without a carriage return.
                    None if end + 1 == behind => (end, behind) = (behind + line.len(), next),
                    _ => break 'entries,
                }
                lines += 1;
            };
            let Some(text) = texts.get(start..end).filter(|text| text.len() < LONGEST) else { break };
            let line = self.line.saturating_add(1);
            take(Entry { line, stamp, text: Cow::Borrowed(text), cut: 0, other_form: None });
            self.line = self.line.saturating_add(lines);
            (stamp, start, end, behind) = next;
        }
        self.from.consume(start);
        Ok(())
    }

    /// Reads one line, and hands out the entry that it ends; false at the end of the file.
    fn line(&mut self, take: &mut impl FnMut(Entry<'_>)) -> io::Result<bool> {
        let Some(cut) = line(&mut self.from, &mut self.buffer)? else { return Ok(false) };
        self.line = self.line.saturating_add(1);
        let found = self.stamps.read(&self.buffer);
        if let Some(stamp) = found.filter(|stamp| stamp.shape == self.shape) {
            let bytes = std::mem::replace(&mut self.buffer, std::mem::take(&mut self.spare));
            let entry = Waiting { line: self.line, stamp, bytes, cut, other_form: None };
            if let Some(ready) = self.waiting.replace(entry) {
                take(ready.entry());
                self.spare = ready.bytes;
            }
            return Ok(true);
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
                // What is kept ends where something is missing.
                let whole = entry.cut == 0;
                entry.cut = entry.cut.saturating_add(cut);
                if whole && entry.bytes.len() + length < LONGEST {
                    entry.bytes.push(b'\n');
                    entry.bytes.extend_from_slice(&self.buffer);
                } else {
                    entry.cut = entry.cut.saturating_add(length as u64 + 1);
                }
            }
        }
        Ok(true)
    }
}

/// Bytes that are looked through at once for whether they are UTF-8: that takes as long for a line as for several.
const AT_ONCE: usize = 8 << 10;

/// Texts in bytes.
struct Texts<'b> {
    bytes: &'b [u8],
    /// Where the text begins that was looked through last, and that text.
    from: usize,
    text: &'b str,
}

impl<'b> Texts<'b> {
    /// The bytes of whole lines as text, if they are UTF-8. Such ranges come in order.
    fn get(&mut self, range: Range<usize>) -> Option<&'b str> {
        let known =
            |texts: &Self| texts.text.get(range.start.checked_sub(texts.from)?..range.end.checked_sub(texts.from)?);
        if let Some(text) = known(self) {
            return Some(text);
        }
        let more = self.bytes.get(range.start..range.end.max(range.start + AT_ONCE).min(self.bytes.len()))?;
        let lines = memrchr(b'\n', more).map_or(0, |end| end + 1).max(range.len());
        let valid = |bytes: &'b [u8]| simdutf8::basic::from_utf8(bytes).ok();
        self.text = valid(more.get(..lines)?).or_else(|| valid(more.get(..range.len())?))?;
        self.from = range.start;
        known(self)
    }
}

/// The line that begins at a place, without its end, and where the next begins; none where it does not end in these bytes.
#[inline]
fn line_at(bytes: &[u8], from: usize) -> Option<(&[u8], usize)> {
    let rest = bytes.get(from..)?;
    let end = memchr(b'\n', rest)?;
    let line = rest.get(..end)?;
    Some((line.strip_suffix(b"\r").unwrap_or(line), from + end + 1))
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::super::stamp;
    use super::*;

    /// What is told of an export whose bytes come so many at a time.
    fn told(bytes: &[u8], at_a_time: usize) -> (Vec<String>, Vec<Vec<u8>>, u64, u64) {
        let shape = stamp::read(b"1/2/22, 10:00 - A").unwrap().shape;
        let mut entries = Entries::new(BufReader::with_capacity(at_a_time, bytes), shape);
        let mut told = Vec::new();
        entries
            .each(|Entry { line, stamp, text, cut, other_form }| {
                told.push(format!("{line} {:?} {} {cut} {other_form:?} {text:?}", stamp.clock, stamp.rest));
            })
            .unwrap();
        let mut lines = Vec::new();
        each(&mut BufReader::with_capacity(at_a_time, bytes), |line| lines.push(line.to_vec())).unwrap();
        (told, lines, entries.lines_before, entries.bytes_before)
    }

    proptest! {
        /// Whether an entry stands in memory as a whole makes no difference.
        #[test]
        fn nothing_depends_on_how_many_bytes_come_at_a_time(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just(b"1/2/22, 10:00 - A: b".to_vec()), Just(b"1/2/22, 23:59 - A: \xc3\xb1".to_vec()), Just(b"\n".to_vec()),
                    Just(b"\r\n".to_vec()), Just(b"\n".to_vec()), Just(b"\r".to_vec()), Just(b"text".to_vec()), Just(b"\xc3".to_vec()),
                    Just(b"[1/2/22, 10:00:00] A: b".to_vec()), Just(b"1/2/22, 10:00 -".to_vec()), Just(b"\n1/2/22, 10:01 - C".to_vec()),
                ],
                0..40,
            ),
            at_a_time in 1_usize..60,
        ) {
            let bytes = pieces.concat();
            prop_assert_eq!(told(&bytes, at_a_time), told(&bytes, 1 << 16));
        }
    }

    #[test]
    fn what_is_cut_ends_there_and_at_a_character() {
        let lines = format!("{}\n", "y".repeat(1000)).repeat(600);
        let letters = "é".repeat(LONGEST / 2 + 10);
        let bytes = format!("1/2/22, 10:00 - A: start\n{lines}THE END\n1/2/22, 10:01 - A: x{letters}\n");
        let (told, ..) = told(bytes.as_bytes(), 1 << 12);
        assert!(told[0].ends_with("yyy\"") && !told[0].contains("THE END"), "{}", &told[0][told[0].len() - 40..]);
        assert!(told[1].ends_with("éé\"") && !told[1].contains('\u{fffd}'));
    }

    #[test]
    fn what_is_too_long_is_cut() {
        let long = "x".repeat(LONGEST + 10);
        let bytes = format!("1/2/22, 10:00 - A: {long}\nmore\n1/2/22, 10:01 - A: b\n{long}\n1/2/22, 10:02 - A: c\n");
        let (one, lines, ..) = told(bytes.as_bytes(), 1 << 12);
        let (other, ..) = told(bytes.as_bytes(), 4 << 20);
        assert_eq!(one, other);
        assert_eq!(one.len(), 3);
        assert!(lines.iter().all(|line| line.len() <= LONGEST));
        assert!(one[1].starts_with(&format!("3 (10, 1, 0) 16 {} None", LONGEST + 11)), "{}", &one[1][..60]);
    }
}
