//! System lines as rows of what happened to a group or chat.

use custodia_model::Text;
use custodia_model::tables::{Alias, GroupEvent};

use super::super::whatsapp::out::Place;
use super::super::whatsapp::traces::{self, Holder};
use super::entries::{Line, NO_CODE, Reading};
use super::media::MARK;
use super::names;
use super::system::{self, Said, Who};

/// Persons of one line.
const LISTED: usize = 2048;

/// Actions of those who come or go by themselves: who acts is who is concerned.
const THEMSELVES: &[&str] =
    &["left", "joined by link", "joined from invitation", "joined from community", NUMBER_CHANGED];

const NUMBER_CHANGED: &str = "number changed";

/// Puts the rows of a system line, by what it says if that is known.
pub fn put(reading: &mut Reading<'_>, line: Line<'_>, text: &str, said: Option<Said>) {
    let Line { place, key, at, written } = line;
    let base = GroupEvent {
        chat: reading.names.chat.clone(),
        key: key.clone(),
        at,
        code: NO_CODE,
        times_as_stored: Some(reading.as_stored("at", at, written)),
        ..GroupEvent::default()
    };
    let Some(said) = said else {
        let holder = Holder { chat: Some(&base.chat), key: Some(&key), sent: at, ..Holder::default() };
        traces::tell(&mut reading.out, &holder, text, || place.clone());
        let row = GroupEvent {
            action: "system line".into(),
            new_value: Some(text.strip_prefix(MARK).unwrap_or(text).into()),
            ..base
        };
        reading.out.put(place, row);
        return;
    };
    reading.language = said.language;
    let value =
        |range: &Option<std::ops::Range<usize>>| range.clone().and_then(|range| text.get(range)).map(Text::from);
    let Said { action, actor, target, old, new, .. } = said;
    let (mut old_value, mut new_value) = (value(&old), value(&new));
    let from_me = actor == Some(Who::Exporter);
    let actor = actor.and_then(|who| one(reading, place, text, who));
    let mut targets = target.map(|who| several(reading, place, text, who)).unwrap_or_default();
    if THEMSELVES.contains(&action) {
        targets.extend(actor.clone());
    }
    if action == NUMBER_CHANGED {
        let before = old_value.take().and_then(|shown| reading.person(place, &shown)).or_else(|| actor.clone());
        let after = new_value.take().filter(|shown| names::number(&names::clean(shown)).is_some());
        let after = after.and_then(|shown| reading.person(place, &shown));
        if let (Some(account), Some(other)) = (&before, &after)
            && account != other
        {
            let (account, other) = (account.clone(), other.clone());
            reading.out.put(place, Alias { account, other, alias_kind: "number change".into(), at });
        }
        (old_value, new_value) = (before, after);
    }
    let holder = Holder {
        chat: Some(&base.chat),
        key: Some(&key),
        from_me,
        sender: actor.as_ref(),
        sent: at,
        ..Holder::default()
    };
    if let Some(new) = new_value.as_ref().filter(|_| action != NUMBER_CHANGED) {
        traces::tell(&mut reading.out, &holder, new, || place.clone());
    }
    let event = GroupEvent { action: action.into(), from_me, actor, old_value, new_value, ..base };
    if targets.is_empty() {
        reading.out.put(place, event);
        return;
    }
    for target in targets {
        reading.out.put(place, GroupEvent { target: Some(target), ..event.clone() });
    }
}

fn one(reading: &mut Reading<'_>, place: &Place, text: &str, who: Who) -> Option<Text> {
    match who {
        Who::Exporter => Some(reading.exporter(place)),
        Who::Named(range) => reading.person(place, text.get(range)?),
    }
}

/// The persons of a list; a name that was met as a whole is one.
fn several(reading: &mut Reading<'_>, place: &Place, text: &str, who: Who) -> Vec<Text> {
    let shown = match &who {
        Who::Exporter => "",
        Who::Named(range) => text.get(range.clone()).unwrap_or_default(),
    };
    if shown.is_empty() || reading.is_known(shown) {
        return one(reading, place, text, who).into_iter().collect();
    }
    let one = |name: &str| match system::is_exporter_in_list(name, reading.language) {
        true => Some(reading.exporter(place)),
        false => reading.person(place, name),
    };
    system::listed(shown).into_iter().take(LISTED).filter_map(one).collect()
}
