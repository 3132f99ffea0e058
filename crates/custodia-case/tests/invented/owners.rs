//! Owners of phones: two who took turns on one, one whom the phone does not name, one who changed the number; and whom phones take
//! for one person.

use super::later::SIDE;
use super::several::{ADMIN, WIM, WIM_LID, XENIA, XENIA_LID, YAGO};
use super::*;

/// Two accounts of one phone were in the group one after the other, and both received a status post; the administrator's phone was
/// there all the time.
pub fn taking_turns(folder: &Path) -> Case {
    let (case, key) = begun(folder);
    let mut two = Phone::new(XENIA);
    for (owner, path) in [(XENIA, "/messenger.db"), (YAGO, "/business.db")] {
        two.owner = owner;
        let from = two.rows.len();
        two.chat(1, GROUP, Some("Circles"));
        two.chat(2, "status@broadcast", None);
        if owner == XENIA {
            two.event(10, 10, "added", Some(ADMIN), Some(XENIA));
            two.message(11, GROUP, ADMIN, "M1", 50, "a circle");
            two.event(12, 100, "left", Some(XENIA), Some(XENIA));
        } else {
            two.event(10, 200, "added", Some(ADMIN), Some(YAGO));
            two.message(11, GROUP, ADMIN, "M3", 250, "a line");
        }
        two.message(20, "status@broadcast", ADMIN, "S1", 260, "good day");
        two.rows[from..].iter_mut().for_each(|(origin, _)| origin.path = t(path));
    }
    two.seal(&case, "TWO", "ES", &key);
    let mut admin = Phone::new(ADMIN);
    admin.chat(1, GROUP, Some("Circles"));
    admin.event(2, 0, "created", Some(ADMIN), None);
    for (number, message, at) in [(3, "M0", 5), (4, "M1", 50), (5, "M2", 150), (6, "M3", 250), (7, "M4", 255)] {
        admin.message(number, GROUP, ADMIN, message, at, "a form");
    }
    admin.seal(&case, "ADM", "ES", &key);
    case
}

/// A phone that lacks the row number 12, which a copy of its database has as that of M2, and the message X, which came at the same time.
pub fn accounted_for(folder: &Path) -> Case {
    let (case, key) = begun(folder);
    let mut two = Phone::new(XENIA);
    two.chat(1, GROUP, Some("Circles"));
    two.event(10, 10, "added", Some(ADMIN), Some(XENIA));
    two.message(11, GROUP, ADMIN, "M1", 50, "a circle");
    two.message(13, GROUP, ADMIN, "M3", 150, "a line");
    two.message(12, GROUP, ADMIN, "M2", 100, "a square");
    // Rows of one table share its texts, by which gaps are found.
    let (path, part) = (t("/messenger.db"), t("message"));
    for (origin, _) in two.rows.iter_mut().filter(|(origin, _)| origin.number.is_some_and(|number| number >= 10)) {
        (origin.path, origin.part) = (path.clone(), Some(part.clone()));
    }
    let (origin, _) = two.rows.last_mut().unwrap();
    (origin.path, origin.found) = (t(BACKUP), Found::Backup);
    two.seal(&case, "TWO", "ES", &key);
    let mut admin = Phone::new(ADMIN);
    admin.chat(1, GROUP, Some("Circles"));
    admin.event(2, 0, "created", Some(ADMIN), None);
    for (number, message, at) in [(3, "M1", 50), (4, "M2", 100), (5, "X", 105), (6, "M3", 150)] {
        admin.message(number, GROUP, ADMIN, message, at, "a form");
    }
    admin.seal(&case, "ADM", "ES", &key);
    case
}

/// The administrator posts a link in a group whose name nobody's preview shows; two of those who read it enter another group by
/// link soon after, one a third group, and one who had left before the link came enters that too. When `titled`, somebody posted
/// another link shortly before, whose preview bears the subject of the group that two enter.
pub fn posted(folder: &Path, titled: bool) -> Case {
    let (case, key) = begun(folder);
    let mut admin = Phone::new(ADMIN);
    admin.chat(1, GROUP, Some("Circles"));
    admin.chat(2, SIDE, Some("Sides"));
    admin.chat(3, OLD_GROUP, Some("Old"));
    admin.event(4, 0, "created", Some(ADMIN), None);
    for (number, person) in [(5, CARLA), (6, WIM), (7, YAGO), (8, EVA)] {
        admin.event(number, 10, "added", Some(ADMIN), Some(person));
    }
    admin.event(9, 20, "left", Some(EVA), Some(EVA));
    admin.link(10, GROUP, ADMIN, "L1", 30);
    if let Some((_, Row::Trace(trace))) = admin.rows.last_mut() {
        trace.group_name = None;
    }
    if titled {
        admin.link(15, GROUP, YAGO, "L0", 28);
        if let Some((_, Row::Trace(trace))) = admin.rows.last_mut() {
            (trace.value, trace.group_name) = (t("TheOtherCodeOfTheGroup"), Some(t("Sides")));
        }
    }
    for (number, at, group, person) in
        [(11, 40, SIDE, CARLA), (12, 50, SIDE, WIM), (13, 45, OLD_GROUP, YAGO), (14, 46, OLD_GROUP, EVA)]
    {
        admin.event(number, at, "joined by link", Some(person), Some(person));
        if let Some((_, Row::GroupEvent(event))) = admin.rows.last_mut() {
            event.chat = t(group);
        }
    }
    admin.seal(&case, "ADM", "ES", &key);
    case
}

/// Beto's phone, which names him or not: Ana let him in, he let Eva in, wrote, and went. Carla's phone holds what he wrote.
pub fn unnamed(folder: &Path, named: bool) -> Case {
    let (case, key) = begun(folder);
    let mut beto = Phone::new(BETO);
    beto.chat(1, GROUP, Some("Circles"));
    let events = [
        (2, 0, 12, "added", Some(ANA), Some(BETO)),
        (4, 20, 12, "added", Some(BETO), Some(EVA)),
        (9, 90, 5, "left", Some(BETO), Some(BETO)),
    ];
    for (number, at, code, action, actor, target) in events {
        beto.event(number, at, action, actor, target);
        if let Some((_, Row::GroupEvent(event))) = beto.rows.last_mut() {
            (event.code, event.from_me) = (code, true);
        }
    }
    for (number, message, at) in [(6, "K1", 30), (7, "K2", 40)] {
        beto.message(number, GROUP, BETO, message, at, "a circle");
    }
    if !named {
        let hide = |account: &mut Option<Text>| *account = account.take().filter(|account| **account != *BETO);
        beto.rows.retain(|(_, row)| !matches!(row, Row::Account(_)));
        for (_, row) in &mut beto.rows {
            match row {
                Row::Chat(chat) => hide(&mut chat.owner),
                Row::Message(message) => [&mut message.owner, &mut message.sender].into_iter().for_each(hide),
                Row::GroupEvent(event) => {
                    [&mut event.owner, &mut event.actor, &mut event.target].into_iter().for_each(hide);
                }
                _ => {}
            }
        }
    }
    beto.seal(&case, "A1", "CO", &key);
    let mut carla = Phone::new(CARLA);
    carla.chat(1, GROUP, Some("Circles"));
    carla.event(2, 5, "joined by link", Some(CARLA), Some(CARLA));
    for (number, message, at) in [(6, "K1", 30), (7, "K2", 40)] {
        carla.message(number, GROUP, BETO, message, at, "a circle");
    }
    carla.message(8, GROUP, CARLA, "K3", 60, "a square");
    carla.message(9, GROUP, CARLA, "K4", 120, "a late square");
    carla.seal(&case, "B1", "ES", &key);
    case
}

/// What another phone holds of Beto's own messages, of which the last is one more under another number, or under today's.
pub fn renumbered(folder: &Path, last: Option<&'static str>) -> Case {
    let (case, key) = begun(folder);
    let messages = [(3, "K1", 30), (4, "K2", 40), (5, "K3", 50)];
    for (label, owner, sender) in [("A1", BETO, BETO), ("B1", CARLA, BETO_OLD)] {
        let mut phone = Phone::new(owner);
        phone.chat(1, GROUP, Some("Circles"));
        for (number, message, at) in messages {
            phone.message(number, GROUP, sender, message, at, "a circle");
        }
        phone.seal(&case, label, "ES", &key);
    }
    if let Some(sender) = last {
        let mut phone = Phone::new(EVA);
        phone.chat(1, GROUP, Some("Circles"));
        phone.message(5, GROUP, sender, "K3", 50, "a circle");
        phone.seal(&case, "C1", "ES", &key);
    }
    case
}

/// Xenia and Yago were removed by one act, and each of their phones knows of its own owner alone, hers by a hidden id. Wim wrote what
/// one phone holds under his hidden id and another under his number; an event names Eva where the first phone names that hidden id.
pub fn removed_at_once(folder: &Path) -> Case {
    let (case, key) = begun(folder);
    for (label, owner, actor, target, wim) in
        [("L", XENIA, CARLA_LID, XENIA_LID, WIM_LID), ("N", YAGO, CARLA, YAGO, WIM)]
    {
        let mut phone = Phone::new(owner);
        phone.chat(1, GROUP, Some("Circles"));
        for (number, message) in [(2, "M1"), (3, "M2"), (4, "M3")] {
            phone.message(number, GROUP, wim, message, 10 + number, "a circle");
        }
        phone.event(5, 20, "added", Some(actor), Some(if label == "L" { WIM_LID } else { EVA }));
        phone.event(6, 60, "removed", Some(actor), Some(target));
        if label == "L" {
            // The other account of her phone knows her as somebody else.
            phone.message(2, GROUP, XENIA_LID, "M9", 15, "a line");
            phone.rows.last_mut().unwrap().0.path = t("/business.db");
        }
        phone.seal(&case, label, "ES", &key);
    }
    case
}
