//! Stops an entry that gives far more than it was packed into.

use std::io::{self, Read};

use super::{Damage, Limits};

/// Unpacked bytes on their way out, watched by [`Limits::ratio`].
pub(crate) struct Watched<R> {
    inner: R,
    out: u64,
    from: u64,
    ratio: u64,
}

/// A reader that knows how many packed bytes it has taken.
pub(crate) trait Packed: Read {
    fn packed(&self) -> u64;
}

impl<R: Packed> Watched<R> {
    pub(crate) fn new(inner: R, limits: &Limits) -> Watched<R> {
        Watched { inner, out: 0, from: limits.ratio_from, ratio: limits.ratio }
    }

    pub(crate) fn get_ref(&self) -> &R {
        &self.inner
    }
}

impl<R: Packed> Read for Watched<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(into)?;
        self.out = self.out.saturating_add(n as u64);
        if self.out > self.from && self.out > self.ratio.saturating_mul(self.inner.packed().max(1)) {
            let says = format!(
                "{} packed bytes have given {} bytes, more than {} times as many; reading was stopped there",
                self.inner.packed(),
                self.out,
                self.ratio
            );
            return Err(Damage::new("ratio", says).into());
        }
        Ok(n)
    }
}
