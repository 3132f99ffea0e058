//! The schema as text: which columns a table has and how they are stored. Nothing in it is executed.

use std::collections::BTreeSet;

use super::pages::Pages;
use super::record::Cell;
use super::scan::Scan;
use super::{Damage, DamageList};

/// A table that can be walked.
#[derive(Clone, Debug, Default)]
pub struct TableInfo {
    /// Name as declared.
    pub name: String,
    /// Columns in declared order.
    pub columns: Vec<Column>,
    /// Root page of its b-tree.
    pub root: u32,
    /// Whether it is a WITHOUT ROWID table.
    pub without_rowid: bool,
    /// For each field of a record, the column it belongs to.
    pub stored: Vec<usize>,
    /// The CREATE TABLE text.
    pub sql: String,
}

/// A column as declared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Whether it reads as the rowid.
    pub rowid: bool,
    /// Whether integers in it read as reals.
    pub real: bool,
    /// Its constant default: what records older than the column read as.
    pub default: Option<Default_>,
    /// A generated column that is not stored.
    virtual_: bool,
}

/// A constant default.
#[derive(Clone, Debug, PartialEq)]
pub enum Default_ {
    /// Integer.
    Int(i64),
    /// Real.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl TableInfo {
    /// Place of a column; names compare without case.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// Whether the table has a column.
    pub fn has(&self, name: &str) -> bool {
        self.column(name).is_some()
    }

    /// The schema table itself, which every database has at page 1.
    fn schema() -> TableInfo {
        let column = |name: &str| Column { name: name.into(), ..Column::default() };
        TableInfo {
            name: "sqlite_schema".into(),
            columns: ["type", "name", "tbl_name", "rootpage", "sql"].map(column).to_vec(),
            root: 1,
            stored: (0..5).collect(),
            ..TableInfo::default()
        }
    }
}

/// Tables and names of views, in the order of the schema.
pub fn read(pages: &Pages, damage: &mut DamageList) -> (Vec<TableInfo>, Vec<String>) {
    let schema = TableInfo::schema();
    let mut scan = Scan::new(pages, None, Some(&schema), &["type", "name", "rootpage", "sql"]);
    let (mut tables, mut views) = (Vec::new(), Vec::new());
    let mut names = BTreeSet::new();
    while let Some(record) = scan.next() {
        let (Some(kind), Some(name)) = (record.text(0), record.text(1)) else { continue };
        match &*kind {
            "view" => views.push(name.into_owned()),
            "table" => {
                let root = record.int(2).and_then(|root| u32::try_from(root).ok()).unwrap_or(0);
                let sql = record.text(3).unwrap_or_default();
                if root == 0 {
                    // Virtual tables have no b-tree of their own; their shadow tables are tables like any other.
                    continue;
                }
                if !names.insert(name.to_ascii_lowercase()) {
                    damage.push(Damage::new("schema anomaly", format!("table {name} is declared twice; the first counts")));
                    continue;
                }
                match parse(&sql) {
                    Some(table) => tables.push(TableInfo { name: name.into_owned(), root, sql: sql.into_owned(), ..table }),
                    None => damage.push(Damage::new(
                        "schema anomaly",
                        format!("the declaration of table {name} cannot be read: {:?}", sql.chars().take(120).collect::<String>()),
                    )),
                }
            }
            _ => {}
        }
        if tables.len() >= 10_000 {
            damage.push(Damage::new("schema anomaly", "more than 10,000 tables; the rest is not read".to_owned()));
            break;
        }
    }
    for found in scan.damage() {
        damage.push(found);
    }
    (tables, views)
}

/// A token of SQL.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// A bare word or number.
    Word(String),
    /// A quoted name.
    Name(String),
    /// A string literal.
    Text(String),
    /// A blob literal.
    Blob(Vec<u8>),
    /// Anything else, one character.
    Sign(char),
}

impl Token {
    fn is(&self, word: &str) -> bool {
        matches!(self, Token::Word(found) if found.eq_ignore_ascii_case(word))
    }
}

fn tokens(sql: &str) -> Vec<Token> {
    let chars: Vec<char> = sql.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        match c {
            c if c.is_whitespace() => at += 1,
            '-' if next == Some('-') => at = find(&chars, at, |i| chars[i] == '\n'),
            '/' if next == Some('*') => at = find(&chars, at + 2, |i| chars[i] == '*' && chars.get(i + 1) == Some(&'/')) + 2,
            '\'' | '"' | '`' | '[' => {
                let close = if c == '[' { ']' } else { c };
                let mut text = String::new();
                at += 1;
                while let Some(&c) = chars.get(at) {
                    at += 1;
                    if c != close {
                        text.push(c);
                    } else if close != ']' && chars.get(at) == Some(&close) {
                        text.push(c);
                        at += 1;
                    } else {
                        break;
                    }
                }
                tokens.push(if c == '\'' { Token::Text(text) } else { Token::Name(text) });
            }
            'x' | 'X' if next == Some('\'') => {
                let end = find(&chars, at + 2, |i| chars[i] == '\'');
                let digits: String = chars.get(at + 2..end).unwrap_or_default().iter().collect();
                tokens.push(Token::Blob(hex::decode(digits).unwrap_or_default()));
                at = end + 1;
            }
            c if c.is_alphanumeric() || c == '_' || c == '$' || c == '.' || !c.is_ascii() => {
                let end = find(&chars, at, |i| {
                    let c = chars[i];
                    !(c.is_alphanumeric() || c == '_' || c == '$' || c == '.' || !c.is_ascii())
                });
                tokens.push(Token::Word(chars[at..end].iter().collect()));
                at = end;
            }
            other => {
                tokens.push(Token::Sign(other));
                at += 1;
            }
        }
    }
    tokens
}

/// The first place from `at` on that fits, or the end.
fn find(chars: &[char], at: usize, fits: impl Fn(usize) -> bool) -> usize {
    (at..chars.len()).find(|&i| fits(i)).unwrap_or(chars.len())
}

/// Reads a CREATE TABLE text; none when it is not one.
fn parse(sql: &str) -> Option<TableInfo> {
    if sql.len() > 1 << 20 {
        return None;
    }
    let tokens = tokens(sql);
    let open = tokens.iter().position(|token| *token == Token::Sign('('))?;
    let (parts, close) = parts(&tokens, open)?;
    let without_rowid = tokens[close..].windows(2).any(|pair| pair[0].is("WITHOUT") && pair[1].is("ROWID"));
    let mut table = TableInfo { without_rowid, ..TableInfo::default() };
    let mut key: Vec<String> = Vec::new();
    for part in parts {
        let first = part.first()?;
        let constraint = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];
        if constraint.iter().any(|word| first.is(word)) {
            let Some(at) = part.iter().position(|token| token.is("PRIMARY")) else { continue };
            let Some(open) = part[at..].iter().position(|token| *token == Token::Sign('(')) else { continue };
            if let Some((columns, _)) = self::parts(part, at + open) {
                key = columns.iter().filter_map(|column| column.first().and_then(name)).collect();
                if let ([only], 1) = (columns.as_slice(), key.len()) {
                    // A key declared apart is the rowid too, when it is one INTEGER column, not descending.
                    let descending = only.iter().any(|token| token.is("DESC"));
                    let integer = |column: &&mut Column| column.name.eq_ignore_ascii_case(&key[0]) && column.default == INTEGER;
                    if let (false, Some(column)) = (descending, table.columns.iter_mut().find(integer)) {
                        column.rowid = true;
                    }
                }
            }
            continue;
        }
        let (column, is_key) = column(part)?;
        if is_key {
            key = vec![column.name.clone()];
        }
        table.columns.push(column);
    }
    // The mark that a column is INTEGER was only needed for a key declared apart.
    for column in &mut table.columns {
        if column.default == INTEGER {
            column.default = None;
        }
        if without_rowid {
            column.rowid = false;
        }
    }
    let place = |name: &String| table.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name));
    let mut stored: Vec<usize> = if without_rowid { key.iter().filter_map(place).collect() } else { Vec::new() };
    for index in 0..table.columns.len() {
        if !stored.contains(&index) && !table.columns[index].virtual_ {
            stored.push(index);
        }
    }
    table.stored = stored;
    (!table.columns.is_empty()).then_some(table)
}

/// Marks an INTEGER column without default until the whole declaration is read. No declaration can give this value.
const INTEGER: Option<Default_> = Some(Default_::Text(String::new()));

/// The parts between commas of the parenthesis that opens at `open`, and the place where it closes.
fn parts(tokens: &[Token], open: usize) -> Option<(Vec<&[Token]>, usize)> {
    let (mut depth, mut start, mut parts) = (0usize, open + 1, Vec::new());
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::Sign('(') => depth += 1,
            Token::Sign(')') => {
                depth -= 1;
                if depth == 0 {
                    if start < at {
                        parts.push(&tokens[start..at]);
                    }
                    return Some((parts, at));
                }
            }
            Token::Sign(',') if depth == 1 => {
                parts.push(&tokens[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    None
}

fn name(token: &Token) -> Option<String> {
    match token {
        Token::Word(name) | Token::Name(name) | Token::Text(name) => Some(name.clone()),
        _ => None,
    }
}

/// A column's declaration, and whether it is the primary key.
fn column(part: &[Token]) -> Option<(Column, bool)> {
    let mut column = Column { name: name(part.first()?)?, ..Column::default() };
    let ends = ["CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS"];
    let constraints = part.iter().skip(1).position(|token| ends.iter().any(|word| token.is(word))).map_or(part.len(), |at| at + 1);
    let kind: Vec<String> = part[1..constraints].iter().filter_map(name).map(|word| word.to_ascii_uppercase()).collect();
    let kind = kind.join(" ");
    column.real = !kind.contains("INT")
        && !["CHAR", "CLOB", "TEXT"].iter().any(|word| kind.contains(word))
        && ["REAL", "FLOA", "DOUB"].iter().any(|word| kind.contains(word));
    let mut is_key = false;
    let rest = &part[constraints..];
    for (at, token) in rest.iter().enumerate() {
        let after = |n: usize| rest.get(at + n);
        if token.is("PRIMARY") && after(1).is_some_and(|token| token.is("KEY")) {
            is_key = true;
            column.rowid = kind == "INTEGER" && !after(2).is_some_and(|token| token.is("DESC"));
        }
        if token.is("AS") && after(1) == Some(&Token::Sign('(')) {
            column.virtual_ = !rest.iter().any(|token| token.is("STORED"));
        }
        if token.is("DEFAULT") && column.default.is_none() {
            column.default = default(&rest[at + 1..]);
        }
    }
    let has_default = rest.iter().any(|token| token.is("DEFAULT"));
    if kind == "INTEGER" && !has_default && column.default.is_none() {
        column.default = INTEGER;
    }
    Some((column, is_key))
}

/// A constant default; none for NULL and for expressions, which are not evaluated.
fn default(tokens: &[Token]) -> Option<Default_> {
    let (sign, tokens) = match tokens {
        [Token::Sign('-'), rest @ ..] => ("-", rest),
        [Token::Sign('+'), rest @ ..] => ("", rest),
        [Token::Sign('('), rest @ ..] => return rest.get(1).is_some_and(|end| *end == Token::Sign(')')).then(|| default(rest))?,
        rest => ("", rest),
    };
    match tokens.first()? {
        Token::Text(text) | Token::Name(text) => Some(Default_::Text(text.clone())),
        Token::Blob(bytes) => Some(Default_::Blob(bytes.clone())),
        token if token.is("TRUE") => Some(Default_::Int(1)),
        token if token.is("FALSE") => Some(Default_::Int(0)),
        Token::Word(word) => {
            let number = format!("{sign}{word}");
            let int = number.parse().map(Default_::Int).ok();
            int.or_else(|| number.parse().map(Default_::Real).ok().filter(|_| word.starts_with(|c: char| c.is_ascii_digit() || c == '.')))
        }
        Token::Sign(_) => None,
    }
}

impl Default_ {
    /// The value as a record would give it.
    pub fn cell(&self) -> Cell<'_> {
        match self {
            Default_::Int(number) => Cell::Int(*number),
            Default_::Real(number) => Cell::Real(*number),
            Default_::Text(text) => Cell::Text(text.as_str().into()),
            Default_::Blob(bytes) => Cell::Blob(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_read_as_text() {
        let table = parse(
            "CREATE TABLE \"a b\" ( -- (comment, with, commas)\n _id INTEGER PRIMARY KEY AUTOINCREMENT, [na,me] TEXT NOT NULL \
             DEFAULT 'it''s, (ok)', price NUMERIC(10,2) DEFAULT -1.5, x REAL, g INT AS (x + 1) VIRTUAL, y BLOB DEFAULT x'00ff', \
             CONSTRAINT c UNIQUE (x, y) /* , */ ) STRICT",
        )
        .unwrap();
        let names: Vec<_> = table.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["_id", "na,me", "price", "x", "g", "y"]);
        assert!(table.columns[0].rowid && !table.columns[3].rowid && table.columns[3].real);
        assert_eq!(table.columns[1].default, Some(Default_::Text("it's, (ok)".into())));
        assert_eq!(table.columns[2].default, Some(Default_::Real(-1.5)));
        assert_eq!(table.columns[5].default, Some(Default_::Blob(vec![0, 255])));
        assert_eq!(table.stored, [0, 1, 2, 3, 5]);
    }

    #[test]
    fn keys_of_tables_without_rowid_come_first() {
        let table = parse("CREATE TABLE t(a, b, c, PRIMARY KEY (c, a)) WITHOUT ROWID").unwrap();
        assert_eq!(table.stored, [2, 0, 1]);
        let apart = parse("CREATE TABLE t(a INTEGER, b, PRIMARY KEY (a))").unwrap();
        assert!(apart.columns[0].rowid);
    }

    #[test]
    fn nonsense_is_none() {
        for sql in ["", "CREATE TABLE t", "CREATE TABLE t(", "((((", "CREATE TABLE t()", "CREATE TABLE t('unclosed"] {
            assert!(parse(sql).is_none(), "{sql}");
        }
    }
}
