use crate::{
    blocking::{BlockingError, Work},
    context::Cx,
    deadline::within,
    error::LoadError,
};
use futures::future::BoxFuture;
use std::{future::poll_fn, sync::Arc};

impl<S: Send + Sync + 'static> Cx<S> {
    /// Runs the body of a loader, whose arguments are there, under the loader's own limit.
    ///
    /// The request's deadline is watched by the task around it.
    #[doc(hidden)]
    pub fn body<'a, T, E>(
        &'a self,
        body: impl Future<Output = Result<T, E>> + Send + 'a,
    ) -> impl Future<Output = Result<T, LoadError<E>>> {
        // In a box, because a future has room for each that it is given and for each that it waits for, which may be the same.
        self.boxed_body(Box::pin(body))
    }

    async fn boxed_body<T, E>(
        &self,
        mut body: BoxFuture<'_, Result<T, E>>,
    ) -> Result<T, LoadError<E>> {
        let result = match &self.scope {
            Some(scope) => {
                let limit = scope.begin(self.core());
                scope.delayed(limit).await.ok_or(LoadError::Late)?;
                let mut first = Some(scope);
                let body = poll_fn(|cx| {
                    let polled = body.as_mut().poll(cx);
                    if let Some(scope) = first.take()
                        && polled.is_pending()
                    {
                        scope.note_wait();
                    }
                    polled
                });
                if scope.has_own_limit() {
                    within(limit, body).await.ok_or(LoadError::Late)?
                } else {
                    body.await
                }
            }
            None => body.await,
        };
        result.map_err(|error| LoadError::Failed(Arc::new(error)))
    }

    /// Runs what a test has put in place of a loader, under the loader's own limit.
    pub(super) async fn stubbed<T, E>(
        &self,
        stub: impl Future<Output = Result<T, LoadError<E>>> + Send,
    ) -> Result<T, LoadError<E>> {
        match &self.scope {
            Some(scope) => {
                let limit = scope.begin(self.core());
                within(limit, stub).await.unwrap_or(Err(LoadError::Late))
            }
            None => stub.await,
        }
    }

    /// Runs the body of a blocking loader, whose arguments are there, on a blocking thread. Its own
    /// limit counts from now, the wait for a thread included.
    #[doc(hidden)]
    pub async fn blocking_body<T, E>(
        &self,
        body: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, LoadError<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        let (name, deadline, own) = match &self.scope {
            Some(scope) => {
                scope.note_wait();
                let limit = scope.count(self.core());
                (scope.name, limit, scope.has_own_limit())
            }
            None => (self.core().recorder().page(), self.core().deadline(), false),
        };
        if let Some(scope) = &self.scope {
            scope.delayed(deadline).await.ok_or(LoadError::Late)?;
        }
        let work = Work {
            name,
            deadline,
            token: self.token(),
        };
        let scope = self.scope.clone();
        let body = move || {
            // Held until the body returns: as long as it runs, the load does.
            if let Some(scope) = &scope {
                scope.entry.started();
            }
            body()
        };
        let run = self.request.blocking.run(work, body);
        let result = if own {
            within(deadline, run).await.ok_or(LoadError::Late)?
        } else {
            run.await
        };
        match result {
            Ok(result) => result.map_err(|error| LoadError::Failed(Arc::new(error))),
            Err(BlockingError::NoTurn | BlockingError::Late) => Err(LoadError::Late),
            Err(BlockingError::Panicked) => Err(LoadError::Panicked),
        }
    }
}
