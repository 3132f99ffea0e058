//! Rows into Parquet. One thread collects rows into batches, another encodes and compresses them; the order of
//! rows is the order in which they were put, so the bytes do not depend on threads.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use custodia_model::tables::{ColumnType, TABLES};
use custodia_model::{Origin, Row, Rows, Text};
use custodia_trust::SealKey;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use sha2::{Digest, Sha256};

use super::columns::Columns;
use super::reduce::Reductions;
use super::table::{self, ROW_GROUP, TableWriter};
use super::{Completeness, Exhibit, FORMAT, MANIFEST, Manifest, SEAL, Source, TableDigest, Tool};
use crate::{CaseError, schema};

/// Bytes of one page before it is packed: what is packed is still in the cache.
const PAGE: usize = 128 * 1024;

/// Rows that are reduced and then kept together. What each step needs is then in the cache for all of them.
const WAITING: usize = 32;

/// Writes one bundle into a folder that does not count until it is published.
pub struct BundleWriter {
    folder: PathBuf,
    label: Text,
    /// Rows that were put and not yet kept.
    waiting: Vec<(Origin, Row)>,
    tables: Vec<Option<Columns>>,
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
            waiting: Vec::with_capacity(WAITING),
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
        let Some(at) = TABLES.iter().position(|declared| declared.name == table) else { return 0 };
        self.counts[at] + self.waiting.iter().filter(|(_, row)| row.table() == at).count() as u64
    }

    /// Keeps the rows that wait.
    fn keep_waiting(&mut self) {
        let mut waiting = std::mem::take(&mut self.waiting);
        self.reductions.fetch(&waiting);
        let mut full = false;
        for (origin, row) in &waiting {
            full |= self.reductions.row(origin, row);
        }
        for (origin, row) in &waiting {
            self.keep(origin, row);
        }
        waiting.clear();
        self.waiting = waiting;
        if full {
            self.reduce();
        }
    }

    fn keep(&mut self, origin: &Origin, row: &Row) {
        let table = row.table();
        self.counts[table] += 1;
        let columns = self.tables[table].get_or_insert_with(|| Columns::new(table));
        columns.push(origin, row);
        if columns.is_full() {
            self.send(table);
        }
    }

    /// Keeps what has been counted so far as rows of its own.
    fn reduce(&mut self) {
        self.reductions.rows().for_each(|(origin, row)| self.keep(&origin, &row));
    }

    fn send(&mut self, table: usize) {
        let Some(columns) = self.tables[table].as_mut().filter(|columns| !columns.is_empty()) else { return };
        let batch = columns.finish(&self.label);
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
        self.keep_waiting();
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
        self.waiting.push((origin, row));
        if self.waiting.len() >= WAITING {
            self.keep_waiting();
        }
    }

    fn put_kept(&mut self, origin: &Origin, row: &Row) {
        if self.failed.is_some() {
            return;
        }
        if !self.waiting.is_empty() {
            self.keep_waiting();
        }
        let full = self.reductions.row(origin, row);
        self.keep(origin, row);
        if full {
            self.reduce();
        }
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
    "times_as_stored",
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

/// Columns of random digits, and of what persons write, of which few words come again within a page: packing them takes the greater
/// part of all the time of packing, and spares a third at best.
const RANDOM: &[&str] = &["key", "md5", "sha1", "sha256", "original_sha256", "encrypted_sha256", "text", "quoted_text"];

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
