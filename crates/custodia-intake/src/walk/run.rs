//! A wave of entries, read and digested by all threads at once, handed back in the order of the entries.

use std::cell::Cell;
use std::panic::resume_unwind;
use std::sync::Mutex;
use std::thread;

use custodia_model::Text;

use super::Shared;
use super::intake::{Done, Intake};
use crate::digest::{Feed, Lanes, Queue, Turn};
use crate::sources::{Body, Damage, Entry, Opener};

/// An entry to be read.
pub(super) struct Job {
    pub(super) path: Text,
    pub(super) entry: Entry,
    pub(super) open: Opener,
    /// Bytes that may come out of it.
    pub(super) limit: u64,
}

/// Below this a second thread costs more than it saves.
const WORTH_A_THREAD: u64 = 1 << 20;

/// Reads every job. `lanes` are the engines of the threads, kept from wave to wave.
pub(super) fn all(shared: &Shared<'_>, lanes: &mut Vec<Lanes>, jobs: Vec<Job>) -> Vec<Done> {
    let size = |job: &Job| job.entry.size.unwrap_or(0);
    let worth = jobs.iter().map(size).fold(0, u64::saturating_add) >= WORTH_A_THREAD;
    let threads = if worth { shared.threads.min(jobs.len()) } else { 1 }.max(1);
    let queue = Queue::new(&jobs.iter().map(size).collect::<Vec<_>>(), threads);
    let jobs: Vec<Mutex<Option<Job>>> = jobs.into_iter().map(|job| Mutex::new(Some(job))).collect();
    while lanes.len() < threads {
        lanes.push(Lanes::new());
    }
    let mut done: Vec<(usize, Done)> = thread::scope(|scope| {
        let mut engines = lanes.iter_mut().take(threads);
        let own = engines.next();
        let others: Vec<_> = engines.map(|lanes| scope.spawn(|| work(shared, lanes, &queue, &jobs))).collect();
        let mut done = own.map_or_else(Vec::new, |lanes| work(shared, lanes, &queue, &jobs));
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, done)| done).collect()
}

fn work(shared: &Shared<'_>, lanes: &mut Lanes, queue: &Queue, jobs: &[Mutex<Option<Job>>]) -> Vec<(usize, Done)> {
    let large = Cell::new(0);
    let mut done = Vec::with_capacity(jobs.len());
    let next = || {
        let turn = queue.next(large.get())?;
        let job = jobs.get(turn.index)?.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take()?;
        large.set(large.get() + usize::from(turn.large));
        let Job { path, entry, open, limit } = job;
        // A content that cannot be opened is one that ends at once.
        let body = open().unwrap_or_else(|error| Box::new(Unopened(Some(error))));
        Some(InFlight { turn, intake: Intake::new(shared, path, entry, body, limit) })
    };
    lanes.run(next, |InFlight { turn, intake }, digests| {
        large.set(large.get() - usize::from(turn.large));
        done.push((turn.index, intake.finish(digests.ok())));
    });
    done
}

struct InFlight<'a> {
    turn: Turn,
    intake: Intake<'a, Box<dyn Body + Send>>,
}

impl Feed for InFlight<'_> {
    fn fill(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        self.intake.fill(into)
    }

    fn alone(&self) -> bool {
        self.turn.alone
    }
}

struct Unopened(Option<std::io::Error>);

impl std::io::Read for Unopened {
    fn read(&mut self, _into: &mut [u8]) -> std::io::Result<usize> {
        match self.0.take() {
            Some(error) => {
                let says = format!("could not be opened: {error}");
                Err(if error.get_ref().is_some_and(|inner| inner.is::<Damage>()) {
                    error
                } else {
                    Damage::new("unreadable", says).into()
                })
            }
            None => Ok(0),
        }
    }
}

impl Body for Unopened {}
