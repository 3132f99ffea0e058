//! Rows into Parquet. One thread collects rows into batches, another encodes and compresses them; the order of
//! rows is the order in which they were put, so the bytes do not depend on threads.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use arrow::array::{
    ArrayBuilder, BooleanBuilder, Float64Builder, Int64Builder, StringArray, StringBuilder, TimestampMillisecondBuilder,
};
use custodia_model::tables::{Column, ColumnType, TABLES, Value};
use custodia_model::{Origin, Row, Rows, Text};
use custodia_trust::SealKey;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use sha2::{Digest, Sha256};

use super::reduce::Reductions;
use super::table::{self, Part, ROW_GROUP, TableWriter};
use super::{Completeness, Exhibit, FORMAT, MANIFEST, Manifest, SEAL, Source, TableDigest, Tool};
use crate::{CaseError, schema};

/// Rows collected before they go to the encoder. Small enough that a batch is still in the cache when it is encoded.
const BATCH: usize = 4 * 1024;
/// Bytes of one page before it is packed: what is packed is still in the cache.
const PAGE: usize = 128 * 1024;

/// Writes one bundle into a folder that does not count until it is published.
pub struct BundleWriter {
    folder: PathBuf,
    label: Text,
    tables: Vec<Option<Batch>>,
    to_encoder: Option<SyncSender<(usize, table::Batch)>>,
    encoder: Option<JoinHandle<Result<BTreeMap<String, TableDigest>, CaseError>>>,
    /// The first failure; rows put after it are dropped, and [`BundleWriter::publish`] reports it.
    failed: Option<CaseError>,
    counts: Vec<u64>,
    reductions: Reductions,
}

/// A published bundle.
#[derive(Clone, Debug)]
pub struct Published {
    /// Where it is.
    pub folder: PathBuf,
    /// Its id.
    pub id: String,
    /// What it says of itself.
    pub manifest: Manifest,
}

impl BundleWriter {
    /// Starts a bundle in an empty folder.
    pub fn create(folder: &Path, label: &str) -> Result<BundleWriter, CaseError> {
        fs::create_dir_all(folder).map_err(CaseError::io(folder, "creating the folder of the bundle"))?;
        let (to_encoder, from_reader) = sync_channel(4);
        let place = folder.to_path_buf();
        let encoder = std::thread::Builder::new()
            .name("encode".into())
            .spawn(move || encode(&place, &from_reader))
            .map_err(CaseError::io(folder, "starting the encoder"))?;
        Ok(BundleWriter {
            folder: folder.to_path_buf(),
            label: label.into(),
            tables: TABLES.iter().map(|_| None).collect(),
            to_encoder: Some(to_encoder),
            encoder: Some(encoder),
            failed: None,
            counts: vec![0; TABLES.len()],
            reductions: Reductions::default(),
        })
    }

    /// Rows put so far into the table of this name.
    pub fn count(&self, table: &str) -> u64 {
        TABLES.iter().position(|declared| declared.name == table).map_or(0, |at| self.counts[at])
    }

    fn keep(&mut self, origin: Origin, row: &Row) {
        let table = row.table();
        self.counts[table] += 1;
        let batch = self.tables[table].get_or_insert_with(|| Batch::new(table));
        batch.push(origin, row);
        if batch.rows >= BATCH {
            self.send(table);
        }
    }

    /// Keeps what has been counted so far as rows of its own.
    fn reduce(&mut self) {
        for (origin, row) in self.reductions.rows() {
            self.keep(origin, &row);
        }
    }

    fn send(&mut self, table: usize) {
        let Some(batch) = self.tables[table].as_mut().filter(|batch| batch.rows > 0) else { return };
        let batch = batch.finish(&self.label);
        let sent = self.to_encoder.as_ref().is_some_and(|channel| channel.send((table, batch)).is_ok());
        if !sent {
            // The encoder has ended with an error of its own, which `publish` collects.
            self.failed.get_or_insert(CaseError::Case("the encoder of the bundle ended early".into()));
        }
    }

    /// Encodes what is left, writes manifest and seal, and moves the bundle to its final place in one rename.
    pub fn publish(
        mut self,
        to: &Path,
        exhibit: Exhibit,
        source: Source,
        completeness: Completeness,
        key: &SealKey,
    ) -> Result<Published, CaseError> {
        self.reduce();
        for table in 0..TABLES.len() {
            self.send(table);
        }
        drop(self.to_encoder.take());
        let encoded = match self.encoder.take().map(JoinHandle::join) {
            Some(Ok(encoded)) => encoded,
            _ => Err(CaseError::Case("the encoder of the bundle died".into())),
        };
        // An error of the encoder is the cause, the one seen by the sender only its echo.
        let tables = encoded?;
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let manifest = Manifest {
            format: FORMAT.into(),
            tool: Tool { name: "custodia".into(), version: env!("CARGO_PKG_VERSION").into() },
            exhibit,
            source,
            completeness,
            tables,
        };
        let text = manifest.text();
        durable(&self.folder.join(MANIFEST), text.as_bytes())?;
        durable(&self.folder.join(SEAL), key.seal(text.as_bytes()).to_text().as_bytes())?;
        sync_folder(&self.folder)?;
        fs::rename(&self.folder, to).map_err(CaseError::io(to, "publishing the bundle"))?;
        if let Some(parent) = to.parent() {
            sync_folder(parent)?;
        }
        Ok(Published { folder: to.to_path_buf(), id: Manifest::id(&text), manifest })
    }
}

impl Rows for BundleWriter {
    fn put(&mut self, origin: Origin, row: Row) {
        if self.failed.is_some() {
            return;
        }
        let full = self.reductions.row(&origin, &row);
        self.keep(origin, &row);
        if full {
            self.reduce();
        }
    }
}

/// Rows of one table, column by column.
struct Batch {
    rows: usize,
    path: Runs,
    part: Runs,
    number: Int64Builder,
    found: Runs,
    columns: Vec<Builder>,
}

/// A text column whose neighbours are mostly equal: values with how often they follow each other.
#[derive(Default)]
struct Runs(Vec<(Option<Text>, usize)>);

enum Builder {
    Text(StringBuilder),
    Int(Int64Builder),
    Real(Float64Builder),
    Bool(BooleanBuilder),
    Time(TimestampMillisecondBuilder),
}

impl Batch {
    fn new(table: usize) -> Batch {
        Batch {
            rows: 0,
            path: Runs::default(),
            part: Runs::default(),
            number: Int64Builder::new(),
            found: Runs::default(),
            columns: TABLES[table].columns.iter().map(Builder::new).collect(),
        }
    }

    fn push(&mut self, origin: Origin, row: &Row) {
        self.path.push(Some(origin.path));
        self.part.push(origin.part);
        self.number.append_option(origin.number);
        self.found.push_word(origin.found.as_str());
        let mut columns = self.columns.iter_mut();
        row.cells(|value| {
            if let Some(column) = columns.next() {
                column.push(self.rows, value);
            }
        });
        self.rows += 1;
    }

    fn finish(&mut self, label: &Text) -> table::Batch {
        let rows = std::mem::take(&mut self.rows);
        // The order of `ORIGIN`.
        let origin = [
            Part::Same(Some(label.clone())),
            self.path.finish(),
            self.part.finish(),
            Part::Values(Arc::new(self.number.finish())),
            self.found.finish(),
        ];
        let columns = self.columns.iter_mut().map(|column| column.finish(rows));
        table::Batch { rows, parts: origin.into_iter().chain(columns).collect() }
    }
}

impl Runs {
    #[inline]
    fn push(&mut self, value: Option<Text>) {
        match self.0.last_mut() {
            // Rows of one file share its path: comparing where it stands is mostly enough, and never wrong.
            Some((Some(last), count)) if value.as_ref().is_some_and(|value| Text::ptr_eq(last, value)) => *count += 1,
            _ => self.0.push((value, 1)),
        }
    }

    #[inline]
    fn push_word(&mut self, word: &str) {
        match self.0.last_mut() {
            Some((Some(last), count)) if **last == *word => *count += 1,
            _ => self.0.push((Some(word.into()), 1)),
        }
    }

    fn finish(&mut self) -> Part {
        let mut runs = std::mem::take(&mut self.0);
        if let [(value, _)] = &mut *runs {
            return Part::Same(value.take());
        }
        let values = runs.iter().flat_map(|(value, count)| std::iter::repeat_n(value.as_deref(), *count));
        Part::Values(Arc::new(values.collect::<StringArray>()))
    }
}

/// A column's builder with a missing value for each row before `row` that gave none.
macro_rules! filled {
    ($column:ident, $row:expr) => {{
        let missing = $row - $column.len();
        if missing > 0 {
            $column.append_nulls(missing);
        }
        $column
    }};
}

impl Builder {
    fn new(column: &Column) -> Builder {
        match column.column_type {
            ColumnType::Text => Builder::Text(StringBuilder::new()),
            ColumnType::Int => Builder::Int(Int64Builder::new()),
            ColumnType::Real => Builder::Real(Float64Builder::new()),
            ColumnType::Bool => Builder::Bool(BooleanBuilder::new()),
            ColumnType::Time => Builder::Time(TimestampMillisecondBuilder::new().with_timezone("UTC")),
        }
    }

    /// Takes one cell of row `row`. A missing value takes no time: what is missing is made up for when a value follows,
    /// and most columns of most rows are empty. Inlined where the declaration of a table tells the kind of each cell, so
    /// that only the column's kind is left to be asked for.
    #[inline(always)]
    fn push(&mut self, row: usize, value: Value<'_>) {
        match (value, self) {
            (Value::Text(text), Builder::Text(column)) => filled!(column, row).append_value(text),
            (Value::Int(number), Builder::Int(column)) => filled!(column, row).append_value(number),
            (Value::Real(number), Builder::Real(column)) => filled!(column, row).append_value(number),
            (Value::Bool(yes), Builder::Bool(column)) => filled!(column, row).append_value(yes),
            (Value::Time(at), Builder::Time(column)) => filled!(column, row).append_value(at.0),
            // Missing; a kind other than the declared one cannot come from a declaration.
            _ => {}
        }
    }

    /// The column of so many rows.
    fn finish(&mut self, rows: usize) -> Part {
        let none = match self {
            Builder::Text(column) => column.is_empty(),
            Builder::Int(column) => column.is_empty(),
            Builder::Real(column) => column.is_empty(),
            Builder::Bool(column) => column.is_empty(),
            Builder::Time(column) => column.is_empty(),
        };
        if none {
            return Part::Same(None);
        }
        Part::Values(match self {
            Builder::Text(column) => {
                let filled = &mut *column;
                let done = filled!(filled, rows).finish();
                // As much room again as was needed: growing step by step copies everything twice.
                let bytes = done.value_data().len();
                if bytes > 0 {
                    *column = StringBuilder::with_capacity(rows, bytes + bytes / 8);
                }
                Arc::new(done)
            }
            Builder::Int(column) => Arc::new(filled!(column, rows).finish()),
            Builder::Real(column) => Arc::new(filled!(column, rows).finish()),
            Builder::Bool(column) => Arc::new(filled!(column, rows).finish()),
            Builder::Time(column) => Arc::new(filled!(column, rows).finish()),
        })
    }
}

/// Digests what passes through, so that a table is not read again for its digest.
#[derive(Clone)]
struct Digesting {
    file: Arc<Mutex<(BufWriter<File>, Sha256, u64)>>,
}

impl Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut inner = self.file.lock().map_err(|_| io::Error::other("the encoder died"))?;
        let n = inner.0.write(bytes)?;
        inner.1.update(&bytes[..n]);
        inner.2 += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.lock().map_err(|_| io::Error::other("the encoder died"))?.0.flush()
    }
}

fn encode(
    folder: &Path,
    batches: &Receiver<(usize, table::Batch)>,
) -> Result<BTreeMap<String, TableDigest>, CaseError> {
    let mut writers: Vec<Option<(TableWriter<Digesting>, Digesting, u64)>> = TABLES.iter().map(|_| None).collect();
    for (table, batch) in batches {
        let path = folder.join(format!("{}.parquet", TABLES[table].name));
        let (writer, _, rows) = match &mut writers[table] {
            Some(writer) => writer,
            none => {
                let file = File::create(&path).map_err(CaseError::io(&path, "creating a table"))?;
                let file = Digesting { file: Arc::new(Mutex::new((BufWriter::new(file), Sha256::new(), 0))) };
                let writer = TableWriter::new(file.clone(), schema::written(&TABLES[table]), properties(table))
                    .map_err(CaseError::parquet(&path))?;
                none.insert((writer, file, 0))
            }
        };
        *rows += batch.rows as u64;
        writer.write(batch).map_err(CaseError::parquet(&path))?;
    }
    let mut tables = BTreeMap::new();
    for (table, writer) in writers.into_iter().enumerate() {
        let Some((writer, file, rows)) = writer else { continue };
        let name = TABLES[table].name;
        let path = folder.join(format!("{name}.parquet"));
        writer.close().map_err(CaseError::parquet(&path))?;
        let mut inner = file.file.lock().map_err(|_| CaseError::Case("the encoder died".into()))?;
        inner.0.flush().and_then(|()| inner.0.get_ref().sync_all()).map_err(CaseError::io(&path, "writing a table"))?;
        let sha256 = hex::encode(inner.1.finalize_reset());
        tables.insert(name.to_owned(), TableDigest { rows, bytes: inner.2, sha256 });
    }
    Ok(tables)
}

/// Columns whose values hardly ever repeat: a dictionary would only cost the hashing of every value.
const DISTINCT: &[&str] = &[
    "row",
    "key",
    "text",
    "quoted_text",
    "sha256",
    "sha1",
    "md5",
    "encrypted_sha256",
    "original_sha256",
    "stored_path",
    "present_path",
    "file_name",
    "says",
    "sent",
    "received",
    "server_received",
    "at",
    "size",
    "stored_size",
    "modified",
    "first_at",
    "last_at",
    "gap_from",
    "gap_to",
    "before_at",
    "after_at",
    "account_number",
    "sha256_number",
];

/// Columns of random digits: packing them takes a good part of all the time of packing, and halves them at best.
const RANDOM: &[&str] = &["key", "md5", "sha1", "sha256", "original_sha256", "encrypted_sha256"];

fn properties(table: usize) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_created_by(format!("custodia {}", env!("CARGO_PKG_VERSION")))
        .set_compression(Compression::LZ4_RAW)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_data_page_size_limit(PAGE)
        .set_offset_index_disabled(true);
    for column in schema::columns(&TABLES[table]) {
        let path = ColumnPath::from(column.name);
        if column.column_type == ColumnType::Text {
            // Questions are cut short by times, not by the smallest and largest text of a million: comparing every
            // text for that would cost more than it spares.
            properties = properties.set_column_statistics_enabled(path.clone(), EnabledStatistics::None);
        }
        if RANDOM.contains(&column.name) {
            properties = properties.set_column_compression(path.clone(), Compression::UNCOMPRESSED);
        }
        let own_path = TABLES[table].name == "files" && column.name == "path";
        let own_account = TABLES[table].name == "named_accounts" && column.name == "account";
        if DISTINCT.contains(&column.name) || own_path || own_account {
            properties = properties.set_column_dictionary_enabled(path.clone(), false);
            if matches!(column.column_type, ColumnType::Int | ColumnType::Time) {
                // Small differences are packed already: packing them again takes time and gains next to nothing.
                properties = properties
                    .set_column_encoding(path.clone(), Encoding::DELTA_BINARY_PACKED)
                    .set_column_compression(path, Compression::UNCOMPRESSED);
            }
        }
    }
    properties.build()
}

fn durable(path: &Path, bytes: &[u8]) -> Result<(), CaseError> {
    let write = || {
        let mut file = File::create_new(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(CaseError::io(path, "writing"))
}

fn sync_folder(path: &Path) -> Result<(), CaseError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(CaseError::io(path, "making the folder durable"))
}
