use super::sheet::Style;
use crate::context::original_uri;
use http::request::Parts;
use leptos::{IntoView, component, prelude::use_context, view};
use std::sync::Arc;

/// The address of the style sheet in the site, as each request carries it.
#[derive(Debug, Clone)]
pub(in crate::site) struct StyleHref(Arc<str>);

impl StyleHref {
    pub(super) fn new(style: &Style) -> Self {
        Self(style.file.address().into())
    }

    /// The address in the service that the site may be nested in.
    fn of(parts: &Parts) -> Option<String> {
        let Self(href) = parts.extensions.get()?;
        Some(format!("{}{href}", base(parts)))
    }
}

/// What stands in front of the site's own paths: `/shop` for a site that is nested there.
///
/// It is taken from the address that was asked for, so what it may be is limited: `//shop` would be
/// another host.
fn base(parts: &Parts) -> &str {
    let base = original_uri(parts)
        .path()
        .strip_suffix(parts.uri.path())
        .or_else(|| {
            let at_the_base = parts.uri.path() == "/";
            at_the_base.then(|| original_uri(parts).path())
        })
        .unwrap_or_default()
        .trim_end_matches('/');
    let foreign = base.starts_with("//") || base.contains('\\') || !base.starts_with('/');
    if foreign { "" } else { base }
}

/// The link to the site's style sheet, for the head of the shell.
///
/// It writes `<link rel="stylesheet" href="/pkg/shop.css">`, with the address that the sheet of
/// [`SiteBuilder::style`](crate::SiteBuilder::style) has: with the hash in its name, if cargo-leptos gave it
/// one, and with the base in front of it, if the site is nested. (A proxy that takes a base away before it
/// asks the site is not seen.) In a site without a style sheet it writes nothing, and logs a warning.
///
/// ```
/// use punctual::prelude::*;
///
/// fn shell(page: AnyView) -> impl IntoView {
///     view! {
///         <!DOCTYPE html>
///         <html lang="en">
///             <head>
///                 <meta charset="utf-8"/>
///                 <SiteStyle/>
///             </head>
///             <body>{page}</body>
///         </html>
///     }
/// }
/// ```
#[expect(
    unreachable_pub,
    reason = "it is exported; Leptos' macro puts the function into a module of its own"
)]
#[component]
pub fn SiteStyle() -> impl IntoView {
    let href = use_context::<Parts>().and_then(|parts| StyleHref::of(&parts));
    if href.is_none() {
        tracing::warn!(
            target: "punctual",
            "<SiteStyle/> writes nothing: the site has no style sheet, name one with `.style(..)`"
        );
    }
    href.map(|href| view! { <link rel="stylesheet" href=href/> })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::extract::OriginalUri;
    use http::{Request, Uri};

    fn base_of(original: &'static str, inner: &'static str) -> String {
        let mut request = Request::get(inner).body(()).unwrap();
        let original = OriginalUri(Uri::from_static(original));
        request.extensions_mut().insert(original);
        base(&request.into_parts().0).to_owned()
    }

    #[test]
    fn the_base_is_what_stands_before_the_path_in_the_site() {
        assert_eq!(base_of("/shop/products/7?a=1", "/products/7"), "/shop");
        assert_eq!(base_of("/a/b/c", "/c"), "/a/b");
        assert_eq!(base_of("/shop", "/"), "/shop");
        assert_eq!(base_of("/shop/", "/"), "/shop");
        assert_eq!(base_of("/products/7", "/products/7"), "");
        assert_eq!(base_of("/", "/"), "");
    }

    #[test]
    fn a_path_that_was_rewritten_has_no_base() {
        assert_eq!(base_of("/old", "/new"), "");
        assert_eq!(base_of("/old/x", "/new"), "");
    }

    #[test]
    fn the_base_is_never_another_host() {
        assert_eq!(base_of("//evil.example/a", "/a"), "");
        assert_eq!(base_of("//evil.example", "/"), "");
        assert_eq!(base_of("//", "/"), "");
        assert_eq!(base_of("/\\evil.example/a", "/a"), "");
    }
}
