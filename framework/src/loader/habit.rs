use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};
use tokio::time::Instant;

/// How long a loader may take that is run where it is asked for: about as long as another thread needs to begin with it.
const SHORT: Duration = Duration::from_micros(50);

/// Whether a loader had its value at once when it ran last, without waiting and in next to no time. Such a one costs less where it
/// is asked for than in a task.
///
/// It is a matter of speed alone, and for loaders that the page waits for anyway. One that is found out to wait goes on in a task; one
/// that blocks its thread for once begins the others later by that, and the page is answered by its deadline all the same, because it is
/// made in a task.
#[derive(Debug, Default)]
pub struct Habit(AtomicBool);

impl Habit {
    /// Of a loader that has not run yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    pub(super) fn is_at_once(&self) -> bool {
        self.0.load(Relaxed)
    }

    /// It has run to its end without waiting.
    pub(super) fn ran(&self, started: Instant) {
        self.note(started.elapsed() < SHORT);
    }

    /// It has waited for something.
    pub(super) fn waits(&self) {
        self.note(false);
    }

    fn note(&self, is_at_once: bool) {
        // Mostly it is as before, and all threads read it.
        if self.is_at_once() != is_at_once {
            self.0.store(is_at_once, Relaxed);
        }
    }
}
