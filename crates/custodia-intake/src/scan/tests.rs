//! The scanner beside plain expressions, and the same bytes in pieces of any size.

use std::collections::BTreeSet;

use proptest::prelude::*;
use regex::bytes::Regex;

use super::*;

fn scan(bytes: &[u8], piece: usize) -> Vec<Found> {
    let mut scanner = Scanner::default();
    let mut found = Vec::new();
    for piece in bytes.chunks(piece) {
        scanner.feed(piece, &mut |one| found.push(one));
    }
    scanner.finish(&mut |one| found.push(one));
    found
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

const ZEROS: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaam2dqd.onion";

/// Each kind as written, and its normal form.
const EXAMPLES: &[(Kind, &str, &str)] = &[
    (Kind::InviteLink, "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU1", "AbCdEfGhIjKlMnOpQrStU1"),
    (Kind::InviteLink, "chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU1", "AbCdEfGhIjKlMnOpQrStU1"),
    // As JSON may write slashes.
    (Kind::InviteLink, r"chat.whatsapp.com\/AbCdEfGhIjKlMnOpQrStU1", "AbCdEfGhIjKlMnOpQrStU1"),
    (Kind::ChatLink, r"wa.me\/34600000002", "34600000002@s.whatsapp.net"),
    (Kind::Url, r"https:\/\/www.example.com\/a\/b?c=d", "https://www.example.com/a/b?c=d"),
    (Kind::ChatLink, "wa.me/34600000002", "34600000002@s.whatsapp.net"),
    (Kind::ChatLink, "whatsapp://send?phone=34600000002", "34600000002@s.whatsapp.net"),
    (Kind::ChannelLink, "https://whatsapp.com/channel/AbCdEfGhIjKlMnOpQrStU1", "AbCdEfGhIjKlMnOpQrStU1"),
    (Kind::CallLink, "https://call.whatsapp.com/voice/AbCdEfGhIjKlMnOpQrStU1", "AbCdEfGhIjKlMnOpQrStU1"),
    (Kind::BusinessLink, "https://wa.me/message/ABCDEFGHIJKLM1", "ABCDEFGHIJKLM1"),
    (Kind::GroupAddress, "120363041234567890@g.us", "120363041234567890@g.us"),
    (Kind::Account, "34600000002@s.whatsapp.net", "34600000002@s.whatsapp.net"),
    (Kind::Onion, ZEROS, ZEROS),
    (Kind::OnionV2, "abcdefghijklmnop.onion", "abcdefghijklmnop.onion"),
    (Kind::Url, "HTTPS://Www.Example.com:8080/A?b=c", "https://www.example.com:8080/A?b=c"),
    (Kind::Url, "http://192.0.2.1/x", "http://192.0.2.1/x"),
    (Kind::EMail, "Ada.Lovelace+1@mail.example.co", "ada.lovelace+1@mail.example.co"),
    (Kind::Phone, "+34 600-000-001", "+34600000001"),
    (Kind::Wallet, "1111111111111111111114oLvT2", "1111111111111111111114oLvT2"),
    (Kind::Wallet, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
];

#[test]
fn ends_of_lines_as_json_writes_them_are_none_of_a_value() {
    let text = r#"{"t":"call\n+34 600 000 001\nor write to\nada@example.co\tsoon, https:\/\/chat.whatsapp.com\/AbCdEfGhIjKlMnOpQrStU1\n"}"#;
    let found: Vec<(Kind, String)> = of_text(text).into_iter().map(|lead| (lead.kind, lead.value)).collect();
    let wanted =
        [(Kind::Phone, "+34600000001"), (Kind::EMail, "ada@example.co"), (Kind::InviteLink, "AbCdEfGhIjKlMnOpQrStU1")];
    assert_eq!(found, wanted.map(|(kind, value)| (kind, value.to_owned())));
}

#[test]
fn every_kind_in_both_encodings_anywhere() {
    for &(kind, written, value) in EXAMPLES {
        for (before, after) in [("", ""), ("x ", " y"), ("\"", "\","), ("(", ")"), ("\t", "\r\n")] {
            let text = format!("{before}{written}{after}");
            let lead = of_text(&text);
            let wanted = [Lead { kind, value: value.into(), range: before.len()..before.len() + written.len() }];
            assert_eq!(lead, wanted, "{text}");
            for pad in 0..4 {
                let mut narrow = vec![0xff; pad];
                narrow.extend(text.as_bytes());
                let mut wide = vec![0xff; pad];
                wide.extend(utf16(&text));
                for (bytes, step, how) in [(narrow, 1, Written::Ascii), (wide, 2, Written::Utf16)] {
                    let found = scan(&bytes, 7);
                    let offset = (pad + step * before.len()) as u64;
                    let as_written = written.to_owned();
                    assert_eq!(
                        found,
                        [Found { offset, kind, value: value.into(), as_written, written: how }],
                        "{text}"
                    );
                }
            }
        }
    }
}

/// Names of services lie in addresses: both are told. An address within an address is part of it.
#[test]
fn what_lies_in_another() {
    let url = format!("http://www.{ZEROS}/x?u=http://example.com/");
    let kinds = |text: &str| of_text(text).into_iter().map(|lead| (lead.kind, lead.value)).collect::<Vec<_>>();
    assert_eq!(kinds(&url), [(Kind::Url, url.clone()), (Kind::Onion, ZEROS.to_owned())]);
    let found: Vec<_> = scan(url.as_bytes(), 100).into_iter().map(|one| (one.kind, one.value)).collect();
    assert_eq!(found, kinds(&url));
    for text in [
        &format!("a{ZEROS}"),
        &format!("{ZEROS}s"),
        "abcdefghijklmnop.onion.to",
        &ZEROS.replace('m', "n"),
        "short.onion",
        "aaaaaaaaaaaaaaaa.onion",
        "icon@2x.png",
        "a@b",
        "@user",
        "http://",
        "http://nohost/",
        "://x.y",
        "content://a.b/c",
    ] {
        assert_eq!(kinds(text), [], "{text}");
    }
    let sentence = "Ver (https://example.com/a_(b)), https://example.com/c. ";
    assert_eq!(
        kinds(sentence).iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>(),
        ["https://example.com/a_(b)", "https://example.com/c"]
    );
}

/// The checksum proves a name of version 3; only what may be a part of it may not stand before it.
#[test]
fn onion_names_behind_other_letters() {
    for before in ["-", "0", "1", "8", "9", "X", "_", ".", "=", "http://-", "v1"] {
        for text in [format!("{before}{ZEROS}"), format!("ver {before}{ZEROS} ya")] {
            let at = text.find(ZEROS).unwrap();
            let lead = of_text(&text).into_iter().find(|lead| lead.kind == Kind::Onion);
            assert_eq!(lead.map(|lead| (lead.range.start, lead.value)), Some((at, ZEROS.to_owned())), "{text}");
            let found = scan(text.as_bytes(), 9).into_iter().find(|one| one.kind == Kind::Onion);
            assert_eq!(found.map(|one| one.offset), Some(at as u64), "{text}");
        }
    }
    let upper = ZEROS.to_ascii_uppercase();
    assert_eq!(of_text(&upper).len(), 1);
    for text in
        [format!("a{ZEROS}"), format!("7{ZEROS}"), format!("X{upper}"), format!("x{upper}"), format!("2{upper}")]
    {
        assert_eq!(of_text(&text), [], "{text}");
    }
}

/// Texts of a record stand without a gap.
#[test]
fn what_stands_beside_other_texts() {
    let kinds =
        |text: &str| scan(text.as_bytes(), 9).into_iter().map(|one| (one.offset, one.value)).collect::<Vec<_>>();
    let (phone, group) = ("34600000002@s.whatsapp.net", "120363041234567890@g.us");
    assert_eq!(kinds(&format!("s.whatsapp.net{phone}Hola")), [(14, phone.to_owned())]);
    assert_eq!(kinds(&format!("g.us{group}x{group}")), [(4, group.to_owned()), (28, group.to_owned())]);
    assert_eq!(kinds(&format!(" {ZEROS}Shapes")), [(1, ZEROS.to_owned())]);
    assert_eq!(kinds("A1B2https://example.com/a"), [(4, "https://example.com/a".to_owned())]);
    // An invite code has 22 characters, whatever of the next text follows it.
    let code = "AbCdEfGhIjKlMnOpQrStU1";
    for link in ["https://chat.whatsapp.com/", "chat.whatsapp.com/invite/", "whatsapp://chat?code="] {
        for after in ["", "s", "Hola", "34600000002", "_x", &"Hola".repeat(30)] {
            let text = format!("{link}{code}{after}");
            assert_eq!(kinds(&text), [(0, code.to_owned())], "{text}");
            let wide: Vec<_> = scan(&utf16(&text), 9).into_iter().map(|one| (one.offset, one.value)).collect();
            assert_eq!(wide, [(0, code.to_owned())], "{text}");
        }
    }
    for text in [format!("a{ZEROS}"), format!("{ZEROS}-example"), "1@g.us".to_owned()] {
        assert_eq!(kinds(&text), [], "{text}");
    }
}

/// A gateway leads from the open web to the service whose name stands before its own.
#[test]
fn onion_names_before_a_gateway() {
    for gateway in [".ws", ".to/page", ".example.org"] {
        let lead = of_text(&format!("ver {ZEROS}{gateway} ya"));
        assert_eq!(lead, [Lead { kind: Kind::Onion, value: ZEROS.into(), range: 4..4 + ZEROS.len() }], "{gateway}");
        let url = format!("https://{ZEROS}{gateway}");
        for bytes in [url.as_bytes().to_vec(), utf16(&url)] {
            let found: Vec<_> = scan(&bytes, 9).into_iter().map(|one| (one.kind, one.value)).collect();
            assert_eq!(found, [(Kind::Url, url.clone()), (Kind::Onion, ZEROS.into())], "{gateway}");
        }
    }
}

/// The same traces for pieces of any size, at and around every border.
#[test]
fn pieces_of_any_size() {
    let mut bytes = Vec::new();
    let mut seed = 1_u64;
    while bytes.len() < 150_000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (_, written, _) = EXAMPLES[(seed >> 33) as usize % EXAMPLES.len()];
        match (seed >> 20) % 4 {
            0 => bytes.extend(utf16(written)),
            1 => bytes.extend(std::iter::repeat_n(b'A', (seed >> 40) as usize % 300)),
            2 => bytes.extend((0..(seed >> 40) % 97).map(|n| (seed >> (n % 50)) as u8)),
            _ => bytes.extend(written.as_bytes()),
        }
        bytes.extend([b' ', 0][..(seed >> 60) as usize % 3 % 2 + 1].iter());
    }
    let whole = scan(&bytes, bytes.len());
    assert!(whole.len() > 500, "{}", whole.len());
    for piece in [1, 2, 3, 511, 4096, 32 << 10, (32 << 10) + 1, 65_537] {
        assert_eq!(scan(&bytes, piece), whole, "{piece}");
    }
    // Every trace is found wherever the border of a window falls into it.
    for shift in 0..140 {
        let mut moved = vec![b' '; (32 << 10) - shift];
        for (_, written, _) in EXAMPLES {
            let at = moved.len();
            moved.extend(written.as_bytes());
            moved.push(b' ');
            moved.extend(utf16(written));
            moved.extend([b' ', b' ']);
            let found = scan(&moved, 1 << 20);
            assert_eq!(found.iter().filter(|one| one.offset >= at as u64).count(), 2, "{shift} {written}");
            moved.truncate((32 << 10) - shift);
        }
    }
}

/// The address at `at` as [`web::url`] tells it, gone through anew for each bracket that is cut.
fn url_slowly(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let text = std::str::from_utf8(bytes).unwrap();
    let expression = Regex::new(r"(?-u)^://(?P<x>[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%|-]{0,2000})").unwrap();
    let start =
        ["https", "http"].into_iter().find(|scheme| text[..at].ends_with(scheme)).map(|scheme| at - scheme.len())?;
    let mut written = expression.captures(&bytes[at..])?.name("x")?.as_bytes();
    while let Some((last, shorter)) = written.split_last() {
        let open = |open, close| {
            let count = |wanted: u8| written.iter().filter(|&&byte| byte == wanted).count();
            count(close) > count(open)
        };
        if !(b".,;:!?'*_~".contains(last) || *last == b')' && open(b'(', b')') || *last == b']' && open(b'[', b']')) {
            break;
        }
        written = shorter;
    }
    let authority = written.split(|byte| b"/?#".contains(byte)).next()?;
    let host = authority.rsplit(|&byte| byte == b'@').next()?;
    let form = Regex::new(r"(?-u)^([A-Za-z0-9_-]+\.)+[A-Za-z0-9_-]*[A-Za-z0-9](:[0-9]{0,5})?$").unwrap();
    form.is_match(host).then_some((start, at + 3 + written.len()))
}

/// Bytes of which each begins an address, or cuts one: none of them is gone through for each other. Where they are, this takes minutes.
#[test]
fn hostile_bytes_take_no_longer_than_others() {
    let long = "http://".repeat(285) + &")".repeat(2000);
    for part in [
        &long,
        "http://",
        "http://a.b)?x",
        "http://a?",
        "http://a.b?",
        ".onion",
        "https://wa.me/34600000002?http://a.b",
    ] {
        let text = part.repeat((4 << 20) / part.len());
        scan(text.as_bytes(), 1 << 16);
        scan(&utf16(&text), 1 << 16);
        of_text(&text);
    }
}

/// UTF-16BE is UTF-16LE that begins one byte later, but for its last byte at the end of all.
#[test]
fn utf16_of_the_other_order_up_to_the_last_byte() {
    for &(kind, written, value) in EXAMPLES {
        for pad in [0, 40_000] {
            let mut bytes = vec![b' '; pad];
            bytes.extend(written.encode_utf16().flat_map(u16::to_be_bytes));
            let found: Vec<_> = scan(&bytes, 4096).into_iter().map(|one| (one.offset, one.kind, one.value)).collect();
            assert_eq!(found, [(pad as u64 + 1, kind, value.to_owned())], "{written}");
        }
    }
}

/// What plain expressions find, with the same proofs, in ASCII. They say the forms a second time, without our short cuts.
fn by_expressions(bytes: &[u8]) -> BTreeSet<(Kind, usize)> {
    let mut found = BTreeSet::new();
    let mut all = |kind, expression: &str, fits: &dyn Fn(&[u8]) -> bool| {
        for one in Regex::new(expression).unwrap().captures_iter(bytes) {
            let group = one.name("x").unwrap();
            if fits(group.as_bytes()) {
                found.insert((kind, group.start()));
            }
        }
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    all(Kind::Onion, r"(?-u)(?:^|[^A-Za-z2-7])(?P<x>[A-Za-z2-7]{56}\.(?i:onion))(?:$|[^A-Za-z0-9-])", &|name| {
        onion::key_of(&text(&name[..56])).is_some()
    });
    all(Kind::Wallet, r"(?-u)(?P<x>[A-Za-z0-9]+)", &|run| run.len() >= 26 && wallet::of(run).is_some());
    all(
        Kind::Account,
        r"(?-u)(?:^|[^A-Za-z0-9._:-])(?P<x>[1-9][0-9]{4,14}@s\.whatsapp\.net)(?:$|[^A-Za-z0-9._-])",
        &|_| true,
    );
    all(Kind::GroupAddress, r"(?-u)(?:^|[^A-Za-z0-9._:-])(?P<x>[0-9]{15,25}@g\.us)(?:$|[^A-Za-z0-9._-])", &|_| true);
    all(
        Kind::EMail,
        r"(?-u)(?:^|[^A-Za-z0-9._%+-])(?P<x>[A-Za-z0-9]{1,20}@(?:[a-z]{1,9}\.)+(?:com|es|org))(?:$|[^A-Za-z0-9.-])",
        &|_| true,
    );
    all(Kind::Phone, r"(?-u)(?:^|[^A-Za-z0-9+/=])(?P<x>\+34[0-9]{9})(?:$|[^A-Za-z0-9=_@ .()/-])", &|_| true);
    all(Kind::Url, r"(?-u)(?:^|[^A-Za-z0-9])(?P<x>https?://[a-z]{1,9}\.(?:com|org)/[a-z]*)(?:$|[^!-~])", &|_| true);
    found
}

proptest! {
    /// All that plain expressions find is found, at the same place, between any bytes and in pieces of any size.
    #[test]
    fn nothing_that_expressions_find_is_missed(
        parts in proptest::collection::vec(prop_oneof![
            Just(ZEROS.as_bytes().to_vec()), Just(b"34600000001@s.whatsapp.net".to_vec()), Just(b"120363041234567890@g.us".to_vec()),
            Just(b"ada@example.com".to_vec()), Just(b"+34600000001".to_vec()), Just(b"https://example.org/a".to_vec()),
            Just(b"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4".to_vec()), Just(b"1111111111111111111114oLvT2".to_vec()),
            Just(b"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed".to_vec()),
            Just(b" ".to_vec()), Just(b"\0".to_vec()), Just(b".".to_vec()), Just(b"/".to_vec()), Just(b":".to_vec()), Just(b"@".to_vec()),
            Just(b"+".to_vec()), Just(b"-".to_vec()), proptest::collection::vec(any::<u8>(), 0..40),
        ], 0..30),
        piece in 1usize..300,
    ) {
        let bytes = parts.concat();
        let found = scan(&bytes, piece);
        let own: BTreeSet<(Kind, usize)> = found.iter().map(|one| (one.kind, one.offset as usize)).collect();
        for one in by_expressions(&bytes) {
            // An address within an address is part of it, and so is a number.
            let within = found.iter().any(|url| url.kind == Kind::Url && (url.offset as usize) < one.1
                && one.1 < url.offset as usize + url.as_written.len());
            prop_assert!(own.contains(&one) || (within && one.0 == Kind::Url), "{one:?} in {:?}", String::from_utf8_lossy(&bytes));
        }
        for one in &found {
            prop_assert!(one.offset as usize + one.as_written.len() <= bytes.len());
        }
    }

    #[test]
    fn addresses_end_where_they_do_when_each_is_gone_through(
        parts in proptest::collection::vec(prop_oneof![
            Just("http://"), Just("https://"), Just("a"), Just("a.b"), Just("u@"), Just(":80"), Just(":"), Just("."), Just("/"), Just("?"),
            Just("#"), Just("("), Just(")"), Just("["), Just("]"), Just("_"), Just("!"), Just(" "), Just("=x"),
            Just("cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"),
        ], 0..40),
    ) {
        let text = parts.concat();
        for (at, _) in text.match_indices("://") {
            let own = web::url(text.as_bytes(), at).map(|lead| (lead.range.start, lead.range.end));
            prop_assert_eq!(own, url_slowly(text.as_bytes(), at), "{} in {}", at, text);
        }
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(prop_oneof![
        any::<u8>(), Just(0u8), Just(b'@'), Just(b'.'), Just(b':'), Just(b'/'), Just(b'+'), Just(b'o'), Just(b'1'), Just(b'e'), Just(b'm'),
    ], 0..400), piece in 1usize..50) {
        prop_assert_eq!(scan(&bytes, piece), scan(&bytes, 1000));
    }
}
