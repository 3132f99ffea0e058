//! Messengers.

pub mod whatsapp_android;
