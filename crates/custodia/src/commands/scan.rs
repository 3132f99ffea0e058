//! `custodia scan FILE...`

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::PathBuf;

use clap::Args;
use custodia_intake::scan::{Found, Kind, Scanner};
use serde_json::json;

use crate::failure::Failure;

/// Bytes that are read at a time.
const PIECE: usize = 256 << 10;

/// Prints links, addresses, numbers, wallets and names of onion services in the bytes of any files, with their places.
///
/// Texts in ASCII and in UTF-16LE are looked for. Nothing is unpacked: whoever wants the insides of an archive examines it.
#[derive(Args)]
#[command(after_help = "Example:\n  custodia scan unallocated.bin pagefile.sys --kind 'onion address' --json")]
pub struct Scan {
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only this kind, as in the column `trace_kind`; may be given again.
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

impl Scan {
    pub fn run(self) -> Result<(), Failure> {
        let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        if let Some(kind) = self.kind.iter().find(|kind| !known.contains(&kind.as_str())) {
            return Err(Failure::Input(format!("no kind '{kind}'; expected one of: {}", known.join(", "))));
        }
        let wanted = |one: &Found| self.kind.is_empty() || self.kind.iter().any(|kind| kind == one.kind.as_str());
        let mut out = BufWriter::new(io::stdout().lock());
        let mut first = true;
        if self.json {
            out.write_all(b"[")?;
        }
        for file in &self.files {
            let name = file.display().to_string();
            let mut tell = |one: &Found| -> io::Result<()> {
                if !self.json {
                    return writeln!(
                        out,
                        "{name}#byte/{}\t{}\t{}\t{}",
                        one.offset,
                        one.kind.as_str(),
                        one.value,
                        one.written.as_str()
                    );
                }
                let comma = if std::mem::take(&mut first) { "" } else { "," };
                let row = json!({
                    "file": name, "offset": one.offset, "trace_kind": one.kind.as_str(), "value": one.value,
                    "as_written": one.as_written, "encoding": one.written.as_str(),
                });
                write!(out, "{comma}\n{row}")
            };
            let cannot = |why: io::Error| Failure::Input(format!("{name}: cannot be read: {why}"));
            let mut source = File::open(file).map_err(cannot)?;
            let mut scanner = Scanner::default();
            let mut piece = vec![0; PIECE];
            let mut written = Ok(());
            let mut take = |one: Found| {
                if written.is_ok() && wanted(&one) {
                    written = tell(&one);
                }
            };
            loop {
                match source.read(&mut piece) {
                    Ok(0) => break,
                    Ok(n) => scanner.feed(&piece[..n], &mut take),
                    Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                    Err(why) => return Err(cannot(why)),
                }
            }
            scanner.finish(&mut take);
            written?;
        }
        if self.json {
            out.write_all(b"\n]\n")?;
        }
        out.flush()?;
        Ok(())
    }
}
