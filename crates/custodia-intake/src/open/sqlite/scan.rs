//! Walks a table's b-tree in the order of its keys, one record at a time.

use std::borrow::Cow;

use custodia_model::Found;

use super::pages::Pages;
use super::record::{Cell, Slot, serial_size, slot, text, varint};
use super::schema::TableInfo;
use super::{Damage, DamageList};

/// Deepest b-tree that is walked; SQLite itself stops at 20.
const DEPTH: usize = 40;

const INTERIOR_INDEX: u8 = 2;
const INTERIOR_TABLE: u8 = 5;
const LEAF_INDEX: u8 = 10;
const LEAF_TABLE: u8 = 13;

/// A row of a table, as long as the walk stands on it.
pub struct Record<'a> {
    /// Its rowid; for a WITHOUT ROWID table its place in the walk, from 1.
    pub rowid: i64,
    /// `Wal` when the row stands only in the write-ahead log.
    pub found: Found,
    slots: &'a [Slot],
    payload: &'a [u8],
    table: &'a TableInfo,
    pages: &'a Pages,
}

impl<'a> Record<'a> {
    /// The value of the nth column asked for.
    pub fn get(&self, column: usize) -> Cell<'a> {
        match self.slots.get(column) {
            None | Some(Slot::Null) => Cell::Null,
            Some(Slot::Int(number)) => Cell::Int(*number),
            Some(Slot::Real(number)) => Cell::Real(*number),
            Some(Slot::Text { start, end }) => {
                Cell::Text(text(self.payload.get(*start..*end).unwrap_or_default(), self.pages.encoding()))
            }
            Some(Slot::Blob { start, end }) => Cell::Blob(self.payload.get(*start..*end).unwrap_or_default()),
            Some(Slot::Default(column)) => self
                .table
                .columns
                .get(*column)
                .and_then(|column| column.default.as_ref())
                .map_or(Cell::Null, |default| default.cell()),
        }
    }

    /// The value as an integer: an integer, a real without fraction, or a text that is one.
    pub fn int(&self, column: usize) -> Option<i64> {
        match self.get(column) {
            Cell::Int(number) => Some(number),
            Cell::Real(real) if real.fract() == 0.0 && real.abs() < 9.0e15 => Some(real as i64),
            Cell::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The value as a real.
    pub fn real(&self, column: usize) -> Option<f64> {
        match self.get(column) {
            Cell::Int(number) => Some(number as f64),
            Cell::Real(real) => Some(real),
            _ => None,
        }
    }

    /// The value as a text; numbers in decimal.
    pub fn text(&self, column: usize) -> Option<Cow<'a, str>> {
        match self.get(column) {
            Cell::Text(text) => Some(text),
            Cell::Int(number) => Some(Cow::Owned(number.to_string())),
            _ => None,
        }
    }

    /// The value as bytes: a blob, or the bytes of a text.
    pub fn bytes(&self, column: usize) -> Option<&'a [u8]> {
        match self.slots.get(column) {
            Some(Slot::Text { start, end } | Slot::Blob { start, end }) => self.payload.get(*start..*end),
            _ => None,
        }
    }
}

/// A page on the way from the root to the current record.
struct Level {
    number: u32,
    page: Vec<u8>,
    kind: u8,
    /// Offset of the b-tree header: 100 on page 1.
    header: usize,
    cells: usize,
    next: usize,
    /// In an index tree: whether the child left of the next cell was walked.
    child_done: bool,
    in_log: bool,
}

/// A walk over a table. Not an iterator: a record borrows the page it stands on.
pub struct Scan<'a> {
    pages: &'a Pages,
    base: Option<(&'a Pages, Option<u32>)>,
    table: Option<&'a TableInfo>,
    /// For each column asked for: its field in the record, or what it reads as without one.
    wanted: Vec<Wanted>,
    /// Fields that must be looked at: the last wanted one and no further.
    fields: usize,
    levels: Vec<Level>,
    spare: Vec<Vec<u8>>,
    visited: Vec<u64>,
    started: bool,
    ordinal: i64,
    overflow: Vec<u8>,
    page: Vec<u8>,
    slots: Vec<Slot>,
    starts: Vec<(u64, usize)>,
    damage: DamageList,
    last_rowid: Option<i64>,
    disordered: bool,
    base_leaf: BaseLeaf,
    current: Option<(i64, Found, Payload)>,
}

#[derive(Clone, Copy)]
enum Wanted {
    Absent,
    Rowid,
    Field { field: usize, column: usize, real: bool },
}

/// Where a record's payload is.
#[derive(Clone, Copy)]
enum Payload {
    Local { start: usize, end: usize },
    Overflow,
}

impl<'a> Scan<'a> {
    pub(super) fn new(
        pages: &'a Pages,
        base: Option<(&'a Pages, Option<u32>)>,
        table: Option<&'a TableInfo>,
        columns: &[&str],
    ) -> Scan<'a> {
        let wanted: Vec<Wanted> = columns
            .iter()
            .map(|name| {
                let Some((table, column)) = table.and_then(|table| Some((table, table.column(name)?))) else { return Wanted::Absent };
                if table.columns[column].rowid {
                    return Wanted::Rowid;
                }
                match table.stored.iter().position(|&stored| stored == column) {
                    Some(field) => Wanted::Field { field, column, real: table.columns[column].real },
                    None => Wanted::Absent,
                }
            })
            .collect();
        let last = |wanted: &Wanted| if let Wanted::Field { field, .. } = wanted { field + 1 } else { 0 };
        Scan {
            fields: wanted.iter().map(last).max().unwrap_or(0),
            wanted,
            pages,
            base,
            table,
            levels: Vec::new(),
            spare: Vec::new(),
            visited: vec![0; pages.count() as usize / 64 + 1],
            started: false,
            ordinal: 0,
            overflow: Vec::new(),
            page: Vec::new(),
            slots: Vec::new(),
            starts: Vec::new(),
            damage: DamageList::default(),
            last_rowid: None,
            disordered: false,
            base_leaf: BaseLeaf::default(),
            current: None,
        }
    }

    /// Takes the damage met so far; it was skipped.
    pub fn damage(&mut self) -> Vec<Damage> {
        self.damage.take()
    }

    /// The next row, or none at the end.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Option<Record<'_>> {
        let table = self.table?;
        if !self.started {
            self.started = true;
            self.descend(table.root, true);
        }
        self.current = None;
        loop {
            let (rowid, payload) = self.step()?;
            if !self.decode(payload, rowid) {
                continue;
            }
            let in_log = self.levels.last().is_some_and(|level| level.in_log);
            let found = if in_log && !self.in_base(table, rowid, payload) { Found::Wal } else { Found::Live };
            self.current = Some((rowid, found, payload));
            return self.current();
        }
    }

    /// The row on which the walk stands.
    pub fn current(&self) -> Option<Record<'_>> {
        let (rowid, found, payload) = self.current?;
        let payload = match payload {
            Payload::Overflow => &self.overflow,
            Payload::Local { start, end } => self.levels.last().and_then(|level| level.page.get(start..end)).unwrap_or_default(),
        };
        Some(Record { rowid, found, slots: &self.slots, payload, table: self.table?, pages: self.pages })
    }

    /// Rowid of the row on which the walk stands.
    pub fn rowid(&self) -> Option<i64> {
        self.current.map(|(rowid, _, _)| rowid)
    }

    /// Goes straight to the row of a rowid; none when the table has no such row. The walk goes on behind it.
    pub fn find(&mut self, rowid: i64) -> Option<Record<'_>> {
        let table = self.table.filter(|table| !table.without_rowid)?;
        self.current = None;
        self.started = true;
        self.last_rowid = None;
        self.visited.iter_mut().for_each(|word| *word = 0);
        self.spare.extend(self.levels.drain(..).map(|level| level.page));
        self.descend(table.root, false);
        for _ in 0..DEPTH {
            let level = self.levels.last_mut()?;
            let interior = level.kind == INTERIOR_TABLE;
            if !interior && level.kind != LEAF_TABLE {
                return None;
            }
            // The first cell whose key is not smaller.
            let (mut low, mut high) = (0, level.cells);
            while low < high {
                let middle = (low + high) / 2;
                level.next = middle;
                let at = cell_at(level, interior)?;
                let key = if interior {
                    varint(&level.page, at + 4)?.0
                } else {
                    let (_, at) = varint(&level.page, at)?;
                    varint(&level.page, at)?.0
                };
                if (key as i64) < rowid { low = middle + 1 } else { high = middle }
            }
            level.next = low;
            if !interior {
                return if low < level.cells { self.next().filter(|record| record.rowid == rowid) } else { None };
            }
            level.child_done = true;
            let child = if low < level.cells { cell_at(level, true).and_then(|at| four(&level.page, at)) } else { four(&level.page, level.header + 8) };
            let depth = self.levels.len();
            self.descend(child?, false);
            if self.levels.len() == depth {
                return None;
            }
        }
        None
    }

    /// Goes down to a page, when it was not walked before.
    fn descend(&mut self, number: u32, once: bool) {
        let word = self.visited.get_mut(number as usize / 64);
        match word {
            Some(word) if !once || *word & 1 << (number % 64) == 0 => *word |= 1 << (number % 64),
            Some(_) => {
                self.damage.push(Damage::new("damaged", format!("page {number} is referred to more than once in one b-tree")));
                return;
            }
            None => {}
        }
        if self.levels.len() >= DEPTH {
            self.damage.push(Damage::new("damaged", format!("page {number}: the b-tree is deeper than {DEPTH} pages")));
            return;
        }
        let mut page = self.spare.pop().unwrap_or_default();
        if let Err(damage) = self.pages.read(number, &mut page) {
            self.damage.push(damage);
            self.spare.push(page);
            return;
        }
        let header = if number == 1 { 100 } else { 0 };
        let kind = page[header];
        let cells = usize::from(u16::from_be_bytes([page[header + 3], page[header + 4]]));
        let interior = matches!(kind, INTERIOR_INDEX | INTERIOR_TABLE);
        let room = (self.pages.usable() - header - if interior { 12 } else { 8 }) / 2;
        let expected = self.levels.first().map_or([INTERIOR_TABLE, LEAF_TABLE, INTERIOR_INDEX, LEAF_INDEX].contains(&kind), |root| {
            let table = matches!(root.kind, INTERIOR_TABLE | LEAF_TABLE);
            if table { matches!(kind, INTERIOR_TABLE | LEAF_TABLE) } else { matches!(kind, INTERIOR_INDEX | LEAF_INDEX) }
        });
        if !expected || cells > room {
            self.damage.push(Damage {
                kind: "damaged",
                says: format!("page {number}: a b-tree page expected, found type {kind} with {cells} cells"),
                bytes: Some(self.pages.page_size() as u64),
            });
            self.spare.push(page);
            return;
        }
        let in_log = self.base.is_some() && self.pages.in_log(number);
        self.levels.push(Level { number, page, kind, header, cells, next: 0, child_done: false, in_log });
    }

    /// Goes on to the next cell that is a record.
    fn step(&mut self) -> Option<(i64, Payload)> {
        loop {
            let level = self.levels.last_mut()?;
            let interior = matches!(level.kind, INTERIOR_INDEX | INTERIOR_TABLE);
            if interior && !level.child_done {
                // The child left of the next cell; after the last cell the right-most child.
                level.child_done = true;
                let child = if level.next < level.cells {
                    cell_at(level, true).and_then(|at| four(&level.page, at))
                } else {
                    four(&level.page, level.header + 8)
                };
                let number = level.number;
                match child {
                    Some(child) => self.descend(child, true),
                    None => self.damage.push(Damage::new("damaged", format!("page {number}: a cell points outside the page"))),
                }
                continue;
            }
            if level.next >= level.cells {
                let level = self.levels.pop()?;
                self.spare.push(level.page);
                continue;
            }
            let (number, kind) = (level.number, level.kind);
            let cell = cell_at(level, interior);
            level.next += 1;
            level.child_done = false;
            if kind == INTERIOR_TABLE {
                continue;
            }
            let read = cell.and_then(|at| {
                let at = if kind == INTERIOR_INDEX { at + 4 } else { at };
                let (size, at) = varint(&level.page, at)?;
                if kind == LEAF_TABLE {
                    let (rowid, at) = varint(&level.page, at)?;
                    Some((size, rowid as i64, at))
                } else {
                    Some((size, 0, at))
                }
            });
            let Some((size, mut rowid, at)) = read else {
                self.damage.push(Damage::new("damaged", format!("page {number}: a cell points outside the page")));
                continue;
            };
            if kind == LEAF_TABLE {
                if self.last_rowid.is_some_and(|last| rowid <= last) && !self.disordered {
                    self.disordered = true;
                    self.damage.push(Damage::new("damaged", format!("page {number}: rowid {rowid} stands after a larger or equal one")));
                }
                self.last_rowid = Some(rowid);
            } else {
                self.ordinal += 1;
                rowid = self.ordinal;
            }
            match payload(self.pages, &level.page, kind, size, at, &mut self.overflow, &mut self.page) {
                Ok(payload) => return Some((rowid, payload)),
                Err(why) => self.damage.push(Damage {
                    kind: "damaged",
                    says: format!("page {number}, row {rowid}: {why}"),
                    bytes: Some(size.min(self.pages.total())),
                }),
            }
        }
    }

    /// Finds the wanted values; false when the record's header is damaged.
    fn decode(&mut self, payload: Payload, rowid: i64) -> bool {
        let bytes: &[u8] = match payload {
            Payload::Overflow => &self.overflow,
            Payload::Local { start, end } => self.levels.last().and_then(|level| level.page.get(start..end)).unwrap_or_default(),
        };
        self.starts.clear();
        let read = (|| {
            let (header, mut at) = varint(bytes, 0)?;
            let header = usize::try_from(header).ok().filter(|&header| header <= bytes.len())?;
            let mut start = header;
            while at < header && self.starts.len() < self.fields {
                let (serial, next) = varint(bytes, at)?;
                self.starts.push((serial, start));
                start = start.checked_add(serial_size(serial)?)?;
                at = next;
            }
            self.slots.clear();
            for wanted in &self.wanted {
                self.slots.push(match *wanted {
                    Wanted::Absent => Slot::Null,
                    Wanted::Rowid => Slot::Int(rowid),
                    Wanted::Field { field, column, real } => match self.starts.get(field) {
                        None => Slot::Default(column),
                        Some(&(serial, start)) => match slot(bytes, serial, start)? {
                            Slot::Int(number) if real => Slot::Real(number as f64),
                            slot => slot,
                        },
                    },
                });
            }
            Some(())
        })();
        if read.is_none() {
            self.damage.push(Damage {
                kind: "damaged",
                says: format!("row {rowid}: the record's header does not fit its {} bytes", bytes.len()),
                bytes: Some(bytes.len() as u64),
            });
        }
        read.is_some()
    }

    /// Whether the main file alone holds the very same row.
    fn in_base(&mut self, table: &TableInfo, rowid: i64, payload: Payload) -> bool {
        let Some((base, root)) = self.base else { return true };
        let Some(root) = root else { return false };
        if table.without_rowid {
            // Such rows have no number to look them up by; they count as live.
            return true;
        }
        let bytes: &[u8] = match payload {
            Payload::Overflow => &self.overflow,
            Payload::Local { start, end } => self.levels.last().and_then(|level| level.page.get(start..end)).unwrap_or_default(),
        };
        self.base_leaf.holds(base, root, rowid, bytes)
    }
}

/// Offset of the level's next cell.
fn cell_at(level: &Level, interior: bool) -> Option<usize> {
    let pointer = level.header + if interior { 12 } else { 8 } + 2 * level.next;
    let at = usize::from(u16::from_be_bytes([*level.page.get(pointer)?, *level.page.get(pointer + 1)?]));
    (at > pointer && at < level.page.len()).then_some(at)
}

fn four(page: &[u8], at: usize) -> Option<u32> {
    let bytes = page.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

/// Finds a payload of `size` bytes that begins at `at`, following its overflow chain when it has one.
fn payload(
    pages: &Pages,
    page: &[u8],
    kind: u8,
    size: u64,
    at: usize,
    overflow: &mut Vec<u8>,
    scratch: &mut Vec<u8>,
) -> Result<Payload, String> {
    let usable = pages.usable();
    let most = if kind == LEAF_TABLE { usable - 35 } else { (usable - 12) * 64 / 255 - 23 };
    if size > pages.total() {
        return Err(format!("the record claims {size} bytes, more than the whole database"));
    }
    let size = usize::try_from(size).map_err(|_| format!("the record claims {size} bytes"))?;
    if size <= most {
        let end = at + size;
        return if end <= usable { Ok(Payload::Local { start: at, end }) } else { Err(format!("its {size} bytes pass the end of the page")) };
    }
    let least = (usable - 12) * 32 / 255 - 23;
    let fits = least + (size - least) % (usable - 4);
    let local = if fits <= most { fits } else { least };
    let bytes = page.get(at..at + local).ok_or("its first bytes pass the end of the page")?;
    overflow.clear();
    overflow.extend_from_slice(bytes);
    let mut next = four(page, at + local).ok_or("the number of its overflow page passes the end of the page")?;
    // The chain has as many pages as the size asks for: a loop ends there, and the bytes are then simply wrong.
    while overflow.len() < size {
        pages.read(next, scratch).map_err(|damage| format!("overflow: {}", damage.says))?;
        let take = (size - overflow.len()).min(usable - 4);
        overflow.extend_from_slice(&scratch[4..4 + take]);
        let following = four(scratch, 0).unwrap_or(0);
        if following == next {
            return Err(format!("overflow page {next} follows itself"));
        }
        next = following;
    }
    Ok(Payload::Overflow)
}

/// The last leaf of the main file that was looked at: rows of one log page mostly ask for the same one.
#[derive(Default)]
struct BaseLeaf {
    leaf: Vec<u8>,
    header: usize,
    /// Rowids of the leaf with the place of their cells.
    rows: Vec<(i64, usize)>,
    overflow: Vec<u8>,
    scratch: Vec<u8>,
}

impl BaseLeaf {
    fn holds(&mut self, pages: &Pages, root: u32, rowid: i64, payload_bytes: &[u8]) -> bool {
        let inside = |rows: &[(i64, usize)]| {
            rows.first().is_some_and(|first| first.0 <= rowid) && rows.last().is_some_and(|last| rowid <= last.0)
        };
        if !inside(&self.rows) && self.find(pages, root, rowid).is_none() {
            return false;
        }
        let Ok(index) = self.rows.binary_search_by_key(&rowid, |row| row.0) else { return false };
        let at = self.rows[index].1;
        let same = (|| {
            let (size, at) = varint(&self.leaf, at)?;
            let (_, at) = varint(&self.leaf, at)?;
            let found = payload(pages, &self.leaf, LEAF_TABLE, size, at, &mut self.overflow, &mut self.scratch).ok()?;
            Some(match found {
                Payload::Local { start, end } => self.leaf.get(start..end)? == payload_bytes,
                Payload::Overflow => self.overflow == payload_bytes,
            })
        })();
        same.unwrap_or(false)
    }

    /// Loads the leaf on which a rowid would stand.
    fn find(&mut self, pages: &Pages, root: u32, rowid: i64) -> Option<()> {
        self.rows.clear();
        let mut number = root;
        for _ in 0..DEPTH {
            pages.read(number, &mut self.leaf).ok()?;
            self.header = if number == 1 { 100 } else { 0 };
            let page = &self.leaf;
            let cells = usize::from(u16::from_be_bytes([page[self.header + 3], page[self.header + 4]]));
            let pointer = |index: usize, from: usize| {
                let at = self.header + from + 2 * index;
                Some(usize::from(u16::from_be_bytes([*page.get(at)?, *page.get(at + 1)?])))
            };
            match page[self.header] {
                INTERIOR_TABLE => {
                    let mut child = four(page, self.header + 8)?;
                    for index in 0..cells {
                        let at = pointer(index, 12)?;
                        let (key, _) = varint(page, at + 4)?;
                        if rowid <= key as i64 {
                            child = four(page, at)?;
                            break;
                        }
                    }
                    number = child;
                }
                LEAF_TABLE => {
                    for index in 0..cells {
                        let at = pointer(index, 8)?;
                        let (_, after) = varint(page, at)?;
                        let (key, _) = varint(page, after)?;
                        self.rows.push((key as i64, at));
                    }
                    self.rows.sort_unstable();
                    return Some(());
                }
                _ => return None,
            }
        }
        None
    }
}
