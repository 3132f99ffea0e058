//! A walk over one b-tree, cell by cell, in key order. Every page is visited once and the depth is bounded, so that a
//! tree that bites its own tail ends. What cannot be read becomes damage and the walk goes on beside it.

use super::btree::{Cell, Head};
use super::damage::{Damages, kind};
use super::view::{View, Window};

/// Levels of a b-tree. SQLite itself stops at 20.
const DEPTH: usize = 64;

/// Bytes of leaves read ahead.
const RUN_BYTES: usize = 128 * 1024;

/// Pages between two leaves that are rather read along than cost a call of their own.
const GAP: u32 = 2;

/// How many times its own size the cells of a page may claim together. Honest cells do not overlap; a hostile page could
/// otherwise give its largest cell thousands of times.
const OVERLAP: usize = 4;

/// Pages after which forgetting them one by one is dearer than forgetting all.
const LISTED: usize = 4096;

/// Which of the two kinds of b-trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Rows with rowids, all in leaves.
    Table,
    /// Records in key order, also in interior pages: a WITHOUT ROWID table.
    Index,
}

/// A cell that the walk stands on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stand {
    /// The cell.
    pub cell: Cell,
    /// The page it lies on.
    pub page: u32,
    /// Where on that page it begins.
    pub at: usize,
    /// Whether it lies in an interior page: the level, counted from the root.
    level: Option<usize>,
}

impl Stand {
    /// Bytes of its page that the cell takes.
    fn extent(&self) -> usize {
        self.cell.start.saturating_sub(self.at).saturating_add(self.cell.local).max(4)
    }
}

struct Frame {
    number: u32,
    page: Vec<u8>,
    head: Head,
    /// What comes next: the child of cell n for 2n, the cell itself for 2n+1.
    next: u32,
    /// Bytes that its cells may still claim.
    claim: usize,
}

#[derive(Clone, Copy)]
struct Leaf {
    number: u32,
    head: Head,
    next: u16,
    /// Bytes that its cells may still claim.
    claim: usize,
}

/// The state of a walk.
pub(super) struct Walk<'a> {
    view: &'a View,
    root: u32,
    shape: Shape,
    name: String,
    /// Interior pages from the root on; those past `depth` are kept because a later seek mostly wants them again.
    frames: Vec<Frame>,
    depth: usize,
    leaf: Option<Leaf>,
    started: bool,
    /// The level on which leaves were met, which says where reading ahead pays.
    leaf_level: Option<usize>,
    window: Window,
    seen: Seen,
}

impl<'a> Walk<'a> {
    /// A walk over the tree with this root. The name is for sentences.
    pub fn new(view: &'a View, root: u32, shape: Shape, name: &str) -> Walk<'a> {
        Walk {
            view,
            root,
            shape,
            name: name.to_owned(),
            frames: Vec::new(),
            depth: 0,
            leaf: None,
            started: false,
            leaf_level: None,
            window: Window::default(),
            seen: Seen::default(),
        }
    }

    /// The bytes of the page a cell lies on. Valid until the walk moves.
    #[inline]
    pub fn page(&self, stand: &Stand) -> &[u8] {
        match stand.level {
            None => self.window.page(stand.page),
            Some(level) => self.frames.get(level).map(|frame| frame.page.as_slice()).unwrap_or_default(),
        }
    }

    /// The interior pages above the cell that the walk stands on, from the root on.
    pub fn path(&self) -> impl Iterator<Item = (u32, &[u8])> {
        self.frames.iter().take(self.depth).map(|frame| (frame.number, frame.page.as_slice()))
    }

    /// The next cell.
    #[inline]
    pub fn step(&mut self, damages: &mut Damages) -> Option<Stand> {
        loop {
            if let Some(leaf) = &mut self.leaf {
                if leaf.next < leaf.head.cells {
                    let index = leaf.next;
                    leaf.next += 1;
                    let (head, number) = (leaf.head, leaf.number);
                    let page = self.window.page(number);
                    if let Some(stand) = cell(self.view, &self.name, page, head, number, index, None, damages) {
                        if let Some(claim) = leaf.claim.checked_sub(stand.extent()) {
                            leaf.claim = claim;
                            return Some(stand);
                        }
                        overlap(self.view, &self.name, number, damages);
                        self.leaf = None;
                    }
                    continue;
                }
                self.leaf = None;
            }
            if !self.started {
                self.started = true;
                self.enter(self.root, None, damages);
                continue;
            }
            let level = self.depth.checked_sub(1)?;
            let frame = self.frames.get_mut(level)?;
            let index = frame.next / 2;
            if index > u32::from(frame.head.cells) {
                self.depth = level;
                continue;
            }
            let index = index as u16;
            let child = frame.next.is_multiple_of(2);
            frame.next += 1;
            if child {
                self.descend(level, index, None, damages);
            } else if self.shape == Shape::Index && index < frame.head.cells {
                let (head, number) = (frame.head, frame.number);
                let stand = cell(self.view, &self.name, &frame.page, head, number, index, Some(level), damages);
                if let Some(stand) = stand {
                    if let Some(claim) = frame.claim.checked_sub(stand.extent()) {
                        frame.claim = claim;
                        return Some(stand);
                    }
                    // Its children are each read once in any case.
                    overlap(self.view, &self.name, number, damages);
                }
            }
        }
    }

    /// Moves before the first row of a table whose rowid is not below `rowid`.
    pub fn seek(&mut self, rowid: i64, damages: &mut Damages) {
        // Parsers that join tables in rowid order mostly want a row a little further on.
        if let Some(leaf) = &mut self.leaf
            && let Some(last) = leaf.head.cells.checked_sub(1)
        {
            let page = self.window.page(leaf.number);
            let before = leaf.next.checked_sub(1).and_then(|index| leaf.head.rowid(page, index));
            let last = leaf.head.rowid(page, last);
            if before.is_some_and(|before| before < rowid) && last.is_some_and(|last| rowid <= last) {
                leaf.next = leaf.head.lower_bound(page, rowid);
                return;
            }
        }
        self.restart();
        self.started = true;
        self.enter(self.root, Some(rowid), damages);
        while self.leaf.is_none() {
            let Some(level) = self.depth.checked_sub(1) else { return };
            let Some(frame) = self.frames.get_mut(level) else { return };
            let index = frame.next / 2;
            if index > u32::from(frame.head.cells) {
                return;
            }
            frame.next = index * 2 + 1;
            let depth = self.depth;
            self.descend(level, index as u16, Some(rowid), damages);
            if self.leaf.is_none() && self.depth == depth {
                // The child cannot be read; what comes after it lies behind the rowid.
                return;
            }
        }
    }

    /// Moves before the first row.
    pub fn restart(&mut self) {
        self.depth = 0;
        self.leaf = None;
        self.started = false;
        self.seen.forget();
    }

    /// Goes to child `index` of the frame on `level`.
    fn descend(&mut self, level: usize, index: u16, target: Option<i64>, damages: &mut Damages) {
        let Some(frame) = self.frames.get(level) else { return };
        match frame.head.child(&frame.page, index) {
            Some(child) => self.enter(child, target, damages),
            None => damages.add(kind::PAGE, None, || {
                format!(
                    "table `{}`, {}: expected a pointer to cell {index} within the page, found one that leaves it; the \
                     rows below it are not read",
                    self.name,
                    self.view.place(frame.number)
                )
            }),
        }
    }

    /// Enters a page, as the leaf or as one more frame.
    fn enter(&mut self, number: u32, target: Option<i64>, damages: &mut Damages) {
        if self.depth >= DEPTH {
            damages.add(kind::PAGE, Some(self.view.page_size as u64), || {
                format!("table `{}`: expected at most {DEPTH} levels, page {number} lies deeper", self.name)
            });
            return;
        }
        // A frame kept from before holds the page already.
        let kept = self.frames.get(self.depth).is_some_and(|frame| frame.number == number);
        // Page 1 is the root of the schema and below no other page.
        let astray = number == 0 || number > self.view.last || (number == 1 && (self.root != 1 || self.depth > 0));
        if astray || !self.seen.first_visit(number, self.view.last) {
            let found = match number {
                1 => "the root of the schema",
                _ if astray => "one outside the file",
                _ => "one already read",
            };
            damages.add(kind::PAGE, None, || {
                format!(
                    "table `{}`{}: expected a page of this tree, found page {number}, {found}",
                    self.name,
                    self.below()
                )
            });
            return;
        }
        if !kept {
            let run = self.run(number);
            if let Err(damage) = self.window.load(self.view, number, run) {
                damages.add(damage.kind, damage.bytes, || format!("table `{}`: {}", self.name, damage.says));
            }
        }
        let page = match self.frames.get(self.depth) {
            Some(frame) if kept => frame.page.as_slice(),
            _ => self.window.page(number),
        };
        if page.is_empty() {
            return;
        }
        let head = match Head::parse(page, number) {
            Ok(head) if head.kind.table() == (self.shape == Shape::Table) => head,
            Ok(head) => {
                damages.add(kind::PAGE, Some(page.len() as u64), || {
                    let expected = if self.shape == Shape::Table { "a table" } else { "an index" };
                    format!(
                        "table `{}`, {}: expected a page of {expected} b-tree, found {:?}",
                        self.name,
                        self.view.place(number),
                        head.kind
                    )
                });
                return;
            }
            Err(says) => {
                damages.add(kind::PAGE, Some(page.len() as u64), || {
                    format!("table `{}`, {}: {says}", self.name, self.view.place(number))
                });
                return;
            }
        };
        if head.cells < head.claimed {
            damages.add(kind::PAGE, None, || {
                format!(
                    "table `{}`, {}: expected room for {} cell pointers, found room for {}",
                    self.name,
                    self.view.place(number),
                    head.claimed,
                    head.cells
                )
            });
        }
        let claim = page.len().saturating_mul(OVERLAP);
        let first = target.map_or(0, |rowid| head.lower_bound(page, rowid));
        if !head.kind.interior() {
            self.leaf_level = Some(self.depth);
            self.leaf = Some(Leaf { number, head, next: first, claim });
            return;
        }
        let next = u32::from(first) * 2;
        if let Some(frame) = self.frames.get_mut(self.depth) {
            if !kept {
                frame.page.clear();
                frame.page.extend_from_slice(self.window.page(number));
            }
            frame.number = number;
            frame.head = head;
            frame.next = next;
            frame.claim = claim;
        } else {
            let page = self.window.page(number).to_vec();
            self.frames.push(Frame { number, page, head, next, claim });
        }
        self.depth += 1;
    }

    /// How many pages from `number` on are worth reading in one go: as far as the next children follow closely.
    fn run(&self, number: u32) -> u32 {
        if self.leaf_level != Some(self.depth) {
            return 1;
        }
        let Some(frame) = self.depth.checked_sub(1).and_then(|level| self.frames.get(level)) else { return 1 };
        let most = u32::try_from(RUN_BYTES / self.view.page_size.max(1)).unwrap_or(1).max(1);
        let mut end = number;
        let mut index = frame.next.div_ceil(2);
        while index <= u32::from(frame.head.cells) {
            let Some(child) = frame.head.child(&frame.page, index as u16) else { break };
            if child <= end || child - end > GAP + 1 || child - number >= most || self.view.in_log(child) {
                break;
            }
            end = child;
            index += 1;
        }
        end - number + 1
    }

    fn below(&self) -> String {
        match self.depth.checked_sub(1).and_then(|level| self.frames.get(level)) {
            Some(frame) => format!(", below {}", self.view.place(frame.number)),
            None => ", root".into(),
        }
    }
}

/// Reads one cell, or says why it cannot be read.
#[allow(clippy::too_many_arguments)]
#[inline]
fn cell(
    view: &View,
    name: &str,
    page: &[u8],
    head: Head,
    number: u32,
    index: u16,
    level: Option<usize>,
    damages: &mut Damages,
) -> Option<Stand> {
    let fault = match head.cell(page, index) {
        None => "expected a pointer into the cells of the page, found one that leaves them".to_owned(),
        Some(at) => match Cell::parse(page, at, head.kind, view.usable, view.size()) {
            Ok(cell) => return Some(Stand { cell, page: number, at, level }),
            Err(fault) => format!("at byte {at} of the page: {fault}"),
        },
    };
    damages.add(kind::RECORD, None, || format!("table `{name}`, {}, cell {index}: {fault}", view.place(number)));
    None
}

#[cold]
fn overlap(view: &View, name: &str, number: u32, damages: &mut Damages) {
    damages.add(kind::PAGE, None, || {
        format!(
            "table `{name}`, {}: expected cells beside each other, found cells that overlap and claim more than {OVERLAP} times \
             the page together; the rest of them is not read",
            view.place(number)
        )
    });
}

/// Pages visited: a bit for each page, and a list of the few that a seek has to forget.
#[derive(Default)]
struct Seen {
    bits: Vec<u64>,
    list: Vec<u32>,
}

impl Seen {
    /// Marks a page; false when it was marked before.
    fn first_visit(&mut self, page: u32, last: u32) -> bool {
        if self.bits.is_empty() {
            self.bits = vec![0; last as usize / 64 + 1];
        }
        let Some(word) = self.bits.get_mut(page as usize / 64) else { return false };
        let bit = 1u64 << (page % 64);
        if *word & bit != 0 {
            return false;
        }
        *word |= bit;
        if self.list.len() <= LISTED {
            self.list.push(page);
        }
        true
    }

    fn forget(&mut self) {
        if self.list.len() > LISTED {
            self.bits.fill(0);
        } else {
            for &page in &self.list {
                if let Some(word) = self.bits.get_mut(page as usize / 64) {
                    *word = 0;
                }
            }
        }
        self.list.clear();
    }
}
