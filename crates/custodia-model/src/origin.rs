//! Directions from a row back to its byte: `ES-017:/backup.zip/data/msgstore.db#message/4711`.

use std::fmt;

use crate::Text;
use crate::table::{Column, ColumnType};

/// Columns every table begins with.
pub const ORIGIN: &[Column] = &[
    Column { name: "device", doc: "Label of the exhibit.", column_type: ColumnType::Text, nullable: false },
    Column {
        name: "path",
        doc: "Path of the file through every layer, from the evidence as handed over.",
        column_type: ColumnType::Text,
        nullable: false,
    },
    Column {
        name: "part",
        doc: "Part of the file the row stands in: a database table, `line`, `byte`, `entry`.",
        column_type: ColumnType::Text,
        nullable: true,
    },
    Column {
        name: "row",
        doc: "Number within the part: rowid, line from 1, byte offset from 0.",
        column_type: ColumnType::Int,
        nullable: true,
    },
    Column {
        name: "found",
        doc: "How the bytes were found: `live`; `wal` for rows that stand only in a write-ahead log; `backup` for rows of a copy \
              that the live database of the exhibit no longer holds in this form; in `recovered` and for traces in deleted records the place: `freelist page`, \
              `unallocated`, `freeblock`, `old wal frame`, `uncommitted wal frame`, `unproved wal frame` for one that damage before it \
              keeps from being proved, `replaced page` for a page of the main file that the write-ahead log replaces, or the journal of \
              a transaction that did not end, `rollback journal`, `dropped table`, `full-text index` for the copy that an index of texts keeps of a \
              message that is gone; `lost page` for a page that nothing reaches, whose rows \
              may be live ones of a damaged table.",
        column_type: ColumnType::Text,
        nullable: false,
    },
];

/// How the bytes of a row were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Found {
    /// In the file as its own program would read it, main database file included.
    Live,
    /// Only in the write-ahead log beside a database: committed there, absent or different in the main file.
    Wal,
    /// In a copy of the database that its messenger made, or that lies beside it under another name; the live database of the exhibit no longer says the same.
    Backup,
    /// On a page that the database no longer uses.
    FreelistPage,
    /// In bytes of a page in use that no record uses.
    Unallocated,
    /// In a piece of a page in use that a deleted record left.
    Freeblock,
    /// In a frame of the write-ahead log that a later frame replaces, or of an earlier use of the log.
    OldWalFrame,
    /// In a frame of the write-ahead log that no commit ends: it was written and never in force.
    UncommittedWalFrame,
    /// In a frame of the write-ahead log that damage before it keeps from being proved.
    UnprovedWalFrame,
    /// On a page of the main file that a frame of the write-ahead log replaces: the state before the log. Or on one that a rollback
    /// journal replaces, because the transaction that wrote it did not end: it was never in force.
    ReplacedPage,
    /// On a page as a rollback journal keeps it from before a transaction.
    RollbackJournal,
    /// On a page that a table left which the schema no longer declares.
    DroppedTable,
    /// In the copy that an index of texts keeps of a message that is gone.
    FullTextIndex,
    /// On a page that nothing in the database reaches and that has the form of a table of the schema: where pages of that
    /// table are damaged, its rows may not be deleted at all.
    LostPage,
}

impl Found {
    /// The word stored in the `found` column.
    pub fn as_str(self) -> &'static str {
        match self {
            Found::Live => "live",
            Found::Wal => "wal",
            Found::Backup => "backup",
            Found::FreelistPage => "freelist page",
            Found::Unallocated => "unallocated",
            Found::Freeblock => "freeblock",
            Found::OldWalFrame => "old wal frame",
            Found::UncommittedWalFrame => "uncommitted wal frame",
            Found::UnprovedWalFrame => "unproved wal frame",
            Found::ReplacedPage => "replaced page",
            Found::RollbackJournal => "rollback journal",
            Found::DroppedTable => "dropped table",
            Found::FullTextIndex => "full-text index",
            Found::LostPage => "lost page",
        }
    }
}

/// Where a row came from, inside one exhibit. The exhibit itself is known to whoever keeps the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Path through every layer, from the evidence as handed over: `/phone.zip/data/data/…/msgstore.db`.
    pub path: Text,
    /// The part of the file: a table, `line`, `byte`, `entry`; none when the row is about the whole file.
    pub part: Option<Text>,
    /// The number within that part: rowid, line number from 1, byte offset.
    pub number: Option<i64>,
    /// How the bytes were found.
    pub found: Found,
}

impl Origin {
    /// The whole file.
    pub fn file(path: Text) -> Origin {
        Origin { path, part: None, number: None, found: Found::Live }
    }

    /// A numbered place in a file.
    pub fn at(path: Text, part: Text, number: i64) -> Origin {
        Origin { path, part: Some(part), number: Some(number), found: Found::Live }
    }

    /// The same place, found in another way.
    pub fn found(mut self, found: Found) -> Origin {
        self.found = found;
        self
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(part) = &self.part {
            write!(f, "#{part}")?;
            if let Some(number) = self.number {
                write!(f, "/{number}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_directions() {
        let origin = Origin::at("/backup.zip/data/msgstore.db".into(), "message".into(), 4711);
        assert_eq!(origin.to_string(), "/backup.zip/data/msgstore.db#message/4711");
        assert_eq!(Origin::file("/a".into()).to_string(), "/a");
    }
}
