//! XML without entities, without namespaces, with a bound on nesting and size. Nothing a document declares is expanded
//! or fetched: the five entities of XML itself and character numbers are all there is.

use std::io::Read;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Bytes of a document that are read; settings of an app are far smaller.
const LARGEST: u64 = 16 << 20;

/// Attributes of one element.
const ATTRIBUTES: usize = 256;

/// Levels of nesting.
const DEEPEST: usize = 256;

/// Why a document could not be read further. A sentence: expected, found, where.
#[derive(Debug, thiserror::Error)]
pub enum XmlError {
    /// The bytes could not be had.
    #[error("the document could not be read: {0}")]
    Io(#[from] std::io::Error),
    /// The bytes are no such document.
    #[error("{0}")]
    Not(String),
}

/// An element while its content is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Name as written.
    pub name: String,
    /// Attributes in their order, entities resolved.
    pub attributes: Vec<(String, String)>,
    /// Text directly within it, entities resolved; complete when the element ends.
    pub text: String,
    /// Line it begins on, from 1.
    pub line: u64,
}

impl Element {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a document and hands every element to `take` when it ends, with its depth: the root's is 1. What was handed
/// over before an error stands.
pub fn elements(bytes: impl Read, mut take: impl FnMut(usize, &Element)) -> Result<(), XmlError> {
    let mut document = Vec::new();
    bytes.take(LARGEST + 1).read_to_end(&mut document)?;
    if document.len() as u64 > LARGEST {
        return Err(XmlError::Not(format!("expected at most {LARGEST} bytes of XML, found more; it was not read")));
    }
    let text = String::from_utf8_lossy(&document);
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut open: Vec<Element> = Vec::new();
    let mut lines = Lines::new(&text);
    loop {
        let at = reader.buffer_position();
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => return Err(not(&mut lines, at, &error.to_string())),
        };
        match event {
            Event::Start(start) => {
                if open.len() >= DEEPEST {
                    return Err(not(&mut lines, at, &format!("elements nested deeper than {DEEPEST}")));
                }
                open.push(element(&start, lines.at(at)));
            }
            Event::Empty(start) => take(open.len() + 1, &element(&start, lines.at(at))),
            Event::End(_) => {
                let depth = open.len();
                match open.pop() {
                    Some(element) => take(depth, &element),
                    None => return Err(not(&mut lines, at, "an end without a beginning")),
                }
            }
            Event::Text(part) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&part.xml10_content());
                }
            }
            Event::CData(part) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&part.xml10_content());
                }
            }
            Event::GeneralRef(entity) => {
                if let Some(element) = open.last_mut() {
                    resolve(&entity, &mut element.text);
                }
            }
            Event::Eof if open.is_empty() => return Ok(()),
            Event::Eof => {
                let name = open.last().map(|element| element.name.clone()).unwrap_or_default();
                return Err(not(&mut lines, at, &format!("the end of the file within element {name:?}")));
            }
            // Declarations, comments and instructions say nothing.
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
        }
    }
}

fn not(lines: &mut Lines<'_>, at: u64, found: &str) -> XmlError {
    XmlError::Not(format!("line {}: expected XML, found {found}", lines.at(at)))
}

fn element(start: &BytesStart<'_>, line: u64) -> Element {
    let mut element = Element { name: start.name().as_ref().to_owned(), line, ..Element::default() };
    // Checking for duplicates costs the square of their number; the first of two with one name counts.
    for attribute in start.attributes().with_checks(false).flatten().take(ATTRIBUTES) {
        let name = attribute.key.as_ref().to_owned();
        element.attributes.push((name, unescape(&attribute.value)));
    }
    element
}

/// Resolves what [`resolve`] does; anything else stays as written.
fn unescape(value: &str) -> String {
    quick_xml::escape::unescape(value).map_or_else(|_| value.to_owned(), |value| value.into_owned())
}

/// One of the five entities or a character by its number; others stay as written.
fn resolve(entity: &quick_xml::events::BytesRef<'_>, into: &mut String) {
    let name: &str = entity;
    match name {
        "lt" => into.push('<'),
        "gt" => into.push('>'),
        "amp" => into.push('&'),
        "apos" => into.push('\''),
        "quot" => into.push('"'),
        _ => match entity.resolve_char_ref() {
            Ok(Some(character)) => into.push(character),
            _ => {
                into.push('&');
                into.push_str(name);
                into.push(';');
            }
        },
    }
}

/// Counts lines forward, so that a document is counted through once.
struct Lines<'t> {
    text: &'t str,
    counted: usize,
    line: u64,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Lines<'t> {
        Lines { text: text.trim_start_matches('\u{feff}'), counted: 0, line: 1 }
    }

    fn at(&mut self, position: u64) -> u64 {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        if let Some(part) = self.text.as_bytes().get(self.counted..position) {
            self.line += part.iter().filter(|&&byte| byte == b'\n').count() as u64;
            self.counted = position;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<(usize, Element)>, Option<String>) {
        let mut found = Vec::new();
        let result = elements(text.as_bytes(), |depth, element| found.push((depth, element.clone())));
        (found, result.err().map(|error| error.to_string()))
    }

    #[test]
    fn settings_are_read_with_lines() {
        let (found, error) = read(
            "\u{feff}<?xml version='1.0' encoding='utf-8'?>\n<map>\n  <string name=\"push_name\">Ada &amp; &#66;&lt;</string>\n  <int name=\"a&quot;b\" value=\"7\" />\n</map>\n",
        );
        assert_eq!(error, None);
        assert_eq!(found[0].1.text, "Ada & B<");
        assert_eq!((found[0].0, found[0].1.line), (2, 3));
        assert_eq!(found[1].1.attribute("name"), Some("a\"b"));
        assert_eq!(found[1].1.attribute("value"), Some("7"));
        assert_eq!((found[2].0, found[2].1.name.as_str(), found[2].1.line), (1, "map", 2));
    }

    #[test]
    fn entities_expand_to_nothing() {
        let (found, _) =
            read("<!DOCTYPE m [<!ENTITY a \"bomb\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]><m>&a;&b;</m>");
        assert_eq!(found[0].1.text, "&a;&b;");
    }

    #[test]
    fn nesting_is_bounded_and_cuts_are_told() {
        let (_, error) = read(&"<a>".repeat(1_000_000));
        assert!(error.is_some_and(|error| error.contains("nested deeper")));
        let text = "<map><string name='ph'>5</string><int name='x' value='1'/></map>";
        for end in 0..text.len() {
            let _ = read(&text[..end]);
        }
        assert!(read("</map>").1.is_some());
    }
}
