//! The whole of a small operation: same bytes, sound databases, nothing that the owner could not have seen.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use rusqlite::Connection;
use serde_json::Value;

use crate::world::{Schema, World};
use crate::{Options, Scale, Summary, generate};

pub fn make(dir: &Path, scale: Scale, seed: u64, threads: usize) -> Summary {
    generate(dir, &Options { scale, seed, threads }, &|_, _| {}).unwrap()
}

fn files(dir: &Path, below: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, below, found);
        } else {
            let name = path.strip_prefix(below).unwrap().to_string_lossy().into_owned();
            found.insert(name, fs::read(&path).unwrap());
        }
    }
}

fn all(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    files(dir, dir, &mut found);
    found
}

/// The files of a phone, whatever it is packed in.
pub fn unpack(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let read = |from: &mut dyn Read| {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        bytes
    };
    let name = path.to_string_lossy();
    if path.is_dir() {
        return all(path);
    } else if name.ends_with(".zip") {
        let mut archive = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            found.insert(file.name().unwrap().to_string(), read(&mut file));
        }
    } else {
        let mut archive = tar::Archive::new(GzDecoder::new(File::open(path).unwrap()));
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            found.insert(entry.path().unwrap().to_string_lossy().into_owned(), read(&mut entry));
        }
    }
    found
}

/// Opens the databases of a phone: `msgstore.db` with its log, `wa.db`.
fn databases(phone: &BTreeMap<String, Vec<u8>>, scratch: &Path) -> (Connection, Connection) {
    for (name, bytes) in phone.iter().filter(|(name, _)| name.contains("/databases/")) {
        fs::write(scratch.join(name.rsplit('/').next().unwrap()), bytes).unwrap();
    }
    (Connection::open(scratch.join("msgstore.db")).unwrap(), Connection::open(scratch.join("wa.db")).unwrap())
}

pub fn number(db: &Connection, sql: &str) -> i64 {
    db.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn same_seed_same_bytes_whatever_the_threads() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b, c] = ["a", "b", "c"].map(|name| folder.path().join(name));
    make(&a, Scale::Tiny, 1, 1);
    make(&b, Scale::Tiny, 1, 3);
    make(&c, Scale::Tiny, 2, 3);
    let (a, b, c) = (all(&a), all(&b), all(&c));
    let differing: Vec<&String> =
        a.iter().filter(|(name, bytes)| b.get(*name) != Some(bytes)).map(|(name, _)| name).collect();
    assert_eq!((a.len(), differing), (b.len(), vec![]));
    assert!(a["truth.json"] != c["truth.json"]);
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("evidence"), "mine").unwrap();
    let options = Options { scale: Scale::Tiny, seed: 1, threads: 1 };
    assert!(generate(folder.path(), &options, &|_, _| {}).unwrap_err().to_string().contains("not empty"));
}

/// Group messages and events on a phone lie within its owner's stays and before the seizure.
#[test]
fn a_phone_holds_what_its_owner_could_have_seen() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(Scale::Tiny, 3, 2);
    make(&folder.path().join("x"), Scale::Tiny, 3, 2);
    for device in world.devices.iter().filter(|device| !device.iphone) {
        let path =
            folder.path().join("x/devices").join(format!("{}{}", device.label, crate::pack::suffix(device.packing)));
        let scratch = tempfile::tempdir().unwrap();
        let phone = unpack(&path);
        let (db, wa) = databases(&phone, scratch.path());
        for db in [&db, &wa] {
            let check: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
            assert_eq!(check, "ok", "{}", device.label);
        }
        let sql = match device.schema {
            Schema::Legacy => "SELECT key_remote_jid, timestamp, received_timestamp FROM messages WHERE _id > 1",
            _ => {
                "SELECT raw_string, timestamp, received_timestamp FROM message
                 JOIN chat ON chat._id = chat_row_id JOIN jid ON jid._id = jid_row_id WHERE message._id > 1"
            }
        };
        let true_times: BTreeMap<u64, u64> = world.messages.iter().map(|message| (message.sent, message.at)).collect();
        let mut statement = db.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        let mut count = 0;
        for row in rows {
            let (chat, sent, received): (String, u64, u64) = row.unwrap();
            count += 1;
            let (sent, received) =
                (true_times.get(&sent).copied().unwrap_or(sent), received.saturating_add_signed(-device.clock));
            assert!(sent < device.seized && received < device.seized, "{} {chat} {sent} {received}", device.label);
            let Some(group) = world.groups.iter().find(|group| group.address == chat) else { continue };
            let stays = group.stays();
            let inside = stays.iter().any(|s| s.person == device.owner && (s.join..=s.leave).contains(&sent));
            assert!(inside, "{} {chat} {sent}", device.label);
        }
        assert!(count > 20, "{} has {count} rows", device.label);
    }
}

/// The log adds rows, and takes rows away that the database alone still shows.
#[test]
fn some_rows_stand_in_the_log_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, scratch) = (folder.path().join("x"), folder.path().join("y"));
    make(&dir, Scale::Tiny, 1, 2);
    fs::create_dir(&scratch).unwrap();
    let phone = unpack(&dir.join("devices/ES-001.zip"));
    let name = "data/data/com.whatsapp/databases/msgstore.db";
    assert!(phone.contains_key(&format!("{name}-wal")));
    let with = number(&databases(&phone, &scratch).0, "SELECT max(_id) FROM message");
    let alone = scratch.join("alone.db");
    fs::write(&alone, &phone[name]).unwrap();
    let without = number(&Connection::open(&alone).unwrap(), "SELECT max(_id) FROM message");
    assert!(with > without + 20, "{with} {without}");
}

#[test]
fn the_truth_counts_and_names_real_rows() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("x");
    let summary = make(&dir, Scale::Small, 1, 2);
    let truth: Value = serde_json::from_slice(&fs::read(dir.join("truth.json")).unwrap()).unwrap();
    let mut accounts: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, person) in truth["persons"].as_array().unwrap().iter().enumerate() {
        for account in person["accounts"].as_array().unwrap() {
            assert_eq!(accounts.insert(account.as_str().unwrap(), index), None, "{account} belongs to two");
        }
    }
    for (kind, count) in summary.truth.iter().filter(|(kind, _)| *kind != "persons") {
        let kind_of = &truth["facts"][kind];
        let rows = kind_of["rows"].as_array().unwrap();
        assert_eq!(rows.len() as u64, *count, "{kind}");
        let few = match *kind {
            "conflicts" | "clock_offsets" => 1,
            _ => 5,
        };
        assert!(*count > few, "{kind}");
        let distinct: BTreeSet<String> = rows.iter().map(Value::to_string).collect();
        assert_eq!(distinct.len(), rows.len(), "{kind} repeats itself");
        for row in rows {
            assert_eq!(row.as_array().unwrap().len(), kind_of["columns"].as_array().unwrap().len(), "{kind}");
            let named = row.as_array().unwrap().iter().filter_map(Value::as_str);
            for account in named.filter(|text| text.ends_with("@lid") || text.ends_with("@s.whatsapp.net")) {
                assert!(accounts.contains_key(account), "{kind}: nobody is {account}");
            }
        }
    }
    let hits: BTreeSet<&str> =
        truth["facts"]["hits"]["rows"].as_array().unwrap().iter().filter_map(|row| row[1].as_str()).collect();
    assert_eq!(hits, BTreeSet::from(["file present", "hash in message", "other device's copy"]));
    // Somebody is known by a LID alone, some group's creator is stated nowhere.
    let members = truth["facts"]["members"]["rows"].as_array().unwrap();
    assert!(members.iter().any(|row| row[1].as_str().unwrap().ends_with("@lid")));
    assert!(truth["facts"]["groups"]["rows"].as_array().unwrap().iter().any(|row| row[1].is_null()));
    assert!(summary.deleted > 0 && summary.in_log > 0 && summary.evidence_bytes < 60_000_000, "{summary:?}");
}

/// Rows are missing where rows were deleted and nowhere else; what never came left no gap; clocks are as wrong as said.
#[test]
fn phones_lack_what_the_truth_says() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("x");
    let summary = make(&dir, Scale::Small, 1, 2);
    let world = World::new(Scale::Small, 1, 2);
    let truth: Value = serde_json::from_slice(&fs::read(dir.join("truth.json")).unwrap()).unwrap();
    let rows = |kind: &str| truth["facts"][kind]["rows"].as_array().unwrap().clone();
    let (absences, offsets) = (rows("absences"), rows("clock_offsets"));
    let mut found: BTreeMap<&str, i64> = BTreeMap::new();
    let mut gaps = 0;
    for device in &world.devices {
        let path = dir.join("devices").join(format!("{}{}", device.label, crate::pack::suffix(device.packing)));
        let scratch = tempfile::tempdir().unwrap();
        if device.iphone {
            let db = crate::iphone::tests::storage(&crate::iphone::tests::files(&path), scratch.path(), true);
            gaps += number(&db, "SELECT max(Z_PK) - count(*) FROM ZWAMESSAGE");
            continue;
        }
        let phone = unpack(&path);
        let db = databases(&phone, scratch.path()).0;
        let legacy = device.schema == Schema::Legacy;
        let table = if legacy { "messages" } else { "message" };
        gaps += number(&db, &format!("SELECT max(_id) - count(*) FROM {table}"));
        let mut keys = db.prepare(&format!("SELECT key_id FROM {table}")).unwrap();
        let keys: BTreeSet<String> = keys.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        for row in absences.iter().filter(|row| row[0] == device.label.as_str()) {
            assert!(!keys.contains(row[3].as_str().unwrap()), "{row}");
            *found.entry(if row[4] == "deleted" { "deleted" } else { "never delivered" }).or_default() += 1;
        }
        let least = number(
            &db,
            &format!(
                "SELECT min(received_timestamp - receipt_server_timestamp) FROM {table} WHERE receipt_server_timestamp > 0 AND received_timestamp > 0"
            ),
        );
        let stated =
            offsets.iter().find(|row| row[0] == device.label.as_str()).map_or(0, |row| row[1].as_i64().unwrap());
        assert_eq!((least as f64 / 1000.0).round() as i64, stated, "{}", device.label);
        let mut count = |name, db: &Connection, sql| *found.entry(name).or_default() += number(db, sql);
        if !legacy {
            let invites = "SELECT count(*) FROM message JOIN message_group_invite ON message_row_id = _id WHERE message_type = 24";
            count("invites", &db, invites);
            count("titles", &db, "SELECT count(*) FROM message_text WHERE page_title IS NOT NULL");
        }
        if device.author_devices {
            let devices =
                "SELECT count(*) FROM message_details JOIN jid ON author_device_jid = jid._id WHERE type = 17";
            count("sending devices", &db, devices);
        }
        if device.identities {
            let keys = Connection::open(scratch.path().join("axolotl.db")).unwrap();
            let tied =
                "SELECT count(*) FROM identities a JOIN identities b USING (public_key) WHERE a.recipient_type = 0
                        AND b.recipient_type = 1 AND length(public_key) = 33";
            count("shared keys", &keys, tied);
        }
        if device.sim {
            let telephony = Connection::open(scratch.path().join("telephony.db")).unwrap();
            count("cards", &telephony, "SELECT count(*) FROM siminfo WHERE mcc > 200 AND length(iso_country_code) = 2");
        }
        let settings = phone.keys().filter(|name| name.starts_with("data/property/")).count();
        *found.entry("properties").or_default() += i64::try_from(settings).unwrap();
    }
    assert_eq!(gaps as u64, summary.deleted);
    assert!(found.len() == 8 && found.values().all(|count| *count > 3), "{found:?}");
}

/// The forms of the addresses are those that the model reads.
#[test]
fn addresses_read_as_the_model_says() {
    use custodia_model::account::{chat_kind, legacy_group, normalise, phone};
    let world = World::new(Scale::Small, 1, 1);
    let mut legacy = 0;
    for group in &world.groups {
        assert_eq!(chat_kind(&group.address), "group");
        if let Some((creator, at)) = legacy_group(&group.address) {
            legacy += 1;
            assert_eq!(creator, world.people[group.creator as usize].address(crate::world::Form::Phone));
            assert_eq!(at.to_string().get(..19), Some(&crate::clock::iso(group.created, 0)[..19]));
        }
    }
    assert!(legacy > 2 && legacy < world.groups.len());
    for person in &world.people {
        for form in person.accounts() {
            let address = person.address(form);
            assert_eq!(normalise(&address).as_ref(), Some(&address));
            assert_eq!(phone(&address).is_some(), form != crate::world::Form::Lid, "{address}");
        }
    }
}
