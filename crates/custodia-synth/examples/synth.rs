//! `synth DIR [tiny|small|tantalio] [SEED]`: invents an operation and says what it holds.

use std::time::Instant;

use custodia_synth::{Options, Scale, generate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(dir) = arguments.first() else {
        return Err("usage: synth DIR [tiny|small|tantalio] [SEED]".into());
    };
    let scale: Scale = arguments.get(1).map_or("small", String::as_str).parse()?;
    let seed = arguments.get(2).map_or(Ok(1), |text| text.parse())?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let begun = Instant::now();
    let summary =
        generate(dir.as_ref(), &Options { scale, seed, threads }, &|done, total| eprint!("\r{done}/{total} phones"))?;
    eprintln!("\n{:.1} s", begun.elapsed().as_secs_f64());
    println!("{summary:#?}");
    Ok(())
}
