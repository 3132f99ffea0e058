//! The 100 bytes at the start of a database (file format, section 1.3).

use super::NotADatabase;
use super::number::{u16_at, u32_at};
use super::text::Encoding;

/// Bytes of the header.
pub(super) const LEN: usize = 100;

/// What the header says, as far as reading needs it.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// Bytes of a page, reserved ones included.
    pub page_size: usize,
    /// Bytes at the end of every page that belong to an extension.
    pub reserved: usize,
    /// How texts are stored.
    pub encoding: Encoding,
    /// The stated size in pages, when the header itself calls it valid.
    pub pages: Option<u32>,
    /// What is odd about the header, as the end of a sentence.
    pub oddities: Vec<String>,
}

impl Header {
    /// The header of a database that says nothing but how large its pages are.
    pub fn of_pages(page_size: usize) -> Header {
        Header { page_size, reserved: 0, encoding: Encoding::Utf8, pages: None, oddities: Vec::new() }
    }

    /// Reads the header from the first bytes of page 1.
    pub fn parse(head: &[u8]) -> Result<Header, NotADatabase> {
        if !head.starts_with(b"SQLite format 3\0") {
            return Err(NotADatabase(describe(head)));
        }
        let Some(head) = head.get(..LEN) else {
            return Err(NotADatabase(format!(
                "expected a header of {LEN} bytes at byte 0, the file ends after {}",
                head.len()
            )));
        };
        // A page of 65536 bytes does not fit the two bytes of the field and is stored as 1.
        let page_size = match u16_at(head, 16).unwrap_or(0) {
            1 => 65536,
            size if size >= 512 && size.is_power_of_two() => usize::from(size),
            size => {
                return Err(NotADatabase(format!(
                    "expected a page size that is a power of two from 512 to 32768, or 1, at byte 16, found {size}"
                )));
            }
        };
        let mut oddities = Vec::new();
        let reserved = usize::from(head.get(20).copied().unwrap_or(0));
        if page_size.saturating_sub(reserved) < 480 {
            oddities.push(format!(
                "at byte 20 {reserved} of {page_size} bytes of a page are reserved, SQLite wants 480 in use"
            ));
        }
        let fractions = head.get(21..24).unwrap_or_default();
        if fractions != [64, 32, 32] {
            oddities
                .push(format!("at byte 21 the payload fractions are {fractions:?}, the format demands [64, 32, 32]"));
        }
        let encoding = match u32_at(head, 56).unwrap_or(0) {
            // Zero stands in a database to which no schema was ever written.
            0 | 1 => Encoding::Utf8,
            2 => Encoding::Utf16Le,
            3 => Encoding::Utf16Be,
            other => {
                oddities.push(format!("at byte 56 the text encoding is {other}, expected 1, 2 or 3; read as UTF-8"));
                Encoding::Utf8
            }
        };
        // The size field is only maintained by versions that also copy the change counter to byte 92.
        let pages = u32_at(head, 28).filter(|&pages| pages > 0 && u32_at(head, 24) == u32_at(head, 92));
        Ok(Header { page_size, reserved, encoding, pages, oddities })
    }
}

/// Says what stands where a header was expected.
fn describe(head: &[u8]) -> String {
    const EXPECTED: &str = "expected `SQLite format 3` and a zero byte at byte 0";
    if head.is_empty() {
        return format!("{EXPECTED}, the file is empty");
    }
    let start = head.get(..16).unwrap_or(head);
    if head.iter().all(|&byte| byte == 0) {
        return format!("{EXPECTED}, found {} zero bytes", head.len());
    }
    if looks_random(head) {
        return format!(
            "{EXPECTED}, found {}; the first {} bytes are spread like random ones: the file may be encrypted or compressed",
            hex::encode(start),
            head.len()
        );
    }
    format!("{EXPECTED}, found {}", hex::encode(start))
}

/// Whether nearly as many different byte values occur as in random bytes of this length.
fn looks_random(bytes: &[u8]) -> bool {
    if bytes.len() < 256 {
        return false;
    }
    let mut seen = [false; 256];
    for &byte in bytes {
        if let Some(seen) = seen.get_mut(usize::from(byte)) {
            *seen = true;
        }
    }
    let distinct = seen.iter().filter(|&&seen| seen).count() as f64;
    let expected = 256.0 * (1.0 - (-(bytes.len() as f64) / 256.0).exp());
    distinct > 0.9 * expected
}
