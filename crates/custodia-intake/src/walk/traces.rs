//! Traces in the bytes of one content while they are digested: each value once, where it stands first, and so many of them.

use std::collections::HashSet;

use custodia_model::tables::Warning;

use crate::scan::{Found, Kind, Scanner};

/// Values that are told of one content. Address books and histories have hundreds; what has more is a list of the web.
const MOST: usize = 10_000;

/// What is found in one content.
#[derive(Default)]
pub(crate) struct Traces {
    scanner: Scanner,
    told: Told,
}

#[derive(Default)]
struct Told {
    found: Vec<Found>,
    values: HashSet<(Kind, String)>,
    /// Places that are not told because there were too many.
    more: u64,
}

impl Told {
    fn take(&mut self, one: Found) {
        let value = (one.kind, one.value.clone());
        if self.values.contains(&value) {
            return;
        }
        if self.found.len() >= MOST {
            self.more += 1;
            return;
        }
        self.values.insert(value);
        self.found.push(one);
    }
}

impl Traces {
    /// Takes the next bytes.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        let Traces { scanner, told } = self;
        scanner.feed(bytes, &mut |one| told.take(one));
    }

    /// What was found, in the order of places, and how many places are not told.
    pub(crate) fn finish(self) -> (Vec<Found>, u64) {
        let Traces { scanner, mut told } = self;
        scanner.finish(&mut |one| told.take(one));
        told.found.sort_unstable();
        (told.found, told.more)
    }

    /// Says that places are not told.
    pub(crate) fn warning(more: u64) -> Warning {
        let says = format!(
            "more than {MOST} links, addresses and numbers stand in this file; {more} further places were not told; \
             `custodia scan` shows all of them"
        );
        Warning::new("too many", says)
    }
}
