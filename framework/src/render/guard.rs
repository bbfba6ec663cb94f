use super::{
    hydration::PageShared,
    scope::{Rendering, contain},
};
use crate::{
    admission::Permit,
    config::{Config, OnRecord},
    context::RequestCore,
    heartbeat::Beat,
    record::{LoadOutcome, Outcome, RequestRecord},
    user_runtime::UserRuntime,
};
use std::sync::Arc;

/// The one owner of a request: it holds its place, the loads, what Leptos holds, and the record.
///
/// It stands in the future of the handler first and in the driver afterwards. Whatever ends a request
/// ends it through [`release`](Self::release), and its `Drop` calls that: the end of the document, the
/// deadline and the drain time, a visitor who leaves, a panic.
pub(crate) struct RequestGuard {
    core: Arc<RequestCore>,
    rendering: Option<Box<Rendering>>,
    /// Of the page, also while the task that makes it has the rendering.
    shared: Option<Arc<PageShared>>,
    beat: Option<Beat>,
    on_record: Option<OnRecord>,
    user: UserRuntime,
    /// Until something else is known, the visitor has left.
    outcome: Outcome,
    /// Its place among the pages in flight; the last that it gives back.
    permit: Option<Permit>,
}

impl RequestGuard {
    pub(crate) fn new(core: Arc<RequestCore>, beat: Beat, config: &Config) -> Self {
        Self {
            core,
            beat: Some(beat),
            rendering: None,
            shared: None,
            on_record: config.on_record.clone(),
            user: config.user.clone(),
            outcome: Outcome::Disconnected,
            permit: None,
        }
    }

    pub(crate) fn core(&self) -> &Arc<RequestCore> {
        &self.core
    }

    pub(crate) fn rendering(&mut self) -> Option<&mut Rendering> {
        self.rendering.as_deref_mut()
    }

    /// How the request ends, if nothing comes between.
    pub(crate) fn set_outcome(&mut self, outcome: Outcome) {
        self.outcome = outcome;
    }

    /// The request has its place, which it keeps until its end.
    pub(crate) fn admit(&mut self, permit: Permit) {
        self.core.recorder().admitted(permit.since());
        self.permit = Some(permit);
    }

    /// Its place, for a response that goes on when the request is over.
    pub(crate) fn take_permit(&mut self) -> Option<Permit> {
        self.permit.take()
    }

    /// What is rendered for this request from now on; another document is let go of.
    pub(crate) fn set_rendering(&mut self, rendering: Box<Rendering>) {
        self.rendering = Some(rendering);
    }

    /// Cancels what runs and lets go of what Leptos holds; the record goes on.
    ///
    /// What Leptos holds goes in a task of its own: its cleanups are user code, which may block, and
    /// nobody who answers or writes a document should wait for that.
    pub(crate) fn release(&mut self, loads: LoadOutcome) {
        self.core.close(loads);
        self.release_rendering();
    }

    fn release_rendering(&mut self) {
        // Its task may be in code that blocks.
        if let Some(shared) = self.shared.take() {
            shared.over.cancel();
        }
        if let Some(rendering) = self.rendering.take() {
            self.user.run(move || drop(rendering));
        }
    }

    /// Hands what is rendered to the task that makes the page.
    pub(crate) fn lend(&mut self, rendering: Box<Rendering>) -> Owned {
        self.shared = rendering.shared();
        Owned::new(rendering, &self.user)
    }
}

impl Drop for RequestGuard {
    fn drop(&mut self) {
        self.release(LoadOutcome::Cancelled);
        let recorder = self.core.recorder();
        if !recorder.end(self.outcome) {
            return;
        }
        let after = self.core.take_after_response();
        let on_record = self.on_record.take();
        // Mostly nobody wants it. The log is asked last: who asks it for one event says that event next.
        let is_wanted = !after.is_empty()
            || on_record.is_some()
            || recorder.was_late()
            || tracing::enabled!(target: "punctual::request", tracing::Level::DEBUG);
        if !is_wanted {
            return;
        }
        let record = recorder.snapshot();
        log(&record);
        for work in after {
            work.run(record.clone());
        }
        let Some(on_record) = on_record else {
            return;
        };
        // The request is not over before.
        let beat = self.beat.take();
        let tell = move || {
            let _beat = beat;
            if let Err(panic) = contain(|| on_record(&record)) {
                tracing::error!(target: "punctual", %panic, "the function for request records panicked");
            }
        };
        match self.user.is_apart() {
            true => self.user.run(tell),
            false => tell(),
        }
    }
}

/// What Leptos holds, in a task that may end when nobody wants its output any more: whoever drops that does not run code of the page.
pub(crate) struct Owned {
    rendering: Option<Box<Rendering>>,
    user: UserRuntime,
}

impl Owned {
    fn new(rendering: Box<Rendering>, user: &UserRuntime) -> Self {
        Self {
            rendering: Some(rendering),
            user: user.clone(),
        }
    }

    pub(crate) fn get(&self) -> Option<&Rendering> {
        self.rendering.as_deref()
    }

    pub(crate) fn take(&mut self) -> Option<Box<Rendering>> {
        self.rendering.take()
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if let Some(rendering) = self.rendering.take() {
            self.user.run(move || drop(rendering));
        }
    }
}

fn log(record: &RequestRecord) {
    let RequestRecord {
        page,
        method,
        path,
        status,
        outcome,
        first_byte,
        end,
        loads,
        ..
    } = record;
    let late: Vec<_> = loads
        .iter()
        .filter(|load| load.outcome == Some(LoadOutcome::Late))
        .map(|load| load.name)
        .collect();
    // What the page has handled itself is told as well.
    if *outcome == Some(Outcome::TimedOut) || !late.is_empty() {
        tracing::warn!(target: "punctual", page, path, ?late, "the page, or a part of it, was late");
    }
    let status = status.map(|status| status.as_u16());
    let outcome = outcome.map(Outcome::as_str);
    tracing::debug!(
        target: "punctual::request",
        page, %method, path, status, outcome, ?first_byte, ?end, loads = loads.len(),
        "request"
    );
}
