//! The index of all texts of a case: a cache under the digest of what goes into it, built when it is first asked for.

use std::path::Path;

use crate::search::{Entry, FORMAT, Index, Question, Writer, checked};
use crate::{CaseError, Questions};

/// The view whose rows are indexed.
const TEXTS: &str = "search_texts";

/// Kinds of texts, as that view has them.
const KINDS: [&str; 8] =
    ["message", "caption", "name", "subject", "description", "file name", "recovered", "quoted copy"];

impl Questions {
    /// The account that stands for all of a person's, of any of them; none when no row names it.
    pub fn person(&self, account: &str) -> Result<Option<String>, CaseError> {
        let account = custodia_model::account::normalise(account).unwrap_or_else(|| account.to_owned());
        let sql = format!("SELECT person FROM persons WHERE account = '{}'", account.replace('\'', "''"));
        let mut person = None;
        self.each_row(&sql, |cells| person = cells.first().cloned())?;
        Ok(person)
    }

    /// Persons as the index names them, by any of their accounts.
    pub fn persons(&self, accounts: Vec<String>) -> Result<Vec<String>, CaseError> {
        accounts.into_iter().map(|account| Ok(self.person(&account)?.unwrap_or(account))).collect()
    }

    /// An error where a filter names what is nowhere in the case: a typing error must not read as if nothing were there.
    pub fn filters(&self, question: &Question) -> Result<(), CaseError> {
        let wrong = |what: &str, value: &str, expected: &str| {
            Err(CaseError::Question(format!("{what} {value:?} is not in this case; expected {expected}")))
        };
        for kind in &question.entry_kinds {
            if !KINDS.contains(&kind.as_str()) {
                return wrong("kind of texts", kind, &KINDS.join(", "));
            }
        }
        for country in &question.countries {
            if crate::country::region(country).as_deref() != Some(country) {
                return wrong("country", country, "the code of a country in two letters, as ES");
            }
        }
        for device in &question.devices {
            if !self.files.get("devices").into_iter().flatten().any(|(label, _)| label == device) {
                return wrong(
                    "exhibit",
                    device,
                    "the label of one that was examined; `custodia ask CASE devices` lists them",
                );
            }
        }
        for chat in question.chats.iter().filter(|chat| chat.ends_with("@g.us")) {
            let quoted = chat.replace('\'', "''");
            let sql = format!(
                "SELECT chat FROM evidence.chats WHERE chat = '{quoted}' UNION SELECT chat FROM evidence.messages WHERE chat = '{quoted}' \
                 UNION SELECT chat FROM evidence.memberships WHERE chat = '{quoted}'"
            );
            let mut there = false;
            self.each_row(&sql, |_| there = true)?;
            if !there {
                return wrong("group", chat, "the address of one; `custodia ask CASE groups` lists them");
            }
        }
        for account in question.accounts.iter().filter(|account| !is_unnamed(account)) {
            if self.person(account)?.is_none() {
                return wrong("account", account, "one that a row names; `custodia ask CASE accounts` lists them");
            }
        }
        Ok(())
    }

    /// Opens the index of all texts, after building it where there is none of this very set of bundles and decisions.
    /// `threads` at most work on it.
    pub fn texts(&self, threads: usize) -> Result<Index, CaseError> {
        let folder = self.cached(&format!("search{FORMAT}"), TEXTS)?;
        if checked::check(&folder).is_ok()
            && let Ok(index) = Index::open(&folder, threads)
        {
            return Ok(index);
        }
        let failed = |why: crate::search::SearchError| CaseError::Case(why.to_string());
        let mut writer = Writer::create(&folder, threads).map_err(failed)?;
        let mut wrong = None;
        self.each_row(&format!("SELECT * FROM {TEXTS}"), |cells| {
            let Some(entry) = entry(cells) else { return };
            if wrong.is_none() {
                wrong = writer.add(&entry).err();
            }
        })?;
        if let Some(why) = wrong {
            return Err(failed(why));
        }
        writer.finish().map_err(failed)?;
        checked::seal(&folder).map_err(failed)?;
        forget_others(&folder);
        Index::open(&folder, threads).map_err(failed)
    }
}

/// Whether it is what stands for somebody whom no row names.
fn is_unnamed(account: &str) -> bool {
    account == crate::who::UNKNOWN || account.starts_with("owner of ")
}

/// Removes indexes of other sets of bundles, and what killed builds left: each is as large as all texts. What cannot be removed
/// stays, it is only a cache.
fn forget_others(folder: &Path) {
    let Some(parent) = folder.parent() else { return };
    for other in std::fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let name = other.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if other != folder && (name.starts_with("search") || name.starts_with(".search-")) {
            let _ = std::fs::remove_dir_all(&other);
        }
    }
}

/// A row of the view, in the order of its columns.
fn entry(cells: &[String]) -> Option<Entry<&str>> {
    let [entry_kind, text, chat, account, country, message_kind, at, devices, key, origin] = cells else { return None };
    fn some(text: &str) -> Option<&str> {
        Some(text).filter(|text| !text.is_empty())
    }
    Some(Entry {
        entry_kind,
        text,
        chat: some(chat),
        account: some(account),
        country: some(country),
        message_kind: some(message_kind),
        at: at.parse().ok(),
        devices,
        key: some(key),
        origin,
    })
}
