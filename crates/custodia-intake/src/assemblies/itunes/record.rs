//! What `Manifest.db` says of one file: a row of `Files`, whose `file` is an archived object (`MBFile`).

use plist::Value;

use crate::open;

/// Bytes of one archived object.
const LARGEST: usize = 1 << 20;
/// Kinds of files in `Mode` (`stat.h`).
const KIND: i64 = 0o170_000;
const REGULAR: i64 = 0o100_000;

/// What is known of a file.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) mode: Option<i64>,
    pub(super) size: Option<u64>,
    /// Seconds since 1970.
    pub(super) modified: Option<i64>,
    /// Class and wrapped key of an encrypted file.
    pub(super) key: Option<Vec<u8>>,
}

impl Record {
    /// Whether this is a file with content: by its mode, by the column `flags` (1) where no mode is known.
    pub(super) fn is_file(&self, flags: i64) -> bool {
        self.mode.map_or(flags == 1, |mode| mode & KIND == REGULAR)
    }

    /// Reads the archived object. The error is a sentence.
    pub(super) fn read(archive: &[u8]) -> Result<Record, String> {
        if archive.len() > LARGEST {
            return Err(format!("expected an archived object of at most {LARGEST} bytes, found {}", archive.len()));
        }
        let value = open::plist::read(archive)?;
        let archive =
            Archive::new(&value).ok_or("expected an archived object with `$top` and `$objects`, found another list")?;
        let number = |name: &str| archive.field(name).and_then(Value::as_signed_integer);
        let key = match archive.field("EncryptionKey") {
            Some(Value::Data(data)) => Some(data.clone()),
            Some(Value::Dictionary(object)) => {
                object.get("NS.data").and_then(|data| archive.follow(data)).and_then(Value::as_data).map(<[u8]>::to_vec)
            }
            _ => None,
        };
        Ok(Record {
            mode: number("Mode"),
            size: number("Size").and_then(|size| u64::try_from(size).ok()),
            modified: number("LastModified"),
            key,
        })
    }
}

/// Objects that name each other by number (`NSKeyedArchiver`).
struct Archive<'a> {
    objects: &'a [Value],
    root: &'a plist::Dictionary,
}

impl<'a> Archive<'a> {
    fn new(value: &'a Value) -> Option<Archive<'a>> {
        let archive = value.as_dictionary()?;
        let objects = archive.get("$objects")?.as_array()?;
        let root = archive.get("$top")?.as_dictionary()?.get("root")?;
        let root = usize::try_from(root.as_uid()?.get()).ok()?;
        Some(Archive { objects, root: objects.get(root)?.as_dictionary()? })
    }

    fn field(&self, name: &str) -> Option<&'a Value> {
        self.follow(self.root.get(name)?)
    }

    /// One step, so that objects that name each other in a circle end.
    fn follow(&self, value: &'a Value) -> Option<&'a Value> {
        match value {
            Value::Uid(uid) => self.objects.get(usize::try_from(uid.get()).ok()?),
            value => Some(value),
        }
    }
}
