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

#[test]
fn a_log_of_a_program_is_no_chat() {
    use crate::parsers::Parser;
    let fits = |path: &str, head: &str| super::Chat.fits(path, head.as_bytes());
    for log in [
        "[01/02/2024 10:00:00] boot: ok\n[01/02/2024 10:00:01] net: up\n",
        "2024-02-01 10:00:00 - boot: ok\n",
        "01/02/2024 10:00:00: boot\n",
        "no time here\n",
    ] {
        assert!(!fits("/var/log/boot.txt", log), "{log}");
    }
    for chat in [
        "01/02/2024 10:00 - Circle: hello\n",
        "[1/2/24, 10:00:00] Circle: hello\n",
        "[01/02/2024 10:00:00] Circle: \u{200e}image omitted\n",
        "[01/02/2024 10:00:00] Circle: Messages and calls are end-to-end encrypted. Only you can read them.\n",
    ] {
        assert!(fits("/mail/renamed.txt", chat), "{chat}");
    }
    let wide: Vec<u8> = "\u{feff}01/02/2024, 10:00 - Circle: hello".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(super::Chat.fits("/mail/saved.txt", &wide));
    assert!(fits("/a/_chat.txt", "[01/02/2024 10:00:00] boot: ok\n"), "the app's own name for a file decides");
}
