//! Pages of rows, for screens: some columns of a view, filtered, ordered, a hundred rows at a time, in milliseconds however
//! large the view is. SQL is planned anew for every question, which takes longer than a page may; so the rows of a view are
//! kept once more as numbers (`store.rs`), in the view's own order, when a page first asks for them.

mod build;
mod filter;
mod order;
mod store;
mod types;

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use filter::{OPS, Op, Where};
pub use types::{About, tables};

use crate::{CaseError, Questions};
use filter::Filter;
use order::Key;
use store::{BLOCK, Store};

/// Most rows of a page.
pub const LARGEST: usize = 1000;
/// Memory that orders may take, in bytes.
const ORDERS: usize = 256 << 20;
/// Columns that a page can be ordered by at a time.
const SORTED_BY: usize = 4;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A text.
    Text,
    /// A whole number.
    Int,
    /// A number.
    Real,
    /// True or false.
    Bool,
    /// An instant.
    Time,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Text => "a text",
            Kind::Int => "a whole number",
            Kind::Real => "a number",
            Kind::Bool => "true or false",
            Kind::Time => "an instant",
        })
    }
}

impl Kind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Int => "int",
            Kind::Real => "real",
            Kind::Bool => "bool",
            Kind::Time => "time",
        }
    }
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Missing.
    Null,
    /// A text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number.
    Real(f64),
    /// True or false.
    Bool(bool),
    /// Unix milliseconds.
    Time(i64),
}

/// Which page is wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Columns, in order; all without any.
    pub columns: Vec<String>,
    /// Conditions, all of which must hold.
    pub wheres: Vec<Where>,
    /// Columns to order by, and whether the largest comes first; the view's own order without any. Missing values come last.
    pub sort: Vec<(String, bool)>,
    /// Rows.
    pub limit: usize,
    /// The end of the page before.
    pub after: Option<String>,
}

/// A page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// How many rows are meant, and how they fall on the values of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Count {
    /// All of them.
    pub total: u64,
    /// Values with their rows, the most frequent first; empty if no column was asked for.
    pub by: Vec<(Value, u64)>,
    /// How many different values there are.
    pub values: u64,
}

/// What pages keep open between questions, also over changes of the case.
#[derive(Debug, Default)]
pub struct Kept {
    stores: Mutex<HashMap<PathBuf, Arc<Store>>>,
    orders: Mutex<Vec<(String, Arc<Vec<u32>>)>>,
    building: Mutex<()>,
}

/// Answers pages of a case.
pub struct Pages {
    questions: Arc<Questions>,
    kept: Arc<Kept>,
}

impl Pages {
    /// Pages of an open case.
    pub fn new(questions: Arc<Questions>, kept: Arc<Kept>) -> Pages {
        Pages { questions, kept }
    }

    /// Makes what pages of a view need, if it is not there. `true` if it had to be made.
    pub fn prepare(&self, view: &str) -> Result<bool, CaseError> {
        let there = self.questions.page_file(view)?.exists();
        self.store(view)?;
        Ok(!there)
    }

    /// Whether pages of a view can be answered at once.
    pub fn ready(&self, view: &str) -> Result<bool, CaseError> {
        Ok(self.questions.page_file(view)?.exists())
    }

    /// Names and kinds of a view's columns.
    pub fn columns(&self, view: &str) -> Result<Vec<(String, Kind)>, CaseError> {
        Ok(self.store(view)?.columns.iter().map(|column| (column.name.clone(), column.kind)).collect())
    }

    /// One page of a view.
    pub fn rows(&self, view: &str, wanted: &Wanted) -> Result<Page, CaseError> {
        let store = self.store(view)?;
        let failed = |why| store.failed(why);
        let mut columns = Vec::new();
        for name in &wanted.columns {
            columns.push(column(&store, name)?);
        }
        if columns.is_empty() {
            columns.extend(&store.columns);
        }
        let filter = Filter::new(&store, &wanted.wheres)?;
        let order = self.order(&store, &wanted.sort)?;
        let stamp = stamp(&store, wanted);
        let from = match &wanted.after {
            None => 0,
            Some(after) => place(after, &stamp)?,
        };
        let limit = wanted.limit.clamp(1, LARGEST);
        let (rows, next) = match &order {
            None => in_own_order(&store, &filter, from, limit).map_err(failed)?,
            Some(order) => {
                let meant = if filter.is_empty() { None } else { Some(filter.all(&store).map_err(failed)?) };
                let mut rows = Vec::new();
                let mut next = None;
                for (place, row) in order.iter().enumerate().skip(from) {
                    if meant.as_ref().is_none_or(|meant| meant[*row as usize]) {
                        if rows.len() == limit {
                            next = Some(place);
                            break;
                        }
                        rows.push(*row as usize);
                    }
                }
                (rows, next)
            }
        };
        let mut cells = Vec::new();
        for column in &columns {
            cells.push(store.cells(column, &rows).map_err(failed)?.into_iter());
        }
        let rows = rows.iter().map(|_| cells.iter_mut().map(|cells| cells.next().unwrap_or(Value::Null)).collect());
        Ok(Page {
            columns: columns.iter().map(|column| column.name.clone()).collect(),
            rows: rows.collect(),
            next: next.map(|next| format!("{stamp}.{next:x}")),
        })
    }

    /// How many rows are meant, and how they fall on the values of a column.
    pub fn count(&self, view: &str, wheres: &[Where], by: Option<&str>, limit: usize) -> Result<Count, CaseError> {
        let store = self.store(view)?;
        let failed = |why| store.failed(why);
        let filter = Filter::new(&store, wheres)?;
        let by = by.map(|name| column(&store, name)).transpose()?;
        if by.is_some_and(|column| column.tail.is_some()) {
            return Err(CaseError::Question("directions are of one row each: count by another column".into()));
        }
        if by.is_none() && filter.is_empty() {
            return Ok(Count { total: store.rows as u64, by: Vec::new(), values: 0 });
        }
        let mut counts = vec![0_u64; by.map_or(1, |column| column.main.half.values as usize + 1)];
        let mut codes = Vec::new();
        for from in (0..store.rows).step_by(BLOCK) {
            let to = store.rows.min(from + BLOCK);
            let meant = if filter.is_empty() { None } else { Some(filter.block(&store, from, to).map_err(failed)?) };
            let Some(column) = by else {
                counts[0] += meant.map_or(to - from, |meant| meant.iter().filter(|meant| **meant).count()) as u64;
                continue;
            };
            store.codes(&column.main, from, to, &mut codes).map_err(failed)?;
            for (place, code) in codes.iter().enumerate() {
                counts[*code as usize] += u64::from(meant.as_ref().is_none_or(|meant| meant[place]));
            }
        }
        let total = counts.iter().sum();
        let mut values: Vec<usize> = (0..counts.len()).filter(|code| counts[*code] > 0).collect();
        let different = values.len() as u64;
        // Of values as frequent the smaller comes first, a missing one last.
        values.sort_by_key(|code| (std::cmp::Reverse(counts[*code]), code.wrapping_sub(1)));
        values.truncate(limit);
        let mut fallen = Vec::new();
        if let Some(column) = by {
            for code in values {
                fallen.push((store.cell(column, code as u32, 0).map_err(failed)?, counts[code]));
            }
        }
        Ok(Count { total, by: fallen, values: if by.is_some() { different } else { 0 } })
    }

    /// The numbers or instants of a column in all rows that are meant, in the view's order; missing ones are left out.
    pub fn numbers(&self, view: &str, wheres: &[Where], name: &str) -> Result<Vec<i64>, CaseError> {
        let store = self.store(view)?;
        let failed = |why| store.failed(why);
        let filter = Filter::new(&store, wheres)?;
        let column = column(&store, name)?;
        if !matches!(column.kind, Kind::Int | Kind::Time | Kind::Bool) {
            return Err(CaseError::Question(format!("{name} is {}, no number", column.kind)));
        }
        let mut values = Vec::with_capacity(column.main.half.values as usize + 1);
        store
            .each_piece(&column.main, |_, _, bytes| {
                values.extend(bytes.as_chunks::<8>().0.iter().map(|bytes| store::int(bytes)));
            })
            .map_err(failed)?;
        let (mut numbers, mut codes) = (Vec::new(), Vec::new());
        for from in (0..store.rows).step_by(BLOCK) {
            let to = store.rows.min(from + BLOCK);
            let meant = filter.block(&store, from, to).map_err(failed)?;
            store.codes(&column.main, from, to, &mut codes).map_err(failed)?;
            let meant = codes.iter().zip(meant).filter(|(code, meant)| *meant && **code > 0);
            numbers.extend(meant.filter_map(|(code, _)| values.get(*code as usize - 1)));
        }
        Ok(numbers)
    }

    /// The file of a view, made if it is not there. One is made at a time: two would take the memory of both.
    fn store(&self, view: &str) -> Result<Arc<Store>, CaseError> {
        let path = self.questions.page_file(view)?;
        let known = || lock(&self.kept.stores).get(&path).cloned();
        if let Some(store) = known() {
            return Ok(store);
        }
        let _one = lock(&self.kept.building);
        if let Some(store) = known() {
            return Ok(store);
        }
        let store = match path.exists().then(|| Store::open(&path)) {
            Some(Ok(store)) => store,
            _ => {
                let source = self.questions.page_source(view)?;
                build::build(&path, &source)?;
                Store::open(&path)?
            }
        };
        let store = Arc::new(store);
        let mut stores = lock(&self.kept.stores);
        // Files of earlier sets of bundles and decisions are gone from the folder by then.
        stores.retain(|path, _| path.exists());
        stores.insert(path, Arc::clone(&store));
        Ok(store)
    }

    /// All rows in an order, from memory if it was asked for before.
    fn order(&self, store: &Store, sort: &[(String, bool)]) -> Result<Option<Arc<Vec<u32>>>, CaseError> {
        if sort.is_empty() {
            return Ok(None);
        }
        if sort.len() > SORTED_BY {
            return Err(CaseError::Question(format!("{} columns to order by; {SORTED_BY} at most", sort.len())));
        }
        let name = format!("{} {sort:?}", store.path().display());
        let known = |orders: &mut Vec<(String, Arc<Vec<u32>>)>| {
            let place = orders.iter().position(|(known, _)| *known == name)?;
            // The last one used stands last.
            let order = orders.remove(place);
            orders.push(order.clone());
            Some(order.1)
        };
        if let Some(order) = known(&mut lock(&self.kept.orders)) {
            return Ok(Some(order));
        }
        let mut keys = Vec::new();
        for (name, down) in sort {
            let column = column(store, name)?;
            for half in [Some(&column.main), column.tail.as_ref()].into_iter().flatten() {
                let codes = store.all_codes(half).map_err(|why| store.failed(why))?;
                keys.push(Key { codes, values: half.half.values, down: *down, missing_last: true });
            }
        }
        let order = Arc::new(order::sort(&keys, (0..store.rows as u32).collect()));
        let mut orders = lock(&self.kept.orders);
        orders.push((name, Arc::clone(&order)));
        let mut all: usize = orders.iter().map(|(_, order)| order.len() * 4).sum();
        while all > ORDERS && orders.len() > 1 {
            all -= orders.remove(0).1.len() * 4;
        }
        Ok(Some(order))
    }
}

/// Rows that are meant, from a place on, and the place of the next.
fn in_own_order(
    store: &Store,
    filter: &Filter,
    from: usize,
    limit: usize,
) -> std::io::Result<(Vec<usize>, Option<usize>)> {
    if filter.is_empty() {
        let to = store.rows.min(from.saturating_add(limit));
        return Ok(((from.min(to)..to).collect(), (to < store.rows).then_some(to)));
    }
    let mut rows = Vec::new();
    let mut begin = from;
    // Most pages are full soon; what is rare is sought in larger steps.
    let mut step = 4096;
    while begin < store.rows {
        let to = store.rows.min(begin + step);
        for (place, meant) in filter.block(store, begin, to)?.into_iter().enumerate() {
            if meant {
                if rows.len() == limit {
                    return Ok((rows, Some(begin + place)));
                }
                rows.push(begin + place);
            }
        }
        begin = to;
        step = (step * 4).min(BLOCK);
    }
    Ok((rows, None))
}

fn column<'a>(store: &'a Store, name: &str) -> Result<&'a store::Column, CaseError> {
    store.column(name).ok_or_else(|| {
        let names: Vec<_> = store.columns.iter().map(|column| column.name.as_str()).collect();
        CaseError::Question(format!("{name:?} is no column here; there are {}", names.join(", ")))
    })
}

/// Tells pages of one question from those of others, and of the same question after the case has changed.
fn stamp(store: &Store, wanted: &Wanted) -> String {
    let mut digest = Sha256::new();
    digest.update(store.path().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default());
    digest.update(format!("{:?} {:?}", wanted.wheres, wanted.sort));
    hex::encode(&digest.finalize()[..6])
}

fn place(after: &str, stamp: &str) -> Result<usize, CaseError> {
    let place = after.split_once('.').filter(|(of, _)| of == &stamp);
    place.and_then(|(_, place)| usize::from_str_radix(place, 16).ok()).ok_or_else(|| {
        CaseError::Question(format!(
            "{after:?} is the end of no page of this question, or the case has changed since: ask for the first page"
        ))
    })
}

/// What a panic elsewhere left is whole: everything is put in by one step.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Every view, link and table as stored, by the name under which pages are asked for.
pub fn names() -> BTreeSet<String> {
    tables().iter().map(|about| about.name.clone()).collect()
}
