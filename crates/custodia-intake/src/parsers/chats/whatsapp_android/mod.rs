//! WhatsApp on Android: `msgstore.db`, `wa.db`, `axolotl.db`, and the files that state the own account. The Business app
//! stores the same.
//!
//! [`schema`] names tables and columns, [`codes`] turns numbers into words, [`jids`], [`chats`], [`members`],
//! [`names`] and [`calls`] read the small tables, [`modern`] and [`legacy`] the messages, which [`messages`] puts
//! together with their side tables; [`events`] is for system rows, [`media`] for files, [`ties`] for pairs of addresses,
//! [`traces`] for links and addresses in texts. Modules that are visible to the reader for iOS hold what both store alike:
//! cells, addresses, pairs, side tables, the way a schema is declared and compared.

mod axolotl;
pub(super) mod by_id;
mod calls;
pub(super) mod cell;
mod chats;
pub(in crate::parsers) mod codes;
mod events;
mod files;
mod java;
pub(super) mod jids;
mod legacy;
pub(super) mod media;
mod members;
mod messages;
mod modern;
mod msgstore;
pub(super) mod names;
pub(super) mod open;
pub(super) mod out;
mod own_account;
pub(in crate::parsers) mod owner;
pub(super) mod reading;
pub(super) mod schema;
pub(super) mod side;
mod sides;
#[cfg(test)]
mod tests;
pub(super) mod ties;
pub(super) mod traces;
mod wa;

pub use axolotl::IdentityKeys;
pub use codes::{ACTIONS, Action, Persons};
pub use msgstore::Msgstore;
pub use own_account::OwnAccount;
pub use wa::Contacts;
