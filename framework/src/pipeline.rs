//! How a request becomes a response: the order of the steps, and nothing else.

mod answers;
mod crawlers;
mod error_pages;
mod failure;
mod make;
mod refused;
mod response;
mod wait;

pub(crate) use crawlers::Crawlers;
pub use crawlers::DEFAULT_CRAWLERS;
pub(crate) use error_pages::{ErrorPages, SiteErrors};

use crate::{
    config::Config,
    context::{Cx, Held, Queue, RequestCore, Shared, original_uri},
    error::PageError,
    heartbeat::Heartbeat,
    page::{LoadOrder, PageEntry, PageMethod, PageMode, StreamMode},
    record::{LoadOutcome, Outcome},
    render::{
        AbortOnDrop, Asked, ConnectionControl, Handover, Registry, Renderer, Rendering,
        RequestGuard, Shell, ShellFn, Streams, WholeBody, drive, is_whole, take_key,
    },
    security::{Security, Trust},
};
use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, StatusCode, request::Parts};
use make::{Made, make};
use std::sync::Arc;
use tracing::Instrument as _;

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

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
    /// The script by which documents load themselves anew, in development.
    pub(crate) reload: Option<String>,
}

impl Pipeline {
    /// Answers a request for a page, and tells the connection how long it may take.
    pub(crate) async fn answer<S>(
        &self,
        page: &Arc<PageEntry<S>>,
        state: S,
        mut parts: Parts,
    ) -> Response
    where
        S: Clone + Send + Sync + 'static,
    {
        let control = parts.extensions.remove::<Arc<ConnectionControl>>();
        let in_order = match take_key(&mut parts) {
            Asked::End(number) => {
                self.streams.end(number);
                return response::empty_style();
            }
            asked => asked == Asked::InOrder,
        };
        let stream = self.stream_mode(page, &parts, in_order);
        let mut handover = None;
        let mut response = self
            .respond(page, state, parts, stream, control, &mut handover)
            .await;
        if in_order && stream == StreamMode::InOrder {
            // The page has an address without the key, which is the one to be found. (A document that may
            // be cached for others is never one of these.)
            let noindex = HeaderValue::from_static("noindex");
            response.headers_mut().append(ROBOTS, noindex);
        }
        hand_over(response, handover)
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

    async fn respond<S>(
        &self,
        page: &Arc<PageEntry<S>>,
        state: S,
        parts: Parts,
        stream: StreamMode,
        control: Option<Arc<ConnectionControl>>,
        handover: &mut Option<Handover>,
    ) -> Response
    where
        S: Clone + Send + Sync + 'static,
    {
        let core = RequestCore::start(
            page.name,
            &parts,
            (page.timeout)(&parts).unwrap_or_else(|| self.config.timeout(&parts)),
        );
        let deadline = core.deadline();
        let handover = handover.insert(Handover::begin(control, deadline, self.config.drain));
        let mut guard = RequestGuard::new(core.clone(), self.heartbeat.enter(), &self.config);
        if let Err(refused) = self.admit(&mut guard, page.name, page.weight).await {
            return self.turn_away(guard, refused);
        }
        let head = parts.method == Method::HEAD;
        let queue = (page.load == LoadOrder::Sequential).then(|| Arc::new(Queue::default()));
        let shared = Shared::from(&self.config);
        let mut held = Held::new(&self.config.user);
        let cx = Cx::new(core.clone(), shared, state, parts, queue);
        held.hold(&cx.request);
        let parts = &cx.request.parts;
        let mut shell = match self.make(&mut guard, page, &cx, stream).await {
            Ok(shell) => shell,
            Err(error) => {
                handover.keep(guard.take_permit());
                // In a box, as it seldom comes to that: each request has room for all that it may wait for.
                return Box::pin(self.fail(guard, error, parts, (page.on_timeout)())).await;
            }
        };

        // From here on the status is decided.
        let options = guard
            .rendering()
            .map(|rendering| rendering.response().clone());
        let scripts = guard
            .rendering()
            .map(|rendering| rendering.scripts().clone())
            .unwrap_or_default();
        let recorder = guard.core().recorder().clone();
        let mut answer = response::Head::of_page(guard.core().response_head(), options.as_ref());
        let status = answer.status();
        recorder.decided(status);
        // Whoever caches a document for others has to know that all of it is there, and that it is the
        // same for all.
        let may_be_shared = page.mode == PageMode::Sync || page.stream == StreamMode::Off;
        if !may_be_shared || page.method == PageMethod::Post {
            answer
                .keep_private("only a page with `stream = \"off\"` can be cached for all visitors");
        }
        if recorder.is_impaired() {
            answer.forbid_caching();
        }
        if answer.is_redirect() {
            recorder.first_byte(status);
            guard.set_outcome(Outcome::Complete);
            return answer.without_body();
        }
        // Nothing is missing in the document; tasks may run all the same.
        let is_known = is_whole(&mut guard, &shell);
        let whole = is_known && guard.core().open_tasks().is_empty();
        if answer.has_no_body() {
            recorder.first_byte(status);
            guard.set_outcome(Outcome::Complete);
            return answer.without_body();
        }
        if !whole && head {
            recorder.first_byte(status);
            guard.set_outcome(Outcome::Complete);
            return self.secure(answer.of_unknown_length(), &Trust::of_streamed(&scripts));
        }
        if let Some(reload) = &self.reload {
            shell.add_script(reload, &scripts);
        }
        if !whole && stream != StreamMode::Off {
            recorder.first_byte(status);
            let mut by_script = None;
            if stream == StreamMode::OutOfOrder && !is_known {
                let stream = self.streams.enter();
                shell.without_javascript(original_uri(parts), &stream);
                by_script = Some(stream);
            }
            let handover = std::mem::take(handover);
            let body = drive(guard, shell, handover, &self.config, by_script);
            return self.secure(answer.streamed(body), &Trust::of_streamed(&scripts));
        }

        // The request is over before its document is sent.
        handover.keep(guard.take_permit());
        let html = if whole {
            guard.set_outcome(recorder.outcome());
            guard.release(LoadOutcome::Cancelled);
            shell.into_html(&scripts)
        } else {
            let document = drive(guard, shell, Handover::default(), &self.config, None);
            match document.collect().await {
                Some(html) => html,
                None => {
                    let page = response::static_page(StatusCode::INTERNAL_SERVER_ERROR);
                    return self.secure(page, &Trust::NoScripts);
                }
            }
        };
        if recorder.is_impaired() {
            answer.forbid_caching();
        }
        recorder.first_byte(status);
        let trust = Trust::of_whole(&html, &scripts);
        self.secure(answer.whole(html), &trust)
    }

    /// Makes the page in its shell.
    async fn make<S>(
        &self,
        guard: &mut RequestGuard,
        page: &Arc<PageEntry<S>>,
        cx: &Cx<S>,
        stream: StreamMode,
    ) -> Result<Shell, PageError>
    where
        S: Clone + Send + Sync + 'static,
    {
        let core = cx.core();
        // What was posted can be read once.
        let known = (page.method == PageMethod::Get).then_some(&page.known);
        loop {
            guard.set_rendering(Rendering::new(
                &cx.request.parts,
                cx.request.clone(),
                core.recorder().clone(),
                Registry::default(),
                stream,
                &self.config,
            ));
            let renderer = guard
                .rendering()
                .and_then(|rendering| Renderer::new(rendering, self.shell.clone(), known.cloned()));
            let renderer = renderer.ok_or_else(PageError::late)?;
            // The page is made in a task, so that user code which blocks its thread cannot keep the
            // response from being sent on time.
            // In a box: a task is moved more than once, with as much as it may ever hold.
            let cx = Cx {
                makes_page: true,
                ..cx.clone()
            };
            let make = Box::pin(make(page.clone(), cx, renderer));
            let mut task = AbortOnDrop(self.config.user.spawn(make.in_current_span()));
            match wait::made(&mut task.0, core.deadline(), self.config.ending.token()).await? {
                Made::Shell(shell) => return Ok(*shell),
                // What is known of the page says now how it has to be rendered, so this is once.
                Made::Again => guard.release_rendering(),
            }
        }
    }

    /// Completes the head of a document. (Of other answers browsers make none: neither redirects nor those without a
    /// body have these headers, and 304 must not, because it would put a new nonce to an old document.)
    fn secure(&self, mut response: Response, trust: &Trust<'_>) -> Response {
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
            if let Err(refused) = self.admit(&mut guard, "", 1).await {
                let response = self.turn_away(guard, refused);
                return hand_over(response, Some(handover));
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
        guard.set_rendering(rendering);
        let response = self.fail(guard, error, parts, None).await;
        hand_over(response, Some(handover))
    }
}

/// A body that is there as a whole is handed over when it is dropped. A streamed one sees to that
/// itself.
fn hand_over(response: Response, handover: Option<Handover>) -> Response {
    match handover {
        Some(handover) => response.map(|body| Body::new(WholeBody::new(body, handover))),
        None => response,
    }
}
