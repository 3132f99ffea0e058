//! Which of the few bytes that mean something stand in a text at all. Most texts have none of them, and then nothing need be looked for.

/// Bytes that are looked at beside each other.
const LANES: usize = 16;

/// A set of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes(u8);

impl Bytes {
    /// `@`, `+`, `:`.
    pub const ADDRESS: Bytes = Bytes(1);
    /// `/`.
    pub const SLASH: Bytes = Bytes(1 << 1);
    /// `.`.
    pub const DOT: Bytes = Bytes(1 << 2);
    /// `<`.
    pub const LESS: Bytes = Bytes(1 << 3);
    /// `)`.
    pub const BRACKET: Bytes = Bytes(1 << 4);
    /// The first byte of marks of direction, and of some other letters.
    pub const MARK: Bytes = Bytes(1 << 5);

    /// `%`.
    pub const PERCENT: Bytes = Bytes(1 << 6);
    /// Any, where nobody looked which.
    pub const ANY: Bytes = Bytes(u8::MAX);

    /// Those that stand in a text.
    #[inline]
    pub fn of(text: &[u8]) -> Bytes {
        // Without a branch, so that the compiler looks at all lanes at once.
        let mut lanes = [0; LANES];
        let mut take = |bytes: &[u8; LANES]| {
            for (lane, byte) in lanes.iter_mut().zip(bytes) {
                let is = |set: Bytes, which: bool| set.0 * u8::from(which);
                *lane |= is(Bytes::ADDRESS, (*byte == b'@') | (*byte == b'+') | (*byte == b':'))
                    | is(Bytes::SLASH, *byte == b'/')
                    | is(Bytes::DOT, *byte == b'.')
                    | is(Bytes::LESS, *byte == b'<')
                    | is(Bytes::BRACKET, *byte == b')')
                    | is(Bytes::MARK, *byte == 0xe2)
                    | is(Bytes::PERCENT, *byte == b'%');
            }
        };
        let (whole, rest) = text.as_chunks::<LANES>();
        whole.iter().for_each(&mut take);
        // The last lanes again, or what there is of them.
        match text.last_chunk::<LANES>() {
            Some(last) if !rest.is_empty() => take(last),
            Some(_) => {}
            None => {
                let mut last = [0; LANES];
                last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                take(&last);
            }
        }
        Bytes(lanes.into_iter().fold(0, |all, lane| all | lane))
    }

    /// Whether any of these stands in it.
    #[inline]
    pub fn has(self, any: Bytes) -> bool {
        self.0 & any.0 != 0
    }

    /// These and those.
    #[inline]
    pub const fn and(self, other: Bytes) -> Bytes {
        Bytes(self.0 | other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_at_each_place() {
        for length in 1..50 {
            for at in 0..length {
                for byte in 0..=255 {
                    let mut text = vec![b'x'; length];
                    text[at] = byte;
                    let wanted = match byte {
                        b'@' | b'+' | b':' => Bytes::ADDRESS.0,
                        b'/' => Bytes::SLASH.0,
                        b'.' => Bytes::DOT.0,
                        b'<' => Bytes::LESS.0,
                        b')' => Bytes::BRACKET.0,
                        0xe2 => Bytes::MARK.0,
                        b'%' => Bytes::PERCENT.0,
                        _ => 0,
                    };
                    assert_eq!(Bytes::of(&text), Bytes(wanted), "{byte} at {at} of {length}");
                }
            }
        }
        assert_eq!(Bytes::of(b""), Bytes(0));
    }
}
