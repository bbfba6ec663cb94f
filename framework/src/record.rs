//! What happened to a request and when: [`RequestRecord`], and the [`Recorder`] that writes it.

mod recorder;

pub(crate) use recorder::LoadEntry;
pub use recorder::{Recorder, Settled};

use http::{Method, StatusCode};
use std::{
    fmt,
    time::{Duration, SystemTime},
};

/// What happened to one request so far. All times count from its arrival.
///
/// A page takes a [`Recorder`] as argument to show it; [`SiteBuilder::on_record`] gets it when the
/// request is over.
///
/// [`SiteBuilder::on_record`]: crate::SiteBuilder::on_record
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequestRecord {
    /// The name of the page function; empty for a request that no page answers.
    pub page: &'static str,
    /// The method of the request.
    pub method: Method,
    /// The path of the request, without its query.
    pub path: String,
    /// When the request arrived.
    pub arrived: SystemTime,
    /// The time that the page had.
    pub timeout: Duration,
    /// The status of the response, once it is decided.
    pub status: Option<StatusCode>,
    /// When the site had a [place](crate::Admission) for it: at once, unless it was full. `None` for a request that needs none, or got none.
    pub admitted: Option<Duration>,
    /// When the page function was called: what it cannot do without was there, and, for a synchronous page,
    /// its turn had come. `None` when it never was.
    pub called: Option<Duration>,
    /// When the head of the response was ready to be sent.
    pub first_byte: Option<Duration>,
    /// When the last byte was handed over, or the request ended otherwise.
    pub end: Option<Duration>,
    /// How it ended; `None` while it lasts.
    pub outcome: Option<Outcome>,
    /// Every load and every task, in the order in which they were asked for.
    pub loads: Vec<LoadRecord>,
}

impl RequestRecord {
    /// A record of a request in which nothing has happened yet, for unit tests of what shows one. Its
    /// fields can be set.
    #[must_use]
    pub fn new(page: &'static str, path: &str, timeout: Duration) -> Self {
        Self {
            page,
            method: Method::GET,
            path: path.to_owned(),
            arrived: SystemTime::now(),
            timeout,
            status: None,
            admitted: None,
            called: None,
            first_byte: None,
            end: None,
            outcome: None,
            loads: Vec::new(),
        }
    }
}

impl LoadRecord {
    /// A load that was asked for at this time, for unit tests of what shows one. Its fields can be
    /// set.
    #[must_use]
    pub fn new(name: &'static str, requested: Duration) -> Self {
        Self {
            name,
            kind: LoadKind::Loader,
            requested,
            started: None,
            ended: None,
            outcome: None,
        }
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The response is whole: a page, a redirect, or an answer such as 404.
    Complete,
    /// Something was late: the page (504), or a part that shows its `on_timeout` now.
    TimedOut,
    /// The visitor left, or stopped reading, before the end.
    Disconnected,
    /// The page failed with a status of 500 or above, or user code panicked.
    Failed,
    /// The site was full: it was refused with 503, and nothing of the page ran. See [`Admission`](crate::Admission).
    Shed,
}

/// What a [`LoadRecord`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LoadKind {
    /// A loader.
    Loader,
    /// A task that was registered with [`Tasks`](crate::Tasks).
    Task,
}

/// What happened to one load.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoadRecord {
    /// The name of the loader function, or that with which the task was registered.
    pub name: &'static str,
    /// What it is.
    pub kind: LoadKind,
    /// When it was first asked for, and its arguments began to be collected; of a task, when it was
    /// registered.
    pub requested: Duration,
    /// When its body started: its arguments were there, and, for a blocking loader, its turn had come.
    pub started: Option<Duration>,
    /// When it ended.
    pub ended: Option<Duration>,
    /// How it ended; `None` while it runs.
    pub outcome: Option<LoadOutcome>,
}

/// How a load ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LoadOutcome {
    /// It has a value.
    Complete,
    /// It answered with its own error.
    Failed,
    /// It was cancelled at its own limit or at the page's deadline.
    Late,
    /// It panicked.
    Panicked,
    /// A loader that it needs has no value.
    Dependency,
    /// An extractor among its arguments refused the request.
    Rejected,
    /// It was cancelled because nobody wanted its value any more.
    Cancelled,
}

impl Outcome {
    /// The outcome in one lower-case word, for logs and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::TimedOut => "timed-out",
            Self::Disconnected => "disconnected",
            Self::Failed => "failed",
            Self::Shed => "shed",
        }
    }
}

impl LoadOutcome {
    /// The outcome in one lower-case word, for logs, metrics and style sheets.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Failed => "failed",
            Self::Late => "late",
            Self::Panicked => "panicked",
            Self::Dependency => "dependency",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for LoadOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
