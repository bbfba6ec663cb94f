use crate::error::PageError;
use axum::response::{IntoResponse, Response};

/// What a plain Axum handler answers that fails with it: status, headers, and the name of the
/// status as text. (The error pages of the site are for pages.)
impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let text = if self.is_redirect() {
            String::new()
        } else {
            self.status_code().to_string()
        };
        (self.status_code(), self.headers().clone(), text).into_response()
    }
}
