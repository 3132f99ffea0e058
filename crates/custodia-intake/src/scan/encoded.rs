//! Signs that other programs write by their numbers or letters: `%2F` in an address that leads on to another, `\/`, `\u002f` and `\n` in
//! JSON. A trace may hold such signs, and one may stand before it, whose letters and digits are none of its own.
//!
//! Source: RFC 3986 section 2.1, RFC 8259 section 7. What is found is the link with its signs as they are; what stands there stays as
//! it is written.

use std::ops::Range;

use super::web::{self, LONGEST, SCHEMES};
use super::{Kind, Lead, ends_with, run_back, whatsapp};

/// Bytes before a slash that may be the name of a host and the scheme before it, every sign of which takes three.
const BEFORE: usize = 96;

/// The scheme of the app's own links.
const APP: &str = "whatsapp";

/// A link with each sign as itself.
#[derive(Default)]
struct Plain {
    bytes: Vec<u8>,
    /// Where each of them is written.
    places: Vec<Range<usize>>,
}

impl Plain {
    /// What is written from `from` on, up to the first byte that no link holds. `one` gives a sign and how many bytes it takes.
    fn read(bytes: &[u8], from: usize, one: impl Fn(&[u8]) -> Option<(u8, usize)>) -> Plain {
        let mut plain = Plain::default();
        let mut at = from;
        while plain.bytes.len() < LONGEST
            && let Some((byte, length)) = bytes.get(at..).and_then(&one)
            && web::is_url(byte)
        {
            plain.bytes.push(byte);
            plain.places.push(at..at + length);
            at += length;
        }
        plain
    }

    /// The same lead where it is written.
    fn written(&self, lead: Lead) -> Option<Lead> {
        let first = self.places.get(lead.range.start)?;
        let last = self.places.get(lead.range.end.checked_sub(1)?)?;
        Some(Lead { range: first.start..last.end, ..lead })
    }
}

/// A byte, or `%2F` and the like.
fn percent(bytes: &[u8]) -> Option<(u8, usize)> {
    match bytes {
        [b'%', one, two, ..] => Some((number(&[*one, *two])?, 3)),
        [byte, ..] => Some((*byte, 1)),
        [] => None,
    }
}

/// A byte, `\/`, or `\u002f` and the like.
fn json(bytes: &[u8]) -> Option<(u8, usize)> {
    match bytes {
        [b'\\', b'/', ..] => Some((b'/', 2)),
        [b'\\', b'u', b'0', b'0', one, two, ..] => Some((number(&[*one, *two])?, 6)),
        [b'\\', ..] | [] => None,
        [byte, ..] => Some((*byte, 1)),
    }
}

fn number(digits: &[u8; 2]) -> Option<u8> {
    let [byte] = <[u8; 1]>::try_from(hex::decode(digits).ok()?).ok()?;
    Some(byte)
}

/// The sign that is written by its letter or number at the beginning of these bytes, and how many of them write it.
fn sign(bytes: &[u8]) -> Option<(u8, usize)> {
    match bytes {
        [b'\\', b'n', ..] => Some((b'\n', 2)),
        [b'\\', b'r', ..] => Some((b'\r', 2)),
        [b'\\', b't', ..] => Some((b'\t', 2)),
        [b'\\', b'u', a, b, c, d, ..] => {
            let (high, low) = (number(&[*a, *b])?, number(&[*c, *d])?);
            Some((if high == 0 { low } else { u8::MAX }, 6))
        }
        // Letters and digits are never written so.
        [b'%', one, two, ..] => Some((number(&[*one, *two]).filter(|byte| !byte.is_ascii_alphanumeric())?, 3)),
        _ => None,
    }
}

/// Bytes of the longest such sign.
pub const SIGN: usize = 6;

/// How many of the bytes from `start` on belong to a sign that begins before them: `n` of `\n`, `u003c` of `\u003c`, `20` of `%20`.
#[inline]
pub fn overlap(bytes: &[u8], start: usize) -> usize {
    let near = bytes.get(start.saturating_sub(SIGN)..start).unwrap_or_default();
    if !near.iter().any(|byte| matches!(byte, b'\\' | b'%')) {
        return 0;
    }
    let over = |back: usize| {
        let (_, length) = sign(bytes.get(start.checked_sub(back)?..)?)?;
        length.checked_sub(back).filter(|over| *over > 0)
    };
    (1..SIGN).find_map(over).unwrap_or(0)
}

/// The sign that ends before `start`, if it is written so.
#[cold]
pub fn before(bytes: &[u8], start: usize) -> Option<u8> {
    [2, 3, SIGN].into_iter().find_map(|long| {
        let (byte, length) = sign(bytes.get(start.checked_sub(long)?..)?)?;
        (length == long).then_some(byte)
    })
}

/// Whether these bytes begin with a sign, written by its number, that no user of an e-mail address holds.
#[cold]
pub fn ends_user(bytes: &[u8]) -> bool {
    let holds = |byte: u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte);
    percent(bytes).is_some_and(|(byte, length)| length > 1 && !holds(byte))
}

/// The link of WhatsApp around the `%2F` at `at`, as it stands in an address that leads on to it.
#[cold]
pub fn in_address(bytes: &[u8], at: usize) -> Option<Lead> {
    let known = [&b"app.com"[..], b"wa.me", b"app:", b"app%3A"];
    let before = bytes.get(..at)?;
    // Nothing is read that no link of WhatsApp stands in: hostile bytes may hold any number of such signs.
    if !bytes.get(at + 1..at + 3)?.eq_ignore_ascii_case(b"2f") || !known.iter().any(|word| ends_with(before, word)) {
        return None;
    }
    let part = |byte: u8| byte.is_ascii_alphanumeric() || b".-%:".contains(&byte);
    let mut start = at - run_back(before, BEFORE, part);
    start += overlap(bytes, start);
    // A blank, an end of line or a quotation mark before the link is none of it.
    let mut next = start;
    while next < at {
        let one = percent(bytes.get(next..)?);
        next += one.map_or(1, |(_, length)| length);
        if !one.is_some_and(|(byte, _)| web::is_url(byte)) {
            start = next;
        }
    }
    let plain = Plain::read(bytes, start, percent);
    let slash = plain.places.iter().position(|place| place.start == at)?;
    plain.written(whatsapp::link(&plain.bytes, slash)?)
}

/// The address whose scheme ends at the colon at `at`, some of its signs written as JSON writes them.
#[cold]
pub fn in_json(bytes: &[u8], at: usize) -> Option<Lead> {
    let before = bytes.get(..at)?;
    let scheme = SCHEMES.iter().chain([&APP]).find(|known| ends_with(before, known.as_bytes()))?;
    let plain = Plain::read(bytes, at - scheme.len(), json);
    let slashes = scheme.len() + 1;
    if plain.bytes.get(slashes..slashes + 2)? != b"//" {
        return None;
    }
    let host = plain.bytes.get(slashes + 2..)?.iter().position(|byte| *byte == b'/');
    let slash = if *scheme == APP { slashes } else { slashes + 2 + host.unwrap_or_default() };
    if let Some(lead) = whatsapp::link(&plain.bytes, slash) {
        // It may be found at its slash as well.
        let written = plain.places.get(slash)?.end.checked_sub(1)?;
        let found = bytes.get(written) == Some(&b'/') && whatsapp::link(bytes, written).is_some();
        return plain.written(lead).filter(|_| !found);
    }
    plain.written(web::url(&plain.bytes, scheme.len())?).filter(|lead| lead.kind == Kind::Url)
}

#[cfg(test)]
mod tests {
    use super::super::of_text;
    use super::*;

    const CODE: &str = "AbCdEfGhIjKlMnOpQrStU1";

    fn found(text: &str) -> Vec<(Kind, String, &str)> {
        of_text(text).into_iter().map(|lead| (lead.kind, lead.value, text.get(lead.range).unwrap())).collect()
    }

    #[test]
    fn in_addresses_that_lead_on() {
        let outer = "https://l.example.com/l.php?u=";
        for (inner, kind, value) in [
            (format!("https%3A%2F%2Fchat.whatsapp.com%2F{CODE}"), Kind::InviteLink, CODE.to_owned()),
            (format!("https%3a%2f%2fchat.whatsapp.com%2finvite%2f{CODE}"), Kind::InviteLink, CODE.to_owned()),
            (format!("https:%2F%2Fweb.whatsapp.com%2Faccept%3Fcode%3D{CODE}"), Kind::InviteLink, CODE.to_owned()),
            ("https%3A%2F%2Fwa.me%2F34600000001".into(), Kind::ChatLink, "34600000001@s.whatsapp.net".into()),
            (
                "https%3A%2F%2Fapi.whatsapp.com%2Fsend%3Fphone%3D34600000001".into(),
                Kind::ChatLink,
                "34600000001@s.whatsapp.net".into(),
            ),
        ] {
            for behind in ["", "&h=1", " and", "%3Fmode%3Dac"] {
                let text = format!("see {outer}{inner}{behind}");
                let found = found(&text);
                let wanted = (kind, value.clone(), inner.as_str());
                let of_kind: Vec<_> = found.iter().filter(|(kind, ..)| *kind != Kind::Url).collect();
                assert_eq!(of_kind, [&wanted], "{text}");
                assert!(found.iter().any(|(kind, ..)| *kind == Kind::Url), "{text}");
            }
            assert_eq!(found(&inner), [(kind, value, inner.as_str())]);
        }
        for text in [
            format!("https%3A%2F%2Fchat.whatsapp.com%2F{CODE}2"),
            format!("https%3A%2F%2Fchat.whatsapp.com.example%2F{CODE}"),
            format!("https%3A%2F%2Fnotchat.whatsapp.com%2F{CODE}"),
            "wa.me%2F".into(),
            "me%2".into(),
            "me%2F".into(),
            "%2F".into(),
        ] {
            assert_eq!(found(&text), [], "{text}");
        }
    }

    #[test]
    fn as_json_writes_them() {
        for (text, kind, value) in [
            (format!(r"https:\/\/chat.whatsapp.com\/{CODE}"), Kind::InviteLink, CODE.to_owned()),
            (format!(r"https:\/\/chat.whatsapp.com\/invite\/{CODE}"), Kind::InviteLink, CODE.to_owned()),
            (format!(r"https:\u002F\u002Fchat.whatsapp.com\u002f{CODE}"), Kind::InviteLink, CODE.to_owned()),
            (format!(r"https:\/\/web.whatsapp.com\/accept?code\u003d{CODE}"), Kind::InviteLink, CODE.to_owned()),
            (format!(r"https://web.whatsapp.com/accept?code\u003d{CODE}"), Kind::InviteLink, CODE.to_owned()),
            (r"whatsapp:\/\/send?phone=34600000001".into(), Kind::ChatLink, "34600000001@s.whatsapp.net".into()),
            (
                r"https://api.whatsapp.com/send?text\u003dx\u0026phone\u003d34600000001".into(),
                Kind::ChatLink,
                "34600000001@s.whatsapp.net".into(),
            ),
            (
                r"https:\u002F\u002Fcircle.example\u002Fa?b\u003dc".into(),
                Kind::Url,
                "https://circle.example/a?b=c".into(),
            ),
        ] {
            for (before, behind) in [("\"", "\","), ("", ""), ("a ", "\\n")] {
                let all = format!("{before}{text}{behind}");
                assert_eq!(found(&all), [(kind, value.clone(), text.as_str())], "{all}");
            }
        }
        assert_eq!(found(r"https:\u00"), []);
        assert_eq!(found(r"whatsapp:\/\/"), []);
    }

    /// Such signs stand before whatever is looked for, and their letters and digits are none of it.
    #[test]
    fn behind_signs_written_by_letters_or_numbers() {
        const V3: &str = "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dyp3kead.onion";
        let account = |number: &str| format!("{number}@s.whatsapp.net");
        for (kind, written, value) in [
            (Kind::InviteLink, format!("chat.whatsapp.com/{CODE}"), CODE.to_owned()),
            (Kind::ChatLink, "wa.me/34600000001".into(), account("34600000001")),
            (Kind::ChatLink, "https://wa.me/34600000001".into(), account("34600000001")),
            (Kind::ChatLink, "whatsapp://send?phone=34600000001".into(), account("34600000001")),
            (Kind::Onion, V3.into(), V3.into()),
            (Kind::OnionV2, "expyuzz4wqqyqhjn.onion".into(), "expyuzz4wqqyqhjn.onion".into()),
            (Kind::Account, "123456789012345@lid".into(), "123456789012345@lid".into()),
            (Kind::Account, "34600000001@c.us".into(), account("34600000001")),
            (Kind::Account, "34600000001@s.whatsapp.net".into(), account("34600000001")),
            (Kind::GroupAddress, "120363041234567890@g.us".into(), "120363041234567890@g.us".into()),
            (Kind::EMail, "red@circle.example".into(), "red@circle.example".into()),
            (Kind::Phone, "+34600000001".into(), "+34600000001".into()),
            (Kind::Wallet, "1111111111111111111114oLvT2".into(), "1111111111111111111114oLvT2".into()),
            (Kind::Url, "ftp://circle.example/x".into(), "ftp://circle.example/x".into()),
        ] {
            for sign in
                [r"\n", r"\t", r"\r\n", r"\u003e", r"\u00e9", r"\u0020", "%20", "%0A", "%0a", "%3C", "%22", "x%20"]
            {
                for before in ["", "a ", "say"] {
                    let text = format!("{before}{sign}{written} and");
                    assert_eq!(found(&text), [(kind, value.clone(), written.as_str())], "{text}");
                }
            }
        }
        for behind in ["%20", "%0A", "%22", "%3C", "caf%C3%A9%20", "%7B%22url%22%3A%22"] {
            let link = format!("https%3A%2F%2Fchat.whatsapp.com%2F{CODE}");
            let text = format!("text=Join{behind}{link}%22");
            assert_eq!(found(&text), [(Kind::InviteLink, CODE.to_owned(), link.as_str())], "{text}");
        }
        assert_eq!(
            found("u=whatsapp%3A%2F%2Fsend%3Fphone%3D34600000001"),
            [(Kind::ChatLink, account("34600000001"), "whatsapp%3A%2F%2Fsend%3Fphone%3D34600000001")]
        );
        assert_eq!(found(r"?phone\u003d+34600000001"), []);
    }

    #[test]
    fn addresses_with_signs_that_json_writes_by_number() {
        for (text, value) in [
            (r"https://circle.example/a?x\u003d1\u0026y=2", "https://circle.example/a?x=1&y=2"),
            (r"https://circle.example\/a", "https://circle.example/a"),
            (r"https://circle.example/a\nb", "https://circle.example/a"),
        ] {
            assert_eq!(found(text).into_iter().map(|(_, value, _)| value).collect::<Vec<_>>(), [value], "{text}");
        }
        let chat = found(r"https://wa.me\/34600000001");
        assert_eq!(chat.into_iter().map(|(kind, ..)| kind).collect::<Vec<_>>(), [Kind::ChatLink]);
    }

    #[test]
    fn names_of_onion_services_behind_such_slashes() {
        let name = "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dyp3kead";
        for before in ["http%3A%2F%2F", "http%3a%2f%2f", r"http:\u002f\u002f", r"http:\/\/", "u=http://"] {
            let text = format!("{before}{name}.onion%2Fcircles");
            let onions: Vec<_> = found(&text).into_iter().filter(|(kind, ..)| *kind == Kind::Onion).collect();
            assert_eq!(onions, [(Kind::Onion, format!("{name}.onion"), &*format!("{name}.onion"))], "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(pieces in proptest::collection::vec(proptest::sample::select(
            &["%", "2F", "%2F", "%3A", "https", ":", "\\", "\\/", "\\u002f", "u00", "wa.me", "chat.whatsapp.com", CODE, "é", "m", "=", "?"][..],
        ), 0..20)) {
            let text = pieces.concat();
            for lead in of_text(&text) {
                proptest::prop_assert!(text.get(lead.range).is_some());
            }
        }
    }
}
