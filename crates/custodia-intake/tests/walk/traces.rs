//! Traces in bytes that nothing reads: where they stand, in which files, how many.

use custodia_intake::sources::Limits;

use super::*;

const NAME: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaam2dqd.onion";

fn lines(walked: &Walked) -> Vec<String> {
    let line = |(index, one): &(usize, custodia_intake::scan::Found)| {
        let path = &walked.evidence.items()[*index].path;
        format!("{path} {} {} {} {}", one.offset, one.kind.as_str(), one.value, one.written.as_str())
    };
    walked.traces.iter().map(line).collect()
}

#[test]
fn traces_of_what_nothing_reads() {
    let desk = Desk::new();
    desk.put("e/a.txt", format!("see {NAME} and {NAME}, +34 600 000 001").as_bytes());
    // Unknown bytes; the name lies over the border of what is looked at together, in UTF-16.
    let mut blob = vec![0xfe; 32_700];
    blob.extend(NAME.encode_utf16().flat_map(u16::to_le_bytes));
    blob.extend([0xfe; 100_000]);
    desk.put("e/b.bin", &blob);
    let mut picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    picture.extend(format!(" {NAME} ").as_bytes());
    desk.put("e/c.png", &picture);
    desk.put("e/d.db", format!("{NAME}\n").as_bytes());
    let zip = {
        let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("in.txt", SimpleFileOptions::default()).unwrap();
        zip.write_all(b"mail ada@example.com").unwrap();
        zip.finish().unwrap().into_inner()
    };
    desk.put("e/e.zip", &zip);
    let expected = [
        format!("/a.txt 4 onion address {NAME} ASCII"),
        "/a.txt 135 phone number +34600000001 ASCII".to_owned(),
        format!("/b.bin 32700 onion address {NAME} UTF-16LE"),
        "/e.zip/in.txt 5 e-mail ada@example.com ASCII".to_owned(),
    ];
    for threads in [1, 3] {
        let walked = walk_with(&desk.0.path().join("e"), threads, Limits::default());
        assert_eq!(lines(&walked), expected);
    }
}

#[test]
fn one_file_tells_so_many_and_says_so() {
    let desk = Desk::new();
    let many: String = (0..10_050).map(|n| format!("a{n}@example.com\n")).collect();
    let file = desk.put("many.txt", many.as_bytes());
    let walked = walk_with(&file, 1, Limits::default());
    assert_eq!(walked.traces.len(), 10_000);
    let (_, warning) = &walked.warnings[0];
    assert!(warning.warning.as_ref() == "too many" && warning.says.contains("50 further places"), "{}", warning.says);
}
