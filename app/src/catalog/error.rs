//! What can go wrong with a call to the catalog.

use std::sync::Arc;

use punctual::{PageError, Respond};
use reqwest::StatusCode;
use reqwest::header::{HeaderValue, RETRY_AFTER};
use thiserror::Error;

/// A call to the catalog failed.
///
/// What it displays is meant for the visitor of a page and gives away nothing about the
/// inside of the site. The source says more, for the log. Clones share their source.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// No answer came: no connection, or the connection broke.
    #[error("The catalog cannot be reached.")]
    Unreachable(#[source] Arc<reqwest::Error>),
    /// The answer says that the call failed.
    #[error("The catalog answered with status {}.", .status.as_u16())]
    Status {
        /// The status of the answer.
        status: StatusCode,
    },
    /// The answer cannot be read.
    #[error("The catalog sent something that is not what was expected.")]
    Unexpected(#[source] Arc<serde_json::Error>),
}

/// What a page answers that cannot do without the data: the fault is the catalog's, not the
/// site's. A catalog that is away may be back soon (503), one that answers with nonsense is a
/// bad gateway (502).
impl Respond for CatalogError {
    fn respond(&self) -> PageError {
        let error = match self {
            Self::Unreachable(_) => PageError::status(StatusCode::SERVICE_UNAVAILABLE)
                .with_header(RETRY_AFTER, HeaderValue::from_static("5")),
            Self::Status { .. } | Self::Unexpected(_) => PageError::status(StatusCode::BAD_GATEWAY),
        };
        error.with_source(self.clone())
    }
}

/// The client of the catalog cannot be set up on this machine.
#[derive(Debug, Error)]
#[error("the HTTP client for the catalog cannot be set up")]
pub struct ClientError(#[from] reqwest::Error);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_answers_with_the_catalogs_fault() {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        let error = CatalogError::Status { status }.respond();
        assert_eq!(error.status_code(), StatusCode::BAD_GATEWAY);
        let source = error.source().map(ToString::to_string);
        assert_eq!(
            source.as_deref(),
            Some("The catalog answered with status 500.")
        );

        let broken = serde_json::from_str::<u32>("[").expect_err("no number");
        let error = CatalogError::Unexpected(Arc::new(broken)).respond();
        assert_eq!(error.status_code(), StatusCode::BAD_GATEWAY);
        let source = error.source().and_then(std::error::Error::source);
        assert!(source.is_some(), "the log is told why");
    }
}
