//! Invented exports, each a folder below `testdata/chats/whatsapp_export`.

use crate::parsers::fixtures::{self, folder};

const KIND: &str = "chats/whatsapp_export";

#[test]
fn invented_exports_read_as_expected() {
    fixtures::read_as_expected(KIND, &[&super::Chat]);
}

/// Files cut at many lengths and with bytes changed.
#[test]
fn damage_never_panics() {
    let mut cases: Vec<_> = std::fs::read_dir(folder(KIND)).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    for case in cases.iter().filter(|path| path.is_dir()) {
        fixtures::damage_never_panics(case);
    }
}
