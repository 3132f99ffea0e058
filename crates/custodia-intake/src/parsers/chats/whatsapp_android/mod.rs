//! WhatsApp on Android: `msgstore.db`, `wa.db`, `axolotl.db`, and the files that state the own account. The Business app
//! stores the same.
//!
//! [`schema`] names tables and columns, [`codes`] turns numbers into words, [`jid_table`], [`chats`], [`members`],
//! [`names`] and [`calls`] read the small tables, [`modern`] and [`legacy`] the messages, which [`messages`] puts
//! together with their side tables; [`events`] is for system rows, [`media`] for files, [`traces`] for links and addresses
//! in texts, [`texts`] for the tables that are read for these alone.

mod axolotl;
mod calls;
mod chats;
pub(in crate::parsers) mod codes;
mod communities;
mod events;
mod files;
mod held;
mod indexed;
mod java;
mod jid_table;
mod legacy;
mod media;
mod members;
mod messages;
mod modern;
mod msgstore;
mod names;
mod own_account;
pub(crate) mod owner;
mod quotes;
mod reading;
mod schema;
mod sides;
#[cfg(test)]
mod tests;
mod texts;
mod traces;
mod wa;

pub use axolotl::IdentityKeys;
pub use codes::{ACTIONS, Action, Persons};
pub use msgstore::Msgstore;
pub use own_account::OwnAccount;
pub use wa::Contacts;

pub(crate) use super::whatsapp::out::service;
