//! `custodia examine CASE EVIDENCE… --exhibit ID --authority REF`, or `--manifest exhibits.csv` for many.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::Args;
use custodia_case::bundle::{Completeness, Manifest, Published, Source};
use custodia_case::{Case, ExhibitError};
use custodia_intake::examine::{self, Options};
use custodia_intake::progress::Progress;
use custodia_intake::secrets::Secrets;
use custodia_model::Time;
use custodia_trust::{Journal, SealKey};
use serde_json::json;

use super::threads;
use crate::exhibits::{self, Request};
use crate::failure::Failure;
use crate::key::KeyArguments;
use crate::progress::Bar;
use crate::secrets::SecretArguments;
use crate::watching::Watch;

/// Reads exhibits into sealed bundles of a case. The case is made when the folder is empty or absent.
#[derive(Args)]
#[command(after_help = "Examples:\n  custodia examine CASE phone.zip --exhibit ES-017 --authority 'JI 4/2026'\n  \
    custodia examine CASE --manifest exhibits.csv --threads 2\n  \
    custodia examine CASE phone.zip --exhibit ES-018 --authority 'JI 4/2026' --backup-key encrypted_backup.key\n\n\
    exhibits.csv has the columns label,path,seized_at,country_of_seizure,authority_ref.\n\
    An exhibit that is already in the case is never examined twice.")]
pub struct Examine {
    /// The case.
    case: PathBuf,
    /// Evidence: a folder, a zip, a tar or tar.gz, or a single file. Several form several exhibits, ID-1, ID-2 ….
    #[arg(required_unless_present = "manifest", conflicts_with = "manifest")]
    evidence: Vec<PathBuf>,
    /// Label of the exhibit, unique in the case.
    #[arg(long, value_name = "ID", required_unless_present = "manifest", conflicts_with = "manifest")]
    exhibit: Option<String>,
    /// Reference of the authority that allows the examination.
    #[arg(long, value_name = "REF", required_unless_present = "manifest", conflicts_with = "manifest")]
    authority: Option<String>,
    /// When it was seized: ISO 8601 with offset.
    #[arg(long, value_name = "TIME", conflicts_with = "manifest")]
    seized_at: Option<String>,
    /// Where it was seized: ISO 3166-1 alpha-2.
    #[arg(long, value_name = "COUNTRY", conflicts_with = "manifest")]
    country_of_seizure: Option<String>,
    /// A list of exhibits.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Threads that read. The result does not depend on it.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    #[command(flatten)]
    key: KeyArguments,
    #[command(flatten)]
    secrets: SecretArguments,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

impl Examine {
    pub fn run(self) -> Result<(), Failure> {
        let lines = match &self.manifest {
            Some(list) => exhibits::read(list)?,
            None => self.requests(),
        };
        for request in lines.iter().flatten() {
            outside(&self.case, &request.path)?;
        }
        let secrets = self.secrets.load()?;
        let key = self.key.load()?;
        let case = Case::open_or_create(&self.case, &key.public())?;
        let outcome = examine_all(&case, lines, threads(self.threads), &secrets, &key)?;
        if self.json {
            say!("{}", outcome.json());
        } else {
            outcome.print();
        }
        outcome.failure()
    }

    fn requests(&self) -> Vec<exhibits::Line> {
        let label = self.exhibit.clone().unwrap_or_default();
        let authority = self.authority.clone().unwrap_or_default();
        let several = self.evidence.len() > 1;
        let request = |(index, path): (usize, &PathBuf)| {
            let label = if several { format!("{label}-{}", index + 1) } else { label.clone() };
            let (seized, country) = (self.seized_at.as_deref(), self.country_of_seizure.as_deref());
            exhibits::request(path.clone(), &label, &authority, seized, country)
        };
        self.evidence.iter().enumerate().map(request).collect()
    }
}

/// Refuses a case that lies in its own evidence: making it would change what is examined.
fn outside(case: &Path, evidence: &Path) -> Result<(), Failure> {
    // What is not there yet will be made in the nearest folder that is.
    let mut there = case.ancestors().map(|path| if path.as_os_str().is_empty() { Path::new(".") } else { path });
    let nearest = there.find_map(|path| path.canonicalize().ok());
    match (nearest, evidence.canonicalize()) {
        (Some(case_is_in), Ok(evidence_is)) if evidence_is.is_dir() && case_is_in.starts_with(&evidence_is) => {
            Err(Failure::Input(format!(
                "the case {} lies within the evidence {}, which must not be written to; name a case elsewhere",
                case.display(),
                evidence.display()
            )))
        }
        _ => Ok(()),
    }
}

/// What became of a list of exhibits.
pub struct Outcome {
    /// Examined now, in the order of the list.
    pub examined: Vec<Published>,
    /// Already there, from an earlier run.
    pub present: Vec<String>,
    /// Refused or failed: sentences.
    pub refused: Vec<String>,
}

impl Outcome {
    fn json(&self) -> serde_json::Value {
        let examined: Vec<_> = self
            .examined
            .iter()
            .map(|bundle| {
                json!({
                    "exhibit": bundle.manifest.exhibit.label, "bundle": bundle.id,
                    "completeness": bundle.manifest.completeness, "folder": bundle.folder,
                    "tables": bundle.manifest.tables.iter().map(|(name, table)| (name.clone(), table.rows)).collect::<BTreeMap<_, _>>(),
                })
            })
            .collect();
        json!({"examined": examined, "present": self.present, "refused": self.refused})
    }

    /// One line for each exhibit.
    pub fn print(&self) {
        for bundle in &self.examined {
            let Completeness { items, parsed, partial, rejected, warnings, .. } = bundle.manifest.completeness;
            let rows = |table: &str| bundle.manifest.tables.get(table).map_or(0, |table| table.rows);
            say!(
                "{}: {items} items = {parsed} parsed + {partial} partial + {rejected} rejected; {} messages, {} group \
                 events, {} attachments, {warnings} warnings; bundle {}",
                bundle.manifest.exhibit.label,
                rows("messages"),
                rows("group_events"),
                rows("attachments"),
                &bundle.id[..12],
            );
        }
        for line in &self.present {
            say!("{line}");
        }
        say!(
            "{} examined, {} already in the case, {} refused",
            self.examined.len(),
            self.present.len(),
            self.refused.len()
        );
    }

    /// An exhibit that was refused makes the command end with exit code 2, after all others are done.
    pub fn failure(&self) -> Result<(), Failure> {
        match self.refused.len() {
            0 => Ok(()),
            n => Err(Failure::Input(format!("{n} of the exhibits could not be taken; each is named above"))),
        }
    }
}

/// Examines every exhibit of a list. One that cannot be taken leaves the others alone.
pub fn examine_all(
    case: &Case,
    lines: Vec<exhibits::Line>,
    threads: usize,
    secrets: &Secrets,
    key: &SealKey,
) -> Result<Outcome, Failure> {
    let many = lines.len() > 1;
    let total = lines.iter().flatten().map(|request| size_of(&request.path)).sum();
    let bar = Bar::new("examining", total);
    let mut refused = Vec::new();
    let mut requests = Vec::new();
    for line in lines {
        match line {
            Ok(request) => requests.push(request),
            Err(why) => {
                bar.line(&format!("refused: {why}"));
                refused.push(why);
            }
        }
    }
    // Exhibits side by side as long as there are enough; a single one gets all threads for its own files.
    let workers = threads.min(requests.len()).max(1);
    let options = Options { threads: (threads / workers).max(1), secrets: secrets.clone(), ..Options::default() };
    let journal = Mutex::new(Journal::open(&case.journal()).map_err(Failure::input)?);
    let recorded = recorded(case).map_err(Failure::input)?;
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<Published, ExhibitError>)>> = Mutex::new(Vec::new());
    let sizes = requests.iter().map(|request| (request.label.to_string(), size_of(&request.path)));
    let watch = Watch::new(case.folder(), &bar, sizes);
    std::thread::scope(|scope| {
        let teller = scope.spawn(|| watch.tell());
        let work = |_| {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let (Some(request), Some(exhibit)) = (requests.get(at), watch.exhibit(at)) else { break };
                    exhibit.begun();
                    let result = examine_one(case, request, &options, key, &recorded, &journal, exhibit);
                    exhibit.ended(matches!(result, Ok(_) | Err(ExhibitError::Present { .. })));
                    if let Err(why) = &result
                        && !(many && matches!(why, ExhibitError::Present { .. }))
                    {
                        bar.line(&format!("refused: {why}"));
                    }
                    if let Ok(mut results) = results.lock() {
                        results.push((at, result));
                    }
                }
            })
        };
        let workers: Vec<_> = (0..workers).map(work).collect();
        for worker in workers {
            // Its panic is told when the scope ends.
            let _ = worker.join();
        }
        watch.end(teller.thread());
    });
    bar.done();
    let mut results = results.into_inner().unwrap_or_default();
    results.sort_by_key(|(at, _)| *at);
    let mut outcome = Outcome { examined: Vec::new(), present: Vec::new(), refused };
    for (_, result) in results {
        match result {
            Ok(bundle) => outcome.examined.push(bundle),
            // In a list, what an earlier run finished is simply done; asked for alone, it is a mistake.
            Err(why @ ExhibitError::Present { .. }) if many => outcome.present.push(why.to_string()),
            Err(why) => outcome.refused.push(why.to_string()),
        }
    }
    Ok(outcome)
}

fn examine_one(
    case: &Case,
    request: &Request,
    options: &Options,
    key: &SealKey,
    recorded: &BTreeMap<String, Recorded>,
    journal: &Mutex<Journal>,
    progress: &dyn Progress,
) -> Result<Published, ExhibitError> {
    let refuse =
        |why: String| ExhibitError::Case(custodia_case::CaseError::Question(format!("{}: {why}", request.label)));
    if !request.path.exists() {
        // Before anything is made in the case: a mistyped path leaves no trace.
        return Err(refuse(format!("no evidence at {}", request.path.display())));
    }
    let mut begun = match case.begin(&request.label) {
        Err(present @ ExhibitError::Present { .. }) => {
            if !recorded.contains_key(request.label.as_str()) {
                record_late(case, request, options.threads, journal, progress).map_err(refuse)?;
            }
            return Err(present);
        }
        begun => begun?,
    };
    let Some(mut writer) = begun.writer() else { return Err(refuse("the writer was taken".into())) };
    let facts = examine::ExhibitFacts {
        authority: request.exhibit.authority.clone(),
        seized_at: request.exhibit.seized_at.clone(),
        country_of_seizure: request.exhibit.country_of_seizure.clone(),
    };
    let options = Options { scratch: Some(begun.scratch().to_path_buf()), ..options.clone() };
    let read = examine::examine(&request.path, &facts, &mut writer, &options, progress)
        .map_err(|why| refuse(why.to_string()))?;
    let source = Source {
        name: read.source.clone(),
        kind: read.source_kind.clone(),
        bytes: read.source_bytes,
        sha256: read.source_sha256.clone(),
    };
    let completeness = Completeness {
        items: read.items,
        parsed: read.parsed,
        partial: read.partial,
        rejected: read.rejected,
        unparsed_kind: read.unparsed_kind,
        warnings: writer.count("warnings"),
        bytes: read.bytes,
    };
    // Publishing is one at a time, in all programs, so that two labels for one piece of evidence cannot both slip in.
    let _turn = case.turn()?;
    let mut journal = journal.lock().map_err(|_| refuse("another exhibit failed badly".into()))?;
    if let Some(other) = case.with_source(&source.sha256)? {
        return Err(refuse(format!(
            "the same evidence (SHA-256 {}) is already in this case as exhibit {other}; it was not added again",
            source.sha256
        )));
    }
    let to = case.bundle(&request.label);
    let published = writer.publish(&to, request.exhibit.clone(), source, completeness, key)?;
    record(&mut journal, request, &published.id, &published.manifest, None).map_err(refuse)?;
    Ok(published)
}

/// Writes into the journal that the exhibit was examined; `how` says so when that is done later than it should have been.
fn record(
    journal: &mut Journal,
    request: &Request,
    id: &str,
    manifest: &Manifest,
    how: Option<&str>,
) -> Result<(), String> {
    let path = request.path.canonicalize().unwrap_or_else(|_| request.path.clone());
    let mut body = json!({
        "authority": manifest.exhibit.authority, "bundle": id, "evidence": path.to_string_lossy(),
        "exhibit": manifest.exhibit.label, "source_sha256": manifest.source.sha256,
    });
    if let Some(how) = how {
        body["recorded"] = how.into();
    }
    let written = journal.append("examine", &now(), &operator(), body);
    written.map(|_| ()).map_err(|why| format!("the journal cannot be written: {why}"))
}

/// Records an examination whose program was stopped between publishing the bundle and writing the journal, once the same
/// evidence is named again.
fn record_late(
    case: &Case,
    request: &Request,
    threads: usize,
    journal: &Mutex<Journal>,
    progress: &dyn Progress,
) -> Result<(), String> {
    let manifests = case.manifests().map_err(|why| why.to_string())?;
    let bundle = manifests.iter().find(|(_, _, manifest)| manifest.exhibit.label == request.label.as_str());
    let Some((_, id, manifest)) = bundle else { return Ok(()) };
    // Other evidence under this label is no evidence of this bundle: the difference stays for `verify` to tell.
    if examine::source_sha256(&request.path, threads, progress)? != manifest.source.sha256 {
        return Ok(());
    }
    let mut journal = journal.lock().map_err(|_| "another exhibit failed badly".to_owned())?;
    record(&mut journal, request, id, manifest, Some("after an interruption"))
}

/// Where the journal says that evidence was.
pub struct Recorded {
    /// Id of the bundle.
    pub bundle: String,
    /// Path of the evidence when it was examined.
    pub path: PathBuf,
}

/// Every examination the journal records, by label; the sentence says why the journal cannot be believed.
pub fn recorded(case: &Case) -> Result<BTreeMap<String, Recorded>, String> {
    let entries = Journal::read(&case.journal()).map_err(|why| why.to_string())?;
    let mut recorded = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.kind == "examine") {
        let text = |name: &str| entry.body.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
        recorded.insert(text("exhibit"), Recorded { bundle: text("bundle"), path: PathBuf::from(text("evidence")) });
    }
    Ok(recorded)
}

/// SHA-256 of evidence as it is now, in the way it was taken at its examination.
pub fn source_sha256(path: &Path, threads: usize) -> Result<String, String> {
    let bar = Bar::new("comparing", size_of(path));
    let digest = examine::source_sha256(path, threads, &bar);
    bar.done();
    digest
}

fn size_of(path: &Path) -> u64 {
    std::fs::metadata(path).map(|meta| if meta.is_file() { meta.len() } else { 0 }).unwrap_or(0)
}

/// The clock, for the journal alone.
pub fn now() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(now.as_millis()).unwrap_or(i64::MAX)).to_string()
}

/// The name of the operator as the system knows it.
pub fn operator() -> String {
    std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).unwrap_or_else(|_| "unknown".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_case_is_made_in_its_evidence() {
        let at = tempfile::tempdir().unwrap();
        let evidence = at.path().join("phone");
        std::fs::create_dir_all(evidence.join("data")).unwrap();
        for case in ["phone", "phone/case", "phone/data/deep/case"] {
            assert!(outside(&at.path().join(case), &evidence).is_err(), "{case}");
        }
        for case in ["case", "phones", "phone-case/deep"] {
            assert!(outside(&at.path().join(case), &evidence).is_ok(), "{case}");
        }
    }
}
