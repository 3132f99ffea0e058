//! Links whose signs other programs write by their numbers: `%2F` in an address that leads on to another, `\/` and `\u002f` in JSON.
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

/// The link of WhatsApp around the `%2F` at `at`, as it stands in an address that leads on to it.
#[cold]
pub fn in_address(bytes: &[u8], at: usize) -> Option<Lead> {
    if !bytes.get(at + 1..at + 3)?.eq_ignore_ascii_case(b"2f") {
        return None;
    }
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b".-%:".contains(&byte);
    let start = at - run_back(bytes.get(..at)?, BEFORE, sign);
    let plain = Plain::read(bytes, start, percent);
    let slash = plain.places.iter().position(|place| place.start == at)?;
    plain.written(whatsapp::link(&plain.bytes, slash)?)
}

/// The address whose scheme ends at the colon at `at`, a `\` behind it, as JSON writes it.
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

/// Whether the last of these bytes are those of a slash that is written by its number.
pub fn ends_with_slash(bytes: &[u8]) -> bool {
    ends_with(bytes, b"%2f") || ends_with(bytes, br"\u002f")
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
