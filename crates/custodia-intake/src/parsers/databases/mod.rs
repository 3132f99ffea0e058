//! Databases of programs that no other parser knows: links, addresses and numbers in the values of their rows, in deleted records,
//! and in the bytes of the database and its log that no live cell uses. The latter two are never told as live.
//!
//! In the bytes of a database texts stand without a gap: a number or an address would take the beginning of the next text into
//! itself. So rows are read as such, value by value, and as bytes only what is left of the file.
//!
//! Of a database that another parser reads, [`rest`] tells the same of the tables that this one leaves out, and of the bytes that
//! no live cell uses.

mod copies;
mod pieces;
#[cfg(test)]
mod rest_tests;
#[cfg(test)]
mod tests;
mod told;

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use custodia_model::tables::{Trace, Warning};
use custodia_model::{Found, Origin, Row, Rows, Text};

use super::leads::{Kind, leads};
use super::{About, File, Parser, ReadError, database, recovered};
use crate::bytes::Bytes;
use crate::open::sqlite::{Cell, Database, MAGIC, Ranges, TableInfo, Taken, Unused};
use crate::scan::Scanner;
use copies::Copies;
use pieces::Pieces;
pub use told::Told;

/// Traces that are told of the rows of one database, and of its other bytes.
const MOST: usize = 100_000;
const MOST_IN_BYTES: usize = 10_000;

/// Shorter pieces of a file hold no trace.
const SHORTEST: u64 = 7;

/// Bytes of a deleted record in which its texts are looked for again.
const RECORD: u64 = 4096;

/// Bytes that are read at a time.
const READ: usize = 256 << 10;

/// What the parser is.
pub const ABOUT: About = About {
    name: "Traces in a database",
    reads: "SQLite databases that no other parser reads, by content, with the log beside them: each value of each row, deleted \
            records, and then the bytes that no live cell uses",
    tables: &["traces", "recovered", "warnings"],
    tested: &[
        "texts and blobs beside each other, deleted rows, UTF-16, a damaged file, invented data",
        "rows that only the log holds or replaces, tables without rowids and their deleted rows, copies of cells in unused bytes, invented data",
    ],
    gaps: "what tables and columns mean; virtual tables; values within packed or encrypted blobs; in `recovered`, rows of tables without \
           rowids of fewer than 128 bytes whose first bytes are overwritten, and those on free pages that an index of the same form may \
           have left; rows in gaps of pages that an index uses by now, and behind the end of overflow pages; rows of before columns were dropped \
           or put between others; where a table was rewritten with its columns in another order, what is told of before has the columns of today",
};

/// The parser. It comes last: every other one knows more of the databases that it reads.
pub struct Traces;

impl Parser for Traces {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, _path: &str, head: &[u8]) -> bool {
        head.starts_with(MAGIC)
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let opened = database::open(file, rows);
        look_through(file, opened.as_ref().ok(), None, rows)?;
        opened.map(|_| ())
    }
}

/// What the parser of a database leaves over.
#[derive(Clone, Copy)]
pub struct Rest<'a> {
    /// Whether the parser tells what the rows of a table say.
    pub tells: &'a dyn Fn(&str) -> bool,
    /// In which columns of such a table texts stand that it does not look through.
    pub texts: &'a dyn Fn(&str) -> &'static [&'static str],
    /// What it told.
    pub told: &'a Told,
}

impl Rest<'_> {
    fn knows(&self, kind: Kind, value: &str) -> bool {
        self.told.knows(kind.as_str(), value)
    }
}

/// Tells what stands in a database beside what its parser tells: in other tables, in deleted records, in the bytes that no live cell
/// uses. Damage of the file and of the parser's own tables was told.
pub fn rest(file: &File<'_>, rest: Rest<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
    let opened = database::open(file, &mut Vec::new())?;
    look_through(file, Some(&opened), Some(rest), rows)
}

/// Without a database all bytes are looked through: what cannot be opened may say something all the same.
fn look_through(
    file: &File<'_>,
    opened: Option<&Database>,
    rest: Option<Rest<'_>>,
    rows: &mut dyn Rows,
) -> Result<(), ReadError> {
    let bytes = file.bytes()?;
    let log = file.beside("-wal").filter(|log| log.size > 0);
    // Several tables may begin on one page only in a hostile file; rows of an honest one cost no more than their bytes,
    // and twice with a log.
    let size = bytes.len().saturating_add(log.map_or(0, |log| log.size));
    let budget = size.saturating_mul(8).saturating_add(1 << 20);
    let mut telling = Telling::new(file, rest, opened, budget, rows);
    let mut taken = Taken::default();
    let mut unsure = false;
    if let Some(database) = opened {
        let mut left = budget;
        // Of a database that its parser told, what headers of pages say of the bytes in use mostly shows that the others say nothing new.
        let by_headers = rest.is_some() && log.is_none() && !database.is_rolled_back();
        telling.rows_of(database, None, &mut left, (!by_headers).then_some(&mut taken));
        // What the main file says where the log or the journal says something else.
        if (log.is_some() || database.is_rolled_back())
            && let Ok(before) = Database::open(bytes.clone(), None, None)
        {
            telling.rows_of(&before, Some(&mut database.unused()), &mut left, Some(&mut taken));
        }
        unsure = left == 0;
        if unsure {
            let says = "its tables say more than a database of its size holds; they were not read to the end";
            telling.warn("reading ended", says.into());
        }
        telling.recovering = true;
        let mut pieces = Pieces::default();
        let passed = match by_headers {
            true => recovered::read(file, Some(&mut |at, bytes| pieces.take(at, bytes)), &mut telling),
            false => recovered::read(file, None, &mut telling),
        };
        telling.recovering = false;
        if by_headers {
            if passed && !telling.says_more(file.path(), pieces) {
                telling.finish();
                return Ok(());
            }
            database.take_all(&mut left, &mut taken);
            unsure |= left == 0;
        }
    }
    let mut unused = opened.map(Database::unused);
    let Taken { file: in_file, log: in_log } = taken;
    // Where not every cell in use is known, a live one may be among those bytes.
    let known = !unsure && !in_file.full() && !in_log.full();
    telling.bytes_of(file.path(), &bytes, in_file, &mut |at, gap| match &mut unused {
        Some(unused) if known => unused.in_file(at, gap),
        Some(_) => Found::LostPage,
        None => Found::Live,
    })?;
    if let (Some(unused), Some(log)) = (&unused, log)
        && let Ok(bytes) = log.open()
    {
        telling.bytes_of(&log.path, &bytes, in_log, &mut |at, _| {
            if known { unused.in_log(at) } else { Found::UnprovedWalFrame }
        })?;
    }
    telling.finish();
    Ok(())
}

/// Puts traces of one database.
struct Telling<'a> {
    file: &'a File<'a>,
    rows: &'a mut dyn Rows,
    rest: Option<Rest<'a>>,
    /// The database whose cells in the tables of its parser are not yet known, and what looking at them may cost.
    unlearned: Option<(&'a Database, u64)>,
    /// What was told, by the place of the table.
    of_rows: HashSet<(Text, Kind, String)>,
    /// What was told of any row or record.
    values: HashSet<(Text, Text)>,
    copies: Copies,
    /// Whether deleted records are on their way.
    recovering: bool,
    /// What they say as it is written, by the byte at which each begins.
    records: BTreeMap<(Text, u64), Vec<Text>>,
    /// Places that are not told because there were too many.
    more: u64,
}

impl<'a> Telling<'a> {
    fn new(
        file: &'a File<'a>,
        rest: Option<Rest<'a>>,
        opened: Option<&'a Database>,
        budget: u64,
        rows: &'a mut dyn Rows,
    ) -> Telling<'a> {
        Telling {
            file,
            rows,
            rest,
            unlearned: opened.filter(|_| rest.is_some()).map(|database| (database, budget)),
            of_rows: HashSet::new(),
            values: HashSet::new(),
            copies: Copies::default(),
            recovering: false,
            records: BTreeMap::new(),
            more: 0,
        }
    }

    /// Whether the parser of this database tells the rows of the table.
    fn is_told(&self, table: &str) -> bool {
        self.rest.is_some_and(|rest| (rest.tells)(table))
    }

    /// The columns of a table in which something may stand that the parser of this database does not tell.
    fn open_columns<'t>(&self, table: &'t TableInfo) -> Vec<&'t str> {
        let columns = table.columns.iter().map(String::as_str);
        match self.rest.filter(|rest| (rest.tells)(&table.name)) {
            None => columns.collect(),
            Some(rest) => {
                let texts = (rest.texts)(&table.name);
                columns.filter(|column| texts.iter().any(|text| text.eq_ignore_ascii_case(column))).collect()
            }
        }
    }

    /// Puts the traces of all rows, each value once for a table; with `earlier` only those that were not told before, which are of
    /// the main file alone. Each row costs its bytes of `left`.
    fn rows_of(
        &mut self,
        database: &Database,
        mut earlier: Option<&mut Unused<'_>>,
        left: &mut u64,
        mut taken: Option<&mut Taken>,
    ) {
        let tables = database.table("sqlite_schema").into_iter().chain(database.tables());
        for table in tables {
            let names = self.open_columns(table);
            if names.is_empty() && self.is_told(&table.name) {
                let Some(taken) = &mut taken else { continue };
                let mut scan = database.scan(&table.name, &[]);
                while *left > 0 && scan.next().is_some() {
                    scan.take(taken);
                    *left = left.saturating_sub(4);
                }
                continue;
            }
            let part = Text::from(&*table.name);
            // Columns are looked for one by one among all of them.
            *left = left.saturating_sub((names.len() as u64).pow(2) / 16);
            let mut scan = database.scan(&table.name, &names);
            while let Some(row) = scan.next() {
                let mut cost = 4 + names.len() as u64;
                let mut said: Vec<(Kind, String, String)> = Vec::new();
                let (rowid, found) = (row.rowid, row.found);
                for column in 0..names.len() {
                    match row.get(column) {
                        Cell::Text(text) => {
                            cost += text.len() as u64;
                            for lead in leads(text) {
                                let written = text.get(lead.range).unwrap_or_default().to_owned();
                                said.push((lead.kind, lead.value, written));
                            }
                        }
                        Cell::Blob(bytes) => {
                            cost += bytes.len() as u64;
                            let mut take = |one: crate::scan::Found| said.push((one.kind, one.value, one.as_written));
                            if bytes.len() as u64 >= SHORTEST {
                                let mut scanner = Scanner::default();
                                scanner.feed(bytes, &mut take);
                                scanner.finish(&mut take);
                            }
                        }
                        _ => {}
                    }
                }
                if let Some(taken) = &mut taken {
                    scan.take(taken);
                }
                *left = left.saturating_sub(cost);
                // Most rows hold numbers alone.
                if said.is_empty() {
                    if *left == 0 {
                        return;
                    }
                    continue;
                }
                let mut origin = Origin { found, ..self.file.at(&part, rowid) };
                if let Some(place) = scan.place() {
                    self.copies.learn(place.bytes);
                    if let Some(unused) = &mut earlier {
                        // The row is no longer there: its byte is.
                        origin = self.file.at(&"byte".into(), i64::try_from(place.offset).unwrap_or(i64::MAX));
                        let cell = place.offset..place.offset.saturating_add(place.bytes.len() as u64);
                        origin.found = unused.in_file(place.offset, &cell);
                    }
                }
                for (kind, value, written) in said {
                    self.row(&part, &origin, kind, value, &written);
                }
                if *left == 0 {
                    return;
                }
            }
            if earlier.is_none() && !self.is_told(&table.name) {
                database::tell(self.file.path(), Some(&table.name), &scan.damage(), self.rows);
            }
        }
        let Some(taken) = taken else { return };
        let (copies, later) = (&mut self.copies, self.unlearned.is_some());
        database.take_indexes(left, taken, &mut |entry| {
            if !later {
                copies.learn(entry);
            }
        });
    }

    /// Learns how the cells of the tables that the parser tells read as bytes. It takes long, so it is done where free bytes say
    /// something new, and not before, and cells without a byte that links, addresses and numbers have are passed over: of wallets and
    /// names of services, which have none of them, a wrong form has no checksum.
    fn learn(&mut self) {
        let (Some((database, mut left)), Some(rest)) = (self.unlearned.take(), self.rest) else { return };
        for table in database.tables().iter().filter(|table| (rest.tells)(&table.name)) {
            let mut scan = database.scan(&table.name, &[]);
            while left > 0 && scan.next().is_some() {
                let bytes = scan.place().map_or(&[][..], |place| place.bytes);
                left = left.saturating_sub(4 + bytes.len() as u64);
                if may_lead(bytes) {
                    self.copies.learn(bytes);
                }
            }
        }
        let copies = &mut self.copies;
        database.take_indexes(&mut left, &mut Taken::default(), &mut |entry| {
            if may_lead(entry) {
                copies.learn(entry);
            }
        });
    }

    fn row(&mut self, part: &Text, origin: &Origin, kind: Kind, value: String, written: &str) {
        if self.rest.is_some_and(|rest| rest.knows(kind, &value)) {
            return;
        }
        let key = (part.clone(), kind, value);
        if self.of_rows.contains(&key) {
            return;
        }
        if self.of_rows.len() >= MOST {
            self.more += 1;
            return;
        }
        let trace = trace(kind, &key.2, written);
        self.of_rows.insert(key);
        self.put(origin.clone(), trace.into());
    }

    /// Whether bytes that are not used say anything that was not told.
    fn says_more(&self, path: &Text, pieces: Pieces) -> bool {
        pieces.found().is_none_or(|found| found.iter().any(|(at, one)| !self.was_told(path, *at, one)))
    }

    fn was_told(&self, path: &Text, at: u64, one: &crate::scan::Found) -> bool {
        let told = self.rest.is_some_and(|rest| {
            rest.knows(one.kind, &one.value) || is_cut_address(one) || self.of_record(path, at, &one.as_written)
        });
        told || self.values.contains(&(one.kind.as_str().into(), Text::from(&*one.value)))
    }

    /// Puts the traces of bytes that no live cell takes, each value once and none that was told.
    fn bytes_of(
        &mut self,
        path: &Text,
        bytes: &Bytes,
        taken: Ranges,
        place: &mut dyn FnMut(u64, &Range<u64>) -> Found,
    ) -> std::io::Result<()> {
        let byte: Text = "byte".into();
        let mut buffer = vec![0; READ];
        let mut put = 0;
        for gap in taken.gaps(bytes.len()).filter(|gap| gap.end - gap.start >= SHORTEST) {
            let mut found = Vec::new();
            let looked = look(bytes, &gap, &mut buffer, &mut |one| found.push(one));
            found.sort_unstable();
            for one in found {
                let trace = trace(one.kind, &one.value, &one.as_written);
                let at = gap.start.saturating_add(one.offset);
                if self.was_told(path, at, &one) {
                    continue;
                }
                self.learn();
                if self.copies.knows(&one, gap.end - gap.start) {
                    continue;
                }
                if put >= MOST_IN_BYTES {
                    self.more += 1;
                    continue;
                }
                put += 1;
                let origin = Origin::at(path.clone(), byte.clone(), i64::try_from(at).unwrap_or(i64::MAX))
                    .found(place(at, &gap));
                self.put(origin, trace.into());
            }
            looked?;
        }
        Ok(())
    }

    /// Whether a deleted record that was told, and stands shortly before this byte, says what is written here without what follows.
    fn of_record(&self, path: &Text, at: u64, written: &str) -> bool {
        let near = (path.clone(), at.saturating_sub(RECORD))..=(path.clone(), at);
        let before = self.records.range(near).next_back();
        before.is_some_and(|(_, said)| said.iter().any(|one| written.starts_with(&**one)))
    }

    fn warn(&mut self, kind: &str, says: String) {
        self.put(self.file.whole(), Warning::new(kind, says).into());
    }

    fn finish(mut self) {
        if self.more > 0 {
            let says = format!(
                "more than {MOST} links, addresses and numbers stand in the rows of this database, or {MOST_IN_BYTES} in its \
                 other bytes; {} further places were not told; `custodia scan` shows all of them",
                self.more
            );
            self.warn("too many", says);
        }
    }
}

impl Rows for Telling<'_> {
    fn put(&mut self, origin: Origin, row: Row) {
        if let Row::Trace(trace) = &row {
            self.values.insert((trace.trace_kind.clone(), trace.value.clone()));
            if self.recovering
                && let Some(at) = origin.number
            {
                let place = (origin.path.clone(), at.unsigned_abs());
                self.records.entry(place).or_default().push(trace.as_written.clone());
            }
        }
        self.rows.put(origin, row);
    }
}

/// Whether what looks like an e-mail address is one of WhatsApp that was cut off or that another text follows.
fn is_cut_address(one: &crate::scan::Found) -> bool {
    one.kind == Kind::EMail
        && one.value.split_once('@').is_some_and(|(user, host)| {
            host.starts_with("s.what")
                || (host.starts_with("g.us") && user.ends_with(|last: char| last.is_ascii_digit()))
        })
}

/// Whether a cell holds a byte that links, addresses and numbers have.
fn may_lead(cell: &[u8]) -> bool {
    memchr::memchr3(b'@', b'/', b'+', cell).is_some()
}

fn trace(kind: Kind, value: &str, written: &str) -> Trace {
    Trace { trace_kind: kind.as_str().into(), value: value.into(), as_written: written.into(), ..Trace::default() }
}

/// Looks through a range of bytes; offsets count from its beginning.
fn look(
    bytes: &Bytes,
    range: &Range<u64>,
    buffer: &mut [u8],
    take: &mut dyn FnMut(crate::scan::Found),
) -> std::io::Result<()> {
    let mut scanner = Scanner::default();
    let mut at = range.start;
    let mut outcome = Ok(());
    while at < range.end {
        let most = usize::try_from(range.end - at).unwrap_or(READ).min(buffer.len());
        match bytes.read_at(at, buffer.get_mut(..most).unwrap_or_default()) {
            Ok(0) => break,
            Ok(read) => {
                scanner.feed(buffer.get(..read).unwrap_or_default(), take);
                at += read as u64;
            }
            Err(error) => {
                outcome = Err(error);
                break;
            }
        }
    }
    scanner.finish(take);
    outcome
}
