//! Values by row id. Row ids mostly count up from one, so an array serves; hostile ones must not size it.

use std::collections::HashMap;

/// A map from row ids that is an array where ids are dense.
pub struct ById<T> {
    dense: Vec<Option<T>>,
    sparse: HashMap<i64, T>,
    held: usize,
}

impl<T> ById<T> {
    /// Holds nothing.
    pub fn new() -> ById<T> {
        ById { dense: Vec::new(), sparse: HashMap::new(), held: 0 }
    }

    /// Holds `value` under `id`; the first of two with one id stays.
    pub fn insert(&mut self, id: i64, value: T) {
        if self.get(id).is_some() {
            return;
        }
        // The array may be a few times larger than what it holds, no more.
        let limit = self.held.saturating_mul(4).saturating_add(1 << 16);
        self.held += 1;
        match usize::try_from(id) {
            Ok(place) if place < limit => {
                if self.dense.len() <= place {
                    self.dense.resize_with(place + 1, || None);
                }
                if let Some(slot) = self.dense.get_mut(place) {
                    *slot = Some(value);
                }
            }
            _ => {
                self.sparse.insert(id, value);
            }
        }
    }

    /// The value under `id`.
    #[inline]
    pub fn get(&self, id: i64) -> Option<&T> {
        match usize::try_from(id).ok().and_then(|place| self.dense.get(place)) {
            Some(Some(value)) => Some(value),
            _ => self.sparse.get(&id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_ids_cost_no_memory() {
        let mut ids = ById::new();
        for id in [1, 2, -1, i64::MAX, i64::MIN, 70_000, 3] {
            ids.insert(id, id);
            ids.insert(id, 0);
        }
        for id in [1, 2, -1, i64::MAX, i64::MIN, 70_000, 3] {
            assert_eq!(ids.get(id), Some(&id));
        }
        assert_eq!(ids.get(4), None);
        assert!(ids.dense.len() < 70_000);
    }
}
