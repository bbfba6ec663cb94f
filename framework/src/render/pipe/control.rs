use crate::{admission::Permit, deadline::Deadline};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// What a response says to the connection that it is written to.
///
/// While a reader stalls, hyper does not poll the body at all, so the body cannot end the
/// response. The connection can: it looks here while it waits for the reader.
#[derive(Debug, Default)]
pub(crate) struct ConnectionControl(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    limit: Option<Limit>,
    /// Somebody writes the response who wants to know.
    is_streamed: bool,
    /// When something of it was taken last.
    progress: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Limit {
    deadline: Instant,
    drain: Duration,
}

impl ConnectionControl {
    /// From the deadline on, the reader is cut off when it has read nothing for the drain time.
    fn arm(&self, deadline: Instant, drain: Duration) {
        self.state().limit = Some(Limit { deadline, drain });
    }

    /// The reader has taken something.
    pub(crate) fn progress(&self) {
        let mut state = self.state();
        if state.is_streamed {
            state.progress = Some(Instant::now());
        }
    }

    pub(super) fn last_progress(&self) -> Option<Instant> {
        self.state().progress
    }

    /// When the response is cut, if its reader has taken nothing since then: a page's at its deadline and
    /// the drain time, any other after `write_time`.
    pub(crate) fn cut_at(&self, since: Instant, write_time: Duration) -> Instant {
        match self.state().limit {
            Some(limit) => cut_at(limit.deadline, limit.drain, Some(since)),
            None => Deadline::since(since, write_time).instant(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stands for a response whose connection knows until when it may take.
#[derive(Debug, Default)]
pub(crate) struct Handover {
    control: Option<Arc<ConnectionControl>>,
    /// The place of a request that is over when its document is handed over.
    permit: Option<Permit>,
}

impl Handover {
    /// The next response of a connection, if it is one that can be cut.
    pub(crate) fn begin(
        control: Option<Arc<ConnectionControl>>,
        deadline: Deadline,
        drain: Duration,
    ) -> Self {
        if let Some(control) = &control {
            control.arm(deadline.instant(), drain);
        }
        Self {
            control,
            permit: None,
        }
    }

    /// Keeps the place of the request until all of the body has been handed over.
    pub(crate) fn keep(&mut self, permit: Option<Permit>) {
        self.permit = permit;
    }

    /// For who writes the response, and wants to know what is taken of it.
    pub(super) fn control(&self) -> Option<Arc<ConnectionControl>> {
        self.control
            .clone()
            .inspect(|control| control.state().is_streamed = true)
    }
}

/// When a reader who has last read at this time is cut off.
pub(super) fn cut_at(deadline: Instant, drain: Duration, progress: Option<Instant>) -> Instant {
    let from = progress.map_or(deadline, |progress| progress.max(deadline));
    Deadline::since(from, drain).instant()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_page_has_until_its_deadline_and_the_drain_time() {
        let second = Duration::from_secs(1);
        let control = ConnectionControl::default();
        let start = Instant::now();
        assert_eq!(control.cut_at(start, second * 5), start + second * 5);
        control.arm(start + second, second);
        assert_eq!(control.cut_at(start, second * 5), start + second * 2);
    }

    #[tokio::test(start_paused = true)]
    async fn reading_puts_the_cut_off() {
        let second = Duration::from_secs(1);
        let control = ConnectionControl::default();
        let ends = Deadline::after(second);
        let deadline = ends.instant();
        control.arm(deadline, second);
        tokio::time::advance(second * 2).await;
        let now = Instant::now();
        let control = Arc::new(control);
        let handover = Handover::begin(Some(control.clone()), ends, second);
        control.progress();
        assert_eq!(control.last_progress(), None);
        handover.control();
        control.progress();
        assert_eq!(control.last_progress(), Some(now));
        assert_eq!(control.cut_at(now, second), deadline + second * 2);
    }
}
