use super::{TaskResult, current::Current, handle::TaskHandle, report::TaskFailure, scope::Scope};
use crate::{
    deadline::{Deadline, within},
    error::LoadError,
    record::{LoadEntry, LoadOutcome},
};
use futures::{FutureExt as _, future::BoxFuture};
use std::{
    error::Error as StdError,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

/// What of a value counts as a failure, such as an item of a list without a result.
pub(super) type Judge<T> = fn(&T) -> Option<(LoadOutcome, Arc<dyn StdError + Send + Sync>)>;

/// A registered task, whose options may still change.
pub(super) struct TaskCell<T, E>(Mutex<Option<Setup<T, E>>>)
where
    E: StdError + Send + Sync + 'static;

struct Setup<T, E>
where
    E: StdError + Send + Sync + 'static,
{
    future: BoxFuture<'static, Result<T, E>>,
    timeout: Option<Duration>,
    ending: Ending<T, E>,
}

/// How a scope starts a task, whatever its type.
pub(super) trait Start: Send + Sync {
    /// The future that runs it, until this deadline at the longest. Its own limit counts when it begins.
    fn run(&self, current: Current, deadline: Deadline) -> BoxFuture<'static, ()>;

    /// Drops it. That tells whoever waits for it.
    fn discard(&self);
}

impl<T, E> TaskCell<T, E>
where
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
{
    pub(super) fn register<P>(
        scope: &Arc<Scope>,
        name: &'static str,
        future: BoxFuture<'static, Result<T, E>>,
    ) -> TaskHandle<T, E, P> {
        let (sender, receiver) = oneshot::channel();
        let mut cell = None;
        let id = scope.add(name, |id| {
            let core = scope.core();
            let setup = Setup {
                future,
                timeout: None,
                ending: Ending {
                    name,
                    id,
                    page: core.recorder().page(),
                    entry: core.recorder().task_registered(name),
                    scope: Arc::downgrade(scope),
                    sender: Some(sender),
                    on_timeout: None,
                    judge: None,
                    token: None,
                },
            };
            let new = Arc::new(Self(Mutex::new(Some(setup))));
            cell = Some(new.clone());
            new
        });
        match (id, cell) {
            (Some(id), Some(cell)) => TaskHandle::new(scope, id, cell, receiver),
            _ => {
                let page = scope.core().recorder().page();
                tracing::warn!(target: "punctual", page, task = name, "a task was registered after the document was closed");
                TaskHandle::closed()
            }
        }
    }

    pub(super) fn set_timeout(&self, timeout: Duration) {
        self.change(|setup| setup.timeout = Some(timeout));
    }

    pub(super) fn set_on_timeout(&self, f: impl FnOnce() -> T + Send + 'static) {
        let before = self.change(|setup| setup.ending.on_timeout.replace(Box::new(f)));
        discard(before);
    }

    pub(super) fn set_token(&self, token: CancellationToken) {
        self.change(|setup| setup.ending.token = Some(token));
    }

    pub(super) fn set_judge(&self, judge: Judge<T>) {
        self.change(|setup| setup.ending.judge = Some(judge));
    }

    pub(super) fn set_name(&self, name: &'static str) {
        self.change(|setup| {
            setup.ending.name = name;
            setup.ending.entry.rename(name);
        });
    }

    /// Changes an option; gives what `change` gives, to be dropped when the lock is free.
    fn change<R>(&self, change: impl FnOnce(&mut Setup<T, E>) -> R) -> Option<R> {
        let mut setup = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = setup.as_mut().map(change);
        drop(setup);
        if changed.is_none() {
            too_late();
        }
        changed
    }

    fn take(&self) -> Option<Setup<T, E>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<T, E> Start for TaskCell<T, E>
where
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
{
    fn run(&self, current: Current, deadline: Deadline) -> BoxFuture<'static, ()> {
        let Some(Setup {
            future,
            timeout,
            mut ending,
        }) = self.take()
        else {
            return std::future::ready(()).boxed();
        };
        async move {
            ending.entry.started();
            let limit = timeout.map_or(deadline, |own| Deadline::after(own).min(deadline));
            let mut future = Box::pin(current.contain(AssertUnwindSafe(future).catch_unwind()));
            let result = within(limit, &mut future).await;
            // A destructor of what is late may panic, and it counts as late all the same.
            discard(future);
            match result {
                Some(Ok(result)) => {
                    ending.finish(result.map_err(|error| LoadError::Failed(Arc::new(error))));
                }
                Some(Err(payload)) => {
                    discard(payload);
                    ending.finish(Err(LoadError::Panicked));
                }
                None => ending.late(),
            }
        }
        .in_current_span()
        .boxed()
    }

    fn discard(&self) {
        let setup = self.take();
        discard(setup);
    }
}

/// Says that an option of a task does not count.
pub(super) fn too_late() {
    tracing::warn!(target: "punctual", "an option of a task was set after it had started, and does not count");
}

/// Drops what is of user code, whose destructors may panic.
fn discard<T>(value: T) {
    if catch_unwind(AssertUnwindSafe(|| drop(value))).is_err() {
        tracing::error!(target: "punctual", "a destructor panicked");
    }
}

/// Tells everybody how a task has ended. Dropped before it was told itself, the request has ended, or the loader that
/// the task belongs to.
struct Ending<T, E>
where
    E: StdError + Send + Sync + 'static,
{
    name: &'static str,
    id: usize,
    page: &'static str,
    entry: LoadEntry,
    scope: Weak<Scope>,
    sender: Option<oneshot::Sender<TaskResult<T, E>>>,
    on_timeout: Option<Box<dyn FnOnce() -> T + Send>>,
    judge: Option<Judge<T>>,
    /// Says that its work is no longer wanted.
    token: Option<CancellationToken>,
}

impl<T, E> Ending<T, E>
where
    E: StdError + Send + Sync + 'static,
{
    fn finish(&mut self, result: TaskResult<T, E>) {
        let (outcome, error) = match &result {
            Ok(value) => match self.judge.and_then(|judge| judge(value)) {
                Some((outcome, error)) => (outcome, Some(error)),
                None => (LoadOutcome::Complete, None),
            },
            Err(LoadError::Failed(error)) => {
                let error: Arc<dyn StdError + Send + Sync> = error.clone();
                (LoadOutcome::Failed, Some(error))
            }
            Err(LoadError::Panicked) => (LoadOutcome::Panicked, None),
            Err(_) => (LoadOutcome::Late, None),
        };
        self.tell(outcome, error, Some(result));
    }

    /// The handler, if there is one, gives what stands in for the value.
    fn late(&mut self) {
        match self.on_timeout.take() {
            Some(handler) => match catch_unwind(AssertUnwindSafe(handler)) {
                Ok(value) => match self.judge.and_then(|judge| judge(&value)) {
                    Some((outcome, error)) => self.tell(outcome, Some(error), Some(Ok(value))),
                    None => self.tell(LoadOutcome::Late, None, Some(Ok(value))),
                },
                Err(payload) => {
                    discard(payload);
                    self.tell(LoadOutcome::Panicked, None, Some(Err(LoadError::Panicked)));
                }
            },
            None => self.tell(LoadOutcome::Late, None, Some(Err(LoadError::Late))),
        }
    }

    fn tell(
        &mut self,
        outcome: LoadOutcome,
        error: Option<Arc<dyn StdError + Send + Sync>>,
        result: Option<TaskResult<T, E>>,
    ) {
        let Some(sender) = self.sender.take() else {
            return;
        };
        self.entry.ended(outcome);
        if outcome != LoadOutcome::Complete
            && let Some(token) = self.token.take()
        {
            token.cancel();
        }
        // A late task whose handler has given a value is in the record, and no failure.
        let handled =
            outcome == LoadOutcome::Late && matches!(result, Some(Ok(_))) && error.is_none();
        let failed = outcome != LoadOutcome::Complete && !handled;
        let failure = failed.then(|| TaskFailure::new(self.name, outcome, error));
        if let Some(failure) = &failure {
            failure.log(self.page);
        }
        // Who hears of the result finds that nothing waits for it any more.
        let scope = self.scope.upgrade();
        if let Some(scope) = &scope {
            scope.release(self.id);
        }
        match result {
            Some(result) => discard(sender.send(result)),
            None => drop(sender),
        }
        if let Some(scope) = scope {
            scope.end(self.id, failure);
        }
    }
}

impl<T, E> Drop for Ending<T, E>
where
    E: StdError + Send + Sync + 'static,
{
    fn drop(&mut self) {
        if self.sender.is_none() {
            return;
        }
        match self.entry.outcome() {
            Some(LoadOutcome::Late) => self.late(),
            _ => self.tell(LoadOutcome::Cancelled, None, None),
        }
    }
}
