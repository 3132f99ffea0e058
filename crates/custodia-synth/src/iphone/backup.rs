//! A backup as Finder leaves it: files named by digests of domain and path, and lists that say what they are.
//!
//! Source of names, domains and archived records: public readers of such backups.

use std::borrow::Cow;
use std::path::Path;

use rusqlite::params;
use sha1::{Digest, Sha1};

use super::plist::{Value, binary, xml};
use super::settings;
use crate::error::SynthError;
use crate::pack::Entry;
use crate::phone::{open, take};
use crate::world::World;

/// Folders of the device and the domains that hold them; what lies elsewhere is in no backup.
const DOMAINS: [(&str, &str); 3] = [
    ("private/var/mobile/Media/", "CameraRollDomain"),
    ("private/var/mobile/Library/", "HomeDomain"),
    ("private/var/wireless/", "WirelessDomain"),
];

/// Domain and path in it of a file.
fn domain(path: &str) -> Option<(String, String)> {
    if let Some(below) = path.strip_prefix(super::paths::SHARED) {
        let (group, relative) = below.trim_start_matches('/').split_once('/')?;
        return Some((format!("AppDomainGroup-{group}"), relative.to_owned()));
    }
    let (folder, domain) = DOMAINS.into_iter().find(|(folder, _)| path.starts_with(folder))?;
    // A domain begins above its first folder: `Media/DCIM/…`, `Library/…`.
    let above = if domain == "WirelessDomain" { folder.len() } else { "private/var/mobile/".len() };
    Some((domain.to_owned(), path.get(above..)?.to_owned()))
}

/// Lays the files of a phone out as a backup.
pub fn lay_out<'a>(
    world: &World,
    index: usize,
    files: Vec<Entry<'a>>,
    scratch: &Path,
) -> Result<Vec<Entry<'a>>, SynthError> {
    let device = &world.devices[index];
    let udid = format!("0000{:04X}-{:016X}", 0x8020 + index % 16, (world.seed << 16 | index as u64) & 0xffff_ffff_ffff);
    let path = scratch.join(format!("{index}-Manifest.db"));
    let db = open(&path)?;
    db.execute_batch(
        "BEGIN; CREATE TABLE Files (fileID TEXT PRIMARY KEY, domain TEXT, relativePath TEXT, flags INTEGER, file BLOB);
         CREATE INDEX FilesDomainIdx ON Files (domain); CREATE TABLE Properties (key TEXT PRIMARY KEY, value BLOB);",
    )?;
    let mut files = files;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut entries = Vec::with_capacity(files.len() + 4);
    for (place, file) in files.into_iter().enumerate() {
        let Some((domain, relative)) = domain(&file.path) else { continue };
        let id = hex::encode(Sha1::digest(format!("{domain}-{relative}")));
        db.prepare_cached("INSERT INTO Files VALUES (?, ?, ?, 1, ?)")?.execute(params![
            id,
            domain,
            relative,
            record(&relative, &file, place as i64)
        ])?;
        let two = id.get(..2).unwrap_or_default();
        entries.push(Entry { path: format!("{udid}/{two}/{id}"), ..file });
    }
    db.execute_batch("COMMIT")?;
    drop(db);
    let mut put = |name: &str, bytes: Vec<u8>| {
        let path = format!("{udid}/{name}");
        entries.push(Entry { path, modified: device.seized - 30_000, bytes: Cow::Owned(bytes) });
    };
    put("Manifest.db", take(&path)?);
    let (number, version): (_, Value) = (format!("+{}", world.people[device.owner as usize].number), "10.2.1".into());
    let lockdown = vec![("ProductVersion", version.clone()), ("UniqueDeviceID", Value::Text(udid.clone()))];
    let manifest = vec![
        ("IsEncrypted", Value::Bool(false)),
        ("Version", "10.0".into()),
        ("WasPasscodeSet", Value::Bool(true)),
        ("Lockdown", Value::Map(lockdown)),
    ];
    put("Manifest.plist", binary(&Value::Map(manifest)));
    let status = vec![
        ("BackupState", "new".into()),
        ("IsFullBackup", Value::Bool(true)),
        ("SnapshotState", "finished".into()),
        ("Version", "3.2".into()),
    ];
    put("Status.plist", binary(&Value::Map(status)));
    let mut info = vec![
        ("Build Version", Value::from("14D27")),
        ("Device Name", "invented phone".into()),
        ("Display Name", "invented phone".into()),
    ];
    if device.sim {
        info.push(("ICCID", Value::Text(settings::serial(index))));
        if settings::knows_number(index) {
            info.push(("Phone Number", Value::Text(number)));
        }
    }
    info.extend([
        ("Product Type", "iPhone8,1".into()),
        ("Product Version", version),
        ("Target Identifier", Value::Text(udid.clone())),
        ("Target Type", "Device".into()),
        ("Unique Identifier", Value::Text(udid.clone())),
    ]);
    put("Info.plist", xml(&Value::Map(info)));
    Ok(entries)
}

/// The archived record of a file (`MBFile`).
fn record(relative: &str, file: &Entry<'_>, inode: i64) -> Vec<u8> {
    let seconds = Value::Int((file.modified / 1000) as i64);
    let object = Value::Map(vec![
        ("Birth", seconds.clone()),
        ("GroupID", Value::Int(501)),
        ("InodeNumber", Value::Int(4_000 + inode)),
        ("LastModified", seconds.clone()),
        ("LastStatusChange", seconds),
        ("Mode", Value::Int(0o100_644)),
        ("ProtectionClass", Value::Int(3)),
        ("RelativePath", Value::Uid(2)),
        ("Size", Value::Int(file.bytes.len() as i64)),
        ("UserID", Value::Int(501)),
        ("$class", Value::Uid(3)),
    ]);
    let classes = vec!["MBFile".into(), "NSObject".into()];
    let class = Value::Map(vec![("$classname", "MBFile".into()), ("$classes", Value::List(classes))]);
    binary(&Value::Map(vec![
        ("$archiver", "NSKeyedArchiver".into()),
        ("$objects", Value::List(vec!["$null".into(), object, relative.into(), class])),
        ("$top", Value::Map(vec![("root", Value::Uid(1))])),
        ("$version", Value::Int(100_000)),
    ]))
}
