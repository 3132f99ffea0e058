//! System rows: what happened to a group or chat, one row for each person concerned.
//!
//! Source: one public reader. Rows by which somebody was added or removed name who acted in their text, alone or before a
//! semicolon and those concerned, and one of those concerned as the member of the row.

use custodia_model::Text;
use custodia_model::account;
use custodia_model::tables::GroupEvent;

use super::super::whatsapp::jids::ChatKind;
use super::super::whatsapp::reader::Reader;
use super::codes::{self, Persons};
use super::messages::Stored;
use super::storage::Reading;
use super::traces::{self, Holder};

/// At most so many accounts are taken from one list that a row writes out.
const LISTED: usize = 4096;

/// Puts the rows of one system row.
pub fn put(reading: &mut Reading<'_>, code: Option<i64>, stored: Stored) {
    let Stored { place, chat, chat_kind, key, from_me, member, code: kind, text, sent: at, times_as_stored } = stored;
    let code = code.unwrap_or(-1);
    let (mut old_value, mut new_value) = (None, text);
    let listed = new_value.as_deref().and_then(Listed::read);
    let rule = codes::persons(kind, code);
    let named = Named { member, listed: listed.as_ref(), owner: reading.owner.as_ref(), from_me };
    let (actor, mut targets) = persons(rule, named);
    let mut action = match kind {
        codes::GROUP_EVENT => reading.group_events.of(code),
        codes::NOTICE => reading.notices.of(code),
        _ => reading.channel_events.of(code),
    };

    if rule == Persons::NumberChange {
        let person = (chat_kind == ChatKind::Person).then(|| chat.clone());
        let (old, new) = number_change(targets.first().cloned().or(person), listed.as_ref());
        if let (Some(old), Some(new)) = (&old, &new) {
            let (old, new) = (share(reading, old), share(reading, new));
            reading.alias(&place, &old, &new, "number change", at);
        }
        targets = old.iter().chain(if old.is_none() { new.as_ref() } else { None }).cloned().collect();
        old_value = old;
        new_value = new.or(new_value.filter(|_| listed.is_none()));
    } else if listed
        .as_ref()
        .is_some_and(|listed| listed.all().all(|who| actor.as_ref() == Some(who) || targets.contains(who)))
    {
        // The text is made of persons, and all of them are told; otherwise it is kept.
        new_value = None;
    }
    if kind == codes::GROUP_EVENT && code == codes::RENAMED {
        (old_value, new_value) = renamed(new_value);
    }
    if kind == codes::GROUP_EVENT && code == codes::WHO_MAY_ADD && new_value.as_deref() == Some("1") {
        action = "adding open to all".into();
    }

    let actor = actor.map(|actor| share(reading, &actor));
    let targets: Vec<Text> = targets.iter().map(|target| share(reading, target)).collect();
    let owner = reading.owner.clone();
    let from_owner = from_me && actor.is_some() && actor == owner;
    let row_itself = Holder { owner: owner.as_ref(), chat: Some(&chat), key: Some(&key), ..Holder::default() };
    let holder = Holder { from_me: from_owner, sender: actor.as_ref(), sent: at, ..row_itself };
    // A list of accounts is written by the app itself.
    if listed.is_none() {
        traces::tell(&mut reading.out, &holder, new_value.as_deref().unwrap_or_default(), || place.clone());
        // Who took a text away did not write it, nor was it written then.
        traces::tell(&mut reading.out, &row_itself, old_value.as_deref().unwrap_or_default(), || place.clone());
    }
    let by_themselves = matches!(rule, Persons::Joiner | Persons::Leaver);
    let event = GroupEvent {
        owner,
        chat,
        key,
        at,
        action,
        code,
        from_me,
        actor,
        target: None,
        old_value,
        new_value,
        times_as_stored,
    };
    if targets.is_empty() {
        reading.out.put(&place, event.clone());
    }
    for target in targets {
        let actor = if by_themselves { Some(target.clone()) } else { event.actor.clone() };
        reading.out.put(&place, GroupEvent { actor, target: Some(target), ..event.clone() });
    }
}

/// The one text that all rows share for an account.
fn share(reading: &mut Reading<'_>, account: &Text) -> Text {
    reading.jids.written(account).unwrap_or_else(|| account.clone())
}

/// Accounts that a text is made of.
#[derive(Debug, Default, PartialEq, Eq)]
struct Listed {
    /// Before a semicolon, or alone.
    actor: Option<Text>,
    /// Behind it, or several without one.
    targets: Vec<Text>,
}

impl Listed {
    /// Every account.
    fn all(&self) -> impl Iterator<Item = &Text> {
        self.actor.iter().chain(&self.targets)
    }

    /// The accounts of a text that is made of nothing else.
    fn read(text: &str) -> Option<Listed> {
        if !text.contains('@') {
            return None;
        }
        let (actor, targets) = match text.split_once(';') {
            Some((actor, targets)) => (actor.trim(), targets),
            None if text.contains(',') => ("", text),
            None => (text.trim(), ""),
        };
        let actor = if actor.is_empty() { None } else { Some(person(actor)?) };
        let parts = targets.split([',', ';']).map(str::trim).filter(|part| !part.is_empty());
        let targets: Option<Vec<Text>> = parts.take(LISTED).map(person).collect();
        Some(Listed { actor, targets: targets? }).filter(|listed| *listed != Listed::default())
    }
}

/// An account of digits.
fn person(written: &str) -> Option<Text> {
    let address = account::normalise(written)?;
    let user = address.split('@').next().unwrap_or_default();
    let digits = user.bytes().all(|byte| byte.is_ascii_digit());
    (digits && account::chat_kind(&address) == "person").then(|| address.into())
}

/// What a row says of persons.
struct Named<'r> {
    member: Option<Text>,
    listed: Option<&'r Listed>,
    owner: Option<&'r Text>,
    from_me: bool,
}

/// Who acted and whom it concerned.
fn persons(rule: Persons, named: Named<'_>) -> (Option<Text>, Vec<Text>) {
    let Named { member, listed, owner, from_me } = named;
    let alone = listed.and_then(|listed| listed.actor.clone());
    let several = listed.map(|listed| listed.targets.clone()).unwrap_or_default();
    let own = || owner.filter(|_| from_me).cloned();
    match rule {
        Persons::Actor => (member.or(alone).or_else(own), several),
        Persons::Concerned => {
            let actor = alone.or_else(own);
            let mut targets = several;
            match member {
                // Two forms of address cannot be compared: the text then counts, which names everybody.
                Some(member) if targets.is_empty() => targets.push(member),
                Some(member) => {
                    let same_form = targets.iter().all(|target| server(target) == server(&member));
                    if same_form && !targets.contains(&member) && actor.as_ref() != Some(&member) {
                        targets.push(member);
                    }
                }
                None if targets.is_empty() && actor.is_some() && actor.as_ref() != owner => {
                    targets.extend(owner.cloned())
                }
                None => {}
            }
            (actor, targets)
        }
        Persons::Leaver | Persons::Joiner => {
            let who = member.or_else(|| several.into_iter().next()).or(alone).or_else(own);
            (who.clone(), who.into_iter().collect())
        }
        Persons::Owner => (alone.filter(|actor| Some(actor) != owner), owner.cloned().into_iter().collect()),
        Persons::NumberChange => (None, member.into_iter().collect()),
        Persons::Notice => (None, Vec::new()),
        Persons::Unknown => (member, Vec::new()),
    }
}

fn server(address: &str) -> &str {
    address.rsplit('@').next().unwrap_or_default()
}

/// The account before and after. A text of two names both; one of one names the other than `person`, who is then the account
/// before: no public reader states which of the two it is.
fn number_change(person: Option<Text>, listed: Option<&Listed>) -> (Option<Text>, Option<Text>) {
    let Some(listed) = listed else { return (person, None) };
    let mut all = listed.all().cloned();
    match (all.next(), all.next()) {
        (Some(old), Some(new)) => (Some(old), Some(new)),
        (Some(new), None) => (person.filter(|old| *old != new), Some(new)),
        _ => (person, None),
    }
}

/// The subjects of a group before and after, which the text holds as JSON; a text that is none stays as it is.
fn renamed(text: Option<Text>) -> (Option<Text>, Option<Text>) {
    #[derive(serde::Deserialize)]
    struct Subjects {
        previous_subject: Option<String>,
        new_subject: Option<String>,
    }
    let Some(subjects) = text.as_deref().and_then(|text| serde_json::from_str::<Subjects>(text).ok()) else {
        return (None, text);
    };
    (subjects.previous_subject.map(Text::from), subjects.new_subject.map(Text::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "34600000002@s.whatsapp.net";
    const TWO: &str = "15550100003@s.whatsapp.net";
    const THREE: &str = "447700900004@s.whatsapp.net";
    const LID: &str = "123456789012345@lid";
    const ME: &str = "34600000001@s.whatsapp.net";

    #[test]
    fn texts_that_are_accounts() {
        let read = |text: &str| Listed::read(text).map(|it| (it.actor.as_deref().map(str::to_owned), it.targets.len()));
        assert_eq!(read(ONE), Some((Some(ONE.into()), 0)));
        assert_eq!(read(&format!("{ONE};{TWO},{THREE}")), Some((Some(ONE.into()), 2)));
        assert_eq!(read(&format!("{ONE};")), Some((Some(ONE.into()), 0)));
        assert_eq!(read(&format!(";{TWO}")), Some((None, 1)));
        assert_eq!(read(&format!("{TWO},{LID}")), Some((None, 2)));
        for none in ["", "Blue circles", "me@home", ";", "@", "a@lid;b", "120363041234567890@g.us"] {
            assert_eq!(read(none), None, "{none}");
        }
    }

    #[test]
    fn persons_by_rule() {
        let who = |name: &str| Text::from(name);
        let list = |names: &[&str]| names.iter().map(|name| who(name)).collect::<Vec<_>>();
        // rule, member, text, from_me -> actor, targets.
        type Case<'c> = (Persons, Option<&'c str>, String, bool, Option<&'c str>, &'c [&'c str]);
        let text = |text: &str| text.to_owned();
        let cases: &[Case<'_>] = &[
            (Persons::Concerned, Some(TWO), text(ONE), false, Some(ONE), &[TWO]),
            (Persons::Concerned, Some(TWO), format!("{ONE};{TWO},{THREE}"), false, Some(ONE), &[TWO, THREE]),
            (Persons::Concerned, Some(THREE), format!("{ONE};{TWO}"), false, Some(ONE), &[TWO, THREE]),
            (Persons::Concerned, Some(LID), format!("{ONE};{TWO}"), false, Some(ONE), &[TWO]),
            (Persons::Concerned, Some(ONE), format!("{ONE};{TWO}"), false, Some(ONE), &[TWO]),
            (Persons::Concerned, Some(TWO), text(""), true, Some(ME), &[TWO]),
            (Persons::Concerned, Some(TWO), text(""), false, None, &[TWO]),
            (Persons::Concerned, None, text(ONE), false, Some(ONE), &[ME]),
            (Persons::Concerned, None, text(""), false, None, &[]),
            (Persons::Concerned, None, text(ME), false, Some(ME), &[]),
            (Persons::Actor, Some(ONE), text("Blue"), false, Some(ONE), &[]),
            (Persons::Actor, None, text(""), true, Some(ME), &[]),
            (Persons::Leaver, Some(TWO), text(""), false, Some(TWO), &[TWO]),
            (Persons::Joiner, None, text(TWO), false, Some(TWO), &[TWO]),
            (Persons::Joiner, None, text(""), true, Some(ME), &[ME]),
            (Persons::Owner, None, text(ONE), false, Some(ONE), &[ME]),
            (Persons::Owner, Some(ONE), text(""), false, None, &[ME]),
            (Persons::Notice, Some(ONE), text(""), true, None, &[]),
            (Persons::Unknown, Some(ONE), format!("{TWO};{THREE}"), true, Some(ONE), &[]),
        ];
        for (rule, member, text, from_me, actor, targets) in cases {
            let (me, listed) = (who(ME), Listed::read(text));
            let named = Named { member: member.map(who), listed: listed.as_ref(), owner: Some(&me), from_me: *from_me };
            assert_eq!(persons(*rule, named), (actor.map(who), list(targets)), "{rule:?} {member:?} {text}");
        }
    }
}
