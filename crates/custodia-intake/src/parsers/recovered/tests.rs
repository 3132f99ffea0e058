//! A store of messages from which one was deleted, through the whole examination.

use custodia_model::tables::{RecoveredRecord, Trace};
use custodia_model::{Found, Origin, Row, Rows, Time};

use crate::examine::{ExhibitFacts, Options, examine};
use crate::progress::Silent;

#[derive(Default)]
struct Kept(Vec<(Origin, RecoveredRecord)>, Vec<(Origin, Trace)>);

impl Rows for Kept {
    fn put(&mut self, origin: Origin, row: Row) {
        match row {
            Row::RecoveredRecord(row) => self.0.push((origin, row)),
            Row::Trace(row) => self.1.push((origin, row)),
            _ => {}
        }
    }
}

#[test]
fn a_deleted_message_is_told_with_its_meaning() {
    let kept = examined("luna \"y\" puerta");
    let [(origin, row)] = kept.0.as_slice() else { panic!("{:?}", kept.0) };
    assert_eq!((origin.part.as_deref(), origin.number, origin.found), (Some("message"), None, Found::Freeblock));
    assert_eq!((&*row.recovered_table, &*row.certainty), ("message", "possible"));
    assert_eq!((row.chat.as_deref(), row.key.as_deref()), (Some("34600000002@s.whatsapp.net"), Some("A2")));
    assert_eq!((row.from_me, row.sender.as_deref()), (Some(false), Some("34600000002@s.whatsapp.net")));
    assert_eq!((row.sent, row.text.as_deref()), (Some(Time(1_700_000_002_000)), Some("luna \"y\" puerta")));
    assert_eq!(row.message_kind.as_deref(), Some("text"));
    let cells: serde_json::Value = serde_json::from_str(&row.cells).unwrap();
    assert_eq!((&cells["key_id"], &cells["_id"]), (&"A2".into(), &serde_json::Value::Null));
    assert_eq!(kept.1, []);
}

#[test]
fn links_in_a_deleted_message_are_traces() {
    let code = "AbCdEfGhIjKlMnOpQrStU1";
    let link = format!("https://chat.whatsapp.com/{code}");
    let kept = examined(&format!("entra: {link} o {link}, y llama al +34 600 000 044"));
    let found: Vec<_> = kept.1.iter().map(|(_, trace)| (&*trace.trace_kind, &*trace.value)).collect();
    assert_eq!(found, [("invite link", code), ("phone number", "+34600000044")]);
    let (of_record, _) = &kept.0[0];
    for (origin, trace) in &kept.1 {
        assert_eq!(origin, of_record);
        let person = Some("34600000002@s.whatsapp.net");
        assert_eq!((trace.in_chat.as_deref(), trace.in_key.as_deref()), (person, Some("A2")));
        assert_eq!((trace.from_me, trace.sender.as_deref()), (false, person));
        assert_eq!(trace.sent, Some(Time(1_700_000_002_000)));
    }
    assert_eq!(&*kept.1[0].1.as_written, link);
}

/// A store of three messages of which the second, with this text, was deleted.
fn examined(text: &str) -> Kept {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("data/data/com.whatsapp/databases");
    std::fs::create_dir_all(&place).unwrap();
    let connection = rusqlite::Connection::open(place.join("msgstore.db")).unwrap();
    connection
        .execute_batch(
            "PRAGMA secure_delete=OFF;
             CREATE TABLE jid(_id INTEGER PRIMARY KEY, user TEXT NOT NULL, server TEXT NOT NULL, raw_string TEXT);
             CREATE TABLE chat(_id INTEGER PRIMARY KEY, jid_row_id INTEGER, subject TEXT);
             CREATE TABLE message(_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL,
                 from_me INTEGER NOT NULL, key_id TEXT NOT NULL, sender_jid_row_id INTEGER, timestamp INTEGER,
                 message_type INTEGER, text_data TEXT);
             INSERT INTO jid VALUES (1, '34600000002', 's.whatsapp.net', '34600000002@s.whatsapp.net');
             INSERT INTO chat VALUES (1, 1, NULL);
             INSERT INTO message VALUES (1, 1, 0, 'A1', 0, 1700000001000, 0, 'hola');
             INSERT INTO message VALUES (2, 1, 0, 'A2', 0, 1700000002000, 0, NULL);",
        )
        .unwrap();
    connection.execute("UPDATE message SET text_data=?1 WHERE _id=2", [text]).unwrap();
    connection
        .execute_batch(
            "INSERT INTO message VALUES (3, 1, 1, 'A3', 0, 1700000003000, 0, 'vale');
             DELETE FROM message WHERE _id=2;",
        )
        .unwrap();
    drop(connection);
    let mut kept = Kept::default();
    examine(folder.path(), &ExhibitFacts::default(), &mut kept, &Options::default(), &Silent).unwrap();
    kept
}
