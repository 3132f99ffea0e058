//! The single way to open each container format that parsers share: SQLite databases, XML, property lists, protocol buffers.

pub mod plist;
pub mod protobuf;
pub mod sqlite;
pub mod xml;
