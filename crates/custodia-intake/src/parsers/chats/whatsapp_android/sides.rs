//! All side tables that are walked beside the messages.

use super::super::whatsapp::cell;
use super::super::whatsapp::out::Out;
use super::super::whatsapp::reader::Reader;
use super::super::whatsapp::side::Side;
use super::super::whatsapp::wanted::Wanted;
use super::reading::Reading;
use super::schema;
use super::texts::Texts;
use crate::open::sqlite::Database;

/// Tables of single kinds of system rows whose second column says something: whether a person is blocked, names of businesses and of a
/// community.
const SAID: [&Wanted; 4] = [
    &schema::message_system_block_contact::WANTED,
    &schema::message_system_business_state::WANTED,
    &schema::message_system_initial_privacy_provider::WANTED,
    &schema::message_system_group_with_parent::WANTED,
];

/// The walks, each at the row of the message at hand or beyond.
pub struct Sides<'a> {
    pub media: Side<'a>,
    pub quoted: Side<'a>,
    pub forwarded: Side<'a>,
    pub edited: Side<'a>,
    pub revoked: Side<'a>,
    pub location: Side<'a>,
    pub details: Side<'a>,
    pub preview: Side<'a>,
    pub invite: Side<'a>,
    pub quoted_invite: Side<'a>,
    pub quoted_media: Side<'a>,
    pub quoted_location: Side<'a>,
    pub system: Side<'a>,
    pub system_group: Side<'a>,
    pub value_change: Side<'a>,
    pub number_change: Side<'a>,
    pub photo: Side<'a>,
    pub timer: Side<'a>,
    pub community: Side<'a>,
    pub sibling: Side<'a>,
    pub nodes: Side<'a>,
    pub said: [Side<'a>; 4],
    pub texts: Texts<'a>,
    pub participants: Participants,
}

impl<'a> Sides<'a> {
    /// Starts all walks.
    pub fn new(reading: &mut Reading<'a>) -> Sides<'a> {
        let database = reading.database;
        Sides::of(|wanted| Side::new(database, wanted), Texts::new(database), Participants::read(reading))
    }

    /// Walks that meet nothing.
    pub fn none(database: &'a Database) -> Sides<'a> {
        Sides::of(|_| Side::none(database), Texts::none(), Participants(Vec::new()))
    }

    fn of(side: impl Fn(&'static Wanted) -> Side<'a>, texts: Texts<'a>, participants: Participants) -> Sides<'a> {
        Sides {
            media: side(&schema::message_media::WANTED),
            quoted: side(&schema::message_quoted::WANTED),
            forwarded: side(&schema::message_forwarded::WANTED),
            edited: side(&schema::message_edit_info::WANTED),
            revoked: side(&schema::message_revoked::WANTED),
            location: side(&schema::message_location::WANTED),
            details: side(&schema::message_details::WANTED),
            preview: side(&schema::message_text::WANTED),
            invite: side(&schema::message_group_invite::WANTED),
            quoted_invite: side(&schema::message_quoted_group_invite::WANTED),
            quoted_media: side(&schema::message_quoted_media::WANTED),
            quoted_location: side(&schema::message_quoted_location::WANTED),
            system: side(&schema::message_system::WANTED),
            system_group: side(&schema::message_system_group::WANTED),
            value_change: side(&schema::message_system_value_change::WANTED),
            number_change: side(&schema::message_system_number_change::WANTED),
            photo: side(&schema::message_system_photo_change::WANTED),
            timer: side(&schema::message_ephemeral_setting::WANTED),
            community: side(&schema::message_system_community_link_changed::WANTED),
            sibling: side(&schema::message_system_sibling_group_link_change::WANTED),
            nodes: side(&schema::message_system_with_group_nodes::WANTED),
            said: SAID.map(&side),
            texts,
            participants,
        }
    }

    /// Tells the damage all walks met.
    pub fn finish(self, out: &mut Out<'_>) {
        let Sides {
            media,
            quoted,
            forwarded,
            edited,
            revoked,
            location,
            details,
            preview,
            invite,
            quoted_invite,
            quoted_media,
            quoted_location,
            system,
            system_group,
            value_change,
            number_change,
            photo,
            timer,
            community,
            sibling,
            nodes,
            said,
            texts,
            participants: _,
        } = self;
        let sides = [
            media,
            quoted,
            forwarded,
            edited,
            revoked,
            location,
            details,
            preview,
            invite,
            quoted_invite,
            quoted_media,
            quoted_location,
            system,
            system_group,
            value_change,
            number_change,
            photo,
            timer,
            community,
            sibling,
            nodes,
        ];
        for mut side in sides.into_iter().chain(said).chain(texts.into_sides()) {
            out.damage(Some(side.table()), &side.damage());
        }
    }
}

/// Persons of system rows. The table has no key and several rows for a message, so it is loaded: 16 bytes a person.
pub struct Participants(Vec<(i64, i64)>);

impl Participants {
    fn read(reading: &mut Reading<'_>) -> Participants {
        use schema::message_system_chat_participant as column;
        let mut list = Vec::new();
        reading.each(&column::WANTED, |_, row, _| {
            let message = cell::int(row.get(column::message_row_id));
            if let (Some(message), Some(jid)) = (message, cell::reference(row.get(column::user_jid_row_id))) {
                list.push((message, jid));
            }
        });
        // Stable, so that the persons of a row stay in their stored order.
        list.sort_by_key(|(message, _)| *message);
        Participants(list)
    }

    /// Row ids in table `jid` of the persons of a message.
    pub fn of(&self, message: i64) -> impl Iterator<Item = i64> + '_ {
        let from = self.0.partition_point(|(other, _)| *other < message);
        self.0
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(move |(other, _)| *other == message)
            .map(|(_, jid)| *jid)
    }
}
