//! Questions to small invented indexes.

use std::collections::BTreeSet;
use std::path::Path;

use unicode_normalization::UnicodeNormalization;

use super::words::{Kind, Words};
use super::{Cursor, Entry, Index, MARKER, Page, Question, SearchError, Writer};

/// Texts that the questions below are asked of.
const TEXTS: &[&str] = &[
    "Nos vemos en Москва mañana",              // 0
    "Una canción para la Straße",              // 1
    "Ωμέγα is the last letter",                // 2
    "東京タワーで会いましょう",                // 3
    "พบกันที่ตลาดน้ำพรุ่งนี้",                         // 4
    "Call +34 600-000-001 or 00700000002",     // 5
    "write to jane.doe@example.org, please",   // 6
    "pass\u{200B}word: Ｔｏｐ ｓｅｃｒｅｔ",   // 7
    "p\u{430}yp\u{430}l invoice",              // 8
    "Сергей и Татьяна",                        // 9
    "قال محمد: مَرْحَبًا",                         // 10
    "서울에서 만나요",                         // 11
    "cafe\u{301} CAFÉ cafe",                   // 12
    "money 💰💰 now",                          // 13
    "the red car is not the blue car",         // 14
    "the car is red",                          // 15
    "d41d8cd98f00b204e9800998ecf8427e.jpg",    // 16
    "ｶﾞﾗｽの靴",                                 // 17
    "No.5 %_* (a|b) [x] \\ \"quoted\" AND OR", // 18
    "हिन्दी में लिखा",                            // 19
];

/// A tolerant question and the texts that it finds.
const TOLERANT: &[(&str, &[usize])] = &[
    ("moskva", &[0]),
    ("МОСКВА MANANA", &[0]),
    ("cancion", &[1]),
    ("CANCIÓN strasse", &[1]),
    ("omega", &[2]),
    ("ωμεγα", &[2]),
    ("タワー", &[3]),
    ("京タ", &[3]),
    ("東", &[3]),
    ("う", &[3]),
    ("しょう", &[3]),
    ("東京 会い", &[3]),
    ("京東", &[]),
    ("ตลาด", &[4]),
    ("34600000001", &[5]),
    ("600 000 001", &[5]),
    ("+34600000001", &[5]),
    ("600000001", &[5]),
    ("0034 600 000 001", &[5]),
    ("700000002", &[5]),
    ("34 001", &[5]),
    ("600000", &[]),
    ("600*", &[5]),
    ("jane.doe@example.org", &[6]),
    ("doe jane", &[6]),
    ("\"doe jane\"", &[]),
    ("jane.d*", &[6]),
    ("password", &[7]),
    ("top secret", &[7]),
    ("paypal", &[8]),
    ("p\u{430}ypal", &[8]),
    ("sergey", &[9]),
    ("sergei tatiana", &[9]),
    ("mohamed", &[10]),
    ("محمد", &[10]),
    ("مرحبا", &[10]),
    ("seoul*", &[11]),
    ("서울", &[11]),
    ("cafe", &[12]),
    ("💰", &[13]),
    ("\"red car\"", &[14]),
    ("“car is red”", &[15]),
    ("red car", &[14, 15]),
    ("\"the red\" blue", &[14]),
    ("d41d8cd98f00b204e9800998ecf8427e", &[16]),
    ("d41d8*", &[16]),
    ("ガラス", &[17]),
    ("がらす", &[17]),
    ("garasu*", &[]),
    ("no.5", &[18]),
    ("and or", &[18]),
    ("(a|b)", &[18]),
    ("%_*", &[18]),
    ("hindi", &[19]),
    ("nothing of this", &[]),
];

/// An exact question and the texts that it finds.
const EXACT: &[(&str, &[usize])] = &[
    ("Москва", &[0]),
    ("москва", &[]),
    ("оскв", &[0]),
    ("vemos en Мос", &[0]),
    ("emos en Мос", &[0]),
    ("cancion", &[]),
    ("canción", &[1]),
    ("ón para", &[1]),
    ("タワ", &[3]),
    ("で", &[3]),
    ("กันที่", &[4]),
    ("0-000-0", &[5]),
    (" 600-", &[5]),
    ("@example.", &[6]),
    ("password", &[]),
    ("s\u{200B}w", &[7]),
    ("\u{200B}", &[7]),
    ("é", &[]),
    ("É", &[12]),
    ("\u{301}", &[12]),
    ("💰 ", &[13]),
    ("car is", &[14, 15]),
    ("ar is r", &[15]),
    ("204e98", &[16]),
    ("%_*", &[18]),
    ("\"quoted\" AND", &[18]),
    ("]", &[18]),
    ("나", &[11]),
];

/// An entry with a text.
fn entry<'a>(text: &'a str, origin: &'a str) -> Entry<&'a str> {
    Entry { entry_kind: "message", text, origin, ..Entry::default() }
}

/// An index of entries.
fn index(folder: &Path, entries: &[Entry<&str>], threads: usize) -> Index {
    let mut writer = Writer::create(folder, threads).unwrap();
    entries.iter().for_each(|entry| writer.add(entry).unwrap());
    assert_eq!(writer.finish().unwrap().entries, entries.len() as u64);
    Index::open(folder, 1).unwrap()
}

/// An index of the texts, whose origins are their numbers.
fn texts(folder: &Path) -> Index {
    let origins: Vec<String> = (0..TEXTS.len()).map(|number| format!("{number:03}")).collect();
    let entries: Vec<_> = TEXTS.iter().zip(&origins).map(|(text, origin)| entry(text, origin)).collect();
    index(folder, &entries, 0)
}

fn found(page: &Page) -> Vec<usize> {
    page.hits.iter().map(|hit| hit.entry.origin.parse().unwrap()).collect()
}

#[test]
fn finds_what_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let index = texts(&folder.path().join("index"));
    let mut wrong = Vec::new();
    for (questions, exact) in [(TOLERANT, false), (EXACT, true)] {
        for (text, expected) in questions {
            for by_relevance in [false, true] {
                let question =
                    Question { text: (*text).to_owned(), exact, by_relevance, limit: 100, ..Question::default() };
                let page = index.ask(&question).unwrap();
                let mut found = found(&page);
                found.sort();
                if found != *expected || page.total != expected.len() || page.or_more {
                    wrong.push(format!("{text:?} (exact: {exact}) finds {found:?}, not {expected:?}"));
                }
                if page.hits.iter().any(|hit| hit.marks.is_empty()) {
                    wrong.push(format!("{text:?} (exact: {exact}) marks nothing"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a person sees while typing, letter by letter, and what is marked.
#[test]
fn finds_and_marks_while_typing() {
    let folder = tempfile::tempdir().unwrap();
    let index = texts(&folder.path().join("index"));
    let marks = |text: &str| -> Vec<String> {
        let question = Question { text: text.to_owned(), typing: true, limit: 9, ..Question::default() };
        let hits = index.ask(&question).unwrap().hits;
        let marked = |hit: &super::Hit| -> Vec<String> {
            hit.marks.iter().map(|mark| hit.entry.text[mark.clone()].to_owned()).collect()
        };
        hits.iter().map(|hit| format!("{} {}", hit.entry.origin, marked(hit).join("|"))).collect()
    };
    assert_eq!(marks("mosk"), ["000 Москва"]);
    assert_eq!(marks("mosk "), [""; 0]);
    assert_eq!(marks("jane.do"), ["006 jane|doe"]);
    assert_eq!(marks("\"red ca"), ["014 red|car"]);
    assert_eq!(marks("cafe"), ["012 cafe\u{301}|CAFÉ|cafe"]);
    assert_eq!(marks("passw"), ["007 pass\u{200B}word"]);
    assert_eq!(marks("京タワ"), ["003 京タワ"]);
    assert_eq!(marks("会"), ["003 会"]);
    assert_eq!(marks("+3460 0000"), ["005 34 600-000-001"]);
}

/// Texts of all kinds of characters, in rows that nobody would write.
fn invented(number: u32) -> Vec<String> {
    const PIECES: &[&str] = &[
        "a",
        "B",
        "7",
        "é",
        "e\u{301}",
        "ß",
        "Щ",
        "й",
        "и\u{306}",
        "ω",
        "\u{430}",
        "م",
        "\u{64E}",
        "ש",
        "한",
        "\u{1112}\u{1161}",
        "東",
        "京",
        "ｶ",
        "ﾞ",
        "が",
        "ก",
        "ำ",
        "हि",
        "\u{94D}",
        "💰",
        "👍🏽",
        "\u{200B}",
        "\u{202E}",
        "\u{FEFF}",
        " ",
        " ",
        " ",
        "-",
        "+",
        ".",
        "_",
        "/",
        "\n",
        "Ａ",
        "①",
        "½",
        "ﷺ",
        "ǆ",
        "𝒜",
        "\u{E000}",
        "٣",
        "५",
        "_x",
        "00",
        "ing",
        "\u{0}",
    ];
    let mut seed = 7_u32;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % below
    };
    (0..number).map(|_| (0..3 + next(24)).map(|_| PIECES[next(PIECES.len())]).collect()).collect()
}

/// Any part of any text is found exactly, and nothing else: the index narrows without losing one.
#[test]
fn exact_search_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let long = "x".repeat(250);
    let mut all = invented(150);
    all.push(format!("{long}y {}z東京 end", "ab1".repeat(70)));
    all.extend(TEXTS.iter().map(|text| (*text).to_owned()));
    // Among many others, so that few have what a question has.
    all.extend((0..2000).map(|number| format!("~ {number} ~")));
    let origins: Vec<String> = (0..all.len()).map(|number| format!("{number:04}")).collect();
    let entries: Vec<_> = all.iter().zip(&origins).map(|(text, origin)| entry(text, origin)).collect();
    let index = index(&folder.path().join("index"), &entries, 1);
    for text in all.iter().take(172) {
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        for (from, start) in ends.iter().enumerate() {
            for end in ends[from + 1..].iter().step_by(1 + ends.len() / 12) {
                let question =
                    Question { text: text[*start..*end].to_owned(), exact: true, limit: 9999, ..Question::default() };
                let expected: Vec<usize> =
                    (0..all.len()).filter(|number| all[*number].contains(&question.text)).collect();
                let page = index.ask(&question).unwrap();
                assert_eq!((found(&page), page.total), (expected.clone(), expected.len()), "{:?}", question.text);
            }
        }
    }
}

/// A text is found by itself, in capitals and in other forms of the same characters.
#[test]
fn texts_are_found_by_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let mut all = invented(300);
    all.extend(TEXTS.iter().map(|text| (*text).to_owned()));
    let origins: Vec<String> = (0..all.len()).map(|number| format!("{number:04}")).collect();
    let entries: Vec<_> = all.iter().zip(&origins).map(|(text, origin)| entry(text, origin)).collect();
    let index = index(&folder.path().join("index"), &entries, 0);
    for (number, text) in all.iter().enumerate() {
        let forms =
            [text.clone(), text.nfd().collect(), text.nfc().collect(), text.to_uppercase(), text.to_lowercase()];
        for form in forms {
            for typing in [false, true] {
                let question = Question { text: form.clone(), typing, limit: 999, ..Question::default() };
                let page = index.ask(&question).unwrap();
                assert!(found(&page).contains(&number), "{text:?} is not found by {form:?}");
            }
        }
    }
}

/// A few hundred entries with everything that can be filtered by.
fn many() -> Vec<Entry<String>> {
    let words = ["alpha", "beta", "gamma", "delta", "épsilon"];
    let one = |number: usize| Entry {
        entry_kind: ["message", "name"][number % 2].to_owned(),
        text: format!("{} {} {}", words[number % 5], words[number / 5 % 5], words[number % 3]),
        chat: Some(format!("chat {}", number % 7)),
        account: (!number.is_multiple_of(4)).then(|| format!("{}", number % 11)),
        country: Some(["ES", "FR"][number / 3 % 2].to_owned()),
        message_kind: None,
        // Many entries of one time, and some without.
        at: (!number.is_multiple_of(10)).then(|| (number as i64 % 37) * 1000 - 9000),
        devices: ["A B", "B", "C"][number % 3].to_owned(),
        key: Some(number.to_string()),
        origin: format!("row {:03}", number * 7 % 400),
    };
    (0..400).map(one).collect()
}

/// Filters, orders, totals and pages are compared with what a loop over all entries says.
#[test]
fn answers_as_a_loop_over_all_entries() {
    let folder = tempfile::tempdir().unwrap();
    let all = many();
    let index = index(&folder.path().join("index"), &borrowed(&all), 0);
    let own = |value: &str| vec![value.to_owned()];
    let base = || Question { limit: 7, ..Question::default() };
    let text = |text: &str| Question { text: text.to_owned(), ..base() };
    let questions = [
        (base(), 400),
        (text("alpha"), 0),
        (text("alpha gam*"), 0),
        (text("\"beta gamma\""), 0),
        (text("\"gamma del*\""), 0),
        (Question { entry_kinds: own("name"), ..text("epsilon") }, 0),
        (Question { devices: own("A"), countries: own("ES"), ..base() }, 0),
        (Question { chats: vec!["chat 1".into(), "chat 2".into(), "none".into()], ..text("beta") }, 0),
        (Question { accounts: own("3"), message_kinds: Vec::new(), ..base() }, 0),
        (Question { message_kinds: own("text"), ..base() }, 0),
        (Question { from: Some(-3000), to: Some(9000), ..base() }, 0),
        (Question { from: Some(0), ..text("delta") }, 0),
        (Question { to: Some(0), exact: true, ..text("ta de") }, 0),
        (Question { exact: true, ..text("épsilon") }, 0),
        (Question { exact: true, devices: own("B"), ..text("épsilon") }, 0),
        (Question { exact: true, chats: own("chat 3"), accounts: own("5"), ..text("a") }, 0),
    ];
    for (question, at_least) in questions {
        let mut expected: Vec<&Entry<String>> = all.iter().filter(|entry| passes(&question, entry)).collect();
        expected.sort_by(|a, b| b.at.cmp(&a.at).then(a.origin.cmp(&b.origin)));
        assert!(expected.len() >= at_least);
        for by_relevance in [false, true] {
            let mut question = Question { by_relevance, ..question.clone() };
            let mut found = Vec::new();
            loop {
                let page = index.ask(&question).unwrap();
                assert_eq!((page.total, page.or_more), (expected.len(), false), "{question:?}");
                assert_eq!(page.more.is_some(), found.len() + page.hits.len() < expected.len(), "{question:?}");
                found.extend(page.hits.into_iter().map(|hit| hit.entry));
                // It can stand in a link.
                question.after = page.more.map(|more| more.to_string().parse::<Cursor>().unwrap());
                if question.after.is_none() {
                    break;
                }
            }
            if by_relevance && !question.exact {
                let key = |entry: &Entry<String>| entry.key.clone();
                let expected: BTreeSet<_> = expected.iter().map(|entry| key(entry)).collect();
                assert_eq!(found.iter().map(key).collect::<BTreeSet<_>>(), expected, "{question:?}");
            } else {
                assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{question:?}");
            }
        }
    }
}

/// Whether an entry is an answer, by a loop's own rules.
fn passes(question: &Question, entry: &Entry<String>) -> bool {
    let plain = entry.text.replace('é', "e");
    let row = question.text.strip_prefix('"').map(|row| row.trim_end_matches('"'));
    let text = match (question.exact, row) {
        (true, _) => entry.text.contains(&question.text),
        (_, Some(row)) if row.ends_with('*') => format!(" {plain}").contains(&format!(" {}", &row[..row.len() - 1])),
        (_, Some(row)) => format!(" {plain} ").contains(&format!(" {row} ")),
        _ => question.text.split(' ').all(|word| match word.strip_suffix('*') {
            Some(start) => plain.split(' ').any(|word| word.starts_with(start)),
            None => word.is_empty() || plain.split(' ').any(|other| other == word),
        }),
    };
    let one = |values: &[String], value: Option<&str>| {
        values.is_empty() || value.is_some_and(|value| values.iter().any(|one| one == value))
    };
    text && one(&question.entry_kinds, Some(&entry.entry_kind))
        && one(&question.chats, entry.chat.as_deref())
        && one(&question.accounts, entry.account.as_deref())
        && one(&question.countries, entry.country.as_deref())
        && one(&question.message_kinds, entry.message_kind.as_deref())
        && (question.devices.is_empty() || entry.devices.split(' ').any(|device| question.devices[0] == device))
        && question.from.is_none_or(|from| entry.at.is_some_and(|at| at >= from))
        && question.to.is_none_or(|to| entry.at.is_some_and(|at| at < to))
}

fn borrowed(entries: &[Entry<String>]) -> Vec<Entry<&str>> {
    entries.iter().map(Entry::borrowed).collect()
}

/// The order of adding, the number of threads and the size of the parts change no answer.
#[test]
fn the_same_entries_give_the_same_answers() {
    let folder = tempfile::tempdir().unwrap();
    let mut all = many();
    // Equal ones, and one instant for many: what differs least must not change places.
    all.extend(all[..50].to_vec());
    let first = index(&folder.path().join("first"), &borrowed(&all), 0);
    all.reverse();
    all.rotate_left(77);
    let mut writer = Writer::create(&folder.path().join("second"), 2).unwrap();
    writer.enough = 3000;
    borrowed(&all).iter().for_each(|entry| writer.add(entry).unwrap());
    writer.finish().unwrap();
    let second = Index::open(&folder.path().join("second"), 3).unwrap();
    assert!(second.parts() > 10, "{}", second.parts());
    let mut writer = Writer::create(&folder.path().join("third"), 0).unwrap();
    writer.heap = 0;
    borrowed(&all).iter().for_each(|entry| writer.add(entry).unwrap());
    writer.finish().unwrap();
    let third = Index::open(&folder.path().join("third"), 1).unwrap();
    assert_eq!(third.parts(), 2);
    for text in ["", "alpha", "alpha beta gamma", "\"delta epsilon\"", "gam*", "\"alpha b*\""] {
        for (by_relevance, exact) in [(false, false), (true, false), (false, true)] {
            let mut question = Question { text: text.into(), by_relevance, exact, limit: 9, ..Question::default() };
            let mut cursors = [None; 3];
            loop {
                let mut pages = Vec::new();
                for (index, after) in [&first, &second, &third].into_iter().zip(cursors) {
                    question.after = after;
                    pages.push(index.ask(&question).unwrap());
                }
                for (page, cursor) in pages.iter_mut().zip(&mut cursors) {
                    *cursor = page.more.take();
                }
                assert!(pages.iter().all(|page| *page == pages[0]), "{question:?}");
                let more = cursors.map(|cursor| cursor.is_some());
                assert_eq!(more, [more[0]; 3], "{question:?}");
                if !more[0] {
                    break;
                }
            }
        }
    }
}

/// A folder that is broken, of another version or of something else is an error that says what to do.
#[test]
fn damage_is_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    let says = |expected: &str| {
        let why = match Index::open(&path, 2) {
            Ok(index) => index.ask(&Question { text: "car".into(), limit: 9, ..Question::default() }).err(),
            Err(why) => Some(why),
        };
        let why = why.map(|why| why.to_string()).unwrap_or_default();
        assert!(why.contains(expected), "{why:?} does not say {expected:?}");
        why.contains("delete this folder")
    };
    assert!(!says("no search index here"));
    std::fs::create_dir(&path).unwrap();
    assert!(says("search.json is missing"));
    let index = texts(&path);
    index.verify().unwrap();
    let part = path.join("00000.00000");
    let mut names: Vec<_> = std::fs::read_dir(&part).unwrap().map(|file| file.unwrap().path()).collect();
    names.sort();
    for name in names.iter().filter(|name| name.extension().is_some_and(|end| end != "lock")) {
        let whole = std::fs::read(name).unwrap();
        std::fs::write(name, &whole[..whole.len() - 1]).unwrap();
        assert!(says("not those that were written"));
        // As long as before: found by reading it all, and whatever is asked before that is answered or refused.
        for byte in [0, 0x7F, 0xFF] {
            std::fs::write(name, vec![byte; whole.len()]).unwrap();
            if let Ok(index) = Index::open(&path, 2) {
                assert!(name.extension().is_some_and(|end| end == "json") || index.verify().is_err(), "{name:?}");
                for (text, exact) in [("", false), ("car", false), ("car is", true), ("\"red car\"", false)] {
                    let asked = index.ask(&Question { text: text.into(), exact, limit: 9, ..Question::default() });
                    assert!(asked.is_ok() || asked.is_err_and(|why| matches!(why, SearchError::Damaged { .. })));
                }
            }
        }
        std::fs::write(name, &whole).unwrap();
    }
    let marker = std::fs::read_to_string(path.join(MARKER)).unwrap();
    std::fs::write(path.join(MARKER), marker.replace("\"format\":1", "\"format\":0")).unwrap();
    assert!(says("another version"));
    std::fs::write(path.join(MARKER), "{").unwrap();
    assert!(says("not readable"));
}

/// Questions that no one should ask.
#[test]
fn strange_questions_are_answered_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let index = texts(&folder.path().join("index"));
    let ask =
        |text: String, exact, limit| index.ask(&Question { text, exact, limit, typing: true, ..Question::default() });
    for text in
        ["\"", "\"\"", "*", "**", " ", "\u{0}", "\u{1}", "\u{2}mhmd", "+field:x^2~", "a AND (", "\u{202E}", "½", "ﷺ"]
    {
        assert!(ask(text.into(), false, 5).is_ok() && ask(text.into(), true, usize::MAX).is_ok(), "{text:?}");
    }
    assert_eq!(ask(String::new(), true, 0).unwrap(), Page { total: TEXTS.len(), more: None, ..Page::default() });
    assert!(matches!(ask("w ".repeat(5000), false, 5), Err(SearchError::Question(_))));
    assert!(matches!(ask("w".repeat(50_000), true, 5), Err(SearchError::Question(_))));
    assert!(ask("w".repeat(10_000), false, 5).is_ok());
    assert!("1.2.3".parse::<Cursor>().is_err() && "1.2.3.4.5.6".parse::<Cursor>().is_err());
    let after = Some("1.ff.3.4.5.1".parse().unwrap());
    assert!(matches!(index.ask(&Question { after, ..Question::default() }), Err(SearchError::Question(_))));
}

/// Words as the index knows them.
#[test]
fn texts_are_cut_into_words() {
    let cut = |text: &str| {
        let mut words = Words::default();
        words.read(text);
        let mut shown = String::new();
        for word in &words.list {
            let beside = if word.kind == Kind::Beside { "+" } else { " " };
            shown.push_str(&format!("{beside}{}{}", word.position, words.letters(word).escape_debug()));
            assert!(text.get(word.start as usize..word.end as usize).is_some());
        }
        assert!(words.list.is_sorted_by_key(|word| word.position), "{text:?}");
        shown
    };
    assert_eq!(cut("Don't, Ünïcödé 2x"), " 0don 1t 2unicode 32x");
    assert_eq!(cut("東京x"), " 0東京 1京+1dongjing 2x");
    assert_eq!(cut("12 34567 8"), " 012 134567 28+212345678+22345678");
    assert_eq!(cut("34 600000001"), " 034 1600000001+134600000001+14600000001+100000001+10000001");
    assert_eq!(cut("Щука №5"), " 0shchuka 15");
    assert_eq!(cut("аdmin"), " 0admin");
    assert_eq!(cut("р\u{430}y"), " 0ray+0pay");
}
