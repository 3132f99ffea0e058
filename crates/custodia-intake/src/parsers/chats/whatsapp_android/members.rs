//! Who is and was in a group. The owner of the phone is not listed by modern databases, and no row is invented.

use custodia_model::Text;
use custodia_model::tables::{GroupEvent, Membership};

use super::super::whatsapp::by_id::ById;
use super::super::whatsapp::cell;
use super::super::whatsapp::reader::Reader;
use super::reading::Reading;
use super::schema::{
    group_participant_device, group_participant_user, group_participants, group_participants_history,
    group_past_participant_user,
};

/// At most so many accounts are taken from one list that a legacy row writes out.
const LISTED: usize = 4096;

/// Reads the participants of today, of either schema.
pub fn read(reading: &mut Reading<'_>) {
    if reading.has_rows(group_participant_user::WANTED.table) {
        current(reading);
    } else {
        legacy(reading);
    }
    past(reading);
    history(reading);
}

fn current(reading: &mut Reading<'_>) {
    use group_participant_user as column;
    let have_devices = reading.has_rows(group_participant_device::WANTED.table);
    let mut persons = ById::new();
    reading.each(&column::WANTED, |reading, row, place| {
        let chat = reading.jid(&place, cell::reference(row.get(column::group_jid_row_id)));
        let account = reading.jid(&place, cell::reference(row.get(column::user_jid_row_id)));
        let (Some(chat), Some(account)) = (chat, account) else { return };
        if have_devices {
            persons.insert(cell::int(row.get(column::_id)).unwrap_or(row.rowid), account.clone());
        }
        let since = reading.out.time("since", row.get(column::add_timestamp));
        let times_as_stored = reading.out.times_as_stored(&place);
        let row = Membership {
            owner: reading.owner.clone(),
            chat,
            account,
            standing: "current".into(),
            role: cell::int(row.get(column::rank)).map(|rank| reading.roles.of(rank)),
            since,
            join_method: cell::int(row.get(column::join_method)),
            pending: cell::int(row.get(column::pending)).map(|pending| pending != 0),
            times_as_stored,
            ..Membership::default()
        };
        reading.out.put(&place, row);
    });
    devices(reading, &persons);
}

/// Devices of participants: a device under a number whose person is listed by a hidden identifier ties the two, and the
/// other way round.
fn devices(reading: &mut Reading<'_>, persons: &ById<Text>) {
    use group_participant_device as column;
    reading.each(&column::WANTED, |reading, row, place| {
        let Some(participant) = cell::reference(row.get(column::group_participant_row_id)) else { return };
        let Some(person) = persons.get(participant) else {
            return reading.missing(&place, group_participant_user::WANTED.table, participant);
        };
        if let Some(device) = reading.jid(&place, cell::reference(row.get(column::device_jid_row_id))) {
            reading.tie(&place, person, &device, "participant device");
        }
    });
}

fn past(reading: &mut Reading<'_>) {
    use group_past_participant_user as column;
    reading.each(&column::WANTED, |reading, row, place| {
        let chat = reading.jid(&place, cell::reference(row.get(column::group_jid_row_id)));
        let account = reading.jid(&place, cell::reference(row.get(column::user_jid_row_id)));
        let (Some(chat), Some(account)) = (chat, account) else { return };
        let until = reading.out.time("until", row.get(column::timestamp));
        let times_as_stored = reading.out.times_as_stored(&place);
        let ended_by = match cell::int(row.get(column::is_leave)) {
            Some(0) => Some("removed".into()),
            Some(_) => Some("left".into()),
            None => None,
        };
        let row = Membership {
            owner: reading.owner.clone(),
            chat,
            account,
            standing: "past".into(),
            until,
            ended_by,
            times_as_stored,
            ..Membership::default()
        };
        reading.out.put(&place, row);
    });
}

fn legacy(reading: &mut Reading<'_>) {
    use group_participants as column;
    reading.each(&column::WANTED, |reading, row, place| {
        let Some(chat) = cell::text(row.get(column::gjid)).and_then(|group| reading.jids.written(&group)) else {
            return;
        };
        // An empty account is the owner of the phone.
        let account = match cell::text(row.get(column::jid)).filter(|account| !account.is_empty()) {
            Some(account) => reading.jids.written(&account),
            None => reading.owner.clone(),
        };
        let Some(account) = account else { return };
        let row = Membership {
            owner: reading.owner.clone(),
            chat,
            account,
            standing: "current".into(),
            role: cell::int(row.get(column::admin)).map(|rank| reading.roles.of(rank)),
            pending: cell::int(row.get(column::pending)).map(|pending| pending != 0),
            ..Membership::default()
        };
        reading.out.put(&place, row);
    });
}

/// The meaning of the action numbers of this table is stated nowhere, so each row is an event that keeps its number.
fn history(reading: &mut Reading<'_>) {
    use group_participants_history as column;
    reading.each(&column::WANTED, |reading, row, place| {
        let Some(chat) = cell::text(row.get(column::gjid)).and_then(|group| reading.jids.written(&group)) else {
            return;
        };
        let at = reading.out.time("at", row.get(column::timestamp));
        let times_as_stored = reading.out.times_as_stored(&place);
        let code = cell::int(row.get(column::action)).unwrap_or(-1);
        let event = GroupEvent {
            owner: reading.owner.clone(),
            chat,
            key: "".into(),
            at,
            action: format!("participants history action {code}").into(),
            code,
            times_as_stored,
            ..GroupEvent::default()
        };
        let listed = cell::text(row.get(column::jid)).unwrap_or_default();
        let mut targets = listed.split([',', ';', ' ']).filter(|account| !account.is_empty()).take(LISTED).peekable();
        if targets.peek().is_none() {
            reading.out.put(&place, event.clone());
        }
        for target in targets {
            let target: Option<Text> = reading.jids.written(target);
            reading.out.put(&place, GroupEvent { target, ..event.clone() });
        }
    });
}
