//! `report.xml` of an archive that UFED Reader opens (.ufdr): what the tool decoded stands in it. It is not read as such; that is
//! told, and the file is looked through for traces as any text is.
//!
//! Source: public readers (IPED's `UfedXmlReader`, UFDR2DIR): a zip with `report.xml` at its top and files below `files/`; the
//! beginning of the list holds `project id`, `extractionType` or `sourceExtractions`; a protected one does not begin as XML.

use std::io::Read;

use custodia_model::tables::{Trace, Warning};
use custodia_model::{Rows, Text};
use memchr::memmem;

use crate::parsers::{About, File, Parser, ReadError};
use crate::scan::{Found, Scanner};

const ABOUT: About = About {
    name: "UFED report",
    reads: "report.xml of a .ufdr: traces alone, and a warning that what it says is not read",
    tables: &["traces", "warnings"],
    tested: &["a report with a link in a text, one that is no XML, invented data"],
    gaps: "all that the tool decoded: chats, contacts, calls, accounts, and the paths that the files had on the device",
};

/// What stands at the beginning of such a list.
const MARKS: [&[u8]; 3] = [b"project id", b"extractionType", b"sourceExtractions"];

/// Traces that are told of one report, and bytes that are read at a time.
const MOST: usize = 100_000;
const READ: usize = 256 << 10;

/// The parser.
pub struct Report;

impl Parser for Report {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        let mut names = path.rsplit('/');
        names.next().is_some_and(|name| name.eq_ignore_ascii_case("report.xml"))
            && (names.next().is_some_and(is_archive) || MARKS.iter().any(|mark| memmem::find(head, mark).is_some()))
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let xml = file.item.head.iter().find(|byte| !byte.is_ascii_whitespace() && **byte >= 0x21 && **byte < 0x7f);
        let says = match xml {
            Some(b'<') => {
                "this is the report of an extraction by UFED (.ufdr): what it lists as chats, contacts, calls and accounts was not read, and \
                 files beside it bear other names than on the device; hand over the extraction itself, or examine the databases \
                 below files/ as far as they were read"
            }
            _ => {
                "expected XML in the report of an extraction by UFED (.ufdr), found other bytes: a protected report cannot be read; hand \
                 over the extraction itself"
            }
        };
        rows.put(file.whole(), Warning::new("report not read", says).into());
        let mut found: Vec<Found> = Vec::new();
        let mut more = 0_u64;
        let mut take = |one: Found| if found.len() < MOST { found.push(one) } else { more += 1 };
        let (mut scanner, mut reader, mut buffer) = (Scanner::default(), file.reader()?, vec![0; READ]);
        let outcome = loop {
            match reader.read(&mut buffer) {
                Ok(0) => break Ok(()),
                Ok(read) => scanner.feed(buffer.get(..read).unwrap_or_default(), &mut take),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        scanner.finish(&mut take);
        found.sort_unstable();
        let byte: Text = "byte".into();
        for one in found {
            let trace = Trace {
                trace_kind: one.kind.as_str().into(),
                value: one.value.into(),
                as_written: one.as_written.into(),
                ..Trace::default()
            };
            rows.put(file.at(&byte, i64::try_from(one.offset).unwrap_or(i64::MAX)), trace.into());
        }
        if more > 0 {
            let says =
                format!("more than {MOST} links, addresses and numbers stand in it; {more} further ones were not told");
            rows.put(file.whole(), Warning::new("too many", says).into());
        }
        Ok(outcome?)
    }
}

fn is_archive(name: &str) -> bool {
    name.len().checked_sub(5).and_then(|at| name.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(".ufdr"))
}
