//! Stores of messages that are states of one store: an extraction beside an older one, a full file system beside a backup of the same
//! phone, a copy that somebody laid elsewhere. A row keeps its number in all of them, and no other store gives a message the same
//! number, so numbers and keys that agree say so. The newest state is read as live, the others as copies of it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use custodia_model::Text;

use super::renamed::{self, Known};
use crate::content;
use crate::evidence::Evidence;
use crate::open::sqlite::{Cell, Database};
use crate::parsers::Numbered;
use crate::parsers::chats::whatsapp_android::{owner, service};
use crate::parsers::chats::whatsapp_ios::container;

/// Messages of one store that are compared.
const MOST: usize = 4 << 20;

/// One state of a store.
struct State {
    /// Its place among the files that are read.
    at: usize,
    rows: Vec<(i64, u64)>,
    /// The highest number that a message was given.
    given: i64,
    /// The latest time that a message bears, as stored.
    latest: f64,
}

/// Marks as copies all states of a store but its newest, and what lies beside them and beside it; says of each of which it is a copy.
pub(super) fn copies(known: &mut [Known<'_>], evidence: &Evidence) {
    let mut originals = HashMap::new();
    let stores = known.iter().filter(|one| !one.parser.numbered().is_empty());
    let mut names: Vec<&str> = stores.map(|one| one.parser.about().name).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let live: Vec<usize> = (0..known.len())
            .filter(|at| known.get(*at).is_some_and(|one| !one.copy && one.parser.about().name == name))
            .collect();
        if live.len() > 1 {
            of_one_kind(known, evidence, &live, &mut originals);
        }
    }
    evidence.set_originals(originals);
}

fn of_one_kind(known: &mut [Known<'_>], evidence: &Evidence, live: &[usize], originals: &mut HashMap<Text, Text>) {
    let mut heads: Vec<State> = Vec::new();
    let mut copied = Vec::new();
    for &at in live {
        let Some(state) = known.get(at).and_then(|one| State::read(at, one, evidence)) else { continue };
        let of = |head: &State| -> Option<bool> {
            let (one, other) = (known.get(state.at)?, known.get(head.at)?);
            let agree = head.agree(&state)?;
            may_be_one(one, other, evidence).then(|| newer((&state, one), (head, other), agree, evidence))
        };
        match heads.iter().enumerate().find_map(|(place, head)| Some((place, of(head)?))) {
            Some((place, true)) => {
                if let Some(head) = heads.get_mut(place) {
                    copied.push((head.at, at));
                    *head = state;
                }
            }
            Some((place, false)) => copied.extend(heads.get(place).map(|head| (at, head.at))),
            None => heads.push(state),
        }
    }
    // From the last on: what a state is a copy of may itself have turned out to be one.
    let mut newest: HashMap<usize, usize> = HashMap::new();
    for &(copy, of) in copied.iter().rev() {
        newest.insert(copy, newest.get(&of).copied().unwrap_or(of));
    }
    for (copy, _) in copied {
        let of = newest.get(&copy).copied().unwrap_or(copy);
        let folder =
            |at: usize| known.get(at).map(|one| (renamed::folder(&one.item.path).to_owned(), one.item.path.clone()));
        let (Some((folder, path)), Some((of_folder, of_path))) = (folder(copy), folder(of)) else { continue };
        if let Some(one) = known.get_mut(copy) {
            one.copy = true;
        }
        originals.insert(path, of_path);
        // The rest of an older extraction is as old.
        let beside: HashMap<&str, Text> = known
            .iter()
            .filter(|one| folder != of_folder && renamed::folder(&one.item.path) == of_folder && !one.copy)
            .map(|one| (one.parser.about().name, one.item.path.clone()))
            .collect();
        for one in known.iter_mut().filter(|one| !one.copy && renamed::folder(&one.item.path) == folder) {
            if let Some(of) = beside.get(one.parser.about().name).filter(|_| content::is_database(&one.item.head)) {
                one.copy = true;
                originals.insert(one.item.path.clone(), of.clone());
            }
        }
    }
}

impl State {
    fn read(at: usize, known: &Known<'_>, evidence: &Evidence) -> Option<State> {
        let tables = known.parser.numbered();
        if tables.is_empty() || !content::is_database(&known.item.head) {
            return None;
        }
        let database = renamed::open(known.item, evidence)?;
        tables.iter().map(|table| State::of_table(at, &database, table)).find(|state| !state.rows.is_empty())
    }

    fn of_table(at: usize, database: &Database, table: &Numbered) -> State {
        let (mut rows, mut latest) = (Vec::new(), f64::MIN);
        let mut scan = database.scan(table.table, &[table.key, table.from_me, table.at]);
        while let Some(row) = scan.next().filter(|_| rows.len() < MOST) {
            let Cell::Text(key) = row.get(0) else { continue };
            if key.is_empty() || key == "-1" {
                continue;
            }
            let mut hasher = DefaultHasher::new();
            (key, matches!(row.get(1), Cell::Int(mark) if mark != 0)).hash(&mut hasher);
            rows.push((row.rowid, hasher.finish()));
            latest = latest.max(match row.get(2) {
                Cell::Int(time) => time as f64,
                Cell::Real(time) => time,
                _ => f64::MIN,
            });
        }
        rows.sort_unstable();
        let (counter, columns, name) = table.counter;
        let mut given = rows.last().map_or(0, |(row, _)| *row);
        let mut scan = database.scan(counter, &columns);
        while let Some(row) = scan.next() {
            if let (Cell::Text(of), Cell::Int(number)) = (row.get(0), row.get(1))
                && of == name
            {
                given = given.max(number);
            }
        }
        State { at, rows, given, latest }
    }

    /// None where the two are not states of one store; otherwise whether all rows of one number are one message. Where a copy was
    /// put back and gone on with, some are not.
    fn agree(&self, other: &State) -> Option<bool> {
        let (mut same, mut different, mut at) = (0u64, 0u64, 0);
        for (row, message) in &self.rows {
            while other.rows.get(at).is_some_and(|(number, _)| number < row) {
                at += 1;
            }
            match other.rows.get(at).filter(|(number, _)| number == row) {
                Some((_, of)) if of == message => same += 1,
                Some(_) => different += 1,
                None => {}
            }
        }
        (same > different).then_some(different == 0)
    }
}

/// Whether nothing says that two stores are of two installations: another account, or, of those at their places, another messenger or
/// another user of the phone.
fn may_be_one(one: &Known<'_>, other: &Known<'_>, evidence: &Evidence) -> bool {
    let account = |known: &Known<'_>| {
        let path = &known.item.path;
        owner::beside(evidence, path).or_else(|| container::owner(evidence, path))
    };
    if let (Some(one), Some(other)) = (account(one), account(other))
        && one != other
    {
        return false;
    }
    let installation = |known: &Known<'_>| {
        let path = &known.item.path;
        (service(path), container::service(evidence, path), owner::user(path))
    };
    !(at_its_place(one, evidence) && at_its_place(other, evidence)) || installation(one) == installation(other)
}

/// Whether a store lies where its messenger keeps it, or beside what says whose it is.
fn at_its_place(known: &Known<'_>, evidence: &Evidence) -> bool {
    let path = &known.item.path;
    !known.renamed
        && (owner::is_own_place(path)
            || container::is_own_place(evidence, path)
            || owner::beside(evidence, path).is_some())
}

/// Whether the first of two states is newer than the second.
fn newer(
    (one, known): (&State, &Known<'_>),
    (two, other): (&State, &Known<'_>),
    agree: bool,
    evidence: &Evidence,
) -> bool {
    let placed = |known: &Known<'_>| (at_its_place(known, evidence), !known.renamed);
    // Numbers count up, also over rows that are gone; where a copy was put back they began anew.
    let age = |state: &State| if agree { (state.given, f64::MIN) } else { (0, state.latest) };
    let backup = |known: &Known<'_>| container::is_of_backup(&known.item.path);
    let rank = |state: &State, known: &Known<'_>| {
        let (given, latest) = age(state);
        (placed(known), given, Total(latest), !backup(known), known.item.modified, Total(state.latest))
    };
    rank(one, known) > rank(two, other)
}

/// A number in its order.
#[derive(PartialEq)]
struct Total(f64);

impl PartialOrd for Total {
    fn partial_cmp(&self, other: &Total) -> Option<std::cmp::Ordering> {
        Some(self.0.total_cmp(&other.0))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use custodia_model::{Found, Origin, Row};

    use super::super::{ExhibitFacts, Options, examine};
    use crate::progress::Silent;

    const STORE: &str = "data/data/com.whatsapp/databases/msgstore.db";
    const SETTINGS: &str = "data/data/com.whatsapp/shared_prefs/com.whatsapp_preferences_light.xml";

    /// A store with these messages, of which number 1 stands for nothing.
    fn store(folder: &Path, path: &str, rows: &[(i64, &str)], given: i64) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let _ = fs::remove_file(&path);
        let made = rusqlite::Connection::open(path).unwrap();
        made.execute_batch(
            "CREATE TABLE jid (_id INTEGER PRIMARY KEY, user TEXT, server TEXT, raw_string TEXT);
             CREATE TABLE chat (_id INTEGER PRIMARY KEY, jid_row_id INTEGER, subject TEXT, created_timestamp INTEGER);
             CREATE TABLE message (_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER, from_me INTEGER, key_id TEXT,
                 message_type INTEGER, timestamp INTEGER);
             INSERT INTO jid VALUES (1, '34600000002', 's.whatsapp.net', NULL);
             INSERT INTO chat VALUES (1, 1, NULL, NULL);
             INSERT INTO message VALUES (1, -1, 0, '-1', 0, 0);",
        )
        .unwrap();
        for (id, key) in rows {
            let at = 1_700_000_000_000 + id * 1000;
            let sql = "INSERT INTO message VALUES (?1, 1, ?1 % 2, ?2, 0, ?3)";
            made.execute(sql, (id, key, at)).unwrap();
        }
        made.execute("UPDATE sqlite_sequence SET seq = ?1", [given]).unwrap();
    }

    fn settings(folder: &Path, path: &str, number: &str) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("<map><string name=\"registration_jid\">{number}</string></map>")).unwrap();
    }

    /// The messages of an exhibit: key, folder at the top, whether of a copy, whether the owner is known.
    fn read(folder: &Path) -> Vec<(String, String, bool, bool)> {
        let mut rows: Vec<(Origin, Row)> = Vec::new();
        examine(folder, &ExhibitFacts::default(), &mut rows, &Options::default(), &Silent).unwrap();
        let mut messages: Vec<_> = rows
            .into_iter()
            .filter_map(|(origin, row)| match row {
                Row::Message(message) => {
                    let top = origin.path.split('/').nth(1).unwrap_or_default().to_owned();
                    Some((message.key.to_string(), top, origin.found == Found::Backup, message.owner.is_some()))
                }
                _ => None,
            })
            .collect();
        messages.sort();
        messages
    }

    fn told(messages: &[(&str, &str, bool, bool)]) -> Vec<(String, String, bool, bool)> {
        messages.iter().map(|(key, top, copy, owned)| (key.to_string(), top.to_string(), *copy, *owned)).collect()
    }

    #[test]
    fn a_copy_of_the_same_name_elsewhere_is_a_copy() {
        let folder = tempfile::tempdir().unwrap();
        store(folder.path(), STORE, &[(2, "A"), (4, "C"), (5, "D")], 5);
        settings(folder.path(), SETTINGS, "34600000001");
        store(folder.path(), "sdcard/Download/old/msgstore.db", &[(2, "A"), (3, "B"), (4, "C")], 4);
        let expected = [
            ("A", "data", false, true),
            ("B", "sdcard", true, true),
            ("C", "data", false, true),
            ("D", "data", false, true),
        ];
        assert_eq!(read(folder.path()), told(&expected));
        // Of another account, and of a store of its own, nothing is taken away.
        settings(folder.path(), "sdcard/Download/old/com.whatsapp_preferences_light.xml", "34600000003");
        assert_eq!(read(folder.path()).len(), 6);
        fs::remove_file(folder.path().join("sdcard/Download/old/com.whatsapp_preferences_light.xml")).unwrap();
        store(folder.path(), "sdcard/Download/old/msgstore.db", &[(2, "C"), (3, "A"), (4, "B")], 4);
        let apart: Vec<_> = read(folder.path()).into_iter().filter(|one| one.1 == "sdcard").collect();
        assert_eq!(
            apart,
            told(&[("A", "sdcard", false, false), ("B", "sdcard", false, false), ("C", "sdcard", false, false)])
        );
    }

    #[test]
    fn of_two_extractions_the_older_is_a_copy() {
        let folder = tempfile::tempdir().unwrap();
        // Its last message was deleted, and so its time is the earlier one.
        store(folder.path(), &format!("b/{STORE}"), &[(2, "A")], 5);
        store(folder.path(), &format!("a/{STORE}"), &[(2, "A"), (3, "B"), (4, "C")], 4);
        for top in ["a", "b"] {
            settings(folder.path(), &format!("{top}/{SETTINGS}"), "34600000001");
        }
        let expected = [("A", "b", false, true), ("B", "a", true, true), ("C", "a", true, true)];
        assert_eq!(read(folder.path()), told(&expected));
        // Where a copy was put back and gone on with, what came later is newer.
        store(folder.path(), &format!("b/{STORE}"), &[(2, "A"), (3, "B"), (4, "C"), (5, "X"), (6, "Y"), (7, "Z")], 7);
        store(folder.path(), &format!("a/{STORE}"), &[(2, "A"), (3, "B"), (4, "C"), (5, "D")], 900);
        let live: Vec<String> = read(folder.path()).into_iter().filter(|one| !one.2).map(|one| one.0).collect();
        assert_eq!(live, ["A", "B", "C", "X", "Y", "Z"]);
        // Another user of the phone has a store of his own.
        fs::remove_dir_all(folder.path().join("b")).unwrap();
        store(folder.path(), "a/data/user/10/com.whatsapp/databases/msgstore.db", &[(2, "A"), (3, "B")], 3);
        assert!(read(folder.path()).iter().all(|one| !one.2));
    }

    #[test]
    fn a_backup_beside_the_phone_is_a_copy() {
        let folder = tempfile::tempdir().unwrap();
        let made = crate::parsers::fixtures::make(&crate::parsers::fixtures::folder("chats/whatsapp_ios/ordinary"));
        let item = made.items().iter().find(|item| item.path.ends_with("/ChatStorage.sqlite")).unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut crate::bytes::Reader::new(item.open().unwrap()), &mut bytes).unwrap();
        let groups = "private/var/mobile/Containers/Shared/AppGroup";
        for top in [
            format!("MobileSync/{groups}/group.net.whatsapp.WhatsApp.shared"),
            format!("phone/{groups}/7F0B0C1E-0000-4000-8000-000000000001"),
        ] {
            let path = folder.path().join(top).join("ChatStorage.sqlite");
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &bytes).unwrap();
            if path.to_str().unwrap().contains("/phone/") {
                let list = path.with_file_name("Library/Preferences/group.net.whatsapp.WhatsApp.shared.plist");
                fs::create_dir_all(list.parent().unwrap()).unwrap();
                let item = made.items().iter().find(|item| item.path.ends_with("shared.plist")).unwrap();
                let mut bytes = Vec::new();
                std::io::Read::read_to_end(&mut crate::bytes::Reader::new(item.open().unwrap()), &mut bytes).unwrap();
                fs::write(list, bytes).unwrap();
                let open = rusqlite::Connection::open(path).unwrap();
                assert_eq!(open.execute("DELETE FROM ZWAMESSAGE WHERE ZSTANZAID = 'A001'", []).unwrap(), 1);
            }
        }
        let copies: Vec<_> = read(folder.path()).into_iter().filter(|one| one.2).collect();
        assert_eq!(copies, told(&[("A001", "MobileSync", true, true)]));
    }
}
