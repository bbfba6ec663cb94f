use crate::{admission::Permit, deadline::Deadline};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// What a response says to the connection that it is written to.
///
/// While a reader stalls, hyper does not poll the body at all, so the body cannot end the
/// connection. The socket can: it looks here while a write waits.
#[derive(Debug, Default)]
pub(crate) struct ConnectionControl(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    limit: Option<Limit>,
    /// When the socket took something last.
    progress: Option<Instant>,
    /// The body has been handed over; what is left of it waits in hyper's buffer.
    handed_over: bool,
}

#[derive(Clone, Copy, Debug)]
struct Limit {
    deadline: Instant,
    drain: Duration,
}

impl ConnectionControl {
    /// From the deadline on, the reader is cut off when it has read nothing for the drain time.
    fn arm(&self, deadline: Instant, drain: Duration) {
        *self.state() = State {
            limit: Some(Limit { deadline, drain }),
            ..State::default()
        };
    }

    /// The body has been handed over as a whole.
    fn handed_over(&self) {
        self.state().handed_over = true;
    }

    /// The socket has taken something.
    pub(crate) fn progress(&self) {
        let mut state = self.state();
        if state.limit.is_some() {
            state.progress = Some(Instant::now());
        }
    }

    /// The socket has taken everything that hyper has.
    pub(crate) fn flushed(&self) {
        let mut state = self.state();
        if state.handed_over {
            *state = State::default();
        }
    }

    pub(super) fn last_progress(&self) -> Option<Instant> {
        self.state().progress
    }

    /// When the connection is cut, if nothing more is read.
    pub(crate) fn cut_at(&self) -> Option<Instant> {
        let state = self.state();
        let limit = state.limit?;
        Some(cut_at(limit.deadline, limit.drain, state.progress))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stands for a response that a connection still gets; dropped when all of it has been handed over.
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

    pub(super) fn control(&self) -> Option<Arc<ConnectionControl>> {
        self.control.clone()
    }
}

impl Drop for Handover {
    fn drop(&mut self) {
        if let Some(control) = &self.control {
            control.handed_over();
        }
    }
}

/// When a reader who has last read at this time is cut off.
pub(super) fn cut_at(deadline: Instant, drain: Duration, progress: Option<Instant>) -> Instant {
    progress.map_or(deadline, |progress| progress.max(deadline)) + drain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn reading_puts_the_cut_off() {
        let second = Duration::from_secs(1);
        let control = ConnectionControl::default();
        assert_eq!(control.cut_at(), None);
        let deadline = Instant::now() + second;
        control.arm(deadline, second);
        control.progress();
        assert_eq!(control.cut_at(), Some(deadline + second));
        tokio::time::advance(second * 2).await;
        control.progress();
        assert_eq!(control.cut_at(), Some(deadline + second * 2));
    }

    #[tokio::test]
    async fn what_was_flushed_is_over_when_all_was_handed_over() {
        let control = ConnectionControl::default();
        control.arm(Instant::now(), Duration::ZERO);
        control.flushed();
        assert!(control.cut_at().is_some());
        control.handed_over();
        control.flushed();
        assert!(control.cut_at().is_none());
    }
}
