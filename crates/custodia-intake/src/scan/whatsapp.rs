//! WhatsApp: links that invite to a group or open a chat, addresses of groups, accounts.
//!
//! Source of the forms: public usage and public link classifiers. An invite code has 22 characters of `A-Z a-z 0-9 _ -`; of the
//! code of a channel nobody promises a length. Names of hosts compare without case, codes with it.

use std::ops::Range;

use memchr::memchr2_iter;

use custodia_model::account::{GROUP_SERVER, LID_SERVER, PHONE_SERVER};

use super::{Kind, Lead, ascii, encoded, ends_with, run_back, skip};

/// Bytes before a slash that may be the name of a host, before an `@` that may be a user, and of a query.
const HOST: usize = 64;
const USER: usize = 48;
const QUERY: usize = 1024;

/// Characters of an invite code, and of the code of a channel.
const INVITE_CODE: usize = 22;
const CHANNEL_CODE: std::ops::RangeInclusive<usize> = 20..=24;

/// Characters of the code of a call or of a business; nobody promises a length.
const SHORT_CODE: std::ops::RangeInclusive<usize> = 8..=32;

/// Digits of a hidden identifier, of a new group address, and of the time in an old one.
const LID_DIGITS: std::ops::RangeInclusive<usize> = 5..=20;
const GROUP_DIGITS: std::ops::RangeInclusive<usize> = 15..=25;
const GROUP_TIME: usize = 10;

/// Servers of accounts and groups.
const SERVERS: [&str; 4] = [PHONE_SERVER, GROUP_SERVER, LID_SERVER, "c.us"];

/// Whether another text may follow a link without a gap, as in a record of a database.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Apart,
    Joined,
}

/// The link around the slash at `at`.
#[inline]
pub fn link(bytes: &[u8], at: usize) -> Option<Lead> {
    any_link(bytes, at, Next::Apart)
}

/// The link around the slash at `at` whose invite code another text may follow without a gap: the code ends where codes end.
#[cold]
pub(super) fn joined_link(bytes: &[u8], at: usize) -> Option<Lead> {
    any_link(bytes, at, Next::Joined).filter(|lead| lead.kind == Kind::InviteLink)
}

#[inline]
fn any_link(bytes: &[u8], at: usize, next: Next) -> Option<Lead> {
    // JSON may write a slash as `\/`, and many programs do.
    let end = match bytes.get(at.checked_sub(1)?)? {
        b'\\' => at - 1,
        _ => at,
    };
    // The last letters of `whatsapp.com`, `wa.me` and `whatsapp:`; most links end in none of them.
    let ends = |word: &[u8]| bytes.get(..end).is_some_and(|before| ends_with(before, word));
    match bytes.get(end.checked_sub(1)?)? {
        b'm' | b'M' if ends(b"app.com") => host_link(bytes, end, at + 1, next),
        b'e' | b'E' if ends(b"wa.me") => host_link(bytes, end, at + 1, next),
        b':' if end == at && ends(b"app:") => app_link(bytes, at, next),
        _ => None,
    }
}

/// Whether the server behind an `@` is one of WhatsApp's, so that what stands before it is no e-mail address.
pub fn is_server(domain: &[u8]) -> bool {
    SERVERS.iter().any(|server| domain.eq_ignore_ascii_case(server.as_bytes()))
}

/// A link whose host ends at `slash` and whose path begins at `path`.
fn host_link(text: &[u8], slash: usize, path: usize, next: Next) -> Option<Lead> {
    let before = text.get(..slash)?;
    let length = run_back(before, HOST, |byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
    let length = length - encoded::overlap(text, slash - length).min(length);
    let host = before.get(slash - length..)?;
    let (name, kind, value, end) = if is_host(host, "chat.whatsapp.com") {
        let code = invite_code(text, skip(text, path, "invite/").unwrap_or(path), next)?;
        ("chat.whatsapp.com", Kind::InviteLink, ascii(text.get(code.clone())?), code.end)
    } else if let Some(code) = is_host(host, "wa.me").then(|| business_code(text, path)).flatten() {
        ("wa.me", Kind::BusinessLink, ascii(text.get(code.clone())?), code.end)
    } else if is_host(host, "wa.me") {
        let plus = ["+", "%2B"].into_iter().find_map(|plus| skip(text, path, plus));
        let number = number(text, plus.unwrap_or(path))?;
        ("wa.me", Kind::ChatLink, phone_account(text.get(number.clone())?), number.end)
    } else if is_host(host, "api.whatsapp.com") {
        let (kind, value, end) = with_query(text, path, next)?;
        ("api.whatsapp.com", kind, value, end)
    } else if is_host(host, "web.whatsapp.com") {
        let (kind, value, end) = with_query(text, path, next)?;
        ("web.whatsapp.com", kind, value, end)
    } else if is_host(host, "call.whatsapp.com") {
        let from = skip(text, path, "voice/").or_else(|| skip(text, path, "video/"))?;
        let code = short_code(text, from)?;
        ("call.whatsapp.com", Kind::CallLink, ascii(text.get(code.clone())?), code.end)
    } else if is_host(host, "whatsapp.com") {
        let code = channel_code(text, skip(text, path, "channel/")?)?;
        ("whatsapp.com", Kind::ChannelLink, ascii(text.get(code.clone())?), code.end)
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
fn app_link(text: &[u8], slash: usize, next: Next) -> Option<Lead> {
    const SCHEME: &str = "whatsapp:";
    let before = text.get(..slash)?;
    let from = slash.checked_sub(SCHEME.len())?;
    let scheme = before.get(from..)?.eq_ignore_ascii_case(SCHEME.as_bytes());
    let alone = from == 0 || !before.get(from - 1)?.is_ascii_alphanumeric() || encoded::before(text, from).is_some();
    if !scheme || !alone || text.get(slash + 1) != Some(&b'/') {
        return None;
    }
    let (kind, value, end) = with_query(text, slash + 2, next)?;
    Some(Lead { kind, value, range: from..end })
}

/// What `send?…phone=`, `accept?…code=` and `chat?…code=` name, the path beginning at `path`.
fn with_query(text: &[u8], path: usize, next: Next) -> Option<(Kind, String, usize)> {
    let (wanted, after) = [("send", "phone"), ("accept", "code"), ("chat", "code")]
        .into_iter()
        .find_map(|(word, wanted)| Some((wanted, skip(text, path, word)?)))?;
    let query = skip(text, skip(text, after, "/").unwrap_or(after), "?")?;
    let at = parameter(text, query, wanted)?;
    if wanted == "code" {
        let code = invite_code(text, at, next)?;
        return Some((Kind::InviteLink, ascii(text.get(code.clone())?), code.end));
    }
    // The plus sign may stand there as it is or as its number.
    let at = ["+", "%2B"].into_iter().find_map(|plus| skip(text, at, plus)).unwrap_or(at);
    let number = number(text, at)?;
    Some((Kind::ChatLink, phone_account(text.get(number.clone())?), number.end))
}

/// Where the value of a parameter begins in a query that begins at `query`.
fn parameter(text: &[u8], query: usize, wanted: &str) -> Option<usize> {
    let rest = text.get(query..)?;
    let rest = rest.get(..QUERY).unwrap_or(rest);
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'#');
    let rest = rest.split(ends).next()?;
    let mut at = 0;
    loop {
        // A link copied out of a page still writes `&amp;`, and JSON may write `\u0026` and `\u003d`.
        let name = skip(rest, at, "amp;").unwrap_or(at);
        let equals = skip(rest, name, wanted);
        if let Some(value) = equals.and_then(|equals| ["=", r"\u003d"].iter().find_map(|sign| skip(rest, equals, sign)))
        {
            return Some(query + value);
        }
        let left = rest.get(at..)?;
        let sign = memchr2_iter(b'&', b'\\', left)
            .find(|&sign| left.get(sign) == Some(&b'&') || skip(left, sign, r"\u0026").is_some())?;
        at = skip(rest, at + sign, r"\u0026").unwrap_or(at + sign + 1);
    }
}

/// The invite code that begins at `from`.
fn invite_code(text: &[u8], from: usize, next: Next) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    let length = super::run(rest, HOST, is_code);
    // `_` also marks words as slanted: what stands so behind a code is not part of it.
    let marks = rest.get(INVITE_CODE..length)?.iter().all(|byte| b"_-".contains(byte));
    (marks || next == Next::Joined).then_some(from..from + INVITE_CODE)
}

/// The code of a channel that begins at `from`.
fn channel_code(text: &[u8], from: usize) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    let length = super::run(rest, HOST, is_code);
    let marks = rest.get(INVITE_CODE..length).is_some_and(|marks| marks.iter().all(|byte| b"_-".contains(byte)));
    let length = if marks { INVITE_CODE } else { length };
    CHANNEL_CODE.contains(&length).then(|| from..from + length)
}

fn is_code(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-".contains(&byte)
}

/// The code of a business's short link whose path begins at `path`.
fn business_code(text: &[u8], path: usize) -> Option<Range<usize>> {
    short_code(text, skip(text, path, "message/").or_else(|| skip(text, path, "qr/"))?)
}

/// A code of no known length that begins at `from`.
fn short_code(text: &[u8], from: usize) -> Option<Range<usize>> {
    let length = super::run(text.get(from..)?, HOST, is_code);
    SHORT_CODE.contains(&length).then(|| from..from + length)
}

/// The number that begins at `from`, without plus sign.
fn number(text: &[u8], from: usize) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    let length = rest.iter().take(USER).take_while(|byte| byte.is_ascii_digit()).count();
    let ends = rest.get(length).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    (ends && is_phone(rest.get(..length)?)).then(|| from..from + length)
}

/// The address around the `@` at `at`.
pub fn address(text: &[u8], at: usize) -> Option<Lead> {
    let bytes = text;
    if !matches!(bytes.get(at + 1)?.to_ascii_lowercase(), b's' | b'g' | b'l' | b'c') {
        return None;
    }
    let (server, end) = SERVERS.into_iter().find_map(|server| Some((server, skip(text, at + 1, server)?)))?;
    // A longer name is another server: `@lid.example`. A full stop may also end the sentence.
    let goes_on = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    let next = bytes.get(end);
    let joined = next.is_some_and(|byte| b".-_".contains(byte)) && goes_on(bytes.get(end + 1));
    if goes_on(next) || joined {
        return None;
    }
    let before = bytes.get(..at)?;
    let first = at - digits_back(before);
    let first = first + encoded::overlap(text, first).min(at - first);
    let (kind, user) = if server == GROUP_SERVER {
        (Kind::GroupAddress, group_user(before, first)?)
    } else {
        let user = device_user(before, first).unwrap_or(first..at);
        let written = bytes.get(user.clone())?;
        let fits = if server == LID_SERVER { LID_DIGITS.contains(&written.len()) } else { is_phone(written) };
        (Kind::Account, fits.then_some(user)?)
    };
    if !stands_alone(before.get(..user.start)?) && encoded::before(text, user.start).is_none() {
        return None;
    }
    let server = if server == "c.us" { PHONE_SERVER } else { server };
    let value = format!("{}@{server}", ascii(text.get(user.clone())?));
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

fn phone_account(digits: &[u8]) -> String {
    format!("{}@{PHONE_SERVER}", ascii(digits))
}

/// Whether a host is this one or lies within it: who owns a name owns every name within it. A hyphen before the name
/// belongs to another name, unless nothing else stands before it, as in a list.
pub(super) fn is_host(host: &[u8], name: &str) -> bool {
    let Some((before, tail)) = host.len().checked_sub(name.len()).and_then(|from| host.split_at_checked(from)) else {
        return false;
    };
    tail.eq_ignore_ascii_case(name.as_bytes())
        && (before.ends_with(b".") || before.iter().all(|byte| b".-".contains(byte)))
}

/// Where a link begins whose host begins at `from`: at its scheme, when it has one.
pub(super) fn scheme_before(before: &[u8], from: usize) -> usize {
    let before = before.get(..from).unwrap_or_default();
    let Some(rest) = before.strip_suffix(b"://").or_else(|| before.strip_suffix(br":\/\/")) else { return from };
    // Letters of another text or sign may stand before those that are known.
    let known = ["https", "http"].into_iter().find(|known| ends_with(rest, known.as_bytes())).map(str::len);
    match known.unwrap_or_else(|| run_back(rest, 8, |byte| byte.is_ascii_alphabetic())) {
        0 => from,
        length => rest.len() - length,
    }
}

fn digits_back(before: &[u8]) -> usize {
    run_back(before, USER, |byte| byte.is_ascii_digit())
}
