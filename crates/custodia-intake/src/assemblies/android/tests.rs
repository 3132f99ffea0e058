//! Backups made from the description of their format.

use std::io::Write;

use aes::Aes256;
use cipher::block_padding::Pkcs7;
use cipher::{BlockModeEncrypt, KeyIvInit};
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;

use crate::assemblies::testing::{Desk, damaged, examined, of, reads_as_expected, told};
use crate::secrets::Secrets;

const PASSWORD: &str = "two herons";

fn tar() -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in [
        ("apps/org.example.notes/_manifest", "1\norg.example.notes\n"),
        ("apps/org.example.notes/db/notes.txt", "the heron is on the roof"),
        ("apps/org.example.notes/sp/settings.xml", "<map/>"),
        ("apps/org.example.notes/d_f/deep/er.txt", "device encrypted"),
        ("shared/0/Download/list.txt", "bread, milk"),
    ] {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mtime(1_700_000_000);
        header.set_mode(0o600);
        builder.append_data(&mut header, name, content.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}

fn seal(key: [u8; 32], iv: [u8; 16], plain: &[u8]) -> Vec<u8> {
    let mut buffer = plain.to_vec();
    buffer.resize(plain.len() + 16, 0);
    let encryptor = cbc::Encryptor::<Aes256>::new(&key.into(), &iv.into());
    encryptor.encrypt_padded::<Pkcs7>(&mut buffer, plain.len()).unwrap().to_vec()
}

fn derive(password: &[u8], salt: &[u8], rounds: u32) -> [u8; 32] {
    let mut key = [0; 32];
    pbkdf2_hmac::<Sha1>(password, salt, rounds, &mut key);
    key
}

fn backup(version: u8, compressed: bool, encrypted: bool) -> Vec<u8> {
    let mut data = tar();
    if compressed {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&data).unwrap();
        data = encoder.finish().unwrap();
    }
    let mut head = format!("ANDROID BACKUP\n{version}\n{}\n", u8::from(compressed));
    if !encrypted {
        return [format!("{head}none\n").as_bytes(), &data].concat();
    }
    let (salt, check_salt, rounds) = ([1; 64], [2; 64], 20);
    let (user_iv, master_iv) = ([3; 16], [4; 16]);
    let master: [u8; 32] = std::array::from_fn(|at| (at * 9) as u8);
    let as_text: Vec<u8> = master
        .iter()
        .flat_map(|&byte| match byte {
            0..0x80 => vec![byte],
            // U+FF80 to U+FFFF in UTF-8.
            _ => vec![0xef, 0xbc | (byte >> 6 & 3), 0x80 | (byte & 0x3f)],
        })
        .collect();
    let check = derive(if version == 1 { &master } else { &as_text }, &check_salt, rounds);
    let blob = [&[16][..], &master_iv, &[32], &master, &[32], &check].concat();
    let blob = seal(derive(PASSWORD.as_bytes(), &salt, rounds), user_iv, &blob);
    head += &format!(
        "AES-256\n{}\n{}\n{rounds}\n{}\n{}\n",
        hex::encode_upper(salt),
        hex::encode_upper(check_salt),
        hex::encode_upper(user_iv),
        hex::encode_upper(blob)
    );
    [head.as_bytes(), &seal(master, master_iv, &data)].concat()
}

fn passwords(all: &[&str]) -> Secrets {
    let mut secrets = Secrets::default();
    for password in all {
        secrets.add_password(password);
    }
    secrets
}

#[test]
fn files_lie_where_they_lay_on_the_device() {
    for (version, compressed, encrypted) in
        [(1, true, false), (2, false, false), (5, true, true), (1, true, true), (4, false, true)]
    {
        let desk = Desk::new();
        desk.put("phone/old phone.ab", &backup(version, compressed, encrypted));
        for evidence in [desk.path("phone"), desk.zip("phone", "phone.zip"), desk.path("phone/old phone.ab")] {
            let lines = told(&evidence, &passwords(&["wrong", PASSWORD]));
            assert!(of(&lines, "warnings").is_empty(), "{lines:#?}");
            for expected in [
                "/old phone.ab/apps/org.example.notes/_manifest 20 text/plain parsed",
                "/old phone.ab/data/data/org.example.notes/databases/notes.txt 24 text/plain parsed",
                "/old phone.ab/data/data/org.example.notes/shared_prefs/settings.xml 6 text/plain",
                "/old phone.ab/data/user_de/0/org.example.notes/files/deep/er.txt 16 text/plain parsed",
                "/old phone.ab/sdcard/Download/list.txt 11 text/plain parsed",
                "Android backup parsed",
            ] {
                assert!(lines.iter().any(|line| line.contains(expected)), "{expected}: {lines:#?}");
            }
        }
    }
}

#[test]
fn without_its_password_it_says_so() {
    let desk = Desk::new();
    let path = desk.put("phone.ab", &backup(5, true, true));
    for (secrets, kind) in [(passwords(&[]), "encrypted"), (passwords(&["wrong"]), "authentication failed")] {
        let lines = told(&path, &secrets);
        let warnings = of(&lines, "warnings");
        assert!(warnings.len() == 1 && warnings[0].starts_with(&format!("/phone.ab {kind} ")), "{warnings:#?}");
        assert_eq!(of(&lines, "files").len(), 1);
    }
}

#[test]
fn kept_backups_are_read_as_expected() {
    for (case, encrypted) in [("android", false), ("android-encrypted", true)] {
        let make = |evidence: &std::path::Path| {
            std::fs::write(evidence.join("phone.ab"), backup(5, true, encrypted)).unwrap();
        };
        reads_as_expected(case, &passwords(&[PASSWORD]), make);
    }
}

#[test]
fn damage_never_panics() {
    let desk = Desk::new();
    for whole in [backup(2, false, false), backup(5, true, true)] {
        for bytes in damaged(&whole, 200) {
            let path = desk.put("phone.ab", &bytes);
            let lines = examined(&path, &passwords(&[PASSWORD]), 1);
            assert!(!lines.iter().any(|line| line.contains("please report")), "{lines:#?}");
        }
    }
}

/// The first line is destroyed, the next ones are not; then all of them are.
#[test]
fn a_damaged_first_line_is_told() {
    let desk = Desk::new();
    for first in ["ANDROID BACKUX\n", "\0\0\u{7f}ROID BACKUP\n", "ANDROID BACKUP\u{b}"] {
        let mut bytes = backup(5, true, false);
        bytes.splice(..15, first.bytes());
        for name in ["phone.ab", "phone.bin"] {
            let lines = told(&desk.put(name, &bytes), &Secrets::default());
            let files = of(&lines, "files").join("\n");
            assert!(files.contains("databases/notes.txt") && files.contains("Android backup partial"), "{lines:#?}");
            assert!(of(&lines, "warnings").join("\n").contains("first line"), "{lines:#?}");
        }
    }
    let mut bytes = backup(5, true, false);
    bytes[..24].fill(0xff);
    let lines = told(&desk.put("phone.ab", &bytes), &Secrets::default());
    assert!(of(&lines, "warnings").join("\n").contains("beginning is destroyed"), "{lines:#?}");
    assert!(of(&lines, "files").join("\n").contains("rejected"), "{lines:#?}");
}
