//! Pages by number: the main file with the committed pages of the log laid over it, or the main file alone. Where a hot journal
//! lies beside it, the main file is that of before its transaction.

use std::sync::Arc;

use crate::bytes::Bytes;

use super::damage::{Damage, kind};
use super::rollback::RolledBack;
use super::wal::Log;

/// Which file bytes stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Within {
    /// The main file.
    Main,
    /// The write-ahead log beside it.
    Log,
    /// The rollback journal beside it.
    Journal,
}

impl Within {
    /// What the name of that file ends with, after the name of the main file.
    pub fn suffix(self) -> &'static str {
        match self {
            Within::Main => "",
            Within::Log => "-wal",
            Within::Journal => "-journal",
        }
    }
}

/// The main file, and whether a journal says something else of it than the file does.
pub(super) type Main = (Bytes, Option<Arc<RolledBack>>);

/// One state of a database.
pub(super) struct View {
    /// The main file, as it was before a transaction that did not end.
    pub main: Bytes,
    /// What the journal says of that; none when all of it stands in the file.
    pub rolled_back: Option<Arc<RolledBack>>,
    /// The committed pages of the write-ahead log; none when this is the main file alone.
    pub log: Option<Log>,
    /// Bytes of a page.
    pub page_size: usize,
    /// Bytes of a page that b-trees use.
    pub usable: usize,
    /// The highest page number that can be read.
    pub last: u32,
}

impl View {
    /// A view of the main file alone, or under a log.
    pub fn new((main, rolled_back): Main, log: Option<Log>, page_size: usize, reserved: usize) -> View {
        let size = page_size.max(1) as u64;
        let in_file = u32::try_from(main.len().div_ceil(size)).unwrap_or(u32::MAX);
        // A commit may state any size; no page beyond the file and the frames can be read.
        let last = log.as_ref().map_or(in_file, |log| {
            let highest = log.frames.keys().copied().max().unwrap_or(0);
            log.pages.min(in_file.max(highest))
        });
        View { main, rolled_back, log, page_size, usable: page_size.saturating_sub(reserved), last }
    }

    /// Whether the page comes from the log.
    #[inline]
    pub fn in_log(&self, page: u32) -> bool {
        self.log.as_ref().is_some_and(|log| log.frames.contains_key(&page))
    }

    /// Where a page lies, for sentences.
    pub fn place(&self, page: u32) -> String {
        let (at, within) = self.start(page);
        let file = match within {
            Within::Main => "file",
            Within::Log => "write-ahead log",
            Within::Journal => "rollback journal",
        };
        format!("page {page} (byte {at} of the {file})")
    }

    /// Where a page begins, and in which file.
    pub fn start(&self, page: u32) -> (u64, Within) {
        match self.log.as_ref().and_then(|log| log.frames.get(&page)) {
            Some(at) => (*at, Within::Log),
            None => {
                let at = self.offset(page);
                let kept = self.rolled_back.as_ref().and_then(|before| before.place(at));
                kept.map_or((at, Within::Main), |at| (at, Within::Journal))
            }
        }
    }

    /// Bytes of the whole database, an upper bound for anything one record can hold.
    pub fn size(&self) -> u64 {
        u64::from(self.last).saturating_mul(self.page_size as u64)
    }

    fn offset(&self, page: u32) -> u64 {
        u64::from(page.saturating_sub(1)).saturating_mul(self.page_size as u64)
    }
}

/// Pages read in one go. Reading leaves page by page costs a system call each, so a window takes a run of them.
#[derive(Default)]
pub(super) struct Window {
    buffer: Vec<u8>,
    filled: usize,
    first: u32,
    pages: u32,
    page_size: usize,
    usable: usize,
    from_log: bool,
}

impl Window {
    /// Whether this page is held as this view gives it.
    #[inline]
    pub fn holds(&self, view: &View, page: u32) -> bool {
        page >= self.first && page - self.first < self.pages && self.from_log == view.in_log(page)
    }

    /// The usable bytes of a held page; fewer than stated when the file ends within it, none when it is not held.
    #[inline]
    pub fn page(&self, page: u32) -> &[u8] {
        let whole = self.whole(page);
        whole.get(..self.usable).unwrap_or(whole)
    }

    /// All bytes of a held page, those too that b-trees do not use.
    #[inline]
    pub fn whole(&self, page: u32) -> &[u8] {
        let Some(index) = page.checked_sub(self.first).filter(|&index| index < self.pages) else { return &[] };
        let start = (index as usize).saturating_mul(self.page_size);
        let end = start.saturating_add(self.page_size).min(self.filled);
        self.buffer.get(start..end).unwrap_or_default()
    }

    /// Makes the window hold `page`, reading up to `run` pages of the main file from there on. A page that the file
    /// cuts short is held as far as it goes, and the damage is given too.
    pub fn load(&mut self, view: &View, page: u32, run: u32) -> Result<(), Damage> {
        if self.holds(view, page) {
            return Ok(());
        }
        self.pages = 0;
        if page == 0 || page > view.last {
            return Err(Damage {
                kind: kind::PAGE,
                says: format!("expected a page number from 1 to {}, found {page}", view.last),
                bytes: None,
            });
        }
        let frame = view.log.as_ref().and_then(|log| Some((log, *log.frames.get(&page)?)));
        let (bytes, at, run) = match frame {
            Some((log, at)) => (&log.bytes, at, 1),
            None => (&view.main, view.offset(page), run.clamp(1, view.last - page + 1)),
        };
        self.from_log = frame.is_some();
        self.page_size = view.page_size;
        self.usable = view.usable;
        let want = view.page_size.saturating_mul(run as usize);
        if self.buffer.len() < want {
            self.buffer.resize(want, 0);
        }
        let into = self.buffer.get_mut(..want).unwrap_or_default();
        match bytes.read_at(at, into) {
            Ok(got) => self.filled = got.min(want),
            Err(error) => {
                return Err(Damage {
                    kind: kind::PAGE,
                    says: format!("expected to read {want} bytes at {}, found the error: {error}", view.place(page)),
                    bytes: Some(view.page_size as u64),
                });
            }
        }
        self.first = page;
        self.pages = run;
        if self.filled < view.page_size {
            return Err(Damage {
                kind: kind::TRUNCATED,
                says: format!(
                    "expected {} bytes at {}, the file ends after {} of them",
                    view.page_size,
                    view.place(page),
                    self.filled
                ),
                bytes: Some((view.page_size - self.filled) as u64),
            });
        }
        // What a run could not fill is not held.
        let whole = u32::try_from(self.filled.div_ceil(view.page_size.max(1))).unwrap_or(run);
        self.pages = run.min(whole);
        Ok(())
    }
}
