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
        self.is_shown_in(cfg!(debug_assertions))
    }

    fn is_shown_in(self, is_development: bool) -> bool {
        is_development && self == Self::InDevelopment
    }

    /// What it comes to in this process.
    pub(crate) fn resolve(self) -> Self {
        self.resolve_with(std::env::var("LEPTOS_ENV").ok().as_deref())
    }

    fn resolve_with(self, env: Option<&str>) -> Self {
        let names = ["prod", "production"];
        let is_production =
            env.is_some_and(|env| names.iter().any(|name| env.eq_ignore_ascii_case(name)));
        if is_production { Self::Hidden } else { self }
    }
}

/// The texts of an error and its sources in one line.
pub(crate) fn error_details(sources: &[String]) -> String {
    format!("(Shown in development: {})", sources.join(": "))
}

#[cfg(test)]
mod tests {
    use super::ErrorDetails::{Hidden, InDevelopment};

    #[test]
    fn a_release_build_never_shows_them() {
        assert!(!InDevelopment.is_shown_in(false) && !Hidden.is_shown_in(false));
        assert!(InDevelopment.is_shown_in(true) && !Hidden.is_shown_in(true));
    }

    #[test]
    fn production_hides_them() {
        for env in ["PROD", "prod", "Production"] {
            assert_eq!(InDevelopment.resolve_with(Some(env)), Hidden);
        }
        for env in [None, Some("DEV"), Some("")] {
            assert_eq!(InDevelopment.resolve_with(env), InDevelopment);
            assert_eq!(Hidden.resolve_with(env), Hidden);
        }
    }
}
