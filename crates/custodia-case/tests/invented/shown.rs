//! What phones show of each other only when they are laid side by side: quotes, owners, copies, communities, numbers.

use super::several::{ADMIN, NUMBERS, WIM, WIM_LID, XENIA, YAGO};
use super::*;

pub const COMMUNITY: &str = "120363000000000099@g.us";
pub const OTHER_LID: &str = "100000000000008@lid";

/// The administrator posts a link that Xenia only quotes. Yago's phone does not say whose it is; hers has what it wrote under a hidden
/// id. Of Wim's phone there is a copy alone. Hers follows the group beyond the administrator's and saw it taken out of its community.
pub fn shown(folder: &Path) -> Case {
    let (case, key) = begun(folder);
    let mut admin = Phone::new(ADMIN);
    admin.chat(1, GROUP, Some("Circles"));
    if let Some((_, Row::Chat(chat))) = admin.rows.last_mut() {
        chat.parent = Some(t(COMMUNITY));
    }
    admin.event(2, 0, "created", Some(ADMIN), None);
    for (number, person) in [(3, XENIA), (4, YAGO), (5, WIM)] {
        admin.event(number, 1, "added", Some(ADMIN), Some(person));
    }
    admin.link(6, GROUP, ADMIN, "L1", 5);
    admin.message(7, GROUP, ADMIN, "M1", 6, "one");
    admin.share_by_path(8, GROUP, ADMIN, "S1", 500, "/media/1.png");
    if let Some((_, Row::Message(message))) =
        admin.rows.iter_mut().rev().find(|(_, row)| matches!(row, Row::Message(_)))
    {
        message.text = None;
    }
    // The same picture in an exported chat, whose local time is hours behind.
    admin.share_by_path(9, EXPORTED, XENIA, "line:3", 200, "/media/1.png");
    admin.file("/media/1.png");
    admin.put("jid_map", 1, Alias { account: t(WIM_LID), other: t(WIM), alias_kind: t("lid map"), at: None });
    admin.put("jid_map", 2, Alias { account: t(OTHER_LID), other: t(WIM), alias_kind: t("lid map"), at: None });
    for (number, next) in [(3, NUMBERS[1]), (4, NUMBERS[2])] {
        let change =
            Alias { account: t(NUMBERS[0]), other: t(next), alias_kind: t("number change"), at: minute(number * 10) };
        admin.put("message_system_number_change", number, change);
    }
    admin.seal(&case, "ADM", "ES", &key);

    let mut xenia = Phone::new(XENIA);
    xenia.chat(1, GROUP, Some("Circles"));
    xenia.event(2, 600, "group removed from community", Some(ADMIN), None);
    xenia.link(6, GROUP, XENIA, "Q1", 7);
    if let Some((_, Row::Trace(trace))) = xenia.rows.last_mut() {
        trace.in_quote = Some(true);
    }
    xenia.message(7, GROUP, ADMIN, "M1", 6, "two");
    xenia.message(8, GROUP, CARLA_LID, "Y1", 10, "a line");
    xenia.message(9, GROUP, CARLA_LID, "Y2", 11, "another");
    xenia.seal(&case, "XEN", "ES", &key);

    let mut yago = Phone { owner: YAGO, seized_at: None, rows: Vec::new() };
    yago.chat(1, GROUP, Some("Circles"));
    yago.message(8, GROUP, YAGO, "Y1", 10, "a line");
    yago.message(9, GROUP, YAGO, "Y2", 11, "another");
    yago.message(10, GROUP, ADMIN, "M1", 6, "one");
    for (_, row) in &mut yago.rows {
        match row {
            Row::Chat(chat) => chat.owner = None,
            Row::Message(message) => {
                message.owner = None;
                message.sender = message.sender.take().filter(|sender| **sender != *YAGO);
            }
            _ => {}
        }
    }
    yago.seal(&case, "YAG", "ES", &key);

    let mut wim = Phone::new(WIM);
    let from = wim.rows.len();
    wim.chat(1, GROUP, Some("Circles"));
    wim.message(7, GROUP, ADMIN, "M1", 6, "one");
    for (origin, _) in &mut wim.rows[from..] {
        (origin.path, origin.found) = (t(BACKUP), Found::Backup);
    }
    wim.seized_at = minute(100_000);
    wim.seal(&case, "WIM", "ES", &key);
    case
}
