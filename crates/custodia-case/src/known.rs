//! Lists of known files, kept beside the bundles: `known/<list>/known.parquet` with a manifest and seal of its own.

use std::fs;
use std::path::PathBuf;

use crate::bundle::{BundleWriter, Completeness, Exhibit, Published, Source};
use crate::case::Work;
use crate::{Case, CaseError, Label};
use custodia_trust::SealKey;

/// A list being imported. Rows are put into the writer; nothing counts until it is published.
pub struct Import {
    /// Takes the rows.
    pub writer: BundleWriter,
    name: Label,
    to: PathBuf,
    // Dropped last: the writer writes into its folder.
    _work: Work,
}

impl Import {
    /// Starts the import of a list under a name that is not taken.
    pub fn begin(case: &Case, name: &Label) -> Result<Import, CaseError> {
        let to = case.known().join(name.as_str());
        let free = || match to.exists() {
            false => Ok(()),
            true => {
                Err(CaseError::Case(format!("list {name} is already in this case; import it under another --name")))
            }
        };
        free()?;
        fs::create_dir_all(case.known()).map_err(CaseError::io(&case.known(), "making the folder of known lists"))?;
        let work = Work::begin(&case.known(), name)?.ok_or_else(|| {
            CaseError::Case(format!(
                "list {name} is being imported by another process; wait for it, or use another --name"
            ))
        })?;
        // Another program may have been done in between.
        free()?;
        Ok(Import { writer: BundleWriter::create(&work.folder, name.as_str())?, name: name.clone(), to, _work: work })
    }

    /// Seals the list and makes it count.
    pub fn publish(self, source: Source, key: &SealKey) -> Result<Published, CaseError> {
        let entries = self.writer.count("known");
        let warnings = self.writer.count("warnings");
        let exhibit = Exhibit { label: self.name.to_string(), ..Exhibit::default() };
        let partial = u64::from(warnings > 0);
        let completeness = Completeness {
            items: 1,
            parsed: 1 - partial,
            partial,
            warnings,
            bytes: source.bytes,
            ..Completeness::default()
        };
        if entries == 0 {
            return Err(CaseError::Question(format!("{}: no entry of a known list was found in it", source.name)));
        }
        self.writer.publish(&self.to, exhibit, source, completeness, key)
    }
}

impl Case {
    /// Folders of all imported lists, sorted by name.
    pub fn lists(&self) -> Result<Vec<PathBuf>, CaseError> {
        let folder = self.known();
        let mut lists = Vec::new();
        let entries = match fs::read_dir(&folder) {
            // Archives and other tools leave out folders that hold nothing.
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(lists),
            entries => entries.map_err(CaseError::io(&folder, "listing the known lists"))?,
        };
        for entry in entries {
            let entry = entry.map_err(CaseError::io(&folder, "listing the known lists"))?;
            if entry.file_name().to_str().is_some_and(|name| name.parse::<Label>().is_ok()) {
                lists.push(entry.path());
            }
        }
        lists.sort();
        Ok(lists)
    }
}
