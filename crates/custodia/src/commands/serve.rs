//! `custodia serve CASE`

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;

use super::{examine::operator, threads};
use crate::failure::Failure;
use crate::secrets::SecretArguments;
use crate::serve::{self, App, Server};

/// Serves the page of a case on this machine alone, and prints a link that is good once.
#[derive(Args)]
#[command(after_help = "Examples:\n  custodia serve CASE\n  custodia serve CASE --port 8017 --open\n\n\
    The first time, what the pages need is computed and kept in the case's cache; a page that needs it waits. \
    Press Enter for another link; end with Ctrl-C.")]
pub struct Serve {
    /// The case.
    case: PathBuf,
    /// Port on 127.0.0.1; a free one without it.
    #[arg(long, default_value_t = 0, value_name = "N")]
    port: u16,
    /// Open the link in the browser.
    #[arg(long)]
    open: bool,
    /// Do not compute ahead what pages need.
    #[arg(long)]
    lazy: bool,
    /// Name under which decisions are journaled; the system's name of the operator without it.
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    #[command(flatten)]
    secrets: SecretArguments,
    /// Threads that answer.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

impl Serve {
    pub fn run(self) -> Result<(), Failure> {
        let author = self.author.map(|author| author.trim().to_owned()).filter(|author| !author.is_empty());
        let secrets = self.secrets.load()?;
        let user = author.unwrap_or_else(operator);
        let server = Server::begin(&self.case, self.port, threads(self.threads), user, secrets)?;
        let link = server.link()?;
        let mut out = io::stdout().lock();
        writeln!(out, "{link}")?;
        out.flush()?;
        drop(out);
        if self.open {
            browse(&link);
        }
        let app = server.app();
        if io::stdin().is_terminal() {
            std::thread::spawn(move || more_links(&app));
        }
        let lazy = self.lazy;
        server.serve(move |app| {
            if !lazy {
                prepare(&app);
            }
        })
    }
}

/// A new link for every line that the operator enters.
fn more_links(app: &App) {
    for line in io::stdin().lines() {
        if line.is_err() {
            break;
        }
        match serve::link(app) {
            Ok(link) => say!("{link}"),
            Err(why) => eprintln!("custodia: {why}"),
        }
    }
}

/// Computes what pages need, the small and the often asked first, and says so.
fn prepare(app: &Arc<App>) {
    let start = Instant::now();
    let mut made = 0;
    for (name, prepare) in serve::PREPARED {
        let begun = Instant::now();
        match app.cases.now().map_err(Failure::from).and_then(|opened| prepare(app, &opened, name)) {
            Ok(false) => {}
            Ok(true) => {
                made += 1;
                eprintln!("prepared {name:20} {:7.2} s", begun.elapsed().as_secs_f64());
            }
            Err(why) => eprintln!("custodia: {name}: {why}"),
        }
    }
    if made > 0 {
        eprintln!("all pages are prepared, after {:.1} s", start.elapsed().as_secs_f64());
    }
}

/// Hands the link to the desktop. Where there is none, the operator has the link on the terminal.
fn browse(link: &str) {
    let opened = std::process::Command::new("xdg-open")
        .arg(link)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn();
    if opened.is_err() {
        eprintln!("no browser could be opened; open the link by hand");
    }
}
