//! The keys of an encrypted backup: wrapped in classes, opened by a password. Sources: `dissect.target`
//! (`loaders/itunes.py`), iLEAPP (`scripts/search_files.py`); RFC 3394 for wrapped keys.

use std::cell::Cell;
use std::collections::BTreeMap;

use aes_kw::KwAes256;
use cipher::KeyInit;
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::Sha256;

use crate::assemblies::Refused;

/// Rounds that one password may cost; devices ask for ten million.
const ROUNDS: u64 = 50_000_000;
/// Class keys of a bag; there are eleven classes of files.
const CLASSES: usize = 256;
/// The flag of a class key that is wrapped with the password's key.
const BY_PASSWORD: u32 = 2;

/// A key bag as stored.
#[derive(Debug, Default)]
pub(super) struct Keybag {
    salt: Vec<u8>,
    rounds: u32,
    /// Salt and rounds of the step before, from iOS 10.2 on.
    before: Option<(Vec<u8>, u32)>,
    classes: Vec<Class>,
}

#[derive(Debug, Default)]
struct Class {
    number: u32,
    wrap: u32,
    wrapped: Vec<u8>,
}

/// Keys of the classes, opened.
pub(super) struct Keys(BTreeMap<u32, [u8; 32]>);

impl Keybag {
    /// Reads `BackupKeyBag`: tags of four letters, lengths and numbers big-endian; from the second `UUID` on class keys.
    pub(super) fn parse(mut bytes: &[u8]) -> Result<Keybag, Refused> {
        let (mut bag, mut double_salt, mut double_rounds) = (Keybag::default(), None, None);
        let mut identifiers = 0;
        while let Some((tag, rest)) = bytes.split_at_checked(4) {
            let Some((value, rest)) = value(rest) else {
                return Err(Refused::damaged(format!(
                    "the key bag of the backup ends within its entry `{}`",
                    tag.escape_ascii()
                )));
            };
            bytes = rest;
            let number = value.try_into().map(u32::from_be_bytes).ok();
            if tag == b"UUID" {
                identifiers += 1;
                if identifiers > CLASSES {
                    return Err(Refused::damaged(format!(
                        "the key bag of the backup has more than {CLASSES} class keys"
                    )));
                }
                if identifiers > 1 {
                    bag.classes.push(Class::default());
                }
                continue;
            }
            match (tag, bag.classes.last_mut()) {
                (b"SALT", None) => bag.salt = value.to_vec(),
                (b"ITER", None) => bag.rounds = number.unwrap_or(0),
                (b"DPSL", None) => double_salt = Some(value.to_vec()),
                (b"DPIC", None) => double_rounds = number,
                (b"CLAS", Some(class)) => class.number = number.unwrap_or(0),
                (b"WRAP", Some(class)) => class.wrap = number.unwrap_or(0),
                (b"WPKY", Some(class)) => class.wrapped = value.to_vec(),
                _ => {}
            }
        }
        bag.before = double_salt.zip(double_rounds);
        if bag.salt.is_empty() || bag.rounds == 0 || !bag.classes.iter().any(|class| class.wrap & BY_PASSWORD != 0) {
            return Err(Refused::damaged(
                "expected SALT, ITER and class keys wrapped with a password in the key bag of the backup, found them not",
            ));
        }
        Ok(bag)
    }

    /// Tries passwords one after another; gives the keys and how many were tried before. `left` is what rounds may still be
    /// spent in this exhibit.
    pub(super) fn unlock(&self, passwords: &[String], left: &Cell<u64>) -> Result<Keys, Refused> {
        let rounds =
            u64::from(self.rounds).saturating_add(self.before.as_ref().map_or(0, |(_, rounds)| u64::from(*rounds)));
        if rounds > ROUNDS {
            return Err(Refused::Because(
                "limit",
                format!(
                    "the key bag asks for {rounds} rounds of key derivation for a password, more than {ROUNDS}; devices write ten \
                     million; no password was tried"
                ),
            ));
        }
        for (number, password) in passwords.iter().enumerate() {
            let Some(rest) = left.get().checked_sub(rounds) else {
                let says = format!(
                    "passwords of backups have cost as many rounds of key derivation as one examination may spend; {number} of {} \
                     passwords were tried on this backup; give fewer passwords",
                    passwords.len()
                );
                return Err(Refused::Because("limit", says));
            };
            left.set(rest);
            let keys = self.keys(&self.derive(password.as_bytes()));
            if !keys.0.is_empty() {
                return Ok(keys);
            }
        }
        Err(Refused::authentication(format!(
            "none of the {} passwords given opens the key bag of the backup; its files were digested under their stored names, \
             not opened; give the backup's password with --password-file FILE",
            passwords.len()
        )))
    }

    fn derive(&self, password: &[u8]) -> [u8; 32] {
        let mut first = [0; 32];
        let mut key = [0; 32];
        let password = match &self.before {
            Some((salt, rounds)) => {
                pbkdf2_hmac::<Sha256>(password, salt, *rounds, &mut first);
                &first
            }
            None => password,
        };
        pbkdf2_hmac::<Sha1>(password, &self.salt, self.rounds, &mut key);
        key
    }

    /// The class keys that a key opens: each has a check value, so a wrong password opens none.
    fn keys(&self, key: &[u8; 32]) -> Keys {
        let by_password = self.classes.iter().filter(|class| class.wrap & BY_PASSWORD != 0);
        Keys(by_password.filter_map(|class| Some((class.number, unwrap(key, &class.wrapped)?))).collect())
    }
}

fn value(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_at_checked(4)?;
    let length = usize::try_from(u32::from_be_bytes(length.try_into().ok()?)).ok()?;
    rest.split_at_checked(length)
}

/// Unwraps a key of 32 bytes (RFC 3394); none when the check value is wrong.
fn unwrap(key: &[u8; 32], wrapped: &[u8]) -> Option<[u8; 32]> {
    let mut opened = [0; 40];
    let opened =
        KwAes256::new(key.into()).unwrap_key(wrapped, opened.get_mut(..wrapped.len().checked_sub(8)?)?).ok()?;
    opened.try_into().ok()
}

impl Keys {
    /// Opens the key of a file: the number of its class, little-endian, then the wrapped key. The error is a sentence.
    pub(super) fn of_file(&self, stored: &[u8]) -> Result<[u8; 32], String> {
        let (class, wrapped) = stored
            .split_at_checked(4)
            .and_then(|(class, wrapped)| Some((u32::from_le_bytes(class.try_into().ok()?), wrapped)))
            .ok_or_else(|| format!("expected a class and a wrapped key, found {} bytes", stored.len()))?;
        let key = self.0.get(&class).ok_or_else(|| {
            format!("its key is wrapped with class {class}, which the backup's password does not open")
        })?;
        unwrap(key, wrapped).ok_or_else(|| format!("its key, wrapped with class {class}, is damaged"))
    }
}
