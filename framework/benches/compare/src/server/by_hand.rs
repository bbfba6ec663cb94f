//! An empty page by Axum and Leptos, once as its HTML alone, and once with what a page of Punctual promises, written by hand.

use super::bare::render;
use crate::micro::shell;
use axum::{
    Router,
    extract::Request,
    http::{StatusCode, header},
    response::{Html, IntoResponse as _, Response},
    routing::get,
};
use futures::{StreamExt as _, stream};
use leptos::{nonce::Nonce, prelude::*};
use leptos_axum::ResponseOptions;
use leptos_meta::ServerMetaContext;
use std::{future::ready, pin::pin, time::Duration};

/// What a page of Punctual says about its document.
const HEADERS: [(&str, &str); 5] = [
    ("cache-control", "private, no-cache"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    (
        "content-security-policy",
        "script-src 'none'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'",
    ),
];

const TIMEOUT: Duration = Duration::from_secs(45);

/// The ceiling of the renderer.
pub(crate) fn to_html() -> Router {
    Router::new().route("/empty", get(async || render(|| shell(().into_any()))))
}

/// A page that is answered by its deadline although a view blocks, with the contexts that components of Leptos look for, and the same headers.
/// It is not admitted, not recorded, cannot wait for anything, and is held until the visitor has read it.
pub(crate) fn promising() -> Router {
    // For `leptos_meta`, which waits for what Leptos has spawned.
    let _ = any_spawner::Executor::init_tokio();
    Router::new().route("/empty", get(answer))
}

async fn answer(request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let (meta, collected) = ServerMetaContext::new();
    let options = ResponseOptions::default();
    let said = options.clone();
    let made = tokio::spawn(async move {
        let owner = Owner::new();
        let html = owner.with(|| {
            provide_context(parts);
            provide_context(Nonce::new());
            provide_context(options);
            provide_context(meta);
            shell(().into_any()).to_html()
        });
        let html = stream::once(ready(html));
        let mut html = pin!(collected.inject_meta_context(html).await);
        let html = html.next().await.unwrap_or_default();
        owner.unset_with_forced_cleanup();
        html
    });
    let made = tokio::time::timeout(TIMEOUT, made).await;
    let mut response = match made {
        Ok(Ok(html)) => Html(html).into_response(),
        Ok(Err(_)) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Err(_) => StatusCode::GATEWAY_TIMEOUT.into_response(),
    };
    let said = said.0.read().expect("nobody panics with it");
    if let Some(status) = said.status {
        *response.status_mut() = status;
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, header::HeaderValue::from_static(value));
    }
    headers.extend(said.headers.clone());
    drop(said);
    response
}
