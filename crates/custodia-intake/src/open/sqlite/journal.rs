//! Pages as they were before the last transactions, from a rollback journal (file format, section 3). A journal that was
//! done with mostly stands on: with its first 28 bytes zeroed (`journal_mode=PERSIST`), or with records of earlier and
//! longer transactions behind its own. Whether one is in force `rollback` says.

use crate::bytes::Bytes;

use super::btree::Head;
use super::number::u32_at;

/// First bytes of a header.
pub(super) const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// The bytes of a header that say something; it takes a whole sector.
pub(super) const HEADER: usize = 28;

/// Sizes of a sector, which a zeroed header no longer states; the usual ones first.
const SECTORS: [u64; 8] = [512, 4096, 1024, 2048, 8192, 16384, 32768, 65536];

/// Records by which the size of a sector is told.
const SAMPLE: usize = 8;

/// A page that a journal keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub page: u32,
    /// Where its content begins.
    pub at: u64,
    /// Whether the checksum of its record agrees with the header before it or with that of a record beside it: they begin with the
    /// same number. The record of a transaction that changed one page stands alone where the header is zeroed.
    pub proved: bool,
}

/// The pages of a journal, in its order. Of those that nothing proves, only such as begin as a page of a b-tree does.
pub(super) fn pages(bytes: &Bytes, page_size: usize) -> Vec<Kept> {
    let mut reader = Reader::new(bytes, page_size);
    match reader.header(0) {
        // Pages of another size are of another database, or of this one before `VACUUM` changed it.
        Some(header) if header.page_size != page_size as u64 => Vec::new(),
        Some(header) => reader.records(header.sector, header.sector, Some(header.nonce)),
        None => {
            let agree = |reader: &mut Reader<'_>, sector: u64| {
                let nonces: Vec<Option<u32>> = (0..SAMPLE as u64)
                    .map(|index| reader.record(sector.saturating_add(index.saturating_mul(reader.stride()))))
                    .map(|record| record.map(|record| record.nonce))
                    .collect();
                nonces.windows(2).filter(|pair| matches!(pair, [Some(one), Some(other)] if one == other)).count()
            };
            let mut best = (0, None);
            for sector in SECTORS {
                let count = agree(&mut reader, sector);
                if count > best.0 {
                    best = (count, Some(sector));
                }
            }
            // Where no two agree, one alone may stand behind the header.
            let alone = |sector: &u64| reader.record(*sector).is_some_and(|record| record.of_tree);
            let sector = best.1.or_else(|| SECTORS.into_iter().find(alone));
            sector.map_or_else(Vec::new, |sector| reader.records(sector, sector, None))
        }
    }
}

struct Header {
    nonce: u32,
    sector: u64,
    page_size: u64,
}

/// A record.
pub(super) struct Entry {
    page: u32,
    /// The number that its checksum begins with.
    pub nonce: u32,
    /// Whether its content begins as a page of a b-tree does.
    of_tree: bool,
}

/// Reads records of one size.
pub(super) struct Reader<'a> {
    bytes: &'a Bytes,
    page_size: usize,
    buffer: Vec<u8>,
}

impl<'a> Reader<'a> {
    /// A reader of records with pages of this size.
    pub fn new(bytes: &'a Bytes, page_size: usize) -> Reader<'a> {
        Reader { bytes, page_size, buffer: vec![0; page_size.saturating_add(8)] }
    }

    /// Bytes from one record to the next: the number of the page, the page, the checksum.
    pub fn stride(&self) -> u64 {
        (self.page_size as u64).saturating_add(8)
    }

    /// The number of the page of the record at `at`, when all of that lies in the journal.
    pub fn number(&self, at: u64) -> Option<u32> {
        let mut number = [0; 4];
        let whole =
            at.checked_add(self.stride())? <= self.bytes.len() && self.bytes.read_at(at, &mut number).ok()? == 4;
        u32_at(&number, 0).filter(|_| whole)
    }

    fn header(&self, at: u64) -> Option<Header> {
        let mut head = [0; HEADER];
        let got = self.bytes.read_at(at, &mut head).ok()?;
        let field = |at| u32_at(&head, at).unwrap_or(0);
        let sector = u64::from(field(20));
        let whole = got == HEADER && head.starts_with(&MAGIC) && (32..=65536).contains(&sector);
        (whole && sector.is_power_of_two()).then(|| Header {
            nonce: field(12),
            sector,
            page_size: u64::from(field(24)),
        })
    }

    /// The record at `at`, with the number that its checksum began with: the sum is over every 200th byte of the page.
    pub fn record(&mut self, at: u64) -> Option<Entry> {
        let got = self.bytes.read_at(at, &mut self.buffer).ok()?;
        if got != self.buffer.len() {
            return None;
        }
        let page = u32_at(&self.buffer, 0).filter(|page| *page > 0)?;
        let content = self.buffer.get(4..4 + self.page_size)?;
        let sum = (1..)
            .map_while(|step: usize| self.page_size.checked_sub(step.saturating_mul(200)).filter(|at| *at > 0))
            .filter_map(|at| content.get(at))
            .fold(0u32, |sum, byte| sum.wrapping_add(u32::from(*byte)));
        let nonce = u32_at(&self.buffer, 4 + self.page_size)?.wrapping_sub(sum);
        Some(Entry { page, nonce, of_tree: Head::parse(content, page).is_ok() })
    }

    /// Every record from `at` on. `known` is the number of the header before them.
    fn records(&mut self, mut at: u64, mut sector: u64, mut known: Option<u32>) -> Vec<Kept> {
        let mut pages = Vec::new();
        // The record before, when it is not proved yet: the next one may prove it.
        let mut before: Option<(Entry, u64)> = None;
        let unproved = |before: &mut Option<(Entry, u64)>| {
            let alone = before.take().filter(|(entry, _)| entry.of_tree);
            alone.map(|(entry, at)| Kept { page: entry.page, at, proved: false })
        };
        while at < self.bytes.len() {
            // A further header begins at the next sector.
            let next = at.next_multiple_of(sector.max(1));
            if let Some(header) = self.header(next).filter(|header| header.page_size == self.page_size as u64) {
                pages.extend(unproved(&mut before));
                (sector, known) = (header.sector, Some(header.nonce));
                at = next.saturating_add(header.sector);
                continue;
            }
            let Some(entry) = self.record(at) else {
                pages.extend(unproved(&mut before));
                at = at.saturating_add(self.stride());
                continue;
            };
            let content = at.saturating_add(4);
            let beside = before.as_ref().is_some_and(|(other, _)| other.nonce == entry.nonce);
            if beside && let Some((other, at)) = before.take() {
                pages.push(Kept { page: other.page, at, proved: true });
            }
            pages.extend(unproved(&mut before));
            if beside || known == Some(entry.nonce) {
                pages.push(Kept { page: entry.page, at: content, proved: true });
                known = Some(entry.nonce);
            } else {
                before = Some((entry, content));
            }
            at = at.saturating_add(self.stride());
        }
        pages.extend(unproved(&mut before));
        pages
    }
}
