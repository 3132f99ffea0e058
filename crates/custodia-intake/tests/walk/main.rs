//! Walks of invented evidence: what is found, what is told, and that nothing breaks.

mod rawzip;
mod streams;
mod traces;
mod zips;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use custodia_intake::digest::Hasher;
use custodia_intake::evidence::Kept;
use custodia_intake::progress::Silent;
use custodia_intake::sources::Limits;
use custodia_intake::walk::{Options, Outcome, Walked, walk};
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A folder that vanishes, and evidence in it.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Desk {
        Desk(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }
}

fn databases(path: &str, _head: &[u8]) -> bool {
    path.ends_with(".db")
}

fn walk_with(path: &Path, threads: usize, limits: Limits) -> Walked {
    let options = Options { threads, limits, scratch_dir: None, traces: true, ..Options::default() };
    walk(path, &databases, &options, &Silent).unwrap_or_else(|error| panic!("{error}"))
}

/// Everything a walk says, one line for each item and each warning.
fn told(walked: &Walked) -> Vec<String> {
    let mut lines = vec![format!("{} {}", walked.source_kind, walked.source_bytes)];
    for (item, ended) in walked.evidence.items().iter().zip(&walked.ended) {
        let digest = item.digests.map_or("-".into(), |digests| digests.sha256_hex()[..8].to_owned());
        let kept = item.open().map_or(String::new(), |bytes| {
            let mut content = vec![0; bytes.len() as usize];
            bytes.read_at(0, &mut content).unwrap();
            format!(" kept {}", &Hasher::of(&content).sha256_hex()[..8])
        });
        let time = item.modified_as_stored.as_deref().map(|time| format!(" {time}")).unwrap_or_default();
        let source = ended.source.map(|source| format!(" {source}")).unwrap_or_default();
        lines.push(format!(
            "{} {} {digest} {} {:?}{source}{time}{kept}",
            item.path, item.size, item.content, ended.outcome
        ));
    }
    for (origin, warning) in &walked.warnings {
        lines.push(format!("! {origin}: {}: {}", warning.warning, warning.says));
    }
    lines
}

/// Walks with one thread and with four, which must not differ, and checks what always holds.
fn look(path: &Path) -> Walked {
    look_within(path, Limits::default())
}

fn look_within(path: &Path, limits: Limits) -> Walked {
    let one = walk_with(path, 1, limits.clone());
    let four = walk_with(path, 4, limits);
    assert_eq!(told(&one), told(&four), "another number of threads gives another result");
    assert_eq!(one.source_sha256, four.source_sha256);
    assert_eq!(one.evidence.items().len(), one.ended.len());
    for (item, ended) in one.evidence.items().iter().zip(&one.ended) {
        assert!(item.digests.is_some() || ended.outcome != Outcome::Whole, "{} has no digests", item.path);
        let warned = one.warnings.iter().any(|(origin, _)| origin.path == item.path);
        assert!(warned || ended.outcome == Outcome::Whole, "{} is {:?} without a warning", item.path, ended.outcome);
    }
    one
}

fn paths(walked: &Walked) -> Vec<&str> {
    walked.evidence.items().iter().map(|item| &*item.path).collect()
}

fn warnings<'a>(walked: &'a Walked, kind: &str) -> Vec<&'a str> {
    let of_kind = walked.warnings.iter().filter(|(_, warning)| &*warning.warning == kind);
    of_kind.map(|(origin, _)| &*origin.path).collect()
}

/// Bytes that do not compress.
fn noise(length: usize, seed: u32) -> Vec<u8> {
    let mut state = seed | 1;
    let step = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(step).take(length).collect()
}

fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn tar_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, content) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mtime(1_490_682_600);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, *content).unwrap();
    }
    tar.into_inner().unwrap()
}

fn gzip_of(content: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(content).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn a_folder() {
    let desk = Desk::new();
    for (name, content) in [("b/msgstore.db", "SQLite format 3\0"), ("b/msgstore.db-wal", "wal"), ("a.txt", "hello")] {
        desk.put(&format!("phone/{name}"), content.as_bytes());
    }
    let phone = desk.0.path().join("phone");
    std::os::unix::fs::symlink("/etc/passwd", phone.join("link")).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, phone.join("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let walked = look(&phone);
    assert_eq!(paths(&walked), ["/a.txt", "/b/msgstore.db", "/b/msgstore.db-wal"]);
    assert_eq!(warnings(&walked, "not a file"), ["/link", "/pipe"]);
    assert!(walked.warnings[0].1.says.contains("'/etc/passwd'"), "{}", walked.warnings[0].1.says);
    assert!(matches!(walked.evidence.items()[2].kept, Kept::Evidence(_)), "the log beside a wanted database is kept");
    assert!(matches!(walked.evidence.items()[0].kept, Kept::No));
    // As another examiner finds it again: sha256sum of the lines.
    let lines: String = walked
        .evidence
        .items()
        .iter()
        .map(|item| format!("{} {} {}\n", item.digests.unwrap().sha256_hex(), item.size, &item.path[1..]))
        .collect();
    assert_eq!(walked.source_sha256, Hasher::of(lines.as_bytes()).sha256);
    assert_eq!((walked.source_kind, walked.source_bytes), ("folder", 24));
}

#[test]
fn containers_in_containers() {
    let desk = Desk::new();
    let inner = zip_of(&[("data/msgstore.db", b"SQLite format 3\0 invented"), ("note.txt", b"hello")]);
    let large = noise(5 << 20, 1);
    let tar = tar_of(&[("inner.zip", &inner), ("media/large.db", &large), ("empty", b"")]);
    let outer = zip_of(&[("backup.tar.gz", &gzip_of(&tar)), ("app.apk", &inner), ("last.txt", b"end")]);
    let walked = look(&desk.put("phone.zip", &outer));
    assert_eq!(
        paths(&walked),
        [
            "/phone.zip",
            "/phone.zip/backup.tar.gz",
            "/phone.zip/backup.tar.gz/backup.tar",
            "/phone.zip/backup.tar.gz/backup.tar/inner.zip",
            "/phone.zip/backup.tar.gz/backup.tar/inner.zip/data/msgstore.db",
            "/phone.zip/backup.tar.gz/backup.tar/inner.zip/note.txt",
            "/phone.zip/backup.tar.gz/backup.tar/media/large.db",
            "/phone.zip/backup.tar.gz/backup.tar/empty",
            "/phone.zip/app.apk",
            "/phone.zip/last.txt",
        ]
    );
    assert!(walked.warnings.is_empty(), "{:?}", told(&walked));
    assert_eq!(walked.source_sha256, Hasher::of(&outer).sha256);
    let digests_at = |path: &str| walked.evidence.item(path).unwrap().digests;
    assert_eq!(digests_at("/phone.zip/backup.tar.gz/backup.tar"), Some(Hasher::of(&tar)));
    assert_eq!(digests_at("/phone.zip/backup.tar.gz/backup.tar/inner.zip"), Some(Hasher::of(&inner)));
    let large_item = walked.evidence.item("/phone.zip/backup.tar.gz/backup.tar/media/large.db").unwrap();
    assert_eq!(large_item.digests, Some(Hasher::of(&large)));
    assert!(matches!(large_item.kept, Kept::Scratch(_)));
    assert_eq!(large_item.modified.unwrap().to_string(), "2017-03-28T06:30:00.000Z");
    let mut back = vec![0; large.len()];
    assert_eq!(large_item.open().unwrap().read_at(0, &mut back).unwrap(), large.len());
    assert!(back == large);

    let limits = Limits { depth: 2, ..Limits::default() };
    let walked = look_within(&desk.put("phone.zip", &outer), limits);
    assert_eq!(warnings(&walked, "depth"), ["/phone.zip/backup.tar.gz/backup.tar"]);
    assert_eq!(paths(&walked).len(), 5, "{:?}", paths(&walked));
}

#[test]
fn what_cannot_be_walked_is_a_sentence() {
    let desk = Desk::new();
    let said = |path: &Path, options: &Options| walk(path, &databases, options, &Silent).err().unwrap().to_string();
    let absent = desk.0.path().join("absent.zip");
    let sentence = said(&absent, &Options::default());
    assert!(sentence.contains("absent.zip' cannot be opened: No such file"), "{sentence}");
    let pipe = desk.0.path().join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let sentence = said(&pipe, &Options::default());
    assert!(sentence.contains("neither a folder nor a regular file"), "{sentence}");
    let options = Options { scratch_dir: Some(absent), ..Options::default() };
    let sentence = said(&desk.put("a.txt", b"a"), &options);
    assert!(sentence.starts_with("no scratch file can be made"), "{sentence}");
}

#[test]
fn a_single_file_and_an_unreadable_one() {
    let desk = Desk::new();
    let walked = look(&desk.put("chat.txt", b"[28/03/2017, 06:30:11] Ana: hello"));
    assert_eq!((walked.source_kind, paths(&walked)), ("file", vec!["/chat.txt"]));
    assert_eq!(walked.evidence.items()[0].content, "text/plain");

    desk.put("folder/a", b"a");
    let closed = desk.put("folder/b", b"b");
    fs::set_permissions(&closed, std::os::unix::fs::PermissionsExt::from_mode(0o000)).unwrap();
    if fs::File::open(&closed).is_err() {
        // Not as root, who may read everything.
        let walked = look(&desk.0.path().join("folder"));
        assert_eq!(warnings(&walked, "unreadable"), ["/b"]);
        assert_eq!(walked.ended[1].outcome, Outcome::Rejected);
        assert!(walked.evidence.items()[0].digests.is_some());
    }
}
