//! What a bundle says of itself. Its SHA-256 is the bundle's id.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::canonical_json;
use crate::CaseError;

/// Name and version of the layout.
pub const FORMAT: &str = "custodia-bundle/1";

/// The manifest, `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Always [`FORMAT`].
    pub format: String,
    /// The program that wrote it.
    pub tool: Tool,
    /// What was examined, and who allows it.
    pub exhibit: Exhibit,
    /// The evidence as handed over.
    pub source: Source,
    /// How much of it was read.
    pub completeness: Completeness,
    /// Each table with rows, by name.
    pub tables: BTreeMap<String, TableDigest>,
}

/// The program that wrote a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// `custodia`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What an operator says of an exhibit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exhibit {
    /// Label, unique in the case.
    pub label: String,
    /// Reference of the authority that allows the examination.
    pub authority: String,
    /// ISO 8601 with offset, as given.
    pub seized_at: Option<String>,
    /// ISO 3166-1 alpha-2, as given.
    pub country_of_seizure: Option<String>,
}

/// The evidence as handed over. Never a path of the machine it was read on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Name of the file or folder.
    pub name: String,
    /// `folder`, or the source that opened it.
    pub kind: String,
    /// Bytes of the file, or of all files of the folder.
    pub bytes: u64,
    /// SHA-256 of the file; for a folder of its sorted list of digests, sizes and paths.
    pub sha256: String,
}

/// How much was read: `items` = `parsed` + `partial` + `rejected`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Completeness {
    /// Items found, containers included.
    pub items: u64,
    /// Read whole.
    pub parsed: u64,
    /// Read in part.
    pub partial: u64,
    /// Not read.
    pub rejected: u64,
    /// Among the parsed: digests and kind known, content known to no parser.
    pub unparsed_kind: u64,
    /// Rows in `warnings`.
    pub warnings: u64,
    /// Bytes of all items.
    pub bytes: u64,
}

/// One table of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableDigest {
    /// Rows.
    pub rows: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: String,
}

impl Manifest {
    /// The canonical text.
    pub fn text(&self) -> String {
        canonical_json(&serde_json::to_value(self).unwrap_or_default())
    }

    /// Reads a manifest; anything but the canonical text of a known format is refused.
    pub fn parse(text: &str) -> Result<Manifest, CaseError> {
        let manifest: Manifest =
            serde_json::from_str(text).map_err(|why| CaseError::Case(format!("the manifest cannot be read: {why}")))?;
        if manifest.format != FORMAT {
            return Err(CaseError::Case(format!(
                "the manifest is of format {:?}; this program reads {FORMAT:?}",
                manifest.format
            )));
        }
        if manifest.text() != text {
            return Err(CaseError::Case("the manifest is not in its canonical form".into()));
        }
        Ok(manifest)
    }

    /// The bundle's id: SHA-256 of the manifest's text, in hex.
    pub fn id(text: &str) -> String {
        hex::encode(Sha256::digest(text.as_bytes()))
    }
}
