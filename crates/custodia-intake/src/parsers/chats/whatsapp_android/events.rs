//! System rows: what happened to a group or chat, one row for each person concerned.

use custodia_model::Text;
use custodia_model::tables::GroupEvent;

use super::super::whatsapp::cell;
use super::super::whatsapp::reader::Reader;
use super::codes::{self, Persons};
use super::communities;
use super::messages::{Parts, Stored};
use super::reading::Reading;
use super::schema::{
    jid_map, message_ephemeral_setting, message_system, message_system_block_contact, message_system_group,
    message_system_number_change, message_system_photo_change, message_system_value_change,
};
use super::sides::Sides;
use super::traces::{self, Holder};

/// Puts the rows of one system row.
pub fn put(reading: &mut Reading<'_>, sides: &mut Sides<'_>, parts: &Parts, stored: Stored<'_>) {
    let Stored { place, chat, key, from_me, sender, text, sent, legacy, .. } = stored;
    let id = place.row;
    let at = reading.out.time("at", sent);
    let times_as_stored = reading.out.times_as_stored(&place);
    let stored_code = sides.system.at(id).and_then(|row| cell::int(row.get(message_system::action_type)));
    let (legacy_code, legacy_targets) = legacy.map_or((None, Vec::new()), |legacy| (legacy.action, legacy.targets));
    let code = stored_code.or(legacy_code).unwrap_or_else(|| {
        let says =
            format!("expected a row of table message_system for system row {id}, found none; its kind is not known");
        reading.out.warn_at(&place, "reference absent", says);
        -1
    });

    let mut targets: Vec<Text> = Vec::new();
    let listed_rows: Vec<i64> = sides.participants.of(id).collect();
    for person in &listed_rows {
        targets.extend(reading.jid(&place, Some(*person)));
    }
    if targets.is_empty() {
        targets = legacy_targets;
    }
    let joined = sides.system_group.at(id).is_some_and(|row| cell::flag(row.get(message_system_group::is_me_joined)));
    let broadcast = chat.ends_with("@broadcast");
    let listed_first = targets.first().cloned();
    let listed = reading.owner.as_ref().is_some_and(|owner| targets.contains(owner));
    let absent = joined && !listed && !lists_owner(reading, &listed_rows);
    let named = Named { sender, listed: targets, owner: reading.owner.as_ref(), from_me, joined, absent, broadcast };
    let is_legacy = legacy_code.is_some();
    let before = named.sender.clone();
    let (actor, mut targets) = persons(code, named);

    let mut old_value =
        sides.value_change.at(id).and_then(|row| cell::owned(row.get(message_system_value_change::old_data)));
    let mut new_value = cell::owned(text);
    let owner = reading.owner.clone();
    // System rows are marked as own whoever acted.
    let from_owner = from_me && actor.is_some() && actor == owner;
    let row_itself = Holder { owner: owner.as_ref(), chat: Some(&chat), key: Some(&key), ..Holder::default() };
    let holder = Holder { from_me: from_owner, sender: actor.as_ref(), sent: at, ..row_itself };
    // The new number that the app itself writes there is told as an alias.
    let written = new_value.as_deref().filter(|_| !codes::NUMBER_CHANGES.contains(&code)).unwrap_or_default();
    traces::of_message(reading, sides, parts, &place, &holder, written);
    // Who took a text away did not write it, nor was it written then.
    if let (Some(row), Some(old)) = (sides.value_change.at(id), &old_value) {
        traces::tell(&mut reading.out, &row_itself, old, || row.place(&parts.value_change));
    }
    let (before_set, set) = setting(sides, id);
    old_value = old_value.or(before_set);
    new_value = new_value.filter(|text| set.is_none() || !text.is_empty()).or(set);
    if codes::NUMBER_CHANGES.contains(&code) {
        let (old, new) = match sides.number_change.at(id) {
            Some(row) => (
                reading.jid(&place, cell::reference(row.get(message_system_number_change::old_jid_row_id))),
                reading.jid(&place, cell::reference(row.get(message_system_number_change::new_jid_row_id))),
            ),
            // Legacy rows name the old account as sender and write the new one as text or in the list.
            None if is_legacy => {
                (before, written_account(reading, new_value.as_deref()).or_else(|| listed_first.clone()))
            }
            None => (None, None),
        };
        if let (Some(old), Some(new)) = (&old, &new) {
            reading.alias(&place, old, new, "number change", at);
        }
        if targets.is_empty() {
            targets.extend(old.clone().or_else(|| new.clone()));
        }
        old_value = old.or(old_value);
        new_value = new.or(new_value);
    }
    let groups = communities::read(reading, sides, parts, (&place, &chat, code), &holder);
    if !groups.is_empty() {
        let value = if codes::LEFT_COMMUNITY.contains(&code) { &mut old_value } else { &mut new_value };
        let text = value.take().unwrap_or_else(|| "".into());
        let before = groups.iter().filter(|word| !text.contains(&***word)).map(|word| &**word);
        let all: Vec<&str> = before.chain(Some(&*text).filter(|text| !text.is_empty())).collect();
        *value = Some(all.join(" ").into());
    }
    // The text of some rows is a subject or a description, and nothing else may stand in it.
    if let Some(said) = said(sides, id).filter(|_| !codes::NAMES.contains(&code)) {
        new_value = Some(match new_value.filter(|text| !text.is_empty()) {
            Some(text) if text.contains(&*said) => text,
            Some(text) => format!("{text} {said}").into(),
            None => said,
        });
    }

    let event = GroupEvent {
        owner,
        chat,
        key,
        at,
        action: reading.actions.of(code),
        code,
        from_me,
        actor,
        target: None,
        old_value,
        new_value,
        times_as_stored,
    };
    // A creation is told once for its creator, and once for each person it names.
    if targets.is_empty() || codes::CREATIONS.contains(&code) {
        reading.out.put(&place, event.clone());
    }
    let by_themselves = matches!(codes::persons(code), Persons::Joiner | Persons::ListedOrSender);
    for target in targets {
        let actor = if by_themselves { event.actor.clone().or(Some(target.clone())) } else { event.actor.clone() };
        reading.out.put(&place, GroupEvent { actor, target: Some(target), ..event.clone() });
    }
}

/// What the tables of single kinds of system rows store as values before and after: seconds of a disappearing timer, the
/// number of a picture.
fn setting(sides: &mut Sides<'_>, id: i64) -> (Option<Text>, Option<Text>) {
    if let Some(row) = sides.timer.at(id) {
        use message_ephemeral_setting as column;
        return (cell::filled(row.get(column::pre_setting_duration)), cell::filled(row.get(column::setting_duration)));
    }
    (None, sides.photo.at(id).and_then(|row| cell::filled(row.get(message_system_photo_change::new_photo_id))))
}

/// What else single kinds of system rows say: whether a person was blocked, the name of a business, that of the community.
fn said(sides: &mut Sides<'_>, id: i64) -> Option<Text> {
    let [blocked, names @ ..] = &mut sides.said;
    let blocked = blocked.at(id).and_then(|row| cell::int(row.get(message_system_block_contact::is_blocked)));
    blocked
        .map(|blocked| if blocked == 0 { "unblocked" } else { "blocked" }.into())
        .or_else(|| names.iter_mut().find_map(|side| cell::filled(side.at(id)?.get(1))))
}

/// An account that a text holds.
fn written_account(reading: &mut Reading<'_>, text: Option<&str>) -> Option<Text> {
    let text = text.filter(|text| text.contains('@') && text.len() < 128)?;
    reading.jids.written(text)
}

/// What a row says of persons.
struct Named<'r> {
    /// Stored sender.
    sender: Option<Text>,
    /// Persons of the list.
    listed: Vec<Text>,
    /// Own account.
    owner: Option<&'r Text>,
    /// Marked as own.
    from_me: bool,
    /// Marked `is_me_joined`.
    joined: bool,
    /// So marked, and the list leaves the owner out.
    absent: bool,
    /// Whether the chat is a broadcast list.
    broadcast: bool,
}

/// Whether one of these persons, by their rows in table `jid`, is a hidden id that the device's own map says is the owner's.
fn lists_owner(reading: &Reading<'_>, persons: &[i64]) -> bool {
    let mut scan = reading.database.scan(jid_map::WANTED.table, jid_map::WANTED.columns);
    persons.iter().any(|person| {
        scan.seek(*person);
        scan.next().is_some_and(|row| {
            let number = cell::reference(row.get(jid_map::jid_row_id)).and_then(|number| reading.jids.get(number));
            cell::reference(row.get(jid_map::lid_row_id)) == Some(*person)
                && number.is_some()
                && number == reading.owner.as_ref()
        })
    })
}

/// Who acted, and whom it concerns.
fn persons(code: i64, named: Named<'_>) -> (Option<Text>, Vec<Text>) {
    let Named { sender, listed: mut targets, owner, from_me, joined, absent, broadcast } = named;
    let persons = codes::persons(code);
    // The row says itself that the owner of the device entered; the list of persons may leave the owner out.
    let joined = joined && codes::ENTRIES.contains(&code);
    if joined && absent {
        targets.extend(owner.cloned());
    }
    // Own rows name no sender, as with messages; but who added the owner is somebody else, named or not.
    let own = || owner.filter(|_| from_me && !joined).cloned();
    let listed = !targets.is_empty();
    match persons {
        Persons::Listed => (sender.or_else(own), targets),
        Persons::Notice => (sender, targets),
        Persons::ListedOrOwner if listed => (sender.or_else(own), targets),
        // `You were added`: who acted is the sender or unknown. A broadcast list is the owner's own.
        Persons::ListedOrOwner if broadcast => (sender.or_else(own), targets),
        Persons::ListedOrOwner => (sender, owner.cloned().into_iter().collect()),
        Persons::ListedOrSender if listed => (sender, targets),
        Persons::ListedOrSender => {
            let sender = sender.or_else(own);
            (sender.clone(), sender.into_iter().collect())
        }
        Persons::Joiner if listed => (None, targets),
        Persons::Joiner => (None, sender.or_else(own).into_iter().collect()),
        Persons::Sender => (None, sender.map_or(targets, |sender| vec![sender])),
    }
}

#[cfg(test)]
mod tests {
    use custodia_model::Row;

    use super::*;
    use crate::evidence::Evidence;
    use crate::parsers::fixtures::{database, item_of, rows_of};

    #[test]
    fn persons_by_rule() {
        let who = |name: &str| Text::from(name);
        let list = |names: &[&str]| names.iter().map(|name| who(name)).collect::<Vec<_>>();
        // code, sender, listed, from_me, joined -> actor, targets. The owner is `me`.
        type Case<'c> = (i64, Option<&'c str>, &'c [&'c str], bool, bool, Option<&'c str>, &'c [&'c str]);
        let cases: &[Case<'_>] = &[
            (11, Some("a"), &[], true, false, Some("a"), &[]),
            (11, None, &[], true, false, Some("me"), &[]),
            (12, Some("a"), &["b", "c"], true, false, Some("a"), &["b", "c"]),
            (12, None, &["b"], true, false, Some("me"), &["b"]),
            (12, Some("a"), &[], false, true, Some("a"), &["me"]),
            (12, None, &[], true, true, None, &["me"]),
            (12, Some("a"), &["b", "me"], false, true, Some("a"), &["b", "me"]),
            (4, Some("a"), &[], true, false, Some("a"), &["me"]),
            (4, None, &[], true, false, None, &["me"]),
            (4, None, &["b"], false, false, None, &["b"]),
            (13, None, &["b"], true, false, None, &["b"]),
            (13, Some("b"), &[], false, false, Some("b"), &["b"]),
            (14, Some("a"), &["b"], false, false, Some("a"), &["b"]),
            (20, Some("b"), &[], false, false, None, &["b"]),
            (20, Some("b"), &["b"], false, false, None, &["b"]),
            (20, None, &[], true, false, None, &["me"]),
            (20, None, &[], false, true, None, &["me"]),
            (10, Some("b"), &["c"], false, false, None, &["b"]),
            (28, None, &["c"], false, false, None, &["c"]),
            (84, Some("b"), &[], false, false, None, &["b"]),
            (15, Some("a"), &[], false, false, Some("a"), &["me"]),
            (1, Some("a"), &[], false, true, Some("a"), &[]),
            (19, None, &[], true, false, None, &[]),
            (999, Some("a"), &["b"], true, false, Some("a"), &["b"]),
        ];
        for &(code, sender, listed, from_me, joined, actor, targets) in cases {
            let me = who("me");
            let named = Named {
                sender: sender.map(who),
                listed: list(listed),
                owner: Some(&me),
                from_me,
                joined,
                absent: joined && !listed.contains(&"me"),
                broadcast: false,
            };
            assert_eq!(persons(code, named), (actor.map(who), list(targets)), "code {code}");
        }
    }

    /// A row that says that the owner entered may name the owner by the hidden id that the phone's map ties to the number.
    #[test]
    fn the_owner_enters_once() {
        let entered = |map: &str| {
            let sql = format!(
                "CREATE TABLE jid (_id INTEGER PRIMARY KEY, user TEXT, server TEXT, raw_string TEXT);
                 CREATE TABLE chat (_id INTEGER PRIMARY KEY, jid_row_id, subject, created_timestamp);
                 CREATE TABLE message (_id INTEGER PRIMARY KEY, chat_row_id, from_me, key_id, sender_jid_row_id, message_type, timestamp);
                 CREATE TABLE message_system (message_row_id INTEGER PRIMARY KEY, action_type);
                 CREATE TABLE message_system_group (message_row_id INTEGER PRIMARY KEY, is_me_joined);
                 CREATE TABLE message_system_chat_participant (message_row_id INTEGER, user_jid_row_id INTEGER);
                 CREATE TABLE jid_map (lid_row_id INTEGER PRIMARY KEY, jid_row_id);
                 INSERT INTO jid VALUES (1, '120363000000000001', 'g.us', NULL), (2, '34600000002', 's.whatsapp.net', NULL),
                   (3, '100000000000001', 'lid', NULL), (4, '34600000001', 's.whatsapp.net', NULL);
                 INSERT INTO chat VALUES (1, 1, 'Circles', 1);
                 INSERT INTO message VALUES (2, 1, 1, 'A', 2, 7, 1000), (3, 1, 1, 'B', 2, 7, 9000000);
                 INSERT INTO message_system VALUES (2, 12), (3, 12);
                 INSERT INTO message_system_group VALUES (2, 1), (3, 1);
                 INSERT INTO message_system_chat_participant VALUES (2, 3), (3, 3);
                 {map}"
            );
            let settings = b"<map><string name=\"registration_jid\">34600000001</string></map>".to_vec();
            let app = "/data/data/com.whatsapp";
            let evidence = Evidence::new(vec![
                item_of(&format!("{app}/databases/msgstore.db"), database(&sql, "").0),
                item_of(&format!("{app}/shared_prefs/com.whatsapp_preferences_light.xml"), settings),
            ]);
            let item = evidence.items().iter().find(|item| item.path.ends_with("/msgstore.db")).unwrap();
            let targets = rows_of(item, &evidence).0.into_iter().filter_map(|(_, row)| match row {
                Row::GroupEvent(event) => event.target,
                _ => None,
            });
            targets.map(|target| target.to_string()).collect::<Vec<_>>()
        };
        let (hidden, number) = ("100000000000001@lid", "34600000001@s.whatsapp.net");
        assert_eq!(entered("INSERT INTO jid_map VALUES (3, 4);"), [hidden, hidden]);
        // Nothing says whose the hidden id is, or that it is another's: the row's own word counts.
        assert_eq!(entered(""), [hidden, number, hidden, number]);
        assert_eq!(entered("INSERT INTO jid_map VALUES (3, 2);"), [hidden, number, hidden, number]);
    }
}
