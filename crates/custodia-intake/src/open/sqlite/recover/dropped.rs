//! Tables that were dropped: their declarations, from deleted rows of the schema (file format, section 2.6). Records on
//! pages that such a table left are told in its columns.

use super::super::Value;
use super::super::schema::{self, TableInfo};
use super::super::text::Encoding;
use super::super::view::View;
use super::finder::Finder;
use super::older::Older;
use super::shape::Shape;
use super::{chain, decode, learn, pages};

/// Declarations that are kept: a schema that is changed often leaves many.
const MOST: usize = 64;

/// Deleted rows of the schema that are looked at.
const ROWS: usize = 4096;

/// The tables that deleted rows of the schema declare and that no live one declares.
pub(super) fn tables(view: &View, encoding: Encoding, live: &[TableInfo], older: &Older<'_>) -> Vec<TableInfo> {
    let table = TableInfo::schema();
    let map = pages::map(view, &[Some(table.root_page)]);
    let mut shapes = [Some(Shape::new(&table, encoding))];
    learn(view, &map, &mut shapes);
    if let [Some(shape)] = &mut shapes {
        // Only declarations of tables matter, so where the length of the first text is lost it is that of `table`.
        shape.opening = Some(b"table");
    }
    let mut finder = Finder::new(view, &map.pages, &shapes, 1, &[], ROWS).up_to(older.limit);
    finder.schema = true;
    finder.own_pages();
    finder.older(older);
    let mut dropped: Vec<TableInfo> = Vec::new();
    let mut found = finder.found;
    chain::settle(&mut found);
    for one in &found {
        // Half a declaration would give columns that are not those of the records.
        let Some((values, cut)) = decode(&table, one, encoding) else { continue };
        if !cut.is_empty() {
            continue;
        }
        let [Value::Text(what), Value::Text(name), _, root, Value::Text(sql)] = values.as_slice() else { continue };
        if what != "table" || name.starts_with("sqlite_") {
            continue;
        }
        if dropped.len() >= MOST {
            break;
        }
        // An earlier declaration of a table that stands is none of a dropped one: its columns may just have other names, and nothing
        // says which records were written under it.
        let stands = |tables: &[TableInfo]| tables.iter().any(|table| table.name.eq_ignore_ascii_case(name));
        let Some(gone) = schema::gone(name, sql).filter(|_| !stands(live) && !stands(&dropped)) else { continue };
        // A table that is rewritten gets a name of its own and then that of the old one; its root stays.
        let renamed = |live: &TableInfo| *root == Value::Int(i64::from(live.root_page)) && same(live, &gone);
        if !live.iter().any(renamed) {
            dropped.push(gone);
        }
    }
    // One order, whatever order they were found in.
    dropped.sort_by(|a, b| a.name.cmp(&b.name));
    dropped
}

/// Whether two tables have the same columns.
fn same(one: &TableInfo, other: &TableInfo) -> bool {
    let mut columns = one.columns.iter().zip(&other.columns);
    one.columns.len() == other.columns.len() && columns.all(|(one, other)| one.eq_ignore_ascii_case(other))
}
