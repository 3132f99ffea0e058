//! iPhones of a small operation: sound databases, files that are what rows name, lists of backups that are whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::tests::{make, number, unpack};
use crate::world::{Packing, World};
use crate::{Scale, pack};

/// The files of an iPhone by their paths on it, out of a backup too.
pub fn files(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let found = unpack(path);
    let Some(manifest) = found.keys().find(|name| name.ends_with("/Manifest.db")) else {
        let plain = |path: String| path.strip_prefix("filesystem1/").map(str::to_owned).unwrap_or(path);
        return found.into_iter().map(|(path, bytes)| (plain(path), bytes)).collect();
    };
    let scratch = tempfile::tempdir().unwrap();
    let list = scratch.path().join("Manifest.db");
    fs::write(&list, &found[manifest]).unwrap();
    let db = Connection::open(&list).unwrap();
    let mut statement = db.prepare("SELECT fileID, domain, relativePath FROM Files").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    let folder = manifest.strip_suffix("Manifest.db").unwrap();
    let mut whole = BTreeMap::new();
    for row in rows {
        let (id, domain, relative): (String, String, String) = row.unwrap();
        let bytes = &found[&format!("{folder}{}/{id}", &id[..2])];
        let base = match domain.strip_prefix("AppDomainGroup-") {
            Some(group) => format!("{}/{group}", super::paths::SHARED),
            None => domain,
        };
        whole.insert(format!("{base}/{relative}"), bytes.clone());
    }
    assert_eq!(whole.len() + 4, found.len());
    whole
}

/// Opens `ChatStorage.sqlite` with its log, if it has one and `log` says so.
pub fn storage(phone: &BTreeMap<String, Vec<u8>>, scratch: &Path, log: bool) -> Connection {
    for (path, bytes) in phone.iter().filter(|(path, _)| path.contains("/ChatStorage.sqlite")) {
        if log || path.ends_with(".sqlite") {
            fs::write(scratch.join(path.rsplit('/').next().unwrap()), bytes).unwrap();
        }
    }
    Connection::open(scratch.join("ChatStorage.sqlite")).unwrap()
}

#[test]
fn iphones_are_whole() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("x");
    make(&dir, Scale::Small, 1, 2);
    let world = World::new(Scale::Small, 1, 2);
    let iphones: Vec<_> = world.devices.iter().filter(|device| device.iphone).collect();
    assert_eq!(iphones.len(), 3);
    assert_eq!(iphones.iter().filter(|device| device.packing == Packing::Backup).count(), 1);
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for device in iphones {
        let path = dir.join("devices").join(format!("{}{}", device.label, pack::suffix(device.packing)));
        let phone = files(&path);
        let scratch = tempfile::tempdir().unwrap();
        let db = storage(&phone, scratch.path(), true);
        let check: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok", "{}", device.label);
        let seized = super::core_data::date(device.seized);
        for wrong in [
            format!("SELECT count(*) FROM ZWAMESSAGE WHERE ZMESSAGEDATE >= {seized}"),
            "SELECT count(*) FROM ZWAMESSAGE m JOIN ZWAGROUPMEMBER g ON m.ZGROUPMEMBER = g.Z_PK WHERE g.ZCHATSESSION <> m.ZCHATSESSION".into(),
            "SELECT count(*) FROM ZWAMESSAGE m JOIN ZWACHATSESSION s ON s.Z_PK = m.ZCHATSESSION WHERE s.ZSESSIONTYPE = 1 AND NOT ZISFROMME AND ZMESSAGETYPE <> 6 AND ZGROUPMEMBER IS NULL".into(),
            "SELECT count(*) FROM ZWAMEDIAITEM i LEFT JOIN ZWAMESSAGE m ON m.Z_PK = i.ZMESSAGE WHERE m.ZMEDIAITEM IS NOT i.Z_PK".into(),
            "SELECT count(*) FROM Z_PRIMARYKEY WHERE Z_NAME = 'WAMessage' AND Z_MAX < (SELECT max(Z_PK) FROM ZWAMESSAGE)".into(),
        ] {
            assert_eq!(number(&db, &wrong), 0, "{} {wrong}", device.label);
        }
        let mut count = |name, sql: &str| *counts.entry(name).or_default() += number(&db, sql);
        count("quotes and invites", "SELECT count(*) FROM ZWAMEDIAITEM WHERE ZMETADATA IS NOT NULL");
        count("revoked", "SELECT count(*) FROM ZWAMESSAGE WHERE ZMESSAGETYPE = 14 AND ZTEXT IS NULL");
        count("forwarded", "SELECT count(*) FROM ZWAMESSAGE WHERE ZFLAGS & 384");
        count("former members", "SELECT count(*) FROM ZWAGROUPMEMBER WHERE NOT ZISACTIVE");
        count("hidden", "SELECT count(*) FROM ZWAGROUPMEMBER WHERE ZMEMBERJID LIKE '%@lid'");
        count("previews", "SELECT count(*) FROM ZWAMESSAGEDATAITEM WHERE ZTITLE IS NOT NULL");
        let kinds = number(&db, "SELECT count(DISTINCT ZGROUPEVENTTYPE) FROM ZWAMESSAGE WHERE ZMESSAGETYPE = 6");
        assert!(kinds > 4, "{} {kinds}", device.label);

        // Files are what their rows name.
        let mut rows = db.prepare("SELECT ZMEDIALOCALPATH, ZVCARDNAME FROM ZWAMEDIAITEM WHERE ZVCARDNAME IS NOT NULL AND ZMEDIALOCALPATH IS NOT NULL").unwrap();
        let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let container = super::paths::container(&world, device);
        let mut held = 0;
        for row in rows {
            let (path, digest): (String, String) = row.unwrap();
            let Some(bytes) = phone.get(&format!("{container}/Message/{path}")) else { continue };
            assert_eq!(BASE64_STANDARD.encode(Sha256::digest(bytes)), digest, "{path}");
            held += 1;
        }
        assert!(held > 20, "{} {held}", device.label);

        if device.wal {
            let alone = tempfile::tempdir().unwrap();
            let without = number(&storage(&phone, alone.path(), false), "SELECT max(Z_PK) FROM ZWAMESSAGE");
            let with = number(&db, "SELECT max(Z_PK) FROM ZWAMESSAGE");
            assert!(with > without + 20, "{} {with} {without}", device.label);
        }
    }
    assert!(counts.values().all(|count| *count > 2), "{counts:?}");
}

/// Names in a backup are digests of domain and path: those of the messenger's own databases are widely known.
#[test]
fn backups_have_known_names() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("x");
    make(&dir, Scale::Small, 2, 2);
    let world = World::new(Scale::Small, 2, 2);
    let backup = world.devices.iter().find(|device| device.packing == Packing::Backup).unwrap();
    let names: BTreeSet<String> = unpack(&dir.join("devices").join(&backup.label))
        .into_keys()
        .filter_map(|path| path.rsplit('/').next().map(str::to_owned))
        .collect();
    let known = match backup.business {
        true => ["724bd3b98b18518b455a87c1f3ac3a0d189c4466", "d7246a707f51ddf8b17ee2dddabd9e0a4da5c552"],
        false => ["7c7fba66680ef796b916b067077cc246adacf01d", "b8548dc30aa1030df0ce18ef08b882cf7ab5212f"],
    };
    assert!(known.iter().all(|name| names.contains(*name)), "{names:?}");
}

#[test]
fn lists_have_their_published_form() {
    use super::plist::{Value, binary, xml};
    let list = Value::Map(vec![("a", Value::List(vec![Value::Bool(true), Value::Int(300), "ü".into()]))]);
    let bytes = binary(&list);
    let objects: &[u8] = &[
        0xd1, 0, 1, 0, 2, // a dictionary of one: its key is object 1, its value object 2
        0x51, b'a', // one letter of ASCII
        0xa3, 0, 3, 0, 4, 0, 5, // three values
        9, 0x12, 0, 0, 1, 44, // true; a number of four bytes
        0x61, 0, 0xfc, // one unit of UTF-16
    ];
    assert_eq!(&bytes[..8], b"bplist00");
    assert_eq!(&bytes[8..8 + objects.len()], objects);
    let end: [u8; 8] = bytes[bytes.len() - 8..].try_into().unwrap();
    assert_eq!(u64::from_be_bytes(end), 8 + objects.len() as u64);
    let text = String::from_utf8(xml(&Value::Map(vec![("b", "x & y".into())]))).unwrap();
    assert!(text.contains("<key>b</key>\n<string>x &amp; y</string>"), "{text}");
}
