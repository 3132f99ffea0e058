//! zip: by its central directory, and by its local headers wherever the directory is absent, damaged or silent.
//!
//! Headers are read by our own code. Libraries that unpack archives keep one entry of two with the same name, stop
//! at the first damaged header and hide stored bytes behind decoded ones; evidence needs the opposite. The `zip`
//! crate writes the archives of the tests and gives a second opinion there.

use std::io::Read;
use std::ops::ControlFlow;

use custodia_model::tables::Warning;

use super::{About, Body, Content, Damage, Entry, Input, Limits, Needs, Source, Visit, WalkError};
use crate::bytes::{Bytes, ReadAt};
use content::{DEFLATED, Place, STORED, ZipBody, method_name};
use headers::{Central, Directory, Header, LOCAL, LOCAL_SIZE, Local};

mod content;
mod headers;
mod unlisted;

/// zip.
pub struct Zip;

/// Bytes of the target of a symbolic link: Linux allows no more.
const LONGEST_TARGET: u64 = 4096;

const ABOUT: About = About {
    name: "zip",
    opens: "zip archives by their first bytes, or by the name *.zip where other bytes stand before them, stored and deflated, zip64; \
            programs and documents that are zips (apk, jar, docx, odt, epub ...) are not opened inside evidence; evidence that is \
            a zip itself is, whatever its name, its first entry or the bytes before it",
    tested: &["archives with and without directory, truncated, overlapping, encrypted and damaged ones, invented data"],
    gaps: "encrypted entries and other methods than deflate are listed, not read; archives over several volumes \
           are read as far as one file goes; names are decoded as UTF-8 or code page 437; `\\` in names is a part of \
           them unless no name of the archive has `/`",
};

impl Source for Zip {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> Needs {
        Needs::Positions
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        (begins(head) || (has_ending(path) && may_precede(head))) && !is_document(path) && !holds_a_document(head)
    }

    fn fits_evidence(&self, path: &str, head: &[u8], bytes: &dyn ReadAt) -> bool {
        // Whatever stands before an archive that ends where the file does.
        let ends = |found: Directory| found.entries > 0 && (has_ending(path) || found.archive_end == bytes.len());
        self.fits(path, head) || begins(head) || Directory::find(bytes).is_ok_and(ends)
    }

    fn walk(&self, _path: &str, input: Input<'_>, limits: &Limits, visit: &mut dyn Visit) -> Result<(), WalkError> {
        let Input::Positions(bytes) = input else {
            return Err(WalkError::Not("expected bytes at any position".into()));
        };
        let mut planned = Vec::new();
        let mut directory = None;
        match Directory::find(bytes.as_ref()) {
            Ok(found) => {
                list(bytes, &found, limits, &mut planned, visit);
                separate(&mut planned, visit);
                directory = Some(found);
            }
            Err(damage) => visit.warning(None, damage.to_warning()),
        }
        planned.sort_by_key(|entry| entry.offset);
        refuse_overlaps(&mut planned);
        let sizes = planned.iter().map(|planned| planned.entry.size.unwrap_or(0));
        visit.ahead(planned.len() as u64, sizes.fold(0, u64::saturating_add));
        let _ = read(bytes, planned, directory.as_ref(), limits, visit);
        Ok(())
    }
}

/// Whether the bytes begin with a local header, the end record of an empty archive, or the mark of an archive once split.
fn begins(head: &[u8]) -> bool {
    [LOCAL, b"PK\x05\x06", b"PK\x07\x08"].iter().any(|magic| head.starts_with(*magic))
}

fn has_ending(path: &str) -> bool {
    path.len().checked_sub(4).and_then(|at| path.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(".zip"))
}

/// Whether such bytes may stand before an archive, whose directory is found from its end: the program that unpacks it, or
/// something that is nothing else.
fn may_precede(head: &[u8]) -> bool {
    let kind = crate::content::kind(head);
    kind == crate::content::UNKNOWN || kind.ends_with("executable")
}

/// Whether the name is that of a program or a document that happens to be a zip. Those are files like any other.
pub(super) fn is_document(path: &str) -> bool {
    const DOCUMENTS: &[&str] = &[
        "aab",
        "aar",
        "apk",
        "apkm",
        "apks",
        "cbz",
        "crx",
        "docm",
        "docx",
        "dotx",
        "ear",
        "epub",
        "ipa",
        "jar",
        "key",
        "kmz",
        "nupkg",
        "numbers",
        "odg",
        "odp",
        "ods",
        "odt",
        "oxps",
        "pages",
        "potx",
        "pptm",
        "pptx",
        "sketch",
        "svgz",
        "usdz",
        "vsdx",
        "vsix",
        "war",
        "was",
        "wastickers",
        "whl",
        "xapk",
        "xlsm",
        "xlsx",
        "xltx",
        "xpi",
        "xps",
    ];
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    DOCUMENTS.iter().any(|document| ending.eq_ignore_ascii_case(document))
}

/// Whether the first entry is the one by which documents are told from archives, whatever their name.
fn holds_a_document(head: &[u8]) -> bool {
    const FIRST: &[&[u8]] = &[b"[Content_Types].xml", b"mimetype", b"AndroidManifest.xml", b"META-INF/MANIFEST.MF"];
    let name = head.get(LOCAL_SIZE..).unwrap_or_default();
    let length = usize::from(headers::u16_at(head, 26));
    name.get(..length).is_some_and(|name| FIRST.contains(&name))
}

/// An entry of the directory and where its content lies.
struct Planned {
    entry: Entry,
    /// Place of the local header.
    offset: u64,
    place: Place,
    refused: Option<Damage>,
    /// A symbolic link, whose content is its target.
    link: bool,
}

/// Reads the whole directory and the local header of each entry.
fn list(bytes: &Bytes, directory: &Directory, limits: &Limits, planned: &mut Vec<Planned>, visit: &mut dyn Visit) {
    let mut at = directory.start;
    let mut listed = 0;
    while at < directory.end && listed < limits.entries {
        let (central, next) = match directory.header(bytes.as_ref(), at) {
            Ok(header) => header,
            Err(damage) => {
                visit.warning(None, damage.to_warning().bytes(directory.end - at));
                return;
            }
        };
        planned.push(plan(bytes, central, visit));
        at = next;
        listed += 1;
    }
    // Without zip64 the count is kept modulo 65536 by programs that do not mind.
    if listed != directory.entries && listed & 0xffff != directory.entries {
        let says = format!("the end record says {} entries, the directory has {listed}", directory.entries);
        visit.warning(None, Warning::new("headers disagree", says));
    }
}

/// Some programs write `\` between folders, against the format. An archive that has it in names, and `/` in none, was written so.
fn separate(planned: &mut [Planned], visit: &mut dyn Visit) {
    let names = || planned.iter().map(|planned| planned.entry.name.as_str());
    if names().any(|name| name.contains('/')) {
        return;
    }
    let count = names().filter(|name| super::names::separated(name) != **name).count();
    if count == 0 {
        return;
    }
    for planned in planned.iter_mut() {
        planned.entry.name = super::names::separated(&planned.entry.name);
    }
    let says = format!(
        "expected `/` between folders, found `\\` in {count} names of {} and `/` in none; folders were taken to end there, and paths show \
         `/` in its place",
        planned.len()
    );
    visit.warning(None, Warning::new("separators", says));
}

fn plan(bytes: &Bytes, central: Central, visit: &mut dyn Visit) -> Planned {
    let said_to_be_link = central.link();
    let Central { header, offset, .. } = central;
    let mut entry = entry_of(&header);
    // A mode may be set on anything, and what only looks like a link must not hide what it holds.
    let link = said_to_be_link && header.size.max(header.packed) <= LONGEST_TARGET;
    if said_to_be_link && !link {
        let says = format!(
            "the directory says that the entry is a symbolic link, whose target has {LONGEST_TARGET} bytes at most; its content \
             has {} ({} packed), so it was read as a file",
            header.size, header.packed
        );
        visit.warning(Some(&entry.name), Warning::new("headers disagree", says));
    }
    let mut content = offset;
    let mut refused = unreadable(&header);
    match Local::read(bytes.as_ref(), offset) {
        Ok(local) => {
            content = local.content;
            let (modified, as_stored) = local.header.modified();
            // The local copy of the extended timestamp is the fuller one; either may lack it.
            if entry.modified.is_none() && modified.is_some() {
                (entry.modified, entry.modified_as_stored) = (modified, as_stored);
            }
            if let Some(says) = disagreement(&header, &local.header) {
                let says = format!("the directory and the local header at byte {offset} disagree: {says}");
                visit.warning(Some(&entry.name), Warning::new("headers disagree", says));
            }
        }
        Err(damage) => refused = Some(damage),
    }
    let end = content.saturating_add(header.packed);
    let place = Place { at: content, end, method: header.method, declared: Some((header.size, header.crc)) };
    // Deflate cannot expand more than 1032 times, whatever a header declares.
    entry.size = Some(header.size.min(header.packed.saturating_mul(1032)));
    Planned { entry, offset, place, refused, link }
}

fn entry_of(header: &Header) -> Entry {
    let (modified, modified_as_stored) = header.modified();
    Entry { name: header.text(), size: Some(header.size), modified, modified_as_stored, on_disk: None }
}

/// Why the content of such an entry is not read.
fn unreadable(header: &Header) -> Option<Damage> {
    if header.encrypted() || header.method == 99 {
        let says = "the entry is encrypted; its content was not examined";
        return Some(Damage::new("encrypted", says).bytes(header.packed));
    }
    if header.method != STORED && header.method != DEFLATED {
        let says = format!("packed by method {} ({}), which is not read", header.method, method_name(header.method));
        return Some(Damage::new("unsupported", says).bytes(header.packed));
    }
    if header.method == STORED && header.packed != header.size && !header.sizes_follow() {
        let says = format!("a stored entry declares {} bytes and {} packed ones", header.size, header.packed);
        return Some(Damage::new("damaged", says).bytes(header.packed));
    }
    None
}

/// What the two headers of an entry say differently.
fn disagreement(central: &Header, local: &Header) -> Option<String> {
    let mut differences = Vec::new();
    if central.name != local.name {
        differences.push(format!("name '{}' and '{}'", central.text(), local.text()));
    }
    if central.method != local.method {
        differences.push(format!("method {} and {}", central.method, local.method));
    }
    if central.encrypted() != local.encrypted() {
        differences.push("only one says that the entry is encrypted".to_owned());
    }
    if !local.sizes_follow() {
        if (central.size, central.packed) != (local.size, local.packed) {
            let (size, packed) = (central.size, central.packed);
            differences.push(format!("{size} bytes in {packed} and {} in {}", local.size, local.packed));
        }
        if central.crc != local.crc {
            differences.push(format!("checksum {:08x} and {:08x}", central.crc, local.crc));
        }
    }
    (!differences.is_empty()).then(|| differences.join(", "))
}

/// Entries whose bytes belong to another entry too: that is how a small file becomes petabytes. None is read.
fn refuse_overlaps(planned: &mut [Planned]) {
    let mut covered: Option<(u64, usize)> = None;
    for next in 0..planned.len() {
        let (start, end) = (planned[next].offset, planned[next].place.end.max(planned[next].place.at));
        if let Some((covered_to, by)) = covered
            && start < covered_to
        {
            for (one, other) in [(by, next), (next, by)] {
                let says = format!(
                    "its bytes {} to {} overlap those of another entry at bytes {} to {}",
                    planned[one].offset, planned[one].place.end, planned[other].offset, planned[other].place.end
                );
                planned[one].refused.get_or_insert_with(|| Damage::new("overlap", says));
            }
        }
        if covered.is_none_or(|(covered_to, _)| end > covered_to) {
            covered = Some((end, next));
        }
    }
}

/// Hands out the entries in the order of their bytes, with what lies unlisted between them.
fn read(
    bytes: &Bytes,
    planned: Vec<Planned>,
    directory: Option<&Directory>,
    limits: &Limits,
    visit: &mut dyn Visit,
) -> ControlFlow<()> {
    let mut covered = 0;
    for next in planned {
        unlisted::read(bytes, covered..next.offset, directory.is_some(), limits, visit)?;
        covered = covered.max(next.place.end);
        let Planned { entry, place, refused, link, .. } = next;
        if let Some(damage) = refused {
            visit.refused(entry, damage.to_warning())?;
        } else if link {
            let says = link_says(bytes, place, limits);
            visit.warning(Some(&entry.name), Warning::new("not a file", says));
        } else if !(entry.name.ends_with('/') && place.end <= place.at) {
            let (bytes, limits) = (bytes.clone(), limits.clone());
            let open = move || Ok(Box::new(ZipBody::new(&bytes, place, &limits)) as Box<dyn Body + Send>);
            visit.entry(entry, Content::Later(Box::new(open)))?;
        }
    }
    let end = directory.map_or(bytes.len(), |directory| directory.start);
    unlisted::read(bytes, covered..end, directory.is_some(), limits, visit)?;
    if let Some(directory) = directory
        && let Some(after) = bytes.len().checked_sub(directory.archive_end).filter(|&after| after > 0)
    {
        let says = format!("the archive ends at byte {}, {after} bytes follow", directory.archive_end);
        visit.warning(None, Warning::new("data after the end", says).bytes(after));
    }
    ControlFlow::Continue(())
}

/// A link is recorded as text and never made.
fn link_says(bytes: &Bytes, place: Place, limits: &Limits) -> String {
    let mut target = Vec::new();
    let read = ZipBody::new(bytes, place, limits).take(LONGEST_TARGET).read_to_end(&mut target);
    let more = if read.is_err() { ", whose target could not be read to its end" } else { "" };
    format!("a symbolic link to '{}'{more}; it was not made", super::names::display(&target))
}
