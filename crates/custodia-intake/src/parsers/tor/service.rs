//! Folders of onion services, and keys of clients that may use one.
//!
//! Source: the specification of Tor, rend-spec-v3, and the manual page (`HiddenServiceDir`, `ClientOnionAuthDir`). A key file begins with
//! a tag of 32 bytes, `== ed25519v1-public: type0 ==` and zeros, and the name follows from the public key. Keys themselves are
//! secrets and are not told, only that they are stored.

use custodia_model::{Origin, Rows};

use super::{Out, keys, name_of, text};
use crate::bytes::Reader;
use crate::parsers::{About, File, Parser, ReadError};
use crate::scan::{Kind, onion};
use std::io::Read;

const PUBLIC: &[u8; 32] = b"== ed25519v1-public: type0 ==\0\0\0";
const SECRET: &[u8; 32] = b"== ed25519v1-secret: type0 ==\0\0\0";

/// Bytes of a whole file of a public and of a secret key.
const PUBLIC_SIZE: u64 = 64;
const SECRET_SIZE: u64 = 96;

/// Reads `hostname`.
pub struct Hostname;

const HOSTNAME: About = About {
    name: "Name of an onion service",
    reads: "hostname, where it holds a name that ends in .onion",
    tables: &["device_facts", "traces", "warnings"],
    tested: &["versions 2 and 3, a name whose checksum is wrong, invented data"],
    gaps: "cookies of clients of version 2",
};

impl Parser for Hostname {
    fn about(&self) -> &'static About {
        &HOSTNAME
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        let first = head.split(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
        name_of(path) == "hostname" && first.ends_with(b".onion")
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let text = text(file, rows)?;
        let mut out = Out::new(file, rows);
        for (nth, line) in text.lines().enumerate() {
            let at = out.at_line(nth + 1);
            let name = line.split_whitespace().next().unwrap_or_default();
            let stem = name.strip_suffix(".onion").unwrap_or_default();
            if name.is_empty() {
                continue;
            }
            match stem.len() {
                onion::V3 if onion::key_of(stem).is_some() => {
                    out.trace(at.clone(), Kind::Onion, name.to_ascii_lowercase(), name);
                }
                // Here the file itself says what it is, so that no further proof is asked for.
                16 if stem.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7')) => {
                    out.trace(at.clone(), Kind::OnionV2, name.to_owned(), name);
                }
                _ => {
                    let says = "expected the name of an onion service with its checksum, found another text";
                    out.warn(at, "name unknown", says);
                    continue;
                }
            }
            out.fact(at, "onion service", name);
        }
        Ok(())
    }
}

/// Reads `hs_ed25519_public_key`.
pub struct PublicKey;

const PUBLIC_KEY: About = About {
    name: "Public key of an onion service",
    reads: "hs_ed25519_public_key, or any file that begins with its tag",
    tables: &["device_facts", "traces", "warnings"],
    tested: &["a key beside its name and beside that of another, invented data"],
    gaps: "keys of version 2",
};

impl Parser for PublicKey {
    fn about(&self) -> &'static About {
        &PUBLIC_KEY
    }

    fn fits(&self, _path: &str, head: &[u8]) -> bool {
        head.starts_with(PUBLIC)
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let mut bytes = Vec::new();
        file.reader()?.take(PUBLIC_SIZE + 1).read_to_end(&mut bytes)?;
        let Some(key) = bytes.get(PUBLIC.len()..64).and_then(|key| <[u8; 32]>::try_from(key).ok()) else {
            let says = format!("expected a key of 32 bytes behind its tag, found a file of {} bytes", file.item.size);
            return Err(ReadError::Not(says));
        };
        let mut out = Out::new(file, rows);
        if file.item.size > PUBLIC_SIZE {
            let says = format!("expected {PUBLIC_SIZE} bytes, found {}; the first were read", file.item.size);
            out.warn(file.whole(), "too large", &says);
        }
        let name = format!("{}.onion", onion::name_of(&key));
        let at = file.at(&"byte".into(), 32);
        out.trace(at.clone(), Kind::Onion, name.clone(), &hex::encode(key));
        out.fact(at.clone(), "onion service by public key", &name);
        name_beside(file, &mut out, at, &name);
        Ok(())
    }
}

/// The first word of a small file in the same folder; none when there is no such file.
fn beside(file: &File<'_>, name: &str) -> Option<Option<String>> {
    let folder = file.path().strip_suffix(name_of(file.path()))?;
    let item = file.evidence.item(&format!("{folder}{name}"))?;
    let mut bytes = Vec::new();
    Reader::new(item.open().ok()?).take(256).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Some(text.split_whitespace().next().map(str::to_ascii_lowercase))
}

/// Notes `hs_ed25519_secret_key`.
pub struct SecretKey;

const SECRET_KEY: About = About {
    name: "Secret key of an onion service",
    reads: "hs_ed25519_secret_key, or any file that begins with its tag",
    tables: &["device_facts", "traces", "warnings"],
    tested: &["a key beside its name and beside that of another, and a cut one, invented data"],
    gaps: "the key itself is not told",
};

impl Parser for SecretKey {
    fn about(&self) -> &'static About {
        &SECRET_KEY
    }

    fn fits(&self, _path: &str, head: &[u8]) -> bool {
        head.starts_with(SECRET)
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let mut out = Out::new(file, rows);
        if file.item.size != SECRET_SIZE {
            let says = format!("expected {SECRET_SIZE} bytes of a secret key with its tag, found {}", file.item.size);
            out.warn(file.whole(), "truncated", &says);
        }
        let mut bytes = Vec::new();
        file.reader()?.take(SECRET_SIZE).read_to_end(&mut bytes)?;
        let public = bytes.get(SECRET.len()..).filter(|key| key.len() == 64).and_then(keys::public_of);
        match public.map(|public| (format!("{}.onion", onion::name_of(&public)), hex::encode(public))) {
            Some((name, public)) => {
                let at = file.at(&"byte".into(), 32);
                out.trace(at.clone(), Kind::Onion, name.clone(), &public);
                out.fact(at.clone(), "onion service secret key stored", &name);
                name_beside(file, &mut out, at, &name);
            }
            None => {
                let folder = file.path().strip_suffix(name_of(file.path())).unwrap_or_default();
                let name = beside(file, "hostname").flatten().unwrap_or_else(|| folder.to_owned());
                out.fact(file.whole(), "onion service secret key stored", &name);
            }
        }
        Ok(())
    }
}

/// Reads `private_key` of version 2.
pub struct RsaKey;

const RSA_KEY: About = About {
    name: "Secret key of an onion service of version 2",
    reads: "private_key, where it holds an RSA key in PEM",
    tables: &["device_facts", "traces", "warnings"],
    tested: &["a key beside its name and alone, invented data"],
    gaps: "the key itself is not told",
};

impl Parser for RsaKey {
    fn about(&self) -> &'static About {
        &RSA_KEY
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        name_of(path) == "private_key" && head.trim_ascii_start().starts_with(b"-----BEGIN RSA PRIVATE KEY-----")
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let text = text(file, rows)?;
        let Some(name) = keys::name_of_rsa(&text) else {
            return Err(ReadError::Not("expected an RSA private key in PEM (PKCS#1), found a damaged one".into()));
        };
        let mut out = Out::new(file, rows);
        out.trace(file.whole(), Kind::OnionV2, name.clone(), &name);
        out.fact(file.whole(), "onion service secret key stored", &name);
        name_beside(file, &mut out, file.whole(), &name);
        Ok(())
    }
}

/// Tells when the file `hostname` in the same folder holds another name than the key has.
fn name_beside(file: &File<'_>, out: &mut Out<'_, '_>, at: Origin, name: &str) {
    if beside(file, "hostname").is_some_and(|stored| stored.as_deref() != Some(name)) {
        let says = format!("the file hostname beside it holds another name than {name}, which follows from this key");
        out.warn(at, "name differs", &says);
    }
}

/// Reads `*.auth_private` and `*.auth`.
pub struct ClientKey;

const CLIENT_KEY: About = About {
    name: "Client keys of onion services",
    reads: "*.auth_private (the client's), authorized_clients/*.auth (the service's)",
    tables: &["device_facts", "traces", "warnings"],
    tested: &["both forms, invented data"],
    gaps: "the keys themselves are not told",
};

impl Parser for ClientKey {
    fn about(&self) -> &'static About {
        &CLIENT_KEY
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        let marked = || head.windows(b":x25519:".len()).take(200).any(|bytes| bytes == b":x25519:");
        path.ends_with(".auth_private") || (path.ends_with(".auth") && marked())
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let text = text(file, rows)?;
        let mut out = Out::new(file, rows);
        let private = file.path().ends_with(".auth_private");
        for (nth, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let at = out.at_line(nth + 1);
            let parts: Vec<&str> = line.trim().splitn(5, ':').collect();
            match parts.as_slice() {
                [name, "descriptor", "x25519", _] if private && onion::key_of(name).is_some() => {
                    let value = format!("{}.onion", name.to_ascii_lowercase());
                    out.trace(at.clone(), Kind::Onion, value.clone(), name);
                    out.fact(at, "client key for onion service", &value);
                }
                ["descriptor", "x25519", _] if !private => {
                    let client = name_of(file.path()).trim_end_matches(".auth");
                    out.fact(at, "client of onion service", client);
                }
                _ => {
                    let says = if private {
                        "expected `<name of 56 characters>:descriptor:x25519:<key>`, found another line"
                    } else {
                        "expected `descriptor:x25519:<key>`, found another line"
                    };
                    out.warn(at, "line unknown", says);
                }
            }
        }
        Ok(())
    }
}
