//! How a request becomes a response: the order of the steps, and nothing else.

mod answers;
mod arrived;
mod begun;
mod crawlers;
mod error_pages;
mod failure;
mod make;
mod plain;
mod refused;
mod response;
mod wait;

pub(crate) use crawlers::Crawlers;
pub use crawlers::DEFAULT_CRAWLERS;
pub(crate) use error_pages::{ErrorPages, SiteErrors};
pub(crate) use plain::PlainHeads;

use crate::{
    admission::Entering,
    config::Config,
    context::{Cx, Held, RequestCore, Shared},
    error::PageError,
    heartbeat::Heartbeat,
    page::{PageEntry, PageMethod, PageMode, StreamMode},
    render::{
        Asked, ConnectionControl, Handover, Registry, Rendering, RequestGuard, ShellFn, Streams,
        WholeBody, take_key,
    },
    security::{Security, Trust},
};
use arrived::Arrived;
use axum::{
    BoxError,
    body::{Body, HttpBody},
    response::Response,
};
use bytes::Bytes;
use futures::future::{BoxFuture, ready};
use http::{Method, StatusCode, request::Parts};
use std::sync::Arc;

/// What all pages of a site share.
pub(crate) struct Pipeline {
    pub(crate) config: Config,
    pub(crate) shell: ShellFn,
    pub(crate) errors: SiteErrors,
    pub(crate) crawlers: Crawlers,
    pub(crate) streams: Arc<Streams>,
    pub(crate) heartbeat: Heartbeat,
    /// What is shown to those for whom there is no place.
    pub(crate) busy_page: Bytes,
    pub(crate) security: Security,
    pub(crate) plain: PlainHeads,
    /// The script by which documents load themselves anew, in development.
    pub(crate) reload: Option<String>,
}

impl Pipeline {
    /// Answers a request for a page, and tells the connection how long it may take.
    pub(crate) fn answer<S>(
        self: Arc<Self>,
        page: Arc<PageEntry<S>>,
        state: S,
        mut parts: Parts,
    ) -> BoxFuture<'static, Response>
    where
        S: Clone + Send + Sync + 'static,
    {
        let asked = match take_key(&mut parts) {
            Asked::End(number) => {
                self.streams.end(number);
                return Box::pin(ready(response::empty_style()));
            }
            asked => asked,
        };
        let stream = self.stream_mode(&page, &parts, asked == Asked::InOrder);
        let has_key = asked == Asked::InOrder && stream == StreamMode::InOrder;
        let arrived = Arrived::new(self, page, parts, stream, has_key);
        match arrived.enter() {
            Entering::Now(Ok(permit)) => arrived.begin(permit, state).answer(),
            Entering::Now(Err(refused)) => Box::pin(ready(arrived.turn_away(refused))),
            Entering::Waits(waiting) => Box::pin(async move {
                match arrived.pipeline().turn_of(waiting).await {
                    Ok(permit) => arrived.begin(permit, state).answer().await,
                    Err(refused) => arrived.turn_away(refused),
                }
            }),
        }
    }

    /// How this visitor gets the parts of the page that are not there yet.
    fn stream_mode<S>(&self, page: &PageEntry<S>, parts: &Parts, in_order: bool) -> StreamMode {
        match page.stream {
            _ if page.mode == PageMode::Sync || page.method == PageMethod::Post => StreamMode::Off,
            StreamMode::Off => StreamMode::Off,
            _ if self.crawlers.sent(&parts.headers) => StreamMode::Off,
            _ if in_order => StreamMode::InOrder,
            stream => stream,
        }
    }

    /// Completes the head of a document. (Of other answers browsers make none: neither redirects nor those without a
    /// body have these headers, and 304 must not, because it would put a new nonce to an old document.)
    fn secure<B>(&self, mut response: Response<B>, trust: &Trust<'_>) -> Response<B> {
        self.security.complete(response.headers_mut(), trust);
        response
    }

    /// Answers a request that no page takes in the way in which it was made.
    pub(crate) async fn method_not_allowed(&self, parts: Parts) -> Response {
        if parts.method == Method::OPTIONS {
            return response::options();
        }
        let refused = PageError::status(StatusCode::METHOD_NOT_ALLOWED);
        self.refuse(parts, refused).await
    }

    /// Answers a request that no page and no route matches.
    pub(crate) async fn refuse(&self, mut parts: Parts, error: PageError) -> Response {
        take_key(&mut parts);
        let control = parts.extensions.remove::<Arc<ConnectionControl>>();
        let core = RequestCore::start("", &parts, self.config.timeout(&parts));
        let deadline = core.deadline();
        let mut handover = Handover::begin(control, deadline, self.config.drain);
        let mut guard = RequestGuard::new(core.clone(), self.heartbeat.enter(), &self.config);
        // A document is made for everything but a redirect.
        if !error.is_redirect() {
            match self.admit(deadline).await {
                Ok(permit) => guard.admit(permit),
                Err(refused) => return hand_over(self.turn_away(guard, refused), handover),
            }
            handover.keep(guard.take_permit());
        }
        let shared = Shared::from(&self.config);
        let mut held = Held::new(&self.config.user);
        let cx = Cx::new(core.clone(), shared, (), parts, None);
        held.hold(&cx.request);
        let parts = &cx.request.parts;
        let rendering = Rendering::new(
            parts,
            cx.request.clone(),
            core.recorder().clone(),
            Registry::closed(),
            StreamMode::default(),
            &self.config,
        );
        guard.set_rendering(Box::new(rendering));
        let response = self.fail(guard, error, parts, None).await;
        hand_over(response, handover)
    }
}

/// A body that is there as a whole is handed over when it is dropped. A streamed one sees to that
/// itself.
fn hand_over<B>(response: Response<B>, handover: Handover) -> Response
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    response.map(|body| Body::new(WholeBody::new(body, handover)))
}
