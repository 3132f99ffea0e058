//! Numbers in international form: `+34 600 000 001`.
//!
//! The form is checked, not the number: a calling code that the ITU has given out (list of E.164 country codes), 8 to 15
//! digits, few separators. Whether the plan of the country knows such a number is asked where the case counts countries.

use super::{Kind, Lead, encoded};

/// Digits of a number with its calling code.
const DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// Digits after which a blank ends the number: what follows is more often another word than its rest.
const ENOUGH: usize = 11;

/// Bytes that a number is written in, and groups of digits.
const LONGEST: usize = 32;
const GROUPS: usize = 7;

/// The number behind the plus sign at `at`.
#[inline]
pub fn at(bytes: &[u8], at: usize) -> Option<Lead> {
    if at > 0
        && bytes.get(at - 1).is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte))
        && encoded::before(bytes, at).is_none_or(|byte| b"+/=".contains(&byte))
        && !follows_number(bytes.get(..at)?)
    {
        return None;
    }
    let rest = bytes.get(at + 1..)?;
    let rest = rest.get(..LONGEST).unwrap_or(rest);
    let mut digits = [0u8; 16];
    let (mut count, mut end, mut groups, mut gap) = (0, 0, 1, 0);
    let mut trunk = 0..0;
    for (place, &byte) in rest.iter().enumerate() {
        if trunk.contains(&place) {
            continue;
        }
        // `+34 (0) 600…`: the zero is dialled at home only and stands behind the calling code.
        if byte == b'(' && (1..=3).contains(&count) && groups == 1 && rest.get(place..place + 3) == Some(b"(0)") {
            trunk = place..place + 3;
            gap = gap.max(1);
        } else if byte.is_ascii_digit() {
            if gap > 0 {
                groups += 1;
            }
            *digits.get_mut(count)? = byte;
            count += 1;
            (gap, end) = (0, place + 1);
        } else if gap < 2 && count > 0 && b" -.()/".contains(&byte) || (place == 0 && byte == b'(') {
            if byte == b' ' && count >= ENOUGH {
                break;
            }
            gap += 1;
        } else {
            break;
        }
    }
    let digits = digits.get(..count)?;
    let next = bytes.get(at + 1 + end);
    let ends = next.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b"=_@".contains(byte));
    // A sum is written with a plus sign too; the parts of a number are not single digits.
    let fits = ends && DIGITS.contains(&count) && groups <= GROUPS && 2 * groups <= count && assigned(digits);
    let value = || format!("+{}", super::ascii(digits));
    fits.then(|| Lead { kind: Kind::Phone, value: value(), range: at..at + 1 + end })
}

/// Whether bytes end with a number, which another may follow without a gap: `+34600000001+34600000002`.
#[cold]
fn follows_number(before: &[u8]) -> bool {
    let length = super::run_back(before, *DIGITS.end() + 1, |byte| byte.is_ascii_digit());
    let (rest, digits) = before.split_at(before.len() - length);
    DIGITS.contains(&length) && rest.last() == Some(&b'+') && assigned(digits)
}

/// Whether digits begin with a calling code that is given out.
fn assigned(digits: &[u8]) -> bool {
    let digit = |place: usize| digits.get(place).map_or(0, |byte| usize::from(byte.wrapping_sub(b'0')));
    let (zone, two, third) = (digit(0), 10 * digit(0) + digit(1), digit(2));
    let thirds: &[usize] = match two {
        _ if zone == 1 || zone == 7 => return true,
        _ if zone == 0 => return false,
        20 | 27 | 30..=34 | 36 | 39 | 40 | 41 | 43..=49 | 51..=58 | 60..=66 | 81 | 82 | 84 | 86 | 90..=95 | 98 => {
            return true;
        }
        22 | 23 | 24 | 26 | 35 | 50 | 59 => return true,
        21 => &[1, 2, 3, 6, 8],
        25 => &[0, 1, 2, 3, 4, 5, 6, 7, 8],
        29 => &[0, 1, 7, 8, 9],
        37 => &[0, 1, 2, 3, 4, 5, 6, 7, 8],
        38 => &[0, 1, 2, 3, 5, 6, 7, 9],
        42 => &[0, 1, 3],
        67 => &[0, 2, 3, 4, 5, 6, 7, 8, 9],
        68 => &[0, 1, 2, 3, 5, 6, 7, 8, 9],
        69 => &[0, 1, 2],
        80 => &[0, 8],
        85 => &[0, 2, 3, 5, 6],
        87 => &[0, 8],
        88 => &[0, 1, 2, 3, 6, 8],
        96 => &[0, 1, 2, 3, 4, 5, 6, 7, 8],
        97 => &[0, 1, 2, 3, 4, 5, 6, 7, 9],
        99 => &[2, 3, 4, 5, 6, 8],
        _ => &[],
    };
    thirds.contains(&third)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let found = |text: &str| {
            let lead = at(text.as_bytes(), text.find('+').unwrap())?;
            Some((lead.value, text[lead.range].to_owned()))
        };
        for (text, value, written) in [
            ("+34600000001", "+34600000001", "+34600000001"),
            ("tel:+34600000001;", "+34600000001", "+34600000001"),
            ("(+34) 600 000 001.", "+34600000001", "+34) 600 000 001"),
            ("+34 600 000 001 2024", "+34600000001", "+34 600 000 001"),
            ("+1 (202) 555-0100", "+12025550100", "+1 (202) 555-0100"),
            ("+49 1512 3456789 ok", "+4915123456789", "+49 1512 3456789"),
            ("+57-300-000-0002", "+573000000002", "+57-300-000-0002"),
            ("llama al +57.300.0000002.", "+573000000002", "+57.300.0000002"),
            // The zero that is dialled at home is not part of the number.
            ("+34 (0) 600 000 044", "+34600000044", "+34 (0) 600 000 044"),
            ("+44(0)20 7946 0000.", "+442079460000", "+44(0)20 7946 0000"),
            ("(+34)(0)600-000-044", "+34600000044", "+34)(0)600-000-044"),
            ("+34600000001+34600000002", "+34600000001", "+34600000001"),
        ] {
            assert_eq!(found(text), Some((value.to_owned(), written.to_owned())), "{text}");
        }
        for text in [
            "+",
            "+5",
            "a+34600000001",
            "+34600000001a",
            "+0034600000001",
            "+1 2 3 4 5 6 7 8",
            "+21012345678",
            "+1234567",
            "+1234567890123456",
            "2020-01-01T00:00:00+0200",
            "+99912345678",
            "+34 (0)",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        // Numbers without a gap; sums are none.
        let all = |text: &str| {
            let places = text.match_indices('+').map(|(place, _)| place);
            places.filter_map(|place| at(text.as_bytes(), place)).map(|lead| lead.value).collect::<Vec<_>>()
        };
        assert_eq!(all("+34600000001+34600000002+34600000003"), ["+34600000001", "+34600000002", "+34600000003"]);
        assert_eq!(all("12+34600000001"), [""; 0]);
        assert_eq!(all("12345678+34600000001"), [""; 0]);
    }
}
