//! A case is a folder: `case.toml`, `bundles/`, `known/`, `journal/`, and `cache/` that may always be deleted.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use custodia_trust::PublicKey;
use serde::{Deserialize, Serialize};

use crate::CaseError;
use crate::bundle::{BundleWriter, MANIFEST, Manifest};
use crate::turn::Turn;

/// Name of the file that makes a folder a case.
const CASE_FILE: &str = "case.toml";
/// The folders that a case has from its beginning.
const PARTS: [&str; 3] = ["bundles", "known", "journal"];
/// Beginning of the name of a case file that is being written.
const UNSAVED: &str = ".case.";
/// Name of a lock on a folder as a whole; no label begins so.
const LOCK: &str = ".lock";
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

    /// Opens the case, or makes one in a folder that is empty or absent, or completes one whose making was stopped, and accepts
    /// the key's seals from now on.
    pub fn open_or_create(folder: &Path, key: &PublicKey) -> Result<Case, CaseError> {
        let there = || folder.join(CASE_FILE).exists();
        if there() {
            let case = Case::open(folder)?;
            if case.accepted.contains(key) {
                return Ok(case);
            }
        } else if !may_become_a_case(folder) && !there() {
            return Err(CaseError::Case(format!(
                "{}: neither a case nor empty: expected {CASE_FILE}; name another folder",
                folder.display()
            )));
        }
        fs::create_dir_all(folder).map_err(CaseError::io(folder, "making the case"))?;
        // Two programs that begin one case at once, or bring a key each, come one after the other.
        let _turn = Turn::wait(&folder.join(LOCK))?;
        let mut case = if there() {
            Case::open(folder)?
        } else {
            for part in PARTS {
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
        let scratch = tempfile::Builder::new().prefix(UNSAVED).tempfile_in(&self.folder);
        let mut scratch = scratch.map_err(CaseError::io(&path, "saving the case"))?;
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
        let present = || ExhibitError::Present { label: label.to_string(), id: self.id_of(&published) };
        if published.exists() {
            return Err(present());
        }
        let Some(work) = Work::begin(&self.folder.join("bundles"), label)? else {
            return Err(ExhibitError::Busy(label.to_string()));
        };
        // Another program may have been done in between.
        if published.exists() {
            return Err(present());
        }
        let writer = BundleWriter::create(&work.folder, label.as_str())?;
        Ok(Begun { writer: Some(writer), work })
    }

    /// Waits until no other program adds to the case, and keeps the others waiting as long as the turn is held: what is looked
    /// for and not found is then still not there when something is published.
    pub fn turn(&self) -> Result<Turn, CaseError> {
        Turn::wait(&self.folder.join("bundles").join(LOCK))
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

/// Whether a folder is absent, empty, or has nothing but what the making of a case leaves when it is stopped.
fn may_become_a_case(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return true };
    let ours = |entry: fs::DirEntry| {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { return false };
        let empty = || fs::read_dir(entry.path()).is_ok_and(|mut entries| entries.next().is_none());
        name == LOCK || name.starts_with(UNSAVED) || (PARTS.contains(&name) && empty())
    };
    entries.flatten().all(ours)
}

/// A folder of work under a name that nobody else has, gone when it is done.
pub(crate) struct Work {
    pub(crate) folder: PathBuf,
    _turn: Turn,
}

impl Work {
    /// Begins, unless another program works under this name. What an earlier one left unfinished is cleared away.
    pub(crate) fn begin(within: &Path, name: &Label) -> Result<Option<Work>, CaseError> {
        let Some(turn) = Turn::try_take(&within.join(format!(".{name}.lock")))? else { return Ok(None) };
        let folder = within.join(format!(".{name}.part"));
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(CaseError::io(&folder, "clearing unfinished work"))?;
        }
        Ok(Some(Work { folder, _turn: turn }))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        // Nothing can be done about a failure here; whoever works under this name next clears the rest.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A bundle being written. Dropped unpublished, it leaves nothing behind.
pub struct Begun {
    // Dropped first: it writes into the folder.
    writer: Option<BundleWriter>,
    work: Work,
}

impl Begun {
    /// The writer. Taken once, to be published.
    pub fn writer(&mut self) -> Option<BundleWriter> {
        self.writer.take()
    }

    /// A folder of the case for scratch files of this exhibit.
    pub fn scratch(&self) -> &Path {
        &self.work.folder
    }
}

#[cfg(test)]
mod tests {
    use custodia_trust::SealKey;

    use super::*;

    #[test]
    fn a_case_whose_making_was_stopped_is_completed() {
        let at = tempfile::tempdir().unwrap();
        let key = SealKey::generate().unwrap().public();
        let folder = at.path().join("stopped");
        for part in &PARTS[..2] {
            fs::create_dir_all(folder.join(part)).unwrap();
        }
        fs::write(folder.join(".case.x"), b"layout").unwrap();
        assert_eq!(Case::open_or_create(&folder, &key).unwrap().accepted_keys(), [key]);
        assert!(Case::open(&folder).unwrap().bundles().unwrap().is_empty() && folder.join("journal").exists());
        // What is not ours stays, and so does what somebody put into a folder of ours.
        for (name, stranger) in [("notes", "a.txt"), ("without", "bundles/ES-1/manifest.json")] {
            let stranger = at.path().join(name).join(stranger);
            fs::create_dir_all(stranger.parent().unwrap()).unwrap();
            fs::write(stranger, b"x").unwrap();
            let why = Case::open_or_create(&at.path().join(name), &key).err().unwrap().to_string();
            assert!(why.contains("neither a case nor empty"), "{why}");
            assert_eq!(fs::read_dir(at.path().join(name)).unwrap().count(), 1);
        }
    }

    #[test]
    fn several_begin_one_case_and_every_key_counts() {
        let at = tempfile::tempdir().unwrap();
        let folder = at.path().join("case");
        let keys: Vec<_> = (0..8).map(|_| SealKey::generate().unwrap().public()).collect();
        std::thread::scope(|scope| {
            for key in &keys {
                scope.spawn(|| Case::open_or_create(&folder, key).unwrap());
            }
        });
        let case = Case::open(&folder).unwrap();
        assert!(keys.iter().all(|key| case.accepted_keys().contains(key)));
        assert!(!folder.join(LOCK).exists());
    }

    #[test]
    fn one_list_of_a_name_is_imported_at_a_time() {
        let at = tempfile::tempdir().unwrap();
        let case = Case::open_or_create(&at.path().join("case"), &SealKey::generate().unwrap().public()).unwrap();
        let name: Label = "nsrl".parse().unwrap();
        let first = crate::known::Import::begin(&case, &name).unwrap();
        let why = crate::known::Import::begin(&case, &name).err().unwrap().to_string();
        assert!(why.contains("being imported"), "{why}");
        drop(first);
        // A copy of the case without the folder, as tools make it that leave out empty ones.
        fs::remove_dir(case.known()).unwrap();
        assert!(case.lists().unwrap().is_empty());
        assert!(crate::known::Import::begin(&case, &name).is_ok());
    }
}
