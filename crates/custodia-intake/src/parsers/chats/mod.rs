//! Messengers.
