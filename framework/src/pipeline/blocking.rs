use crate::{
    deadline::{Deadline, within},
    error::PageError,
};
use http::StatusCode;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How many synchronous pages run at once, where the site does not say: as many as ASP.NET's
/// thread pool starts with for each processor.
pub(crate) const DEFAULT_THREADS: usize = 25;

/// The bounded number of threads on which synchronous pages run.
///
/// A thread that blocks cannot be stopped. So a page whose time is over is answered although its
/// thread still runs, and the thread's permit stays taken until it returns.
#[derive(Clone)]
pub(crate) struct BlockingPool(Arc<Semaphore>);

impl BlockingPool {
    pub(crate) fn new(threads: usize) -> Self {
        Self(Arc::new(Semaphore::new(threads)))
    }

    /// Runs code that may block.
    ///
    /// # Errors
    /// 503 when its turn does not come before the deadline.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        deadline: Deadline,
        f: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PageError> {
        let permit = within(deadline, self.0.clone().acquire_owned()).await;
        let Some(Ok(permit)) = permit else {
            return Err(PageError::status(StatusCode::SERVICE_UNAVAILABLE));
        };
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            f()
        });
        task.await.map_err(|_| PageError::panicked())
    }
}
