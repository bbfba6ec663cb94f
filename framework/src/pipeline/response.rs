use crate::{
    error::PageError,
    render::PipeReader,
    response_head::{ResponseHead, merge, remove_of_connection},
};
use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE,
        X_CONTENT_TYPE_OPTIONS,
    },
};
use http_body_util::Full;
use itoa::Buffer;
use leptos_axum::ResponseOptions;
use std::convert::Infallible;

/// A page is made for one visitor, whose browser asks again each time.
const PRIVATE: &str = "private, no-cache";
const NO_STORE: &str = "no-store";

/// How many headers most documents have, without their length: room for them is made once.
const HEADERS: usize = 6;

/// The status and the headers of a response, once they are decided.
pub(super) struct Head {
    status: StatusCode,
    headers: HeaderMap,
}

impl Head {
    /// What the page and its loaders have said, and over it what components said through `leptos_axum`'s
    /// `ResponseOptions`.
    pub(super) fn of_page(said: &ResponseHead, options: &ResponseOptions) -> Self {
        let (status, mut headers) = said.send();
        let options = options.0.read();
        let options = options.unwrap_or_else(std::sync::PoisonError::into_inner);
        if !options.headers.is_empty() {
            merge(&mut headers, &options.headers);
        }
        if !headers.is_empty() {
            remove_of_connection(&mut headers, said.page());
        }
        Self {
            status: options.status.or(status).unwrap_or(StatusCode::OK),
            headers,
        }
    }

    /// What the page that failed has said: with its error, and cookies before it.
    pub(super) fn of_error(error: &PageError, said: &ResponseHead) -> Self {
        let mut headers = error.headers().clone();
        remove_of_connection(&mut headers, said.page());
        let cookies = said.send_cookies();
        for cookie in cookies {
            headers.append(SET_COOKIE, cookie);
        }
        Self {
            status: error.status_code(),
            headers,
        }
    }

    /// Of a document of which nobody has said more.
    pub(super) fn silent(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
        }
    }

    /// Its status, if nothing else has been said.
    pub(super) fn is_silent(&self) -> Option<StatusCode> {
        self.headers.is_empty().then_some(self.status)
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    /// Says in how many seconds to come again, unless it is said already.
    pub(super) fn retry_after(&mut self, seconds: u32) {
        self.headers
            .entry(RETRY_AFTER)
            .or_insert(HeaderValue::from(seconds));
    }

    /// Statuses whose responses end after the head.
    pub(super) fn has_no_body(&self) -> bool {
        matches!(
            self.status,
            StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED
        )
    }

    pub(super) fn is_redirect(&self) -> bool {
        self.status.is_redirection() && self.headers.contains_key(LOCATION)
    }

    /// For a document that is not known when the head is sent, or that is not the same for everybody:
    /// what the page says about caching goes for the visitor's own browser only.
    pub(super) fn keep_private(&mut self, reason: &'static str) {
        if self.headers.is_empty() {
            return;
        }
        self.remove_targeted();
        let Some(said) = self.headers.get(CACHE_CONTROL) else {
            return;
        };
        let said = said.to_str().unwrap_or_default();
        let directives: Vec<_> = said.split(',').map(str::trim).collect();
        let is = |name: &str| {
            let mut directives = directives.iter();
            directives.any(|directive| directive.eq_ignore_ascii_case(name))
        };
        if is("private") || is("no-store") {
            return;
        }
        let mut private = String::from("private");
        for directive in directives {
            let name = directive.split('=').next().unwrap_or_default();
            let shared = ["public", "s-maxage", "proxy-revalidate"];
            if !name.is_empty() && !shared.iter().any(|it| name.eq_ignore_ascii_case(it)) {
                private.push_str(", ");
                private.push_str(directive);
            }
        }
        tracing::debug!(
            target: "punctual",
            said, sent = private, reason,
            "the response is not cached for all visitors"
        );
        if let Ok(value) = HeaderValue::try_from(private) {
            self.headers.insert(CACHE_CONTROL, value);
        }
    }

    /// For a document in which something is missing that the next visitor may get.
    pub(super) fn forbid_caching(&mut self) {
        self.remove_targeted();
        let said = self.headers.get_all(CACHE_CONTROL).iter();
        let is_stricter = said
            .filter_map(|said| said.to_str().ok())
            .any(|said| said.to_ascii_lowercase().contains(NO_STORE));
        let value = if is_stricter { NO_STORE } else { PRIVATE };
        self.headers
            .insert(CACHE_CONTROL, HeaderValue::from_static(value));
    }

    /// Removes what is said to certain shared caches, which count it before `Cache-Control`
    /// (RFC 9213, and `Surrogate-Control` before it).
    fn remove_targeted(&mut self) {
        let is_targeted = |name: &&HeaderName| {
            name.as_str().ends_with("cdn-cache-control") || *name == "surrogate-control"
        };
        let targeted: Vec<_> = self.headers.keys().filter(is_targeted).cloned().collect();
        for name in targeted {
            self.headers.remove(name);
        }
    }

    /// The answer to HEAD for a document whose length nobody knows.
    pub(super) fn of_unknown_length(self) -> Response {
        let nothing = futures::stream::empty::<Result<Bytes, Infallible>>();
        self.with_body(Body::from_stream(nothing))
    }

    /// A redirect.
    pub(super) fn without_body(self) -> Response {
        self.with_body(Body::empty())
    }

    /// A document in one piece, of known length.
    pub(super) fn whole(mut self, html: impl Into<Bytes>) -> Response<Full<Bytes>> {
        let html = html.into();
        self.headers.reserve(HEADERS + 1);
        Self::write_length(&mut self.headers, html.len());
        self.with_body(Full::new(html))
    }

    pub(super) fn write_length(headers: &mut HeaderMap, length: usize) {
        // Digits are a value.
        if let Ok(length) = HeaderValue::from_str(Buffer::new().format(length)) {
            headers.insert(CONTENT_LENGTH, length);
        }
    }

    /// A document that is still being written.
    pub(super) fn streamed(self, body: PipeReader) -> Response {
        self.with_body(Body::new(body))
    }

    fn with_body<B>(mut self, body: B) -> Response<B> {
        self.headers
            .reserve(HEADERS.saturating_sub(self.headers.len()));
        // A cookie is one visitor's.
        if self.headers.contains_key(SET_COOKIE) {
            self.keep_private("a document that sets a cookie is its visitor's");
        }
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        let headers = response.headers_mut();
        headers
            .entry(CONTENT_TYPE)
            .or_insert(HeaderValue::from_static("text/html; charset=utf-8"));
        // A page is made for one visitor. Whoever caches it for others says so.
        headers
            .entry(CACHE_CONTROL)
            .or_insert(HeaderValue::from_static(PRIVATE));
        response
    }
}

/// What a page answers to OPTIONS: the router says which methods it takes.
pub(super) fn options() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// The style sheet by which a browser says that it runs no scripts. Nothing stands in it.
pub(super) fn empty_style() -> Response {
    let mut head = Head::silent(StatusCode::OK);
    let css = HeaderValue::from_static("text/css; charset=utf-8");
    head.headers.insert(CONTENT_TYPE, css);
    let no_store = HeaderValue::from_static(NO_STORE);
    head.headers.insert(CACHE_CONTROL, no_store);
    let nosniff = HeaderValue::from_static("nosniff");
    head.headers.insert(X_CONTENT_TYPE_OPTIONS, nosniff);
    head.whole(Bytes::new()).map(Body::new)
}

/// The page of a site that is full.
pub(super) fn busy(html: Bytes, retry_after: u32) -> Response {
    let mut head = Head::silent(StatusCode::SERVICE_UNAVAILABLE);
    let no_store = HeaderValue::from_static(NO_STORE);
    head.headers.insert(CACHE_CONTROL, no_store);
    head.retry_after(retry_after);
    head.whole(html).map(Body::new)
}

/// A page for when not even the shell can be rendered.
pub(super) fn static_page(status: StatusCode) -> Response {
    Head::silent(status)
        .whole(static_text(status))
        .map(Body::new)
}

pub(super) fn static_text(status: StatusCode) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{status}</title></head>\
         <body><h1>{status}</h1></body></html>"
    )
}
