//! Small tables of many bundles, held in memory while views and links are built. To open a file takes longer than to read the few
//! rows that most tables of a phone have, and the joins ask for the same tables again and again.

use std::collections::HashMap;
use std::fmt::{self, Debug, Formatter};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{ArrayRef, RecordBatch, new_null_array};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::{MemTable, TableType};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// Files of a table that are too few to gather.
const FEW: usize = 8;
/// Rows of a table that are too many to hold.
const MANY: u64 = 1_000_000;
/// Bytes of its files that are too many to hold.
const LARGE: u64 = 16 << 20;
/// Rows handed over at a time.
const BATCH: usize = 8 << 10;

/// How many builds want the tables held. What is held goes with the last of them.
#[derive(Debug, Default)]
pub struct Holding {
    builds: AtomicUsize,
    held: Mutex<HashMap<&'static str, Arc<Held>>>,
}

type Held = Mutex<Option<Arc<MemTable>>>;

/// A build; tables are held as long as it is there.
pub struct Hold<'a>(&'a Holding);

impl Holding {
    /// Begins a build.
    pub fn begin(&self) -> Hold<'_> {
        self.builds.fetch_add(1, Ordering::SeqCst);
        Hold(self)
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        if self.0.builds.fetch_sub(1, Ordering::SeqCst) == 1 {
            for held in self.0.held.lock().unwrap_or_else(PoisonError::into_inner).values() {
                *held.lock().unwrap_or_else(PoisonError::into_inner) = None;
            }
        }
    }
}

/// A table over files that is read at once into memory while somebody builds.
pub struct Gathered {
    files: Vec<PathBuf>,
    stored: Arc<dyn TableProvider>,
    holding: Arc<Holding>,
    held: Arc<Held>,
}

impl Debug for Gathered {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gathered").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

impl Gathered {
    /// The table `stored` of this name over these files, of so many rows in all, gathered where that is worth it.
    pub fn over(
        name: &'static str,
        stored: Arc<dyn TableProvider>,
        files: Vec<PathBuf>,
        rows: u64,
        holding: &Arc<Holding>,
    ) -> Arc<dyn TableProvider> {
        let size = || files.iter().filter_map(|path| path.metadata().ok()).map(|about| about.len()).sum::<u64>();
        if files.len() <= FEW || rows > MANY || size() > LARGE {
            return stored;
        }
        let held = holding.held.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default().clone();
        Arc::new(Gathered { files, stored, holding: holding.clone(), held })
    }

    /// The rows, if somebody builds.
    fn now(&self, partitions: usize) -> Result<Option<Arc<MemTable>>, DataFusionError> {
        if self.holding.builds.load(Ordering::SeqCst) == 0 {
            return Ok(None);
        }
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_none() {
            *held = Some(Arc::new(self.read(partitions)?));
        }
        Ok(held.clone())
    }

    fn read(&self, partitions: usize) -> Result<MemTable, DataFusionError> {
        let schema = self.stored.schema();
        let mut batches = Vec::new();
        let (mut waiting, mut rows) = (Vec::new(), 0);
        for path in &self.files {
            for batch in ParquetRecordBatchReaderBuilder::try_new(bytes(path)?)?.with_batch_size(BATCH).build()? {
                let batch = conformed(&batch?, &schema)?;
                rows += batch.num_rows();
                waiting.push(batch);
                if rows >= BATCH {
                    batches.push(concat_batches(&schema, &waiting)?);
                    waiting.clear();
                    rows = 0;
                }
            }
        }
        batches.push(concat_batches(&schema, &waiting)?);
        let mut parts = vec![Vec::new(); partitions.clamp(1, batches.len())];
        let all = parts.len();
        for (place, batch) in batches.into_iter().enumerate() {
            parts[place % all].push(batch);
        }
        MemTable::try_new(schema, parts)
    }
}

/// The bytes of a small file. The library takes a handle of its own for each column of a file, of which there are thirty in three
/// hundred files.
fn bytes(path: &Path) -> Result<Bytes, DataFusionError> {
    let named = |why: std::io::Error| {
        DataFusionError::IoError(std::io::Error::new(why.kind(), format!("{}: {why}", path.display())))
    };
    let mut bytes = Vec::new();
    // One that has grown since is cut, and so no table any more.
    File::open(path).and_then(|file| file.take(LARGE).read_to_end(&mut bytes)).map_err(named)?;
    Ok(bytes.into())
}

/// The columns of a file in the order and types of the table: a file of before a column was written does not have it.
fn conformed(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, DataFusionError> {
    let column = |field: &Arc<arrow::datatypes::Field>| -> Result<ArrayRef, DataFusionError> {
        match batch.column_by_name(field.name()) {
            Some(array) if array.data_type() == field.data_type() => Ok(array.clone()),
            Some(array) => Ok(cast(array, field.data_type())?),
            None => Ok(new_null_array(field.data_type(), batch.num_rows())),
        }
    };
    let columns = schema.fields().iter().map(column).collect::<Result<Vec<_>, _>>()?;
    Ok(RecordBatch::try_new(schema.clone(), columns)?)
}

#[async_trait::async_trait]
impl TableProvider for Gathered {
    fn schema(&self) -> SchemaRef {
        self.stored.schema()
    }

    fn table_type(&self) -> TableType {
        self.stored.table_type()
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>, DataFusionError> {
        // A file leaves out what it can; rows from memory are all looked at by who asks.
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        match self.now(state.config().target_partitions())? {
            Some(held) => held.scan(state, projection, filters, limit).await,
            None => self.stored.scan(state, projection, filters, limit).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{AsArray, Int64Array, StringArray};
    use arrow::datatypes::{DataType, Field, Int64Type, Schema};
    use datafusion::prelude::{SessionConfig, SessionContext};
    use parquet::arrow::ArrowWriter;

    use super::*;
    use crate::kept::parquet_table;

    fn file(path: &Path, columns: Vec<(&str, ArrayRef)>) {
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
    }

    async fn asked(context: &SessionContext, sql: &str) -> Vec<String> {
        let batches = context.sql(sql).await.unwrap().collect().await.unwrap();
        let mut rows = Vec::new();
        for batch in batches {
            let (numbers, words) = (batch.column(0).as_primitive::<Int64Type>(), batch.column(1));
            let words = cast(words, &DataType::Utf8).unwrap();
            rows.extend(
                numbers.iter().zip(words.as_string::<i32>()).map(|(number, word)| format!("{number:?} {word:?}")),
            );
        }
        rows
    }

    #[tokio::test]
    async fn rows_are_the_same_from_memory() {
        let folder = tempfile::tempdir().unwrap();
        let schema = Arc::new(Schema::new(vec![
            Field::new("n", DataType::Int64, false),
            Field::new("word", DataType::Utf8, true),
        ]));
        let mut files = Vec::new();
        for at in 0..20_i64 {
            let path = folder.path().join(format!("{at}.parquet"));
            let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(at * 1000..at * 1000 + 900));
            let words: ArrayRef =
                Arc::new((0..900).map(|n| (n % 7 != 0).then(|| format!("w{}", n % 50))).collect::<StringArray>());
            // Columns in another order, and files of before the second was written.
            file(&path, if at % 5 == 3 { vec![("n", numbers)] } else { vec![("word", words), ("n", numbers)] });
            files.push(path);
        }
        let (holding, stored) = (Arc::new(Holding::default()), parquet_table(&schema, &files).unwrap());
        let few = Gathered::over("few", stored.clone(), files[..FEW].to_vec(), 1, &holding);
        assert!(Arc::ptr_eq(&few, &stored));
        assert!(Arc::ptr_eq(&Gathered::over("many", stored.clone(), files.clone(), MANY + 1, &holding), &stored));
        let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(3));
        context.register_table("t", Gathered::over("t", stored, files.clone(), 18_000, &holding)).unwrap();
        let question = "SELECT n, word FROM t WHERE n % 3 = 0 AND (word IS NULL OR word < 'w3') ORDER BY n";
        let before = asked(&context, question).await;
        assert_eq!(before.len(), 3781);
        let hold = holding.begin();
        assert_eq!(asked(&context, question).await, before);
        // What is held is not read again, by nobody, until the last who builds is done.
        let other = holding.begin();
        for path in &files {
            std::fs::rename(path, path.with_extension("away")).unwrap();
        }
        drop(other);
        assert_eq!(asked(&context, question).await, before);
        drop(hold);
        let gone = context.sql(question).await.unwrap().collect().await;
        assert!(gone.is_err() || gone.is_ok_and(|rows| rows.iter().all(|batch| batch.num_rows() == 0)));
        for path in &files {
            std::fs::rename(path.with_extension("away"), path).unwrap();
        }
        assert_eq!(asked(&context, question).await, before);
        let _hold = holding.begin();
        std::fs::write(&files[7], b"PAR1 no table PAR1").unwrap();
        assert!(context.sql(question).await.unwrap().collect().await.is_err());
    }
}
