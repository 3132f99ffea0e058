//! `custodia link CASE`

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use custodia_case::{Case, Questions, VIEWS, links::LINKS};
use serde_json::json;

use super::threads;
use crate::failure::Failure;

/// Joins all devices of a case: computes every view and link that is kept, so that questions answer at once. What was computed
/// before and does not change is not computed again.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  custodia link CASE\n  custodia link CASE --only device_links\n  custodia link CASE --all --json"
)]
pub struct Link {
    /// The case.
    case: PathBuf,
    /// This view or link alone.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Also ask every view that is not kept, and count its rows.
    #[arg(long)]
    all: bool,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
    /// Threads that answer.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

impl Link {
    pub fn run(self) -> Result<(), Failure> {
        let case = Case::open(&self.case)?;
        let questions = Questions::open(&case, threads(self.threads))?;
        let views = VIEWS.iter().filter(|view| view.kept || self.all).map(|view| view.name);
        let names: Vec<&str> = match &self.only {
            Some(name) => vec![name],
            None => LINKS.iter().map(|link| link.name).chain(views).collect(),
        };
        let mut lines = Vec::new();
        for name in names {
            let start = Instant::now();
            let (computed, rows) = questions.prepare(name)?;
            let seconds = start.elapsed().as_secs_f64();
            if self.json {
                lines.push(json!({"name": name, "computed": computed, "rows": rows, "seconds": seconds}));
            } else {
                say!(
                    "{name:20} {rows:>10} rows  {}",
                    if computed { format!("{seconds:7.2} s") } else { "kept".into() }
                );
            }
        }
        if self.json {
            say!("{}", serde_json::Value::from(lines));
        }
        Ok(())
    }
}
