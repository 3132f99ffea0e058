//! Codes and their words. Unknown codes stay numbers.

use custodia_model::Text;

/// System events: code, fixed word. Sources agree by two or more unless the format facts mark them; where they disagree the
/// word is `community management`.
pub const ACTIONS: &[(i64, &str)] = &[
    (1, "subject changed"),
    (2, "created"),
    (4, "added"),
    (5, "left"),
    (6, "icon changed"),
    (7, "removed"),
    (8, "can no longer send"),
    (9, "broadcast list created"),
    (10, "number changed"),
    (11, "created"),
    (12, "added"),
    (13, "left"),
    (14, "removed"),
    (15, "promoted"),
    (16, "demoted"),
    (18, "security code changed"),
    (19, "end-to-end notice"),
    (20, "joined by link"),
    (21, "link reset"),
    (27, "description changed"),
    (28, "number changed"),
    (29, "only admins edit info"),
    (30, "all edit info"),
    (31, "only admins send"),
    (32, "all send"),
    (33, "announcement notice"),
    (39, "payment notice"),
    (46, "became business"),
    (47, "became official business"),
    (50, "business became standard"),
    (52, "joined from invitation"),
    (56, "disappearing timer changed"),
    (57, "device or security data changed"),
    (58, "contact blocked or unblocked"),
    (59, "disappearing timer changed"),
    (60, "ephemeral setting not applied"),
    (63, "security notifications unavailable"),
    (67, "end-to-end notice"),
    (68, "default timer"),
    (69, "privacy provider notice"),
    (70, "call notice"),
    (75, "group added to community"),
    (78, "group removed from community"),
    (79, "joined from community"),
    (80, "message kept"),
    (81, "community admin assigned"),
    (82, "community admin removed"),
    (83, "membership requested"),
    (84, "join approval on"),
    (85, "join approval off"),
    (87, "community management"),
    (88, "community management"),
    (90, "added to community"),
    (91, "all add members"),
    (92, "only admins add members"),
    (95, "community management"),
    (99, "phone number privacy notice"),
    (102, "any community member may join"),
    (107, "community renamed"),
    (108, "group added to community"),
    (109, "community management"),
    (110, "community management"),
    (111, "community management"),
    (115, "community management"),
    (116, "community management"),
    (118, "message pinned"),
    (120, "added after approval"),
    (126, "joined by community invite"),
    (128, "community management"),
    (129, "contact card"),
    (132, "channel created"),
    (134, "channel privacy"),
    (136, "contact joined the messenger"),
    (137, "any member adds groups"),
    (138, "only admins add groups"),
    (142, "more than 256 members"),
    (144, "welcome"),
    (146, "assistant notice"),
    (155, "assistant notice"),
    (156, "assistant notice"),
    (158, "business notice"),
    (167, "community created"),
    (173, "owner changed"),
    (188, "invite permission changed"),
    (189, "link reset"),
];

/// Kinds of messages: code, fixed word.
const KINDS: &[(i64, &str)] = &[
    (0, "text"),
    (1, "image"),
    (2, "audio"),
    (3, "video"),
    (4, "contact card"),
    (5, "location"),
    (7, "system"),
    (8, "call"),
    (9, "document"),
    (10, "missed call"),
    (11, "not decrypted"),
    (13, "gif"),
    (14, "contact cards"),
    (15, "revoked"),
    (16, "live location"),
    (20, "sticker"),
    (23, "product"),
    (24, "group invite"),
    (25, "template"),
    (26, "template"),
    (27, "template"),
    (28, "template"),
    (32, "template reply"),
    (36, "disappearing timer changed"),
    (42, "view-once image"),
    (43, "view-once video"),
    (44, "order"),
    (45, "interface element"),
    (46, "interface reply"),
    (49, "interface reply"),
    (55, "interface element"),
    (56, "disappearing timer changed"),
    (57, "interface element"),
    (62, "interactive product"),
    (64, "revoked"),
    (66, "poll"),
    (81, "video note"),
    (82, "view-once voice"),
    (85, "interface element"),
    (88, "assistant feedback"),
    (90, "call"),
    (92, "event"),
    (94, "channel admin invite"),
    (99, "album"),
    (103, "status mention"),
    (106, "poll"),
    (112, "advanced chat privacy"),
    (116, "status update"),
];

/// Results of calls: code, fixed word.
const CALLS: &[(i64, &str)] = &[
    (0, "connected or ringing"),
    (2, "not answered"),
    (3, "unavailable"),
    (4, "rejected"),
    (5, "answered"),
    (7, "busy"),
    (8, "joined voice chat"),
];

/// Words of one kind of code, shared by all rows that use them.
pub struct Words {
    table: Vec<Option<Text>>,
    other: &'static str,
}

impl Words {
    fn new(words: &[(i64, &str)], other: &'static str) -> Words {
        let size = words.iter().map(|(code, _)| code + 1).max().unwrap_or(0);
        let mut table = vec![None; usize::try_from(size).unwrap_or(0)];
        for (code, word) in words {
            if let Some(place) = usize::try_from(*code).ok().and_then(|code| table.get_mut(code)) {
                *place = Some(Text::from(*word));
            }
        }
        Words { table, other }
    }

    /// Words for system events.
    pub fn actions() -> Words {
        Words::new(ACTIONS, "system event")
    }

    /// Words for kinds of messages.
    pub fn kinds() -> Words {
        Words::new(KINDS, "message type")
    }

    /// Words for results of calls.
    pub fn calls() -> Words {
        Words::new(CALLS, "call result")
    }

    /// The word of a code, or the code with what it is.
    pub fn of(&self, code: i64) -> Text {
        let word = usize::try_from(code).ok().and_then(|code| self.table.get(code)).cloned().flatten();
        word.unwrap_or_else(|| format!("{} {code}", self.other).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_codes_stay_numbers() {
        assert_eq!(&*Words::actions().of(12), "added");
        assert_eq!(&*Words::actions().of(4711), "system event 4711");
        assert_eq!(&*Words::kinds().of(-3), "message type -3");
        assert!(ACTIONS.windows(2).all(|pair| pair[0].0 < pair[1].0), "sorted, each code once");
    }
}
