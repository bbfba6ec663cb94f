//! What the builder is told about pages that fail.

use super::{Section, SiteBuilder};
use crate::{error::ErrorDetails, page::IntoFailureView};
use http::StatusCode;

impl<S: Clone + Send + Sync + 'static> SiteBuilder<S> {
    /// What is shown, in the shell, when a page fails: a function of a
    /// [`PageFailure`](crate::PageFailure), or of nothing.
    pub fn error_page<M>(mut self, view: impl IntoFailureView<M>) -> Self {
        self.errors.any = Some(view.into_failure_view());
        self
    }

    /// What is shown, in the shell, when there is no such page, or a page says so: a function of a
    /// [`PageFailure`](crate::PageFailure), or of nothing.
    pub fn not_found_page<M>(self, view: impl IntoFailureView<M>) -> Self {
        self.error_page_for(StatusCode::NOT_FOUND, view)
    }

    /// What is shown, in the shell, for one status, such as 403 or 405: a function of a
    /// [`PageFailure`](crate::PageFailure), or of nothing. What is late is 504; a page's own `on_timeout` comes before
    /// this.
    pub fn error_page_for<M>(mut self, status: StatusCode, view: impl IntoFailureView<M>) -> Self {
        let view = view.into_failure_view();
        self.errors.by_status.insert(status, view);
        self
    }

    /// Error pages for a part of the site. May be called more than once.
    ///
    /// The error page of an address is the first of these that there is: the page's own `on_timeout`, where it is
    /// late; that of the innermost section for the status, and for any; and so on outwards; that of the site for
    /// the status, and for any.
    pub fn section(mut self, section: Section) -> Self {
        self.sections.push(section);
        self
    }

    /// Whether pages say why something failed. Default: in development builds only.
    pub fn error_details(mut self, details: ErrorDetails) -> Self {
        self.details = details;
        self
    }
}
