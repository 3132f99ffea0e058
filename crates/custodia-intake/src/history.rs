//! Several databases of one phone as one history: the live ones, and the copies that its messenger made day by day.
//!
//! A row of a copy that says what a live row of the same exhibit says is the same row, kept twice; only what a live database
//! no longer says is put, marked as found in a backup. The newest copy is read first, so a row that stands in several bears
//! the path of the newest that holds it.
//!
//! Where a phone has several accounts and nothing says whose a copy is, its rows name no owner. They are the same rows as those of
//! any account of the exhibit but for that, and such copies come last.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hasher};

use custodia_model::tables::{TABLES, Value};
use custodia_model::{Found, Origin, Row, Rows, Time};

/// What a path says of a copy: `msgstore-2025-03-01.1.db`, `msgstore-increment-3-2025-03-01.1.db.crypt14`, or anything that
/// came out of an encrypted backup (`…/msgstore.db.crypt15/msgstore.db`). Names as the messenger gives them (wa-crypt-tools).
pub fn is_backup(path: &str) -> bool {
    date(path).is_some()
        || path.split('/').any(|name| matches!(name.rsplit_once(".crypt"), Some((_, digits)) if is_number(digits)))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The day in the name of a copy, as it stands there.
fn date(path: &str) -> Option<&str> {
    path.rsplit('/').find_map(|name| {
        let rest = name.strip_prefix("msgstore-").or_else(|| name.strip_prefix("wa-"))?;
        // Of `increment-3-2025-03-01.1.db` the count comes before the day.
        (0..rest.len().min(24)).filter_map(|at| rest.get(at..at + 10)).find(|day| is_day(day))
    })
}

fn is_day(text: &str) -> bool {
    text.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() })
}

/// The place of a file in the order of reading: live databases first, then copies whose owner is known, then others, the newest first.
/// The copy without a day in its name is the one that the next day renames: the newest.
pub fn order(copy: bool, owned: bool, path: &str, modified: Option<Time>) -> impl Ord + use<> {
    let day = copy.then(|| date(path).unwrap_or("9999").to_owned());
    (copy, copy && !owned, Reverse(day), Reverse(modified.filter(|_| copy)))
}

/// What the databases of one exhibit have said so far. Kept only where the exhibit holds a copy at all.
#[derive(Default)]
pub struct Said {
    rows: HashSet<u128>,
    /// Where there is a copy that names no owner: the same rows without their owners.
    of_nobody: Option<OfNobody>,
}

/// Rows as they read where nobody knows the owner.
#[derive(Default)]
struct OfNobody {
    rows: HashSet<u128>,
    owners: BTreeSet<String>,
}

impl Said {
    /// Nothing yet; `unowned` is whether there is a copy whose owner nothing tells.
    pub fn new(unowned: bool) -> Said {
        Said { rows: HashSet::new(), of_nobody: unowned.then(OfNobody::default) }
    }

    /// Takes note of a row; false when it was said before.
    fn is_new(&mut self, row: &Row, backup: bool, deleted: bool) -> bool {
        if !self.rows.insert(content(row, deleted, None)) {
            return false;
        }
        let Some(nobody) = &mut self.of_nobody else { return true };
        match owner(row) {
            Some(Some(owner)) => {
                nobody.rows.insert(content(row, deleted, Some(&owner)));
                nobody.owners.insert(owner);
                true
            }
            Some(None) if backup => {
                nobody.owners.iter().all(|owner| !nobody.rows.contains(&content(row, deleted, Some(owner))))
            }
            _ => true,
        }
    }
}

/// The owner that a row names; none of a table that has none.
fn owner(row: &Row) -> Option<Option<String>> {
    let place = TABLES.get(row.table())?.columns.iter().position(|column| column.name == "owner")?;
    let (mut at, mut owner) = (0, None);
    row.cells(|cell| {
        if let (Value::Text(text), true) = (cell, at == place) {
            owner = Some(text.to_owned());
        }
        at += 1;
    });
    Some(owner)
}

/// Rows of one file on their way out.
pub struct Once<'a> {
    said: Option<&'a mut Said>,
    backup: bool,
    rows: &'a mut dyn Rows,
}

impl<'a> Once<'a> {
    /// Rows of a live database pass and are remembered; those of a copy pass where nothing has said them before. With nothing to
    /// remember them by, all pass.
    pub fn new(said: Option<&'a mut Said>, backup: bool, rows: &'a mut dyn Rows) -> Once<'a> {
        Once { said, backup, rows }
    }
}

impl Rows for Once<'_> {
    fn put(&mut self, origin: Origin, row: Row) {
        // Damage concerns the file itself; missing row numbers of a copy say nothing of the live table.
        match (&row, self.backup) {
            (Row::Warning(_), _) => return self.rows.put(origin, row),
            (Row::RowGap(_), true) => return,
            _ => {}
        }
        let Some(said) = &mut self.said else { return self.rows.put(origin, row) };
        // A record or trace of deleted bytes says where in its file it was found; that the file is a copy, its path says.
        let deleted = !matches!(origin.found, Found::Live | Found::Wal | Found::Backup);
        let new = said.is_new(&row, self.backup, deleted);
        if self.backup {
            if new {
                self.rows.put(if deleted { origin } else { origin.found(Found::Backup) }, row);
            }
        } else {
            self.rows.put(origin, row);
        }
    }

    fn put_kept(&mut self, origin: &Origin, row: &Row) {
        match self.said {
            None => self.rows.put_kept(origin, row),
            Some(_) => self.put(origin.clone(), row.clone()),
        }
    }
}

/// A number for what a row says; with `owner` as if that account were not known to be the own one, and so not written. Two halves
/// of 64 bits, so that two different rows do not meet by chance.
fn content(row: &Row, deleted: bool, owner: Option<&str>) -> u128 {
    let (mut one, mut two) = (DefaultHasher::new(), DefaultHasher::new());
    two.write_u8(1);
    let mut add = |bytes: &[u8], kind: u8| {
        for half in [&mut one, &mut two] {
            half.write_u8(kind);
            half.write_usize(bytes.len());
            half.write(bytes);
        }
    };
    add(&row.table().to_le_bytes(), 0);
    if let Some(owner) = owner {
        add(owner.as_bytes(), 7);
    }
    // What is deleted in one file may stand in another, and then that is told.
    add(&[u8::from(deleted)], 6);
    let columns = TABLES.get(row.table()).map_or(&[][..], |table| table.columns);
    let mut column = columns.iter();
    row.cells(|cell| {
        // How far a message was delivered, when the server took it and what the file was encrypted to are filled in after the copy was
        // made, and where in a file a deleted record stands differs from copy to copy: none says anything of the content.
        let later = ["status", "server_received", "encrypted_sha256", "page", "byte"];
        if column.next().is_some_and(|column| later.contains(&column.name)) {
            return;
        }
        match cell {
            Value::Null => add(&[], 1),
            Value::Text(text) if owner == Some(text) => add(&[], 1),
            Value::Text(text) => add(text.as_bytes(), 2),
            Value::Int(number) => add(&number.to_le_bytes(), 3),
            Value::Real(number) => add(&number.to_bits().to_le_bytes(), 4),
            Value::Bool(flag) => add(&[u8::from(flag)], 5),
            Value::Time(time) => add(&time.0.to_le_bytes(), 6),
        }
    });
    u128::from(one.finish()) << 64 | u128::from(two.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use custodia_model::tables::{Message, RecoveredRecord, RowGap, Trace};

    #[test]
    fn copies_are_known_by_their_names() {
        for path in [
            "/phone.zip/sdcard/WhatsApp/Databases/msgstore-2025-03-01.1.db",
            "/a/msgstore.db.crypt14/msgstore.db",
            "/a/msgstore-increment-3-2025-03-01.1.db.crypt15/msgstore-increment-3-2025-03-01.1.db",
        ] {
            assert!(is_backup(path), "{path}");
        }
        for path in ["/data/data/com.whatsapp/databases/msgstore.db", "/a.crypto/msgstore.db", "/msgstore-old.db"] {
            assert!(!is_backup(path), "{path}");
        }
        let mut paths = [
            "/b/msgstore-2025-03-01.1.db",
            "/b/msgstore-2025-04-01.1.db",
            "/z/msgstore.db.crypt12/msgstore.db",
            "/q/msgstore.db",
        ];
        paths.sort_by_key(|path| order(is_backup(path), true, path, None));
        assert_eq!(
            paths,
            [
                "/q/msgstore.db",
                "/z/msgstore.db.crypt12/msgstore.db",
                "/b/msgstore-2025-04-01.1.db",
                "/b/msgstore-2025-03-01.1.db"
            ]
        );
    }

    #[test]
    fn a_copy_adds_only_what_the_live_database_no_longer_says() {
        let message = |key: &str, text: &str, status: i64| -> Row {
            let (text, status) = (Some(text.into()), Some(status));
            Message { key: key.into(), text, status, ..Message::default() }.into()
        };
        let mut put: Vec<(Origin, Row)> = Vec::new();
        let mut said = Said::default();
        let mut live = Once::new(Some(&mut said), false, &mut put);
        live.put(Origin::file("/live".into()), message("A", "as edited", 13));
        live.put(Origin::file("/live".into()), message("A", "as edited", 13));
        let mut copy = Once::new(Some(&mut said), true, &mut put);
        copy.put(Origin::file("/copy".into()), message("A", "as edited", 5));
        copy.put(Origin::file("/copy".into()), message("A", "as first written", 5));
        copy.put(Origin::file("/copy".into()), RowGap::default().into());
        let found: Vec<_> = put.iter().map(|(origin, _)| origin.found).collect();
        assert_eq!(found, [Found::Live, Found::Live, Found::Backup], "live rows are never dropped");
    }

    #[test]
    fn what_a_copy_of_nobody_says_is_told_once() {
        let message = |owner: Option<&str>, sender: Option<&str>, key: &str| -> Row {
            let (owner, sender) = (owner.map(Into::into), sender.map(Into::into));
            Message { owner, sender, key: key.into(), ..Message::default() }.into()
        };
        let mut put: Vec<(Origin, Row)> = Vec::new();
        let mut said = Said::new(true);
        let mut live = Once::new(Some(&mut said), false, &mut put);
        for owner in ["one", "two"] {
            live.put(Origin::file("/live".into()), message(Some(owner), Some(owner), owner));
            live.put(Origin::file("/live".into()), message(Some(owner), Some("other"), "O"));
        }
        let mut copy = Once::new(Some(&mut said), true, &mut put);
        copy.put(Origin::file("/copy".into()), message(None, None, "one"));
        copy.put(Origin::file("/copy".into()), message(None, Some("other"), "O"));
        copy.put(Origin::file("/copy".into()), message(None, Some("one"), "two"));
        copy.put(Origin::file("/copy".into()), message(None, None, "gone"));
        copy.put(Origin::file("/older".into()), message(None, None, "gone"));
        let told: Vec<_> = put.iter().skip(4).map(|(origin, _)| (&*origin.path, origin.found)).collect();
        assert_eq!(told, [("/copy", Found::Backup), ("/copy", Found::Backup)]);
    }

    #[test]
    fn traces_of_deleted_bytes_stay_apart_from_those_of_rows() {
        let trace = || -> Row { Trace { value: "a".into(), ..Trace::default() }.into() };
        let other = || -> Row { Trace { value: "b".into(), ..Trace::default() }.into() };
        let mut put: Vec<(Origin, Row)> = Vec::new();
        let mut said = Said::default();
        let at = |found| Origin::file("/x".into()).found(found);
        Once::new(Some(&mut said), false, &mut put).put(at(Found::Freeblock), trace());
        let mut copy = Once::new(Some(&mut said), true, &mut put);
        copy.put(at(Found::Live), trace());
        copy.put(at(Found::Unallocated), trace());
        copy.put(at(Found::Unallocated), other());
        let found: Vec<_> = put.iter().map(|(origin, _)| origin.found).collect();
        assert_eq!(found, [Found::Freeblock, Found::Backup, Found::Unallocated]);
    }

    #[test]
    fn a_deleted_record_that_copies_keep_too_is_told_once_and_says_where_it_was_found() {
        let record = |page: i64, key: &str| -> Row {
            RecoveredRecord { page, byte: page * 4096, key: Some(key.into()), ..RecoveredRecord::default() }.into()
        };
        let mut put: Vec<(Origin, Row)> = Vec::new();
        let mut said = Said::default();
        let free = |path: &str| Origin::file(path.into()).found(Found::FreelistPage);
        Once::new(Some(&mut said), false, &mut put).put(free("/live"), record(3, "A"));
        let mut copy = Once::new(Some(&mut said), true, &mut put);
        copy.put(free("/copy"), record(7, "A"));
        copy.put(free("/copy"), record(9, "B"));
        let told: Vec<_> = put.iter().map(|(origin, _)| (&*origin.path, origin.found)).collect();
        assert_eq!(told, [("/live", Found::FreelistPage), ("/copy", Found::FreelistPage)]);
    }

    #[test]
    fn one_phone_with_a_copy_is_one_history() {
        let case =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/chats/whatsapp_android/modern");
        let folder = tempfile::tempdir().unwrap();
        let mut live = None;
        for item in crate::parsers::fixtures::make(&case).items() {
            let path = folder.path().join(item.path.trim_start_matches('/'));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut crate::bytes::Reader::new(item.open().unwrap()), &mut bytes).unwrap();
            std::fs::write(&path, bytes).unwrap();
            live = live.or(path.ends_with("msgstore.db").then_some(path));
        }
        let live = live.unwrap();
        let examined = |evidence: &std::path::Path| {
            let mut rows: Vec<(Origin, Row)> = Vec::new();
            let (facts, options) = (crate::examine::ExhibitFacts::default(), crate::examine::Options::default());
            crate::examine::examine(evidence, &facts, &mut rows, &options, &crate::progress::Silent).unwrap();
            rows.into_iter()
                .filter_map(|(origin, row)| match row {
                    Row::Message(message) => Some((origin.found, message.key)),
                    _ => None,
                })
                .collect::<Vec<_>>()
        };
        let before = examined(folder.path());
        let copies = folder.path().join("data/media/0/WhatsApp/Databases");
        std::fs::create_dir_all(&copies).unwrap();
        std::fs::copy(&live, copies.join("msgstore-2023-01-02.1.db")).unwrap();
        assert_eq!(examined(folder.path()), before, "a copy that says the same adds nothing");
        let gone = before.iter().find(|(_, key)| before.iter().filter(|(_, other)| other == key).count() == 1).unwrap();
        rusqlite::Connection::open(&live)
            .unwrap()
            .execute("DELETE FROM message WHERE key_id = ?1", [&*gone.1])
            .unwrap();
        let mut after = examined(folder.path());
        after.sort();
        let mut expected = before.clone();
        expected.iter_mut().find(|one| *one == gone).unwrap().0 = Found::Backup;
        expected.sort();
        assert_eq!(after, expected);
    }
}
