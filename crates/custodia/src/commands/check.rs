//! `custodia check CASE truth.json`: recall and precision of every kind of fact.
//!
//! `truth.json`: `{"persons":[{"accounts":[…],"country":…}…], "facts":{KIND:{"columns":[…],"rows":[[…]…]}…}}`. Accounts are
//! compared as persons, times as Unix milliseconds.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Args;
use custodia_case::{Case, Questions};
use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::threads;
use crate::failure::Failure;

/// Compares a case with the truth of an invented operation.
#[derive(Args)]
#[command(
    after_help = "Example:\n  custodia check CASE operation/truth.json\n\nExit code 1 when a kind is below 100 %, as one is that nothing here answers."
)]
pub struct Check {
    /// The case.
    case: PathBuf,
    /// The truth.
    truth: PathBuf,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
    /// How many missing and surplus facts to show of each kind.
    #[arg(long, default_value_t = 3, value_name = "N")]
    show: usize,
    /// Threads that answer.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

/// The question that answers a kind of fact, with the columns of the truth it stands for.
struct Kind {
    name: &'static str,
    columns: &'static [&'static str],
    sql: &'static str,
}

const KINDS: &[Kind] = &[
    Kind {
        name: "devices",
        columns: &["device", "account", "country_of_seizure"],
        sql: "SELECT device, owner_accounts, country_of_seizure FROM devices",
    },
    Kind { name: "groups", columns: &["group", "creator"], sql: "SELECT chat, creator FROM groups" },
    Kind { name: "members", columns: &["group", "account"], sql: "SELECT chat, person FROM members" },
    Kind {
        name: "invitations",
        columns: &["group", "inviter", "invitee", "at", "how"],
        sql: "SELECT chat, inviter, invitee, CAST(at AS BIGINT) AS at, \
              CASE WHEN how = 'joined by link' THEN 'link' ELSE 'added' END AS how FROM invitations",
    },
    Kind {
        name: "messages",
        columns: &["group", "sender", "key"],
        sql: "SELECT chat, sender, key FROM messages WHERE chat LIKE '%@g.us'",
    },
    Kind {
        name: "presence",
        columns: &["device", "group", "sender", "key"],
        sql: "SELECT DISTINCT device, chat, sender, key FROM copies WHERE chat LIKE '%@g.us'",
    },
    Kind {
        name: "shares",
        columns: &["group", "sender", "key", "sha256"],
        sql: "SELECT chat, sender, key, sha256 FROM shares WHERE chat LIKE '%@g.us'",
    },
    Kind {
        name: "first_shares",
        columns: &["sha256", "group", "sender", "key", "sent"],
        sql: "SELECT sha256, group_chat, group_sender, group_key, CAST(group_sent AS BIGINT) AS sent FROM first_shares \
              WHERE group_chat IS NOT NULL",
    },
    Kind {
        name: "stays",
        columns: &["group", "account", "entered", "ended"],
        sql: "SELECT chat, person, CAST(entered AS BIGINT) AS entered, CAST(ended AS BIGINT) AS ended FROM stays",
    },
    Kind {
        name: "link_inferences",
        columns: &["group", "inviter", "invitee", "at"],
        sql: "SELECT chat, inviter, invitee, CAST(at AS BIGINT) AS at FROM link_entries \
              WHERE inviter IS NOT NULL AND sent_how = 'to the person'",
    },
    Kind {
        name: "states",
        columns: &["device", "group", "sender", "key", "state"],
        sql: "SELECT DISTINCT device, chat, sender, key, CASE WHEN revoked THEN 'revoked' ELSE 'edited' END FROM copies \
              WHERE chat LIKE '%@g.us' AND (revoked OR edited)",
    },
    Kind {
        name: "absences",
        columns: &["device", "group", "sender", "key", "state"],
        sql: "SELECT device, chat, sender, key, state FROM absences",
    },
    Kind {
        name: "conflicts",
        columns: &["group", "account", "conflict"],
        sql: "SELECT chat, person, conflict FROM conflicts WHERE conflict IN ('left or removed', 'actor was no member')",
    },
    Kind {
        name: "country_reasons",
        columns: &["account", "kind", "country"],
        sql: "SELECT DISTINCT account, reason_kind, country FROM country_reasons \
              WHERE reason_kind IN ('SIM', 'time zone', 'locale') AND country IS NOT NULL",
    },
    Kind {
        name: "hits",
        columns: &["device", "how", "chat", "key", "sha256", "list", "category"],
        // What a truth knows of files that rows without a digest lead to, it says as files that are present.
        sql: "SELECT device, how, chat_as_stored, key, sha256, list, category FROM known_hits WHERE how NOT LIKE 'file of message%' AND how NOT LIKE 'original%'",
    },
    Kind {
        name: "countries",
        columns: &["account", "country"],
        sql: "SELECT account, country FROM account_countries WHERE country IS NOT NULL",
    },
];

/// A value that leaves open which of two it is: where row numbers cannot tell the one from the other, neither is claimed. It
/// counts as right when the truth is one of the two, and how often is shown.
const OPEN: (&str, [&str; 2]) = ("deleted or never delivered", ["deleted", "never delivered"]);

/// Columns whose values are accounts, compared as persons.
const ACCOUNTS: &[&str] = &["creator", "account", "inviter", "invitee", "sender", "owner", "group", "chat"];

/// One line of the result.
#[derive(Debug, serde::Serialize)]
pub struct Score {
    kind: String,
    truth: usize,
    found: usize,
    right: usize,
    /// Those among the right ones that leave open which of two values it is.
    left_open: usize,
    recall: f64,
    precision: f64,
    missing: Vec<String>,
    surplus: Vec<String>,
}

impl Check {
    pub fn run(self) -> Result<(), Failure> {
        let case = Case::open(&self.case)?;
        let scores = check(&case, &self.truth, threads(self.threads), self.show)?;
        if self.json {
            say!("{}", serde_json::to_string(&scores).unwrap_or_default());
        } else {
            print(&scores);
        }
        let below: Vec<_> = scores.iter().filter(|score| !score.perfect()).map(|score| score.kind.as_str()).collect();
        if below.is_empty() {
            return Ok(());
        }
        Err(Failure::Differs(format!("below 100 %: {}", below.join(", "))))
    }
}

impl Score {
    /// Everything found, nothing invented.
    pub fn perfect(&self) -> bool {
        self.right == self.truth && self.right == self.found
    }
}

/// Prints the scores as a table.
pub fn print(scores: &[Score]) {
    say!("{:14} {:>9} {:>9} {:>9} {:>9} {:>9}", "kind", "truth", "found", "right", "recall", "precision");
    for score in scores {
        say!(
            "{:14} {:>9} {:>9} {:>9} {:>8.2}% {:>8.2}%",
            score.kind,
            score.truth,
            score.found,
            score.right,
            score.recall * 100.0,
            score.precision * 100.0
        );
        if score.left_open > 0 {
            say!("    {} of them are left open: `{}`", score.left_open, OPEN.0);
        }
        for line in &score.missing {
            say!("    missing {line}");
        }
        for line in &score.surplus {
            say!("    surplus {line}");
        }
    }
}

/// Scores every kind of fact that the truth states.
pub fn check(case: &Case, truth: &Path, threads: usize, show: usize) -> Result<Vec<Score>, Failure> {
    let failed = |why: &dyn fmt::Display| Failure::Input(format!("{}: {why}", truth.display()));
    let file = std::fs::File::open(truth).map_err(|why| failed(&why))?;
    let truth_file: Truth =
        serde_json::from_reader(BufReader::with_capacity(1 << 20, file)).map_err(|why| failed(&why))?;
    let questions = Questions::open(case, threads)?;
    let mut scores = Vec::new();
    for kind in KINDS {
        let Some(stated) = truth_file.facts.get(kind.name) else { continue };
        if stated.columns != kind.columns {
            return Err(failed(&format!(
                "kind {}: expected columns {:?}, found {:?}",
                kind.name, kind.columns, stated.columns
            )));
        }
        let mut found = found(&questions, kind, &truth_file.persons)?;
        let left_open = close(&mut found, &stated.rows);
        scores.push(Score { left_open, ..score(kind.name, &stated.rows, &found, show) });
    }
    if let Some(stated) = truth_file.facts.get("clock_offsets") {
        scores.push(clocks(&questions, stated, show)?);
    }
    if let Some(stated) = truth_file.facts.get("aliases") {
        scores.push(aliases(&questions, stated, &truth_file.persons, show)?);
    }
    // What nothing here can answer is not found, so that a word written wrongly does not pass.
    let known =
        |kind: &str| KINDS.iter().any(|known| known.name == kind) || ["clock_offsets", "aliases"].contains(&kind);
    let unknown = truth_file.facts.iter().filter(|(kind, _)| !known(kind));
    scores.extend(unknown.map(|(kind, stated)| score(kind, &stated.rows, &HashSet::new(), show)));
    Ok(scores)
}

/// Gives values that leave open which of two they are the one that the truth has; the number of those.
fn close(found: &mut HashSet<Box<str>>, truth: &HashSet<Box<str>>) -> usize {
    let (open, values) = OPEN;
    let ends: Vec<Box<str>> = found.iter().filter(|row| row.ends_with(open)).cloned().collect();
    let mut closed = 0;
    for row in ends {
        let start = &row[..row.len() - open.len()];
        let stated =
            values.iter().map(|value| format!("{start}{value}").into_boxed_str()).find(|row| truth.contains(row));
        if let Some(stated) = stated {
            found.remove(&row);
            found.insert(stated);
            closed += 1;
        }
    }
    closed
}

fn score(kind: &str, truth: &HashSet<Box<str>>, found: &HashSet<Box<str>>, show: usize) -> Score {
    let right = truth.intersection(found).count();
    let some = |of: &HashSet<Box<str>>, without: &HashSet<Box<str>>| {
        of.difference(without).map(|row| row.replace('\u{1f}', " | ")).collect()
    };
    lines(kind, (truth.len(), found.len(), right), some(truth, found), some(found, truth), show)
}

/// Clocks are estimates: an offset of the truth is found when the estimate lies within ten seconds of it, and an estimate of
/// fifteen seconds or more that the truth does not state is surplus.
fn clocks(questions: &Questions, stated: &Facts, show: usize) -> Result<Score, Failure> {
    let answer =
        questions.ask("SELECT device, offset_ms FROM clock_offsets WHERE place = 1 AND abs(offset_ms) >= 15000")?;
    let mut found: BTreeMap<String, i64> = BTreeMap::new();
    for row in answer.objects()? {
        let device = row.get("device").and_then(Value::as_str).unwrap_or_default().to_owned();
        found.insert(device, row.get("offset_ms").and_then(Value::as_i64).unwrap_or(0));
    }
    let count = found.len();
    let (mut right, mut missing) = (0, Vec::new());
    for row in &stated.rows {
        let Some((device, seconds)) = row.split_once('\u{1f}') else { continue };
        let wanted = seconds.parse::<i64>().unwrap_or(0).saturating_mul(1000);
        match found.get(device) {
            Some(offset) if (offset - wanted).abs() <= 10_000 => {
                right += 1;
                found.remove(device);
            }
            _ => missing.push(format!("{device} | {seconds}")),
        }
    }
    let surplus = found.into_iter().map(|(device, offset)| format!("{device} | {offset} ms")).collect();
    Ok(lines("clock_offsets", (stated.rows.len(), count, right), missing, surplus, show))
}

/// A score from counts (truth, found, right) and the facts that are missing and surplus.
fn lines(
    kind: &str,
    (truth, found, right): (usize, usize, usize),
    mut missing: Vec<String>,
    mut surplus: Vec<String>,
    show: usize,
) -> Score {
    missing.sort();
    surplus.sort();
    missing.truncate(show);
    surplus.truncate(show);
    let ratio = |of: usize| if of == 0 { 1.0 } else { right as f64 / of as f64 };
    Score {
        kind: kind.into(),
        truth,
        found,
        right,
        left_open: 0,
        recall: ratio(truth),
        precision: ratio(found),
        missing,
        surplus,
    }
}

/// Identities are compared as ties: each account of a person of several with the account that stands for the person.
/// Every pair the truth states must be one person of ours, and accounts of one person of ours must be one in the truth.
fn aliases(questions: &Questions, stated: &Facts, persons: &Persons, show: usize) -> Result<Score, Failure> {
    let answer = questions.ask("SELECT account, person FROM persons WHERE accounts > 1")?;
    let mut ours: HashMap<String, String> = HashMap::new();
    for row in answer.objects()? {
        let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        ours.insert(text("account"), text("person"));
    }
    let (mut right, mut missing) = (0, Vec::new());
    for row in &stated.rows {
        let Some((a, b)) = row.split_once('\u{1f}') else { continue };
        match (ours.get(a), ours.get(b)) {
            (Some(x), Some(y)) if x == y => right += 1,
            _ => missing.push(format!("{a} | {b}")),
        }
    }
    let surplus: Vec<String> = ours
        .iter()
        .filter(|(account, person)| persons.of(account) != persons.of(person))
        .map(|(account, person)| format!("{account} | {person}"))
        .collect();
    let counts = (stated.rows.len(), right + surplus.len(), right);
    Ok(lines("aliases", counts, missing, surplus, show))
}

fn found(questions: &Questions, kind: &Kind, persons: &Persons) -> Result<HashSet<Box<str>>, Failure> {
    let mut rows = HashSet::new();
    questions.each_row(kind.sql, |cells| {
        let mut row = String::new();
        for (index, (cell, column)) in cells.iter().zip(kind.columns).enumerate() {
            if index > 0 {
                row.push('\u{1f}');
            }
            if ACCOUNTS.contains(column) { persons.push(cell, &mut row) } else { row.push_str(cell) }
        }
        rows.insert(row.into_boxed_str());
    })?;
    Ok(rows)
}

/// Which accounts are one person's, by the truth.
#[derive(Default)]
struct Persons(HashMap<String, usize>);

impl Persons {
    fn of<'a>(&self, account: &'a str) -> Result<usize, &'a str> {
        self.0.get(account).copied().ok_or(account)
    }

    /// The cell with every account in it written as its person; a chat of two is a pair of accounts.
    fn push(&self, cell: &str, row: &mut String) {
        let mut parts: Vec<String> = cell
            .split(' ')
            .map(|part| self.of(part).map_or_else(str::to_owned, |person| format!("person {person}")))
            .collect();
        parts.sort();
        row.push_str(&parts.join(" "));
    }
}

/// `truth.json`, read once from front to back: `persons` must come before `facts`, so that rows can be kept in the
/// form in which they are compared.
struct Truth {
    persons: Persons,
    facts: BTreeMap<String, Facts>,
}

#[derive(Default)]
struct Facts {
    columns: Vec<String>,
    rows: HashSet<Box<str>>,
}

impl<'de> Deserialize<'de> for Truth {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Truth, D::Error> {
        struct Whole;
        impl<'de> Visitor<'de> for Whole {
            type Value = Truth;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with persons and facts")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Truth, M::Error> {
                let mut truth = Truth { persons: Persons::default(), facts: BTreeMap::new() };
                while let Some(name) = map.next_key::<String>()? {
                    match name.as_str() {
                        "persons" => {
                            for (index, person) in map.next_value::<Vec<Person>>()?.into_iter().enumerate() {
                                truth.persons.0.extend(person.accounts.into_iter().map(|account| (account, index)));
                            }
                        }
                        "facts" => truth.facts = map.next_value_seed(AllFacts(&truth.persons))?,
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(truth)
            }
        }
        deserializer.deserialize_map(Whole)
    }
}

#[derive(Deserialize)]
struct Person {
    accounts: Vec<String>,
}

struct AllFacts<'a>(&'a Persons);

impl<'de> DeserializeSeed<'de> for AllFacts<'_> {
    type Value = BTreeMap<String, Facts>;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for AllFacts<'_> {
    type Value = BTreeMap<String, Facts>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of kinds")
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut facts = BTreeMap::new();
        while let Some(kind) = map.next_key::<String>()? {
            // Aliases are compared as accounts: as persons both sides would be one by definition.
            let empty = Persons::default();
            let persons = if kind == "aliases" { &empty } else { self.0 };
            let read = map.next_value_seed(OneKind(persons))?;
            facts.insert(kind, read);
        }
        Ok(facts)
    }
}

struct OneKind<'a>(&'a Persons);

impl<'de> DeserializeSeed<'de> for OneKind<'_> {
    type Value = Facts;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Facts, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneKind<'_> {
    type Value = Facts;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with columns and rows")
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Facts, M::Error> {
        let mut facts = Facts::default();
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "columns" => facts.columns = map.next_value()?,
                "rows" => facts.rows = map.next_value_seed(AllRows { persons: self.0, columns: &facts.columns })?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(facts)
    }
}

struct AllRows<'a> {
    persons: &'a Persons,
    columns: &'a [String],
}

impl<'de> DeserializeSeed<'de> for AllRows<'_> {
    type Value = HashSet<Box<str>>;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for AllRows<'_> {
    type Value = HashSet<Box<str>>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of rows")
    }
    fn visit_seq<S: SeqAccess<'de>>(self, mut rows: S) -> Result<Self::Value, S::Error> {
        let mut set = HashSet::new();
        while let Some(cells) = rows.next_element::<Vec<Value>>()? {
            let mut row = String::new();
            for (index, cell) in cells.iter().enumerate() {
                if index > 0 {
                    row.push('\u{1f}');
                }
                let text = match cell {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let account = self.columns.get(index).is_some_and(|column| ACCOUNTS.contains(&column.as_str()));
                if account { self.persons.push(&text, &mut row) } else { row.push_str(&text) }
            }
            set.insert(row.into_boxed_str());
        }
        Ok(set)
    }
}
