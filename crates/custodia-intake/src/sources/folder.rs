//! A folder of this machine: an extraction as its tool laid it out, or a mounted image.
//!
//! Only regular files are opened, and no symbolic link on the way to them is followed, even one that is put there
//! while we read: the kernel is asked for that (`openat2`, Linux 5.6 and later; before that only the last part of
//! a path is guarded).

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use custodia_model::{Time, tables::Warning};
use rustix::fs::{Mode, OFlags, ResolveFlags};
use walkdir::WalkDir;

use super::in_place::{InPlace, Unchanging, time};
use super::{About, Body, Content, Entry, Input, Limits, Needs, Source, Visit, WalkError, names};

/// A folder of this machine.
pub struct Folder;

const ABOUT: About = About {
    name: "folder",
    opens: "a folder of this machine and everything below it",
    tested: &["folders of ext4 and tmpfs, invented data"],
    gaps: "symbolic links, named pipes, sockets and devices are listed and never followed or opened; extended \
           attributes and alternate data streams are not read; a file with holes that claims more than 1 TiB and holds less than a \
           thousandth of it is listed, not read",
};

impl Source for Folder {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> Needs {
        Needs::Folder
    }

    fn fits(&self, _path: &str, _head: &[u8]) -> bool {
        false // A folder has no bytes; the walk chooses it by what the evidence is.
    }

    fn walk(&self, _path: &str, input: Input<'_>, _limits: &Limits, visit: &mut dyn Visit) -> Result<(), WalkError> {
        let Input::Folder(root) = input else { return Err(WalkError::Not("expected a folder, found bytes".into())) };
        let Listing { files, others } = list(root)?;
        for (name, warning) in others {
            visit.warning(Some(&name), warning);
        }
        visit.ahead(files.len() as u64, files.iter().map(|file| file.size).fold(0, u64::saturating_add));
        let opener = Arc::new(FolderOpener::new(root)?);
        for file in files {
            let in_place = InPlace::below(&opener, file.below);
            let entry = Entry {
                name: file.name,
                size: Some(file.size),
                modified: file.modified,
                modified_as_stored: None,
                on_disk: Some(in_place.clone()),
            };
            let open = move || Ok(Box::new(in_place.open()?) as Box<dyn Body + Send>);
            if visit.entry(entry, Content::Later(Box::new(open))).is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// A regular file below a folder.
pub(crate) struct Listed {
    /// Path below the folder, made text.
    pub name: String,
    /// Path below the folder.
    pub below: PathBuf,
    /// Size in bytes when it was listed.
    pub size: u64,
    modified: Option<Time>,
}

/// What lies below a folder.
pub(crate) struct Listing {
    /// Regular files, sorted by name.
    pub files: Vec<Listed>,
    /// Names that are no files or could not be listed, sorted.
    pub others: Vec<(String, Warning)>,
}

/// Lists a folder. Order does not depend on the file system.
pub(crate) fn list(root: &Path) -> io::Result<Listing> {
    fs::read_dir(root)?;
    let mut listing = Listing { files: Vec::new(), others: Vec::new() };
    for found in WalkDir::new(root).min_depth(1).follow_links(false).follow_root_links(true) {
        let looked_at = found.and_then(|found| found.metadata().map(|metadata| (found, metadata)));
        let (found, metadata) = match looked_at {
            Ok(looked_at) => looked_at,
            Err(error) => {
                let below = error.path().map(|path| path.strip_prefix(root).unwrap_or(path));
                let name = names::display(below.unwrap_or(Path::new("")).as_os_str().as_bytes());
                let why = error.io_error().map_or_else(|| "a loop of folders".to_owned(), |error| error.to_string());
                listing.others.push((name, Warning::new("unreadable", format!("could not be listed: {why}"))));
                continue;
            }
        };
        let below = found.path().strip_prefix(root).unwrap_or(found.path());
        let name = names::display(below.as_os_str().as_bytes());
        if metadata.is_file() {
            let (size, modified) = (metadata.len(), time((metadata.mtime(), metadata.mtime_nsec())));
            listing.files.push(Listed { name, below: below.to_owned(), size, modified });
        } else if !metadata.is_dir() {
            let says = not_a_file(found.path(), &metadata);
            listing.others.push((name, Warning::new("not a file", says)));
        }
    }
    listing.files.sort_unstable_by(|a, b| (&a.name, &a.below).cmp(&(&b.name, &b.below)));
    listing.others.sort_unstable_by(|a, b| (&a.0, &a.1.says).cmp(&(&b.0, &b.1.says)));
    Ok(listing)
}

fn not_a_file(path: &Path, metadata: &fs::Metadata) -> String {
    let kind = metadata.file_type();
    let word = if kind.is_symlink() {
        let target = fs::read_link(path).unwrap_or_default();
        return format!("a symbolic link to '{}'; it was not followed", names::display(target.as_os_str().as_bytes()));
    } else if kind.is_fifo() {
        "named pipe"
    } else if kind.is_socket() {
        "socket"
    } else if kind.is_char_device() || kind.is_block_device() {
        "device"
    } else {
        "special file"
    };
    format!("a {word}; it was not opened")
}

/// Opens files below one folder.
pub(crate) struct FolderOpener {
    root: OwnedFd,
    /// Not to change the time of last access, which only the owner of a file may ask for.
    quietly: AtomicBool,
    guarded: AtomicBool,
}

impl FolderOpener {
    pub(crate) fn new(root: &Path) -> io::Result<FolderOpener> {
        let root = rustix::fs::open(root, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        Ok(FolderOpener { root, quietly: AtomicBool::new(true), guarded: AtomicBool::new(true) })
    }

    /// Opens a regular file for reading.
    pub(crate) fn open(&self, below: &Path) -> io::Result<Unchanging> {
        let fd = match self.open_with(below, self.quietly.load(Ordering::Relaxed)) {
            Err(rustix::io::Errno::PERM) => {
                let fd = self.open_with(below, false)?;
                self.quietly.store(false, Ordering::Relaxed);
                fd
            }
            opened => opened?,
        };
        Unchanging::new(File::from(fd))
    }

    fn open_with(&self, below: &Path, quietly: bool) -> rustix::io::Result<OwnedFd> {
        // Opening a named pipe that has taken the place of the file must not wait for a writer.
        let mut flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
        if quietly {
            flags |= OFlags::NOATIME;
        }
        if self.guarded.load(Ordering::Relaxed) {
            let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
            match rustix::fs::openat2(&self.root, below, flags, Mode::empty(), resolve) {
                Err(rustix::io::Errno::NOSYS) => self.guarded.store(false, Ordering::Relaxed),
                opened => return opened,
            }
        }
        rustix::fs::openat(&self.root, below, flags, Mode::empty())
    }
}

/// The last part of a path of this machine, made text.
pub(crate) fn file_name(path: &Path) -> String {
    names::display(path.file_name().unwrap_or(OsStr::new("")).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_link_on_the_way_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("real")).unwrap();
        fs::write(folder.path().join("real/a"), b"a").unwrap();
        std::os::unix::fs::symlink("real", folder.path().join("link")).unwrap();
        let opener = FolderOpener::new(folder.path()).unwrap();
        assert!(opener.open(Path::new("real/a")).is_ok());
        assert!(opener.open(Path::new("link/a")).is_err());
        assert!(opener.open(Path::new("real/../real/../../etc/passwd")).is_err());
    }
}
