//! Records that were deleted, or are earlier forms of rows, and still stand in the bytes of the database: on pages of
//! the freelist, in the unallocated space of pages in use, and in freeblocks (file format, sections 1.5 and 1.6); and in
//! forms of pages that a later frame of the write-ahead log replaces (section 4).
//!
//! Three passes: one learns what records of each table look like, one takes what has their form from bytes that no
//! record uses, one drops what a live row holds. What is kept is bounded; reading costs three times the file at most.

mod pages;
mod region;
mod shape;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use custodia_model::Found;

use super::btree::{Cell, Head, Kind};
use super::number::{u16_at, u32_at};
use super::overflow::assemble;
use super::record::{Plan, Record, Rewritten, Value};
use super::schema::TableInfo;
use super::view::{View, Window};
use super::{Database, State};
use pages::{Page, RUN};
use region::Among;
use shape::{Judge, Shape, header};

/// How surely a recovered record is one of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Whole, on a page of its table or in the list of cells of a free page.
    Certain,
    /// Whole, found by its form.
    Probable,
    /// Its first bytes are overwritten and were rebuilt.
    Possible,
}

impl Certainty {
    /// The word of the `certainty` column.
    pub fn as_str(self) -> &'static str {
        match self {
            Certainty::Certain => "certain",
            Certainty::Probable => "probable",
            Certainty::Possible => "possible",
        }
    }
}

/// A record that belongs to no live row.
#[derive(Debug)]
pub struct Recovered<'a> {
    /// The table whose form it has.
    pub table: &'a TableInfo,
    /// Its rowid, when that is left.
    pub rowid: Option<i64>,
    /// Its values by column of the table.
    pub values: Vec<Value>,
    /// The page it stands on.
    pub page: u32,
    /// Where it begins, in the file or in the log.
    pub offset: u64,
    /// What kind of place that is.
    pub place: Found,
    /// How surely it is a record of the table.
    pub certainty: Certainty,
}

/// What is kept until the live rows were looked through.
struct Candidate {
    table: usize,
    rowid: Option<i64>,
    payload: Vec<u8>,
    page: u32,
    offset: u64,
    place: Found,
    certainty: Certainty,
    /// With its rowid, and without.
    keys: [u64; 2],
    /// Its place in [`Alike`].
    alike: (usize, u64),
    live: bool,
}

/// Cells of a free page by which its table is told.
const SAMPLE: usize = 12;

/// Bytes of payload that are kept for one database at most.
const KEPT: usize = 256 << 20;

/// Leaves of a table whose rows teach its form, at most about twice as many.
const LESSONS: usize = 400;

/// What a record is known by: its table, rowid and bytes; and its values alone. Deterministic.
fn keys(table: usize, rowid: Option<i64>, payload: u64, local: &[u8]) -> [u64; 2] {
    let hash = |rowid: Option<i64>, bytes: &[u8]| {
        let mut hasher = DefaultHasher::new();
        (table, rowid, payload, bytes).hash(&mut hasher);
        hasher.finish()
    };
    [hash(rowid, local), hash(None, local)]
}

impl Database {
    /// Records that belong to no live row, in the order of their pages; at most `budget` of them.
    pub fn recover(&self, budget: usize, take: &mut dyn FnMut(Recovered<'_>)) {
        let State { view, encoding, schema } = &self.now;
        let tables = &schema.tables;
        let mut shapes: Vec<Option<Shape>> =
            tables.iter().map(|table| self.recoverable(table).then(|| Shape::new(table, *encoding))).collect();
        let roots: Vec<Option<u32>> =
            tables.iter().map(|table| Some(table.root_page).filter(|_| !table.without_rowid)).collect();
        let map = pages::map(view, &roots);
        learn(view, &map, &mut shapes);
        let mut finder = Finder {
            view,
            map: &map,
            shapes: &shapes,
            found: Vec::new(),
            seen: HashSet::new(),
            base: 0,
            kept: 0,
            budget,
            overflow: Window::default(),
            chains: u64::from(view.last).saturating_mul(4).saturating_add(1024),
        };
        finder.run();
        finder.replaced();
        let mut found = finder.found;
        if found.is_empty() {
            return;
        }
        let mut known: HashMap<u64, Vec<usize>> = HashMap::new();
        for (index, candidate) in found.iter().enumerate() {
            let key = if candidate.rowid.is_some() { candidate.keys[0] } else { candidate.keys[1] };
            known.entry(key).or_default().push(index);
        }
        let alike = Alike::of(&found);
        live(view, &map, |table, cell, local| {
            if !alike.may_hold(table, cell.payload, local) {
                return;
            }
            for key in keys(table, Some(cell.rowid), cell.payload, local) {
                for index in known.get(&key).into_iter().flatten() {
                    if let Some(candidate) = found.get_mut(*index) {
                        candidate.live = true;
                    }
                }
            }
        });
        // A rebuilt record is told only when the same values were not found whole.
        let whole: HashSet<u64> = found.iter().filter(|one| one.rowid.is_some()).map(|one| one.keys[1]).collect();
        for one in &found {
            if one.live || (one.rowid.is_none() && whole.contains(&one.keys[1])) {
                continue;
            }
            let Some(table) = tables.get(one.table) else { continue };
            let Some(values) = decode(table, one, *encoding) else { continue };
            take(Recovered {
                table,
                rowid: one.rowid,
                values,
                page: one.page,
                offset: one.offset,
                place: one.place,
                certainty: one.certainty,
            });
        }
    }

    /// Tables of SQLite itself and the indexes of full-text search are rewritten all the time and bear nobody's records.
    fn recoverable(&self, table: &TableInfo) -> bool {
        let indexes =
            ["_segments", "_segdir", "_docsize", "_stat", "_data", "_idx", "_config", "_node", "_rowid", "_parent"];
        let shadow = self.now.schema.others.iter().any(|(_, name)| {
            let rest = table.name.strip_prefix(name.as_str());
            rest.is_some_and(|rest| indexes.contains(&rest))
        });
        !table.without_rowid && !table.layout.is_empty() && !shadow && !table.name.starts_with("sqlite_")
    }
}

/// Teaches every shape by live rows, spread evenly over the leaves of its table.
fn learn(view: &View, map: &[Page], shapes: &mut [Option<Shape>]) {
    let mut leaves = vec![0usize; shapes.len()];
    for kind in map {
        if let Page::Leaf(table) = kind
            && let Some(count) = leaves.get_mut(*table as usize)
        {
            *count += 1;
        }
    }
    let apart: Vec<usize> = leaves.iter().map(|count| count.div_ceil(LESSONS).max(1)).collect();
    let (mut window, mut met) = (Window::default(), vec![0usize; shapes.len()]);
    for (number, kind) in map.iter().enumerate() {
        let (Page::Leaf(table), Ok(number)) = (kind, u32::try_from(number)) else { continue };
        let table = *table as usize;
        let (Some(Some(shape)), Some(met), Some(apart)) = (shapes.get_mut(table), met.get_mut(table), apart.get(table))
        else {
            continue;
        };
        *met += 1;
        let _ = window.load(view, number, RUN);
        let page = window.page(number);
        let Ok(head) = Head::parse(page, number) else { continue };
        let whole = (*met - 1).is_multiple_of(*apart);
        let from = if whole { 0 } else { head.cells.saturating_sub(1) };
        for at in (from..head.cells).filter_map(|index| head.cell(page, index)) {
            let Ok(cell) = Cell::parse(page, at, Kind::TableLeaf, view.usable, view.size()) else { continue };
            match page.get(cell.start..cell.start.saturating_add(cell.local)) {
                Some(local) if whole => shape.learn(cell.rowid, local),
                // Of the others only the highest number matters, which stands last.
                _ => shape.highest = shape.highest.max(cell.rowid),
            }
        }
    }
}

/// Which live cells may equal a candidate, by table, length and last bytes; nearly all are turned away by it.
struct Alike(Vec<u64>);

impl Alike {
    fn of(found: &[Candidate]) -> Alike {
        let mut bits = vec![0u64; 1 << 14];
        for one in found {
            let (word, bit) = one.alike;
            if let Some(word) = bits.get_mut(word) {
                *word |= bit;
            }
        }
        Alike(bits)
    }

    fn may_hold(&self, table: usize, length: u64, local: &[u8]) -> bool {
        let (word, bit) = Alike::place(table, length, local);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Word and bit for a cell, by its last eight bytes here.
    fn place(table: usize, length: u64, local: &[u8]) -> (usize, u64) {
        let end = local.last_chunk::<8>().map_or(0, |end| u64::from_le_bytes(*end));
        let hash = (end ^ ((table as u64) << 48) ^ (length << 20)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let hash = hash ^ (hash >> 29);
        ((hash >> 6) as usize & ((1 << 14) - 1), 1 << (hash & 63))
    }
}

/// Hands over every live cell of every table with the bytes of it that lie in its own page.
fn live(view: &View, map: &[Page], mut take: impl FnMut(usize, &Cell, &[u8])) {
    let mut window = Window::default();
    for (number, kind) in map.iter().enumerate() {
        let (Page::Leaf(table), Ok(number)) = (kind, u32::try_from(number)) else { continue };
        let _ = window.load(view, number, RUN);
        let page = window.page(number);
        let Ok(head) = Head::parse(page, number) else { continue };
        for at in (0..head.cells).filter_map(|index| head.cell(page, index)) {
            let Ok(cell) = Cell::parse(page, at, Kind::TableLeaf, view.usable, view.size()) else { continue };
            if let Some(local) = page.get(cell.start..cell.start.saturating_add(cell.local)) {
                take(*table as usize, &cell, local);
            }
        }
    }
}

/// The values of a record by column. None when it cannot be read after all.
fn decode(table: &TableInfo, one: &Candidate, encoding: super::text::Encoding) -> Option<Vec<Value>> {
    let names: Vec<&str> = table.columns.iter().map(String::as_str).collect();
    let plan = Plan::new(table, &names, encoding);
    let (mut spans, rewritten) = (plan.spans(), Rewritten::new(plan.texts()));
    plan.locate(&one.payload, one.payload.len() as u64, &mut spans).ok()?;
    let record = Record {
        rowid: one.rowid.unwrap_or(0),
        found: one.place,
        payload: &one.payload,
        spans: &spans,
        plan: &plan,
        rewritten: &rewritten,
    };
    let value = |index| match one.rowid {
        None if table.rowid_alias == Some(index) => Value::Null,
        _ => record.get(index).into(),
    };
    Some((0..names.len()).map(value).collect())
}

struct Finder<'a> {
    view: &'a View,
    map: &'a [Page],
    shapes: &'a [Option<Shape>],
    found: Vec<Candidate>,
    seen: HashSet<u64>,
    /// Where the page at hand begins, in the file or the log.
    base: u64,
    kept: usize,
    budget: usize,
    overflow: Window,
    chains: u64,
}

impl Finder<'_> {
    fn run(&mut self) {
        let mut window = Window::default();
        for (number, kind) in self.map.iter().enumerate() {
            let Ok(number) = u32::try_from(number) else { return };
            if *kind == Page::Other || self.found.len() >= self.budget || self.kept >= KEPT {
                continue;
            }
            let _ = window.load(self.view, number, RUN);
            let page = window.page(number);
            self.base = self.view.start(number).0;
            match kind {
                Page::Other => {}
                Page::Leaf(table) => self.in_use(page, number, *table as usize),
                Page::Interior(table) => self.gap(page, number, Some(*table as usize), Found::Unallocated),
                Page::FreeLeaf => self.listed(page, number, None, Found::FreelistPage),
                Page::FreeTrunk => {
                    let count = u32_at(page, 4).unwrap_or(0) as usize;
                    let start = count.saturating_mul(4).saturating_add(8);
                    self.region(page, number, start, page.len(), None, Found::FreelistPage, false);
                }
            }
        }
    }

    fn among(&self, own: Option<usize>) -> Among<'_> {
        Among { shapes: self.shapes, own, others: true, usable: self.view.usable, limit: self.view.size() }
    }

    /// A leaf of a table: its gap and its freeblocks.
    fn in_use(&mut self, page: &[u8], number: u32, table: usize) {
        self.gap(page, number, Some(table), Found::Unallocated);
        self.freeblocks(page, number, Some(table), Found::Freeblock);
    }

    /// The bytes between the cell pointers and the first cell.
    fn gap(&mut self, page: &[u8], number: u32, own: Option<usize>, place: Found) {
        let Ok(head) = Head::parse(page, number) else { return };
        let at = if number == 1 { super::header::LEN } else { 0 };
        let start = at + if head.kind.interior() { 12 } else { 8 } + 2 * usize::from(head.cells);
        // Zero stands for 65536.
        let end = u16_at(page, at + 5).map_or(0, |end| if end == 0 { page.len() } else { usize::from(end) });
        self.region(page, number, start, end.min(page.len()), own, place, false);
    }

    fn freeblocks(&mut self, page: &[u8], number: u32, own: Option<usize>, place: Found) {
        let at = if number == 1 { super::header::LEN } else { 0 };
        let mut block = usize::from(u16_at(page, at + 1).unwrap_or(0));
        // Blocks stand in ascending order, so the list ends.
        while block > at {
            let (Some(next), Some(size)) = (u16_at(page, block), u16_at(page, block + 2)) else { return };
            let end = block.saturating_add(usize::from(size)).min(page.len());
            self.region(page, number, block, end, own, place, true);
            let next = usize::from(next);
            if next <= block {
                return;
            }
            block = next;
        }
    }

    /// Forms of pages that later ones replace: in the main file under the log, and in the log.
    fn replaced(&mut self) {
        let view = self.view;
        let Some(log) = &view.log else { return };
        let size = view.page_size as u64;
        let mut forms: Vec<(u32, bool, u64)> = log.replaced.iter().map(|(page, at)| (*page, true, *at)).collect();
        let covered =
            log.frames.keys().map(|page| (*page, false, u64::from(page.saturating_sub(1)).saturating_mul(size)));
        forms.extend(covered);
        forms.sort_unstable();
        let mut buffer = vec![0; view.page_size];
        for (number, logged, at) in forms {
            if self.found.len() >= self.budget || self.kept >= KEPT {
                return;
            }
            let bytes = if logged { &log.bytes } else { &view.main };
            let Ok(got) = bytes.read_at(at, &mut buffer) else { continue };
            let Some(page) = buffer.get(..got.min(view.usable)) else { continue };
            // Pages of other kinds bear no list of records.
            if Head::parse(page, number).is_ok_and(|head| head.kind == Kind::TableLeaf) {
                let hint = match self.map.get(number as usize) {
                    Some(Page::Leaf(table) | Page::Interior(table)) => Some(*table as usize),
                    _ => None,
                };
                self.base = at;
                self.listed(page, number, hint, Found::OldWalFrame);
            }
        }
    }

    /// A page that is as it was left: when it was a leaf of a table, its list of cells gives whole records. `hint` is the table
    /// it belongs to today.
    fn listed(&mut self, page: &[u8], number: u32, hint: Option<usize>, place: Found) {
        let head =
            Head::parse(page, number).ok().filter(|head| head.kind == Kind::TableLeaf && head.claimed == head.cells);
        let Some(head) = head else {
            self.region(page, number, 0, page.len(), None, place, false);
            return;
        };
        let places: Vec<usize> = (0..head.cells).filter_map(|index| head.cell(page, index)).collect();
        let fits = |table: usize| {
            let among = Among { others: false, ..self.among(Some(table)) };
            let mut serials = Vec::new();
            let whole =
                |at: &&usize| among.whole(page, **at, page.len(), Judge::Listed, &mut serials, &mut 0).is_some();
            places.iter().take(SAMPLE).filter(whole).count()
        };
        let enough = |count: usize| count > 0 && count * 5 >= places.len().min(SAMPLE) * 4;
        let mut best = hint.map(|table| (fits(table), table)).filter(|(count, _)| enough(*count));
        let mut tie = false;
        let all = if best.is_some() { 0 } else { self.shapes.len() };
        for table in (0..all).filter(|table| self.shapes.get(*table).is_some_and(Option::is_some)) {
            let count = fits(table);
            tie = (tie && best.is_some_and(|(most, _)| count <= most))
                || (count > 0 && best.is_some_and(|(most, _)| count == most));
            if count > 0 && best.is_none_or(|(most, _)| count > most) {
                best = Some((count, table));
            }
        }
        let own = best.filter(|(count, _)| enough(*count)).map(|(_, table)| table);
        if let Some(table) = own {
            let certainty = if tie { Certainty::Probable } else { Certainty::Certain };
            let mut serials = Vec::new();
            for at in &places {
                let whole = self.among(Some(table)).whole(page, *at, page.len(), Judge::Listed, &mut serials, &mut 0);
                if let Some(whole) = whole.filter(|whole| whole.table == table) {
                    self.keep_whole(page, number, &whole, place, certainty, Judge::Listed);
                }
            }
        }
        self.gap(page, number, own, place);
        self.freeblocks(page, number, own, place);
    }

    /// Everything in bytes that no record uses. `block` says that they begin with the header of a freeblock.
    #[allow(clippy::too_many_arguments)]
    fn region(
        &mut self,
        page: &[u8],
        number: u32,
        start: usize,
        end: usize,
        own: Option<usize>,
        place: Found,
        block: bool,
    ) {
        // Bytes that were never used are zeros, and most are.
        if page.get(start..end).is_none_or(|bytes| !block && bytes.iter().all(|byte| *byte == 0)) {
            return;
        }
        let whole = self.among(own).scan(page, start, end);
        // Cells lie one after the other, so one may begin where another ends.
        let mut from: Vec<usize> = whole.iter().map(|one| one.end).collect();
        from.extend(block.then_some(start));
        let mut rebuilt = Vec::new();
        for begin in from {
            let mut at = begin;
            loop {
                let next = whole.partition_point(|one| one.at < at);
                let stop = whole.get(next).map_or(end, |one| one.at);
                if stop <= at + 4 {
                    break;
                }
                let Some(one) = self.among(own).rebuild(page, at, stop) else { break };
                at = one.end;
                rebuilt.push(one);
            }
        }
        for one in whole {
            let certainty = if own == Some(one.table) { Certainty::Certain } else { Certainty::Probable };
            self.keep_whole(page, number, &one, place, certainty, Judge::Form);
        }
        let Some(table) = own else { return };
        for one in rebuilt {
            let keys = keys(table, None, one.payload.len() as u64, &one.payload);
            let alike = Alike::place(table, one.payload.len() as u64, &one.payload);
            self.keep(Candidate {
                table,
                rowid: None,
                payload: one.payload,
                page: number,
                offset: self.base.saturating_add(one.at as u64),
                place,
                certainty: Certainty::Possible,
                keys,
                alike,
                live: false,
            });
        }
    }

    fn keep_whole(
        &mut self,
        page: &[u8],
        number: u32,
        one: &region::Whole,
        place: Found,
        certainty: Certainty,
        judge: Judge,
    ) {
        let cell = one.cell;
        let Some(local) = page.get(cell.start..cell.start.saturating_add(cell.local)) else { return };
        let keys = keys(one.table, Some(cell.rowid), cell.payload, local);
        let alike = Alike::place(one.table, cell.payload, local);
        let payload = if cell.overflow == 0 {
            local.to_vec()
        } else {
            let Some(payload) = self.chain(&cell, local, one.table, judge) else { return };
            payload
        };
        self.keep(Candidate {
            table: one.table,
            rowid: Some(cell.rowid),
            payload,
            page: number,
            offset: self.base.saturating_add(one.at as u64),
            place,
            certainty,
            keys,
            alike,
            live: false,
        });
    }

    /// The payload of a cell that overflows, when its pages are free and as they were left. Pages in use belong to others.
    fn chain(&mut self, cell: &Cell, local: &[u8], table: usize, judge: Judge) -> Option<Vec<u8>> {
        let mut next = cell.overflow;
        let pages =
            cell.payload.saturating_sub(cell.local as u64).div_ceil(self.view.usable.saturating_sub(4).max(1) as u64);
        for _ in 0..pages.min(u64::from(self.view.last)) {
            if self.map.get(next as usize) != Some(&Page::FreeLeaf) {
                return None;
            }
            self.chains = self.chains.checked_sub(1)?;
            let _ = self.overflow.load(self.view, next, 1);
            next = u32_at(self.overflow.page(next), 0)?;
        }
        let mut payload = Vec::new();
        assemble(cell, local, self.view, &mut self.overflow, &mut self.chains, &mut payload).ok()?;
        let mut serials = Vec::new();
        let (length, _) = header(&payload, 0, &mut serials)?;
        let shape = self.shapes.get(table)?.as_ref()?;
        shape.believes(&serials, payload.get(length..)?, judge).then_some(payload)
    }

    fn keep(&mut self, one: Candidate) {
        let key = if one.rowid.is_some() { one.keys[0] } else { one.keys[1] };
        if self.found.len() < self.budget && self.kept < KEPT && self.seen.insert(key) {
            self.kept = self.kept.saturating_add(one.payload.len()).saturating_add(128);
            self.found.push(one);
        }
    }
}
