//! Media type by content, never by name. Looks at the first bytes only, so it says what a file begins like.

use serde::de::IgnoredAny;

/// What a file is when nothing better is known.
pub const UNKNOWN: &str = "application/octet-stream";

/// SQLite databases begin with these bytes (SQLite file format, section 1.3.1).
pub const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Whether the file is a database of SQLite.
pub fn is_database(head: &[u8]) -> bool {
    head.starts_with(SQLITE_MAGIC)
}

/// Whether a file is the log or the journal beside a database of SQLite, by the end of its name and its first bytes (database
/// file format, sections 3 and 4.1).
pub fn is_beside_database(path: &str, head: &[u8]) -> bool {
    let log = [[0x37, 0x7f, 0x06, 0x82], [0x37, 0x7f, 0x06, 0x83]].iter().any(|magic| head.starts_with(magic));
    // Where journals are kept, the header of one that is no longer needed is zeros.
    let zeroed = head.get(..28).is_some_and(|header| header.iter().all(|byte| *byte == 0));
    let journal = zeroed || head.starts_with(&[0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]);
    (path.ends_with("-wal") && log) || (path.ends_with("-journal") && journal)
}

/// The media type of a content that begins with these bytes; 4096 are enough.
pub fn kind(head: &[u8]) -> &'static str {
    if head.is_empty() {
        return "application/x-empty";
    }
    if head.starts_with(SQLITE_MAGIC) {
        return "application/vnd.sqlite3";
    }
    if let Some(text) = as_text(head) {
        return text_kind(head, text);
    }
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        let utf16 = head.len().is_multiple_of(2) && head.chunks_exact(2).skip(1).take(64).any(|pair| pair.contains(&0));
        if utf16 {
            return "text/plain";
        }
    }
    infer::get(head).map_or(UNKNOWN, |found| found.mime_type())
}

/// The head as text, if it is UTF-8 without control characters; the last character may be cut off.
fn as_text(head: &[u8]) -> Option<&str> {
    let text = match str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
            str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let control =
        |character: char| character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}');
    (!text.contains(control)).then_some(text)
}

/// Magic numbers of binary formats are short: a chat that begins with "BM" is no bitmap. Of text only kinds that
/// are text are told apart.
fn text_kind(head: &[u8], text: &str) -> &'static str {
    let body = text.trim_start_matches('\u{feff}').trim_start();
    if body.starts_with(['{', '[']) && json(body) {
        return "application/json";
    }
    if body.starts_with("<?xml") {
        return "application/xml";
    }
    match infer::get(head).map(|found| found.mime_type()) {
        Some(found @ ("application/pdf" | "application/rtf" | "application/postscript")) => found,
        Some(found) if found.starts_with("text/") => found,
        _ => "text/plain",
    }
}

/// Whether this is JSON as far as it goes. `[28/03/2017, 06:30] Ana:` also begins with a bracket.
fn json(body: &str) -> bool {
    match serde_json::from_str::<IgnoredAny>(body) {
        Ok(_) => true,
        Err(error) => error.is_eof(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_beside_a_database() {
        assert!(is_beside_database("/a.db-wal", &[0x37, 0x7f, 0x06, 0x83, 0]));
        assert!(is_beside_database("/a.db-journal", &[0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]));
        // The header of a journal that is kept is overwritten with zeros once its transaction has ended.
        assert!(is_beside_database("/a.db-journal", &[0; 512]));
        assert!(!is_beside_database("/a.db-journal", &[0; 27]));
        assert!(!is_beside_database("/a.db-wal", &[0; 512]));
        assert!(!is_beside_database("/a-journal.txt", &[0; 512]));
    }

    #[test]
    fn by_content() {
        let long = format!("{{\"a\": [{}", "1, ".repeat(2000));
        let mut tar = vec![b'a'; 512];
        tar[257..265].copy_from_slice(b"ustar\x0000");
        tar[0..100].fill(0);
        for (head, expected) in [
            (&b""[..], "application/x-empty"),
            (b"SQLite format 3\0\x10\0", "application/vnd.sqlite3"),
            (b"BM: see you at six", "text/plain"),
            (b"MZ", "text/plain"),
            (b"{\"a\": 1}", "application/json"),
            (&long.as_bytes()[..4096], "application/json"),
            (b"[28/03/2017, 06:30:11] Ana: hello", "text/plain"),
            (b"\xef\xbb\xbf<?xml version='1.0'?><map/>", "application/xml"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image/jpeg"),
            (b"%PDF-1.4\n1 0 obj", "application/pdf"),
            (b"PK\x03\x04\x14\0\0\0\x08\0", "application/zip"),
            (b"\x1f\x8b\x08\0\0\0\0\0", "application/gzip"),
            (&tar, "application/x-tar"),
            ("caña".as_bytes().split_at(3).0, "text/plain"),
            (b"\0\x01\x02\x03", UNKNOWN),
            (b"a\0b", UNKNOWN),
        ] {
            assert_eq!(kind(head), expected, "{}", String::from_utf8_lossy(head));
        }
    }
}
