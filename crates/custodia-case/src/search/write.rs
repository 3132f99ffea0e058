//! Writes an index: entries are gathered, sorted as they are shown, and become a part each time they are many enough.
//!
//! In a part the number of an entry is its place in the answer, so a page is the first entries that fit, a span of time
//! is a span of numbers, and parts that were filled in any order, by any number of threads, give the same answers.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use serde::{Deserialize, Serialize};
use tantivy::directory::{MmapDirectory, TerminatingWrite};
use tantivy::index::SegmentReader;
use tantivy::schema::{IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};
use tantivy::store::Compressor;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};
use tantivy::{Directory, IndexBuilder, IndexSettings, SingleSegmentIndexWriter, TantivyDocument};

use super::entry::{Entry, Place, shorten};
use super::words::Words;
use super::{FORMAT, MARKER, SearchError, folding};

/// Bytes of entries that all threads together gather and work on.
const GATHERED: usize = 96 << 20;

/// Bytes that the words of a part may take at least; ordinary texts take half as much as they are long.
const LEAST_HEAP: usize = 48 << 20;

/// Bytes that the library takes for the words of a part at first; it takes more when it needs them.
const TABLE: usize = 32 << 20;

/// Names of the fields.
pub(super) const TEXT: &str = "text";
/// All that an entry can be filtered by.
pub(super) const FILTER: &str = "filter";
/// The time.
pub(super) const AT: &str = "at";
/// The entry but for its text.
pub(super) const ENTRY: &str = "entry";

/// File of the texts, one after another and each with [`END`] behind it, in which the exact search looks.
pub(super) const TEXTS: &str = "texts";
/// A byte that no text has.
pub(super) const END: u8 = 0xFF;
/// File of the words that the part knows, each with [`END`] behind it: what is in the middle of a word is found in it.
pub(super) const WORDS: &str = "words";
/// File of the places where texts begin, and where the last one ends: four bytes each, lowest first.
pub(super) const STARTS: &str = "starts";

/// Name under which the parts know [`Words`].
const CUTTER: &str = "words";

/// An index being written. Nothing counts until it is finished; dropped, it leaves nothing behind.
pub struct Writer {
    folder: PathBuf,
    work: Option<tempfile::TempDir>,
    threads: usize,
    /// Bytes that make a part.
    pub(super) enough: usize,
    /// Bytes that the words of a part may take.
    pub(super) heap: usize,
    gathered: Gathered,
    parts: usize,
    busy: Vec<JoinHandle<Result<(), SearchError>>>,
    written: Written,
}

/// What an index consists of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Number of entries.
    pub entries: u64,
    /// Entries of which a text was longer than [`super::LONGEST_TEXT`] and was cut.
    pub cut: u64,
}

/// What stands in the folder beside the parts: what they are and whether they are whole.
#[derive(Serialize, Deserialize)]
pub(super) struct Marker {
    pub format: u32,
    pub folding: u64,
    pub entries: u64,
    pub parts: Vec<PartMarker>,
}

/// A part, with names and lengths of its files.
#[derive(Serialize, Deserialize)]
pub(super) struct PartMarker {
    pub folder: String,
    pub files: Vec<(String, u64)>,
}

/// Entries that wait to become a part.
#[derive(Default)]
struct Gathered {
    bytes: Vec<u8>,
    places: Vec<Gather>,
}

/// Where an entry stands among those that wait: its text from `start` on, its bytes from `middle` to `end`.
struct Gather {
    at: Option<i64>,
    start: usize,
    middle: usize,
    end: usize,
}

impl Writer {
    /// Begins an index that will stand in `folder`, in a nameless folder beside it. `threads` parts at most are written
    /// at a time beside the thread that adds; zero is the adding thread alone. All together take about 200 MB of
    /// memory.
    pub fn create(folder: &Path, threads: usize) -> Result<Writer, SearchError> {
        let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(SearchError::io(parent, "making the folder of the search index"))?;
        let work = tempfile::Builder::new().prefix(".search-").suffix(".part").tempdir_in(parent);
        let work = work.map_err(SearchError::io(parent, "beginning the search index"))?;
        // Some are gathered while each thread works on others.
        let enough = GATHERED / (threads + 1);
        Ok(Writer {
            folder: folder.to_owned(),
            work: Some(work),
            threads,
            enough,
            heap: enough.max(LEAST_HEAP),
            gathered: Gathered::default(),
            parts: 0,
            busy: Vec::new(),
            written: Written::default(),
        })
    }

    /// Adds an entry. Equal entries are kept as often as they are added.
    pub fn add(&mut self, entry: &Entry<&str>) -> Result<(), SearchError> {
        let Gathered { bytes, places } = &mut self.gathered;
        let start = bytes.len();
        let text = shorten(entry.text);
        bytes.extend_from_slice(text.as_bytes());
        let middle = bytes.len();
        let cut = entry.write(bytes) | (text.len() < entry.text.len());
        self.written.cut += u64::from(cut);
        self.written.entries += 1;
        places.push(Gather { at: entry.at, start, middle, end: bytes.len() });
        if bytes.len() + places.len() * size_of::<Gather>() >= self.enough { self.end_part() } else { Ok(()) }
    }

    /// Ends the index and puts it into its folder by one rename; an index that stood there is replaced.
    pub fn finish(mut self) -> Result<Written, SearchError> {
        if !self.gathered.places.is_empty() {
            self.end_part()?;
        }
        while !self.busy.is_empty() {
            self.wait()?;
        }
        let Some(work) = self.work.take() else { return Ok(self.written) };
        let failed = |doing| SearchError::io(work.path(), doing);
        let mut parts = Vec::new();
        for (folder, _) in files(work.path())? {
            parts.push(PartMarker { files: files(&work.path().join(&folder))?, folder });
        }
        let marker = Marker { format: FORMAT, folding: folding(), entries: self.written.entries, parts };
        let text = serde_json::to_vec(&marker).map_err(|why| failed("writing the search index")(why.into()))?;
        let mut file = File::create(work.path().join(MARKER)).map_err(failed("writing the search index"))?;
        file.write_all(&text).and_then(|()| file.sync_all()).map_err(failed("writing the search index"))?;
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).map_err(SearchError::io(&self.folder, "replacing the search index"))?;
        }
        fs::rename(work.path(), &self.folder)
            .map_err(SearchError::io(&self.folder, "putting the search index in its place"))?;
        // What was renamed is no longer there to be removed.
        let _ = work.keep();
        Ok(self.written)
    }

    /// Makes a part of what is gathered.
    fn end_part(&mut self) -> Result<(), SearchError> {
        let Some(work) = &self.work else { return Ok(()) };
        let folder = work.path().join(format!("{:05}", self.parts));
        let heap = self.heap;
        self.parts += 1;
        if self.threads == 0 {
            write_parts(&mut self.gathered, &folder, heap)?;
            self.gathered.clear();
            return Ok(());
        }
        if self.busy.len() >= self.threads {
            self.wait()?;
        }
        let mut gathered = std::mem::take(&mut self.gathered);
        self.busy.push(std::thread::spawn(move || write_parts(&mut gathered, &folder, heap)));
        Ok(())
    }

    /// Waits for the thread that has worked longest.
    fn wait(&mut self) -> Result<(), SearchError> {
        match self.busy.remove(0).join() {
            Ok(done) => done,
            Err(_) => Err(SearchError::Unwritten { path: self.folder.clone(), why: "a thread gave up".into() }),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // A thread must not write into a folder that is being removed.
        self.busy.drain(..).for_each(|thread| drop(thread.join()));
    }
}

impl Gathered {
    /// Forgets the entries and keeps the memory.
    fn clear(&mut self) {
        self.bytes.clear();
        self.places.clear();
    }
}

/// Names and lengths of the files in a folder, sorted.
pub(super) fn files(folder: &Path) -> Result<Vec<(String, u64)>, SearchError> {
    let failed = || SearchError::io(folder, "listing the search index");
    let mut files = Vec::new();
    for file in fs::read_dir(folder).map_err(failed())? {
        let file = file.map_err(failed())?;
        let length = file.metadata().map_err(failed())?.len();
        let name = file.file_name().to_string_lossy().into_owned();
        // Locks are no part of the index and may come and go.
        if !name.ends_with(".lock") {
            files.push((name, length));
        }
    }
    files.sort();
    Ok(files)
}

/// The fields of a part.
pub(super) fn schema() -> Schema {
    let indexing = |cutter: &str, option| TextFieldIndexing::default().set_tokenizer(cutter).set_index_option(option);
    let text = indexing(CUTTER, IndexRecordOption::WithFreqsAndPositions);
    let filter = indexing("raw", IndexRecordOption::Basic).set_fieldnorms(false);
    let mut schema = Schema::builder();
    schema.add_text_field(TEXT, TextOptions::default().set_indexing_options(text));
    schema.add_text_field(FILTER, TextOptions::default().set_indexing_options(filter));
    schema.add_i64_field(AT, NumericOptions::default().set_fast());
    schema.add_bytes_field(ENTRY, tantivy::schema::STORED);
    schema.build()
}

/// Writes what is gathered: one part, or several if its words take more memory than `heap`, in bytes.
fn write_parts(gathered: &mut Gathered, folder: &Path, heap: usize) -> Result<(), SearchError> {
    let Gathered { bytes, places } = gathered;
    places.sort_unstable_by(|a, b| a.place(bytes).order(&b.place(bytes)));
    let (mut rest, mut piece) = (&places[..], 0);
    while !rest.is_empty() {
        let folder = folder.with_extension(format!("{piece:05}"));
        fs::create_dir(&folder).map_err(SearchError::io(&folder, "writing the search index"))?;
        let written = write_part(bytes, rest, &folder, heap)
            .map_err(|why| SearchError::Unwritten { path: folder.clone(), why: why.to_string() })?;
        rest = &rest[written..];
        piece += 1;
    }
    Ok(())
}

impl Gather {
    /// What it is ordered by.
    fn place<'a>(&self, bytes: &'a [u8]) -> Place<'a> {
        Place { at: self.at, bytes: &bytes[self.middle..self.end], text: &bytes[self.start..self.middle] }
    }
}

/// Hands entries to the library in their order, until it takes too much memory; how many it took is the answer.
fn write_part(bytes: &[u8], places: &[Gather], folder: &Path, heap: usize) -> tantivy::Result<usize> {
    let schema = schema();
    let [text, filter, at, entry] =
        [schema.get_field(TEXT)?, schema.get_field(FILTER)?, schema.get_field(AT)?, schema.get_field(ENTRY)?];
    let cutters = TokenizerManager::default();
    cutters.register(CUTTER, TextAnalyzer::from(Cutter::default()));
    let settings = IndexSettings {
        docstore_compression: Compressor::Lz4,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    };
    let builder = IndexBuilder::new().schema(schema).settings(settings).tokenizers(cutters);
    let directory = MmapDirectory::open(folder)?;
    let mut part: SingleSegmentIndexWriter = builder.single_segment_index_writer(directory, TABLE)?;
    let damaged = || tantivy::TantivyError::InternalError("an entry that was gathered is not readable".into());
    let mut taken = 0;
    for gather in places {
        if taken % 256 == 255 && part.mem_usage() > heap {
            break;
        }
        taken += 1;
        let place = gather.place(bytes);
        let written = std::str::from_utf8(place.text).ok().and_then(|text| Entry::read(place.bytes, text));
        let written = written.ok_or_else(damaged)?;
        let mut document = TantivyDocument::new();
        document.add_text(text, written.text);
        for (kind, value) in written.filters() {
            document.add_text(filter, kind.term(value));
        }
        if let Some(time) = place.at {
            document.add_i64(at, time);
        }
        document.add_bytes(entry, place.bytes);
        part.add_document(document)?;
    }
    let index = part.finalize()?;
    let file = |name: &str| index.directory().open_write(Path::new(name));
    let (mut texts, mut starts, mut words) = (file(TEXTS)?, file(STARTS)?, file(WORDS)?);
    let mut start = 0_u32;
    for gather in &places[..taken] {
        let text = gather.place(bytes).text;
        starts.write_all(&start.to_le_bytes())?;
        texts.write_all(text)?;
        texts.write_all(&[END])?;
        start += text.len() as u32 + 1;
    }
    starts.write_all(&start.to_le_bytes())?;
    for segment in index.searchable_segments()? {
        let known = SegmentReader::open(&segment)?.inverted_index(text)?;
        let mut known = known.terms().stream()?;
        while known.advance() {
            words.write_all(known.key())?;
            words.write_all(&[END])?;
        }
    }
    texts.terminate()?;
    starts.terminate()?;
    words.terminate()?;
    Ok(taken)
}

/// Hands [`Words`] to the library.
#[derive(Clone, Default)]
struct Cutter(Words);

/// The words of a text, one after another.
struct Cut<'a> {
    words: &'a Words,
    next: usize,
    token: Token,
}

impl Tokenizer for Cutter {
    type TokenStream<'a> = Cut<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Cut<'a> {
        self.0.read(text);
        Cut { words: &self.0, next: 0, token: Token::default() }
    }
}

impl TokenStream for Cut<'_> {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.list.get(self.next) else { return false };
        self.next += 1;
        self.token.text.clear();
        self.token.text.push_str(self.words.letters(word));
        self.token.position = word.position as usize;
        (self.token.offset_from, self.token.offset_to) = (word.start as usize, word.end as usize);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
