//! A file that says that somebody is at work here. It goes when they are done, or is free when their program has ended.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::CaseError;

/// One program's turn at something that several must not do at once. It ends when this is dropped.
#[derive(Debug)]
pub struct Turn {
    path: PathBuf,
    _file: File,
}

impl Turn {
    /// Takes a turn, or none if another program has it.
    pub(crate) fn try_take(path: &Path) -> Result<Option<Turn>, CaseError> {
        Turn::take(path, |file| match file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(why)) => Err(why),
        })
    }

    /// Waits for a turn.
    pub(crate) fn wait(path: &Path) -> Result<Turn, CaseError> {
        let taken = Turn::take(path, |file| file.lock().map(|()| true))?;
        taken.ok_or_else(|| CaseError::Case(format!("{}: the lock was not given", path.display())))
    }

    fn take(path: &Path, lock: impl Fn(&File) -> io::Result<bool>) -> Result<Option<Turn>, CaseError> {
        let failed = |why| CaseError::io(path, "locking")(why);
        loop {
            let file = File::create(path).map_err(failed)?;
            if !lock(&file).map_err(failed)? {
                return Ok(None);
            }
            // Whoever had it before took the name away: a lock on a file without a name keeps nobody out.
            let own = file.metadata().map_err(failed)?;
            match fs::metadata(path) {
                Ok(found) if (found.dev(), found.ino()) == (own.dev(), own.ino()) => {
                    return Ok(Some(Turn { path: path.to_path_buf(), _file: file }));
                }
                Ok(_) => {}
                Err(why) if why.kind() == io::ErrorKind::NotFound => {}
                Err(why) => return Err(failed(why)),
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // While it is still locked. What cannot be removed is free all the same.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".lock");
        let turn = Turn::try_take(&path).unwrap().unwrap();
        assert!(Turn::try_take(&path).unwrap().is_none());
        drop(turn);
        assert!(!path.exists());
        let (within, most) = (AtomicU32::new(0), AtomicU32::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        let _turn = Turn::wait(&path).unwrap();
                        most.fetch_max(within.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        within.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(most.into_inner(), 1);
    }
}
