use super::scope::Scope;
use std::sync::Weak;

/// The task that runs here: others that it registers are its children.
#[derive(Clone)]
pub(super) struct Current {
    pub(super) scope: Weak<Scope>,
    pub(super) id: usize,
}

tokio::task_local! {
    static CURRENT: Current;
}

impl Current {
    /// Polls a future inside of this task.
    pub(super) fn contain<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, future)
    }

    pub(super) fn get() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }
}
