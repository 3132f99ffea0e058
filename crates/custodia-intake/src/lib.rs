//! Evidence in, rows out.
//!
//! Reads what it must not trust. It knows no network, no async, no database engine and no Arrow, and it writes
//! nothing but scratch files that vanish. Bytes become files through the doors in [`sources`], files become rows
//! through those in [`parsers`]; [`examine`] walks one exhibit through both.
//!
//! Rules of this room: no panic, no unbounded loop, recursion or allocation on evidence bytes; damage is a
//! `warnings` row and reading goes on; nothing that evidence declares is executed.

// Evidence must never end the program: outside tests nothing here may give up.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable))]

pub mod assemblies;
pub mod bytes;
pub mod content;
pub mod digest;
pub mod evidence;
pub mod examine;
pub mod history;
pub mod open;
pub mod parsers;
pub mod places;
pub mod progress;
pub mod scan;
pub mod secrets;
pub mod sources;
mod twins;
pub mod walk;
