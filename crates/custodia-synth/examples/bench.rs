//! `bench msgstore FILE MESSAGES [SEED]` or `bench tree DIR FILES BYTES [SEED]`: inputs for measurements.

use std::path::Path;
use std::time::Instant;

use custodia_synth::{generate_msgstore, generate_tree};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let begun = Instant::now();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["msgstore", path, messages] => generate_msgstore(Path::new(path), messages.parse()?, 1)?,
        ["msgstore", path, messages, seed] => generate_msgstore(Path::new(path), messages.parse()?, seed.parse()?)?,
        ["tree", dir, files, bytes] => generate_tree(Path::new(dir), files.parse()?, bytes.parse()?, 1)?,
        ["tree", dir, files, bytes, seed] => {
            generate_tree(Path::new(dir), files.parse()?, bytes.parse()?, seed.parse()?)?
        }
        _ => return Err("usage: bench msgstore FILE MESSAGES [SEED] | bench tree DIR FILES BYTES [SEED]".into()),
    }
    eprintln!("{:.1} s", begun.elapsed().as_secs_f64());
    Ok(())
}
