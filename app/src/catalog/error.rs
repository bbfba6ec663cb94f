//! What can go wrong with a call to the catalog.

use reqwest::StatusCode;
use thiserror::Error;

/// A call to the catalog failed.
///
/// What it displays is meant for the visitor of a page and gives away nothing about the
/// inside of the site. The source says more, for the log.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// No answer came: no connection, or the connection broke.
    #[error("The catalog cannot be reached.")]
    Unreachable(#[source] reqwest::Error),
    /// The answer says that the call failed.
    #[error("The catalog answered with status {}.", .status.as_u16())]
    Status {
        /// The status of the answer.
        status: StatusCode,
    },
    /// The answer cannot be read.
    #[error("The catalog sent something that is not what was expected.")]
    Unexpected(#[source] serde_json::Error),
}

/// The client of the catalog cannot be set up on this machine.
#[derive(Debug, Error)]
#[error("the HTTP client for the catalog cannot be set up")]
pub struct ClientError(#[from] reqwest::Error);
