//! Damage met while reading: sentences with a place, without repeats and bounded in number, because a hostile file can
//! be wrong in every byte.

use std::collections::BTreeSet;

/// Sentences kept for one walk; what comes after them is only counted.
const KEPT: usize = 1000;

/// Damage met on the way; reading goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Fixed word for the `warning` column.
    pub kind: &'static str,
    /// Sentence: expected, found, where.
    pub says: String,
    /// Bytes not read, where known.
    pub bytes: Option<u64>,
}

/// Fixed words of [`Damage::kind`].
pub mod kind {
    /// The file, or one of its pages, ends before its stated size.
    pub const TRUNCATED: &str = "truncated";
    /// The 100-byte header disagrees with the file.
    pub const HEADER: &str = "database header";
    /// The schema declares something that is not a plain table with readable text.
    pub const SCHEMA: &str = "schema anomaly";
    /// A page of a b-tree is missing, of the wrong type or reached twice.
    pub const PAGE: &str = "database page";
    /// A cell or the record in it cannot be read.
    pub const RECORD: &str = "database record";
    /// Rows are not in the order that the format demands.
    pub const ORDER: &str = "rowid order";
    /// A stored text is not in the encoding of the database.
    pub const TEXT: &str = "damaged text";
    /// The write-ahead log does not fit or is damaged.
    pub const LOG: &str = "write-ahead log";
    /// Frames of the write-ahead log that no commit ends.
    pub const UNCOMMITTED: &str = "uncommitted frames";
    /// Frames of an earlier use of the write-ahead log.
    pub const STALE: &str = "stale frames";
    /// A rollback journal whose transaction did not end: rows are those of before it.
    pub const ROLLED_BACK: &str = "journal applied";
    /// A rollback journal that is not in force.
    pub const ENDED: &str = "journal not applied";
    /// More damage than is listed.
    pub const MORE: &str = "more damage";
}

/// The damage of one walk.
#[derive(Default)]
pub(super) struct Damages {
    list: Vec<Damage>,
    said: BTreeSet<String>,
    more: u64,
}

impl Damages {
    /// Adds a sentence unless it was said before. The sentence is only built while there is room for it.
    pub fn add(&mut self, kind: &'static str, bytes: Option<u64>, says: impl FnOnce() -> String) {
        if self.said.len() >= KEPT {
            self.more = self.more.saturating_add(1);
            return;
        }
        let says = says();
        if self.said.insert(says.clone()) {
            self.list.push(Damage { kind, says, bytes });
        }
    }

    /// Takes what was met since the last call.
    pub fn take(&mut self) -> Vec<Damage> {
        let mut list = std::mem::take(&mut self.list);
        if self.more > 0 {
            let says = format!("{} further places are damaged; the first {KEPT} are listed", self.more);
            list.push(Damage { kind: kind::MORE, says, bytes: None });
            self.more = 0;
        }
        list
    }
}
