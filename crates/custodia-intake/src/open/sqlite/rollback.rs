//! Whether the transaction that wrote a rollback journal ended and, where it did not, the database as it was before it
//! (file format, section 3). Such a journal is hot: whoever opens the database with SQLite sees the pages that the journal
//! keeps, and never those that the transaction had written to the file. Here they are laid over the file in memory, as
//! `pager_playback` in SQLite's `pager.c` writes them; neither file is changed.

use std::collections::BTreeMap;
use std::io;

use crate::bytes::{Bytes, ReadAt};

use super::header::Header;
use super::journal::{HEADER, MAGIC, Reader};
use super::number::u32_at;

/// The smallest sector: a header takes at least one.
const SECTOR: u64 = 512;

/// Stands for the number of records where it was not known when the header was written: as many as the file holds.
const ALL: u32 = u32::MAX;

/// On the page with this byte SQLite keeps its locks; a record of it ends the journal.
const LOCKS: u64 = 0x4000_0000;

/// Bytes at the end of a journal that names a super-journal, its name not counted; and the longest name.
const SUPER: u64 = 16;
const SUPER_NAME: u64 = 512;

/// A database as it was before a transaction that did not end.
pub(super) struct RolledBack {
    /// The file as it stands.
    pub main: Bytes,
    journal: Bytes,
    /// Bytes of a page, as the journal states it.
    pub page_size: u64,
    /// Where in the journal the content of each page begins.
    pages: BTreeMap<u32, u64>,
    /// Bytes of the database.
    len: u64,
    /// Where the records of the journal end before it does, and why.
    ends: Option<String>,
}

/// Reads the journal beside `main`. The error says why it is not in force.
pub(super) fn read(main: &Bytes, journal: &Bytes) -> Result<RolledBack, String> {
    let size = journal.len();
    let mut head = [0; HEADER];
    let got = journal.read_at(0, &mut head).map_err(|error| format!("its first bytes cannot be read: {error}"))?;
    if head.first() == Some(&0) {
        return Err("its header begins with a zero byte, so the transaction that wrote it ended".into());
    }
    if main.is_empty() {
        return Err("the file is empty, so the journal is of an earlier database".into());
    }
    if let Some(name) = super_journal(journal) {
        return Err(format!(
            "it names the super-journal `{name}`: where that one was deleted the transaction ended, which this file does not say"
        ));
    }
    if got < HEADER || size < SECTOR {
        return Err(format!("expected a header of {SECTOR} bytes, it ends after {size}"));
    }
    let magic = head.get(..MAGIC.len()).unwrap_or_default();
    if magic != MAGIC {
        return Err(format!("expected {} at its byte 0, found {}", hex::encode(MAGIC), hex::encode(magic)));
    }
    let field = |at| u32_at(&head, at).unwrap_or(0);
    // Old journals do not state how large their pages are: as those of the file.
    let page_size = if field(24) == 0 { page_size_of(main) } else { field(24) };
    let (pages, sector) = (field(16), field(20));
    let sound = |value: u32, least: u32| (least..=65536).contains(&value) && value.is_power_of_two();
    if !sound(sector, 32) || !sound(page_size, 512) {
        return Err(format!(
            "expected sectors of 32 to 65536 bytes at its byte 20 and pages of 512 to 65536 at byte 24, found {sector} and \
             {page_size}: its header was never written whole"
        ));
    }
    let (sector, page_size) = (u64::from(sector), u64::from(page_size));
    let before = u64::from(pages).saturating_mul(page_size);
    // A file that is shorter by less than a page is left as it is.
    let cut = main.len() > before || main.len().saturating_add(page_size) <= before;
    let mut rolled_back = RolledBack {
        main: main.clone(),
        journal: journal.clone(),
        page_size,
        pages: BTreeMap::new(),
        len: if cut { before } else { main.len() },
        ends: None,
    };
    rolled_back.records(sector, pages);
    Ok(rolled_back)
}

/// The size of a page that the file states, or that SQLite takes where it states none.
fn page_size_of(main: &Bytes) -> u32 {
    let mut head = [0; super::header::LEN];
    let _ = main.read_at(0, &mut head);
    Header::parse(&head).ok().and_then(|header| u32::try_from(header.page_size).ok()).unwrap_or(4096)
}

/// The name of the super-journal of a transaction over several databases, which stands at the end of a journal.
fn super_journal(journal: &Bytes) -> Option<String> {
    let end = journal.len().checked_sub(SUPER)?;
    let mut tail = [0; SUPER as usize];
    journal.read_at(end, &mut tail).ok()?;
    let length = u64::from(u32_at(&tail, 0)?);
    if !tail.ends_with(&MAGIC) || length == 0 || length > SUPER_NAME {
        return None;
    }
    let mut name = vec![0; usize::try_from(length).ok()?];
    let got = journal.read_at(end.checked_sub(length)?, &mut name).ok()?;
    // The bytes are added as C has them: with a sign.
    let sum = name.iter().fold(0u32, |sum, byte| sum.wrapping_add(byte.cast_signed() as u32));
    let named = got == name.len() && u32_at(&tail, 4) == Some(sum) && name.first() != Some(&0);
    named.then(|| String::from_utf8_lossy(&name).into_owned())
}

impl RolledBack {
    /// Takes the records behind each header of the journal, as far as they are sound. Of the `stated` pages of the database before, those
    /// beyond were added by the transaction.
    fn records(&mut self, sector: u64, stated: u32) {
        let (journal, size) = (self.journal.clone(), self.journal.len());
        let page_size = usize::try_from(self.page_size).unwrap_or(0);
        let mut reader = Reader::new(&journal, page_size);
        let stride = reader.stride();
        let mut at = 0u64;
        while let Some(begin) = at.checked_next_multiple_of(sector).filter(|at| at.saturating_add(sector) <= size) {
            let mut head = [0; HEADER];
            if !journal.read_at(begin, &mut head).is_ok_and(|got| got == HEADER) || !head.starts_with(&MAGIC) {
                return;
            }
            let (count, nonce) = (u32_at(&head, 8).unwrap_or(0), u32_at(&head, 12).unwrap_or(0));
            at = begin.saturating_add(sector);
            let left = size.saturating_sub(at) / stride;
            let count = if count == ALL { left } else { u64::from(count) };
            // The count costs nothing: what the file does not hold ends the journal.
            for _ in 0..count {
                let Some(page) = reader.number(at) else {
                    self.ends =
                        Some(format!("expected a further record at byte {at} of it, it ends before that one does"));
                    return;
                };
                if page == 0 || u64::from(page) == LOCKS / self.page_size + 1 {
                    self.ends = Some(format!("expected the number of a page at byte {at} of it, found {page}"));
                    return;
                }
                if page <= stated {
                    if reader.record(at).is_none_or(|record| record.nonce != nonce) {
                        self.ends = Some(format!("the checksum of the record at byte {at} of it does not agree"));
                        return;
                    }
                    self.pages.insert(page, at.saturating_add(4));
                    self.len = self.len.max(u64::from(page).saturating_mul(self.page_size));
                }
                at = at.saturating_add(stride);
            }
        }
    }

    /// Where in the journal the byte of the database stands that is at `at`; none when it stands in the file.
    pub fn place(&self, at: u64) -> Option<u64> {
        let page = u32::try_from(at / self.page_size.max(1)).ok()?.checked_add(1)?;
        Some(self.pages.get(&page)?.saturating_add(at % self.page_size.max(1)))
    }

    /// Pages of the file as the transaction left it that are not in force, with the byte of the file at which each begins.
    pub fn undone(&self) -> impl Iterator<Item = (u32, u64)> {
        let size = self.page_size.max(1);
        let begin = move |page: u32| u64::from(page.saturating_sub(1)).saturating_mul(size);
        let (end, len) = (self.len / size, self.main.len());
        let added = (end..len.div_ceil(size)).filter_map(|page| u32::try_from(page).ok()?.checked_add(1));
        let replaced = self.pages.keys().copied().filter(move |page| u64::from(*page) <= end);
        replaced.chain(added).map(move |page| (page, begin(page))).filter(move |(_, at)| *at < len)
    }

    /// What was done, as a sentence.
    pub fn says(&self) -> String {
        let (count, size, now, before) = (self.pages.len(), self.journal.len(), self.main.len(), self.len);
        let length = match now == before {
            true => String::new(),
            false => format!(", and the file of {now} bytes is read as the {before} that it had"),
        };
        let ends =
            self.ends.as_ref().map(|why| format!("; {why}, and what follows there is not read")).unwrap_or_default();
        format!(
            "a rollback journal of {size} bytes lies beside it, of a transaction that did not end; rows are those of before it, as SQLite \
             restores them: {count} pages of the journal are laid over the file{length}; what only the file says was never \
             committed, and is no live row{ends}"
        )
    }
}

impl ReadAt for RolledBack {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let want = usize::try_from(self.len.saturating_sub(at)).unwrap_or(usize::MAX).min(into.len());
        let Some(into) = into.get_mut(..want) else { return Ok(0) };
        let got = self.main.read_at(at, into)?;
        // Pages that the transaction cut off the file and the journal does not keep are empty.
        into.get_mut(got..).unwrap_or_default().fill(0);
        let size = self.page_size.max(1);
        let number = |at: u64| u32::try_from(at / size).unwrap_or(u32::MAX).saturating_add(1);
        let end = at.saturating_add(want as u64);
        if want == 0 {
            return Ok(0);
        }
        for (page, content) in self.pages.range(number(at)..=number(end.saturating_sub(1))) {
            let begin = u64::from(page.saturating_sub(1)).saturating_mul(size);
            let from = begin.max(at);
            let to = begin.saturating_add(size).min(end);
            let (Ok(skip), Ok(stop)) =
                (usize::try_from(from.saturating_sub(at)), usize::try_from(to.saturating_sub(at)))
            else {
                continue;
            };
            if let Some(part) = into.get_mut(skip..stop) {
                self.journal.read_at(content.saturating_add(from.saturating_sub(begin)), part)?;
            }
        }
        Ok(want)
    }
}
