//! Lists of known material and of benign files: part of the shared pictures, and many hashes that match nothing.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::error::{SynthError, at};
use crate::rng::{For, Rng};
use crate::world::World;

/// A hash list of the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// `vics.json`: VICS 2.0, US profile, MD5 and SHA-1.
    Vics,
    /// `vics13.json`: VICS 1.3, MD5.
    Vics13,
    /// `plain-md5.txt`.
    PlainMd5,
    /// `plain-sha256.txt`.
    PlainSha256,
    /// `benign-md5.txt`: files known to be harmless.
    Benign,
}

/// Every list.
pub const LISTS: [List; 5] = [List::Vics, List::Vics13, List::PlainMd5, List::PlainSha256, List::Benign];

impl List {
    /// Stem of its file.
    pub fn name(self) -> &'static str {
        match self {
            List::Vics => "vics",
            List::Vics13 => "vics13",
            List::PlainMd5 => "plain-md5",
            List::PlainSha256 => "plain-sha256",
            List::Benign => "benign-md5",
        }
    }

    /// Whether it holds a picture. No picture is in a list of SHA-256 and in another one, so how a list matches a
    /// picture is never in doubt; `vics` and `vics13` overlap.
    pub fn holds(self, picture: u32) -> bool {
        let mark = picture % 50;
        match self {
            List::Vics => matches!(mark, 1 | 14 | 27),
            List::Vics13 => mark == 14 || picture % 100 == 35,
            List::PlainMd5 => picture % 100 == 40,
            List::PlainSha256 => picture % 100 == 90,
            List::Benign => picture % 100 == 70,
        }
    }

    /// Category of a picture in the list, US profile numbers; none in plain lists.
    pub fn category(self, picture: u32) -> Option<u8> {
        matches!(self, List::Vics | List::Vics13).then_some(1 + (picture / 50 % 3) as u8)
    }
}

/// Known lists (not the benign one) that hold a picture.
pub fn known(picture: u32) -> impl Iterator<Item = List> {
    LISTS.into_iter().filter(move |list| *list != List::Benign && list.holds(picture))
}

/// Writes the lists into `folder`.
pub fn write(folder: &Path, world: &World) -> Result<(), SynthError> {
    fs::create_dir_all(folder).map_err(at(folder))?;
    for list in LISTS {
        let extension = if matches!(list, List::Vics | List::Vics13) { "json" } else { "txt" };
        let path = folder.join(format!("{}.{extension}", list.name()));
        let mut out = BufWriter::new(File::create(&path).map_err(at(&path))?);
        let done = match list {
            List::Vics => vics(&mut out, world),
            List::Vics13 => vics13(&mut out, world),
            List::PlainMd5 | List::PlainSha256 | List::Benign => plain(&mut out, world, list),
        };
        done.and_then(|()| out.flush()).map_err(at(&path))?;
    }
    Ok(())
}

/// Pictures and fillers in one order that tells nothing: every entry is a picture or random.
fn entries(world: &World, list: List, fillers: usize) -> Vec<Option<u32>> {
    let pictures = (0..world.pictures.len() as u32).filter(|picture| list.holds(*picture)).map(Some);
    let mut all: Vec<Option<u32>> = pictures.chain(std::iter::repeat_n(None, fillers)).collect();
    Rng::new(world.seed, For::Lists, list as u64, 0).shuffle(&mut all);
    all
}

struct Hashes {
    md5: [u8; 16],
    sha1: [u8; 20],
    sha256: [u8; 32],
    size: u64,
}

fn hashes(world: &World, list: List, place: usize, entry: Option<u32>) -> Hashes {
    if let Some(picture) = entry {
        let picture = &world.pictures[picture as usize];
        return Hashes {
            md5: picture.md5,
            sha1: picture.sha1,
            sha256: picture.sha256,
            size: picture.bytes.len() as u64,
        };
    }
    let mut rng = Rng::new(world.seed, For::Lists, 100 + list as u64, place as u64);
    let mut hashes = Hashes { md5: [0; 16], sha1: [0; 20], sha256: [0; 32], size: rng.range(300, 4_000_000) };
    rng.fill(&mut hashes.md5);
    rng.fill(&mut hashes.sha1);
    rng.fill(&mut hashes.sha256);
    hashes
}

fn vics(out: &mut impl Write, world: &World) -> io::Result<()> {
    let context = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media";
    writeln!(out, "{{\"@odata.context\":\"{context}\",\"value\":[")?;
    let all = entries(world, List::Vics, world.size.fillers);
    for (place, entry) in all.iter().enumerate() {
        let hash = hashes(world, List::Vics, place, *entry);
        // What matches nothing also shows the categories that are no offence, and none at all.
        let category = match entry {
            Some(picture) => List::Vics.category(*picture).map_or("null".into(), |number| number.to_string()),
            None => ["0", "1", "2", "3", "4", "5", "null"][place % 7].to_owned(),
        };
        let series =
            if place % 4 == 0 { format!(",\"Series\":\"Invented series {}\"", place % 40) } else { String::new() };
        let comma = if place + 1 == all.len() { "" } else { "," };
        writeln!(
            out,
            "{{\"MediaID\":{},\"Category\":{category},\"MD5\":\"{}\",\"SHA1\":\"{}\",\"MediaSize\":{},\
             \"DateUpdated\":\"2017-02-{:02}T02:31:49.8300Z\",\"VictimIdentified\":{},\"IsDistributed\":{}{series}}}{comma}",
            place + 1,
            hex::encode_upper(hash.md5),
            hex::encode_upper(hash.sha1),
            hash.size,
            1 + place % 28,
            place % 9 == 0,
            place % 2 == 0,
        )?;
    }
    writeln!(out, "]}}")
}

fn vics13(out: &mut impl Write, world: &World) -> io::Result<()> {
    let context = "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media";
    writeln!(out, "{{\"odata.metadata\":\"{context}\",\"value\":[")?;
    let all = entries(world, List::Vics13, world.size.fillers / 20);
    for (place, entry) in all.iter().enumerate() {
        let hash = hashes(world, List::Vics13, place, *entry);
        let md5 = hex::encode_upper(hash.md5);
        let category = entry.and_then(|picture| List::Vics13.category(picture)).unwrap_or(2);
        let comma = if place + 1 == all.len() { "" } else { "," };
        writeln!(
            out,
            "{{\"MediaID\":{},\"Category\":{category},\"VictimIdentified\":\"false\",\"OffenderIdentified\":\"false\",\
             \"MediaSize\":\"{}\",\"MD5\":\"{md5}\",\"AlternativeHashes\":[],\"odata.id\":\"Media(\\\"{md5}\\\")\"}}{comma}",
            place + 1,
            hash.size,
        )?;
    }
    writeln!(out, "]}}")
}

fn plain(out: &mut impl Write, world: &World, list: List) -> io::Result<()> {
    let all = entries(world, list, world.size.fillers / 10);
    for (place, entry) in all.iter().enumerate() {
        let hash = hashes(world, list, place, *entry);
        match list {
            List::PlainSha256 => writeln!(out, "{}", hex::encode(hash.sha256))?,
            _ => writeln!(out, "{}", hex::encode(hash.md5))?,
        }
    }
    Ok(())
}
