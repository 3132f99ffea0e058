//! What parsers of databases leave over, through the whole examination.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use custodia_model::{Found, Origin, Row};
use rusqlite::Connection;

use crate::bytes::Reader;
use crate::examine::{ExhibitFacts, Options, examine};
use crate::parsers::fixtures;
use crate::progress::Silent;

const APP: &str = "data/data/com.whatsapp";
const NAME: &str = "AbCdEfGhIjKlMnOpQr";

/// An invented phone in a folder, and its database of messages.
fn phone(folder: &Path) -> Connection {
    for item in fixtures::make(&fixtures::folder("chats/whatsapp_android/modern")).items() {
        let path = folder.join(item.path.trim_start_matches('/'));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut Reader::new(item.open().unwrap()), &mut bytes).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let database = Connection::open(folder.join(APP).join("databases/msgstore.db")).unwrap();
    database.execute_batch("PRAGMA secure_delete=OFF;").unwrap();
    database
}

/// The places of each trace, with how they were found, by its value.
fn traces(folder: &Path) -> BTreeMap<String, Vec<(String, Found)>> {
    let mut rows: Vec<(Origin, Row)> = Vec::new();
    examine(folder, &ExhibitFacts::default(), &mut rows, &Options::default(), &Silent).unwrap();
    let mut told: BTreeMap<String, Vec<(String, Found)>> = BTreeMap::new();
    for (origin, row) in rows {
        if let Row::Trace(trace) = row {
            let part = origin.part.as_deref().unwrap_or_default().to_owned();
            told.entry(trace.value.to_string()).or_default().push((part, origin.found));
        }
    }
    told
}

/// Those that were not there before, or not at these places.
fn traces_beside(
    folder: &Path,
    before: &BTreeMap<String, Vec<(String, Found)>>,
) -> BTreeMap<String, Vec<(String, Found)>> {
    let mut after = traces(folder);
    after.retain(|value, places| before.get(value) != Some(places));
    after
}

#[test]
fn tables_that_no_reader_takes() {
    let folder = tempfile::tempdir().unwrap();
    let database = phone(folder.path());
    let before = traces(folder.path());
    let link = |n: u32| format!("https://chat.whatsapp.com/{NAME}{n:04}");
    let small = link(3).to_lowercase();
    database
        .execute_batch(&format!(
            "CREATE TABLE message_ftsv2_content (docid INTEGER PRIMARY KEY, c0content TEXT, c1fts_jid TEXT);
             CREATE TABLE IF NOT EXISTS labels (_id INTEGER PRIMARY KEY, label_name TEXT);
             CREATE TABLE something_new (a, b);
             INSERT INTO message_ftsv2_content VALUES (1, 'old words {}', 'x'), (2, 'as a message has it {small}', 'y');
             INSERT INTO labels (label_name) VALUES ('see {}');
             INSERT INTO something_new VALUES ('34600000777@s.whatsapp.net', x'00');
             INSERT INTO something_new SELECT raw_string, 1 FROM jid WHERE _id < 7;
             INSERT INTO message (chat_row_id, from_me, key_id, message_type, timestamp, text_data) VALUES (1, 0, 'N', 0, 1700000000000, '{}');",
            link(1),
            link(2),
            link(3),
        ))
        .unwrap();
    let after = traces_beside(folder.path(), &before);
    let live = |part: &str| vec![(part.to_owned(), Found::Live)];
    let expected = [
        (format!("{NAME}0001"), live("message_ftsv2_content")),
        (format!("{NAME}0002"), live("labels")),
        (format!("{NAME}0003"), live("message")),
        ("34600000777@s.whatsapp.net".to_owned(), live("something_new")),
    ];
    assert_eq!(after, BTreeMap::from(expected));
}

/// Names and drafts in tables that the parser tells.
#[test]
fn texts_that_people_write() {
    let folder = tempfile::tempdir().unwrap();
    let database = phone(folder.path());
    let before = traces(folder.path());
    let link = |n: u32| format!("chat.whatsapp.com/{NAME}{n:04}");
    let contacts = Connection::open(folder.path().join(APP).join("databases/wa.db")).unwrap();
    contacts
        .execute_batch(&format!(
            "CREATE TABLE IF NOT EXISTS wa_contacts (_id INTEGER PRIMARY KEY, jid TEXT, is_whatsapp_user, number TEXT, display_name TEXT, wa_name TEXT, \
                status TEXT, nickname TEXT);
             INSERT INTO wa_contacts (jid, is_whatsapp_user, number, display_name, wa_name, status) \
                VALUES ('34600000778@s.whatsapp.net', 1, '+34600000778', 'Luna {}', '+34600000778', '{}');",
            link(1),
            link(2)
        ))
        .unwrap();
    let sql = "INSERT INTO message (chat_row_id, from_me, key_id, message_type, timestamp, text_data) VALUES (1, 0, 'N', 0, 1700000000000, ?1)";
    database.execute(sql, [link(3)]).unwrap();
    // A subject is a text of the chat that its parser looks through: told once.
    database
        .execute(
            "UPDATE chat SET subject = ?1 WHERE _id = (SELECT min(_id) FROM chat WHERE subject IS NOT NULL)",
            [link(3)],
        )
        .unwrap();
    let after = traces_beside(folder.path(), &before);
    let places = |n: u32| after.get(&format!("{NAME}{n:04}")).cloned().unwrap_or_default();
    let live = |part: &str| (part.to_owned(), Found::Live);
    assert_eq!(places(1), [live("wa_contacts")], "{after:?}");
    assert_eq!(places(2), [live("wa_contacts")], "{after:?}");
    assert!(places(3).contains(&live("message")), "{after:?}");
    assert_eq!(after.len(), 3, "{after:?}");
}

/// Bytes in which records of no known form stand, or their copies.
#[test]
fn bytes_that_no_row_uses() {
    let folder = tempfile::tempdir().unwrap();
    let database = phone(folder.path());
    let before = traces(folder.path());
    // Grown rows move to other pages and leave copies of themselves, which say nothing new.
    for n in 0..200 {
        let text = format!("luna{n:03}https://example.org/{n:03}");
        let sql = "INSERT INTO message (chat_row_id, from_me, key_id, message_type, timestamp, text_data) VALUES (1, 0, ?1, 0, 1700000000000, ?2)";
        database.execute(sql, (format!("K{n}"), text)).unwrap();
    }
    database
        .execute_batch("UPDATE message SET participant_hash = 'a few letters more' WHERE key_id LIKE 'K%'")
        .unwrap();
    drop(database);
    let path = folder.path().join(APP).join("databases/msgstore.db");
    let mut bytes = fs::read(&path).unwrap();
    bytes.extend(
        format!("..https://chat.whatsapp.com/{NAME}0009..34600000002@s.whatsapp.net..34600000002@s.whatsapp..").bytes(),
    );
    fs::write(&path, bytes).unwrap();
    let after = traces_beside(folder.path(), &before);
    let told: Vec<_> = after.iter().filter(|(_, places)| places[0].0 == "byte").collect();
    assert_eq!(told, [(&format!("{NAME}0009"), &vec![("byte".to_owned(), Found::LostPage)])]);
    // Earlier forms of rows are deleted records, and tell what they say.
    let urls = after.iter().filter(|(value, _)| value.starts_with("https://example.org/"));
    assert!(urls.clone().all(|(_, places)| places[0] == ("message".to_owned(), Found::Live)), "{after:?}");
    assert_eq!(urls.count(), 200);
}

/// Of places of Tor Browser all texts count, and its parser tells addresses alone.
#[test]
fn places_of_tor_browser() {
    let folder = tempfile::tempdir().unwrap();
    let browser = folder.path().join("Tor Browser/Browser/TorBrowser/Data/Browser/profile.default");
    fs::create_dir_all(&browser).unwrap();
    let database = Connection::open(browser.join("places.sqlite")).unwrap();
    let onion = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaam2dqd.onion";
    database
        .execute_batch(&format!(
            "CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url, title, visit_count INTEGER, last_visit_date INTEGER, description);
             CREATE TABLE moz_bookmarks (id INTEGER PRIMARY KEY, type INTEGER, fk INTEGER, title, dateAdded INTEGER);
             CREATE TABLE moz_inputhistory (place_id INTEGER, input, use_count INTEGER);
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
             INSERT INTO moz_places SELECT i, 'https://example.org/' || i, iif(i = 1, 'mirror {onion}', 'page'), 1, 1700000000000000,
                 iif(i = 1, 'ask ada@example.org', NULL) FROM n;
             INSERT INTO moz_bookmarks VALUES (1, 1, 5999, 'see https://chat.whatsapp.com/{NAME}0001', 1700000000000000);
             INSERT INTO moz_inputhistory VALUES (1, 'wa.me/34600000002', 1);"
        ))
        .unwrap();
    drop(database);
    let mut rows: Vec<(Origin, Row)> = Vec::new();
    examine(folder.path(), &ExhibitFacts::default(), &mut rows, &Options::default(), &Silent).unwrap();
    let mut traces: Vec<_> = Vec::new();
    let mut marks = Vec::new();
    for (origin, row) in &rows {
        match row {
            Row::Trace(trace) => traces.push((origin.part.as_deref().unwrap_or_default(), &*trace.value)),
            Row::DeviceFact(fact) if fact.fact.starts_with("Tor Browser bookmark") => marks.push(&*fact.fact_value),
            _ => {}
        }
    }
    let count = traces.len();
    traces.sort_unstable();
    traces.dedup();
    assert_eq!((count, traces.len()), (6004, 6004));
    for one in [
        ("moz_places", onion),
        ("moz_places", "ada@example.org"),
        ("moz_bookmarks", &*format!("{NAME}0001")),
        ("moz_inputhistory", "34600000002@s.whatsapp.net"),
        ("moz_places", "https://example.org/6000"),
    ] {
        assert!(traces.contains(&one), "{one:?}");
    }
    assert_eq!(
        marks,
        ["https://example.org/5999", &format!("see https://chat.whatsapp.com/{NAME}0001"), "2023-11-14T22:13:20.000Z"]
    );
}
