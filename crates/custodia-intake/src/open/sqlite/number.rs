//! Numbers as the file format stores them: big-endian and variable-length.

/// A big-endian 16-bit number.
#[inline]
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let (head, _) = bytes.get(at..)?.split_first_chunk::<2>()?;
    Some(u16::from_be_bytes(*head))
}

/// A big-endian 32-bit number.
#[inline]
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let (head, _) = bytes.get(at..)?.split_first_chunk::<4>()?;
    Some(u32::from_be_bytes(*head))
}

/// A variable-length integer and the position after it (file format, section 1.6: one to nine bytes, seven bits each, the
/// ninth byte gives all eight).
#[inline]
pub(super) fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let first = *bytes.get(at)?;
    if first < 0x80 {
        return Some((u64::from(first), at + 1));
    }
    long_varint(bytes, at)
}

fn long_varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for (index, &byte) in bytes.get(at..)?.iter().take(9).enumerate() {
        if index == 8 {
            return Some(((value << 8) | u64::from(byte), at + 9));
        }
        value = (value << 7) | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((value, at + index + 1));
        }
    }
    None
}

/// A big-endian two's complement integer of up to eight bytes.
#[inline]
pub(super) fn signed(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|&first| first >= 0x80);
    let start = if negative { -1i64 } else { 0 };
    bytes.iter().fold(start, |value, &byte| (value << 8) | i64::from(byte))
}

/// The same for a number within a payload. Mostly eight bytes can be read from where it begins, which is faster than
/// going byte by byte.
#[inline]
pub(super) fn signed_at(bytes: &[u8], at: usize, len: usize) -> i64 {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.split_first_chunk::<8>() {
        Some((head, _)) if (1..=8).contains(&len) => i64::from_be_bytes(*head) >> (64 - 8 * len),
        _ => signed(rest.get(..len).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variable_length_integers() {
        for (bytes, value) in [
            (&[0x00][..], 0),
            (&[0x7f], 127),
            (&[0x81, 0x00], 128),
            (&[0xff; 9], u64::MAX),
            (&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], 1),
        ] {
            assert_eq!(varint(bytes, 0), Some((value, bytes.len())));
            assert_eq!(varint(&bytes[..bytes.len() - 1], 0), None);
        }
    }

    #[test]
    fn signed_integers_of_every_width() {
        assert_eq!(signed(&[0xff]), -1);
        assert_eq!(signed(&[0x80, 0, 0]), -0x80_0000);
        assert_eq!(signed(&[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), i64::MAX);
        assert_eq!(signed(&[]), 0);
        let bytes = [0x00, 0xfe, 0x80, 0x7f, 0x01, 0xff, 0x10, 0x90, 0xaa, 0xbb];
        for at in 0..bytes.len() {
            for len in 0..=8.min(bytes.len() - at) {
                assert_eq!(signed_at(&bytes, at, len), signed(&bytes[at..at + len]), "{at} {len}");
            }
        }
    }
}
