//! Lists of each form, whole and damaged.

use custodia_model::tables::{Known, Warning};

use super::{HASH_LISTS, Take};

#[derive(Default)]
struct Taken(Vec<(u64, Known)>, Vec<(u64, Warning)>);

impl Take for Taken {
    fn entry(&mut self, number: u64, known: Known) {
        self.0.push((number, known));
    }
    fn warning(&mut self, number: u64, warning: Warning) {
        self.1.push((number, warning));
    }
    fn lost(&mut self, number: u64, at: u64, says: String) {
        self.1.push((number, Warning::new("truncated", says).bytes(at)));
    }
}

fn read(list: impl AsRef<[u8]>) -> Result<Taken, String> {
    let list = list.as_ref();
    let head = &list[..list.len().min(4096)];
    let form = HASH_LISTS.iter().find(|form| form.fits(head)).ok_or("no form fits")?;
    let mut taken = Taken::default();
    // In small pieces: every value stands across two of them somewhere.
    form.read(&mut std::io::BufReader::with_capacity(7, list), &mut taken)?;
    Ok(taken)
}

const MD5: &str = "D41D8CD98F00B204E9800998ECF8427E";
const SHA1: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

/// A list in an encoding that is not read is called by it.
#[test]
fn a_list_in_utf16_is_named_so() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let why = |bytes: &[u8]| {
        std::fs::write(file.path(), bytes).unwrap();
        super::open(file.path()).err().unwrap()
    };
    let little: Vec<u8> = MD5.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = MD5.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [[b"\xff\xfe", &little[..]].concat(), [b"\xfe\xff", &big[..]].concat(), little, big] {
        assert!(why(&bytes).contains("UTF-16"), "{}", why(&bytes));
    }
    assert!(why(b"words").starts_with("no form of list"));
    assert!(why(&[0; 64]).starts_with("no form of list"));
}

#[test]
fn vics_of_both_versions() {
    let media = format!(
        r#"{{"MediaID":1,"Category":1,"MD5":"{MD5}","SHA1":"{SHA1}","MediaSize":"17","VictimIdentified":"true","IsDistributed":false,"Series":"circles","Exifs":[{{"MD5":"x"}}]}},
           {{"MediaID":2,"Category":null,"MD5":"{MD5}"}}, {{"MediaID":3,"MD5":"short"}}, {{"MediaID":4}}"#
    );
    let cases = [
        (
            format!(
                "\u{feff}{{\"odata.metadata\":\"http://example.org/ProjectVic/DataModels/1.3.xml#Media\",\"value\":[{media}]}}"
            ),
            "VICS 1.3",
            None,
        ),
        (
            format!(
                "{{\"@odata.context\":\"http://example.org/ProjectVic/DataModels/2.0.xml/US/$metadata#Media\",\"value\":[{media}]}}"
            ),
            "VICS 2.0",
            Some("US"),
        ),
        (
            format!(
                "{{\"@odata.context\":\"http://example.org/ProjectVic/DataModels/2.0.xml/UK/$metadata#Cases\",\"value\":[{{\"CaseID\":\"{{1}}\",\"Media\":[{media}]}}]}}"
            ),
            "VICS 2.0",
            Some("UK"),
        ),
    ];
    for (list, model, profile) in cases {
        let Taken(entries, warnings) = read(&list).unwrap();
        assert_eq!(entries.len(), 2, "{list}");
        let first = &entries[0].1;
        assert_eq!((&*first.model, first.profile.as_deref()), (model, profile));
        assert_eq!(first.md5.as_deref(), Some(MD5.to_lowercase().as_str()));
        assert_eq!((first.category, first.size, first.series.as_deref()), (Some(1), Some(17), Some("circles")));
        assert_eq!(first.flags.as_deref(), Some(r#"{"IsDistributed":false,"VictimIdentified":"true"}"#));
        assert_eq!(entries[1].1.category, None);
        assert_eq!(warnings.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [3, 4]);
    }
}

#[test]
fn a_cut_list_gives_what_stands_before_the_cut() {
    let list = format!(
        "{{\"odata.metadata\":\"DataModels/1.3.xml#Media\",\"value\":[{}]}}",
        vec![format!("{{\"MD5\":\"{MD5}\"}}"); 50].join(",")
    );
    for cut in (100..list.len()).step_by(13) {
        if let Ok(Taken(entries, warnings)) = read(&list[..cut]) {
            assert!(!entries.is_empty() && warnings.len() == 1, "cut at {cut}");
        }
    }
}

/// A category or a second digest that is none costs itself, and is told.
#[test]
fn what_is_no_number_or_digest_is_told() {
    let entry = |members: &str| {
        let list = format!(r#"{{"odata.metadata":"DataModels/1.3.xml#Media","value":[{{{members}}}]}}"#);
        let Taken(entries, warnings) = read(list).unwrap();
        let told: Vec<String> = warnings.iter().map(|(_, one)| format!("{}: {}", one.warning, one.says)).collect();
        (entries.into_iter().next().map(|(_, known)| known), told)
    };
    for (category, number) in [("1", 1), ("1.0", 1), ("\" 2 \"", 2), ("1e2", 100)] {
        let (known, told) = entry(&format!(r#""MD5":"{MD5}","Category":{category}"#));
        assert_eq!((known.unwrap().category, told), (Some(number), vec![]), "{category}");
    }
    for category in [r#""two""#, r#""A""#, "1.5", "1e20", "true"] {
        let (known, told) = entry(&format!(r#""MD5":"{MD5}","Category":{category}"#));
        let says =
            format!("damaged: an integer expected in Category, found {category}; the entry was taken without it");
        assert!(told.len() == 1 && (told[0] == says || category == "1e20"), "{told:?}");
        assert_eq!(known.unwrap().category, None);
    }
    for category in ["null", r#""""#] {
        assert_eq!(entry(&format!(r#""MD5":"{MD5}","Category":{category}"#)).1, [""; 0]);
    }
    let (known, told) = entry(&format!(r#""MD5":"{MD5}","SHA1":"N/A""#));
    let known = known.unwrap();
    assert_eq!((known.md5.as_deref(), known.sha1), (Some(MD5.to_lowercase().as_str()), None));
    assert_eq!(told, [r#"damaged: SHA1 in hex expected, found "N/A"; the entry was taken without it"#]);
    let (known, told) = entry(&format!(r#""MD5":17,"SHA1":"{SHA1}""#));
    assert_eq!((known.unwrap().sha1.as_deref(), told.len()), (Some(SHA1), 1));
    let (known, told) = entry(r#""MD5":"short","SHA1":"N/A""#);
    assert!(known.is_none());
    assert_eq!(told, [r#"not an entry: MD5 in hex expected, found "short"; SHA1 in hex expected, found "N/A""#]);
}

/// What is damaged in one entry costs that entry, or a part of it, and nothing after it.
#[test]
fn a_damaged_value_costs_itself() {
    let list = |entry: &[u8]| {
        let sound = format!(r#"{{"MD5":"{MD5}","Comments":"a \"}} ]","Exifs":[{{"x":[]}}]}}"#);
        let parts = [&b"{\"odata.metadata\":\"DataModels/1.3.xml#Media\",\"value\":["[..], sound.as_bytes(), b","];
        [&parts.concat()[..], entry, b",", sound.as_bytes(), b"]}"].concat()
    };
    let with = |member: &str| format!(r#"{{"MD5":"{MD5}",{member}}}"#).into_bytes();
    let latin1 = [format!(r#"{{"MD5":"{MD5}","Series":"caf"#).as_bytes(), b"\xe9\"}"].concat();
    for (entry, entries, told) in [
        (with(r#""Tags":"\ud83d""#), 3, "damaged"),
        (with(r#""Category":1e999"#), 3, "damaged"),
        (with(r#""Category":01"#), 3, "damaged"),
        (with(r#""Category":1,"Category":2"#), 3, "damaged"),
        (with(r#""SHA1":"\ud83d""#), 2, "not an entry"),
        (with(&format!(r#""MD5":"{}""#, "0".repeat(32))), 2, "not an entry"),
        (br#""oops""#.to_vec(), 2, "not an entry"),
        (b"17".to_vec(), 2, "not an entry"),
        (latin1, 3, "damaged"),
    ] {
        let Taken(taken, warnings) = read(list(&entry)).unwrap();
        let shown = String::from_utf8_lossy(&entry).into_owned();
        assert_eq!((taken.len(), warnings.len()), (entries, 1), "{shown}: {warnings:?}");
        assert_eq!((warnings[0].0, &*warnings[0].1.warning), (2, told), "{shown}: {warnings:?}");
        assert_eq!(taken.last().unwrap().0, 3, "{shown}");
    }
    // What is not kept of an entry is not looked at.
    let Taken(taken, warnings) = read(list(&with(r#""Comments":"\ud83d""#))).unwrap();
    assert_eq!((taken.len(), warnings.len()), (3, 0));
    // Where nobody can say what is what any more, reading ends, and says where.
    let broken = list(&with(r#""Category":}"#));
    let Taken(taken, warnings) = read(&broken).unwrap();
    assert_eq!((taken.len(), &*warnings[0].1.warning), (1, "truncated"));
    assert!(
        warnings[0].1.says.starts_with("the list cannot be read after entry 1: a value expected at byte "),
        "{warnings:?}"
    );
    assert!(warnings[0].1.bytes.is_some_and(|at| broken[at as usize] == b'}'), "{warnings:?}");
    let deep = [b"{\"value\":[", "[".repeat(100_000).as_bytes()].concat();
    assert!(read(deep).is_err());
}

#[test]
fn plain_lists_of_every_form() {
    let sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let cases = [
        format!("# remark\n{MD5}\r\n\n{SHA1}\n{sha256}\n"),
        format!("{MD5}  a b.png\n{SHA1} *c.png\nSHA256 (d (1).png) = {sha256}\n"),
        format!("md5\n{MD5}\n{SHA1}\n{sha256}"),
    ];
    for list in cases {
        let Taken(entries, warnings) = read(&list).unwrap();
        assert_eq!(entries.len(), 3, "{list}");
        assert!(warnings.is_empty(), "{warnings:?}");
        assert!(entries[0].1.md5.is_some() && entries[1].1.sha1.is_some() && entries[2].1.sha256.is_some());
    }
    let deep = format!("%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## $ hashdeep\n5,{MD5},{sha256},a,b.png\n");
    let Taken(entries, _) = read(&deep).unwrap();
    assert_eq!((entries[0].1.size, entries[0].1.sha256.as_deref()), (Some(5), Some(sha256)));
    assert!(read("nothing of the kind\n").is_err());
    assert_eq!(read(format!("{MD5}\nnonsense\n")).unwrap().1.len(), 1);
    // A first line that is no digest is told, unless it names the columns; the remarks before it may be many.
    let short = &MD5[1..];
    let many = "# remark\n".repeat(1000);
    for (list, entries, told) in [
        (format!("{short}\n{MD5}\n"), 1, &[1][..]),
        (format!("{many}{MD5}\n"), 1, &[]),
        (format!("# {}\nSHA-1;name\n{SHA1};a\n", "x".repeat(5000)), 1, &[]),
        (format!("# remark\n{short}\n{MD5}\n"), 1, &[2]),
        (format!("\\{MD5}  a\\nb.jpg\n{SHA1}  c\n"), 2, &[]),
        (format!("{MD5}\n{}", "nonsense\n".repeat(3)), 1, &[2, 3, 4]),
    ] {
        let Taken(taken, warnings) = read(&list).unwrap();
        let shown = &list[list.len().saturating_sub(80)..];
        assert_eq!(taken.len(), entries, "{shown}");
        assert_eq!(warnings.iter().map(|(number, _)| *number).collect::<Vec<_>>(), told, "{shown}");
    }
}

#[test]
fn every_form_is_described_once() {
    let mut names = std::collections::BTreeSet::new();
    for form in HASH_LISTS {
        let about = form.about();
        assert!(names.insert(about.name), "{} twice", about.name);
        assert!(!about.reads.is_empty() && !about.tested.is_empty() && !about.gaps.is_empty());
    }
}
