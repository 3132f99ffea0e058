//! `custodia synth DIR --scale small|tantalio --seed N`

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::{Args, ValueEnum};
use custodia_case::bundle::{Completeness, Exhibit, Source};
use custodia_case::{Case, Label};
use custodia_model::{Origin, Rows};
use custodia_synth as synth;
use custodia_trust::SealKey;

use super::threads;
use crate::failure::Failure;
use crate::key::KeyArguments;

/// Invents a harmless operation with known truth: phones, lists of known files, exhibits.csv, truth.json.
#[derive(Args)]
#[command(after_help = "Examples:\n  custodia synth /tmp/operation --scale small --seed 7\n  \
    custodia examine CASE --manifest /tmp/operation/exhibits.csv\n  custodia check CASE /tmp/operation/truth.json")]
pub struct Synth {
    /// Where to write; a folder that is empty or absent.
    folder: PathBuf,
    /// How large.
    #[arg(long, value_enum, default_value_t = Scale::Small)]
    scale: Scale,
    /// Same seed, same bytes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Messages of the `msgstore` scale.
    #[arg(long, default_value_t = 1_000_000)]
    messages: u64,
    /// Files of the `tree` scale.
    #[arg(long, default_value_t = 20_000)]
    files: u64,
    /// Bytes of the `tree` scale.
    #[arg(long, default_value_t = 2_000_000_000)]
    bytes: u64,
    /// Devices of the `rows` scale.
    #[arg(long, default_value_t = 300)]
    devices: usize,
    /// Message rows of each device of the `rows` scale.
    #[arg(long, default_value_t = 500_000)]
    rows: usize,
    #[command(flatten)]
    key: KeyArguments,
    /// Threads that write. The bytes do not depend on it.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Scale {
    /// 4 phones, for tests.
    Tiny,
    /// 12 phones, about 10,000 messages.
    Small,
    /// 300 devices, 25 groups of up to 256, 8,000 accounts, 360,000 shares.
    Tantalio,
    /// One WhatsApp database, for benches.
    Msgstore,
    /// A tree of files, for benches.
    Tree,
    /// A case of devices that are rows alone, for benches.
    Rows,
}

impl Synth {
    pub fn run(self) -> Result<(), Failure> {
        let occupied = std::fs::read_dir(&self.folder).is_ok_and(|mut entries| entries.next().is_some());
        if occupied || self.folder.is_file() {
            return Err(Failure::Input(format!(
                "{}: not empty; name a folder that is empty or absent",
                self.folder.display()
            )));
        }
        std::fs::create_dir_all(&self.folder)
            .map_err(|why| Failure::Input(format!("{}: cannot be made: {why}", self.folder.display())))?;
        let scale = match self.scale {
            Scale::Tiny => synth::Scale::Tiny,
            Scale::Small => synth::Scale::Small,
            Scale::Tantalio => synth::Scale::Tantalio,
            Scale::Msgstore => {
                synth::generate_msgstore(&self.folder.join("msgstore.db"), self.messages, self.seed)
                    .map_err(Failure::input)?;
                say!("{}", self.folder.join("msgstore.db").display());
                return Ok(());
            }
            Scale::Tree => {
                synth::generate_tree(&self.folder, self.files, self.bytes, self.seed).map_err(Failure::input)?;
                say!("{}", self.folder.display());
                return Ok(());
            }
            Scale::Rows => {
                rows(&self)?;
                say!("{} devices of {} message rows in {}", self.devices, self.rows, self.folder.display());
                return Ok(());
            }
        };
        let options = synth::Options { scale, seed: self.seed, threads: threads(self.threads) };
        let summary = run(&self.folder, &options)?;
        say!(
            "{} exhibits, {} message rows of which {} stand only in logs, {} deleted rows, {} pictures on phones, {} bytes",
            summary.devices,
            summary.device_rows,
            summary.in_log,
            summary.deleted,
            summary.media_files,
            summary.evidence_bytes
        );
        say!("{}", self.folder.join("exhibits.csv").display());
        Ok(())
    }
}

/// Makes a case whose bundles were never phones: what joins devices is measured on far more rows than databases could be
/// made for.
fn rows(arguments: &Synth) -> Result<(), Failure> {
    let key = arguments.key.load()?;
    let case = Case::open_or_create(&arguments.folder, &key.public())?;
    let next = AtomicUsize::new(0);
    let failures: Mutex<Vec<Failure>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads(arguments.threads) {
            scope.spawn(|| {
                loop {
                    let device = next.fetch_add(1, Ordering::Relaxed);
                    if device >= arguments.devices {
                        break;
                    }
                    if let Err(why) = rows_of(&case, arguments, device, &key)
                        && let Ok(mut failures) = failures.lock()
                    {
                        failures.push(why);
                    }
                }
            });
        }
    });
    failures.into_inner().unwrap_or_default().pop().map_or(Ok(()), Err)
}

fn rows_of(case: &Case, arguments: &Synth, device: usize, key: &SealKey) -> Result<(), Failure> {
    let label: Label = format!("R-{:04}", device + 1).parse().map_err(Failure::Input)?;
    let mut begun = case.begin(&label)?;
    let Some(mut writer) = begun.writer() else { return Ok(()) };
    let row = custodia_model::tables::Device {
        device_kind: "android".into(),
        authority: "INVENTED".into(),
        source: label.as_str().into(),
        source_kind: "rows".into(),
        source_sha256: label.as_str().into(),
        ..Default::default()
    };
    writer.put(Origin::file("/".into()), row.into());
    synth::rows::generate_rows(arguments.devices, arguments.rows, arguments.seed, device, &mut writer);
    let exhibit = Exhibit { label: label.to_string(), authority: "INVENTED".into(), ..Exhibit::default() };
    let source = Source { name: label.to_string(), sha256: label.to_string(), ..Source::default() };
    writer.publish(&case.bundle(&label), exhibit, source, Completeness::default(), key)?;
    Ok(())
}

/// Invents an operation with a progress bar.
pub fn run(folder: &std::path::Path, options: &synth::Options) -> Result<synth::Summary, Failure> {
    use std::io::IsTerminal;
    let bar =
        if std::io::stderr().is_terminal() { indicatif::ProgressBar::new(1) } else { indicatif::ProgressBar::hidden() };
    bar.set_message("inventing");
    if let Ok(style) = indicatif::ProgressStyle::with_template("{msg} {bar:24} {pos}/{len} devices {eta} left") {
        bar.set_style(style);
    }
    let summary = synth::generate(folder, options, &|done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    summary.map_err(Failure::input)
}
