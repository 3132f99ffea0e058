//! Says what of a database's schema is not as expected.

use super::out::Out;
use super::wanted::{Wanted, is_known};
use crate::open::sqlite::Database;

/// Tells which tables are not known, and of those that are read which columns are absent and which are not known.
pub fn compare(database: &Database, read: &[&Wanted], known: &[&str], out: &mut Out<'_>) {
    for table in database.tables() {
        if !is_known(&table.name, read, known) {
            out.warn(
                "table unknown",
                format!(
                    "table {} with {} columns is not known; its rows were looked through for traces and not read",
                    table.name,
                    table.columns.len()
                ),
            );
        }
    }
    for wanted in read {
        let Some(table) = database.table(wanted.table) else {
            // A view or virtual table in its place is told here, once, and never executed.
            out.damage(Some(wanted.table), &database.scan(wanted.table, &[]).damage());
            continue;
        };
        for column in wanted.columns.iter().take(wanted.always) {
            if !table.columns.iter().any(|present| present.eq_ignore_ascii_case(column)) {
                out.warn(
                    "column absent",
                    format!("column {column} of table {} absent: another version of the schema?", wanted.table),
                );
            }
        }
        let unknown: Vec<&str> =
            table.columns.iter().map(String::as_str).filter(|column| !wanted.knows(column)).collect();
        if !unknown.is_empty() {
            let says =
                format!("columns of table {} that are not known were not read: {}", wanted.table, unknown.join(", "));
            out.warn("column unknown", says);
        }
    }
}
