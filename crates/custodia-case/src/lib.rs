//! Keeps rows and answers questions.
//!
//! The only room that knows Arrow, Parquet and DataFusion. Rows come in through [`bundle::BundleWriter`] and are
//! sealed; a [`Case`] is a folder of bundles and lists; [`Questions`] are SQL over all of them, with the views in
//! `views/*.sql` and the rules that join devices in [`links`]. It never sees a byte of evidence.

pub mod bundle;
mod case;
pub mod country;
pub mod decisions;
mod distinct;
mod error;
mod gathered;
mod kept;
pub mod known;
pub mod links;
mod memory;
mod ordered;
pub mod pages;
mod print;
mod questions;
pub mod schema;
pub mod search;
mod searching;
mod sets;
mod turn;
mod views;
mod who;

pub use case::{Case, ExhibitError, Label};
pub use error::CaseError;
pub use pages::Pages;
pub use print::Format;
pub use questions::{Answer, Prepared, Questions, Step, Watch};
pub use views::{VIEWS, View};
