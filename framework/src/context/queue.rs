use futures::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use std::{
    any::TypeId,
    collections::HashSet,
    sync::{Mutex, PoisonError},
};
use tokio_util::sync::CancellationToken;

/// Loads that run one after another: those that a page with `load = "sequential"` asks for, or one
/// loader on such a page.
///
/// Each level has a queue of its own. A load begins when those before it on its level are done, and it
/// is done when those that it needs are; so in all there runs one at a time, dependencies first.
#[derive(Default)]
pub(crate) struct Queue(Mutex<State>);

#[derive(Default)]
struct State {
    /// Ends when all of them have. (One that is needed by another on this level may be done before its
    /// turn.)
    last: Option<Shared<BoxFuture<'static, ()>>>,
    seen: HashSet<TypeId>,
}

/// A load waits for it before it begins. Whoever says first that it may begin is heard: the load
/// may stand in several queues.
#[derive(Clone, Default)]
pub(crate) struct Turn(CancellationToken);

impl Turn {
    /// The load may begin.
    pub(crate) fn come(&self) {
        self.0.cancel();
    }

    /// Ends when it may.
    pub(crate) async fn wait(&self) {
        self.0.cancelled().await;
    }
}

impl Queue {
    /// Puts a load at the end, unless it is there already. `done` ends with the load. What is given back
    /// lets it begin when those before it are done; somebody has to run that.
    pub(crate) fn append(
        &self,
        load: TypeId,
        turn: Turn,
        done: BoxFuture<'static, ()>,
    ) -> Option<impl Future<Output = ()> + Send + 'static> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.seen.insert(load) {
            return None;
        }
        let Some(before) = state.last.take() else {
            state.last = Some(done.shared());
            turn.come();
            return None;
        };
        let ready = before.clone();
        state.last = Some(async move { before.then(|()| done).await }.boxed().shared());
        Some(async move {
            ready.await;
            turn.come();
        })
    }
}
