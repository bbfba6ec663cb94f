use futures::future::BoxFuture;
use std::{
    pin::Pin,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::Instant;

/// How long the body of a loader may take that is run in the task of the page: about as long as another thread needs to begin with it.
const SHORT: Duration = Duration::from_micros(50);

/// Whether the body of a loader had its value at once when it ran last, without waiting and in next to no time. Such a loader costs
/// less in the task of the page than in one of its own, if those that it needs are so as well.
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

    /// Whether it was so when it ran last.
    #[must_use]
    pub fn is_at_once(&self) -> bool {
        self.0.load(Relaxed)
    }

    /// Watches how the body of its loader runs.
    pub(super) fn watch<'a, T>(
        &'static self,
        body: BoxFuture<'a, T>,
    ) -> impl Future<Output = T> + Send + Unpin + use<'a, T> {
        Watched {
            body,
            habit: Some(self),
        }
    }

    fn note(&self, is_at_once: bool) {
        // Mostly it is as before, and all threads read it.
        if self.is_at_once() != is_at_once {
            self.0.store(is_at_once, Relaxed);
        }
    }
}

/// See [`Habit::watch`].
struct Watched<'a, T> {
    body: BoxFuture<'a, T>,
    /// Until it was polled.
    habit: Option<&'static Habit>,
}

impl<T> Future for Watched<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let Some(habit) = self.habit.take() else {
            return self.body.as_mut().poll(cx);
        };
        let started = Instant::now();
        let polled = self.body.as_mut().poll(cx);
        habit.note(polled.is_ready() && started.elapsed() < SHORT);
        polled
    }
}
