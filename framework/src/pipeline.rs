//! How a request becomes a response: the order of the steps, and nothing else.

mod blocking;
mod failure;
mod response;

pub(crate) use blocking::{BlockingPool, DEFAULT_THREADS};

use crate::{
    config::{Config, GRACE},
    context::{Cx, RequestCore},
    deadline::within,
    error::PageError,
    heartbeat::Heartbeat,
    page::{Body as PageCall, FailureView, PageEntry, PageMode},
    record::{LoadOutcome, Outcome},
    render::{
        AbortOnDrop, ConnectionControl, Handover, Panic, Registry, Renderer, Rendering,
        RequestGuard, Shell, ShellFn, WholeBody, drive, is_whole,
    },
};
use axum::{body::Body, response::Response};
use http::{Method, request::Parts};
use std::sync::Arc;
use tokio::time::timeout_at;
use tracing::Instrument as _;

/// What all pages of a site share.
pub(crate) struct Pipeline {
    pub(crate) config: Config,
    pub(crate) shell: ShellFn,
    pub(crate) error_page: FailureView,
    pub(crate) not_found: FailureView,
    pub(crate) blocking: BlockingPool,
    pub(crate) heartbeat: Heartbeat,
}

impl Pipeline {
    /// Answers a request for a page, and tells the connection how long it may take.
    pub(crate) async fn answer<S>(&self, page: PageEntry<S>, state: S, mut parts: Parts) -> Response
    where
        S: Clone + Send + Sync + 'static,
    {
        let control = parts.extensions.remove::<Arc<ConnectionControl>>();
        let mut handover = None;
        let response = self
            .respond(page, state, parts, control, &mut handover)
            .await;
        hand_over(response, handover)
    }

    async fn respond<S>(
        &self,
        page: PageEntry<S>,
        state: S,
        parts: Parts,
        control: Option<Arc<ConnectionControl>>,
        handover: &mut Option<Handover>,
    ) -> Response
    where
        S: Clone + Send + Sync + 'static,
    {
        let core = RequestCore::start(
            page.name,
            &parts,
            page.timeout.unwrap_or(self.config.timeout),
        );
        let deadline = core.deadline();
        *handover = Some(Handover::begin(control, deadline, self.config.drain));
        let head = parts.method == Method::HEAD;
        let cx = Cx::new(core.clone(), self.config.stubs.clone(), state, parts);
        let parts = &cx.request.parts;
        let rendering = Rendering::new(
            parts,
            cx.request.clone(),
            core.recorder().clone(),
            Registry::default(),
        );
        let mut guard = RequestGuard::new(
            core,
            rendering,
            self.heartbeat.enter(),
            self.config.on_record.clone(),
        );

        // The page is made in a task, so that user code which blocks its thread cannot keep the
        // response from being sent on time. Its own waits end at the deadline; the grace is for
        // what it makes of the results that are there by then.
        let made = match guard
            .rendering()
            .and_then(|rendering| Renderer::new(rendering, self.shell.clone()))
        {
            Some(renderer) => {
                let make = make(page, cx.clone(), renderer, self.blocking.clone());
                let mut task = AbortOnDrop(tokio::spawn(make.in_current_span()));
                match timeout_at(deadline.plus(GRACE).instant(), &mut task.0).await {
                    Ok(Ok(made)) => made,
                    Ok(Err(_)) => Err(PageError::panicked()),
                    Err(_) => Err(PageError::late()),
                }
            }
            None => Err(PageError::late()),
        };
        let shell = match made {
            Ok(shell) => shell,
            Err(error) => return self.fail(guard, error, parts, (page.on_timeout)()).await,
        };

        // From here on the status is decided.
        let options = guard
            .rendering()
            .map(|rendering| rendering.response().clone());
        let head_of_response = response::Head::of_page(options.as_ref());
        guard
            .core()
            .recorder()
            .first_byte(head_of_response.status());
        if head_of_response.is_redirect() {
            guard.set_outcome(Outcome::Complete);
            return head_of_response.without_body();
        }
        let whole = is_whole(&mut guard, &shell);
        if !whole && (head || head_of_response.has_no_body()) {
            guard.set_outcome(Outcome::Complete);
            return head_of_response.of_unknown_length();
        }
        if whole {
            let outcome = guard.core().recorder().outcome();
            guard.set_outcome(outcome);
            guard.release(LoadOutcome::Cancelled);
            return head_of_response.whole(shell.into_html());
        }
        if page.mode == PageMode::Async {
            let handover = handover.take().unwrap_or_default();
            return head_of_response.streamed(drive(guard, shell, handover, self.config.drain));
        }
        let document = drive(guard, shell, Handover::default(), self.config.drain);
        match document.collect().await {
            Some(chunks) => head_of_response.whole(chunks.concat()),
            None => response::static_page(http::StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    /// Answers a request that no page and no route matches.
    pub(crate) async fn not_found(&self, mut parts: Parts) -> Response {
        let control = parts.extensions.remove::<Arc<ConnectionControl>>();
        let core = RequestCore::start("", &parts, self.config.timeout);
        let handover = Handover::begin(control, core.deadline(), self.config.drain);
        let cx = Cx::new(core.clone(), self.config.stubs.clone(), (), parts);
        let parts = &cx.request.parts;
        let rendering = Rendering::new(
            parts,
            cx.request.clone(),
            core.recorder().clone(),
            Registry::closed(),
        );
        let guard = RequestGuard::new(
            core,
            rendering,
            self.heartbeat.enter(),
            self.config.on_record.clone(),
        );
        let response = self.fail(guard, PageError::not_found(), parts, None).await;
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

/// Loads what the page cannot do without, calls the page, and renders it in the shell.
async fn make<S>(
    page: PageEntry<S>,
    cx: Cx<S>,
    renderer: Renderer,
    blocking: BlockingPool,
) -> Result<Shell, PageError>
where
    S: Clone + Send + Sync + 'static,
{
    let deadline = cx.core().deadline();
    let body = (page.prepare)(cx).await?;
    let (renderer, shell) = match (body.0, page.mode) {
        (PageCall::Call(call), PageMode::Async) => {
            let shell = renderer.render(call);
            (renderer, shell)
        }
        (PageCall::Call(call), PageMode::Sync) => {
            let render = move || {
                let shell = renderer.render(call);
                (renderer, shell)
            };
            blocking.run(deadline, render).await?
        }
        (PageCall::Future(call), _) => {
            let view = renderer.contain(Box::pin(async move { call().await }));
            let view = within(deadline, view)
                .await
                .ok_or_else(PageError::late)?
                .map_err(|panic| panicked(&panic))?;
            let shell = renderer.render(move || view);
            (renderer, shell)
        }
    };
    let shell = shell.map_err(|panic| panicked(&panic))?;
    renderer
        .finish(shell, deadline)
        .await
        .map_err(|panic| panicked(&panic))
}

fn panicked(panic: &Panic) -> PageError {
    tracing::error!(target: "punctual", %panic, "a page panicked");
    PageError::panicked()
}
