//! Which of the few bytes that mean something stand in a text at all. Most texts have none of them, and then nothing need be looked for.

/// ByteSet that are looked at beside each other.
const LANES: usize = 16;

/// A set of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteSet(u8);

impl ByteSet {
    /// `@`, `+`, `:`.
    pub const ADDRESS: ByteSet = ByteSet(1);
    /// `/`.
    pub const SLASH: ByteSet = ByteSet(1 << 1);
    /// `.`.
    pub const DOT: ByteSet = ByteSet(1 << 2);
    /// `<`.
    pub const LESS: ByteSet = ByteSet(1 << 3);
    /// `)`.
    pub const BRACKET: ByteSet = ByteSet(1 << 4);
    /// The first byte of marks of direction, and of some other letters.
    pub const MARK: ByteSet = ByteSet(1 << 5);

    /// `%`.
    pub const PERCENT: ByteSet = ByteSet(1 << 6);
    /// Any, where nobody looked which.
    pub const ANY: ByteSet = ByteSet(u8::MAX);

    /// Those that stand in a text.
    #[inline]
    pub fn of(text: &[u8]) -> ByteSet {
        // Without a branch, so that the compiler looks at all lanes at once.
        let mut lanes = [0; LANES];
        let mut take = |bytes: &[u8; LANES]| {
            for (lane, byte) in lanes.iter_mut().zip(bytes) {
                let is = |set: ByteSet, which: bool| set.0 * u8::from(which);
                *lane |= is(ByteSet::ADDRESS, (*byte == b'@') | (*byte == b'+') | (*byte == b':'))
                    | is(ByteSet::SLASH, *byte == b'/')
                    | is(ByteSet::DOT, *byte == b'.')
                    | is(ByteSet::LESS, *byte == b'<')
                    | is(ByteSet::BRACKET, *byte == b')')
                    | is(ByteSet::MARK, *byte == 0xe2)
                    | is(ByteSet::PERCENT, *byte == b'%');
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
        ByteSet(lanes.into_iter().fold(0, |all, lane| all | lane))
    }

    /// Whether any of these stands in it.
    #[inline]
    pub fn has(self, any: ByteSet) -> bool {
        self.0 & any.0 != 0
    }

    /// These and those.
    #[inline]
    pub const fn and(self, other: ByteSet) -> ByteSet {
        ByteSet(self.0 | other.0)
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
                        b'@' | b'+' | b':' => ByteSet::ADDRESS.0,
                        b'/' => ByteSet::SLASH.0,
                        b'.' => ByteSet::DOT.0,
                        b'<' => ByteSet::LESS.0,
                        b')' => ByteSet::BRACKET.0,
                        0xe2 => ByteSet::MARK.0,
                        b'%' => ByteSet::PERCENT.0,
                        _ => 0,
                    };
                    assert_eq!(ByteSet::of(&text), ByteSet(wanted), "{byte} at {at} of {length}");
                }
            }
        }
        assert_eq!(ByteSet::of(b""), ByteSet(0));
    }
}
