//! `custodia verify CASE|BUNDLE`

use std::path::{Path, PathBuf};

use clap::Args;
use custodia_case::Case;
use custodia_case::bundle::{self, Manifest};

use custodia_trust::Seal;

use super::threads;
use crate::commands::{examine, known};
use crate::failure::Failure;

/// Compares a case or bundle with its seals, digests and evidence.
#[derive(Args)]
#[command(after_help = "Examples:\n  custodia verify CASE\n  custodia verify CASE/bundles/ES-017\n\n\
    Exit code 1 names everything that differs; 2 means that there was nothing to verify.")]
pub struct Verify {
    /// A case or a bundle.
    path: PathBuf,
    /// Leave the evidence itself alone: verify seals and tables only.
    #[arg(long)]
    no_sources: bool,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
    /// Threads that digest evidence.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

impl Verify {
    pub fn run(self) -> Result<(), Failure> {
        let mut differences = Vec::new();
        let mut notes = Vec::new();
        let mut bundles = 0;
        let mut sources = 0;
        if self.path.join("case.toml").exists() {
            let case = Case::open(&self.path)?;
            let recorded = examine::recorded(&case);
            match &recorded {
                Ok(recorded) => {
                    for (label, evidence) in recorded {
                        if !self.path.join("bundles").join(label).exists() {
                            differences.push(format!(
                                "{label}: the journal records bundle {}, and it is gone",
                                evidence.bundle
                            ));
                        }
                    }
                }
                Err(why) => differences.push(why.clone()),
            }
            let lists = case.lists()?;
            bundles += lists.len();
            verify_lists(&case, &lists, &mut differences, &mut notes)?;
            for folder in case.bundles()? {
                bundles += 1;
                let manifest = verify(&folder, case.accepted_keys(), &mut differences)?;
                let Some(manifest) = manifest else { continue };
                let label = &manifest.exhibit.label;
                if folder.file_name().is_none_or(|name| name.to_string_lossy() != label.as_str()) {
                    differences.push(format!("{}: the bundle inside is {label}: it was renamed", folder.display()));
                }
                let Some(evidence) = recorded.as_ref().ok().and_then(|recorded| recorded.get(label)) else {
                    differences.push(format!("{label}: the journal records no examination of this exhibit"));
                    continue;
                };
                let id = Manifest::id(&manifest.text());
                if id != evidence.bundle {
                    differences.push(format!("{label}: the journal records bundle {}, found {id}", evidence.bundle));
                }
                if self.no_sources {
                    continue;
                }
                if !evidence.path.exists() {
                    notes.push(format!("{label}: the evidence is not at {}: not compared", evidence.path.display()));
                    continue;
                }
                sources += 1;
                match examine::source_sha256(&evidence.path, threads(self.threads)) {
                    Ok(found) if found == manifest.source.sha256 => {}
                    Ok(found) => differences.push(format!(
                        "{label}: the evidence {} was changed: examined with SHA-256 {}, found {found}",
                        evidence.path.display(),
                        manifest.source.sha256
                    )),
                    Err(why) => differences.push(format!("{label}: the evidence cannot be read again: {why}")),
                }
            }
        } else if self.path.join(bundle::MANIFEST).exists() || self.path.join(bundle::SEAL).exists() {
            bundles += 1;
            let manifest = verify(&self.path, &[], &mut differences)?;
            notes.extend(manifest.map(|manifest| alone(&self.path, &manifest)));
        } else {
            return Err(Failure::Input(format!(
                "{}: neither a case nor a bundle: expected case.toml or {}",
                self.path.display(),
                bundle::MANIFEST
            )));
        }
        if self.json {
            let result = serde_json::json!({
                "bundles": bundles, "sources": sources, "differences": differences, "notes": notes,
            });
            say!("{result}");
        } else {
            for note in &notes {
                say!("note: {note}");
            }
            for difference in &differences {
                say!("DIFFERS: {difference}");
            }
            say!("{bundles} sealed folders and {sources} sources compared, {} differences", differences.len());
        }
        match differences.len() {
            0 => Ok(()),
            1 => Err(Failure::Differs("one thing differs from what was sealed".into())),
            n => Err(Failure::Differs(format!("{n} things differ from what was sealed"))),
        }
    }
}

/// Compares the lists of known files with their seals and with the journal.
fn verify_lists(
    case: &Case,
    lists: &[PathBuf],
    differences: &mut Vec<String>,
    notes: &mut Vec<String>,
) -> Result<(), Failure> {
    // Why the journal cannot be read is told of the exhibits.
    let recorded = known::recorded(case).unwrap_or_default();
    for (name, id) in &recorded {
        if !case.known().join(name).exists() {
            differences.push(format!("list {name}: the journal records bundle {id}, and it is gone"));
        }
    }
    for folder in lists {
        let Some(manifest) = verify(folder, case.accepted_keys(), differences)? else { continue };
        let name = &manifest.exhibit.label;
        if folder.file_name().is_none_or(|own| own.to_string_lossy() != name.as_str()) {
            differences.push(format!("{}: the list inside is {name}: it was renamed", folder.display()));
        }
        let found = Manifest::id(&manifest.text());
        match recorded.get(name) {
            Some(id) if *id == found => {}
            Some(id) => differences.push(format!("list {name}: the journal records bundle {id}, found {found}")),
            None => notes.push(format!(
                "list {name}: the journal records no import of it: earlier versions did not record any, and one that was \
                 interrupted is not recorded"
            )),
        }
    }
    Ok(())
}
/// What a bundle by itself says, and what it cannot say.
fn alone(folder: &Path, manifest: &Manifest) -> String {
    let seal = std::fs::read_to_string(folder.join(bundle::SEAL)).ok();
    let by = match seal.and_then(|text| Seal::parse(&text).ok()) {
        Some(seal) => format!(
            "sealed by key {}; whether that is the key of its examiner cannot be told from it alone: compare it \
             with theirs, or verify the case, which knows whose seals it accepts",
            seal.key()
        ),
        None => "without a seal that can be read".to_owned(),
    };
    let Manifest { exhibit, source, .. } = manifest;
    format!(
        "exhibit {}, authority {}, source {} with SHA-256 {}; {by}",
        exhibit.label, exhibit.authority, source.name, source.sha256
    )
}

fn verify(
    folder: &Path,
    accepted: &[custodia_trust::PublicKey],
    differences: &mut Vec<String>,
) -> Result<Option<Manifest>, Failure> {
    let (manifest, found) = bundle::verify(folder, accepted)?;
    differences.extend(found.into_iter().map(|difference| difference.0));
    Ok(manifest)
}
