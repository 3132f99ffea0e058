//! Declarations as SQLite keeps them, with the rows that they explain.

use rusqlite::Connection;

use super::{agree, file, kind, open, rows};

/// Runs the statements, checks that all tables read as SQLite reads them, and gives the database.
fn check(statements: &str) -> super::Database {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(statements).unwrap_or_else(|error| panic!("{statements}: {error}"));
    let database = open(file(&path).unwrap(), None).unwrap();
    agree(&connection, &database);
    database
}

#[test]
fn which_column_is_the_rowid() {
    for (declaration, alias) in [
        ("a INTEGER PRIMARY KEY, b", Some(0)),
        ("b, a integer not null primary key asc on conflict replace autoincrement", Some(1)),
        ("a INTEGER PRIMARY KEY DESC, b", None),
        ("a INTEGER, b, PRIMARY KEY (a DESC)", Some(0)),
        ("a INTEGER, b, CHECK (a > 0) PRIMARY KEY ('a' COLLATE nocase)", Some(0)),
        ("a INT PRIMARY KEY, b", None),
        ("a INTEGER(8) PRIMARY KEY, b", None),
        ("a \"INTEGER\" PRIMARY KEY, b", Some(0)),
        ("a BIG INTEGER PRIMARY KEY, b", None),
        ("a INTEGER, b, PRIMARY KEY (a, b)", None),
        ("v AS (1), a INTEGER CONSTRAINT c PRIMARY KEY, b", Some(0)),
    ] {
        let database = check(&format!("CREATE TABLE t({declaration}); INSERT INTO t(a, b) VALUES (5, 'x'), (9, 'y')"));
        assert_eq!(database.table("T").unwrap().rowid_alias, alias, "{declaration}");
    }
}

#[test]
fn names_comments_and_constraints() {
    let database = check(
        "PRAGMA foreign_keys=off; CREATE TABLE [odd /* name] (-- a comment, with (signs)\n \"a, b\" TEXT DEFAULT 'x,)' /* ' */, `c``d` DOUBLE,
         [e f] REFERENCES other(x) ON DELETE SET DEFAULT DEFERRABLE INITIALLY DEFERRED, \"primary\" NUMERIC DEFAULT (-1),
         'g' CHECK (g <> ')' OR g IN (1, 2)), h VARCHAR(10, 2) NOT NULL DEFAULT 3 COLLATE NOCASE,
         FOREIGN KEY (g) REFERENCES other(y) ON UPDATE SET NULL, UNIQUE (h, g)) ;
         INSERT INTO [odd /* name] VALUES ('1', 2, 3, 4, 5, 6);
         CREATE TABLE IF NOT EXISTS main.plain AS SELECT 1 AS one, 'a' AS two, 2.0 AS three;
         CREATE TABLE exact(a INT, b REAL, c TEXT, d BLOB, e ANY) STRICT; INSERT INTO exact VALUES (1, 2, 3, x'04', '5');",
    );
    let columns = ["a, b", "c`d", "e f", "primary", "g", "h"];
    assert_eq!(database.table("ODD /* NAME").unwrap().columns, columns);
}

#[test]
fn defaults_of_added_columns() {
    let mut statements = "CREATE TABLE t(a); INSERT INTO t VALUES (1);".to_owned();
    for (n, default) in [
        "INTEGER DEFAULT 5",
        "TEXT DEFAULT 5",
        "REAL DEFAULT 5",
        "DEFAULT '5'",
        "INTEGER DEFAULT '5'",
        "INTEGER DEFAULT 'x'",
        "DEFAULT -9223372036854775808",
        "DEFAULT 9223372036854775808",
        "DEFAULT +1.5e3",
        "INT DEFAULT 2.0",
        "DEFAULT x'00FF'",
        "DEFAULT TRUE",
        "DEFAULT word",
        "DEFAULT \"quoted\"",
        "NUMERIC DEFAULT ' 12 '",
        "DEFAULT 0xFFFFFFFFFFFFFFFF",
        "DEFAULT NULL",
        "REAL DEFAULT '3'",
        "",
        "DEFAULT (7)",
        "TEXT DEFAULT 2.5",
        "BLOB DEFAULT 1_000",
    ]
    .iter()
    .enumerate()
    {
        statements.push_str(&format!("ALTER TABLE t ADD COLUMN c{n} {default};"));
    }
    statements.push_str("INSERT INTO t(a) VALUES (2);");
    check(&statements);
}

#[test]
fn rowless_tables_in_key_order() {
    check(
        "CREATE TABLE t(a, b INTEGER PRIMARY KEY, c REAL) WITHOUT ROWID; INSERT INTO t VALUES ('x', 2, 1), ('y', 1, 2);
         CREATE TABLE u(a, b, c, d, PRIMARY KEY (c, a COLLATE nocase, c, a)) WITHOUT ROWID, STRICT_NOT;"
            .replace(", STRICT_NOT", "")
            .as_str(),
    );
    check(
        "CREATE TABLE u(a, v AS (a), b, c, d, PRIMARY KEY (c DESC, a COLLATE nocase, c, a)) WITHOUT ROWID;
         INSERT INTO u VALUES (1, 2, 3, 4), ('B', 1, 1, 1), ('a', 1, 1, 1); ALTER TABLE u ADD COLUMN e DEFAULT 3;",
    );
}

#[test]
fn views_and_virtual_tables_are_never_used() {
    let database = check(
        "CREATE TABLE kept(x); CREATE VIEW message AS SELECT x FROM kept; CREATE VIRTUAL TABLE words USING fts5(x);
         INSERT INTO words VALUES ('alder birch'); CREATE TRIGGER t AFTER INSERT ON kept BEGIN DELETE FROM kept; END;",
    );
    for name in ["message", "Words"] {
        let (rows, damage) = rows(&database, name);
        assert_eq!((rows.len(), damage.len()), (0, 1));
        assert_eq!(damage[0].kind, kind::SCHEMA);
    }
    assert_eq!(rows(&database, "absent").1, []);
    assert!(database.tables().iter().any(|table| table.name == "words_content"));
    assert_eq!(rows(&database, "sqlite_master").0.len(), 9);
}

#[test]
fn columns_are_found_without_case_and_may_be_absent() {
    let database = check("CREATE TABLE t(Text_Data TEXT, n); INSERT INTO t VALUES ('a', 7)");
    let mut scan = database.scan("T", &["N", "absent", "text_data", "n", "rowid"]);
    let record = scan.next().unwrap();
    let values: Vec<_> = (0..6).map(|n| record.get(n)).collect();
    use super::Cell::{Int, Null, Text};
    assert_eq!(values, [Int(7), Null, Text("a"), Int(7), Int(1), Null]);
}
