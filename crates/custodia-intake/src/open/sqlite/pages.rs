//! Pages of a database: of the main file, or of the log where it holds a newer one.

use std::collections::HashMap;

use super::{Damage, DamageList, NotADatabase};
use crate::bytes::Bytes;

/// First bytes of every database.
pub const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// How texts are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

/// Where the log holds the newest committed form of each page.
pub struct Log {
    pub bytes: Bytes,
    /// Page number to the offset of its content in the log.
    pub pages: HashMap<u32, u64>,
    /// Pages of the database after the last commit.
    pub count: u32,
}

/// A database's pages, numbered from 1.
pub struct Pages {
    main: Bytes,
    log: Option<Log>,
    page_size: usize,
    usable: usize,
    count: u32,
    encoding: Encoding,
}

impl Pages {
    /// Reads the header of the main file.
    pub fn open(main: Bytes, damage: &mut DamageList) -> Result<Pages, NotADatabase> {
        let mut header = [0; 100];
        let read = main.read_at(0, &mut header).map_err(|why| NotADatabase(format!("the header could not be read: {why}")))?;
        if read < 100 || header[..16] != *MAGIC {
            let shown = hex::encode(&header[..read.min(16)]);
            let guess = match &header[..read] {
                [] => "; the file is empty",
                bytes if bytes.iter().all(|&b| b == 0) => "; the file begins with zeros",
                bytes if read == 100 && bytes.iter().collect::<std::collections::HashSet<_>>().len() > 60 => {
                    "; the bytes look random: the file may be encrypted"
                }
                _ => "",
            };
            return Err(NotADatabase(format!("expected the SQLite header at byte 0, found {shown}{guess}")));
        }
        let page_size = match u16::from_be_bytes([header[16], header[17]]) {
            1 => 65536,
            size => usize::from(size),
        };
        if !page_size.is_power_of_two() || !(512..=65536).contains(&page_size) {
            return Err(NotADatabase(format!(
                "expected a page size of 512 to 65536, a power of two, at byte 16, found {page_size}"
            )));
        }
        let usable = page_size - usize::from(header[20]);
        if usable < 480 {
            return Err(NotADatabase(format!("expected at least 480 usable bytes a page at byte 20, found {usable}")));
        }
        let encoding = match u32::from_be_bytes([header[56], header[57], header[58], header[59]]) {
            2 => Encoding::Utf16Le,
            3 => Encoding::Utf16Be,
            _ => Encoding::Utf8,
        };
        let stated = u32::from_be_bytes([header[28], header[29], header[30], header[31]]);
        let whole = main.len() / page_size as u64;
        let rest = main.len() % page_size as u64;
        let count = u32::try_from(whole).unwrap_or(u32::MAX);
        if rest != 0 || (stated > count && header[24..28] == header[92..96]) {
            damage.push(Damage {
                kind: "truncated",
                says: format!(
                    "the header states {stated} pages of {page_size} bytes, the file holds {whole} whole pages and {rest} bytes"
                ),
                bytes: Some(u64::from(stated).saturating_mul(page_size as u64).saturating_sub(main.len())),
            });
        }
        Ok(Pages { main, log: None, page_size, usable, count, encoding })
    }

    /// The same file under a log.
    pub fn with_log(&self, log: Log) -> Pages {
        Pages {
            main: self.main.clone(),
            // A truncated main file keeps its pages readable even when the log states fewer.
            count: log.count,
            log: Some(log),
            page_size: self.page_size,
            usable: self.usable,
            encoding: self.encoding,
        }
    }

    pub fn page_size(&self) -> usize {
        self.page_size
    }

    pub fn usable(&self) -> usize {
        self.usable
    }

    pub fn count(&self) -> u32 {
        self.count
    }

    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Whether the log holds this page.
    pub fn in_log(&self, number: u32) -> bool {
        self.log.as_ref().is_some_and(|log| log.pages.contains_key(&number))
    }

    /// Bytes that hold the whole database, as an upper bound for what a record can claim.
    pub fn total(&self) -> u64 {
        u64::from(self.count) * self.page_size as u64
    }

    /// Reads a page into the buffer, which becomes one page long.
    pub fn read(&self, number: u32, into: &mut Vec<u8>) -> Result<(), Damage> {
        if number == 0 || number > self.count {
            return Err(Damage::new("damaged", format!("page {number} is referred to; the database has pages 1 to {}", self.count)));
        }
        into.resize(self.page_size, 0);
        let in_log = self.log.as_ref().and_then(|log| log.pages.get(&number).map(|&at| (&log.bytes, at)));
        let (bytes, at) = in_log.unwrap_or((&self.main, u64::from(number - 1) * self.page_size as u64));
        match bytes.read_at(at, into) {
            Ok(n) if n == self.page_size => Ok(()),
            Ok(n) => Err(Damage {
                kind: "truncated",
                says: format!("page {number} at byte {at}: {} bytes expected, {n} found", self.page_size),
                bytes: Some((self.page_size - n) as u64),
            }),
            Err(why) => Err(Damage::new("unreadable", format!("page {number} at byte {at}: {why}"))),
        }
    }
}
