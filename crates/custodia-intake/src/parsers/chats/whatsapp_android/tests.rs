//! Invented phones, each a folder below `testdata/chats/whatsapp_android`.

use custodia_model::{Found, Row};

use crate::evidence::Evidence;
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
    for case in ["modern", "legacy", "contacts", "ties", "traces"] {
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
