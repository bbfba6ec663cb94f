use super::RequestState;
use crate::user_runtime::UserRuntime;
use std::sync::Arc;

/// Lets go of a request for the one who answers it: declared before the request, it is dropped after it.
///
/// Who lets go of a request last drops its state and what its loads have given, which is the user's and may block. When that is the
/// one who answers, and the connections have a runtime of their own, it goes on the other one.
pub(crate) struct Held<S: Send + Sync + 'static> {
    request: Option<Arc<RequestState<S>>>,
    user: UserRuntime,
}

impl<S: Send + Sync + 'static> Held<S> {
    pub(crate) fn new(user: &UserRuntime) -> Self {
        Self {
            request: None,
            user: user.clone(),
        }
    }

    pub(crate) fn hold(&mut self, request: &Arc<RequestState<S>>) {
        self.request = self.user.is_apart().then(|| request.clone());
    }
}

impl<S: Send + Sync + 'static> Drop for Held<S> {
    fn drop(&mut self) {
        if let Some(request) = self.request.take().and_then(Arc::into_inner) {
            self.user.run(move || drop(request));
        }
    }
}
