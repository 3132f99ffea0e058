//! Does a bundle still say what it said when it was sealed?

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use custodia_trust::{PublicKey, Seal};
use sha2::{Digest, Sha256};

use super::{MANIFEST, Manifest, SEAL};
use crate::CaseError;

/// One thing that is not as it was sealed: a sentence that names the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference(pub String);

/// Compares a bundle with its manifest and its seal. `accepted` are the keys whose seals count; with none given any
/// valid seal does. Gives the manifest when it can be read, and every difference found.
pub fn verify(folder: &Path, accepted: &[PublicKey]) -> Result<(Option<Manifest>, Vec<Difference>), CaseError> {
    let mut differences = Vec::new();
    let mut differs = |sentence: String| differences.push(Difference(sentence));

    let Some(text) = read_text(&folder.join(MANIFEST), &mut differs) else { return Ok((None, differences)) };
    if let Some(seal) = read_text(&folder.join(SEAL), &mut differs) {
        match Seal::parse(&seal) {
            Err(why) => differs(format!("{}: the seal cannot be read: {why}", folder.join(SEAL).display())),
            Ok(seal) => {
                if let Err(why) = seal.verify(text.as_bytes()) {
                    differs(format!("{}: the seal does not fit the manifest: {why}", folder.join(SEAL).display()));
                } else if !accepted.is_empty() && !accepted.contains(seal.key()) {
                    differs(format!(
                        "{}: sealed by key {}, which this case does not accept",
                        folder.join(SEAL).display(),
                        seal.key()
                    ));
                }
            }
        }
    }
    let manifest = match Manifest::parse(&text) {
        Ok(manifest) => manifest,
        Err(why) => {
            differs(format!("{}: {why}", folder.join(MANIFEST).display()));
            return Ok((None, differences));
        }
    };
    for (name, table) in &manifest.tables {
        let path = folder.join(format!("{name}.parquet"));
        match digest_file(&path) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => {
                differs(format!("{}: the table is missing", path.display()))
            }
            Err(why) => differs(format!("{}: the table cannot be read: {why}", path.display())),
            Ok(found) if found != table.sha256 => differs(format!(
                "{}: the table was changed: sealed with SHA-256 {}, found {found}",
                path.display(),
                table.sha256
            )),
            Ok(_) => {}
        }
    }
    let expected: BTreeSet<String> = manifest
        .tables
        .keys()
        .map(|name| format!("{name}.parquet"))
        .chain([MANIFEST.to_owned(), SEAL.to_owned()])
        .collect();
    let listing = fs::read_dir(folder).map_err(CaseError::io(folder, "listing the bundle"))?;
    let mut strangers: Vec<String> = listing
        .filter_map(Result::ok)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !expected.contains(name))
        .collect();
    strangers.sort();
    for name in strangers {
        differs(format!("{}: the manifest knows no such file", folder.join(name).display()));
    }
    Ok((Some(manifest), differences))
}

fn read_text(path: &Path, differs: &mut impl FnMut(String)) -> Option<String> {
    match fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(why) => {
            differs(format!("{}: cannot be read: {why}", path.display()));
            None
        }
    }
}

/// SHA-256 of a file in hex.
pub(crate) fn digest_file(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex::encode(digest.finalize())),
            n => digest.update(&buffer[..n]),
        }
    }
}
