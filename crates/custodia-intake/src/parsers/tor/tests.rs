//! Invented programs of Tor, each a folder below `testdata/tor`.

use super::*;
use crate::parsers::fixtures::{self, folder};
use crate::parsers::{PARSERS, Parser};

const KIND: &str = "tor";

#[test]
fn invented_programs_read_as_expected() {
    fixtures::read_as_expected(
        KIND,
        &[
            &State,
            &Torrc,
            &Hostname,
            &PublicKey,
            &SecretKey,
            &RsaKey,
            &ClientKey,
            &OnionShareSettings,
            &OnionShareTab,
            &Places,
            &Preferences,
            &AppSettings,
            &Downloads,
            &Consensus,
            &Descriptions,
            &Named,
        ],
    );
}

/// Files cut at many lengths and with bytes changed.
#[test]
fn damage_never_panics() {
    for case in ["computer", "phone"] {
        fixtures::damage_never_panics(&folder(KIND).join(case));
    }
}

#[test]
fn only_files_of_tor_fit() {
    let fits = |path: &str, head: &[u8]| {
        PARSERS.iter().find(|parser| parser.fits(path, head)).map(|parser| parser.about().name)
    };
    let name = |parser: &dyn Parser| Some(parser.about().name);
    let tor = "/Users/x/Desktop/Tor Browser/Browser/TorBrowser/Data";
    assert_eq!(fits(&format!("{tor}/Tor/state"), b"# Tor state file last"), name(&State));
    assert_eq!(fits(&format!("{tor}/Browser/profile.default/places.sqlite"), b""), name(&Places));
    for (path, head) in [
        ("/etc/hostname", &b"laptop\n"[..]),
        ("/x/state", b"{}"),
        ("/x/profile.default/places.sqlite", b""),
        ("/x/profile/prefs.js", b""),
        ("/home/x/.config/persistent/a.json", b"{}"),
        ("/data/data/org.other/shared_prefs/fenix_preferences.xml", b""),
    ] {
        assert_eq!(fits(path, head), None, "{path}");
    }
}
