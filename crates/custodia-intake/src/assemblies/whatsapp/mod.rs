//! Encrypted backups of WhatsApp on Android: crypt12, crypt14, crypt15.

use std::cell::RefCell;
use std::io::{self, BufReader, Read};

use custodia_model::{Text, tables::Warning};
use flate2::bufread::ZlibDecoder;

use super::keys::{Key, Kind};
use super::{Assembly, Exhibit, Held, Opened, Refused};
use crate::bytes::Bytes;
use crate::sources::ratio::{Packed, Watched};
use crate::sources::{About, Body, Content, Entry, Limits, Visit};
use check::{Checked, End, Packing};
use gcm::{BLOCK, Cipher, Gcm};
use header::Header;

mod check;
mod gcm;
mod header;
mod refusal;
#[cfg(test)]
mod tests;

/// Backups of WhatsApp on Android.
pub struct Backup;

const ABOUT: About = About {
    name: "WhatsApp backup",
    opens: "*.crypt12, *.crypt14, *.crypt15 and files with such a header; keys: files `key` and `encrypted_backup.key` anywhere in \
            the exhibit, and those the operator gives; the file inside is named after the backup without .crypt…",
    tested: &["crypt12, crypt14 with and without feature table, crypt15, damaged headers; invented data and keys"],
    gaps: "crypt5 to crypt11, and mcrypt1 of cloud backups; a password of an end-to-end encrypted backup opens nothing, since its \
           key is kept by the service",
};

/// Bytes at the beginning that are looked at.
const HEAD: usize = 4096;
/// Where a nonce and a ciphertext may begin when the header cannot be read.
const LAST_NONCE: usize = 190;
const LAST_DATA: usize = 320;
/// Keys for which all these places are tried, and passes over the whole file that this may cost.
const SEARCHED: usize = 64;
const PASSES: u32 = 16;

impl Assembly for Backup {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, path: &str, head: &[u8]) -> bool {
        self.fits(path, head)
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        name_inside(path).is_some() || header::maybe_old(head) || header::prefixed(head).is_some()
    }

    fn marked(&self, path: &str, head: &[u8]) -> bool {
        header::prefixed(head).is_some() || (name_inside(path).is_some() && header::maybe_old(head))
    }

    fn number_ends(&self, own: &Held) -> Option<String> {
        let bytes = own.open().ok()?;
        let mut head = vec![0; HEAD];
        let read = bytes.read_at(0, &mut head).ok()?;
        head.truncate(read);
        let digits = match header::prefixed(&head) {
            Some(header) => header.digits,
            None => {
                header::old(&head)?;
                let mut last = [0; 4];
                let from = bytes.len().checked_sub(last.len() as u64)?;
                (bytes.read_at(from, &mut last).ok()? == last.len()).then(|| header::digits_at_end(last))?
            }
        };
        digits.map(|two| two.map(char::from).iter().collect())
    }

    fn open(
        &self,
        path: &Text,
        own: &Held,
        exhibit: &Exhibit<'_>,
        limits: &Limits,
        visit: &mut dyn Visit,
    ) -> Result<Opened, Refused> {
        let failed = |error: io::Error| Refused::damaged(format!("the backup could not be read: {error}"));
        let bytes = own.open().map_err(failed)?;
        let mut head = vec![0; HEAD];
        let read = bytes.read_at(0, &mut head).map_err(failed)?;
        head.truncate(read);
        let named = name_inside(path);
        let new = header::prefixed(&head);
        let by_name = named.is_some() || new.is_some();
        let header = new.or_else(|| header::old(&head));
        let own_salt =
            |(_, key): &(String, Key)| header.as_ref().is_some_and(|header| salts(header, key) == Some(true));
        if !by_name && !exhibit.keys().iter().any(own_salt) {
            return Err(Refused::Other); // Three bytes are no reason to take a file for a backup.
        }
        let promised = RefCell::new(None);
        let trial =
            Trial { bytes: &bytes, head: &head, header: header.as_ref(), keys: exhibit.keys(), promised: &promised };
        let found = trial.run().map_err(failed)?;
        let Some(found) = found else {
            let sum = check::whole(None, &bytes, 0).map_err(failed)?.sum.is_some();
            let proved = promised.into_inner().and_then(|promised: Found| {
                let reach = promised.reach(bytes.clone(), limits).ok()??;
                Some((promised.key.0, reach))
            });
            return Err(match proved {
                Some((from, reach)) => refusal::of_right_key(&from, reach),
                None => refusal::why(header.as_ref(), exhibit.keys(), sum),
            });
        };
        if found.end != End::Tag && found.sum != Some(found.end) {
            let says = "the MD5 that the backup stores is not that of its bytes, although its content is authentic: the header \
                        or the stored MD5 was altered";
            visit.warning(None, Warning::new("checksum", says));
        }
        let name = named.unwrap_or_else(|| path.rsplit('/').next().unwrap_or_default()).to_owned();
        let (held, limits) = (own.clone(), limits.clone());
        let from = found.key.0.clone();
        let content = move || found.body(held.open()?, &limits);
        let _ = visit.entry(Entry { name, ..Entry::default() }, Content::Later(Box::new(content)));
        Ok(Opened { key: Some(from) })
    }
}

/// The name of what a backup holds: its own without `.crypt12`, `.crypt14`, `.crypt15`, and what a copy adds after it.
fn name_inside(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    let at = name.as_bytes().windows(6).rposition(|part| part.eq_ignore_ascii_case(b".crypt"))?;
    let (inside, ending) = name.split_at_checked(at)?;
    let (version, rest) = ending.split_at_checked(8)?;
    let known = ["12", "14", "15"].iter().any(|known| version.ends_with(known));
    (known && !inside.is_empty() && !rest.starts_with(|next: char| next.is_ascii_alphanumeric())).then_some(inside)
}

/// Whether the salts in a header are those of a `key` file; none where there is nothing to compare.
fn salts(header: &Header, key: &Key) -> Option<bool> {
    let Kind::Device { salt, account, .. } = &key.kind else { return None };
    Some(header.salt.as_ref()? == salt && header.account.as_ref()? == account)
}

/// A backup and the keys that are tried on it.
struct Trial<'a> {
    bytes: &'a Bytes,
    head: &'a [u8],
    header: Option<&'a Header>,
    keys: &'a [(String, Key)],
    /// A key with which the beginning becomes what a backup begins with, though the whole is not authentic.
    promised: &'a RefCell<Option<Found>>,
}

/// How a backup is opened.
struct Found {
    key: (String, [u8; 32]),
    nonce: [u8; BLOCK],
    from: u64,
    to: u64,
    end: End,
    sum: Option<End>,
    packing: Packing,
}

impl Trial<'_> {
    fn run(&self) -> io::Result<Option<Found>> {
        if let Some(header) = self.header {
            for (from, key) in self.keys {
                for secret in key.ciphers() {
                    let cipher = Cipher::new(&secret);
                    let place = (&header.nonce, header.data);
                    if let Some(found) = self.at(from, &secret, &cipher.with(&header.nonce), place, &mut 1)? {
                        return Ok(Some(found));
                    }
                }
            }
        }
        self.search()
    }

    /// Whether a key opens the backup with nonce and ciphertext at this place.
    fn at(
        &self,
        from: &str,
        secret: &[u8; 32],
        gcm: &Gcm<'_>,
        (nonce, data): (&[u8; BLOCK], u64),
        passes: &mut u32,
    ) -> io::Result<Option<Found>> {
        let Some(packing) = check::promising(gcm, self.bytes, data).filter(|_| *passes > 0) else { return Ok(None) };
        *passes -= 1;
        let Checked { authentic, sum } = check::whole(Some(gcm), self.bytes, data)?;
        let end = authentic.unwrap_or(End::Tag);
        let to = self.bytes.len().saturating_sub(end.bytes());
        let found = Found { key: (from.to_owned(), *secret), nonce: *nonce, from: data, to, end, sum, packing };
        if authentic.is_none() {
            self.promised.borrow_mut().get_or_insert(found);
            return Ok(None);
        }
        Ok(Some(found))
    }

    /// Tries every place at which a nonce and a ciphertext may begin: a damaged header, or one of an unknown release. Only
    /// what authenticates counts.
    fn search(&self) -> io::Result<Option<Found>> {
        let mut passes = PASSES;
        for (from, key) in self.keys.iter().take(SEARCHED) {
            for secret in key.ciphers() {
                let cipher = Cipher::new(&secret);
                for window in self.head.windows(BLOCK).take(LAST_NONCE + 1).enumerate() {
                    let (nonce_at, Ok(nonce)) = (window.0, <[u8; BLOCK]>::try_from(window.1)) else { continue };
                    let gcm = cipher.with(&nonce);
                    let mask = gcm.first_mask();
                    for data in nonce_at + BLOCK..=LAST_DATA {
                        let Some(block) = self.head.get(data..data + BLOCK) else { break };
                        let first: [u8; BLOCK] = std::array::from_fn(|at| block[at] ^ mask[at]);
                        if check::packing(&first).is_none() {
                            continue;
                        }
                        let place = (&nonce, data as u64);
                        if let Some(found) = self.at(from, &secret, &gcm, place, &mut passes)? {
                            return Ok(Some(found));
                        }
                    }
                }
            }
        }
        Ok(None)
    }
}

/// How far the plaintext of a backup goes that is not authentic. It is looked at for this alone: nothing of it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// The packed content ends as it should, by the check value in it.
    Whole,
    /// It ends before its end.
    Cut,
    /// It cannot be unpacked beyond some byte.
    Broken,
    /// It is not packed, so that nothing says.
    Unknown,
}

impl Found {
    /// How far the plaintext goes; none where it does not begin as the content of a backup does, so that the key is not proved.
    fn reach(&self, bytes: Bytes, limits: &Limits) -> io::Result<Option<Reach>> {
        if self.packing == Packing::None {
            return Ok(Some(Reach::Unknown));
        }
        let mut body = self.body(bytes, limits)?;
        let mut first = [0; 16];
        let mut read = 0;
        while let Some(into) = first.get_mut(read..).filter(|into| !into.is_empty()) {
            match body.read(into) {
                Ok(0) | Err(_) => break,
                Ok(n) => read += n,
            }
        }
        if check::packing(&first) != Some(Packing::None) {
            return Ok(None);
        }
        Ok(Some(match io::copy(&mut body, &mut io::sink()) {
            Ok(_) => Reach::Whole,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Reach::Cut,
            Err(_) => Reach::Broken,
        }))
    }

    fn body(&self, bytes: Bytes, limits: &Limits) -> io::Result<Box<dyn Body + Send>> {
        let plaintext = Cipher::new(&self.key.1).with(&self.nonce).plaintext(bytes, self.from, self.to);
        if self.packing == Packing::None {
            return Ok(Box::new(plaintext));
        }
        let unpacked = ZlibDecoder::new(BufReader::with_capacity(256 << 10, plaintext));
        let inflated = Inflated { unpacked, packed: self.to - self.from };
        Ok(Box::new(InflatedBody(Watched::new(inflated, limits))))
    }
}

struct Inflated {
    unpacked: ZlibDecoder<BufReader<gcm::Plaintext>>,
    packed: u64,
}

impl Read for Inflated {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.unpacked.read(into)
    }
}

impl Packed for Inflated {
    fn packed(&self) -> u64 {
        self.unpacked.total_in()
    }
}

struct InflatedBody(Watched<Inflated>);

impl Read for InflatedBody {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

impl Body for InflatedBody {
    fn at_end(&mut self) -> Option<Warning> {
        let inner = self.0.get_ref();
        let after = inner.packed.saturating_sub(inner.packed());
        let says = format!("after the end of the packed content {after} more bytes of the decrypted backup follow");
        (after > 0).then(|| Warning::new("data after the end", says).bytes(after))
    }
}
