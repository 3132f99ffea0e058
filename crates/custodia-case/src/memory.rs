//! Memory that questions may take. Who can go on from disk gets a part of it alone: a sort that waits for its last row takes all
//! there is, and a join beside it, which cannot go on from disk, would end the question.

use std::fmt::{self, Display, Formatter};

use datafusion::error::DataFusionError;
use datafusion::execution::memory_pool::{GreedyMemoryPool, MemoryLimit, MemoryPool, MemoryReservation};

/// First come, first served, with a part that whoever can spill may not take.
#[derive(Debug)]
pub struct Memory {
    all: GreedyMemoryPool,
    spillable: GreedyMemoryPool,
}

impl Memory {
    /// So many bytes in all, and so many of them for whoever can spill.
    pub fn new(all: usize, spillable: usize) -> Memory {
        Memory { all: GreedyMemoryPool::new(all), spillable: GreedyMemoryPool::new(spillable) }
    }
}

impl MemoryPool for Memory {
    fn name(&self) -> &str {
        "memory of questions"
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        if reservation.consumer().can_spill() {
            self.spillable.grow(reservation, additional);
        }
        self.all.grow(reservation, additional);
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        if reservation.consumer().can_spill() {
            self.spillable.shrink(reservation, shrink);
        }
        self.all.shrink(reservation, shrink);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<(), DataFusionError> {
        let spills = reservation.consumer().can_spill();
        if spills {
            self.spillable.try_grow(reservation, additional)?;
        }
        self.all.try_grow(reservation, additional).inspect_err(|_| {
            if spills {
                self.spillable.shrink(reservation, additional);
            }
        })
    }

    fn reserved(&self) -> usize {
        self.all.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        self.all.memory_limit()
    }
}

impl Display for Memory {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.all)
    }
}
