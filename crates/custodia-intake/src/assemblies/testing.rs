//! What the tests of assemblies share: a desk with invented evidence, an examination of it told in lines, and damage.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use custodia_model::{Origin, Row, TABLES, Value};

use crate::examine::{ExhibitFacts, Options, examine};
use crate::parsers::fixtures::folder;
use crate::progress::Silent;
use crate::secrets::Secrets;

/// A folder that vanishes, and evidence in it.
pub struct Desk(tempfile::TempDir);

impl Desk {
    pub fn new() -> Desk {
        Desk(tempfile::tempdir().unwrap())
    }

    pub fn put(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A zip of everything in one of its folders.
    pub fn zip(&self, folder: &str, name: &str) -> PathBuf {
        let path = self.path(name);
        let mut zip = zip::ZipWriter::new(fs::File::create(&path).unwrap());
        let from = self.path(folder);
        for entry in walkdir::WalkDir::new(&from).sort_by_file_name() {
            let entry = entry.unwrap();
            if entry.file_type().is_file() {
                let below = entry.path().strip_prefix(&from).unwrap().to_str().unwrap();
                zip.start_file(below, zip::write::SimpleFileOptions::default()).unwrap();
                std::io::Write::write_all(&mut zip, &fs::read(entry.path()).unwrap()).unwrap();
            }
        }
        zip.finish().unwrap();
        path
    }
}

/// What an examination says, without digests and times of files: files, warnings, facts, texts of messages.
pub fn told(evidence: &Path, secrets: &Secrets) -> Vec<String> {
    let one = examined(evidence, secrets, 1);
    let four = examined(evidence, secrets, 4);
    assert_eq!(one, four, "another number of threads gives another result");
    one
}

pub fn examined(evidence: &Path, secrets: &Secrets, threads: usize) -> Vec<String> {
    let options = Options { threads, secrets: secrets.clone(), ..Options::default() };
    let mut rows: Vec<(Origin, Row)> = Vec::new();
    examine(evidence, &ExhibitFacts::default(), &mut rows, &options, &Silent).unwrap();
    let mut lines = Vec::new();
    for (origin, row) in &rows {
        let table = &TABLES[row.table()];
        let shown: &[&str] = match table.name {
            "files" => &["size", "content", "parser", "outcome"],
            "warnings" => &["warning", "says"],
            "device_facts" => &["fact", "fact_value"],
            "messages" => &["text"],
            _ => continue,
        };
        let mut line = format!("{} {}", table.name, origin.path);
        let mut columns = table.columns.iter();
        row.cells(|cell| {
            if shown.contains(&columns.next().unwrap().name) {
                let _ = match cell {
                    Value::Text(value) => write!(line, " {value}"),
                    Value::Int(value) => write!(line, " {value}"),
                    _ => Ok(()),
                };
            }
        });
        lines.push(line);
    }
    lines
}

/// Compares what an examination says of a case in `testdata/backups` with its `expected.txt`. `UPDATE=1 cargo test` makes the
/// evidence where it is missing, and writes what is said of it.
pub fn reads_as_expected(case: &str, secrets: &Secrets, make: impl Fn(&Path)) {
    let case = folder("backups").join(case);
    let evidence = case.join("evidence");
    #[allow(clippy::disallowed_methods)] // a person asks for it, and only in tests
    let update = std::env::var_os("UPDATE").is_some();
    if update && !evidence.exists() {
        fs::create_dir_all(&evidence).unwrap();
        make(&evidence);
    }
    let mut lines = told(&evidence, secrets);
    // Which columns parsers know is for their own tests.
    lines.retain(|line| !line.contains(" column absent "));
    let found = lines.join("\n") + "\n";
    let expected = case.join("expected.txt");
    if update {
        fs::write(&expected, &found).unwrap();
    }
    let wanted = fs::read_to_string(&expected).unwrap_or_default();
    assert!(found == wanted, "{}:\n{found}\nUPDATE=1 writes it anew", case.display());
}

pub fn of<'a>(lines: &'a [String], table: &str) -> Vec<&'a str> {
    lines.iter().filter_map(|line| line.strip_prefix(table)?.strip_prefix(' ')).collect()
}

/// Bytes changed at one place, or cut there, at places spread over the whole.
pub fn damaged(bytes: &[u8], places: usize) -> impl Iterator<Item = Vec<u8>> {
    let step = (bytes.len() / places).max(1);
    (0..bytes.len()).step_by(step).flat_map(move |at| {
        let mut flipped = bytes.to_vec();
        flipped[at] ^= 1 << (at % 8);
        [flipped, bytes[..at].to_vec()]
    })
}
