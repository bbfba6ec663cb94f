//! What can go wrong for a visitor.

use serde::Serialize;
use std::fmt;

/// The kinds of faults, by which they are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FaultKind {
    /// No connection came about.
    Connect,
    /// The connection ended before the first byte of the answer.
    Closed,
    /// The answer ended before it was complete.
    Cut,
    /// Neither 200 nor 503.
    Status,
    /// 503 without saying when to come back.
    NoRetryAfter,
    /// The document does not begin with its type.
    NoBeginning,
    /// The document does not end with `</html>`.
    NoEnd,
    /// A place never got its content, or more than one.
    Place,
    /// What the catalog has answered is not on the page.
    NoData,
    /// The page shows the number of another visitor.
    Stranger,
    /// There was no end while the visitor had patience.
    Patience,
    /// The harness has as many connections as it may.
    Client,
}

/// What went wrong for one visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    /// What was seen, for the example in the report.
    pub(crate) seen: String,
}

impl Fault {
    pub(crate) fn new(kind: FaultKind, seen: impl fmt::Display) -> Self {
        let seen = seen.to_string();
        Self { kind, seen }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Connect => "no connection",
            Self::Closed => "closed without a byte",
            Self::Cut => "the answer was cut",
            Self::Status => "an unexpected status",
            Self::NoRetryAfter => "503 without Retry-After",
            Self::NoBeginning => "the document does not begin with its type",
            Self::NoEnd => "the document does not end with </html>",
            Self::Place => "a place without its content",
            Self::NoData => "the page came without its data",
            Self::Stranger => "the page of another visitor",
            Self::Patience => "no end in time",
            Self::Client => "the harness is at its limit of connections",
        })
    }
}
