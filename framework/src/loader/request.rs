use super::{Deferrable, Deferred, LoadResult, Loaded, Loader};
use crate::{
    context::RequestContext,
    deadline::within,
    error::{LoadError, PageError},
    tasks::Tasks,
};

impl<S: Send + Sync + 'static> RequestContext<S> {
    /// The tasks of the page. In a component, whose page function has returned, a task starts when its handle is
    /// awaited, shown or dropped.
    ///
    /// In a plain handler nothing starts by itself: await [`Tasks::run`](crate::Tasks::run) or a handle.
    #[must_use]
    pub fn tasks(&self) -> Tasks {
        self.cx.tasks()
    }

    /// Runs the loader, or joins its run, and waits for the value.
    ///
    /// # Errors
    /// What the failure means for a page that cannot do without this loader: the status of its
    /// error, 500 for an error without one, 504 when it is late.
    pub async fn loaded<L: Loader<S>>(&self) -> Result<Loaded<L>, PageError> {
        let result = self.load_result::<L>().await;
        result.map_err(|error| PageError::of_load(&error, L::page_error))
    }

    /// Runs the loader, or joins its run, and waits for its result.
    ///
    /// # Errors
    /// The loader's own error, and the other reasons of [`LoadError`].
    pub async fn load_result<L: Loader<S>>(&self) -> LoadResult<L> {
        let deadline = self.deadline();
        within(deadline, self.cx.load_anywhere::<L>().result())
            .await
            .unwrap_or(Err(LoadError::Late))
    }

    /// Starts the loader, unless it runs, and waits for nothing. In a component, give it to
    /// [`<Resolve>`](crate::Resolve).
    ///
    /// A failed dependency that carries a status goes to `on_error` here: the page that the
    /// component stands in is being rendered, and its status is decided.
    #[must_use]
    pub fn deferred<L: Loader<S> + Deferrable>(&self) -> Deferred<L> {
        if self.cx.is_head() {
            Deferred::never()
        } else {
            Deferred::of_load(self.cx.load_anywhere::<L>())
        }
    }
}
