//! Entries that no directory lists: found by their local headers, in an archive that was cut off, or between the
//! entries of a whole one.

use std::ops::{ControlFlow, Range};

use custodia_model::tables::Warning;
use memchr::memmem;

use super::content::{DEFLATED, Place, ZipBody};
use super::headers::{LOCAL, LOCAL_SIZE, Local, u32_at};
use crate::bytes::Bytes;
use crate::sources::{Body, Content, Limits, Visit};

const WINDOW: usize = 1 << 16;

/// Hands out every entry whose local header stands in this range. `listed` says whether there is a directory, which
/// then should have named them.
pub(super) fn read(
    bytes: &Bytes,
    range: Range<u64>,
    listed: bool,
    limits: &Limits,
    visit: &mut dyn Visit,
) -> ControlFlow<()> {
    if range.end.saturating_sub(range.start) < LOCAL_SIZE as u64 {
        return ControlFlow::Continue(());
    }
    let mut headers = Search::new(bytes, LOCAL);
    // Looking for the end of contents of unknown length may go over the same bytes again, but not without end.
    let mut patience = range.end.saturating_sub(range.start).saturating_mul(4);
    let mut at = range.start;
    while let Some(found) = headers.find(at..range.end) {
        // One byte further, should this be no header after all.
        at = found + 1;
        if Local::plausible(bytes.as_ref(), found).is_none_or(|content| content > range.end) {
            continue;
        }
        let Ok(local) = Local::read(bytes.as_ref(), found) else { continue };
        let here = Here { at: found, range_end: range.end, listed };
        at = entry(bytes, here, local, limits, &mut patience, visit)?;
    }
    ControlFlow::Continue(())
}

/// Where an entry was found.
struct Here {
    at: u64,
    range_end: u64,
    listed: bool,
}

/// Hands out one entry and says where the search goes on.
fn entry(
    bytes: &Bytes,
    here: Here,
    local: Local,
    limits: &Limits,
    patience: &mut u64,
    visit: &mut dyn Visit,
) -> ControlFlow<(), u64> {
    let Here { at, range_end, listed } = here;
    let Local { header, content } = local;
    let mut entry = super::entry_of(&header);
    if listed {
        let says = format!("the local header at byte {at} is not in the directory; the entry was read all the same");
        visit.warning(Some(&entry.name), Warning::new("headers disagree", says));
    }
    let unknown = header.sizes_follow() && header.packed == 0;
    let refused = super::unreadable(&header);
    let mut place = Place { at: content, end: range_end, method: header.method, declared: None };
    if unknown && refused.is_none() {
        entry.size = None;
        if header.method == DEFLATED {
            let mut body = ZipBody::new(bytes, place, limits);
            visit.entry(entry, Content::Now(&mut body))?;
            let next = content.saturating_add(body.packed());
            return ControlFlow::Continue(next.max(at + 1));
        }
        let Some((end, crc)) = stored_end(bytes, content..range_end, patience) else {
            let says = format!("a stored entry at byte {at} declares no size, and no record after it tells one");
            visit.refused(entry, Warning::new("truncated", says))?;
            return ControlFlow::Continue(content.max(at + 1));
        };
        entry.size = Some(end - content);
        place.end = end;
        place.declared = Some((end - content, crc));
    } else {
        // Beyond the range there are other entries; a cut archive ends there. The content then ends early.
        place.end = content.saturating_add(header.packed);
        place.declared = Some((header.size, header.crc));
    }
    let overlaps = listed && place.end > range_end;
    let next = if overlaps { content } else { place.end };
    if let Some(damage) = refused {
        visit.refused(entry, damage.to_warning())?;
    } else if overlaps {
        let says = format!("its bytes {at} to {} overlap what the directory lists from byte {range_end} on", place.end);
        visit.refused(entry, Warning::new("overlap", says))?;
    } else if !(entry.name.ends_with('/') && header.size == 0) {
        let (bytes, limits) = (bytes.clone(), limits.clone());
        let open = move || Ok(Box::new(ZipBody::new(&bytes, place, &limits)) as Box<dyn Body + Send>);
        visit.entry(entry, Content::Later(Box::new(open)))?;
    }
    ControlFlow::Continue(next.max(at + 1))
}

/// The end of a stored content and its checksum: the first data descriptor whose sizes say so.
fn stored_end(bytes: &Bytes, range: Range<u64>, patience: &mut u64) -> Option<(u64, u32)> {
    let mut descriptors = Search::new(bytes, b"PK\x07\x08");
    let end = range.end.min(range.start.saturating_add(*patience));
    let mut at = range.start;
    while let Some(found) = descriptors.find(at..end) {
        let mut record = [0; 16];
        if bytes.read_at(found, &mut record).ok()? < record.len() {
            break;
        }
        if u64::from(u32_at(&record, 8)) == found - range.start {
            *patience = patience.saturating_sub(found - range.start);
            return Some((found, u32_at(&record, 4)));
        }
        at = found + 1;
    }
    *patience = patience.saturating_sub(end - range.start);
    None
}

/// Searches for four bytes from front to back, reading everything once.
struct Search<'a> {
    bytes: &'a Bytes,
    finder: memmem::Finder<'a>,
    window: Vec<u8>,
    /// Place of the window in the container.
    from: u64,
}

impl<'a> Search<'a> {
    fn new(bytes: &'a Bytes, magic: &'a [u8; 4]) -> Search<'a> {
        Search { bytes, finder: memmem::Finder::new(magic), window: Vec::new(), from: 0 }
    }

    /// The first place in a range.
    fn find(&mut self, range: Range<u64>) -> Option<u64> {
        let mut at = range.start;
        while at.saturating_add(4) <= range.end {
            let within = at.checked_sub(self.from).and_then(|skip| usize::try_from(skip).ok());
            let seen = within.and_then(|skip| self.window.get(skip..)).unwrap_or_default();
            if let Some(place) = self.finder.find(seen) {
                let found = at + place as u64;
                return (found + 4 <= range.end).then_some(found);
            }
            // The four bytes may stand across two windows.
            let next = if seen.len() > 3 { at + (seen.len() - 3) as u64 } else { at };
            let had = seen.len();
            self.window.resize(WINDOW, 0);
            let n = self.bytes.read_at(next, &mut self.window).ok()?;
            self.window.truncate(n);
            if n <= had.min(3) {
                return None;
            }
            self.from = next;
            at = next;
        }
        None
    }
}
