//! SQL over all bundles of a case. Tables as stored are in schema `evidence`; views and links are built when a
//! question first names them, and those that many others need are kept in `cache/` under the set of bundle ids.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use custodia_model::tables::TABLES;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::{MemorySchemaProvider, TableProvider};
use datafusion::datasource::MemTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::error::DataFusionError;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use parquet::arrow::ArrowWriter;
use sha2::{Digest, Sha256};
use tokio::runtime::Runtime;

use crate::links::LINKS;
use crate::views::VIEWS;
use crate::{Case, CaseError, Format, print::Printer, schema, sets};

/// Memory that one question may take before it spills to the cache folder, in bytes.
const MEMORY: usize = 1200 << 20;

/// An open case that can be asked.
pub struct Questions {
    context: SessionContext,
    runtime: Runtime,
    /// Where results of this very set of bundles are kept.
    cache: PathBuf,
}

/// What was answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Names and types of the columns.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: Vec<RecordBatch>,
}

impl Questions {
    /// Opens every bundle and list of the case. `threads` bounds the threads that answer.
    pub fn open(case: &Case, threads: usize) -> Result<Questions, CaseError> {
        let threads = threads.max(1);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .build()
            .map_err(CaseError::io(case.folder(), "starting the threads that answer"))?;
        let spill = case.cache().join("spill");
        fs::create_dir_all(&spill).map_err(CaseError::io(&spill, "making the cache"))?;
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(MEMORY)))
            .with_disk_manager_builder(
                DiskManagerBuilder::default().with_mode(DiskManagerMode::Directories(vec![spill])),
            )
            .build_arc()
            .map_err(asked)?;
        let mut config = SessionConfig::new().with_target_partitions(threads).with_information_schema(true);
        config.options_mut().execution.parquet.pushdown_filters = true;
        let context = SessionContext::new_with_config_rt(config, environment);
        context.register_udf(sets::set_of());
        context.register_udf(sets::size_of_set());
        let mut questions = Questions { context, runtime, cache: PathBuf::new() };
        questions.register(case)?;
        Ok(questions)
    }

    fn register(&mut self, case: &Case) -> Result<(), CaseError> {
        let mut ids = Sha256::new();
        ids.update(env!("CARGO_PKG_VERSION"));
        for view in VIEWS {
            ids.update(view.text);
        }
        let mut files: Vec<Vec<PathBuf>> = TABLES.iter().map(|_| Vec::new()).collect();
        let folders = case.bundles()?.into_iter().map(|folder| (folder, false));
        for (folder, list) in folders.chain(case.lists()?.into_iter().map(|folder| (folder, true))) {
            let manifest = folder.join(crate::bundle::MANIFEST);
            let text = fs::read_to_string(&manifest).map_err(CaseError::io(&manifest, "reading the manifest"))?;
            ids.update(crate::bundle::Manifest::id(&text));
            let manifest = crate::bundle::Manifest::parse(&text)
                .map_err(|why| CaseError::Case(format!("{}: {why}", manifest.display())))?;
            for (at, table) in TABLES.iter().enumerate() {
                // A list's warnings are about the list; the case's warnings are about evidence.
                if manifest.tables.contains_key(table.name) && (!list || table.name == "known") {
                    files[at].push(folder.join(format!("{}.parquet", table.name)));
                }
            }
        }
        self.cache = case.cache().join(&hex::encode(ids.finalize())[..32]);
        let evidence = Arc::new(MemorySchemaProvider::new());
        let catalog = self.context.catalog("datafusion").ok_or_else(|| CaseError::Case("no catalog".into()))?;
        catalog.register_schema("evidence", evidence.clone()).map_err(asked)?;
        for (table, files) in TABLES.iter().zip(&files) {
            let provider = parquet_table(&schema::queried(table), files)?;
            self.context.register_table(format!("evidence.{}", table.name), provider).map_err(asked)?;
        }
        Ok(())
    }

    /// Answers a question, the name of a view or SQL, with all rows in memory.
    pub fn ask(&self, question: &str) -> Result<Answer, CaseError> {
        let mut batches = Vec::new();
        let schema = self.stream(question, &mut |batch| {
            batches.push(batch);
            Ok(())
        })?;
        Ok(Answer { schema, batches })
    }

    /// Answers a question and prints the rows as they come; only a table for eyes is held in memory.
    pub fn write(
        &self,
        question: &str,
        format: Format,
        out: &mut (dyn std::io::Write + Send),
    ) -> Result<(), CaseError> {
        let schema = self.schema(question)?;
        let mut printer = Printer::new(&schema, format, out)?;
        self.stream(question, &mut |batch| printer.batch(&batch))?;
        printer.finish()
    }

    /// Answers a question and hands every row to `take` as texts: missing values empty, instants as ISO 8601.
    pub fn each_row(&self, question: &str, mut take: impl FnMut(&[String])) -> Result<(), CaseError> {
        self.stream(question, &mut |batch| each_row(&batch, &mut take)).map(|_| ())
    }

    /// Names and types of an answer's columns.
    fn schema(&self, question: &str) -> Result<SchemaRef, CaseError> {
        let sql = sql(question)?;
        self.runtime.block_on(async { Ok(Arc::new(self.frame(&sql).await?.schema().as_arrow().clone())) })
    }

    /// Answers a question batch by batch.
    fn stream(
        &self,
        question: &str,
        take: &mut dyn FnMut(RecordBatch) -> Result<(), CaseError>,
    ) -> Result<SchemaRef, CaseError> {
        use futures::StreamExt;
        let sql = sql(question)?;
        self.runtime.block_on(async {
            let frame = self.frame(&sql).await?;
            let schema = Arc::new(frame.schema().as_arrow().clone());
            let mut stream = frame.execute_stream().await.map_err(asked)?;
            while let Some(batch) = stream.next().await {
                take(batch.map_err(asked)?)?;
            }
            Ok(schema)
        })
    }

    /// Plans SQL after every view it names, however deep, has been built.
    async fn frame(&self, sql: &str) -> Result<DataFrame, CaseError> {
        let mut building = BTreeSet::new();
        self.build_named(sql, &mut building).await?;
        let options = datafusion::execution::context::SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false);
        self.context.sql_with_options(sql, options).await.map_err(asked)
    }

    async fn build_named(&self, sql: &str, building: &mut BTreeSet<&'static str>) -> Result<(), CaseError> {
        let state = self.context.state();
        let statement = state.sql_to_statement(sql, &datafusion::config::Dialect::Generic).map_err(asked)?;
        for reference in state.resolve_table_references(&statement).map_err(asked)? {
            if reference.schema().is_some_and(|schema| schema != "public") {
                continue;
            }
            Box::pin(self.build(reference.table(), building)).await?;
        }
        Ok(())
    }

    async fn build(&self, name: &str, building: &mut BTreeSet<&'static str>) -> Result<(), CaseError> {
        if self.context.table_exist(name).map_err(asked)? {
            return Ok(());
        }
        if let Some(link) = LINKS.iter().find(|link| link.name == name) {
            let path = self.kept(name);
            if !path.exists() {
                self.build_named(link.input, building).await?;
                let input = self.context.sql(link.input).await.map_err(asked)?.collect().await.map_err(asked)?;
                let batch = (link.rule)(&input)?;
                write_parquet(&path, &batch.schema(), &[batch])?;
            }
            return self.register_kept(name, &path).await;
        }
        let Some(view) = VIEWS.iter().find(|view| view.name == name) else { return Ok(()) };
        if !building.insert(view.name) {
            return Err(CaseError::Case(format!("view {name} asks itself")));
        }
        let sql = view.sql();
        self.build_named(&sql, building).await?;
        building.remove(view.name);
        if view.kept {
            let path = self.kept(name);
            if !path.exists() {
                let frame = self.context.sql(&sql).await.map_err(in_view(name))?;
                keep(frame, &path).await?;
            }
            return self.register_kept(name, &path).await;
        }
        let frame = self.context.sql(&sql).await.map_err(in_view(name))?;
        self.context.register_table(name, frame.into_view()).map_err(asked)?;
        Ok(())
    }

    fn kept(&self, name: &str) -> PathBuf {
        self.cache.join(format!("{name}.parquet"))
    }

    async fn register_kept(&self, name: &str, path: &Path) -> Result<(), CaseError> {
        let file = fs::File::open(path).map_err(CaseError::io(path, "opening the cache"))?;
        let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file)
            .map_err(|why| CaseError::Parquet { path: path.into(), why: why.to_string() })?;
        let provider = parquet_table(reader.schema(), &[path.to_path_buf()])?;
        self.context.register_table(name, provider).map_err(asked)?;
        Ok(())
    }
}

/// A table over Parquet files of one schema; with no file, an empty table.
fn parquet_table(schema: &SchemaRef, files: &[PathBuf]) -> Result<Arc<dyn TableProvider>, CaseError> {
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

/// Runs a plan and keeps its rows, batch by batch; a half-written file never gets the final name.
async fn keep(frame: DataFrame, path: &Path) -> Result<(), CaseError> {
    use futures::StreamExt;
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let mut stream = frame.execute_stream().await.map_err(asked)?;
    let mut writer = Keeping::create(path, &schema)?;
    while let Some(batch) = stream.next().await {
        writer.write(&batch.map_err(asked)?)?;
    }
    writer.finish()
}

/// A Parquet file on its way into the cache.
struct Keeping<'a> {
    path: &'a Path,
    writer: ArrowWriter<tempfile::NamedTempFile>,
}

impl<'a> Keeping<'a> {
    fn create(path: &'a Path, schema: &SchemaRef) -> Result<Keeping<'a>, CaseError> {
        let folder = path.parent().unwrap_or(path);
        fs::create_dir_all(folder).map_err(CaseError::io(folder, "making the cache"))?;
        let scratch = tempfile::NamedTempFile::new_in(folder).map_err(CaseError::io(folder, "writing the cache"))?;
        let properties = parquet::file::properties::WriterProperties::builder()
            .set_compression(parquet::basic::Compression::ZSTD(parquet::basic::ZstdLevel::default()))
            .set_max_row_group_row_count(Some(128 * 1024))
            .build();
        let writer =
            ArrowWriter::try_new(scratch, schema.clone(), Some(properties)).map_err(CaseError::parquet(path))?;
        Ok(Keeping { path, writer })
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), CaseError> {
        self.writer.write(batch).map_err(CaseError::parquet(self.path))
    }

    fn finish(self) -> Result<(), CaseError> {
        let scratch = self.writer.into_inner().map_err(CaseError::parquet(self.path))?;
        scratch.persist(self.path).map_err(|why| CaseError::io(self.path, "writing the cache")(why.error))?;
        Ok(())
    }
}

fn write_parquet(path: &Path, schema: &SchemaRef, batches: &[RecordBatch]) -> Result<(), CaseError> {
    let mut writer = Keeping::create(path, schema)?;
    for batch in batches {
        writer.write(batch)?;
    }
    writer.finish()
}

/// DataFusion's errors are the asker's to mend, apart from those of the disk.
fn asked(error: DataFusionError) -> CaseError {
    let root = error.find_root();
    match root {
        DataFusionError::IoError(_) | DataFusionError::ObjectStore(_) | DataFusionError::ParquetError(_) => {
            CaseError::Case(format!("the tables of the case could not be read: {root}"))
        }
        _ => CaseError::Question(root.strip_backtrace()),
    }
}

/// An error in a view of ours names the view.
fn in_view(name: &str) -> impl FnOnce(DataFusionError) -> CaseError {
    let name = name.to_owned();
    move |error| CaseError::Case(format!("view {name}: {}", error.strip_backtrace()))
}

/// The SQL of a question: a view or table by its bare name, or SQL itself.
fn sql(question: &str) -> Result<String, CaseError> {
    let question = question.trim();
    // A view's own order ends where it is asked: it must be asked for again.
    if let Some(view) = VIEWS.iter().find(|view| view.name == question) {
        return Ok(format!("SELECT * FROM {question} ORDER BY {}", view.order()));
    }
    if LINKS.iter().any(|link| link.name == question) {
        return Ok(format!("SELECT * FROM {question} ORDER BY account"));
    }
    if question.contains(char::is_whitespace) {
        return Ok(question.to_owned());
    }
    let stored = question.strip_prefix("evidence.").unwrap_or(question);
    if TABLES.iter().any(|table| table.name == stored) {
        return Ok(format!("SELECT * FROM evidence.{stored} ORDER BY device, path, part, row"));
    }
    let names: Vec<_> = VIEWS.iter().map(|view| view.name).chain(LINKS.iter().map(|link| link.name)).collect();
    Err(CaseError::Question(format!(
        "{question:?} is no view of this case; there are {}; SQL is taken as well",
        names.join(", ")
    )))
}

/// Hands every row of a batch to `take` as texts.
fn each_row(batch: &RecordBatch, take: &mut impl FnMut(&[String])) -> Result<(), CaseError> {
    use arrow::util::display::{ArrayFormatter, FormatOptions};
    use std::fmt::Write;
    let failed = |why: &dyn std::fmt::Display| CaseError::Case(why.to_string());
    let options = FormatOptions::default();
    let columns = batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options));
    let columns = columns.collect::<Result<Vec<_>, _>>().map_err(|why| failed(&why))?;
    let mut cells: Vec<String> = vec![String::new(); columns.len()];
    for row in 0..batch.num_rows() {
        for (cell, column) in cells.iter_mut().zip(&columns) {
            cell.clear();
            write!(cell, "{}", column.value(row)).map_err(|why| failed(&why))?;
        }
        take(&cells);
    }
    Ok(())
}

impl Answer {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The rows as JSON objects in order; missing values are left out.
    pub fn objects(&self) -> Result<Vec<serde_json::Map<String, serde_json::Value>>, CaseError> {
        let mut text = Vec::new();
        self.print(Format::Json, &mut text)?;
        serde_json::from_slice(&text).map_err(|why| CaseError::Case(why.to_string()))
    }

    /// Hands every row to `take` as texts: missing values empty, instants as ISO 8601.
    pub fn for_each_row(&self, mut take: impl FnMut(&[String])) -> Result<(), CaseError> {
        self.batches.iter().try_for_each(|batch| each_row(batch, &mut take))
    }

    /// Prints the answer.
    pub fn print(&self, format: Format, out: &mut (dyn std::io::Write + Send)) -> Result<(), CaseError> {
        let mut printer = Printer::new(&self.schema, format, out)?;
        self.batches.iter().try_for_each(|batch| printer.batch(batch))?;
        printer.finish()
    }
}
