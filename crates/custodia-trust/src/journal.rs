//! An append-only list of events, each bearing the digest of the one before: a change, a removal or a new order anywhere
//! before its end is seen. A change of the last line, or a cut at the end, is seen by whoever holds a later [`Journal::head`].
//!
//! Every line has one form: canonical JSON (sorted names, no blanks) and a line feed. Another text that means the same is
//! refused, because two readers could take it for two things.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Name of the file in the journal's folder.
const NAME: &str = "journal.jsonl";

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// When, as the one who appended it says: ISO 8601 in UTC.
    pub at: String,
    /// What happened, as data of this kind of event.
    pub body: serde_json::Value,
    /// Who.
    pub by: String,
    /// Kind of event: `examine`, `decide` …
    pub kind: String,
    /// Number from 1.
    pub number: u64,
    /// SHA-256 of the line before, line feed included; of no bytes for the first.
    pub previous: String,
}

/// The journal, locked for this process.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    number: u64,
    previous: String,
    /// Whether a write failed, so that what stands at the end of the file is not known.
    failed: bool,
}

/// A journal that cannot be believed or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file system refused.
    #[error("{}: {doing} the journal failed: {why}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// The system's answer.
        why: std::io::Error,
    },
    /// Another process writes.
    #[error("{}: another process is writing this journal", .0.display())]
    Busy(PathBuf),
    /// An earlier write failed.
    #[error("{}: an earlier write of this process failed; nothing more is added until the journal is opened again", .0.display())]
    Failed(PathBuf),
    /// A line that does not follow from the one before.
    #[error("{} line {line}: {why}", path.display())]
    Broken {
        /// Where.
        path: PathBuf,
        /// Line from 1.
        line: u64,
        /// What was expected and found.
        why: String,
    },
}

impl Journal {
    /// Opens the journal of a folder for appending, after checking all of it.
    pub fn open(folder: &Path) -> Result<Journal, JournalError> {
        let path = folder.join(NAME);
        let failed = |doing: &'static str| {
            let path = path.clone();
            move |why| JournalError::Io { path, doing, why }
        };
        fs::create_dir_all(folder).map_err(failed("making"))?;
        let mut file =
            OpenOptions::new().read(true).append(true).create(true).open(&path).map_err(failed("opening"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::Busy(path)),
            Err(TryLockError::Error(why)) => return Err(failed("locking")(why)),
        }
        let mut text = Vec::new();
        file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut text)).map_err(failed("reading"))?;
        let (entries, previous) = check(&path, &text)?;
        if entries.is_empty() {
            // A synced line in a file whose name is not on the disk would be lost with it.
            sync_folder(folder).map_err(failed("making"))?;
        }
        Ok(Journal { number: entries.len() as u64, path, file, previous, failed: false })
    }

    /// Every entry of a folder's journal, checked. A folder without one has none.
    pub fn read(folder: &Path) -> Result<Vec<Entry>, JournalError> {
        let path = folder.join(NAME);
        match fs::read(&path) {
            Ok(text) => check(&path, &text).map(|(entries, _)| entries),
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(why) => Err(JournalError::Io { path, doing: "reading", why }),
        }
    }

    /// Number and digest of the last event: 0 and the digest of no bytes when there is none. Whoever keeps a copy of them
    /// elsewhere can tell later that the end was neither cut nor changed.
    pub fn head(&self) -> (u64, &str) {
        (self.number, &self.previous)
    }

    /// Adds an event. It is on the disk when this returns. After a failed write the journal takes nothing more, so that no
    /// event ever follows half a line.
    pub fn append(&mut self, kind: &str, at: &str, by: &str, body: serde_json::Value) -> Result<Entry, JournalError> {
        if self.failed {
            return Err(JournalError::Failed(self.path.clone()));
        }
        let entry = Entry {
            at: at.to_owned(),
            body,
            by: by.to_owned(),
            kind: kind.to_owned(),
            number: self.number + 1,
            previous: self.previous.clone(),
        };
        let failed = |why| JournalError::Io { path: self.path.clone(), doing: "writing", why };
        let mut line = serde_json::to_string(&entry).map_err(|why| failed(why.into()))?;
        line.push('\n');
        self.failed = true;
        self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data()).map_err(failed)?;
        self.failed = false;
        self.number = entry.number;
        self.previous = hex::encode(Sha256::digest(line.as_bytes()));
        Ok(entry)
    }
}

/// Puts a folder's list of names on the disk.
pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}

/// Checks every line and gives the entries and the digest of the last.
fn check(path: &Path, text: &[u8]) -> Result<(Vec<Entry>, String), JournalError> {
    let mut entries = Vec::new();
    let mut previous = hex::encode(Sha256::digest(b""));
    for (index, line) in text.split_inclusive(|&b| b == b'\n').enumerate() {
        let number = index as u64 + 1;
        let broken = |why: String| JournalError::Broken { path: path.to_path_buf(), line: number, why };
        if !line.ends_with(b"\n") {
            return Err(broken(
                "the last line is cut: a write was interrupted; keep a copy and remove the cut line".into(),
            ));
        }
        let entry: Entry = serde_json::from_slice(line).map_err(|why| broken(format!("no event: {why}")))?;
        if entry.number != number {
            return Err(broken(format!("expected event {number}, found event {}", entry.number)));
        }
        if entry.previous != previous {
            return Err(broken("the line before is not the one that this event followed".into()));
        }
        let canonical = serde_json::to_string(&entry).map_err(|why| broken(why.to_string()))?;
        if line.strip_suffix(b"\n") != Some(canonical.as_bytes()) {
            return Err(broken("not in the one form of an event: canonical JSON without blanks".into()));
        }
        previous = hex::encode(Sha256::digest(line));
        entries.push(entry);
    }
    Ok((entries, previous))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn three(folder: &Path) -> Vec<String> {
        let mut journal = Journal::open(folder).unwrap();
        for n in 1..=3 {
            journal.append("examine", "2017-03-28T04:30:00.000Z", "examiner", json!({"exhibit": n})).unwrap();
        }
        fs::read_to_string(folder.join(NAME)).unwrap().split_inclusive('\n').map(str::to_owned).collect()
    }

    #[test]
    fn what_is_appended_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        three(folder.path());
        Journal::open(folder.path()).unwrap().append("decide", "later", "analyst", json!({})).unwrap();
        let entries = Journal::read(folder.path()).unwrap();
        assert_eq!(entries.iter().map(|entry| entry.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    }

    #[test]
    fn a_change_a_removal_and_a_new_order_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let lines = three(folder.path());
        let cases = [
            (vec![lines[0].replace("examiner", "nobody"), lines[1].clone(), lines[2].clone()], 2),
            (vec![lines[0].clone(), lines[2].clone()], 2),
            (vec![lines[1].clone(), lines[0].clone(), lines[2].clone()], 1),
            (vec![lines[1].clone(), lines[2].clone()], 1),
            (vec![lines[0].clone(), lines[1].clone(), lines[1].clone(), lines[2].clone()], 3),
            (vec![lines[0].clone(), lines[1].trim_end().to_owned()], 2),
            (vec![lines[0].clone(), lines[1].replace("{\"at", "{ \"at")], 2),
            (vec![lines[0].clone(), lines[1].replace("{\"exhibit\":2}", "{\"exhibit\":1,\"exhibit\":2}")], 2),
            (vec![lines[0].clone(), lines[1].replace("\"number\":2", "\"more\":1,\"number\":2")], 2),
            (vec![lines[0].clone(), "\n".to_owned()], 2),
        ];
        for (lines, wanted) in cases {
            let (path, text) = (folder.path().join(NAME), lines.concat());
            fs::write(&path, &text).unwrap();
            for result in [Journal::open(folder.path()).map(|_| ()), Journal::read(folder.path()).map(|_| ())] {
                match result {
                    Err(JournalError::Broken { line, .. }) => assert_eq!(line, wanted, "{lines:?}"),
                    other => panic!("{other:?} for {lines:?}"),
                }
            }
            assert_eq!(fs::read_to_string(&path).unwrap(), text, "a broken journal is evidence and stays as it is");
        }
    }

    #[test]
    fn a_cut_between_lines_is_seen_by_the_head_alone() {
        let folder = tempfile::tempdir().unwrap();
        let lines = three(folder.path());
        let kept = Journal::open(folder.path()).unwrap().head().1.to_owned();
        fs::write(folder.path().join(NAME), lines[..2].concat()).unwrap();
        let journal = Journal::open(folder.path()).unwrap();
        assert_eq!(journal.head().0, 2);
        assert_ne!(journal.head().1, kept);
    }

    #[test]
    fn two_writers_cannot_interleave() {
        let folder = tempfile::tempdir().unwrap();
        let _first = Journal::open(folder.path()).unwrap();
        assert!(matches!(Journal::open(folder.path()), Err(JournalError::Busy(_))));
    }
}
