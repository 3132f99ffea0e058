//! Tables that hang on a message by its row id. They are walked beside the messages, not looked up: both stand in
//! the order of that id, so each page of either is read once and nothing is kept in memory.

use custodia_model::{Found, Text};

use super::cell;
use super::out::Place;
use super::wanted::Wanted;
use crate::open::sqlite::{Cell, Damage, Database, Record, Scan, kind};

/// One side table and where its walk stands. The key is the first column asked for.
pub struct Side<'a> {
    table: &'static str,
    scan: Scan<'a>,
    columns: usize,
    order: Order,
    key_is_rowid: bool,
    present: bool,
    asked: i64,
    /// In a walk, no row from the key last asked for up to this one.
    ahead: i64,
    held: Held,
    damage: Vec<Damage>,
}

/// How the rows of a side table are found.
enum Order {
    /// There are none.
    Empty,
    /// The key counts up.
    Walk,
    /// It does not, as in a damaged table or one of another version: keys with their rowids, sorted.
    Index(Vec<(i64, i64)>),
}

impl<'a> Side<'a> {
    /// Starts a walk over a side table; an absent table never has a row.
    pub fn new(database: &'a Database, wanted: &'static Wanted) -> Side<'a> {
        let mut side = Side {
            table: wanted.table,
            scan: database.scan(wanted.table, wanted.columns),
            columns: wanted.columns.len(),
            present: database.table(wanted.table).is_some(),
            ..Side::none(database)
        };
        if let (Some(key), Some(table)) = (wanted.columns.first(), database.table(wanted.table)) {
            side.find_order(database, key, table.without_rowid);
        }
        side
    }

    /// A walk that meets nothing.
    pub fn none(database: &'a Database) -> Side<'a> {
        Side {
            table: "",
            scan: database.scan("", &[]),
            columns: 0,
            order: Order::Empty,
            key_is_rowid: true,
            present: false,
            asked: i64::MIN,
            ahead: i64::MAX,
            held: Held::default(),
            damage: Vec::new(),
        }
    }

    /// The row with this key, if there is one. Cheapest when keys are asked for in rising order.
    #[inline(always)]
    pub fn at(&mut self, key: i64) -> Option<&Held> {
        // Most messages have no row in most tables.
        if self.asked <= key && key < self.ahead { None } else { self.nth(key, 0) }
    }

    /// The nth row with this key, from 0.
    pub fn nth(&mut self, key: i64, nth: usize) -> Option<&Held> {
        match &self.order {
            Order::Empty => return None,
            // The key counts up, so there is one row at most.
            Order::Walk if nth > 0 => return None,
            Order::Walk => {
                if key < self.asked {
                    self.restart(key);
                }
                self.asked = key;
                while self.held.key < key || !self.held.full {
                    if self.held.ended {
                        self.ahead = i64::MAX;
                        return None;
                    }
                    self.step();
                }
                self.ahead = self.held.key;
            }
            Order::Index(index) => {
                let place = index.partition_point(|(other, _)| *other < key).saturating_add(nth);
                let &(_, rowid) = index.get(place).filter(|(other, _)| *other == key)?;
                self.seek(rowid);
                self.step();
            }
        }
        (self.held.full && self.held.key == key).then_some(&self.held)
    }

    /// Name of the table.
    pub fn table(&self) -> &'static str {
        self.table
    }

    /// Takes the damage met so far; none when there is no such table.
    pub fn damage(&mut self) -> Vec<Damage> {
        if !self.present {
            return Vec::new();
        }
        let mut damage = std::mem::take(&mut self.damage);
        damage.append(&mut self.scan.damage());
        damage
    }

    /// The messages themselves are out of order: goes back, where that is cheap.
    #[cold]
    fn restart(&mut self, key: i64) {
        self.ahead = i64::MIN;
        if self.key_is_rowid {
            self.seek(key);
        } else if self.damage.is_empty() {
            self.damage.push(Damage {
                kind: kind::ORDER,
                says: format!("table `{}`: rows of messages that are out of order could not be joined", self.table),
                bytes: None,
            });
        }
    }

    #[cold]
    fn seek(&mut self, rowid: i64) {
        self.scan.seek(rowid);
        self.held.full = false;
        self.held.ended = false;
    }

    /// Looks at the keys alone, once: a table out of order is rare, but walking it beside the messages would lose rows.
    fn find_order(&mut self, database: &Database, key: &str, without_rowid: bool) {
        let mut scan = database.scan(self.table, &[key]);
        let mut last = None;
        let mut rises = true;
        while let Some(row) = scan.next() {
            let key = cell::int(row.get(0));
            self.key_is_rowid &= key == Some(row.rowid) && !without_rowid;
            rises &= key.is_some() && last < key;
            last = key.max(last);
        }
        self.order = match (last, rises) {
            (None, _) => Order::Empty,
            (Some(_), true) => Order::Walk,
            // Such a table has no rowids to come back to; its key is its order, so only damage leads here.
            (Some(_), false) if without_rowid => {
                self.damage.push(Damage {
                    kind: kind::ORDER,
                    says: format!(
                        "table `{}`: its rows are out of order and could not be joined to messages",
                        self.table
                    ),
                    bytes: None,
                });
                Order::Empty
            }
            (Some(_), false) => Order::Index(index(database, self.table, key)),
        };
        self.ahead = if matches!(self.order, Order::Empty) { i64::MAX } else { i64::MIN };
    }

    fn step(&mut self) {
        match self.scan.next() {
            Some(row) => self.held.hold(&row, self.columns),
            None => {
                self.held.full = false;
                self.held.ended = true;
            }
        }
    }
}

/// Keys with their rowids, sorted.
fn index(database: &Database, table: &str, key: &str) -> Vec<(i64, i64)> {
    let mut index = Vec::new();
    let mut scan = database.scan(table, &[key]);
    while let Some(row) = scan.next() {
        if let Some(key) = cell::int(row.get(0)) {
            index.push((key, row.rowid));
        }
    }
    index.sort_unstable();
    index
}

/// A copy of a row, because a record borrows the page it stands on and the walk must look one row ahead.
#[derive(Default)]
pub struct Held {
    /// The value of the key column.
    key: i64,
    rowid: i64,
    found: Option<Found>,
    full: bool,
    ended: bool,
    slots: Vec<Slot>,
    texts: String,
    blobs: Vec<u8>,
}

#[derive(Clone, Copy)]
enum Slot {
    Null,
    Int(i64),
    Real(f64),
    Text(usize, usize),
    Blob(usize, usize),
}

impl Held {
    /// Where the row stands.
    pub fn place(&self, part: &Text) -> Place {
        Place { part: part.clone(), row: self.rowid, found: self.found.unwrap_or(Found::Live) }
    }

    /// The value of the nth column.
    pub fn get(&self, column: usize) -> Cell<'_> {
        match self.slots.get(column) {
            None | Some(Slot::Null) => Cell::Null,
            Some(&Slot::Int(number)) => Cell::Int(number),
            Some(&Slot::Real(number)) => Cell::Real(number),
            Some(&Slot::Text(from, to)) => Cell::Text(self.texts.get(from..to).unwrap_or_default()),
            Some(&Slot::Blob(from, to)) => Cell::Blob(self.blobs.get(from..to).unwrap_or_default()),
        }
    }

    fn hold(&mut self, row: &Record<'_>, columns: usize) {
        self.full = true;
        self.key = cell::int(row.get(0)).unwrap_or(row.rowid);
        self.rowid = row.rowid;
        self.found = Some(row.found);
        self.slots.clear();
        self.texts.clear();
        self.blobs.clear();
        for column in 0..columns {
            self.slots.push(match row.get(column) {
                Cell::Null => Slot::Null,
                Cell::Int(number) => Slot::Int(number),
                Cell::Real(number) => Slot::Real(number),
                Cell::Text(text) => {
                    let from = self.texts.len();
                    self.texts.push_str(text);
                    Slot::Text(from, self.texts.len())
                }
                Cell::Blob(bytes) => {
                    let from = self.blobs.len();
                    self.blobs.extend_from_slice(bytes);
                    Slot::Blob(from, self.blobs.len())
                }
            });
        }
    }
}
