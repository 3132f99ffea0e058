//! The program as a user runs it: a fresh folder, a command, what it prints, how it ends.

// These tests run the program itself, which is what a user starts.
#![allow(clippy::disallowed_methods)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

struct Room {
    folder: tempfile::TempDir,
}

impl Room {
    fn new() -> Room {
        Room { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, &[])
    }

    fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        self.command(arguments).envs(environment.iter().copied()).output().unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_custodia"));
        command.args(arguments).current_dir(self.folder.path()).env("CUSTODIA_KEY", self.path("seal.key"));
        command
    }

    /// Runs a command that must end well, and gives what it printed.
    fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", told(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command that must end with this code, and gives all it said.
    fn fails(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", told(&output));
        told(&output)
    }

    /// A tiny operation, examined, its lists imported.
    fn operation(&self) {
        self.ok(&["synth", "op", "--scale", "tiny", "--seed", "5"]);
        self.ok(&["examine", "case", "--manifest", "op/exhibits.csv"]);
        for list in ["vics.json", "vics13.json", "plain-md5.txt", "plain-sha256.txt"] {
            self.ok(&["known", "import", "case", &format!("op/known/{list}")]);
        }
        self.ok(&["known", "import", "case", "op/known/benign-md5.txt", "--kind", "benign"]);
    }
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Every file below a folder with its bytes, sorted.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(&at).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.strip_prefix(folder).unwrap().to_path_buf(), fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn from_phones_to_the_report() {
    let room = Room::new();
    room.operation();
    let scores = room.ok(&["check", "case", "op/truth.json"]);
    assert!(scores.contains("messages"), "{scores}");

    let answer = room.ok(&["ask", "case", "SELECT count(*) AS n FROM groups", "--json"]);
    assert!(answer.starts_with("[{\"n\":"), "{answer}");
    assert!(room.ok(&["ask", "case", "--list-views"]).contains("first_shares\t"));
    room.ok(&["ask", "case", "members", "--format", "parquet", "--output", "members.parquet"]);
    assert_eq!(&fs::read(room.path("members.parquet")).unwrap()[..4], b"PAR1");

    // Two joins one after the other, both sides of each with a column `chat`: two threads once lost both rows.
    let twice = "SELECT count(*) AS n FROM (SELECT chat, person FROM members WHERE person LIKE '5%') e JOIN stays s ON s.person = e.person \
                 JOIN groups l ON l.chat = s.chat WHERE l.subject LIKE '%e%' AND l.chat <> e.chat";
    for threads in ["1", "2", "4"] {
        assert_eq!(room.ok(&["ask", "case", twice, "--format", "csv", "--threads", threads]).trim(), "n\n2");
    }

    room.ok(&["report", "case", "--output", "report.html"]);
    let report = fs::read_to_string(room.path("report.html")).unwrap();
    for forbidden in ["<script", "<img", "http://", "https://", "src=", "url(", "javascript:"] {
        assert!(!report.contains(forbidden), "the report holds {forbidden}");
    }
    assert!(report.find("What was read").unwrap() < report.find("Overview").unwrap());
    room.ok(&["report", "case", "--output", "again.html", "--threads", "1"]);
    assert_eq!(report, fs::read_to_string(room.path("again.html")).unwrap());

    let verified = room.ok(&["verify", "case"]);
    assert!(verified.contains("0 differences"), "{verified}");
}

#[test]
fn the_same_bytes_for_any_threads_zone_and_locale() {
    let room = Room::new();
    room.ok(&["synth", "op", "--scale", "tiny", "--seed", "3"]);
    room.ok(&["examine", "one", "--manifest", "op/exhibits.csv", "--threads", "1"]);
    let other = [("TZ", "Asia/Tokyo"), ("LC_ALL", "de_DE.UTF-8"), ("LANG", "de_DE.UTF-8")];
    let many = room.run_with(&["examine", "many", "--manifest", "op/exhibits.csv", "--threads", "7"], &other);
    assert!(many.status.success(), "{}", told(&many));
    let (one, many) = (contents(&room.path("one/bundles")), contents(&room.path("many/bundles")));
    assert!(one.len() > 20);
    assert!(one == many, "bundles differ");
}

#[test]
fn a_second_run_doubles_nothing() {
    let room = Room::new();
    room.ok(&["synth", "op", "--scale", "tiny", "--seed", "5"]);
    room.ok(&["examine", "case", "--manifest", "op/exhibits.csv"]);
    let before = contents(&room.path("case/bundles"));
    let again = room.ok(&["examine", "case", "--manifest", "op/exhibits.csv"]);
    assert!(again.contains("0 examined, 4 already in the case"), "{again}");

    // One that is gone is examined again, alone: an interrupted run is taken up.
    let gone = fs::read_dir(room.path("case/bundles")).unwrap().map(|entry| entry.unwrap().path()).min().unwrap();
    fs::remove_dir_all(&gone).unwrap();
    let resumed = room.ok(&["examine", "case", "--manifest", "op/exhibits.csv"]);
    assert!(resumed.contains("1 examined, 3 already in the case"), "{resumed}");
    assert_eq!(before, contents(&room.path("case/bundles")));

    // A program stopped after publishing leaves bundles that no journal knows; named again, they are recorded.
    for entry in fs::read_dir(room.path("case/journal")).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    assert!(room.fails(1, &["verify", "case"]).contains("records no examination"));
    room.ok(&["examine", "case", "--manifest", "op/exhibits.csv"]);
    room.ok(&["verify", "case"]);

    let list = fs::read_to_string(room.path("op/exhibits.csv")).unwrap();
    let evidence = list.lines().nth(1).unwrap().split(',').nth(1).unwrap();
    let label = list.lines().nth(1).unwrap().split(',').next().unwrap();
    let evidence = format!("op/{evidence}");
    let told = room.fails(2, &["examine", "case", &evidence, "--exhibit", label, "--authority", "A"]);
    assert!(told.contains("already in this case"), "{told}");
    let told = room.fails(2, &["examine", "case", &evidence, "--exhibit", "OTHER", "--authority", "A"]);
    assert!(told.contains(&format!("as exhibit {label}")), "{told}");
    assert_eq!(before, contents(&room.path("case/bundles")));
}

#[test]
fn bad_input_is_named_and_the_rest_goes_on() {
    let room = Room::new();
    room.ok(&["synth", "op", "--scale", "tiny", "--seed", "5"]);
    let list = fs::read_to_string(room.path("op/exhibits.csv")).unwrap();
    let first = list.lines().nth(1).unwrap();
    fs::write(
        room.path("op/broken.csv"),
        format!("{list}{first}\nXX-1,missing.zip,,ES,A\n../x,a.zip,,ES,A\nXX-2,README.txt,,ES,\n"),
    )
    .unwrap();
    let told = room.fails(2, &["examine", "case", "--manifest", "op/broken.csv"]);
    for expected in ["named twice", "no evidence at", "no exhibit label", "no authority", "4 examined", "4 refused"] {
        assert!(told.contains(expected), "{expected:?} expected in {told}");
    }

    // A damaged archive and a text that claims to be a database: read as far as they go, told, never fatal.
    let zip = fs::read_dir(room.path("op/devices"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|e| e == "zip"));
    if let Some(zip) = zip {
        let bytes = fs::read(zip).unwrap();
        fs::write(room.path("cut.zip"), &bytes[..bytes.len() * 2 / 3]).unwrap();
        let told = room.ok(&["examine", "case", "cut.zip", "--exhibit", "CUT", "--authority", "A"]);
        assert!(!told.contains(" 0 warnings"), "{told}");
    }
    fs::create_dir_all(room.path("phone/data/data/com.whatsapp/databases")).unwrap();
    fs::write(room.path("phone/data/data/com.whatsapp/databases/msgstore.db"), "this is no database").unwrap();
    let told = room.ok(&["examine", "case", "phone", "--exhibit", "TEXT", "--authority", "A"]);
    assert!(told.contains("1 rejected"), "{told}");
    let warnings = room.ok(&["ask", "case", "SELECT says FROM warnings WHERE device = 'TEXT'", "--json"]);
    assert!(warnings.contains("SQLite"), "{warnings}");
    room.ok(&["verify", "case"]);

    room.fails(2, &["ask", "nowhere", "groups"]);
    room.fails(2, &["ask", "case", "no_such_view"]);
    room.fails(2, &["verify", "op"]);
    room.fails(2, &["known", "import", "case", "op/README.txt"]);
    room.fails(2, &["examine", "op", "phone", "--exhibit", "A", "--authority", "A"]);
    room.fails(2, &["synth", "op"]);
    room.fails(2, &["hash", "nowhere"]);
}

/// What an operator knows opens backups, and is never shown.
#[test]
fn keys_and_passwords_come_from_files_and_the_environment() {
    let room = Room::new();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/backups");
    let backup = kept.join("crypt15/evidence/msgstore.db.crypt15");
    let itunes = kept.join("itunes-encrypted/evidence");
    let (backup, itunes) = (backup.to_str().unwrap(), itunes.to_str().unwrap());
    let key = "61".repeat(32);
    fs::write(
        room.path("key.txt"),
        key.as_bytes().chunks(4).flat_map(|four| [four, b" "].concat()).collect::<Vec<u8>>(),
    )
    .unwrap();
    fs::write(room.path("passwords.txt"), "one\r\ntwo herons\r\n").unwrap();
    let examine = |label: &str, evidence: &str, more: &[&str], environment: &[(&str, &str)]| {
        let arguments = ["examine", "case", evidence, "--exhibit", label, "--authority", "A"];
        let output = room.run_with(&[&arguments[..], more].concat(), environment);
        assert!(!told(&output).contains(&key[..8]) && !told(&output).contains("herons"), "{}", told(&output));
        output
    };
    let text = room.path("key.txt").to_str().unwrap().to_owned();
    assert!(told(&examine("B1", backup, &["--backup-key", &text], &[])).contains("1 messages"));
    room.ok(&["verify", "case"]);
    let facts = room.ok(&["ask", "case", "SELECT fact_value FROM evidence.device_facts", "--json"]);
    assert!(facts.contains("given by the operator"), "{facts}");
    for (label, more, environment) in [
        ("I1", vec!["--password-file", "passwords.txt"], vec![]),
        ("I2", vec![], vec![("CUSTODIA_PASSWORD_FILE", "passwords.txt")]),
        ("I3", vec![], vec![("CUSTODIA_BACKUP_PASSWORD", "two herons")]),
    ] {
        fs::remove_dir_all(room.path("case")).unwrap();
        let said = told(&examine(label, itunes, &more, &environment));
        assert!(said.contains(" 0 rejected"), "{label}: {said}");
    }
    fs::write(room.path("empty.txt"), "\n").unwrap();
    for (option, file, expected) in [
        ("--backup-key", "nowhere", "cannot be read"),
        ("--backup-key", "passwords.txt", "64 hex digits"),
        ("--backup-key", key.as_str(), "a key itself"),
        ("--password-file", "empty.txt", "found none"),
        ("--password-file", "nowhere", "cannot be read"),
    ] {
        let output = examine("X", backup, &[option, file], &[]);
        assert_eq!(output.status.code(), Some(2), "{option}");
        assert!(told(&output).contains(expected), "{}", told(&output));
    }
}

#[test]
fn what_was_changed_is_named() {
    let room = Room::new();
    room.operation();
    let bundle = fs::read_dir(room.path("case/bundles")).unwrap().map(|entry| entry.unwrap().path()).min().unwrap();
    let table = bundle.join("messages.parquet");
    let good = fs::read(&table).unwrap();
    let mut bad = good.clone();
    bad[good.len() / 2] ^= 0x40;
    fs::write(&table, bad).unwrap();
    assert!(room.fails(1, &["verify", "case"]).contains("messages.parquet"));
    assert!(room.fails(1, &["verify", bundle.to_str().unwrap()]).contains("messages.parquet"));
    fs::write(&table, good).unwrap();
    room.ok(&["verify", "case"]);

    let list = fs::read_to_string(room.path("op/exhibits.csv")).unwrap();
    let single = list.lines().skip(1).find(|line| line.contains(".zip") || line.contains(".gz")).unwrap();
    let evidence = room.path("op").join(single.split(',').nth(1).unwrap());
    let good = fs::read(&evidence).unwrap();
    fs::write(&evidence, [&good[..], b"x"].concat()).unwrap();
    assert!(room.fails(1, &["verify", "case"]).contains("was changed"));
    fs::write(&evidence, good).unwrap();

    let moved = room.path("case/bundles/RENAMED");
    fs::rename(&bundle, &moved).unwrap();
    assert!(room.fails(1, &["verify", "case", "--no-sources"]).contains("RENAMED"));
    fs::rename(&moved, &bundle).unwrap();
    let alone = room.ok(&["verify", bundle.to_str().unwrap()]);
    assert!(alone.contains("sealed by key") && alone.contains("cannot be told from it alone"), "{alone}");

    let (list, gone) = (room.path("case/known/vics"), room.path("gone"));
    fs::rename(&list, &gone).unwrap();
    assert!(room.fails(1, &["verify", "case", "--no-sources"]).contains("list vics: the journal records bundle"));
    fs::rename(&gone, &list).unwrap();
    room.ok(&["verify", "case", "--no-sources"]);

    // A list that cannot be read to its end says how much is not in it.
    let cut = fs::read(room.path("op/known/vics.json")).unwrap();
    fs::write(room.path("cut.json"), [&cut[..cut.len() / 2], b" } no json"].concat()).unwrap();
    let told = room.fails(2, &["known", "import", "case", "cut.json"]);
    assert!(told.contains("bytes were not read") && told.contains("List cut holds"), "{told}");

    // What cannot be asked does not cost the answer of yesterday, and no case is made in its evidence.
    fs::write(room.path("answer.csv"), "of yesterday").unwrap();
    room.fails(2, &["ask", "case", "no_such_view", "-o", "answer.csv"]);
    assert_eq!(fs::read_to_string(room.path("answer.csv")).unwrap(), "of yesterday");
    let told = room.fails(2, &["examine", "op/new", "op", "--exhibit", "A", "--authority", "R"]);
    assert!(told.contains("lies within the evidence") && !room.path("op/new").exists(), "{told}");
}

#[test]
fn two_programs_do_not_take_one_piece_of_evidence_twice() {
    let room = Room::new();
    fs::create_dir_all(room.path("phone")).unwrap();
    fs::write(room.path("phone/chat.txt"), "[28/03/2017, 06:30:11] Ana: hello").unwrap();
    let start = |label: &str| {
        let mut command = room.command(&["examine", "case", "phone", "--exhibit", label, "--authority", "R"]);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let ended = ["A", "B", "C"].map(start).map(|program| program.wait_with_output().unwrap());
    let refused: Vec<_> = ended.iter().filter(|output| !output.status.success()).map(told).collect();
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert!(refused.iter().all(|told| told.contains("the same evidence")), "{refused:?}");
    room.ok(&["verify", "case"]);
}

#[test]
fn digests_are_printed_as_hashdeep_does() {
    let room = Room::new();
    fs::create_dir_all(room.path("tree/b")).unwrap();
    fs::write(room.path("tree/b/empty"), "").unwrap();
    fs::write(room.path("tree/a.txt"), "abc").unwrap();
    let printed = room.ok(&["hash", "tree"]);
    let expected = "3,900150983cd24fb0d6963f7d28e17f72,a9993e364706816aba3e25717850c26c9cd0d89d,\
                    ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad,";
    assert!(printed.starts_with("%%%% HASHDEEP-1.0\n%%%% size,md5,sha1,sha256,filename\n"), "{printed}");
    assert!(printed.lines().nth(2).unwrap().starts_with(expected), "{printed}");
    assert!(printed.lines().nth(3).unwrap().starts_with("0,d41d8cd98f00b204e9800998ecf8427e,"), "{printed}");
}

#[test]
fn what_persons_decide_changes_the_joins() {
    let room = Room::new();
    room.operation();
    let pair = room.ok(&["ask", "case", "SELECT account, other FROM aliases WHERE NOT cut LIMIT 1", "--format", "csv"]);
    let (account, other) = pair.lines().nth(1).unwrap().split_once(',').unwrap();
    let one_person =
        format!("SELECT count(DISTINCT person) AS n FROM persons WHERE account IN ('{account}', '{other}')");
    assert!(room.ok(&["ask", "case", &one_person, "--json"]).contains("\"n\":1"));
    let direct = format!(
        "SELECT count(*) AS n FROM aliases WHERE cut AND account = '{account}' AND other = '{other}' AND decision IS NOT NULL"
    );
    let decided = room.ok(&["decide", "case", "cut", account, other, "--reason", "two persons", "--author", "analyst"]);
    let number = decided.split([' ', ':']).nth(1).unwrap().to_owned();
    assert!(!room.ok(&["ask", "case", &direct, "--json"]).contains("\"n\":0"));
    room.ok(&["decide", "case", "withdraw", &number, "--reason", "a mistake"]);
    assert!(room.ok(&["ask", "case", &direct, "--json"]).contains("\"n\":0"));

    room.ok(&["decide", "case", "country", account, "pt", "--reason", "statement 4"]);
    let country = format!("SELECT country FROM account_countries WHERE account = '{account}'");
    assert!(room.ok(&["ask", "case", &country, "--json"]).contains("\"PT\""));
    // A decision on any of a person's accounts is one on the person; the latest counts.
    room.ok(&["decide", "case", "country", other, "fr", "--reason", "statement 5"]);
    let of_person = format!(
        "SELECT c.country FROM persons p JOIN account_countries c ON c.account = p.person WHERE p.account = '{account}'"
    );
    assert!(room.ok(&["ask", "case", &of_person, "--json"]).contains("\"FR\""));

    room.fails(2, &["decide", "case", "cut", account, other]);
    room.fails(2, &["decide", "case", "cut", account, account, "--reason", "x"]);
    room.fails(2, &["decide", "case", "country", account, "Portugal", "--reason", "x"]);
    room.fails(2, &["decide", "case", "confirm", "nobody", other, "--reason", "x"]);
    room.fails(2, &["decide", "case", "withdraw", "1", "--reason", "an examination is no decision"]);
    room.ok(&["verify", "case"]);
}

#[test]
fn texts_are_found_and_the_graph_leaves() {
    let room = Room::new();
    room.operation();
    let found = room.ok(&["search", "case", "--kind", "subject", "--json"]);
    assert!(!found.contains("\"total\":0"), "{found}");
    let text = room.ok(&["ask", "case", "SELECT max(text) AS t FROM messages", "--json"]);
    let text = text.split("\"t\":\"").nth(1).unwrap().split(['"', '\\']).next().unwrap().to_owned();
    let exact = room.ok(&["search", "case", &text, "--exact"]);
    assert!(exact.contains(&text) && !exact.contains("\n0 hits"), "{exact}");
    // Any account of a person finds what the person wrote.
    let other = "SELECT p.account, p.person FROM persons p JOIN messages m ON m.sender = p.person WHERE p.account <> p.person ORDER BY 1 LIMIT 1";
    let pair: serde_json::Value = serde_json::from_str(&room.ok(&["ask", "case", other, "--json"])).unwrap();
    let of = |account: &str| room.ok(&["search", "case", "--account", pair[0][account].as_str().unwrap(), "--json"]);
    assert_eq!(of("account"), of("person"));
    assert!(!of("person").contains("\"total\":0"));
    room.fails(2, &["search", "case", "x", "--from", "yesterday"]);

    room.ok(&["graph", "case", "export", "--format", "gexf", "--output", "g.gexf"]);
    assert!(fs::read_to_string(room.path("g.gexf")).unwrap().contains("<gexf"));
    let components = room.ok(&["graph", "case", "components", "--json"]);
    assert!(components.contains("\"size\":"), "{components}");
    room.fails(2, &["graph", "case", "neighbours", "nobody@lid"]);

    room.ok(&["link", "case"]);
    let again = room.ok(&["link", "case", "--json"]);
    assert!(!again.contains("\"computed\":true"), "{again}");
}

#[test]
fn any_bytes_are_scanned() {
    let room = Room::new();
    let name = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaam2dqd.onion";
    let mut bytes = vec![0xfe; 10];
    bytes.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.extend(b" ada@example.com ");
    fs::write(room.path("raw.bin"), bytes).unwrap();
    let lines =
        format!("raw.bin#byte/10\tonion address\t{name}\tUTF-16LE\nraw.bin#byte/135\te-mail\tada@example.com\tASCII\n");
    assert_eq!(room.ok(&["scan", "raw.bin"]), lines);
    let rows: serde_json::Value =
        serde_json::from_str(&room.ok(&["scan", "raw.bin", "--json", "--kind", "e-mail"])).unwrap();
    assert_eq!((rows[0]["offset"].as_u64(), rows.as_array().map(Vec::len)), (Some(135), Some(1)));
    assert!(room.fails(2, &["scan", "none.bin"]).contains("cannot be read"));
    assert!(room.fails(2, &["scan", "raw.bin", "--kind", "nothing"]).contains("expected one of"));
}

#[test]
fn deleted_records_of_a_database_are_printed() {
    let room = Room::new();
    room.ok(&["synth", "op", "--scale", "tiny", "--seed", "5"]);
    let mut folders = vec![room.path("op/devices")];
    let mut database = None;
    while let (None, Some(folder)) = (&database, folders.pop()) {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.ends_with("msgstore.db") {
                database = Some(entry.display().to_string());
            }
        }
    }
    let database = database.unwrap();
    let lines = room.ok(&["recover", &database]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&room.ok(&["recover", &database, "--json"])).unwrap();
    assert!(!rows.is_empty());
    assert_eq!(lines.lines().count(), rows.len());
    for row in &rows {
        let line = format!("{database}#byte/{}\t", row["byte"]);
        assert!(lines.contains(&line), "{line}");
        let cells: serde_json::Value = serde_json::from_str(row["cells"].as_str().unwrap()).unwrap();
        assert!(cells.is_object());
    }
    assert_eq!(room.ok(&["recover", &database, "--table", "none"]), "");
    fs::write(room.path("other.bin"), b"no database").unwrap();
    assert!(room.fails(2, &["recover", "other.bin"]).contains("not a database"));
    assert!(room.fails(2, &["recover", "none.db"]).contains("cannot be read"));
}

/// `custodia … | head`: the reader goes away before the work is done.
#[test]
fn work_goes_on_when_nobody_reads_what_it_says() {
    let room = Room::new();
    for arguments in [
        &["synth", "op", "--scale", "tiny", "--seed", "5"][..],
        &["examine", "case", "--manifest", "op/exhibits.csv"],
        &["verify", "case"],
        &["recover", "op/exhibits.csv"],
    ] {
        let mut child = room.command(arguments).stdout(std::process::Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let expected = if arguments[0] == "recover" { 2 } else { 0 };
        assert_eq!(child.wait().unwrap().code(), Some(expected), "{arguments:?}");
    }
    assert!(room.ok(&["ask", "case", "SELECT count(*) AS n FROM devices", "--format", "csv"]).contains('4'));
}
