//! JSON as it comes, value by value. Where a value ends is seen by quotes and brackets alone, so that one which is damaged inside
//! costs itself and nothing after it; a list of gigabytes is never in memory.

use std::io::{self, BufRead};

/// Bytes of one value that are looked at; hashes, numbers and names are far shorter.
const LONGEST: usize = 1 << 16;

/// Brackets within brackets.
const DEEPEST: usize = 1000;

/// The bytes of JSON with the place in them.
pub(super) struct Json<'a> {
    from: &'a mut dyn BufRead,
    /// Bytes taken.
    pub(super) at: u64,
}

/// From here on nobody can say where a value begins: a sentence.
pub(super) struct Lost(pub(super) String);

impl From<io::Error> for Lost {
    fn from(error: io::Error) -> Lost {
        Lost(format!("the bytes cannot be read: {error}"))
    }
}

impl<'a> Json<'a> {
    pub(super) fn new(from: &'a mut dyn BufRead) -> Json<'a> {
        Json { from, at: 0 }
    }

    /// Whether these bytes stand at the beginning.
    pub(super) fn begins(&mut self, with: &[u8]) -> Result<bool, Lost> {
        Ok(self.buffer()?.starts_with(with))
    }

    /// Passes over bytes.
    pub(super) fn pass(&mut self, bytes: usize) {
        self.from.consume(bytes);
        self.at += bytes as u64;
    }

    fn buffer(&mut self) -> Result<&[u8], Lost> {
        Ok(self.from.fill_buf()?)
    }

    /// The next byte that is no blank, which stays.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Lost> {
        loop {
            let buffer = self.buffer()?;
            if buffer.is_empty() {
                return Ok(None);
            }
            let blanks = buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let next = buffer.get(blanks).copied();
            self.pass(blanks);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    /// What was expected, and what stands there.
    pub(super) fn lost<T>(&mut self, expected: &str) -> Result<T, Lost> {
        let found = match self.peek()? {
            Some(byte) => format!("found {:?}", char::from(byte)),
            None => "the list ends".to_owned(),
        };
        Err(Lost(format!("{expected} expected at byte {}, {found}", self.at)))
    }

    /// Hands the name of every member of an object to `each`, which takes its value.
    pub(super) fn members(&mut self, each: &mut dyn FnMut(&mut Self, &str) -> Result<(), Lost>) -> Result<(), Lost> {
        if self.peek()? != Some(b'{') {
            return self.lost("an object");
        }
        self.pass(1);
        loop {
            match self.peek()? {
                Some(b'}') => {
                    self.pass(1);
                    return Ok(());
                }
                Some(b',') => self.pass(1),
                Some(b'"') => {
                    let mut name = Vec::new();
                    self.value(&mut name)?;
                    if self.peek()? != Some(b':') {
                        return self.lost("`:` after the name of a member");
                    }
                    self.pass(1);
                    let name = serde_json::from_slice::<String>(&name)
                        .unwrap_or_else(|_| String::from_utf8_lossy(&name).into_owned());
                    each(self, &name)?;
                }
                _ => return self.lost("a member of an object, or its end"),
            }
        }
    }

    /// Hands every element of an array to `each`, which takes it. What is no array is passed over.
    pub(super) fn elements(&mut self, each: &mut dyn FnMut(&mut Self) -> Result<(), Lost>) -> Result<(), Lost> {
        if self.peek()? != Some(b'[') {
            return self.skip();
        }
        self.pass(1);
        loop {
            match self.peek()? {
                Some(b']') => {
                    self.pass(1);
                    return Ok(());
                }
                Some(b',') => self.pass(1),
                _ => each(self)?,
            }
        }
    }

    /// Passes over a value.
    pub(super) fn skip(&mut self) -> Result<(), Lost> {
        self.scan(&mut |_| {})
    }

    /// Takes a value as it stands, with no more bytes than one can have that is of use.
    pub(super) fn value(&mut self, into: &mut Vec<u8>) -> Result<(), Lost> {
        self.scan(&mut |bytes| into.extend_from_slice(&bytes[..bytes.len().min(LONGEST.saturating_sub(into.len()))]))
    }

    fn scan(&mut self, take: &mut dyn FnMut(&[u8])) -> Result<(), Lost> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            let Some(next) = self.peek()? else { return self.lost("a value") };
            match next {
                b'"' => self.string(take)?,
                b'{' | b'[' => {
                    if open.len() >= DEEPEST {
                        return Err(Lost(format!("brackets stand {DEEPEST} deep at byte {}", self.at)));
                    }
                    open.push(next + 2);
                    take(&[next]);
                    self.pass(1);
                }
                // Two after an opening bracket stands the one that closes it, in ASCII.
                b'}' | b']' => {
                    if open.pop() != Some(next) {
                        return self.lost("a value");
                    }
                    take(&[next]);
                    self.pass(1);
                }
                b',' | b':' if open.is_empty() => return self.lost("a value"),
                b',' | b':' => {
                    take(&[next]);
                    self.pass(1);
                }
                _ => self.word(take)?,
            }
            if open.is_empty() {
                return Ok(());
            }
        }
    }

    /// A string with its quotes.
    fn string(&mut self, take: &mut dyn FnMut(&[u8])) -> Result<(), Lost> {
        let begin = self.at;
        take(b"\"");
        self.pass(1);
        let mut escaped = false;
        loop {
            let buffer = self.buffer()?;
            let Some(&first) = buffer.first() else {
                return Err(Lost(format!("the text that begins at byte {begin} does not end")));
            };
            if std::mem::take(&mut escaped) {
                take(&[first]);
                self.pass(1);
                continue;
            }
            let (length, mark) = match memchr::memchr2(b'"', b'\\', buffer) {
                Some(at) => (at + 1, buffer.get(at).copied()),
                None => (buffer.len(), None),
            };
            take(buffer.get(..length).unwrap_or_default());
            self.pass(length);
            match mark {
                Some(b'"') => return Ok(()),
                Some(_) => escaped = true,
                None => {}
            }
        }
    }

    /// A number, `true`, `false`, `null`, or what stands in their place.
    fn word(&mut self, take: &mut dyn FnMut(&[u8])) -> Result<(), Lost> {
        loop {
            let buffer = self.buffer()?;
            let ends = |byte: &u8| byte.is_ascii_whitespace() || b"{}[],:\"".contains(byte);
            let length = buffer.iter().position(ends).unwrap_or(buffer.len());
            let more = length == buffer.len() && length > 0;
            take(buffer.get(..length).unwrap_or_default());
            self.pass(length);
            if !more {
                return Ok(());
            }
        }
    }
}
