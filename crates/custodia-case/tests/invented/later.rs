//! Phones of which one knows a group longer than the other, and what stands in one under other words than in the other.

use super::several::{ADMIN, WIM, XENIA, YAGO};
use super::*;

pub const SIDE: &str = "120363000000000077@g.us";
pub const CODE: &str = "ZyXwVuTsRqPoNmLkJiHgFe";

/// The administrator's phone was seized early. Xenia's later one has lost its messages, holds a later event, and lists Wim, whom the
/// administrator had removed, and not Yago, whom the early phone lists. Her phone has a second account, and a copy of its first
/// account's database. Eva entered two groups after one link that nothing else ties to either.
pub fn later(folder: &Path) -> Case {
    let (case, key) = begun(folder);
    let mut early = Phone::new(ADMIN);
    early.chat(1, GROUP, Some("Zinc"));
    early.event(2, 0, "created", Some(ADMIN), None);
    early.event(3, 10, "added", Some(ADMIN), Some(YAGO));
    early.event(4, 11, "added", Some(ADMIN), Some(WIM));
    early.event(5, 20, "promoted", Some(ADMIN), Some(YAGO));
    early.event(6, 30, "removed", Some(ADMIN), Some(WIM));
    early.share(7, GROUP, ADMIN, "S1", 40, false);
    // Seconds, where the messenger stores milliseconds.
    early.share(8, GROUP, YAGO, "S2", -24_650_000, false);
    early.link(9, EVA, ADMIN, "L1", 100);
    if let Some((_, Row::Trace(trace))) = early.rows.last_mut() {
        (trace.value, trace.group_name) = (t(CODE), None);
    }
    early.event(10, 110, "joined by link", Some(EVA), Some(EVA));
    early.chat(2, SIDE, Some("Side"));
    early.event(11, 120, "joined by link", Some(EVA), Some(EVA));
    if let Some((_, Row::GroupEvent(event))) = early.rows.last_mut() {
        event.chat = t(SIDE);
    }
    early.member(1, ADMIN, "admin");
    early.member(2, YAGO, "admin");
    early.captioned(12, XENIA, "lantern over water");
    early.message(13, XENIA, ADMIN, "T1", 51, "one");
    early.put("message_fts", 1, recovered("a line that was deleted"));
    early.seized_at = minute(50_000);
    early.seal(&case, "EARLY", "ES", &key);

    let mut late = Phone::new(XENIA);
    late.chat(1, GROUP, Some("Blue"));
    late.event(2, 21, "promoted", Some(ADMIN), Some(YAGO));
    late.event(3, 31, "removed", Some(ADMIN), Some(WIM));
    late.event(4, 150_000, "icon changed", Some(ADMIN), None);
    late.share(5, GROUP, ADMIN, "S1", 40, true);
    late.member(1, ADMIN, "admin");
    late.member(2, WIM, "member");
    late.captioned(12, ADMIN, "lantern over water");
    late.message(13, ADMIN, ADMIN, "T1", 51, "two");
    late.quote(14, ADMIN, "T2", 52, "T1", "one");
    let own = late.rows.len();
    late.message(2, GROUP, ADMIN, "OLD", 35, "only in the copy");
    late.message(9, GROUP, ADMIN, "OLDER", 36, "only in the copy too");
    for (origin, _) in &mut late.rows[own..] {
        (origin.path, origin.found) = (t(BACKUP), Found::Backup);
    }
    late.owner = CARLA;
    let business = late.rows.len();
    late.own_account();
    late.chat(1, GROUP, Some("Blue"));
    for (origin, _) in &mut late.rows[business..] {
        origin.path = t("/business.db");
    }
    late.seized_at = minute(200_000);
    late.seal(&case, "LATE", "ES", &key);
    case
}

fn recovered(text: &str) -> RecoveredRecord {
    RecoveredRecord {
        recovered_table: t("message"),
        certainty: t("certain"),
        cells: t("{}"),
        text: Some(t(text)),
        ..RecoveredRecord::default()
    }
}

impl Phone {
    /// A picture of the administrator's with a caption, in a chat of two.
    fn captioned(&mut self, number: i64, chat: &str, caption: &str) {
        self.share(number, chat, ADMIN, "C1", 50, false);
        if let Some((_, Row::Attachment(row))) = self.rows.last_mut() {
            (row.sha256, row.caption) = (None, Some(t(caption)));
        }
    }

    /// A message that quotes one of the administrator's.
    fn quote(&mut self, number: i64, chat: &str, key: &str, at: i64, quoted: &str, text: &str) {
        self.message(number, chat, self.owner, key, at, "quoting");
        if let Some((_, Row::Message(row))) = self.rows.last_mut() {
            (row.quoted_key, row.quoted_sender, row.quoted_text) = (Some(t(quoted)), Some(t(ADMIN)), Some(t(text)));
        }
    }
}
