//! What both kinds of file share: columns, and names from the evidence made inert for XML.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write;

use super::{Graph, Link, Node};

/// A column of nodes or edges. Its name is its key: Gephi takes keys of its own for other things.
pub struct Column {
    /// Name.
    pub name: &'static str,
    /// Type, by a name that both formats know.
    pub kind: &'static str,
    /// What it holds.
    pub about: &'static str,
}

/// Columns of a node beside its id and label.
pub const OF_NODES: [Column; 4] = [
    Column { name: "country", kind: "string", about: "Country of the account by the numbering plan." },
    Column { name: "groups", kind: "long", about: "Groups that the person is known to have been in." },
    Column { name: "messages", kind: "long", about: "Messages that the person is known to have sent." },
    Column { name: "owner_of", kind: "string", about: "Exhibits that are the person's own." },
];

/// Columns of an edge beside its id, ends and weight.
pub const OF_EDGES: [Column; 4] = [
    Column {
        name: "kind",
        kind: "string",
        about: "co_membership: both were in a group. invited: source let target into a group. link_sent: source sent \
                an invitation link that target was sent or came by. shared: source shared a file that target shared \
                later.",
    },
    Column { name: "count", kind: "long", about: "Rows behind the edge; for co_membership, groups." },
    Column { name: "what", kind: "string", about: "Groups or the like, blanks between." },
    Column {
        name: "mutual",
        kind: "boolean",
        about: "true: the tie runs both ways, although the edge is written once.",
    },
];

/// What a weight is.
pub const WEIGHT: &str = "How strong the tie is; for co_membership, the sum of 1/(n-1) over the groups that both were \
                          in, n being the members of the group.";

/// Values of [`OF_NODES`]; a text that is not there has none.
pub fn of_node(node: &Node) -> [Option<Cow<'_, str>>; 4] {
    [
        node.country.as_deref().and_then(text),
        Some(node.groups.to_string().into()),
        Some(node.messages.to_string().into()),
        text(&node.owner_of),
    ]
}

/// Values of [`OF_EDGES`].
pub fn of_edge<'a>(graph: &'a Graph, link: &Link) -> [Option<Cow<'a, str>>; 4] {
    let mutual = if link.kind.directed() { "false" } else { "true" };
    [text(link.kind.name()), Some(link.count.to_string().into()), text(graph.what(link)), text(mutual)]
}

fn text(text: &str) -> Option<Cow<'_, str>> {
    (!text.is_empty()).then_some(Cow::Borrowed(text))
}

/// What is shown for a node.
pub fn label(node: &Node) -> &str {
    if node.label.is_empty() { &node.id } else { &node.label }
}

/// Appends a text, inert in an element and in quotes alike. What XML 1.0 cannot hold becomes U+FFFD; tabs and ends of
/// lines are written as numbers, or a reader would make blanks of them. Bidirectional overrides stay: the file is for
/// programs, and a name must be found as it was stored.
pub fn escape(raw: &str, out: &mut String) {
    for c in raw.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c if no_xml(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

/// Characters that may not be in a document, not even as a number: XML 1.0, production 2. Surrogates are no `char`.
fn no_xml(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// The ids of nodes, escaped. Two that differ only in what XML cannot hold would become one person: the later one
/// gets a number behind it.
pub fn ids(graph: &Graph) -> Vec<String> {
    let stored = |id: &str| !id.chars().any(no_xml);
    let mut taken: HashSet<String> = HashSet::new();
    // Ids that can be written as they are keep themselves, so only those like a changed one need to be known.
    let changed = graph.nodes.iter().any(|node| !stored(&node.id));
    if changed {
        taken.extend(graph.nodes.iter().filter(|node| stored(&node.id)).map(|node| escaped(&node.id)));
    }
    let ids = graph.nodes.iter().map(|node| {
        let id = escaped(&node.id);
        if stored(&node.id) || taken.insert(id.clone()) {
            return id;
        }
        let numbered = (2..).map(|number: u64| format!("{id} ({number})")).find(|id| taken.insert(id.clone()));
        numbered.unwrap_or(id)
    });
    ids.collect()
}

/// A text made inert.
pub fn escaped(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    escape(raw, &mut out);
    out
}
