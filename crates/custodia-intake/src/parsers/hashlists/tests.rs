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
}

fn read(list: &str) -> Result<Taken, String> {
    let head = &list.as_bytes()[..list.len().min(4096)];
    let form = HASH_LISTS.iter().find(|form| form.fits(head)).ok_or("no form fits")?;
    let mut taken = Taken::default();
    form.read(&mut list.as_bytes(), &mut taken)?;
    Ok(taken)
}

const MD5: &str = "D41D8CD98F00B204E9800998ECF8427E";
const SHA1: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

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
    assert_eq!(read(&format!("{MD5}\nnonsense\n")).unwrap().1.len(), 1);
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
