//! Names of onion services from the keys that own them.
//!
//! Source: rend-spec-v3 (the secret key is the expanded form of RFC 8032: a scalar of 32 bytes and 32 bytes more; the public key is
//! the scalar times the base point) and rend-spec-v2 (the name is base32 of the first 80 bits of SHA-1 of the public RSA key in
//! DER, PKCS#1).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use curve25519_dalek::EdwardsPoint;
use sha1::{Digest, Sha1};

use crate::scan::onion;

/// The public key of an expanded secret key.
pub(super) fn public_of(expanded: &[u8]) -> Option<[u8; 32]> {
    Some(EdwardsPoint::mul_base_clamped(*expanded.first_chunk()?).compress().to_bytes())
}

/// The name of version 3 of a key as programs store it: base64 of an expanded secret key, with or without its kind before it.
pub(super) fn name_of_stored(stored: &str) -> Option<String> {
    let text = stored.trim();
    let expanded = STANDARD.decode(text.strip_prefix("ED25519-V3:").unwrap_or(text)).ok()?;
    if expanded.len() != 64 {
        return None;
    }
    Some(format!("{}.onion", onion::name_of(&public_of(&expanded)?)))
}

/// The name of version 2 of a private RSA key in PEM.
pub(super) fn name_of_rsa(pem: &str) -> Option<String> {
    let body = pem.split_once("-----BEGIN RSA PRIVATE KEY-----")?.1.split_once("-----END")?.0;
    let der = STANDARD.decode(body.split_whitespace().collect::<String>()).ok()?;
    let (0x30, fields, _) = element(&der)? else { return None };
    // Version, modulus, public exponent, and what is secret.
    let (2, _, rest) = element(fields)? else { return None };
    let (2, _, after_modulus) = element(rest)? else { return None };
    let (2, _, after_exponent) = element(after_modulus)? else { return None };
    let public = rest.get(..rest.len() - after_exponent.len())?;
    let mut whole = vec![0x30];
    match u8::try_from(public.len()) {
        Ok(length @ ..=0x7f) => whole.push(length),
        Ok(length) => whole.extend([0x81, length]),
        Err(_) => whole.extend([&[0x82][..], &u16::try_from(public.len()).ok()?.to_be_bytes()].concat()),
    }
    whole.extend(public);
    Some(format!("{}.onion", onion::base32(Sha1::digest(&whole).get(..10)?)))
}

/// Tag and content of the first element of DER, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        ..=0x7f => (usize::from(first), rest),
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => (usize::from(u16::from_be_bytes(*rest.first_chunk()?)), rest.get(2..)?),
        _ => return None,
    };
    Some((tag, rest.get(..length)?, rest.get(length..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vector of RFC 8032, section 7.1, first secret key: expanded, its scalar gives the public key stated there.
    #[test]
    fn a_public_key_follows_from_a_secret_one() {
        use sha2::Sha512;
        let seed = hex::decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap();
        let mut expanded = Sha512::digest(&seed).to_vec();
        expanded[0] &= 248;
        expanded[31] = expanded[31] & 63 | 64;
        let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(hex::encode(public_of(&expanded).unwrap()), public);
        let name = name_of_stored(&STANDARD.encode(&expanded)).unwrap();
        assert_eq!(name_of_stored(&format!("ED25519-V3:{}", STANDARD.encode(&expanded))), Some(name.clone()));
        assert_eq!(onion::key_of(name.trim_end_matches(".onion")).map(hex::encode).as_deref(), Some(public));
        assert_eq!(name_of_stored("AAAA"), None);
        assert_eq!(public_of(&[1; 31]), None);
    }

    #[test]
    fn damaged_keys_have_no_name() {
        for pem in [
            "",
            "-----BEGIN RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----\n",
            "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n",
            "-----BEGIN RSA PRIVATE KEY-----\nMAYCAQACAQM=\n-----END RSA PRIVATE KEY-----\n",
        ] {
            assert_eq!(name_of_rsa(pem), None, "{pem}");
        }
    }
}
