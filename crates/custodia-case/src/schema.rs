//! The declared tables as Arrow schemas.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use custodia_model::tables::{Column, ColumnType, ORIGIN, Table};

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

/// The schema under which queries see the table. Texts are read as views into the file's pages, which spares a copy of
/// every value.
pub fn queried(table: &Table) -> SchemaRef {
    let field = |column: &Column| {
        let kind = match column.column_type {
            ColumnType::Text => DataType::Utf8View,
            other => data_type(other),
        };
        Field::new(column.name, kind, column.nullable)
    };
    Arc::new(Schema::new(columns(table).map(field).collect::<Vec<_>>()))
}
