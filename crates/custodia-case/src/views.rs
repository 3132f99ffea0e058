//! The questions that everyone asks, as SQL. Each file begins with what a row is and what each column says; the
//! documentation is made of these lines, and a test holds every column to them.

use crate::sets;

/// A view over the whole case.
#[derive(Debug)]
pub struct View {
    /// Name in SQL.
    pub name: &'static str,
    /// The file: `-- ` lines, then one question.
    pub text: &'static str,
    /// Whether its rows are kept in the cache: true for what many others ask.
    pub kept: bool,
}

/// Every view, in the order in which they are documented.
pub const VIEWS: &[View] = &[
    View { name: "groups", text: include_str!("views/groups.sql"), kept: false },
    View { name: "members", text: include_str!("views/members.sql"), kept: true },
    View { name: "stays", text: include_str!("views/stays.sql"), kept: true },
    View { name: "member_facts", text: include_str!("views/member_facts.sql"), kept: true },
    View { name: "invitations", text: include_str!("views/invitations.sql"), kept: false },
    View { name: "messages", text: include_str!("views/messages.sql"), kept: true },
    View { name: "presence", text: include_str!("views/presence.sql"), kept: false },
    View { name: "copies", text: include_str!("views/copies.sql"), kept: false },
    View { name: "shares", text: include_str!("views/shares.sql"), kept: true },
    View { name: "share_copies", text: include_str!("views/share_copies.sql"), kept: false },
    View { name: "first_shares", text: include_str!("views/first_shares.sql"), kept: true },
    View { name: "known_hits", text: include_str!("views/known_hits.sql"), kept: true },
    View { name: "known_files", text: include_str!("views/known_files.sql"), kept: true },
    View { name: "accounts", text: include_str!("views/accounts.sql"), kept: false },
    View { name: "countries", text: include_str!("views/countries.sql"), kept: false },
    View { name: "devices", text: include_str!("views/devices.sql"), kept: false },
    View { name: "completeness", text: include_str!("views/completeness.sql"), kept: false },
    View { name: "warnings", text: include_str!("views/warnings.sql"), kept: false },
];

impl View {
    /// What a row is.
    pub fn doc(&self) -> &'static str {
        doc(self.text)
    }

    /// Every column with what it says.
    pub fn columns(&self) -> Vec<(&'static str, &'static str)> {
        columns(self.text)
    }

    /// The order in which the rows are shown: the view's own, else that of all columns.
    pub fn order(&self) -> String {
        let own = self.text.lines().last().and_then(|line| line.strip_prefix("ORDER BY "));
        own.map_or_else(
            || self.columns().iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "),
            |order| {
                // Inside the view columns bear the name of their table; outside there is only one.
                order
                    .split(", ")
                    .map(|column| column.rsplit('.').next().unwrap_or(column))
                    .collect::<Vec<_>>()
                    .join(", ")
            },
        )
    }

    /// The question, with `@origin(x)` written out.
    pub fn sql(&self) -> String {
        written_out(self.text)
    }
}

/// The first `-- ` line of a file.
pub(crate) fn doc(text: &'static str) -> &'static str {
    text.lines().next().unwrap_or_default().trim_start_matches("-- ")
}

/// The `-- column: what it says` lines of a file.
pub(crate) fn columns(text: &'static str) -> Vec<(&'static str, &'static str)> {
    text.lines().skip(1).map_while(|line| line.strip_prefix("-- ")).filter_map(|line| line.split_once(": ")).collect()
}

/// Writes out the short forms of our views: `@notime` a missing instant, of the very type that instants have in the tables;
/// `@origin(x)` the directions to the row of table `x`, `ES-017:/phone.zip/…/msgstore.db#message/4711`; `@set(x)` all values of
/// `x` in a group, each once, sorted; `@names(x)` the same set apart by bars; `@size(x)` how many there are.
fn written_out(text: &str) -> String {
    let text = text.replace("@notime", "arrow_cast(NULL, 'Timestamp(ms, \"UTC\")')");
    let text = replaced(&text, "@origin(", |table| {
        format!(
            "({table}.device || ':' || {table}.path || CASE WHEN {table}.part IS NULL THEN '' ELSE '#' || {table}.part END \
             || CASE WHEN {table}.row IS NULL THEN '' ELSE '/' || CAST({table}.row AS VARCHAR) END)"
        )
    });
    let all = |value: &str| format!("string_agg({value}, '{}')", sets::APART);
    let text = replaced(&text, "@set(", |value| format!("set_of({}, ' ')", all(value)));
    let text = replaced(&text, "@names(", |value| format!("set_of({}, ' | ')", all(value)));
    replaced(&text, "@size(", |value| format!("size_of_set({})", all(value)))
}

/// Replaces every `<mark>…)` by what stands for its argument, which holds no parenthesis.
fn replaced(text: &str, mark: &str, with: impl Fn(&str) -> String) -> String {
    let mut parts = text.split(mark);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (argument, after) = part.split_once(')').unwrap_or((part, ""));
        out.push_str(&with(argument));
        out.push_str(after);
    }
    out
}
