//! The case as it is open now. When an exhibit or a decision is added, here or by another process, it is opened anew; what that
//! does not touch stays as it is.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use custodia_case::pages::Kept;
use custodia_case::{Case, CaseError, Pages, Questions};

/// How long a look at the case's folder is good for.
const FRESH: Duration = Duration::from_millis(500);

/// A case, open.
pub struct Opened {
    /// The case.
    pub case: Case,
    /// Answers SQL.
    pub questions: Arc<Questions>,
    /// Answers pages.
    pub pages: Pages,
    /// Threads that answer.
    pub threads: usize,
    seen: Seen,
}

/// What tells a changed case from the one that is open: times and lengths of what changes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen(Vec<Option<(SystemTime, u64)>>);

impl Seen {
    fn of(folder: &Path) -> Seen {
        let parts = ["bundles", "known", "journal/journal.db", "case.toml"];
        let one = |part: &str| {
            let meta = std::fs::metadata(folder.join(part)).ok()?;
            Some((meta.modified().ok()?, if meta.is_file() { meta.len() } else { 0 }))
        };
        Seen(parts.iter().map(|part| one(part)).collect())
    }
}

impl Opened {
    /// Tells this state of the case from others.
    pub fn state(&self) -> Result<String, CaseError> {
        let bundles = self.questions.fingerprint(&["countries", "accounts", "groups", "completeness", "warnings"])?;
        Ok(format!("{bundles} {:?}", self.seen))
    }
}

/// The case, opened anew when it has changed.
pub struct Cases {
    folder: PathBuf,
    threads: usize,
    kept: Arc<Kept>,
    now: RwLock<(Arc<Opened>, Instant)>,
    opening: Mutex<()>,
}

impl Cases {
    /// Opens the case.
    pub fn open(folder: &Path, threads: usize) -> Result<Cases, CaseError> {
        let kept = Arc::<Kept>::default();
        let opened = open(folder, threads, &kept)?;
        let now = RwLock::new((Arc::new(opened), Instant::now()));
        Ok(Cases { folder: folder.to_path_buf(), threads, kept, now, opening: Mutex::default() })
    }

    /// The case's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The case as it is.
    pub fn now(&self) -> Result<Arc<Opened>, CaseError> {
        let (opened, at) = self.now.read().unwrap_or_else(PoisonError::into_inner).clone();
        if at.elapsed() < FRESH {
            return Ok(opened);
        }
        self.look()
    }

    /// The case as it is, after a look at its folder.
    pub fn look(&self) -> Result<Arc<Opened>, CaseError> {
        let _one = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        let (opened, _) = self.now.read().unwrap_or_else(PoisonError::into_inner).clone();
        let opened = if opened.seen == Seen::of(&self.folder) {
            opened
        } else {
            Arc::new(open(&self.folder, self.threads, &self.kept)?)
        };
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = (Arc::clone(&opened), Instant::now());
        Ok(opened)
    }
}

fn open(folder: &Path, threads: usize, kept: &Arc<Kept>) -> Result<Opened, CaseError> {
    // Looked at before it is read: what comes in between is seen the next time.
    let seen = Seen::of(folder);
    let case = Case::open(folder)?;
    let questions = Arc::new(Questions::open(&case, threads)?);
    let pages = Pages::new(Arc::clone(&questions), Arc::clone(kept));
    Ok(Opened { case, questions, pages, threads, seen })
}
