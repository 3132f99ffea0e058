//! SQLite databases on their way into a parser: the log beside them, and their damage as rows.

use custodia_model::tables::Warning;
use custodia_model::{Origin, Rows, Text};

use super::{File, ReadError};
use crate::open::sqlite::{Damage, Database};

pub use crate::open::sqlite::MAGIC;

/// Opens the file with the write-ahead log beside it.
pub fn open(file: &File<'_>, rows: &mut dyn Rows) -> Result<Database, ReadError> {
    let wal = match file.beside("-wal").map(|item| item.open()) {
        None => None,
        Some(Ok(bytes)) => Some(bytes),
        Some(Err(error)) => {
            let says = format!("the log beside it could not be read and is not applied: {error}");
            rows.put(file.whole(), Warning::new("write-ahead log", says).into());
            None
        }
    };
    let database = Database::open(file.bytes()?, wal).map_err(|error| ReadError::Not(error.to_string()))?;
    tell(file.path(), None, database.damage(), rows);
    if let Some(journal) = file.beside("-journal").filter(|journal| journal.size > 0) {
        let says = format!(
            "a rollback journal of {} bytes lies beside it; rows are those of the file as it stands",
            journal.size
        );
        rows.put(file.whole(), Warning::new("journal not applied", says).into());
    }
    Ok(database)
}

/// Puts damage that the reader of databases met, in a table or in the file as a whole.
pub fn tell(path: &Text, table: Option<&str>, damage: &[Damage], rows: &mut dyn Rows) {
    for damage in damage {
        let mut warning = Warning::new(damage.kind, &damage.says);
        if let Some(bytes) = damage.bytes {
            warning = warning.bytes(bytes);
        }
        let mut origin = Origin::file(path.clone());
        origin.part = table.map(Text::from);
        rows.put(origin, warning.into());
    }
}
