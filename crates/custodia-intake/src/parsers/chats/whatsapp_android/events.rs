//! System rows: what happened to a group, who did it, to whom.

use std::collections::HashMap;

use custodia_model::tables::GroupEvent;
use custodia_model::{Origin, Rows, Text};

use super::codes::Words;
use super::modern::{Event, Side};
use super::store::{Store, Times};

/// The side tables of system rows.
pub struct Events<'a> {
    system: Side<'a>,
    group: Side<'a>,
    values: Side<'a>,
    numbers: Side<'a>,
    /// Persons concerned, by message row.
    persons: HashMap<i64, Vec<Text>>,
    words: Words,
}

/// A system row whose side tables are read, in either schema.
pub struct Happened<'a> {
    pub chat: Text,
    pub key: &'a str,
    pub code: i64,
    pub from_me: bool,
    /// As stored; the phone's owner where the row is the owner's and names nobody.
    pub sender: Option<Text>,
    pub persons: Vec<Text>,
    pub me_joined: bool,
    pub old_value: Option<Text>,
    pub new_value: Option<Text>,
    pub at: Option<i64>,
    /// Old and new account of a number change.
    pub numbers: Option<(Text, Text)>,
}

impl<'a> Events<'a> {
    /// Opens the side tables of system rows.
    pub fn open(store: &Store<'a>, rows: &mut dyn Rows) -> Events<'a> {
        let mut persons: HashMap<i64, Vec<Text>> = HashMap::new();
        let table = "message_system_chat_participant";
        let mut scan = store.scan(table, &["message_row_id", "user_jid_row_id"], &[], rows);
        while let Some(record) = scan.next() {
            if let (Some(message), Some(person)) = (record.int(0), store.jid(record.int(1))) {
                persons.entry(message).or_default().push(person);
            }
        }
        store.finish(table, scan, rows);
        Events {
            system: Side::open(store, "message_system", &["message_row_id", "action_type"], &[], rows),
            group: Side::open(store, "message_system_group", &["message_row_id", "is_me_joined"], &[], rows),
            values: Side::open(store, "message_system_value_change", &["message_row_id", "old_data"], &[], rows),
            numbers: Side::open(store, "message_system_number_change", &["message_row_id", "old_jid_row_id", "new_jid_row_id"], &[], rows),
            persons,
            words: Words::actions(),
        }
    }

    /// Reads one system row.
    pub fn read(&mut self, store: &Store<'_>, event: &Event<'_>, origin: &Origin, rows: &mut dyn Rows) {
        let text = |text: Option<std::borrow::Cow<'_, str>>| text.filter(|text| !text.is_empty()).map(|text| Text::from(&*text));
        let happened = Happened {
            chat: event.chat.clone(),
            key: event.key,
            // Without a row of its own in message_system a system row has no code; -1 keeps it visible as that.
            code: self.system.of(event.id).and_then(|row| row.int(1)).unwrap_or(-1),
            from_me: event.from_me,
            sender: event.sender.clone().or_else(|| store.owner.clone().filter(|_| event.from_me)),
            persons: self.persons.remove(&event.id).unwrap_or_default(),
            me_joined: self.group.of(event.id).and_then(|row| row.int(1)).unwrap_or(0) != 0,
            old_value: self.values.of(event.id).and_then(|row| text(row.text(1))),
            new_value: text(event.text.clone()),
            at: event.at,
            numbers: self.numbers.of(event.id).and_then(|row| Some((store.jid(row.int(1))?, store.jid(row.int(2))?))),
        };
        put(store, &self.words, happened, origin, rows);
    }

    /// Tells the damage of the walks.
    pub fn finish(self, store: &Store<'_>, rows: &mut dyn Rows) {
        for side in [self.system, self.group, self.values, self.numbers] {
            side.finish(store, rows);
        }
    }
}

/// Puts the rows of one event: one for each person concerned, or one for nobody.
pub fn put(store: &Store<'_>, words: &Words, event: Happened<'_>, origin: &Origin, rows: &mut dyn Rows) {
    let action = words.of(event.code);
    let owner = &store.owner;
    let mut persons = event.persons;
    let (mut actor, mut old_value, mut new_value) = (event.sender.clone(), event.old_value, event.new_value);
    match &*action {
        "added" | "added to community" | "added after approval" => {
            // The owner is not among the persons of an event on the own phone: a mark says so, or nobody is named.
            let me = owner.clone().filter(|me| !persons.contains(me) && (event.me_joined || (persons.is_empty() && event.code == 4)));
            persons.extend(me);
        }
        "joined by link" | "joined from invitation" | "joined from community" | "joined by community invite" => {
            if persons.is_empty() {
                persons.extend(event.sender.clone().or_else(|| owner.clone().filter(|_| event.me_joined)));
            }
            // Who enters acts; what else the row names as sender is not known to be the one who invited.
            actor = None;
        }
        "left" => {
            if persons.is_empty() {
                persons.extend(event.sender.clone());
            }
            actor = None;
        }
        "removed" | "promoted" | "demoted" => {
            if persons.is_empty() {
                persons.extend(owner.clone().filter(|_| !event.chat.ends_with("@broadcast")));
                actor = actor.filter(|actor| Some(actor) != owner.as_ref());
            }
        }
        "number changed" => {
            // The sender is the person concerned, not one who acted upon another.
            actor = None;
            if let Some((old, new)) = &event.numbers {
                old_value = Some(old.clone());
                new_value = Some(new.clone());
                persons = vec![new.clone()];
                store.alias(origin.clone(), old.clone(), new.clone(), "number change", event.at.and_then(custodia_model::Time::from_unix_ms), rows);
            } else if persons.is_empty() {
                persons.extend(event.sender.clone());
            }
        }
        "membership requested" | "join approval on" => {
            if persons.is_empty() {
                persons.extend(event.sender.clone());
            }
        }
        _ => {}
    }
    let mut targets: Vec<Option<Text>> = persons.into_iter().map(Some).collect();
    // A creation is told once for its creator, and once for each person it names.
    if targets.is_empty() || &*action == "created" {
        targets.insert(0, None);
    }
    for target in targets {
        let mut times = Times::default();
        let own_act = matches!(&*action, "joined by link" | "joined from invitation" | "joined from community" | "joined by community invite" | "left");
        let row = GroupEvent {
            owner: owner.clone(),
            chat: event.chat.clone(),
            key: event.key.into(),
            at: times.read("at", event.at),
            action: action.clone(),
            code: event.code,
            from_me: event.from_me,
            actor: if own_act { target.clone() } else { actor.clone() },
            target,
            old_value: old_value.clone(),
            new_value: new_value.clone(),
            times_as_stored: None,
        };
        times.finish(origin, rows, |stored| GroupEvent { times_as_stored: stored, ..row }.into());
    }
}
