//! Invented phones, each a folder below `testdata/chats/whatsapp_android`.

use custodia_model::{Found, Row};

use crate::evidence::Evidence;
use crate::parsers::Parser;
use crate::parsers::fixtures::{self, database, folder, item_of, make, rows_of};

const KIND: &str = "chats/whatsapp_android";

#[test]
fn invented_phones_read_as_expected() {
    fixtures::read_as_expected(KIND, &[&super::Msgstore, &super::Contacts, &super::IdentityKeys, &super::OwnAccount]);
}

#[test]
fn rows_of_the_log_alone_are_marked() {
    let evidence = make(&folder(KIND).join("wal"));
    let rows = rows_of(evidence.items().iter().find(|item| item.path.ends_with("/msgstore.db")).unwrap(), &evidence).0;
    let of = |key: &str| {
        let row = rows.iter().find(|(_, row)| matches!(row, Row::Message(message) if &*message.key == key)).unwrap();
        row.0.found
    };
    assert_eq!([of("A1"), of("A2"), of("A3")], [Found::Live, Found::Wal, Found::Wal]);
}

/// Databases cut at many lengths and with bytes changed.
#[test]
fn damage_never_panics() {
    for case in ["modern", "legacy", "contacts", "ties", "traces", "ends"] {
        fixtures::damage_never_panics(&folder(KIND).join(case));
    }
}

/// Side tables without a key of their own or out of order are joined all the same.
#[test]
fn side_tables_of_other_layouts_are_joined() {
    let layouts = [
        ("message_row_id INTEGER PRIMARY KEY", ""),
        ("_id INTEGER PRIMARY KEY, message_row_id INTEGER", ""),
        ("message_row_id INTEGER PRIMARY KEY", " WITHOUT ROWID"),
    ];
    for (key, end) in layouts {
        let sql = format!(
            "CREATE TABLE jid (_id INTEGER PRIMARY KEY, user TEXT, server TEXT, raw_string TEXT);
             CREATE TABLE chat (_id INTEGER PRIMARY KEY, jid_row_id, subject, created_timestamp);
             CREATE TABLE message (_id INTEGER PRIMARY KEY, chat_row_id, key_id, message_type, timestamp);
             CREATE TABLE message_media ({key}, file_path TEXT){end};
             INSERT INTO jid VALUES (1, '34600000002', 's.whatsapp.net', NULL);
             INSERT INTO chat VALUES (1, 1, NULL, NULL);
             INSERT INTO message VALUES (2, 1, 'A', 1, 1), (3, 1, 'B', 1, 1), (5, 1, 'C', 1, 1), (6, 1, 'D', 1, 1);
             INSERT INTO message_media (message_row_id, file_path) VALUES (5, 'five'), (2, 'two'), (6, 'six'), (4, 'nobody');"
        );
        let database = database(&sql, "").0;
        let evidence = Evidence::new(vec![item_of("/msgstore.db", database)]);
        let rows = rows_of(&evidence.items()[0], &evidence).0;
        let paths: Vec<&str> = rows
            .iter()
            .filter_map(|(_, row)| match row {
                Row::Attachment(attachment) => attachment.stored_path.as_deref(),
                _ => None,
            })
            .collect();
        assert_eq!(paths, ["two", "five", "six"], "{key}{end}");
    }
}

/// Gaps at both ends, by what counter the database has.
#[test]
fn a_counter_is_believed_where_it_can_be() {
    let gaps = |ids: &[i64], counter: &str| {
        let mut sql = "CREATE TABLE jid (_id INTEGER PRIMARY KEY, user TEXT, server TEXT, raw_string TEXT);
             CREATE TABLE chat (_id INTEGER PRIMARY KEY, jid_row_id, subject, created_timestamp);
             CREATE TABLE message (_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id, key_id, message_type, timestamp);
             INSERT INTO jid VALUES (1, '34600000002', 's.whatsapp.net', NULL);
             INSERT INTO chat VALUES (1, 1, NULL, NULL);
             DELETE FROM sqlite_sequence;"
            .to_owned();
        for id in ids {
            let chat = if *id == 1 { "-1, '-1'" } else { "1, 'A'" };
            sql += &format!("INSERT INTO message VALUES ({id}, {chat}, 0, 1);");
        }
        let evidence = Evidence::new(vec![item_of("/msgstore.db", database(&(sql + counter), "").0)]);
        let rows = rows_of(&evidence.items()[0], &evidence).0;
        rows.iter()
            .filter_map(|(origin, row)| match row {
                Row::RowGap(gap) => Some((origin.number, gap.gap_from, gap.gap_to)),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    let set = |to: &str| format!("UPDATE sqlite_sequence SET seq = {to} WHERE name = 'message';");
    assert_eq!(gaps(&[1, 2, 3], ""), []);
    assert_eq!(gaps(&[1, 2, 3], &set("9")), [(Some(3), 4, 9)]);
    assert_eq!(gaps(&[1, 3], &set("3")), [(Some(3), 2, 2)]);
    // The dummy alone is missing, or messages as well.
    assert_eq!(gaps(&[2, 3], ""), []);
    assert_eq!(gaps(&[4], ""), [(Some(4), 1, 3)]);
    // Nothing but the dummy, and nothing at all.
    assert_eq!(gaps(&[1], &set("5")), [(Some(1), 2, 5)]);
    assert_eq!(gaps(&[], "INSERT INTO sqlite_sequence VALUES ('message', 5);"), [(None, 1, 5)]);
    for odd in ["2", "-7", "NULL", "'many'", "x'00'", "1e300", "9223372036854775807", "100000004"] {
        assert_eq!(gaps(&[1, 2, 3], &set(odd)), [], "{odd}");
    }
    for other in [
        "DELETE FROM sqlite_sequence;",
        "INSERT INTO sqlite_sequence VALUES ('message', 9);",
        "INSERT INTO sqlite_sequence VALUES ('messages', 9);",
    ] {
        assert_eq!(gaps(&[1, 2, 3], other), [], "{other}");
    }
    assert_eq!(gaps(&[-5, 1_000_000_000_000], ""), []);
}

/// What is known and not read is said to be so.
#[test]
fn gaps_name_every_table_that_is_not_read() {
    for (parser, unread) in [
        (&super::Msgstore as &dyn Parser, super::schema::MSGSTORE_KNOWN),
        (&super::IdentityKeys, super::schema::AXOLOTL_KNOWN),
    ] {
        for unread in unread {
            assert!(parser.about().gaps.contains(unread.words), "{}: {}", parser.about().name, unread.words);
            let read = |table: &&&str| super::schema::MSGSTORE.iter().any(|wanted| wanted.table == **table);
            assert_eq!(unread.tables.iter().find(read), None, "{} are read", unread.words);
        }
    }
}

/// A change of schema that did not end leaves messages in the old table alone; what both hold is told once.
#[test]
fn messages_that_the_new_table_does_not_hold_are_read_of_the_old_one() {
    let case = folder(KIND).join("both");
    let made = std::fs::read_to_string(case.join("make.sql")).unwrap();
    let legacy = made.lines().find(|line| line.starts_with("CREATE TABLE messages ")).unwrap();
    let schema = std::fs::read_to_string(folder(KIND).join("schema_2021.sql")).unwrap();
    let more = "
        INSERT INTO jid (_id, user, server, type, raw_string) VALUES (1, '34600000002', 's.whatsapp.net', 0, '34600000002@s.whatsapp.net'),
            (2, '120363041234567890', 'g.us', 1, '120363041234567890@g.us');
        INSERT INTO chat (_id, jid_row_id, subject) VALUES (1, 2, 'Circles');
        INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, message_type, text_data, timestamp) VALUES
            (2, 1, 0, 'A', 1, 0, 'both', 1606780800000), (9, 1, 0, 'B', 1, 0, 'both, moved', 1606780801000),
            (5, 1, 0, 'F', 1, 1, NULL, 1606780801500);
        INSERT INTO message_media (message_row_id, chat_row_id, file_path) VALUES (5, 1, 'new.jpg'), (7, 1, 'old.jpg');
        INSERT INTO messages (_id, key_remote_jid, key_from_me, key_id, status, data, timestamp, media_wa_type, remote_resource) VALUES
            (1, '-1', 0, '-1', -1, NULL, 0, '0', NULL),
            (2, '120363041234567890@g.us', 0, 'A', 0, 'both', 1606780800000, '0', '34600000002@s.whatsapp.net'),
            (3, '120363041234567890@g.us', 0, 'B', 0, 'both, moved', 1606780801000, '0', '34600000002@s.whatsapp.net'),
            (4, '120363041234567890@g.us', 1, 'A', 0, 'own', 1606780802000, '0', NULL),
            (5, '120363041234567890@g.us', 0, 'C', 0, 'old alone', 1606780803000, '0', '34600000002@s.whatsapp.net'),
            (7, '120363041234567890@g.us', 0, 'D', 0, NULL, 1606780804000, '1', '34600000002@s.whatsapp.net');";
    let evidence = Evidence::new(vec![item_of("/msgstore.db", database(&format!("{schema}{legacy}{more}"), "").0)]);
    let rows = rows_of(&evidence.items()[0], &evidence).0;
    let (mut messages, mut paths, mut gaps) = (Vec::new(), Vec::new(), Vec::new());
    for (origin, row) in &rows {
        let number = (origin.part.as_deref().unwrap_or_default(), origin.number.unwrap_or_default());
        match row {
            Row::Message(message) => messages.push((number.0, number.1, &*message.key)),
            Row::Attachment(attachment) => paths.push((&*attachment.key, attachment.stored_path.as_deref())),
            Row::RowGap(_) => gaps.push(number),
            _ => {}
        }
    }
    assert_eq!(
        messages,
        [
            ("message", 2, "A"),
            ("message", 5, "F"),
            ("message", 9, "B"),
            ("messages", 4, "A"),
            ("messages", 5, "C"),
            ("messages", 7, "D")
        ]
    );
    assert_eq!(paths, [("F", Some("new.jpg")), ("D", Some("old.jpg"))]);
    assert_eq!(gaps, []);
}

/// A voice note's transcription, a translation and the name of a group in an invitation may hold a link as any text.
#[test]
fn texts_beside_the_text_are_looked_through() {
    let sql = "CREATE TABLE jid (_id INTEGER PRIMARY KEY, user TEXT, server TEXT, raw_string TEXT);
         CREATE TABLE chat (_id INTEGER PRIMARY KEY, jid_row_id, subject, created_timestamp);
         CREATE TABLE message (_id INTEGER PRIMARY KEY, chat_row_id, key_id, message_type, timestamp, text_data, translated_text);
         CREATE TABLE message_media (message_row_id INTEGER PRIMARY KEY, raw_transcription_text TEXT);
         CREATE TABLE message_group_invite (message_row_id INTEGER PRIMARY KEY, group_jid_row_id, group_name, invite_code);
         INSERT INTO jid VALUES (1, '34600000002', 's.whatsapp.net', NULL);
         INSERT INTO chat VALUES (1, 1, NULL, NULL);
         INSERT INTO message VALUES (2, 1, 'A', 0, 1, 'hola', 'https://example.org/a'), (3, 1, 'B', 2, 1, NULL, NULL), (4, 1, 'C', 24, 1, NULL, NULL);
         INSERT INTO message_media VALUES (3, 'https://example.org/b');
         INSERT INTO message_group_invite VALUES (4, 1, 'https://example.org/c', NULL);";
    let evidence = Evidence::new(vec![item_of("/msgstore.db", database(sql, "").0)]);
    let rows = rows_of(&evidence.items()[0], &evidence).0;
    let told: Vec<_> = rows
        .iter()
        .filter_map(|(_, row)| match row {
            Row::Trace(trace) => {
                Some((trace.in_key.as_deref()?, &*trace.value)).filter(|_| &*trace.trace_kind == "url")
            }
            _ => None,
        })
        .collect();
    assert_eq!(told, [("A", "https://example.org/a"), ("B", "https://example.org/b"), ("C", "https://example.org/c")]);
}
