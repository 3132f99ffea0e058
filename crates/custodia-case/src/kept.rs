//! Tables over Parquet files, and results that are kept in the cache.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use custodia_model::tables::TABLES;
use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::{SchemaProvider, TableProvider};
use datafusion::datasource::MemTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::error::DataFusionError;
use datafusion::prelude::DataFrame;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::bundle::digest_file;
use crate::gathered::{Gathered, Holding};
use crate::questions::{asked, exhausted};
use crate::{CaseError, schema};

/// How many results of one name are kept: the one of today, and those before it, so that going back and forth costs nothing.
const KEPT: usize = 3;

/// Files of every table, with the label of the exhibit.
pub type Files = HashMap<&'static str, Vec<(String, PathBuf)>>;

/// The tables as stored, each opened when a question first names it: most questions name few of many.
#[derive(Debug)]
pub struct Evidence {
    /// Their files.
    pub files: Files,
    /// How many rows each has in all.
    pub rows: HashMap<&'static str, u64>,
    /// Who builds views and links.
    pub holding: Arc<Holding>,
}

#[async_trait::async_trait]
impl SchemaProvider for Evidence {
    fn table_names(&self) -> Vec<String> {
        TABLES.iter().map(|table| table.name.to_owned()).collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>, DataFusionError> {
        let Some(table) = TABLES.iter().find(|table| table.name == name) else { return Ok(None) };
        let files: Vec<PathBuf> =
            self.files.get(table.name).into_iter().flatten().map(|(_, path)| path.clone()).collect();
        let provider =
            parquet_table(&schema::written(table), &files).map_err(|why| DataFusionError::External(Box::new(why)))?;
        let rows = self.rows.get(table.name).copied().unwrap_or(0);
        Ok(Some(Gathered::over(table.name, provider, files, rows, &self.holding)))
    }

    fn table_exist(&self, name: &str) -> bool {
        TABLES.iter().any(|table| table.name == name)
    }
}

/// A table over Parquet files of one schema; with no file, an empty table.
pub fn parquet_table(schema: &SchemaRef, files: &[PathBuf]) -> Result<Arc<dyn TableProvider>, CaseError> {
    if files.is_empty() {
        let empty = RecordBatch::new_empty(schema.clone());
        return Ok(Arc::new(MemTable::try_new(schema.clone(), vec![vec![empty]]).map_err(asked)?));
    }
    let url = |path: &PathBuf| {
        let path = path.canonicalize().map_err(CaseError::io(path, "opening a table"))?;
        // A bundle's folder may bear any character that a label may; the URL escapes them.
        ListingTableUrl::parse(url_of(&path)).map_err(asked)
    };
    let urls = files.iter().map(url).collect::<Result<Vec<_>, _>>()?;
    let options = ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension(".parquet");
    let config =
        ListingTableConfig::new_with_multi_paths(urls).with_listing_options(options).with_schema(schema.clone());
    Ok(Arc::new(ListingTable::try_new(config).map_err(asked)?))
}

/// `file://` with every byte escaped that is not plain.
fn url_of(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let mut url = String::from("file://");
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => url.push(byte as char),
            other => url.push_str(&format!("%{other:02X}")),
        }
    }
    url
}

/// Why no rows were kept.
pub enum Stopped {
    /// The question needs more memory than it may take, with so many threads.
    Exhausted,
    /// Any other reason.
    Failed(CaseError),
}

impl From<CaseError> for Stopped {
    fn from(why: CaseError) -> Stopped {
        Stopped::Failed(why)
    }
}

impl Stopped {
    /// Why, from DataFusion's words.
    pub fn of(why: DataFusionError) -> Stopped {
        match exhausted(&why) {
            true => Stopped::Exhausted,
            false => Stopped::Failed(asked(why)),
        }
    }

    /// As an error: a sentence.
    pub fn said(self) -> CaseError {
        match self {
            Stopped::Exhausted => CaseError::Case("the question needs more memory than it may take".into()),
            Stopped::Failed(why) => why,
        }
    }
}

/// Runs a plan and keeps its rows, batch by batch; a half-written file never gets the final name.
pub async fn keep(frame: DataFrame, path: &Path) -> Result<(), Stopped> {
    use futures::StreamExt;
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let mut stream = frame.execute_stream().await.map_err(Stopped::of)?;
    let mut writer = Keeping::create(path, &schema).map_err(Stopped::Failed)?;
    while let Some(batch) = stream.next().await {
        writer.write(&batch.map_err(Stopped::of)?).map_err(Stopped::Failed)?;
    }
    writer.finish().map_err(Stopped::Failed)
}

/// A Parquet file on its way into the cache.
pub struct Keeping<'a> {
    path: &'a Path,
    writer: ArrowWriter<tempfile::NamedTempFile>,
}

impl<'a> Keeping<'a> {
    /// Begins a file that has no name yet.
    pub fn create(path: &'a Path, schema: &SchemaRef) -> Result<Keeping<'a>, CaseError> {
        let folder = path.parent().unwrap_or(path);
        fs::create_dir_all(folder).map_err(CaseError::io(folder, "making the cache"))?;
        let scratch = tempfile::NamedTempFile::new_in(folder).map_err(CaseError::io(folder, "writing the cache"))?;
        let properties = parquet::file::properties::WriterProperties::builder()
            .set_compression(parquet::basic::Compression::LZ4_RAW)
            .set_max_row_group_row_count(Some(128 * 1024))
            .build();
        let writer =
            ArrowWriter::try_new(scratch, schema.clone(), Some(properties)).map_err(CaseError::parquet(path))?;
        Ok(Keeping { path, writer })
    }

    /// Adds rows.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), CaseError> {
        self.writer.write(batch).map_err(CaseError::parquet(self.path))
    }

    /// Gives the file its name.
    pub fn finish(self) -> Result<(), CaseError> {
        let scratch = self.writer.into_inner().map_err(CaseError::parquet(self.path))?;
        let failed = CaseError::io(self.path, "writing the cache");
        let digest = digest_file(scratch.path()).map_err(failed)?;
        fs::write(companion(self.path), digest).map_err(CaseError::io(self.path, "writing the cache"))?;
        scratch.persist(self.path).map_err(|why| CaseError::io(self.path, "writing the cache")(why.error))?;
        forget_older(self.path);
        Ok(())
    }
}

/// Whether a result is kept, byte for byte as it was written: Parquet gives other rows for changed bytes and does not notice. One
/// that was changed counts as none, so that it is computed again.
pub fn is_whole(path: &Path) -> bool {
    let Ok(written) = fs::read_to_string(companion(path)) else { return false };
    digest_file(path).is_ok_and(|found| found == written)
}

/// Removes a result.
pub(crate) fn remove(path: &Path) {
    // What cannot be removed stays: it is only a cache.
    let _ = fs::remove_file(path);
    let _ = fs::remove_file(companion(path));
}

/// The file that has the digest of a result.
fn companion(path: &Path) -> PathBuf {
    path.with_extension("sha256")
}

/// Rows of a result.
pub fn rows_of(path: &Path) -> Result<u64, CaseError> {
    let file = fs::File::open(path).map_err(CaseError::io(path, "opening the cache"))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .map_err(|why| CaseError::Parquet { path: path.into(), why: why.to_string() })?;
    Ok(u64::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(0))
}

/// The first two columns of a result, both texts, as pairs.
pub fn pairs_of(path: &Path) -> Result<HashMap<String, String>, CaseError> {
    let damaged = |why: String| CaseError::Parquet { path: path.into(), why };
    let file = fs::File::open(path).map_err(CaseError::io(path, "opening the cache"))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(|why| damaged(why.to_string()))?;
    let mut pairs = HashMap::new();
    for batch in reader {
        let batch = batch.map_err(|why| damaged(why.to_string()))?;
        let texts = |at: usize| batch.columns().get(at).and_then(|column| column.as_string_opt::<i32>());
        let (Some(first), Some(second)) = (texts(0), texts(1)) else {
            return Err(damaged("expected two columns of texts first".into()));
        };
        pairs.extend(first.iter().zip(second).filter_map(|(a, b)| Some((a?.to_owned(), b?.to_owned()))));
    }
    Ok(pairs)
}

/// Removes results of the same name beyond the newest few. What cannot be removed stays: it is only a cache.
pub(crate) fn forget_older(path: &Path) {
    let stem = |path: &Path| {
        let name = path.file_name()?.to_str()?;
        name.split_once('-').map(|(name, _)| name.to_owned())
    };
    let (Some(folder), Some(name)) = (path.parent(), stem(path)) else { return };
    let mut same: Vec<(std::time::SystemTime, PathBuf)> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|other| other != path && other.extension() == path.extension() && stem(other).as_ref() == Some(&name))
        .filter_map(|other| Some((other.metadata().ok()?.modified().ok()?, other)))
        .collect();
    same.sort();
    let surplus = same.len().saturating_sub(KEPT - 1);
    for (_, other) in &same[..surplus] {
        remove(other);
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::Int64Array;
    use datafusion::arrow::datatypes::{DataType, Field, Schema};

    use super::*;

    #[test]
    fn a_changed_result_counts_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let schema: SchemaRef = Arc::new(Schema::new(vec![Field::new("a", DataType::Int64, false)]));
        let batch =
            RecordBatch::try_new(schema.clone(), vec![Arc::new(Int64Array::from_iter_values(0..1000))]).unwrap();
        let keep = |name: &str| {
            let path = folder.path().join(name);
            let mut keeping = Keeping::create(&path, &schema).unwrap();
            keeping.write(&batch).unwrap();
            keeping.finish().unwrap();
            path
        };
        let path = keep("view-1.parquet");
        assert!(is_whole(&path) && !is_whole(&folder.path().join("view-2.parquet")));
        let good = fs::read(&path).unwrap();
        for at in (0..good.len()).step_by(good.len() / 20 + 1) {
            let mut bad = good.clone();
            bad[at] ^= 4;
            fs::write(&path, bad).unwrap();
            assert!(!is_whole(&path), "byte {at}");
        }
        keep("view-1.parquet");
        assert!(is_whole(&path));
        // Older results go with their digests.
        for at in 2..9 {
            keep(&format!("view-{at}.parquet"));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2 * KEPT);
    }
}
