//! Digests against those of the plain crates, for every size around a block and a lane.

use std::io;

use ::md5::Md5;
use sha1::{Digest, Sha1};
use sha2::Sha256;

use super::*;
use crate::progress::Silent;

fn plain(bytes: &[u8]) -> Digests {
    Digests { md5: Md5::digest(bytes).into(), sha1: Sha1::digest(bytes).into(), sha256: Sha256::digest(bytes).into() }
}

fn bytes(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let step = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    std::iter::repeat_with(step).take(length).collect()
}

struct Slice<'a>(usize, &'a [u8], bool);

impl Feed for Slice<'_> {
    fn fill(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.1.len().min(into.len());
        into[..n].copy_from_slice(&self.1[..n]);
        self.1 = &self.1[n..];
        if n < into.len() && self.2 { Err(io::Error::other("ends badly")) } else { Ok(n) }
    }
}

#[test]
fn one_stream_in_any_steps() {
    for length in [0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128, 129, 1000, 70_001] {
        let content = bytes(length, length as u64);
        assert_eq!(Hasher::of(&content), plain(&content), "{length} bytes");
        for step in [1, 3, 63, 64, 100, 129] {
            let mut hasher = Hasher::new();
            content.chunks(step).for_each(|part| hasher.update(part));
            assert_eq!(hasher.finish(), plain(&content), "{length} bytes in steps of {step}");
        }
    }
}

/// Every lane against the plain digests, for any number of files and any mix of lengths: an error here would be
/// believed by everyone.
#[test]
fn every_lane_against_plain_digests() {
    let mut lanes = Lanes::new();
    let around = [0, 1, 55, 56, 64, 65, 16_383, 16_384, 16_385, 32_768, 40_000, 100_003];
    for count in [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100] {
        let contents: Vec<_> =
            (0..count).map(|at| bytes(around[(at * 7 + count) % around.len()] + at % 3, at as u64)).collect();
        let mut next = contents.iter().enumerate();
        let mut found = vec![None; count];
        let feed = || next.next().map(|(at, content)| Slice(at, content, false));
        lanes.run(feed, |Slice(at, ..), digests| found[at] = digests.ok());
        for (at, content) in contents.iter().enumerate() {
            assert_eq!(found[at], Some(plain(content)), "file {at} of {count}, {} bytes", content.len());
        }
    }
}

#[test]
fn an_error_ends_its_own_file_alone() {
    let contents: Vec<_> = (0..40).map(|at| bytes(16_384 * (at % 4), at as u64)).collect();
    let mut next = contents.iter().enumerate();
    let mut ended = 0;
    Lanes::new().run(
        || next.next().map(|(at, content)| Slice(at, content, at % 5 == 0)),
        |Slice(at, ..), digests| {
            ended += 1;
            match digests {
                Ok(digests) => assert!(at % 5 != 0 && digests == plain(&contents[at]), "file {at}"),
                Err(_) => assert_eq!(at % 5, 0, "file {at}"),
            }
        },
    );
    assert_eq!(ended, 40);
}

#[test]
fn a_tree_in_order_for_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    for at in 0..120usize {
        let below = folder.path().join(format!("{}/{}", at % 7, at % 3));
        std::fs::create_dir_all(&below).unwrap();
        std::fs::write(below.join(format!("file-{at}")), bytes(at * 331, at as u64)).unwrap();
    }
    std::fs::write(folder.path().join("large"), bytes(SMALL as usize + 5, 3)).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", folder.path().join("link")).unwrap();
    let rows = |threads| -> Vec<_> {
        let hashed = tree(folder.path(), threads, &Silent).unwrap();
        hashed.into_iter().map(|row| (row.path, row.size, row.digests.map_err(|error| error.to_string()))).collect()
    };
    let one = rows(1);
    assert_eq!(one, rows(4));
    assert_eq!(one.len(), 122);
    assert!(one.is_sorted_by_key(|row| &row.0));
    for (path, size, digests) in one {
        match digests {
            Ok(digests) => {
                let content = std::fs::read(folder.path().join(&path)).unwrap();
                assert_eq!((size, digests), (content.len() as u64, plain(&content)), "{path}");
            }
            Err(says) => {
                assert_eq!((&*path, &*says), ("link", "a symbolic link to '/etc/hostname'; it was not followed"))
            }
        }
    }
    let single = tree(&folder.path().join("large"), 2, &Silent).unwrap();
    assert_eq!(single[0].digests.as_ref().unwrap(), &plain(&bytes(SMALL as usize + 5, 3)));
}

/// Those that are digested alone beside those in lanes.
#[test]
fn alone_beside_others() {
    struct Alone<'a>(Slice<'a>);
    impl Feed for Alone<'_> {
        fn fill(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.0.fill(into)
        }
        fn alone(&self) -> bool {
            self.0.0.is_multiple_of(3)
        }
    }
    let contents: Vec<_> = (0..20).map(|at| bytes(at * 20_011, at as u64)).collect();
    let mut next = contents.iter().enumerate();
    let mut found = 0;
    Lanes::new().run(
        || next.next().map(|(at, content)| Alone(Slice(at, content, false))),
        |Alone(Slice(at, ..)), digests| {
            found += 1;
            assert_eq!(digests.unwrap(), plain(&contents[at]), "file {at}");
        },
    );
    assert_eq!(found, 20);
}

/// What a processor without the instructions does, on any.
#[test]
fn block_by_block_is_the_same() {
    for blocks in [0, 1, 2, 33] {
        let content = bytes(blocks * blocks::BLOCK, 9);
        let mut hasher = Hasher::new();
        let (whole, _) = content.as_chunks();
        one_by_one(&mut hasher.md5, &mut hasher.sha, whole);
        let mut other = Hasher::new();
        other.update(&content);
        assert_eq!((hasher.md5, hasher.sha.sha1, hasher.sha.sha256), (other.md5, other.sha.sha1, other.sha.sha256));
    }
}
