//! Who is and was in a group: participant tables of both schemas.

use custodia_model::tables::Membership;
use custodia_model::{Rows, Text};

use super::store::{Store, Times};

/// Reads every participant table that holds rows.
pub fn read(store: &Store<'_>, rows: &mut dyn Rows) {
    if current(store, rows) == 0 {
        legacy(store, rows);
    }
    past(store, rows);
}

fn role(rank: Option<i64>) -> Option<Text> {
    Some(match rank? {
        0 => "member".into(),
        1 => "admin".into(),
        2 => "superadmin".into(),
        other => format!("rank {other}").into(),
    })
}

fn current(store: &Store<'_>, rows: &mut dyn Rows) -> u64 {
    let part: Text = "group_participant_user".into();
    let needed = ["group_jid_row_id", "user_jid_row_id", "rank", "pending"];
    let mut scan = store.scan(&part, &needed, &["add_timestamp", "join_method"], rows);
    let mut count = 0;
    while let Some(record) = scan.next() {
        let (Some(chat), Some(account)) = (store.jid(record.int(0)), store.jid(record.int(1))) else { continue };
        count += 1;
        let origin = store.at(&part, record.rowid, record.found);
        let mut times = Times::default();
        let row = Membership {
            owner: store.owner.clone(),
            chat,
            account,
            standing: "current".into(),
            role: role(record.int(2)),
            pending: record.int(3).map(|pending| pending != 0),
            since: times.read("since", record.int(4)),
            join_method: record.int(5),
            ..Membership::default()
        };
        times.finish(&origin, rows, |stored| Membership { times_as_stored: stored, ..row }.into());
    }
    store.finish(&part, scan, rows);
    count
}

fn past(store: &Store<'_>, rows: &mut dyn Rows) {
    let part: Text = "group_past_participant_user".into();
    let mut scan = store.scan(&part, &["group_jid_row_id", "user_jid_row_id", "is_leave", "timestamp"], &[], rows);
    while let Some(record) = scan.next() {
        let (Some(chat), Some(account)) = (store.jid(record.int(0)), store.jid(record.int(1))) else { continue };
        let origin = store.at(&part, record.rowid, record.found);
        let mut times = Times::default();
        let row = Membership {
            owner: store.owner.clone(),
            chat,
            account,
            standing: "past".into(),
            ended_by: record.int(2).map(|left| if left != 0 { "left" } else { "removed" }.into()),
            until: times.read("until", record.int(3)),
            ..Membership::default()
        };
        times.finish(&origin, rows, |stored| Membership { times_as_stored: stored, ..row }.into());
    }
    store.finish(&part, scan, rows);
}

fn legacy(store: &Store<'_>, rows: &mut dyn Rows) {
    let part: Text = "group_participants".into();
    let mut scan = store.scan(&part, &["gjid", "jid", "admin"], &["pending"], rows);
    while let Some(record) = scan.next() {
        let Some(chat) = record.text(0).and_then(|chat| store.address(&chat)) else { continue };
        let stored = record.text(1).unwrap_or_default();
        // An empty address is the phone's owner.
        let account = if stored.is_empty() { store.owner.clone() } else { store.address(&stored) };
        let Some(account) = account else { continue };
        let row = Membership {
            owner: store.owner.clone(),
            chat,
            account,
            standing: "current".into(),
            role: role(record.int(2)),
            pending: record.int(3).map(|pending| pending != 0),
            ..Membership::default()
        };
        rows.put(store.at(&part, record.rowid, record.found), row.into());
    }
    store.finish(&part, scan, rows);
}
