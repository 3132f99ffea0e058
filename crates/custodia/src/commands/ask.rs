//! `custodia ask CASE 'SQL' | VIEW`

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

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
        let questions = Questions::open(&case, threads(self.threads))?;
        match self.output {
            Some(path) => {
                let failed = |why: io::Error| Failure::Input(format!("{}: cannot be written: {why}", path.display()));
                let mut file = BufWriter::new(Late { path: &path, file: None });
                questions.write(&question, format, &mut file)?;
                file.flush().map_err(failed)
            }
            None => {
                let mut out = BufWriter::new(io::stdout());
                let written = questions.write(&question, format, &mut out);
                // A reader that has seen enough is no error; it shows itself at the next flush.
                match (written, out.flush()) {
                    (_, Err(why)) => Err(why.into()),
                    (written, Ok(())) => Ok(written?),
                }
            }
        }
    }
}

/// A file that is made, or emptied, when the first byte is written to it: a question that cannot be asked leaves alone what an
/// earlier one answered.
struct Late<'a> {
    path: &'a Path,
    file: Option<File>,
}

impl Late<'_> {
    fn file(&mut self) -> io::Result<&mut File> {
        if self.file.is_none() {
            self.file = Some(File::create(self.path)?);
        }
        self.file.as_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Write for Late<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file()?.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_emptied_by_an_answer_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answer.csv");
        std::fs::write(&path, "of yesterday").unwrap();
        let out = BufWriter::new(Late { path: &path, file: None });
        drop(out);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "of yesterday");
        let mut out = BufWriter::new(Late { path: &path, file: None });
        out.write_all(b"of today").unwrap();
        out.flush().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "of today");
    }
}
