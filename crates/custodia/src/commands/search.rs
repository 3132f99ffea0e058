//! `custodia search CASE TEXT`

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use custodia_case::search::{Hit, Question};
use custodia_case::{Case, Questions};
use custodia_model::Time;
use serde_json::json;

use super::threads;
use crate::failure::Failure;

/// Finds texts over all devices: messages, captions, names, subjects, descriptions, names of files. Newest first.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    custodia search CASE moskva                          finds Москва too\n  \
    custodia search CASE '\"in a row\" beginn*'\n  \
    custodia search CASE --exact 'Tea & chess' --country ES --from 2017-01-01T00:00:00Z\n\n\
    Words are found without case, accents and script, all of them in one text; --exact finds texts byte by byte. The index is \
    built at the first search; it is a cache, and the folder may be deleted.")]
pub struct Search {
    /// The case.
    case: PathBuf,
    /// What to find; nothing finds all that passes the filters.
    #[arg(default_value = "")]
    text: String,
    /// Only texts that hold it byte by byte.
    #[arg(long)]
    exact: bool,
    /// Kinds of texts: message, caption, name, subject, description, 'file name', recovered, 'quoted copy'.
    #[arg(long, value_delimiter = ',', value_name = "KIND")]
    kind: Vec<String>,
    /// Kinds of messages: text, image …
    #[arg(long, value_delimiter = ',', value_name = "KIND")]
    message_kind: Vec<String>,
    /// Groups or chats.
    #[arg(long, value_delimiter = ',', value_name = "ADDRESS")]
    group: Vec<String>,
    /// Persons who wrote or bear it.
    #[arg(long, value_delimiter = ',', value_name = "ACCOUNT")]
    account: Vec<String>,
    /// Countries of those persons.
    #[arg(long, value_delimiter = ',', value_name = "COUNTRY")]
    country: Vec<String>,
    /// Exhibits that hold it.
    #[arg(long, value_delimiter = ',', value_name = "LABEL")]
    device: Vec<String>,
    /// Not before: ISO 8601 with offset.
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Before: ISO 8601 with offset.
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Most relevant first.
    #[arg(long)]
    by_relevance: bool,
    /// Hits of a page.
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
    /// The page after this place, from the end of the page before.
    #[arg(long, value_name = "PLACE")]
    after: Option<String>,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
    /// Threads that search.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

impl Search {
    pub fn run(self) -> Result<(), Failure> {
        let case = Case::open(&self.case)?;
        let instant = |text: &Option<String>| match text {
            None => Ok(None),
            Some(text) => Time::from_iso(text).map(|time| Some(time.0)).ok_or_else(|| {
                Failure::Input(format!(
                    "{text:?} is no time: expected ISO 8601 with offset, as 2017-03-28T06:30:00+02:00"
                ))
            }),
        };
        let after = self.after.as_ref().map(|after| {
            after
                .parse()
                .map_err(|_| Failure::Input(format!("{after:?} is no place of a page: copy it from the page before")))
        });
        let threads = threads(self.threads);
        let questions = Questions::open(&case, threads)?;
        let question = Question {
            text: self.text,
            exact: self.exact,
            typing: false,
            entry_kinds: self.kind,
            chats: self.group,
            accounts: questions.persons(self.account)?,
            countries: self.country.into_iter().map(|country| country.to_uppercase()).collect(),
            devices: self.device,
            message_kinds: self.message_kind,
            from: instant(&self.from)?,
            to: instant(&self.to)?,
            by_relevance: self.by_relevance,
            limit: self.limit,
            after: after.transpose()?,
        };
        questions.filters(&question)?;
        let index = questions.texts(threads)?;
        let page = index.ask(&question).map_err(Failure::input)?;
        let mut out = io::stdout().lock();
        if self.json {
            let hits: Vec<_> = page.hits.iter().map(hit_json).collect();
            let more = page.more.map(|cursor| cursor.to_string());
            writeln!(out, "{}", json!({"total": page.total, "or_more": page.or_more, "hits": hits, "after": more}))?;
            return Ok(());
        }
        for hit in &page.hits {
            let entry = &hit.entry;
            let at = entry.at.map_or_else(|| "no time".to_owned(), |at| Time(at).to_string());
            let account = entry.account.as_deref().unwrap_or("-");
            let chat = entry.chat.as_deref().unwrap_or("-");
            writeln!(out, "{at}  {}  {account}  in {chat}  on {}", entry.entry_kind, entry.devices)?;
            // A terminal must not obey what evidence says.
            writeln!(out, "    {}", inert(&entry.text))?;
            writeln!(out, "    {}", entry.origin)?;
        }
        writeln!(out, "{} hits{}", page.total, if page.or_more { " or more" } else { "" })?;
        if let Some(more) = page.more {
            writeln!(out, "next page: --after {more}")?;
        }
        Ok(())
    }
}

fn hit_json(hit: &Hit) -> serde_json::Value {
    let entry = &hit.entry;
    let marks: Vec<_> = hit.marks.iter().map(|mark| [mark.start, mark.end]).collect();
    json!({
        "kind": entry.entry_kind, "text": entry.text, "chat": entry.chat, "account": entry.account, "country": entry.country,
        "message_kind": entry.message_kind, "at": entry.at.map(|at| Time(at).to_string()), "devices": entry.devices,
        "key": entry.key, "origin": entry.origin, "marks": marks,
    })
}

/// A text on one line, without what steers a terminal.
fn inert(text: &str) -> String {
    let bidi = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().flat_map(|c| if c.is_control() || bidi(c) { c.escape_unicode().collect() } else { vec![c] }).collect()
}
