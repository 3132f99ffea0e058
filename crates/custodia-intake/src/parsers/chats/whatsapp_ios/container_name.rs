//! The list that names a container. It is read for the databases beside it; by itself it gives no row.

use custodia_model::Rows;

use super::container;
use crate::parsers::{About, File, Parser, ReadError};

const ABOUT: About = About {
    name: "Container name on iOS",
    reads: ".com.apple.mobile_container_manager.metadata.plist at the top of a container, binary or XML: databases of WhatsApp \
            beside it belong to the messenger that it names",
    tables: &["warnings"],
    tested: &["containers of both messengers without preferences, XML, invented data"],
    gaps: "all keys but MCMMetadataIdentifier; it gives no rows of its own",
};

/// The parser.
pub struct ContainerName;

impl Parser for ContainerName {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        container::is_name(path)
    }

    fn read(&self, file: &File<'_>, _rows: &mut dyn Rows) -> Result<(), ReadError> {
        container::name(file.item).map(|_| ()).map_err(ReadError::Not)
    }
}
