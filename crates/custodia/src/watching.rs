//! Progress of an examination in a small file of the case, for whoever looks at the case meanwhile: written about once a second
//! under a name of its own process, by one rename, and removed at the end.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use custodia_intake::progress::Progress;
use serde_json::{Value, json};

use crate::progress::Bar;

/// How a file of progress begins.
const NAME: &str = ".progress-";
/// A file that was not written for that long was left by a process that was killed.
const STALE: Duration = Duration::from_secs(30);

/// Exhibits that are being examined, shown on the terminal and told in the case.
pub struct Watch<'a> {
    exhibits: Vec<Exhibit<'a>>,
    path: PathBuf,
    start: Instant,
    ended: AtomicBool,
}

/// One exhibit.
pub struct Exhibit<'a> {
    bar: &'a Bar,
    label: String,
    state: AtomicU8,
    bytes: AtomicU64,
    items: AtomicU64,
    total: AtomicU64,
}

const STATES: [&str; 4] = ["waiting", "running", "done", "failed"];

impl Exhibit<'_> {
    /// It is being read now.
    pub fn begun(&self) {
        self.state.store(1, Ordering::Relaxed);
    }

    /// It was read, or could not be.
    pub fn ended(&self, well: bool) {
        self.state.store(if well { 2 } else { 3 }, Ordering::Relaxed);
    }
}

impl Progress for Exhibit<'_> {
    fn add(&self, items: u64, bytes: u64) {
        self.items.fetch_add(items, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.bar.add(items, bytes);
    }

    fn total(&self, items: u64, bytes: u64) {
        self.total.fetch_add(bytes, Ordering::Relaxed);
        self.bar.total(items, bytes);
    }
}

impl<'a> Watch<'a> {
    /// Begins with labels and sizes, 0 where a size is not known.
    pub fn new(case: &Path, bar: &'a Bar, exhibits: impl Iterator<Item = (String, u64)>) -> Watch<'a> {
        let exhibits = exhibits.map(|(label, total)| Exhibit {
            bar,
            label,
            state: AtomicU8::new(0),
            bytes: AtomicU64::new(0),
            items: AtomicU64::new(0),
            total: AtomicU64::new(total),
        });
        let path = case.join(format!("{NAME}{}.json", std::process::id()));
        Watch { exhibits: exhibits.collect(), path, start: Instant::now(), ended: AtomicBool::new(false) }
    }

    /// An exhibit by its place.
    pub fn exhibit(&self, place: usize) -> Option<&Exhibit<'a>> {
        self.exhibits.get(place)
    }

    /// Writes the file until the end is told, in a thread of its own.
    pub fn tell(&self) {
        while !self.ended.load(Ordering::Relaxed) {
            // Progress that cannot be told stops nothing.
            let beside = self.path.with_extension("part");
            let told =
                std::fs::write(&beside, self.json().to_string()).and_then(|()| std::fs::rename(&beside, &self.path));
            if told.is_err() {
                let _ = std::fs::remove_file(&beside);
            }
            std::thread::park_timeout(Duration::from_secs(1));
        }
        let _ = std::fs::remove_file(&self.path);
    }

    /// The end, for the thread that tells.
    pub fn end(&self, teller: &std::thread::Thread) {
        self.ended.store(true, Ordering::Relaxed);
        teller.unpark();
    }

    fn json(&self) -> Value {
        let seconds = self.start.elapsed().as_secs_f64().max(0.001);
        // A list of hundreds: what waits is only counted.
        let shown = self.exhibits.iter().filter(|exhibit| exhibit.state.load(Ordering::Relaxed) > 0).map(|exhibit| {
            let get = |number: &AtomicU64| number.load(Ordering::Relaxed);
            let (bytes, total) = (get(&exhibit.bytes), get(&exhibit.total));
            let rate = bytes as f64 / seconds;
            let left = (total > bytes && rate > 0.0).then(|| ((total - bytes) as f64 / rate).ceil());
            json!({
                "label": exhibit.label, "state": STATES[usize::from(exhibit.state.load(Ordering::Relaxed)).min(3)], "bytes": bytes,
                "total": if total > 0 { Some(total) } else { None }, "items": get(&exhibit.items), "rate": rate.round(), "left_seconds": left,
            })
        });
        json!({"exhibits": shown.collect::<Vec<_>>(), "all": self.exhibits.len()})
    }
}

/// What examinations of a case tell now, exhibits of all of them.
pub fn told(case: &Path) -> Vec<Value> {
    let now = SystemTime::now();
    let mut files: Vec<PathBuf> = std::fs::read_dir(case)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            name.starts_with(NAME) && name.ends_with(".json")
        })
        .collect();
    files.sort();
    let mut exhibits = Vec::new();
    for file in files {
        let fresh = file
            .metadata()
            .and_then(|meta| meta.modified())
            .is_ok_and(|at| now.duration_since(at).unwrap_or_default() < STALE);
        let text = if fresh { std::fs::read(&file).unwrap_or_default() } else { Vec::new() };
        if let Ok(mut value) = serde_json::from_slice::<Value>(&text)
            && let Some(list) = value.get_mut("exhibits").and_then(Value::as_array_mut)
        {
            exhibits.append(list);
        }
    }
    exhibits
}
