use super::sheet::Style;
use crate::context::base;
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
