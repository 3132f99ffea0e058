//! How far the reading has come, for whoever shows it.

/// Is told of progress, from any thread. It decides nothing: what is read never depends on it.
pub trait Progress: Sync {
    /// That much has been read.
    fn add(&self, items: u64, bytes: u64);

    /// That much more is now known to lie ahead. Containers tell it when they are opened, so it may be called often.
    fn total(&self, items: u64, bytes: u64);
}

/// Shows nothing.
pub struct Silent;

impl Progress for Silent {
    fn add(&self, _items: u64, _bytes: u64) {}

    fn total(&self, _items: u64, _bytes: u64) {}
}
