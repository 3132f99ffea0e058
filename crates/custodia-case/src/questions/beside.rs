//! Does tasks that need each other on several threads: each after all that it needs, first those that most others wait for. One that
//! lacks memory beside others is done once more when nobody else is at work.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::CaseError;
use crate::kept::Stopped;

/// Bytes of a thread's stack: plans of deep questions are made on it.
const STACK: usize = 16 << 20;

/// Does a task, by its place; `alone` says whether nobody else is at work.
pub type Do<'a> = &'a (dyn Fn(usize, bool) -> Result<(), Stopped> + Sync);

/// Does all tasks; for each, `needs` has the places of those that come before it. The first failure ends it.
pub fn beside(needs: &[BTreeSet<usize>], threads: usize, task: Do<'_>) -> Result<(), CaseError> {
    let threads = threads.clamp(1, needs.len().max(1));
    let (work, changed) = (Mutex::new(Work::new(needs)), Condvar::new());
    std::thread::scope(|scope| {
        for number in 0..threads {
            let thread = std::thread::Builder::new().name(format!("build{number}")).stack_size(STACK);
            let spawned = thread.spawn_scoped(scope, || take_turns(&work, &changed, threads == 1, task));
            if let Err(why) = spawned {
                let why = CaseError::io(Path::new("build"), "starting a thread")(why);
                locked(&work).failed.get_or_insert(why);
                changed.notify_all();
            }
        }
    });
    work.into_inner().unwrap_or_else(PoisonError::into_inner).failed.map_or(Ok(()), Err)
}

/// What threads share.
struct Work {
    /// For each task those that need it, and how many it still waits for.
    needed_by: Vec<Vec<usize>>,
    waits_for: Vec<usize>,
    /// For each how many cannot be done before it.
    weight: Vec<usize>,
    ready: BTreeSet<(Reverse<usize>, usize)>,
    /// Those that lacked memory beside others.
    lacking: Vec<usize>,
    running: usize,
    left: usize,
    failed: Option<CaseError>,
}

impl Work {
    fn new(needs: &[BTreeSet<usize>]) -> Work {
        let mut needed_by = vec![Vec::new(); needs.len()];
        for (place, needs) in needs.iter().enumerate() {
            needs.iter().for_each(|need| needed_by[*need].push(place));
        }
        let mut work = Work {
            weight: weights(&needed_by),
            needed_by,
            waits_for: needs.iter().map(BTreeSet::len).collect(),
            ready: BTreeSet::new(),
            lacking: Vec::new(),
            running: 0,
            left: needs.len(),
            failed: None,
        };
        work.ready.extend(
            (0..needs.len()).filter(|place| needs[*place].is_empty()).map(|place| (Reverse(work.weight[place]), place)),
        );
        work
    }

    /// One is done: those that waited for nothing else are ready.
    fn done(&mut self, place: usize) {
        self.left -= 1;
        for above in std::mem::take(&mut self.needed_by[place]) {
            self.waits_for[above] -= 1;
            if self.waits_for[above] == 0 {
                self.ready.insert((Reverse(self.weight[above]), above));
            }
        }
    }
}

/// For each how many come after it, however far.
fn weights(needed_by: &[Vec<usize>]) -> Vec<usize> {
    let mut above: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); needed_by.len()];
    // Whoever needs others has a higher place.
    for place in (0..needed_by.len()).rev() {
        let mut all: BTreeSet<usize> = needed_by[place].iter().copied().collect();
        needed_by[place].iter().for_each(|user| all.extend(&above[*user]));
        above[place] = all;
    }
    above.iter().map(BTreeSet::len).collect()
}

fn take_turns(work: &Mutex<Work>, changed: &Condvar, single: bool, task: Do<'_>) {
    let mut now = locked(work);
    while now.failed.is_none() && now.left > 0 {
        let ready = now.ready.pop_first().map(|(_, place)| (place, single));
        // Who lacked memory beside others has all of it once nobody else is at work.
        let next = ready.or_else(|| if now.running == 0 { now.lacking.pop().map(|place| (place, true)) } else { None });
        let Some((place, alone)) = next else {
            now = changed.wait(now).unwrap_or_else(PoisonError::into_inner);
            continue;
        };
        now.running += 1;
        drop(now);
        // One that panics must not leave the others waiting for ever.
        let done = catch_unwind(AssertUnwindSafe(|| task(place, alone)));
        now = locked(work);
        now.running -= 1;
        let mut panicked = None;
        match done {
            Ok(Ok(())) => now.done(place),
            Ok(Err(Stopped::Exhausted)) if !alone => now.lacking.push(place),
            Ok(Err(why)) => {
                now.failed.get_or_insert(why.said());
            }
            Err(panic) => {
                now.failed.get_or_insert(CaseError::Case("a thread that builds ended early".into()));
                panicked = Some(panic);
            }
        }
        changed.notify_all();
        if let Some(panic) = panicked {
            drop(now);
            resume_unwind(panic);
        }
    }
}

fn locked(work: &Mutex<Work>) -> MutexGuard<'_, Work> {
    work.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    /// Each once, after what it needs; who lacked memory again with nobody beside it.
    #[test]
    fn each_after_what_it_needs() {
        const TASKS: usize = 24;
        let mut state = 7_u64;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as usize % below
        };
        for round in 0..60 {
            let mut needs = vec![BTreeSet::new(); TASKS];
            for _ in 0..round {
                let (one, other) = (next(TASKS), next(TASKS));
                if one != other {
                    needs[one.max(other)].insert(one.min(other));
                }
            }
            let hungry: BTreeSet<usize> = (0..round % 6).map(|_| next(TASKS)).collect();
            let (done, running) = (Mutex::new(BTreeSet::new()), AtomicUsize::new(0));
            let built = beside(&needs, 1 + round % 4, &|place, alone| {
                let others = running.fetch_add(1, Ordering::SeqCst);
                assert!(needs[place].is_subset(&done.lock().unwrap()));
                assert!(!alone || others == 0);
                std::thread::sleep(Duration::from_micros(50));
                running.fetch_sub(1, Ordering::SeqCst);
                if hungry.contains(&place) && !alone {
                    return Err(Stopped::Exhausted);
                }
                assert!(done.lock().unwrap().insert(place));
                Ok(())
            });
            assert!(built.is_ok());
            assert_eq!(done.into_inner().unwrap().len(), TASKS);
        }
    }

    #[test]
    fn a_failure_ends_it() {
        let needs: Vec<BTreeSet<usize>> =
            (0..40).map(|place| (place > 2).then(|| place - 3).into_iter().collect()).collect();
        let (begun, wrong) = (AtomicUsize::new(0), || Stopped::Failed(CaseError::Case("the fifth".into())));
        let failed = beside(&needs, 3, &|place, _| {
            begun.fetch_add(1, Ordering::SeqCst);
            if place == 5 { Err(wrong()) } else { Ok(()) }
        });
        assert_eq!(failed.unwrap_err().to_string(), "the fifth");
        assert!(begun.into_inner() < 40);
        // Who lacks memory alone lacks it for good.
        assert!(beside(&needs, 3, &|_, _| Err(Stopped::Exhausted)).unwrap_err().to_string().contains("memory"));
        assert!(beside(&[], 3, &|_, _| Err(wrong())).is_ok());
    }

    #[test]
    fn a_panic_leaves_nobody_waiting() {
        let needs: Vec<BTreeSet<usize>> = (0..9).map(|place| (place > 0).then_some(0).into_iter().collect()).collect();
        let ended =
            catch_unwind(|| beside(&needs, 4, &|place, _| if place == 0 { panic!("on purpose") } else { Ok(()) }));
        assert!(ended.is_err());
    }
}
