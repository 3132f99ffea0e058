//! WhatsApp on iOS: `ChatStorage.sqlite`, `ContactsV2.sqlite`, `CallHistory.sqlite`, `LID.sqlite`, and the preferences that
//! state the own account. The Business app stores the same in a container of its own.
//!
//! [`schema`] names tables and columns, [`codes`] turns numbers into words, [`times`] Apple's times into instants,
//! [`container`] finds what lies beside a database, [`container_name`] has the name of its folder kept. [`storage`] reads a `ChatStorage.sqlite`: [`chats`], [`members`] and
//! [`names`] its small tables, [`messages`] the messages with their files ([`media`]), what blobs hold ([`metadata`]) and
//! system rows ([`events`]), [`traces`] links and addresses in texts.

mod calls;
mod chats;
pub(in crate::parsers) mod codes;
mod contacts;
pub(crate) mod container;
mod container_name;
mod events;
mod lid;
mod media;
mod members;
mod messages;
mod metadata;
mod names;
mod own_account;
mod schema;
mod storage;
#[cfg(test)]
mod tests;
mod times;
mod traces;

pub use calls::CallHistory;
pub use contacts::Contacts;
pub use container_name::ContainerName;
pub use lid::HiddenIds;
pub use own_account::OwnAccount;
pub use storage::ChatStorage;
