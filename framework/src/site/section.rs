use super::Problem;
use crate::{
    page::{FailureView, IntoFailureView},
    pipeline::ErrorPages,
};
use http::StatusCode;
use percent_encoding::percent_decode_str;
use std::fmt;

/// A part of a site that has error pages of its own: the addresses below a path. It counts for pages that fail, and for
/// addresses at which there is none.
///
/// What it does not say is said by the section around it, and at last by the site: see
/// [`SiteBuilder::section`](crate::SiteBuilder::section).
///
/// ```
/// use axum::http::StatusCode;
/// use punctual::{Section, prelude::*};
///
/// # #[page(async, path = "/account")]
/// # fn AccountPage() -> impl IntoView {}
/// let account = Section::new("/account")
///     .error_page(|failure: PageFailure| view! { <h1>"Your account: " {failure.status().to_string()}</h1> })
///     .error_page_for(StatusCode::FORBIDDEN, || view! { <h1>"This is somebody else's account."</h1> });
/// let site = Site::builder().section(account);
/// # let _ = site.pages(pages![AccountPage]).build();
/// ```
#[must_use]
pub struct Section {
    path: String,
    pages: ErrorPages,
}

impl Section {
    /// The section of the addresses that begin with this path: `/account` has `/account` and `/account/orders`, and not
    /// `/accounts`. Of two sections that fit, the one with the longer path counts. The path is that within the site, also where
    /// the site is nested in another service, and is written as the paths of pages are, or with its letters as they are: `/gr%C3%B6%C3%9Fe`, `/größe`.
    ///
    /// One that is no plain path below `/` (a parameter, an empty segment, `/` itself), or that is there twice, is a
    /// [`Problem`] when the site is built.
    pub fn new(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            pages: ErrorPages::default(),
        }
    }

    /// What is shown, in the shell, when a page of this section fails, or there is no such page.
    pub fn error_page<M>(mut self, view: impl IntoFailureView<M>) -> Self {
        self.pages.any = Some(view.into_failure_view());
        self
    }

    /// The same for one status. See [`SiteBuilder::error_page_for`](crate::SiteBuilder::error_page_for).
    pub fn error_page_for<M>(mut self, status: StatusCode, view: impl IntoFailureView<M>) -> Self {
        self.pages.set(status, view.into_failure_view());
        self
    }

    /// What is shown, in the shell, when there is no such page in this section, or a page of it says so: 404.
    pub fn not_found_page<M>(self, view: impl IntoFailureView<M>) -> Self {
        self.error_page_for(StatusCode::NOT_FOUND, view)
    }

    /// The path by its segments, and the pages.
    pub(super) fn check(
        self,
        others: &[(Vec<String>, ErrorPages)],
        problems: &mut Vec<Problem>,
    ) -> Option<(Vec<String>, ErrorPages)> {
        let Self { path, pages } = self;
        let mut refuse = |reason: &'static str| {
            problems.push(Problem::Section {
                path: path.clone(),
                reason,
            });
            None
        };
        let Some(rest) = path.strip_prefix('/') else {
            return refuse("it does not begin with a slash");
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.is_empty() {
            return refuse("it is the whole site, whose error pages are set in the builder");
        }
        if rest.contains(['{', '}', '?', '#']) {
            return refuse("it is a plain path, without parameters and query");
        }
        let decoded = |segment| percent_decode_str(segment).decode_utf8_lossy().into_owned();
        let segments: Vec<_> = rest.split('/').map(decoded).collect();
        if segments.iter().any(String::is_empty) {
            return refuse("it has an empty segment");
        }
        if others.iter().any(|(other, _)| *other == segments) {
            return refuse("there is another section with this path");
        }
        Some((segments, pages))
    }
}

impl fmt::Debug for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Section").field(&self.path).finish()
    }
}

impl ErrorPages {
    fn set(&mut self, status: StatusCode, view: FailureView) {
        self.by_status.insert(status, view);
    }
}
