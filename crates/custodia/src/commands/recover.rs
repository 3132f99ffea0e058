//! `custodia recover DATABASE...`

use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use custodia_intake::bytes::Reader;
use custodia_intake::content;
use custodia_intake::evidence::{Evidence, Item, Kept};
use custodia_intake::open::sqlite::Database;
use custodia_intake::parsers::{File, recovered};
use custodia_intake::sources::in_place::InPlace;
use custodia_model::{Origin, Row, Rows};
use serde_json::json;

use crate::failure::Failure;

/// Bytes at the start of a file by which it is known.
const HEAD: u64 = 4096;

/// Prints the deleted records that still stand in SQLite databases, with their places and how surely they are records.
///
/// Every live row is read too, and counted: what a live row holds is not told as deleted. A write-ahead log (-wal) and a rollback
/// journal (-journal) beside a database are read with it. Nothing that a database declares is executed.
#[derive(Args)]
#[command(after_help = "Example:\n  custodia recover msgstore.db --table message --json")]
pub struct Recover {
    /// The databases.
    #[arg(required = true, value_name = "DATABASE")]
    databases: Vec<PathBuf>,
    /// Only records in the form of this table; may be given again.
    #[arg(long, value_name = "TABLE")]
    table: Vec<String>,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

impl Recover {
    pub fn run(self) -> Result<(), Failure> {
        let mut out = Printed {
            to: BufWriter::new(io::stdout().lock()),
            wanted: &self.table,
            json: self.json,
            count: 0,
            any: false,
            failed: Ok(()),
        };
        if self.json {
            out.to.write_all(b"[")?;
        }
        for path in &self.databases {
            one(path, &mut out)?;
        }
        if self.json {
            out.to.write_all(b"\n]\n")?;
        }
        out.failed?;
        out.to.flush()?;
        Ok(())
    }
}

fn one(path: &Path, out: &mut Printed<'_, impl Write>) -> Result<(), Failure> {
    let name = path.display().to_string();
    let beside = |suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let cannot = |why: io::Error| Failure::Input(format!("{name}: cannot be read: {why}"));
    let mut items = vec![item(path).map_err(cannot)?];
    for path in ["-wal", "-journal"].map(beside).iter().filter(|path| path.is_file()) {
        items.push(item(path).map_err(cannot)?);
    }
    let evidence = Evidence::new(items);
    let [main, ..] = evidence.items() else { return Ok(()) };
    let file = File { item: main, evidence: &evidence };
    let opened = |suffix: &str| file.beside(suffix).map(Item::open).transpose().map_err(cannot);
    let database = Database::open(main.open().map_err(cannot)?, opened("-wal")?, opened("-journal")?)
        .map_err(|why| Failure::Input(format!("{name}: not a database that can be read: {why}")))?;
    for damage in database.damage() {
        eprintln!("{name}: {}", damage.says);
    }
    let (mut tables, mut rows) = (0u64, 0u64);
    for table in database.tables() {
        let columns: Vec<&str> = table.columns.iter().map(String::as_str).collect();
        let mut scan = database.scan(&table.name, &columns);
        while scan.next().is_some() {
            rows += 1;
        }
        for damage in scan.damage() {
            eprintln!("{name}: {}", damage.says);
        }
        tables += 1;
    }
    out.count = 0;
    recovered::read(&file, None, out);
    eprintln!("{name}: {rows} live rows in {tables} tables, {} deleted records", out.count);
    Ok(())
}

fn item(path: &Path) -> io::Result<Item> {
    let kept = Kept::Evidence(InPlace::at(path));
    let bytes = kept.open()?;
    let mut head = Vec::new();
    Reader::new(bytes.clone()).take(HEAD).read_to_end(&mut head)?;
    Ok(Item {
        path: path.display().to_string().into(),
        size: bytes.len(),
        modified: None,
        modified_as_stored: None,
        digests: None,
        content: content::kind(&head),
        head,
        kept,
    })
}

/// Deleted records on their way out.
struct Printed<'a, W: Write> {
    to: W,
    wanted: &'a [String],
    json: bool,
    /// Of the database at hand.
    count: u64,
    any: bool,
    failed: io::Result<()>,
}

impl<W: Write> Rows for Printed<'_, W> {
    fn put(&mut self, origin: Origin, row: Row) {
        let row = match row {
            Row::RecoveredRecord(row) => row,
            Row::Warning(warning) => return eprintln!("{}: {}", origin.path, warning.says),
            _ => return,
        };
        let wanted = self.wanted.is_empty() || self.wanted.iter().any(|table| **table == *row.recovered_table);
        if !wanted || self.failed.is_err() {
            return;
        }
        self.count += 1;
        let found = origin.found.as_str();
        self.failed = if self.json {
            let comma = if std::mem::replace(&mut self.any, true) { "," } else { "" };
            // Cells are JSON already, and theirs is the order of the table.
            let row = json!({
                "file": *origin.path, "table": *row.recovered_table, "rowid": origin.number, "found": found,
                "certainty": *row.certainty, "page": row.page, "byte": row.byte, "cells": *row.cells,
            });
            write!(self.to, "{comma}\n{row}")
        } else {
            let rowid = origin.number.map_or_else(|| "-".to_owned(), |number| number.to_string());
            let (path, table, certainty) = (&origin.path, &row.recovered_table, &row.certainty);
            writeln!(self.to, "{path}#byte/{}\t{found}\t{certainty}\t{table}\t{rowid}\t{}", row.byte, row.cells)
        };
    }
}
