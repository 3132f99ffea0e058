//! The single way to open each container format that parsers share: SQLite databases, XML.

pub mod sqlite;
pub mod xml;
