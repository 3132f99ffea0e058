//! Tables and columns as data: which of a database are read, and which are merely known. A column that is absent reads as
//! NULL and is told once, a table that is not known is told once.

/// A table that is read and the columns asked for.
#[derive(Debug)]
pub struct Wanted {
    /// Name of the table.
    pub table: &'static str,
    /// Names of the columns, in the order in which a record gives them.
    pub columns: &'static [&'static str],
    /// How many of the columns every known release has; the rest came later, and their absence is not told.
    pub always: usize,
    /// Columns that are known and not read.
    pub unread: &'static str,
}

/// Tables that are known and not read, and the words by which the gaps of their parser name them.
#[derive(Debug)]
pub struct Unread {
    /// As they stand there; a test holds the gaps to them.
    #[cfg_attr(not(test), allow(dead_code))]
    pub words: &'static str,
    /// Names of the tables.
    pub tables: &'static [&'static str],
}

impl Unread {
    /// The names of all these tables.
    pub fn tables(unread: &[Unread]) -> Vec<&'static str> {
        unread.iter().flat_map(|unread| unread.tables).copied().collect()
    }
}

/// Declares the tables that are read: columns of every release; `later` those that not every release has; `unread`
/// those that are known and not read. Each table becomes a module that holds the place of every column by its own
/// name, so that reading code says `row.get(message::key_id)` and cannot miscount.
macro_rules! read {
    ($list:ident: $(
        $table:ident [$($column:ident)+] $(later [$($later:ident)+])? $(unread $unread:literal)? ;
    )+) => {
        $(
            #[allow(non_snake_case)]
            pub mod $table {
                #![allow(non_upper_case_globals, dead_code)]
                pub const WANTED: $crate::parsers::chats::whatsapp::wanted::Wanted = $crate::parsers::chats::whatsapp::wanted::Wanted {
                    table: stringify!($table),
                    columns: &[$(stringify!($column),)+ $($(stringify!($later),)+)?],
                    always: [$(stringify!($column)),+].len(),
                    unread: concat!("", $($unread)?),
                };
                #[allow(non_camel_case_types, clippy::enum_variant_names, clippy::upper_case_acronyms)]
                enum Place { $($column,)+ $($($later,)+)? }
                $(pub const $column: usize = Place::$column as usize;)+
                $($(pub const $later: usize = Place::$later as usize;)+)?
            }
        )+
        /// Tables that are read.
        pub const $list: &[&Wanted] = &[$(&$table::WANTED),+];
    };
}
pub(in crate::parsers::chats) use read;

impl Wanted {
    /// Whether a column of this table is known, read or not.
    pub fn knows(&self, column: &str) -> bool {
        let same = |known: &str| known.eq_ignore_ascii_case(column);
        OPEN.contains(&self.table)
            || self.columns.iter().any(|known| same(known))
            || self.unread.split_whitespace().any(same)
    }
}

/// Tables that SQLite and Android themselves keep in a database, and the shadow tables of full-text indices; a name
/// that begins so is known.
pub const KNOWN_BEGINNINGS: &[&str] =
    &["sqlite_", "android_metadata", "message_quoted_", "message_ftsv2", "message_fts", "messages_fts"];

/// Tables of which the facts name only some columns: others are not told.
const OPEN: &[&str] = &[
    "chat_list",
    "message_event",
    "message_poll_option",
    "message_quoted_group_invite",
    "message_quoted_location",
    "message_quoted_media",
    "message_vcard",
    "messages_vcards",
    "newsletter",
    "wa_biz_profiles",
    "wa_group_admin_settings",
];

/// Whether a table is one of those that are read.
pub fn is_read(name: &str, read: &[&Wanted]) -> bool {
    read.iter().any(|wanted| name.eq_ignore_ascii_case(wanted.table))
}

/// The columns of a table in a list of tables with columns.
pub fn columns_of(name: &str, listed: &[(&str, &'static [&'static str])]) -> &'static [&'static str] {
    listed.iter().find(|(table, _)| name.eq_ignore_ascii_case(table)).map_or(&[], |(_, columns)| columns)
}

/// Whether a table is known to `read` or `known`.
pub fn is_known(name: &str, read: &[&Wanted], known: &[&str]) -> bool {
    let same = |other: &str| name.eq_ignore_ascii_case(other);
    let begins = |start: &&str| name.get(..start.len()).is_some_and(|part| part.eq_ignore_ascii_case(start));
    is_read(name, read) || known.iter().any(|other| same(other)) || KNOWN_BEGINNINGS.iter().any(begins)
}
