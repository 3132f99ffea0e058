//! A page being written: the only place that makes markup, so that the only way in for evidence is escaped.

use custodia_case::{CaseError, Questions};
use serde_json::{Map, Value};

use crate::html;

/// Rows of an answer.
pub type Rows = Vec<Map<String, Value>>;

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8885;--ink:#1a1a1a;--paper:#fff;--soft:#666;--c1:#dbe7f3;--c2:#a9c8e6;--c3:#6b9fd0;--c4:#2f6ca8;--land:#e6e6e6}
@media(prefers-color-scheme:dark){:root{--ink:#e8e8e8;--paper:#161616;--soft:#a0a0a0;--c1:#23364a;--c2:#2f5376;--c3:#4279ad;--c4:#7fb2e5;--land:#2b2b2b}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:78rem;margin:2rem auto;padding:0 1rem}
h1,h2,h3{line-height:1.2}h2{border-top:1px solid var(--line);padding-top:1.2rem;margin-top:2.2rem}
table{border-collapse:collapse;font-size:13px;margin:.6rem 0;display:block;overflow-x:auto}
th,td{text-align:left;vertical-align:top;padding:.2rem .6rem;border-bottom:1px solid var(--line)}th{font-weight:600}
td.n{text-align:right;font-variant-numeric:tabular-nums}code,.o{font:12px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
.source{color:var(--soft);font-size:12px;margin:.2rem 0 1rem}.mark{background:#c33;color:#fff;border-radius:2px;padding:0 2px;font-size:11px}
ul.tree,ul.tree ul{list-style:none;padding-left:1.2rem;border-left:1px solid var(--line);margin:.2rem 0}ul.tree{border:0;padding-left:0}
svg{max-width:100%;height:auto}svg path{stroke:var(--paper);stroke-width:.4}.l0{fill:var(--land)}.l1{fill:var(--c1)}.l2{fill:var(--c2)}.l3{fill:var(--c3)}.l4{fill:var(--c4)}
svg text{font:10px system-ui,sans-serif;fill:var(--ink);text-anchor:middle;paint-order:stroke;stroke:var(--paper);stroke-width:2px}
details>summary{cursor:pointer}@media print{body{max-width:none}}";

/// A page being written.
pub struct Page {
    text: String,
}

impl Page {
    /// Begins a page that may load nothing and run nothing.
    pub fn new(title: &str) -> Page {
        let title = html::text(title);
        Page {
            text: format!(
                "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n\
                 <meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
                 <meta name=viewport content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
            ),
        }
    }

    /// Ends it.
    pub fn finish(mut self) -> String {
        self.text.push_str("</body>\n</html>\n");
        self.text
    }

    /// Markup that this crate made itself.
    pub fn raw(&mut self, markup: &str) {
        self.text.push_str(markup);
        self.text.push('\n');
    }

    /// A heading.
    pub fn heading(&mut self, level: u8, text: &str) {
        self.raw(&format!("<h{level}>{}</h{level}>", html::text(text)));
    }

    /// A paragraph.
    pub fn paragraph(&mut self, text: &str) {
        self.raw(&format!("<p>{}</p>", html::text(text)));
    }

    /// The question that gives what stands above.
    pub fn source(&mut self, sql: &str) {
        self.raw(&format!("<p class=source>Source: <code>{}</code></p>", html::text(sql)));
    }

    /// A table. Numbers are set to the right; columns that hold digests or directions in a fixed width.
    pub fn table(&mut self, header: &[&str], rows: impl Iterator<Item = Vec<String>>) {
        self.text.push_str("<table><thead><tr>");
        for name in header {
            self.text.push_str(&format!("<th>{}</th>", html::text(name)));
        }
        self.text.push_str("</tr></thead><tbody>\n");
        for row in rows {
            self.text.push_str("<tr>");
            for cell in row {
                let class = if !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit()) && cell.len() < 16 {
                    " class=n"
                } else if cell.len() > 30 && !cell.contains(' ') || cell.contains(":/") {
                    " class=o"
                } else {
                    ""
                };
                self.text.push_str(&format!("<td{class}>{}</td>", html::text(&cell)));
            }
            self.text.push_str("</tr>\n");
        }
        self.text.push_str("</tbody></table>\n");
    }
}

/// The rows of a question. A view is asked by its bare name, which keeps its order.
pub fn ask(questions: &Questions, sql: &str) -> Result<Rows, CaseError> {
    questions.ask(sql)?.objects()
}

/// The one number of a question.
pub fn count(questions: &Questions, sql: &str) -> Result<i64, CaseError> {
    Ok(ask(questions, sql)?.first().and_then(|row| row.values().next()).and_then(Value::as_i64).unwrap_or(0))
}

/// A cell as text; empty when missing.
pub fn text(row: &Map<String, Value>, name: &str) -> String {
    match row.get(name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// A cell as a number; 0 when missing.
pub fn int(row: &Map<String, Value>, name: &str) -> i64 {
    row.get(name).and_then(Value::as_i64).unwrap_or(0)
}

/// Several cells as texts.
pub fn texts(row: &Map<String, Value>, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| text(row, name)).collect()
}
