use super::{
    TaskResult,
    progress::Shown,
    scope::Scope,
    task::{Judge, TaskCell},
};
use crate::error::LoadError;
use futures::{FutureExt as _, future::BoxFuture};
use std::{
    error::Error as StdError,
    fmt,
    sync::{Arc, Weak},
    time::Duration,
};
use tokio::sync::oneshot;

/// A registered task: its options until it starts, and its result, for `<Resolve data=..>` or by `.await`.
///
/// A page that is streamed puts it into [`<Resolve>`](crate::Resolve): its `on_timeout` and `on_error` say what stands
/// in the place of a late or failed task. An `async fn` page, a loader or another task awaits it, which starts everything
/// that is registered beside it. Dropping it does not stop the task.
///
/// The result is the value or a [`LoadError`]: `Failed` with the task's own error, `Late`, `Panicked`, or `Closed`. `?` in a
/// page or a loader makes a 504 of a late one, and a 500 of the others.
///
/// Options count until the task starts; one that comes later is ignored, and the log says so.
///
/// `T` and `E` are those of the future's `Result`; `P` is what it [sends](crate::Progress) while it runs.
///
/// ```
/// use http::StatusCode;
/// use punctual::prelude::*;
/// use std::{io, time::Duration};
///
/// async fn rate() -> Result<f64, io::Error> {
///     Ok(1.1)
/// }
///
/// #[page(async, path = "/rate", timeout = "2s")]
/// async fn RatePage(tasks: Tasks) -> Result<impl IntoView, PageError> {
///     let today = tasks.register("today", rate()).timeout(Duration::from_secs(1));
///     let tomorrow = tasks.register("tomorrow", rate()).on_timeout(|| f64::NAN);
///     // Both run meanwhile.
///     let today = today.await.map_err(|_| PageError::status(StatusCode::BAD_GATEWAY))?;
///     Ok(view! { <p>{today}</p> <Resolve data=tomorrow let:rate>{rate}</Resolve> })
/// }
/// # let _ = Site::builder().pages(pages![RatePage]).build();
/// ```
pub struct TaskHandle<T, E, P = ()>
where
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
{
    /// `None` when the document was closed before the task was registered.
    task: Option<Task<T, E>>,
    shown: Option<Shown<P>>,
}

struct Task<T, E>
where
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
{
    scope: Weak<Scope>,
    id: usize,
    cell: Arc<TaskCell<T, E>>,
    result: Option<oneshot::Receiver<TaskResult<T, E>>>,
}

impl<T, E, P> TaskHandle<T, E, P>
where
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
{
    pub(super) fn new(
        scope: &Arc<Scope>,
        id: usize,
        cell: Arc<TaskCell<T, E>>,
        result: oneshot::Receiver<TaskResult<T, E>>,
    ) -> Self {
        Self {
            task: Some(Task {
                scope: Arc::downgrade(scope),
                id,
                cell,
                result: Some(result),
            }),
            shown: None,
        }
    }

    pub(super) fn closed() -> Self {
        Self {
            task: None,
            shown: None,
        }
    }

    pub(super) fn with_progress(mut self, shown: Shown<P>) -> Self {
        self.shown = Some(shown);
        self
    }

    /// The task's own limit, counted from when it begins, never beyond what the page or the loader has left. Default: no
    /// limit of its own.
    #[must_use = "the handle is the task's result; drop it explicitly if nobody wants it"]
    pub fn timeout(self, timeout: Duration) -> Self {
        self.change(|cell| cell.set_timeout(timeout))
    }

    /// What stands in for the value when the task is late, at its own limit or at the deadline; called once, then, also
    /// when nobody shows or awaits the task, and when its turn had not come. The task counts as late in the record, and as
    /// no failure in the report. It is not called when the visitor leaves. (ASP.NET's timeout handler.)
    ///
    /// At the page's deadline there are 20 ms for it and for rendering what it gives; it should not block. A panic in it is
    /// that of the task. Default: the result is [`LoadError::Late`].
    #[must_use = "the handle is the task's result; drop it explicitly if nobody wants it"]
    pub fn on_timeout(self, f: impl FnOnce() -> T + Send + 'static) -> Self {
        self.change(|cell| cell.set_on_timeout(f))
    }

    /// One of those that run one after another, in the order in which they were registered. A late or failed one does not
    /// keep the next from running. Default: it starts at once, beside the others. (ASP.NET's `executeInParallel: false`, which
    /// is the default there.)
    #[must_use = "the handle is the task's result; drop it explicitly if nobody wants it"]
    pub fn sequential(self) -> Self {
        if let Some(task) = &self.task
            && let Some(scope) = task.scope.upgrade()
        {
            scope.make_sequential(task.id);
        }
        self
    }

    /// Whether the document was closed before the task was registered, so that it never runs.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.task.is_none()
    }

    pub(super) fn judged(self, judge: Judge<T>) -> Self {
        self.change(|cell| cell.set_judge(judge))
    }

    pub(super) fn named(self, name: &'static str) -> Self {
        self.change(|cell| cell.set_name(name))
    }

    pub(super) fn change(self, change: impl FnOnce(&TaskCell<T, E>)) -> Self {
        if let Some(task) = &self.task {
            change(&task.cell);
        }
        self
    }

    pub(crate) fn take_shown(&mut self) -> Option<Shown<P>> {
        self.shown.take()
    }

    /// Waits for the result. Whether that starts the task where tasks do not start by themselves is the question.
    pub(crate) fn result(mut self, asked: Asked) -> BoxFuture<'static, TaskResult<T, E>> {
        let Some(mut task) = self.task.take() else {
            return std::future::ready(Err(LoadError::Closed)).boxed();
        };
        async move {
            if let Some(scope) = task.scope.upgrade() {
                match asked {
                    Asked::Awaited => scope.awaited(task.id),
                    Asked::Shown => drop(scope.let_go(task.id)),
                }
            }
            match task.result.take() {
                // The request has ended, or the loader that it belongs to.
                Some(result) => result.await.unwrap_or(Err(LoadError::Late)),
                None => Err(LoadError::Late),
            }
        }
        .boxed()
    }
}

/// Who waits for a task.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Code that goes on when the result is there.
    Awaited,
    /// A place in the document.
    Shown,
}

/// Starts what is registered and has not started, and waits for this task.
impl<T, E, P> IntoFuture for TaskHandle<T, E, P>
where
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
{
    type Output = Result<T, LoadError<E>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.result(Asked::Awaited)
    }
}

impl<T, E> Drop for Task<T, E>
where
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
{
    fn drop(&mut self) {
        if let Some(scope) = self.scope.upgrade() {
            scope.let_go(self.id);
        }
    }
}

impl<T, E, P> fmt::Debug for TaskHandle<T, E, P>
where
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskHandle").finish_non_exhaustive()
    }
}
