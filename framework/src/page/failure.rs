use crate::{
    erased::erase,
    error::{ErrorDetails, PageError},
    record::RequestRecord,
};
use http::{StatusCode, Uri};
use leptos::prelude::{AnyView, IntoView};
use std::{fmt, sync::Arc, time::Duration};

/// Why there is no page, for the view that is shown in its place: the `on_timeout` of a page, and
/// the error page and the not-found page of a site.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PageFailure {
    /// The error of the page: its status, and its source, which is not for visitors.
    pub error: PageError,
    /// The address that was asked for.
    pub uri: Uri,
    /// The time that the page had.
    pub timeout: Duration,
    /// What happened to the request until now.
    pub record: RequestRecord,
    pub(crate) details: ErrorDetails,
}

impl PageFailure {
    /// A failure of this page and address, for unit tests of error pages. Its time is that of the record.
    #[must_use]
    pub fn new(error: PageError, uri: Uri, record: RequestRecord) -> Self {
        Self {
            timeout: record.timeout,
            error,
            uri,
            record,
            details: ErrorDetails::Hidden,
        }
    }

    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.error.status_code()
    }

    /// Why the page failed, the error and its sources: in development builds only, because visitors should not read it.
    #[must_use]
    pub fn details(&self) -> Option<Vec<String>> {
        let sources = self.error.sources();
        (self.details.is_shown() && !sources.is_empty()).then_some(sources)
    }

    /// Whether the page, or a loader that it cannot do without, was late.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.error.is_late()
    }

    /// The path and the query that were asked for, for a "try again" link.
    #[must_use]
    pub fn path_and_query(&self) -> &str {
        self.uri.path_and_query().map_or("/", |path| path.as_str())
    }
}

/// A view in place of a page.
#[derive(Clone)]
pub struct FailureView(Arc<dyn Fn(PageFailure) -> AnyView + Send + Sync>);

impl FailureView {
    #[cfg(test)]
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(crate) fn view(&self, failure: PageFailure) -> AnyView {
        (self.0)(failure)
    }
}

impl fmt::Debug for FailureView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FailureView")
    }
}

/// Functions that give a view in place of a page: `fn(PageFailure) -> impl IntoView`, or without
/// the argument.
#[diagnostic::on_unimplemented(
    message = "this cannot be shown in place of a page",
    label = "not a function that returns a view",
    note = "write `fn late(failure: PageFailure) -> impl IntoView`, or the same without the argument"
)]
pub trait IntoFailureView<Marker>: Send + Sync + 'static {
    /// The function without its type.
    #[doc(hidden)]
    fn into_failure_view(self) -> FailureView;
}

impl<F, V> IntoFailureView<()> for F
where
    F: Fn() -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    fn into_failure_view(self) -> FailureView {
        FailureView(Arc::new(move |_| erase(self())))
    }
}

impl<F, V> IntoFailureView<(PageFailure,)> for F
where
    F: Fn(PageFailure) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    fn into_failure_view(self) -> FailureView {
        FailureView(Arc::new(move |failure| erase(self(failure))))
    }
}

/// What the expansion of `#[page(on_timeout = ..)]` calls.
pub fn failure_view<M>(f: impl IntoFailureView<M>) -> FailureView {
    f.into_failure_view()
}
