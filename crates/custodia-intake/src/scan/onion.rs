//! Names of onion services.
//!
//! Source: the specification of Tor, rend-spec-v3 section 6 (address encoding): base32 of public key (32 bytes), checksum (2)
//! and version (1); the checksum is the beginning of SHA3-256 of `.onion checksum`, key and version. A name of version 2, retired
//! in 2021, is base32 of 80 bits of a digest and has no checksum, so it must stand alone; before one of version 3 may stand
//! anything that could not be a part of it, and behind it the host of a gateway that leads there from the open web
//! (`.onion.ws`, `.onion.to`).

use sha3::{Digest, Sha3_256};

use super::{Kind, Lead, ascii, encoded, run_back, skip};

/// Characters of a name of version 3 and of version 2.
pub const V3: usize = 56;
const V2: usize = 16;

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The name before the full stop at `at`, which `onion` follows.
#[inline]
pub fn at(bytes: &[u8], at: usize) -> Option<Lead> {
    let end = skip(bytes, at, ".onion")?;
    // `.onions` is another word.
    let word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    let next = bytes.get(end);
    if word(next) {
        return None;
    }
    let host_goes_on = next == Some(&b'.') && word(bytes.get(end + 1));
    let before = bytes.get(..at)?;
    // What another sign leaves before the name is none of it: `\n`, `%2f`.
    let run = run_back(before, V3 + encoded::SIGN, |byte| byte.is_ascii_alphanumeric());
    let run = run - encoded::overlap(bytes, at - run).min(run);
    let start = match run {
        V2 => at - V2,
        V3.. => at - V3,
        _ => return None,
    };
    let written = before.get(start..)?;
    let name = ascii(written).to_ascii_lowercase();
    let last = start.checked_sub(1).and_then(|last| before.get(last));
    let (kind, fits) = if written.len() == V3 {
        let upper = written.iter().any(u8::is_ascii_uppercase);
        let part = |byte: &u8| matches!(byte, b'a'..=b'z' | b'2'..=b'7') || (upper && byte.is_ascii_uppercase());
        let apart = run == V3 || !last.is_some_and(part) || encoded::before(bytes, start).is_some();
        (Kind::Onion, apart && key_of(&name).is_some())
    } else {
        // A hyphen joins what stands before to the name, and what goes on behind it is another name.
        let letters = name.bytes().all(|byte| ALPHABET.contains(&byte));
        (Kind::OnionV2, last != Some(&b'-') && !host_goes_on && letters && varied(name.as_bytes()))
    };
    fits.then(|| Lead { kind, value: format!("{name}.onion"), range: start..end })
}

/// A word of few letters is made by a person or a test, not by a digest.
fn varied(name: &[u8]) -> bool {
    let mut seen = 0u32;
    for byte in name {
        seen |= 1 << (byte & 31);
    }
    seen.count_ones() >= 5
}

/// The public key of a name of version 3, without `.onion`; none when its checksum or version is another.
pub fn key_of(name: &str) -> Option<[u8; 32]> {
    if name.len() != V3 {
        return None;
    }
    let mut decoded = [0u8; 35];
    let mut bits: u32 = 0;
    let mut held: u32 = 0;
    let mut out = decoded.iter_mut();
    for byte in name.bytes() {
        let value = match byte.to_ascii_lowercase() {
            letter @ b'a'..=b'z' => letter - b'a',
            digit @ b'2'..=b'7' => digit - b'2' + 26,
            _ => return None,
        };
        held = (held << 5) | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            *out.next()? = (held >> bits) as u8;
            held &= (1 << bits) - 1;
        }
    }
    let key: [u8; 32] = decoded.get(..32)?.try_into().ok()?;
    let version = *decoded.get(34)?;
    (version == 3 && decoded.get(32..34)? == checksum(&key)).then_some(key)
}

/// The name of a public key, without `.onion`.
pub fn name_of(key: &[u8; 32]) -> String {
    let mut all = [0u8; 35];
    let parts = key.iter().copied().chain(checksum(key)).chain([3]);
    all.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
    base32(&all)
}

/// Lower-case base32 without padding.
pub fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut held, mut bits) = (0u32, 0);
    for &byte in bytes {
        held = (held << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[(held >> bits) as usize & 31]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[(held << (5 - bits)) as usize & 31]));
    }
    text
}

fn checksum(key: &[u8; 32]) -> [u8; 2] {
    let mut digest = Sha3_256::new();
    digest.update(b".onion checksum");
    digest.update(key);
    digest.update([3]);
    let digest = digest.finalize();
    [digest[0], digest[1]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_keys() {
        for (name, key) in [
            (
                "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd",
                "79bcc625184b05194975c28b66b66b0469f7f6556fb1ac3189a79b40dda32f1f",
            ),
            (
                "sp3k262uwy4r2k3ycr5awluarykdpag6a7y33jxop4cs2lu5uz5sseqd",
                "93f6ad7b54b6391d2b78147a0b2e808e143780de07f1bda6ee7f052d2e9da67b",
            ),
            (
                "xa4r2iadxm55fbnqgwwi5mymqdcofiu3w6rpbtqn7b2dyn7mgwj64jyd",
                "b8391d2003bb3bd285b035ac8eb30c80c4e2a29bb7a2f0ce0df8743c37ec3593",
            ),
            (
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaam2dqd",
                "0000000000000000000000000000000000000000000000000000000000000000",
            ),
        ] {
            assert_eq!(key_of(name).map(hex::encode).as_deref(), Some(key));
            assert_eq!(key_of(&name.to_uppercase()).map(hex::encode).as_deref(), Some(key));
            assert_eq!(name_of(&key_of(name).unwrap()), name);
            let other = name.replace('a', "b");
            assert!(other == name || key_of(&other).is_none());
        }
        assert_eq!(key_of("short"), None);
        assert_eq!(base32(b"foob"), "mzxw6yq");
    }
}
