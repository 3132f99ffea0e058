//! A seal: one key's signature over bytes, as a small text with one form.

use ed25519_dalek::Signature;
use serde::Deserialize;

use crate::key::{PublicKey, message, strict_hex};

/// What a signature of this kind is for; part of what is signed.
pub(crate) const CONTEXT: &str = "custodia-bundle-v1";

/// One key's signature over bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    pub(crate) key: PublicKey,
    pub(crate) signature: Signature,
}

/// A seal that cannot be read, or does not fit.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The text is no seal in its one form.
    #[error("expected a seal in canonical JSON, found something else ({0})")]
    NotASeal(String),
    /// The signature does not fit key and bytes.
    #[error("the bytes are not those that key {0} sealed")]
    Differs(Box<PublicKey>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    algorithm: String,
    context: String,
    key: String,
    signature: String,
}

impl Seal {
    /// The seal as text: canonical JSON, one line.
    pub fn to_text(&self) -> String {
        format!(
            "{{\"algorithm\":\"ed25519\",\"context\":\"{CONTEXT}\",\"key\":\"{}\",\"signature\":\"{}\"}}\n",
            self.key,
            hex::encode(self.signature.to_bytes())
        )
    }

    /// Reads a seal. Any text but the one that [`Seal::to_text`] gives is refused.
    pub fn parse(text: &str) -> Result<Seal, SealError> {
        let not = |why: &str| SealError::NotASeal(why.to_owned());
        let read: Text = serde_json::from_str(text).map_err(|why| SealError::NotASeal(why.to_string()))?;
        if read.algorithm != "ed25519" || read.context != CONTEXT {
            return Err(not("another algorithm or context"));
        }
        let key = read.key.parse().map_err(|_| not("the key is no public key"))?;
        let signature = strict_hex::<64>(&read.signature).ok_or_else(|| not("the signature is not 128 hex digits"))?;
        let seal = Seal { key, signature: Signature::from_bytes(&signature) };
        if seal.to_text() != text {
            return Err(not("not in its one form"));
        }
        Ok(seal)
    }

    /// The key that sealed.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Whether these are the bytes that were sealed.
    pub fn verify(&self, bytes: &[u8]) -> Result<(), SealError> {
        self.key.0.verify_strict(&message(bytes), &self.signature).map_err(|_| SealError::Differs(Box::new(self.key)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SealKey;
    use sha2::{Digest, Sha256};

    #[test]
    fn any_change_is_seen() {
        let key = SealKey::generate().unwrap();
        let seal = key.seal(b"bytes");
        assert_eq!(Seal::parse(&seal.to_text()).unwrap(), seal);
        assert!(seal.verify(b"bytes").is_ok());
        assert!(seal.verify(b"bytez").is_err());
        let other = SealKey::generate().unwrap();
        let forged = seal.to_text().replace(&seal.key().to_string(), &other.public().to_string());
        assert!(Seal::parse(&forged).unwrap().verify(b"bytes").is_err());
    }

    /// The signature covers context, a zero byte and the digest: what another implementation has to write to check a seal.
    #[test]
    fn another_examiner_can_check_it() {
        let key = SealKey::generate().unwrap();
        let mut message = b"custodia-bundle-v1\0".to_vec();
        message.extend_from_slice(&Sha256::digest(b"bytes"));
        let seal = key.seal(b"bytes");
        assert!(key.public().0.verify_strict(&message, &seal.signature).is_ok());
    }

    #[test]
    fn only_one_form_is_read() {
        let text = SealKey::generate().unwrap().seal(b"bytes").to_text();
        for wrong in [
            text.trim().to_owned(),
            text.replace("ed25519", "ED25519"),
            text.replace("{\"algorithm", "{ \"algorithm"),
            text.replace("}", ",\"more\":1}"),
            text.replace(CONTEXT, "other-v1"),
            text.replace("\"signature\":\"", "\"signature\":\"00"),
            text.replace("\"key\":\"", "\"key\":\"A"),
            text.replace("\"algorithm\":\"ed25519\",", "\"algorithm\":\"ed25519\",\"algorithm\":\"ed25519\","),
            String::new(),
        ] {
            assert!(Seal::parse(&wrong).is_err(), "{wrong}");
        }
    }
}
