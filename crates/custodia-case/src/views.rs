//! The questions that everyone asks, as SQL. Each file begins with what a row is and what each column says; the
//! documentation is made of these lines, and a test holds every column to them.

use custodia_model::Time;
use custodia_model::tables::Attachment;

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
    View { name: "group_facts", text: include_str!("views/group_facts.sql"), kept: true },
    View { name: "members", text: include_str!("views/members.sql"), kept: true },
    View { name: "stays", text: include_str!("views/stays.sql"), kept: true },
    View { name: "owner_stays", text: include_str!("views/owner_stays.sql"), kept: true },
    View { name: "last_seen", text: include_str!("views/last_seen.sql"), kept: false },
    View { name: "only_copies", text: include_str!("views/only_copies.sql"), kept: true },
    View { name: "outdated_lists", text: include_str!("views/outdated_lists.sql"), kept: true },
    View { name: "member_facts", text: include_str!("views/member_facts.sql"), kept: true },
    View { name: "events", text: include_str!("views/events.sql"), kept: true },
    View { name: "role_spans", text: include_str!("views/role_spans.sql"), kept: true },
    View { name: "group_persons", text: include_str!("views/group_persons.sql"), kept: false },
    View { name: "conflicts", text: include_str!("views/conflicts.sql"), kept: false },
    View { name: "invitations", text: include_str!("views/invitations.sql"), kept: true },
    View { name: "invite_links", text: include_str!("views/invite_links.sql"), kept: true },
    View { name: "link_groups", text: include_str!("views/link_groups.sql"), kept: true },
    View { name: "link_entries", text: include_str!("views/link_entries.sql"), kept: true },
    View { name: "doors", text: include_str!("views/doors.sql"), kept: false },
    View { name: "aliases", text: include_str!("views/aliases.sql"), kept: true },
    View { name: "inferred_ties", text: include_str!("views/inferred_ties.sql"), kept: false },
    View { name: "stated_ties", text: include_str!("views/stated_ties.sql"), kept: false },
    View { name: "standing_ties", text: include_str!("views/standing_ties.sql"), kept: false },
    View { name: "number_changes", text: include_str!("views/number_changes.sql"), kept: false },
    View { name: "tie_cuts", text: include_str!("views/tie_cuts.sql"), kept: false },
    View { name: "decisions", text: include_str!("views/decisions.sql"), kept: false },
    View { name: "country_reasons", text: include_str!("views/country_reasons.sql"), kept: false },
    View { name: "account_countries", text: include_str!("views/account_countries.sql"), kept: true },
    View { name: "presence", text: include_str!("views/presence.sql"), kept: false },
    View { name: "differences", text: include_str!("views/differences.sql"), kept: false },
    View { name: "copies", text: include_str!("views/copies.sql"), kept: false },
    View { name: "backups", text: include_str!("views/backups.sql"), kept: false },
    View { name: "quoted_copies", text: include_str!("views/quoted_copies.sql"), kept: false },
    View { name: "recovered", text: include_str!("views/recovered.sql"), kept: false },
    View { name: "share_copies", text: include_str!("views/share_copies.sql"), kept: false },
    View { name: "first_shares", text: include_str!("views/first_shares.sql"), kept: true },
    View { name: "carriers", text: include_str!("views/carriers.sql"), kept: true },
    View { name: "known_hits", text: include_str!("views/known_hits.sql"), kept: true },
    View { name: "shared_hits", text: include_str!("views/shared_hits.sql"), kept: false },
    View { name: "known_files", text: include_str!("views/known_files.sql"), kept: true },
    View { name: "roles", text: include_str!("views/roles.sql"), kept: false },
    View { name: "role_rows", text: include_str!("views/role_rows.sql"), kept: false },
    View { name: "co_membership", text: include_str!("views/co_membership.sql"), kept: false },
    View { name: "ties", text: include_str!("views/ties.sql"), kept: false },
    View { name: "leads", text: include_str!("views/leads.sql"), kept: false },
    View { name: "shared_traces", text: include_str!("views/shared_traces.sql"), kept: false },
    View { name: "search_texts", text: include_str!("views/search_texts.sql"), kept: false },
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

    /// The order in which the rows are shown: the view's own, else that of all columns. A view whose rows others read by the
    /// million says it in a remark at its end, so that it is not sorted for them.
    pub fn order(&self) -> String {
        let own = self
            .text
            .lines()
            .last()
            .map(|line| line.trim_start_matches("-- "))
            .and_then(|line| line.strip_prefix("ORDER BY "));
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

    /// The question without its order, for keeping its rows: whoever asks for them asks for an order anyway, and sorting
    /// beside what makes the rows takes the memory of both.
    pub fn unordered(&self) -> String {
        let text = self.text.trim_end();
        let end = text.rfind('\n').filter(|end| text[*end + 1..].starts_with("ORDER BY ")).unwrap_or(text.len());
        written_out(&text[..end])
    }

    /// The question, with `@origin(x)` written out.
    pub fn sql(&self) -> String {
        written_out(self.text)
    }
}

/// The day in the name of a copy of a database, or its name, as `@backup(x)` has it.
pub(crate) fn backup_named(path: &str) -> &str {
    let day = |text: &str| {
        let form = |(at, byte): (usize, &u8)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() };
        text.as_bytes().iter().enumerate().all(form)
    };
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", ""));
    if let Some(rest) = name.strip_prefix("msgstore-").or_else(|| name.strip_prefix("wa-")) {
        let found = (0..rest.len()).find_map(|at| rest.get(at..at + 10).filter(|text| day(text)));
        if let Some(found) = found {
            return found;
        }
    }
    let above = folder.rsplit('/').next().unwrap_or_default();
    let encrypted = above.rsplit_once(".crypt").is_some_and(|(before, number)| {
        !before.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    if encrypted && !name.is_empty() { above } else { path }
}

/// The first `-- ` line of a file.
pub(crate) fn doc(text: &'static str) -> &'static str {
    text.lines().next().unwrap_or_default().trim_start_matches("-- ")
}

/// The `-- column: what it says` lines of a file.
pub(crate) fn columns(text: &'static str) -> Vec<(&'static str, &'static str)> {
    text.lines().skip(1).map_while(|line| line.strip_prefix("-- ")).filter_map(|line| line.split_once(": ")).collect()
}

/// Attachments, without the row of a backup for a file that a live row of the same message names: what the phone fills in later, such as
/// where it stored the file, makes it another row but no other share.
const ATTACHMENTS: &str = "(SELECT * FROM evidence.attachments WHERE found <> 'backup' UNION ALL SELECT b.* FROM \
    (SELECT * FROM evidence.attachments WHERE found = 'backup') b LEFT ANTI JOIN \
    (SELECT q.device AS live_device, q.chat AS live_chat, coalesce(q.original_key, q.key) AS live_key, coalesce(q.sha256, '') AS live_digest \
     FROM evidence.attachments q WHERE q.found <> 'backup' AND NOT @quote(q)) l \
    ON b.device = l.live_device AND b.chat = l.live_chat AND coalesce(b.original_key, b.key) = l.live_key AND coalesce(b.sha256, '') = l.live_digest)";

/// Writes out the short forms of our views: `@notime` a missing instant, of the very type that instants have in the tables;
/// `@attachments` those of the table, each file of a message once for live and backed up databases;
/// `@origin(x)` the directions to the row of table `x`, `ES-017:/phone.zip/…/msgstore.db#message/4711`; `@set(x)` all values of
/// `x` in a group, each once, sorted; `@names(x)` the same set apart by bars; `@size(x)` how many there are; `@live(x)` whether
/// what was found so is what the files of a phone still say rather than deleted; `@quote(x)` whether a row of attachments `x` is the copy that
/// a quote keeps; `@iso(x)` an instant as ISO 8601, `@ms(x)` as Unix milliseconds, `@early(x)` whether it lies before the messenger existed; `@backup(x)` the day in the name of the copy that a row of table `x` stands in, or
/// its name.
pub(crate) fn written_out(text: &str) -> String {
    let text =
        text.replace("@notime", "arrow_cast(NULL, 'Timestamp(ms, \"UTC\")')").replace("@attachments", ATTACHMENTS);
    let text = replaced(&text, "@origin(", |table| {
        format!(
            "({table}.device || ':' || {table}.path || CASE WHEN {table}.part IS NULL THEN '' ELSE '#' || {table}.part END \
             || CASE WHEN {table}.row IS NULL THEN '' ELSE '/' || CAST({table}.row AS VARCHAR) END)"
        )
    });
    let text = replaced(&text, "@quote(", |table| format!("(coalesce({table}.part, '') = '{}')", Attachment::QUOTED));
    let text = replaced(&text, "@live(", |found| format!("{found} IN ('live', 'wal', 'backup')"));
    let text = replaced(&text, "@iso(", |value| format!("CAST({value} AS VARCHAR)"));
    let text = replaced(&text, "@early(", |value| {
        format!("coalesce(CAST({value} AS BIGINT) < {}, false)", Time::MESSENGER_FOUNDED.0)
    });
    let text = replaced(&text, "@ms(", |value| format!("CAST({value} AS BIGINT)"));
    let text = replaced(&text, "@backup(", |table| {
        format!(
            "coalesce(regexp_match({table}.path, '/(?:msgstore|wa)-[^/]*?([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})[^/]*$')[1], \
             regexp_match({table}.path, '([^/]+[.]crypt[0-9]+)/[^/]+$')[1], {table}.path)"
        )
    });
    let all = |value: &str| format!("string_agg({value}, '{}')", sets::APART);
    let text = replaced(&text, "@set(", |value| format!("set_of({}, ' ')", all(value)));
    let text = replaced(&text, "@names(", |value| format!("set_of({}, ' | ')", all(value)));
    replaced(&text, "@size(", |value| format!("size_of_set({})", all(value)))
}

/// Replaces every `<mark>…)` by what stands for its argument, which holds no parenthesis.
pub(crate) fn replaced(text: &str, mark: &str, with: impl Fn(&str) -> String) -> String {
    let mut parts = text.split(mark);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (argument, after) = part.split_once(')').unwrap_or((part, ""));
        out.push_str(&with(argument));
        out.push_str(after);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the rules of code and those of SQL say of a copy is the same.
    #[test]
    fn copies_of_databases_are_named_alike() {
        let paths = [
            "/a/msgstore-2016-12-01.1.db",
            "/a/wa-x2016-12-01-2017-01-02.db",
            "/a/msgstore-16-12-01.db",
            "/a/msgstore.db.crypt12/msgstore.db",
            "/a/.crypt12/msgstore.db",
            "/a/x.crypt/msgstore.db",
            "/a/x.crypt1a/msgstore.db",
            "/msgstore.db.crypt14/",
            "msgstore-2016-12-01.db",
            "/a/msgstore-é2016-12-011.db",
            "",
        ];
        let values = paths.map(|path| format!("('{path}')")).join(", ");
        let sql = written_out(&format!("SELECT path, @backup(t) AS named FROM (VALUES {values}) AS t(path)"));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let batches = runtime.block_on(async {
            let context = datafusion::prelude::SessionContext::new();
            context.sql(&sql).await.unwrap().collect().await.unwrap()
        });
        let mut rows = 0;
        for batch in batches {
            let text = |column: usize| {
                datafusion::arrow::compute::cast(batch.column(column), &datafusion::arrow::datatypes::DataType::Utf8)
                    .unwrap()
            };
            let (paths, named) = (text(0), text(1));
            use datafusion::arrow::array::AsArray;
            for (path, named) in paths.as_string::<i32>().iter().zip(named.as_string::<i32>()) {
                assert_eq!(backup_named(path.unwrap()), named.unwrap(), "{path:?}");
                rows += 1;
            }
        }
        assert_eq!(rows, paths.len());
    }
}
