use super::{
    resolve::{Place, ViewFn, Views},
    scope::Scope,
};
use futures::future::BoxFuture;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A place in the document that waits for its data.
pub(super) struct Job {
    pub(super) id: u32,
    /// What its data is called.
    pub(super) name: &'static str,
    /// Where its view is rendered.
    pub(super) scope: Scope,
    pub(super) place: Place,
    pub(super) data: BoxFuture<'static, Answer>,
    /// What is shown until then.
    pub(super) progress: Option<Views>,
    /// The view when rendering the data's view panics.
    pub(super) on_panic: ViewFn,
    /// What stands in the place when the data is late. It is HTML already: no user code has to run
    /// at the deadline.
    pub(super) late: String,
    /// The data is about the loads themselves, so it is there only when they have ended.
    pub(super) after_loads: bool,
}

/// What becomes of a place.
pub(super) enum Answer {
    /// The view of the value.
    View(ViewFn),
    /// The view of the error.
    Failed(ViewFn),
    /// The data is late; the prepared text is shown.
    Late,
}

/// The places of one request that were rendered and are not yet in the driver's hands.
#[derive(Default)]
pub(crate) struct Registry(Mutex<State>);

#[derive(Default)]
struct State {
    closed: bool,
    next: u32,
    jobs: Vec<Job>,
}

impl Registry {
    /// A registry for a document that waits for nothing, such as an error page.
    pub(crate) fn closed() -> Self {
        Self(Mutex::new(State {
            closed: true,
            ..State::default()
        }))
    }

    /// The number for a new place; `None` when the document takes no more of them.
    pub(super) fn next_id(&self) -> Option<u32> {
        let mut state = self.state();
        if state.closed {
            return None;
        }
        state.next += 1;
        Some(state.next)
    }

    pub(super) fn push(&self, job: Job) {
        let mut state = self.state();
        // After the end nobody comes to take it; it must not outlive the request here.
        if !state.closed {
            state.jobs.push(job);
        }
    }

    pub(super) fn take(&self) -> Vec<Job> {
        std::mem::take(&mut self.state().jobs)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.state().jobs.is_empty()
    }

    /// Takes no more places, and hands back those that are left.
    pub(super) fn close(&self) -> Vec<Job> {
        let mut state = self.state();
        state.closed = true;
        std::mem::take(&mut state.jobs)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
