//! Calls: `call_log`, one row for each other participant.

use custodia_model::Text;
use custodia_model::tables::Call;

use super::super::whatsapp::cell;
use super::super::whatsapp::reader::Reader;
use super::codes;
use super::reading::Reading;
use super::schema::{call_log, call_log_participant_v2};

/// Reads them all.
pub fn read(reading: &mut Reading<'_>) {
    let participants = participants(reading);
    use call_log as column;
    reading.each(&column::WANTED, |reading, row, place| {
        let id = cell::int(row.get(column::_id)).unwrap_or(row.rowid);
        let other = reading.jid(&place, cell::reference(row.get(column::jid_row_id)));
        let (group, person) = match other {
            Some(address) if address.ends_with("@g.us") => (Some(address), None),
            other => (None, other),
        };
        let at = reading.out.time("at", row.get(column::timestamp));
        let times_as_stored = reading.out.times_as_stored(&place);
        let result = cell::int(row.get(column::call_result));
        let call = Call {
            owner: reading.owner.clone(),
            call_id: cell::filled(row.get(column::call_id)),
            account: person,
            call_group: reading.jid(&place, cell::reference(row.get(column::group_jid_row_id))).or(group),
            from_me: cell::flag(row.get(column::from_me)),
            at,
            duration: cell::int(row.get(column::duration)),
            video: cell::int(row.get(column::video_call)).map(|video| video != 0),
            code: result,
            call_result: codes::call_result(result).into(),
            times_as_stored,
        };
        let from = participants.partition_point(|(call, ..)| *call < id);
        let of_call = participants.get(from..).unwrap_or_default().iter().take_while(|(call, ..)| *call == id);
        let mut any = false;
        for (_, account, result) in of_call {
            any = true;
            let row = Call {
                account: Some(account.clone()),
                code: *result,
                call_result: codes::call_result(*result).into(),
                ..call.clone()
            };
            reading.out.put(&place, row);
        }
        if !any {
            reading.out.put(&place, call);
        }
    });
}

/// Participants by call, in the order of the table.
fn participants(reading: &mut Reading<'_>) -> Vec<(i64, Text, Option<i64>)> {
    use call_log_participant_v2 as column;
    let mut participants = Vec::new();
    reading.each(&column::WANTED, |reading, row, place| {
        let call = cell::int(row.get(column::call_log_row_id));
        let account = reading.jid(&place, cell::reference(row.get(column::jid_row_id)));
        if let (Some(call), Some(account)) = (call, account) {
            participants.push((call, account, cell::int(row.get(column::call_result))));
        }
    });
    participants.sort_by_key(|(call, ..)| *call);
    participants
}
