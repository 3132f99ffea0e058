//! What a journal keeps, what it tells, and what it refuses.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions, Permissions};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::json;

use super::*;

const AT: &str = "2017-03-28T04:30:00.000Z";

/// A journal of three events; gives their lines.
fn three(folder: &Path) -> Vec<String> {
    let mut journal = Journal::open(folder).unwrap();
    for n in 1..=3 {
        journal.append("examine", AT, "examiner", json!({"exhibit": n})).unwrap();
    }
    lines(folder)
}

fn lines(folder: &Path) -> Vec<String> {
    let connection = Connection::open(folder.join(store::NAME)).unwrap();
    let mut statement = connection.prepare("SELECT line FROM events ORDER BY number").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// A database of the right form with any rows, which bears no mark, as files of the first form.
fn forge(folder: &Path, rows: impl IntoIterator<Item = (i64, String)>) {
    let path = folder.join(store::NAME);
    let _ = fs::remove_file(&path);
    let connection = Connection::open(&path).unwrap();
    for (kind, _, text) in store::FORM {
        if kind == "table" {
            connection.execute_batch(text).unwrap();
        }
    }
    for row in rows {
        connection.execute("INSERT INTO events VALUES (?1, ?2)", row).unwrap();
    }
    for (kind, _, text) in store::FORM {
        if kind != "table" {
            connection.execute_batch(text).unwrap();
        }
    }
}

/// Every file of a folder and its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    names.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

/// Neither opening nor reading believes the journal, both name this event, and all files stay as they are.
fn assert_broken(folder: &Path, wanted: u64) -> String {
    let before = files(folder);
    let mut told = String::new();
    for result in [Journal::open(folder).map(drop), Journal::read(folder).map(drop)] {
        match result {
            Err(why @ JournalError::Broken { event, .. }) if event == wanted => told = why.to_string(),
            other => panic!("{other:?}, expected event {wanted} to be named; before that: {told}"),
        }
        assert!(files(folder) == before, "a broken journal is evidence and stays as it is: {told}");
    }
    told
}

#[test]
fn what_is_appended_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Journal::read(folder.path()).unwrap(), []);
    assert_eq!(files(folder.path()).len(), 0, "reading makes nothing");
    three(folder.path());
    let mut journal = Journal::open(folder.path()).unwrap();
    let appended = journal.append("decide", "later", "analyst", json!({"why": "“ä\n\0”", "at": 0.1})).unwrap();
    let entries = Journal::read(folder.path()).unwrap();
    assert_eq!(entries.iter().map(|entry| entry.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(entries[3], appended);
    assert_eq!(files(folder.path()).into_keys().collect::<Vec<_>>(), [store::NAME], "one file that can be copied");
}

#[test]
fn several_events_are_added_together_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    three(folder.path());
    let mut journal = Journal::open(folder.path()).unwrap();
    // JSON that is nested deeper than its readers go would be written and never read again.
    let deep = (0..1000).fold(json!(1), |inner, _| json!([inner]));
    match journal.append_all("decide", AT, "analyst", vec![json!({}), deep]) {
        Err(JournalError::Unfit { event: 5, .. }) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(journal.head().0, 3);
    assert_eq!(lines(folder.path()).len(), 3);
    let added = journal.append_all("decide", AT, "analyst", (0..100).map(|n| json!({"n": n})).collect()).unwrap();
    assert_eq!(added.len(), 100);
    assert_eq!(added, Journal::read(folder.path()).unwrap()[3..]);
    assert_eq!(journal.append_all("decide", AT, "analyst", Vec::new()).unwrap(), []);
}

#[test]
fn a_change_a_removal_and_a_new_order_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let lines = three(folder.path());
    let [a, b, c] = lines.as_slice() else { panic!("{lines:?}") };
    let cases = [
        (vec![a.replace("examiner", "nobody"), b.clone(), c.clone()], 2),
        (vec![a.clone(), c.clone()], 2),
        (vec![b.clone(), a.clone(), c.clone()], 1),
        (vec![b.clone(), c.clone()], 1),
        (vec![a.clone(), b.clone(), b.clone(), c.clone()], 3),
        (vec![a.clone(), b[..b.len() - 1].to_owned()], 2),
        (vec![a.clone(), format!("{b}\n")], 2),
        (vec![a.clone(), b.replace("{\"at", "{ \"at")], 2),
        (vec![a.clone(), b.replace("{\"exhibit\":2}", "{\"exhibit\":1,\"exhibit\":2}")], 2),
        (vec![a.clone(), b.replace("\"number\":2", "\"more\":1,\"number\":2")], 2),
        (vec![a.clone(), String::new()], 2),
    ];
    for (lines, wanted) in cases {
        forge(folder.path(), (1..).zip(lines));
        assert_broken(folder.path(), wanted);
    }
    for (numbers, wanted) in [([0, 1, 2], 1), ([-7, 1, 2], 1), ([1, 2, 4], 3), ([1, 3, 4], 2), ([1, 2, i64::MAX], 3)] {
        forge(folder.path(), numbers.into_iter().zip(lines.clone()));
        assert_broken(folder.path(), wanted);
    }
    // No SQL gives two rows one number, so it is set where the third row keeps its own: five bytes before its text.
    forge(folder.path(), (1..).zip(lines.clone()));
    let path = folder.path().join(store::NAME);
    let mut bytes = fs::read(&path).unwrap();
    let third = bytes.windows(c.len()).position(|part| part == c.as_bytes()).unwrap() - 5;
    assert_eq!(std::mem::replace(&mut bytes[third], 2), 3);
    fs::write(&path, bytes).unwrap();
    assert_broken(folder.path(), 3);
}

#[test]
fn a_file_of_another_form_is_no_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(store::NAME);
    for bytes in [b"".as_slice(), b"SQLite format 3\0", &[b'a'; 8192]] {
        fs::write(&path, bytes).unwrap();
        assert!(assert_broken(folder.path(), 1).contains("expected a SQLite database"));
    }
    let lines = three_in_memory();
    for (change, told) in [
        ("CREATE TABLE more(a)", "found table \"more\" beside it"),
        ("CREATE INDEX more ON events(line)", "found index \"more\" beside it"),
        ("CREATE TRIGGER more AFTER INSERT ON events BEGIN SELECT 1; END", "found trigger \"more\" beside it"),
        ("DROP TRIGGER events_remain", "expected `events_remain`"),
        ("ALTER TABLE events RENAME TO other; CREATE VIEW events AS SELECT * FROM other", "expected `events`"),
        ("DROP TABLE events; CREATE VIEW events AS SELECT 1 AS number, 'x' AS line", "another view \"events\""),
        ("DROP TABLE events; CREATE TABLE events(number INTEGER PRIMARY KEY, line TEXT)", "another table \"events\""),
        ("DROP TABLE events", "expected `events`"),
    ] {
        forge(folder.path(), (1..).zip(lines.clone()));
        Connection::open(&path).unwrap().execute_batch(change).unwrap();
        let why = assert_broken(folder.path(), 1);
        assert!(why.contains(told), "{change}: {why}");
    }
    // A write-ahead log, in the header or as a file, would make SQLite create files for a reader.
    forge(folder.path(), (1..).zip(lines.clone()));
    fs::write(folder.path().join("journal.db-wal"), b"").unwrap();
    assert!(assert_broken(folder.path(), 1).contains("write-ahead log"));
    fs::remove_file(folder.path().join("journal.db-wal")).unwrap();
    Connection::open(&path).unwrap().pragma_update(None, "journal_mode", "WAL").unwrap();
    assert!(assert_broken(folder.path(), 1).contains("write-ahead log"));
    // What a write left behind without the file it belongs to would be undone into a new one.
    fs::rename(&path, folder.path().join("journal.db-journal")).unwrap();
    assert!(matches!(Journal::open(folder.path()), Err(JournalError::Broken { event: 1, .. })));
    assert_eq!(files(folder.path()).len(), 1);
}

fn three_in_memory() -> Vec<String> {
    let mut chain = Chain::empty();
    (1..=3).map(|n| chain.add("examine", AT, "examiner", json!({"exhibit": n})).unwrap().0).collect()
}

#[test]
fn events_are_neither_changed_nor_removed_by_honest_tools() {
    let folder = tempfile::tempdir().unwrap();
    let lines = three(folder.path());
    let connection = Connection::open(folder.path().join(store::NAME)).unwrap();
    for change in [
        "UPDATE events SET line = 'x'",
        "DELETE FROM events WHERE number = 3",
        "INSERT OR REPLACE INTO events VALUES (3, 'x')",
        "INSERT INTO events VALUES (5, 'x')",
        "INSERT INTO events(line) VALUES ('x')",
    ] {
        assert!(connection.execute(change, []).is_err(), "{change}");
    }
    assert_eq!(super::tests::lines(folder.path()), lines);
}

#[test]
fn a_cut_between_lines_is_seen_by_the_head_alone() {
    let folder = tempfile::tempdir().unwrap();
    let lines = three(folder.path());
    let mut open = Journal::open(folder.path()).unwrap();
    let kept = open.head().1.to_owned();
    forge(folder.path(), (1..).zip(lines[..2].to_vec()));
    let journal = Journal::open(folder.path()).unwrap();
    assert_eq!(journal.head().0, 2);
    assert_ne!(journal.head().1, kept);
    // Who still has the file that was replaced does not write into it.
    assert!(matches!(open.append("examine", AT, "examiner", json!({})), Err(JournalError::Io { .. })));
}

#[test]
fn damage_at_the_end_is_named_in_files_that_are_marked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(store::NAME);
    let mark =
        || Connection::open(&path).unwrap().query_row("PRAGMA user_version", [], |row| row.get::<_, i32>(0)).unwrap();
    let lines = three(folder.path());
    let written = mark();
    let changed = lines[2].replace("examiner", "nobody");
    for (kept, wanted) in [(vec![&lines[0], &lines[1]], 2), (vec![&lines[0], &lines[1], &changed], 3), (vec![], 1)] {
        forge(folder.path(), (1..).zip(kept.into_iter().cloned()));
        Connection::open(&path).unwrap().pragma_update(None, "user_version", written).unwrap();
        assert_broken(folder.path(), wanted);
    }
    // A file without a mark gets it with its next event.
    forge(folder.path(), (1..).zip(lines));
    assert_eq!(mark(), 0);
    Journal::open(folder.path()).unwrap().append("examine", AT, "examiner", json!({})).unwrap();
    assert_ne!(mark(), 0);
    assert_eq!(Journal::read(folder.path()).unwrap().len(), 4);
}

#[test]
fn what_changed_under_a_writer_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(store::NAME);
    for (change, wanted) in [
        ("UPDATE events SET line = replace(line, 'examiner', 'nobody') WHERE number = 3", 3),
        ("DELETE FROM events WHERE number = 3", 3),
        ("INSERT INTO events VALUES (4, 'x')", 4),
        ("INSERT INTO events SELECT 5, line FROM events WHERE number = 3", 4),
        ("CREATE TABLE more(a)", 1),
    ] {
        let _ = fs::remove_file(&path);
        three(folder.path());
        let mut journal = Journal::open(folder.path()).unwrap();
        let connection = Connection::open(&path).unwrap();
        for name in ["events_follow", "events_stay", "events_remain"] {
            connection.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
        }
        connection.execute_batch(change).unwrap();
        for (_, _, text) in &store::FORM[1..] {
            connection.execute_batch(text).unwrap();
        }
        let before = fs::read(&path).unwrap();
        match journal.append("examine", AT, "examiner", json!({})) {
            Err(JournalError::Broken { event, .. }) => assert_eq!(event, wanted, "{change}"),
            other => panic!("{other:?} after {change}"),
        }
        assert!(fs::read(&path).unwrap() == before, "{change}");
    }
}

#[test]
fn writers_take_in_what_others_added() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Journal::open(folder.path()).unwrap();
    let mut second = Journal::open(folder.path()).unwrap();
    for n in 1..=3 {
        assert_eq!(first.append("examine", AT, "first", json!({})).unwrap().number, 3 * n - 2);
        assert_eq!(second.append_all("examine", AT, "second", vec![json!({}); 2]).unwrap()[1].number, 3 * n);
    }
    assert_eq!(second.head(), Journal::open(folder.path()).unwrap().head());
    let by: Vec<_> = Journal::read(folder.path()).unwrap().into_iter().map(|entry| entry.by).collect();
    assert_eq!(by.join(" "), ["first second second"; 3].join(" "));
}

/// Also from nothing, so that the threads agree on one new file.
#[test]
fn threads_write_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                let mut journal = Journal::open(folder).unwrap();
                for n in 0..8 {
                    journal.append("examine", AT, &thread.to_string(), json!(n)).unwrap();
                    Journal::read(folder).unwrap();
                }
            });
        }
    });
    let entries = Journal::read(folder).unwrap();
    assert_eq!(entries.len(), 32);
    for thread in 0..4 {
        let own = entries.iter().filter(|entry| entry.by == thread.to_string());
        assert_eq!(own.map(|entry| entry.body.as_u64().unwrap()).collect::<Vec<_>>(), (0..8).collect::<Vec<_>>());
    }
    assert_eq!(files(folder).len(), 1);
}

#[test]
fn a_file_that_another_holds_is_busy_and_free_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(folder.path()).unwrap();
    journal.connection.busy_timeout(Duration::from_millis(20)).unwrap();
    let other = Connection::open(folder.path().join(store::NAME)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(journal.append("examine", AT, "examiner", json!({})), Err(JournalError::Busy(_))));
    assert_eq!(Journal::read(folder.path()).unwrap(), [], "one who only means to write does not disturb a reader");
    // One who reads lets a writer begin, and is in the way of its end.
    other.execute_batch("COMMIT; BEGIN; SELECT count(*) FROM events").unwrap();
    assert!(matches!(journal.append("examine", AT, "examiner", json!({})), Err(JournalError::Busy(_))));
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(journal.append("examine", AT, "examiner", json!({})).unwrap().number, 1);
}

#[test]
fn an_interrupted_write_is_told_to_readers_and_undone_by_writers() {
    let folder = tempfile::tempdir().unwrap();
    let lines = three(folder.path());
    // A writer that keeps no pages to itself, and is copied in the middle.
    let writer = Connection::open(folder.path().join(store::NAME)).unwrap();
    writer.execute_batch("PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN IMMEDIATE").unwrap();
    for n in 4..100 {
        writer.execute("INSERT INTO events VALUES (?1, ?2)", (n, "x".repeat(1000))).unwrap();
    }
    let cut = tempfile::tempdir().unwrap();
    for (name, bytes) in files(folder.path()) {
        fs::write(cut.path().join(name), bytes).unwrap();
    }
    let before = files(cut.path());
    assert_eq!(before.keys().collect::<Vec<_>>(), ["journal.db", "journal.db-journal"]);
    assert!(matches!(Journal::read(cut.path()), Err(JournalError::Interrupted(_))));
    assert!(files(cut.path()) == before);
    assert_eq!(Journal::open(cut.path()).unwrap().head().0, 3);
    assert_eq!(super::tests::lines(cut.path()), lines);
    assert_eq!(files(cut.path()).len(), 1);
}

/// Who runs the tests as root has every right, and sees here that reading changes nothing in spite of it.
#[test]
fn one_who_may_only_read_can() {
    let folder = tempfile::tempdir().unwrap();
    three(folder.path());
    let path = folder.path().join(store::NAME);
    let (before, written) = (files(folder.path()), fs::metadata(&path).unwrap().modified().unwrap());
    fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o555)).unwrap();
    let read = Journal::read(folder.path());
    let may_write = OpenOptions::new().append(true).open(&path).is_ok();
    let opened = Journal::open(folder.path());
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    assert_eq!(read.unwrap().len(), 3);
    assert!(may_write || matches!(opened, Err(JournalError::Io { .. })), "{opened:?}");
    assert!(files(folder.path()) == before);
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), written);
}

#[test]
fn a_changed_or_cut_file_never_tells_other_events() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(folder.path()).unwrap();
    journal.append("examine", AT, "examiner", json!({"exhibit": 1})).unwrap();
    // One event goes over to a page of its own, the others over several leaves.
    journal.append("examine", AT, "examiner", json!("x".repeat(4000))).unwrap();
    journal.append_all("decide", AT, "analyst", (0..9).map(|n| json!("y".repeat(n * 90))).collect()).unwrap();
    drop(journal);
    let entries = Journal::read(folder.path()).unwrap();
    let path = folder.path().join(store::NAME);
    let bytes = fs::read(&path).unwrap();
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    let (mut same, mut told) = (0, 0);
    let mut judge = |what: String| match Journal::read(folder.path()) {
        Ok(read) => {
            assert!(read == entries, "{what} gives other events");
            same += 1;
        }
        Err(JournalError::Broken { .. }) => told += 1,
        Err(other) => panic!("{what}: {other}"),
    };
    for (at, byte) in bytes.iter().enumerate() {
        for mask in [0x01, 0x80, 0xff] {
            file.write_all_at(&[byte ^ mask], at as u64).unwrap();
            judge(format!("byte {at} changed by {mask:02x}"));
        }
        file.write_all_at(&[*byte], at as u64).unwrap();
    }
    for length in (0..bytes.len()).rev() {
        file.set_len(length as u64).unwrap();
        judge(format!("a cut to {length} bytes"));
    }
    assert!(same > 0 && told > bytes.len(), "{same} read, {told} told of {} bytes", bytes.len());
}

/// The lines as an older program wrote them.
fn write_old(folder: &Path, lines: &[String]) -> String {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    fs::write(folder.join("journal.jsonl"), &text).unwrap();
    text
}

#[test]
fn an_old_journal_is_taken_over_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let lines = three_in_memory();
    let text = write_old(folder, &lines);
    assert_eq!(Journal::read(folder).unwrap().len(), 3);
    assert_eq!(files(folder).len(), 1, "reading takes nothing over");
    let mut journal = Journal::open(folder).unwrap();
    assert_eq!(super::tests::lines(folder), lines);
    assert_eq!(journal.head().1, chain::digest(lines[2].as_bytes()));
    assert_eq!(journal.append("examine", AT, "examiner", json!({})).unwrap().number, 4);
    assert_eq!(files(folder).into_keys().collect::<Vec<_>>(), ["journal.db", "journal.jsonl.taken"]);
    assert_eq!(fs::read_to_string(folder.join("journal.jsonl.taken")).unwrap(), text);

    // A takeover that ended before the old file was set aside is brought to its end.
    write_old(folder, &lines);
    assert_eq!(Journal::read(folder).unwrap().len(), 4);
    Journal::open(folder).unwrap();
    assert_eq!(files(folder).into_keys().collect::<Vec<_>>(), ["journal.db", "journal.jsonl.taken"]);

    // What an older program wrote since is not hidden.
    let mut chain = Chain::empty();
    write_old(folder, &[chain.add("examine", AT, "older", json!({})).unwrap().0]);
    assert_broken(folder, 1);
    // Nor is what was taken over once replaced by it.
    fs::remove_file(folder.join("journal.db")).unwrap();
    assert!(matches!(Journal::open(folder), Err(JournalError::Io { doing: "setting aside", .. })));
    assert_eq!(fs::read_to_string(folder.join("journal.jsonl.taken")).unwrap(), text);
}

#[test]
fn an_old_journal_that_is_broken_or_in_use_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let lines = three_in_memory();
    write_old(folder.path(), &[lines[0].clone(), lines[2].clone()]);
    assert_broken(folder.path(), 2);
    let text = write_old(folder.path(), &lines);
    fs::write(folder.path().join("journal.jsonl"), text.trim_end()).unwrap();
    assert_broken(folder.path(), 3);
    write_old(folder.path(), &lines);
    let writer = File::open(folder.path().join("journal.jsonl")).unwrap();
    writer.lock().unwrap();
    assert!(matches!(Journal::open(folder.path()), Err(JournalError::Busy(_))));
    assert_eq!(files(folder.path()).len(), 1);
}
