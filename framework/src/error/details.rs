/// Whether pages say why something failed, with the sources of the error: for
/// [`SiteBuilder::error_details`](crate::SiteBuilder::error_details).
///
/// They stand on the error page of a site that has none of its own, and in the place of a loader or task that failed and that
/// has no `on_error`. Error pages of your own show what [`PageFailure::details`](crate::PageFailure::details) gives.
///
/// What is shown then are the texts of errors, which may tell of other services, of files and of addresses. So a release
/// build never shows them. Whatever is shown, the log has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorDetails {
    /// Shown in a development build (one with debug assertions), unless `LEPTOS_ENV` is `PROD` or `PRODUCTION`, in any case
    /// of letters, when the site is built. The default.
    #[default]
    InDevelopment,
    /// Never shown.
    Hidden,
}

impl ErrorDetails {
    pub(crate) fn is_shown(self) -> bool {
        cfg!(debug_assertions) && self == Self::InDevelopment
    }

    /// What it comes to in this process.
    pub(crate) fn resolve(self) -> Self {
        let production = std::env::var("LEPTOS_ENV").is_ok_and(|env| {
            ["prod", "production"]
                .iter()
                .any(|name| env.eq_ignore_ascii_case(name))
        });
        if production { Self::Hidden } else { self }
    }
}

/// The texts of an error and its sources in one line.
pub(crate) fn error_details(sources: &[String]) -> String {
    format!("(Shown in development: {})", sources.join(": "))
}
