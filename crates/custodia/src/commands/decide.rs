//! `custodia decide CASE …`: what persons decide goes into the journal, and everything that depends on it follows.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use custodia_case::Case;
use custodia_case::decisions::{Decision, KIND};
use custodia_trust::{Entry, Journal};
use serde_json::json;

use super::examine::{now, operator};
use crate::failure::Failure;

/// Adds a decision of a person to the journal of a case: who decided, when and why. Decisions are never changed; one that no
/// longer holds is withdrawn by another.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    custodia decide CASE cut 100000000000003@lid 34600000003@s.whatsapp.net --reason 'two persons, see statement 12'\n  \
    custodia decide CASE country 34600000003@s.whatsapp.net PT --reason 'lives in Porto, statement 14'\n  \
    custodia decide CASE withdraw 7 --reason 'entered by mistake'\n\n\
    The decisions: custodia ask CASE decisions")]
pub struct Decide {
    /// The case.
    case: PathBuf,
    #[command(subcommand)]
    what: What,
    /// Why.
    #[arg(long, global = true, value_name = "TEXT")]
    reason: Option<String>,
    /// Who decides; the operator's name without it.
    #[arg(long, global = true, value_name = "NAME")]
    author: Option<String>,
    /// Print the event as JSON.
    #[arg(long, global = true)]
    json: bool,
}

/// What is decided.
#[derive(Clone, Debug, Subcommand)]
pub enum What {
    /// Two accounts are not one person's, whatever rows say: the direct tie between them is cut.
    Cut {
        /// An account, as `34600000003@s.whatsapp.net`.
        account: String,
        /// The other.
        other: String,
    },
    /// Two accounts are one person's.
    Confirm {
        /// An account.
        account: String,
        /// The other.
        other: String,
    },
    /// An account belongs to a country.
    Country {
        /// An account.
        account: String,
        /// ISO 3166-1 alpha-2.
        country: String,
    },
    /// A row or statement is disputed.
    Dispute {
        /// Directions to the row, an account, a group or a SHA-256.
        subject: String,
    },
    /// A file belongs to a category.
    Category {
        /// SHA-256 of the file.
        sha256: String,
        /// Number or word of the category, with its profile where there are several: `US:1`.
        category: String,
    },
    /// A note on anything.
    Note {
        /// Directions to a row, an account, a group or a SHA-256.
        subject: String,
        /// The note.
        text: String,
    },
    /// An earlier decision no longer holds.
    Withdraw {
        /// Its number.
        number: u64,
    },
}

impl Decide {
    pub fn run(self) -> Result<(), Failure> {
        let case = Case::open(&self.case)?;
        let author = self.author.map(|author| author.trim().to_owned()).filter(|author| !author.is_empty());
        let (entry, decision) =
            record(&case, self.what, self.reason.as_deref().unwrap_or_default(), &author.unwrap_or_else(operator))?;
        if self.json {
            say!("{}", json!({"number": entry.number, "at": entry.at, "author": entry.by, "decision": entry.body}));
        } else {
            say!("decision {}: {} {}", entry.number, decision.decision, decision.subject);
        }
        Ok(())
    }
}

/// Checks a decision and puts it into the journal, where it is on the disk when this returns.
pub fn record(case: &Case, what: What, reason: &str, author: &str) -> Result<(Entry, Decision), Failure> {
    let reason = reason.trim().to_owned();
    if reason.is_empty() && !matches!(what, What::Note { .. }) {
        return Err(Failure::Input("a decision needs a reason: give one by --reason 'TEXT'".into()));
    }
    let decision = Decision { reason, ..decision(case, what)? };
    let mut journal = Journal::open(&case.journal()).map_err(Failure::input)?;
    let entry = journal.append(KIND, &now(), author, decision.body()).map_err(Failure::input)?;
    Ok((entry, decision))
}

fn decision(case: &Case, what: What) -> Result<Decision, Failure> {
    let of = |decision: &str, subject: String| Decision { decision: decision.into(), subject, ..Decision::default() };
    Ok(match what {
        What::Cut { account, other } => {
            let (a, b) = two_accounts(&account, &other)?;
            Decision { other: Some(b), ..of("cut", a) }
        }
        What::Confirm { account, other } => {
            let (a, b) = two_accounts(&account, &other)?;
            Decision { other: Some(b), ..of("confirm", a) }
        }
        What::Country { account: of_account, country } => {
            let known = custodia_case::country::region(&country).ok_or_else(|| {
                Failure::Input(format!("{country:?} is no country: expected an ISO 3166-1 alpha-2 code, as ES"))
            })?;
            Decision { value: Some(known), ..of("country", account(&of_account)?) }
        }
        What::Dispute { subject } => of("dispute", filled(subject)?),
        What::Category { sha256, category } => {
            let sha256 = sha256.trim().to_ascii_lowercase();
            if sha256.len() != 64 || !sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
                return Err(Failure::Input(format!("{sha256:?} is no SHA-256: expected 64 hex digits")));
            }
            Decision { value: Some(filled(category)?), ..of("category", sha256) }
        }
        What::Note { subject, text } => Decision { value: Some(filled(text)?), ..of("note", filled(subject)?) },
        What::Withdraw { number } => {
            let entries = Journal::read(&case.journal()).map_err(Failure::input)?;
            let there = entries.iter().find(|entry| entry.number == number && entry.kind == KIND);
            let withdraws = there.is_some_and(|entry| entry.body["decision"] == "withdraw");
            if there.is_none() || withdraws {
                return Err(Failure::Input(format!(
                    "event {number} of the journal is no decision that can be withdrawn; see `custodia ask CASE decisions`"
                )));
            }
            of("withdraw", number.to_string())
        }
    })
}

fn account(text: &str) -> Result<String, Failure> {
    custodia_model::account::normalise(text)
        .filter(|account| custodia_model::account::chat_kind(account) == "person")
        .ok_or_else(|| {
            Failure::Input(format!(
                "{text:?} is no account: expected an address such as 34600000003@s.whatsapp.net or 100000000000003@lid"
            ))
        })
}

fn two_accounts(one: &str, other: &str) -> Result<(String, String), Failure> {
    // A phone that does not say whose it is stands in ties as `owner of` its label.
    let tied = |text: &str| match text.trim().strip_prefix("owner of ").map(str::parse::<custodia_case::Label>) {
        Some(Ok(label)) => Ok(format!("owner of {label}")),
        _ => account(text),
    };
    let (one, other) = (tied(one)?, tied(other)?);
    if one == other {
        return Err(Failure::Input(format!("{one} twice: expected two accounts")));
    }
    Ok((one, other))
}

fn filled(text: String) -> Result<String, Failure> {
    let text = text.trim().to_owned();
    if text.is_empty() { Err(Failure::Input("an empty text decides nothing".into())) } else { Ok(text) }
}
