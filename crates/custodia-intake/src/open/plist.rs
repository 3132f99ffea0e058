//! Apple's property lists, binary and XML, with a bound on size, nesting and what shared objects unfold to.
//!
//! A binary list names its objects by number, so a small file can name one object a million times; what it becomes is
//! counted event by event, before anything is kept.

use std::io::Cursor;

use plist::stream::{BinaryReader, Event, OwnedEvent, XmlReader};
use plist::{Error, Value};

/// Bytes of a list that are read; settings of an app are far smaller.
pub const LARGEST: usize = 32 << 20;

/// Levels of nesting.
const DEEPEST: usize = 64;

/// Values and keys.
const MOST: usize = 1 << 20;

/// Bytes of all texts and data together.
const LONGEST: usize = 64 << 20;

/// How a binary list begins.
const BINARY: &[u8] = b"bplist";

/// Reads a property list. The error is a sentence: what was expected, what was found.
pub fn read(bytes: &[u8]) -> Result<Value, String> {
    if bytes.len() > LARGEST {
        return Err(format!("expected at most {LARGEST} bytes of a property list, found {}", bytes.len()));
    }
    if bytes.starts_with(BINARY) {
        return bounded(BinaryReader::new(Cursor::new(bytes)));
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if text.starts_with(b"<") {
        return bounded(XmlReader::new(text));
    }
    let begins = hex::encode(bytes.get(..8).unwrap_or(bytes));
    Err(format!("expected a property list, binary or XML, found bytes that begin {begins}"))
}

/// The value that events make, as long as they keep to the bounds.
fn bounded(events: impl Iterator<Item = Result<OwnedEvent, Error>>) -> Result<Value, String> {
    let (mut depth, mut count, mut length) = (0_usize, 0_usize, 0_usize);
    let mut beyond = None;
    let kept = events.map_while(|event| {
        count += 1;
        match &event {
            Ok(Event::StartArray(_) | Event::StartDictionary(_)) => depth += 1,
            Ok(Event::EndCollection) => depth = depth.saturating_sub(1),
            Ok(Event::String(text)) => length = length.saturating_add(text.len()),
            Ok(Event::Data(data)) => length = length.saturating_add(data.len()),
            _ => {}
        }
        beyond = match () {
            () if depth > DEEPEST => Some(format!("expected at most {DEEPEST} levels in a property list, found more")),
            () if count > MOST => Some(format!("expected at most {MOST} values in a property list, found more")),
            () if length > LONGEST => Some(format!("expected at most {LONGEST} bytes of values, found more")),
            () => return Some(event),
        };
        None
    });
    let value = Value::from_events(kept);
    match beyond {
        Some(says) => Err(says),
        None => value.map_err(|error| format!("expected a whole property list, found an error: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_read_alike() {
        let xml = b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<plist version=\"1.0\"><dict><key>a</key><string>one</string>\
            <key>b</key><array><integer>2</integer><true/></array></dict></plist>";
        let value = read(xml).unwrap();
        assert_eq!(value.as_dictionary().and_then(|all| all.get("a")?.as_string()), Some("one"));
        let mut binary = Vec::new();
        value.to_writer_binary(&mut binary).unwrap();
        assert_eq!(read(&binary).unwrap(), value);
        for cut in 0..binary.len() {
            assert!(read(&binary[..cut]).is_err(), "{cut}");
        }
    }

    #[test]
    fn nesting_and_unfolding_are_bounded() {
        let deep = format!("<plist>{}{}</plist>", "<array>".repeat(100_000), "</array>".repeat(100_000));
        assert!(read(deep.as_bytes()).unwrap_err().contains("levels"));
        // Forty lists, each of which names the next one twice: a trillion values in two hundred bytes.
        let mut bytes = b"bplist00".to_vec();
        let mut offsets = Vec::new();
        for number in 0..40_u8 {
            offsets.push(bytes.len() as u8);
            bytes.extend([0xa2, number + 1, number + 1]);
        }
        offsets.push(bytes.len() as u8);
        bytes.push(0x09);
        let table = bytes.len() as u64;
        bytes.extend(&offsets);
        bytes.extend([0, 0, 0, 0, 0, 0, 1, 1]);
        for number in [41_u64, 0, table] {
            bytes.extend(number.to_be_bytes());
        }
        assert!(read(&bytes).unwrap_err().contains("values"));
        assert!(read(b"PK\x03\x04").unwrap_err().contains("504b0304"));
        assert!(read(b"").is_err());
    }
}
