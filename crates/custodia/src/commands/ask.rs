//! `custodia ask CASE 'SQL' | VIEW`

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use custodia_case::{Case, Format, Questions, VIEWS, links::LINKS};

use super::threads;
use crate::failure::Failure;

/// Answers a question over all bundles of a case.
#[derive(Args)]
#[command(after_help = "Examples:\n  custodia ask CASE --list-views\n  custodia ask CASE groups --format json\n  \
    custodia ask CASE \"SELECT country, count(*) FROM members GROUP BY country ORDER BY 2 DESC\"\n\n\
    Tables as stored in the bundles are in schema `evidence`: SELECT count(*) FROM evidence.messages")]
pub struct Ask {
    /// The case.
    case: PathBuf,
    /// A view, or SQL.
    #[arg(required_unless_present = "list_views")]
    question: Option<String>,
    /// How to print the answer.
    #[arg(long, short, value_enum, default_value_t = Form::Table)]
    format: Form,
    /// The same as --format json.
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Where to write the answer; standard output without it.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print the views with what a row of each is.
    #[arg(long)]
    list_views: bool,
    /// Threads that answer.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Table,
    Csv,
    Json,
    Parquet,
}

impl Ask {
    pub fn run(self) -> Result<(), Failure> {
        let case = Case::open(&self.case)?;
        if self.list_views {
            let mut out = io::stdout().lock();
            for view in VIEWS {
                writeln!(out, "{}\t{}", view.name, view.doc())?;
            }
            for link in LINKS {
                writeln!(out, "{}\t{}", link.name, link.about())?;
            }
            return Ok(());
        }
        let format = match self.format {
            _ if self.json => Format::Json,
            Form::Table => Format::Table,
            Form::Csv => Format::Csv,
            Form::Json => Format::Json,
            Form::Parquet => Format::Parquet,
        };
        let question = self.question.unwrap_or_default();
        let answer = Questions::open(&case, threads(self.threads))?.ask(&question)?;
        match self.output {
            Some(path) => {
                let failed = |why: io::Error| Failure::Input(format!("{}: cannot be written: {why}", path.display()));
                let mut file = BufWriter::new(std::fs::File::create(&path).map_err(failed)?);
                answer.print(format, &mut file)?;
                file.flush().map_err(failed)
            }
            None => {
                // Collected first: the lock of standard output cannot be sent to the threads that write Parquet.
                let mut bytes = Vec::new();
                answer.print(format, &mut bytes)?;
                let mut out = io::stdout().lock();
                out.write_all(&bytes)?;
                Ok(out.flush()?)
            }
        }
    }
}
