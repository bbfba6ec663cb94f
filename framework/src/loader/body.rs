use crate::{context::Cx, deadline::within, error::LoadError};
use std::sync::Arc;

impl<S: Send + Sync + 'static> Cx<S> {
    /// Runs the body of a loader, whose arguments are there, under the loader's own limit.
    ///
    /// The request's deadline is watched by the task around it.
    #[doc(hidden)]
    pub async fn body<T, E>(
        &self,
        body: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, LoadError<E>> {
        let result = match &self.scope {
            Some(scope) => {
                let limit = scope.begin(self.core());
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
}
