//! SQLite databases on their way into a parser: the log and the journal beside them, and their damage as rows.

use custodia_model::tables::Warning;
use custodia_model::{Origin, Rows, Text};

use super::{File, ReadError};
use crate::open::sqlite::{Damage, Database, kind};

pub use crate::open::sqlite::MAGIC;

/// Opens the file with the write-ahead log and the rollback journal beside it.
pub fn open(file: &File<'_>, rows: &mut dyn Rows) -> Result<Database, ReadError> {
    let mut beside = |suffix: &str, kind: &str, name: &str| match file.beside(suffix).map(|item| item.open()) {
        None => None,
        Some(Ok(bytes)) => Some(bytes),
        Some(Err(error)) => {
            let says = format!("the {name} beside it could not be read and is not applied: {error}");
            rows.put(file.whole(), Warning::new(kind, says).into());
            None
        }
    };
    let log = beside("-wal", kind::LOG, "log");
    let journal = beside("-journal", kind::ENDED, "rollback journal");
    let database = Database::open(file.bytes()?, log, journal).map_err(|error| ReadError::Not(error.to_string()))?;
    tell(file.path(), None, database.damage(), rows);
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
