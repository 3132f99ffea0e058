//! A file of this machine that is evidence: how it is opened, and that it is opened again only as it was digested.
//!
//! Rows bear the digest of their file, so they must come from the bytes that were digested. Between the two a file can be
//! replaced, written to, or become a link to another; its marks tell, and where they differ its digest decides: some file
//! systems give a file a new number whenever it is opened.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use custodia_model::{Time, tables::Warning};
use rustix::fs::{Mode, OFlags, SeekFrom};
use sha2::{Digest, Sha256};

use super::folder::FolderOpener;
use super::{Body, Damage, read_full};
use crate::bytes::{Bytes, OnDisk};

/// A file with holes may claim any size. Above this one, and with less than a thousandth of it on the disk, reading it would
/// be reading zeros for hours.
const LARGEST_OF_HOLES: u64 = 1 << 40;
const OF_HOLES: u64 = 1000;

/// A file of the evidence where it lies.
pub struct InPlace {
    place: Place,
    digested: Mutex<Digested>,
}

enum Place {
    /// Below a folder, which no link leaves.
    Below(Arc<FolderOpener>, PathBuf),
    /// As the operator named it.
    At(PathBuf),
}

/// What was digested.
#[derive(Default)]
struct Digested {
    marks: Option<Marks>,
    sha256: Option<[u8; 32]>,
    /// Whether its bytes were asked for again.
    again: bool,
    /// Why they are no longer those that were digested.
    changed: Option<String>,
}

/// By what a file is known without reading it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Marks {
    size: u64,
    written: (i64, i64),
    /// No program can set this one.
    touched: (i64, i64),
    file: (u64, u64),
}

impl Marks {
    fn of(metadata: &Metadata) -> Marks {
        Marks {
            size: metadata.len(),
            written: (metadata.mtime(), metadata.mtime_nsec()),
            touched: (metadata.ctime(), metadata.ctime_nsec()),
            file: (metadata.dev(), metadata.ino()),
        }
    }
}

impl InPlace {
    /// A file below a folder.
    pub(crate) fn below(folder: &Arc<FolderOpener>, path: PathBuf) -> Arc<InPlace> {
        Arc::new(InPlace { place: Place::Below(folder.clone(), path), digested: Mutex::default() })
    }

    /// A file that an operator named.
    pub fn at(path: &Path) -> Arc<InPlace> {
        Arc::new(InPlace { place: Place::At(path.to_owned()), digested: Mutex::default() })
    }

    /// Opens the file to be digested.
    pub(crate) fn open(&self) -> io::Result<Unchanging> {
        let file = self.now()?;
        self.known().marks = Some(file.marks);
        Ok(file)
    }

    /// Notes what was digested.
    pub(crate) fn digested(&self, sha256: Option<[u8; 32]>) {
        self.known().sha256 = sha256;
    }

    /// Opens the file for reading what was digested; a file that is no longer the same is an error.
    pub fn again(&self) -> io::Result<Bytes> {
        let mut known = self.known();
        known.again = true;
        match self.same(&mut known) {
            Ok(file) => file.any_position(),
            Err(error) => {
                let says = format!("the file is no longer what was digested: {error}; it was not read further");
                Err(Damage::new("changed", known.changed.get_or_insert(says).clone()).into())
            }
        }
    }

    /// Why what was read of the file is not, or may not be, what was digested. Asked when all has been read.
    pub(crate) fn changed(&self) -> Option<String> {
        let mut known = self.known();
        if known.again
            && known.changed.is_none()
            && let Err(error) = self.same(&mut known)
        {
            let says =
                format!("the file was changed while it was examined: {error}; rows of it may be of either state");
            known.changed = Some(says);
        }
        known.changed.clone()
    }

    fn same(&self, known: &mut Digested) -> io::Result<Unchanging> {
        let mut file = self.now()?;
        let Some(marks) = known.marks.filter(|marks| *marks != file.marks) else { return Ok(file) };
        let Some(sha256) = known.sha256 else {
            return Err(io::Error::other("its size, times or number are others, and it had no digest"));
        };
        let mut digest = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            match read_full(&mut file, &mut buffer)? {
                0 => break,
                n => digest.update(&buffer[..n]),
            }
        }
        let found: [u8; 32] = digest.finalize().into();
        if found != sha256 || file.at_end().is_some() {
            let (then, now) = (marks.size, file.size());
            let (sha256, found) = (hex::encode(sha256), hex::encode(found));
            return Err(io::Error::other(format!(
                "it had {then} bytes and SHA-256 {sha256}, and now has {now} bytes and SHA-256 {found}"
            )));
        }
        known.marks = Some(file.marks);
        Ok(file)
    }

    fn now(&self) -> io::Result<Unchanging> {
        match &self.place {
            Place::Below(folder, path) => folder.open(path),
            Place::At(path) => open_file(path),
        }
    }

    fn known(&self) -> MutexGuard<'_, Digested> {
        self.digested.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// A file that is looked at before and after it is read.
pub(crate) struct Unchanging {
    file: File,
    marks: Marks,
    read: u64,
}

impl Unchanging {
    /// Takes a file at its first byte.
    pub(crate) fn new(file: File) -> io::Result<Unchanging> {
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::other("a regular file was listed, something else was found on opening"));
        }
        let (size, held) = (metadata.len(), metadata.blocks().saturating_mul(512));
        if size > LARGEST_OF_HOLES && held < size / OF_HOLES && has_a_hole(&file, size)? {
            let says = format!(
                "the file claims {size} bytes and holds {held}: one with holes is read up to {LARGEST_OF_HOLES} bytes; it was \
                 not read"
            );
            return Err(Damage::new("limit", says).bytes(size).into());
        }
        Ok(Unchanging { file, marks: Marks::of(&metadata), read: 0 })
    }

    /// Size when it was opened.
    pub(crate) fn size(&self) -> u64 {
        self.marks.size
    }

    /// Last change when it was opened.
    pub(crate) fn modified(&self) -> Option<Time> {
        time(self.marks.written)
    }

    /// The same open file, for reading at any position.
    pub(crate) fn any_position(&self) -> io::Result<Bytes> {
        Ok(Arc::new(OnDisk::new(self.file.try_clone()?)?))
    }
}

impl Read for Unchanging {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(into)?;
        self.read = self.read.saturating_add(n as u64);
        Ok(n)
    }
}

impl Body for Unchanging {
    fn at_end(&mut self) -> Option<Warning> {
        let size = self.marks.size;
        let says = match self.file.metadata() {
            Err(error) => format!("whether the file changed while it was read is not known: {error}"),
            Ok(now) if now.len() != size || self.read != size => format!(
                "the file had {size} bytes when it was opened, {} were read, and then it had {}",
                self.read,
                now.len()
            ),
            Ok(now) if Marks::of(&now).written != self.marks.written => {
                "the file was written to while it was read; its size is the same".to_owned()
            }
            Ok(_) => return None,
        };
        Some(Warning::new("changed", says))
    }
}

/// Whether a file has a hole: blocks alone do not say so, some file systems count none.
fn has_a_hole(file: &File, size: u64) -> io::Result<bool> {
    let hole = rustix::fs::seek(file, SeekFrom::Hole(0)).is_ok_and(|at| at < size);
    rustix::fs::seek(file, SeekFrom::Start(0))?;
    Ok(hole)
}

/// A time of this machine's file systems.
pub(super) fn time((seconds, nanoseconds): (i64, i64)) -> Option<Time> {
    Time::from_unix_ms(seconds.checked_mul(1000)?.checked_add(nanoseconds / 1_000_000)?)
}

/// Opens one file by its path on this machine: the evidence as handed over.
pub(crate) fn open_file(path: &Path) -> io::Result<Unchanging> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let fd = match rustix::fs::open(path, flags | OFlags::NOATIME, Mode::empty()) {
        Err(rustix::io::Errno::PERM) => rustix::fs::open(path, flags, Mode::empty()),
        opened => opened,
    }?;
    Unchanging::new(File::from(fd))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::*;
    use crate::digest::Hasher;

    #[test]
    fn a_change_while_reading_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, b"before").unwrap();
        let opener = FolderOpener::new(folder.path()).unwrap();
        let mut read = Vec::new();
        let mut file = opener.open(Path::new("a")).unwrap();
        file.read_to_end(&mut read).unwrap();
        assert!(file.at_end().is_none());
        let mut file = opener.open(Path::new("a")).unwrap();
        file.read_to_end(&mut read).unwrap();
        fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b" and after").unwrap();
        let warning = file.at_end().unwrap();
        assert_eq!(&*warning.warning, "changed");
        assert!(warning.says.contains("had 6 bytes") && warning.says.ends_with("then it had 16"), "{}", warning.says);
    }

    #[test]
    fn what_is_read_again_is_what_was_digested() {
        let folder = tempfile::tempdir().unwrap();
        let (root, outside) = (folder.path().join("evidence"), folder.path().join("outside"));
        fs::create_dir(&root).unwrap();
        fs::write(&outside, b"before").unwrap();
        let path = root.join("a");
        let opener = Arc::new(FolderOpener::new(&root).unwrap());
        let digested = || {
            let _ = fs::remove_file(&path);
            fs::write(&path, b"before").unwrap();
            let file = InPlace::below(&opener, "a".into());
            let mut read = Vec::new();
            file.open().unwrap().read_to_end(&mut read).unwrap();
            file.digested(Some(Hasher::of(&read).sha256));
            file
        };
        // What nobody read again is nobody's concern.
        let file = digested();
        fs::write(&path, b"others").unwrap();
        assert_eq!(file.changed(), None);

        let file = digested();
        assert_eq!(file.again().unwrap().len(), 6);
        assert_eq!(file.changed(), None);
        // The same bytes in another file of another time.
        fs::remove_file(&path).unwrap();
        fs::write(&path, b"before").unwrap();
        assert_eq!(file.again().unwrap().len(), 6);
        assert_eq!(file.changed(), None);
        // Other bytes of the same length, with the old time.
        let written = fs::metadata(&path).unwrap().modified().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20));
        fs::write(&path, b"others").unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(written).unwrap();
        let says = file.changed().unwrap();
        assert!(says.contains("of either state"), "{says}");
        assert!(file.again().is_err());

        // A link in its place is never followed, even to the same bytes.
        let file = digested();
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(&outside, &path).unwrap();
        let error = file.again().err().unwrap();
        assert_eq!(&*Damage::warning(&error).warning, "changed", "{error}");
        assert!(file.changed().unwrap().contains("not read further"));
    }

    #[test]
    fn a_file_of_holes_is_not_read_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let file = File::create(&path).unwrap();
        file.set_len(LARGEST_OF_HOLES + 1).unwrap();
        let error = open_file(&path).err().unwrap();
        assert_eq!(&*Damage::warning(&error).warning, "limit", "{error}");
        file.set_len(8 << 30).unwrap();
        assert_eq!(open_file(&path).unwrap().size(), 8 << 30);
    }
}
