use super::{
    LoadResult, Loader, LoaderInfo,
    habit::{Watch, Watched},
    stub::{self, StubRun},
    tasks::LoaderTasks,
};
use crate::{
    context::{Cx, LoadScope, Memo, RequestCore, Turn},
    deadline::within,
    error::{LoadError, PageError},
    record::LoadOutcome,
};
use futures::{FutureExt as _, future::BoxFuture};
use std::{
    any::TypeId,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};
use tokio::sync::SetOnce;
use tracing::Instrument as _;

/// Loaders that need others run in place one in the other. Those with more levels below them than this do not: a thread
/// has only so much stack.
const NESTED: usize = 16;

/// Nor do those with more loaders below them, each counted where it is needed: they are asked for their habits every time.
const ASKED: usize = 256;

/// A run of a loader: its [`LoadResult`], when it is there, for all who asked for it.
///
/// The loader runs in a task of its own, or has run in that of the page, so dropping this stops nothing; it ends when the
/// request does.
pub struct Load<L: LoaderInfo> {
    result: Arc<SetOnce<LoadResult<L>>>,
    /// Present when loads run one after another.
    turn: Option<Turn>,
}

impl<L: LoaderInfo> Clone for Load<L> {
    fn clone(&self) -> Self {
        Self {
            result: self.result.clone(),
            turn: self.turn.clone(),
        }
    }
}

impl<L: LoaderInfo> Load<L> {
    /// One whose result is there already; `None` never comes.
    pub(crate) fn of_result(result: Option<LoadResult<L>>) -> Self {
        Self {
            result: Arc::new(SetOnce::new_with(result)),
            turn: None,
        }
    }

    /// Waits for the result.
    pub(crate) async fn result(self) -> LoadResult<L> {
        self.result.wait().await.clone()
    }
}

/// Whether who asks for a load has done so before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    First,
    Again,
}

/// Stands in place of a load whose value somebody has taken out of the request.
struct Taken;

/// Lets the loads of a request forget a value, if nobody has it but one who takes it out, and nobody else asks for it. Loads that wait for their
/// turn are not forgotten: who asks again would have none.
pub(super) fn forget<L: LoaderInfo>(memo: &Memo, value: &Arc<L::Output>) {
    // Whoever else gets it asks here, so while this is locked, the counts do not rise.
    let mut memo = memo.lock();
    if L::habit().is_shared() {
        return;
    }
    let Some(entry) = memo.get_mut(&TypeId::of::<L>()) else {
        return;
    };
    let is_alone = entry.downcast_ref::<Load<L>>().is_some_and(|load| {
        let result = load.result.get();
        let is_this = result.is_some_and(|result| matches!(result, Ok(it) if it.is(value)));
        is_this
            && load.turn.is_none()
            && Arc::strong_count(&load.result) == 1
            && Arc::strong_count(value) == 2
    });
    if is_alone {
        *entry = Box::new(Taken);
    }
}

impl<S: Send + Sync + 'static> Cx<S> {
    /// Starts the loader, or joins the run that is there.
    pub(crate) fn load<L: Loader<S>>(&self) -> Load<L> {
        self.load_with::<L>(false, self.asks())
    }

    /// The same for a component or a plain handler. Whether others ask for it as well, nobody can know.
    pub(crate) fn load_anywhere<L: Loader<S>>(&self) -> Load<L> {
        L::habit().note_shared();
        self.load::<L>()
    }

    /// Gets hold of the run that who asks has started.
    pub(super) fn hold<L: Loader<S>>(&self) -> Load<L> {
        self.load_with::<L>(false, Asks::Again)
    }

    /// Starts the loader, which is waited for before anything is written. In the task that makes the page, one that mostly
    /// has its value at once is run here as far as it comes.
    ///
    /// Not in the task of another loader: whoever waits for this one as well would be woken in the middle of that task, and
    /// Tokio lets nobody else run whom a task has woken last.
    pub(crate) fn begin<L: Loader<S>>(&self) -> Load<L> {
        self.load_with::<L>(self.makes_page, self.asks())
    }

    fn asks(&self) -> Asks {
        match self.is_again {
            true => Asks::Again,
            false => Asks::First,
        }
    }

    fn load_with<L: Loader<S>>(&self, may_run_here: bool, asks: Asks) -> Load<L> {
        let is_sequential = self.request.queue.is_some();
        let is_small = L::LEVELS <= NESTED && L::DEPTH <= ASKED;
        let here = may_run_here && !is_sequential && is_small && L::is_at_once();
        let (load, run) = self.run_of::<L>(here, asks);
        if let Some(run) = run {
            run.begin(here);
        }
        let Some(turn) = load.turn.clone() else {
            return load;
        };
        match &self.queue {
            Some(queue) => {
                let done = load.clone().result().map(drop).boxed();
                if let Some(next) = queue.append(TypeId::of::<L>(), turn, done) {
                    self.core().own(tokio::spawn(next).abort_handle());
                }
            }
            None => turn.come(),
        }
        load
    }

    /// Of two who ask at once, one is given the run.
    fn run_of<L: Loader<S>>(&self, here: bool, asks: Asks) -> (Load<L>, Option<Run>) {
        let mut memo = self.request.memo.lock();
        if let Some(entry) = memo.get(&TypeId::of::<L>()) {
            if asks == Asks::First {
                L::habit().note_shared();
            }
            if let Some(load) = entry.downcast_ref::<Load<L>>() {
                return (load.clone(), None);
            }
        }
        let (load, run) = self.run::<L>(here);
        memo.insert(TypeId::of::<L>(), Box::new(load.clone()));
        (load, run)
    }

    fn run<L: Loader<S>>(&self, here: bool) -> (Load<L>, Option<Run>) {
        let core = self.core();
        if core.is_closed() {
            return (Load::of_result(Some(Err(LoadError::Late))), None);
        }
        let entry = core.recorder().load_requested(L::NAME);
        let scope = Arc::new(LoadScope::new(L::NAME, entry, L::TIMEOUT));
        let cx = Cx {
            makes_page: here,
            ..self.with_scope(scope.clone())
        };
        let page = core.recorder().page();
        let deadline = core.deadline();
        let turn = self.request.queue.is_some().then(Turn::default);
        let is_head = self.is_head();
        let stub = stub::find::<L>(&self.request.stubs);
        let value = match (stub, turn.clone()) {
            (None, None) => {
                let watch = Watch {
                    habit: L::habit(),
                    scope: scope.clone(),
                    loaders: L::DEPTH,
                    spent: Duration::ZERO,
                };
                Watched::new(L::run(cx), Some(watch))
            }
            (stub, turn) => Watched::new(Box::pin(in_turn::<S, L>(cx, stub, turn)), None),
        };
        let load = Load {
            turn,
            ..Load::<L>::of_result(None)
        };
        let promise = Promise {
            page,
            scope: Some(scope.clone()),
            load: load.clone(),
        };
        let future = async move {
            // Dropped last, also when the body panics.
            let promise = promise;
            let tasks = LoaderTasks::of(scope.clone(), is_head);
            let result = within(deadline, value).await;
            let result = result.unwrap_or(Err(LoadError::Late));
            if matches!(result, Err(LoadError::Late)) {
                scope.cancel();
            }
            tasks.ended::<L>(&result);
            log_failure::<L>(page, &result);
            drop(scope);
            promise.keep(result);
        };
        let run = Run {
            core: core.clone(),
            future: future.boxed(),
        };
        (load, Some(run))
    }
}

/// Where something of a test stands in for the loader, or where loads run one after another.
async fn in_turn<S, L>(
    cx: Cx<S>,
    stub: Option<stub::StubFn<L>>,
    turn: Option<Turn>,
) -> LoadResult<L>
where
    S: Send + Sync + 'static,
    L: Loader<S>,
{
    if let Some(turn) = turn {
        turn.wait().await;
    }
    match stub.map(|stub| stub.run()) {
        Some(StubRun::Instead(stub)) => return cx.stubbed(stub).await,
        Some(StubRun::Original { after }) => {
            if let Some(scope) = &cx.scope {
                scope.set_delay(after);
            }
        }
        None => {}
    }
    L::run(cx).await
}

/// The result of a load, which somebody waits for. Dropped without one, the load was cancelled, or has panicked.
///
/// It is the last thing that goes of a load: whoever goes on with the result finds nothing of it any more, and its end in
/// the record.
struct Promise<L: LoaderInfo> {
    page: &'static str,
    scope: Option<Arc<LoadScope>>,
    load: Load<L>,
}

impl<L: LoaderInfo> Promise<L> {
    fn keep(mut self, result: LoadResult<L>) {
        self.set(outcome(&result), result);
    }

    fn set(&mut self, outcome: LoadOutcome, result: LoadResult<L>) {
        if let Some(scope) = self.scope.take() {
            scope.entry.ended(outcome);
        }
        // Nobody else sets it.
        let _ = self.load.result.set(result);
    }
}

impl<L: LoaderInfo> Drop for Promise<L> {
    fn drop(&mut self) {
        if self.load.result.initialized() {
            return;
        }
        if std::thread::panicking() {
            let page = self.page;
            tracing::error!(target: "punctual", page, loader = L::NAME, "the loader panicked");
            self.set(LoadOutcome::Panicked, Err(LoadError::Panicked));
        } else {
            self.set(LoadOutcome::Cancelled, Err(LoadError::Late));
        }
    }
}

/// A run of a loader that has not begun.
struct Run {
    core: Arc<RequestCore>,
    future: BoxFuture<'static, ()>,
}

impl Run {
    /// Begins in a task, or here if the loader mostly has its value at once; what it has to wait for, it then waits for in a task.
    fn begin(self, here: bool) {
        let Self { core, mut future } = self;
        if here {
            let mut nobody = Context::from_waker(Waker::noop());
            let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut nobody)));
            match polled {
                Ok(Poll::Pending) => {}
                Ok(Poll::Ready(())) => return,
                // The hook has said so, and the load has its result. The payload is the user's.
                Err(payload) => {
                    let _ = catch_unwind(AssertUnwindSafe(|| drop(payload)));
                    return;
                }
            }
        }
        core.own(tokio::spawn(future.in_current_span()).abort_handle());
    }
}

/// A failure may be shown in a place of its own, or handled by the page: whoever runs the site learns
/// of it here. An answer such as 404 is none.
fn log_failure<L: LoaderInfo>(page: &'static str, result: &LoadResult<L>) {
    let Err(error @ (LoadError::Failed(_) | LoadError::Rejected(_))) = result else {
        return;
    };
    let meaning = PageError::of_load(error, L::page_error);
    if meaning.status_code().is_server_error() {
        let sources = meaning.sources();
        tracing::warn!(target: "punctual", page, loader = L::NAME, ?sources, "a loader failed");
    }
}

fn outcome<T, E>(result: &Result<T, LoadError<E>>) -> LoadOutcome {
    match result {
        Ok(_) => LoadOutcome::Complete,
        Err(LoadError::Failed(_)) => LoadOutcome::Failed,
        Err(LoadError::Late) => LoadOutcome::Late,
        Err(LoadError::Panicked) => LoadOutcome::Panicked,
        Err(LoadError::Closed) => LoadOutcome::Cancelled,
        Err(LoadError::Dependency(_)) => LoadOutcome::Dependency,
        Err(LoadError::Rejected(_)) => LoadOutcome::Rejected,
    }
}
