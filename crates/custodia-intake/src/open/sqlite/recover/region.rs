//! Cells in bytes of a page that no record uses: whole ones, found by their form, and those whose first four bytes a
//! freeblock took (file format, section 1.6), rebuilt from the rest.

use super::super::btree::{Cell, Kind};
use super::super::number::varint;
use super::shape::{Judge, Shape, header};

/// How often over the bytes of a place are judged, one time with another.
const WORK: usize = 16;

/// Fields of a record whose header of lost length is shorter than 128 bytes.
const FIELDS: usize = 126;

/// A whole cell.
#[derive(Debug)]
pub(super) struct Whole {
    pub at: usize,
    pub end: usize,
    pub table: usize,
    pub cell: Cell,
}

/// A cell put together again.
#[derive(Debug)]
pub(super) struct Rebuilt {
    pub at: usize,
    pub end: usize,
    pub payload: Vec<u8>,
}

/// Which tables a cell may be of.
#[derive(Clone, Copy)]
pub(super) struct Among<'a> {
    pub shapes: &'a [Option<Shape>],
    /// The table the page belongs to.
    pub own: Option<usize>,
    /// Whether it may be of other tables too.
    pub others: bool,
    /// Bytes of a page in use, and the most a payload can hold.
    pub usable: usize,
    pub limit: u64,
}

/// Bytes of a number as SQLite writes it.
fn varint_len(value: u64) -> usize {
    (1..9).find(|len| value < 1u64 << (7 * len)).unwrap_or(9)
}

impl Among<'_> {
    /// The whole cell at `at` of `page` that ends by `end`.
    pub fn whole(
        &self,
        page: &[u8],
        at: usize,
        end: usize,
        judge: Judge,
        serials: &mut Vec<u64>,
        work: &mut usize,
    ) -> Option<Whole> {
        // Nearly every byte is turned away here.
        if *page.get(at)? < 4 {
            return None;
        }
        let cell = Cell::parse(page, at, Kind::TableLeaf, self.usable, self.limit).ok()?;
        let stop = cell.start.checked_add(cell.local)?.checked_add(if cell.overflow == 0 { 0 } else { 4 })?;
        if stop > end || cell.rowid < 0 || (judge == Judge::Form && cell.rowid > 1 << 48) {
            return None;
        }
        if cell.start - at != varint_len(cell.payload) + varint_len(cell.rowid.cast_unsigned()) {
            return None;
        }
        let local = page.get(cell.start..cell.start.checked_add(cell.local)?)?;
        let (length, body) = header(local, 0, serials)?;
        if (length as u64).checked_add(body)? != cell.payload {
            return None;
        }
        *work = work.saturating_add(local.len());
        // What overflows is judged when its chain was read.
        let values = local.get(length..)?;
        let believes = |table: usize| {
            let shape = self.shapes.get(table)?.as_ref()?;
            (shape.fits(serials) && (cell.overflow != 0 || shape.believes(serials, values, judge))).then_some(table)
        };
        let table = match self.own.and_then(believes) {
            Some(table) => table,
            None if !self.others => return None,
            None => {
                let mut fit = (0..self.shapes.len()).filter_map(believes);
                let first = fit.next()?;
                // A record that two tables may hold is told of neither.
                if fit.next().is_some() {
                    return None;
                }
                first
            }
        };
        Some(Whole { at, end: stop, table, cell })
    }

    /// Every whole cell within the bytes. Where two lie over each other, the one that begins within the other was written
    /// later, so the other is damaged.
    pub fn scan(&self, page: &[u8], start: usize, end: usize) -> Vec<Whole> {
        let mut serials = Vec::new();
        let mut hits: Vec<Whole> = Vec::new();
        let (mut work, most) = (0, end.saturating_sub(start).saturating_mul(WORK).saturating_add(1 << 16));
        for at in start..end {
            hits.extend(self.whole(page, at, end, Judge::Form, &mut serials, &mut work));
            // Bytes made so that a large cell seems to begin everywhere are left.
            if work > most {
                break;
            }
        }
        let starts: Vec<usize> = hits.iter().map(|hit| hit.at).collect();
        let mut index = 0;
        hits.retain(|hit| {
            index += 1;
            starts.get(index).is_none_or(|next| *next >= hit.end)
        });
        hits
    }

    /// The cell of the page's own table whose first four bytes at `at` are lost and that ends by `end`.
    pub fn rebuild(&self, page: &[u8], at: usize, end: usize) -> Option<Rebuilt> {
        let shape = self.shapes.get(self.own?)?.as_ref()?;
        let page = page.get(..end)?;
        let longest = varint_len(shape.highest.max(1).cast_unsigned()).min(8);
        let mut found: Vec<Rebuilt> = Vec::new();
        for payload_len in 1..=3usize {
            for rowid_len in 1..=longest {
                let head = at.checked_add(payload_len + rowid_len)?;
                let one = match head - at {
                    2 => first_lost(shape, page, at, end),
                    3 => length_lost(shape, page, at),
                    _ => {
                        // The bytes of the rowid that are left must end it.
                        let rest = page.get(at + 4..head).unwrap_or_default();
                        let rest = rest.split_last();
                        let ends = rest.is_none_or(|(last, before)| *last < 0x80 && before.iter().all(|b| *b >= 0x80));
                        if ends { header_left(shape, page, head) } else { None }
                    }
                };
                let Some((stop, payload)) = one else { continue };
                if varint_len(payload.len() as u64) != payload_len || payload.len() > self.usable.saturating_sub(35) {
                    continue;
                }
                let one = Rebuilt { at, end: stop, payload };
                if !found.iter().any(|other| other.payload == one.payload) {
                    found.push(one);
                }
            }
        }
        // One that fills the bytes is it; short of that, there must be no other.
        if let Some(index) = found.iter().position(|one| one.end == end) {
            return Some(found.swap_remove(index));
        }
        if found.len() == 1 { found.pop() } else { None }
    }
}

/// The header begins at `head` and is whole.
fn header_left(shape: &Shape, page: &[u8], head: usize) -> Option<(usize, Vec<u8>)> {
    let mut serials = Vec::new();
    let (length, body) = header(page.get(head..)?, 0, &mut serials)?;
    let start = head.checked_add(length)?;
    let stop = start.checked_add(usize::try_from(body).ok()?)?;
    let values = page.get(start..stop)?;
    (shape.fits(&serials) && shape.believes(&serials, values, Judge::Form))
        .then(|| page.get(head..stop).map(|payload| (stop, payload.to_vec())))?
}

/// The length of the header is lost, its serial types begin at byte 4.
fn length_lost(shape: &Shape, page: &[u8], at: usize) -> Option<(usize, Vec<u8>)> {
    (shape.least..=shape.most.min(FIELDS)).rev().find_map(|count| from_serials(shape, page, at + 4, count, None))
}

/// The length of the header and the first serial type are lost.
fn first_lost(shape: &Shape, page: &[u8], at: usize, end: usize) -> Option<(usize, Vec<u8>)> {
    (shape.least..=shape.most.min(FIELDS)).rev().find_map(|count| {
        if shape.begins_with_alias() {
            return from_serials(shape, page, at + 4, count, Some(0));
        }
        if let Some(opening) = shape.opening {
            let serial = 13 + 2 * opening.len() as u64;
            return from_serials(shape, page, at + 4, count, Some(serial)).filter(|(_, payload)| {
                let header = payload.first().map_or(0, |length| usize::from(*length));
                payload.get(header..).is_some_and(|body| body.starts_with(opening))
            });
        }
        // The length of a number follows from where the cell ends. That of a text does not: where the end of the cell is
        // overwritten, a shorter text would fit as well.
        let mut fit = (1..=7u64).filter_map(|serial| {
            from_serials(shape, page, at + 4, count, Some(serial)).filter(|(stop, _)| *stop == end)
        });
        let first = fit.next()?;
        fit.next().is_none().then_some(first)
    })
}

/// A record of `count` fields whose serial types stand at `at`, the first of them given.
fn from_serials(shape: &Shape, page: &[u8], at: usize, count: usize, first: Option<u64>) -> Option<(usize, Vec<u8>)> {
    let mut serials: Vec<u64> = first.into_iter().collect();
    let mut next = at;
    while serials.len() < count {
        let (serial, after) = varint(page, next)?;
        if !shape.allows(serials.len(), serial) {
            return None;
        }
        serials.push(serial);
        next = after;
    }
    let mut body = 0u64;
    for serial in &serials {
        body = body.checked_add(super::super::record::serial_len(*serial)?)?;
    }
    let stop = next.checked_add(usize::try_from(body).ok()?)?;
    let values = page.get(next..stop)?;
    if !shape.fits(&serials) || !shape.believes(&serials, values, Judge::Form) {
        return None;
    }
    // The lost bytes are those that SQLite writes for these serial types. Their length fits one byte in any table but
    // the widest, which is left.
    let length = 1 + first.map_or(0, |_| 1) + (next - at);
    let mut payload = vec![u8::try_from(length).ok().filter(|length| *length < 0x80)?];
    payload.extend(first.map(|serial| serial as u8));
    payload.extend_from_slice(page.get(at..stop)?);
    Some((stop, payload))
}
