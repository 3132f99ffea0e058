//! What can go wrong between the rows and the disk.

use std::path::{Path, PathBuf};

/// An error of this room: a sentence with a place.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The file system refused.
    #[error("{}: {doing} failed: {why}{}", path.display(), advice(why))]
    Io {
        /// Where.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// The system's answer.
        why: std::io::Error,
    },
    /// Parquet or Arrow refused.
    #[error("{}: {why}", path.display())]
    Parquet {
        /// Where.
        path: PathBuf,
        /// The library's answer.
        why: String,
    },
    /// Something in the case is not as it must be; the sentence says what and what to do.
    #[error("{0}")]
    Case(String),
    /// A question that cannot be answered as asked: the person who asked can mend it.
    #[error("{0}")]
    Question(String),
}

impl CaseError {
    /// Adds place and deed to an I/O error.
    pub fn io(path: &Path, doing: &'static str) -> impl FnOnce(std::io::Error) -> CaseError {
        let path = path.to_path_buf();
        move |why| CaseError::Io { path, doing, why }
    }

    /// Adds the place to an error of Arrow or Parquet.
    pub fn parquet<E: std::fmt::Display>(path: &Path) -> impl FnOnce(E) -> CaseError {
        let path = path.to_path_buf();
        move |why| CaseError::Parquet { path, why: why.to_string() }
    }
}

/// What to do about it, where it is not plain.
fn advice(why: &std::io::Error) -> &'static str {
    use std::io::ErrorKind;
    match why.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "; a case is written to even by questions, which keep what they compute in its folder `cache`: make it writable, or \
             work on a copy of it"
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "; make room: the folder `cache` of a case may be deleted at any time"
        }
        _ => "",
    }
}
