//! A tree of files of mixed sizes, for hashing.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::{SynthError, at};
use crate::rng::{For, Rng};

/// Writes `files` files with `bytes` bytes altogether into `dir`: sizes from a few hundred bytes to thousands of times
/// as much, incompressible, 8 % of them copies of other files. Same numbers, same bytes.
pub fn generate_tree(dir: &Path, files: u64, bytes: u64, seed: u64) -> Result<(), SynthError> {
    let plan = plan(files, bytes, seed);
    let mut buffer = Vec::new();
    for (index, (content, size)) in plan.iter().enumerate() {
        let path = path(dir, index as u64);
        if let Some(parent) = path.parent().filter(|_| index % 250 == 0) {
            fs::create_dir_all(parent).map_err(at(parent))?;
        }
        let mut file = File::create(&path).map_err(at(&path))?;
        let mut rng = Rng::new(seed, For::Bench, *content, 1);
        let mut left = *size;
        while left > 0 {
            buffer.resize(left.min(1 << 20) as usize, 0);
            rng.fill(&mut buffer);
            file.write_all(&buffer).map_err(at(&path))?;
            left -= buffer.len() as u64;
        }
    }
    Ok(())
}

fn path(dir: &Path, index: u64) -> PathBuf {
    let extension = ["jpg", "bin", "txt", "dat", "mp4"][index as usize % 5];
    dir.join(format!("folder-{:03}/file-{index:06}.{extension}", index / 250))
}

/// Content number and size of each file; a copy has the content number of its original.
fn plan(files: u64, bytes: u64, seed: u64) -> Vec<(u64, u64)> {
    let mut rng = Rng::new(seed, For::Bench, 0, 0);
    let mut plan: Vec<(u64, u64)> = Vec::new();
    for index in 0..files {
        // File 0 is never copied: it takes what rounding left over.
        let copy = index > 1 && rng.per_mille(80);
        let entry = match copy {
            true => plan[1 + rng.index(plan.len() - 1)],
            false => (index, (1 << rng.below(13)) * rng.range(512, 1024)),
        };
        plan.push(entry);
    }
    let total: u64 = plan.iter().map(|(_, size)| size).sum();
    for (_, size) in &mut plan {
        *size = (u128::from(*size) * u128::from(bytes) / u128::from(total.max(1))) as u64;
    }
    let written: u64 = plan.iter().map(|(_, size)| size).sum();
    if let Some(first) = plan.first_mut() {
        first.1 += bytes.saturating_sub(written);
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn sizes_add_up_and_some_are_copies() {
        let plan = plan(20_000, 2_080_889_291, 1);
        assert_eq!(plan.iter().map(|(_, size)| size).sum::<u64>(), 2_080_889_291);
        let contents: BTreeSet<u64> = plan.iter().map(|(content, _)| *content).collect();
        let copies = plan.len() - contents.len();
        assert!((1_450..1_750).contains(&copies), "{copies}");
        let folder = tempfile::tempdir().unwrap();
        generate_tree(folder.path(), 30, 100_000, 1).unwrap();
        let sizes = (0..30).map(|index| fs::metadata(path(folder.path(), index)).unwrap().len());
        assert_eq!(sizes.sum::<u64>(), 100_000);
    }
}
