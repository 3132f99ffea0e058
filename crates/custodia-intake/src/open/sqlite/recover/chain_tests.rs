//! Deleted records that went on on overflow pages, as SQLite itself leaves them.

use std::sync::Arc;

use rusqlite::Connection;

use super::super::{Certainty, Database, Value};

/// A database in which Anna wrote 60 notes, of which number 30 is long; those from 12 to 50 were deleted, then others wrote.
fn made(after: impl Fn(&Connection)) -> Vec<(i64, Certainty, String, bool)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "PRAGMA page_size=1024; PRAGMA secure_delete=OFF; PRAGMA synchronous=OFF;
             CREATE TABLE note(_id INTEGER PRIMARY KEY, chat INTEGER NOT NULL, text TEXT, at INTEGER);",
        )
        .unwrap();
    for id in 1..=60 {
        write(&connection, id, &if id == 30 { "rosa ".repeat(700) } else { format!("nota {id} {}", "s".repeat(60)) });
    }
    connection.execute_batch("DELETE FROM note WHERE _id BETWEEN 12 AND 50").unwrap();
    after(&connection);
    drop(connection);
    let database = Database::open(Arc::new(std::fs::read(&path).unwrap()), None, None).unwrap();
    let mut all = Vec::new();
    database.recover(1000, &mut |one| {
        let Some(Value::Text(text)) = one.values.get(2) else { panic!("{one:?}") };
        let Some(rowid) = one.rowid else { return };
        assert_eq!(one.values.first(), Some(&Value::Int(rowid)), "the rowid lies in the page");
        assert_eq!(one.cut.contains(&2), text.ends_with('…'));
        // What lies after the text is lost with the end of it.
        assert_eq!(one.cut.contains(&3), one.cut.contains(&2));
        all.push((rowid, one.certainty, text.clone(), one.values.get(3) == Some(&Value::Null)));
    });
    all
}

fn write(connection: &Connection, id: i64, text: &str) {
    connection.execute("INSERT INTO note VALUES (?1, ?1 % 5, ?2, 1700000000000 + ?1)", (id, text)).unwrap();
}

#[test]
fn a_long_text_on_free_pages_is_whole_and_never_sure() {
    let all = made(|_| {});
    let long = all.iter().find(|(id, ..)| *id == 30).unwrap();
    assert_eq!(*long, (30, Certainty::Possible, "rosa ".repeat(700), false));
    assert!(all.iter().any(|(id, certainty, ..)| *id == 31 && *certainty == Certainty::Certain));
}

#[test]
fn no_text_bears_the_words_of_another() {
    let mut cut = 0;
    for others in 1..=8 {
        let all = made(|connection| {
            for id in 100..100 + others {
                write(connection, id, &"luna ".repeat(690));
            }
            connection.execute_batch("DELETE FROM note WHERE _id >= 100").unwrap();
        });
        for (id, certainty, text, lost) in all {
            assert!(!(text.contains("rosa") && text.contains("luna")), "{others} others, note {id}: {text}");
            if id == 30 && lost {
                assert_eq!(certainty, Certainty::Possible);
                assert!(text.starts_with("rosa rosa ") && text.ends_with('…') && text.len() < 1024, "{text}");
                cut += 1;
            }
        }
    }
    assert!(cut > 0, "the part in its own page is told");
}

#[test]
fn a_chain_into_pages_in_use_gives_the_local_part() {
    let all = made(|connection| write(connection, 100, &"luna ".repeat(690)));
    let long = all.iter().find(|(id, ..)| *id == 30).unwrap();
    assert!(long.2.starts_with("rosa ") && long.2.ends_with('…') && !long.2.contains("luna"), "{}", long.2);
}
