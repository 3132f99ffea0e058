//! Leads in texts: links that invite to a group or open a chat, addresses of groups, accounts.
//!
//! It looks at every text of every message, so a text without a lead must cost nearly nothing: every form has a `/` or an
//! `@`, one pass looks for both, and the byte beside it turns nearly all others away. Only ASCII is compared, byte by
//! byte, so what is found begins and ends between characters.
//!
//! Source of the forms: public usage and public link classifiers. An invite code has 22 characters of `A-Z a-z 0-9 _ -`;
//! 20 to 24 are taken, because nobody promises 22. Names of hosts compare without case, codes with it.

use std::ops::Range;

use custodia_model::account::{GROUP_SERVER, LID_SERVER, PHONE_SERVER};
use memchr::memchr2_iter;

/// Leads that are taken from one text; a message has one or two.
pub const MOST: usize = 1000;

/// Bytes before a slash that may be the name of a host, before an `@` that may be a user, and of a query.
const HOST: usize = 64;
const USER: usize = 48;
const QUERY: usize = 1024;

/// Characters of an invite code.
const CODE: std::ops::RangeInclusive<usize> = 20..=24;
const USUAL_CODE: usize = 22;

/// Digits of a hidden identifier, of a new group address, and of the time in an old one.
const LID_DIGITS: std::ops::RangeInclusive<usize> = 5..=20;
const GROUP_DIGITS: std::ops::RangeInclusive<usize> = 15..=25;
const GROUP_TIME: usize = 10;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A link that invites to a group or community.
    InviteLink,
    /// A link that opens a chat with a number.
    ChatLink,
    /// The address of a group.
    GroupAddress,
    /// The address of an account.
    Account,
}

impl Kind {
    /// The word of the column `trace_kind`.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::InviteLink => "invite link",
            Kind::ChatLink => "chat link",
            Kind::GroupAddress => "group address",
            Kind::Account => "account",
        }
    }
}

/// A lead and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// What it is.
    pub kind: Kind,
    /// Its normal form: a code, the address of a group, the address of an account.
    pub value: String,
    /// Where it is written, in bytes of the text.
    pub range: Range<usize>,
}

/// Every lead in a text, at most [`MOST`], in the order in which they stand.
#[inline]
pub fn leads(text: &str) -> impl Iterator<Item = Lead> + '_ {
    let anchors = memchr2_iter(b'/', b'@', text.as_bytes());
    anchors.filter_map(move |at| lead(text, at)).take(MOST)
}

#[inline]
fn lead(text: &str, at: usize) -> Option<Lead> {
    let bytes = text.as_bytes();
    if bytes.get(at) == Some(&b'@') {
        return match bytes.get(at + 1)?.to_ascii_lowercase() {
            b's' | b'g' | b'l' | b'c' => address(text, at),
            _ => None,
        };
    }
    // The last letters of `whatsapp.com`, `wa.me` and `whatsapp:`; most links end in none of them.
    let ends = |word: &[u8]| bytes.get(..at).is_some_and(|before| ends_with(before, word));
    match bytes.get(at.checked_sub(1)?)? {
        b'm' | b'M' if ends(b"app.com") => host_link(text, at),
        b'e' | b'E' if ends(b"wa.me") => host_link(text, at),
        b':' if ends(b"app:") => app_link(text, at),
        _ => None,
    }
}

/// A link whose host ends before the slash at `slash`.
fn host_link(text: &str, slash: usize) -> Option<Lead> {
    let before = text.as_bytes().get(..slash)?;
    let length = run_back(before, HOST, |byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
    let host = before.get(slash - length..)?;
    let path = slash + 1;
    let (name, kind, value, end) = if is_host(host, "chat.whatsapp.com") {
        let code = code(text, skip(text, path, "invite/").unwrap_or(path))?;
        ("chat.whatsapp.com", Kind::InviteLink, text.get(code.clone())?.to_owned(), code.end)
    } else if is_host(host, "wa.me") {
        let number = number(text, skip(text, path, "+").unwrap_or(path))?;
        ("wa.me", Kind::ChatLink, phone_account(text.get(number.clone())?), number.end)
    } else if is_host(host, "api.whatsapp.com") {
        let (kind, value, end) = with_query(text, path)?;
        ("api.whatsapp.com", kind, value, end)
    } else if is_host(host, "web.whatsapp.com") {
        let (kind, value, end) = with_query(text, path)?;
        ("web.whatsapp.com", kind, value, end)
    } else {
        return None;
    };
    let from = slash - name.len();
    let from = match before.get(from.saturating_sub(4)..from) {
        Some(www) if www.eq_ignore_ascii_case(b"www.") => from - 4,
        _ => from,
    };
    Some(Lead { kind, value, range: scheme_before(before, from)..end })
}

/// A link of the app itself, `whatsapp://…`; its first slash is at `slash`.
fn app_link(text: &str, slash: usize) -> Option<Lead> {
    const SCHEME: &str = "whatsapp:";
    let before = text.as_bytes().get(..slash)?;
    let from = slash.checked_sub(SCHEME.len())?;
    let scheme = before.get(from..)?.eq_ignore_ascii_case(SCHEME.as_bytes());
    let alone = from == 0 || !before.get(from - 1)?.is_ascii_alphanumeric();
    if !scheme || !alone || text.as_bytes().get(slash + 1) != Some(&b'/') {
        return None;
    }
    let (kind, value, end) = with_query(text, slash + 2)?;
    Some(Lead { kind, value, range: from..end })
}

/// What `send?…phone=`, `accept?…code=` and `chat?…code=` name, the path beginning at `path`.
fn with_query(text: &str, path: usize) -> Option<(Kind, String, usize)> {
    let (wanted, after) = [("send", "phone"), ("accept", "code"), ("chat", "code")]
        .into_iter()
        .find_map(|(word, wanted)| Some((wanted, skip(text, path, word)?)))?;
    let query = skip(text, skip(text, after, "/").unwrap_or(after), "?")?;
    let at = parameter(text, query, wanted)?;
    if wanted == "code" {
        let code = code(text, at)?;
        return Some((Kind::InviteLink, text.get(code.clone())?.to_owned(), code.end));
    }
    // The plus sign may stand there as it is or as its number.
    let at = ["+", "%2B"].into_iter().find_map(|plus| skip(text, at, plus)).unwrap_or(at);
    let number = number(text, at)?;
    Some((Kind::ChatLink, phone_account(text.get(number.clone())?), number.end))
}

/// Where the value of a parameter begins in a query that begins at `query`.
fn parameter(text: &str, query: usize, wanted: &str) -> Option<usize> {
    let rest = text.as_bytes().get(query..)?;
    let rest = rest.get(..QUERY).unwrap_or(rest);
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'#');
    let rest = rest.split(ends).next()?;
    let mut at = query;
    for part in rest.split(|&byte| byte == b'&') {
        // A link copied out of a page still writes `&amp;`.
        let escaped = part.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"amp;"));
        let name = if escaped { at + 4 } else { at };
        if let Some(value) = skip(text, name, wanted).and_then(|equals| skip(text, equals, "=")) {
            return Some(value);
        }
        at += part.len() + 1;
    }
    None
}

/// The invite code that begins at `from`.
fn code(text: &str, from: usize) -> Option<Range<usize>> {
    let rest = text.as_bytes().get(from..)?;
    let length = rest.iter().take(HOST).take_while(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte)).count();
    // `_` also marks words as slanted: what stands so behind a code of the usual length is not part of it.
    let marks = rest.get(USUAL_CODE..length).is_some_and(|marks| marks.iter().all(|byte| b"_-".contains(byte)));
    let length = if marks { USUAL_CODE } else { length };
    CODE.contains(&length).then(|| from..from + length)
}

/// The number that begins at `from`, without plus sign.
fn number(text: &str, from: usize) -> Option<Range<usize>> {
    let rest = text.as_bytes().get(from..)?;
    let length = rest.iter().take(USER).take_while(|byte| byte.is_ascii_digit()).count();
    let ends = rest.get(length).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    (ends && is_phone(rest.get(..length)?)).then(|| from..from + length)
}

/// The address around the `@` at `at`.
fn address(text: &str, at: usize) -> Option<Lead> {
    let bytes = text.as_bytes();
    let (server, end) = [PHONE_SERVER, GROUP_SERVER, LID_SERVER, "c.us"]
        .into_iter()
        .find_map(|server| Some((server, skip(text, at + 1, server)?)))?;
    // A longer name is another server: `@lid.example`. A full stop may also end the sentence.
    let goes_on = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    let next = bytes.get(end);
    let joined = next.is_some_and(|byte| b".-_".contains(byte)) && goes_on(bytes.get(end + 1));
    if goes_on(next) || joined {
        return None;
    }
    let before = bytes.get(..at)?;
    let first = at - digits_back(before);
    let (kind, user) = if server == GROUP_SERVER {
        (Kind::GroupAddress, group_user(before, first)?)
    } else {
        let user = device_user(before, first).unwrap_or(first..at);
        let written = bytes.get(user.clone())?;
        let fits = if server == LID_SERVER { LID_DIGITS.contains(&written.len()) } else { is_phone(written) };
        (Kind::Account, fits.then_some(user)?)
    };
    if !stands_alone(before.get(..user.start)?) {
        return None;
    }
    let server = if server == "c.us" { PHONE_SERVER } else { server };
    let value = format!("{}@{server}", text.get(user.clone())?);
    Some(Lead { kind, value, range: user.start..end })
}

/// The user of a group, its last digits beginning at `last`: creator and time, or one number.
fn group_user(before: &[u8], last: usize) -> Option<Range<usize>> {
    let digits = before.len() - last;
    let rest = before.get(..last)?.strip_suffix(b"-").unwrap_or_default();
    match digits_back(rest) {
        0 => GROUP_DIGITS.contains(&digits).then_some(last..before.len()),
        creator => {
            let from = rest.len() - creator;
            (digits == GROUP_TIME && is_phone(rest.get(from..)?)).then_some(from..before.len())
        }
    }
}

/// The user of `user:device` or `user.agent:device`, the digits of the device beginning at `device`.
fn device_user(before: &[u8], device: usize) -> Option<Range<usize>> {
    let short = before.len() - device <= 5;
    let colon = before.get(..device)?.strip_suffix(b":").filter(|_| short)?;
    let last = digits_back(colon);
    let agent = colon.get(..colon.len() - last)?.strip_suffix(b".").filter(|_| (1..=3).contains(&last));
    let user = match agent.map(|rest| (rest.len(), digits_back(rest))) {
        Some((end, digits)) if digits > 0 => end - digits..end,
        _ => colon.len() - last..colon.len(),
    };
    // A time of day may stand before an address too: `12:34600000001@…`.
    (user.len() >= 5).then_some(user)
}

/// Whether what follows `before` begins there, and is not the end of a longer word.
fn stands_alone(before: &[u8]) -> bool {
    match before.split_last() {
        None => true,
        Some((last, rest)) if b".-_".contains(last) => !rest.last().is_some_and(u8::is_ascii_alphanumeric),
        Some((last, _)) => !last.is_ascii_alphanumeric(),
    }
}

/// Whether digits can be a number in international form.
fn is_phone(digits: &[u8]) -> bool {
    (5..=15).contains(&digits.len()) && digits.first() != Some(&b'0') && digits.iter().all(u8::is_ascii_digit)
}

fn phone_account(digits: &str) -> String {
    format!("{digits}@{PHONE_SERVER}")
}

/// Whether bytes end with a word, in any case.
fn ends_with(bytes: &[u8], word: &[u8]) -> bool {
    let from = bytes.len().checked_sub(word.len());
    from.and_then(|from| bytes.get(from..)).is_some_and(|end| end.eq_ignore_ascii_case(word))
}

/// Whether a host is this one or lies within it: who owns a name owns every name within it. A hyphen before the name
/// belongs to another name, unless nothing else stands before it, as in a list.
fn is_host(host: &[u8], name: &str) -> bool {
    let Some((before, tail)) = host.len().checked_sub(name.len()).and_then(|from| host.split_at_checked(from)) else {
        return false;
    };
    tail.eq_ignore_ascii_case(name.as_bytes())
        && (before.ends_with(b".") || before.iter().all(|byte| b".-".contains(byte)))
}

/// Where a link begins whose host begins at `from`: at its scheme, when it has one.
fn scheme_before(before: &[u8], from: usize) -> usize {
    let Some(rest) = before.get(..from).and_then(|rest| rest.strip_suffix(b"://")) else { return from };
    match run_back(rest, 8, |byte| byte.is_ascii_alphabetic()) {
        0 => from,
        length => rest.len() - length,
    }
}

/// The place behind `word`, when it stands at `at` in any case.
fn skip(text: &str, at: usize, word: &str) -> Option<usize> {
    let end = at.checked_add(word.len())?;
    text.as_bytes().get(at..end)?.eq_ignore_ascii_case(word.as_bytes()).then_some(end)
}

fn digits_back(before: &[u8]) -> usize {
    run_back(before, USER, |byte| byte.is_ascii_digit())
}

/// How many of the last bytes, at most `most`, are of one kind.
fn run_back(before: &[u8], most: usize, of_kind: impl Fn(u8) -> bool) -> usize {
    before.iter().rev().take(most).take_while(|&&byte| of_kind(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CODE22: &str = "AbCdEfGhIjKlMnOpQrStU1";

    fn found(text: &str) -> Vec<(Kind, String, &str)> {
        leads(text).map(|lead| (lead.kind, lead.value, &text[lead.range])).collect()
    }

    #[test]
    fn forms_and_their_values() {
        use Kind::{Account, ChatLink, GroupAddress, InviteLink};
        let phone = "34600000002@s.whatsapp.net";
        let invites = [
            "https://chat.whatsapp.com/{}",
            "http://www.chat.whatsapp.com/{}",
            "chat.whatsapp.com/{}",
            "HTTPS://Chat.WhatsApp.com/{}",
            "https://chat.whatsapp.com/invite/{}",
            "whatsapp://chat?code={}",
            "whatsapp://chat/?code={}",
            "https://web.whatsapp.com/accept?code={}",
        ];
        for form in invites {
            let link = form.replace("{}", CODE22);
            for (before, after) in [
                ("", ""),
                ("¡Únete! ", "?mode=ac_t"),
                ("(", ")."),
                ("_", "_"),
                ("*", "*"),
                ("Entra:", "\nya"),
                ("-", "--"),
            ] {
                let text = format!("{before}{link}{after}");
                assert_eq!(found(&text), [(InviteLink, CODE22.to_owned(), link.as_str())], "{text}");
            }
        }
        let chats = [
            "https://wa.me/34600000002",
            "wa.me/34600000002",
            "Wa.me/+34600000002",
            "https://api.whatsapp.com/send?phone=34600000002",
            "https://api.whatsapp.com/send/?phone=34600000002",
            "https://api.whatsapp.com/send?text=hola%20a%20todos&phone=%2B34600000002",
            "https://web.whatsapp.com/send?l=es&amp;phone=+34600000002",
            "whatsapp://send?phone=34600000002",
            "WhatsApp://send/?phone=34600000002",
        ];
        for link in chats {
            for (before, after) in [("", ""), ("ñ ", "&text=hola"), ("<", ">"), ("_", "_"), ("", "/?text=x"), ("", ".")]
            {
                let text = format!("{before}{link}{after}");
                assert_eq!(found(&text), [(ChatLink, phone.to_owned(), link)], "{text}");
            }
        }
        let addresses = [
            (Account, "34600000002@s.whatsapp.net", phone),
            (Account, "34600000002:12@s.whatsapp.net", phone),
            (Account, "34600000002.0:12@S.WhatsApp.net", phone),
            (Account, "34600000002@c.us", phone),
            (Account, "123456789012345@lid", "123456789012345@lid"),
            (Account, "123456789012345:3@lid", "123456789012345@lid"),
            (GroupAddress, "120363041234567890@g.us", "120363041234567890@g.us"),
            (GroupAddress, "34600000002-1445147498@G.US", "34600000002-1445147498@g.us"),
        ];
        for (kind, written, value) in addresses {
            for (before, after) in
                [("", ""), ("ñ", "ñ"), ("id=", "."), ("\"", "\","), ("- ", " -"), ("-", "-"), ("+", "/"), ("tel:", ":")]
            {
                let text = format!("{before}{written}{after}");
                assert_eq!(found(&text), [(kind, value.to_owned(), written)], "{text}");
            }
        }
        assert_eq!(found(&format!("chat.whatsapp.com/{CODE22} y wa.me/34600000002 y 1@g.us")).len(), 2);
    }

    #[test]
    fn what_is_no_lead() {
        for text in [
            "",
            "/",
            "@",
            "e/",
            "whatsapp:/",
            "whatsapp://",
            "mañana a las 5/6, nos vemos @ casa",
            "https://chat.whatsapp.com/",
            "https://chat.whatsapp.com/short",
            "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU1AbCdEfGhIjKlMnOpQrStU1",
            "https://notchat.whatsapp.com.example/AbCdEfGhIjKlMnOpQrStU1",
            "https://mychat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU1",
            "https://no-chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU1",
            "https://whatsapp.com/channel/AbCdEfGhIjKlMnOpQrStU1",
            "https://kawa.me/34600000002",
            "https://wa.me/message/ABCDEF",
            "https://wa.me/0034600000002",
            "https://wa.me/34600000002a",
            "https://wa.me/1234567890123456",
            "https://api.whatsapp.com/send?text=34600000002",
            "https://api.whatsapp.com/sender?phone=34600000002",
            "https://api.whatsapp.com/send?text=a phone=34600000002",
            "notwhatsapp://send?phone=34600000002",
            "34600000002@s.whatsapp.network",
            "34600000002@s.whatsapp.net.example",
            "a34600000002@s.whatsapp.net",
            "a.34600000002@s.whatsapp.net",
            "1234@lid",
            "123456789012345@lidl",
            "123456789012345@lid.example",
            "mail_123456789012345@lid",
            "12036304@g.us",
            "1-1445147498@g.us",
            "34600000002-144514749@g.us",
            "x34600000002-1445147498@g.us",
            "status@broadcast",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn one_text_gives_so_many_and_no_more() {
        let text = "wa.me/34600000002 ".repeat(MOST + 10);
        assert_eq!(leads(&text).count(), MOST);
    }

    proptest! {
        /// Words that forms are made of, in any order, between any characters.
        #[test]
        fn nothing_panics_and_ranges_are_whole_characters(
            words in proptest::collection::vec(
                prop_oneof![
                    Just("chat.whatsapp.com/"), Just("invite/"), Just("AbCdEfGhIjKlMnOpQrStU1"), Just("wa.me/"), Just("/"),
                    Just("api.whatsapp.com/send?"), Just("phone="), Just("&"), Just("amp;"), Just("whatsapp://"), Just("send"),
                    Just("34600000002"), Just("120363041234567890"), Just("@g.us"), Just("@s.whatsapp.net"), Just("@lid"),
                    Just("@"), Just(":"), Just("-"), Just("."), Just("_"), Just("+"), Just("%2B"), Just("ñ"), Just("😀"), Just(" "),
                    Just("code="), Just("?"), Just("12"), Just("é@lid"),
                ],
                0..12,
            ),
            noise in ".{0,6}",
        ) {
            let text = format!("{}{noise}", words.concat());
            for lead in leads(&text) {
                prop_assert!(text.get(lead.range.clone()).is_some_and(|written| !written.is_empty()), "{text} {lead:?}");
                prop_assert!(lead.value.is_ascii());
            }
        }

        #[test]
        fn any_text_is_looked_through(text in ".*") {
            for lead in leads(&text) {
                prop_assert!(text.get(lead.range).is_some());
            }
        }
    }
}
