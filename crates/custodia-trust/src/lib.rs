//! Keys, seals, and the append-only journal.
//!
//! This room knows nothing of evidence, rows or Arrow: it is handed bytes and says who vouched for them, and it keeps a
//! list of events to which one can only add. It has no clock: whoever appends says when.

mod journal;
mod key;
mod seal;

pub use journal::{Entry, Journal, JournalError};
pub use key::{KeyError, PublicKey, SealKey, secret_word};
pub use seal::{Seal, SealError};
