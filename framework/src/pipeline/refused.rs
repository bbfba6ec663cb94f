//! When there is no place for a page.

use super::{Pipeline, response};
use crate::{
    admission::{Entering, Permit, Refused},
    deadline::Deadline,
    record::Outcome,
    render::RequestGuard,
    security::Trust,
};
use axum::response::Response;
use futures::future::BoxFuture;
use http::StatusCode;
use tokio::time::Instant;

impl Pipeline {
    /// Waits for a place for an error page.
    pub(super) async fn admit(&self, deadline: Deadline) -> Result<Permit, Refused> {
        match self.config.admission.enter("", 1, deadline, Instant::now()) {
            Entering::Now(entered) => entered,
            Entering::Waits(waiting) => self.turn_of(waiting).await,
        }
    }

    /// Waits in line.
    pub(super) async fn turn_of(
        &self,
        waiting: BoxFuture<'static, Result<Permit, Refused>>,
    ) -> Result<Permit, Refused> {
        tokio::select! {
            biased;
            entered = waiting => entered,
            // The site stops, and what is not begun by now is not begun any more.
            () = self.config.ending.token().cancelled() => Err(Refused::Full {
                retry_after: self.config.admission.retry_after(),
            }),
        }
    }

    /// Answers in place of a page that is not begun: with what is there already, because there is no time to make anything.
    pub(super) fn turn_away(&self, mut guard: RequestGuard, refused: Refused) -> Response {
        let (outcome, response) = match refused {
            Refused::Full { retry_after } => {
                let page = self.busy_page.clone();
                (Outcome::Shed, response::busy(page, retry_after))
            }
            Refused::Late => {
                let page = response::static_page(StatusCode::GATEWAY_TIMEOUT);
                (Outcome::TimedOut, page)
            }
        };
        guard.set_outcome(outcome);
        guard.core().recorder().first_byte(response.status());
        self.secure(response, &Trust::NoScripts)
    }
}
