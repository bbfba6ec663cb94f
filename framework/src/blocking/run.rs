use std::sync::{
    Arc,
    atomic::{AtomicU8, AtomicUsize, Ordering::SeqCst},
};

const QUEUED: u8 = 0;
const RUNNING: u8 = 1;
/// It is in `block_on`, which ends when nobody waits for the work any more.
const AWAITING: u8 = 2;
const ENDED: u8 = 3;
/// Nobody waits for it any more, and it keeps no thread, or will not for long.
const LEFT: u8 = 4;
/// Nobody waits for it any more, and it runs: its thread is lost until it returns.
const LOST: u8 = 5;

/// One piece of work, as the thread that does it and the one who waits for it know it.
pub(super) struct Run {
    name: &'static str,
    state: AtomicU8,
    lost: Arc<AtomicUsize>,
}

impl Run {
    /// `lost` counts lost threads.
    pub(super) fn new(name: &'static str, lost: Arc<AtomicUsize>) -> Arc<Self> {
        Arc::new(Self {
            name,
            state: AtomicU8::new(QUEUED),
            lost,
        })
    }

    /// The thread is about to begin. Says whether there is still somebody who waits for it.
    pub(super) fn begins(&self) -> bool {
        self.change(QUEUED, RUNNING)
    }

    /// The thread waits in `block_on`.
    pub(super) fn awaits(&self) {
        self.change(RUNNING, AWAITING);
    }

    /// The thread goes on, with or without what it has waited for.
    pub(super) fn goes_on(&self) {
        if !self.change(AWAITING, RUNNING) {
            self.lose(LEFT);
        }
    }

    /// The thread has returned.
    pub(super) fn ended(&self) {
        if self.state.swap(ENDED, SeqCst) == LOST {
            self.lost.fetch_sub(1, SeqCst);
            tracing::info!(target: "punctual", work = self.name, "a lost thread has returned");
        }
    }

    /// Nobody waits for it any more.
    fn leave(&self) {
        loop {
            let left = match self.state.load(SeqCst) {
                state @ (QUEUED | AWAITING) => self.change(state, LEFT),
                RUNNING => self.lose(RUNNING),
                _ => true,
            };
            if left {
                return;
            }
        }
    }

    fn lose(&self, from: u8) -> bool {
        // Counted first, so that the thread cannot take back what is not there yet.
        let lost = self.lost.fetch_add(1, SeqCst) + 1;
        if self.change(from, LOST) {
            tracing::warn!(
                target: "punctual",
                work = self.name, lost,
                "a thread still runs for a request that has been answered without it"
            );
            true
        } else {
            self.lost.fetch_sub(1, SeqCst);
            false
        }
    }

    fn change(&self, from: u8, to: u8) -> bool {
        self.state
            .compare_exchange(from, to, SeqCst, SeqCst)
            .is_ok()
    }
}

/// The one who waits for a piece of work, until it is dropped.
pub(super) struct Waiter(pub(super) Arc<Run>);

impl Drop for Waiter {
    fn drop(&mut self) {
        self.0.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> (Arc<Run>, Arc<AtomicUsize>) {
        let lost = Arc::<AtomicUsize>::default();
        (Run::new("Page", lost.clone()), lost)
    }

    #[test]
    fn work_that_nobody_waits_for_is_not_begun() {
        let (run, lost) = run();
        drop(Waiter(run.clone()));
        assert!(!run.begins());
        assert_eq!(lost.load(SeqCst), 0);
    }

    #[test]
    fn a_thread_is_lost_until_it_returns() {
        let (run, lost) = run();
        assert!(run.begins());
        drop(Waiter(run.clone()));
        assert_eq!(lost.load(SeqCst), 1);
        run.ended();
        assert_eq!(lost.load(SeqCst), 0);
    }

    #[test]
    fn a_thread_that_has_returned_is_not_lost() {
        let (run, lost) = run();
        assert!(run.begins());
        run.ended();
        drop(Waiter(run));
        assert_eq!(lost.load(SeqCst), 0);
    }

    #[test]
    fn a_thread_that_awaits_is_lost_only_when_it_goes_on() {
        let (run, lost) = run();
        assert!(run.begins());
        run.awaits();
        drop(Waiter(run.clone()));
        assert_eq!(lost.load(SeqCst), 0);
        run.goes_on();
        assert_eq!(lost.load(SeqCst), 1);
        run.ended();
        assert_eq!(lost.load(SeqCst), 0);
    }
}
