//! Large inputs for measurements. They have no truth beside them: their size is the point.

mod msgstore;
mod tree;

pub use msgstore::generate_msgstore;
pub use tree::generate_tree;
