//! A bundle is what one examination of one exhibit produced: Parquet tables, a manifest, a seal.
//!
//! Bundles are immutable and published by one rename. Equal evidence and equal version give equal bytes.

mod canonical;
mod columns;
mod manifest;
mod reduce;
mod same;
mod table;
mod verify;
mod write;

pub use canonical::canonical_json;
pub use manifest::{Completeness, Exhibit, FORMAT, Manifest, Source, TableDigest, Tool};
pub(crate) use reduce::number_of;
pub(crate) use verify::digest_file;
pub use verify::{Difference, verify};
pub use write::{BundleWriter, Published};

/// File name of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// File name of the seal.
pub const SEAL: &str = "manifest.seal";
