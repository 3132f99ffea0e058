//! Names of evidence as text that can be shown, compared and printed one a line, and that is never used as a path.
//!
//! Nothing is resolved and nothing is dropped: `..`, a leading `/`, a drive letter and `\` stay as they are. Bytes
//! that are no UTF-8 become `\xNN`, control characters become `\u{..}`; a `\` after which such a thing would seem to stand becomes
//! `\x5c`, so that two names which differ never become one.

use std::fmt::Write;

/// Makes stored bytes text.
pub fn display(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        escape_into(chunk.valid(), &mut text);
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// Makes decoded text safe to show in one line.
pub fn escape(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    escape_into(name, &mut text);
    text
}

fn escape_into(name: &str, text: &mut String) {
    for (at, character) in name.char_indices() {
        if character.is_control() {
            let _ = write!(text, "\\u{{{:x}}}", character as u32);
        } else if character == '\\' && seems_escaped(name.as_bytes().get(at + 1..).unwrap_or_default()) {
            text.push_str("\\x5c");
        } else {
            text.push(character);
        }
    }
}

/// A name as [`display`] gives it with `/` for every `\` that was stored, whether it is shown as it is or as a number. What stands for
/// other bytes and characters stays.
pub fn separated(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find('\\') {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let shown = from.strip_prefix("\\x5c");
        let other = shown.is_none() && seems_escaped(from.as_bytes().get(1..).unwrap_or_default());
        text.push(if other { '\\' } else { '/' });
        rest = shown.unwrap_or(&from[1..]);
    }
    text.push_str(rest);
    text
}

/// Whether what follows a `\` makes it look like one of ours.
fn seems_escaped(after: &[u8]) -> bool {
    match after {
        [b'x', a, b, ..] => a.is_ascii_hexdigit() && b.is_ascii_hexdigit(),
        [b'u', b'{', ..] => true,
        _ => false,
    }
}

/// Decodes IBM code page 437, the code page of zip names that declare no other (APPNOTE, appendix D).
pub fn cp437(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| if byte < 0x80 { char::from(byte) } else { HIGH[usize::from(byte - 0x80)] }).collect()
}

/// The upper half of code page 437.
const HIGH: [char; 128] = [
    'Ç', 'ü', 'é', 'â', 'ä', 'à', 'å', 'ç', 'ê', 'ë', 'è', 'ï', 'î', 'ì', 'Ä', 'Å', 'É', 'æ', 'Æ', 'ô', 'ö', 'ò', 'û',
    'ù', 'ÿ', 'Ö', 'Ü', '¢', '£', '¥', '₧', 'ƒ', 'á', 'í', 'ó', 'ú', 'ñ', 'Ñ', 'ª', 'º', '¿', '⌐', '¬', '½', '¼', '¡',
    '«', '»', '░', '▒', '▓', '│', '┤', '╡', '╢', '╖', '╕', '╣', '║', '╗', '╝', '╜', '╛', '┐', '└', '┴', '┬', '├', '─',
    '┼', '╞', '╟', '╚', '╔', '╩', '╦', '╠', '═', '╬', '╧', '╨', '╤', '╥', '╙', '╘', '╒', '╓', '╫', '╪', '┘', '┌', '█',
    '▄', '▌', '▐', '▀', 'α', 'ß', 'Γ', 'π', 'Σ', 'σ', 'µ', 'τ', 'Φ', 'Θ', 'Ω', 'δ', '∞', 'φ', 'ε', '∩', '≡', '±', '≥',
    '≤', '⌠', '⌡', '÷', '≈', '°', '∙', '·', '√', 'ⁿ', '²', '■', '\u{a0}',
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_resolved_or_dropped() {
        assert_eq!(display(b"../../etc/passwd"), "../../etc/passwd");
        assert_eq!(display(b"C:\\Users\\ana"), "C:\\Users\\ana");
        assert_eq!(display(b"a\0b\nc\xffd\x1b[31m"), "a\\u{0}b\\u{a}c\\xffd\\u{1b}[31m");
        assert_eq!(display("日本/ñ".as_bytes()), "日本/ñ");
        // What only looks like an escaped byte stays another name than one that has the byte.
        assert_eq!(display(br"a\xff C:\xyz \u{0} \\xff"), r"a\x5cxff C:\xyz \x5cu{0} \\x5cxff");
        let shown = display(b"data\\xaa\\u{b}\\c\xff\n\\d.db");
        assert_eq!(separated(&shown), "data/xaa/u{b}/c\\xff\\u{a}/d.db");
        assert_eq!(cp437(&[0x80, b'a', 0xa4, 0xe1, 0xff]), "Çañß\u{a0}");
    }
}
