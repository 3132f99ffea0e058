//! What pages of a view, link or table as stored are made of, and where they are kept.

use std::fs;
use std::path::PathBuf;

use custodia_model::tables::TABLES;
use datafusion::arrow::datatypes::SchemaRef;
use sha2::{Digest, Sha256};

use super::{Questions, stored, unknown};
use crate::kept::Stopped;
use crate::links::LINKS;
use crate::views::{VIEWS, View};
use crate::{CaseError, schema};

/// Rows for pages.
pub(crate) struct Source {
    /// Parquet files, in order.
    pub files: Vec<PathBuf>,
    /// Names and types of the columns.
    pub schema: SchemaRef,
    /// Columns that order the rows, and whether the largest comes first.
    pub order: Vec<(String, bool)>,
    /// The file that goes when the pages are made.
    #[expect(dead_code, reason = "it is there to be dropped")]
    pub passing: Option<Passing>,
}

/// A file that goes when this does.
pub(crate) struct Passing(pub(super) PathBuf);

impl Drop for Passing {
    fn drop(&mut self) {
        crate::kept::remove(&self.0);
    }
}

impl Questions {
    /// The file that pages of a view, link or table as stored are read from; see [`crate::pages`].
    pub(crate) fn page_file(&self, name: &str) -> Result<PathBuf, CaseError> {
        let digest: [u8; 32] = match stored(name) {
            Some(table) => {
                let mut digest = Sha256::new();
                digest.update(env!("CARGO_PKG_VERSION"));
                digest.update(self.stored.get(table).cloned().unwrap_or_default().finalize());
                digest.finalize().into()
            }
            None if VIEWS.iter().any(|view| view.name == name) || LINKS.iter().any(|link| link.name == name) => {
                self.digest(name)?
            }
            None => return Err(unknown(name)),
        };
        Ok(self.cache.join(format!("pages.{name}-{}.rows", &hex::encode(digest)[..32])))
    }

    /// What that file is made of.
    pub(crate) fn page_source(&self, name: &str) -> Result<Source, CaseError> {
        if let Some(table) = stored(name) {
            let files = self.files.get(table).into_iter().flatten().map(|(_, path)| path.clone()).collect();
            let schema = TABLES.iter().find(|known| known.name == table).map(schema::written);
            let order = ["device", "path", "part", "row"].map(direction).to_vec();
            return Ok(Source { files, schema: schema.ok_or_else(|| unknown(name))?, order, passing: None });
        }
        let view = VIEWS.iter().find(|view| view.name == name);
        let order = match (view, LINKS.iter().find(|link| link.name == name)) {
            (Some(view), _) => view.order(),
            (None, Some(link)) => link.order(),
            (None, None) => return Err(unknown(name)),
        };
        let (path, passing) = match view.filter(|view| !view.kept) {
            // Its rows are only on their way into pages.
            Some(view) => {
                let passing = self.runtime.block_on(async {
                    self.build_all(&view.sql()).await?;
                    self.pass(view, "pages").await
                })?;
                (passing.0.clone(), Some(passing))
            }
            None => {
                self.runtime.block_on(self.build([name.to_owned()], &|_, _| ()))?;
                (self.kept(name)?, None)
            }
        };
        let file = fs::File::open(&path).map_err(CaseError::io(&path, "opening the cache"))?;
        let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file)
            .map_err(|why| CaseError::Parquet { path: path.clone(), why: why.to_string() })?;
        let order = order.split(", ").map(direction).collect();
        Ok(Source { schema: reader.schema().clone(), files: vec![path], order, passing })
    }

    /// The rows of a view that is not kept, in any order, in a file that goes when it is no longer needed. All that the view
    /// names has been built.
    pub(super) async fn pass(&self, view: &View, why: &str) -> Result<Passing, CaseError> {
        let mut path = self.kept(view.name)?;
        // Two programs that serve one case must not write over each other.
        path.set_file_name(format!("passing.{}.{}.{why}.parquet", std::process::id(), view.name));
        self.keep(view, &path, true).await.map_err(Stopped::said)?;
        Ok(Passing(path))
    }
}

/// A column of an order, and whether its largest value comes first.
pub(super) fn direction(column: &str) -> (String, bool) {
    match column.split_once(' ') {
        Some((name, rest)) => (name.to_owned(), rest.starts_with("DESC")),
        None => (column.to_owned(), false),
    }
}
