//! Looks through everything in a database that no live row uses, page by page, and keeps what has the form of a record.

use std::collections::HashMap;

use custodia_model::Found;

use super::super::btree::{Cell, Head, Kind};
use super::super::number::{u16_at, u32_at};
use super::super::unused::by_header;
use super::super::view::{View, Window, Within};
use super::Certainty;
use super::holes::holes;
use super::known::{Alike, Candidate, keys, number};
use super::pages::{Page, RUN};
use super::region::{Among, Whole};
use super::rivals::Rival;
use super::shape::{Judge, Reach, Shape, declares, header};
use super::stale::ends_well;
use super::torn::Edges;

/// Cells of a free page by which its table is told.
const SAMPLE: usize = 12;

/// Bytes of payload that are kept for one database at most.
const KEPT: usize = 256 << 20;

/// What is known of bytes that no record uses.
#[derive(Clone, Copy)]
struct Spot {
    /// The table that the page belongs to, and whether the page is known to be its own.
    own: Option<usize>,
    sure: bool,
    /// The highest rowid that is known of the page.
    highest: i64,
    place: Found,
    /// Whether they begin with the header of a freeblock.
    block: bool,
}

impl Spot {
    fn of(own: Option<usize>, place: Found) -> Spot {
        Spot { own, sure: own.is_some(), highest: 0, place, block: false }
    }
}

/// Is given pieces of the main file with their places, in ascending order.
pub type TakePiece<'a> = dyn FnMut(u64, &[u8]) + 'a;

/// Looks for records of some tables.
pub(super) struct Finder<'a> {
    pub view: &'a View,
    pub map: &'a [Page],
    pub shapes: &'a [Option<Shape>],
    dropped: usize,
    rivals: &'a [Rival],
    pub found: Vec<Candidate>,
    /// Where in `found` what is known by a key stands.
    seen: HashMap<u64, usize>,
    /// Where the page at hand begins, and in which file.
    pub base: (u64, Within),
    /// Room for one page.
    pub form: Vec<u8>,
    /// The surest rank of what stands on the page at hand.
    pub surest: Certainty,
    /// Whether the table looked for is that of the schema.
    pub schema: bool,
    /// The most that a payload can hold.
    pub limit: u64,
    kept: usize,
    budget: usize,
    /// Overflow pages are read through it.
    pub overflow: Window,
    /// Overflow pages that may still be read: hostile cells may share chains.
    pub chains: u64,
}

impl<'a> Finder<'a> {
    /// Looks for records of the tables that have a shape; keeps at most `budget` of them. From place `dropped` on, the
    /// tables are no longer declared. `rivals` are the indexes, whose entries look like rows of tables without rowids.
    pub fn new(
        view: &'a View,
        map: &'a [Page],
        shapes: &'a [Option<Shape>],
        dropped: usize,
        rivals: &'a [Rival],
        budget: usize,
    ) -> Finder<'a> {
        Finder {
            view,
            map,
            shapes,
            dropped,
            rivals,
            found: Vec::new(),
            seen: HashMap::new(),
            base: (0, Within::Main),
            form: Vec::new(),
            surest: Certainty::Certain,
            schema: false,
            limit: view.size(),
            kept: 0,
            budget,
            overflow: Window::default(),
            chains: u64::from(view.last).saturating_mul(4).saturating_add(1024),
        }
    }

    /// The same among records of up to `limit` bytes.
    pub fn up_to(self, limit: u64) -> Finder<'a> {
        Finder { limit, ..self }
    }

    /// Whether no more is kept.
    pub fn full(&self) -> bool {
        self.found.len() >= self.budget || self.kept >= KEPT
    }

    /// Every page of the database; `unused` is given what each calls unused.
    pub fn run(&mut self, unused: Option<&mut TakePiece<'_>>) {
        self.pages(|_| true, unused);
    }

    /// Only the pages that tables use.
    pub fn own_pages(&mut self) {
        self.pages(|kind| matches!(kind, Page::Leaf(_) | Page::Interior(_)), None);
    }

    fn pages(&mut self, wanted: impl Fn(Page) -> bool, mut unused: Option<&mut TakePiece<'_>>) {
        let mut window = Window::default();
        for (number, kind) in self.map.iter().enumerate().skip(1) {
            let Ok(number) = u32::try_from(number) else { return };
            let full = self.full();
            if !wanted(*kind) || (full && unused.is_none()) {
                continue;
            }
            let _ = window.load(self.view, number, RUN);
            let page = window.page(number);
            self.base = self.view.start(number);
            if let Some(unused) = &mut unused {
                let (whole, base) = (window.whole(number), self.base.0);
                by_header(whole, self.view.usable, number, *kind, &mut |range| {
                    unused(base.saturating_add(range.start as u64), whole.get(range).unwrap_or_default());
                });
            }
            if full {
                continue;
            }
            match kind {
                Page::Schema => {}
                Page::Other => self.lost(page, number),
                Page::Leaf(table) | Page::Interior(table) if self.keyed(Some(*table as usize)) => {
                    self.in_use(page, number, *table as usize);
                }
                Page::Leaf(_) if !is_leaf(page, number) => self.lost(page, number),
                Page::Leaf(table) => self.in_use(page, number, *table as usize),
                Page::Interior(table) => {
                    self.gap(page, number, Spot::of(Some(*table as usize), Found::Unallocated));
                }
                Page::FreeLeaf => self.listed(page, number, None, Found::FreelistPage),
                Page::FreeTrunk => {
                    let count = u32_at(page, 4).unwrap_or(0) as usize;
                    let start = count.saturating_mul(4).saturating_add(8);
                    self.trunk(page, number, start);
                }
            }
        }
    }

    /// A page that holds a part of the list of free pages, in place of the beginning of what it was.
    fn trunk(&mut self, page: &[u8], number: u32, start: usize) {
        self.agreed(page, number, (start, page.len()), Found::FreelistPage);
    }

    /// An inner page of a table as it was: what stood on it before, where nothing but its list of cells and these lie.
    pub fn inner(&mut self, page: &[u8], number: u32, place: Found) {
        if let Some(gap) = gap(page, number) {
            self.agreed(page, number, gap, place);
        }
    }

    /// Bytes of a page of which nobody knows whose it was. The cells say of which table, when they agree.
    fn agreed(&mut self, page: &[u8], number: u32, (start, end): (usize, usize), place: Found) {
        let mut whole = self.among(None, 0).scan(page, start, end);
        if whole.is_empty() {
            whole = Among { reach: Reach::Wide, ..self.among(None, 0) }.scan(page, start, end);
        }
        let first = whole.first().map(|one| one.table);
        let own = first.filter(|table| whole.len() > 1 && whole.iter().all(|one| one.table == *table));
        let highest = whole.iter().map(|one| one.cell.rowid).max().unwrap_or(0);
        self.region(page, number, start, end, Spot { own, sure: false, highest, place, block: false });
    }

    /// A leaf of a table that no table of the schema reaches and that is not free. An overflow page begins with the number
    /// of the next one, which is never so high that it looks like a leaf.
    fn lost(&mut self, page: &[u8], number: u32) {
        if is_leaf(page, number) && Head::parse(page, number).is_ok_and(|head| head.cells > 0) {
            self.listed(page, number, None, Found::LostPage);
        }
    }

    /// Whether a table has no rowids.
    pub fn keyed(&self, table: Option<usize>) -> bool {
        table.and_then(|table| self.shapes.get(table)?.as_ref()).is_some_and(|shape| shape.keyed)
    }

    fn among(&self, own: Option<usize>, highest: i64) -> Among<'_> {
        let (keyed, usable, limit) = (self.keyed(own), self.view.usable, self.limit);
        // An entry by its form alone may be of any index.
        let reach = if own.is_some() && !keyed { Reach::Wide } else { Reach::Usual };
        Among { shapes: self.shapes, own, others: !keyed, reach, highest, keyed, usable, limit }
    }

    /// A leaf of a table: its gap and its freeblocks.
    fn in_use(&mut self, page: &[u8], number: u32, table: usize) {
        let spot = Spot::of(Some(table), Found::Unallocated);
        self.gap(page, number, spot);
        self.freeblocks(page, number, Spot { place: Found::Freeblock, ..spot });
        for (start, end) in holes(page, number, self.view.usable, self.view.size()) {
            self.region(page, number, start, end, spot);
        }
    }

    /// The bytes between the cell pointers and the first cell.
    fn gap(&mut self, page: &[u8], number: u32, spot: Spot) {
        if let Some((start, end)) = gap(page, number) {
            self.region(page, number, start, end, spot);
        }
    }

    fn freeblocks(&mut self, page: &[u8], number: u32, spot: Spot) {
        let at = if number == 1 { super::super::header::LEN } else { 0 };
        let mut block = usize::from(u16_at(page, at + 1).unwrap_or(0));
        // Blocks stand in ascending order, so the list ends.
        while block > at {
            let (Some(next), Some(size)) = (u16_at(page, block), u16_at(page, block + 2)) else { return };
            let end = block.saturating_add(usize::from(size)).min(page.len());
            self.region(page, number, block, end, Spot { block: true, ..spot });
            let next = usize::from(next);
            if next <= block {
                return;
            }
            block = next;
        }
    }

    /// A page that is as it was left: when it was a leaf of a table, its list of cells gives whole records. `hint` is the table
    /// it belongs to today.
    pub fn listed(&mut self, page: &[u8], number: u32, hint: Option<usize>, place: Found) {
        let head = Head::parse(page, number).ok();
        let Some(head) = head.filter(|head| head.kind != Kind::TableInterior && head.claimed == head.cells) else {
            self.region(page, number, 0, page.len(), Spot::of(None, place));
            return;
        };
        let (keyed, child) = (!head.kind.table(), if head.kind.interior() { 4 } else { 0 });
        let places: Vec<usize> =
            (0..head.cells).filter_map(|index| head.cell(page, index)).map(|at| at + child).collect();
        if !keyed && !self.schema && self.of_schema(page, &places) {
            return;
        }
        let fits = |table: usize, reach: Reach| {
            let among = Among { others: false, reach, ..self.among(Some(table), 0) };
            let mut serials = Vec::new();
            let whole =
                |at: &&usize| among.whole(page, **at, page.len(), Judge::Listed, &mut serials, &mut 0).is_some();
            places.iter().take(SAMPLE).filter(whole).count()
        };
        let enough = |count: usize| count > 0 && count * 5 >= places.len().min(SAMPLE) * 4;
        let mut best = hint
            .filter(|hint| self.keyed(Some(*hint)) == keyed)
            .map(|table| (fits(table, Reach::Usual), table))
            .filter(|(count, _)| enough(*count));
        let mut tie = false;
        let all = if best.is_some() { 0 } else { self.shapes.len() };
        let of_form = |table: &usize| {
            let shape = self.shapes.get(*table).and_then(Option::as_ref);
            shape.is_some_and(|shape| shape.keyed == keyed)
        };
        let hinted = best.is_some();
        if let Some((count, hint)) = best {
            // The page had another table before, perhaps.
            let other = |table: &usize| *table != hint && of_form(table) && fits(*table, Reach::Usual) >= count;
            tie = (0..self.shapes.len()).any(|table| other(&table));
        }
        for table in (0..all).filter(of_form) {
            let count = fits(table, Reach::Usual);
            tie = (tie && best.is_some_and(|(most, _)| count <= most))
                || (count > 0 && best.is_some_and(|(most, _)| count == most));
            let gone = |best: usize| best < self.dropped && table >= self.dropped;
            if count > 0 && best.is_none_or(|(most, best)| count > most || (count == most && gone(best))) {
                best = Some((count, table));
            }
        }
        let own = best.filter(|(count, _)| enough(*count)).map(|(_, table)| table);
        let own = own.or_else(|| {
            // Where no table has rows of this form today, rows of one may have had it.
            let wide = |table: &usize| !keyed && of_form(table) && enough(fits(*table, Reach::Wide));
            let mut fit = (0..self.shapes.len()).filter(wide);
            hint.filter(wide).or_else(|| fit.next().filter(|_| fit.next().is_none()))
        });
        let own = own.filter(|_| hinted || !keyed || !self.of_index(page, &places));
        // Where all rows of a page were deleted, its list says nothing: it is most likely of the table that has it today.
        let guess = if places.is_empty() && !keyed { hint.filter(|hint| !self.keyed(Some(*hint))) } else { None };
        let own = own.or(guess);
        if keyed && own.is_none() {
            self.region(page, number, 0, page.len(), Spot::of(None, place));
            return;
        }
        tie |= keyed && !hinted;
        let mut spot = Spot { sure: own.is_some() && guess.is_none(), ..Spot::of(own, place) };
        if let Some(table) = own {
            let certainty = if tie { Certainty::Probable } else { Certainty::Certain };
            let mut serials = Vec::new();
            for at in &places {
                let among = Among { others: false, ..self.among(Some(table), 0) };
                let whole = among.whole(page, *at, page.len(), Judge::Listed, &mut serials, &mut 0);
                if let Some(whole) = whole {
                    let certainty = if whole.reach == Reach::Wide { Certainty::Probable } else { certainty };
                    spot.highest = spot.highest.max(whole.cell.rowid);
                    self.keep_whole(page, number, &whole, place, certainty);
                }
            }
        }
        self.gap(page, number, spot);
        self.freeblocks(page, number, spot);
    }

    /// Everything in bytes that no record uses.
    fn region(&mut self, page: &[u8], number: u32, start: usize, end: usize, spot: Spot) {
        let Spot { own, sure, highest, place, block } = spot;
        // Bytes that were never used are zeros, and most are.
        if page.get(start..end).is_none_or(|bytes| !block && bytes.iter().all(|byte| *byte == 0)) {
            return;
        }
        let mut whole = self.among(own, highest).scan(page, start, end);
        if self.keyed(own) {
            // A record without a rowid that was freed has lost too much to be seen, so one that lies over the end of another shows
            // by nothing but where that ends.
            let all = whole.clone();
            whole.retain(|one| ends_well(page, &all, one.end, end));
        }
        whole.extend(self.among(own, highest).meagre(page, &whole, start, end));
        whole.sort_by_key(|one| one.at);
        let of_own = whole.iter().filter(|one| own == Some(one.table));
        let highest = of_own.map(|one| one.cell.rowid).max().unwrap_or(0).max(highest);
        // Cells lie one after the other, so one may begin where another ends.
        let mut from: Vec<usize> = whole.iter().map(|one| one.end).collect();
        from.extend(block.then_some(start));
        let rebuilt = self.among(own, highest).rebuilt(page, &whole, from, start, end);
        let edges = Edges::of(page, number, &whole, end);
        for one in &whole {
            let certain = sure && own == Some(one.table) && one.proved && one.reach == Reach::Usual;
            let certainty = match one.touching {
                _ if !self.among(own, highest).unharmed(&edges, one) => Certainty::Possible,
                0 if certain => Certainty::Certain,
                1 => Certainty::Possible,
                _ => Certainty::Probable,
            };
            self.keep_whole(page, number, one, place, certainty);
        }
        let Some(table) = own else { return };
        for one in rebuilt {
            let (start, local) = (one.end.saturating_sub(one.payload.len()), one.payload.len());
            let cell = Cell { rowid: 0, payload: one.length, start, local, overflow: one.overflow };
            self.keep_cell(table, None, &cell, one.payload, number, one.at, place, Certainty::Possible);
        }
    }

    /// Whether entries of an index may stand at these places.
    fn of_index(&self, page: &[u8], places: &[usize]) -> bool {
        let sample = places.iter().take(SAMPLE).filter_map(|at| {
            let cell = Cell::parse(page, *at, Kind::IndexLeaf, self.view.usable, self.limit).ok()?;
            let mut serials = Vec::new();
            header(page.get(cell.start..cell.start.checked_add(cell.local)?)?, 0, &mut serials)?;
            Some(serials)
        });
        let sample: Vec<Vec<u64>> = sample.collect();
        self.rivals.iter().any(|rival| sample.iter().all(|serials| rival.may_hold(serials)))
    }

    /// Whether rows of the schema stand at these places. What was deleted among them is looked for by itself.
    fn of_schema(&self, page: &[u8], places: &[usize]) -> bool {
        let declares = |at: &usize| {
            let cell = Cell::parse(page, *at, Kind::TableLeaf, self.view.usable, self.limit).ok();
            let local = cell.and_then(|cell| page.get(cell.start..cell.start.checked_add(cell.local)?));
            local.is_some_and(declares)
        };
        !places.is_empty() && places.iter().take(SAMPLE).all(declares)
    }

    fn keep_whole(&mut self, page: &[u8], number: u32, one: &Whole, place: Found, certainty: Certainty) {
        let cell = one.cell;
        let Some(local) = page.get(cell.start..cell.start.saturating_add(cell.local)) else { return };
        let certainty = if cell.overflow == 0 { certainty } else { Certainty::Possible };
        let rowid = Some(cell.rowid).filter(|_| !self.keyed(Some(one.table)));
        self.keep_cell(one.table, rowid, &cell, local.to_vec(), number, one.at, place, certainty);
    }

    #[allow(clippy::too_many_arguments)]
    fn keep_cell(
        &mut self,
        table: usize,
        rowid: Option<i64>,
        cell: &Cell,
        local: Vec<u8>,
        page: u32,
        at: usize,
        place: Found,
        certainty: Certainty,
    ) {
        let (place, certainty) = match place {
            // It may be of a table of which nothing else is left.
            Found::LostPage if table >= self.dropped => (Found::DroppedTable, certainty.max(Certainty::Probable)),
            // What was never committed was never a row, and what is not proved may not be as it was written.
            Found::LostPage | Found::UncommittedWalFrame | Found::UnprovedWalFrame => {
                (place, certainty.max(Certainty::Probable))
            }
            Found::ReplacedPage if self.view.rolled_back.is_some() => (place, certainty.max(Certainty::Probable)),
            Found::FreelistPage if table >= self.dropped => (Found::DroppedTable, certainty),
            _ => (place, certainty),
        };
        let certainty = certainty.max(self.surest);
        let (keys, alike) = (keys(table, rowid, cell.payload, &local), Alike::place(table, cell.payload, &local));
        let named = rowid.or_else(|| number(&local).filter(|_| self.keyed(Some(table))));
        let (payload, chain) = match cell.overflow {
            0 => (local, Vec::new()),
            _ => {
                let chained = self.chain(cell, &local, table);
                (chained.payload.unwrap_or(local), chained.pages)
            }
        };
        self.keep(Candidate {
            table,
            rowid,
            payload,
            length: cell.payload,
            local: cell.local,
            chain,
            page,
            offset: self.base.0.saturating_add(at as u64),
            within: self.base.1,
            place,
            certainty,
            keys,
            number: named,
            alike,
            live: false,
        });
    }

    /// Keeps a record, of those that are known by the same the surest.
    fn keep(&mut self, one: Candidate) {
        let key = one.key();
        if let Some(other) = self.seen.get(&key).and_then(|at| self.found.get_mut(*at)) {
            let longer = one.certainty == other.certainty && one.payload.len() > other.payload.len();
            // A page that nothing reaches may bear the live row; what else has the same bytes is an earlier place of it.
            let lost = (one.place == Found::LostPage, other.place == Found::LostPage);
            let surer = one.certainty < other.certainty || longer;
            if lost == (true, false) || (surer && lost != (false, true)) {
                *other = one;
            }
        } else if !self.full() {
            self.kept = self.kept.saturating_add(one.payload.len()).saturating_add(128);
            self.seen.insert(key, self.found.len());
            self.found.push(one);
        }
    }
}

/// Where the bytes between the cell pointers of a page and its first cell begin and end.
fn gap(page: &[u8], number: u32) -> Option<(usize, usize)> {
    let head = Head::parse(page, number).ok()?;
    let at = if number == 1 { super::super::header::LEN } else { 0 };
    let start = at + if head.kind.interior() { 12 } else { 8 } + 2 * usize::from(head.cells);
    // Zero stands for 65536.
    let end = u16_at(page, at + 5).map_or(0, |end| if end == 0 { page.len() } else { usize::from(end) });
    Some((start, end.min(page.len())))
}

/// Whether a page says that it is a leaf of a table.
fn is_leaf(page: &[u8], number: u32) -> bool {
    Head::parse(page, number).is_ok_and(|head| head.kind == Kind::TableLeaf)
}
