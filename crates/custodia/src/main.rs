//! The program: the command line over all rooms.
//!
//! It holds what the rooms must not know: the clock, the terminal, the operator's key, the order of work. Rules about
//! evidence, rows and packages belong to the rooms.

#![allow(clippy::disallowed_methods, reason = "the program alone has a clock and an environment")]

use std::process::ExitCode;

use clap::Parser;

#[macro_use]
mod failure;

mod commands;
mod exhibits;
mod key;
mod progress;
mod secrets;
mod serve;
mod watching;

use failure::Failure;

/// Reads seized phones and joins what they hold: groups, members, invitations, first shares, known material, countries.
#[derive(Parser)]
#[command(name = "custodia", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: commands::Command,
}

const EXAMPLES: &str = "\
Examples:
  custodia demo
  custodia examine CASE phone.zip --exhibit ES-017 --authority 'JI 4/2026'
  custodia examine CASE --manifest exhibits.csv
  custodia known import CASE vics.json
  custodia ask CASE groups
  custodia ask CASE \"SELECT * FROM known_hits WHERE how = 'file present'\" --format csv
  custodia report CASE
  custodia verify CASE

Exit codes: 0 done; 1 something differs or was not found as expected; 2 the input cannot be used as given.";

fn main() -> ExitCode {
    // A closed pipe (`custodia ask … | head`) ends the program quietly, as it does every other tool.
    let arguments = Arguments::parse();
    match arguments.command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Pipe) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("custodia: {failure}");
            failure.code()
        }
    }
}
