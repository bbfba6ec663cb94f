//! How a call is delayed, made to fail, and counted.

use std::error::Error;
use std::future::{Future, pending};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::Serialize;
use tokio::sync::watch;

use super::server::ServiceOptions;
use super::stats::Counters;
use crate::catalog::{CallOptions, Delay, Fault};

/// What all calls to a running service share.
#[derive(Clone, Debug)]
pub(super) struct Service {
    pub(super) counters: Counters,
    delay: Delay,
    random: Arc<Mutex<StdRng>>,
    stopping: watch::Receiver<()>,
}

impl Service {
    /// `stopping` closes when the service stops: calls that wait are then answered at once.
    pub(super) fn new(options: &ServiceOptions, stopping: watch::Receiver<()>) -> Self {
        let random = options
            .seed
            .map_or_else(rand::make_rng, StdRng::seed_from_u64);
        Self {
            counters: Counters::default(),
            delay: options.delay,
            random: Arc::new(Mutex::new(random)),
            stopping,
        }
    }

    fn draw(&self, delay: Delay) -> Duration {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        delay.draw(&mut *random)
    }

    /// Waits for `future`, but not beyond the end of the service.
    async fn unless_stopping<T>(&self, future: impl Future<Output = T>) -> Result<T, Response> {
        tokio::select! {
            output = future => Ok(output),
            () = closed(self.stopping.clone()) => Err(error(
                StatusCode::SERVICE_UNAVAILABLE,
                "The catalog is stopping.",
            )),
        }
    }
}

/// Waits until the sender is gone.
pub(super) async fn closed(mut receiver: watch::Receiver<()>) {
    while receiver.changed().await.is_ok() {}
}

/// The middleware around every call that is counted.
///
/// When the caller hangs up, the server drops this future wherever it waits, and with it the
/// guard that counts the call as cancelled.
pub(super) async fn slow_and_counted(
    State(service): State<Service>,
    options: Result<Query<CallOptions>, QueryRejection>,
    request: Request,
    next: Next,
) -> Response {
    let call = service.counters.begin();
    let response = answer(&service, options, request, next)
        .await
        .unwrap_or_else(|early| early);
    call.answered();
    response
}

async fn answer(
    service: &Service,
    options: Result<Query<CallOptions>, QueryRejection>,
    request: Request,
    next: Next,
) -> Result<Response, Response> {
    let Query(options) =
        options.map_err(|rejection| error(StatusCode::BAD_REQUEST, cause(&rejection)))?;
    if options.hang {
        service.unless_stopping(pending::<()>()).await?;
    }
    let delay = service.draw(options.delay.unwrap_or(service.delay));
    if !delay.is_zero() {
        service.unless_stopping(tokio::time::sleep(delay)).await?;
    }
    match options.fail {
        Some(Fault::Status(status)) => Err(error(status, "The catalog fails, as it was asked to.")),
        Some(Fault::BrokenJson) => Err((
            [(header::CONTENT_TYPE, "application/json")],
            r#"[{"id":1,"name":"#,
        )
            .into_response()),
        None => Ok(next.run(request).await),
    }
}

/// What is wrong with which key, without the words that Axum puts in front.
fn cause(rejection: &QueryRejection) -> String {
    rejection
        .source()
        .map_or_else(|| rejection.body_text(), ToString::to_string)
}

/// An error as every caller gets it.
pub(super) fn error(status: StatusCode, message: impl Into<String>) -> Response {
    #[derive(Serialize)]
    struct ErrorBody {
        error: String,
    }
    let error = message.into();
    (status, Json(ErrorBody { error })).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_delays() {
        let delay = "1ms..1000ms".parse().expect("a range");
        let draws = |seed| {
            let (_life, stopping) = watch::channel(());
            let service = Service::new(&ServiceOptions { delay, seed }, stopping);
            [(); 8].map(|()| service.draw(delay))
        };
        assert_eq!(draws(Some(1)), draws(Some(1)));
        assert_ne!(draws(Some(1)), draws(Some(2)));
        assert_ne!(draws(None), draws(None));
    }
}
