use super::{
    local::Local,
    open::{OpenTask, OpenTasks},
};
use crate::{
    after_response::Reserved,
    deadline::{Deadline, LazyToken, within},
    record::{LoadEntry, LoadOutcome, Recorder},
    response_head::ResponseHead,
};
use http::request::Parts;
use std::{
    sync::{
        Arc, Mutex, OnceLock, PoisonError, Weak,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
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
    cancel: LazyToken,
    recorder: Recorder,
    running: Mutex<Running>,
    /// Made with the first of them.
    open_tasks: OnceLock<OpenTasks>,
    response_head: ResponseHead,
    /// The function of the page has returned.
    returned: AtomicBool,
    #[cfg(feature = "testing")]
    watched: Option<Arc<super::watch::Watched>>,
}

#[derive(Default)]
struct Running {
    closed: bool,
    loads: Vec<AbortHandle>,
    tasks: Vec<Weak<dyn CloseTasks>>,
    /// What runs when the response is over; `None` when it is.
    after: Option<Vec<Reserved>>,
}

/// Tasks that take no more when the request ends. What of them runs, the request owns.
pub(crate) trait CloseTasks: Send + Sync {
    fn close(&self);
}

impl RequestCore {
    /// Starts the clock: the deadline counts from now.
    pub(crate) fn start(page: &'static str, parts: &Parts, timeout: Duration) -> Arc<Self> {
        let path = super::original_uri(parts).path();
        let recorder = Recorder::new(page, parts.method.clone(), path, timeout);
        let own = Deadline::since(recorder.arrived(), timeout);
        let given = parts.extensions.get::<Deadline>().copied();
        let core = Arc::new(Self {
            deadline: given.map_or(own, |given| given.min(own)),
            cancel: LazyToken::default(),
            #[cfg(feature = "testing")]
            watched: super::watch::Watch::begin(parts, &recorder),
            recorder,
            running: Mutex::new(Running {
                after: Some(Vec::new()),
                ..Running::default()
            }),
            open_tasks: OnceLock::new(),
            response_head: ResponseHead::of(page),
            returned: AtomicBool::new(false),
        });
        #[cfg(feature = "testing")]
        if let Some(watched) = core.watched() {
            watched.watch(super::watch::Part::Context, &core);
        }
        core
    }

    /// What a test sees of the request, if it is one's.
    #[cfg(feature = "testing")]
    pub(crate) fn watched(&self) -> Option<&super::watch::Watched> {
        self.watched.as_deref()
    }

    pub(crate) fn deadline(&self) -> Deadline {
        self.deadline
    }

    pub(crate) fn token(&self) -> CancellationToken {
        self.cancel.token()
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

    /// Tells these tasks when the request ends; `false` when it has.
    pub(crate) fn close_with(&self, tasks: Weak<dyn CloseTasks>) -> bool {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if !running.closed {
            running.tasks.push(tasks);
        }
        !running.closed
    }

    /// A task has been registered, for which the document waits.
    pub(crate) fn open_task(&self) -> OpenTask {
        self.open_tasks().open()
    }

    /// What the code of the page says about the head of the response.
    pub(crate) fn response_head(&self) -> &ResponseHead {
        &self.response_head
    }

    /// The function of the page has returned: what it and its components register starts by itself.
    pub(crate) fn page_returned(&self) {
        self.returned.store(true, Relaxed);
    }

    pub(crate) fn has_page_returned(&self) -> bool {
        self.returned.load(Relaxed)
    }

    /// The tasks for which the document waits.
    pub(crate) fn open_tasks(&self) -> &OpenTasks {
        self.open_tasks.get_or_init(OpenTasks::default)
    }

    /// Whether there are any.
    pub(crate) fn has_open_tasks(&self) -> bool {
        self.open_tasks.get().is_some_and(|tasks| !tasks.is_empty())
    }

    /// Keeps work for when the response is over; gives it back when it is.
    pub(crate) fn after_response(&self, work: Reserved) -> Result<(), Reserved> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut running.after {
            Some(after) => {
                after.push(work);
                Ok(())
            }
            None => Err(work),
        }
    }

    /// The response is over: what is to run now. There comes no more.
    pub(crate) fn take_after_response(&self) -> Vec<Reserved> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.after.take().unwrap_or_default()
    }

    /// Cancels every load that runs; none is started after this. `outcome` is what they are
    /// recorded with.
    pub(crate) fn close(&self, outcome: LoadOutcome) {
        let (loads, tasks) = {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            running.closed = true;
            let loads = std::mem::take(&mut running.loads);
            (loads, std::mem::take(&mut running.tasks))
        };
        self.recorder.close_loads(outcome);
        self.cancel.cancel();
        for tasks in tasks {
            if let Some(tasks) = tasks.upgrade() {
                tasks.close();
            }
        }
        for load in loads {
            load.abort();
        }
    }
}

/// What belongs to one load while it runs.
pub(crate) struct LoadScope {
    pub(crate) name: &'static str,
    pub(crate) entry: LoadEntry,
    own: Option<Duration>,
    limit: OnceLock<Deadline>,
    token: OnceLock<CancellationToken>,
    /// The tasks that the loader registers.
    pub(crate) tasks: Local,
    delay: OnceLock<Duration>,
    /// Its body, or something else of its own, was not there at once.
    has_waited: AtomicBool,
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
            tasks: Local::default(),
            delay: OnceLock::new(),
            has_waited: AtomicBool::new(false),
        }
    }

    pub(crate) fn note_wait(&self) {
        self.has_waited.store(true, Relaxed);
    }

    pub(crate) fn has_waited(&self) -> bool {
        self.has_waited.load(Relaxed)
    }

    /// A test says that the body begins that much later.
    pub(crate) fn set_delay(&self, delay: Duration) {
        self.delay.get_or_init(|| delay);
    }

    /// Waits for that long, mostly not at all. `None` when the limit comes first.
    pub(crate) async fn delayed(&self, limit: Deadline) -> Option<()> {
        match self.delay.get() {
            // Boxed, because it is a part of every load's future.
            Some(delay) => Box::pin(within(limit, tokio::time::sleep(*delay))).await,
            None => Some(()),
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
        self.token
            .get_or_init(|| core.token().child_token())
            .clone()
    }

    pub(crate) fn cancel(&self) {
        if let Some(token) = self.token.get() {
            token.cancel();
        }
    }
}
