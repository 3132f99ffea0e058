//! System rows: what happened to a group, as rows of type 6.

use rusqlite::params;

use super::core_data::date;
use super::messages::Row;
use super::plist::{Value, binary};
use super::storage::{Writer, next};
use crate::error::SynthError;
use crate::phone::{notes, view};
use crate::world::{Account, Act, Event, Form};

/// Type of system rows.
const GROUP_EVENT: i64 = 6;

impl Writer<'_> {
    /// One system row; who is added or removed stands in its text behind who did it.
    pub(super) fn event(&mut self, g: u32, e: u32) -> Result<(), SynthError> {
        let world = self.world;
        let event = world.told(self.device.owner, g, e);
        let named = |person: u32| view::named(world, self.device, g, person, event.at);
        if event.act == Act::Number && named(event.targets[0]).form == Form::Lid {
            return Ok(()); // a LID stays the same when the number changes
        }
        let owner = self.device.owner;
        let several = event.targets.len() > 1;
        let to_owner = event.targets == [owner];
        let event_type = match event.act {
            Act::Subject if self.recent => 56,
            Act::Subject => 1,
            Act::Added if several && self.recent => 50,
            Act::Added => 2,
            Act::Left => 3,
            Act::Icon => 4,
            Act::Removed => 7,
            Act::Number => 9,
            Act::Promoted if to_owner => 10,
            Act::Promoted => 39,
            Act::Created => 12,
            Act::Joined => 15,
            Act::Description => 17,
        };
        let concerns = matches!(event.act, Act::Added | Act::Removed | Act::Promoted);
        // The person whom the row names: of those concerned one, else who acted.
        let person = match event.act {
            Act::Promoted if to_owner => None,
            Act::Added | Act::Removed | Act::Promoted | Act::Joined | Act::Left | Act::Number => {
                event.targets.iter().copied().find(|person| *person != owner).or(Some(owner))
            }
            _ => event.actor,
        };
        let member = match person.filter(|person| *person != owner || self.lists_owner()) {
            Some(person) if event.act == Act::Number => Some(self.member(g, Account { person, form: Form::Phone })?),
            Some(person) => {
                let account = self.named(g, person, event.at);
                Some(self.member(g, account)?)
            }
            None => None,
        };
        let by_owner = member.is_none() && (event.actor == Some(owner) || (event.act == Act::Joined && to_owner));
        let row = Row {
            event: event_type,
            kind: GROUP_EVENT,
            from_me: by_owner,
            member,
            at: event.at,
            key: view::event_key(world, g, e),
            text: match event.act {
                Act::Number => Some(self.number_change(event.targets[0], e)),
                _ if concerns => Some(self.persons(g, e, &event, several)),
                _ => words(&event, self.recent),
            },
            ..Row::default()
        };
        self.row(g, &row)?;
        if event.act == Act::Subject {
            let session = self.session(g, event.at)?;
            self.db
                .prepare_cached("UPDATE ZWACHATSESSION SET ZPARTNERNAME = ? WHERE Z_PK = ?")?
                .execute(params![event.new, session])?;
        }
        if !event.targets.is_empty() && e % 4 == 1 && event.act != Act::Number {
            self.change(g, &event)?;
        }
        notes::event(world, self.device, g, e, self.facts);
        Ok(())
    }

    /// The new number, in half of the rows behind the old one. Public facts name the code of such rows, not their text; this
    /// is how the examiner reads it.
    fn number_change(&mut self, person: u32, e: u32) -> String {
        let [old, new] = [Form::Phone, Form::NewPhone].map(|form| Account { person, form });
        self.facts.tie(old, new);
        let [old, new] = [old, new].map(|account| self.world.address(account));
        if e.is_multiple_of(2) { format!("{old};{new}") } else { new }
    }

    /// Who acted; behind it those concerned, which a row about one person may leave to its member.
    fn persons(&mut self, g: u32, e: u32, event: &Event, several: bool) -> String {
        let mut text = event.actor.map(|actor| self.address(g, actor, event.at)).unwrap_or_default();
        if several || e.is_multiple_of(2) && event.act != Act::Promoted {
            let targets: Vec<String> = event.targets.iter().map(|person| self.address(g, *person, event.at)).collect();
            text = format!("{text};{}", targets.join(","));
        }
        text
    }

    /// A row of the table of changes; what its numbers mean is stated nowhere.
    fn change(&mut self, g: u32, event: &Event) -> Result<(), SynthError> {
        let members: Vec<Value> =
            event.targets.iter().map(|person| Value::Text(self.address(g, *person, event.at))).collect();
        let gone = matches!(event.act, Act::Left | Act::Removed);
        let row = next(&mut self.keys.change);
        self.db
            .prepare_cached(
                "INSERT INTO ZWAGROUPMEMBERSCHANGE (Z_PK, Z_ENT, Z_OPT, ZCHANGETYPE, ZCHANGEDATE, ZGROUPJID, ZMEMBERJIDS)
                 VALUES (?, 4, 1, ?, ?, ?, ?)",
            )?
            .execute(params![
                row,
                1 + i64::from(gone),
                date(event.at),
                self.world.groups[g as usize].address,
                binary(&Value::List(members))
            ])?;
        Ok(())
    }
}

/// The text of a row that names nobody. Later releases tell the subject before it too.
fn words(event: &Event, recent: bool) -> Option<String> {
    if event.act != Act::Subject || !recent {
        return event.new.clone();
    }
    let quoted = |text: &Option<String>| text.as_deref().unwrap_or_default().replace('\\', "\\\\").replace('"', "\\\"");
    Some(format!("{{\"previous_subject\":\"{}\",\"new_subject\":\"{}\"}}", quoted(&event.old), quoted(&event.new)))
}
