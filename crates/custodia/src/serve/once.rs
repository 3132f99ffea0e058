//! Something dear that is made once for a state of the case, and kept until another state is asked for.

use std::sync::{Arc, Mutex, PoisonError};

/// What was made last, and for which state.
pub struct Once<T> {
    last: Mutex<Option<(String, Arc<T>)>>,
    making: Mutex<()>,
}

impl<T> Default for Once<T> {
    fn default() -> Once<T> {
        Once { last: Mutex::new(None), making: Mutex::new(()) }
    }
}

impl<T> Once<T> {
    /// What belongs to a state, made now if it was not; whoever asks meanwhile waits.
    pub fn get<E>(&self, state: &str, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        let known = || {
            let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            last.as_ref().filter(|(of, _)| of == state).map(|(_, made)| Arc::clone(made))
        };
        if let Some(made) = known() {
            return Ok(made);
        }
        let _one = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = known() {
            return Ok(made);
        }
        let made = Arc::new(make()?);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((state.to_owned(), Arc::clone(&made)));
        Ok(made)
    }
}
