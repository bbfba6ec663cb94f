//! Plain routes, where the connections have a runtime of their own: they run on the other one, and their bodies are made there.

mod relay;

use crate::{render::AbortOnDrop, user_runtime::UserRuntime};
use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use http::StatusCode;
use std::panic::resume_unwind;
use tracing::Instrument as _;

/// Has these routes run on the runtime of the user.
pub(super) fn add<S>(routes: Router<S>, user: UserRuntime) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    routes.layer(middleware::from_fn_with_state(user, call))
}

/// Ends with the visitor, as a handler does that is called in place.
async fn call(State(user): State<UserRuntime>, request: Request, next: Next) -> Response {
    // In a router that another server serves.
    if !user.is_apart() {
        return next.run(request).await;
    }
    let mut task = AbortOnDrop(user.spawn(next.run(request).in_current_span()));
    match (&mut task.0).await {
        Ok(response) => response.map(|body| relay::through(body, &user)),
        Err(error) => match error.try_into_panic() {
            // Layers around the site see it as they would without the task.
            Ok(panic) => resume_unwind(panic),
            Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        },
    }
}
