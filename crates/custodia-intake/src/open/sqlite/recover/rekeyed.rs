//! Records of tables without rowids whose first four bytes a freeblock took. Where the payload has 128 bytes or more these are its
//! length in two bytes, the length of the header and the first serial type, which follows from where the record ends. Of a shorter
//! one the second serial type is lost too, and nothing says where the first value ends and the second begins.

use super::region::{Among, FIELDS, Left, Rebuilt, varint_len};
use super::shape::{Reach, Shape};
use super::stale::block;

/// The smallest record that is looked for.
const LEAST: usize = 128;

/// Ends that are tried for one record.
const ENDS: usize = 32;

impl Among<'_> {
    /// The record at `at` that ends where the bytes end or another freeblock began.
    pub fn rekeyed(&self, shape: &Shape, page: &[u8], at: usize) -> Option<Rebuilt> {
        let last = page.len();
        let ends = (at.checked_add(LEAST)?..last).filter(|end| block(page, *end).is_some()).take(ENDS);
        ends.chain([last]).find_map(|end| self.rekeyed_to(shape, page, at, end))
    }

    fn rekeyed_to(&self, shape: &Shape, page: &[u8], at: usize, end: usize) -> Option<Rebuilt> {
        // The largest payload of an entry that lies wholly in its page (file format, section 1.6).
        let most = (self.usable.saturating_sub(12) * 64 / 255).saturating_sub(23);
        (shape.least..=shape.most.min(FIELDS)).rev().find_map(|count| {
            let ends_here = |left: &Left| {
                let whole = left.overflow == 0 && left.length <= most as u64;
                whole && left.stop == end && varint_len(left.length) == 2
            };
            let with = |serial: u64| {
                self.serials_left(shape, page, at + 4, count, Some(serial), Reach::Usual).filter(ends_here)
            };
            // Of a text or bytes the length is what the other values leave; their own form is the same for every length.
            let long = |least: u64| {
                let begin = self.serials_of_rest(page, at + 4, count)?;
                let length = end.checked_sub(begin).filter(|length| *length < 58)? as u64;
                with(least + 2 * length)
            };
            let mut fit = (1..=9).filter_map(with).chain([13, 12].into_iter().filter_map(long));
            let Left { stop, payload, length, overflow } = fit.next()?;
            fit.next().is_none().then_some(Rebuilt { at, end: stop, payload, length, overflow })
        })
    }

    /// Where a record would end whose first value has no bytes.
    fn serials_of_rest(&self, page: &[u8], at: usize, count: usize) -> Option<usize> {
        let (mut next, mut body) = (at, 0u64);
        for _ in 1..count {
            let (serial, after) = super::super::number::varint(page, next)?;
            body = body.checked_add(super::super::record::serial_len(serial)?)?;
            next = after;
        }
        next.checked_add(usize::try_from(body).ok()?)
    }
}
