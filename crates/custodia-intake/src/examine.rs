//! One exhibit through all doors: walk its bytes to files, digest them, and let parsers turn files into rows.
//!
//! Files are digested by many threads; parsers run one after another in the order of the files, so rows come in one
//! order for any number of threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use custodia_model::tables::{Device, File as FileRow, Trace, Warning};
use custodia_model::{Origin, Row, Rows, Text, Time};

use crate::assemblies;
use crate::content;
use crate::evidence::{Item, Kept};
use crate::history;
use crate::open::sqlite;
use crate::parsers::{File, PARSERS, Parser, databases};
use crate::progress::Progress;
use crate::secrets::Secrets;
use crate::twins::{Twin, Twins};
use crate::walk::{self, WalkError, Walked};

mod counting;
mod lineage;
mod numbers;
mod renamed;
mod unread;

use counting::{Counting, Told};
use renamed::Known;
use unread::Unread;

/// What the operator says of an exhibit.
#[derive(Clone, Debug, Default)]
pub struct ExhibitFacts {
    /// Reference of the authority that allows the examination.
    pub authority: String,
    /// ISO 8601 with offset, as given.
    pub seized_at: Option<String>,
    /// ISO 3166-1 alpha-2, as given.
    pub country_of_seizure: Option<String>,
}

/// How an examination runs. But for the secrets, which open more or less, nothing here changes its rows.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads that digest.
    pub threads: usize,
    /// Folder for scratch files, which vanish; the system's folder without it.
    pub scratch: Option<PathBuf>,
    /// Passwords and keys of encrypted backups.
    pub secrets: Secrets,
}

impl Default for Options {
    fn default() -> Options {
        Options { threads: 1, scratch: None, secrets: Secrets::default() }
    }
}

/// What an examination counts. `items` = `parsed` + `partial` + `rejected`.
#[derive(Clone, Debug, Default)]
pub struct Examined {
    /// Name of the evidence as handed over.
    pub source: String,
    /// `folder`, `file`, or the source that opened it.
    pub source_kind: String,
    /// SHA-256 of the evidence, in hex.
    pub source_sha256: String,
    /// Bytes of the evidence.
    pub source_bytes: u64,
    /// Items found.
    pub items: u64,
    /// Items read whole.
    pub parsed: u64,
    /// Items read in part.
    pub partial: u64,
    /// Items not read.
    pub rejected: u64,
    /// Items among the parsed whose content no parser knows.
    pub unparsed_kind: u64,
    /// Bytes of all items.
    pub bytes: u64,
}

/// How reading an item ended; the worse wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Read whole.
    Parsed,
    /// Read in part.
    Partial,
    /// Not read.
    Rejected,
}

impl From<walk::Outcome> for Outcome {
    fn from(outcome: walk::Outcome) -> Outcome {
        match outcome {
            walk::Outcome::Whole => Outcome::Parsed,
            walk::Outcome::Partial => Outcome::Partial,
            walk::Outcome::Rejected => Outcome::Rejected,
        }
    }
}

impl Outcome {
    /// The word of the `outcome` column.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Parsed => "parsed",
            Outcome::Partial => "partial",
            Outcome::Rejected => "rejected",
        }
    }
}

/// Examines one exhibit and puts its rows. `Err` means that there is nothing to examine.
pub fn examine(
    evidence: &Path,
    facts: &ExhibitFacts,
    rows: &mut dyn Rows,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Examined, WalkError> {
    let wanted = |path: &str, head: &[u8]| {
        parser_for(path, head).is_some_and(|parser| parser.about().name != databases::ABOUT.name)
    };
    let how = walk::Options {
        threads: options.threads,
        scratch_dir: options.scratch.clone(),
        secrets: options.secrets.clone(),
        traces: true,
        ..walk::Options::default()
    };
    let walked = walk::walk(evidence, &wanted, &how, progress)?;

    // What a parser did to an item, by its place; the walk's own outcome stands in `walked.ended`.
    let mut outcomes: Vec<Outcome> = walked.ended.iter().map(|ended| ended.outcome.into()).collect();
    for (origin, warning) in &walked.warnings {
        rows.put(origin.clone(), warning.clone().into());
    }
    for (origin, fact) in &walked.facts {
        rows.put(origin.clone(), fact.clone().into());
    }
    numbers::compare(&walked, rows);
    let mut parsers: Vec<Option<&'static str>> = walked.ended.iter().map(|ended| ended.source).collect();
    let mut known: Vec<Known<'_>> = Vec::new();
    for (index, item) in walked.evidence.items().iter().enumerate() {
        // An encrypted backup under the name of what it holds: what it holds is read. Of one that could not be opened, what is a
        // database is one for itself.
        let rejected = walked.ended[index].outcome == walk::Outcome::Rejected;
        if assemblies::opened(walked.ended[index].source, item) && !(rejected && content::is_database(&item.head)) {
            continue;
        }
        // What could not be read to its end has no digests; what there is of it is read all the same.
        let kept = item.digests.is_some() || (item.size > 0 && !matches!(item.kept, Kept::No));
        // What belongs to an assembly is read under its own name.
        let other =
            |parser: &&dyn Parser| parsers[index].is_none() || rejected || parser.about().name != databases::ABOUT.name;
        let parser = parser_for(&item.path, &item.head).filter(|_| kept).filter(other);
        known.extend(parser.map(|parser| Known::new(index, item, parser, &walked.evidence)));
    }
    renamed::copies(&mut known);
    lineage::copies(&mut known, &walked.evidence);
    // Copies of databases come after the live ones, so that they add what these no longer say and nothing twice.
    let copies = known.iter().any(|one| one.copy);
    if copies || known.iter().any(|one| one.renamed) {
        known.sort_by_cached_key(|one| {
            (history::order(one.copy, one.owned, &one.item.path, one.item.modified), one.renamed, one.index)
        });
    }
    let unowned = known.iter().any(|one| !one.owned);
    let mut said = copies.then(|| history::Said::new(unowned));
    let mut equals = renamed::Equals::new(&walked.evidence);
    let mut unread = Unread::default();
    let twins = Twins::new(&walked.evidence, known.iter().map(|one| one.index));
    for Known { index, item, parser, renamed, copy, .. } in known {
        parsers[index] = Some(parser.about().name);
        if let Some(warning) = equals.of(item, parser, renamed) {
            rows.put(Origin::file(item.path.clone()), warning.into());
            unread.is_read(index);
            continue;
        }
        if renamed {
            rows.put(Origin::file(item.path.clone()), renamed::warning(parser).into());
        }
        if let Some(twin) = twins.of(index) {
            rows.put(Origin::file(item.path.clone()), twin.warning().into());
            if matches!(twin, Twin::Same(_)) {
                unread.is_read(index);
                continue;
            }
        }
        let once = &mut history::Once::new(said.as_mut(), copy, rows);
        let (mut outcome, told) = parse(parser, item, &walked, once);
        if !unread.parsed(index, item, parser, told, &walked, once) {
            outcome = outcome.max(Some(Outcome::Partial));
        }
        if let Some(outcome) = outcome {
            outcomes[index] = outcomes[index].max(outcome);
        }
    }

    lone_logs(&walked, rows);

    let byte: Text = "byte".into();
    let more = unread.traces(&walked, &wanted, rows);
    let mut traces: Vec<_> = walked.traces.iter().chain(&more).collect();
    traces.sort_by_key(|(index, _)| *index);
    for (index, one) in traces {
        let Some(item) = walked.evidence.items().get(*index) else { continue };
        let Some(found) = unread.found(item, &walked) else { continue };
        let offset = i64::try_from(one.offset).unwrap_or(i64::MAX);
        let trace = Trace {
            trace_kind: one.kind.as_str().into(),
            value: one.value.as_str().into(),
            as_written: one.as_written.as_str().into(),
            ..Trace::default()
        };
        rows.put(Origin::at(item.path.clone(), byte.clone(), offset).found(found), trace.into());
    }

    // All that is read has been read.
    for (item, outcome) in walked.evidence.items().iter().zip(&mut outcomes) {
        if let Some(warning) = item.kept.changed() {
            rows.put(Origin::file(item.path.clone()), warning.into());
            *outcome = (*outcome).max(Outcome::Partial);
        }
    }

    let mut counts = Examined {
        source: evidence.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        source_kind: walked.source_kind.to_owned(),
        source_sha256: hex::encode(walked.source_sha256),
        source_bytes: walked.source_bytes,
        ..Examined::default()
    };
    for ((item, &outcome), &parser) in walked.evidence.items().iter().zip(&outcomes).zip(&parsers) {
        counts.items += 1;
        counts.bytes = counts.bytes.saturating_add(item.size);
        match outcome {
            Outcome::Parsed => counts.parsed += 1,
            Outcome::Partial => counts.partial += 1,
            Outcome::Rejected => counts.rejected += 1,
        }
        if outcome == Outcome::Parsed && parser.is_none() {
            counts.unparsed_kind += 1;
        }
        rows.put(Origin::file(item.path.clone()), file_row(item, parser, outcome));
    }
    rows.put(Origin::file("/".into()), device_row(facts, &counts, &walked));
    Ok(counts)
}

/// SHA-256 of evidence as it is now, in hex, taken as at its examination. The error is a sentence.
pub fn source_sha256(evidence: &Path, threads: usize, progress: &dyn Progress) -> Result<String, String> {
    if evidence.is_dir() {
        let how = walk::Options { threads, assemble: false, ..walk::Options::default() };
        let walked = walk::walk(evidence, &|_, _| false, &how, progress).map_err(|why| why.to_string())?;
        return Ok(hex::encode(walked.source_sha256));
    }
    let hashed = crate::digest::tree(evidence, threads, progress).map_err(|why| why.to_string())?;
    let digests = hashed.into_iter().next().map(|file| file.digests.map_err(|why| why.to_string()));
    digests.unwrap_or_else(|| Err("there is nothing to read".into())).map(|digests| digests.sha256_hex())
}

/// Tells of logs of databases that are not there: what was last written to the database may stand in them alone.
fn lone_logs(walked: &Walked, rows: &mut dyn Rows) {
    for item in walked.evidence.items().iter().filter(|item| sqlite::is_log(&item.head)) {
        let Some(database) = item.path.strip_suffix("-wal") else { continue };
        let says = match walked.evidence.item(database) {
            None => format!("expected the database `{database}` beside its write-ahead log, found no such file"),
            Some(found) if found.size == 0 => {
                format!("expected the database `{database}` beside its write-ahead log, found an empty file")
            }
            Some(_) => continue,
        };
        let says = format!("{says}; the log is not read");
        rows.put(Origin::file(item.path.clone()), Warning::new("log without database", says).into());
    }
}

fn parser_for(path: &str, head: &[u8]) -> Option<&'static dyn Parser> {
    PARSERS.iter().copied().find(|parser| parser.fits(path, head))
}

/// Runs a parser over a file. Gives an outcome worse than `Parsed` when there was damage.
fn parse(parser: &dyn Parser, item: &Item, walked: &Walked, rows: &mut dyn Rows) -> (Option<Outcome>, Told) {
    let file = File { item, evidence: &walked.evidence };
    let mut counting = Counting::new(content::is_database(&item.head), rows);
    // Parsers do not panic; should one do so all the same, it costs this file alone.
    let outcome = catch_unwind(AssertUnwindSafe(|| parser.read(&file, &mut counting)));
    let refused = match outcome {
        Ok(Ok(())) => return ((counting.warnings > 0).then_some(Outcome::Partial), counting.told(true)),
        // That is told of every such file, whoever asked for its bytes.
        Ok(Err(_)) if item.kept.changed().is_some() => return (Some(Outcome::Rejected), counting.told(false)),
        Ok(Err(why)) => Warning::new("not read", format!("{}: {why}", parser.about().name)),
        Err(_) => Warning::new(
            "parser failed",
            format!("{}: the parser failed on this file; please report it", parser.about().name),
        ),
    };
    counting.put(file.whole(), refused.bytes(item.size).into());
    (Some(Outcome::Rejected), counting.told(false))
}

fn file_row(item: &Item, parser: Option<&'static str>, outcome: Outcome) -> Row {
    let digest = |of: fn(&custodia_model::Digests) -> String| item.digests.as_ref().map(|digests| of(digests).into());
    FileRow {
        size: i64::try_from(item.size).unwrap_or(i64::MAX),
        modified: item.modified,
        md5: digest(custodia_model::Digests::md5_hex),
        sha1: digest(custodia_model::Digests::sha1_hex),
        sha256: digest(custodia_model::Digests::sha256_hex),
        content: item.content.into(),
        parser: parser.map(Text::from),
        outcome: outcome.as_str().into(),
        times_as_stored: item.modified_as_stored.as_ref().map(|text| format!("modified={text}").into()),
    }
    .into()
}

fn device_row(facts: &ExhibitFacts, counts: &Examined, walked: &Walked) -> Row {
    let holds = |marks: &[&str]| {
        walked.evidence.items().iter().any(|item: &Item| marks.iter().any(|mark| item.path.contains(mark)))
    };
    let device_kind = match () {
        () if holds(&["/data/data/", "/data/user/0/", "/system/build.prop"]) => "android",
        () if holds(&["/private/var/mobile/", "/private/var/wireless/", "/mobile/Containers/"]) => "ios",
        () => "unknown",
    };
    let int = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    Device {
        device_kind: device_kind.into(),
        authority: facts.authority.as_str().into(),
        seized_at: facts.seized_at.as_deref().and_then(Time::from_iso),
        country_of_seizure: facts.country_of_seizure.as_deref().map(Text::from),
        source: counts.source.as_str().into(),
        source_kind: counts.source_kind.as_str().into(),
        source_sha256: counts.source_sha256.as_str().into(),
        source_bytes: int(counts.source_bytes),
        items: int(counts.items),
        parsed: int(counts.parsed),
        partial: int(counts.partial),
        rejected: int(counts.rejected),
        unparsed_kind: int(counts.unparsed_kind),
        times_as_stored: facts.seized_at.as_ref().map(|text| format!("seized_at={text}").into()),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::parsers::fixtures;

    /// An archive that ends within a database, and one with other bytes before it.
    #[test]
    fn a_database_is_read_as_far_as_its_archive_goes() {
        let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/chats/whatsapp_android/modern");
        let made = fixtures::make(&case);
        let item = made.items().iter().find(|item| item.path.ends_with("/msgstore.db")).unwrap();
        let mut database = Vec::new();
        std::io::Read::read_to_end(&mut crate::bytes::Reader::new(item.open().unwrap()), &mut database).unwrap();
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        archive.start_file("data/data/com.whatsapp/databases/msgstore.db", stored).unwrap();
        archive.write_all(&database).unwrap();
        let archive = archive.finish().unwrap().into_inner();
        let folder = tempfile::tempdir().unwrap();
        let examined = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            let mut rows: Vec<(Origin, Row)> = Vec::new();
            let (facts, options) = (ExhibitFacts::default(), Options::default());
            examine(&path, &facts, &mut rows, &options, &crate::progress::Silent).unwrap();
            let read = |row: &Row| matches!(row, Row::Message(_) | Row::Chat(_) | Row::Membership(_));
            let count = rows.iter().filter(|(_, row)| read(row)).count();
            let outcome = rows.iter().find_map(|(origin, row)| match row {
                Row::File(file) if origin.path.ends_with("/msgstore.db") => Some(file.outcome.to_string()),
                _ => None,
            });
            (count, outcome)
        };
        let (all, outcome) = examined("whole.zip", &archive);
        assert!(all > 0);
        let mut before = b"MZ".to_vec();
        before.resize(4000, 0);
        before.extend(&archive);
        assert_eq!(examined("before.zip", &before), (all, outcome));
        let at = memchr::memmem::find(&archive, b"SQLite format 3").unwrap();
        let mut most = 0;
        for tenth in 1..10 {
            let kept = database.len() * tenth / 10;
            let (loose, _) = examined("msgstore.db", &database[..kept]);
            let (some, outcome) = examined("cut.zip", &archive[..at + kept]);
            assert_eq!((some, outcome.as_deref()), (loose, Some("partial")), "{kept} of {} bytes", database.len());
            most = most.max(some);
        }
        assert!(most > 0);
    }

    type Way = fn(&Path);

    /// Does something to a file once it has been digested.
    struct Swap<'a> {
        path: &'a Path,
        by: Way,
        done: std::sync::atomic::AtomicBool,
    }

    impl Progress for Swap<'_> {
        fn total(&self, _items: u64, _bytes: u64) {}

        fn add(&self, items: u64, _bytes: u64) {
            if items > 0 && !self.done.swap(true, std::sync::atomic::Ordering::SeqCst) {
                (self.by)(self.path);
            }
        }
    }

    /// Rows bear the digest of their file: of other bytes there are none.
    #[test]
    fn a_database_changed_after_its_digest_is_not_read() {
        let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/chats/whatsapp_android/modern");
        let made = fixtures::make(&case);
        let item = made.items().iter().find(|item| item.path.ends_with("/msgstore.db")).unwrap();
        let mut database = Vec::new();
        std::io::Read::read_to_end(&mut crate::bytes::Reader::new(item.open().unwrap()), &mut database).unwrap();
        let ways: [(&str, Way); 4] = [
            ("left alone", |_| {}),
            ("copied over itself", |path| {
                let bytes = std::fs::read(path).unwrap();
                std::fs::remove_file(path).unwrap();
                std::fs::write(path, bytes).unwrap();
            }),
            ("written to", |path| {
                let mut bytes = std::fs::read(path).unwrap();
                *bytes.last_mut().unwrap() ^= 1;
                std::fs::write(path, bytes).unwrap();
            }),
            ("made a link", |path| {
                let outside = path.ancestors().nth(2).unwrap().join("outside.db");
                std::fs::rename(path, &outside).unwrap();
                std::os::unix::fs::symlink(outside, path).unwrap();
            }),
        ];
        for (what, by) in ways {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("evidence/msgstore.db");
            std::fs::create_dir(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &database).unwrap();
            let swap = Swap { path: &path, by, done: false.into() };
            let mut rows: Vec<(Origin, Row)> = Vec::new();
            let (facts, options) = (ExhibitFacts::default(), Options::default());
            let examined = examine(path.parent().unwrap(), &facts, &mut rows, &options, &swap).unwrap();
            let same = matches!(what, "left alone" | "copied over itself");
            let told =
                rows.iter().filter(|(_, row)| matches!(row, Row::Warning(said) if &*said.warning == "changed")).count();
            assert_eq!(told, usize::from(!same), "{what}");
            assert_eq!(rows.iter().any(|(_, row)| matches!(row, Row::Message(_))), same, "{what}");
            assert_eq!(examined.rejected, u64::from(!same), "{what}");
        }
    }
}
