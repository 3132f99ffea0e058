//! What can go wrong while inventing: the disk, and libraries that write.

use std::path::{Path, PathBuf};

/// Why an operation could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// A file or folder could not be written or read back.
    #[error("cannot write {}: {why}", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
    /// SQLite refused a statement.
    #[error("SQLite refused a statement while a database was invented: {0}")]
    Sql(#[from] rusqlite::Error),
    /// The zip archive could not be written.
    #[error("cannot write a zip archive: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// The folder holds something already.
    #[error("{} is not empty; name a folder that does not exist yet, or an empty one", .0.display())]
    NotEmpty(PathBuf),
    /// SQLite's write-ahead log is not what its documentation describes.
    #[error("the write-ahead log of {} has {found}, expected {expected}", path.display())]
    Wal {
        /// The log.
        path: PathBuf,
        /// What it should have.
        expected: &'static str,
        /// What it has.
        found: String,
    },
    /// A worker thread ended without a result.
    #[error("a worker thread ended without a result")]
    Worker,
}

/// Names the path that an error of the system is about.
pub(crate) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> SynthError + '_ {
    move |why| SynthError::Disk { path: path.to_owned(), why }
}
