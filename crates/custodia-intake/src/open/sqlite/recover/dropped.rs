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

/// The tables that deleted rows of the schema declare and that no live one declares, or only with other columns: a table that was
/// rewritten, or of which a column was dropped.
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
        let Some(gone) = schema::gone(name, sql) else { continue };
        let named = |table: &&TableInfo| table.name.eq_ignore_ascii_case(name);
        let known = live.iter().filter(named).any(|live| begins(live, &gone))
            || dropped.iter().filter(named).any(|other| same(other, &gone));
        // A table that is rewritten gets a name of its own and then that of the old one; its root stays.
        let renamed = |live: &TableInfo| *root == Value::Int(i64::from(live.root_page)) && same(live, &gone);
        if !known && !live.iter().any(renamed) {
            dropped.push(gone);
        }
    }
    // One order, whatever order they were found in.
    dropped.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.columns.cmp(&b.columns)));
    dropped
}

/// Whether the columns of an earlier declaration are the first of a table: columns were added to it, or none.
fn begins(table: &TableInfo, earlier: &TableInfo) -> bool {
    earlier.columns.len() <= table.columns.len()
        && earlier.columns.iter().zip(&table.columns).all(|(one, other)| one.eq_ignore_ascii_case(other))
}

/// Whether two declarations have the same columns.
fn same(one: &TableInfo, other: &TableInfo) -> bool {
    one.columns.len() == other.columns.len() && begins(one, other)
}
