//! What the operator knows and the evidence does not say: passwords and keys of backups. They are tried, never shown: no
//! row, warning, log or debug text ever holds one.

use std::fmt;

use crate::assemblies::keys::{Key, KeyError};

/// Passwords and keys that the operator gives for an examination.
#[derive(Clone, Default)]
pub struct Secrets {
    passwords: Vec<String>,
    keys: Vec<Key>,
}

impl Secrets {
    /// Adds a password. One that is there already is not tried twice.
    pub fn add_password(&mut self, password: &str) {
        if !password.is_empty() && !self.passwords.iter().any(|known| known == password) {
            self.passwords.push(password.to_owned());
        }
    }

    /// Adds the content of a key file: `key`, `encrypted_backup.key`, or a text of 64 hex digits. The error is a sentence
    /// that does not show the content.
    pub fn add_key(&mut self, content: &[u8]) -> Result<(), KeyError> {
        let key = Key::read(content)?;
        if !self.keys.contains(&key) {
            self.keys.push(key);
        }
        Ok(())
    }

    /// Passwords, in the order given.
    pub(crate) fn passwords(&self) -> &[String] {
        &self.passwords
    }

    /// Keys, in the order given.
    pub(crate) fn keys(&self) -> &[Key] {
        &self.keys
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({} passwords, {} keys)", self.passwords.len(), self.keys.len())
    }
}
