//! Calls, one row for each other participant.

use std::collections::HashMap;

use custodia_model::tables::Call;
use custodia_model::{Rows, Text};

use super::codes::Words;
use super::store::{Store, Times};

/// Reads `call_log` with its participants.
pub fn read(store: &Store<'_>, rows: &mut dyn Rows) {
    let mut participants: HashMap<i64, Vec<(Text, Option<i64>)>> = HashMap::new();
    let mut scan = store.scan("call_log_participant_v2", &["call_log_row_id", "jid_row_id", "call_result"], &[], rows);
    while let Some(record) = scan.next() {
        if let (Some(call), Some(account)) = (record.int(0), store.jid(record.int(1))) {
            participants.entry(call).or_default().push((account, record.int(2)));
        }
    }
    store.finish("call_log_participant_v2", scan, rows);

    let words = Words::calls();
    let part: Text = "call_log".into();
    let needed = ["_id", "jid_row_id", "from_me", "call_id", "timestamp", "video_call", "duration", "call_result"];
    let mut scan = store.scan(&part, &needed, &["group_jid_row_id"], rows);
    while let Some(record) = scan.next() {
        let peer = store.jid(record.int(1));
        let mut others = record.int(0).and_then(|id| participants.remove(&id)).unwrap_or_default();
        // In a call of two the participants repeat the peer, or name nobody.
        if others.is_empty() {
            others.extend(peer.clone().map(|peer| (peer, None)));
        }
        others.retain(|(account, _)| Some(account) != store.owner.as_ref());
        let group = store.jid(record.int(8)).or(peer.filter(|peer| peer.ends_with("@g.us")));
        let accounts = if others.is_empty() { vec![(None, None)] } else { others.into_iter().map(|(account, result)| (Some(account), result)).collect() };
        for (account, result) in accounts {
            let origin = store.at(&part, record.rowid, record.found);
            let mut times = Times::default();
            // A group stands in for nobody: the account of a row is a person.
            let account = account.filter(|account| !account.ends_with("@g.us"));
            let code = result.or(record.int(7));
            let row = Call {
                owner: store.owner.clone(),
                call_id: record.text(3).map(|id| (&*id).into()),
                account,
                call_group: group.clone(),
                from_me: record.int(2).unwrap_or(0) != 0,
                at: times.read("at", record.int(4)),
                duration: record.int(6),
                video: record.int(5).map(|video| video != 0),
                code,
                call_result: code.map_or_else(|| "not stored".into(), |code| words.of(code)),
                ..Call::default()
            };
            times.finish(&origin, rows, |stored| Call { times_as_stored: stored, ..row }.into());
        }
    }
    store.finish(&part, scan, rows);
}
