//! `custodia link CASE`

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

use clap::Args;
use custodia_case::{Case, Prepared, Questions, Step, VIEWS, links::LINKS};
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
        let times = Times::default();
        let prepared = questions.prepare(&names, &|name, step| times.take(name, step))?;
        let mut lines = Vec::new();
        for Prepared { name, computed, rows } in prepared {
            let seconds = times.of(name);
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

/// How long each view and link took.
#[derive(Default)]
struct Times(Mutex<HashMap<&'static str, Instant>>, Mutex<HashMap<&'static str, f64>>);

impl Times {
    fn take(&self, name: &'static str, step: Step) {
        let (Ok(mut begun), Ok(mut taken)) = (self.0.lock(), self.1.lock()) else { return };
        match step {
            Step::Begun => {
                begun.insert(name, Instant::now());
            }
            // One that lacked memory is begun twice.
            Step::Done => {
                let seconds = begun.remove(name).map_or(0.0, |begun| begun.elapsed().as_secs_f64());
                *taken.entry(name).or_default() += seconds;
            }
        }
    }

    fn of(&self, name: &str) -> f64 {
        self.1.lock().map_or(0.0, |taken| taken.get(name).copied().unwrap_or(0.0))
    }
}
