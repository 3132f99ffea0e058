//! Reductions of a bundle's own rows: who appears in which chat, which file in which chat, which accounts and files at all,
//! which row numbers are missing. What joins devices asks these few rows and never touches messages, so three hundred phones
//! are joined as fast as their summaries are read.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};

use ahash::RandomState;

use custodia_model::tables::{Appearance, Attachment, FileAppearance, GroupEvent, Message, NamedAccount, RowGap};
use custodia_model::{Found, Origin, Row, Text, Time, account};

use crate::distinct::head;

/// Counted at the same time at most, for each table. What is beyond goes out and begins anew: several rows for one account
/// and chat add up.
const HELD: usize = 1 << 17;

/// Reduces rows on their way into a bundle.
#[derive(Default)]
pub struct Reductions {
    /// Senders and owners in one: a second search for each message would take a good part of what reading it takes.
    sent: Counted<(usize, usize, usize), SentNames, BuildHasherDefault<Places>>,
    quoted: Counted<(usize, usize), (Text, Text), BuildHasherDefault<Places>>,
    files: Counted<FileKey, FileNames, BuildHasherDefault<Places>>,
    hasher: RandomState,
    named: HashSet<Text, RandomState>,
    named_at: HashSet<usize, BuildHasherDefault<Places>>,
    last: Option<LastRow>,
    gaps: Vec<(Origin, RowGap)>,
    /// From which gap on the time behind is still to come.
    open: usize,
}

/// Chat, sender and owner of messages.
type SentNames = (Text, Option<Text>, Option<Text>);

/// Chat, sender and SHA-256 of a file.
type FileNames = (Text, Option<Text>, Text);

/// A file in a chat by a sender. Its digest is chosen by evidence, so it is hashed with a secret, and once: a map that grows
/// hashes its keys again and again.
#[derive(Clone, PartialEq, Eq)]
struct FileKey {
    hash: u64,
    chat: usize,
    sender: usize,
    sha256: Text,
}

impl Hash for FileKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// Counts in the order in which they were begun, so that the bytes of a bundle do not depend on a hash. What changes with every
/// row stands in the map itself, beside its key: messages of thousands of senders come in any order, and what is not in the
/// cache is the greater part of counting one.
struct Counted<K, N, S> {
    tallies: HashMap<K, Tally, S>,
    begun: Vec<(K, Begun<N>)>,
}

/// What changes with every row. Times are in milliseconds; without any, the first is above the last.
#[derive(Clone, Copy)]
struct Tally {
    rows: u32,
    first: i64,
    last: i64,
}

/// What the first row of a key says.
struct Begun<N> {
    names: N,
    /// Where it stands.
    origin: Origin,
}

struct Count<N> {
    names: N,
    rows: i64,
    first: Option<Time>,
    last: Option<Time>,
    /// Where the first of the rows stands.
    origin: Origin,
}

/// The row of a table of messages that was met last.
struct LastRow {
    path: Text,
    part: Text,
    number: i64,
    at: Option<Time>,
}

impl Reductions {
    /// Brings the counts of rows that are about to come into the cache. Messages come from any of thousands of senders: looked up one
    /// right after the other, their counts are fetched from memory beside each other and not in turn.
    pub fn fetch(&self, rows: &[(Origin, Row)]) {
        let messages = rows.iter().filter_map(|(_, row)| if let Row::Message(row) = row { Some(row) } else { None });
        std::hint::black_box(messages.filter_map(|row| self.sent.rows(&sent_key(row))).max());
    }

    /// Takes note of a row; true when what is held should go out.
    pub fn row(&mut self, origin: &Origin, row: &Row) -> bool {
        match row {
            Row::Message(row) => self.message(origin, row),
            Row::Attachment(row) => self.attachment(origin, row),
            Row::GroupEvent(row) => self.event(origin, row),
            Row::Account(row) => self.name([Some(&row.account)]),
            Row::Alias(row) => self.name([Some(&row.account), Some(&row.other)]),
            Row::Chat(row) => {
                self.name([row.owner.as_ref(), row.creator.as_ref(), row.address_creator.as_ref(), Some(&row.chat)]);
            }
            Row::Membership(row) => self.name([Some(&row.account), row.owner.as_ref()]),
            Row::Call(row) => self.name([row.account.as_ref(), row.owner.as_ref()]),
            Row::Contact(row) => self.name([row.account.as_ref()]),
            _ => {}
        }
        [self.sent.begun.len(), self.quoted.begun.len(), self.files.begun.len(), self.gaps.len()]
            .into_iter()
            .any(|held| held >= HELD)
            || self.named.len() >= 8 * HELD
    }

    fn message(&mut self, origin: &Origin, row: &Message) {
        if self.sent.add(sent_key(row), row.sent, origin, || (row.chat.clone(), row.sender.clone(), row.owner.clone()))
        {
            self.name([row.sender.as_ref(), row.owner.as_ref()]);
        }
        if let Some(account) = &row.quoted_sender {
            let chat = row.quoted_chat.as_ref().unwrap_or(&row.chat);
            let key = (place(chat), place(account));
            if self.quoted.add(key, row.sent, origin, || (chat.clone(), account.clone())) {
                self.name([Some(account)]);
            }
        }
        // Own messages are stamped by the phone's own clock, others at their arrival.
        self.passes(origin, row.received.or(row.sent.filter(|_| row.from_me)));
    }

    fn attachment(&mut self, origin: &Origin, row: &Attachment) {
        // Nobody shared a file by the copy that a quote keeps.
        let quote = origin.part.as_deref() == Some(Attachment::QUOTED);
        let Some(sha256) = row.sha256.as_ref().filter(|_| !quote) else { return };
        let (chat, sender) = (place(&row.chat), row.sender.as_ref().map_or(0, place));
        let key = FileKey { hash: self.hasher.hash_one((chat, sender, sha256)), chat, sender, sha256: sha256.clone() };
        self.files.add(key, row.sent, origin, || (row.chat.clone(), row.sender.clone(), sha256.clone()));
    }

    /// A system row stands in the same table as the messages.
    fn event(&mut self, origin: &Origin, row: &GroupEvent) {
        self.name([row.actor.as_ref(), row.target.as_ref()]);
        // Its time is the server's, which may be far from the phone's.
        self.passes(origin, None);
    }

    fn name<'a>(&mut self, accounts: impl IntoIterator<Item = Option<&'a Text>>) {
        for account in accounts.into_iter().flatten() {
            // Most texts are met many times at the same place; only those that are kept may be known by their place.
            if self.named_at.contains(&place(account)) || self.named.contains(account) {
                continue;
            }
            if account::chat_kind(account) == "person" {
                self.named_at.insert(place(account));
                self.named.insert(account.clone());
            }
        }
    }

    /// Rows come in the order of their numbers, so that a gap shows as soon as the row behind it comes.
    fn passes(&mut self, origin: &Origin, at: Option<Time>) {
        let (Some(part), Some(number)) = (&origin.part, origin.number) else { return };
        // Of a copy beside other databases only those rows come that say something new: what is missing between them is no gap.
        if origin.found == Found::Backup
            && self.last.as_ref().is_some_and(|last| place(&last.path) != place(&origin.path))
        {
            return;
        }
        // Lines of a text that have no row of their own belong to the row above them.
        if &**part == "line" {
            return;
        }
        match &mut self.last {
            Some(last) if place(&last.part) == place(part) && place(&last.path) == place(&origin.path) => {
                if number > last.number.saturating_add(1) {
                    let (gap_from, gap_to) = (last.number + 1, number - 1);
                    let row = RowGap { gap_from, gap_to, before_at: last.at, after_at: None };
                    self.gaps.push((origin.clone(), row));
                }
                if at.is_some() {
                    self.gaps[self.open..].iter_mut().for_each(|(_, gap)| gap.after_at = at);
                    self.open = self.gaps.len();
                }
                last.number = last.number.max(number);
                last.at = at.or(last.at);
            }
            last => {
                // Of a table of an earlier schema beside the one in use only those rows come that this one does not hold: the same.
                let beside = last
                    .as_ref()
                    .is_some_and(|last| last.path == origin.path && &*last.part == "message" && &**part == "messages");
                let number = if beside { i64::MAX } else { number };
                *last = Some(LastRow { path: origin.path.clone(), part: part.clone(), number, at });
                self.open = self.gaps.len();
            }
        }
    }

    /// Hands out all that is held as rows, one after the other, and begins anew.
    pub fn rows(&mut self) -> impl Iterator<Item = (Origin, Row)> + use<> {
        let mut owners = Vec::new();
        let mut appearances = Vec::new();
        for sent in std::mem::take(&mut self.sent).counts() {
            let Count { names: (chat, sender, owner), rows, first, last, origin } = sent;
            if let Some(owner) = owner {
                let key = (place(&chat), place(&owner));
                owners.push((key, Count { names: (chat.clone(), owner), rows, first, last, origin: origin.clone() }));
            }
            if let Some(sender) = sender {
                appearances.push((Count { names: (chat, sender), rows, first, last, origin }, "sender"));
            }
        }
        let quoted = std::mem::take(&mut self.quoted).counts().map(|count| (count, "quoted sender"));
        let owners = merged(owners).into_iter().map(|count| (count, "owner"));
        let accounts = appearances.into_iter().chain(quoted).chain(owners).map(|(count, appears_as)| {
            let (chat, account) = count.names;
            let appears_as = appears_as.into();
            let (row_count, first_at, last_at) = (count.rows, count.first, count.last);
            (count.origin, Appearance { chat, account, appears_as, row_count, first_at, last_at }.into())
        });
        // Sorted by digest: whoever compares many phones walks through memory instead of jumping about in it.
        let mut files: Vec<Option<Count<FileNames>>> = std::mem::take(&mut self.files).counts().map(Some).collect();
        fn digest(count: &Option<Count<FileNames>>) -> Option<&Text> {
            count.as_ref().map(|count| &count.names.2)
        }
        let mut order: Vec<(u128, usize)> =
            files.iter().map(|count| digest(count).map_or(0, |digest| head(digest.as_bytes()))).zip(0..).collect();
        order.sort_unstable_by(|(head, one), (other_head, other)| {
            head.cmp(other_head).then_with(|| digest(&files[*one]).cmp(&digest(&files[*other]))).then(one.cmp(other))
        });
        let files = order.into_iter().filter_map(move |(_, place)| files[place].take()).map(|count| {
            let (chat, sender, sha256) = count.names;
            let number = sha256.get(..16).and_then(|start| u64::from_str_radix(start, 16).ok());
            let sha256_number = number.and_then(|number| i64::try_from(number >> 1).ok());
            let (sha256, row_count) = (Some(sha256), count.rows);
            let (first_at, last_at) = (count.first, count.last);
            let row = FileAppearance { chat, sender, sha256, sha256_number, row_count, first_at, last_at };
            (count.origin, row.into())
        });
        self.open = 0;
        let gaps = std::mem::take(&mut self.gaps).into_iter().map(|(origin, gap)| (origin, gap.into()));
        // About the exhibit as a whole.
        let whole = Origin::file("/".into());
        self.named_at.clear();
        let mut named: Vec<(Option<i64>, Text)> =
            std::mem::take(&mut self.named).into_iter().map(|account| (number_of(&account), account)).collect();
        named.sort();
        let named = named
            .into_iter()
            .map(move |(account_number, account)| (whole.clone(), NamedAccount { account, account_number }.into()));
        accounts.chain(files).chain(gaps).chain(named)
    }
}

impl<K, N, S: Default> Default for Counted<K, N, S> {
    fn default() -> Self {
        Counted { tallies: HashMap::default(), begun: Vec::new() }
    }
}

impl<K: Clone + Eq + Hash, N, S: BuildHasher> Counted<K, N, S> {
    /// Counts a row; true when it is the first of its key.
    #[inline]
    fn add(&mut self, key: K, at: Option<Time>, origin: &Origin, names: impl FnOnce() -> N) -> bool {
        let (first, last) = at.map_or((i64::MAX, i64::MIN), |at| (at.0, at.0));
        match self.tallies.entry(key) {
            Entry::Occupied(entry) => {
                let tally = entry.into_mut();
                tally.rows = tally.rows.saturating_add(1);
                tally.first = tally.first.min(first);
                tally.last = tally.last.max(last);
                false
            }
            Entry::Vacant(entry) => {
                self.begun.push((entry.key().clone(), Begun { names: names(), origin: origin.clone() }));
                entry.insert(Tally { rows: 1, first, last });
                true
            }
        }
    }

    /// How many rows of a key were counted.
    #[inline]
    fn rows(&self, key: &K) -> Option<u32> {
        self.tallies.get(key).map(|tally| tally.rows)
    }

    /// What was counted, in the order in which it was begun.
    fn counts(self) -> impl Iterator<Item = Count<N>> {
        let tallies = self.tallies;
        self.begun.into_iter().filter_map(move |(key, Begun { names, origin })| {
            let Tally { rows, first, last } = *tallies.get(&key)?;
            let (first, last) = if first <= last { (Some(Time(first)), Some(Time(last))) } else { (None, None) };
            Some(Count { names, rows: i64::from(rows), first, last, origin })
        })
    }
}

/// Chat, sender and owner of a message. Parsers share one text for each address, so where it stands tells it apart. Two texts of one
/// address would be counted apart, which the reader adds up.
fn sent_key(row: &Message) -> (usize, usize, usize) {
    (place(&row.chat), row.sender.as_ref().map_or(0, place), row.owner.as_ref().map_or(0, place))
}

/// Adds up counts that are one under a shorter key, in the order in which they come.
fn merged<N: Clone, K: Eq + Hash>(counts: Vec<(K, Count<N>)>) -> Vec<Count<N>> {
    let mut places: HashMap<K, usize> = HashMap::new();
    let mut merged: Vec<Count<N>> = Vec::new();
    for (key, part) in counts {
        match places.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(merged.len());
                merged.push(part);
            }
            Entry::Occupied(entry) => {
                if let Some(count) = merged.get_mut(*entry.get()) {
                    count.rows += part.rows;
                    count.first = earlier(count.first, part.first);
                    count.last = count.last.max(part.last);
                }
            }
        }
    }
    merged
}

/// The earlier of two times, where there are any.
fn earlier(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Hashes places in memory, which evidence does not choose: a multiplication for each, where the hasher of the standard library
/// would take a good part of the time of reading a message.
#[derive(Default)]
struct Places(u64);

impl Hasher for Places {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 29
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(u64::from(number));
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// Where a shared text stands. Whoever remembers a place keeps the text alive, so no other can come to stand there.
fn place(text: &Text) -> usize {
    text.as_ptr() as usize
}

/// An address as a number; see the table `named_accounts`.
pub(crate) fn number_of(address: &str) -> Option<i64> {
    let (user, server) = address.rsplit_once('@')?;
    if user.is_empty() || user.len() > 17 || user.starts_with('0') || !user.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = user.parse().ok()?;
    match server {
        account::PHONE_SERVER => Some(number),
        account::LID_SERVER => Some(-number),
        _ => None,
    }
}
