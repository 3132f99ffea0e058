//! Ed25519 keys of those who seal.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::journal::sync_folder;
use crate::seal::{CONTEXT, Seal};

/// First word of a key file.
const MARK: &str = "custodia-seal-key-v1";

/// The secret key that seals.
pub struct SealKey(SigningKey);

/// The public key by which a seal is known. Its text is 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(pub(crate) VerifyingKey);

/// A key that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file system refused.
    #[error("{}: {doing} the seal key failed: {why}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// The system's answer.
        why: std::io::Error,
    },
    /// The file is no key.
    #[error("{}: expected one line `{MARK} <64 hex digits>`, found something else", .0.display())]
    NotAKey(PathBuf),
    /// The text is no public key.
    #[error("expected a public key of 64 lower-case hex digits, found {0:?}")]
    NotPublic(String),
    /// The system gave no random numbers.
    #[error("the system gives no random numbers for a new key: {0}")]
    Random(String),
}

/// A word that nobody can guess, from the system's random numbers: 64 hex digits.
pub fn secret_word() -> Result<String, KeyError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|why| KeyError::Random(why.to_string()))?;
    Ok(hex::encode(bytes))
}

impl SealKey {
    /// A new key from the system's random numbers.
    pub fn generate() -> Result<SealKey, KeyError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|why| KeyError::Random(why.to_string()))?;
        Ok(SealKey(SigningKey::from_bytes(&seed)))
    }

    /// Reads a key file.
    pub fn load(path: &Path) -> Result<SealKey, KeyError> {
        let text = fs::read_to_string(path).map_err(|why| KeyError::Io { path: path.into(), doing: "reading", why })?;
        let seed = text
            .strip_prefix(MARK)
            .and_then(|rest| rest.strip_prefix(' '))
            .map(|rest| rest.strip_suffix('\n').unwrap_or(rest));
        let seed = seed.and_then(strict_hex::<32>).ok_or_else(|| KeyError::NotAKey(path.into()))?;
        Ok(SealKey(SigningKey::from_bytes(&seed)))
    }

    /// Makes a new key file, readable by its owner alone. An existing file is never replaced.
    pub fn create(path: &Path) -> Result<SealKey, KeyError> {
        let key = SealKey::generate()?;
        let text = format!("{MARK} {}\n", hex::encode(key.0.to_bytes()));
        let failed = |doing: &'static str| move |why| KeyError::Io { path: path.to_path_buf(), doing, why };
        // Written beside and linked into place, so that two programs that start at once agree on one key.
        static MADE: AtomicU32 = AtomicU32::new(0);
        let beside =
            path.with_extension(format!("{}-{}.new", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed)));
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside).map_err(failed("making"))?;
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed("writing"));
        let linked = written.and_then(|()| fs::hard_link(&beside, path).map_err(failed("making")));
        let _ = fs::remove_file(&beside);
        linked?;
        // A bundle sealed by a key that a power cut took away could never be continued by its owner.
        sync_folder(path.parent().unwrap_or(Path::new("."))).map_err(failed("making"))?;
        Ok(key)
    }

    /// Reads the key file, or makes it when there is none.
    pub fn load_or_create(path: &Path) -> Result<SealKey, KeyError> {
        if !path.exists() {
            match SealKey::create(path) {
                Err(KeyError::Io { why, .. }) if why.kind() == std::io::ErrorKind::AlreadyExists => {}
                made => return made,
            }
        }
        SealKey::load(path)
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Seals bytes. Equal bytes and key give an equal seal.
    pub fn seal(&self, bytes: &[u8]) -> Seal {
        Seal { key: self.public(), signature: self.0.sign(&message(bytes)) }
    }
}

/// What is signed: the context, so that a signature made here means nothing elsewhere, and the digest.
pub(crate) fn message(bytes: &[u8]) -> Vec<u8> {
    let mut message = CONTEXT.as_bytes().to_vec();
    message.push(0);
    message.extend_from_slice(&Sha256::digest(bytes));
    message
}

/// Exactly `N` bytes in lower-case hex.
pub(crate) fn strict_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let lower = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'));
    let bytes = lower.then(|| hex::decode(text).ok()).flatten()?;
    bytes.try_into().ok()
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<PublicKey, KeyError> {
        let not = || KeyError::NotPublic(text.chars().take(80).collect());
        let bytes = strict_hex::<32>(text).ok_or_else(not)?;
        VerifyingKey::from_bytes(&bytes).map(PublicKey).map_err(|_| not())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_file_is_made_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seal.key");
        let made = SealKey::load_or_create(&path).unwrap();
        let read = SealKey::load_or_create(&path).unwrap();
        assert_eq!(made.public(), read.public());
        assert!(SealKey::create(&path).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let text = fs::read_to_string(&path).unwrap();
        let seed = text.trim_end().strip_prefix("custodia-seal-key-v1 ").unwrap();
        for wrong in [
            "custodia-seal-key-v1 00\n".to_owned(),
            format!("custodia-seal-key-v2 {seed}\n"),
            format!("custodia-seal-key-v1 {}\n", "AB".repeat(32)),
            format!("{text}\n"),
            String::new(),
        ] {
            fs::write(&path, &wrong).unwrap();
            assert!(matches!(SealKey::load(&path), Err(KeyError::NotAKey(_))), "{wrong}");
        }
    }

    #[test]
    fn programs_that_start_at_once_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seal.key");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..8).map(|_| scope.spawn(|| SealKey::load_or_create(&path).unwrap().public())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
    }

    #[test]
    fn public_keys_have_one_form() {
        let key = SealKey::generate().unwrap().public();
        let text = key.to_string();
        assert_eq!(text.parse::<PublicKey>().unwrap(), key);
        for wrong in ["AB".repeat(32), text[1..].to_owned(), format!("{text}0"), format!(" {text}"), "é".repeat(32)] {
            assert!(wrong.parse::<PublicKey>().is_err(), "{wrong}");
        }
    }
}
