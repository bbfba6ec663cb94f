use super::PageError;
use http::{HeaderMap, StatusCode};
use std::{error::Error as StdError, fmt, sync::Arc};

/// Why a loader or a task has no value.
///
/// Its text is that of the loader's own error where there is one: for the log rather than for visitors.
///
/// A page meets it in [`LoadResult`](crate::LoadResult) and in the `on_error` of
/// [`<Resolve>`](crate::Resolve). Cloning is cheap and does not clone the loader's error.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoadError<E> {
    /// The loader ran and answered with its own error.
    Failed(Arc<E>),
    /// The loader was not done at its own limit or at the page's deadline, and was cancelled.
    Late,
    /// The loader panicked. The panic was contained; its message is in the log.
    Panicked,
    /// It is a task that was registered after the document was closed, and never ran.
    Closed,
    /// Another loader, which this one takes as [`Loaded`](crate::Loaded), has no value.
    Dependency(Dependency),
    /// An extractor among the loader's arguments refused the request.
    Rejected(Rejection),
}

impl<E> LoadError<E> {
    /// Whether there is no value because time was over, be it that of a loader which this one needs.
    #[must_use]
    pub fn is_late(&self) -> bool {
        match self {
            Self::Late => true,
            Self::Dependency(dependency) => dependency.page_error().is_late(),
            _ => false,
        }
    }
}

impl<E> Clone for LoadError<E> {
    fn clone(&self) -> Self {
        match self {
            Self::Failed(error) => Self::Failed(error.clone()),
            Self::Late => Self::Late,
            Self::Panicked => Self::Panicked,
            Self::Closed => Self::Closed,
            Self::Dependency(dependency) => Self::Dependency(dependency.clone()),
            Self::Rejected(rejection) => Self::Rejected(rejection.clone()),
        }
    }
}

impl<E: fmt::Display> fmt::Display for LoadError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::Late => f.write_str("the data was not there in time"),
            Self::Panicked => f.write_str("the data could not be loaded"),
            Self::Closed => f.write_str("the document was closed before the task was registered"),
            Self::Dependency(dependency) => dependency.fmt(f),
            Self::Rejected(rejection) => rejection.fmt(f),
        }
    }
}

impl<E: StdError + 'static> StdError for LoadError<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Failed(error) => Some(&**error),
            Self::Dependency(dependency) => Some(dependency),
            Self::Rejected(rejection) => Some(rejection),
            Self::Late => Some(&TimeIsUp),
            Self::Panicked | Self::Closed => None,
        }
    }
}

/// The source of errors that say that something was late: a [`PageError`] which is made of one is 504.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("its time was over")]
pub(crate) struct TimeIsUp;

/// The loader that another one needed, and what its failure means for a page.
#[derive(Debug, Clone)]
pub struct Dependency {
    loader: &'static str,
    error: PageError,
}

impl Dependency {
    pub(crate) fn new(loader: &'static str, error: PageError) -> Self {
        Self { loader, error }
    }

    /// The name of the loader that has no value.
    #[must_use]
    pub fn loader(&self) -> &'static str {
        self.loader
    }

    /// What a page answers that needs this loader: its status, redirect and headers.
    #[must_use]
    pub fn page_error(&self) -> &PageError {
        &self.error
    }
}

impl fmt::Display for Dependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`, which is needed here, has no value", self.loader)
    }
}

impl StdError for Dependency {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self.error.is_late() {
            true => Some(&TimeIsUp),
            false => self.error.source(),
        }
    }
}

/// How an extractor refused the request: the head and the text of the response it asked for.
#[derive(Debug, Clone)]
pub struct Rejection(Arc<Rejected>);

#[derive(Debug)]
struct Rejected {
    status: StatusCode,
    headers: HeaderMap,
    message: String,
}

impl Rejection {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, message: String) -> Self {
        Self(Arc::new(Rejected {
            status,
            headers,
            message,
        }))
    }

    /// The status that the extractor asked for.
    #[must_use]
    pub fn status_code(&self) -> StatusCode {
        self.0.status
    }

    /// The headers of its response, such as `Location` or `WWW-Authenticate`.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The text of its response, which Axum would have sent to the visitor. The error page of a site
    /// finds it as `error.source()` of the [`PageFailure`](crate::PageFailure), downcast to this type.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the request was refused with status {}", self.0.status)
    }
}

impl StdError for Rejection {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_source_chain() {
        let inner = std::io::Error::other("socket closed");
        let error: LoadError<std::io::Error> = LoadError::Failed(Arc::new(inner));
        assert_eq!(error.to_string(), "socket closed");
        assert_eq!(
            error.source().map(ToString::to_string),
            Some("socket closed".to_owned())
        );

        let dependency = Dependency::new("product", PageError::from(std::io::Error::other("down")));
        let error: LoadError<std::io::Error> = LoadError::Dependency(dependency);
        assert!(error.to_string().contains("`product`"));
        let source = error
            .source()
            .and_then(StdError::source)
            .map(ToString::to_string);
        assert_eq!(source, Some("down".to_owned()));
    }

    #[test]
    fn clones_without_cloning_the_error() {
        struct NotClone;
        let error = LoadError::Failed(Arc::new(NotClone));
        assert!(matches!(error.clone(), LoadError::Failed(_)));
    }
}
