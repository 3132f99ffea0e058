//! The senders that wrote last, found without a hash of the whole name: a chat has few, and every line asks.

/// As many places as there are, for twice as many names.
const PLACES: usize = 512;

/// A name and what is known of it.
type Known<T> = (Box<[u8]>, T);

/// What is known of the names that were asked for last.
pub struct Recent<T> {
    places: Vec<[Option<Known<T>>; 2]>,
}

impl<T> Recent<T> {
    /// Knows nothing.
    pub fn new() -> Recent<T> {
        Recent { places: (0..PLACES).map(|_| [None, None]).collect() }
    }

    /// What is known of a name.
    #[inline]
    pub fn get(&self, name: &[u8]) -> Option<&T> {
        let known = self.places.get(place(name))?.iter().flatten();
        known.into_iter().find(|(known, _)| **known == *name).map(|(_, value)| value)
    }

    /// Knows a name, in the place of another.
    pub fn put(&mut self, name: &[u8], value: T) {
        if let Some([one, other]) = self.places.get_mut(place(name)) {
            *other = one.replace((name.into(), value));
        }
    }
}

/// Names differ in their length, their first and their last bytes.
fn place(name: &[u8]) -> usize {
    let (first, last) = match (name.first_chunk::<8>(), name.last_chunk::<8>()) {
        (Some(first), Some(last)) => (*first, *last),
        _ => {
            let mut first = [0; 8];
            first.iter_mut().zip(name).for_each(|(to, from)| *to = *from);
            (first, [0; 8])
        }
    };
    let mixed =
        u64::from_le_bytes(first).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from_le_bytes(last) ^ name.len() as u64;
    (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize % PLACES
}
