//! The declared tables as Arrow schemas.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use custodia_model::origin::ORIGIN;
use custodia_model::tables::{Column, ColumnType, Table};

/// Arrow's type of a column as it is written.
pub fn data_type(column: ColumnType) -> DataType {
    match column {
        ColumnType::Text => DataType::Utf8,
        ColumnType::Int => DataType::Int64,
        ColumnType::Real => DataType::Float64,
        ColumnType::Bool => DataType::Boolean,
        ColumnType::Time => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
    }
}

/// All columns of a table, those of the origin first.
pub fn columns(table: &Table) -> impl Iterator<Item = &'static Column> + use<> {
    ORIGIN.iter().chain(table.columns)
}

/// The schema of `<table>.parquet`.
pub fn written(table: &Table) -> SchemaRef {
    let field = |column: &Column| Field::new(column.name, data_type(column.column_type), column.nullable);
    Arc::new(Schema::new(columns(table).map(field).collect::<Vec<_>>()))
}

/// A schema with plain texts in the place of views into pages. Views spare copies, but a few rows that point into many pages
/// are counted with all of those pages, so that sorts and joins believe that they have no memory left.
pub fn plain(schema: &Schema) -> SchemaRef {
    let field = |field: &Arc<Field>| match field.data_type() {
        DataType::Utf8View | DataType::LargeUtf8 => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8)),
        _ => field.clone(),
    };
    Arc::new(Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>()))
}
