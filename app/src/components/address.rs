//! The address that a page was asked for at.

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

/// The path and the query of this page, as the visitor asked for it.
pub(crate) fn current_address() -> String {
    let address = use_context::<Parts>()
        .and_then(|parts| parts.uri.path_and_query().map(ToString::to_string));
    address.unwrap_or_default()
}

/// The path of this page.
pub(crate) fn current_path() -> String {
    use_context::<Parts>()
        .map(|parts| parts.uri.path().to_owned())
        .unwrap_or_default()
}
