//! Messengers: one folder or file for each.

pub mod whatsapp_android;
pub mod whatsapp_export;
pub mod whatsapp_ios;
