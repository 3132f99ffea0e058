//! What all readers of WhatsApp share, whatever the phone: cells, addresses, pairs, texts, digests, the way a schema is
//! declared and compared, and how a table is walked. Nothing here knows a table.

pub mod by_id;
pub mod cell;
pub mod digest;
pub mod ends;
pub mod jids;
pub mod open;
pub mod out;
pub mod reader;
pub mod side;
pub mod ties;
pub mod traces;
pub mod wanted;
pub mod words;
