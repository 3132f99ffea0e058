//! Invented phones, each a folder below `testdata/chats/whatsapp_ios`.

use custodia_model::{Found, Row};

use crate::parsers::fixtures::{self, folder, make, rows_of};
use crate::parsers::{PARSERS, Parser};

const KIND: &str = "chats/whatsapp_ios";

#[test]
fn invented_phones_read_as_expected() {
    fixtures::read_as_expected(
        KIND,
        &[
            &super::ChatStorage,
            &super::Contacts,
            &super::CallHistory,
            &super::HiddenIds,
            &super::OwnAccount,
            &super::ContainerName,
        ],
    );
}

#[test]
fn rows_of_the_log_alone_are_marked() {
    let evidence = make(&folder(KIND).join("wal"));
    let database = evidence.items().iter().find(|item| item.path.ends_with("/ChatStorage.sqlite")).unwrap();
    let rows = rows_of(database, &evidence).0;
    let of = |key: &str| {
        let row = rows.iter().find(|(_, row)| matches!(row, Row::Message(message) if &*message.key == key)).unwrap();
        row.0.found
    };
    assert_eq!([of("A1"), of("A2"), of("A3")], [Found::Live, Found::Wal, Found::Wal]);
}

/// Files cut at many lengths and with bytes changed.
#[test]
fn damage_never_panics() {
    for case in ["ordinary", "older", "hidden_ids", "group_events"] {
        fixtures::damage_never_panics(&folder(KIND).join(case));
    }
}

#[test]
fn only_files_of_the_messenger_fit() {
    let fits = |path: &str, head: &[u8]| {
        PARSERS.iter().find(|parser| parser.fits(path, head)).map(|parser| parser.about().name)
    };
    let database = b"SQLite format 3\0";
    for path in
        ["/a/ChatStorage.sqlite", "/a/net.whatsapp.WhatsApp.plist", "/a/group.net.whatsapp.WhatsAppSMB.shared.plist"]
    {
        assert!(fits(path, &[]).is_some(), "{path}");
    }
    for name in ["ContactsV2.sqlite", "CallHistory.sqlite", "LID.sqlite"] {
        assert!(fits(&format!("/a/{name}"), database).is_some(), "{name}");
        assert!(fits(&format!("/group.net.whatsapp.WhatsApp.shared/{name}"), b"").is_some(), "{name}");
        assert_eq!(fits(&format!("/a/{name}"), b"other"), None, "{name}");
    }
    for path in [
        "/a/ChatStorage.sqlite-wal",
        "/a/OldChatStorage.sqlite",
        "/a/com.apple.other.plist",
        "/a/CallHistory.storedata",
    ] {
        assert!(fits(path, database).is_none_or(|name| name == crate::parsers::databases::ABOUT.name), "{path}");
    }
}

/// What is known and not read is said to be so.
#[test]
fn gaps_name_every_table_that_is_not_read() {
    let about = super::ChatStorage.about();
    for unread in super::schema::STORAGE_KNOWN {
        assert!(about.gaps.contains(unread.words), "{}", unread.words);
    }
}
