//! What leaves the house: reports and graphs. It asks the case and writes inert files.
//!
//! One trait and one list, as for sources and parsers: a further form of output is one file and one line. Nothing here
//! reads evidence, and nothing that evidence says reaches a page except as escaped text. The graph of accounts is not in
//! the list: it is given its rows, answers questions of its own, and its files are too large to be one text.

pub mod graph;
pub mod html;
pub mod report;

use custodia_case::{Case, CaseError, Questions};

/// Writes one kind of file about a case.
pub trait Output: Sync {
    /// Name, what it writes, what it leaves out.
    fn about(&self) -> &'static About;

    /// The whole content of the file.
    fn write(&self, case: &Case, questions: &Questions) -> Result<String, CaseError>;
}

/// What an output is, for documentation.
#[derive(Debug)]
pub struct About {
    /// Name, unique in the list.
    pub name: &'static str,
    /// Usual name of the file.
    pub file: &'static str,
    /// What it writes.
    pub writes: &'static str,
    /// What it leaves out.
    pub gaps: &'static str,
}

/// Every output.
pub const OUTPUTS: &[&dyn Output] = &[&report::Html];
