//! `custodia demo`: invent, examine, import, report, check a small operation.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use custodia_case::{Case, Format, Questions};
use custodia_intake::secrets::Secrets;
use custodia_synth as synth;

use super::{check, examine, known, report, threads};
use crate::exhibits;
use crate::failure::Failure;
use crate::key::KeyArguments;

/// Invents, examines and reports a small operation, and prints what was found.
#[derive(Args)]
#[command(
    after_help = "Example:\n  custodia demo demo\n\nEverything in it is invented: names from word lists, unassigned numbers, geometric pictures."
)]
pub struct Demo {
    /// Where to work; a folder that is empty or absent.
    #[arg(default_value = "demo")]
    folder: PathBuf,
    /// Same seed, same operation.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Replace what an earlier demo left in the folder.
    #[arg(long)]
    again: bool,
    #[command(flatten)]
    key: KeyArguments,
}

impl Demo {
    pub fn run(self) -> Result<(), Failure> {
        let (operation, folder) = (self.folder.join("operation"), self.folder.join("case"));
        let occupied = std::fs::read_dir(&self.folder).is_ok_and(|mut entries| entries.next().is_some());
        if occupied {
            let ours = operation.join("truth.json").exists() || folder.join("case.toml").exists();
            if !(self.again && ours) {
                return Err(Failure::Input(format!(
                    "{}: not empty; name another folder, or --again to replace an earlier demo",
                    self.folder.display()
                )));
            }
            for part in [&operation, &folder] {
                if part.exists() {
                    std::fs::remove_dir_all(part)
                        .map_err(|why| Failure::Input(format!("{}: {why}", part.display())))?;
                }
            }
        }
        std::fs::create_dir_all(&operation).map_err(|why| Failure::Input(format!("{}: {why}", operation.display())))?;
        let threads = threads(None);
        let start = Instant::now();
        let mut step = {
            let mut last = start;
            move |what: &str| {
                say!("{what:34} {:6.1} s", last.elapsed().as_secs_f64());
                last = Instant::now();
            }
        };
        let options = synth::Options { scale: synth::Scale::Small, seed: self.seed, threads };
        super::synth::run(&operation, &options)?;
        step("invented an operation");
        let key = self.key.load()?;
        let case = Case::open_or_create(&folder, &key.public())?;
        let lists = operation.join("known");
        for (list, kind) in [
            ("vics.json", known::Kind::Known),
            ("vics13.json", known::Kind::Known),
            ("plain-md5.txt", known::Kind::Known),
            ("plain-sha256.txt", known::Kind::Known),
            ("benign-md5.txt", known::Kind::Benign),
        ] {
            known::import(&case, &lists.join(list), None, kind, &key)?;
        }
        step("imported the known lists");
        let outcome = examine::examine_all(
            &case,
            exhibits::read(&operation.join("exhibits.csv"))?,
            threads,
            &Secrets::default(),
            &key,
        )?;
        outcome.failure()?;
        step(&format!("examined {} exhibits", outcome.examined.len()));
        let page = report::write(&case, None, threads)?;
        step("wrote the report");
        let scores = check::check(&case, &operation.join("truth.json"), threads, 3)?;
        step("compared with the truth");
        say!();
        let questions = Questions::open(&case, threads)?;
        let summary = questions.ask(
            "SELECT country, country_name, accounts, members, groups, messages, first_shares, known_shares, seized FROM countries",
        )?;
        summary.print(Format::Table, &mut std::io::stdout())?;
        say!();
        check::print(&scores);
        say!("\noperation {}\ncase      {}\nreport    {}", operation.display(), folder.display(), page.display());
        say!("\nNext: custodia ask {} groups", folder.display());
        match scores.iter().filter(|score| !score.perfect()).count() {
            0 => Ok(()),
            n => Err(Failure::Differs(format!("{n} kinds of facts are below 100 %"))),
        }
    }
}
