//! tar and gzip, honest and hostile.

use custodia_intake::digest::Hasher;
use custodia_intake::sources::Limits;
use custodia_intake::walk::Outcome;
use proptest::prelude::*;

use super::*;

fn header(name: &[u8], kind: tar::EntryType, size: u64) -> tar::Header {
    let mut header = tar::Header::new_ustar();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mtime(1_490_682_600);
    header.set_cksum();
    header
}

fn member(out: &mut Vec<u8>, header: &tar::Header, content: &[u8]) {
    out.extend_from_slice(header.as_bytes());
    out.extend_from_slice(content);
    out.resize(out.len().next_multiple_of(512), 0);
}

#[test]
fn tar_members_of_every_kind() {
    use tar::EntryType;
    let long = format!("{}/end", "folder-".repeat(40));
    let mut bytes = tar_of(&[(&long, b"GNU long name")]);
    bytes.truncate(bytes.len() - 1024);
    let record = |rest: &str| format!("{} {rest}\n", rest.len() + 4);
    let pax = record("path=pax/ñandú.txt") + &record("mtime=1490682600.500000000");
    member(&mut bytes, &header(b"x", EntryType::XHeader, pax.len() as u64), pax.as_bytes());
    member(&mut bytes, &header(b"short", EntryType::Regular, 3), b"pax");
    for (name, kind) in [("sym", EntryType::Symlink), ("hard", EntryType::Link)] {
        let mut link = header(name.as_bytes(), kind, 0);
        link.set_link_name_literal("../../etc/passwd").unwrap();
        link.set_cksum();
        member(&mut bytes, &link, b"");
    }
    member(&mut bytes, &header(b"pipe", EntryType::Fifo, 0), b"");
    member(&mut bytes, &header(b"device", EntryType::Char, 0), b"");
    member(&mut bytes, &header(b"folder/", EntryType::Directory, 0), b"");
    member(&mut bytes, &header(b"sparse", EntryType::GNUSparse, 5), b"parts");
    member(&mut bytes, &header(b"../../out\xff", EntryType::Regular, 4), b"last");
    bytes.resize(bytes.len() + 1024, 0);
    let walked = look(&Desk::new().put("a.tar", &bytes));
    let expected =
        ["/a.tar", &format!("/a.tar/{long}"), "/a.tar/pax/ñandú.txt", "/a.tar/sparse", "/a.tar/../../out\\xff"];
    assert_eq!(paths(&walked), expected);
    assert_eq!(warnings(&walked, "not a file"), ["/a.tar/sym", "/a.tar/hard", "/a.tar/pipe", "/a.tar/device"]);
    assert_eq!(warnings(&walked, "unsupported"), ["/a.tar/sparse"]);
    assert_eq!(walked.warnings.len(), 5, "{:?}", told(&walked));
    assert_eq!(walked.evidence.items()[2].modified.unwrap().to_string(), "2017-03-28T06:30:00.500Z");
    assert_eq!(walked.evidence.items()[4].digests, Some(Hasher::of(b"last")));
    assert_eq!(walked.source_sha256, Hasher::of(&bytes).sha256);
}

/// GNU tar's three forms of sparse files in pax: what is stored is not the file.
#[test]
fn sparse_files_in_pax_are_listed() {
    use tar::EntryType;
    let record = |rest: &str| {
        let length = (rest.len() + 3..).find(|length| length.to_string().len() + rest.len() + 2 == *length).unwrap();
        format!("{length} {rest}\n")
    };
    let mut bytes = Vec::new();
    for said in [
        &[
            "GNU.sparse.size=9000",
            "GNU.sparse.numblocks=1",
            "GNU.sparse.offset=8992",
            "GNU.sparse.numbytes=8",
            "path=sparse/a.db",
        ][..],
        &["GNU.sparse.size=9000", "GNU.sparse.map=8992,8", "GNU.sparse.name=sparse/b.db", "path=GNUSparseFile.1/b.db"],
        &["GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name=sparse/c.db", "GNU.sparse.realsize=9000"],
    ] {
        let pax: String = said.iter().map(|said| record(said)).collect();
        member(&mut bytes, &header(b"x", EntryType::XHeader, pax.len() as u64), pax.as_bytes());
        member(&mut bytes, &header(b"GNUSparseFile.1/x.db", EntryType::Regular, 8), b"the part");
    }
    bytes.extend_from_slice(&tar_of(&[("after.db", b"read")]));
    let walked = look(&Desk::new().put("a.tar", &bytes));
    let sparse = ["/a.tar/sparse/a.db", "/a.tar/sparse/b.db", "/a.tar/sparse/c.db"];
    assert_eq!(warnings(&walked, "unsupported"), sparse);
    assert_eq!(walked.warnings.len(), 3, "{:?}", told(&walked));
    assert!(sparse.iter().all(|path| walked.evidence.item(path).unwrap().digests.is_none()));
    assert_eq!(walked.evidence.item("/a.tar/after.db").unwrap().digests, Some(Hasher::of(b"read")));
}

#[test]
fn damaged_tars_go_on() {
    let desk = Desk::new();
    let whole = tar_of(&[("one", &noise(1000, 1)), ("two", &noise(600, 2)), ("three", b"end")]);
    // The header of the second member stands after the first header and two blocks of content.
    let mut damaged = whole.clone();
    damaged[512 * 3] ^= 0xff;
    let walked = look(&desk.put("a.tar", &damaged));
    assert_eq!(paths(&walked), ["/a.tar", "/a.tar/one", "/a.tar/three"]);
    assert_eq!(warnings(&walked, "damaged"), ["/a.tar"]);
    assert_eq!(walked.ended[0].outcome, Outcome::Partial);

    for cut in (512..whole.len() - 1024).step_by(61) {
        let walked = look(&desk.put("a.tar", &whole[..cut]));
        assert!(!warnings(&walked, "truncated").is_empty(), "cut at {cut}: {:?}", told(&walked));
        let one = walked.evidence.item("/a.tar/one").unwrap();
        assert_eq!(one.digests.is_some(), cut >= 1512, "cut at {cut}");
    }

    let walked = look(&desk.put("two.tar", &[&whole[..], &tar_of(&[("after", b"the end")])].concat()));
    assert_eq!(warnings(&walked, "data after the end"), ["/two.tar"]);
    assert_eq!(walked.evidence.item("/two.tar/after").unwrap().digests, Some(Hasher::of(b"the end")));

    // A name of a gigabyte, packed small.
    let mut bomb = Vec::new();
    member(&mut bomb, &header(b"l", tar::EntryType::GNULongName, 1 << 30), b"");
    bomb.extend_from_slice(&tar_of(&[("next", b"x")]));
    let walked = look(&desk.put("bomb.tar", &bomb));
    assert_eq!(warnings(&walked, "limit"), ["/bomb.tar"]);
    assert_eq!(warnings(&walked, "truncated"), ["/bomb.tar"]);
}

#[test]
fn gzip_of_many_shapes() {
    let desk = Desk::new();
    let two_members = [gzip_of(b"one "), gzip_of(b"and two")].concat();
    let padded = [&two_members[..], &[0; 700]].concat();
    let with_tail = [&two_members[..], b"tail"].concat();
    for (bytes, warned) in [(&two_members, 0), (&padded, 0), (&with_tail, 1)] {
        let walked = look(&desk.put("note.txt.gz", bytes));
        assert_eq!(paths(&walked), ["/note.txt.gz", "/note.txt.gz/note.txt"]);
        assert_eq!(walked.evidence.items()[1].digests, Some(Hasher::of(b"one and two")));
        assert_eq!(warnings(&walked, "data after the end").len(), warned);
        assert_eq!(walked.warnings.len(), warned, "{:?}", told(&walked));
    }
    let tgz = gzip_of(&tar_of(&[("a", &noise(3000, 1)), ("b", b"b")]));
    assert_eq!(paths(&look(&desk.put("p.tgz", &tgz))), ["/p.tgz", "/p.tgz/p.tar", "/p.tgz/p.tar/a", "/p.tgz/p.tar/b"]);
    let walked = look(&desk.put("p.tar.gz", &tgz[..tgz.len() - 900]));
    assert_eq!(walked.evidence.item("/p.tar.gz/p.tar").unwrap().digests, None);
    assert!(!warnings(&walked, "truncated").is_empty(), "{:?}", told(&walked));

    let bomb = gzip_of(&gzip_of(&vec![0; 20 << 20]));
    let limits = Limits { ratio: 100, ratio_from: 1 << 20, ..Limits::default() };
    let walked = look_within(&desk.put("bomb.gz.gz", &bomb), limits);
    assert_eq!(warnings(&walked, "ratio"), ["/bomb.gz.gz/bomb.gz/bomb"]);
    let limits = Limits { bytes: 3 << 20, ..Limits::default() };
    let walked = look_within(&desk.put("bomb.gz.gz", &bomb), limits);
    assert!(!warnings(&walked, "limit").is_empty(), "{:?}", told(&walked));
    assert!(walked.evidence.items().iter().map(|item| item.size).sum::<u64>() < 8 << 20);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_tars(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..10), packed in any::<bool>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = tar_of(&[("a", &noise(700, 1)), (&"deep/".repeat(50), b"x"), ("in.zip", &zip_of(&[("x", b"y")]))]);
        if packed {
            bytes = gzip_of(&bytes);
        }
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        bytes.truncate(cut.index(bytes.len()).max(600));
        look(&Desk::new().put("a.tar", &bytes));
    }
}
