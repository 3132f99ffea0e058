//! One page of a b-tree (file format, section 1.6): its header, its cell pointers, its cells. Nothing here reads
//! another page.

use super::number::{u16_at, u32_at, varint};

/// The four kinds of b-tree pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    IndexInterior,
    TableInterior,
    IndexLeaf,
    TableLeaf,
}

impl Kind {
    /// Whether pages of this kind have children.
    pub fn interior(self) -> bool {
        matches!(self, Kind::IndexInterior | Kind::TableInterior)
    }

    /// Whether pages of this kind belong to a table with rowids.
    pub fn table(self) -> bool {
        matches!(self, Kind::TableInterior | Kind::TableLeaf)
    }
}

/// The header of a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    /// Which kind of page.
    pub kind: Kind,
    /// Cells whose pointers lie within the page.
    pub cells: u16,
    /// Cells that the header claims.
    pub claimed: u16,
    /// The right-most child of an interior page.
    pub right: u32,
    /// Where the cell pointers begin.
    pointers: usize,
}

impl Head {
    /// Reads the header of page `number`; page 1 begins with the header of the file.
    pub fn parse(page: &[u8], number: u32) -> Result<Head, String> {
        let at = if number == 1 { super::header::LEN } else { 0 };
        let kind = match page.get(at) {
            Some(2) => Kind::IndexInterior,
            Some(5) => Kind::TableInterior,
            Some(10) => Kind::IndexLeaf,
            Some(13) => Kind::TableLeaf,
            Some(other) => return Err(format!("expected a b-tree page (2, 5, 10 or 13), found type {other}")),
            None => return Err("expected a b-tree page, found no bytes".into()),
        };
        let short = || "expected a page header, the bytes end within it".to_owned();
        let claimed = u16_at(page, at + 3).ok_or_else(short)?;
        let (right, pointers) = match kind.interior() {
            true => (u32_at(page, at + 8).ok_or_else(short)?, at + 12),
            false => (0, at + 8),
        };
        let fit = page.len().saturating_sub(pointers) / 2;
        let mut cells = claimed.min(u16::try_from(fit).unwrap_or(u16::MAX));
        // Zero stands for 65536.
        let content = u16_at(page, at + 5).map_or(0, usize::from);
        if content != 0 && pointers + 2 * usize::from(claimed) > content {
            cells = sound(page, pointers, content, cells);
        }
        Ok(Head { kind, cells, claimed, right, pointers })
    }

    /// The bytes of a page between its cell pointers and its first cell, which no cell takes.
    pub fn free(&self, page: &[u8], number: u32) -> std::ops::Range<usize> {
        let header = if number == 1 { super::header::LEN } else { 0 };
        // Zero stands for 65536.
        let first = match u16_at(page, header + 5) {
            None => 0,
            Some(0) => 65_536.min(page.len()),
            Some(first) => usize::from(first).min(page.len()),
        };
        let pointers = self.pointers.saturating_add(2 * usize::from(self.cells));
        pointers..first.max(pointers)
    }

    /// Where cell `index` begins. None when its pointer points into the header or out of the page.
    #[inline]
    pub fn cell(&self, page: &[u8], index: u16) -> Option<usize> {
        if index >= self.cells {
            return None;
        }
        let at = usize::from(u16_at(page, self.pointers + 2 * usize::from(index))?);
        (at >= self.pointers && at < page.len()).then_some(at)
    }

    /// The child left of cell `index`, or the right-most one for the index after the last cell.
    pub fn child(&self, page: &[u8], index: u16) -> Option<u32> {
        if index == self.cells {
            return Some(self.right);
        }
        u32_at(page, self.cell(page, index)?)
    }

    /// The rowid of cell `index` of a table page, leaf or interior.
    pub fn rowid(&self, page: &[u8], index: u16) -> Option<i64> {
        let at = self.cell(page, index)?;
        let at = match self.kind {
            Kind::TableInterior => at + 4,
            Kind::TableLeaf => varint(page, at)?.1,
            Kind::IndexInterior | Kind::IndexLeaf => return None,
        };
        Some(varint(page, at)?.0.cast_signed())
    }

    /// The first cell of a table page whose rowid is not below `rowid`; the count of cells when there is none.
    pub fn lower_bound(&self, page: &[u8], rowid: i64) -> u16 {
        let (mut low, mut high) = (0, self.cells);
        while low < high {
            let middle = low + (high - low) / 2;
            // A cell that cannot be read counts as below: the search ends either way, reading it reports the damage.
            match self.rowid(page, middle) {
                Some(found) if found >= rowid => high = middle,
                _ => low = middle + 1,
            }
        }
        low
    }
}

/// How many pointers from the first on are such as a page has, where there are said to be more than fit between the header of the
/// page and its first cell: then their number is damaged, or where the first cell begins.
#[cold]
fn sound(page: &[u8], pointers: usize, content: usize, cells: u16) -> u16 {
    let mut seen = std::collections::HashSet::new();
    let pointer = |index: &u16| u16_at(page, pointers + 2 * usize::from(*index)).map_or(0, usize::from);
    let first =
        (0..cells).map(|index| pointer(&index)).take_while(|at| (content..page.len()).contains(at) && seen.insert(*at));
    u16::try_from(first.count()).unwrap_or(cells)
}

/// A cell that bears a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// Rowid; 0 in an index.
    pub rowid: i64,
    /// Bytes of the whole payload as stated.
    pub payload: u64,
    /// Where in the page the payload begins.
    pub start: usize,
    /// How much of it lies in the page.
    pub local: usize,
    /// The first overflow page, 0 when all of it lies in the page.
    pub overflow: u32,
}

impl Cell {
    /// Reads the cell at `at` of a page of this kind. `usable` is the stated size of a page, which counts even where
    /// the file is cut short; `limit` is the most that a payload can hold.
    #[inline]
    pub fn parse(page: &[u8], at: usize, kind: Kind, usable: usize, limit: u64) -> Result<Cell, Fault> {
        let at = if kind == Kind::IndexInterior { at + 4 } else { at };
        let (payload, at) = varint(page, at).ok_or(Fault::Short)?;
        let (rowid, start) = match kind {
            Kind::TableLeaf => varint(page, at).ok_or(Fault::Short)?,
            _ => (0, at),
        };
        let rowid = rowid.cast_signed();
        // Most payloads lie in their page; the smallest maximum that any kind of page has is a quarter of it.
        let max = max_local(usable, kind);
        if payload <= max as u64 {
            let local = payload as usize;
            if page.len() < start + local {
                return Err(Fault::Short);
            }
            return Ok(Cell { rowid, payload, start, local, overflow: 0 });
        }
        if payload > limit {
            return Err(Fault::Payload { payload, limit });
        }
        let local = spilled_local(usable, max, payload);
        let overflow = u32_at(page, start + local).ok_or(Fault::Short)?;
        Ok(Cell { rowid, payload, start, local, overflow })
    }
}

/// Why a cell cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It ends after the page does.
    Short,
    /// It claims more than the database holds.
    Payload { payload: u64, limit: u64 },
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::Short => f.write_str("expected a cell within the page, it ends after the page does"),
            Fault::Payload { payload, limit } => {
                write!(f, "expected a payload within the {limit} bytes of the database, found a length of {payload}")
            }
        }
    }
}

/// The largest payload that lies wholly in a page (file format, section 1.6, `X`).
#[inline]
fn max_local(usable: usize, kind: Kind) -> usize {
    match kind {
        Kind::TableLeaf | Kind::TableInterior => usable.saturating_sub(35),
        Kind::IndexLeaf | Kind::IndexInterior => (usable.saturating_sub(12) * 64 / 255).saturating_sub(23),
    }
}

/// How much of a payload lies in the page of this kind that its cell is on.
pub(super) fn local(usable: usize, kind: Kind, payload: u64) -> usize {
    let max = max_local(usable, kind);
    if payload <= max as u64 { payload as usize } else { spilled_local(usable, max, payload) }
}

/// How much of a larger payload lies in the page (`M` and `K` there).
fn spilled_local(usable: usize, max: usize, payload: u64) -> usize {
    let min = (usable.saturating_sub(12) * 32 / 255).saturating_sub(23);
    let per_page = usable.saturating_sub(4).max(1) as u64;
    let local = min + (payload.saturating_sub(min as u64) % per_page) as usize;
    if local <= max { local } else { min }
}
