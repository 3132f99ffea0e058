//! Text of two bytes a letter. No app exports it, but editors on Windows store it so when somebody saves an export anew.

use std::borrow::Cow;
use std::char::{REPLACEMENT_CHARACTER, decode_utf16};
use std::io::{self, BufRead, BufReader, Cursor, Read};

/// Bytes that are read at a time.
const READ: usize = 32 << 10;

/// The order of bytes that the mark at the beginning of a text states; none for other texts.
fn big_endian(head: &[u8]) -> Option<bool> {
    match head {
        [0xff, 0xfe, ..] => Some(false),
        [0xfe, 0xff, ..] => Some(true),
        _ => None,
    }
}

/// The first bytes of a file as UTF-8.
pub fn head(head: &[u8]) -> Cow<'_, [u8]> {
    let Some(big) = big_endian(head) else { return Cow::Borrowed(head) };
    let mut out = Vec::new();
    Narrow { from: io::empty(), big, odd: None, high: None, out: Cursor::default() }.decode(head, &mut out);
    Cow::Owned(out)
}

/// A file as UTF-8; `head` are its first bytes.
pub fn reader<'a>(from: impl BufRead + 'a, head: &[u8]) -> BufReader<Box<dyn Read + 'a>> {
    let from: Box<dyn Read + 'a> = match big_endian(head) {
        Some(big) => Box::new(Narrow { from, big, odd: None, high: None, out: Cursor::default() }),
        None => Box::new(from),
    };
    BufReader::with_capacity(1 << 16, from)
}

/// UTF-16 on its way to UTF-8; what is damaged is replaced.
struct Narrow<R> {
    from: R,
    big: bool,
    /// Half a unit, and half a character, at the end of what was read.
    odd: Option<u8>,
    high: Option<u16>,
    out: Cursor<Vec<u8>>,
}

impl<R> Narrow<R> {
    fn decode(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let odd = self.odd.take();
        let mut all = odd.into_iter().chain(bytes.iter().copied());
        let mut units: Vec<u16> = self.high.take().into_iter().collect();
        while let Some(one) = all.next() {
            let Some(two) = all.next() else {
                self.odd = Some(one);
                break;
            };
            units.push(if self.big { u16::from_be_bytes([one, two]) } else { u16::from_le_bytes([one, two]) });
        }
        if let Some(high) = units.pop_if(|unit| (0xd800..0xdc00).contains(unit)) {
            self.high = Some(high);
        }
        let mut room = [0; 4];
        for found in decode_utf16(units) {
            out.extend_from_slice(found.unwrap_or(REPLACEMENT_CHARACTER).encode_utf8(&mut room).as_bytes());
        }
    }
}

impl<R: Read> Read for Narrow<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let got = self.out.read(into)?;
            if got > 0 || into.is_empty() {
                return Ok(got);
            }
            let mut buffer = vec![0; READ];
            let read = self.from.read(&mut buffer)?;
            if read == 0 {
                return Ok(0);
            }
            let mut out = Vec::new();
            self.decode(buffer.get(..read).unwrap_or_default(), &mut out);
            self.out = Cursor::new(out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_it_was_written() {
        let text = "\u{feff}1/31/22, 15:49 - Ana: mañana 🦊\n".repeat(5000);
        for big in [false, true] {
            let two = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
            let bytes: Vec<u8> = text.encode_utf16().flat_map(two).collect();
            let mut read = String::new();
            // Pieces of odd length split letters.
            let pieces = BufReader::with_capacity(7, Cursor::new(&bytes));
            reader(pieces, &bytes).read_to_string(&mut read).unwrap();
            assert_eq!(read, text);
            assert!(head(&bytes[..4095]).starts_with("\u{feff}1/31/22, 15:49 - Ana: mañana 🦊\n".as_bytes()));
        }
        assert!(matches!(head(b"1/31/22"), Cow::Borrowed(_)));
    }
}
