//! Codes of WhatsApp on iOS and the fixed words that stand for them, the same words as for Android where the meaning is the
//! same. Unknown codes keep their number.
//!
//! Source: public readers; one reader alone for most codes of system rows.

use std::borrow::Cow;

/// Type of what happened to a group.
pub const GROUP_EVENT: i64 = 6;

/// Type of notices in a chat.
pub const NOTICE: i64 = 10;

/// Type of what happened to a channel.
pub const CHANNEL_EVENT: i64 = 55;

/// Types of system rows.
pub const SYSTEM: &[i64] = &[GROUP_EVENT, NOTICE, CHANNEL_EVENT];

/// Type of messages with a contact card.
pub const CONTACT: i64 = 4;

/// Type of messages with a place.
pub const LOCATION: i64 = 5;

/// Type of polls.
pub const POLL: i64 = 46;

/// Type of messages that were revoked.
pub const REVOKED: i64 = 14;

/// Type of invitations that are sent as messages.
pub const GROUP_INVITE: i64 = 27;

/// Types whose media row is a file: `ZVCARDNAME` is its digest and `ZVCARDSTRING` its media type.
pub const FILES: &[i64] = &[1, 2, 3, 8, 11, 15, 38, 39, 53, 54];

/// Words for `ZWAMESSAGE.ZMESSAGETYPE`.
pub fn message_kind(code: i64) -> Cow<'static, str> {
    Cow::Borrowed(match code {
        // A text with the preview of a link is a text; `code` keeps them apart.
        0 | 7 => "text",
        1 => "image",
        2 => "video",
        3 => "audio",
        CONTACT => "contact",
        LOCATION => "location",
        GROUP_EVENT | NOTICE | CHANNEL_EVENT => "system",
        8 => "document",
        11 => "gif",
        12 => "not decrypted",
        REVOKED => "revoked",
        15 => "sticker",
        19 | 20 | 23 | 24 | 30 | 32 | 41 | 42 => "template",
        25 | 31 | 34 => "template reply",
        26 => "product",
        GROUP_INVITE => "group invite",
        28 => "disappearing timer",
        38 => "view-once image",
        39 => "view-once video",
        53 => "view-once audio",
        POLL => "poll",
        54 => "video note",
        58 => "bot feedback",
        59 => "call",
        62 => "channel event",
        63 => "event",
        66 => "album",
        68 => "status mention",
        73 => "advanced chat privacy",
        _ => return Cow::Owned(format!("message type {code}")),
    })
}

/// Words for `ZOUTCOME` of calls and their participants.
pub fn call_result(code: Option<i64>) -> Cow<'static, str> {
    Cow::Borrowed(match code {
        Some(0) => "ended",
        Some(1) => "missed",
        Some(4) => "rejected",
        Some(code) => return Cow::Owned(format!("call outcome {code}")),
        None => "not stored",
    })
}

/// Words for `ZWAGROUPMEMBER.ZISADMIN`.
pub fn role(code: i64) -> Cow<'static, str> {
    Cow::Borrowed(match code {
        0 => "member",
        1 => "admin",
        _ => return Cow::Owned(format!("rank {code}")),
    })
}

/// Who the persons of a system row are: its member (`ZGROUPMEMBER`) and the accounts its text may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persons {
    /// The member acted; the row concerns nobody.
    Actor,
    /// The text names who acted, and perhaps those concerned: `actor;target,target`. The member is concerned. Where the
    /// text names an actor and nobody else is named, the row concerns the owner of the device: `you were added`.
    Concerned,
    /// The member left, by himself.
    Leaver,
    /// The member entered, by himself.
    Joiner,
    /// The row concerns the owner of the device.
    Owner,
    /// The member, or the person of the chat, has another account.
    NumberChange,
    /// A notice of the messenger: nobody acted.
    Notice,
    /// The member that the row names stands for whoever acted; what else it says is left as it is.
    Unknown,
}

/// A kind of system row.
#[derive(Debug)]
pub struct Action {
    /// `ZGROUPEVENTTYPE`.
    pub code: i64,
    /// Fixed word.
    pub action: &'static str,
    /// Who its persons are.
    pub persons: Persons,
}

const fn action(code: i64, action: &'static str, persons: Persons) -> Action {
    Action { code, action, persons }
}

/// Kinds of rows of type 6.
#[rustfmt::skip]
pub const GROUP_EVENTS: &[Action] = {
    use Persons::{Actor, Concerned, Joiner, Leaver, Notice, NumberChange, Owner};
    &[
        action(1, "subject changed", Actor),
        action(2, "added", Concerned),
        action(3, "left", Leaver),
        action(4, "icon changed", Actor),
        action(5, "icon deleted", Actor),
        action(7, "removed", Concerned),
        action(9, "number changed", NumberChange),
        action(10, "promoted", Owner),
        action(11, "demoted", Owner),
        action(12, "created", Actor),
        action(13, "community notice", Notice),
        action(15, "joined by link", Joiner),
        action(17, "description changed", Actor),
        action(18, "group info restricted to admins", Actor),
        action(19, "group info open to all", Actor),
        action(20, "sending restricted to admins", Actor),
        action(21, "sending open to all", Actor),
        action(22, "description deleted", Actor),
        action(23, "joined from invitation", Joiner),
        action(26, "disappearing timer changed", Actor),
        action(30, "joined from community", Joiner),
        action(31, "group added to community", Actor),
        action(33, "group removed from community", Actor),
        action(39, "promoted", Concerned),
        action(42, "adding restricted to admins", Actor),
        action(43, "not part of community", Notice),
        action(50, "added", Concerned),
        action(51, "community management", Notice),
        action(56, "subject changed", Actor),
        action(57, "community description", Actor),
        action(60, "welcome notice", Notice),
        action(61, "group added to community", Actor),
        action(64, "who may add changed", Actor),
    ]
};

/// Kinds of rows of type 10.
#[rustfmt::skip]
pub const NOTICES: &[Action] = {
    use Persons::{Actor, Notice, NumberChange};
    &[
        action(1, "missed voice call", Notice),
        action(2, "end-to-end encrypted", Notice),
        action(3, "security code changed", Notice),
        action(4, "missed video call", Notice),
        action(5, "number changed", NumberChange),
        action(6, "number changed", NumberChange),
        action(21, "missed voice call", Notice),
        action(22, "missed video call", Notice),
        action(25, "became official business", Notice),
        action(26, "became business", Notice),
        action(29, "business name", Notice),
        action(30, "became standard account", Notice),
        action(34, "contact blocked", Actor),
        action(35, "contact unblocked", Actor),
        action(36, "security code changed", Notice),
        action(38, "became official business", Notice),
        action(40, "group video call", Notice),
        action(41, "group video call", Notice),
        action(45, "missed voice call", Notice),
        action(46, "missed video call", Notice),
        action(47, "message kept", Notice),
        action(51, "privacy notice", Notice),
        action(56, "sender added", Notice),
    ]
};

/// Kinds of rows of type 55.
pub const CHANNEL_EVENTS: &[Action] =
    &[action(1, "channel created", Persons::Notice), action(4, "channel privacy notice", Persons::Notice)];

/// The code of a row of type 6 whose text `1` says that all may add members.
pub const WHO_MAY_ADD: i64 = 64;

/// The code of a row of type 6 whose text is JSON with the subjects before and after.
pub const RENAMED: i64 = 56;

/// The kind of a system row of a type, if its code is known.
fn known(kind: i64, code: i64) -> Option<&'static Action> {
    let list = match kind {
        GROUP_EVENT => GROUP_EVENTS,
        NOTICE => NOTICES,
        CHANNEL_EVENT => CHANNEL_EVENTS,
        _ => &[],
    };
    list.binary_search_by_key(&code, |action| action.code).ok().and_then(|place| list.get(place))
}

/// Words for rows of type 6.
pub fn group_event(code: i64) -> Cow<'static, str> {
    known(GROUP_EVENT, code).map_or_else(|| format!("system event {code}").into(), |action| action.action.into())
}

/// Words for rows of type 10.
pub fn notice(code: i64) -> Cow<'static, str> {
    known(NOTICE, code).map_or_else(|| format!("system notice {code}").into(), |action| action.action.into())
}

/// Words for rows of type 55.
pub fn channel_event(code: i64) -> Cow<'static, str> {
    known(CHANNEL_EVENT, code).map_or_else(|| format!("channel event {code}").into(), |action| action.action.into())
}

/// Who the persons of a system row are. Of an unknown event in a group the member that the row names stays its actor, as on Android; any
/// other unknown code is taken for a notice: nothing is put into it.
pub fn persons(kind: i64, code: i64) -> Persons {
    // Without a code nothing says that it is an event.
    let unknown = if kind == GROUP_EVENT && code >= 0 { Persons::Unknown } else { Persons::Notice };
    known(kind, code).map_or(unknown, |action| action.persons)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_sorted_and_found() {
        for list in [GROUP_EVENTS, NOTICES, CHANNEL_EVENTS] {
            assert!(list.is_sorted_by(|a, b| a.code < b.code));
        }
        assert!([WHO_MAY_ADD, RENAMED].iter().all(|&code| known(GROUP_EVENT, code).is_some()));
        assert_eq!((group_event(2), notice(2)), ("added".into(), "end-to-end encrypted".into()));
        assert_eq!((group_event(4711), notice(4711)), ("system event 4711".into(), "system notice 4711".into()));
        assert_eq!(persons(NOTICE, 12), Persons::Notice);
    }
}
