use crate::context::LoadScope;
use futures::future::BoxFuture;
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::Instant;

/// How long a loader may take that is run in the task of the page: about as long as another thread needs to begin with it.
const SHORT: Duration = Duration::from_micros(50);

/// A loader that needs others, which may run inside of it, has that for each of them; but no more of them than this count.
const SEVERAL: usize = 8;

/// Whether a loader had its value at once when it ran last: it did not wait, except for others that it needs, and took next to no time. Such a
/// loader costs less in the task of the page than in one of its own, if those that it needs are so as well.
///
/// It is a matter of speed alone, and for loaders that the page waits for anyway. One that is found out to wait goes on in a task; one
/// that blocks its thread for once begins the others later by that, and the page is answered by its deadline all the same, because it is
/// made in a task.
#[derive(Debug, Default)]
pub struct Habit {
    is_at_once: AtomicBool,
    is_shared: AtomicBool,
}

impl Habit {
    /// Of a loader that has not run yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            is_at_once: AtomicBool::new(false),
            is_shared: AtomicBool::new(false),
        }
    }

    /// Whether it was so when it ran last.
    #[must_use]
    pub fn is_at_once(&self) -> bool {
        self.is_at_once.load(Relaxed)
    }

    /// Whether more than one place of a request has ever asked for it, or may have.
    pub(super) fn is_shared(&self) -> bool {
        self.is_shared.load(Relaxed)
    }

    pub(super) fn note_shared(&self) {
        if !self.is_shared() {
            self.is_shared.store(true, Relaxed);
        }
    }

    fn note(&self, is_at_once: bool) {
        // Mostly it is as before, and all threads read it.
        if self.is_at_once() != is_at_once {
            self.is_at_once.store(is_at_once, Relaxed);
        }
    }
}

/// Watches how a loader runs, its arguments included. One that is dropped before it is done had no value at once: it has
/// panicked, or was late.
pub(super) struct Watched<T> {
    run: BoxFuture<'static, T>,
    /// Until it is done. What stands in for a loader is not watched.
    watch: Option<Watch>,
}

/// What is seen of it.
pub(super) struct Watch {
    pub(super) habit: &'static Habit,
    /// Knows whether the body waits.
    pub(super) scope: Arc<LoadScope>,
    /// How many loaders may run inside of this one, itself included.
    pub(super) loaders: usize,
    pub(super) spent: Duration,
}

impl<T> Watched<T> {
    pub(super) fn new(run: BoxFuture<'static, T>, watch: Option<Watch>) -> Self {
        Self { run, watch }
    }
}

impl<T> Future for Watched<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let Self { run, watch } = &mut *self;
        let Some(watch) = watch else {
            return run.as_mut().poll(cx);
        };
        let started = Instant::now();
        let polled = run.as_mut().poll(cx);
        watch.spent += started.elapsed();
        if polled.is_pending() {
            // One with dependencies waits for these, where they are no better. Without them it is its own affair.
            if watch.loaders == 1 {
                watch.scope.note_wait();
            }
            return Poll::Pending;
        }
        let several = u32::try_from(watch.loaders.min(SEVERAL)).unwrap_or(1);
        let is_short = watch.spent < SHORT * several;
        watch.habit.note(is_short && !watch.scope.has_waited());
        self.watch = None;
        polled
    }
}

impl<T> Drop for Watched<T> {
    fn drop(&mut self) {
        if let Some(watch) = &self.watch {
            watch.habit.note(false);
        }
    }
}
