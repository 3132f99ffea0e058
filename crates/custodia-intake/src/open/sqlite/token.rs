//! The words of a schema text. They are split as SQLite splits them, and nothing is ever executed.

/// One token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'s> {
    /// A bare word: a keyword or a name.
    Word(&'s str),
    /// A name or string in any of the four kinds of quotes, without them.
    Quoted(String),
    /// A number as written.
    Number(&'s str),
    /// The hex digits of `x'…'`.
    Blob(&'s str),
    /// Anything else, byte by byte.
    Sign(u8),
}

impl Token<'_> {
    /// Whether this is the bare word given, in any case.
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Token::Word(found) if found.eq_ignore_ascii_case(word))
    }

    /// The token as a name; SQLite takes strings for names too.
    pub fn name(&self) -> Option<&str> {
        match self {
            Token::Word(name) => Some(name),
            Token::Quoted(name) => Some(name),
            _ => None,
        }
    }
}

/// Splits a text. Blanks and comments are left out; quotes or comments that never end go to the end of the text.
pub(super) fn split(sql: &str) -> Vec<Token<'_>> {
    let bytes = sql.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let text = |from: usize, to: usize| sql.get(from..to).unwrap_or("");
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        match byte(at) {
            b if b.is_ascii_whitespace() || b == 0 => at += 1,
            b'-' if byte(at + 1) == b'-' => {
                at = memchr::memchr(b'\n', bytes.get(at..).unwrap_or_default()).map_or(bytes.len(), |n| start + n + 1);
            }
            b'/' if byte(at + 1) == b'*' => {
                let inside = bytes.get(at + 2..).unwrap_or_default();
                at = memchr::memmem::find(inside, b"*/").map_or(bytes.len(), |n| start + n + 4);
            }
            quote @ (b'\'' | b'"' | b'`' | b'[') => {
                let (name, end) = quoted(sql, at, if quote == b'[' { b']' } else { quote });
                at = end;
                tokens.push(Token::Quoted(name));
            }
            b'x' | b'X' if byte(at + 1) == b'\'' => {
                let inside = bytes.get(at + 2..).unwrap_or_default();
                let end = memchr::memchr(b'\'', inside).map_or(bytes.len(), |n| start + 2 + n);
                tokens.push(Token::Blob(text(at + 2, end)));
                at = end + 1;
            }
            b if b.is_ascii_digit() || (b == b'.' && byte(at + 1).is_ascii_digit()) => {
                let hex = b == b'0' && matches!(byte(at + 1), b'x' | b'X');
                at += 1;
                while at < bytes.len() {
                    let b = byte(at);
                    let exponent_sign = !hex && matches!(b, b'+' | b'-') && matches!(byte(at - 1), b'e' | b'E');
                    if !(is_word(b) || b == b'.' || exponent_sign) {
                        break;
                    }
                    at += 1;
                }
                tokens.push(Token::Number(text(start, at)));
            }
            b if is_word(b) => {
                while at < bytes.len() && is_word(byte(at)) {
                    at += 1;
                }
                tokens.push(Token::Word(text(start, at)));
            }
            sign => {
                tokens.push(Token::Sign(sign));
                at += 1;
            }
        }
    }
    tokens
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// The text between quotes, and the position after the closing one. A doubled quote stands for one, except in brackets.
fn quoted(sql: &str, open: usize, close: u8) -> (String, usize) {
    let bytes = sql.as_bytes();
    let mut name = String::new();
    let mut from = open + 1;
    loop {
        let rest = bytes.get(from..).unwrap_or_default();
        let Some(len) = memchr::memchr(close, rest) else {
            name.push_str(sql.get(from..).unwrap_or(""));
            return (name, bytes.len());
        };
        let end = from + len;
        name.push_str(sql.get(from..end).unwrap_or(""));
        if close == b']' || bytes.get(end + 1) != Some(&close) {
            return (name, end + 1);
        }
        name.push(char::from(close));
        from = end + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_quotes_comments_and_numbers() {
        let tokens = split("CREATE/*a*/\"a\"\"b\" -- c\n [x]]`y` 'z''' 1.5e-3 x'00' -7 0x1F é");
        let expected = [
            Token::Word("CREATE"),
            Token::Quoted("a\"b".into()),
            Token::Quoted("x".into()),
            Token::Sign(b']'),
            Token::Quoted("y".into()),
            Token::Quoted("z'".into()),
            Token::Number("1.5e-3"),
            Token::Blob("00"),
            Token::Sign(b'-'),
            Token::Number("7"),
            Token::Number("0x1F"),
            Token::Word("é"),
        ];
        assert_eq!(tokens, expected);
    }
}
