//! Codes of WhatsApp on Android and the fixed words that stand for them. Unknown codes keep their number.
//!
//! Source: public readers, agreed by two or more of them where the comment does not say otherwise.

use std::borrow::Cow;

/// Type of system rows in table `message`.
pub const SYSTEM: i64 = 7;

/// Type of messages that their sender revoked.
pub const REVOKED: i64 = 15;

/// Words for `message.message_type` and the legacy `media_wa_type`.
pub fn message_kind(code: i64) -> Cow<'static, str> {
    Cow::Borrowed(match code {
        0 => "text",
        1 => "image",
        2 => "audio",
        3 => "video",
        4 => "contact card",
        5 => "location",
        SYSTEM => "system",
        8 | 90 => "call",
        9 => "document",
        10 => "missed call",
        11 => "not decrypted",
        13 => "gif",
        14 => "contact cards",
        // 15 was revoked by its sender, 64 by an administrator; `code` and `revoked_by` keep them apart.
        REVOKED | 64 => "revoked",
        16 => "live location",
        20 => "sticker",
        23 => "product",
        24 => "group invite",
        25 | 26 | 27 | 28 => "template",
        32 => "template reply",
        36 | 56 => "disappearing timer changed",
        42 => "view-once image",
        43 => "view-once video",
        44 => "order",
        45 | 55 | 57 | 85 => "interface element",
        46 | 49 => "interface reply",
        62 => "interactive product",
        66 | 106 => "poll",
        81 => "video note",
        82 => "view-once voice",
        88 => "assistant feedback",
        92 => "event",
        94 => "channel admin invite",
        99 => "album",
        103 => "status mention",
        112 => "advanced chat privacy",
        116 => "status update",
        _ => return Cow::Owned(format!("message type {code}")),
    })
}

/// Words for `call_log.call_result`.
pub fn call_result(code: Option<i64>) -> Cow<'static, str> {
    Cow::Borrowed(match code {
        Some(0) => "connected or ringing",
        Some(2) => "not answered",
        Some(3) => "unavailable",
        Some(4) => "rejected",
        Some(5) => "answered",
        Some(7) => "busy",
        Some(8) => "joined voice chat",
        Some(code) => return Cow::Owned(format!("call result {code}")),
        None => "not stored",
    })
}

/// Words for `group_participant_user.rank` and the legacy `group_participants.admin`.
pub fn role(code: i64) -> Cow<'static, str> {
    Cow::Borrowed(match code {
        0 => "member",
        1 => "admin",
        2 => "superadmin",
        _ => return Cow::Owned(format!("rank {code}")),
    })
}

/// Who the persons of a system row are. A sender that is stored is the actor unless this says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persons {
    /// The persons concerned stand in the list of participants; without a list the row concerns nobody.
    Listed,
    /// As `Listed`; without a list the row concerns the owner of the device: `you were added`.
    ListedOrOwner,
    /// As `Listed`; without a list it concerns the sender, who acted for himself.
    ListedOrSender,
    /// Someone who entered by himself: as `ListedOrSender`, and nobody else acted.
    Joiner,
    /// The sender is the person concerned, and who acted is not stored.
    Sender,
    /// As `Listed`, but a notice of the messenger: a row marked as own is not an act of the owner.
    Notice,
}

/// Kinds of system rows, `message_system.action_type` and in legacy databases `messages.media_size`: code and fixed word.
/// Where public readers disagree on many codes at once, the word is `community management`.
#[rustfmt::skip]
pub const ACTIONS: &[(i64, &str)] = &[
    (1, "subject changed"),
    (2, "created"), // one reader alone
    (4, "added"),
    (5, "left"),
    (6, "icon changed"),
    (7, "removed"),
    (8, "can no longer send"), // one reader alone
    (9, "broadcast list created"),
    (10, "number changed"),
    (11, "created"),
    (12, "added"),
    (13, "left"),
    (14, "removed"),
    (15, "promoted"),
    (16, "demoted"), // one reader alone
    (18, "security code changed"),
    (19, "end-to-end notice"),
    (20, "joined by link"),
    (21, "link reset"),
    (27, "description changed"),
    (28, "number changed"),
    (29, "only admins edit info"),
    (30, "all edit info"),
    (31, "only admins send"), // readers disagree
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
    (81, "community admin assigned"), // readers disagree on 81 and 82
    (82, "community admin removed"),
    (83, "membership requested"), // readers disagree
    (84, "join approval on"),
    (85, "join approval off"),
    (87, "community management"), // readers disagree on 87, 88, 95, 109 to 111, 115, 116, 128
    (88, "community management"),
    (90, "added to community"),
    (91, "all add members"),
    (92, "only admins add members"),
    (95, "community management"),
    (99, "phone number privacy notice"), // readers disagree
    (102, "any community member may join"),
    (107, "community renamed"), // readers disagree
    (108, "group added to community"),
    (109, "community management"),
    (110, "community management"),
    (111, "community management"),
    (115, "community management"),
    (116, "community management"),
    (118, "message pinned"),
    (120, "added after approval"),
    (126, "joined by community invite"), // one reader alone
    (128, "community management"),
    (129, "contact card"),
    (132, "channel created"),
    (134, "channel privacy"),
    (136, "contact joined the messenger"),
    (137, "any member adds groups"), // one reader alone, 138 too
    (138, "only admins add groups"),
    (142, "more than 256 members"),
    (144, "welcome"),
    (146, "assistant notice"), // one reader alone, 155 and 156 too
    (155, "assistant notice"),
    (156, "assistant notice"),
    (158, "business notice"),
    (167, "community created"), // one reader alone
    (173, "owner changed"), // one reader alone
    (188, "invite permission changed"), // one reader alone, 189 too
    (189, "link reset"),
];

/// The word for a code, if it is known.
pub fn action(code: i64) -> Cow<'static, str> {
    let place = ACTIONS.binary_search_by_key(&code, |(known, _)| *known).ok();
    match place.and_then(|place| ACTIONS.get(place)) {
        Some((_, action)) => Cow::Borrowed(action),
        None => Cow::Owned(format!("system event {code}")),
    }
}

/// Who the persons of a system row with this code are. Unknown codes are taken for notices: nothing is put into them.
pub fn persons(code: i64) -> Persons {
    match code {
        4 | 7 | 15 | 16 => Persons::ListedOrOwner,
        5 | 13 => Persons::ListedOrSender,
        20 | 52 | 79 | 126 => Persons::Joiner,
        10 | 28 | 83 | 84 => Persons::Sender,
        8 | 18 | 19 | 33 | 39 | 46 | 47 | 50 | 57 | 60 | 63 | 67..=70 | 99 | 129 | 134 | 136 | 142 | 144 => Persons::Notice,
        146 | 155 | 156 | 158 => Persons::Notice,
        _ if ACTIONS.binary_search_by_key(&code, |(known, _)| *known).is_ok() => Persons::Listed,
        _ => Persons::Notice,
    }
}

/// Codes by which somebody enters a group: a row marked `is_me_joined` then concerns the owner of the device.
pub const ENTRIES: &[i64] = &[4, 12, 20, 52, 79, 90, 120, 126];

/// Codes that say that an account's number changed.
pub const NUMBER_CHANGES: &[i64] = &[10, 28];

/// Codes by which a group or community was created.
pub const CREATIONS: &[i64] = &[2, 11, 167];

/// Codes that say that a group no longer belongs to a community.
pub const LEFT_COMMUNITY: &[i64] = &[78];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_sorted_and_found() {
        assert!(ACTIONS.is_sorted_by(|a, b| a.0 < b.0));
        let used = ENTRIES.iter().chain(NUMBER_CHANGES).chain(LEFT_COMMUNITY).chain(CREATIONS);
        assert!(used.into_iter().all(|&code| !action(code).starts_with("system event")));
        assert_eq!(action(20), "joined by link");
        assert_eq!(action(4711), "system event 4711");
        assert_eq!(persons(4711), Persons::Notice);
    }
}
