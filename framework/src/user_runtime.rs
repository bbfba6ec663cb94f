//! Where code of the user runs.

use std::sync::{Arc, OnceLock};
use tokio::{
    runtime::Handle,
    task::{AbortHandle, JoinHandle, JoinSet},
};

/// The runtime for the code of the user: pages, loaders, plain routes, and what they leave to be dropped.
///
/// Where the connections of a site have a runtime of their own, this is the other one, which is known when the site is
/// served. Everywhere else it is the one that asks. A clone is the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserRuntime(Arc<OnceLock<Handle>>);

impl UserRuntime {
    /// From now on it is this one, whoever asks. It can be said once.
    pub(crate) fn set(&self, runtime: Handle) {
        // A site is served once, so nobody has said another.
        let _ = self.0.set(runtime);
    }

    /// Whether it is another one than that of the connections.
    pub(crate) fn is_apart(&self) -> bool {
        self.0.get().is_some()
    }

    /// The runtime; `None` when nothing is served any more and this is asked outside of all runtimes.
    pub(crate) fn handle(&self) -> Option<Handle> {
        match self.0.get() {
            Some(runtime) => Some(runtime.clone()),
            None => Handle::try_current().ok(),
        }
    }

    /// Runs a future there, in a task.
    ///
    /// # Panics
    /// Outside of all runtimes, if it is that of who asks.
    pub(crate) fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        match self.0.get() {
            Some(runtime) => runtime.spawn(future),
            None => tokio::spawn(future),
        }
    }

    /// The same in one task of several.
    ///
    /// # Panics
    /// As [`spawn`](Self::spawn) does.
    pub(crate) fn spawn_in<T, F>(&self, tasks: &mut JoinSet<T>, future: F) -> AbortHandle
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        match self.0.get() {
            Some(runtime) => tasks.spawn_on(future, runtime),
            None => tasks.spawn(future),
        }
    }

    /// Calls a function there, in a task; here when there is no runtime any more.
    pub(crate) fn run(&self, f: impl FnOnce() + Send + 'static) {
        match self.handle() {
            Some(runtime) => drop(runtime.spawn(async move { f() })),
            None => f(),
        }
    }
}
