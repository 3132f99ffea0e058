//! `custodia known import CASE FILE`

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use custodia_case::known::Import;
use custodia_case::{Case, Label, bundle::Source};
use custodia_intake::parsers::hashlists;
use custodia_trust::Journal;
use serde_json::json;

use super::examine::{now, operator};
use crate::failure::Failure;
use crate::key::KeyArguments;
use crate::progress::Bar;

/// Kind of the journal's event of an import.
const IMPORTED: &str = "known list";

/// Lists of known files.
#[derive(Subcommand)]
pub enum Known {
    /// Add a list: VICS JSON 1.3 or 2.0, or a plain list of MD5, SHA-1 or SHA-256.
    #[command(
        after_help = "Examples:\n  custodia known import CASE vics.json\n  custodia known import CASE nsrl.txt --kind benign"
    )]
    Import {
        /// The case.
        case: PathBuf,
        /// The list.
        file: PathBuf,
        /// Name of the list in the case; the file's name without ending when it is not given.
        #[arg(long)]
        name: Option<String>,
        /// What the list is for.
        #[arg(long, value_enum, default_value_t = Kind::Known)]
        kind: Kind,
        #[command(flatten)]
        key: KeyArguments,
    },
}

/// What a list is for.
#[derive(Clone, Copy, ValueEnum)]
pub enum Kind {
    /// Known material: its appearances are hits.
    Known,
    /// Harmless files.
    Benign,
}

impl Known {
    pub fn run(self) -> Result<(), Failure> {
        let Known::Import { case, file, name, kind, key } = self;
        let key = key.load()?;
        let case = Case::open_or_create(&case, &key.public())?;
        let entries = import(&case, &file, name.as_deref(), kind, &key)?;
        say!("{}: {entries} entries imported", file.display());
        Ok(())
    }
}

/// Imports one list and gives its number of entries.
pub fn import(
    case: &Case,
    file: &std::path::Path,
    name: Option<&str>,
    kind: Kind,
    key: &custodia_trust::SealKey,
) -> Result<u64, Failure> {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let name: Label =
        name.unwrap_or(&stem).parse().map_err(|why| Failure::Input(format!("{why}; give one by --name")))?;
    let list_kind = match kind {
        Kind::Known => "known",
        Kind::Benign => "benign",
    };
    // Read as a list before anything is made in the case.
    let list = hashlists::open(file).map_err(|why| Failure::Input(format!("{}: {why}", file.display())))?;
    // An import that cannot be recorded is not begun.
    let mut journal = Journal::open(&case.journal()).map_err(Failure::input)?;
    let bar = Bar::new("importing", list.bytes());
    let mut import = Import::begin(case, &name)?;
    let read = list.read(name.as_str(), list_kind, &mut import.writer, &bar);
    bar.done();
    let read = read.map_err(|why| Failure::Input(format!("{}: {why}", file.display())))?;
    let source = Source { name: read.source, kind: read.format, bytes: read.bytes, sha256: read.sha256 };
    let published = import.publish(source, key)?;
    let entries = published.manifest.tables.get("known").map_or(0, |table| table.rows);
    let body = json!({
        "bundle": published.id, "entries": entries, "list": name.as_str(), "list_kind": list_kind,
        "source": file.canonicalize().unwrap_or_else(|_| file.to_path_buf()).to_string_lossy(),
        "source_sha256": published.manifest.source.sha256,
    });
    journal
        .append(IMPORTED, &now(), &operator(), body)
        .map_err(|why| Failure::Input(format!("the journal cannot be written: {why}")))?;
    if read.warnings > 0 {
        eprintln!(
            "custodia: {} entries of {} could not be taken as they are; see {}",
            read.warnings,
            file.display(),
            published.folder.join("warnings.parquet").display()
        );
    }
    match read.lost {
        None => Ok(entries),
        Some((why, unread)) => Err(Failure::Input(format!(
            "{}: {why}; {unread} bytes were not read. List {name} holds the {entries} entries before that place; for the others \
             mend the file and import it under another --name",
            file.display()
        ))),
    }
}

/// The list bundles that the journal records, by name; the sentence says why the journal cannot be believed.
pub fn recorded(case: &Case) -> Result<BTreeMap<String, String>, String> {
    let entries = Journal::read(&case.journal()).map_err(|why| why.to_string())?;
    let text = |body: &serde_json::Value, name: &str| {
        body.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned()
    };
    let imports = entries.iter().filter(|entry| entry.kind == IMPORTED);
    Ok(imports.map(|entry| (text(&entry.body, "list"), text(&entry.body, "bundle"))).collect())
}
