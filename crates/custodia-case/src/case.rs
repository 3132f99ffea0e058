//! A case is a folder: `case.toml`, `bundles/`, `known/`, `journal/`, and `cache/` that may always be deleted.

use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use custodia_trust::PublicKey;
use serde::{Deserialize, Serialize};

use crate::CaseError;
use crate::bundle::{BundleWriter, MANIFEST, Manifest};

/// Name of the file that makes a folder a case.
const CASE_FILE: &str = "case.toml";
/// Version of the folder's layout.
const LAYOUT: u32 = 1;

/// An open case.
#[derive(Clone, Debug)]
pub struct Case {
    folder: PathBuf,
    accepted: Vec<PublicKey>,
}

/// `case.toml`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    layout: u32,
    /// Keys whose seals this case accepts, in hex.
    accepted_keys: Vec<String>,
}

/// The label of an exhibit: it becomes the name of a folder, so it is checked and never a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(String);

/// Why an exhibit was not examined, or not kept.
#[derive(Debug, thiserror::Error)]
pub enum ExhibitError {
    /// The label is taken.
    #[error("exhibit {label} is already in this case as bundle {id}; nothing was examined again")]
    Present {
        /// The label.
        label: String,
        /// Id of the bundle that bears it.
        id: String,
    },
    /// Another process holds the label.
    #[error("exhibit {0} is being examined by another process")]
    Busy(String),
    /// Anything else.
    #[error(transparent)]
    Case(#[from] CaseError),
}

impl Label {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Label {
    type Err = String;

    fn from_str(text: &str) -> Result<Label, String> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        if text.is_empty() || text.len() > 64 || !text.bytes().all(fits) || text.starts_with('.') {
            return Err(format!(
                "{text:?} is no exhibit label: expected 1 to 64 letters, digits, '-', '_' or '.', not beginning with '.'"
            ));
        }
        Ok(Label(text.to_owned()))
    }
}

impl Case {
    /// Opens a case.
    pub fn open(folder: &Path) -> Result<Case, CaseError> {
        let path = folder.join(CASE_FILE);
        let text = fs::read_to_string(&path).map_err(|why| match why.kind() {
            std::io::ErrorKind::NotFound => CaseError::Case(format!(
                "{}: no case here: expected a file {CASE_FILE}; `custodia examine` makes one",
                folder.display()
            )),
            _ => CaseError::io(&path, "reading the case")(why),
        })?;
        let case: CaseFile = toml::from_str(&text)
            .map_err(|why| CaseError::Case(format!("{}: cannot be read: {}", path.display(), why.message())))?;
        if case.layout != LAYOUT {
            return Err(CaseError::Case(format!(
                "{}: layout {} found, this program knows {LAYOUT}",
                path.display(),
                case.layout
            )));
        }
        let accepted = case.accepted_keys.iter().map(|key| key.parse()).collect::<Result<_, _>>();
        let accepted = accepted
            .map_err(|why| CaseError::Case(format!("{}: an accepted key cannot be read: {why}", path.display())))?;
        Ok(Case { folder: folder.to_path_buf(), accepted })
    }

    /// A case of a folder without anything, which is enough to ask what columns there are.
    pub(crate) fn without_bundles(folder: &Path) -> Case {
        Case { folder: folder.to_path_buf(), accepted: Vec::new() }
    }

    /// Opens the case, or makes one in a folder that is empty or absent, and accepts the key's seals from now on.
    pub fn open_or_create(folder: &Path, key: &PublicKey) -> Result<Case, CaseError> {
        let mut case = if folder.join(CASE_FILE).exists() {
            Case::open(folder)?
        } else {
            let strangers = fs::read_dir(folder).map(|mut entries| entries.next().is_some()).unwrap_or(false);
            if strangers {
                return Err(CaseError::Case(format!(
                    "{}: neither a case nor empty: expected {CASE_FILE}; name another folder",
                    folder.display()
                )));
            }
            for part in ["bundles", "known", "journal"] {
                let path = folder.join(part);
                fs::create_dir_all(&path).map_err(CaseError::io(&path, "making the case"))?;
            }
            Case { folder: folder.to_path_buf(), accepted: Vec::new() }
        };
        if !case.accepted.contains(key) {
            case.accepted.push(*key);
            case.save()?;
        }
        Ok(case)
    }

    fn save(&self) -> Result<(), CaseError> {
        let file = CaseFile { layout: LAYOUT, accepted_keys: self.accepted.iter().map(ToString::to_string).collect() };
        let text = toml::to_string(&file).map_err(|why| CaseError::Case(why.to_string()))?;
        let path = self.folder.join(CASE_FILE);
        let mut scratch =
            tempfile::NamedTempFile::new_in(&self.folder).map_err(CaseError::io(&path, "saving the case"))?;
        std::io::Write::write_all(&mut scratch, text.as_bytes()).map_err(CaseError::io(&path, "saving the case"))?;
        scratch.as_file().sync_all().map_err(CaseError::io(&path, "saving the case"))?;
        scratch.persist(&path).map_err(|why| CaseError::io(&path, "saving the case")(why.error))?;
        Ok(())
    }

    /// The folder of the case.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keys whose seals this case accepts.
    pub fn accepted_keys(&self) -> &[PublicKey] {
        &self.accepted
    }

    /// Folder of the journal.
    pub fn journal(&self) -> PathBuf {
        self.folder.join("journal")
    }

    /// Folder of what can always be computed again.
    pub fn cache(&self) -> PathBuf {
        self.folder.join("cache")
    }

    /// Folder of the lists of known files.
    pub fn known(&self) -> PathBuf {
        self.folder.join("known")
    }

    /// Folder that the bundle of an exhibit has, or will have.
    pub fn bundle(&self, label: &Label) -> PathBuf {
        self.folder.join("bundles").join(label.as_str())
    }

    /// Folders of all published bundles, sorted by label.
    pub fn bundles(&self) -> Result<Vec<PathBuf>, CaseError> {
        let folder = self.folder.join("bundles");
        let mut bundles = Vec::new();
        for entry in fs::read_dir(&folder).map_err(CaseError::io(&folder, "listing the bundles"))? {
            let entry = entry.map_err(CaseError::io(&folder, "listing the bundles"))?;
            let name = entry.file_name();
            if name.to_str().is_some_and(|name| name.parse::<Label>().is_ok()) {
                bundles.push(entry.path());
            }
        }
        bundles.sort();
        Ok(bundles)
    }

    /// Every bundle's folder, id and manifest, sorted by label. A bundle without a readable manifest is an error that
    /// names it.
    pub fn manifests(&self) -> Result<Vec<(PathBuf, String, Manifest)>, CaseError> {
        let read = |folder: PathBuf| {
            let path = folder.join(MANIFEST);
            let text = fs::read_to_string(&path).map_err(CaseError::io(&path, "reading the manifest"))?;
            let manifest =
                Manifest::parse(&text).map_err(|why| CaseError::Case(format!("{}: {why}", path.display())))?;
            Ok((folder, Manifest::id(&text), manifest))
        };
        self.bundles()?.into_iter().map(read).collect()
    }

    /// Starts the bundle of an exhibit. What an earlier run left unfinished under this label is cleared away; a label
    /// that is published or being examined is refused.
    pub fn begin(&self, label: &Label) -> Result<Begun, ExhibitError> {
        let published = self.bundle(label);
        if published.exists() {
            return Err(ExhibitError::Present { label: label.to_string(), id: self.id_of(&published) });
        }
        let work = self.folder.join("bundles").join(format!(".{label}.part"));
        let lock_path = self.folder.join("bundles").join(format!(".{label}.lock"));
        let lock = File::create(&lock_path).map_err(CaseError::io(&lock_path, "locking the exhibit"))?;
        if lock.try_lock().is_err() {
            return Err(ExhibitError::Busy(label.to_string()));
        }
        if work.exists() {
            fs::remove_dir_all(&work).map_err(CaseError::io(&work, "clearing an unfinished examination"))?;
        }
        let writer = BundleWriter::create(&work, label.as_str())?;
        Ok(Begun { writer: Some(writer), work, lock_path, _lock: lock })
    }

    fn id_of(&self, bundle: &Path) -> String {
        fs::read_to_string(bundle.join(MANIFEST)).map_or_else(|_| "without manifest".into(), |text| Manifest::id(&text))
    }

    /// The label under which evidence of this digest was examined before, if it was.
    pub fn with_source(&self, sha256: &str) -> Result<Option<String>, CaseError> {
        let found = self.manifests()?.into_iter().find(|(_, _, manifest)| manifest.source.sha256 == sha256);
        Ok(found.map(|(_, _, manifest)| manifest.exhibit.label))
    }
}

/// A bundle being written. Dropped unpublished, it leaves nothing behind.
pub struct Begun {
    writer: Option<BundleWriter>,
    work: PathBuf,
    lock_path: PathBuf,
    _lock: File,
}

impl Begun {
    /// The writer. Taken once, to be published.
    pub fn writer(&mut self) -> Option<BundleWriter> {
        self.writer.take()
    }

    /// A folder of the case for scratch files of this exhibit.
    pub fn scratch(&self) -> &Path {
        &self.work
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        drop(self.writer.take());
        // Nothing can be done about a failure here; the next examination of this label clears the rest.
        let _ = fs::remove_dir_all(&self.work);
        let _ = fs::remove_file(&self.lock_path);
    }
}
