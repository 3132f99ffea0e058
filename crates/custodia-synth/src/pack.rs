//! The file system of a phone as it is handed over: zip, tar.gz or a folder. Every time in it is given, none is the clock's.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use flate2::{Compression, GzBuilder};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::error::{SynthError, at};
use crate::world::Packing;

/// A file of a phone.
pub struct Entry<'a> {
    /// Path from the root of the phone, with `/`, without one at the beginning.
    pub path: String,
    /// Time of its last change (Unix milliseconds).
    pub modified: u64,
    /// Content.
    pub bytes: std::borrow::Cow<'a, [u8]>,
}

/// What follows the label in the name of a packed phone.
pub fn suffix(packing: Packing) -> &'static str {
    match packing {
        Packing::Zip | Packing::StoredZip => ".zip",
        Packing::TarGz => ".tar.gz",
        Packing::Folder | Packing::Backup => "",
    }
}

/// Writes the files, sorted by path, to `target`. Gives the bytes written.
pub fn write(target: &Path, packing: Packing, mut entries: Vec<Entry<'_>>) -> Result<u64, SynthError> {
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    if matches!(packing, Packing::Folder | Packing::Backup) {
        return folder(target, &entries);
    }
    let file = BufWriter::with_capacity(1 << 18, File::create(target).map_err(at(target))?);
    match packing {
        Packing::TarGz => tar_gz(file, &entries).map_err(at(target))?,
        _ => zip(file, packing == Packing::Zip, &entries)?,
    }
    Ok(fs::metadata(target).map_err(at(target))?.len())
}

fn folder(target: &Path, entries: &[Entry<'_>]) -> Result<u64, SynthError> {
    let mut written = 0;
    for entry in entries {
        let path = target.join(&entry.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(at(parent))?;
        }
        let save = || {
            let mut file = File::create(&path)?;
            file.write_all(&entry.bytes)?;
            file.set_modified(UNIX_EPOCH + Duration::from_millis(entry.modified))
        };
        save().map_err(at(&path))?;
        written += entry.bytes.len() as u64;
    }
    Ok(written)
}

fn tar_gz(file: BufWriter<File>, entries: &[Entry<'_>]) -> std::io::Result<()> {
    // No name and no time in the gzip header.
    let mut archive = tar::Builder::new(GzBuilder::new().write(file, Compression::new(1)));
    for entry in entries {
        let mut header = tar::Header::new_ustar();
        header.set_size(entry.bytes.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(entry.modified / 1000);
        archive.append_data(&mut header, &entry.path, &*entry.bytes)?;
    }
    archive.into_inner()?.finish()?.flush()
}

fn zip(file: BufWriter<File>, deflate: bool, entries: &[Entry<'_>]) -> Result<(), SynthError> {
    let mut archive = ZipWriter::new(file);
    for entry in entries {
        // Pictures are deflated already.
        let method = match deflate && !entry.path.ends_with(".png") {
            true => CompressionMethod::Deflated,
            false => CompressionMethod::Stored,
        };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .compression_level((method == CompressionMethod::Deflated).then_some(1))
            .last_modified_time(dos_time(entry.modified))
            .unix_permissions(0o600);
        archive.start_file(entry.path.as_str(), options)?;
        archive.write_all(&entry.bytes).map_err(zip::result::ZipError::Io)?;
    }
    archive.finish()?.flush().map_err(zip::result::ZipError::Io)?;
    Ok(())
}

/// Zip knows no zone; this is Universal Time, in steps of two seconds.
fn dos_time(at: u64) -> DateTime {
    let civil = crate::clock::civil(at, 0);
    let [month, day, hour, minute, second] = [civil.month(), civil.day(), civil.hour(), civil.minute(), civil.second()];
    DateTime::from_date_and_time(civil.year() as u16, month as u8, day as u8, hour as u8, minute as u8, second as u8)
        .unwrap_or_default()
}
