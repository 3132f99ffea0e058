//! Plain lists: one digest a line, alone or with a path, as md5sum, sha256sum, BSD tools and hashdeep write them.

use std::io::BufRead;

use custodia_model::tables::{Known, Warning};

use super::{About, HashList, Take, digest};

/// Longest line that is read; what is longer is no digest with a path.
const LINE: usize = 1 << 16;

/// Plain lists of MD5, SHA-1, SHA-256.
pub struct Plain;

const ABOUT: About = About {
    name: "plain list",
    reads: "one MD5, SHA-1 or SHA-256 a line, alone, as `digest  path`, as `MD5 (path) = digest`, or hashdeep 1.0; lines that \
            begin with # and a first line that names the columns are passed over",
    tested: &["invented lists of each form"],
    gaps: "whirlpool and tiger columns of hashdeep; NSRL, EnCase, HashKeeper, TSK and Autopsy lists",
};

impl HashList for Plain {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, head: &[u8]) -> bool {
        let text = String::from_utf8_lossy(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head));
        if text.starts_with("%%%% HASHDEEP") {
            return true;
        }
        // Any of the first lines: a list may begin with remarks, as many as fill what is seen here, or with the name of its column.
        let mut lines = text.lines().filter(|line| !is_remark(line)).peekable();
        if lines.peek().is_none() {
            return head.len() >= 4096;
        }
        lines.take(20).any(|line| one(line).is_some())
    }

    fn read(&self, list: &mut dyn BufRead, take: &mut dyn Take) -> Result<(), String> {
        let mut columns: Option<Vec<String>> = None;
        let mut line = Vec::new();
        let mut number = 0;
        let mut first = true;
        loop {
            line.clear();
            if read_line(list, &mut line).map_err(|why| format!("line {}: {why}", number + 1))? == 0 {
                return Ok(());
            }
            number += 1;
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_start_matches('\u{feff}').trim_end_matches(['\n', '\r']);
            if let Some(header) = text.strip_prefix("%%%% ") {
                if !header.starts_with("HASHDEEP") {
                    columns = Some(header.split(',').map(str::to_owned).collect());
                }
                continue;
            }
            if is_remark(text) {
                continue;
            }
            let may_be_header = std::mem::take(&mut first);
            let entry = match &columns {
                Some(columns) => hashdeep(columns, text),
                None => one(text),
            };
            match entry {
                Some(entry) => take.entry(number, entry),
                None if may_be_header && is_header(text) => {}
                None => {
                    let shown: String = text.chars().take(80).collect();
                    take.warning(
                        number,
                        Warning::new(
                            "not an entry",
                            format!("a digest of 32, 40 or 64 hex digits expected, found {shown:?}"),
                        ),
                    );
                }
            }
        }
    }
}

fn is_remark(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('#')
}

/// Whether a line names columns: a word of it is the name of a digest.
fn is_header(line: &str) -> bool {
    const NAMES: &[&str] = &["md5", "sha1", "sha-1", "sha256", "sha-256", "hash", "digest"];
    let words = line.split(|c: char| !c.is_alphanumeric() && c != '-');
    words.map(str::to_ascii_lowercase).any(|word| NAMES.contains(&word.as_str()))
}

/// A line, of which no more than [`LINE`] bytes are kept.
fn read_line(list: &mut dyn BufRead, line: &mut Vec<u8>) -> std::io::Result<usize> {
    let mut read = 0;
    loop {
        let buffer = list.fill_buf()?;
        if buffer.is_empty() {
            return Ok(read);
        }
        let (end, done) = memchr::memchr(b'\n', buffer).map_or((buffer.len(), false), |at| (at + 1, true));
        line.extend_from_slice(&buffer[..end.min(LINE.saturating_sub(line.len()))]);
        list.consume(end);
        read += end;
        if done {
            return Ok(read);
        }
    }
}

fn by_length(text: &str) -> Option<Known> {
    let mut known = Known { model: "plain".into(), ..Known::default() };
    known.md5 = digest(text, 16);
    known.sha1 = digest(text, 20);
    known.sha256 = digest(text, 32);
    (known.md5.is_some() || known.sha1.is_some() || known.sha256.is_some()).then_some(known)
}

/// `digest`, `digest  path`, `digest,…`, `size digest path`, or `NAME (path) = digest`.
fn one(line: &str) -> Option<Known> {
    // md5sum and its like write a backslash first where they escape something in the path.
    let line = line.trim();
    let line = line.strip_prefix('\\').unwrap_or(line);
    if let Some((_, last)) = line.rsplit_once(") = ") {
        return by_length(last);
    }
    let mut words = line.split([' ', '\t', ',', ';', '"']).filter(|word| !word.is_empty());
    let first = words.next()?;
    by_length(first).or_else(|| {
        let size: i64 = first.parse().ok()?;
        Some(Known { size: Some(size), ..by_length(words.next()?)? })
    })
}

fn hashdeep(columns: &[String], line: &str) -> Option<Known> {
    let mut known = Known { model: "hashdeep".into(), ..Known::default() };
    // Commas beyond the columns belong to the file name, which is the last.
    for (column, cell) in columns.iter().zip(line.splitn(columns.len(), ',')) {
        match column.trim() {
            "size" => known.size = cell.trim().parse().ok(),
            "md5" => known.md5 = digest(cell, 16),
            "sha1" | "sha-1" => known.sha1 = digest(cell, 20),
            "sha256" => known.sha256 = digest(cell, 32),
            _ => {}
        }
    }
    (known.md5.is_some() || known.sha1.is_some() || known.sha256.is_some()).then_some(known)
}
