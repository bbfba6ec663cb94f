//! What can be typed into a terminal.

use axum::http::header::HOST;
use axum::http::request::Parts;
use punctual::prelude::*;

/// The address of the site as the visitor of this page knows it, without a slash at its end.
pub(crate) fn site_url() -> String {
    let parts = use_context::<Parts>();
    let host = parts
        .as_ref()
        .and_then(|parts| parts.headers.get(HOST))
        .and_then(|host| host.to_str().ok());
    format!("http://{}", host.unwrap_or("127.0.0.1:3000"))
}

/// A line, or some, for a terminal.
#[component]
pub(crate) fn Terminal(
    /// What to type.
    line: String,
) -> impl IntoView {
    view! { <pre tabindex="0"><code>{line}</code></pre> }
}
