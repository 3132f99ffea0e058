//! Columns of a table as stored in all bundles, one stretch of rows after the other, read one ahead of who takes them.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int32Array, StringArray, new_null_array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Int32Type, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};

use crate::CaseError;
use crate::links::numbers;

/// Rows that are handed over at a time.
const AT_ONCE: usize = 1 << 16;
/// Stretches that may wait for who takes them.
const AHEAD: usize = 2;

/// How a column is wanted.
#[derive(Clone, Copy)]
pub enum Wanted {
    /// Each text for itself.
    Plain,
    /// Few texts in many rows: as numbers into a list.
    Coded,
}

/// What is read: columns by name, in the order in which they are handed over.
pub type Wants = &'static [(&'static str, Wanted)];

/// Some rows of one file: the columns that are wanted, in their order. One that the file does not have is there with nothing in it.
pub struct Stretch {
    /// Place of the file among those read.
    pub file: usize,
    batch: RecordBatch,
}

/// A column of texts as numbers into a list.
pub struct Coded<'a> {
    /// For each row its place in the list; whether there is one.
    pub codes: &'a Int32Array,
    /// The list.
    pub values: &'a StringArray,
}

impl Coded<'_> {
    /// The place of a row's text in the list.
    #[inline]
    pub fn at(&self, row: usize) -> Option<usize> {
        self.codes.is_valid(row).then(|| self.codes.value(row) as usize)
    }
}

impl Stretch {
    /// How many rows.
    pub fn rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// A column that was wanted as numbers into a list.
    pub fn coded(&self, column: usize) -> Result<Coded<'_>, CaseError> {
        let array = self.batch.column(column).as_dictionary_opt::<Int32Type>();
        let both = array.and_then(|array| Some((array.keys(), array.values().as_string_opt::<i32>()?)));
        both.map(|(codes, values)| Coded { codes, values }).ok_or_else(|| self.unexpected(column, "coded texts"))
    }

    /// A column of texts.
    pub fn texts(&self, column: usize) -> Result<&StringArray, CaseError> {
        self.batch.column(column).as_string_opt::<i32>().ok_or_else(|| self.unexpected(column, "texts"))
    }

    /// A column of marks.
    pub fn marks(&self, column: usize) -> Result<&BooleanArray, CaseError> {
        self.batch.column(column).as_boolean_opt().ok_or_else(|| self.unexpected(column, "marks"))
    }

    /// A column of numbers or instants.
    pub fn numbers(&self, column: usize) -> Result<Vec<Option<i64>>, CaseError> {
        numbers(&self.batch, column)
    }

    /// Which rows have something in a column; without an answer all have.
    pub fn there(&self, column: usize) -> Option<&NullBuffer> {
        self.batch.column(column).nulls()
    }

    fn unexpected(&self, column: usize, expected: &str) -> CaseError {
        let schema = self.batch.schema();
        let field = schema.field(column);
        CaseError::Case(format!(
            "column {} of a bundle: expected {expected}, found {}",
            field.name(),
            field.data_type()
        ))
    }
}

/// Hands over the rows of all files, in order.
pub fn each_stretch(
    files: &[(String, PathBuf)],
    wants: Wants,
    take: &mut dyn FnMut(&Stretch) -> Result<(), CaseError>,
) -> Result<(), CaseError> {
    let (send, receive) = sync_channel(AHEAD);
    std::thread::scope(|scope| {
        let ahead = std::thread::Builder::new().name("read".into()).spawn_scoped(scope, move || {
            for (file, (_, path)) in files.iter().enumerate() {
                if let Err(why) = read(file, path, wants, &send)
                    && send.send(Err(why)).is_err()
                {
                    return;
                }
            }
        });
        ahead.map_err(CaseError::io(Path::new("read"), "starting a thread that reads tables"))?;
        receive.into_iter().try_for_each(|stretch| take(&stretch?))
    })
}

fn read(
    file: usize,
    path: &Path,
    wants: Wants,
    send: &SyncSender<Result<Stretch, CaseError>>,
) -> Result<(), CaseError> {
    let failed = |why: String| CaseError::Parquet { path: path.into(), why };
    let opened = File::open(path).map_err(CaseError::io(path, "opening a table"))?;
    let about = ArrowReaderMetadata::load(&opened, ArrowReaderOptions::new()).map_err(|why| failed(why.to_string()))?;
    let typed = |field: &Arc<Field>| {
        let coded = wants.iter().any(|(name, wanted)| name == field.name() && matches!(wanted, Wanted::Coded));
        match coded {
            true => Arc::new(field.as_ref().clone().with_data_type(coded_type())),
            false => field.clone(),
        }
    };
    let schema = Arc::new(Schema::new(about.schema().fields().iter().map(typed).collect::<Vec<_>>()));
    let about = ArrowReaderMetadata::try_new(about.metadata().clone(), ArrowReaderOptions::new().with_schema(schema))
        .map_err(|why| failed(why.to_string()))?;
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(opened, about);
    let mask = ProjectionMask::columns(builder.parquet_schema(), wants.iter().map(|(name, _)| *name));
    let reader =
        builder.with_projection(mask).with_batch_size(AT_ONCE).build().map_err(|why| failed(why.to_string()))?;
    for batch in reader {
        let batch = batch.map_err(|why| failed(why.to_string()))?;
        let batch = in_order(&batch, wants).map_err(failed)?;
        if send.send(Ok(Stretch { file, batch })).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// The columns in the order in which they are wanted: a file has them in its own.
fn in_order(batch: &RecordBatch, wants: Wants) -> Result<RecordBatch, String> {
    let schema = batch.schema();
    let mut fields = Vec::with_capacity(wants.len());
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(wants.len());
    for (name, wanted) in wants {
        let array = match (batch.column_by_name(name), wanted) {
            (Some(array), _) => array.clone(),
            (None, Wanted::Coded) => new_null_array(&coded_type(), batch.num_rows()),
            // A table of before this column was written: all that is added later are texts, numbers and instants that may be missing.
            (None, Wanted::Plain) => new_null_array(&DataType::Utf8, batch.num_rows()),
        };
        let nullable = schema.field_with_name(name).map_or(true, Field::is_nullable);
        fields.push(Field::new(*name, array.data_type().clone(), nullable));
        columns.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(|why| why.to_string())
}

fn coded_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}
