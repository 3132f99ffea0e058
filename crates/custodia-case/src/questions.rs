//! SQL over all bundles of a case. Tables as stored are in schema `evidence`; views and links are built when a
//! question first names them, and those that many others need are kept in `cache/` under the set of bundle ids.

mod answering;
mod beside;
mod building;
mod settled;
mod source;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use custodia_model::tables::TABLES;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::MemorySchemaProvider;
use datafusion::datasource::MemTable;
use datafusion::error::DataFusionError;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use sha2::{Digest, Sha256};
use tokio::runtime::Runtime;

use crate::gathered::Holding;
use crate::kept::{Evidence, Files};
use crate::links::{LINKS, Reader};
use crate::memory::Memory;
use crate::views::VIEWS;
use crate::who::Who;
use crate::{Case, CaseError, Format, decisions, print::Printer, sets};
pub use building::{Prepared, Step, Watch};
use source::Passing;
pub(crate) use source::Source;

/// Memory that one question may take before it spills to the cache folder, in bytes.
const MEMORY: usize = 1000 << 20;
/// What of it sorts and groupings may take, which can go on from disk, in bytes.
const SPILLABLE: usize = 600 << 20;
/// Views and links that may be built beside each other: each takes memory of its own.
const BUILDERS: usize = 2;
/// The link that says whom an account stands for.
const PERSONS: &str = "persons";

/// An open case that can be asked.
pub struct Questions {
    context: SessionContext,
    runtime: Runtime,
    /// How many views and links are built beside each other.
    builders: usize,
    /// Where results are kept.
    cache: PathBuf,
    /// Files of every table as stored.
    pub(crate) files: Files,
    /// For every table as stored a digest of all its files.
    stored: HashMap<&'static str, Sha256>,
    /// Digests of views and links that have been asked for.
    digests: Mutex<HashMap<String, [u8; 32]>>,
    /// Who builds views and links does it alone: two that ask for the same would both make its file and its table.
    turn: tokio::sync::Mutex<()>,
    /// Files with the rows of views that are not kept, for questions that lacked memory.
    set_down: Mutex<Vec<(&'static str, Passing)>>,
    /// Rows of every table in all bundles.
    rows: HashMap<&'static str, u64>,
    /// Holds small tables in memory while views and links are built.
    holding: Arc<Holding>,
    /// Whom an account stands for.
    who: Who,
    /// The copies of messages, while rules need them.
    reader: Reader,
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
            // A fair share for each of the many small sorts of a question would be too little for the one that needs more.
            .with_memory_pool(Arc::new(Memory::new(MEMORY, SPILLABLE)))
            .with_disk_manager_builder(
                DiskManagerBuilder::default().with_mode(DiskManagerMode::Directories(vec![spill])),
            )
            .build_arc()
            .map_err(asked)?;
        let mut config = SessionConfig::new().with_target_partitions(threads).with_information_schema(true);
        config.options_mut().execution.parquet.pushdown_filters = true;
        config.options_mut().execution.parquet.schema_force_view_types = false;
        // DataFusion 55 hands such a filter on by the name of its column: where both sides of a join have a column of that name, it
        // can land on the wrong one and take rows away, with several threads alone.
        config.options_mut().optimizer.enable_dynamic_filter_pushdown = false;
        config.options_mut().optimizer.enable_join_dynamic_filter_pushdown = false;
        config.options_mut().optimizer.enable_topk_dynamic_filter_pushdown = false;
        config.options_mut().optimizer.enable_aggregate_dynamic_filter_pushdown = false;
        config.options_mut().sql_parser.map_string_types_to_utf8view = false;
        let context = SessionContext::new_with_config_rt(config, environment);
        context.register_udf(sets::set_of());
        context.register_udf(sets::size_of_set());
        context.register_udf(sets::bucket());
        context.register_udf(sets::country_name());
        let who = Who::default();
        for function in who.functions() {
            context.register_udf(function);
        }
        let mut questions = Questions {
            context,
            runtime,
            builders: threads.min(BUILDERS),
            cache: case.cache(),
            files: Files::new(),
            stored: HashMap::new(),
            digests: Mutex::new(HashMap::new()),
            turn: tokio::sync::Mutex::new(()),
            set_down: Mutex::default(),
            rows: HashMap::new(),
            holding: Arc::default(),
            who,
            reader: Reader::default(),
        };
        questions.register(case)?;
        Ok(questions)
    }

    fn register(&mut self, case: &Case) -> Result<(), CaseError> {
        let folders = case.bundles()?.into_iter().map(|folder| (folder, false));
        for (folder, list) in folders.chain(case.lists()?.into_iter().map(|folder| (folder, true))) {
            let manifest = folder.join(crate::bundle::MANIFEST);
            let text = fs::read_to_string(&manifest).map_err(CaseError::io(&manifest, "reading the manifest"))?;
            let manifest = crate::bundle::Manifest::parse(&text)
                .map_err(|why| CaseError::Case(format!("{}: {why}", manifest.display())))?;
            for table in TABLES {
                let Some(digest) = manifest.tables.get(table.name) else { continue };
                // A list's warnings are about the list; the case's warnings are about evidence.
                if list && table.name != "known" {
                    continue;
                }
                let label = manifest.exhibit.label.clone();
                let key = self.stored.entry(table.name).or_default();
                key.update(format!("{label} {}\n", digest.sha256));
                *self.rows.entry(table.name).or_default() += digest.rows;
                let path = folder.join(format!("{}.parquet", table.name));
                self.files.entry(table.name).or_default().push((label, path));
            }
        }
        let decisions = decisions::read(case)?;
        let evidence = Evidence { files: self.files.clone(), rows: self.rows.clone(), holding: self.holding.clone() };
        let catalog = self.context.catalog("datafusion").ok_or_else(|| CaseError::Case("no catalog".into()))?;
        catalog.register_schema("evidence", Arc::new(evidence)).map_err(asked)?;
        let journal = Arc::new(MemorySchemaProvider::new());
        catalog.register_schema("journal", journal.clone()).map_err(asked)?;
        for (table, of) in decisions::TABLES {
            let rows = of(&decisions);
            self.stored.entry(table).or_default().update(decisions::fingerprint(&rows));
            let batch = decisions::batch(&rows)?;
            let rows = MemTable::try_new(batch.schema(), vec![vec![batch]]).map_err(asked)?;
            self.context.register_table(format!("journal.{table}"), Arc::new(rows)).map_err(asked)?;
        }
        Ok(())
    }

    /// Answers a question, the name of a view or SQL, with all rows in memory. Their order is that of the question; rows that it
    /// does not tell apart are in the order of all columns, from left to right.
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

    /// Answers a question and hands every row to `take` as texts: missing values empty, instants as ISO 8601. Without `ORDER BY`
    /// rows come as they are ready, another time in another order.
    pub fn each_row(&self, question: &str, mut take: impl FnMut(&[String])) -> Result<(), CaseError> {
        self.as_they_come(question, &mut |batch| each_row(&batch, &mut take)).map(|_| ())
    }

    /// Names and types of an answer's columns.
    pub(crate) fn schema(&self, question: &str) -> Result<SchemaRef, CaseError> {
        let sql = sql(question)?;
        self.runtime.block_on(async { Ok(Arc::new(self.frame(&sql).await?.schema().as_arrow().clone())) })
    }

    /// Plans SQL after every view it names, however deep, has been built.
    async fn frame(&self, sql: &str) -> Result<DataFrame, CaseError> {
        self.build_all(sql).await?;
        let options = datafusion::execution::context::SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false);
        self.context.sql_with_options(sql, options).await.map_err(asked)
    }

    /// Builds what SQL names, unless all of it is there already: such a question waits for nobody.
    async fn build_all(&self, sql: &str) -> Result<(), CaseError> {
        let mut missing = Vec::new();
        for (_, table) in self.named(sql)?.into_iter().filter(|(stored, _)| !stored) {
            if !self.context.table_exist(table.as_str()).map_err(asked)? {
                missing.push(table);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        self.build(missing, &|_, _| ()).await
    }

    /// Message rows of all bundles.
    fn messages(&self) -> u64 {
        self.rows.get("messages").copied().unwrap_or(0)
    }

    /// Where a result is kept: under a digest of its question and of everything that goes into it, however deep, so that what a
    /// new bundle, list or decision does not touch is not computed again.
    fn kept(&self, name: &str) -> Result<PathBuf, CaseError> {
        let digest = self.digest(name)?;
        Ok(self.cache.join(format!("{name}-{}.parquet", &hex::encode(digest)[..32])))
    }

    /// Where something made of the rows of a view is kept.
    pub(crate) fn cached(&self, what: &str, view: &str) -> Result<PathBuf, CaseError> {
        Ok(self.cache.join(format!("{what}-{}", &hex::encode(self.digest(view)?)[..32])))
    }

    /// Tells rows of views and links from others: equal as long as all that goes into them is.
    pub fn fingerprint(&self, names: &[&str]) -> Result<String, CaseError> {
        let mut all = Sha256::new();
        for name in names {
            all.update(self.digest(name)?);
        }
        Ok(hex::encode(all.finalize()))
    }

    fn digest(&self, name: &str) -> Result<[u8; 32], CaseError> {
        if let Some(digest) = self.digests.lock().ok().and_then(|digests| digests.get(name).copied()) {
            return Ok(digest);
        }
        let link = LINKS.iter().find(|link| link.name == name);
        let view = VIEWS.iter().find(|view| view.name == name);
        let text = link.map(|link| link.text).or(view.map(|view| view.text)).unwrap_or_default();
        let mut digest = Sha256::new();
        digest.update(env!("CARGO_PKG_VERSION"));
        digest.update(text);
        let mut parts: BTreeSet<(bool, String)> = BTreeSet::new();
        for table in link.map_or(&[][..], |link| link.reads) {
            parts.insert((true, (*table).to_owned()));
        }
        for input in text.split("\n-- and\n") {
            for (stored, table) in self.named(&crate::views::written_out(&in_part(input, 0, 1, 1)))? {
                parts.insert((stored, table));
            }
        }
        for (stored, table) in parts {
            if stored {
                let key = self.stored.get(table.as_str()).cloned().unwrap_or_default();
                digest.update(key.finalize());
            } else {
                digest.update(self.digest(&table)?);
            }
        }
        let digest: [u8; 32] = digest.finalize().into();
        if let Ok(mut digests) = self.digests.lock() {
            digests.insert(name.to_owned(), digest);
        }
        Ok(digest)
    }

    /// The tables that SQL names: whether it is one as stored, and its name.
    fn named(&self, sql: &str) -> Result<Vec<(bool, String)>, CaseError> {
        let state = self.context.state();
        let statement = state.sql_to_statement(sql, &datafusion::config::Dialect::Generic).map_err(asked)?;
        let references = state.resolve_table_references(&statement).map_err(asked)?;
        let named = |reference: &datafusion::common::TableReference| {
            (reference.schema().is_some_and(|schema| schema != "public"), reference.table().to_owned())
        };
        let mut tables: Vec<(bool, String)> = references.iter().map(named).collect();
        if Who::asked(sql) {
            tables.push((false, PERSONS.to_owned()));
        }
        Ok(tables)
    }
}

/// A question of a link with its part written out: `@bucket(x)` is true for the rows of this part, `@sample(x)` for one in
/// `every`.
fn in_part(input: &str, part: u64, parts: u64, every: u64) -> String {
    let bucket = |column: &str, of: u64, is: u64| match of {
        1 => "true".to_owned(),
        _ => format!("bucket({column}, {of}) = {is}"),
    };
    let text = crate::views::replaced(input, "@bucket(", |column| bucket(column, parts, part));
    crate::views::replaced(&text, "@sample(", |column| bucket(column, every, 0))
}

/// DataFusion's errors are the asker's to mend, apart from those of the disk.
pub(crate) fn asked(error: DataFusionError) -> CaseError {
    let root = error.find_root();
    match root {
        DataFusionError::IoError(_) | DataFusionError::ObjectStore(_) | DataFusionError::ParquetError(_) => {
            CaseError::Case(format!(
                "the tables of the case could not be read: {root}; `custodia verify` says whether a bundle was changed, and the \
                 folder `cache` of the case may be deleted at any time"
            ))
        }
        _ => CaseError::Question(root.strip_backtrace()),
    }
}

/// Whether a question ended for want of memory.
pub(crate) fn exhausted(error: &DataFusionError) -> bool {
    matches!(error.find_root(), DataFusionError::ResourcesExhausted(_))
}

/// The SQL of a question: a view or table by its bare name, or SQL itself.
fn sql(question: &str) -> Result<String, CaseError> {
    let question = question.trim();
    // A view's own order ends where it is asked: it must be asked for again.
    if let Some(view) = VIEWS.iter().find(|view| view.name == question) {
        return Ok(format!("SELECT * FROM {question} ORDER BY {}", view.order()));
    }
    if let Some(link) = LINKS.iter().find(|link| link.name == question) {
        return Ok(format!("SELECT * FROM {question} ORDER BY {}", link.order()));
    }
    if question.contains(char::is_whitespace) {
        return Ok(question.to_owned());
    }
    if let Some(table) = stored(question) {
        return Ok(format!("SELECT * FROM evidence.{table} ORDER BY device, path, part, row"));
    }
    Err(unknown(question))
}

/// A table as stored by its name, with or without its schema; a view's or link's name is theirs.
fn stored(name: &str) -> Option<&'static str> {
    let bare = name.strip_prefix("evidence.");
    if bare.is_none() && (VIEWS.iter().any(|view| view.name == name) || LINKS.iter().any(|link| link.name == name)) {
        return None;
    }
    let name = bare.unwrap_or(name);
    TABLES.iter().map(|table| table.name).find(|table| *table == name)
}

fn unknown(question: &str) -> CaseError {
    let names: Vec<_> = VIEWS.iter().map(|view| view.name).chain(LINKS.iter().map(|link| link.name)).collect();
    CaseError::Question(format!(
        "{question:?} is no view of this case; there are {}; SQL is taken as well",
        names.join(", ")
    ))
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
