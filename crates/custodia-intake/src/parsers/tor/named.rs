//! Files whose names alone say something: that Windows saw a program of Tor start, and that Tor Browser kept a picture of a page.
//!
//! Source: the name of a prefetch file is that of the program and a number made of its path; ALEAPP, `torThumbs.py`. What such files
//! hold is not read, and no picture is shown.

use custodia_model::Rows;

use super::{Out, name_of};
use crate::parsers::{About, File, Parser, ReadError};

/// Knows prefetch files of Windows and thumbnails of Tor Browser.
pub struct Named;

const ABOUT: About = About {
    name: "Tor programs started, pages shown",
    reads: "Prefetch/*.pf of programs of Tor, cache/mozac_browser_thumbnails of Tor Browser on Android, by their paths",
    tables: &["device_facts"],
    tested: &["invented names"],
    gaps: "when and how often a program was started, which stands packed in the file; FIREFOX.EXE, which other browsers are too",
};

/// Programs, as Windows writes them; of installers, how the name begins.
const PROGRAMS: &[&str] = &["TOR.EXE", "START TOR BROWSER.EXE", "TORBROWSER-INSTALL", "TOR-BROWSER", "ONIONSHARE"];

/// Characters of a program's name in that of its prefetch file.
const KEPT: usize = 29;

/// What a path says, and the fact that it makes.
fn says(path: &str) -> Option<&'static str> {
    let name = name_of(path);
    if path.contains("/org.torproject.torbrowser") && name.ends_with(".0") {
        let folder = path.rsplit('/').nth(1);
        return match folder.filter(|_| path.contains("/mozac_browser_thumbnails/")) {
            Some("private_thumbnails") => Some("Tor Browser picture of a private page"),
            Some("thumbnails") => Some("Tor Browser picture of a page"),
            _ => None,
        };
    }
    let (program, number) = name.get(..name.len().checked_sub(3)?)?.rsplit_once('-')?;
    let prefetch = name.to_ascii_lowercase().ends_with(".pf")
        && number.len() == 8
        && number.bytes().all(|byte| byte.is_ascii_hexdigit());
    let program = program.to_ascii_uppercase();
    let known = |known: &str| match known.ends_with(".EXE") {
        true => program == known,
        // Of a longer name Windows keeps so much.
        false => program.starts_with(known) && (program.contains(".EXE") || program.chars().count() == KEPT),
    };
    (prefetch && PROGRAMS.iter().copied().any(known)).then_some("Windows prefetch of a Tor program")
}

impl Parser for Named {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        says(path).is_some()
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        if let Some(fact) = says(file.path()) {
            Out::new(file, rows).fact(file.whole(), fact, name_of(file.path()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_say_something() {
        const PROGRAM: Option<&str> = Some("Windows prefetch of a Tor program");
        for (path, wanted) in [
            ("/Windows/Prefetch/TOR.EXE-0A1B2C3D.pf", PROGRAM),
            ("/Windows/Prefetch/START TOR BROWSER.EXE-0A1B2C3D.pf", PROGRAM),
            ("/Windows/Prefetch/TORBROWSER-INSTALL-WIN64-12.0-0A1B2C3D.pf", PROGRAM),
            ("/Windows/Prefetch/TORBROWSER-INSTALL-WIN64-12.0_EN-0A1B2C3D.pf", None),
            ("/Windows/Prefetch/TORBROWSER-INSTALL-WIN64-12.0.EXE-0A1B2C3D.pf", PROGRAM),
            ("/Windows/Prefetch/TOR-BROWSER-WINDOWS-X86_64-PORTABLE.EXE-0A1B2C3D.PF", PROGRAM),
            ("/Windows/Prefetch/FIREFOX.EXE-0A1B2C3D.pf", None),
            ("/Windows/Prefetch/STOR.EXE-0A1B2C3D.pf", None),
            ("/Windows/Prefetch/TOR.EXE-0A1B2C3.pf", None),
            ("/x/TOR.EXE", None),
            ("/é", None),
        ] {
            assert_eq!(says(path), wanted, "{path}");
        }
        let cache = "/data/data/org.torproject.torbrowser/cache/mozac_browser_thumbnails";
        assert_eq!(says(&format!("{cache}/private_thumbnails/ab.0")), Some("Tor Browser picture of a private page"));
        assert_eq!(says(&format!("{cache}/thumbnails/ab.0")), Some("Tor Browser picture of a page"));
        assert_eq!(says(&format!("{cache}/journal")), None);
    }
}
