//! Backups of iTunes and Finder: a folder of files named by digests, and a database that says what they are.

use std::io::{self, Read};
use std::sync::Arc;

use custodia_model::{Text, Time, tables::Warning};
use plist::{Dictionary, Value};

use super::cbc::Plaintext;
use super::{Assembly, Exhibit, Held, Opened, Refused};
use crate::bytes::{Bytes, ReadAt, Reader};
use crate::content::SQLITE_MAGIC;
use crate::open;
use crate::open::sqlite::{Cell, Database};
use crate::sources::{About, Body, Content, Damage, Entry, Limits, Visit, names};
use keybag::{Keybag, Keys};
use record::Record;

mod domains;
mod keybag;
mod mbdb;
mod record;
#[cfg(test)]
mod tests;

/// Backups of iTunes and Finder.
pub struct Itunes;

const ABOUT: About = About {
    name: "iTunes backup",
    opens: "folders with Manifest.db or Manifest.mbdb, Manifest.plist and files named by 40 hex digits, flat or in folders of two digits, in a \
            folder or any archive; encrypted ones with a password that the operator gives; files appear where they lay on the \
            device",
    tested: &[
        "unencrypted, encrypted with and without the first derivation, flat, with Manifest.mbdb, in a zip, damaged; invented data",
    ],
    gaps: "files of encrypted backups bear no check value, so altered ones are not told; folders and symbolic links are not listed; keys that only the device itself can open",
};

/// Names that belong to a backup.
const MANIFEST: &str = "Manifest.db";
const OLD_MANIFEST: &str = "Manifest.mbdb";
const PROPERTIES: &str = "Manifest.plist";

impl Assembly for Itunes {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, path: &str, _head: &[u8]) -> bool {
        let name = path.rsplit('/').next().unwrap_or_default();
        is_digest(name) || [MANIFEST, "Manifest.db-wal", OLD_MANIFEST, PROPERTIES].contains(&name)
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        [MANIFEST, OLD_MANIFEST, PROPERTIES].contains(&path.rsplit('/').next().unwrap_or_default())
    }

    fn below<'a>(&self, path: &'a str) -> &'a str {
        path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    fn part(&self, below: &str) -> bool {
        let name = match below.split_once('/') {
            Some((two, name)) if two.len() == 2 && name.starts_with(two) => name,
            Some(_) => return false,
            None => below,
        };
        is_digest(name)
            || [PROPERTIES, "Info.plist", "Status.plist", "Manifest.db-wal", "Manifest.db-journal", "Manifest.db-shm"]
                .contains(&name)
    }

    fn open(
        &self,
        path: &Text,
        own: &Held,
        exhibit: &Exhibit<'_>,
        _limits: &Limits,
        visit: &mut dyn Visit,
    ) -> Result<Opened, Refused> {
        let folder = self.below(path);
        let beside = |name: &str| exhibit.file(&format!("{folder}/{name}"));
        let properties = beside(PROPERTIES).map(properties).transpose();
        if path.ends_with(PROPERTIES) {
            // It stands for the backup only where the database is gone.
            let bag = properties.ok().flatten().is_some_and(|properties| properties.contains_key("BackupKeyBag"));
            let alone = bag && beside(MANIFEST).is_none() && beside(OLD_MANIFEST).is_none();
            let says = "expected Manifest.db beside Manifest.plist, found none: without it nothing says what the files of this \
                        backup are";
            return Err(if alone { Refused::damaged(says) } else { Refused::Other });
        }
        let failed = |error: io::Error| Refused::damaged(format!("Manifest.db could not be read: {error}"));
        let stored = own.open().map_err(failed)?;
        let mut magic = [0; 16];
        let read = stored.read_at(0, &mut magic).map_err(failed)?;
        let old = path.ends_with(OLD_MANIFEST);
        if old && (!magic.starts_with(mbdb::MAGIC) || beside(MANIFEST).is_some()) {
            return Err(Refused::Other);
        }
        let plain = old || (read == 16 && &magic == SQLITE_MAGIC);
        let properties = match properties {
            Ok(Some(properties)) => properties,
            // Other programs have files of this name.
            Ok(None) if !plain => return Err(Refused::Other),
            Ok(None) => Dictionary::new(),
            Err(says) if !plain => {
                return Err(Refused::damaged(format!("Manifest.plist, which holds the keys: {says}")));
            }
            Err(says) => {
                visit.warning(None, Warning::new("damaged", format!("Manifest.plist beside it: {says}")));
                Dictionary::new()
            }
        };
        let encrypted = properties.get("IsEncrypted").and_then(Value::as_boolean).unwrap_or(!plain);
        let keys = encrypted.then(|| unlock(&properties, exhibit)).transpose()?;
        let listing = Listing { folder, exhibit, keys: keys.as_ref() };
        let opened = || Opened { key: keys.as_ref().map(|_| "a password given by the operator".to_owned()) };
        if old {
            listing.walk_old(stored, visit)?;
            return Ok(opened());
        }
        let database = if plain {
            stored
        } else {
            let Some(keys) = &keys else {
                return Err(Refused::damaged(
                    "expected a database, or Manifest.plist to say that the backup is encrypted; found neither",
                ));
            };
            decrypted(stored, &properties, keys)?
        };
        let log = beside("Manifest.db-wal").filter(|_| plain).and_then(|log| log.open().ok());
        let journal = beside("Manifest.db-journal").filter(|_| plain).and_then(|journal| journal.open().ok());
        let database = Database::open(database, log, journal).map_err(|why| Refused::damaged(why.to_string()))?;
        if database.table("Files").is_none() && properties.is_empty() {
            return Err(Refused::Other);
        }
        listing.walk(&database, visit)?;
        Ok(opened())
    }
}

/// Names of files in a backup are SHA-1 of domain and path, in lower case; caches of browsers name theirs in upper case.
fn is_digest(name: &str) -> bool {
    name.len() == 40 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn properties(held: &Held) -> Result<Dictionary, String> {
    if held.size > open::plist::LARGEST as u64 {
        return Err(format!("expected at most {} bytes, found {}", open::plist::LARGEST, held.size));
    }
    let mut bytes = Vec::new();
    let read = held.open().and_then(|bytes_| Reader::new(bytes_).read_to_end(&mut bytes));
    read.map_err(|error| format!("it could not be read: {error}"))?;
    open::plist::read(&bytes)?.into_dictionary().ok_or_else(|| "expected a dictionary, found another value".to_owned())
}

/// Opens the key bag with a password of the operator.
fn unlock(properties: &Dictionary, exhibit: &Exhibit<'_>) -> Result<Keys, Refused> {
    let bag = properties.get("BackupKeyBag").and_then(Value::as_data).ok_or_else(|| {
        Refused::damaged(
            "the backup is encrypted, but Manifest.plist holds no BackupKeyBag, without which no password opens it",
        )
    })?;
    let bag = Keybag::parse(bag)?;
    let passwords = exhibit.secrets.passwords();
    if passwords.is_empty() {
        return Err(Refused::encrypted(
            "the backup is encrypted and no password is given: the password that was set for backups in iTunes or Finder is needed \
             to open it; give it with --password-file FILE",
        ));
    }
    bag.unlock(passwords, &exhibit.rounds)
}

fn decrypted(stored: Bytes, properties: &Dictionary, keys: &Keys) -> Result<Bytes, Refused> {
    let key = properties
        .get("ManifestKey")
        .and_then(Value::as_data)
        .ok_or_else(|| Refused::damaged("Manifest.db is encrypted, but Manifest.plist holds no ManifestKey"))?;
    let key = keys.of_file(key).map_err(|says| Refused::damaged(format!("the key of Manifest.db: {says}")))?;
    // Pages are multiples of 512 bytes: what is beyond fills the last block of the cipher.
    let pages = stored.len() / 512 * 512;
    let plain = Plaintext::new(stored, 0, key, [0; 16]).cut(pages);
    let mut magic = [0; 16];
    if plain.read_at(0, &mut magic).ok() != Some(16) || &magic != SQLITE_MAGIC {
        return Err(Refused::authentication("Manifest.db does not become a database with its own key: it was altered"));
    }
    Ok(plain.shared())
}

/// Files of a backup on their way to the walk.
struct Listing<'a> {
    folder: &'a str,
    exhibit: &'a Exhibit<'a>,
    keys: Option<&'a Keys>,
}

impl Listing<'_> {
    fn walk(&self, database: &Database, visit: &mut dyn Visit) -> Result<(), Refused> {
        const COLUMNS: [&str; 5] = ["fileID", "domain", "relativePath", "flags", "file"];
        let table = database.table("Files").ok_or_else(|| {
            Refused::damaged(
                "expected a table `Files` in Manifest.db, found none: nothing says what the files of this backup are",
            )
        })?;
        let absent: Vec<_> =
            COLUMNS.iter().filter(|name| !table.columns.iter().any(|own| own.eq_ignore_ascii_case(name))).collect();
        if !absent.is_empty() {
            let says = format!("expected the columns {absent:?} in table `Files`, found them not");
            visit.warning(None, Warning::new("schema", says));
        }
        for damage in database.damage() {
            visit.warning(None, Warning::new(damage.kind, &damage.says));
        }
        visit.ahead(database.count_hint("Files"), 0);
        let mut scan = database.scan("Files", &COLUMNS);
        while let Some(row) = scan.next() {
            let text = |at| match row.get(at) {
                Cell::Text(text) => text.to_owned(),
                _ => String::new(),
            };
            let flags = match row.get(3) {
                Cell::Int(flags) => flags,
                _ => 0,
            };
            let record = match row.get(4) {
                Cell::Blob(archive) => Record::read(archive),
                Cell::Null => Ok(Record::default()),
                _ => Err("expected bytes in column `file`, found another kind of value".to_owned()),
            };
            let (id, name) = (text(0), names::escape(&domains::path(&text(1), &text(2))));
            let record = record.unwrap_or_else(|says| {
                let says =
                    format!("row {} of `Files`: {says}; size, time and key of the file are not known", row.rowid);
                visit.warning(Some(&name), Warning::new("damaged", says));
                Record::default()
            });
            if record.is_file(flags) && self.hand_over(&id, name, &record, visit).is_break() {
                break;
            }
        }
        for damage in scan.damage() {
            visit.warning(None, Warning::new(damage.kind, &damage.says));
        }
        Ok(())
    }

    /// The list of iOS 9 and older.
    fn walk_old(&self, list: Bytes, visit: &mut dyn Visit) -> Result<(), Refused> {
        let failed = |error: io::Error| Refused::damaged(format!("Manifest.mbdb could not be read: {error}"));
        let mut records = mbdb::Records::new(list).map_err(failed)?;
        loop {
            let at = records.at();
            let listed = match records.next() {
                Ok(Some(listed)) => listed,
                Ok(None) => return Ok(()),
                Err(error) => {
                    let says = format!("Manifest.mbdb ends within its record at byte {at}: {error}");
                    visit.warning(None, Warning::new("truncated", says));
                    return Ok(());
                }
            };
            let name = domains::path(&listed.domain, &listed.relative);
            if listed.record.is_file(0) && self.hand_over(&listed.id, name, &listed.record, visit).is_break() {
                return Ok(());
            }
        }
    }

    fn hand_over(&self, id: &str, name: String, record: &Record, visit: &mut dyn Visit) -> std::ops::ControlFlow<()> {
        let modified = record.modified.and_then(Time::from_unix_s);
        let mut entry = Entry { name, size: record.size, modified, ..Entry::default() };
        let folded = id.get(..2).and_then(|two| self.exhibit.file(&format!("{}/{two}/{id}", self.folder)));
        let flat = || self.exhibit.file(&format!("{}/{id}", self.folder));
        let Some(held) = folded.or_else(flat).filter(|_| !id.is_empty()).cloned() else {
            if record.size == Some(0) {
                return visit.entry(entry, Content::Later(Box::new(|| Ok(Box::new(&b""[..])))));
            }
            let says = format!(
                "the backup lists the file as {id}, which is not in the backup or could not be read to its end"
            );
            return visit.refused(entry, Warning::new("missing file", says));
        };
        let stored = record.key.as_deref();
        let key = match (self.keys, stored) {
            (Some(keys), Some(stored)) => match keys.of_file(stored) {
                Ok(key) => Some(key),
                Err(says) => return visit.refused(entry, Warning::new("encrypted", says)),
            },
            _ => None,
        };
        let size = record.size;
        entry.size = None;
        if key.is_none() {
            entry.size = Some(held.size);
        } else if let Some(size) = size {
            entry.size = Some(size.min(held.size));
        }
        visit.entry(entry, Content::Later(Box::new(move || content(&held, key, size))))
    }
}

/// The content of a file as it was on the device.
fn content(held: &Held, key: Option<[u8; 32]>, size: Option<u64>) -> io::Result<Box<dyn Body + Send>> {
    let stored = held.open()?;
    let (bytes, odd): (Bytes, bool) = match key {
        None => (stored, false),
        Some(key) => {
            let odd = !stored.len().is_multiple_of(16);
            let plain = Plaintext::new(stored.clone(), 0, key, [0; 16]);
            let plain = match size {
                Some(size) => plain.cut(size),
                None => plain.without_padding()?.unwrap_or_else(|| Plaintext::new(stored, 0, key, [0; 16])),
            };
            (Arc::new(plain), odd)
        }
    };
    let end = match size {
        Some(size) if bytes.len() != size => Some(Damage::new(
            if bytes.len() < size { "truncated" } else { "another size" },
            format!("the backup says that the file has {size} bytes, the backup holds {} of it", bytes.len()),
        )),
        _ if odd && size.is_none() => {
            Some(Damage::new("truncated", "expected whole blocks of 16 bytes, the last is cut"))
        }
        _ => None,
    };
    Ok(Box::new(Stored { reader: Reader::new(bytes), end }))
}

struct Stored {
    reader: Reader,
    end: Option<Damage>,
}

impl Read for Stored {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.reader.read(into)
    }
}

impl Body for Stored {
    fn at_end(&mut self) -> Option<Warning> {
        self.end.take().map(|damage| damage.to_warning())
    }
}
