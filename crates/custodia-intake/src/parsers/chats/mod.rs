//! Messengers: one folder or file for each.

mod whatsapp;
pub mod whatsapp_android;
pub mod whatsapp_export;
pub mod whatsapp_ios;
