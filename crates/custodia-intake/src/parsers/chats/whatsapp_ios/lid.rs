//! `LID.sqlite`: pairs of numbers and hidden identifiers.

use custodia_model::Rows;

use super::super::whatsapp::{open, wanted};
use super::storage::Reading;
use super::{names, schema, storage};
use crate::parsers::{About, File, Marks, Parser, ReadError, database};

const ABOUT: About = About {
    name: "WhatsApp hidden identifiers on iOS",
    reads: "LID.sqlite of WhatsApp and WhatsApp Business, with LID.sqlite-wal beside it, and databases of any name with such tables",
    tables: &["aliases", "warnings"],
    tested: &["ZWAPHONENUMBERLIDPAIR and ZWAZACCOUNT, invented data"],
    gaps: "deleted rows; when a pair was learnt; all tables but ZWAPHONENUMBERLIDPAIR and ZWAZACCOUNT",
};

/// The parser.
pub struct HiddenIds;

impl Parser for HiddenIds {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        path.rsplit('/').next() == Some("LID.sqlite")
            && (path.contains("whatsapp") || head.starts_with(database::MAGIC))
    }

    fn schemas(&self) -> &'static [Marks] {
        &[&[("ZWAPHONENUMBERLIDPAIR", "ZLID")]]
    }

    fn tells(&self, table: &str) -> bool {
        wanted::is_read(table, schema::PAIRS) || schema::is_core_data(table)
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let database = database::open(file, rows)?;
        let mut out = storage::out(file, rows);
        open::compare(&database, schema::PAIRS, schema::CORE_DATA, &mut out);
        names::pairs(&mut Reading::new(&database, out, None, file));
        Ok(())
    }
}
