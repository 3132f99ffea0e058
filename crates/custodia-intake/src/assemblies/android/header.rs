//! The text before the data of an Android backup, and what a password opens. Sources: `dissect.target` (`loaders/ab.py`), mvt
//! (`android/parsers/backup.py`).

use std::cell::Cell;

use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;

use crate::assemblies::{Refused, cbc};

/// The first line.
pub(super) const MAGIC: &[u8] = b"ANDROID BACKUP\n";
/// Where the second line may begin when the first is damaged: in its place, or near it where a word of the first is left.
const FIRST_LINE: std::ops::RangeInclusive<usize> = 6..=32;
/// Where the header of a file begins: the second line, and whether the first is as it should be. A damaged first line is known
/// by those that follow it: version, compression, encryption.
pub(super) fn begins(head: &[u8]) -> Option<(usize, bool)> {
    if head.starts_with(MAGIC) {
        return Some((MAGIC.len(), true));
    }
    let second = |at: &usize| {
        let Some([b'1'..=b'5', b'\n', b'0' | b'1', b'\n', rest @ ..]) = head.get(*at..) else { return false };
        rest.starts_with(b"none\n") || rest.starts_with(b"AES-256\n")
    };
    let left = |at: usize| {
        let first = head.get(..at).unwrap_or_default();
        at == MAGIC.len() || [&b"ANDROID"[..], b"BACKUP"].iter().any(|word| memchr::memmem::find(first, word).is_some())
    };
    FIRST_LINE.filter(second).find(|at| left(*at)).map(|at| (at, false))
}

/// Bytes of the header, at most.
pub(super) const LONGEST: usize = 8192;
/// Rounds that a header may ask for; devices write ten thousand.
const ROUNDS: u32 = 10_000_000;

/// What the header says.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) compressed: bool,
    pub(super) encryption: Option<Encryption>,
    /// Where the data begins.
    pub(super) data: u64,
}

/// How the data is encrypted.
#[derive(Debug)]
pub(super) struct Encryption {
    salt: Vec<u8>,
    check_salt: Vec<u8>,
    rounds: u32,
    iv: [u8; 16],
    blob: Vec<u8>,
}

/// The key of the data and its first vector.
pub(super) struct Master {
    pub(super) key: [u8; 32],
    pub(super) iv: [u8; 16],
}

/// Lines of text, one after another.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self, what: &str) -> Result<&'a str, Refused> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let line =
            memchr::memchr(b'\n', rest).and_then(|end| rest.get(..end)).and_then(|line| str::from_utf8(line).ok());
        let line = line.ok_or_else(|| {
            let says = format!("expected {what} as a line at byte {} of the Android backup, found none", self.at);
            Refused::damaged(says)
        })?;
        self.at += line.len() + 1;
        Ok(line.trim_end_matches('\r'))
    }

    fn hex(&mut self, what: &str) -> Result<Vec<u8>, Refused> {
        let at = self.at;
        hex::decode(self.next(what)?).map_err(|_| {
            Refused::damaged(format!("expected {what} as hex digits at byte {at} of the Android backup, found others"))
        })
    }
}

impl Header {
    /// Reads what stands from the second line on, which begins at `at`.
    pub(super) fn parse(head: &[u8], at: usize) -> Result<Header, Refused> {
        let mut lines = Lines { bytes: head, at };
        let version = lines.next("the version")?;
        if !version.parse().is_ok_and(|version: u32| (1..=5).contains(&version)) {
            let version: String = version.chars().take(16).filter(|character| !character.is_control()).collect();
            return Err(Refused::damaged(format!("expected version 1 to 5 of an Android backup, found {version:?}")));
        }
        let compressed = match lines.next("whether the data is compressed")? {
            "0" => false,
            "1" => true,
            _ => return Err(Refused::damaged("expected 0 or 1 in line 3 of the Android backup, found something else")),
        };
        let encryption = match lines.next("the encryption")? {
            "none" => None,
            "AES-256" => {
                let (salt, check_salt) =
                    (lines.hex("the salt of the password")?, lines.hex("the salt of the check value")?);
                let rounds = lines.next("the number of rounds")?.parse().unwrap_or(0);
                let iv = lines.hex("the first vector")?.try_into().map_err(|found: Vec<u8>| {
                    Refused::damaged(format!(
                        "expected a first vector of 16 bytes in the Android backup, found {}",
                        found.len()
                    ))
                })?;
                Some(Encryption { salt, check_salt, rounds, iv, blob: lines.hex("the master key")? })
            }
            _ => {
                return Err(Refused::encrypted(
                    "expected `none` or `AES-256` in line 4 of the Android backup, found another encryption, which is not known",
                ));
            }
        };
        Ok(Header { compressed, encryption, data: lines.at as u64 })
    }
}

impl Encryption {
    /// Tries passwords one after another. `left` is what rounds may still be spent in this exhibit.
    pub(super) fn unlock(&self, passwords: &[String], left: &Cell<u64>) -> Result<Master, Refused> {
        if passwords.is_empty() {
            return Err(Refused::encrypted(
                "the Android backup is encrypted and no password is given: the one that was entered on the phone when it was made \
                 is needed to open it; give it with --password-file FILE",
            ));
        }
        if !(1..=ROUNDS).contains(&self.rounds) {
            let says =
                format!("expected 1 to {ROUNDS} rounds of key derivation in the Android backup, found {}", self.rounds);
            return Err(Refused::Because("limit", says));
        }
        for (number, password) in passwords.iter().enumerate() {
            let Some(rest) = left.get().checked_sub(u64::from(self.rounds) * 6) else {
                let says = format!(
                    "passwords of backups have cost as many rounds of key derivation as one examination may spend; {number} of {} \
                     passwords were tried on this backup; give fewer passwords",
                    passwords.len()
                );
                return Err(Refused::Because("limit", says));
            };
            left.set(rest);
            if let Some(master) = self.open(password) {
                return Ok(master);
            }
        }
        let says = format!(
            "none of the {} passwords given opens the Android backup; nothing of it was taken",
            passwords.len()
        );
        Err(Refused::authentication(says))
    }

    fn open(&self, password: &str) -> Option<Master> {
        let mut key = [0; 32];
        pbkdf2_hmac::<Sha1>(password.as_bytes(), &self.salt, self.rounds, &mut key);
        let blob = cbc::short(&self.blob, key, self.iv)?;
        let (iv, rest) = counted(&blob)?;
        let (key, rest) = counted(rest)?;
        let (check, _) = counted(rest)?;
        // The application takes the bytes of the key for characters of Java and writes them as UTF-8; its first version did not.
        let characters: String = key
            .iter()
            .filter_map(|&byte| char::from_u32(if byte < 0x80 { byte.into() } else { 0xff00 | u32::from(byte) }))
            .collect();
        let right = [characters.as_bytes(), key].iter().any(|key| {
            let mut found = [0; 32];
            pbkdf2_hmac::<Sha1>(key, &self.check_salt, self.rounds, &mut found);
            found == check
        });
        if right { Some(Master { key: key.try_into().ok()?, iv: iv.try_into().ok()? }) } else { None }
    }
}

/// Bytes after a byte that counts them, and what follows.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&length, rest) = bytes.split_first()?;
    rest.split_at_checked(length.into())
}
