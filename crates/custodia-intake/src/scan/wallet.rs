//! Addresses of wallets, proved by their checksums.
//!
//! Source: Bitcoin's base58check (versions 0 and 5), BIP 173 and BIP 350 (bech32, bech32m, human-readable part `bc`), EIP-55 for the
//! letters of an Ethereum address, Monero's cryptonote base58 in blocks of 8 bytes with Keccak-256. Networks for tests are left out.

use sha2::{Digest, Sha256};
use sha3::Keccak256;

use super::ascii;

/// Lengths of runs that can be a wallet.
pub const SHORTEST: usize = 26;
/// The longest of them.
pub const LONGEST: usize = 106;

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// The normal form of a run of letters and digits that is the address of a wallet.
pub fn of(run: &[u8]) -> Option<String> {
    let fits = match (*run.first()?, run.len()) {
        (b'1' | b'3', 26..=35) => bitcoin(run),
        (b'b', 14..=90) | (b'B', 14..=90) => return segwit(run),
        (b'0', 42) => return ethereum(run),
        (b'4' | b'8', 95) | (b'4', 106) => monero(run),
        _ => false,
    };
    fits.then(|| ascii(run))
}

fn digit58(byte: u8) -> Option<u32> {
    BASE58.iter().position(|&known| known == byte).and_then(|place| u32::try_from(place).ok())
}

/// Base58check: 21 bytes and the beginning of a digest of a digest.
fn bitcoin(run: &[u8]) -> bool {
    let mut number = [0u8; 25];
    for &byte in run {
        let Some(mut carry) = digit58(byte) else { return false };
        for place in number.iter_mut().rev() {
            carry += 58 * u32::from(*place);
            *place = carry as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return false;
        }
    }
    // Each leading one stands for a leading zero byte.
    let ones = run.iter().take_while(|&&byte| byte == b'1').count();
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    let digest = Sha256::digest(Sha256::digest(&number[..21]));
    ones == zeros && matches!(number[0], 0 | 5) && digest[..4] == number[21..]
}

/// Bech32 for witness version 0, bech32m for later ones.
fn segwit(run: &[u8]) -> Option<String> {
    let lower = !run.iter().any(u8::is_ascii_uppercase);
    let upper = !run.iter().any(u8::is_ascii_lowercase);
    let text = ascii(run).to_ascii_lowercase();
    let data = text.strip_prefix("bc1").filter(|_| lower || upper)?;
    let mut check: u32 = 1;
    let mut step = |value: u8| {
        const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
        let top = check >> 25;
        check = (check & 0x1ff_ffff) << 5 ^ u32::from(value);
        for (bit, generator) in GENERATOR.iter().enumerate() {
            if top >> bit & 1 == 1 {
                check ^= generator;
            }
        }
    };
    [3, 3, 0, 2, 3].into_iter().for_each(&mut step); // `bc` expanded
    let mut version = None;
    for byte in data.bytes() {
        let value = u8::try_from(BECH32.iter().position(|&known| known == byte)?).ok()?;
        version.get_or_insert(value);
        step(value);
    }
    // Version and checksum are 7 characters; a program has 2 to 40 bytes, 20 or 32 in version 0.
    let program = data.len().checked_sub(7)? * 5 / 8;
    let fits = match version? {
        0 => check == 1 && (program == 20 || program == 32),
        1..=16 => check == 0x2bc8_30a3 && (2..=40).contains(&program),
        _ => false,
    };
    fits.then_some(text)
}

/// `0x` and 40 hex digits. Letters of both cases are a checksum; of one case there is none, and only form speaks for it.
fn ethereum(run: &[u8]) -> Option<String> {
    let digits = run.strip_prefix(b"0x")?;
    if digits.len() != 40 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let text = ascii(digits).to_ascii_lowercase();
    let first = text.bytes().next()?;
    if text.bytes().all(|byte| byte == first) {
        return None;
    }
    let mixed = digits.iter().any(u8::is_ascii_uppercase) && digits.iter().any(u8::is_ascii_lowercase);
    if mixed {
        let digest = Keccak256::digest(text.as_bytes());
        let right = digits.iter().enumerate().all(|(place, byte)| {
            let half = digest[place / 2] >> (4 * (1 - place % 2)) & 15;
            !byte.is_ascii_alphabetic() || byte.is_ascii_uppercase() == (half >= 8)
        });
        if !right {
            return None;
        }
    }
    Some(format!("0x{text}"))
}

/// Blocks of 11 characters for 8 bytes; the last block is shorter.
fn monero(run: &[u8]) -> bool {
    let mut bytes: Vec<u8> = Vec::with_capacity(80);
    for block in run.chunks(11) {
        let length = match block.len() {
            11 => 8,
            7 => 5,
            _ => return false,
        };
        let mut number: u128 = 0;
        for &byte in block {
            let Some(digit) = digit58(byte) else { return false };
            number = number * 58 + u128::from(digit);
        }
        if number >> (8 * length) != 0 {
            return false;
        }
        bytes.extend(number.to_be_bytes().iter().skip(16 - length));
    }
    let Some((body, sum)) = bytes.len().checked_sub(4).and_then(|at| bytes.split_at_checked(at)) else { return false };
    matches!(body.first(), Some(18 | 19 | 42)) && Keccak256::digest(body)[..4] == *sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of the specifications themselves, which no one owns, or of all zeros.
    #[test]
    fn checksums_prove() {
        for wallet in [
            "1111111111111111111114oLvT2",
            "31h1vYVSYuKP6AhS86fbRdMw9XHiiQ93Mb",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359",
        ] {
            let value = of(wallet.as_bytes());
            assert!(value.is_some(), "{wallet}");
            // One letter more or another one is no address; Ethereum without both cases has no checksum.
            if !wallet.starts_with("0xf") {
                let other =
                    wallet.replacen(|c: char| c.is_ascii_lowercase() && c != 'b' && c != 'c' && c != 'x', "E", 1);
                assert!(other == wallet || of(other.as_bytes()).is_none(), "{other}");
            }
            assert!(of(format!("{wallet}1").as_bytes()).is_none());
        }
        assert_eq!(of(b"0x0000000000000000000000000000000000000000"), None);
    }

    /// An address of Monero made of counting bytes, in blocks as its own code writes them.
    #[test]
    fn monero_in_blocks() {
        let mut bytes: Vec<u8> = [18].into_iter().chain(0..64).collect();
        let sum = Keccak256::digest(&bytes);
        bytes.extend(&sum[..4]);
        let mut text = Vec::new();
        for block in bytes.chunks(8) {
            let mut number = block.iter().fold(0u128, |number, &byte| number << 8 | u128::from(byte));
            let mut digits = vec![b'1'; if block.len() == 8 { 11 } else { 7 }];
            for digit in digits.iter_mut().rev() {
                *digit = BASE58[(number % 58) as usize];
                number /= 58;
            }
            text.extend(digits);
        }
        assert_eq!((text.len(), text[0]), (95, b'4'));
        assert_eq!(of(&text), Some(ascii(&text)));
        text[50] = if text[50] == b'2' { b'3' } else { b'2' };
        assert_eq!(of(&text), None);
    }
}
