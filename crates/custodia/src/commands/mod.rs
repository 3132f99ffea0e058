//! One file for each command.

use clap::Subcommand;

use crate::failure::Failure;

mod ask;
mod check;
pub mod decide;
mod demo;
pub mod examine;
pub mod graph;
mod hash;
mod known;
mod link;
mod recover;
mod report;
mod scan;
mod search;
mod serve;
mod synth;
mod verify;

/// What can be asked of the program.
#[derive(Subcommand)]
pub enum Command {
    /// Read exhibits into sealed bundles of a case.
    Examine(examine::Examine),
    /// Lists of known files.
    #[command(subcommand)]
    Known(known::Known),
    /// Answer a question: a view, or SQL.
    Ask(ask::Ask),
    /// Join all devices: compute every view and link ahead.
    Link(link::Link),
    /// Add a decision of a person: cut or confirm a tie, a country, a category, a note.
    Decide(decide::Decide),
    /// The graph of persons: exports, paths, neighbours, components.
    Graph(graph::GraphCommand),
    /// Find texts over everything: messages, names, subjects, file names, recovered records, copies in quotes.
    Search(search::Search),
    /// Serve the page of a case, on this machine alone.
    Serve(serve::Serve),
    /// Write the report of a case: one HTML file.
    Report(report::Report),
    /// Compare a case or bundle with its seals, digests and evidence.
    Verify(verify::Verify),
    /// Print MD5, SHA-1 and SHA-256 of every file of a folder.
    Hash(hash::Hash),
    /// Print the deleted records of SQLite databases.
    Recover(recover::Recover),
    /// Print links, addresses and numbers in the bytes of any files.
    Scan(scan::Scan),
    /// Invent a harmless operation with known truth.
    Synth(synth::Synth),
    /// Compare a case with the truth of an invented operation.
    Check(check::Check),
    /// Invent, examine and report a small operation.
    Demo(demo::Demo),
}

impl Command {
    /// Does it.
    pub fn run(self) -> Result<(), Failure> {
        match self {
            Command::Examine(command) => command.run(),
            Command::Known(command) => command.run(),
            Command::Ask(command) => command.run(),
            Command::Link(command) => command.run(),
            Command::Decide(command) => command.run(),
            Command::Graph(command) => command.run(),
            Command::Search(command) => command.run(),
            Command::Serve(command) => command.run(),
            Command::Report(command) => command.run(),
            Command::Verify(command) => command.run(),
            Command::Hash(command) => command.run(),
            Command::Recover(command) => command.run(),
            Command::Scan(command) => command.run(),
            Command::Synth(command) => command.run(),
            Command::Check(command) => command.run(),
            Command::Demo(command) => command.run(),
        }
    }
}

/// How many threads to use: as many as asked for, else one for each processor.
pub fn threads(asked: Option<usize>) -> usize {
    asked.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)).clamp(1, 256)
}
