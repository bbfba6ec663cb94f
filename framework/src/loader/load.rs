use super::{
    LoadResult, Loaded, Loader, LoaderInfo,
    stub::{self, StubRun},
    tasks::LoaderTasks,
};
use crate::{
    context::{Cx, LoadScope, Turn},
    deadline::within,
    error::{LoadError, PageError},
    record::LoadOutcome,
};
use futures::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use std::{
    any::TypeId,
    pin::Pin,
    sync::{Arc, PoisonError},
    task::{Context, Poll},
};
use tracing::Instrument as _;

pub(crate) type LoadFuture<L> = BoxFuture<'static, LoadResult<L>>;

/// A run of a loader: a future of its [`LoadResult`], shared by all who asked for it.
///
/// The loader runs in a task of its own, so dropping this stops nothing; it ends when the request
/// does.
pub struct Load<L: LoaderInfo> {
    result: Shared<LoadFuture<L>>,
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
    pub(crate) fn of_future(future: LoadFuture<L>) -> Self {
        Self {
            result: future.shared(),
            turn: None,
        }
    }
}

impl<L: LoaderInfo> Future for Load<L> {
    type Output = LoadResult<L>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.result.poll_unpin(cx)
    }
}

impl<S: Send + Sync + 'static> Cx<S> {
    /// Starts the loader, or joins the run that is there.
    pub(crate) fn load<L: Loader<S>>(&self) -> Load<L> {
        let load = self.run_of::<L>();
        let Some(turn) = load.turn.clone() else {
            return load;
        };
        match &self.queue {
            Some(queue) => {
                let done = load.clone().map(drop).boxed();
                if let Some(next) = queue.append(TypeId::of::<L>(), turn, done) {
                    self.core().own(tokio::spawn(next).abort_handle());
                }
            }
            None => turn.come(),
        }
        load
    }

    fn run_of<L: Loader<S>>(&self) -> Load<L> {
        // The lock is held while the task is spawned: of two who ask at once, one starts it.
        let mut memo = self
            .request
            .memo
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(load) = memo
            .get(&TypeId::of::<L>())
            .and_then(|load| load.downcast_ref::<Load<L>>())
        {
            return load.clone();
        }
        let load = self.start::<L>();
        memo.insert(TypeId::of::<L>(), Box::new(load.clone()));
        load
    }

    fn start<L: Loader<S>>(&self) -> Load<L> {
        let core = self.core();
        if core.is_closed() {
            return Load::of_future(std::future::ready(Err(LoadError::Late)).boxed());
        }
        let entry = core.recorder().load_requested(L::NAME);
        let scope = Arc::new(LoadScope::new(L::NAME, entry, L::TIMEOUT));
        let cx = self.with_scope(scope.clone());
        let page = core.recorder().page();
        let deadline = core.deadline();
        let turn = self.request.queue.is_some().then(Turn::default);
        let mine = turn.clone();
        let is_head = self.is_head();
        let stub = stub::find::<L>(&self.request.stubs);
        let task = tokio::spawn(
            async move {
                // Dropped last, also when the body panics: it then tells the record.
                let scope = scope;
                let tasks = LoaderTasks::of(scope.clone(), is_head);
                let result = {
                    let run = async {
                        if let Some(turn) = mine {
                            turn.wait().await;
                        }
                        match stub.map(|stub| stub.run()) {
                            Some(StubRun::Instead(stub)) => return cx.stubbed(stub).await,
                            Some(StubRun::Original { after }) => scope.set_delay(after),
                            None => {}
                        }
                        L::run(cx).await.map(Loaded::new)
                    };
                    within(deadline, run).await.unwrap_or(Err(LoadError::Late))
                };
                if matches!(result, Err(LoadError::Late)) {
                    scope.cancel();
                }
                tasks.ended::<L>(&result);
                scope.entry.ended(outcome(&result));
                log_failure::<L>(page, &result);
                result
            }
            // A task is moved more than once, with as much as it may ever hold.
            .boxed()
            .in_current_span(),
        );
        core.own(task.abort_handle());
        let load = Load::of_future(
            async move {
                match task.await {
                    Ok(result) => result,
                    Err(error) if error.is_panic() => {
                        tracing::error!(target: "punctual", page, loader = L::NAME, "the loader panicked");
                        Err(LoadError::Panicked)
                    }
                    Err(_) => Err(LoadError::Late),
                }
            }
            .boxed(),
        );
        Load { turn, ..load }
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
