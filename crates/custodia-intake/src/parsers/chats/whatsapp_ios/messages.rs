//! Messages: table `ZWAMESSAGE`, each row with the media row that hangs on it.

use std::borrow::Cow;

use custodia_model::tables::{Attachment, Message, Place as PlaceRow};
use custodia_model::{Text, Time, account};

use super::super::whatsapp::cell;
use super::super::whatsapp::ends::{Counter, Ends};
use super::super::whatsapp::jids::{self, ChatKind};
use super::super::whatsapp::out::Place;
use super::super::whatsapp::reader::Reader;
use super::super::whatsapp::side::{Held, Side};
use super::codes;
use super::events;
use super::media;
use super::metadata::{Metadata, Poll};
use super::schema::{
    MEDIA_BY_KEY, MESSAGE_OF_MEDIA, ZWAMEDIAITEM, ZWAMESSAGE as column, ZWAMESSAGEDATAITEM, ZWAMESSAGEINFO,
};
use super::storage::Reading;
use super::times::Times;
use super::traces::{self, Holder};
use crate::open::sqlite::{Cell, Record};

/// Where Core Data keeps the highest number that a message was given; an entity with another above it counts there.
const COUNTER: Counter =
    Counter { table: "Z_PRIMARYKEY", columns: &["Z_NAME", "Z_MAX", "Z_SUPER"], name: "WAMessage", dummy: false };

/// Bits of `ZFLAGS` that mark a forwarded message.
const FORWARDED: i64 = 0x180;

/// Tables that are walked beside the messages, and their names for origins.
pub struct Sides<'a> {
    media: Side<'a>,
    /// Begun when a message first needs it.
    media_by_key: Option<Side<'a>>,
    media_part: Text,
    previews: Side<'a>,
    previews_part: Text,
    /// Begun when a poll first needs it.
    info: Option<Side<'a>>,
    info_part: Text,
}

/// What a row says, as far as messages and system rows agree.
pub struct Stored {
    /// Where it stands. Its number is the key of the media row.
    pub place: Place,
    /// Address of the chat.
    pub chat: Text,
    /// What the address names.
    pub chat_kind: ChatKind,
    /// Key as stored.
    pub key: Text,
    /// Whether marked as own.
    pub from_me: bool,
    /// Member of the group the row names.
    pub member: Option<Text>,
    /// Type as stored.
    pub code: i64,
    /// Text as stored.
    pub text: Option<Text>,
    /// The time of the row.
    pub sent: Option<Time>,
    /// Its stored form.
    pub times_as_stored: Option<Text>,
}

/// Reads all messages and system rows.
pub fn read<'a>(reading: &mut Reading<'a>) {
    let mut sides = Sides {
        media: Side::new(reading.database, &ZWAMEDIAITEM::WANTED),
        media_by_key: None,
        media_part: ZWAMEDIAITEM::WANTED.table.into(),
        previews: Side::new(reading.database, &ZWAMESSAGEDATAITEM::WANTED),
        previews_part: ZWAMESSAGEDATAITEM::WANTED.table.into(),
        info: None,
        info_part: ZWAMESSAGEINFO::WANTED.table.into(),
    };
    let mut ends = Ends::default();
    let table = reading.database.table(column::WANTED.table);
    let mut told = table.is_none_or(|table| table.columns.iter().any(|it| it.eq_ignore_ascii_case("ZGROUPEVENTTYPE")));
    reading.each(&column::WANTED, |reading, row, place| {
        ends.stands(&place);
        let code = cell::int(row.get(column::ZMESSAGETYPE)).unwrap_or(-1);
        let system = codes::SYSTEM.contains(&code);
        let stored = stored(reading, row, place, code, if system { "at" } else { "sent" });
        match system {
            true => {
                if !std::mem::replace(&mut told, true) {
                    let says = "column ZGROUPEVENTTYPE of table ZWAMESSAGE absent: what rows of the system are about is not known, \
                                and their texts are told as they stand";
                    reading.out.warn("column absent", says);
                }
                let code = cell::int(row.get(column::ZGROUPEVENTTYPE));
                events::put(reading, code, stored);
                ends.put(None);
            }
            false => {
                // Own messages are stamped by the phone's own clock.
                ends.put(stored.sent.filter(|_| stored.from_me));
                put(reading, &mut sides, row, stored);
            }
        }
    });
    if reading.database.table(column::WANTED.table).is_some() {
        ends.tell(&mut reading.out, reading.database, &column::WANTED.table.into(), &COUNTER);
    }
    let later = sides.media_by_key.iter_mut().chain(&mut sides.info);
    for side in [&mut sides.media, &mut sides.previews].into_iter().chain(later) {
        let damage = side.damage();
        reading.out.damage(Some(side.table()), &damage);
    }
}

/// What all rows of this type have; `column_of_time` is where their time goes.
fn stored(
    reading: &mut Reading<'_>,
    row: &Record<'_>,
    place: Place,
    code: i64,
    column_of_time: &'static str,
) -> Stored {
    let from_me = cell::flag(row.get(column::ZISFROMME));
    let id = cell::int(row.get(column::ZCHATSESSION));
    let other = match id.and_then(|id| reading.chats.get(id)) {
        Some(_) => None,
        None => {
            let written = cell::text(row.get(if from_me { column::ZTOJID } else { column::ZFROMJID }));
            written.filter(|other| other.contains('@')).and_then(|other| reading.jids.written(&other))
        }
    };
    let (chat, chat_kind) = reading.chat(&place, id, other);
    let member = reading.member(&place, cell::reference(row.get(column::ZGROUPMEMBER)));
    let mut times = Times::default();
    let sent = times.read(column_of_time, row.get(column::ZMESSAGEDATE));
    // What this second time says differs between readers, so it stands in no column.
    times.keep("ZSENTDATE", row.get(column::ZSENTDATE));
    Stored {
        chat,
        chat_kind,
        key: cell::owned(row.get(column::ZSTANZAID)).unwrap_or_else(|| "".into()),
        from_me,
        member,
        code,
        text: cell::owned(row.get(column::ZTEXT)),
        sent,
        times_as_stored: times.stored(&mut reading.out, &place),
        place,
    }
}

/// Who sent a message: the owner, the member the row names, the account it comes from, or the other person of the chat.
fn sender(reading: &mut Reading<'_>, row: &Record<'_>, stored: &Stored) -> Option<Text> {
    if stored.from_me {
        return reading.owner.clone();
    }
    if let Some(member) = &stored.member {
        return Some(member.clone());
    }
    let from = cell::text(row.get(column::ZFROMJID)).filter(|from| from.contains('@'));
    let from = from.and_then(|from| reading.jids.written(&from));
    // What a person shows to all for a day is filed under that person's number, and comes from that address.
    if let Some(number) = [from.as_deref(), Some(&*stored.chat)].into_iter().flatten().find_map(account::of_status)
        && from.as_deref().is_none_or(|from| jids::kind(from) != ChatKind::Person)
    {
        return reading.jids.written(&number);
    }
    let from = from.filter(|from| jids::kind(from) == ChatKind::Person);
    let chat = (stored.chat_kind == ChatKind::Person).then(|| stored.chat.clone());
    if let (Some(from), Some(chat)) = (&from, &chat) {
        // A chat under one of a person's two addresses, and a row from the other.
        reading.tie(&stored.place, chat, from, "chat account");
    }
    from.or(chat)
}

fn put<'a>(reading: &mut Reading<'a>, sides: &mut Sides<'a>, row: &Record<'_>, stored: Stored) {
    let sender = sender(reading, row, &stored);
    let Stored { place, chat, chat_kind, key, from_me, code, text, sent, times_as_stored, .. } = stored;
    let message_kind = reading.kinds.of(code);
    let item = match sides.media.at(place.row) {
        Some(item) => Some(item),
        None => cell::reference(row.get(column::ZMEDIAITEM)).and_then(|key| {
            let by_key = sides.media_by_key.get_or_insert_with(|| Side::new(reading.database, &MEDIA_BY_KEY));
            // A row that names another message belongs to that one.
            by_key.at(key).filter(|item| item.get(MESSAGE_OF_MEDIA) == Cell::Null)
        }),
    };
    let metadata = Metadata(match item.map(|item| item.get(ZWAMEDIAITEM::ZMETADATA)) {
        Some(Cell::Blob(bytes)) => bytes,
        _ => &[],
    });
    let forward_score = metadata.forwards();
    let flagged = cell::int(row.get(column::ZFLAGS)).is_some_and(|flags| flags & FORWARDED != 0);
    let forwarded = flagged || forward_score.is_some_and(|score| score > 0);
    let quoted_sender = metadata.quoted_sender().and_then(|written| reading.jids.written(written));
    let quoted_text: Option<Text> = metadata.quoted_text().map(Text::from);
    let quoted_chat = metadata.quoted_chat().and_then(|written| reading.jids.written(written)).filter(|quoted| {
        // A chat of two is one under either address of its other person.
        *quoted != chat && !(chat_kind == ChatKind::Person && jids::kind(quoted) == ChatKind::Person)
    });

    if let Some(item) = item.filter(|item| media::is_file(code, item)) {
        let attachment = Attachment {
            owner: reading.owner.clone(),
            chat: chat.clone(),
            key: key.clone(),
            from_me,
            sender: sender.clone(),
            sent,
            message_kind: message_kind.clone(),
            forwarded,
            forward_score,
            ..Attachment::default()
        };
        media::put(reading, &item.place(&sides.media_part), code, attachment, item, text.as_ref());
    }
    if let Some(item) = item.filter(|_| code == codes::LOCATION) {
        let row =
            PlaceRow { chat: chat.clone(), key: key.clone(), sender: sender.clone(), sent, ..PlaceRow::default() };
        media::put_place(reading, &item.place(&sides.media_part), row, item);
    }

    let owner = reading.owner.clone();
    let holder = Holder {
        owner: owner.as_ref(),
        chat: Some(&chat),
        key: Some(&key),
        from_me,
        sender: sender.as_ref(),
        sent,
        quotes: false,
    };
    let written = text.as_deref().unwrap_or_default();
    let invite = if code == codes::GROUP_INVITE { metadata.invite() } else { None };
    let named = invite.as_ref().and_then(|invite| invite.name);
    traces::of_text(&mut reading.out, &mut sides.previews, &sides.previews_part, &place, &holder, written, named);
    if let Some(item) = item {
        let at = || item.place(&sides.media_part);
        if let Some(invite) = &invite {
            traces::invitation(reading, &at(), &holder, invite);
        }
        // Some releases store the caption as text too.
        let other = |caption: &Cow<'_, str>| **caption != *written;
        if let Some(caption) = cell::text(item.get(ZWAMEDIAITEM::ZTITLE)).filter(other) {
            traces::tell(&mut reading.out, &holder, &caption, at);
        }
        if code == codes::CONTACT
            && let Some(card) = cell::text(item.get(ZWAMEDIAITEM::ZVCARDSTRING))
        {
            traces::tell_card(&mut reading.out, &holder, &card, at);
        }
        if let Some(quoted) = &quoted_text {
            traces::tell(&mut reading.out, &holder.of_quote(), quoted, at);
        }
    }
    let mut question: Option<Text> = None;
    if code == codes::POLL {
        let info = sides.info.get_or_insert_with(|| Side::new(reading.database, &ZWAMESSAGEINFO::WANTED));
        if let Some(info) = info.at(place.row)
            && let Cell::Blob(bytes) = info.get(ZWAMESSAGEINFO::ZRECEIPTINFO)
        {
            let poll = Poll(bytes);
            for said in poll.texts().filter(|said| *said != written) {
                traces::tell(&mut reading.out, &holder, said, || info.place(&sides.info_part));
            }
            question = poll.question().map(Text::from);
        }
    }
    let revoked_by = revoked_by(reading, code, item, sender.as_ref());
    let row = Message {
        owner,
        chat,
        key,
        from_me,
        sender,
        sent,
        message_kind,
        code,
        status: cell::int(row.get(column::ZMESSAGESTATUS)),
        // Android has the question of a poll as the text of the message.
        text: text.filter(|text| !text.is_empty() || question.is_none()).or(question),
        quoted_key: metadata.quoted_key().map(Text::from),
        quoted_sender,
        quoted_text,
        quoted_chat,
        forwarded,
        forward_score,
        revoked_by,
        starred: cell::flag(row.get(column::ZSTARRED)),
        times_as_stored,
        ..Message::default()
    };
    reading.out.put(&place, row);
}

/// Who revoked a message, where the media row names somebody else than its sender.
fn revoked_by(reading: &mut Reading<'_>, code: i64, item: Option<&Held>, sender: Option<&Text>) -> Option<Text> {
    let item = item.filter(|_| code == codes::REVOKED)?;
    let written = cell::text(item.get(ZWAMEDIAITEM::ZVCARDSTRING)).filter(|written| written.contains('@'))?;
    let account = reading.jids.written(&written)?;
    (jids::kind(&account) == ChatKind::Person && Some(&account) != sender).then_some(account)
}
