//! What single phones show of messages and of themselves: rows that are not there, rows that were changed, clocks.

use std::io::{self, Write};

use super::{Truth, held};

impl<W: Write> Truth<'_, W> {
    /// Messages that another phone holds and this one should.
    pub(super) fn absences(&mut self) -> io::Result<()> {
        self.kind("absences", "device group sender key state")?;
        let facts = self.facts;
        let anywhere = held(self.world, facts.iter().map(|facts| &facts.messages));
        for (device, facts) in facts.iter().enumerate() {
            let mut absent = facts.absent.clone();
            absent.sort_unstable();
            for (index, deleted) in absent.into_iter().filter(|(index, _)| anywhere[*index as usize]) {
                let state = if deleted { "deleted" } else { "never delivered" };
                self.copy(device, index, state)?;
            }
        }
        self.end()
    }

    /// Live rows that say that the message was edited or revoked.
    pub(super) fn states(&mut self) -> io::Result<()> {
        self.kind("states", "device group sender key state")?;
        let facts = self.facts;
        for (device, facts) in facts.iter().enumerate() {
            for (index, revoked) in &facts.changed {
                self.copy(device, *index, if *revoked { "revoked" } else { "edited" })?;
            }
        }
        self.end()
    }

    /// Phones whose clocks are wrong, with what they show beyond the true time.
    pub(super) fn clock_offsets(&mut self) -> io::Result<()> {
        self.kind("clock_offsets", "device seconds")?;
        let world = self.world;
        for device in world.devices.iter().filter(|device| device.clock != 0) {
            self.row(format_args!("\"{}\",{}", device.label, device.clock / 1000))?;
        }
        self.end()
    }

    fn copy(&mut self, device: usize, index: u32, state: &str) -> io::Result<()> {
        let (label, row) = (&self.world.devices[device].label, self.message(index));
        self.row(format_args!("\"{label}\",{row},\"{state}\""))
    }
}
