//! Codes of WhatsApp on Android and the fixed words that stand for them. Unknown codes keep their number.
//!
//! Source: public readers, agreed by two or more of them where the comment does not say otherwise.

use std::borrow::Cow;

/// Type of system rows in table `message`.
pub const SYSTEM: i64 = 7;

/// Types whose text is a contact card in legacy databases.
pub const CONTACTS: [i64; 2] = [4, 14];

/// Type of messages that their sender revoked.
pub const REVOKED: i64 = 15;

/// Type of those that an administrator revoked.
pub const REVOKED_BY_ADMIN: i64 = 64;

/// Words for `message.message_type` and the legacy `media_wa_type`.
pub fn message_kind(code: i64) -> Cow<'static, str> {
    Cow::Borrowed(match code {
        0 => "text",
        1 => "image",
        2 => "audio",
        3 => "video",
        4 => "contact",
        5 => "location",
        SYSTEM => "system",
        8 | 90 => "call",
        9 => "document",
        10 => "missed call",
        11 => "not decrypted",
        13 => "gif",
        14 => "contacts",
        // `code` and `revoked_by` keep them apart.
        REVOKED | REVOKED_BY_ADMIN => "revoked",
        16 => "live location",
        20 => "sticker",
        23 => "product",
        24 => "group invite",
        25..=28 => "template",
        32 => "template reply",
        36 => "disappearing timer",
        42 => "view-once image",
        43 => "view-once video",
        82 => "view-once audio",
        44 => "order",
        45 | 55 | 57 | 85 => "interactive",
        46 | 49 => "interactive reply",
        56 => "disappearing timer",
        62 => "interactive product",
        66 | 106 => "poll",
        81 => "video note",
        88 => "bot feedback",
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
        Some(0) => "connected",
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

/// A kind of system row.
#[derive(Debug)]
pub struct Action {
    /// `message_system.action_type`; in legacy databases `messages.media_size`.
    pub code: i64,
    /// Fixed word.
    pub action: &'static str,
    /// Who its persons are.
    pub persons: Persons,
}

const fn action(code: i64, action: &'static str, persons: Persons) -> Action {
    Action { code, action, persons }
}

/// Kinds of system rows, by code. Codes on which public readers disagree share one careful word.
#[rustfmt::skip]
pub const ACTIONS: &[Action] = {
    use Persons::{Joiner, Listed, ListedOrOwner, ListedOrSender, Notice, Sender};
    &[
        action(1, "subject changed", Listed),
        action(2, "created", Listed), // one reader alone
        action(4, "added", ListedOrOwner),
        action(5, "left", ListedOrSender),
        action(6, "icon changed", Listed),
        action(7, "removed", ListedOrOwner),
        action(8, "sending no longer allowed", Notice), // one reader alone
        action(9, "broadcast list created", Listed),
        action(10, "number changed", Sender),
        action(11, "created", Listed),
        action(12, "added", Listed),
        action(13, "left", ListedOrSender),
        action(14, "removed", Listed),
        action(15, "promoted", ListedOrOwner),
        action(16, "demoted", ListedOrOwner), // one reader alone
        action(18, "security code changed", Notice),
        action(19, "end-to-end encrypted", Notice),
        action(20, "joined by link", Joiner),
        action(21, "link reset", Listed),
        action(27, "description changed", Listed),
        action(28, "number changed", Sender),
        action(29, "group info restricted to admins", Listed),
        action(30, "group info open to all", Listed),
        action(31, "sending restricted to admins", Listed), // readers disagree
        action(32, "sending open to all", Listed),
        action(33, "announcement-only notice", Notice),
        action(39, "payment notice", Notice),
        action(46, "became business", Notice),
        action(47, "became official business", Notice),
        action(50, "became standard account", Notice),
        action(52, "joined from invitation", Joiner),
        action(56, "disappearing timer set", Listed),
        action(57, "device or security data changed", Notice),
        action(58, "contact blocked or unblocked", Listed),
        action(59, "disappearing timer changed", Listed),
        action(60, "disappearing timer not applied", Notice),
        action(63, "security notifications unavailable", Notice),
        action(67, "end-to-end notice", Notice),
        action(68, "default timer", Notice),
        action(69, "privacy provider notice", Notice),
        action(70, "call notice", Notice),
        action(75, "group added to community", Listed),
        action(78, "group removed from community", Listed),
        action(79, "joined from community", Joiner),
        action(80, "message kept", Listed),
        action(81, "community admin assigned", Listed), // readers disagree on 81 and 82
        action(82, "community admin removed", Listed),
        action(83, "membership request", Sender), // readers disagree
        action(84, "join approval on", Sender),
        action(85, "join approval off", Listed),
        action(87, "community management", Listed), // readers disagree on 87, 88, 95, 109 to 111, 115, 116, 128
        action(88, "community management", Listed),
        action(90, "added to community", Listed),
        action(91, "adding open to all", Listed),
        action(92, "adding restricted to admins", Listed),
        action(95, "community management", Listed),
        action(99, "phone number privacy notice", Notice), // readers disagree
        action(102, "joining open to community", Listed),
        action(107, "community renamed", Listed), // readers disagree
        action(108, "group added to community", Listed),
        action(109, "community management", Listed),
        action(110, "community management", Listed),
        action(111, "community management", Listed),
        action(115, "community management", Listed),
        action(116, "community management", Listed),
        action(118, "message pinned", Listed),
        action(120, "added after approval", Listed),
        action(126, "joined by community invite", Joiner), // one reader alone
        action(128, "community management", Listed),
        action(129, "contact card", Notice),
        action(132, "channel created", Listed), // readers disagree on 132 and 134
        action(134, "channel privacy notice", Notice),
        action(136, "contact joined messenger", Notice),
        action(137, "adding groups open to all", Listed), // one reader alone, 138 too
        action(138, "adding groups restricted to admins", Listed),
        action(142, "more than 256 members", Notice),
        action(144, "welcome notice", Notice),
        action(146, "AI notice", Notice), // one reader alone, 155 and 156 too
        action(155, "AI notice", Notice),
        action(156, "AI notice", Notice),
        action(158, "business notice", Notice),
        action(167, "community created", Listed), // one reader alone
        action(173, "owner changed", Listed), // one reader alone
        action(188, "invite permission changed", Listed), // one reader alone, 189 too
        action(189, "link reset", Listed),
    ]
};

/// Codes by which somebody enters a group: a row marked `is_me_joined` then concerns the owner of the device.
pub const ENTRIES: &[i64] = &[4, 12, 20, 52, 79, 90, 120, 126];

/// Codes that say that an account's number changed.
pub const NUMBER_CHANGES: &[i64] = &[10, 28];

/// Codes whose rows bear a subject or a description as their text.
pub const NAMES: &[i64] = &[1, 2, 11, 27];

/// Codes that say that a group no longer belongs to a community.
pub const LEFT_COMMUNITY: &[i64] = &[78];

/// Codes by which a group or community was created.
pub const CREATIONS: &[i64] = &[2, 11, 167];

/// The kind of a system row, if its code is known.
fn known(code: i64) -> Option<&'static Action> {
    ACTIONS.binary_search_by_key(&code, |action| action.code).ok().and_then(|place| ACTIONS.get(place))
}

/// The word for the code of a system row.
pub fn action_word(code: i64) -> Cow<'static, str> {
    known(code).map_or_else(|| Cow::Owned(format!("system event {code}")), |action| Cow::Borrowed(action.action))
}

/// Who the persons of a system row with this code are. Unknown codes are taken for notices: nothing is put into them.
pub fn persons(code: i64) -> Persons {
    known(code).map_or(Persons::Notice, |action| action.persons)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_sorted_and_found() {
        assert!(ACTIONS.is_sorted_by(|a, b| a.code < b.code));
        let used = ENTRIES.iter().chain(NUMBER_CHANGES).chain(LEFT_COMMUNITY).chain(CREATIONS).chain(NAMES);
        assert!(used.into_iter().all(|&code| known(code).is_some()));
        assert_eq!(action_word(20), "joined by link");
        assert_eq!(action_word(4711), "system event 4711");
        assert_eq!(persons(4711), Persons::Notice);
    }
}
