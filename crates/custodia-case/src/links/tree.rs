//! The invitation tree of every group, and over all groups.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use datafusion::arrow::array::AsArray;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::record_batch::RecordBatch;

use super::{Answered, Inputs, answer, numbers, texts};
use crate::CaseError;

/// Word in the place of a group's address for the tree over all groups.
const ALL: &str = "all groups";

/// The first entry of a person.
#[derive(Clone)]
struct Entry {
    person: String,
    inviter: Option<String>,
    at: Option<i64>,
    how: String,
    inferred: bool,
    origin: Option<String>,
    link_origin: Option<String>,
}

impl Entry {
    fn unseen(person: String) -> Entry {
        let how = "not seen".to_owned();
        Entry { person, inviter: None, at: None, how, inferred: false, origin: None, link_origin: None }
    }
}

/// Rows of (chat, person, inviter, at, how, inferred, origin, link_origin), one for each person of a group, become the
/// rows of the tree.
pub fn invitation_tree(inputs: &Inputs<'_>) -> Result<RecordBatch, CaseError> {
    let mut groups: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for batch in inputs.answers.iter().flatten() {
        let column = |at| texts(batch, at);
        let (chats, persons, inviters, hows) = (column(0)?, column(1)?, column(2)?, column(4)?);
        let (origins, links, times) = (column(6)?, column(7)?, numbers(batch, 3)?);
        let inferred = cast(batch.column(5), &DataType::Boolean).map_err(|why| CaseError::Case(why.to_string()))?;
        for at in 0..batch.num_rows() {
            let (Some(chat), Some(person)) = (&chats[at], &persons[at]) else { continue };
            let entry = Entry {
                person: person.clone(),
                inviter: inviters[at].clone().filter(|inviter| inviter != person),
                at: times[at],
                how: hows[at].clone().unwrap_or_default(),
                inferred: inferred.as_boolean().value(at),
                origin: origins[at].clone(),
                link_origin: links[at].clone(),
            };
            groups.entry(chat.clone()).or_default().push(entry);
        }
    }
    groups.values_mut().for_each(strangers);
    let all = over_all(&groups);
    let mut rows = Rows::default();
    for (chat, entries) in &groups {
        rows.tree(chat, entries);
    }
    rows.tree(ALL, &all);
    rows.finish()
}

/// Adds who opened a door and is in no row a member: a root whose own entry was not seen.
fn strangers(entries: &mut Vec<Entry>) {
    let known: BTreeSet<&str> = entries.iter().map(|entry| entry.person.as_str()).collect();
    let unknown: BTreeSet<&String> =
        entries.iter().filter_map(|entry| entry.inviter.as_ref()).filter(|one| !known.contains(one.as_str())).collect();
    let added: Vec<Entry> = unknown.into_iter().map(|person| Entry::unseen(person.clone())).collect();
    entries.extend(added);
}

/// The first entry of every person in any group: a dated one before one that no row dates.
fn over_all(groups: &BTreeMap<String, Vec<Entry>>) -> Vec<Entry> {
    let mut first: BTreeMap<&str, &Entry> = BTreeMap::new();
    for entry in groups.values().flatten() {
        let rank = |entry: &Entry| (entry.at.is_none(), entry.at, entry.inviter.is_none());
        let held = first.entry(&entry.person).or_insert(entry);
        if rank(entry) < rank(held) {
            *held = entry;
        }
    }
    first.into_values().cloned().collect()
}

#[derive(Default)]
struct Rows {
    chat: Vec<Option<String>>,
    person: Vec<Option<String>>,
    inviter: Vec<Option<String>>,
    at: Vec<Option<i64>>,
    how: Vec<Option<String>>,
    inferred: Vec<Option<bool>>,
    root: Vec<Option<String>>,
    depth: Vec<Option<i64>>,
    opened: Vec<Option<i64>>,
    below: Vec<Option<i64>>,
    origin: Vec<Option<String>>,
    link_origin: Vec<Option<String>>,
}

impl Rows {
    fn tree(&mut self, chat: &str, entries: &[Entry]) {
        let places: HashMap<&str, usize> =
            entries.iter().enumerate().map(|(place, entry)| (entry.person.as_str(), place)).collect();
        let mut parents: Vec<Option<usize>> = entries
            .iter()
            .map(|entry| entry.inviter.as_deref().and_then(|inviter| places.get(inviter).copied()))
            .collect();
        cut_circles(entries, &mut parents);
        let mut opened = vec![0i64; entries.len()];
        for parent in parents.iter().flatten() {
            opened[*parent] += 1;
        }
        let (mut depth, mut root) = (vec![0i64; entries.len()], vec![0usize; entries.len()]);
        let mut below = vec![0i64; entries.len()];
        for place in 0..entries.len() {
            let mut at = place;
            // Without circles a way up ends, at the latest after all entries.
            while let Some(up) = parents[at] {
                depth[place] += 1;
                below[up] += 1;
                at = up;
            }
            root[place] = at;
        }
        for (place, entry) in entries.iter().enumerate() {
            let how = match (&entry.inviter, entry.inferred) {
                (Some(_), true) => "link sent".to_owned(),
                _ => entry.how.clone(),
            };
            self.chat.push(Some(chat.to_owned()));
            self.person.push(Some(entry.person.clone()));
            // None at a root, also where a circle was cut: both let the other in, and each entry stands in `invitations`.
            self.inviter.push(parents[place].map(|parent| entries[parent].person.clone()));
            self.at.push(entry.at);
            self.how.push(Some(how));
            self.inferred.push(Some(entry.inferred));
            self.root.push(Some(entries[root[place]].person.clone()));
            self.depth.push(Some(depth[place]));
            self.opened.push(Some(opened[place]));
            self.below.push(Some(below[place]));
            self.origin.push(entry.origin.clone());
            self.link_origin.push(entry.link_origin.clone());
        }
    }

    fn finish(self) -> Result<RecordBatch, CaseError> {
        answer(vec![
            ("chat", Answered::Text(self.chat)),
            ("person", Answered::Text(self.person)),
            ("inviter", Answered::Text(self.inviter)),
            ("at", Answered::Time(self.at)),
            ("how", Answered::Text(self.how)),
            ("inferred", Answered::Bool(self.inferred)),
            ("root", Answered::Text(self.root)),
            ("depth", Answered::Int(self.depth)),
            ("opened_for", Answered::Int(self.opened)),
            ("below", Answered::Int(self.below)),
            ("origin", Answered::Text(self.origin)),
            ("link_origin", Answered::Text(self.link_origin)),
        ])
    }
}

/// People come and go, so two may each have let the other in: the one who opened a door first stands above.
fn cut_circles(entries: &[Entry], parents: &mut [Option<usize>]) {
    // The earliest door that each person opened; someone who opens a door was inside before, whatever rows survive.
    let mut acted = vec![i64::MAX; entries.len()];
    for (place, parent) in parents.iter().enumerate() {
        if let Some(parent) = parent {
            acted[*parent] = acted[*parent].min(entries[place].at.unwrap_or(i64::MAX));
        }
    }
    let mut checked = vec![false; entries.len()];
    for start in 0..entries.len() {
        let mut way = Vec::new();
        let mut on_way = HashMap::new();
        let mut at = start;
        while !checked[at] {
            if let Some(from) = on_way.insert(at, way.len()) {
                let top = way[from..].iter().copied().min_by_key(|place| (acted[*place], *place));
                if let Some(top) = top {
                    parents[top] = None;
                }
                break;
            }
            way.push(at);
            match parents[at] {
                Some(up) => at = up,
                None => break,
            }
        }
        for place in way {
            checked[place] = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(person: &str, inviter: Option<&str>, at: Option<i64>) -> Entry {
        Entry {
            person: person.into(),
            inviter: inviter.map(str::to_owned),
            at,
            how: "added".into(),
            inferred: false,
            origin: None,
            link_origin: None,
        }
    }

    #[test]
    fn depth_and_below_are_counted_from_the_roots() {
        let mut rows = Rows::default();
        rows.tree(
            "g",
            &[
                entry("a", None, None),
                entry("b", Some("a"), Some(1)),
                entry("c", Some("b"), Some(2)),
                entry("d", Some("b"), Some(3)),
                entry("e", Some("stranger"), Some(4)),
            ],
        );
        assert_eq!(rows.depth, [0, 1, 2, 2, 0].map(Some));
        assert_eq!(rows.below, [3, 2, 0, 0, 0].map(Some));
        assert_eq!(rows.opened, [1, 2, 0, 0, 0].map(Some));
        assert_eq!(rows.root[3].as_deref(), Some("a"));
    }

    #[test]
    fn a_circle_is_cut_above_the_one_who_acted_first() {
        let mut rows = Rows::default();
        rows.tree(
            "g",
            &[entry("a", Some("b"), Some(9)), entry("b", Some("a"), Some(1)), entry("c", Some("a"), Some(2))],
        );
        assert_eq!(rows.depth, [0, 1, 1].map(Some));
        assert_eq!(rows.root, ["a", "a", "a"].map(|person| Some(person.to_owned())));
    }
}
