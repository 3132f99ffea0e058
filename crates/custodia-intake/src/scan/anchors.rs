//! ByteSet that every trace but a wallet has: `/`, `@`, `:`, `+`, `.`, and `%` where a slash is written so. One of them alone says
//! nothing; the byte beside it turns nearly all away.

use memchr::memchr3_iter;

use super::{ByteSet, Kind, Lead, encoded, onion, phone, runs, wallet, web, whatsapp};

/// Leads that are taken from one text; a message has one or two.
pub const MOST: usize = 1000;

/// Shorter texts hold no trace: `+34600000001` and `a@bcd.es` are among the shortest.
const SHORTEST: usize = 7;

/// Every lead in a text, at most [`MOST`], in the order in which they stand. Only ASCII is compared, so what is found begins
/// and ends between characters.
#[inline]
pub fn of_text(text: &str) -> Vec<Lead> {
    of_known(text, ByteSet::ANY)
}

/// As [`of_text`], for a text in which these bytes stand.
#[inline]
pub fn of_known(text: &str, found: ByteSet) -> Vec<Lead> {
    let anchors = found.has(ByteSet::ADDRESS.and(ByteSet::SLASH).and(ByteSet::DOT).and(ByteSet::PERCENT));
    if text.len() < SHORTEST || (!anchors && text.len() < wallet::SHORTEST) {
        return Vec::new();
    }
    of_bytes(text.as_bytes(), found)
}

fn of_bytes(bytes: &[u8], found: ByteSet) -> Vec<Lead> {
    let mut leads: Vec<Lead> = Vec::new();
    let mut url_end = 0;
    let mut take = |at: usize, leads: &mut Vec<Lead>| {
        if let Some(lead) = around(bytes, at, url_end) {
            if lead.kind == Kind::Url {
                url_end = lead.range.end;
            }
            leads.push(lead);
        }
    };
    let with = |any: ByteSet| if found.has(any) { bytes } else { &[] };
    for at in memchr3_iter(b'@', b'+', b':', with(ByteSet::ADDRESS)) {
        take(at, &mut leads);
        if leads.len() >= MOST {
            break;
        }
    }
    let so_far = leads.len();
    for at in memchr3_iter(b'/', b'.', b'%', with(ByteSet::SLASH.and(ByteSet::DOT).and(ByteSet::PERCENT))) {
        take(at, &mut leads);
        if leads.len() >= so_far + MOST {
            break;
        }
    }
    let mut runs = runs::Runs::default();
    runs.look(bytes, 0..bytes.len(), 0, &mut |lead, _| {
        if leads.len() < 3 * MOST {
            leads.push(lead);
        }
    });
    if leads.len() > 1 {
        leads.sort_by_key(|lead| (lead.range.start, lead.kind, lead.range.end));
        leads.truncate(MOST);
    }
    leads
}

/// The trace around an anchor, if there is one. `url_end` is where the last address of the web ended: an address within an
/// address is part of it.
#[inline]
pub fn around(bytes: &[u8], at: usize, url_end: usize) -> Option<Lead> {
    let next = *bytes.get(at + 1)?;
    match bytes.get(at)? {
        b'.' if next | 0x20 == b'o' => onion::at(bytes, at),
        b'@' => whatsapp::address(bytes, at).or_else(|| web::e_mail(bytes, at)),
        b'+' if next.is_ascii_digit() || next == b'(' => phone::at(bytes, at),
        b':' if next == b'/' && at >= url_end => web::url(bytes, at),
        b':' if next == b'\\' && at >= url_end => encoded::in_json(bytes, at),
        b'%' if next == b'2' => match bytes.get(at.wrapping_sub(1))? {
            b'm' | b'M' | b'e' | b'E' | b'a' | b'A' => encoded::in_address(bytes, at),
            _ => None,
        },
        b'/' => match bytes.get(at.wrapping_sub(1))? {
            b'm' | b'M' | b'e' | b'E' | b':' | b'\\' => whatsapp::link(bytes, at),
            _ => None,
        },
        _ => None,
    }
}
