//! The requests of HTTP/2, each in a task of its own.

use super::{clock::Clock, exchanges::Exchanges};
use crate::render::ConnectionControl;
use hyper::rt::Executor;
use std::{
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
    time::Duration,
};
use tokio::time::Instant;

/// Runs what belongs to one connection, and ends each response that is not read in time.
///
/// A visitor who gives no more window for a response leaves the task of it waiting for ever, while the socket is not blocked
/// at all and others in the same connection, a proxy's, go on. Dropping the task drops all that it holds,
/// and tells the visitor that there comes no more (`RST_STREAM`).
#[derive(Clone)]
pub(super) struct StreamExecutor(Arc<Exchanges>);

impl StreamExecutor {
    pub(super) fn new(exchanges: Arc<Exchanges>) -> Self {
        Self(exchanges)
    }
}

impl<F> Executor<F> for StreamExecutor
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn execute(&self, future: F) {
        let task = self.0.begin_task();
        let write_time = self.0.times().write;
        tokio::spawn(async move {
            run(future, write_time).await;
            drop(task);
        });
    }
}

tokio::task_local! {
    /// Where the response of a task says how its reader gets on.
    static READER: Arc<Reader>;
}

/// How the reader of a response gets on, between its body and the task that sends it.
#[derive(Default)]
pub(super) struct Reader(Mutex<State>);

#[derive(Default)]
struct State {
    control: Option<Arc<ConnectionControl>>,
    /// Since when a piece of the body waits for the visitor to take it.
    waits: Option<Instant>,
}

impl Reader {
    /// That of the task that runs, whose response is this one. (It is none of HTTP/2 if there is no task.)
    pub(super) fn of_task(control: &Arc<ConnectionControl>) -> Option<Arc<Self>> {
        let reader = READER.try_with(Arc::clone).ok()?;
        reader.state().control = Some(control.clone());
        Some(reader)
    }

    /// A piece of the body was handed over, and waits.
    pub(super) fn waits(&self) {
        self.state().waits = Some(Instant::now());
    }

    /// It was taken.
    pub(super) fn took(&self) {
        let mut state = self.state();
        if state.waits.take().is_some()
            && let Some(control) = &state.control
        {
            control.progress();
        }
    }

    fn cut_at(&self, write_time: Duration) -> Option<Instant> {
        let state = self.state();
        Some(state.control.as_ref()?.cut_at(state.waits?, write_time))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn run(future: impl Future, write_time: Duration) {
    let reader = Arc::<Reader>::default();
    let mut future = pin!(READER.scope(reader.clone(), future));
    let mut clock = Clock::default();
    poll_fn(|cx| {
        if future.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        match reader.cut_at(write_time) {
            Some(at) if clock.has_come(at, cx) => {
                tracing::debug!(target: "punctual", "a response was not read in time");
                Poll::Ready(())
            }
            _ => Poll::Pending,
        }
    })
    .await;
}
