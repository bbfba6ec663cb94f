use super::scope::{Scope, Within};
use std::sync::Weak;

/// The task that runs here: others that it registers are its children.
#[derive(Clone)]
pub(super) struct Current {
    pub(super) scope: Weak<Scope>,
    pub(super) within: Within,
}

tokio::task_local! {
    static CURRENT: Current;
}

impl Current {
    /// Polls a future inside of this task.
    pub(super) fn contain<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, future)
    }

    /// Calls a function inside of this task.
    pub(super) fn call<T>(&self, function: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self.clone(), function)
    }

    pub(super) fn get() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// An item of the list that this task works on. What it registers is its own.
    pub(super) fn item(mut self, index: usize) -> Self {
        self.within.item = Some(index);
        self
    }

    /// It has ended: what it has left starts.
    pub(super) fn ended(&self) {
        if let Some(scope) = self.scope.upgrade() {
            scope.start_left(self.within);
        }
    }
}
