//! Large inputs for measurements.
use crate::SynthError;
use std::path::Path;
/// x
pub fn generate_msgstore(_path: &Path, _messages: u64, _seed: u64) -> Result<(), SynthError> {
    Ok(())
}
/// x
pub fn generate_tree(_dir: &Path, _files: u64, _bytes: u64, _seed: u64) -> Result<(), SynthError> {
    Ok(())
}
