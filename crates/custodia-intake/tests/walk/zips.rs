//! Zips, honest and hostile.

use std::io::Write;

use custodia_intake::digest::Hasher;
use custodia_intake::sources::Limits;
use custodia_intake::walk::{Outcome, Walked};
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::rawzip::{Raw, archive};
use super::*;

fn walked(entries: &[Raw]) -> Walked {
    look(&Desk::new().put("a.zip", &archive(entries, true)))
}

fn names(walked: &Walked) -> Vec<&str> {
    paths(walked)[1..].iter().map(|path| &path["/a.zip/".len()..]).collect()
}

fn assert_content(walked: &Walked, path: &str, content: &[u8]) {
    let item = walked.evidence.item(path).unwrap_or_else(|| panic!("{path} is not there: {:?}", told(walked)));
    assert_eq!(item.digests, Some(Hasher::of(content)), "{path}");
}

#[test]
fn names_stay_what_they_are() {
    let unicode_path = |name: &[u8], text: &str, crc_of: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(crc_of);
        let mut extra = vec![0x75, 0x70];
        extra.extend_from_slice(&(5 + text.len() as u16).to_le_bytes());
        extra.push(1);
        extra.extend_from_slice(&crc.sum().to_le_bytes());
        extra.extend_from_slice(text.as_bytes());
        Raw { extra, ..Raw::stored(name, b"x") }
    };
    let long = vec![b'n'; 65_535];
    let walked = walked(&[
        Raw { flags: 1 << 11, ..Raw::stored("ñandú.txt".as_bytes(), b"x") },
        Raw { flags: 1 << 11, ..Raw::stored(b"bad\xff", b"x") },
        unicode_path(b"_1", "日本.txt", b"_1"),
        unicode_path(b"_2", "of another name", b"another"),
        Raw::stored("año".as_bytes(), b"x"),
        Raw::stored(b"a\x80\xa4o", b"x"),
        Raw::stored(b"../../etc/passwd", b"x"),
        Raw::stored(b"/absolute", b"x"),
        Raw::stored(b"C:\\Users\\ana", b"x"),
        Raw::stored(b"\\\\server\\share", b"x"),
        Raw::stored(b"nul\0and\nline\x1b[31m", b"x"),
        Raw::stored(&long, b"x"),
        Raw::stored(b"folder/", b""),
        Raw::stored(b"folder-with-content/", b"x"),
    ]);
    assert_eq!(
        names(&walked),
        [
            "ñandú.txt",
            "bad\\xff",
            "日本.txt",
            "_2",
            "año",
            "aÇño",
            "../../etc/passwd",
            "/absolute",
            "C:\\Users\\ana",
            "\\\\server\\share",
            "nul\\u{0}and\\u{a}line\\u{1b}[31m",
            std::str::from_utf8(&long).unwrap(),
            "folder-with-content/",
        ]
    );
    assert!(walked.warnings.is_empty(), "{:?}", told(&walked));
}

#[test]
fn times_keep_what_is_known() {
    let extended = |seconds: i32| {
        let mut extra = vec![0x55, 0x54, 5, 0, 1];
        extra.extend_from_slice(&seconds.to_le_bytes());
        extra
    };
    let dos = ((2017 - 1980) << 9 | 3 << 5 | 28, 6 << 11 | 30 << 5 | 5);
    let walked = walked(&[
        Raw { extra: extended(1_490_682_600), dos, ..Raw::stored(b"both", b"x") },
        Raw { dos, ..Raw::stored(b"dos", b"x") },
        Raw { extra: extended(-5), ..Raw::stored(b"before", b"x") },
        Raw::stored(b"none", b"x"),
    ]);
    let times: Vec<_> = walked.evidence.items()[1..]
        .iter()
        .map(|item| (item.modified.map(|time| time.to_string()), item.modified_as_stored.as_deref()))
        .collect();
    assert_eq!(
        times,
        [
            (Some("2017-03-28T06:30:00.000Z".into()), None),
            (None, Some("2017-03-28T06:30:10")),
            (None, Some("-5")),
            (None, None),
        ]
    );
}

#[test]
fn what_is_not_read_is_listed() {
    let walked = walked(&[
        Raw { flags: 1, ..Raw::stored(b"secret", b"cipher text") },
        Raw { method: 12, ..Raw::stored(b"bzip2", b"BZh") },
        Raw { mode: 0o120_777, ..Raw::deflated(b"link", b"/etc/passwd") },
        Raw { crc: Some(7), ..Raw::deflated(b"wrong", b"content") },
        Raw { size: Some(3), ..Raw::deflated(b"longer", b"content") },
        Raw { size: Some(30), ..Raw::deflated(b"shorter", b"content") },
        Raw::deflated(b"twice", b"one"),
        Raw::deflated(b"twice", b"two"),
        Raw { central_name: Some(b"shown".to_vec()), ..Raw::stored(b"stored", b"x") },
        Raw { hidden: true, ..Raw::deflated(b"hidden", b"not in the directory") },
        Raw::deflated(b"last", b"end"),
    ]);
    let expected = ["secret", "bzip2", "wrong", "longer", "shorter", "twice", "twice", "shown", "hidden", "last"];
    assert_eq!(names(&walked), expected);
    for (kind, expected) in [
        ("encrypted", &["/a.zip/secret"][..]),
        ("unsupported", &["/a.zip/bzip2"]),
        ("not a file", &["/a.zip/link"]),
        ("checksum", &["/a.zip/wrong"]),
        ("size", &["/a.zip/longer", "/a.zip/shorter"]),
        ("duplicate name", &["/a.zip/twice"]),
        ("headers disagree", &["/a.zip/shown", "/a.zip/hidden"]),
    ] {
        assert_eq!(warnings(&walked, kind), expected, "{kind}");
    }
    assert_content(&walked, "/a.zip/wrong", b"content");
    assert_content(&walked, "/a.zip/hidden", b"not in the directory");
    assert_content(&walked, "/a.zip/last", b"end");
    let outcomes: Vec<_> = walked.ended[1..].iter().map(|ended| ended.outcome).collect();
    use Outcome::{Partial, Rejected, Whole};
    assert_eq!(outcomes, [Rejected, Rejected, Partial, Partial, Partial, Whole, Whole, Whole, Whole, Whole]);
}

#[test]
fn shapes_of_honest_archives() {
    let mut zip = ZipWriter::new_stream(Vec::new());
    zip.start_file("streamed", SimpleFileOptions::default()).unwrap();
    zip.write_all(b"sizes follow").unwrap();
    zip.start_file("large", SimpleFileOptions::default().large_file(true)).unwrap();
    zip.write_all(b"zip64").unwrap();
    let streamed = zip.finish().unwrap().into_inner();
    let raw = archive(&[Raw { zip64: true, ..Raw::deflated(b"in zip64", b"zip64 too") }], true);
    let mut with_stub = b"a stub before the archive ".repeat(100);
    with_stub.extend_from_slice(&zip_of(&[("after a stub", b"found")]));
    let mut with_tail = zip_of(&[("before a tail", b"found")]);
    with_tail.extend_from_slice(b"tail");
    for (bytes, path, content) in [
        (&streamed, "/x.zip/streamed", &b"sizes follow"[..]),
        (&streamed, "/x.zip/large", b"zip64"),
        (&raw, "/x.zip/in zip64", b"zip64 too"),
        (&with_tail, "/x.zip/before a tail", b"found"),
    ] {
        let walked = look(&Desk::new().put("x.zip", bytes));
        assert_content(&walked, path, content);
        assert!(
            walked.warnings.iter().all(|(_, warning)| &*warning.warning == "data after the end"),
            "{:?}",
            told(&walked)
        );
    }
    // A stub hides the archive from a look at its first bytes: evidence is opened all the same, a file inside is one like any other.
    assert_content(&look(&Desk::new().put("x.exe", &with_stub)), "/x.exe/after a stub", b"found");
    let walked = look(&Desk::new().put("outer.zip", &zip_of(&[("x.exe", &with_stub)])));
    assert_eq!(paths(&walked), ["/outer.zip", "/outer.zip/x.exe"]);
    let empty = ZipWriter::new(std::io::Cursor::new(Vec::new())).finish().unwrap().into_inner();
    let walked = look(&Desk::new().put("x.zip", &empty));
    assert_eq!((walked.source_kind, paths(&walked).len(), walked.warnings.len()), ("zip", 1, 0));
}

/// Against the format, but some programs do so.
#[test]
fn folders_that_end_with_a_backslash() {
    let entries =
        || vec![Raw::stored(b"data\\x41\\a.db", b"a"), Raw::stored(b"data\\", b""), Raw::stored(b"b\xff.txt", b"b")];
    let walked_alone = walked(&entries());
    assert_eq!(names(&walked_alone), ["data/x41/a.db", "b\u{a0}.txt"]);
    let said = |walked: &Walked| walked.warnings.iter().filter(|(_, one)| &*one.warning == "separators").count();
    assert_eq!(said(&walked_alone), 1);
    // One that is written as it should be: the others are names.
    let with_folder = walked(&[entries(), vec![Raw::stored(b"c/d", b"d")]].concat());
    assert_eq!((names(&with_folder)[0], said(&with_folder)), ("data\\x5cx41\\a.db", 0));
}

/// A zip that is the evidence itself is opened whatever it looks like; inside evidence, what is a document stays closed.
#[test]
fn evidence_that_is_a_zip_is_opened() {
    let phone = |first: &str| zip_of(&[(first, b"x"), ("data/msgstore.db", b"SQLite format 3\0 invented")]);
    let desk = Desk::new();
    for first in ["mimetype", "[Content_Types].xml", "META-INF/MANIFEST.MF", "AndroidManifest.xml"] {
        let walked = look(&desk.put("phone.zip", &phone(first)));
        assert!(walked.evidence.item("/phone.zip/data/msgstore.db").is_some(), "{first}: {:?}", told(&walked));
        assert_eq!(walked.source_kind, "zip");
    }
    let text = [&b"#!/bin/sh\necho unpack me\n"[..], &phone("a")].concat();
    for (name, bytes) in [("phone.jar", &phone("a")), ("phone.zip", &text), ("phone.sh", &text), ("phone", &text)] {
        let walked = look(&desk.put(name, bytes));
        assert!(walked.evidence.item(&format!("/{name}/data/msgstore.db")).is_some(), "{name}: {:?}", told(&walked));
    }
    let walked = look(&desk.put("outer.zip", &zip_of(&[("note.odt", &phone("mimetype"))])));
    assert_eq!(paths(&walked), ["/outer.zip", "/outer.zip/note.odt"]);
    // A text that merely ends in the mark of an archive is a text.
    let walked = look(&desk.put("note.txt", b"PK is no archive \x50\x4b\x05\x06 0123456789012345678"));
    assert_eq!((walked.source_kind, paths(&walked).len()), ("file", 1));
}

/// A file may bear the mode of a link, and a link the content of a file.
#[test]
fn a_link_longer_than_any_target_is_a_file() {
    let database = [&b"SQLite format 3\0"[..], &noise(6000, 1)].concat();
    let walked = walked(&[
        Raw { mode: 0o120_777, ..Raw::deflated(b"hidden.db", &database) },
        Raw { mode: 0o120_777, size: Some(10), ..Raw::deflated(b"lying.db", &database) },
        Raw { mode: 0o120_777, ..Raw::stored(b"link", b"/data/data") },
    ]);
    assert_content(&walked, "/a.zip/hidden.db", &database);
    assert_eq!(names(&walked), ["hidden.db", "lying.db"]);
    assert_eq!(warnings(&walked, "headers disagree"), ["/a.zip/hidden.db", "/a.zip/lying.db"]);
    assert_eq!(warnings(&walked, "not a file"), ["/a.zip/link"]);
}

/// Some programs write the end record of zip64 always.
#[test]
fn an_end_record_of_zip64_that_is_not_needed() {
    let plain = archive(&[Raw::deflated(b"one", b"content")], true);
    let (entries, end) = plain.split_at(plain.len() - 22);
    let at = entries.len() as u64;
    let number = |at: usize| u64::from(u32::from_le_bytes(end[at..at + 4].try_into().unwrap()));
    let mut bytes = entries.to_vec();
    bytes.extend_from_slice(b"PK\x06\x06");
    for (value, length) in [(44, 8), (45, 2), (45, 2), (0, 4), (0, 4), (1, 8), (1, 8), (number(12), 8), (number(16), 8)]
    {
        bytes.extend_from_slice(&u64::to_le_bytes(value)[..length]);
    }
    bytes.extend_from_slice(b"PK\x06\x07\0\0\0\0");
    bytes.extend_from_slice(&at.to_le_bytes());
    bytes.extend_from_slice(&1u32.to_le_bytes());
    bytes.extend_from_slice(end);
    for bytes in [bytes.clone(), [&b"MZ\0\0"[..], &bytes].concat()] {
        let walked = look(&Desk::new().put("a.zip", &bytes));
        assert_content(&walked, "/a.zip/one", b"content");
        assert!(walked.warnings.is_empty(), "{:?}", told(&walked));
    }
}

#[test]
fn overlapping_entries_are_not_unpacked() {
    let kernel = Raw::deflated(b"0", &vec![0; 1 << 14]);
    let mut entries = vec![kernel];
    for at in 1..2000u32 {
        let name = at.to_string();
        entries.push(Raw { shares: true, ..Raw::deflated(name.as_bytes(), &vec![0; 1 << 14]) });
    }
    entries.push(Raw::deflated(b"honest", b"read all the same"));
    let walked = walked(&entries);
    assert_eq!(names(&walked).len(), 2001);
    let read: u64 = walked.evidence.items()[1..].iter().map(|item| item.size).sum();
    assert_eq!(read, 17);
    assert_content(&walked, "/a.zip/honest", b"read all the same");
    assert_eq!(warnings(&walked, "overlap").len(), 2000);

    let desk = Desk::new();
    let path = desk.put("a.zip", &archive(&entries, true));
    let walked = walk_with(&path, 2, Limits { warnings: 1000, ..Limits::default() });
    assert_eq!(warnings(&walked, "overlap").len(), 1001);
    assert!(walked.warnings.iter().any(|(_, warning)| warning.says.starts_with("1000 more")));
}

#[test]
fn a_cut_archive_gives_what_is_there() {
    let entries = [
        Raw::deflated(b"one", &noise(3000, 1)),
        Raw { streamed: true, ..Raw::deflated(b"two", &noise(2000, 2)) },
        Raw::stored(b"three", &noise(1000, 3)),
        Raw { streamed: true, ..Raw::stored(b"four", &noise(500, 4)) },
        Raw::deflated(b"five", &noise(700, 5)),
    ];
    let whole = archive(&entries, true);
    // Where each entry ends, its descriptor included.
    let ends: Vec<usize> = (1..=entries.len()).map(|count| archive(&entries[..count], false).len()).collect();
    let desk = Desk::new();
    for cut in (4..whole.len()).step_by(97).chain(ends.iter().copied()) {
        let path = desk.put("a.zip", &whole[..cut]);
        let walked = look(&path);
        for (entry, &end) in entries.iter().zip(&ends) {
            if end <= cut {
                let name = format!("/a.zip/{}", std::str::from_utf8(&entry.name).unwrap());
                assert_content(&walked, &name, &entry.content);
            }
        }
        assert!(!walked.warnings.is_empty(), "cut at {cut}");
        assert_eq!(walked.ended[0].outcome, Outcome::Partial, "cut at {cut}");
    }
    let walked = look(&desk.put("a.zip", &whole[..ends[0] - 100]));
    assert_eq!(warnings(&walked, "truncated"), ["/a.zip/one"]);
    assert_eq!(walked.ended[1].outcome, Outcome::Partial);
    assert!(walked.evidence.items()[1].size > 2000, "{:?}", told(&walked));
}

#[test]
fn limits_end_what_reaches_them() {
    let desk = Desk::new();
    let ten: Vec<Raw> = (0..10u8).map(|at| Raw::deflated(&[b'0' + at], &vec![at; 100_000])).collect();
    let path = desk.put("a.zip", &archive(&ten, true));
    let walked = look_within(&path, Limits { entries: 3, ..Limits::default() });
    assert_eq!(names(&walked), ["0", "1", "2"]);
    assert_eq!(warnings(&walked, "limit"), ["/a.zip"]);
    assert_eq!(walked.ended[0].outcome, Outcome::Partial);

    let walked = look_within(&path, Limits { bytes: 250_000, ..Limits::default() });
    assert_eq!(names(&walked), ["0", "1", "2"]);
    assert_eq!(walked.evidence.items()[3].size, 50_000);
    assert_eq!(warnings(&walked, "limit"), ["/a.zip/2", "/a.zip"]);

    let walked = look_within(&path, Limits { ratio: 20, ratio_from: 10_000, ..Limits::default() });
    assert_eq!(warnings(&walked, "ratio").len(), 10);

    let walked = look_within(
        &desk.put("long.zip", &archive(&[Raw::stored(b"abcdef", b"x")], true)),
        Limits { name: 3, ..Limits::default() },
    );
    assert_eq!(paths(&walked)[1], "/long.zip/abc…");

    // A size that nobody can have does not use up the bytes of the others.
    let liar = [Raw { size: Some(u32::MAX), ..Raw::deflated(b"liar", b"x") }, Raw::deflated(b"next", b"y")];
    let walked = look_within(&desk.put("liar.zip", &archive(&liar, true)), Limits { bytes: 5000, ..Limits::default() });
    assert_content(&walked, "/liar.zip/next", b"y");

    let mut nested = zip_of(&[("core", b"x")]);
    for _ in 0..20 {
        nested = zip_of(&[("a.zip", &nested)]);
    }
    let walked = look(&desk.put("n.zip", &nested));
    assert_eq!((paths(&walked).len(), warnings(&walked, "depth").len()), (9, 1));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is changed, nothing panics, nothing hangs, and any number of threads says the same.
    #[test]
    fn changed_bytes(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), cut in any::<prop::sample::Index>(), cuts in any::<bool>()) {
        let inner = tar_of(&[("data/a.db", &noise(600, 1)), ("b", b"hello"), (&"long/".repeat(40), b"x")]);
        let entries = [
            Raw::deflated(b"in.tar.gz", &gzip_of(&inner)),
            Raw { streamed: true, ..Raw::deflated(b"s.db", &noise(300, 2)) },
            Raw { streamed: true, ..Raw::stored(b"t", &noise(50, 3)) },
            Raw { zip64: true, ..Raw::stored(b"n.zip", &zip_of(&[("x", b"y")])) },
            Raw { mode: 0o120_777, ..Raw::stored(b"l", b"m") },
        ];
        let mut bytes = archive(&entries, true);
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        look(&Desk::new().put("a.zip", &bytes));
    }

    #[test]
    fn any_bytes_behind_a_magic_number(magic in 0..5usize, rest in prop::collection::vec(any::<u8>(), 0..600)) {
        let magic: &[u8] = [&b"PK\x03\x04"[..], b"PK\x05\x06", b"\x1f\x8b\x08", b"PK\x01\x02", b""][magic];
        look(&Desk::new().put("a.bin", &[magic, &rest].concat()));
    }
}
