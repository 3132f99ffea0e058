//! Encrypted backups made from the description of the format by another implementation of the cipher.

use std::io::Write;

use aes_gcm::aead::consts::U16;
use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{AesGcm, aes::Aes256};
use flate2::{Compression, write::ZlibEncoder};
use md5::{Digest, Md5};

use crate::assemblies::testing::{Desk, damaged, of, reads_as_expected, told};
use crate::parsers::fixtures::database;
use crate::secrets::Secrets;

const NONCE: [u8; 16] = [0x21; 16];
const SALT: [u8; 32] = [0x31; 32];
const ACCOUNT: [u8; 16] = [0x41; 16];
const SECRET: [u8; 32] = [0x51; 32];
const ROOT: [u8; 32] = [0x61; 32];

fn java(length: u8, content: &[u8]) -> Vec<u8> {
    let head = hex::decode("aced0005757200025b42acf317f8060854e00200007870000000").unwrap();
    [&head[..], &[length], content].concat()
}

fn key_file(secret: [u8; 32]) -> Vec<u8> {
    java(131, &[&[0, 1, 2][..], &SALT, &ACCOUNT, &[9; 32], &[0; 16], &secret].concat())
}

fn root_file() -> Vec<u8> {
    java(32, &ROOT)
}

fn store() -> Vec<u8> {
    let script = "CREATE TABLE message(_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER, key_id TEXT, \
                  sender_jid_row_id INTEGER, timestamp INTEGER, message_type INTEGER, text_data TEXT);
                  CREATE TABLE chat(_id INTEGER PRIMARY KEY, jid_row_id INTEGER, subject TEXT);
                  CREATE TABLE jid(_id INTEGER PRIMARY KEY, user TEXT, server TEXT, raw_string TEXT);
                  INSERT INTO jid VALUES(1, '100001', 's.whatsapp.net', '100001@s.whatsapp.net');
                  INSERT INTO chat VALUES(1, 1, NULL);
                  INSERT INTO message VALUES(1, 1, 0, 'K1', 0, 1700000000000, 0, 'the heron is on the roof');";
    database(script, "").0
}

fn zlib(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn sealed(key: &[u8; 32], plaintext: &[u8]) -> Vec<u8> {
    AesGcm::<Aes256, U16>::new(key.into()).encrypt((&NONCE).into(), plaintext).unwrap()
}

fn with_sum(mut bytes: Vec<u8>) -> Vec<u8> {
    let sum = Md5::digest(&bytes);
    bytes.extend(sum);
    bytes
}

fn field(number: u8, content: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2, content.len() as u8][..], content].concat()
}

fn crypt12(plaintext: &[u8]) -> Vec<u8> {
    let head = [&[0, 1, 2][..], &SALT, &ACCOUNT, &NONCE].concat();
    let mut bytes = with_sum([head, sealed(&SECRET, plaintext)].concat());
    bytes.extend(b"--07");
    bytes
}

/// Info with as many feature flags as make the header long, or none.
fn info(features: bool) -> Vec<u8> {
    let flags: Vec<u8> = (5..37u32)
        .filter(|&flag| features && flag > 15)
        .flat_map(|flag| [(flag << 3) as u8 | 0x80, (flag >> 4) as u8, 1])
        .collect();
    field(4, &[field(1, b"2.22.5.13"), field(3, b"07"), flags].concat())
}

fn crypt14(plaintext: &[u8], features: bool) -> Vec<u8> {
    let version = field(1, &[0, 1]);
    let cipher = [version, field(2, b"2"), field(3, &SALT), field(4, &ACCOUNT), field(5, &NONCE)].concat();
    prefixed(&[&[8, 0][..], &field(2, &cipher), &info(features)].concat(), features, sealed(&SECRET, plaintext))
}

fn crypt15(plaintext: &[u8], features: bool) -> Vec<u8> {
    let header = [&[8, 1][..], &field(3, &field(1, &NONCE)), &info(features)].concat();
    let key = crate::assemblies::keys::derive(&ROOT, b"backup encryption");
    prefixed(&header, features, sealed(&key, plaintext))
}

fn prefixed(header: &[u8], features: bool, sealed: Vec<u8>) -> Vec<u8> {
    let flag: &[u8] = if features { &[1] } else { &[] };
    with_sum([&[header.len() as u8], flag, header, &sealed].concat())
}

#[test]
fn kept_backups_are_read_as_expected() {
    let packed = zlib(&store());
    for (case, name, backup) in [
        ("crypt12", "msgstore-2026-11-20.1.db.crypt12", crypt12(&packed)),
        ("crypt14", "msgstore.db.crypt14", crypt14(&packed, true)),
        ("crypt15", "msgstore.db.crypt15", crypt15(&packed, true)),
    ] {
        let key = if case == "crypt15" { ("encrypted_backup.key", root_file()) } else { ("key", key_file(SECRET)) };
        let make = |evidence: &std::path::Path| {
            std::fs::write(evidence.join(name), &backup).unwrap();
            std::fs::create_dir(evidence.join("files")).unwrap();
            std::fs::write(evidence.join("files").join(key.0), &key.1).unwrap();
        };
        reads_as_expected(case, &Secrets::default(), make);
    }
}

/// What comes out of a backup counts as what comes out of any container.
#[test]
fn limits_hold() {
    use crate::sources::Limits;
    use crate::walk::{Options, Outcome, walk};
    let desk = Desk::new();
    let backup = desk.put("a.db.crypt15", &crypt15(&zlib(&vec![7; 3_000_000]), true));
    let walk = |limits: Limits| {
        let secrets = given(&[&root_file()]);
        let options = Options { threads: 2, limits, secrets, ..Options::default() };
        let walked = walk(&backup, &|_, _| false, &options, &crate::progress::Silent).unwrap();
        let sizes: Vec<u64> = walked.evidence.items().iter().skip(1).map(|item| item.size).collect();
        let kinds: Vec<String> = walked.warnings.iter().map(|(_, warning)| warning.warning.to_string()).collect();
        (sizes, walked.ended[0].outcome, kinds.join(" "))
    };
    let whole = Limits::default();
    assert_eq!(walk(whole.clone()), (vec![3_000_000], Outcome::Whole, String::new()));
    assert_eq!(walk(Limits { bytes: 1000, ..whole.clone() }).0, [1000]);
    assert_eq!(walk(Limits { entries: 1, ..whole.clone() }), (vec![], Outcome::Partial, "limit".into()));
    assert_eq!(walk(Limits { depth: 0, ..whole.clone() }), (vec![], Outcome::Partial, "depth".into()));
    let (sizes, _, kinds) = walk(Limits { ratio: 2, ratio_from: 1_000_000, ..whole });
    assert!(sizes[0] < 2_000_000 && kinds == "ratio", "{sizes:?} {kinds}");
}

/// Two entries of an archive may bear one name: each is opened with its own bytes.
#[test]
fn two_backups_of_one_name() {
    let desk = Desk::new();
    let mut tar = tar::Builder::new(Vec::new());
    let (one, two) = (crypt15(&zlib(&store()), true), crypt15(&zlib(b"another content"), true));
    for (name, content) in [("a.db.crypt15", &one), ("a.db.crypt15", &two), ("encrypted_backup.key", &root_file())] {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        tar.append_data(&mut header, name, content.as_slice()).unwrap();
    }
    let lines = told(&desk.put("phone.tar", &tar.into_inner().unwrap()), &Secrets::default());
    let inside: Vec<_> = of(&lines, "files").into_iter().filter(|line| line.contains("crypt15/a.db")).collect();
    assert!(inside.len() == 2 && inside[0].contains(" 4096 ") && inside[1].contains(" 15 "), "{lines:#?}");
}

/// The way back to the byte: a row of an encrypted backup is shown again, by the key beside it.
#[test]
fn rows_are_found_again() {
    let desk = Desk::new();
    desk.put("phone/files/key", &key_file(SECRET));
    desk.put("phone/sdcard/msgstore.db.crypt14", &crypt14(&zlib(&store()), true));
    let path = "/sdcard/msgstore.db.crypt14/msgstore.db";
    let find = || crate::places::find(&desk.path("phone"), path, &std::env::temp_dir(), &Secrets::default());
    let place = find().unwrap().show(Some("message"), Some(1)).unwrap();
    assert!(place.cells.iter().any(|(name, _)| name == "text_data"), "{place:?}");
    std::fs::remove_file(desk.path("phone/files/key")).unwrap();
    assert!(find().err().unwrap().contains("file `key`"));
}

fn messages(lines: &[String]) -> usize {
    of(lines, "messages").len()
}

fn given(keys: &[&[u8]]) -> Secrets {
    let mut secrets = Secrets::default();
    for key in keys {
        secrets.add_key(key).unwrap();
    }
    secrets
}

#[test]
fn every_form_is_opened_by_a_key_of_the_device() {
    let packed = zlib(&store());
    for (name, backup, key_name, key) in [
        ("msgstore.db.crypt12", crypt12(&packed), "files/key", key_file(SECRET)),
        ("msgstore.db.crypt14", crypt14(&packed, true), "files/key", key_file(SECRET)),
        ("msgstore.db.crypt14", crypt14(&packed, false), "anything.bin", key_file(SECRET)),
        ("msgstore-2026-11-20.1.db.crypt15", crypt15(&packed, true), "files/encrypted_backup.key", root_file()),
        ("msgstore.db.crypt15", crypt15(&packed, false), "notes.txt", hex::encode(ROOT).into_bytes()),
        ("msgstore.db.crypt15 (1)", crypt15(&store(), false), "files/encrypted_backup.key", root_file()),
        // By its bytes alone.
        ("msgstore.db", crypt15(&packed, true), "files/encrypted_backup.key", root_file()),
        ("msgstore.db", crypt12(&packed), "files/key", key_file(SECRET)),
    ] {
        let desk = Desk::new();
        desk.put(&format!("phone/{key_name}"), &key);
        desk.put(&format!("phone/sdcard/{name}"), &backup);
        for evidence in [desk.path("phone"), desk.zip("phone", "phone.zip")] {
            let lines = told(&evidence, &Secrets::default());
            assert_eq!(messages(&lines), 1, "{name}: {lines:#?}");
            let fact = of(&lines, "device_facts").join(" ");
            assert!(fact.contains(" backup key ") && fact.ends_with(key_name), "{name}: {fact}");
            let opened = of(&lines, "files");
            assert!(
                opened.iter().any(|line| line.contains(name) && line.ends_with("WhatsApp backup parsed")),
                "{opened:#?}"
            );
        }
    }
}

#[test]
fn a_zip_inside_is_walked_further() {
    let desk = Desk::new();
    desk.put("zip/wallpapers/one.txt", b"a picture, in words");
    let zip = std::fs::read(desk.zip("zip", "inner.zip")).unwrap();
    desk.put("phone/encrypted_backup.key", &root_file());
    desk.put("phone/wallpapers.backup.crypt15", &crypt15(&zip, false));
    let lines = told(&desk.path("phone"), &Secrets::default());
    let expected = "/wallpapers.backup.crypt15/wallpapers.backup/wallpapers/one.txt 19 text/plain parsed";
    assert!(of(&lines, "files").contains(&expected), "{lines:#?}");
}

#[test]
fn the_operator_gives_keys() {
    let desk = Desk::new();
    let backup = desk.put("msgstore.db.crypt15", &crypt15(&zlib(&store()), true));
    let digits = hex::encode(ROOT)
        .into_bytes()
        .chunks(4)
        .map(|four| String::from_utf8_lossy(four).into_owned())
        .collect::<Vec<_>>();
    for key in [root_file(), digits.join(" ").into_bytes(), digits.join("-").into_bytes()] {
        let lines = told(&backup, &given(&[&key]));
        assert_eq!(messages(&lines), 1, "{lines:#?}");
        assert!(of(&lines, "device_facts")[0].ends_with("backup key given by the operator"), "{lines:#?}");
        assert!(!lines.iter().any(|line| line.contains(&digits[0].repeat(2))), "{lines:#?}");
    }
    let old = desk.put("other.db.crypt14", &crypt14(&zlib(&store()), true));
    let lines = told(&old, &given(&[hex::encode(SECRET).as_bytes()]));
    assert_eq!(messages(&lines), 1, "by its tables, since its name says nothing: {lines:#?}");
}

#[test]
fn without_its_key_it_says_which_is_needed() {
    let desk = Desk::new();
    let packed = zlib(&store());
    let one = desk.put("one/msgstore.db.crypt15", &crypt15(&packed, true));
    desk.put("one/key", &key_file(SECRET));
    let two = desk.put("two/msgstore.db.crypt14", &crypt14(&packed, true));
    for (evidence, words) in
        [(one.clone(), "`encrypted_backup.key`"), (desk.path("one"), "key of another kind"), (two, "file `key`")]
    {
        let lines = told(&evidence, &Secrets::default());
        let warnings = of(&lines, "warnings");
        assert!(
            warnings.len() == 1 && warnings[0].contains(" encrypted ") && warnings[0].contains(words),
            "{lines:#?}"
        );
        assert!(lines.iter().any(|line| line.ends_with("WhatsApp backup rejected")), "{lines:#?}");
        assert_eq!(messages(&lines), 0);
    }
}

#[test]
fn wrong_keys_and_damage_are_told_apart() {
    let desk = Desk::new();
    let packed = zlib(&store());
    let other = java(131, &[&[0, 1, 2][..], &[7; 32], &[8; 16], &[9; 32], &[0; 16], &[1; 32]].concat());
    let backup = desk.put("msgstore.db.crypt14", &crypt14(&packed, true));
    let lines = told(&backup, &given(&[&other]));
    let said = of(&lines, "warnings").join("\n");
    assert!(
        said.contains("authentication failed") && said.contains("other salts") && said.contains("as it was written"),
        "{said}"
    );

    let mut altered = crypt14(&packed, true);
    let middle = altered.len() / 2 + 100;
    altered[middle] ^= 4;
    let backup = desk.put("msgstore.db.crypt14", &altered);
    let lines = told(&backup, &given(&[&key_file(SECRET)]));
    let said = of(&lines, "warnings").join("\n");
    assert!(said.contains("authentication failed") && said.contains("altered"), "{said}");
    assert_eq!(messages(&lines), 0);
    assert_eq!(of(&lines, "files").len(), 1, "nothing of it was taken: {lines:#?}");
}

/// The header may be damaged: what authenticates is opened, and what does not never gives a row.
#[test]
fn only_what_authenticates_gives_rows() {
    let desk = Desk::new();
    let packed = zlib(&store());
    for (name, whole, secrets) in [
        ("msgstore.db.crypt12", crypt12(&packed), given(&[&key_file(SECRET)])),
        ("msgstore.db.crypt14", crypt14(&packed, true), given(&[&key_file(SECRET)])),
        ("msgstore.db.crypt15", crypt15(&packed, false), given(&[&root_file()])),
    ] {
        let ciphertext = whole.len() - packed.len() - 36..whole.len() - 32;
        for (number, bytes) in damaged(&whole, 150).enumerate() {
            let backup = desk.put(name, &bytes);
            let lines = crate::assemblies::testing::examined(&backup, &secrets, 1);
            let altered = bytes.iter().zip(&whole).position(|(one, other)| one != other).unwrap_or(bytes.len());
            assert!(!of(&lines, "warnings").is_empty() || bytes.is_empty(), "{name} {number}: no warning");
            if bytes.len() < whole.len() - 16 || ciphertext.contains(&altered) && altered >= 200 {
                assert_eq!(messages(&lines), 0, "{name} {number}, altered at {altered}: {lines:#?}");
            }
        }
        let mut header_gone = whole.clone();
        header_gone[..2].fill(0xff);
        let lines = told(&desk.put(name, &header_gone), &secrets);
        assert_eq!(messages(&lines), 1, "{name}: {lines:#?}");
        assert!(of(&lines, "warnings").iter().any(|line| line.contains(" checksum ")), "{lines:#?}");
    }
}

/// The number in the phone's settings ends in 01, in the backups in 07.
#[test]
fn a_backup_of_another_number_is_told() {
    let packed = zlib(&store());
    let settings = |number: &str| {
        let xml = "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n<string name=\"registration_jid\">";
        format!("{xml}{number}</string>\n</map>\n").into_bytes()
    };
    for (name, backup, key) in [
        ("msgstore.db.crypt12", crypt12(&packed), key_file(SECRET)),
        ("msgstore.db.crypt14", crypt14(&packed, true), key_file(SECRET)),
        ("msgstore.db.crypt15", crypt15(&packed, false), root_file()),
    ] {
        for (number, other) in [("34600000001", true), ("34600000007", false)] {
            for given_key in [true, false] {
                let desk = Desk::new();
                desk.put(
                    "phone/data/data/com.whatsapp/shared_prefs/com.whatsapp_preferences_light.xml",
                    &settings(number),
                );
                desk.put(&format!("phone/data/media/0/WhatsApp/Databases/{name}"), &backup);
                let secrets = if given_key { given(&[&key]) } else { Secrets::default() };
                let lines = told(&desk.path("phone"), &secrets);
                assert_eq!(messages(&lines), usize::from(given_key), "{name}: {lines:#?}");
                let told: Vec<_> =
                    of(&lines, "warnings").into_iter().filter(|line| line.contains("another account")).collect();
                assert_eq!(told.len(), usize::from(other), "{name} {number}: {lines:#?}");
                assert!(told.iter().all(|line| line.contains("ends in 07") && line.contains("+34600000001")));
            }
        }
    }
}

/// What a right key says of a backup that does not authenticate: whether it was cut, or altered, or only its end is.
#[test]
fn a_right_key_tells_how_a_backup_was_damaged() {
    let packed = zlib(&store());
    let desk = Desk::new();
    let whole = crypt14(&packed, true);
    let mut altered = whole.clone();
    let at = whole.len() - 32 - packed.len() / 2;
    altered[at] ^= 4;
    let mut end = whole.clone();
    let last = end.len() - 30;
    end[last] ^= 4;
    for (bytes, words) in [
        (&whole[..whole.len() - packed.len() / 3], "the file was cut"),
        (&altered, "altered"),
        (&end, "unpacks to its end"),
    ] {
        let lines = told(&desk.put("msgstore.db.crypt14", bytes), &given(&[&key_file(SECRET)]));
        let said = of(&lines, "warnings").join("\n");
        let proved = said.contains("authentication failed") && said.contains("is the right one");
        assert!(proved && said.contains(words), "{words}: {said}");
        assert_eq!((messages(&lines), of(&lines, "files").len()), (0, 1), "nothing of it was taken: {lines:#?}");
    }
}
