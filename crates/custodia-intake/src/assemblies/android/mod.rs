//! Backups that `adb backup` makes of an Android phone: a header, then a tar, compressed and encrypted or not.

use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;

use custodia_model::{Text, tables::Warning};
use flate2::bufread::ZlibDecoder;

use super::cbc::Plaintext;
use super::{Assembly, Exhibit, Held, Opened, Refused};
use crate::bytes::Bytes;
use crate::content;
use crate::sources::ratio::{Packed, Watched};
use crate::sources::{About, Content, Entry, Input, Limits, Source, Visit, tar::Tar};
use header::Header;

mod header;
#[cfg(test)]
mod tests;

/// Android backups.
pub struct AndroidBackup;

const ABOUT: About = About {
    name: "Android backup",
    opens: "files that begin with `ANDROID BACKUP` (.ab), also where that first line is damaged, encrypted ones with a password that the operator gives; files appear \
            where they lay on the device",
    tested: &["versions 1 to 5, compressed or not, encrypted or not, damaged; invented data"],
    gaps: "pairs of keys and values (`k`) are listed, not read; WhatsApp forbids this kind of backup, so it holds its data only where \
           an old version was installed",
};

impl Assembly for AndroidBackup {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, path: &str, head: &[u8]) -> bool {
        self.fits(path, head)
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        // By the name alone it is told that its header is gone.
        header::begins(head).is_some() || (is_named(path) && content::kind(head) == content::UNKNOWN)
    }

    fn open(
        &self,
        path: &Text,
        own: &Held,
        exhibit: &Exhibit<'_>,
        limits: &Limits,
        visit: &mut dyn Visit,
    ) -> Result<Opened, Refused> {
        let failed = |error: io::Error| Refused::damaged(format!("the Android backup could not be read: {error}"));
        let bytes = own.open().map_err(failed)?;
        let mut head = vec![0; header::LONGEST];
        let read = bytes.read_at(0, &mut head).map_err(failed)?;
        head.truncate(read);
        let Some((second_line, whole)) = header::begins(&head) else {
            let found = hex::encode(head.get(..16).unwrap_or(&head));
            return Err(Refused::damaged(format!(
                "expected `ANDROID BACKUP` at byte 0 of a file named *.ab, and the lines of its header, found bytes that begin {found}: \
                 if it is an Android backup its beginning is destroyed, and nothing of it was read"
            )));
        };
        if !whole {
            let says = "expected `ANDROID BACKUP` as the first line, found another; the lines after it are those of an Android \
                        backup, so it was read as one";
            visit.warning(None, Warning::new("damaged", says));
        }
        let header = Header::parse(&head, second_line)?;
        let encryption = header.encryption.as_ref();
        let master =
            encryption.map(|stored| stored.unlock(exhibit.secrets.passwords(), &exhibit.rounds)).transpose()?;
        let (data, at) = match &master {
            None => (bytes, header.data),
            Some(master) => {
                let plain = || Plaintext::new(bytes.clone(), header.data, master.key, master.iv);
                let plain = match plain().without_padding().map_err(failed)? {
                    Some(plain) => plain,
                    None => {
                        let says = "the last block of the encrypted data is not filled as it should be: the backup was cut or altered";
                        visit.warning(None, Warning::new("truncated", says));
                        plain()
                    }
                };
                (plain.shared(), 0)
            }
        };
        let data = BufReader::with_capacity(256 << 10, Data { bytes: data, at });
        let mut on_device = OnDevice(visit);
        let walked = if header.compressed {
            let mut inflated = Watched::new(Inflated(ZlibDecoder::new(data)), limits);
            Tar.walk(path, Input::Front(&mut inflated), limits, &mut on_device)
        } else {
            let mut data = data;
            Tar.walk(path, Input::Front(&mut data), limits, &mut on_device)
        };
        walked.map_err(|error| Refused::damaged(format!("the tar in the Android backup: {error}")))?;
        Ok(Opened { key: master.map(|_| "a password given by the operator".to_owned()) })
    }
}

fn is_named(path: &str) -> bool {
    path.len().checked_sub(3).and_then(|at| path.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(".ab"))
}

/// Bytes from a place on.
struct Data {
    bytes: Bytes,
    at: u64,
}

impl Read for Data {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.bytes.read_at(self.at, into)?;
        self.at += n as u64;
        Ok(n)
    }
}

struct Inflated(ZlibDecoder<BufReader<Data>>);

impl Read for Inflated {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

impl Packed for Inflated {
    fn packed(&self) -> u64 {
        self.0.total_in()
    }
}

/// Hands entries on under the paths that they had on the device.
struct OnDevice<'a>(&'a mut dyn Visit);

impl Visit for OnDevice<'_> {
    fn entry(&mut self, mut entry: Entry, content: Content<'_>) -> ControlFlow<()> {
        entry.name = device_path(&entry.name);
        self.0.entry(entry, content)
    }

    fn refused(&mut self, mut entry: Entry, warning: Warning) -> ControlFlow<()> {
        entry.name = device_path(&entry.name);
        self.0.refused(entry, warning)
    }

    fn warning(&mut self, name: Option<&str>, warning: Warning) {
        self.0.warning(name.map(device_path).as_deref(), warning);
    }

    fn ahead(&mut self, items: u64, bytes: u64) {
        self.0.ahead(items, bytes);
    }
}

/// `apps/PACKAGE/TOKEN/…` as a path of the device; what is no such name stays as it is. Sources: `dissect.target`, mvt.
fn device_path(name: &str) -> String {
    let mut parts = name.splitn(4, '/');
    let (first, package, token, rest) = (parts.next(), parts.next(), parts.next(), parts.next());
    match (first, package, token) {
        (Some("apps"), Some(package), Some(token)) => {
            let folder = match token {
                "a" => format!("data/app/{package}"),
                "f" => format!("data/data/{package}/files"),
                "db" => format!("data/data/{package}/databases"),
                "sp" => format!("data/data/{package}/shared_prefs"),
                "r" => format!("data/data/{package}"),
                "c" => format!("data/data/{package}/cache"),
                "ef" => format!("sdcard/Android/data/{package}"),
                "obb" => format!("sdcard/Android/obb/{package}"),
                "d_f" => format!("data/user_de/0/{package}/files"),
                "d_db" => format!("data/user_de/0/{package}/databases"),
                "d_sp" => format!("data/user_de/0/{package}/shared_prefs"),
                "d_r" => format!("data/user_de/0/{package}"),
                "d_c" => format!("data/user_de/0/{package}/cache"),
                _ => return name.to_owned(),
            };
            rest.map_or(folder.clone(), |rest| format!("{folder}/{rest}"))
        }
        (Some("shared"), Some("0"), Some(_)) => format!("sdcard{}", name.get("shared/0".len()..).unwrap_or_default()),
        _ => name.to_owned(),
    }
}
