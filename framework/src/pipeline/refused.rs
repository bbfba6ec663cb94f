//! When there is no place for a page.

use super::{Pipeline, response};
use crate::{admission::Refused, record::Outcome, render::RequestGuard, security::Trust};
use axum::response::Response;
use http::StatusCode;

impl Pipeline {
    /// Answers in place of a page that is not begun: with what is there already, because there is no time to make anything.
    pub(super) fn turn_away(&self, mut guard: RequestGuard, refused: Refused) -> Response {
        guard.set_outcome(Outcome::Shed);
        let status = StatusCode::SERVICE_UNAVAILABLE;
        guard.core().recorder().first_byte(status);
        let response = response::busy(self.busy_page.clone(), refused.retry_after);
        self.secure(response, &Trust::NoScripts)
    }
}
