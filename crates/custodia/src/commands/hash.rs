//! `custodia hash DIR`

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use custodia_intake::digest;

use super::threads;
use crate::failure::Failure;
use crate::progress::Bar;

/// Prints MD5, SHA-1 and SHA-256 of every file of a folder, in hashdeep's format, sorted by path.
#[derive(Args)]
#[command(after_help = "Example:\n  custodia hash /mnt/exhibit > exhibit.hashdeep")]
pub struct Hash {
    /// The folder.
    folder: PathBuf,
    /// Threads that read.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

impl Hash {
    pub fn run(self) -> Result<(), Failure> {
        if !self.folder.is_dir() {
            return Err(Failure::Input(format!("{}: no folder; expected the folder to digest", self.folder.display())));
        }
        let bar = Bar::new("digesting", 0);
        let mut out = BufWriter::new(io::stdout().lock());
        writeln!(out, "%%%% HASHDEEP-1.0\n%%%% size,md5,sha1,sha256,filename")?;
        let mut unread = 0;
        for file in digest::tree(&self.folder, threads(self.threads), &bar).map_err(Failure::input)? {
            match file.digests {
                Ok(digests) => writeln!(
                    out,
                    "{},{},{},{},{}",
                    file.size,
                    digests.md5_hex(),
                    digests.sha1_hex(),
                    digests.sha256_hex(),
                    file.path
                )?,
                Err(why) => {
                    unread += 1;
                    bar.line(&format!("{}: not read: {why}", file.path));
                }
            }
        }
        out.flush()?;
        bar.done();
        if unread > 0 {
            return Err(Failure::Differs(format!("{unread} files could not be read; each is named above")));
        }
        Ok(())
    }
}
