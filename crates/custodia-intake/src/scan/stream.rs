//! Bytes as they come, in one pass for ASCII and UTF-16LE.
//!
//! What is looked at together is cut by the bytes' own offsets, never by how they come: the same bytes give the same traces
//! for pieces of any size. Memory is one window and what a trace may reach beyond it.

use memchr::memchr3_iter;

use super::anchors::around;
use super::runs::Runs;
use super::{Kind, Lead, ascii, whatsapp};
use crate::content;

/// Bytes that are looked through at once.
const WINDOW: usize = 32 << 10;

/// Characters that a verifier may look at before and behind an anchor. In UTF-16 each is two bytes.
const BEFORE: usize = 272;
const BEHIND: usize = 2064;

/// How a trace is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Written {
    /// One byte for each character.
    Ascii,
    /// Two, the second zero.
    Utf16,
}

impl Written {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Written::Ascii => "ASCII",
            Written::Utf16 => "UTF-16LE",
        }
    }
}

/// A trace in bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Where it begins, in bytes.
    pub offset: u64,
    /// What it is.
    pub kind: Kind,
    /// Its normal form.
    pub value: String,
    /// As written.
    pub as_written: String,
    /// How it is written.
    pub written: Written,
}

/// Whether bytes of this media type are looked through: texts, databases, documents and what is not known. Pictures, films,
/// sound and compressed containers hold no readable text; programs hold that of their makers.
pub fn content_is_scanned(kind: &str) -> bool {
    const KINDS: &[&str] = &[
        content::UNKNOWN,
        "application/vnd.sqlite3",
        "application/json",
        "application/xml",
        "application/pdf",
        "application/rtf",
    ];
    kind.starts_with("text/") || KINDS.contains(&kind)
}

/// Looks through bytes as they come.
#[derive(Default)]
pub struct Scanner {
    /// The window with what stands around it.
    held: Vec<u8>,
    /// Place of the first byte held.
    base: u64,
    /// Where in `held` the window begins.
    from: usize,
    /// Where the last address of the web ended.
    url_end: u64,
    runs: Runs,
    wide: Wide,
    /// Traces of a window, to be put in order.
    found: Vec<Found>,
}

impl Scanner {
    /// Takes the next bytes and hands out what is found, in the order of the windows and within each by place.
    pub fn feed(&mut self, mut bytes: &[u8], take: &mut dyn FnMut(Found)) {
        const FULL: usize = WINDOW + 2 * BEHIND;
        while !bytes.is_empty() {
            let room = (self.from + FULL).saturating_sub(self.held.len());
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.held.extend_from_slice(now);
            bytes = later;
            if self.held.len() >= self.from + FULL {
                self.window(self.from + WINDOW, take);
                let drop = self.from.saturating_sub(2 * BEFORE);
                self.held.drain(..drop);
                self.base += drop as u64;
                self.from -= drop;
            }
        }
    }

    /// Looks through what is left.
    pub fn finish(mut self, take: &mut dyn FnMut(Found)) {
        // UTF-16BE is read as UTF-16LE that begins one byte later; its last character lacks its zero only at the very end.
        if !self.held.is_empty() {
            self.held.push(0);
        }
        while self.from < self.held.len() {
            self.window(self.held.len().min(self.from + WINDOW), take);
        }
    }

    /// Looks through the bytes up to `end`.
    fn window(&mut self, end: usize, take: &mut dyn FnMut(Found)) {
        let held = std::mem::take(&mut self.held);
        let from = std::mem::replace(&mut self.from, end);
        self.wide.text.clear();
        let window = held.get(from..end).unwrap_or_default();
        for at in memchr3_iter(b'@', b'+', b':', window) {
            self.anchor(&held, from + at);
        }
        for at in memchr3_iter(b'/', b'.', b'%', window) {
            self.anchor(&held, from + at);
        }
        let (base, found) = (self.base, &mut self.found);
        self.runs.look(&held, from..end, base, &mut |lead, wide| {
            let written: Vec<u8> = held
                .get(lead.range.clone())
                .unwrap_or_default()
                .iter()
                .copied()
                .step_by(1 + usize::from(wide))
                .collect();
            found.push(Found {
                offset: base + lead.range.start as u64,
                kind: lead.kind,
                value: lead.value,
                as_written: ascii(&written),
                written: if wide { Written::Utf16 } else { Written::Ascii },
            });
        });
        self.held = held;
        if !self.found.is_empty() {
            self.found.sort_unstable();
            self.found.drain(..).for_each(take);
        }
    }

    /// Turns nearly every anchor away by the bytes beside it.
    #[inline]
    fn anchor(&mut self, held: &[u8], at: usize) {
        let (Some(&anchor), Some(&next)) = (held.get(at), held.get(at + 1)) else { return };
        let wide = next == 0;
        let (before, next) = if wide {
            if held.get(at + 3) != Some(&0) {
                return;
            }
            (at.checked_sub(2), held.get(at + 2))
        } else {
            (at.checked_sub(1), Some(&next))
        };
        let (before, next) = (before.and_then(|at| held.get(at)), next.copied().unwrap_or_default());
        let worth = match anchor {
            b'.' => next | 0x20 == b'o',
            b':' => next == b'/' || next == b'\\',
            b'+' => next.is_ascii_digit() || next == b'(',
            b'%' => next == b'2' && before.is_some_and(|before| b"mMeEaA".contains(before)),
            b'@' => next.is_ascii_alphanumeric() && before.is_some_and(u8::is_ascii_graphic),
            _ => before.is_some_and(|before| matches!(before, b'm' | b'M' | b'e' | b'E' | b':' | b'\\')),
        };
        if worth {
            self.look(held, at, wide);
        }
    }

    fn look(&mut self, held: &[u8], at: usize, wide: bool) {
        let place = self.base + at as u64;
        if held.get(at) == Some(&b':') && place < self.url_end {
            return;
        }
        if !wide {
            let from = at.saturating_sub(BEFORE);
            let view = held.get(from..held.len().min(at + BEHIND)).unwrap_or_default();
            let lead = match around(view, at - from, 0) {
                Some(lead) if lead.kind == Kind::Url => Some(lead).filter(|lead| !invites(view, lead)),
                Some(lead) if lead.kind != Kind::EMail => Some(lead),
                other => joined(view, at - from).or(other),
            };
            if let Some(lead) = lead {
                let as_written = ascii(view.get(lead.range.clone()).unwrap_or_default());
                let offset = self.base + (from + lead.range.start) as u64;
                self.tell(lead, as_written, offset, 1);
            }
            return;
        }
        let (text, from) = self.wide.around(held, at);
        let at = (at - from) / 2;
        let lead = around(text, at, 0).filter(|lead| lead.kind != Kind::Url || !invites(text, lead));
        if let Some(lead) = lead.or_else(|| whatsapp::joined_link(text, at)) {
            let as_written = ascii(text.get(lead.range.clone()).unwrap_or_default());
            let offset = self.base + (from + 2 * lead.range.start) as u64;
            self.tell(lead, as_written, offset, 2);
        }
    }

    fn tell(&mut self, lead: Lead, as_written: String, offset: u64, step: u64) {
        if lead.kind == Kind::Url {
            self.url_end = offset + step * lead.range.len() as u64;
        }
        let written = if step == 1 { Written::Ascii } else { Written::Utf16 };
        self.found.push(Found { offset, kind: lead.kind, value: lead.value, as_written, written });
    }
}

/// Characters of UTF-16LE as ASCII, kept for the anchors that follow among them: each is unpacked once.
#[derive(Default)]
struct Wide {
    /// Where in what is held the first stands.
    start: usize,
    text: Vec<u8>,
}

impl Wide {
    /// The characters around the anchor at `at`, up to the first that is none, and where the first of them stands.
    fn around(&mut self, held: &[u8], at: usize) -> (&[u8], usize) {
        let unit = |place: usize| match (held.get(place), held.get(place + 1)) {
            (Some(&byte @ 0x20..0x7f), Some(0)) => Some(byte),
            _ => None,
        };
        let within = at >= self.start && at - self.start < 2 * self.text.len();
        if !within || !(at - self.start).is_multiple_of(2) {
            self.start = at;
            while at - self.start < 2 * BEFORE && self.start >= 2 && unit(self.start - 2).is_some() {
                self.start -= 2;
            }
            self.text.clear();
        }
        let unpacked = self.start + 2 * self.text.len();
        self.text.extend((unpacked..at + 2 * BEHIND).step_by(2).map_while(unit));
        let place = (at - self.start) / 2;
        let (first, end) = (place.saturating_sub(BEFORE), self.text.len().min(place + BEHIND));
        (self.text.get(first..end).unwrap_or_default(), self.start + 2 * first)
    }
}

/// Whether an address of the web is an invite link that another text follows without a gap. It is found at its slash.
#[cold]
fn invites(view: &[u8], url: &Lead) -> bool {
    let host = url.value.find("://").map_or(0, |scheme| scheme + 3);
    let slash = url.value.get(host..).and_then(|rest| rest.find('/'));
    slash.is_some_and(|slash| whatsapp::joined_link(view, url.range.start + host + slash).is_some())
}

/// In records of databases texts stand without a gap: an address of WhatsApp may follow the letters of another text, and it
/// or a name of an onion service may be followed by some. Both end with a word that nothing else ends with, so what stands
/// beside them is left out of sight. Before a name nothing is: its letters could be those of another text. An invite code
/// ends where such codes end.
#[cold]
fn joined(view: &[u8], at: usize) -> Option<Lead> {
    let ends = |word: &[u8]| {
        let end = at + word.len();
        view.get(at..end).is_some_and(|written| written.eq_ignore_ascii_case(word)).then_some(end)
    };
    let (start, end) = match *view.get(at)? {
        b'.' => (0, ends(b".onion").filter(|&end| view.get(end).is_some_and(u8::is_ascii_alphabetic))?),
        b'/' => return whatsapp::joined_link(view, at),
        b'@' => {
            let end = ends(b"@s.whatsapp.net").or_else(|| ends(b"@g.us"))?;
            let user = |byte: &u8| byte.is_ascii_digit() || b"-:.".contains(byte);
            let digits = view.get(..at)?.iter().rev().take_while(|byte| user(byte)).count();
            let start = at - digits;
            let letter = start > 0 && view.get(start - 1)?.is_ascii_alphabetic();
            (if letter && view.get(start)?.is_ascii_digit() { start } else { 0 }, end)
        }
        _ => return None,
    };
    let mut lead = around(view.get(start..end)?, at - start, 0)?;
    if !matches!(lead.kind, Kind::Onion | Kind::Account | Kind::GroupAddress) {
        return None;
    }
    lead.range = lead.range.start + start..lead.range.end + start;
    Some(lead)
}
