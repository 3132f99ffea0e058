//! What entries of indexes look like. A table without rowids is stored as an index is (file format, section 2.4), so on a free page
//! nothing but the form of the entries says whether they are its rows.

use super::super::btree::{Cell, Head, Kind};
use super::super::record::Cell as Value;
use super::super::scan::Scan;
use super::super::schema::TableInfo;
use super::super::text::Encoding;
use super::super::view::{View, Window};
use super::shape::{INT, NULL, class, header};

/// Indexes that are looked at, and how deep: far more than any app has.
const MOST: usize = 4096;
const DEPTH: usize = 24;

/// The form of the entries of one index.
#[derive(Default)]
pub(super) struct Rival {
    /// Kinds of values by field; empty where nothing is known.
    seen: Vec<u8>,
}

impl Rival {
    /// Whether the index may have an entry of this form. What nothing is known of ends with a rowid, as nearly all do.
    pub fn may_hold(&self, serials: &[u64]) -> bool {
        if self.seen.is_empty() {
            return serials.last().is_some_and(|serial| class(*serial) == INT);
        }
        let of_kind = |(seen, serial): (&u8, &u64)| (seen | NULL) & class(*serial) != 0;
        self.seen.len() == serials.len() && self.seen.iter().zip(serials).all(of_kind)
    }
}

/// The forms of the entries of all indexes; `gone` says that there were others.
pub(super) fn of(view: &View, encoding: Encoding, gone: bool) -> Vec<Rival> {
    let table = TableInfo::schema();
    let mut scan = Scan::new(view, &table, &["type", "rootpage"], encoding, None);
    let mut rivals: Vec<Rival> = gone.then(Rival::default).into_iter().collect();
    let mut window = Window::default();
    while let Some(row) = scan.next() {
        if let (Value::Text("index"), Value::Int(root)) = (row.get(0), row.get(1))
            && let Ok(root) = u32::try_from(root)
            && rivals.len() < MOST
        {
            rivals.push(learned(view, &mut window, root));
        }
    }
    rivals
}

/// What the entries on the first leaf say.
fn learned(view: &View, window: &mut Window, root: u32) -> Rival {
    let (mut rival, mut number) = (Rival::default(), root);
    for _ in 0..DEPTH {
        let _ = window.load(view, number, 1);
        let page = window.page(number);
        let Ok(head) = Head::parse(page, number) else { break };
        if head.kind == Kind::IndexInterior {
            let Some(child) = head.child(page, 0) else { break };
            number = child;
            continue;
        }
        let mut serials = Vec::new();
        for at in (0..head.cells).filter_map(|index| head.cell(page, index)) {
            let Ok(cell) = Cell::parse(page, at, head.kind, view.usable, view.size()) else { continue };
            let local = page.get(cell.start..cell.start.saturating_add(cell.local)).unwrap_or_default();
            if header(local, 0, &mut serials).is_none() {
                continue;
            }
            rival.seen.resize(serials.len().max(rival.seen.len()), 0);
            rival.seen.iter_mut().zip(&serials).for_each(|(seen, serial)| *seen |= class(*serial));
        }
        break;
    }
    rival
}
