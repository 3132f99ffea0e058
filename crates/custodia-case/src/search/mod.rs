//! Finds texts: words in any script, with and without accents, or byte by byte.
//!
//! An index is a folder that one [`Writer`] fills and an [`Index`] answers from. It is a cache: what it says stands in
//! the rows of the case, and whoever doubts it deletes the folder and has it built anew. It knows nothing of tables;
//! whoever fills it says what an [`Entry`] is.
//!
//! What a person types is a [`Question`]. The tolerant search compares words after folding away case, accents, script
//! and invisible characters; several words must all occur, words in quotation marks must stand in a row, and a word
//! that ends with a star is a beginning. The exact search finds what stands in a text byte by byte, in the middle of a
//! word too.
//!
//! The same entries give the same answers, whatever the order they were added in and the number of threads.

pub(crate) mod checked;
mod entry;
mod fold;
mod part;
mod plan;
mod question;
mod read;
mod relevance;
#[cfg(test)]
mod tests;
mod walk;
mod words;
mod write;

use std::path::{Path, PathBuf};

pub use entry::{Entry, LONGEST_TEXT};
pub use question::{Cursor, Hit, Page, Question};
pub use read::Index;
pub use write::{Writer, Written};

/// Version of what is in the folder. It goes up when fields, words or bytes change; whoever keeps indexes under a key
/// takes it into the key.
pub const FORMAT: u32 = 1;

/// Name of the file that says what the folder is; it is written last.
pub(crate) const MARKER: &str = "search.json";

/// What can go wrong with a search.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// There is no index.
    #[error("{}: there is no search index here; build it first", .0.display())]
    Missing(PathBuf),
    /// The index was written by another version.
    #[error("{}: the search index is of another version; delete this folder, it is only a cache", .0.display())]
    Outdated(PathBuf),
    /// The index is broken, or the folder is something else.
    #[error("{}: the search index is broken ({why}); delete this folder, it is only a cache", path.display())]
    Damaged {
        /// Where.
        path: PathBuf,
        /// What was found.
        why: String,
    },
    /// The index could not be written.
    #[error("{}: the search index could not be written: {why}", path.display())]
    Unwritten {
        /// Where.
        path: PathBuf,
        /// What the library said.
        why: String,
    },
    /// The file system refused.
    #[error("{}: {doing} failed: {why}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// The system's answer.
        why: std::io::Error,
    },
    /// A question that cannot be answered as asked: the person who asked can mend it.
    #[error("{0}")]
    Question(String),
}

impl SearchError {
    /// Adds place and deed to an I/O error.
    fn io(path: &Path, doing: &'static str) -> impl FnOnce(std::io::Error) -> SearchError {
        let path = path.to_path_buf();
        move |why| SearchError::Io { path, doing, why }
    }
}

/// A number that changes when characters count as something else: the tables of the libraries that fold them grow with
/// their versions, and words of an older table would no longer be found.
fn folding() -> u64 {
    let mut sum = 0xCBF2_9CE4_8422_2325_u64;
    let mut words = words::Words::default();
    let mut text = String::new();
    for block in 0_u32..0x32 {
        text.clear();
        text.extend((block << 8..(block + 1) << 8).filter_map(char::from_u32).flat_map(|c| [c, 'x']));
        words.read(&text);
        for byte in words.list.iter().flat_map(|word| words.letters(word).bytes().chain([0])) {
            sum = (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
        }
    }
    sum
}
