//! The files of one exhibit after the walk: what was found, and how to read it again.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, OnceLock};

use custodia_model::{Digests, Text, Time, tables::Warning};

use crate::bytes::Bytes;
use crate::sources::in_place::InPlace;
pub use crate::walk::scratch::Spooled;

/// A file of the evidence, containers included.
pub struct Item {
    /// Path through every layer, beginning with `/`.
    pub path: Text,
    /// Size of the content that was read, in bytes.
    pub size: u64,
    /// Last change as stored.
    pub modified: Option<Time>,
    /// Stored form of that time when it was no plain instant.
    pub modified_as_stored: Option<Text>,
    /// Digests of the whole content; none when it could not be read to its end.
    pub digests: Option<Digests>,
    /// Media type by content.
    pub content: &'static str,
    /// The first bytes, at most 4096, of files that a parser may want; empty for the others.
    pub head: Vec<u8>,
    /// Where the content can be read again.
    pub kept: Kept,
}

/// Where the content of an item can be read again.
#[derive(Clone)]
pub enum Kept {
    /// Nowhere: no parser wanted it.
    No,
    /// In the evidence itself, read-only.
    Evidence(Arc<InPlace>),
    /// In memory.
    Memory(Arc<Vec<u8>>),
    /// In the scratch file of the walk, which has no name and vanishes with the last value of this kind.
    Scratch(Arc<Spooled>),
}

impl Item {
    /// Opens the content for positioned reading.
    pub fn open(&self) -> io::Result<Bytes> {
        self.kept.open()
    }
}

impl Kept {
    /// Opens the content for positioned reading.
    pub fn open(&self) -> io::Result<Bytes> {
        match self {
            Kept::No => Err(io::Error::new(io::ErrorKind::NotFound, "its content was not kept for parsing")),
            Kept::Evidence(file) => file.again(),
            Kept::Memory(bytes) => Ok(bytes.clone()),
            Kept::Scratch(spooled) => Ok(spooled.clone()),
        }
    }

    /// Why what was read of it is not, or may not be, what was digested.
    pub(crate) fn changed(&self) -> Option<Warning> {
        let Kept::Evidence(file) = self else { return None };
        file.changed().map(|says| Warning::new("changed", says))
    }
}

/// The last part of a path.
fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// All files of one exhibit, in the order in which they were found.
#[derive(Default)]
pub struct Evidence {
    items: Vec<Item>,
    by_path: HashMap<Text, usize>,
    by_sha256: HashMap<[u8; 32], usize>,
    /// By name and size; none for a name and size that several contents have. Made when first asked for.
    by_name: OnceLock<HashMap<(Text, u64), Option<usize>>>,
    /// Of databases that are earlier states of another the path of that one.
    originals: OnceLock<HashMap<Text, Text>>,
}

impl Evidence {
    /// Takes the items in their final order. Of two with one path or one content the first is found by it.
    pub fn new(items: Vec<Item>) -> Evidence {
        let mut evidence = Evidence { items, ..Evidence::default() };
        for (index, item) in evidence.items.iter().enumerate() {
            evidence.by_path.entry(item.path.clone()).or_insert(index);
            if let Some(digests) = &item.digests {
                evidence.by_sha256.entry(digests.sha256).or_insert(index);
            }
        }
        evidence
    }

    /// Every item.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The item at a path.
    pub fn item(&self, path: &str) -> Option<&Item> {
        self.by_path.get(path).map(|&index| &self.items[index])
    }

    /// The first item with this content.
    pub fn with_sha256(&self, sha256: &[u8; 32]) -> Option<&Item> {
        self.by_sha256.get(sha256).map(|&index| &self.items[index])
    }

    /// The first item with the name at the end of this path and this size, wherever it lies; none where several contents have both.
    pub fn with_name_and_size(&self, path: &str, size: i64) -> Option<&Item> {
        let size = u64::try_from(size).ok().filter(|&size| size > 0)?;
        let name = name(path);
        if name.is_empty() {
            return None;
        }
        let index = *self.by_name.get_or_init(|| self.names()).get(&(name.into(), size))?;
        index.and_then(|index| self.items.get(index))
    }

    /// Says of which databases others are earlier states, by their paths. Once.
    pub(crate) fn set_originals(&self, originals: HashMap<Text, Text>) {
        let _ = self.originals.set(originals);
    }

    /// The path of the database that the one at a path is an earlier state of.
    pub fn original(&self, path: &str) -> Option<&Text> {
        self.originals.get()?.get(path)
    }

    fn names(&self) -> HashMap<(Text, u64), Option<usize>> {
        let mut names: HashMap<(Text, u64), Option<usize>> = HashMap::new();
        let digests = |index: usize| self.items.get(index).and_then(|item| item.digests.as_ref()).map(|all| all.sha256);
        for (index, item) in self.items.iter().enumerate() {
            let held = names.entry((name(&item.path).into(), item.size)).or_insert(Some(index));
            if let Some(first) = *held
                && first != index
                && (digests(first).is_none() || digests(first) != digests(index))
            {
                *held = None;
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_size_find_one_content_alone() {
        let item = |path: &str, size, content: u8| Item {
            path: path.into(),
            size,
            modified: None,
            modified_as_stored: None,
            digests: Some(crate::digest::Hasher::of(&[content])),
            content: "image/png",
            head: Vec::new(),
            kept: Kept::No,
        };
        let evidence = Evidence::new(vec![
            item("/DCIM/IMG-1.jpg", 900, 1),
            item("/Download/IMG-1.jpg", 900, 1),
            item("/DCIM/IMG-1.jpg.bak/IMG-1.jpg", 901, 2),
            item("/a/IMG-2.jpg", 900, 3),
            item("/b/IMG-2.jpg", 900, 4),
        ]);
        let found = |path: &str, size| evidence.with_name_and_size(path, size).map(|item| &*item.path);
        assert_eq!(found("Media/WhatsApp Images/IMG-1.jpg", 900), Some("/DCIM/IMG-1.jpg"));
        assert_eq!(found("IMG-1.jpg", 901), Some("/DCIM/IMG-1.jpg.bak/IMG-1.jpg"));
        for (path, size) in
            [("IMG-2.jpg", 900), ("IMG-1.jpg", 902), ("IMG-1.jpg", 0), ("IMG-1.jpg", -900), ("", 900), ("x/", 900)]
        {
            assert_eq!(found(path, size), None, "{path} {size}");
        }
    }
}
