//! `custodia report CASE`

use std::path::PathBuf;

use clap::Args;
use custodia_case::{Case, Questions};

use super::threads;
use crate::failure::Failure;

/// Writes the report of a case: one HTML file without script, without reference to anything outside it.
#[derive(Args)]
#[command(after_help = "Example:\n  custodia report CASE --output report.html")]
pub struct Report {
    /// The case.
    case: PathBuf,
    /// Where to write it; `report.html` in the case without it.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Threads that answer.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

impl Report {
    pub fn run(self) -> Result<(), Failure> {
        let case = Case::open(&self.case)?;
        let path = write(&case, self.output, threads(self.threads))?;
        say!("{}", path.display());
        Ok(())
    }
}

/// Writes the report and gives its path.
pub fn write(case: &Case, to: Option<PathBuf>, threads: usize) -> Result<PathBuf, Failure> {
    let path = to.unwrap_or_else(|| case.folder().join("report.html"));
    let questions = Questions::open(case, threads)?;
    let text = custodia_output::report::html(case, &questions)?;
    std::fs::write(&path, text)
        .map_err(|why| Failure::Input(format!("{}: cannot be written: {why}", path.display())))?;
    Ok(path)
}
