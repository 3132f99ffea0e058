//! What can be asked for pages of, with the kinds of columns. Those of views follow from their SQL, so it is planned once, over
//! a case without bundles.

use std::sync::OnceLock;

use custodia_model::tables::{ColumnType, TABLES};

use super::{Kind, build::kind_of};
use crate::links::LINKS;
use crate::{Case, Questions, VIEWS, schema};

/// A view, link or table as stored.
#[derive(Clone, Debug)]
pub struct About {
    /// The name; tables as stored begin with `evidence.`.
    pub name: String,
    /// What a row is.
    pub doc: &'static str,
    /// Name, sentence and kind of every column.
    pub columns: Vec<(&'static str, &'static str, Kind)>,
}

/// All of them: views, links, tables as stored.
pub fn tables() -> &'static [About] {
    static ALL: OnceLock<Vec<About>> = OnceLock::new();
    ALL.get_or_init(|| {
        let empty = tempfile::tempdir().ok();
        for part in ["bundles", "known", "journal"] {
            let made = empty.as_ref().map(|folder| std::fs::create_dir_all(folder.path().join(part)));
            debug_assert!(made.is_none_or(|made| made.is_ok()), "a new folder takes folders");
        }
        let questions =
            empty.as_ref().and_then(|folder| Questions::open(&Case::without_bundles(folder.path()), 1).ok());
        let kinds = |name: &str, columns: Vec<(&'static str, &'static str)>| {
            let schema = questions.as_ref().and_then(|questions| questions.schema(name).ok());
            let kind = |column: &str| {
                let field = schema.as_ref().and_then(|schema| schema.field_with_name(column).ok());
                field.map_or(Kind::Text, |field| kind_of(field.data_type()))
            };
            columns.into_iter().map(|(column, says)| (column, says, kind(column))).collect()
        };
        let views = VIEWS.iter().map(|view| (view.name, view.doc(), view.columns()));
        let links = LINKS.iter().map(|link| (link.name, link.about(), link.columns()));
        let mut all: Vec<About> = views
            .chain(links)
            .map(|(name, doc, columns)| About { name: name.into(), doc, columns: kinds(name, columns) })
            .collect();
        all.extend(TABLES.iter().map(|table| {
            let kind = |kind| match kind {
                ColumnType::Text => Kind::Text,
                ColumnType::Int => Kind::Int,
                ColumnType::Real => Kind::Real,
                ColumnType::Bool => Kind::Bool,
                ColumnType::Time => Kind::Time,
            };
            let columns = schema::columns(table).map(|column| (column.name, column.doc, kind(column.column_type)));
            About { name: format!("evidence.{}", table.name), doc: table.doc, columns: columns.collect() }
        }));
        all
    })
}
