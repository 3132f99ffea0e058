//! `custodia known import CASE FILE`

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use custodia_case::known::Import;
use custodia_case::{Case, Label, bundle::Source};
use custodia_intake::parsers::hashlists;

use crate::failure::Failure;
use crate::key::KeyArguments;
use crate::progress::Bar;

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
    let bar = Bar::new("importing", list.bytes());
    let mut import = Import::begin(case, &name)?;
    let read = list.read(name.as_str(), list_kind, &mut import.writer, &bar);
    bar.done();
    let read = read.map_err(|why| Failure::Input(format!("{}: {why}", file.display())))?;
    let source = Source { name: read.source, kind: read.format, bytes: read.bytes, sha256: read.sha256 };
    let published = import.publish(source, key)?;
    let warnings = published.manifest.completeness.warnings;
    if warnings > 0 {
        eprintln!(
            "custodia: {warnings} entries of {} could not be taken; see {}",
            file.display(),
            published.folder.join("warnings.parquet").display()
        );
    }
    Ok(published.manifest.tables.get("known").map_or(0, |table| table.rows))
}
