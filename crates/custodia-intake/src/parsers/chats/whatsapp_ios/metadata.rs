//! `ZWAMEDIAITEM.ZMETADATA`: what a message quotes, how often it was forwarded, the group an invitation names; and the question
//! and the options of a poll in `ZWAMESSAGEINFO.ZRECEIPTINFO`.
//!
//! Source of the numbers: public readers, and public definitions of the messenger's protocol, whose message stands in field
//! 19 and whose invitation stands in field 28.

use std::borrow::Cow;

use crate::open::protobuf::{self, Content};

/// Key of the quoted message, its sender, its chat, its content; how often forwarded; an invitation.
const QUOTED_KEY: u64 = 5;
const QUOTED_SENDER: u64 = 6;
const QUOTED_CHAT: u64 = 7;
const QUOTED: u64 = 19;
const FORWARDS: u64 = 17;
const INVITE: u64 = 28;

/// Where a quoted message may hold a text: its own, that of a text with a preview, captions of image, document and video.
const TEXTS: &[&[u64]] = &[&[QUOTED, 1], &[QUOTED, 6, 1], &[QUOTED, 3, 3], &[QUOTED, 7, 8], &[QUOTED, 9, 7]];

/// The blob of one message; empty where there is none.
#[derive(Clone, Copy, Default)]
pub struct Metadata<'b>(pub &'b [u8]);

/// An invitation that is sent as a message.
pub struct Invite<'b> {
    /// Address of the group.
    pub group: Option<&'b str>,
    /// Code of the invitation.
    pub code: Option<&'b str>,
    /// Name of the group.
    pub name: Option<&'b str>,
}

impl<'b> Metadata<'b> {
    /// Key of the quoted message.
    pub fn quoted_key(self) -> Option<&'b str> {
        protobuf::text_at(self.0, &[QUOTED_KEY])
    }

    /// Sender of the quoted message.
    pub fn quoted_sender(self) -> Option<&'b str> {
        protobuf::text_at(self.0, &[QUOTED_SENDER]).filter(|written| written.contains('@'))
    }

    /// Chat of the quoted message.
    pub fn quoted_chat(self) -> Option<&'b str> {
        protobuf::text_at(self.0, &[QUOTED_CHAT]).filter(|written| written.contains('@'))
    }

    /// Text of the quoted message.
    pub fn quoted_text(self) -> Option<Cow<'b, str>> {
        TEXTS.iter().find_map(|path| protobuf::text_at(self.0, path)).map(Cow::Borrowed)
    }

    /// How often the message had been forwarded.
    pub fn forwards(self) -> Option<i64> {
        match protobuf::last(self.0, FORWARDS)? {
            Content::Number(number) => i64::try_from(number).ok(),
            _ => None,
        }
    }

    /// The invitation. Only its name is stated by a public reader; address and code are taken where they have the form of
    /// one.
    pub fn invite(self) -> Option<Invite<'b>> {
        let invite = protobuf::bytes_at(self.0, &[INVITE])?;
        let code = |code: &&str| {
            (20..=24).contains(&code.len())
                && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        };
        Some(Invite {
            group: protobuf::text_at(invite, &[1]).filter(|group| group.ends_with("@g.us")),
            code: protobuf::text_at(invite, &[2]).filter(code),
            name: protobuf::text_at(invite, &[4]),
        })
    }
}

/// Where the second blob has a poll, and in it the question, an option, and the text of an option.
const POLL: u64 = 8;
const QUESTION: u64 = 2;
const OPTION: u64 = 3;
const OPTION_TEXT: u64 = 1;

/// Options that are read of one poll. The app takes twelve.
const OPTIONS: usize = 256;

/// `ZWAMESSAGEINFO.ZRECEIPTINFO` of a poll.
#[derive(Clone, Copy)]
pub struct Poll<'b>(pub &'b [u8]);

impl<'b> Poll<'b> {
    /// What is asked.
    pub fn question(self) -> Option<&'b str> {
        protobuf::text_at(self.0, &[POLL, QUESTION])
    }

    /// The question and the options, as they stand.
    pub fn texts(self) -> impl Iterator<Item = &'b str> {
        let poll = protobuf::bytes_at(self.0, &[POLL]).unwrap_or_default();
        let options = protobuf::Fields::new(poll).filter_map(|(number, _, content)| match content {
            Content::Bytes(option) if number == OPTION => protobuf::text_at(option, &[OPTION_TEXT]),
            _ => None,
        });
        self.question().into_iter().chain(options.take(OPTIONS))
    }
}
