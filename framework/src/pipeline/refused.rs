//! When there is no place for a page.

use super::{Pipeline, response};
use crate::{admission::Refused, record::Outcome, render::RequestGuard, security::Trust};
use axum::response::Response;
use http::StatusCode;

impl Pipeline {
    /// Waits for a place.
    pub(super) async fn admit(
        &self,
        guard: &mut RequestGuard,
        page: &'static str,
        weight: usize,
    ) -> Result<(), Refused> {
        let deadline = guard.core().deadline();
        let admission = &self.config.admission;
        let admitted = tokio::select! {
            biased;
            admitted = admission.enter(page, weight, deadline) => admitted,
            // The site stops, and what is not begun by now is not begun any more.
            () = self.config.ending.token().cancelled() => Err(Refused::Full {
                retry_after: admission.retry_after(),
            }),
        };
        guard.admit(admitted?);
        Ok(())
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
