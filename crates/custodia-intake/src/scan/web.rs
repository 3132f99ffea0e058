//! Addresses of the web, and e-mail addresses.
//!
//! Source: RFC 3986 for the characters of an address, RFC 5321 for lengths of e-mail addresses. Only ASCII is taken: what follows
//! in another script is another text as often as a part of the address.

use super::whatsapp;
use super::{Kind, Lead, ascii, encoded, ends_with, run, run_back};

/// Longest address that is taken, and longest name of a host.
pub const LONGEST: usize = 2000;
const HOST: usize = 253;

/// Longest user of an e-mail address.
const USER: usize = 64;

/// Schemes that lead out of the device.
pub const SCHEMES: &[&str] = &["https", "http", "ftp"];

/// Ends of names of files that look like domains: `icon@2x.png`.
const FILES: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "webp", "svg", "css", "js", "json", "xml", "html", "htm", "so", "dll", "exe", "class",
    "java", "kt", "db", "txt", "log", "mp4", "dex", "apk", "ttf",
];

/// The address whose scheme ends at the colon at `at`.
#[inline]
pub fn url(bytes: &[u8], at: usize) -> Option<Lead> {
    if bytes.get(at..at + 3)? != b"://" {
        return None;
    }
    let before = bytes.get(..at)?;
    // In records of databases texts stand without a gap, so `https` may end a longer run of letters; `ftp` is too short for that.
    let scheme = SCHEMES.iter().find(|known| ends_with(before, known.as_bytes()))?;
    let start = at - scheme.len();
    if scheme.len() < 4
        && start > 0
        && before.get(start - 1)?.is_ascii_alphanumeric()
        && encoded::before(bytes, start).is_none()
    {
        return None;
    }
    let rest = bytes.get(at + 3..)?;
    let rest = rest.get(..LONGEST).unwrap_or(rest);
    // The host first: it reaches to the next slash, so bytes with many beginnings of addresses are not gone through for each.
    let end = run(rest, LONGEST, |byte| is_url(byte) && !PATH.contains(&byte));
    let marks = run(rest.get(end..)?, LONGEST, is_mark);
    let has_path = rest.get(end + marks).is_some_and(|&byte| is_url(byte));
    if has_path {
        let host = host_of(rest.get(..end)?);
        if !is_host(host) || is_whatsapp(bytes, at + 3 + end, host) {
            return None;
        }
    }
    let length = end + run(rest.get(end..)?, LONGEST, is_url);
    // The rest of it may be written as JSON writes it.
    if matches!(rest.get(length..), Some([b'\\', b'/' | b'u', ..])) {
        return encoded::in_json(bytes, at);
    }
    let written = without_end(rest.get(..length)?);
    let end = end.min(written.len());
    let authority = written.get(..end)?;
    if !has_path && (!is_host(host_of(authority)) || is_whatsapp(bytes, at + 3 + end, host_of(authority))) {
        return None;
    }
    let value = format!("{scheme}://{}{}", ascii(authority).to_ascii_lowercase(), ascii(written.get(end..)?));
    Some(Lead { kind: Kind::Url, value, range: start..at + 3 + written.len() })
}

/// An address without what ends a sentence or marks a word, and without brackets that none of its own opens.
fn without_end(mut written: &[u8]) -> &[u8] {
    let count = |written: &[u8], wanted| written.iter().filter(|&&byte| byte == wanted).count();
    // How many brackets of each form close none, counted when the first is met.
    let mut surplus: Option<[usize; 2]> = None;
    while let Some((&last, shorter)) = written.split_last() {
        match last {
            b')' | b']' => {
                let surplus = surplus.get_or_insert_with(|| {
                    [(b'(', b')'), (b'[', b']')]
                        .map(|(open, close)| count(written, close).saturating_sub(count(written, open)))
                });
                let [round, square] = surplus;
                let surplus = if last == b')' { round } else { square };
                if *surplus == 0 {
                    break;
                }
                *surplus -= 1;
            }
            last if is_mark(last) => {}
            _ => break,
        }
        written = shorter;
    }
    written
}

/// Bytes that end the name of a host in an address.
const PATH: &[u8] = b"/?#";

/// What may stand behind an address without being part of it; a bracket is, where it closes one.
fn is_mark(byte: u8) -> bool {
    matches!(byte, b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b'_' | b'~' | b')' | b']')
}

/// The host of a user, a host and a port.
fn host_of(authority: &[u8]) -> &[u8] {
    authority.rsplit(|&byte| byte == b'@').next().unwrap_or_default()
}

/// Characters of an address, without quotes, brackets of markup and what marks code.
pub fn is_url(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'!' | b'#'..=b'/' | b':' | b';' | b'=' | b'?' | b'@')
        || matches!(byte, b'[' | b']' | b'_' | b'|' | b'~')
}

/// Whether this is a name with a full stop, or a number, and perhaps a port.
fn is_host(host: &[u8]) -> bool {
    let (name, port) = match host.iter().position(|&byte| byte == b':') {
        Some(colon) => host.split_at(colon),
        None => (host, &b""[..]),
    };
    let port = port.get(1..).unwrap_or_default();
    (3..=HOST).contains(&name.len())
        && port.len() <= 5
        && port.iter().all(u8::is_ascii_digit)
        && name.contains(&b'.')
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(byte))
        && name.split(|&byte| byte == b'.').all(|label| !label.is_empty())
        && name.last().is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether the address is a link of WhatsApp that its own verifier takes.
fn is_whatsapp(bytes: &[u8], slash: usize, host: &[u8]) -> bool {
    let known = ["whatsapp.com", "wa.me"].iter().any(|name| whatsapp::is_host(host, name));
    known && bytes.get(slash) == Some(&b'/') && whatsapp::link(bytes, slash).is_some()
}

/// The e-mail address around the `@` at `at`.
#[inline]
pub fn e_mail(bytes: &[u8], at: usize) -> Option<Lead> {
    let user_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte);
    if !bytes.get(at + 1)?.is_ascii_alphanumeric() || !user_byte(*bytes.get(at.checked_sub(1)?)?) {
        return None;
    }
    let before = bytes.get(..at)?;
    let mut length = run_back(before, USER + 1, user_byte);
    if length > USER {
        return None;
    }
    // Of `\n`, `\u003c` or `%20` before an address none is part of it.
    length -= encoded::overlap(before, at - length).min(length);
    let user = before.get(at - length..)?;
    let ends = |sign: &usize| encoded::ends_user(user.get(*sign..).unwrap_or_default());
    length -= memchr::memrchr_iter(b'%', user).find(ends).map_or(0, |sign| sign + 3).min(length);
    // A mark or a full stop does not begin an address.
    while length > 0 && !before.get(at - length)?.is_ascii_alphanumeric() {
        length -= 1;
    }
    let user = before.get(at - length..)?;
    if user.is_empty() || user.ends_with(b".") || user.windows(2).any(|two| two == b"..") {
        return None;
    }
    let rest = bytes.get(at + 1..)?;
    let mut end = run(rest, HOST, |byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    while end > 0 && !rest.get(end - 1)?.is_ascii_alphanumeric() {
        end -= 1;
    }
    let domain = rest.get(..end)?;
    let (top, others) = domain.rsplit(|&byte| byte == b'.').next().map(|top| (top, domain.len() - top.len()))?;
    let label = |label: &[u8]| {
        label.first().is_some_and(u8::is_ascii_alphanumeric) && label.last().is_some_and(u8::is_ascii_alphanumeric)
    };
    let fits = others > 1
        && (2..=24).contains(&top.len())
        && top.iter().all(u8::is_ascii_alphabetic)
        && domain.split(|&byte| byte == b'.').all(label)
        && !FILES.iter().any(|file| top.eq_ignore_ascii_case(file.as_bytes()))
        && !whatsapp::is_server(domain);
    let range = at - length..at + 1 + end;
    fits.then(|| Lead { kind: Kind::EMail, value: ascii(&bytes[range.clone()]).to_ascii_lowercase(), range })
}
