//! Records that were deleted, or are earlier forms of rows, and still stand in the bytes of the database: on pages of
//! the freelist, in the unallocated space of pages in use, and in freeblocks (file format, sections 1.5 and 1.6); in
//! forms of pages that the write-ahead log replaces or that are not in force in it (section 4); in a rollback journal,
//! and in pages of a transaction that did not end (section 3). The declaration of a table that was dropped is taken from deleted rows of the schema.
//!
//! One pass over some leaves learns what records of each table look like, one over all pages takes what has their form from
//! bytes that no record uses, one over the live rows that may equal one of those drops it. What is kept is bounded; reading
//! costs a little more than twice the file at most.
//!
//! From the bytes up: `pages` says what each page is, `shape` what a record of a table looks like, `region` reads cells
//! in bytes without a list of them, `rivals` what entries of indexes look like, `stale` those behind headers of freeblocks that are none any more, `holes` finds bytes that
//! nothing covers, `chain` follows overflow pages, `finder` and `older` go over all places, `known` drops what is live.

mod added;
#[cfg(test)]
mod added_tests;
mod chain;
#[cfg(test)]
mod chain_tests;
mod dropped;
mod finder;
mod holes;
#[cfg(test)]
mod keyed_tests;
mod known;
mod meagre;
#[cfg(test)]
mod newest_tests;
mod older;
#[cfg(test)]
mod older_tests;
pub(super) mod pages;
mod region;
mod rekeyed;
#[cfg(test)]
mod remnant_tests;
mod rivals;
mod shape;
#[cfg(test)]
mod shrunk_tests;
mod stale;
#[cfg(test)]
mod stale_tests;
#[cfg(test)]
mod tests;
mod torn;
#[cfg(test)]
mod torn_tests;
#[cfg(test)]
mod wide_tests;

use std::collections::{HashMap, HashSet};

use custodia_model::Found;

use super::btree::{self, Head, Kind};
use super::record::{Cell, Plan, Record, Rewritten, Value};
use super::schema::TableInfo;
use super::view::{View, Window, Within};
use super::{Database, State};
use added::Added;
use finder::Finder;
pub use finder::TakePiece;
use known::{Alike, Candidate, keys, live, of_rowids, reordered, spoiled};
use older::Older;
use pages::{Map, Page};
use shape::Shape;

/// How surely a recovered record is one of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Whole, on a page of its table or in the list of cells of a free page.
    Certain,
    /// Whole, found by its form, or, where that says little, by the cells beside it.
    Probable,
    /// Its first bytes are overwritten and were rebuilt; or it went on on overflow pages, which are free or lost; or something speaks for
    /// it that more of it is overwritten; or it stands in a record of a journal that nothing proves.
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
    /// Columns whose values are not whole, because they lay on overflow pages that are lost: of a text the first part is
    /// left and ends with `…`, of another value nothing.
    pub cut: Vec<usize>,
    /// The page it stands on.
    pub page: u32,
    /// Which file it stands in.
    pub within: Within,
    /// Where in that it begins.
    pub offset: u64,
    /// What kind of place that is.
    pub place: Found,
    /// How surely it is a record of the table.
    pub certainty: Certainty,
}

/// Leaves of a table whose rows teach its form, at most about twice as many.
const LESSONS: usize = 400;

/// Tables with whose rows the records of one are compared, at most: some programs have thousands of one form.
const TWINS: usize = 16;

/// And records that are compared so, each counted for each table.
const COMPARED: usize = 1 << 20;

/// Tables whose counters are read, at most.
const COUNTERS: usize = 4096;

impl Database {
    /// Records that belong to no live row, in the order of their pages; at most `budget` of them. What is odd about the list of
    /// free pages is given as a sentence.
    pub fn recover(&self, budget: usize, take: &mut dyn FnMut(Recovered<'_>)) -> Option<String> {
        self.recover_beside(budget, None, take)
    }

    /// The same, and `unused` is given what headers of pages call unused, each piece with its place in the main file, in
    /// ascending order: all pages pass once for both. For a database without a log or a hot journal.
    pub fn recover_beside(
        &self,
        budget: usize,
        unused: Option<&mut TakePiece<'_>>,
        take: &mut dyn FnMut(Recovered<'_>),
    ) -> Option<String> {
        let State { view, encoding, schema } = &self.now;
        let older = Older::of(view, self.rest.as_ref(), self.journal.as_ref());
        let stand = schema.tables.len();
        let mut tables = schema.tables.clone();
        tables.extend(dropped::tables(view, *encoding, &schema.tables, &older));
        let mut shapes: Vec<Option<Shape>> =
            tables.iter().map(|table| self.recoverable(table).then(|| Shape::new(table, *encoding))).collect();
        let roots: Vec<Option<u32>> =
            tables.iter().map(|table| Some(table.root_page).filter(|root| *root != 0)).collect();
        let map = pages::map(view, &roots);
        learn(view, &map, &mut shapes);
        self.count(&tables, &mut shapes);
        let odd = map.crossed.map(|page| {
            let place = view.place(page);
            format!("expected free pages on the list at byte 32, found {place}, which a table uses; what the list says from there on is not believed")
        });
        let keyed = shapes.iter().flatten().any(|shape| shape.keyed);
        let rivals = if keyed { rivals::of(view, *encoding, tables.len() > stand) } else { Vec::new() };
        let mut finder = Finder::new(view, &map.pages, &shapes, stand, &rivals, budget).up_to(older.limit);
        finder.run(unused);
        finder.older(&older);
        let mut found = finder.found;
        if found.is_empty() {
            return odd;
        }
        chain::settle(&mut found);
        let mut known: HashMap<u64, Vec<usize>> = HashMap::new();
        let mut alike = Alike::of(&found);
        let added: Vec<Option<Added>> = tables
            .iter()
            .zip(&shapes)
            .take(stand)
            .map(|(table, shape)| Added::of(table, shape.as_ref()?, *encoding))
            .collect();
        let twins = twins(&tables, &shapes, stand);
        let mut compared = 0;
        for (index, candidate) in found.iter().enumerate() {
            known.entry(candidate.key()).or_default().push(index);
            for twin in twins.get(candidate.table).into_iter().flatten() {
                compared += 1;
                if compared > COMPARED {
                    break;
                }
                let local = candidate.payload.get(..candidate.local).unwrap_or(&candidate.payload);
                alike.add(Alike::place(*twin, candidate.length, local));
                let [whole, values] = keys(*twin, candidate.rowid, candidate.length, local);
                known.entry(if candidate.rowid.is_some() { whole } else { values }).or_default().push(index);
            }
            let Some(Some(added)) = added.get(candidate.table) else { continue };
            for (length, local) in added.forms(candidate, view.usable) {
                alike.add(Alike::place(candidate.table, length, &local));
                let [whole, values] = keys(candidate.table, candidate.rowid, length, &local);
                known.entry(if candidate.rowid.is_some() { whole } else { values }).or_default().push(index);
            }
        }
        let mut of_row: HashMap<(usize, i64), Vec<usize>> = HashMap::new();
        for (index, candidate) in found.iter().enumerate() {
            if let Some(number) = candidate.number {
                of_row.entry((candidate.table, number)).or_default().push(index);
            }
        }
        let wanted = Wanted::of(&found, &map.pages, &twins);
        // Pages with rows as they were before the table was rewritten with its columns in another order.
        let mut of_before: HashSet<(Within, u32)> = HashSet::new();
        let mut same = |table: usize, cell: &btree::Cell, local: &[u8]| {
            let keyed = tables.get(table).is_some_and(|table| table.without_rowid);
            let number = if keyed { known::number(local).unwrap_or(0) } else { cell.rowid };
            if alike.may_name(table, number) {
                for index in of_row.get(&(table, number)).into_iter().flatten() {
                    let Some(one) = found.get_mut(*index) else { continue };
                    if spoiled(one, cell.payload, local) {
                        one.certainty = Certainty::Possible;
                    }
                    if reordered(one, cell.payload, local) {
                        one.live = true;
                        of_before.insert((one.within, one.page));
                    }
                }
            }
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
        };
        live(view, &map.pages, &wanted.whole, &mut same);
        for (table, (rowids, root)) in wanted.rowids.iter().zip(&roots).enumerate() {
            if let Some(root) = root.filter(|_| !rowids.is_empty()) {
                of_rowids(view, root, rowids, |cell, local| same(table, cell, local));
            }
        }
        // A rebuilt record is told only when the same values were not found whole.
        let whole: HashSet<u64> = found.iter().filter(|one| one.rowid.is_some()).map(|one| one.keys[1]).collect();
        for one in &found {
            if one.live || (one.rowid.is_none() && whole.contains(&one.keys[1])) {
                continue;
            }
            let Some(table) = tables.get(one.table) else { continue };
            let Some((values, cut)) = decode(table, one, *encoding) else { continue };
            let doubted = of_before.contains(&(one.within, one.page));
            take(Recovered {
                table,
                rowid: one.rowid,
                values,
                cut,
                page: one.page,
                offset: one.offset,
                within: one.within,
                place: one.place,
                certainty: if doubted { Certainty::Possible } else { one.certainty },
            });
        }
        odd
    }

    /// Teaches every shape the highest rowid that its table gave, where the database keeps that: the newest rows may be those that
    /// were deleted. SQLite counts in `sqlite_sequence` (file format, section 2.6.2), Core Data in `Z_PRIMARYKEY`.
    fn count(&self, tables: &[TableInfo], shapes: &mut [Option<Shape>]) {
        for (counter, columns, prefix) in
            [("sqlite_sequence", ["name", "seq"], ""), ("Z_PRIMARYKEY", ["Z_NAME", "Z_MAX"], "Z")]
        {
            let mut scan = self.scan(counter, &columns);
            for _ in 0..COUNTERS {
                let Some(row) = scan.next() else { break };
                let (Cell::Text(name), Cell::Int(highest)) = (row.get(0), row.get(1)) else { continue };
                let counted = |table: &TableInfo| {
                    table.name.strip_prefix(prefix).is_some_and(|rest| rest.eq_ignore_ascii_case(name))
                };
                for (_, shape) in tables.iter().zip(&mut *shapes).filter(|(table, _)| counted(table)) {
                    if let Some(shape) = shape {
                        shape.highest = shape.highest.max(highest);
                    }
                }
            }
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
        !table.layout.is_empty() && !shadow && !table.name.starts_with("sqlite_")
    }
}

/// Teaches every shape by live rows, spread evenly over the leaves of its table.
fn learn(view: &View, map: &Map, shapes: &mut [Option<Shape>]) {
    let leaves = leaves(&map.pages, shapes.len());
    let apart: Vec<usize> = leaves.iter().map(|count| count.div_ceil(LESSONS).max(1)).collect();
    let (mut window, mut met) = (Window::default(), vec![0usize; shapes.len()]);
    let mut teach = |number: u32, shape: &mut Shape| {
        let _ = window.load(view, number, 1);
        let page = window.page(number);
        let kind = if shape.keyed { Kind::IndexLeaf } else { Kind::TableLeaf };
        let Some(head) = Head::parse(page, number).ok().filter(|head| head.kind == kind) else { return };
        for at in (0..head.cells).filter_map(|index| head.cell(page, index)) {
            let Ok(cell) = btree::Cell::parse(page, at, kind, view.usable, view.size()) else { continue };
            if let Some(local) = page.get(cell.start..cell.start.saturating_add(cell.local)) {
                shape.learn(cell.rowid, local);
            }
        }
    };
    for (number, kind) in map.pages.iter().enumerate() {
        let (Page::Leaf(table), Ok(number)) = (kind, u32::try_from(number)) else { continue };
        let table = *table as usize;
        let (Some(Some(shape)), Some(met), Some(apart)) = (shapes.get_mut(table), met.get_mut(table), apart.get(table))
        else {
            continue;
        };
        // The last leaf holds the highest rowid.
        if met.is_multiple_of(*apart) || map.last_leaf.get(table) == Some(&Some(number)) {
            teach(number, shape);
        }
        *met += 1;
    }
}

/// How many leaves each table has.
fn leaves(map: &[Page], tables: usize) -> Vec<usize> {
    let mut leaves = vec![0usize; tables];
    for kind in map {
        if let Page::Leaf(table) = kind
            && let Some(count) = leaves.get_mut(*table as usize)
        {
            *count += 1;
        }
    }
    leaves
}

/// For each table the live ones whose rows may stand where its own are looked for: of one that is no longer declared those with as
/// many columns, because a table is rewritten by copying it into another; of a live one those with the same columns, whose pages
/// it may have come to use.
fn twins(tables: &[TableInfo], shapes: &[Option<Shape>], stand: usize) -> Vec<Vec<usize>> {
    let names = |table: &TableInfo| table.columns.iter().map(|name| name.to_ascii_lowercase()).collect::<Vec<_>>();
    let mut of_columns: HashMap<(bool, Vec<String>), Vec<usize>> = HashMap::new();
    let mut of_count: HashMap<(bool, usize), Vec<usize>> = HashMap::new();
    let live = tables.iter().zip(shapes).enumerate().take(stand).filter(|(_, (_, shape))| shape.is_some());
    for (place, (table, _)) in live {
        of_columns.entry((table.without_rowid, names(table))).or_default().push(place);
        of_count.entry((table.without_rowid, table.layout.len())).or_default().push(place);
    }
    let of = |(place, table): (usize, &TableInfo)| {
        let all = match place < stand {
            true => of_columns.get(&(table.without_rowid, names(table))),
            false => of_count.get(&(table.without_rowid, table.layout.len())),
        };
        all.into_iter().flatten().copied().filter(|other| *other != place).take(TWINS).collect()
    };
    tables.iter().enumerate().map(of).collect()
}

/// Which live rows may equal a candidate: those of its rowid, or any of its table where it has none.
struct Wanted {
    /// By table, whether all of its rows are looked at.
    whole: Vec<bool>,
    /// By table, rowids in ascending order.
    rowids: Vec<Vec<i64>>,
}

impl Wanted {
    fn of(found: &[Candidate], map: &[Page], twins: &[Vec<usize>]) -> Wanted {
        let tables = twins.len();
        let (mut whole, mut rowids) = (vec![false; tables], vec![Vec::new(); tables]);
        for one in found {
            for table in twins.get(one.table).into_iter().flatten().copied().chain([one.table]) {
                match (one.rowid, whole.get_mut(table), rowids.get_mut(table)) {
                    (Some(rowid), _, Some(rowids)) => rowids.push(rowid),
                    (None, Some(whole), _) => *whole = true,
                    _ => {}
                }
            }
        }
        for ((whole, rowids), leaves) in whole.iter_mut().zip(&mut rowids).zip(leaves(map, tables)) {
            // Reading one after the other is cheaper than seeking a good part of the pages.
            *whole |= rowids.len() > leaves / 4;
            if *whole {
                rowids.clear();
            }
            rowids.sort_unstable();
            rowids.dedup();
        }
        Wanted { whole, rowids }
    }
}

/// The values of a record by column, and the columns whose values are cut. None when it cannot be read after all.
fn decode(table: &TableInfo, one: &Candidate, encoding: super::text::Encoding) -> Option<(Vec<Value>, Vec<usize>)> {
    let names: Vec<&str> = table.columns.iter().map(String::as_str).collect();
    let plan = Plan::new(table, &names, encoding);
    let (mut spans, rewritten) = (plan.spans(), Rewritten::new(plan.texts()));
    plan.locate(&one.payload, one.length, &mut spans).ok()?;
    let record = Record {
        rowid: one.rowid.unwrap_or(0),
        found: one.place,
        payload: &one.payload,
        spans: &spans,
        plan: &plan,
        rewritten: &rewritten,
    };
    let mut cut = Vec::new();
    let mut value = |index| match (one.rowid, record.cut(index)) {
        (None, _) if table.rowid_alias == Some(index) => Value::Null,
        (_, None) => record.get(index).into(),
        (_, Some((left, text))) => {
            cut.push(index);
            let left = if text { encoding.start(left).0 } else { "".into() };
            if left.is_empty() { Value::Null } else { Value::Text(format!("{left}…")) }
        }
    };
    let values = (0..names.len()).map(&mut value).collect();
    Some((values, cut))
}
