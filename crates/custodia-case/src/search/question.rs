//! What is asked, and what is answered.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use tantivy::DocId;

use super::SearchError;
use super::entry::Entry;

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// What a person typed. Nothing typed means every entry that passes the filters.
    pub text: String,
    /// Whether only texts that have it byte by byte are meant.
    pub exact: bool,
    /// Whether the person may still be typing: the last word is taken for the beginning of one, unless a blank follows
    /// it.
    pub typing: bool,
    /// Kinds of entries, one of which it must be; as with all filters, none means any.
    pub entry_kinds: Vec<String>,
    /// Chats.
    pub chats: Vec<String>,
    /// Accounts.
    pub accounts: Vec<String>,
    /// Countries.
    pub countries: Vec<String>,
    /// Devices, one of which must have it.
    pub devices: Vec<String>,
    /// Kinds of messages.
    pub message_kinds: Vec<String>,
    /// The first millisecond since 1970 that is meant. With `from` or `to`, entries without a time are not.
    pub from: Option<i64>,
    /// The first millisecond since 1970 that is no longer meant.
    pub to: Option<i64>,
    /// Most relevant first instead of newest first; an exact question is answered newest first all the same.
    pub by_relevance: bool,
    /// Most hits that are wanted; none if only their number is.
    pub limit: usize,
    /// The end of the page before, from [`Page::more`] of the same question.
    pub after: Option<Cursor>,
}

/// One page of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The hits, newest first, those without time last, then by origin.
    pub hits: Vec<Hit>,
    /// How many hits there are on all pages.
    pub total: usize,
    /// Whether there may be more than `total`: where hits cannot be counted fast, not all are for the sake of a number.
    pub or_more: bool,
    /// Where the next page begins, if there is one.
    pub more: Option<Cursor>,
}

/// A hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What was found.
    pub entry: Entry<String>,
    /// What in its text made it a hit: ranges of bytes, sorted and apart.
    pub marks: Vec<Range<usize>>,
}

/// Where a page ends. As a text it can stand in a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Tells it from cursors of other indexes.
    pub(super) stamp: u32,
    /// The part of the last hit.
    pub(super) part: u32,
    /// Its number there.
    pub(super) entry: DocId,
    /// Its relevance, where that is the order.
    pub(super) score: u32,
    /// The number of hits, so that it is not counted again.
    pub(super) total: usize,
    /// Whether there may be more.
    pub(super) or_more: bool,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cursor { stamp, part, entry, score, total, or_more } = self;
        write!(f, "{stamp:x}.{part:x}.{entry:x}.{score:x}.{total:x}.{}", u8::from(*or_more))
    }
}

impl FromStr for Cursor {
    type Err = SearchError;

    fn from_str(text: &str) -> Result<Cursor, SearchError> {
        let numbers: Option<Vec<u64>> = text.split('.').map(|number| u64::from_str_radix(number, 16).ok()).collect();
        let cursor = match numbers.as_deref() {
            Some([stamp, part, entry, score, total, or_more @ 0..=1]) => (|| {
                Some(Cursor {
                    stamp: (*stamp).try_into().ok()?,
                    part: (*part).try_into().ok()?,
                    entry: (*entry).try_into().ok()?,
                    score: (*score).try_into().ok()?,
                    total: (*total).try_into().ok()?,
                    or_more: *or_more == 1,
                })
            })(),
            _ => None,
        };
        cursor.ok_or_else(|| SearchError::Question(format!("{text:?} is no end of a page; ask for the first page")))
    }
}
