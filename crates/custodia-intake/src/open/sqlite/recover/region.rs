//! Cells in bytes of a page that no record uses: whole ones, found by their form, and those whose first four bytes a
//! freeblock took (file format, section 1.6), rebuilt from the rest.

use super::super::btree::{Cell, Kind, local};
use super::super::number::{u32_at, varint};
use super::shape::{Judge, Reach, Shape, header};
use super::stale::block_of;

/// How often over the bytes of a place are judged, one time with another.
const WORK: usize = 16;

/// Fields of a record whose header of lost length is shorter than 128 bytes.
pub(super) const FIELDS: usize = 126;

/// A whole cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole {
    pub at: usize,
    pub end: usize,
    pub table: usize,
    pub cell: Cell,
    /// Whether nothing but a record has this form.
    pub proved: bool,
    /// How far from the form of live rows it may be.
    pub reach: Reach,
    /// Of a record of few values, how many others lie in one row with it; the end of the bytes counts as one. 0 where its form is enough.
    pub touching: usize,
}

/// A cell put together again.
#[derive(Debug)]
pub(super) struct Rebuilt {
    pub at: usize,
    pub end: usize,
    /// What of it lies in its page, the header put together again.
    pub payload: Vec<u8>,
    /// Bytes of the whole payload, and the page on which it goes on; 0 where it does not.
    pub length: u64,
    pub overflow: u32,
}

/// What is left of a record whose first bytes are lost.
pub(super) struct Left {
    pub stop: usize,
    pub payload: Vec<u8>,
    pub length: u64,
    pub overflow: u32,
}

/// Which tables a cell may be of.
#[derive(Clone, Copy)]
pub(super) struct Among<'a> {
    pub shapes: &'a [Option<Shape>],
    /// The table the page belongs to.
    pub own: Option<usize>,
    /// Whether it may be of other tables too.
    pub others: bool,
    /// Which records of its own table are thought of, or of any where that is not known.
    pub reach: Reach,
    /// The highest rowid that is known of the page.
    pub highest: i64,
    /// Whether it is one of a table without rowids.
    pub keyed: bool,
    /// Bytes of a page in use, and the most a payload can hold.
    pub usable: usize,
    pub limit: u64,
}

/// Bytes of a number as SQLite writes it.
pub(super) fn varint_len(value: u64) -> usize {
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
        if *page.get(at)? < if judge == Judge::Row { 3 } else { 4 } {
            return None;
        }
        let kind = if self.keyed { Kind::IndexLeaf } else { Kind::TableLeaf };
        let cell = Cell::parse(page, at, kind, self.usable, self.limit).ok()?;
        let stop = cell.start.checked_add(cell.local)?.checked_add(if cell.overflow == 0 { 0 } else { 4 })?;
        if stop > end || cell.rowid < 0 || (judge != Judge::Listed && cell.rowid > 1 << 48) {
            return None;
        }
        let rowid = if self.keyed { 0 } else { varint_len(cell.rowid.cast_unsigned()) };
        if cell.start - at != varint_len(cell.payload) + rowid {
            return None;
        }
        let local = page.get(cell.start..cell.start.checked_add(cell.local)?)?;
        let (length, body) = header(local, 0, serials)?;
        if (length as u64).checked_add(body)? != cell.payload {
            return None;
        }
        *work = work.saturating_add(local.len());
        let values = local.get(length..)?;
        let believes = |table: usize, reach: Reach| {
            let shape = self.shapes.get(table)?.as_ref().filter(|shape| shape.keyed == self.keyed)?;
            let fits = shape.fits(serials, reach);
            let believes = match cell.overflow {
                0 => fits && shape.believes(serials, values, judge),
                _ => fits && shape.believes_start(serials, values, judge),
            };
            believes.then_some((table, reach))
        };
        let (table, reach) = self.told(believes)?;
        let proved = self.shapes.get(table)?.as_ref()?.proves(serials);
        Some(Whole { at, end: stop, table, cell, proved, reach, touching: 0 })
    }

    /// The table that a record is told of. One that two tables may hold is told of neither.
    fn told(&self, believes: impl Fn(usize, Reach) -> Option<(usize, Reach)>) -> Option<(usize, Reach)> {
        if let Some(own) = self.own.and_then(|own| believes(own, Reach::Usual)) {
            return Some(own);
        }
        let all = 0..if self.others { self.shapes.len() } else { 0 };
        let mut usual = all.clone().filter_map(|table| believes(table, Reach::Usual));
        let first = usual.next();
        let alone = first.filter(|_| usual.next().is_none());
        if self.reach == Reach::Usual {
            return alone;
        }
        match (self.own.map(|own| believes(own, Reach::Wide)), first) {
            (Some(wide), None) => wide,
            (Some(Some(_)), Some(_)) => None,
            // Where it is no table's own page, the form that a table has today goes before.
            (_, Some(_)) => alone,
            (None, None) => {
                let mut wide = all.filter_map(|table| believes(table, Reach::Wide));
                wide.next().filter(|_| wide.next().is_none())
            }
        }
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
        if self.keyed {
            return self.rekeyed(shape, page, at);
        }
        let usual = self.rebuild_as(shape, page, at, end, Reach::Usual);
        usual.or_else(
            || if self.reach == Reach::Wide { self.rebuild_as(shape, page, at, end, Reach::Wide) } else { None },
        )
    }

    fn rebuild_as(&self, shape: &Shape, page: &[u8], at: usize, end: usize, reach: Reach) -> Option<Rebuilt> {
        let longest = varint_len(shape.highest.max(self.highest).max(1).cast_unsigned()).min(8);
        let mut found: Vec<Rebuilt> = Vec::new();
        for payload_len in 1..=3usize {
            for rowid_len in 1..=longest {
                let head = at.checked_add(payload_len + rowid_len)?;
                let one = match head - at {
                    2 => self.first_lost(shape, page, at, end, reach),
                    3 => self.length_lost(shape, page, at, reach),
                    _ => {
                        // The bytes of the rowid that are left must end it.
                        let rest = page.get(at + 4..head).unwrap_or_default();
                        let rest = rest.split_last();
                        let ends = rest.is_none_or(|(last, before)| *last < 0x80 && before.iter().all(|b| *b >= 0x80));
                        if ends { self.header_left(shape, page, head, reach) } else { None }
                    }
                };
                let Some(left) = one.filter(|left| varint_len(left.length) == payload_len) else { continue };
                let Left { stop, payload, length, overflow } = left;
                let one = Rebuilt { at, end: stop, payload, length, overflow };
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

    /// The header begins at `head` and is whole.
    fn header_left(&self, shape: &Shape, page: &[u8], head: usize, reach: Reach) -> Option<Left> {
        let mut serials = Vec::new();
        let (length, body) = header(page.get(head..)?, 0, &mut serials)?;
        self.body_left(shape, page, head, page.get(head..head.checked_add(length)?)?, &serials, body, reach)
    }

    /// The length of the header is lost, its serial types begin at byte 4.
    fn length_lost(&self, shape: &Shape, page: &[u8], at: usize, reach: Reach) -> Option<Left> {
        (shape.fewest(reach)..=shape.most.min(FIELDS))
            .rev()
            .find_map(|count| self.serials_left(shape, page, at + 4, count, None, reach))
    }

    /// The length of the header and the first serial type are lost.
    fn first_lost(&self, shape: &Shape, page: &[u8], at: usize, end: usize, reach: Reach) -> Option<Left> {
        (shape.fewest(reach)..=shape.most.min(FIELDS)).rev().find_map(|count| {
            if shape.begins_with_alias() {
                return self.serials_left(shape, page, at + 4, count, Some(0), reach);
            }
            if let Some(opening) = shape.opening {
                let serial = 13 + 2 * opening.len() as u64;
                return self.serials_left(shape, page, at + 4, count, Some(serial), reach).filter(|left| {
                    let header = left.payload.first().map_or(0, |length| usize::from(*length));
                    left.payload.get(header..).is_some_and(|body| body.starts_with(opening))
                });
            }
            // The length of a number follows from where the cell ends. That of a text does not: where the end of the cell is
            // overwritten, a shorter text would fit as well.
            let mut fit = (1..=7u64).filter_map(|serial| {
                self.serials_left(shape, page, at + 4, count, Some(serial), reach).filter(|left| left.stop == end)
            });
            let first = fit.next()?;
            fit.next().is_none().then_some(first)
        })
    }

    /// A record of `count` fields whose serial types stand at `at`, the first of them given.
    pub(super) fn serials_left(
        &self,
        shape: &Shape,
        page: &[u8],
        at: usize,
        count: usize,
        first: Option<u64>,
        reach: Reach,
    ) -> Option<Left> {
        let mut serials: Vec<u64> = first.into_iter().collect();
        let mut next = at;
        while serials.len() < count {
            let (serial, after) = varint(page, next)?;
            if !shape.allows(serials.len(), serial, reach) {
                return None;
            }
            serials.push(serial);
            next = after;
        }
        let mut body = 0u64;
        for serial in &serials {
            body = body.checked_add(super::super::record::serial_len(*serial)?)?;
        }
        // The lost bytes are those that SQLite writes for these serial types. Their length fits one byte in any table but
        // the widest, which is left.
        let length = 1 + first.map_or(0, |_| 1) + (next - at);
        let mut head = vec![u8::try_from(length).ok().filter(|length| *length < 0x80)?];
        head.extend(first.map(|serial| serial as u8));
        head.extend_from_slice(page.get(at..next)?);
        self.body_left(shape, page, next.checked_sub(head.len())?, &head, &serials, body, reach)
    }

    /// The record whose header `head` would begin at `begin`. Where its values do not fit the page, they go on elsewhere.
    #[allow(clippy::too_many_arguments)]
    fn body_left(
        &self,
        shape: &Shape,
        page: &[u8],
        begin: usize,
        head: &[u8],
        serials: &[u64],
        body: u64,
        reach: Reach,
    ) -> Option<Left> {
        if !shape.fits(serials, reach) {
            return None;
        }
        let length = body.checked_add(head.len() as u64).filter(|length| *length <= self.limit)?;
        let local = local(self.usable, Kind::TableLeaf, length);
        let stop = begin.checked_add(local)?;
        let values = page.get(begin.checked_add(head.len())?..stop)?;
        let whole = local as u64 == length;
        // How many fields there were nothing else says but where the record ends.
        if reach == Reach::Wide && !(whole && (stop == page.len() || block_of(page, stop, self.usable).is_some())) {
            return None;
        }
        let overflow = if whole { 0 } else { u32_at(page, stop).filter(|page| *page > 1)? };
        let believed = match whole {
            true => shape.believes(serials, values, Judge::Form),
            false => shape.believes_start(serials, values, Judge::Form),
        };
        let payload = || [head, values].concat();
        believed.then(|| Left { stop: if whole { stop } else { stop + 4 }, payload: payload(), length, overflow })
    }
}
