use super::LoadResult;
use crate::{context::LoadScope, error::LoadError, loader::LoaderInfo, tasks::Tasks};
use std::sync::Arc;

/// What the function of a loader has registered ends with it, unless it has returned.
pub(super) struct LoaderTasks {
    /// `None` when there is nothing to be closed any more.
    scope: Option<Arc<LoadScope>>,
    /// Whether what is left starts when it has.
    starts: bool,
}

impl LoaderTasks {
    pub(super) fn of(scope: Arc<LoadScope>, is_head: bool) -> Self {
        Self {
            scope: Some(scope),
            starts: !is_head,
        }
    }

    /// The loader has ended. If its function has returned, what is left of its tasks starts by itself.
    pub(super) fn ended<L: LoaderInfo>(mut self, result: &LoadResult<L>) {
        let returned = matches!(result, Ok(_) | Err(LoadError::Failed(_)));
        if !returned {
            return;
        }
        let scope = self.scope.take();
        let tasks = scope.and_then(|scope| scope.tasks.get::<Tasks>());
        if let Some(tasks) = tasks.filter(|_| self.starts) {
            tasks.begin();
        }
    }
}

impl Drop for LoaderTasks {
    fn drop(&mut self) {
        let scope = self.scope.take();
        if let Some(tasks) = scope.and_then(|scope| scope.tasks.get::<Tasks>()) {
            tasks.close();
        }
    }
}
