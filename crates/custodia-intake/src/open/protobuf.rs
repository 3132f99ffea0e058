//! Protocol buffers without a description: fields one after another, nothing kept, nothing nested by itself.
//!
//! Source: the encoding's public description. A field begins with its number and kind; a text, a list of bytes and a
//! message within a message all have a length and look alike, so the reader of a format says which of them is which.

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content<'b> {
    /// A number of variable length.
    Number(u64),
    /// Text, bytes, or a message.
    Bytes(&'b [u8]),
    /// A number of 8 or 4 bytes, which nothing here reads.
    Fixed,
}

/// Fields of one message. Ends at the first byte that begins none; [`Fields::at`] then tells where.
pub struct Fields<'b> {
    bytes: &'b [u8],
    at: usize,
}

/// A field: its number, where it begins, and its content.
pub type Field<'b> = (u64, usize, Content<'b>);

impl<'b> Fields<'b> {
    /// The fields of a message.
    pub fn new(bytes: &'b [u8]) -> Fields<'b> {
        Fields { bytes, at: 0 }
    }

    /// Bytes that were read as fields.
    pub fn at(&self) -> usize {
        self.at
    }

    fn field(&mut self) -> Option<Field<'b>> {
        let (tag, after) = self.number(self.at)?;
        let (content, end) = match tag & 7 {
            0 => self.number(after).map(|(number, end)| (Content::Number(number), end))?,
            1 => (Content::Fixed, after.checked_add(8)?),
            2 => {
                let (length, from) = self.number(after)?;
                let end = from.checked_add(usize::try_from(length).ok()?)?;
                (Content::Bytes(self.bytes.get(from..end)?), end)
            }
            5 => (Content::Fixed, after.checked_add(4)?),
            _ => return None,
        };
        if end > self.bytes.len() {
            return None;
        }
        let from = std::mem::replace(&mut self.at, end);
        Some((tag >> 3, from, content))
    }

    /// A number of variable length and the place behind it.
    fn number(&self, at: usize) -> Option<(u64, usize)> {
        let mut number = 0;
        for (nth, byte) in self.bytes.get(at..)?.iter().take(10).enumerate() {
            number |= u64::from(byte & 0x7f).checked_shl(7 * nth as u32)?;
            if byte & 0x80 == 0 {
                return Some((number, at + nth + 1));
            }
        }
        None
    }
}

impl<'b> Iterator for Fields<'b> {
    type Item = Field<'b>;

    fn next(&mut self) -> Option<Field<'b>> {
        self.field()
    }
}

/// The content of the last field with this number: of several the encoding lets the last one count.
pub fn last(bytes: &[u8], number: u64) -> Option<Content<'_>> {
    Fields::new(bytes).filter(|(other, ..)| *other == number).last().map(|(.., content)| content)
}

/// The bytes at the end of a path of field numbers, the last of each.
pub fn bytes_at<'b>(bytes: &'b [u8], path: &[u64]) -> Option<&'b [u8]> {
    path.iter().try_fold(bytes, |bytes, &number| match last(bytes, number)? {
        Content::Bytes(content) => Some(content),
        _ => None,
    })
}

/// The text at the end of a path of field numbers; none where it is empty or no UTF-8.
pub fn text_at<'b>(bytes: &'b [u8], path: &[u64]) -> Option<&'b str> {
    std::str::from_utf8(bytes_at(bytes, path)?).ok().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_path() {
        // 5: "key"; 17: 300; 19: { 1: "text", 6: { 1: "more" } }; 20: 8 bytes; then a length beyond the end.
        let bytes = [
            &b"\x2a\x03key"[..],
            b"\x88\x01\xac\x02",
            b"\x9a\x01\x0e\x0a\x04text\x32\x06\x0a\x04more",
            b"\xa1\x01\x01\x02\x03\x04\x05\x06\x07\x08",
            b"\x32\x7fab",
        ]
        .concat();
        assert_eq!(text_at(&bytes, &[5]), Some("key"));
        assert_eq!(last(&bytes, 17), Some(Content::Number(300)));
        assert_eq!(text_at(&bytes, &[19, 1]), Some("text"));
        assert_eq!(text_at(&bytes, &[19, 6, 1]), Some("more"));
        assert_eq!(text_at(&bytes, &[19, 2]), None);
        assert_eq!(last(&bytes, 20), Some(Content::Fixed));
        assert_eq!(last(&bytes, 6), None);
        let mut fields = Fields::new(&bytes);
        assert_eq!(fields.by_ref().count(), 4);
        assert_eq!(fields.at(), bytes.len() - 4);
    }

    #[test]
    fn endless_numbers_end() {
        assert_eq!(last(&[0xff; 64], 1), None);
        assert_eq!(last(&[], 1), None);
    }
}
