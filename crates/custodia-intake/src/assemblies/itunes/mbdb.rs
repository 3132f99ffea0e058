//! `Manifest.mbdb`, the list of files of backups up to iOS 9: records one after another, numbers big-endian. Source: the "iTunes
//! Backup" page of The iPhone Wiki, and the readers of iphone-dataprotection (`backups/backup4.py`) and Metasploit
//! (`rex/parser/apple_backup_manifestdb.rb`), which agree.

use std::io::{self, BufRead, BufReader, Read};

use sha1::{Digest, Sha1};

use super::record::Record;
use crate::bytes::{Bytes, Reader};
use crate::sources::names;

/// How the file begins.
pub(super) const MAGIC: &[u8] = b"mbdb\x05\x00";

/// One file as listed.
pub(super) struct Listed {
    /// SHA-1 of domain and path: the name under which it is stored.
    pub(super) id: String,
    pub(super) domain: String,
    pub(super) relative: String,
    pub(super) record: Record,
}

/// Records from front to back.
pub(super) struct Records {
    from: BufReader<Reader>,
    at: u64,
}

impl Records {
    pub(super) fn new(bytes: Bytes) -> io::Result<Records> {
        let mut records = Records { from: BufReader::with_capacity(1 << 16, Reader::new(bytes)), at: 0 };
        records.bytes(MAGIC.len())?;
        Ok(records)
    }

    /// Where the record that is read next begins.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// The next record; an error when the bytes end within one, none when they end after one.
    pub(super) fn next(&mut self) -> io::Result<Option<Listed>> {
        if self.from.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let (domain, relative) = (self.text()?, self.text()?);
        let (_target, _digest, key) = (self.text()?, self.text()?, self.text()?);
        let mode = self.number(2)?;
        self.bytes(8 + 4 + 4)?; // Inode, user, group.
        let modified = self.number(4)?;
        self.bytes(4 + 4)?; // Last access, last change of status.
        let size = self.number(8)?;
        self.bytes(1)?; // Protection class, which the key names too.
        for _ in 0..2 * self.number(1)? {
            self.text()?;
        }
        let mut id = Sha1::new();
        id.update(&domain);
        id.update(b"-");
        id.update(&relative);
        let record = Record {
            mode: i64::try_from(mode).ok(),
            size: Some(size),
            modified: i64::try_from(modified).ok(),
            key: (!key.is_empty()).then_some(key),
        };
        let id = hex::encode(id.finalize());
        Ok(Some(Listed { id, domain: names::display(&domain), relative: names::display(&relative), record }))
    }

    fn bytes(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.from.read_exact(&mut bytes)?;
        self.at += length as u64;
        Ok(bytes)
    }

    fn number(&mut self, length: usize) -> io::Result<u64> {
        Ok(self.bytes(length)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// Two bytes of length, 65535 for none.
    fn text(&mut self) -> io::Result<Vec<u8>> {
        match self.number(2)? {
            0xffff => Ok(Vec::new()),
            length => self.bytes(usize::try_from(length).unwrap_or(0)),
        }
    }
}
