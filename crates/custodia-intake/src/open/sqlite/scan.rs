//! A walk over the rows of a table: the b-tree, the fields asked for, and where each row was found.

use custodia_model::Found;

use super::damage::{Damage, Damages, kind};
use super::overflow::{assemble, touches_log};
use super::record::{Plan, Record, Rewritten, Span};
use super::schema::TableInfo;
use super::text::Encoding;
use super::twin::Twin;
use super::view::{View, Window, Within};
use super::walk::{Shape, Stand, Walk};

/// A buffer for overflow that grew beyond this is given back after the row.
const KEPT_BUFFER: usize = 4 << 20;

/// A walk over a table in rowid order. Not an iterator: a record borrows the page it stands on.
pub struct Scan<'a> {
    /// None when there is nothing to walk.
    pub(super) walk: Option<Walk<'a>>,
    pub(super) view: &'a View,
    name: String,
    plan: Plan,
    spans: Vec<Span>,
    rewritten: Rewritten,
    /// A payload put together from overflow pages.
    whole: Vec<u8>,
    pub(super) overflow: Window,
    pub(super) budget: u64,
    twin: Option<Twin<'a>>,
    /// The page last asked about, and whether it comes from the log.
    logged: (u32, bool),
    ordinal: Option<i64>,
    from: i64,
    last: Option<i64>,
    /// Where the row last given stands.
    pub(super) stand: Option<Stand>,
    pub(super) pages: super::taken::Pages,
    damages: Damages,
}

/// Where the row last given lies.
#[derive(Clone, Copy, Debug)]
pub struct RowPlace<'a> {
    /// Number of its page.
    pub page: u32,
    /// Which file its page stands in.
    pub within: Within,
    /// Where in that its cell begins.
    pub offset: u64,
    /// The bytes of the cell that lie in its own page.
    pub bytes: &'a [u8],
    /// Whether more of it lies in overflow pages.
    pub overflow: bool,
}

/// Where the payload of the current row is.
enum Payload {
    Page(Stand),
    Whole,
}

impl<'a> Scan<'a> {
    /// A walk over `table` in `view`. The twin is the same table in the main file alone, when there is a log.
    pub(super) fn new(
        view: &'a View,
        table: &TableInfo,
        columns: &[&str],
        encoding: Encoding,
        twin: Option<Twin<'a>>,
    ) -> Scan<'a> {
        let shape = if table.without_rowid { Shape::Index } else { Shape::Table };
        let walk = (table.root_page != 0).then(|| Walk::new(view, table.root_page, shape, &table.name));
        let plan = Plan::new(table, columns, encoding);
        Scan {
            walk,
            view,
            name: table.name.clone(),
            spans: plan.spans(),
            rewritten: Rewritten::new(plan.texts()),
            plan,
            whole: Vec::new(),
            overflow: Window::default(),
            budget: 0,
            twin,
            logged: (0, false),
            ordinal: table.without_rowid.then_some(0),
            from: i64::MIN,
            last: None,
            stand: None,
            pages: super::taken::Pages::default(),
            damages: Damages::default(),
        }
        .with_budget()
    }

    /// A walk over nothing, with the reason as its damage when there is one.
    pub(super) fn nothing(view: &'a View, name: &str, columns: &[&str], says: Option<String>) -> Scan<'a> {
        let table = TableInfo { name: name.into(), root_page: 0, columns: Vec::new(), ..TableInfo::schema() };
        let mut scan = Scan::new(view, &table, columns, Encoding::Utf8, None);
        if let Some(says) = says {
            scan.damages.add(kind::SCHEMA, None, || says);
        }
        scan
    }

    /// Adds a note about the table.
    pub(super) fn note(&mut self, kind: &'static str, says: &str) {
        self.damages.add(kind, None, || format!("table `{}`: {says}", self.name));
    }

    fn with_budget(mut self) -> Scan<'a> {
        self.budget = full_budget(self.view);
        self
    }

    /// The next row, or none at the end. Damage is collected in [`Scan::damage`] and skipped.
    #[allow(clippy::should_implement_trait)]
    #[inline]
    pub fn next(&mut self) -> Option<Record<'_>> {
        let (rowid, found, payload) = self.advance()?;
        let payload = match payload {
            Payload::Whole => self.whole.as_slice(),
            Payload::Page(stand) => local(self.walk.as_ref()?, &stand),
        };
        Some(Record { rowid, found, payload, spans: &self.spans, plan: &self.plan, rewritten: &self.rewritten })
    }

    /// Moves before the first row whose rowid is not below `rowid`, forwards or backwards; for a WITHOUT ROWID table
    /// `rowid` is the ordinal from 1.
    pub fn seek(&mut self, rowid: i64) {
        self.budget = full_budget(self.view);
        let Some(walk) = &mut self.walk else { return };
        match &mut self.ordinal {
            Some(ordinal) => {
                if rowid <= *ordinal {
                    walk.restart();
                    *ordinal = 0;
                }
                self.from = rowid;
            }
            None => {
                walk.seek(rowid, &mut self.damages);
                self.from = rowid;
                self.last = None;
            }
        }
    }

    /// Where the row last given lies.
    pub fn place(&self) -> Option<RowPlace<'_>> {
        let (walk, stand) = (self.walk.as_ref()?, self.stand.as_ref()?);
        let (begin, within) = self.view.start(stand.page);
        let end = stand.cell.start.saturating_add(stand.cell.local);
        let bytes = walk.page(stand).get(stand.at..end)?;
        Some(RowPlace {
            page: stand.page,
            within,
            offset: begin.saturating_add(stand.at as u64),
            bytes,
            overflow: stand.cell.overflow != 0,
        })
    }

    /// Takes the damage met so far.
    pub fn damage(&mut self) -> Vec<Damage> {
        let mut list = self.damages.take();
        if let Some((count, first)) = self.rewritten.take_damaged() {
            list.push(Damage {
                kind: kind::TEXT,
                says: format!(
                    "table `{}`: {count} texts hold bytes that are not in the encoding of the database, the first in row \
                     {first}; those bytes are shown as U+FFFD",
                    self.name
                ),
                bytes: None,
            });
        }
        list
    }

    /// Moves to the next row that can be read.
    #[inline]
    fn advance(&mut self) -> Option<(i64, Found, Payload)> {
        self.rewritten.clear();
        if self.whole.capacity() > KEPT_BUFFER {
            self.whole = Vec::new();
        }
        let walk = self.walk.as_mut()?;
        loop {
            let stand = walk.step(&mut self.damages)?;
            let rowid = match &mut self.ordinal {
                None => stand.cell.rowid,
                Some(ordinal) => ordinal.saturating_add(1),
            };
            // After a seek into a tree that is out of order, rows before the one asked for may still come.
            if rowid < self.from && self.ordinal.is_none() {
                continue;
            }
            let in_page = local(walk, &stand);
            let located = self.plan.locate(in_page, stand.cell.payload, &mut self.spans);
            let mut payload = Payload::Page(stand);
            let fault = match located {
                Ok(true) => None,
                Ok(false) => {
                    let budget = &mut self.budget;
                    match assemble(&stand.cell, in_page, self.view, &mut self.overflow, budget, &mut self.whole) {
                        Ok(()) => {
                            payload = Payload::Whole;
                            self.plan.locate(&self.whole, self.whole.len() as u64, &mut self.spans).err()
                        }
                        Err(says) => Some(says),
                    }
                }
                Err(says) => Some(says),
            };
            if let Some(says) = fault {
                self.damages.add(kind::RECORD, Some(stand.cell.payload), || {
                    let what = if self.ordinal.is_some() { String::new() } else { format!(", row {rowid}") };
                    format!(
                        "table `{}`{what}, {}, byte {} of the page: {says}",
                        self.name,
                        self.view.place(stand.page),
                        stand.at
                    )
                });
                continue;
            }
            if let Some(ordinal) = &mut self.ordinal {
                *ordinal = rowid;
                if rowid < self.from {
                    continue;
                }
            } else {
                if self.last.is_some_and(|last| last >= rowid) {
                    self.damages.add(kind::ORDER, None, || {
                        format!("table `{}`: expected rows in ascending order of rowid, some are not", self.name)
                    });
                }
                self.last = Some(rowid);
            }
            if let Some(column) = self.plan.unread_default(&self.spans) {
                self.damages.add(kind::SCHEMA, None, || {
                    format!(
                        "table `{}`, column `{column}`: rows written before it was added have no value, and its default is \
                         an expression, which is never evaluated; it reads as NULL there",
                        self.name
                    )
                });
            }
            let mut found = Found::Live;
            if self.view.log.is_some() {
                if self.logged.0 != stand.page {
                    self.logged = (stand.page, self.view.in_log(stand.page));
                }
                let overflows = stand.cell.overflow != 0;
                if self.logged.1
                    || (overflows && touches_log(&stand.cell, self.view, &mut self.overflow, &mut self.budget))
                {
                    let same = match &mut self.twin {
                        Some(twin) => twin.holds(&stand.cell, in_page, self.view, &mut self.overflow, &mut self.budget),
                        None => false,
                    };
                    if !same {
                        found = Found::Wal;
                    }
                    if self.budget == 0 {
                        self.damages.add(kind::PAGE, None, || {
                            format!(
                                "table `{}`: its overflow chains are longer than the database; rows with overflow pages are no \
                                 longer compared with the main file and count as standing only in the write-ahead log",
                                self.name
                            )
                        });
                    }
                }
            }
            self.stand = Some(stand);
            return Some((rowid, found, payload));
        }
    }
}

/// Overflow pages that a walk may read. Cells share them only in a hostile file; this bounds what that costs. A row of an
/// honest one needs its chain three times at most: for its fields, for the log, and for its twin.
pub(super) fn full_budget(view: &View) -> u64 {
    u64::from(view.last).saturating_mul(4).saturating_add(1024)
}

/// The part of a payload that lies in the cell's own page.
#[inline]
fn local<'w>(walk: &'w Walk<'_>, stand: &Stand) -> &'w [u8] {
    let start = stand.cell.start;
    walk.page(stand).get(start..start + stand.cell.local).unwrap_or_default()
}
