use super::{LAST_WORDS, Served, error::ServeError};
use crate::exit::Exit;
use std::{io, panic::resume_unwind};
use tokio::runtime::{Builder, Handle, Runtime};

/// The runtime of a site's connections. All of them end with it.
pub(super) struct ConnectionRuntime(Option<Runtime>);

impl ConnectionRuntime {
    /// Starts it, if the site has one, and tells the site that its pages run on the runtime that this is called in.
    pub(super) fn of(site: &Served) -> Result<Option<Self>, ServeError> {
        if site.connection_threads == 0 {
            return Ok(None);
        }
        let runtime = Builder::new_multi_thread()
            .worker_threads(site.connection_threads)
            .thread_name("punctual-connections")
            .enable_all()
            .build()
            .map_err(ServeError::Runtime)?;
        site.user.set(Handle::current());
        Ok(Some(Self(Some(runtime))))
    }

    /// Runs a future there to its end, or until this is dropped.
    pub(super) async fn run(&self, serving: impl Future<Output = Exit> + Send + 'static) -> Exit {
        let stopped = || ServeError::Runtime(io::Error::other("it was stopped"));
        let runtime = self.0.as_ref().ok_or_else(stopped)?;
        match runtime.spawn(serving).await {
            Ok(exit) => exit,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(_) => Err(stopped().into()),
            },
        }
    }

    /// Waits a little for its threads, so that what still runs there is gone when the site has stopped.
    pub(super) async fn stop(mut self) {
        if let Some(runtime) = self.0.take() {
            let stop = move || runtime.shutdown_timeout(LAST_WORDS);
            // It ends all the same when the runtime of the caller ends first.
            let _ = tokio::task::spawn_blocking(stop).await;
        }
    }
}

impl Drop for ConnectionRuntime {
    /// It may be dropped where nobody may wait.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
