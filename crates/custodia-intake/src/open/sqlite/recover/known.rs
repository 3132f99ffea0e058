//! What was found, what it is known by, and the live cells it may equal.

use std::hash::{DefaultHasher, Hash, Hasher};

use custodia_model::Found;

use super::super::btree::{Cell, Head, Kind};
use super::super::damage::Damages;
use super::super::record::serial_len;
use super::super::view::{View, Window, Within};
use super::super::walk::{self, Walk};
use super::Certainty;
use super::pages::{Page, RUN};
use super::shape::header;

/// What is kept until the live rows were looked through.
pub(super) struct Candidate {
    pub table: usize,
    pub rowid: Option<i64>,
    /// What is left of its payload.
    pub payload: Vec<u8>,
    /// Bytes of the whole payload as stated, and how many of them lie in its own page.
    pub length: u64,
    pub local: usize,
    /// The free pages that its chain names.
    pub chain: Vec<u32>,
    pub page: u32,
    pub offset: u64,
    /// Which file that is in.
    pub within: Within,
    pub place: Found,
    pub certainty: Certainty,
    /// With its rowid, and without.
    pub keys: [u64; 2],
    /// Its rowid, or what stands for it in a table without.
    pub number: Option<i64>,
    /// Its place in [`Alike`].
    pub alike: (usize, u64),
    pub live: bool,
}

impl Candidate {
    /// What it is known by.
    pub fn key(&self) -> u64 {
        if self.rowid.is_some() { self.keys[0] } else { self.keys[1] }
    }
}

/// What a record is known by: its table, rowid and bytes; and its values alone. Deterministic.
pub(super) fn keys(table: usize, rowid: Option<i64>, payload: u64, local: &[u8]) -> [u64; 2] {
    let hash = |rowid: Option<i64>, bytes: &[u8]| {
        let mut hasher = DefaultHasher::new();
        (table, rowid, payload, bytes).hash(&mut hasher);
        hasher.finish()
    };
    [hash(rowid, local), hash(None, local)]
}

/// Which live cells may equal a candidate, by table, length and last bytes, and which bear the rowid of one; nearly all are turned
/// away by it.
pub(super) struct Alike {
    ends: Vec<u64>,
    rowids: Vec<u64>,
}

impl Alike {
    pub fn of(found: &[Candidate]) -> Alike {
        let mut alike = Alike { ends: vec![0; 1 << 14], rowids: vec![0; 1 << 14] };
        for one in found {
            alike.add(one.alike);
            if let Some(number) = one.number {
                let (word, bit) = Alike::number(one.table, number);
                alike.rowids.get_mut(word).into_iter().for_each(|word| *word |= bit);
            }
        }
        alike
    }

    /// Adds a place.
    pub fn add(&mut self, (word, bit): (usize, u64)) {
        self.ends.get_mut(word).into_iter().for_each(|word| *word |= bit);
    }

    /// Whether a candidate of the table may bear this rowid.
    pub fn may_name(&self, table: usize, rowid: i64) -> bool {
        let (word, bit) = Alike::number(table, rowid);
        self.rowids.get(word).is_some_and(|word| word & bit != 0)
    }

    fn number(table: usize, rowid: i64) -> (usize, u64) {
        Alike::spread(rowid.cast_unsigned() ^ ((table as u64) << 48))
    }

    fn spread(mixed: u64) -> (usize, u64) {
        let hash = mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let hash = hash ^ (hash >> 29);
        ((hash >> 6) as usize & ((1 << 14) - 1), 1 << (hash & 63))
    }

    pub fn may_hold(&self, table: usize, length: u64, local: &[u8]) -> bool {
        let (word, bit) = Alike::place(table, length, local);
        self.ends.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Word and bit for a cell, by its last eight bytes here.
    pub fn place(table: usize, length: u64, local: &[u8]) -> (usize, u64) {
        let end = local.last_chunk::<8>().map_or(0, |end| u64::from_le_bytes(*end));
        Alike::spread(end ^ ((table as u64) << 48) ^ (length << 20))
    }
}

/// What stands for the rowid of a record of a table that has none: its first value, which begins the key.
pub(super) fn number(local: &[u8]) -> Option<i64> {
    let mut serials = Vec::new();
    let (length, _) = header(local, 0, &mut serials)?;
    let end = length.checked_add(usize::try_from(serial_len(*serials.first()?)?).ok()?)?;
    let mut hasher = DefaultHasher::new();
    local.get(length..end)?.hash(&mut hasher);
    Some(hasher.finish().cast_signed())
}

/// Whether a candidate may be a copy of a live row over whose end something was written: all is as in the row, up to a place within a
/// text or bytes. A row that was changed differs from the beginning of a value on.
pub(super) fn spoiled(one: &Candidate, payload: u64, local: &[u8]) -> bool {
    let copy = one.payload.get(..one.local).unwrap_or(&one.payload);
    let Some(at) = copy.iter().zip(local).position(|(copy, live)| copy != live).filter(|_| one.length == payload)
    else {
        return false;
    };
    let mut serials = Vec::new();
    let Some((mut begin, _)) = header(local, 0, &mut serials).filter(|(length, _)| *length <= at) else { return false };
    for serial in serials {
        let end =
            serial_len(serial).and_then(|len| begin.checked_add(usize::try_from(len).ok()?)).unwrap_or(usize::MAX);
        if at < end {
            return serial >= 12 && at > begin;
        }
        begin = end;
    }
    false
}

/// Whether a candidate has the values of a live row in another order, a text or bytes among those that stand elsewhere: the table was
/// rewritten. Small numbers alone change places when a row is changed.
pub(super) fn reordered(one: &Candidate, payload: u64, local: &[u8]) -> bool {
    let values = |bytes: &[u8]| -> Option<Vec<(u64, Vec<u8>)>> {
        let mut serials = Vec::new();
        let (mut begin, _) = header(bytes, 0, &mut serials)?;
        let value = |serial: u64| {
            let end = begin.checked_add(usize::try_from(serial_len(serial)?).ok()?)?;
            let value = bytes.get(begin..end)?.to_vec();
            begin = end;
            Some((serial, value))
        };
        serials.into_iter().map(value).collect()
    };
    if one.length != payload || one.payload == local || one.payload.len() != local.len() {
        return false;
    }
    let (Some(mut own), Some(mut other)) = (values(&one.payload), values(local)) else { return false };
    if own.iter().zip(&other).all(|(own, other)| own == other || own.0 < 14) {
        return false;
    }
    own.sort_unstable();
    other.sort_unstable();
    own == other
}

/// Hands over every live cell of the tables that are wanted, with the bytes of it that lie in its own page.
pub(super) fn live(view: &View, map: &[Page], wanted: &[bool], mut take: impl FnMut(usize, &Cell, &[u8])) {
    let mut window = Window::default();
    for (number, kind) in map.iter().enumerate() {
        // Rows of a table without rowids stand on its interior pages too.
        let (Page::Leaf(table) | Page::Interior(table), Ok(number)) = (kind, u32::try_from(number)) else { continue };
        let table = *table as usize;
        if !wanted.get(table).is_some_and(|wanted| *wanted) {
            continue;
        }
        let _ = window.load(view, number, RUN);
        let page = window.page(number);
        let Ok(head) = Head::parse(page, number) else { continue };
        if head.kind == Kind::TableInterior {
            continue;
        }
        for at in (0..head.cells).filter_map(|index| head.cell(page, index)) {
            let Ok(cell) = Cell::parse(page, at, head.kind, view.usable, view.size()) else { continue };
            if let Some(local) = page.get(cell.start..cell.start.saturating_add(cell.local)) {
                take(table, &cell, local);
            }
        }
    }
}

/// Hands over the live cells of a table that have one of some rowids, in ascending order, which spares reading the others.
pub(super) fn of_rowids(view: &View, root: u32, rowids: &[i64], mut take: impl FnMut(&Cell, &[u8])) {
    let (mut walk, mut damages) = (Walk::new(view, root, walk::Shape::Table, ""), Damages::default());
    for rowid in rowids {
        walk.seek(*rowid, &mut damages);
        // What is damaged was told when the table was read.
        let Some(stand) = walk.step(&mut damages).filter(|stand| stand.cell.rowid == *rowid) else { continue };
        let cell = stand.cell;
        if let Some(local) = walk.page(&stand).get(cell.start..cell.start.saturating_add(cell.local)) {
            take(&cell, local);
        }
    }
}
