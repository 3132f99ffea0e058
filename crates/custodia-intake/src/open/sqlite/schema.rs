//! The schema: the rows of the table on page 1 (file format, section 2.6), and the layout of each table they declare.

use std::collections::HashSet;

use super::create::{self, Affinity, Created};
use super::damage::{Damage, kind};
use super::record::{Cell, Value};
use super::scan::Scan;
use super::text::Encoding;
use super::view::View;

/// Entries of a schema that are read, and bytes of their texts: far above any messenger, far below any harm.
const ENTRIES: usize = 65_536;
const ONE_TEXT: usize = 1 << 20;
const ALL_TEXT: usize = 64 << 20;

/// A table that can be walked.
#[derive(Clone, Debug)]
pub struct TableInfo {
    /// Name as declared.
    pub name: String,
    /// Columns in declared order, virtual generated ones left out: they are not stored.
    pub columns: Vec<String>,
    /// Page on which the table's b-tree begins.
    pub root_page: u32,
    /// Index in `columns` of the column that is another name of the rowid.
    pub rowid_alias: Option<usize>,
    /// Whether the table is stored in key order without rowids.
    pub without_rowid: bool,
    /// The declaration as stored.
    pub sql: String,
    /// How each of `columns` is stored.
    pub(super) layout: Vec<Column>,
    /// How the first fields are ordered, for a WITHOUT ROWID table.
    pub(super) key: Vec<KeyField>,
}

/// How a column is stored.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    /// Position among the fields of a record.
    pub field: u16,
    /// What the column does to the values given to it.
    pub affinity: Affinity,
    /// Whether it is declared to hold bytes.
    pub bytes: bool,
    /// Whether it may have been added when the table had rows, so that these have no value for it.
    pub addable: bool,
    /// Whether it refuses NULL.
    pub not_null: bool,
    /// Whether stored integers read as reals.
    pub real: bool,
    /// What it reads as in a record with fewer fields.
    pub default: Value,
    /// Whether that is unknown because it would have to be evaluated.
    pub unread_default: bool,
}

/// How a field of a key is compared.
#[derive(Clone, Debug)]
pub(super) struct KeyField {
    pub collation: Collation,
    pub descending: bool,
}

/// The collations that SQLite itself has; an application may add its own, whose order is then unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Collation {
    Binary,
    NoCase,
    RightTrimmed,
    Unknown,
}

impl TableInfo {
    /// The column of this name, without case: its index in `columns` and its layout.
    pub(super) fn find(&self, name: &str) -> Option<(usize, &Column)> {
        let index = self.columns.iter().position(|column| column.eq_ignore_ascii_case(name))?;
        Some((index, self.layout.get(index)?))
    }

    /// The table on page 1 that holds the schema itself.
    pub(super) fn schema() -> TableInfo {
        let columns = ["type", "name", "tbl_name", "rootpage", "sql"];
        TableInfo {
            name: "sqlite_schema".into(),
            columns: columns.map(str::to_owned).to_vec(),
            root_page: 1,
            rowid_alias: None,
            without_rowid: false,
            sql: String::new(),
            layout: (0..5).map(|field| Column { field, ..Column::default() }).collect(),
            key: Vec::new(),
        }
    }
}

/// What the rows of the schema table declare.
#[derive(Default)]
pub(super) struct Schema {
    /// Tables with a b-tree, in the order of the schema.
    pub tables: Vec<TableInfo>,
    /// Names of views and virtual tables, which are never used.
    pub others: Vec<(&'static str, String)>,
}

/// Reads the schema of a view.
pub(super) fn read(view: &View, encoding: Encoding, damage: &mut Vec<Damage>) -> Schema {
    let table = TableInfo::schema();
    let mut scan = Scan::new(view, &table, &["type", "name", "rootpage", "sql"], encoding, None);
    let mut schema = Schema::default();
    let mut text = 0usize;
    let mut odd = |says: String| damage.push(Damage { kind: kind::SCHEMA, says, bytes: None });
    let mut entries = 0usize;
    let mut oddities = 0usize;
    let mut names = HashSet::new();
    while let Some(record) = scan.next() {
        entries += 1;
        let (Cell::Text(what), Cell::Text(name)) = (record.get(0), record.get(1)) else {
            if oddities < 1000 {
                oddities += 1;
                odd(format!("expected texts for type and name in row {} of the schema", record.rowid));
            }
            continue;
        };
        let sql = match record.get(3) {
            Cell::Text(sql) => sql,
            _ => "",
        };
        text = text.saturating_add(sql.len());
        if entries > ENTRIES || text > ALL_TEXT {
            odd(format!(
                "expected at most {ENTRIES} entries and {ALL_TEXT} bytes of text in the schema; what comes after row {} of \
                 it is not read",
                record.rowid
            ));
            break;
        }
        match what {
            "view" => schema.others.push(("a view", name.to_owned())),
            "table" if is_virtual(sql) => schema.others.push(("a virtual table", name.to_owned())),
            "table" => {
                let root = match record.get(2) {
                    Cell::Int(page) => u32::try_from(page).unwrap_or(0),
                    _ => 0,
                };
                let (table, says) = declare(name, root, sql);
                let known = !names.insert(name.to_ascii_lowercase());
                let says =
                    if known { Some("the name is declared twice; the first table is read".into()) } else { says };
                if let Some(says) = says
                    && oddities < 1000
                {
                    oddities += 1;
                    odd(format!("table `{name}` in row {} of the schema: {says}", record.rowid));
                }
                if !known {
                    schema.tables.push(table);
                }
            }
            _ => {}
        }
    }
    damage.extend(scan.damage());
    schema
}

fn is_virtual(sql: &str) -> bool {
    let mut words = sql.split_ascii_whitespace();
    words.next().is_some_and(|word| word.eq_ignore_ascii_case("create"))
        && words.next().is_some_and(|word| word.eq_ignore_ascii_case("virtual"))
}

/// A table that a deleted entry declares: without a page. None when its declaration cannot be read, or is of a virtual
/// table.
pub(super) fn gone(name: &str, sql: &str) -> Option<TableInfo> {
    if is_virtual(sql) {
        return None;
    }
    let (table, _) = declare(name, 0, sql);
    (!table.layout.is_empty()).then_some(table)
}

/// The table of one entry, and what is odd about it.
fn declare(name: &str, root_page: u32, sql: &str) -> (TableInfo, Option<String>) {
    let mut table = TableInfo {
        name: name.to_owned(),
        columns: Vec::new(),
        root_page,
        rowid_alias: None,
        without_rowid: false,
        sql: String::new(),
        layout: Vec::new(),
        key: Vec::new(),
    };
    if sql.len() > ONE_TEXT {
        let says = format!("expected a declaration of at most {ONE_TEXT} bytes, found {}; it is not read", sql.len());
        return (table, Some(says));
    }
    table.sql = sql.to_owned();
    let created = match create::read(sql) {
        Ok(created) => created,
        Err(says) => return (table, Some(format!("{says}; its columns are unknown"))),
    };
    let says = if root_page == 0 {
        Some("expected the page of a table, found none; it has no rows to read".to_owned())
    } else if !created.name.eq_ignore_ascii_case(name) {
        Some(format!("the declaration names `{}`", created.name))
    } else {
        None
    };
    lay_out(&mut table, created);
    (table, says)
}

/// Finds the place of every column in a record.
fn lay_out(table: &mut TableInfo, created: Created) {
    table.without_rowid = created.without_rowid;
    let mut fields = vec![None; created.columns.len()];
    let mut next = 0u16;
    let mut take = |into: &mut Option<u16>| {
        into.get_or_insert(next);
        next = next.saturating_add(1);
    };
    if created.without_rowid {
        // The key comes first. A column named twice counts once, unless it is ordered in two ways.
        let mut parts: Vec<(usize, String)> = Vec::new();
        for part in &created.key {
            let declared = created.columns.get(part.column).and_then(|column| column.collation.clone());
            let collation = part.collation.clone().or(declared).unwrap_or_else(|| "BINARY".into()).to_ascii_uppercase();
            let key = (part.column, collation);
            if parts.contains(&key) {
                continue;
            }
            if let Some(field) = fields.get_mut(part.column) {
                take(field);
            }
            let collation = match key.1.as_str() {
                "BINARY" => Collation::Binary,
                "NOCASE" => Collation::NoCase,
                "RTRIM" => Collation::RightTrimmed,
                _ => Collation::Unknown,
            };
            table.key.push(KeyField { collation, descending: part.descending });
            parts.push(key);
        }
    }
    for (field, column) in fields.iter_mut().zip(&created.columns) {
        if field.is_none() && !column.is_virtual {
            take(field);
        }
    }
    for (index, (field, column)) in fields.into_iter().zip(created.columns).enumerate() {
        let Some(field) = field else { continue };
        if created.rowid_alias == Some(index) {
            table.rowid_alias = Some(table.columns.len());
        }
        table.columns.push(column.name);
        table.layout.push(Column {
            field,
            affinity: column.affinity,
            bytes: column.bytes,
            addable: column.addable && !created.key.iter().any(|part| part.column == index),
            not_null: column.not_null,
            real: column.affinity == Affinity::Real,
            unread_default: column.default.is_none(),
            default: column.default.unwrap_or_default(),
        });
    }
}
