//! A store of messages from which one was deleted, through the whole examination.

use custodia_model::tables::{RecoveredRecord, Trace, Warning};
use custodia_model::{Found, Origin, Row, Rows, Time};

use crate::examine::{ExhibitFacts, Options, examine};
use crate::progress::Silent;

#[derive(Default)]
struct Kept(Vec<(Origin, RecoveredRecord)>, Vec<(Origin, Trace)>, Vec<Warning>);

impl Rows for Kept {
    fn put(&mut self, origin: Origin, row: Row) {
        match row {
            Row::RecoveredRecord(row) => self.0.push((origin, row)),
            Row::Trace(row) => self.1.push((origin, row)),
            Row::Warning(row) => self.2.push(row),
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
    let (of_record, record) = &kept.0[0];
    for (origin, trace) in &kept.1 {
        assert_eq!((&origin.path, origin.found), (&of_record.path, Found::Freeblock));
        assert_eq!((origin.part.as_deref(), origin.number), (Some("byte"), Some(record.byte)));
        let person = Some("34600000002@s.whatsapp.net");
        assert_eq!((trace.in_chat.as_deref(), trace.in_key.as_deref()), (person, Some("A2")));
        assert_eq!((trace.from_me, trace.sender.as_deref()), (false, person));
        assert_eq!(trace.sent, Some(Time(1_700_000_002_000)));
    }
    assert_eq!(&*kept.1[0].1.as_written, link);
}

/// A store with one chat of two, and no message yet.
const CHAT_OF_TWO: &str = "
             CREATE TABLE jid(_id INTEGER PRIMARY KEY, user TEXT NOT NULL, server TEXT NOT NULL, raw_string TEXT);
             CREATE TABLE chat(_id INTEGER PRIMARY KEY, jid_row_id INTEGER, subject TEXT);
             CREATE TABLE message(_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL,
                 from_me INTEGER NOT NULL, key_id TEXT NOT NULL, sender_jid_row_id INTEGER, timestamp INTEGER,
                 message_type INTEGER, text_data TEXT);
             INSERT INTO jid VALUES (1, '34600000002', 's.whatsapp.net', '34600000002@s.whatsapp.net');
             INSERT INTO chat VALUES (1, 1, NULL);";

/// A store of three messages of which the second, with this text, was deleted.
fn examined(text: &str) -> Kept {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("data/data/com.whatsapp/databases");
    std::fs::create_dir_all(&place).unwrap();
    let connection = rusqlite::Connection::open(place.join("msgstore.db")).unwrap();
    connection
        .execute_batch(&format!(
            "PRAGMA secure_delete=OFF; {CHAT_OF_TWO}
             INSERT INTO message VALUES (1, 1, 0, 'A1', 0, 1700000001000, 0, 'hola');
             INSERT INTO message VALUES (2, 1, 0, 'A2', 0, 1700000002000, 0, NULL);",
        ))
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

#[test]
fn what_a_deleted_chat_was_is_told_by_its_deleted_row() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("data/data/com.whatsapp/databases");
    std::fs::create_dir_all(&place).unwrap();
    let connection = rusqlite::Connection::open(place.join("msgstore.db")).unwrap();
    connection
        .execute_batch(
            "PRAGMA secure_delete=OFF;
             CREATE TABLE jid(_id INTEGER PRIMARY KEY, user TEXT NOT NULL, server TEXT NOT NULL, raw_string TEXT);
             CREATE TABLE chat(_id INTEGER PRIMARY KEY, jid_row_id INTEGER, subject TEXT, created_timestamp INTEGER,
                 hidden INTEGER, sort_timestamp INTEGER);
             CREATE TABLE group_participant_user(_id INTEGER PRIMARY KEY, group_jid_row_id INTEGER NOT NULL,
                 user_jid_row_id INTEGER NOT NULL, rank INTEGER, pending INTEGER);
             CREATE TABLE message(_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL,
                 from_me INTEGER NOT NULL, key_id TEXT NOT NULL, sender_jid_row_id INTEGER, timestamp INTEGER,
                 message_type INTEGER, text_data TEXT);
             INSERT INTO jid VALUES (1, '34600000002', 's.whatsapp.net', '34600000002@s.whatsapp.net'),
                 (2, '120363000000000001', 'g.us', '120363000000000001@g.us'),
                 (3, '34600000003', 's.whatsapp.net', '34600000003@s.whatsapp.net');
             INSERT INTO chat VALUES (1, 1, 'uno', 5, 0, 5), (2, 2, 'luna y puerta', 1700000000000, 0, 1700000000000);
             INSERT INTO group_participant_user VALUES (1, 2, 1, 0, 0), (2, 2, 3, 1, 0);
             INSERT INTO message VALUES (1, 1, 0, 'A1', 0, 1700000001000, 0, 'hola');
             INSERT INTO message VALUES (2, 2, 0, 'A2', 3, 1700000002000, 0, 'luna y puerta');
             DELETE FROM message WHERE _id=2; DELETE FROM chat WHERE _id=2;
             DELETE FROM group_participant_user WHERE _id=2;",
        )
        .unwrap();
    drop(connection);
    let mut kept = Kept::default();
    examine(folder.path(), &ExhibitFacts::default(), &mut kept, &Options::default(), &Silent).unwrap();
    let of = |table: &str| {
        let found = kept.0.iter().find(|(_, row)| &*row.recovered_table == table);
        &found.unwrap_or_else(|| panic!("{table}: {:?}", kept.0)).1
    };
    let group = Some("120363000000000001@g.us");
    let person = Some("34600000003@s.whatsapp.net");
    assert_eq!((of("message").chat.as_deref(), of("message").sender.as_deref()), (group, person));
    let member = of("group_participant_user");
    assert_eq!((member.chat.as_deref(), member.account.as_deref()), (group, person));
}

#[test]
fn a_damaged_table_of_messages_is_told_as_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("data/data/com.whatsapp/databases");
    std::fs::create_dir_all(&place).unwrap();
    let path = place.join("msgstore.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "PRAGMA page_size=1024;
             CREATE TABLE message(_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL,
                 from_me INTEGER NOT NULL, key_id TEXT NOT NULL, sender_jid_row_id INTEGER, timestamp INTEGER,
                 message_type INTEGER, text_data TEXT);",
        )
        .unwrap();
    for id in 1..=100 {
        let sql = "INSERT INTO message VALUES (?1, 1, 0, 'A' || ?1, 0, 1700000000000 + ?1, 0, 'hola y vale')";
        connection.execute(sql, [id]).unwrap();
    }
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name='message'";
    let root = connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() as usize;
    drop(connection);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[(root - 1) * 1024..root * 1024].fill(0);
    std::fs::write(&path, bytes).unwrap();
    let mut kept = Kept::default();
    examine(folder.path(), &ExhibitFacts::default(), &mut kept, &Options::default(), &Silent).unwrap();
    assert_eq!(kept.0.len(), 100, "{:?}", kept.0.first());
    assert!(kept.0.iter().all(|(origin, _)| origin.found == Found::LostPage));
    let says = kept.2.iter().find(|warning| &*warning.warning == "database page").unwrap();
    assert!(says.says.contains("table `message`"), "{}", says.says);
}

#[test]
fn directions_into_the_log_name_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made.db");
    let connection = rusqlite::Connection::open(&made).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; PRAGMA secure_delete=ON;
             CREATE TABLE message(_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL,
                 from_me INTEGER NOT NULL, key_id TEXT NOT NULL, sender_jid_row_id INTEGER, timestamp INTEGER,
                 message_type INTEGER, text_data TEXT);
             INSERT INTO message VALUES (1, 1, 0, 'KEY-A', 0, 1700000001000, 0, 'hola');
             PRAGMA wal_checkpoint(FULL);
             INSERT INTO message VALUES (2, 1, 0, 'KEY-B', 0, 1700000002000, 0, 'luna y puerta');
             DELETE FROM message WHERE _id=1; DELETE FROM message WHERE _id=2;",
        )
        .unwrap();
    let evidence = folder.path().join("evidence/data/data/com.whatsapp/databases");
    std::fs::create_dir_all(&evidence).unwrap();
    for end in ["", "-wal"] {
        std::fs::copy(folder.path().join(format!("made.db{end}")), evidence.join(format!("msgstore.db{end}"))).unwrap();
    }
    let read = || {
        let mut kept = Kept::default();
        let root = folder.path().join("evidence");
        examine(&root, &ExhibitFacts::default(), &mut kept, &Options::default(), &Silent).unwrap();
        kept
    };
    let kept = read();
    for (key, found, end) in [("KEY-A", Found::ReplacedPage, ""), ("KEY-B", Found::OldWalFrame, "-wal")] {
        let (origin, row) = kept.0.iter().find(|(_, row)| row.key.as_deref() == Some(key)).unwrap();
        assert_eq!(
            (origin.found, &*origin.path),
            (found, &*format!("/data/data/com.whatsapp/databases/msgstore.db{end}"))
        );
        let bytes = std::fs::read(evidence.join(format!("msgstore.db{end}"))).unwrap();
        let at = row.byte as usize;
        assert!(bytes[at..at + 40].windows(5).any(|part| part == key.as_bytes()), "{key} at byte {at}");
    }
    // The log alone is told too.
    std::fs::remove_file(evidence.join("msgstore.db")).unwrap();
    let kept = read();
    assert!(kept.2.iter().any(|warning| &*warning.warning == "log without database"), "{:?}", kept.2);
}

#[test]
fn a_deleted_status_of_an_iphone_has_the_person_who_showed_it() {
    let folder = tempfile::tempdir().unwrap();
    let connection = rusqlite::Connection::open(folder.path().join("ChatStorage.sqlite")).unwrap();
    connection
        .execute_batch(
            "PRAGMA secure_delete=OFF;
             CREATE TABLE ZWACHATSESSION(Z_PK INTEGER PRIMARY KEY, ZCONTACTJID VARCHAR, ZPARTNERNAME VARCHAR);
             CREATE TABLE ZWAMESSAGE(Z_PK INTEGER PRIMARY KEY, ZCHATSESSION INTEGER NOT NULL, ZISFROMME INTEGER NOT NULL,
                 ZMESSAGETYPE INTEGER NOT NULL, ZGROUPMEMBER INTEGER, ZMESSAGEDATE TIMESTAMP, ZFROMJID VARCHAR NOT NULL,
                 ZSTANZAID VARCHAR NOT NULL, ZTEXT VARCHAR);
             INSERT INTO ZWACHATSESSION VALUES (1, '34600000002@status', NULL);
             INSERT INTO ZWAMESSAGE VALUES (1, 1, 0, 0, NULL, 507643200.5, '34600000002@status', 'S1', 'luna y sol'),
                 (2, 1, 0, 0, NULL, 507643201.5, '34600000002@status', 'S2', 'luna y puerta'),
                 (3, 1, 0, 0, NULL, 507643202.5, '34600000002@status', 'S3', 'luna y mar');
             DELETE FROM ZWAMESSAGE WHERE Z_PK = 2;",
        )
        .unwrap();
    drop(connection);
    let mut kept = Kept::default();
    examine(folder.path(), &ExhibitFacts::default(), &mut kept, &Options::default(), &Silent).unwrap();
    let [(_, row)] = kept.0.as_slice() else { panic!("{:?}", kept.0) };
    assert_eq!((row.key.as_deref(), row.chat.as_deref()), (Some("S2"), Some("34600000002@status")));
    assert_eq!(row.sender.as_deref(), Some("34600000002@s.whatsapp.net"));
}

/// A message that a transaction wrote which did not end was never in force, and one that it would have changed still is.
#[test]
fn a_transaction_that_did_not_end_gives_no_message() {
    let (made, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let connection = rusqlite::Connection::open(made.path().join("msgstore.db")).unwrap();
    connection
        .execute_batch(&format!(
            "PRAGMA secure_delete=OFF; PRAGMA page_size=1024; PRAGMA cache_size=5; {CHAT_OF_TWO}
             WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO message
                 SELECT i, 1, 0, 'K' || i, 0, 1700000000000 + i * 1000, 0, 'luna y puerta ' || i FROM n;
             BEGIN; UPDATE message SET text_data = 'nunca dicho ' || _id WHERE _id < 190;",
        ))
        .unwrap();
    let place = folder.path().join("data/data/com.whatsapp/databases");
    std::fs::create_dir_all(&place).unwrap();
    for name in ["msgstore.db", "msgstore.db-journal"] {
        std::fs::copy(made.path().join(name), place.join(name)).unwrap();
    }
    let mut rows: Vec<(Origin, Row)> = Vec::new();
    examine(folder.path(), &ExhibitFacts::default(), &mut rows, &Options::default(), &Silent).unwrap();
    let (mut live, mut never, mut applied) = (0, 0, 0);
    for (origin, row) in rows {
        match row {
            Row::Message(message) => {
                assert!(message.text.as_deref().is_some_and(|text| text.starts_with("luna y puerta ")), "{message:?}");
                assert_eq!(origin.found, Found::Live);
                live += 1;
            }
            Row::RecoveredRecord(record) if &*record.recovered_table == "message" => {
                assert!(record.text.as_deref().is_some_and(|text| text.starts_with("nunca dicho ")), "{record:?}");
                assert_eq!(origin.found, Found::ReplacedPage);
                assert_ne!(&*record.certainty, "certain");
                never += 1;
            }
            Row::Warning(warning) => applied += usize::from(&*warning.warning == "journal applied"),
            _ => {}
        }
    }
    assert!(live == 200 && never > 100 && applied == 1, "{live} live, {never} never committed, {applied} warnings");
}

#[test]
fn the_row_before_all_messages_is_no_deleted_message() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("data/data/com.whatsapp/databases");
    std::fs::create_dir_all(&place).unwrap();
    let connection = rusqlite::Connection::open(place.join("msgstore.db")).unwrap();
    connection.execute_batch(&format!("PRAGMA secure_delete=OFF;{CHAT_OF_TWO}")).unwrap();
    connection
        .execute_batch(
            "INSERT INTO message VALUES (1, -1, 0, '-1', -1, 0, -1, NULL), (2, 1, 0, 'A2', 0, 1700000002000, 0, 'luna'),
                 (3, 1, 0, 'A3', 0, 1700000003000, 0, 'puerta'), (4, 1, 0, 'A4', 0, 1700000004000, 0, 'vale');
             CREATE TABLE messages(_id INTEGER PRIMARY KEY, key_remote_jid TEXT, key_from_me INTEGER, key_id TEXT, data TEXT);
             INSERT INTO messages VALUES (1, '-1', 0, '-1', NULL), (2, '34600000002@s.whatsapp.net', 0, 'B2', 'luna');
             DROP TABLE messages; DELETE FROM message WHERE _id < 4;",
        )
        .unwrap();
    drop(connection);
    let mut kept = Kept::default();
    examine(folder.path(), &ExhibitFacts::default(), &mut kept, &Options::default(), &Silent).unwrap();
    let keys: Vec<_> = kept.0.iter().filter_map(|(_, row)| row.key.as_deref()).collect();
    assert!(!keys.contains(&"-1") && keys.contains(&"A2"), "{keys:?}");
}
