//! Names and numbers as an export shows them, and the addresses that stand for them in rows.
//!
//! An export stores no address at all. What is made up here cannot be taken for one of the messenger's, and bears a mark of the
//! file's content: the same file on two phones is one chat, but equal names in two exports are never one person.

use custodia_model::account::PHONE_SERVER;
use custodia_model::{Digests, Text};
use sha2::{Digest, Sha256};

/// Bytes of the longest name; what is longer before a colon is no name. The app takes 25 characters for a name of one's own
/// and 100 for a subject, address books take more.
pub const LONGEST: usize = 256;

/// Addresses of one export.
pub struct Names {
    mark: String,
    /// Address of the chat.
    pub chat: Text,
    /// Address of the person who exported the chat, whom it calls `you`.
    pub exporter: Text,
}

impl Names {
    /// Addresses of the export with these digests; of a file that could not be read to its end, which has none, those of its path
    /// and its beginning, so that two of them on two phones are two.
    pub fn new(digests: Option<&Digests>, path: &str, head: &[u8]) -> Names {
        let other = || hex::encode(Sha256::new().chain_update(path).chain_update(head).finalize());
        let mut mark = digests.map_or_else(other, Digests::sha256_hex);
        mark.truncate(16);
        let chat = format!("chat@{mark}.export").into();
        let exporter = format!("exporter@{mark}.export").into();
        Names { mark, chat, exporter }
    }

    /// The address for a clean name. A full international number (`+34 600 …`) is its account. Everything else is a
    /// name of somebody's address book or one that its bearer chose.
    pub fn address(&self, name: &str) -> Text {
        match number(name) {
            Some(digits) => format!("{digits}@{PHONE_SERVER}").into(),
            None => format!("name:{name}@{}.export", self.mark).into(),
        }
    }
}

/// The digits of a number in international form.
pub fn number(name: &str) -> Option<String> {
    let rest = name.strip_prefix('+')?;
    let mut digits = String::new();
    for c in rest.chars() {
        match c {
            '0'..='9' if digits.len() < 16 => digits.push(c),
            ' ' | '-' | '(' | ')' | '.' | '\u{2011}' => {}
            _ => return None,
        }
    }
    ((7..=15).contains(&digits.len()) && !digits.starts_with('0')).then_some(digits)
}

/// Without marks of direction and with plain blanks.
pub fn clean(shown: &str) -> String {
    let kept = shown.chars().filter(|c| !is_mark(*c) && !c.is_control());
    let plain: String = kept.map(|c| if matches!(c, '\u{a0}' | '\u{202f}') { ' ' } else { c }).collect();
    plain.trim().to_owned()
}

/// Marks of direction, which the app puts around names and before what it says itself.
pub fn is_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// How names of exported files begin, by language.
const PREFIXES: &[&str] = &[
    "WhatsApp Chat with ",
    "WhatsApp Chat - ",
    "Chat de WhatsApp con ",
    "Conversa do WhatsApp com ",
    "Conversa no WhatsApp com ",
    "Chat WhatsApp con ",
    "WhatsApp Chat mit ",
    "WhatsApp-Chat mit ",
    "Discussion WhatsApp avec ",
    "Чат WhatsApp с контактом ",
    "Chat WhatsApp s uživatelem ",
];

/// Name of the chat by the name of the file, or for `_chat.txt` by that of what holds it.
pub fn subject(path: &str) -> Option<Text> {
    let mut parts = path.rsplit('/');
    let file = parts.next()?;
    let named = if is_bare(file) { parts.next()? } else { file };
    let whole = clean(named);
    let ends = [".txt", ".zip"];
    let cut = |end: &str| {
        let at = whole.len().checked_sub(end.len())?;
        whole.get(at..).filter(|found| found.eq_ignore_ascii_case(end)).and_then(|_| whole.get(..at))
    };
    let name = ends.into_iter().find_map(cut).unwrap_or(&whole);
    let name = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix))?.trim();
    (!name.is_empty()).then(|| name.into())
}

fn is_bare(file: &str) -> bool {
    file.eq_ignore_ascii_case("_chat.txt")
}

/// Whether the app gives files such a name.
pub fn is_export(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(is_bare) || subject(path).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers() {
        let of = |shown: &str| Names::new(None, "/a", b"").address(&clean(shown)).to_string();
        assert_eq!(of("\u{202a}+34\u{a0}600\u{a0}000\u{a0}001\u{202c}"), "34600000001@s.whatsapp.net");
        assert!(of("Square").starts_with("name:Square@"));
        assert!(of("+34 600 Square").starts_with("name:"));
        assert!(of("600 000 001").starts_with("name:"));
        assert_eq!(clean("\u{200e}"), "");
        assert_ne!(Names::new(None, "/a", b"other").address("Square").as_ref(), of("Square"));
        assert_ne!(Names::new(None, "/b", b"").address("Square").as_ref(), of("Square"));
        assert_eq!(subject("/a/WhatsApp Chat - Circle.zip/_chat.txt").as_deref(), Some("Circle"));
        assert_eq!(subject("/a/Chat de WhatsApp con Circle.txt").as_deref(), Some("Circle"));
        assert_eq!(subject("/a/notes.txt"), None);
        assert_eq!(subject("/_chat.txt"), None);
    }
}
