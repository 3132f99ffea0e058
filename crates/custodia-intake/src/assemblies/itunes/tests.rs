//! Backups made from the description of their format.

use aes::Aes256;
use aes_kw::KwAes256;
use cipher::block_padding::Pkcs7;
use cipher::{BlockModeEncrypt, KeyInit, KeyIvInit};
use pbkdf2::pbkdf2_hmac;
use plist::{Dictionary, Uid, Value};
use sha1::{Digest, Sha1};
use sha2::Sha256;

use crate::assemblies::testing::{Desk, damaged, examined, of, reads_as_expected, told};
use crate::parsers::fixtures::{self, database};
use crate::secrets::Secrets;

const GROUP: &str = "AppDomainGroup-group.net.whatsapp.WhatsApp.shared";
const FILES: &[(&str, &str, &[u8])] = &[
    (GROUP, "Message/Media/heron.txt", b"the heron is on the roof"),
    ("HomeDomain", "Library/Preferences/com.apple.notes.plist", b"<plist/>"),
    ("CameraRollDomain", "Media/DCIM/100APPLE/IMG_0001.JPG", b"\xff\xd8\xff\xe0 no picture"),
    ("AppDomain-net.whatsapp.WhatsApp", "Documents/empty.txt", b""),
    ("OddDomain", "../up.txt", b"its name leads nowhere"),
];
const PASSWORD: &str = "two herons";

/// How a backup is made.
#[derive(Clone, Default)]
struct How {
    /// Files of the group of WhatsApp.
    more: Vec<(String, Vec<u8>)>,
    encrypted: bool,
    /// Without the first derivation, as before iOS 10.2, and with a readable Manifest.db.
    old: bool,
    flat: bool,
    /// With Manifest.mbdb in place of Manifest.db.
    mbdb: bool,
    rounds: Option<u32>,
    /// Number of a file that is left out.
    without: Option<usize>,
}

fn seal(key: [u8; 32], plain: &[u8]) -> Vec<u8> {
    let mut buffer = plain.to_vec();
    buffer.resize(plain.len() + 16, 0);
    let encryptor = cbc::Encryptor::<Aes256>::new(&key.into(), &[0; 16].into());
    encryptor.encrypt_padded::<Pkcs7>(&mut buffer, plain.len()).unwrap().to_vec()
}

fn wrap(with: [u8; 32], key: [u8; 32]) -> Vec<u8> {
    let mut buffer = [0; 40];
    KwAes256::new(&with.into()).wrap_key(&key, &mut buffer).unwrap().to_vec()
}

fn tagged(tag: &[u8], value: &[u8]) -> Vec<u8> {
    [tag, &(value.len() as u32).to_be_bytes(), value].concat()
}

/// The class keys: 3 and 4 by the password, 9 by the device alone.
fn class_key(class: u32) -> [u8; 32] {
    [class as u8; 32]
}

fn keybag(how: &How) -> Vec<u8> {
    let (salt, first_salt) = ([5; 20], [6; 20]);
    let mut first = [0; 32];
    let mut key = [0; 32];
    let rounds = how.rounds.unwrap_or(7);
    if how.old {
        pbkdf2_hmac::<Sha1>(PASSWORD.as_bytes(), &salt, 10, &mut key);
    } else {
        pbkdf2_hmac::<Sha256>(PASSWORD.as_bytes(), &first_salt, rounds.min(1000), &mut first);
        pbkdf2_hmac::<Sha1>(&first, &salt, 10, &mut key);
    }
    let number = |number: u32| number.to_be_bytes();
    let mut bag = [
        tagged(b"VERS", &number(5)),
        tagged(b"TYPE", &number(1)),
        tagged(b"UUID", &[1; 16]),
        tagged(b"HMCK", &[2; 40]),
        tagged(b"WRAP", &number(1)),
        tagged(b"SALT", &salt),
        tagged(b"ITER", &number(10)),
    ]
    .concat();
    if !how.old {
        bag.extend(
            [tagged(b"DPWT", &number(1)), tagged(b"DPIC", &number(rounds)), tagged(b"DPSL", &first_salt)].concat(),
        );
    }
    for (class, by) in [(3, 2), (4, 2), (9, 1)] {
        bag.extend(tagged(b"UUID", &[class as u8; 16]));
        bag.extend(tagged(b"CLAS", &number(class)));
        bag.extend(tagged(b"WRAP", &number(by)));
        bag.extend(tagged(b"KTYP", &number(0)));
        bag.extend(tagged(b"WPKY", &wrap(key, class_key(class))));
    }
    bag
}

fn binary(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.to_writer_binary(&mut bytes).unwrap();
    bytes
}

fn dictionary(fields: Vec<(&str, Value)>) -> Value {
    let mut dictionary = Dictionary::new();
    for (name, value) in fields {
        dictionary.insert(name.into(), value);
    }
    Value::Dictionary(dictionary)
}

fn archived(mode: u64, size: usize, relative: &str, key: Option<Vec<u8>>) -> Vec<u8> {
    let uid = |number| Value::Uid(Uid::new(number));
    let mut root = vec![
        ("Mode", Value::from(mode)),
        ("Size", Value::from(size as u64)),
        ("LastModified", Value::from(1_700_000_000u64)),
        ("RelativePath", uid(2)),
    ];
    let mut objects = vec![Value::from("$null"), Value::Boolean(false), Value::from(relative)];
    if let Some(key) = key {
        root.push(("EncryptionKey", uid(3)));
        objects.push(dictionary(vec![("NS.data", Value::Data(key))]));
    }
    objects[1] = dictionary(root);
    binary(&dictionary(vec![
        ("$archiver", Value::from("NSKeyedArchiver")),
        ("$objects", Value::Array(objects)),
        ("$top", dictionary(vec![("root", uid(1))])),
        ("$version", Value::from(100_000u64)),
    ]))
}

fn make(desk: &Desk, folder: &str, how: &How) {
    let mut rows =
        "CREATE TABLE Files(fileID TEXT PRIMARY KEY, domain TEXT, relativePath TEXT, flags INTEGER, file BLOB);\n"
            .to_owned();
    let mut list = super::mbdb::MAGIC.to_vec();
    let mut row = |id: &str, domain: &str, relative: &str, flags: u8, file: Vec<u8>| {
        rows.push_str(&format!(
            "INSERT INTO Files VALUES('{id}', '{domain}', '{relative}', {flags}, X'{}');\n",
            hex::encode(file)
        ));
    };
    row(&"d".repeat(40), "HomeDomain", "Library", 2, archived(0o040_755, 0, "Library", None));
    let with_group =
        FILES.iter().map(|(domain, relative, content)| (*domain, (*relative).to_owned(), content.to_vec()));
    let chat = database("CREATE TABLE heron(number INTEGER PRIMARY KEY, says TEXT);", "").0;
    let more = how.more.iter().map(|(name, content)| (GROUP, name.clone(), content.clone()));
    let all: Vec<_> = with_group.chain([(GROUP, "heron.sqlite".to_owned(), chat)]).chain(more).collect();
    for (number, (domain, relative, content)) in all.iter().enumerate() {
        let id = hex::encode(Sha1::digest(format!("{domain}-{relative}")));
        let own = [0x70 + number as u8; 32];
        let class = 3 + number as u32 % 2;
        let key = how.encrypted.then(|| [&class.to_le_bytes()[..], &wrap(class_key(class), own)].concat());
        for text in [domain.as_bytes(), relative.as_bytes(), b"", b"", key.as_deref().unwrap_or_default()] {
            list.extend(if text.is_empty() { u16::MAX } else { text.len() as u16 }.to_be_bytes());
            list.extend(text);
        }
        list.extend(0o100_644u16.to_be_bytes());
        list.extend([0; 16]);
        list.extend([1_700_000_000u32.to_be_bytes(), [0; 4], [0; 4]].concat());
        list.extend((content.len() as u64).to_be_bytes());
        list.extend([class as u8, 1]);
        list.extend(b"\x00\x04name\x00\x05value");
        row(&id, domain, relative, 1, archived(0o100_644, content.len(), relative, key));
        if how.without == Some(number) || (content.is_empty() && !how.encrypted) {
            continue;
        }
        let content = if how.encrypted { seal(own, content) } else { content.clone() };
        let two = if how.flat { String::new() } else { format!("{}/", &id[..2]) };
        desk.put(&format!("{folder}/{two}{id}"), &content);
    }
    let manifest = database(&rows, "").0;
    let mut fields = vec![("IsEncrypted", Value::Boolean(how.encrypted)), ("Version", Value::from("10.0"))];
    let manifest = if how.encrypted {
        fields.push(("BackupKeyBag", Value::Data(keybag(how))));
        fields.push(("ManifestKey", Value::Data([&4u32.to_le_bytes()[..], &wrap(class_key(4), [0x60; 32])].concat())));
        if how.old { manifest } else { seal([0x60; 32], &manifest) }
    } else {
        manifest
    };
    if how.mbdb {
        desk.put(&format!("{folder}/Manifest.mbdb"), &list);
    } else {
        desk.put(&format!("{folder}/Manifest.db"), &manifest);
    }
    desk.put(&format!("{folder}/Manifest.plist"), &binary(&dictionary(fields)));
}

#[test]
fn kept_backups_are_read_as_expected() {
    for (name, how) in [("itunes", How::default()), ("itunes-encrypted", How { encrypted: true, ..How::default() })] {
        let make = |evidence: &std::path::Path| {
            let desk = Desk::new();
            super::tests::make(&desk, "phone", &how);
            copy(&desk.path("phone"), evidence);
        };
        reads_as_expected(name, &passwords(&[PASSWORD]), make);
    }
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let to = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(to).unwrap();
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn passwords(all: &[&str]) -> Secrets {
    let mut secrets = Secrets::default();
    for password in all {
        secrets.add_password(password);
    }
    secrets
}

/// Files that lie below a device path, with size, content, source and outcome.
fn on_device(lines: &[String]) -> Vec<String> {
    of(lines, "files")
        .iter()
        .filter(|line| line.contains("private/") || line.contains("Odd"))
        .map(|line| (*line).to_owned())
        .collect()
}

const EXPECTED: &[&str] = &[
    "/private/var/mobile/Containers/Shared/AppGroup/group.net.whatsapp.WhatsApp.shared/Message/Media/heron.txt 24 text/plain parsed",
    "/private/var/mobile/Library/Preferences/com.apple.notes.plist 8 text/plain parsed",
    "/private/var/mobile/Media/DCIM/100APPLE/IMG_0001.JPG 15 image/jpeg parsed",
    "/private/var/mobile/Containers/Data/Application/net.whatsapp.WhatsApp/Documents/empty.txt 0 application/x-empty parsed",
    "/OddDomain/../up.txt 22 text/plain parsed",
    "/private/var/mobile/Containers/Shared/AppGroup/group.net.whatsapp.WhatsApp.shared/heron.sqlite 2048 application/vnd.sqlite3",
];

fn expect(lines: &[String], below: &str) {
    let found = on_device(lines);
    assert_eq!(found.len(), EXPECTED.len(), "{lines:#?}");
    for (found, expected) in found.iter().zip(EXPECTED) {
        assert!(found.starts_with(&format!("{below}{expected}")), "{found}\n{expected}");
    }
}

#[test]
fn files_lie_where_they_lay_on_the_device() {
    for how in [
        How::default(),
        How { flat: true, ..How::default() },
        How { encrypted: true, ..How::default() },
        How { encrypted: true, flat: true, ..How::default() },
        How { encrypted: true, old: true, ..How::default() },
        How { flat: true, mbdb: true, ..How::default() },
        How { flat: true, mbdb: true, encrypted: true, old: true, ..How::default() },
    ] {
        let desk = Desk::new();
        make(&desk, "phone/Backup/0001", &how);
        let secrets = passwords(&["wrong", PASSWORD]);
        for (evidence, below) in
            [("phone", "/Backup/0001"), ("phone/Backup/0001", ""), ("phone.zip", "/phone.zip/Backup/0001")]
        {
            if evidence.ends_with(".zip") {
                desk.zip("phone", evidence);
            }
            let lines = told(&desk.path(evidence), &secrets);
            expect(&lines, below);
            let manifest = of(&lines, "files")
                .into_iter()
                .find(|line| line.contains("Manifest.db ") || line.contains("Manifest.mbdb "))
                .unwrap();
            assert!(manifest.ends_with("iTunes backup parsed"), "{manifest}");
            let facts = of(&lines, "device_facts").into_iter().filter(|fact| fact.contains("backup key")).count();
            assert_eq!(facts, usize::from(how.encrypted), "{lines:#?}");
            assert!(!lines.iter().any(|line| line.contains(PASSWORD)));
            assert!(of(&lines, "warnings").iter().all(|line| line.contains("heron.sqlite")), "{lines:#?}");
        }
    }
}

#[test]
fn without_its_password_nothing_is_lost() {
    let desk = Desk::new();
    make(&desk, "phone", &How { encrypted: true, ..How::default() });
    for (secrets, kind) in
        [(passwords(&[]), "encrypted"), (passwords(&["wrong", "also wrong"]), "authentication failed")]
    {
        let lines = told(&desk.path("phone"), &secrets);
        let warnings = of(&lines, "warnings");
        assert!(warnings.len() == 1 && warnings[0].starts_with(&format!("/Manifest.db {kind} ")), "{warnings:#?}");
        assert!(warnings[0].contains("--password-file") && !warnings[0].contains("also wrong"), "{warnings:#?}");
        assert_eq!(of(&lines, "files").len(), FILES.len() + 3, "{lines:#?}");
        assert!(lines.iter().any(|line| line.ends_with("iTunes backup rejected")), "{lines:#?}");
    }
}

/// An invented iPhone of the parsers' own fixtures, as a backup: the same messages.
#[test]
fn messages_of_an_iphone_are_read() {
    let phone = fixtures::make(&fixtures::folder("chats/whatsapp_ios").join("ordinary"));
    let mut how = How { encrypted: true, ..How::default() };
    for item in phone.items() {
        let below = item.path.splitn(9, '/').nth(8).unwrap().to_owned();
        let bytes = item.open().unwrap();
        let mut content = vec![0; bytes.len() as usize];
        bytes.read_at(0, &mut content).unwrap();
        how.more.push((below, content));
    }
    let desk = Desk::new();
    make(&desk, "phone", &how);
    let lines = told(&desk.path("phone"), &passwords(&[PASSWORD]));
    let messages = of(&lines, "messages");
    assert!(
        messages.len() > 3 && messages.iter().all(|line| line.contains("WhatsApp.shared/ChatStorage.sqlite")),
        "{lines:#?}"
    );
    let parts = of(&lines, "files").into_iter().filter(|line| line.ends_with("iTunes backup parsed")).count();
    assert_eq!(parts, FILES.len() + 1 + how.more.len() + 2, "what makes up the backup is told: {lines:#?}");
}

#[test]
fn a_hostile_number_of_rounds_is_not_run() {
    let desk = Desk::new();
    make(&desk, "phone", &How { encrypted: true, rounds: Some(u32::MAX), ..How::default() });
    let lines = told(&desk.path("phone"), &passwords(&[PASSWORD]));
    assert!(of(&lines, "warnings")[0].contains(" limit the key bag asks for 4294967305 rounds"), "{lines:#?}");
}

#[test]
fn what_is_missing_is_told() {
    let desk = Desk::new();
    make(&desk, "phone", &How { without: Some(2), ..How::default() });
    let lines = told(&desk.path("phone"), &Secrets::default());
    let warnings = of(&lines, "warnings");
    assert!(warnings.iter().any(|line| line.contains("IMG_0001.JPG missing file ")), "{warnings:#?}");
    assert!(on_device(&lines)[2].ends_with(" rejected"), "{lines:#?}");
    assert_eq!(on_device(&lines).len(), EXPECTED.len());

    std::fs::remove_file(desk.path("phone/Manifest.db")).unwrap();
    let lines = told(&desk.path("phone"), &Secrets::default());
    assert!(on_device(&lines).is_empty() && of(&lines, "warnings").is_empty(), "no key bag, no proof: {lines:#?}");

    let desk = Desk::new();
    desk.put("app/Manifest.db", &database("CREATE TABLE other(a);", "").0);
    desk.put("app/two/Manifest.db", b"no database at all");
    let lines = told(&desk.path("app"), &Secrets::default());
    assert!(of(&lines, "warnings").is_empty() && !lines.iter().any(|line| line.contains("iTunes")), "{lines:#?}");
}

/// Damage anywhere in what steers a backup costs what it damages and never the examination.
#[test]
fn damage_never_panics() {
    let old = How { flat: true, mbdb: true, encrypted: true, old: true, ..How::default() };
    for how in [How::default(), How { encrypted: true, ..How::default() }, old] {
        let desk = Desk::new();
        make(&desk, "phone", &how);
        for name in [if how.mbdb { "Manifest.mbdb" } else { "Manifest.db" }, "Manifest.plist"] {
            let path = desk.path(&format!("phone/{name}"));
            let whole = std::fs::read(&path).unwrap();
            for bytes in damaged(&whole, 120) {
                std::fs::write(&path, &bytes).unwrap();
                let lines = examined(&desk.path("phone"), &passwords(&[PASSWORD]), 1);
                assert!(!lines.iter().any(|line| line.contains("please report")), "{lines:#?}");
                assert!(of(&lines, "files").len() >= FILES.len() + 2, "{lines:#?}");
            }
            std::fs::write(&path, &whole).unwrap();
        }
    }
}
