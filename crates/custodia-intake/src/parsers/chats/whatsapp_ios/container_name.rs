//! The list that names a container. It is read for the databases beside it; by itself it tells only of programs of Tor, whose
//! data bears no name of its own.

use custodia_model::Rows;
use custodia_model::tables::DeviceFact;

use super::container;
use crate::parsers::{About, File, Parser, ReadError};

const ABOUT: About = About {
    name: "Container name on iOS",
    reads: ".com.apple.mobile_container_manager.metadata.plist at the top of a container, binary or XML: databases of WhatsApp \
            beside it belong to the messenger that it names",
    tables: &["device_facts", "warnings"],
    tested: &["containers of both messengers without preferences, XML, invented data"],
    gaps: "all keys but MCMMetadataIdentifier; a row is given only for a container of Onion Browser, whose files are looked through for \
           traces as any other",
};

/// Programs of Tor by the name of their container (public readers of Tor traces).
const PROGRAMS: &[(&str, &str)] = &[("com.miketigas.OnionBrowser", "Onion Browser container")];

/// The parser.
pub struct ContainerName;

impl Parser for ContainerName {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        container::is_name(path)
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let name = container::name(file.item).map_err(ReadError::Not)?.unwrap_or_default();
        if let Some((_, fact)) = PROGRAMS.iter().find(|(identifier, _)| *identifier == name) {
            rows.put(file.whole(), DeviceFact { fact: (*fact).into(), fact_value: name.into() }.into());
        }
        Ok(())
    }
}
