//! What the code of a page says about the head of its response, until it is sent.

use axum::{
    body::Body,
    response::{IntoResponse as _, IntoResponseParts, Response},
};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CONNECTION, CONTENT_LENGTH, SET_COOKIE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE},
};
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The head of the response, for headers and cookies: an argument of pages, layouts and loaders.
///
/// It takes what an Axum handler puts in front of its response: an array of headers (which replace those of the same
/// name, but for cookies), `AppendHeaders`, a `CookieJar` of `axum_extra`, and tuples of them. It counts until the head is sent: for
/// loaders that the page waits for (`Loaded`, `LoadResult`), guards, and the functions of layouts and pages. In a loader that
/// is deferred, or in a task, it may be too late, which is an [error](HeadError::Sent).
///
/// Loaders run side by side: of two that set the same header the later one counts. What components say through Leptos'
/// [`ResponseOptions`](crate::ResponseOptions) replaces headers of the same name, and the status; cookies of both are sent.
///
/// When the page fails, the response has the status and the headers of the
/// [`PageError`](crate::PageError), and the cookies that were set until then.
///
/// Cookies are always added, also those in an array: what others have set stays.
/// How the body is sent is not for them to say: `Content-Length`, `Transfer-Encoding`, `Connection` and what else concerns the
/// connection alone is left out, and the log says so. Whoever passes on headers of another service names those that are meant.
///
/// What is said about caching goes through the same rules as ever: a page that is streamed is kept from shared caches.
///
/// ```
/// use axum::{http::header::{CONTENT_LANGUAGE, SET_COOKIE}, response::AppendHeaders};
/// use punctual::prelude::*;
///
/// #[loader]
/// async fn manual(head: ResponseHead) -> Result<String, PageError> {
///     head.set([(CONTENT_LANGUAGE, "en")])?;
///     head.set(AppendHeaders([(SET_COOKIE, "read=manual")]))?;
///     Ok("Turn it on.".to_owned())
/// }
///
/// #[page(async, path = "/manual")]
/// fn ManualPage(manual: Loaded<manual>) -> impl IntoView {
///     manual.to_string()
/// }
/// # let _ = Site::builder().pages(pages![ManualPage]).build();
/// ```
#[derive(Clone, Default)]
pub struct ResponseHead(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    page: &'static str,
    sent: bool,
    status: Option<StatusCode>,
    headers: HeaderMap,
}

/// What has been said about a head until some moment.
pub(crate) struct Said {
    status: Option<StatusCode>,
    headers: HeaderMap,
}

/// Why something about the head of a response does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeadError {
    /// The head has been sent.
    #[error(
        "the head of the response has been sent: set headers in a loader that the page waits for (`Loaded`), not in a deferred one or in a task"
    )]
    Sent,
    /// The parts could not be made, such as a header with a line break.
    #[error("what is to be set is no part of a response: Axum refused it with status {0}")]
    Refused(StatusCode),
}

/// Stands in a response as long as nothing was refused.
#[derive(Clone)]
struct Taken;

impl ResponseHead {
    pub(crate) fn of(page: &'static str) -> Self {
        let state = State {
            page,
            ..State::default()
        };
        Self(Arc::new(Mutex::new(state)))
    }

    /// The page whose head it is, for the log.
    pub(crate) fn page(&self) -> &'static str {
        self.state().page
    }

    /// Sets headers and cookies, as an Axum handler does with what stands in front of its response.
    ///
    /// # Errors
    /// [`HeadError::Sent`] when the head has been sent, [`HeadError::Refused`] when the parts are no such.
    pub fn set(&self, parts: impl IntoResponseParts) -> Result<(), HeadError> {
        let mut response = Response::new(Body::empty());
        {
            let state = self.state();
            if state.sent {
                return Err(HeadError::Sent);
            }
            response.headers_mut().clone_from(&state.headers);
            // What others have set stays: cookies are added.
            response.headers_mut().remove(SET_COOKIE);
        }
        response.extensions_mut().insert(Taken);
        let before = response.headers().clone();
        let response = (parts, response).into_response();
        if response.extensions().get::<Taken>().is_none() {
            return Err(HeadError::Refused(response.status()));
        }
        let mut state = self.state();
        if state.sent {
            return Err(HeadError::Sent);
        }
        // Somebody else may have set something in the meantime: what is new here comes to it.
        let after = response.headers();
        for name in after.keys() {
            let values = || after.get_all(name).iter();
            let old = || before.get_all(name).iter();
            let kept = old().count();
            let is_added = values().take(kept).eq(old());
            if !is_added {
                state.headers.remove(name);
            }
            let skipped = if is_added { kept } else { 0 };
            for value in values().skip(skipped) {
                state.headers.append(name, value.clone());
            }
        }
        Ok(())
    }

    /// Sets the status of the page. Without it, it is 200. It takes no part in the choice of error pages: a page that is none
    /// answers with a [`PageError`](crate::PageError).
    ///
    /// # Errors
    /// [`HeadError::Sent`] when the head has been sent.
    pub fn set_status(&self, status: StatusCode) -> Result<(), HeadError> {
        let mut state = self.state();
        if state.sent {
            return Err(HeadError::Sent);
        }
        state.status = Some(status);
        Ok(())
    }

    /// The headers that have been set and not sent yet: for unit tests, and for who wants to add to them.
    #[must_use]
    pub fn headers(&self) -> HeaderMap {
        self.state().headers.clone()
    }

    /// The status that has been set.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.state().status
    }

    /// What has been said so far, for [`take_back`](Self::take_back).
    pub(crate) fn said(&self) -> Said {
        let state = self.state();
        Said {
            status: state.status,
            headers: state.headers.clone(),
        }
    }

    /// Takes back what has been said since: those who have said it say it again.
    pub(crate) fn take_back(&self, Said { status, headers }: Said) {
        let mut state = self.state();
        state.status = status;
        state.headers = headers;
    }

    /// The head is sent now: what was said about it.
    pub(crate) fn send(&self) -> (Option<StatusCode>, HeaderMap) {
        let mut state = self.state();
        state.sent = true;
        (state.status, std::mem::take(&mut state.headers))
    }

    /// The same for a page that failed: only the cookies count.
    pub(crate) fn send_cookies(&self) -> Vec<HeaderValue> {
        let (_, headers) = self.send();
        headers.get_all(SET_COOKIE).iter().cloned().collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts what components say over what the page and its loaders say: headers of the same name are replaced, cookies are
/// added.
pub(crate) fn merge(headers: &mut HeaderMap, over: &HeaderMap) {
    for name in over.keys() {
        if *name != SET_COOKIE {
            headers.remove(name);
        }
        for value in over.get_all(name) {
            headers.append(HeaderName::clone(name), value.clone());
        }
    }
}

/// What concerns one connection, and how a body is sent on it (RFC 9110, 7.6.1). The server says that, who knows the body: a
/// length of another one cuts the document off, or has the visitor wait for more.
const OF_CONNECTION: [HeaderName; 8] = [
    CONNECTION,
    CONTENT_LENGTH,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Removes what is not for the code of a page to say.
pub(crate) fn remove_of_connection(headers: &mut HeaderMap, page: &'static str) {
    for name in OF_CONNECTION {
        if headers.remove(&name).is_some() {
            tracing::warn!(
                target: "punctual",
                page, header = name.as_str(),
                "a page has set a header that says how its body is sent: it is left out"
            );
        }
    }
}

impl fmt::Debug for ResponseHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("ResponseHead")
            .field("sent", &state.sent)
            .field("status", &state.status)
            .field("headers", &state.headers)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::AppendHeaders;

    #[test]
    fn takes_what_axum_takes() {
        let head = ResponseHead::default();
        head.set([("x-one", "1"), ("x-two", "2")]).expect("headers");
        head.set([("x-one", "3")]).expect("a header");
        head.set(AppendHeaders([(SET_COOKIE, "a=1"), (SET_COOKIE, "b=2")]))
            .expect("cookies");
        assert_eq!(
            head.set([("x-bad", "line\nbreak")]),
            Err(HeadError::Refused(StatusCode::INTERNAL_SERVER_ERROR))
        );
        head.set_status(StatusCode::ACCEPTED).expect("in time");
        let (status, headers) = head.send();
        assert_eq!(status, Some(StatusCode::ACCEPTED));
        assert_eq!(
            (&headers["x-one"], &headers["x-two"]),
            (&"3".parse().expect("text"), &"2".parse().expect("text"))
        );
        assert_eq!(headers.get_all(SET_COOKIE).iter().count(), 2);
        assert_eq!(head.set([("x-late", "1")]), Err(HeadError::Sent));
        assert_eq!(head.set_status(StatusCode::OK), Err(HeadError::Sent));
    }

    #[test]
    fn of_a_failed_page_the_cookies_count() {
        let head = ResponseHead::default();
        head.set([(SET_COOKIE.as_str(), "b=2")]).expect("a cookie");
        head.set([(SET_COOKIE.as_str(), "a=1"), ("x-one", "1")])
            .expect("headers");
        assert_eq!(head.send_cookies(), ["b=2", "a=1"]);
    }

    #[test]
    fn components_replace_headers_and_add_cookies() {
        let map = |pairs: &[(&'static str, &'static str)]| -> HeaderMap {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.append(*name, HeaderValue::from_static(value));
            }
            headers
        };
        let mut headers = map(&[("x-one", "1"), ("set-cookie", "a=1")]);
        merge(&mut headers, &map(&[("x-one", "2"), ("set-cookie", "b=2")]));
        assert_eq!(headers["x-one"], "2");
        assert_eq!(headers.get_all(SET_COOKIE).iter().count(), 2);
    }
}
