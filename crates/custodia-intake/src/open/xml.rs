//! XML of small settings files: no document type, no entity but the five, bounded size and depth.

use quick_xml::Reader;
use quick_xml::events::Event;

/// Largest settings file that is read, in bytes.
const SIZE: usize = 8 << 20;
/// Deepest nesting that is read.
const DEPTH: usize = 32;

/// The entries of an Android shared-preferences file, in order: name and value as text. `Err` is a sentence.
pub fn preferences(bytes: &[u8]) -> Result<Vec<(String, String)>, String> {
    if bytes.len() > SIZE {
        return Err(format!("a settings file of at most {SIZE} bytes expected, {} found", bytes.len()));
    }
    let mut reader = Reader::from_reader(bytes);
    let mut buffer = Vec::new();
    let mut entries = Vec::new();
    let mut open: Option<(String, String)> = None;
    let mut depth = 0usize;
    loop {
        let at = reader.buffer_position();
        let event = reader.read_event_into(&mut buffer).map_err(|why| format!("byte {at}: {why}"))?;
        match event {
            Event::Start(element) => {
                depth += 1;
                if depth > DEPTH {
                    return Err(format!("byte {at}: nested deeper than {DEPTH} elements"));
                }
                if let Some(name) = attribute(&element, "name") {
                    open = Some((name, String::new()));
                }
            }
            Event::Empty(element) => {
                if let (Some(name), Some(value)) = (attribute(&element, "name"), attribute(&element, "value")) {
                    entries.push((name, value));
                }
            }
            Event::Text(text) => {
                if let Some((_, value)) = &mut open {
                    value.push_str(&text);
                }
            }
            Event::GeneralRef(name) => {
                if let Some((_, value)) = &mut open {
                    if let Ok(Some(c)) = name.resolve_char_ref() {
                        value.push(c);
                    } else if let Some(known) = quick_xml::escape::resolve_predefined_entity(&name) {
                        value.push_str(known);
                    }
                }
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                entries.extend(open.take());
            }
            Event::DocType(_) => return Err(format!("byte {at}: a document type is not read")),
            Event::Eof if depth > 0 => return Err(format!("byte {at}: the file ends inside an element")),
            Event::Eof => return Ok(entries),
            _ => {}
        }
        buffer.clear();
    }
}

fn attribute(element: &quick_xml::events::BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().with_checks(false).flatten().find(|attribute| attribute.key.as_ref() == name)?;
    let raw = found.value.clone().into_owned();
    Some(quick_xml::escape::unescape(&raw).map(|text| text.into_owned()).unwrap_or(raw))
}

#[cfg(test)]
mod tests {
    use super::preferences;

    #[test]
    fn settings_are_read() {
        let xml = "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n<string name=\"ph\">600000001</string>\n\
                   <string name=\"push_name\">A &amp; B &#241;</string><int name=\"version\" value=\"7\" /></map>";
        let entries = preferences(xml.as_bytes()).unwrap();
        let wanted = [("ph", "600000001"), ("push_name", "A & B ñ"), ("version", "7")];
        assert_eq!(entries, wanted.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn hostile_settings_end() {
        assert!(preferences(b"<!DOCTYPE a [<!ENTITY b \"c\">]><map/>").is_err());
        assert!(preferences("<a>".repeat(100).as_bytes()).is_err());
        assert!(preferences(b"<map><string name=\"a\">").is_err());
    }
}
