//! Keeps rows and answers questions.
//!
//! The only room that knows Arrow, Parquet and DataFusion. Rows come in through [`bundle::BundleWriter`] and are
//! sealed; a [`Case`] is a folder of bundles and lists; [`Questions`] are SQL over all of them, with the views in
//! `views/*.sql` and the rules that join devices in [`links`]. It never sees a byte of evidence.

pub mod bundle;
mod case;
pub mod country;
mod error;
pub mod known;
pub mod links;
mod questions;
pub mod schema;
mod views;

pub use case::{Case, ExhibitError, Label};
pub use error::CaseError;
pub use questions::{Answer, Format, Questions};
pub use views::{VIEWS, View};
