//! Reads the text of a `CREATE TABLE` for what reading its rows needs: columns in order, the primary key, affinities,
//! constant defaults. It is tolerant: what it does not need it steps over.

use super::constant;
use super::record::Value;
use super::token::{Token, split};

/// What a column does to the values given to it (SQLite, Datatypes, section 3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Affinity {
    Integer,
    Text,
    #[default]
    Blob,
    Real,
    Numeric,
}

/// A column as declared.
#[derive(Debug)]
pub(super) struct Declared {
    pub name: String,
    pub affinity: Affinity,
    /// Declared as `INTEGER` and nothing else.
    pub integer: bool,
    /// Declared to hold bytes.
    pub bytes: bool,
    /// Whether a statement may have added it to a table that had rows: those before have no value for it.
    pub addable: bool,
    /// Computed when read, so not stored.
    pub is_virtual: bool,
    /// Whether it refuses NULL.
    pub not_null: bool,
    pub collation: Option<String>,
    /// None for an expression, which is never evaluated.
    pub default: Option<Value>,
}

/// A column of the primary key.
#[derive(Clone, Debug)]
pub(super) struct KeyPart {
    /// Position among the declared columns.
    pub column: usize,
    pub collation: Option<String>,
    pub descending: bool,
}

/// A table as declared.
#[derive(Debug, Default)]
pub(super) struct Created {
    pub name: String,
    pub columns: Vec<Declared>,
    pub key: Vec<KeyPart>,
    /// Position of the column that is another name of the rowid.
    pub rowid_alias: Option<usize>,
    pub without_rowid: bool,
}

/// SQLite allows 32,767 columns.
const COLUMNS: usize = 32_767;

/// Far above any key, and low enough to look each of its columns up by name.
const KEY_COLUMNS: usize = 500;

/// Reads the text. The error says what was expected.
pub(super) fn read(sql: &str) -> Result<Created, String> {
    let tokens = split(sql);
    let mut parser = Parser { tokens: &tokens, at: 0 };
    let mut created = Created { name: parser.head()?, ..Created::default() };
    // The names in a table constraint may come before their column is known, so they are kept as names.
    let mut key: Vec<(String, Option<String>, bool)> = Vec::new();
    let mut key_on_column_descending = false;
    let mut key_set = false;
    while let Some(first) = parser.peek() {
        let constraint = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].iter().any(|word| first.is(word));
        if constraint {
            if let Some(found) = parser.table_constraint()
                && !key_set
            {
                key = found;
                key_set = true;
            }
        } else {
            if created.columns.len() >= COLUMNS {
                return Err(format!("expected at most {COLUMNS} columns"));
            }
            let (column, own_key) = parser.column()?;
            if let Some(descending) = own_key
                && !key_set
            {
                key = vec![(column.name.clone(), None, descending)];
                key_on_column_descending = descending;
                key_set = true;
            }
            created.columns.push(column);
        }
        match parser.next() {
            Some(Token::Sign(b',')) => {}
            Some(Token::Sign(b')')) => break,
            _ => return Err("expected a comma or a closing parenthesis after a column".into()),
        }
    }
    let mut strict = false;
    while let Some(token) = parser.next() {
        if token.is("WITHOUT") && parser.peek().is_some_and(|token| token.is("ROWID")) {
            created.without_rowid = true;
        }
        strict |= token.is("STRICT");
    }
    if strict {
        // In a STRICT table `ANY` keeps every value as it is; elsewhere it is one more unknown type name.
        for column in created.columns.iter_mut().filter(|column| column.affinity == Affinity::Numeric) {
            column.affinity = Affinity::Blob;
        }
    }
    for column in &mut created.columns {
        let affinity = column.affinity;
        column.default = column.default.take().map(|value| constant::with_affinity(value, affinity));
    }
    if key.len() > KEY_COLUMNS {
        return Err(format!("expected at most {KEY_COLUMNS} columns in the primary key, found {}", key.len()));
    }
    for (name, collation, descending) in key {
        let column = created.columns.iter().position(|column| column.name.eq_ignore_ascii_case(&name));
        let Some(column) = column else { return Err(format!("expected a column `{name}`, named by the primary key")) };
        created.key.push(KeyPart { column, collation, descending });
    }
    if let [part] = created.key.as_slice()
        && !created.without_rowid
        && !key_on_column_descending
        && created.columns.get(part.column).is_some_and(|column| column.integer)
    {
        // `INTEGER PRIMARY KEY DESC` on the column itself is, by an old mistake that is kept, no alias.
        created.rowid_alias = Some(part.column);
    }
    Ok(created)
}

/// Words that end the type of a column.
const AFTER_TYPE: &[&str] =
    &["CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS"];

struct Parser<'t, 's> {
    tokens: &'t [Token<'s>],
    at: usize,
}

impl<'t, 's> Parser<'t, 's> {
    fn peek(&self) -> Option<&'t Token<'s>> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&'t Token<'s>> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token)
    }

    /// Steps over the token when it is this word.
    fn take(&mut self, word: &str) -> bool {
        let is = self.peek().is_some_and(|token| token.is(word));
        self.at += usize::from(is);
        is
    }

    /// Everything up to the opening parenthesis; gives the name of the table.
    fn head(&mut self) -> Result<String, String> {
        if !self.take("CREATE") {
            return Err("expected `CREATE TABLE`".into());
        }
        let _ = self.take("TEMP") || self.take("TEMPORARY");
        if !self.take("TABLE") {
            return Err("expected `CREATE TABLE`".into());
        }
        let mut name = None;
        loop {
            match self.next() {
                Some(Token::Sign(b'(')) => return name.ok_or_else(|| "expected the name of a table".into()),
                // `IF NOT EXISTS` and the name of a schema come before the name.
                Some(token) => name = token.name().map(str::to_owned).or(name),
                None => return Err("expected an opening parenthesis before the columns".into()),
            }
        }
    }

    /// Whether the item of the list of columns ends here.
    fn at_end(&self) -> bool {
        matches!(self.peek(), None | Some(Token::Sign(b',' | b')')))
    }

    /// Steps over one token, or over everything in parentheses.
    fn skip(&mut self) {
        if !matches!(self.next(), Some(Token::Sign(b'('))) {
            return;
        }
        let mut depth = 1u32;
        while depth > 0 {
            match self.next() {
                Some(Token::Sign(b'(')) => depth += 1,
                Some(Token::Sign(b')')) => depth -= 1,
                Some(_) => {}
                None => return,
            }
        }
    }

    /// A column, and whether its own primary key is descending when it has one.
    fn column(&mut self) -> Result<(Declared, Option<bool>), String> {
        let Some(name) = self.next().and_then(Token::name) else { return Err("expected the name of a column".into()) };
        let typed = self.at;
        let (affinity, integer) = self.column_type();
        let bytes = affinity == Affinity::Blob && self.at > typed;
        let mut column = Declared {
            name: name.to_owned(),
            affinity,
            integer,
            bytes,
            addable: true,
            is_virtual: false,
            not_null: false,
            collation: None,
            default: Some(Value::Null),
        };
        let (mut key, mut stored) = (None, false);
        while !self.at_end() {
            if self.take("CONSTRAINT") {
                self.skip();
            } else if self.take("PRIMARY") {
                self.take("KEY");
                key = Some(self.take("DESC"));
                column.addable = false;
            } else if self.take("UNIQUE") {
                column.addable = false;
            } else if self.take("NOT") {
                // `NOT DEFERRABLE` is no `NOT NULL`.
                column.not_null |= self.take("NULL");
            } else if self.take("COLLATE") {
                column.collation = self.next().and_then(Token::name).map(str::to_owned);
            } else if self.take("DEFAULT") {
                column.default = self.default();
            } else if self.take("SET") {
                // `ON DELETE SET DEFAULT` is no default.
                self.skip();
            } else if self.take("AS") {
                self.skip();
                stored = self.take("STORED");
                column.is_virtual = !stored;
            } else {
                self.skip();
            }
        }
        // A value must be there for the rows before, and one that nothing has to be computed for.
        let constant = match &column.default {
            None => false,
            Some(default) => !column.not_null || *default != Value::Null,
        };
        column.addable &= constant && !stored;
        Ok((column, key))
    }

    fn column_type(&mut self) -> (Affinity, bool) {
        let mut words: Vec<&str> = Vec::new();
        while let Some(token) = self.peek() {
            if AFTER_TYPE.iter().any(|word| token.is(word)) {
                break;
            }
            if let Some(word) = token.name() {
                words.push(word);
                self.at += 1;
            } else if matches!(token, Token::Sign(b'(')) && !words.is_empty() {
                // A length, as in `VARCHAR(10)`: it ends the type and makes `INTEGER` something else.
                self.skip();
                words.push("()");
                break;
            } else {
                break;
            }
        }
        let integer = matches!(words.as_slice(), [word] if word.eq_ignore_ascii_case("INTEGER"));
        (affinity(&words.join(" ")), integer)
    }

    /// The constant after `DEFAULT`; none for an expression.
    fn default(&mut self) -> Option<Value> {
        let mut parentheses = 0;
        if matches!(self.peek(), Some(Token::Sign(b'('))) {
            let start = self.at;
            while matches!(self.peek(), Some(Token::Sign(b'('))) {
                parentheses += 1;
                self.at += 1;
            }
            let value = self.signed_constant();
            for _ in 0..parentheses {
                if !matches!(self.next(), Some(Token::Sign(b')'))) {
                    self.at = start;
                    self.skip();
                    return None;
                }
            }
            return value;
        }
        self.signed_constant()
    }

    fn signed_constant(&mut self) -> Option<Value> {
        let mut negative = false;
        while let Some(Token::Sign(sign @ (b'-' | b'+'))) = self.peek() {
            negative ^= *sign == b'-';
            self.at += 1;
        }
        if self.at_end() {
            return None;
        }
        constant::read(self.next()?, negative)
    }

    /// A table constraint up to its end; gives the columns of a primary key.
    fn table_constraint(&mut self) -> Option<Vec<(String, Option<String>, bool)>> {
        let mut key = None;
        // SQLite lets constraints follow each other without a comma.
        while !self.at_end() {
            if self.take("PRIMARY") {
                self.take("KEY");
                if matches!(self.peek(), Some(Token::Sign(b'('))) {
                    self.at += 1;
                    key = key.or(Some(self.key_columns()));
                }
            } else {
                self.skip();
            }
        }
        key
    }

    fn key_columns(&mut self) -> Vec<(String, Option<String>, bool)> {
        let mut columns: Vec<(String, Option<String>, bool)> = Vec::new();
        let mut fresh = true;
        loop {
            match self.next() {
                None | Some(Token::Sign(b')')) => return columns,
                Some(Token::Sign(b',')) => fresh = true,
                Some(token) if fresh => {
                    fresh = false;
                    columns.push((token.name().unwrap_or("").to_owned(), None, false));
                }
                Some(token) => {
                    if let Some((_, collation, descending)) = columns.last_mut() {
                        *descending |= token.is("DESC");
                        if token.is("COLLATE") {
                            *collation = self.next().and_then(Token::name).map(str::to_owned);
                        }
                    }
                }
            }
        }
    }
}

/// The affinity of a type name, by the five rules in their order.
fn affinity(name: &str) -> Affinity {
    let name = name.to_ascii_uppercase();
    let has = |part: &str| name.contains(part);
    if has("INT") {
        Affinity::Integer
    } else if has("CHAR") || has("CLOB") || has("TEXT") {
        Affinity::Text
    } else if has("BLOB") || name.is_empty() {
        Affinity::Blob
    } else if has("REAL") || has("FLOA") || has("DOUB") {
        Affinity::Real
    } else {
        Affinity::Numeric
    }
}
