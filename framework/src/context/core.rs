use crate::{
    deadline::Deadline,
    record::{LoadEntry, LoadOutcome, Recorder},
};
use axum::extract::OriginalUri;
use http::{Uri, request::Parts};
use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;

/// What everything of one request hangs on: its deadline, its token, its record, its running loads.
///
/// [`close`](Self::close) is the one way in which loads end before they are done, whatever the
/// reason: the end of the document, the deadline, a failed page, a visitor who left.
pub(crate) struct RequestCore {
    deadline: Deadline,
    cancel: CancellationToken,
    recorder: Recorder,
    running: Mutex<Running>,
}

#[derive(Default)]
struct Running {
    closed: bool,
    loads: Vec<AbortHandle>,
}

impl RequestCore {
    /// Starts the clock: the deadline counts from now.
    pub(crate) fn start(page: &'static str, parts: &Parts, timeout: Duration) -> Arc<Self> {
        let path = original_uri(parts).path();
        let recorder = Recorder::new(page, parts.method.clone(), path, timeout);
        let own = Deadline::since(recorder.arrived(), timeout);
        let given = parts.extensions.get::<Deadline>().copied();
        Arc::new(Self {
            deadline: given.map_or(own, |given| given.min(own)),
            cancel: CancellationToken::new(),
            recorder,
            running: Mutex::default(),
        })
    }

    pub(crate) fn deadline(&self) -> Deadline {
        self.deadline
    }

    pub(crate) fn token(&self) -> CancellationToken {
        self.cancel.clone()
    }

    pub(crate) fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .closed
    }

    /// Takes charge of a running load. One that comes after the end is aborted at once.
    pub(crate) fn own(&self, load: AbortHandle) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.closed {
            load.abort();
        } else {
            running.loads.push(load);
        }
    }

    /// Cancels every load that runs; none is started after this. `outcome` is what they are
    /// recorded with.
    pub(crate) fn close(&self, outcome: LoadOutcome) {
        let loads = {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            running.closed = true;
            std::mem::take(&mut running.loads)
        };
        self.recorder.close_loads(outcome);
        self.cancel.cancel();
        for load in loads {
            load.abort();
        }
    }
}

/// The address as the visitor asked for it: in a site that is nested, `parts.uri` lacks the base.
pub(crate) fn original_uri(parts: &Parts) -> &Uri {
    parts
        .extensions
        .get::<OriginalUri>()
        .map_or(&parts.uri, |OriginalUri(uri)| uri)
}

/// What belongs to one load while it runs.
pub(crate) struct LoadScope {
    pub(crate) name: &'static str,
    pub(crate) entry: LoadEntry,
    own: Option<Duration>,
    limit: OnceLock<Deadline>,
    token: OnceLock<CancellationToken>,
}

impl LoadScope {
    /// `own` is the loader's own limit, if it has one.
    pub(crate) fn new(name: &'static str, entry: LoadEntry, own: Option<Duration>) -> Self {
        Self {
            name,
            entry,
            own,
            limit: OnceLock::new(),
            token: OnceLock::new(),
        }
    }

    /// The body starts now: its own limit counts from here and never goes beyond the request's.
    pub(crate) fn begin(&self, core: &RequestCore) -> Deadline {
        self.entry.started();
        self.count(core)
    }

    /// Its own limit counts from now on, although the body may have to wait for a thread.
    pub(crate) fn count(&self, core: &RequestCore) -> Deadline {
        *self.limit.get_or_init(|| {
            self.own
                .map_or(core.deadline, |own| Deadline::after(own).min(core.deadline))
        })
    }

    /// Whether the body has a limit that may come before the request's.
    pub(crate) fn has_own_limit(&self) -> bool {
        self.own.is_some()
    }

    pub(crate) fn limit(&self) -> Option<Deadline> {
        self.limit.get().copied()
    }

    /// The load's own token, made when it is first asked for.
    pub(crate) fn token(&self, core: &RequestCore) -> CancellationToken {
        self.token.get_or_init(|| core.cancel.child_token()).clone()
    }

    pub(crate) fn cancel(&self) {
        if let Some(token) = self.token.get() {
            token.cancel();
        }
    }
}
