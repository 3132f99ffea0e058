//! Payloads that continue on overflow pages (file format, section 1.7): a chain of pages, each beginning with the number
//! of the next.

use super::btree::Cell;
use super::damage::kind;
use super::number::u32_at;
use super::view::{View, Window};

/// Overflow pages that are read ahead: chains mostly lie in one piece.
const RUN_BYTES: usize = 64 * 1024;

/// The longest record that is put together in memory. Android's own cursors end at two million bytes.
const LARGEST: u64 = 256 << 20;

/// Follows one chain. A chain that comes back to a page it was on ends with an error, and so does one that has cost
/// the walk more pages than four databases have: hostile cells may share chains.
pub(super) struct Chain {
    next: u32,
    left: u64,
    /// Brent's cycle detection: a page passed earlier, moved up at every power of two.
    anchor: u32,
    steps: u32,
    power: u32,
}

impl Chain {
    /// The chain of a cell.
    pub fn of(cell: &Cell) -> Chain {
        let left = cell.payload.saturating_sub(cell.local as u64);
        Chain { next: cell.overflow, left, anchor: 0, steps: 0, power: 1 }
    }

    /// The page that comes next; 0 at the end.
    pub fn page(&self) -> u32 {
        if self.left == 0 { 0 } else { self.next }
    }

    /// The next piece of the payload. None at the end.
    pub fn piece<'w>(
        &mut self,
        view: &View,
        window: &'w mut Window,
        budget: &mut u64,
    ) -> Result<Option<&'w [u8]>, String> {
        if self.left == 0 {
            return Ok(None);
        }
        let page = self.next;
        if page != 0 && page == self.anchor {
            return Err(format!("expected {} more bytes, the overflow chain comes back to page {page}", self.left));
        }
        *budget = budget.checked_sub(1).ok_or("the overflow chains of this table are longer than the database")?;
        let per_page = view.usable.saturating_sub(4).max(1);
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(per_page);
        let run = (self.left.div_ceil(per_page as u64)).min((RUN_BYTES / view.page_size.max(1)).max(1) as u64);
        match window.load(view, page, run as u32) {
            // The part that is left of a page may be all that is wanted of it.
            Err(damage) if damage.kind != kind::TRUNCATED => return Err(damage.says),
            _ => {}
        }
        let bytes = window.page(page);
        let (Some(next), Some(piece)) = (u32_at(bytes, 0), bytes.get(4..4 + wanted)) else {
            return Err(format!("expected {wanted} bytes on overflow page {page}, the file ends within it"));
        };
        self.next = next;
        self.left -= wanted as u64;
        self.steps += 1;
        if self.steps == self.power {
            self.anchor = page;
            self.power = self.power.saturating_mul(2);
        }
        Ok(Some(piece))
    }
}

/// Puts the whole payload of a cell together in `into`. `local` is the part that lies in the cell's own page.
pub(super) fn assemble(
    cell: &Cell,
    local: &[u8],
    view: &View,
    window: &mut Window,
    budget: &mut u64,
    into: &mut Vec<u8>,
) -> Result<(), String> {
    if cell.payload > LARGEST {
        return Err(format!("expected a record of at most {LARGEST} bytes, found one of {}", cell.payload));
    }
    into.clear();
    into.extend_from_slice(local);
    let mut chain = Chain::of(cell);
    // The buffer grows with what was read, never by what a length claims.
    while let Some(piece) = chain.piece(view, window, budget)? {
        into.extend_from_slice(piece);
    }
    Ok(())
}

/// Whether a page of this cell's chain comes from the log. A chain that cannot be followed says so when it is read.
pub(super) fn touches_log(cell: &Cell, view: &View, window: &mut Window, budget: &mut u64) -> bool {
    let mut chain = Chain::of(cell);
    loop {
        if view.in_log(chain.page()) {
            return true;
        }
        if !matches!(chain.piece(view, window, budget), Ok(Some(_))) {
            return false;
        }
    }
}
