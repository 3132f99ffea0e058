//! Text made inert for a page.

use std::fmt::Write;

/// Escapes what a page would obey: markup by entities; control characters, bidirectional overrides and invisible
/// characters by their visible code, so that a name cannot show as another.
pub fn text(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len() + 8);
    for c in raw.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str("&#9166; "),
            c if hidden(c) => {
                let _ = write!(out, "<span class=mark>U+{:04X}</span>", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    #[test]
    fn evidence_is_text() {
        let cases = [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("\" onload='x'", "&quot; onload=&#39;x&#39;"),
            ("gpj.\u{202e}exe", "gpj.<span class=mark>U+202E</span>exe"),
            ("a\u{0}b", "a<span class=mark>U+0000</span>b"),
            ("Ana ñ 日本", "Ana ñ 日本"),
        ];
        for (raw, wanted) in cases {
            assert_eq!(super::text(raw), wanted);
        }
    }
}
