//! A visitor for tests: asks a router and notes what comes when.

use axum::{Router, body::Body, response::Response};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use punctual::{PageSet, Site, SiteBuilder};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::time::Instant;
use tower::ServiceExt as _;

pub(crate) fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

pub(crate) async fn sleep(n: u64) {
    tokio::time::sleep(ms(n)).await;
}

/// The latest that a response may end: its deadline, and what the rules of time allow.
pub(crate) fn by(deadline: u64) -> Duration {
    ms(deadline + 50)
}

/// A site of these pages, without state.
pub(crate) fn site(pages: impl FnOnce(PageSet<()>) -> PageSet<()>) -> Router {
    router(Site::builder().pages(pages))
}

pub(crate) fn router<S: Clone + Send + Sync + 'static>(builder: SiteBuilder<S>) -> Router {
    builder.build().expect("the site is right").into_router()
}

/// What a visitor saw.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// When the head of the response was there.
    pub head_at: Duration,
    /// Each piece of the body, and when it was there.
    pub chunks: Vec<(Duration, String)>,
    /// When the body was at its end.
    pub end: Duration,
    /// Whether the body ended with an error.
    pub cut: bool,
}

impl Reply {
    pub(crate) fn html(&self) -> String {
        self.chunks
            .iter()
            .map(|(_, chunk)| chunk.as_str())
            .collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("a header of text"))
    }

    /// The document without the marks that Leptos puts between texts.
    #[track_caller]
    pub(crate) fn text(&self) -> String {
        self.whole().replace("<!>", "")
    }

    /// When this text was there.
    #[track_caller]
    pub(crate) fn at(&self, text: &str) -> Duration {
        let chunk = self.chunks.iter().find(|(_, chunk)| chunk.contains(text));
        chunk
            .unwrap_or_else(|| panic!("{text:?} is missing in {}", self.html()))
            .0
    }

    /// Checks that the document is whole, and gives it.
    #[track_caller]
    pub(crate) fn whole(&self) -> String {
        let html = self.html();
        assert!(!self.cut, "cut off: {html}");
        assert!(html.ends_with("</body></html>"), "no end: {html}");
        assert_eq!(
            html.matches("</body></html>").count(),
            1,
            "more than one end: {html}"
        );
        html
    }
}

pub(crate) async fn get(router: &Router, path: &str) -> Reply {
    send(router, Request::get(path)).await
}

pub(crate) async fn send(router: &Router, request: http::request::Builder) -> Reply {
    let start = Instant::now();
    let response = respond(router, request).await;
    let head_at = start.elapsed();
    let (head, mut body) = response.into_parts();
    let (mut chunks, mut cut) = (Vec::new(), false);
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => {
                let data = frame.into_data().expect("no trailers");
                let text = String::from_utf8(data.to_vec()).expect("HTML is text");
                chunks.push((start.elapsed(), text));
            }
            Err(_) => {
                cut = true;
                break;
            }
        }
    }
    let end = start.elapsed();
    Reply {
        status: head.status,
        headers: head.headers,
        head_at,
        chunks,
        end,
        cut,
    }
}

pub(crate) async fn respond(router: &Router, request: http::request::Builder) -> Response {
    let request = request.body(Body::empty()).expect("a right request");
    router
        .clone()
        .oneshot(request)
        .await
        .expect("a router does not fail")
}

/// Counts what is alive: give it to what should be gone, ask how many are left.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alive(Arc<AtomicUsize>);

#[derive(Debug)]
pub(crate) struct Token(Arc<AtomicUsize>);

impl Alive {
    pub(crate) fn token(&self) -> Token {
        self.0.fetch_add(1, SeqCst);
        Token(self.0.clone())
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

/// An error of a loader.
#[derive(Debug, thiserror::Error)]
#[error("the upstream said no")]
pub(crate) struct Refused;
