//! A place in a line, and the small things that dates and times are made of.

/// A place in a line.
#[derive(Clone, Copy)]
pub struct At<'l> {
    /// The line.
    pub line: &'l [u8],
    /// The place.
    pub at: usize,
}

/// What stands for the halves of the day, the first and the second, by language.
#[rustfmt::skip]
const HALVES: &[(&str, bool)] = &[
    ("in the morning", false), ("in the afternoon", true), ("in the evening", true), ("at night", true),
    ("ص", false), ("م", true), ("ق.ظ", false), ("ب.ظ", true), ("قبل‌ازظهر", false), ("بعدازظهر", true),
    ("上午", false), ("凌晨", false), ("早上", false), ("清晨", false), ("中午", true), ("下午", true), ("晚上", true),
    ("오전", false), ("오후", true), ("午前", false), ("午後", true),
    ("π.μ.", false), ("μ.μ.", true), ("ÖÖ", false), ("ÖS", true), ("fm", false), ("em", true), ("SA", false), ("CH", true),
];

/// Beginnings of the names of months in English, Spanish, Portuguese, Italian, German and French.
#[rustfmt::skip]
const MONTHS: &[(&str, u8)] = &[
    ("jan", 1), ("ene", 1), ("gen", 1), ("jän", 1), ("feb", 2), ("fev", 2), ("fév", 2), ("mar", 3), ("mär", 3), ("apr", 4),
    ("abr", 4), ("avr", 4), ("may", 5), ("mai", 5), ("mag", 5), ("jun", 6), ("giu", 6), ("juin", 6), ("jul", 7), ("lug", 7),
    ("juil", 7), ("aug", 8), ("ago", 8), ("aoû", 8), ("sep", 9), ("set", 9), ("oct", 10), ("out", 10), ("ott", 10),
    ("okt", 10), ("nov", 11), ("dec", 12), ("dic", 12), ("dez", 12), ("déc", 12),
];

impl<'l> At<'l> {
    /// The beginning of a line.
    pub fn new(line: &'l [u8]) -> At<'l> {
        At { line, at: 0 }
    }

    /// The byte here.
    pub fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    /// The byte here, which is left behind.
    pub fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// Leaves this byte behind if it stands here.
    pub fn take(&mut self, byte: u8) -> bool {
        let is = self.peek() == Some(byte);
        self.at += usize::from(is);
        is
    }

    /// Leaves these bytes behind if they stand here.
    pub fn bytes(&mut self, bytes: &[u8]) -> bool {
        let is = self.line.get(self.at..).is_some_and(|rest| rest.starts_with(bytes));
        self.at += if is { bytes.len() } else { 0 };
        is
    }

    /// Leaves this word behind if it stands here.
    pub fn word(&mut self, word: &str) -> bool {
        self.bytes(word.as_bytes())
    }

    /// Blanks of any kind, and marks of direction.
    pub fn blanks(&mut self) {
        while let Some(rest) = self.line.get(self.at..) {
            self.at += match rest {
                [b' ', ..] => 1,
                [0xc2, 0xa0, ..] => 2,
                [0xe2, 0x80, 0xaf | 0x8e | 0x8f | 0xaa..=0xae, ..] | [0xef, 0xbb, 0xbf, ..] => 3,
                _ => return,
            };
        }
    }

    /// A number of at most so many digits, and how many it has. A mark of direction may follow a digit.
    pub fn number(&mut self, most: usize) -> Option<(u32, usize)> {
        let (mut number, mut digits) = (0_u32, 0);
        while let Some((digit, length)) = self.digit() {
            if digits == most {
                return None;
            }
            number = number * 10 + u32::from(digit);
            digits += 1;
            self.at += length;
        }
        if digits == 0 {
            return None;
        }
        if matches!(self.peek(), Some(0xe2 | 0xef)) {
            while self.word("\u{200f}") || self.word("\u{200e}") || self.word("\u{feff}") {}
        }
        Some((number, digits))
    }

    /// A digit of ASCII, of Arabic (U+0660 on) or of Persian (U+06F0 on), and how many bytes it takes.
    fn digit(&self) -> Option<(u8, usize)> {
        match *self.line.get(self.at)? {
            byte @ b'0'..=b'9' => Some((byte - b'0', 1)),
            0xd9 => self.line.get(self.at + 1).filter(|b| (0xa0..=0xa9).contains(*b)).map(|b| (b - 0xa0, 2)),
            0xdb => self.line.get(self.at + 1).filter(|b| (0xb0..=0xb9).contains(*b)).map(|b| (b - 0xb0, 2)),
            _ => None,
        }
    }

    /// `am`, `PM`, `a.m.`, `p. m.` and what other languages write: true for the second half of the day. Before the time only
    /// words that are no Latin letters stand.
    pub fn half_of_day(&mut self, after: bool) -> Option<bool> {
        let mut ahead = *self;
        ahead.blanks();
        let first = ahead.peek()?;
        // Nearly every time ends here.
        if matches!(first, b'-' | b']' | b':' | b'0'..=b'9') || (!after && first.is_ascii()) {
            return None;
        }
        if let Some(&(_, afternoon)) = HALVES.iter().find(|(word, _)| ahead.word(word)) {
            if !after {
                ahead.blanks();
            }
            *self = ahead;
            return Some(afternoon);
        }
        let afternoon = match ahead.next()?.to_ascii_lowercase() {
            b'a' => false,
            b'p' => true,
            _ => return None,
        };
        ahead.take(b'.');
        ahead.blanks();
        if !ahead.next()?.eq_ignore_ascii_case(&b'm') {
            return None;
        }
        ahead.take(b'.');
        *self = ahead;
        Some(afternoon)
    }

    /// The name of a month, short or long.
    pub fn month(&mut self) -> Option<u8> {
        let rest = self.line.get(self.at..)?;
        let length = rest.iter().take(24).take_while(|b| b.is_ascii_alphabetic() || !b.is_ascii()).count();
        let name = std::str::from_utf8(rest.get(..length)?).ok()?.to_lowercase();
        let (_, month) = MONTHS.iter().find(|(begin, _)| name.starts_with(begin))?;
        self.at += length;
        Some(*month)
    }
}
