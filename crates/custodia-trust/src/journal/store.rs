//! The file of the journal: a SQLite database with one table, `events`, of one line an event.
//!
//! It is kept with a rollback journal (`journal_mode=DELETE`), not with a write-ahead log: between transactions there is one
//! file that can be copied, and a reader needs no right to write, where a log would make it create two files beside.
//! `synchronous=EXTRA` rather than `FULL`: in this mode a transaction is committed by removing the rollback journal, and only
//! `EXTRA` puts that removal on the disk before the commit returns; after a power cut it could come back and undo the event.
//!
//! No line bears the digest of the last one, so the header does: `user_version` is set to its first 32 bits in the transaction
//! that adds it. That shows damage. Who means to change the last line can set it too, and only a head kept elsewhere shows it.
//!
//! SQLite locks by POSIX locks, which belong to the process and fall when it closes any descriptor of the file. So whoever
//! opens the file here takes [`turn`] first, and within a process one touches journals at a time.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};

use crate::journal::chain::{Chain, Entry, digest};
use crate::journal::{JournalError, sync_folder};

/// Name of the file in the journal's folder.
pub const NAME: &str = "journal.db";

/// How long another process may hold the file before this one gives up.
const PATIENCE: Duration = Duration::from_secs(10);

/// All that the database holds: kind, name and text, in this order. The triggers keep honest tools from changing an event or
/// replacing it by a new one; who means to can drop them, and the chain shows it.
pub(super) const FORM: [(&str, &str, &str); 4] = [
    ("table", "events", "CREATE TABLE events(number INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT"),
    (
        "trigger",
        "events_follow",
        "CREATE TRIGGER events_follow BEFORE INSERT ON events \
         WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM events) \
         BEGIN SELECT RAISE(ABORT, 'an event follows the last'); END",
    ),
    (
        "trigger",
        "events_stay",
        "CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END",
    ),
    (
        "trigger",
        "events_remain",
        "CREATE TRIGGER events_remain BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'an event is never removed'); END",
    ),
];

/// The right to touch journals in this process, until it is dropped.
pub fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    // It guards no data that a panic could have left halfway.
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks at the file before SQLite does, and says whether there is one. What would make SQLite create, change or remove a
/// file by merely opening it is refused: an empty file, and whatever has to do with write-ahead logs.
pub fn exists(path: &Path) -> Result<bool, JournalError> {
    let failed = |why| JournalError::Io { path: path.into(), doing: "reading", why };
    match fs::symlink_metadata(path) {
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(why) => return Err(failed(why)),
        Ok(meta) if !meta.is_file() => return Err(broken(path, 1, "expected a file, found something else")),
        Ok(_) => {}
    }
    let mut head = Vec::new();
    File::open(path).and_then(|file| file.take(20).read_to_end(&mut head)).map_err(failed)?;
    if head.len() < 20 || !head.starts_with(b"SQLite format 3\0") {
        return Err(broken(path, 1, "expected a SQLite database, found something else"));
    }
    if head[18..] != [1, 1] || beside(path, "-wal").exists() {
        return Err(broken(path, 1, "expected a database without a write-ahead log, found one that has or wants it"));
    }
    Ok(true)
}

/// Makes the file with these lines in it. It gets its name when it is complete and on the disk: no one ever sees half of it,
/// and of two who make it at once the first one's stays.
pub fn create(folder: &Path, path: &Path, lines: &[&str]) -> Result<(), JournalError> {
    let failed = |why: io::Error| JournalError::Io { path: path.into(), doing: "making", why };
    // What an interrupted write left would be taken for this file's own and undone into it. Looked for before the file is,
    // so that another process's new file and running write are not mistaken for it.
    let left = beside(path, "-journal");
    if left.exists() && !path.exists() {
        return Err(broken(path, 1, format!("{} lies here without the journal it belongs to", left.display())));
    }
    let mut made = tempfile::Builder::new();
    made.prefix(NAME).suffix(".new").permissions(fs::Permissions::from_mode(0o666));
    let made = made.tempfile_in(folder).map_err(failed)?.into_temp_path();
    let refused = |why| refused(path, "making", 1, why);
    let mut connection = connect(&made, true)?;
    let transaction = connection.transaction().map_err(refused)?;
    for (_, _, text) in FORM {
        transaction.execute_batch(text).map_err(refused)?;
    }
    let mut chain = Chain::empty();
    for line in lines {
        chain.take(line.as_bytes()).map_err(|why| broken(path, chain.number + 1, why))?;
        insert(&transaction, chain.number, line).map_err(refused)?;
    }
    set_mark(&transaction, &chain).map_err(refused)?;
    transaction.commit().map_err(refused)?;
    connection.close().map_err(|(_, why)| refused(why))?;
    match made.persist_noclobber(path) {
        Err(why) if why.error.kind() != io::ErrorKind::AlreadyExists => Err(failed(why.error)),
        _ => sync_folder(folder).map_err(failed),
    }
}

/// Connects to a file that [`exists`], for writing or for reading alone.
pub fn connect(path: &Path, writing: bool) -> Result<Connection, JournalError> {
    let refused = |why| refused(path, "opening", 1, why);
    let access = if writing { OpenFlags::SQLITE_OPEN_READ_WRITE } else { OpenFlags::SQLITE_OPEN_READ_ONLY };
    // A relative name that begins with `file:` would be taken for a URI, whose options can switch locks off.
    let connection = Connection::open_with_flags(Path::new(".").join(path), access | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(refused)?;
    connection.busy_timeout(PATIENCE).map_err(refused)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).map_err(refused)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false).map_err(refused)?;
    connection.pragma_update(None, "cell_size_check", true).map_err(refused)?;
    if writing {
        // SQLite is content with reading alone when it may not write; an examination would learn it only at its end.
        if connection.is_readonly("main").map_err(refused)? {
            let why = io::ErrorKind::PermissionDenied.into();
            return Err(JournalError::Io { path: path.into(), doing: "opening", why });
        }
        connection.pragma_update(None, "journal_mode", "DELETE").map_err(refused)?;
        connection.pragma_update(None, "synchronous", "EXTRA").map_err(refused)?;
    }
    Ok(connection)
}

/// Checks the whole file and gives its events and where their chain ends. The connection is within a transaction.
pub fn check(connection: &Connection, path: &Path) -> Result<(Vec<Entry>, Chain), JournalError> {
    check_form(connection, path)?;
    let mut chain = Chain::empty();
    let entries = take_in(connection, path, &mut chain)?;
    // A page that lost its last rows gives a whole chain; what SQLite knows of its pages shows that something is missing.
    let next = chain.number + 1;
    let found = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
    match found.map_err(|why| refused(path, "reading", next, why))? {
        ok if ok == "ok" => {}
        why => {
            return Err(broken(path, next, format!("the file is damaged behind the events that can be read: {why}")));
        }
    }
    check_mark(connection, path, &chain)?;
    Ok((entries, chain))
}

/// Checks that the database holds the table of events and its triggers, and nothing else.
pub fn check_form(connection: &Connection, path: &Path) -> Result<(), JournalError> {
    let found = || {
        let mut statement = connection.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid")?;
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get::<_, String>(3)?))
        })?;
        rows.collect::<Result<Vec<_>, _>>()
    };
    let found = found().map_err(|why| refused(path, "reading", 1, why))?;
    for at in 0..found.len().max(FORM.len()) {
        match (found.get(at), FORM.get(at)) {
            (Some((kind, name, table, text)), Some(wanted))
                if (kind.as_str(), name.as_str(), text.as_str()) == *wanted && table == "events" => {}
            (Some((kind, name, ..)), Some((_, wanted, _))) => {
                return Err(broken(
                    path,
                    1,
                    format!("expected `{wanted}` as a journal has it, found another {kind} {name:?}"),
                ));
            }
            (Some((kind, name, ..)), None) => {
                return Err(broken(
                    path,
                    1,
                    format!("expected a journal's table alone, found {kind} {name:?} beside it"),
                ));
            }
            (None, wanted) => {
                let wanted = wanted.map(|(_, name, _)| *name).unwrap_or_default();
                return Err(broken(path, 1, format!("expected `{wanted}` as a journal has it, found nothing")));
            }
        }
    }
    Ok(())
}

/// Takes in what other processes appended since the chain's end was read, which must still be there as it was.
pub fn catch_up(connection: &Connection, path: &Path, chain: &mut Chain) -> Result<(), JournalError> {
    if chain.number > 0 {
        let last = chain.number;
        let known = connection.query_row("SELECT line FROM events WHERE number = ?1", [number(last)], |row| {
            Ok(matches!(row.get_ref(0)?, ValueRef::Text(line) if digest(line) == chain.previous))
        });
        match known {
            Ok(true) => {}
            Ok(false) => return Err(broken(path, last, "this event was changed after this process read or wrote it")),
            Err(rusqlite::Error::QueryReturnedNoRows) => {
                return Err(broken(path, last, "this event was removed after this process read or wrote it"));
            }
            Err(why) => return Err(refused(path, "reading", last, why)),
        }
    }
    take_in(connection, path, chain)?;
    check_mark(connection, path, chain)
}

/// Takes in every event behind the chain's end; an empty chain lets no row pass unseen, whatever its number.
fn take_in(connection: &Connection, path: &Path, chain: &mut Chain) -> Result<Vec<Entry>, JournalError> {
    let from = if chain.number == 0 { i64::MIN } else { number(chain.number + 1) };
    let refused = |chain: &Chain, why| refused(path, "reading", chain.number + 1, why);
    let mut statement = connection
        .prepare("SELECT number, line FROM events WHERE number >= ?1 ORDER BY number")
        .map_err(|why| refused(chain, why))?;
    let mut rows = statement.query([from]).map_err(|why| refused(chain, why))?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next().map_err(|why| refused(chain, why))? {
        let next = chain.number + 1;
        let found: i64 = row.get(0).map_err(|why| refused(chain, why))?;
        if found != number(next) {
            return Err(broken(path, next, format!("expected the row of event {next}, found that of {found}")));
        }
        let ValueRef::Text(line) = row.get_ref(1).map_err(|why| refused(chain, why))? else {
            return Err(broken(path, next, "expected a line of text, found something else"));
        };
        entries.push(chain.take(line).map_err(|why| broken(path, next, why))?);
    }
    Ok(entries)
}

/// Adds a line that is the next.
pub fn insert(connection: &Connection, next: u64, line: &str) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("INSERT INTO events(number, line) VALUES (?1, ?2)")?;
    statement.execute((number(next), line)).map(drop)
}

/// Marks the file as one whose last event is the chain's.
pub fn set_mark(connection: &Connection, chain: &Chain) -> rusqlite::Result<()> {
    connection.pragma_update(None, "user_version", mark(chain))
}

/// Checks that the chain ends where the file is marked to end. Files of the first form bear no mark, which is 0.
fn check_mark(connection: &Connection, path: &Path, chain: &Chain) -> Result<(), JournalError> {
    let last = chain.number.max(1);
    let found: i32 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(|why| refused(path, "reading", last, why))?;
    if found != 0 && found != mark(chain) {
        return Err(broken(
            path,
            last,
            "this is not the last event as it was written: it was changed, or others are gone",
        ));
    }
    Ok(())
}

/// The first 32 bits of the last line's digest.
fn mark(chain: &Chain) -> i32 {
    let digits = chain.previous.get(..8).unwrap_or_default();
    u32::from_str_radix(digits, 16).unwrap_or_default().cast_signed()
}

/// What SQLite's refusal means for a journal, when it was about to have this event.
pub fn refused(path: &Path, doing: &'static str, event: u64, why: rusqlite::Error) -> JournalError {
    use ErrorCode::*;
    let path = path.to_path_buf();
    match why.sqlite_error() {
        Some(error) if error.extended_code == ffi::SQLITE_READONLY_ROLLBACK => JournalError::Interrupted(path),
        Some(error) => match error.code {
            DatabaseBusy | DatabaseLocked => JournalError::Busy(path),
            PermissionDenied
            | ReadOnly
            | SystemIoFailure
            | DiskFull
            | CannotOpen
            | OutOfMemory
            | FileLockingProtocolFailed
            | NoLargeFileSupport => JournalError::Io { path, doing, why: io::Error::other(why) },
            _ => broken(&path, event, why.to_string()),
        },
        None => broken(&path, event, why.to_string()),
    }
}

/// The first event that cannot be believed, and why.
pub fn broken(path: &Path, event: u64, why: impl Into<String>) -> JournalError {
    JournalError::Broken { path: path.into(), event, why: why.into() }
}

/// SQLite's numbers end at half of ours; no journal comes near.
fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A file that SQLite keeps beside its database.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}
