//! A request that has its place: its page is made, and the head of the response follows from that.

use super::{
    Pipeline, hand_over,
    make::{Document, Left, Made, make},
    response::{Head, static_page},
    wait,
};
use crate::{
    context::{Cx, Held, original_uri},
    error::PageError,
    page::{PageEntry, PageMethod, PageMode, StreamMode},
    record::{LoadOutcome, Outcome, Recorder},
    render::{AbortOnDrop, Handover, Registry, Renderer, Rendering, RequestGuard, Scripts, drive},
    security::Trust,
};
use axum::response::Response;
use futures::{FutureExt as _, future::BoxFuture};
use http::{HeaderName, HeaderValue, StatusCode};
use std::sync::Arc;
use tracing::Instrument as _;

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// A request for a page that has its place. What stands above is let go of first.
///
/// The future of a request has room for one of these, and for what making a page waits with: all else is either done at once, or
/// waited for in a box.
pub(super) struct Begun<S: Send + Sync + 'static> {
    pub(super) cx: Cx<S>,
    pub(super) held: Held<S>,
    pub(super) guard: RequestGuard,
    pub(super) handover: Handover,
    pub(super) page: Arc<PageEntry<S>>,
    pub(super) stream: StreamMode,
    pub(super) is_head: bool,
    /// Whether it asked for the page in order, by the key that the page sends visitors without JavaScript to.
    pub(super) has_key: bool,
    pub(super) pipeline: Arc<Pipeline>,
}

impl<S: Clone + Send + Sync + 'static> Begun<S> {
    pub(super) fn answer(mut self) -> BoxFuture<'static, Response> {
        Box::pin(async move {
            let rest = match self.make().await {
                Ok(document) => match self.send(document) {
                    Ok(response) => return response,
                    Err(rest) => rest,
                },
                Err(error) => self.fail(error).boxed(),
            };
            rest.await
        })
    }

    /// Makes the page in its shell.
    async fn make(&mut self) -> Result<Document, PageError> {
        let (pipeline, page, cx) = (&self.pipeline, &self.page, &self.cx);
        let (core, config) = (cx.core(), &pipeline.config);
        // What was posted can be read once.
        let known = (page.method == PageMethod::Get).then_some(&page.known);
        let mut is_again = false;
        loop {
            let mut rendering = Box::new(Rendering::new(
                &cx.request.parts,
                cx.request.clone(),
                core.recorder().clone(),
                Registry::default(),
                self.stream,
                config,
            ));
            let shell = pipeline.shell.clone();
            let renderer = Renderer::new(&mut rendering, shell, known.cloned());
            let renderer = renderer.ok_or_else(PageError::late)?;
            // The page is made in a task, so that user code which blocks its thread cannot keep the
            // response from being sent on time. The task owns what Leptos holds until then.
            // In a box: a task is moved more than once, with as much as it may ever hold.
            let cx = Cx {
                makes_page: true,
                is_again,
                ..cx.clone()
            };
            let left = Arc::<Left>::default();
            let owned = self.guard.lend(rendering);
            let make = make(page.clone(), cx, renderer, owned, left.clone());
            let make = Box::pin(make);
            let mut task = AbortOnDrop(config.user.spawn(make.in_current_span()));
            let ended = wait::made(&mut task.0, core.deadline(), config.ending.token()).await;
            let (made, mut owned) = match ended {
                Ok(ended) => ended,
                // It may be there although its task is not done.
                Err(error) => return left.take().ok_or(error),
            };
            match made? {
                Made::Shell(shell) => {
                    let rendering = owned.take().ok_or_else(PageError::late)?;
                    let document = Document::new(shell, &rendering, core);
                    self.guard.set_rendering(rendering);
                    return Ok(document);
                }
                Made::Left => return left.take().ok_or_else(PageError::late),
                // What is known of the page says now how it has to be rendered, so this is once.
                Made::Again => is_again = true,
            }
        }
    }

    async fn fail(mut self, error: PageError) -> Response {
        self.handover.keep(self.guard.take_permit());
        let (pipeline, parts) = (&self.pipeline, &self.cx.request.parts);
        let on_timeout = (self.page.on_timeout)();
        let response = pipeline.fail(self.guard, error, parts, on_timeout).await;
        hand_over(marked(response, self.has_key), self.handover)
    }

    /// Sends a page. The status is decided. Of a page that is not whole, and not to be sent before it is, it gives what waits for the
    /// rest.
    fn send(self, document: Document) -> Result<Response, BoxFuture<'static, Response>> {
        // What stands here first is dropped last.
        let Self {
            pipeline,
            page,
            mut handover,
            mut guard,
            held: _held,
            cx,
            stream,
            is_head,
            has_key,
        } = self;
        let Document {
            mut shell,
            mut answer,
            scripts,
            is_known,
            is_whole: whole,
        } = document;
        let recorder = guard.core().recorder().clone();
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
            return Ok(hand_over(marked(answer.without_body(), has_key), handover));
        }
        if answer.has_no_body() {
            recorder.first_byte(status);
            guard.set_outcome(Outcome::Complete);
            return Ok(hand_over(marked(answer.without_body(), has_key), handover));
        }
        if !whole && is_head {
            recorder.first_byte(status);
            guard.set_outcome(Outcome::Complete);
            let response =
                pipeline.secure(answer.of_unknown_length(), &Trust::of_streamed(&scripts));
            return Ok(hand_over(marked(response, has_key), handover));
        }
        if let Some(reload) = &pipeline.reload {
            shell.add_script(reload, &scripts);
        }
        if !whole && stream != StreamMode::Off {
            recorder.first_byte(status);
            let mut by_script = None;
            if stream == StreamMode::OutOfOrder && !is_known {
                let stream = pipeline.streams.enter();
                shell.without_javascript(original_uri(&cx.request.parts), &stream);
                by_script = Some(stream);
            }
            let body = drive(guard, *shell, handover, &pipeline.config, by_script);
            let response = pipeline.streamed(answer, body, &Trust::of_streamed(&scripts));
            return Ok(marked(response, has_key));
        }

        // The request is over before its document is sent.
        handover.keep(guard.take_permit());
        let sending = Sending {
            answer,
            scripts,
            recorder,
            handover,
            has_key,
            pipeline: pipeline.clone(),
        };
        if whole {
            guard.set_outcome(sending.recorder.outcome());
            guard.release(LoadOutcome::Cancelled);
            let html = shell.into_html(&sending.scripts);
            return Ok(sending.whole(html));
        }
        let document = drive(guard, *shell, Handover::default(), &pipeline.config, None);
        Err(Box::pin(async move {
            match document.collect().await {
                Some(html) => sending.whole(html),
                None => sending.broken(),
            }
        }))
    }
}

/// A document that is sent as a whole.
struct Sending {
    answer: Head,
    scripts: Scripts,
    recorder: Recorder,
    handover: Handover,
    has_key: bool,
    pipeline: Arc<Pipeline>,
}

impl Sending {
    fn whole(mut self, html: String) -> Response {
        if self.recorder.is_impaired() {
            self.answer.forbid_caching();
        }
        let trust = Trust::of_whole(&html, &self.scripts);
        let response = self.pipeline.whole(self.answer, html, &trust);
        hand_over(marked(response, self.has_key), self.handover)
    }

    /// What has written it has panicked.
    fn broken(self) -> Response {
        let page = static_page(StatusCode::INTERNAL_SERVER_ERROR);
        let response: Response = self.pipeline.secure(page, &Trust::NoScripts);
        hand_over(marked(response, self.has_key), self.handover)
    }
}

/// The page has an address without the key, which is the one to be found. (A document that may be cached for others is
/// never one with it.)
pub(super) fn marked<B>(mut response: Response<B>, has_key: bool) -> Response<B> {
    if has_key {
        let noindex = HeaderValue::from_static("noindex");
        response.headers_mut().append(ROBOTS, noindex);
    }
    response
}
