//! What was found, what it is known by, and the live cells it may equal.

use std::hash::{DefaultHasher, Hash, Hasher};

use custodia_model::Found;

use super::super::btree::{Cell, Head, Kind};
use super::super::damage::Damages;
use super::super::view::{View, Window};
use super::super::walk::{self, Walk};
use super::Certainty;
use super::pages::{Page, RUN};

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
    pub place: Found,
    pub certainty: Certainty,
    /// With its rowid, and without.
    pub keys: [u64; 2],
    /// Its place in [`Alike`].
    pub alike: (usize, u64),
    pub live: bool,
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

/// Which live cells may equal a candidate, by table, length and last bytes; nearly all are turned away by it.
pub(super) struct Alike(Vec<u64>);

impl Alike {
    pub fn of(found: &[Candidate]) -> Alike {
        let mut bits = vec![0u64; 1 << 14];
        for one in found {
            let (word, bit) = one.alike;
            if let Some(word) = bits.get_mut(word) {
                *word |= bit;
            }
        }
        Alike(bits)
    }

    pub fn may_hold(&self, table: usize, length: u64, local: &[u8]) -> bool {
        let (word, bit) = Alike::place(table, length, local);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Word and bit for a cell, by its last eight bytes here.
    pub fn place(table: usize, length: u64, local: &[u8]) -> (usize, u64) {
        let end = local.last_chunk::<8>().map_or(0, |end| u64::from_le_bytes(*end));
        let hash = (end ^ ((table as u64) << 48) ^ (length << 20)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let hash = hash ^ (hash >> 29);
        ((hash >> 6) as usize & ((1 << 14) - 1), 1 << (hash & 63))
    }
}

/// Hands over every live cell of the tables that are wanted, with the bytes of it that lie in its own page.
pub(super) fn live(view: &View, map: &[Page], wanted: &[bool], mut take: impl FnMut(usize, &Cell, &[u8])) {
    let mut window = Window::default();
    for (number, kind) in map.iter().enumerate() {
        let (Page::Leaf(table), Ok(number)) = (kind, u32::try_from(number)) else { continue };
        let table = *table as usize;
        if !wanted.get(table).is_some_and(|wanted| *wanted) {
            continue;
        }
        let _ = window.load(view, number, RUN);
        let page = window.page(number);
        let Ok(head) = Head::parse(page, number) else { continue };
        if head.kind != Kind::TableLeaf {
            continue;
        }
        for at in (0..head.cells).filter_map(|index| head.cell(page, index)) {
            let Ok(cell) = Cell::parse(page, at, Kind::TableLeaf, view.usable, view.size()) else { continue };
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
