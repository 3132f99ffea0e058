//! Whether an index is still as it was written. Its library answers from changed bytes without a word, so every file has its digest
//! beside the index. A small index is read whole each time it is opened; of a large one the files that the file system says were
//! not touched since they were last read, so that opening it does not take seconds.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::SearchError;
use crate::bundle::digest_file;

/// The file with the digests, in the folder of the index.
const DIGESTS: &str = "digests.json";
/// Bytes of an index that is read whole at each opening: some hundredths of a second.
const SMALL: u64 = 24 << 20;

/// A file as it was when it was last read.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    sha256: String,
    touched: Touched,
}

/// What the file system tells of a file: length, number, and times of its content and of what is told of it, in nanoseconds.
type Touched = (u64, u64, i128, i128);

type Files = BTreeMap<String, Seen>;

/// Writes the digests of an index that was just finished.
pub fn seal(folder: &Path) -> Result<(), SearchError> {
    let mut files = Files::new();
    for (name, touched) in found(folder)? {
        let sha256 = digest(&folder.join(&name))?;
        files.insert(name, Seen { sha256, touched });
    }
    write(folder, &files)
}

/// An error where a file is not as it was written, is missing, or is one too many.
pub fn check(folder: &Path) -> Result<(), SearchError> {
    let damaged = |why: String| SearchError::Damaged { path: folder.to_owned(), why };
    let path = folder.join(DIGESTS);
    let text =
        fs::read(&path).map_err(|_| damaged(format!("{DIGESTS} is missing, so nothing says whether it is whole")))?;
    let mut files: Files =
        serde_json::from_slice(&text).map_err(|why| damaged(format!("{DIGESTS} is not readable: {why}")))?;
    let found = found(folder)?;
    if !found.keys().eq(files.keys()) {
        return Err(damaged("its files are not those that were written".into()));
    }
    let small = found.values().map(|touched| touched.0).sum::<u64>() <= SMALL;
    let mut moved = false;
    for (name, touched) in found {
        let Some(seen) = files.get_mut(&name) else { continue };
        if !small && seen.touched == touched {
            continue;
        }
        if digest(&folder.join(&name))? != seen.sha256 {
            return Err(damaged(format!("the content of {name} changed")));
        }
        moved |= seen.touched != touched;
        seen.touched = touched;
    }
    if moved {
        // What cannot be noted is read again next time.
        let _ = write(folder, &files);
    }
    Ok(())
}

fn digest(path: &Path) -> Result<String, SearchError> {
    digest_file(path).map_err(SearchError::io(path, "reading the search index"))
}

fn write(folder: &Path, files: &Files) -> Result<(), SearchError> {
    let path = folder.join(DIGESTS);
    let failed = SearchError::io(&path, "writing the digests of the search index");
    let text = serde_json::to_vec(files).map_err(|why| failed(why.into()))?;
    let failed = |why| SearchError::io(&path, "writing the digests of the search index")(why);
    let mut scratch = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    std::io::Write::write_all(&mut scratch, &text).map_err(failed)?;
    scratch.persist(&path).map_err(|why| failed(why.error))?;
    Ok(())
}

/// The files of an index and what the file system tells of them, without the locks of its library.
fn found(folder: &Path) -> Result<BTreeMap<String, Touched>, SearchError> {
    let mut files = BTreeMap::new();
    let entries = |path: &Path| -> Result<Vec<fs::DirEntry>, SearchError> {
        let list = fs::read_dir(path).and_then(Iterator::collect);
        list.map_err(SearchError::io(path, "listing the search index"))
    };
    for entry in entries(folder)? {
        let name = entry.file_name().to_string_lossy().into_owned();
        // A part is a folder of files, and holds no other.
        let inside = match entry.path().is_dir() {
            true => entries(&entry.path())?
                .into_iter()
                .map(|file| (format!("{name}/{}", file.file_name().to_string_lossy()), file))
                .collect(),
            false => vec![(name, entry)],
        };
        for (name, file) in inside.into_iter().filter(|(name, _)| name != DIGESTS && !name.ends_with(".lock")) {
            let about = file.metadata().map_err(SearchError::io(&file.path(), "reading the search index"))?;
            let nanoseconds = |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
            let touched = (
                about.len(),
                about.ino(),
                nanoseconds(about.mtime(), about.mtime_nsec()),
                nanoseconds(about.ctime(), about.ctime_nsec()),
            );
            files.insert(name, touched);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_that_was_changed_is_no_index() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::create_dir(folder.join("00000")).unwrap();
        for (name, length) in [("search.json", 40), ("00000/a.store", 3000), ("00000/a.lock", 0)] {
            fs::write(folder.join(name), vec![7u8; length]).unwrap();
        }
        assert!(check(folder).is_err());
        seal(folder).unwrap();
        check(folder).unwrap();
        for name in ["search.json", "00000/a.store"] {
            let path = folder.join(name);
            let good = fs::read(&path).unwrap();
            let mut bad = good.clone();
            bad[17] ^= 1;
            fs::write(&path, bad).unwrap();
            assert!(check(folder).is_err_and(|why| why.to_string().contains(name)));
            fs::write(&path, good).unwrap();
            // Written anew with the same bytes, as a copy of the case is.
            check(folder).unwrap();
        }
        fs::write(folder.join("00000/b.store"), "more").unwrap();
        assert!(check(folder).is_err());
        fs::remove_file(folder.join("00000/b.store")).unwrap();
        fs::remove_file(folder.join("00000/a.store")).unwrap();
        assert!(check(folder).is_err());
    }

    /// Of a large index what was not touched is not read again; what was, is.
    #[test]
    fn a_large_index_is_read_where_it_was_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large");
        fs::File::create(&path).unwrap().set_len(SMALL + 1).unwrap();
        seal(folder.path()).unwrap();
        check(folder.path()).unwrap();
        let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        std::os::unix::fs::FileExt::write_all_at(&file, b"x", 1000).unwrap();
        drop(file);
        assert!(check(folder.path()).is_err());
    }
}
