use super::{OpenPage, TestPage, TestSite};
use axum::body::Body;
use futures::{FutureExt as _, future::BoxFuture};
use http::{HeaderName, HeaderValue, Request, header};
use serde::Serialize;
use std::{fmt, time::Duration};

/// A request that is about to be sent: `site.get("/gizmos").header("accept", "text/html").await`.
///
/// It is sent when it is awaited, which gives a [`TestPage`], or [opened](Self::open), and all times count from then.
#[must_use = "a request is sent when it is awaited"]
pub struct Visit {
    pub(super) site: TestSite,
    pub(super) request: Request<Body>,
    pub(super) leave_at: Option<Duration>,
    pub(super) stall_at: Option<Duration>,
}

impl Visit {
    pub(super) fn new(site: TestSite, request: Request<Body>) -> Self {
        Self {
            site,
            request,
            leave_at: None,
            stall_at: None,
        }
    }

    /// Adds a header.
    ///
    /// # Panics
    /// When it cannot be one.
    #[track_caller]
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: fmt::Display>,
        V: TryInto<HeaderValue, Error: fmt::Display>,
    {
        let name = match name.try_into() {
            Ok(name) => name,
            Err(error) => panic!("the name of a header: {error}"),
        };
        let value = match value.try_into() {
            Ok(value) => value,
            Err(error) => panic!("the value of the header `{name}`: {error}"),
        };
        self.request.headers_mut().append(name, value);
        self
    }

    /// Adds a cookie to those that are sent. What a page has set, [`TestPage::cookie`] tells.
    ///
    /// # Panics
    /// When it cannot stand in a header.
    #[track_caller]
    pub fn cookie(mut self, name: &str, value: &str) -> Self {
        let cookie = format!("{name}={value}");
        let headers = self.request.headers_mut();
        let all = match headers.remove(header::COOKIE) {
            Some(before) => [before.as_bytes(), b"; ", cookie.as_bytes()].concat(),
            None => cookie.into_bytes(),
        };
        self.header(header::COOKIE, all)
    }

    /// Sends this as a browser sends a form: as the body, `application/x-www-form-urlencoded`.
    ///
    /// # Panics
    /// When it cannot be written as one: a form is flat.
    #[track_caller]
    pub fn form<T: Serialize + ?Sized>(self, form: &T) -> Self {
        match serde_urlencoded::to_string(form) {
            Ok(text) => self
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(text),
            Err(error) => panic!("this cannot be sent as a form: {error}"),
        }
    }

    /// Sends this body.
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        *self.request.body_mut() = body.into();
        self
    }

    /// Puts a value into the extensions of the request, as a middleware does: a [`Deadline`](crate::Deadline), or who
    /// has signed in.
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.request.extensions_mut().insert(value);
        self
    }

    /// The visitor leaves at this time: the response, or the body, is dropped.
    ///
    /// What comes at that very moment may be seen, or not.
    pub fn leave_at(mut self, time: Duration) -> Self {
        self.leave_at = Some(time);
        self
    }

    /// The visitor reads nothing of the body from this time on, until the request is over; then what is left is read,
    /// so that one sees whether the document was cut off.
    ///
    /// A page is over when its document was read, or at its deadline and the drain time. Where no page answers, nothing
    /// limits how slowly a visitor reads, and what is left is read at once.
    pub fn stall_at(mut self, time: Duration) -> Self {
        self.stall_at = Some(time);
        self
    }

    /// Sends the request and waits for the head of the response, to read the body step by step.
    pub async fn open(self) -> OpenPage {
        OpenPage::of_visit(self).await
    }
}

impl IntoFuture for Visit {
    type Output = TestPage;
    type IntoFuture = BoxFuture<'static, TestPage>;

    fn into_future(self) -> Self::IntoFuture {
        async move { self.open().await.finish().await }.boxed()
    }
}

impl fmt::Debug for Visit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visit")
            .field("request", &self.request)
            .field("leave_at", &self.leave_at)
            .field("stall_at", &self.stall_at)
            .finish_non_exhaustive()
    }
}
