use super::{LoadError, Rejection, TimeIsUp};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::LOCATION};
use std::{
    error::Error as StdError,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

/// Why a page cannot be shown: a status or a redirect, headers, and what caused it.
///
/// It takes any error by `?`, which makes it a 500 with that error as source (a 504 when something was late). It does not
/// implement [`std::error::Error`] itself: that is what tells loaders that may decide a page's
/// status from loaders that can be deferred.
///
/// ```
/// use punctual::PageError;
///
/// fn number(text: &str) -> Result<u32, PageError> {
///     if text.is_empty() {
///         return Err(PageError::not_found());
///     }
///     Ok(text.parse()?)
/// }
/// assert_eq!(number("").unwrap_err().status_code(), 404);
/// assert_eq!(number("x").unwrap_err().status_code(), 500);
/// ```
#[derive(Clone)]
pub struct PageError(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    status: StatusCode,
    headers: HeaderMap,
    source: Option<Arc<dyn StdError + Send + Sync>>,
    cause: Cause,
}

/// What kind of failure it is, for the record and for the choice of the error page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A loader, an extractor or the page said so.
    Answer,
    /// A synchronous page had no thread in time.
    NoTurn,
    /// The page's deadline, or a critical loader's own limit, has passed.
    Late,
    /// User code panicked.
    Panicked,
    /// The site stops, and cannot wait for the page.
    Stopping,
}

impl PageError {
    /// An error page with this status.
    #[must_use]
    pub fn status(status: StatusCode) -> Self {
        Self(Arc::new(Inner {
            status,
            headers: HeaderMap::new(),
            source: None,
            cause: Cause::Answer,
        }))
    }

    /// 404 Not Found: the site's not-found page.
    #[must_use]
    pub fn not_found() -> Self {
        Self::status(StatusCode::NOT_FOUND)
    }

    /// 303 See Other: the browser asks for `location` instead.
    ///
    /// A location that no header can hold becomes a 500, with the reason as source.
    #[must_use]
    pub fn redirect(location: &str) -> Self {
        Self::redirect_with(StatusCode::SEE_OTHER, location)
    }

    /// 308 Permanent Redirect: browsers and search engines remember it.
    #[must_use]
    pub fn permanent_redirect(location: &str) -> Self {
        Self::redirect_with(StatusCode::PERMANENT_REDIRECT, location)
    }

    fn redirect_with(status: StatusCode, location: &str) -> Self {
        match HeaderValue::try_from(location) {
            Ok(value) => Self::status(status).with_header(LOCATION, value),
            Err(error) => Self::from(error),
        }
    }

    /// Adds a header to the response; a header of the same name stays beside it. How its body is sent is not for it to say, see
    /// [`ResponseHead`](crate::ResponseHead).
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.inner_mut().headers.append(name, value);
        self
    }

    /// Says what caused it. The source is logged and never shown to visitors.
    #[must_use]
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.inner_mut().source = Some(Arc::new(source));
        self
    }

    pub(crate) fn or_source(mut self, source: Option<Arc<dyn StdError + Send + Sync>>) -> Self {
        if self.0.source.is_none() && source.is_some() {
            self.inner_mut().source = source;
        }
        self
    }

    pub(crate) fn late() -> Self {
        Self::status(StatusCode::GATEWAY_TIMEOUT).with_cause(Cause::Late)
    }

    pub(crate) fn no_turn() -> Self {
        Self::status(StatusCode::SERVICE_UNAVAILABLE).with_cause(Cause::NoTurn)
    }

    pub(crate) fn stopping() -> Self {
        Self::status(StatusCode::SERVICE_UNAVAILABLE).with_cause(Cause::Stopping)
    }

    /// A panic with its text, which only the log and pages in development show.
    pub(crate) fn panicked_with(text: String) -> Self {
        Self::panicked().with_source(PanicText(text))
    }

    pub(crate) fn panicked() -> Self {
        Self::status(StatusCode::INTERNAL_SERVER_ERROR).with_cause(Cause::Panicked)
    }

    pub(crate) fn shared(source: Arc<dyn StdError + Send + Sync>) -> Self {
        let mut error = Self::status(StatusCode::INTERNAL_SERVER_ERROR);
        error.inner_mut().source = Some(source);
        error
    }

    pub(crate) fn rejected(rejection: &Rejection) -> Self {
        let mut error = Self::status(rejection.status_code()).with_source(rejection.clone());
        error.inner_mut().headers = rejection.headers().clone();
        error
    }

    fn with_cause(mut self, cause: Cause) -> Self {
        self.inner_mut().cause = cause;
        self
    }

    fn inner_mut(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }

    /// The status of the response.
    #[must_use]
    pub fn status_code(&self) -> StatusCode {
        self.0.status
    }

    /// The headers of the response, `Location` among them for a redirect.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// What caused it, if anything is known.
    #[must_use]
    pub fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }

    /// Whether the browser is sent elsewhere, so that no error page is shown.
    #[must_use]
    pub fn is_redirect(&self) -> bool {
        self.0.status.is_redirection() && self.0.headers.contains_key(LOCATION)
    }

    /// Whether the page or a loader that it cannot do without was late.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.0.cause == Cause::Late
    }

    /// The texts of the sources, for the log; of an extractor's refusal its own words, too. They come
    /// from user code, which may panic.
    pub(crate) fn sources(&self) -> Vec<String> {
        chain(self.source())
    }

    pub(crate) fn cause(&self) -> Cause {
        self.0.cause
    }
}

/// The text of a panic.
#[derive(Debug, thiserror::Error)]
#[error("it panicked: {0}")]
struct PanicText(String);

/// The texts of an error and its sources, which come from user code.
pub(crate) fn chain(error: Option<&(dyn StdError + 'static)>) -> Vec<String> {
    let texts = catch_unwind(AssertUnwindSafe(|| {
        let mut texts = Vec::new();
        let mut next = error;
        while let Some(error) = next {
            next = error.source();
            texts.push(error.to_string());
            if let Some(rejection) = error.downcast_ref::<Rejection>() {
                texts.push(rejection.message().to_owned());
            }
        }
        texts
    }));
    texts.unwrap_or_else(|_| vec!["an error whose text panics".to_owned()])
}

impl fmt::Debug for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageError")
            .field("status", &self.0.status)
            .field("cause", &self.0.cause)
            .field("headers", &self.0.headers)
            .field("source", &self.0.source)
            .finish()
    }
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.status.fmt(f)
    }
}

fn is_late(mut source: Option<&(dyn StdError + 'static)>) -> bool {
    while let Some(error) = source {
        if error.is::<TimeIsUp>() {
            return true;
        }
        source = error.source();
    }
    false
}

/// 500, with the error as source; 504 when the error, or a source of it, is that something was late.
impl<E: StdError + Send + Sync + 'static> From<E> for PageError {
    fn from(error: E) -> Self {
        match is_late(error.source()) {
            true => Self::late().with_source(error),
            false => Self::shared(Arc::new(error)),
        }
    }
}

/// So that `?` works on the [`LoadResult`](crate::LoadResult) of a loader with a `PageError`. It
/// does not overlap with the conversion above, because `LoadError<PageError>` is no
/// `std::error::Error`.
impl From<LoadError<PageError>> for PageError {
    fn from(error: LoadError<PageError>) -> Self {
        Self::of_load(&error, |error| (**error).clone())
    }
}

impl PageError {
    /// What a failed load means for a page that cannot do without it.
    pub(crate) fn of_load<E>(error: &LoadError<E>, failed: impl FnOnce(&Arc<E>) -> Self) -> Self {
        match error {
            LoadError::Failed(error) => failed(error),
            LoadError::Late | LoadError::Closed => Self::late(),
            LoadError::Panicked => Self::panicked(),
            LoadError::Dependency(dependency) => dependency.page_error().clone(),
            LoadError::Rejected(rejection) => Self::rejected(rejection),
        }
    }
}

/// Lets an error of your own choose what a page answers when a critical loader fails with it.
///
/// Without it an error that implements [`std::error::Error`] is a 500. (`From<MyError> for
/// PageError` cannot be written for such an error: it overlaps with the conversion from every
/// `std::error::Error`.) A loader with such an error may still be deferred; then the error goes to
/// `on_error`, because the status has been sent by that time.
///
/// The error itself becomes the source of the answer, for the log. In a loader whose own error is a
/// `PageError`, `?` makes any error a 500, since it cannot know of this trait: write
/// `.map_err(|error| error.respond())?` there.
///
/// ```
/// use http::StatusCode;
/// use punctual::{PageError, Respond};
///
/// #[derive(Debug, thiserror::Error)]
/// #[error("the warehouse is closed")]
/// struct Closed;
///
/// impl Respond for Closed {
///     fn respond(&self) -> PageError {
///         PageError::status(StatusCode::SERVICE_UNAVAILABLE)
///     }
/// }
/// ```
pub trait Respond {
    /// The status, redirect and headers that this error stands for.
    fn respond(&self) -> PageError;
}

impl Respond for PageError {
    fn respond(&self) -> PageError {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_that_no_header_can_hold_is_a_server_error() {
        let error = PageError::redirect("/a\nb");
        assert_eq!(error.status_code(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(error.source().is_some() && !error.is_redirect());
        assert!(PageError::redirect("/sign-in").is_redirect());
    }

    #[test]
    fn a_clone_keeps_its_own_headers() {
        let first = PageError::not_found();
        let value = HeaderValue::from_static("1");
        let second = first
            .clone()
            .with_header(HeaderName::from_static("x-second"), value);
        assert!(first.headers().is_empty());
        assert_eq!(second.headers().len(), 1);
    }

    #[test]
    fn a_load_error_keeps_the_status_of_its_page_error() {
        let failed = LoadError::Failed(Arc::new(PageError::not_found()));
        assert_eq!(PageError::from(failed).status_code(), StatusCode::NOT_FOUND);
        let late: LoadError<PageError> = LoadError::Late;
        assert!(PageError::from(late).is_late());
    }
}
