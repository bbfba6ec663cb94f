use super::{
    TaskHandle, Tasks,
    current::Current,
    handle::Asked,
    progress::{Progress, Shown},
};
use crate::{
    error::{LoadError, TimeIsUp},
    record::LoadOutcome,
};
use futures::future::BoxFuture;
use std::{
    convert::Infallible,
    error::Error as StdError,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::task::{Id, JoinError, JoinSet};
use tracing::Instrument as _;

/// How many items are worked on at once where nobody says.
const CONCURRENCY: usize = 8;

/// The results of a list, for `<Resolve data=..>` or by `.await`. See [`Tasks::fan_out`].
///
/// The value has one result for each item, in the order of the items. In the record, the [report](crate::TaskReport) and the
/// log it counts as late when an item was late, else as failed when one has no value; its error there is a
/// [`FanOutFailed`]. For `<Resolve>` it has a value all the same.
///
/// Each item is worked on in a task of Tokio's own; all of them end with the list. What an item registers is its own: its
/// [`run`](crate::Tasks::run) waits for that, and tells of that, and [sequential](TaskHandle::sequential) tasks come one after another
/// in each item. What it leaves starts when it ends.
///
/// Its `Err` is for what goes wrong outside of
/// the items: the document was closed before it was registered ([`LoadError::Closed`]), or the visitor has left.
pub struct FanOut<T, E>
where
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
{
    handle: TaskHandle<Results<T, E>, Infallible, FanOutProgress>,
    concurrency: Arc<AtomicUsize>,
}

type Results<T, E> = Vec<Result<T, LoadError<E>>>;

/// How far a [`FanOut`] is, for the `progress` of `<Resolve>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FanOutProgress {
    /// How many items have a result, be it an error.
    pub done: usize,
    /// How many items there are.
    pub total: usize,
}

/// Some items of a [`FanOut`] have no value, for the log and for [`TaskFailure`](crate::TaskFailure). Its source is the first
/// error.
#[derive(Debug)]
#[non_exhaustive]
pub struct FanOutFailed {
    /// How many failed or panicked.
    pub failed: usize,
    /// How many were late.
    pub late: usize,
    /// How many items there were.
    pub total: usize,
    errors: Vec<(usize, SharedError)>,
}

type SharedError = Arc<dyn StdError + Send + Sync>;

impl FanOutFailed {
    /// The errors of the items that failed with one, each with its place in the list.
    pub fn errors(&self) -> impl Iterator<Item = (usize, &(dyn StdError + Send + Sync + 'static))> {
        self.errors.iter().map(|(index, error)| (*index, &**error))
    }
}

impl fmt::Display for FanOutFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            failed,
            late,
            total,
            ..
        } = self;
        write!(f, "of {total} items {failed} failed and {late} were late")
    }
}

impl StdError for FanOutFailed {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self.errors.first() {
            Some((_, error)) => Some(&**error),
            None if self.failed == 0 => Some(&TimeIsUp),
            None => None,
        }
    }
}

impl<T, E> FanOut<T, E>
where
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
{
    /// How many items are worked on at once, at least one. Default: 8.
    #[must_use = "the handle is the result; drop it explicitly if nobody wants it"]
    pub fn concurrency(self, items: usize) -> Self {
        self.concurrency.store(items.max(1), Relaxed);
        self
    }

    /// Its name in the record and in the log. Default: `fan-out`.
    #[must_use = "the handle is the result; drop it explicitly if nobody wants it"]
    pub fn name(self, name: &'static str) -> Self {
        self.map(|handle| handle.named(name))
    }

    /// Its own limit, counted from when it begins. See [`TaskHandle::timeout`].
    #[must_use = "the handle is the result; drop it explicitly if nobody wants it"]
    pub fn timeout(self, timeout: Duration) -> Self {
        self.map(|handle| handle.timeout(timeout))
    }

    /// One of the tasks that run one after another. See [`TaskHandle::sequential`].
    #[must_use = "the handle is the result; drop it explicitly if nobody wants it"]
    pub fn sequential(self) -> Self {
        self.map(TaskHandle::sequential)
    }

    /// Whether the document was closed before it was registered, so that it never runs.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.handle.is_closed()
    }

    fn map(
        self,
        change: impl FnOnce(
            TaskHandle<Results<T, E>, Infallible, FanOutProgress>,
        ) -> TaskHandle<Results<T, E>, Infallible, FanOutProgress>,
    ) -> Self {
        Self {
            handle: change(self.handle),
            concurrency: self.concurrency,
        }
    }

    pub(crate) fn take_shown(&mut self) -> Option<Shown<FanOutProgress>> {
        self.handle.take_shown()
    }

    pub(crate) fn result(
        self,
        asked: Asked,
    ) -> BoxFuture<'static, Result<Results<T, E>, LoadError<Infallible>>> {
        self.handle.result(asked)
    }
}

/// Starts what is registered and has not started, and waits for this. It is `Err` only when the request has ended, or
/// when the code that makes the requests from the items panicked outside of them.
impl<T, E> IntoFuture for FanOut<T, E>
where
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
{
    type Output = Result<Vec<Result<T, LoadError<E>>>, LoadError<Infallible>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.result(Asked::Awaited)
    }
}

impl<T, E> fmt::Debug for FanOut<T, E>
where
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FanOut").finish_non_exhaustive()
    }
}

pub(super) fn register<I, F, Fut, T, E>(tasks: &Tasks, items: Vec<I>, f: F) -> FanOut<T, E>
where
    I: Send + 'static,
    F: Fn(I) -> Fut + Send + 'static,
    Fut: Future<Output = Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
{
    let concurrency = Arc::new(AtomicUsize::new(CONCURRENCY));
    let slots = Slots::new(items.len());
    let (limit, filled) = (concurrency.clone(), slots.clone());
    let handle = tasks.register_with_progress("fan-out", move |progress| async move {
        run(items, f, limit.load(Relaxed), &filled, &progress).await;
        Ok(filled.take())
    });
    FanOut {
        handle: handle.on_timeout(move || slots.take()).judged(judge),
        concurrency,
    }
}

/// The results so far, which stand when the time is over.
struct Slots<T, E>(Arc<Mutex<Filled<T, E>>>);

type Filled<T, E> = Vec<Option<Result<T, LoadError<E>>>>;

impl<T, E> Clone for Slots<T, E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T, E> Slots<T, E> {
    fn new(count: usize) -> Self {
        let mut slots = Vec::new();
        slots.resize_with(count, || None);
        Self(Arc::new(Mutex::new(slots)))
    }

    fn set(&self, index: usize, result: Result<T, LoadError<E>>) {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get_mut(index) {
            *slot = Some(result);
        }
    }

    /// What is not there is late.
    fn take(&self) -> Results<T, E> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let slots = std::mem::take(&mut *slots).into_iter();
        slots
            .map(|slot| slot.unwrap_or(Err(LoadError::Late)))
            .collect()
    }
}

/// Each item is a task of its own, so that a panic costs one item, and all of them end with this.
async fn run<I, F, Fut, T, E>(
    items: Vec<I>,
    f: F,
    concurrency: usize,
    slots: &Slots<T, E>,
    progress: &Progress<FanOutProgress>,
) where
    F: Fn(I) -> Fut,
    Fut: Future<Output = Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: StdError + Send + Sync + 'static,
{
    let total = items.len();
    let mut items = items.into_iter().enumerate();
    let mut running = JoinSet::new();
    let mut indices = std::collections::HashMap::<Id, usize>::new();
    let mut done = 0;
    progress.send(FanOutProgress { done, total });
    loop {
        while running.len() < concurrency
            && let Some((index, item)) = items.next()
        {
            // What it registers is its own, so that `run` in it waits for that alone.
            let current = Current::get().map(|list| list.item(index));
            let request = || match &current {
                Some(current) => current.call(|| f(item)),
                None => f(item),
            };
            let Ok(request) = catch_unwind(AssertUnwindSafe(request)) else {
                slots.set(index, Err(LoadError::Panicked));
                done += 1;
                continue;
            };
            // It writes its result itself, so that what is there when the time is over counts.
            let mine = slots.clone();
            let request = async move {
                let result = request.await;
                mine.set(
                    index,
                    result.map_err(|error| LoadError::Failed(Arc::new(error))),
                );
            };
            let request = request.in_current_span();
            let task = match current {
                Some(current) => {
                    let left = Left(current.clone());
                    let request = current.contain(request);
                    running.spawn(async move {
                        let _left = left;
                        request.await;
                    })
                }
                None => running.spawn(request),
            };
            indices.insert(task.id(), index);
        }
        let Some(ended) = running.join_next_with_id().await else {
            return;
        };
        match ended {
            Ok((id, ())) => drop(indices.remove(&id)),
            Err(error) => {
                if let Some(index) = indices.remove(&error.id()) {
                    slots.set(index, Err(lost(&error)));
                }
            }
        }
        done += 1;
        progress.send(FanOutProgress { done, total });
    }
}

/// What an item has registered, and not run, starts when it has ended.
struct Left(Current);

impl Drop for Left {
    fn drop(&mut self) {
        self.0.ended();
    }
}

fn lost<E>(error: &JoinError) -> LoadError<E> {
    match error.is_panic() {
        true => LoadError::Panicked,
        false => LoadError::Late,
    }
}

fn judge<T, E>(results: &Results<T, E>) -> Option<(LoadOutcome, SharedError)>
where
    E: StdError + Send + Sync + 'static,
{
    let (mut failed, mut late, mut errors) = (0, 0, Vec::<(usize, SharedError)>::new());
    for (index, result) in results.iter().enumerate() {
        match result {
            Ok(_) => {}
            Err(LoadError::Late) => late += 1,
            Err(LoadError::Failed(error)) => {
                failed += 1;
                errors.push((index, error.clone()));
            }
            Err(_) => failed += 1,
        }
    }
    let outcome = match (late, failed) {
        (0, 0) => return None,
        (0, _) => LoadOutcome::Failed,
        _ => LoadOutcome::Late,
    };
    let total = results.len();
    Some((
        outcome,
        Arc::new(FanOutFailed {
            failed,
            late,
            total,
            errors,
        }),
    ))
}
