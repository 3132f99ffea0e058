//! The single way to open each container format that parsers share: SQLite databases, XML, property lists.

pub mod plist;
pub mod sqlite;
pub mod xml;
