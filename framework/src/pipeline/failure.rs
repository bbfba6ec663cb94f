//! When there is no page: a redirect, or a page that says why, or at least a text.

use super::{
    Pipeline,
    response::{Head, static_text},
};
use crate::{
    config::GRACE,
    context::original_uri,
    deadline::Deadline,
    error::{Cause, PageError},
    page::{FailureView, PageFailure, StreamMode},
    record::{LoadOutcome, Outcome},
    render::{AbortOnDrop, Panic, Registry, Rendered, Renderer, Rendering, RequestGuard},
    security::Trust,
};
use axum::{body::Body, response::Response};
use http::request::Parts;
use std::{sync::Arc, time::Duration};
use tokio::time::timeout_at;
use tracing::Instrument as _;

impl Pipeline {
    /// Answers in place of a page. Nothing of the page runs any more.
    pub(super) async fn fail(
        &self,
        mut guard: RequestGuard,
        error: PageError,
        parts: &Parts,
        on_timeout: Option<FailureView>,
    ) -> Response {
        let core = guard.core().clone();
        log(&error, parts, core.recorder().page());
        // At a loader's own limit the others are not late: nobody wants them any more.
        guard.release(if error.is_late() && core.deadline().has_passed() {
            LoadOutcome::Late
        } else {
            LoadOutcome::Cancelled
        });
        guard.set_outcome(outcome(&error));
        let stops = error.cause() == Cause::Stopping;
        let mut head = Head::of_error(&error, core.response_head());
        if matches!(error.cause(), Cause::NoTurn) {
            head.retry_after(self.config.admission.retry_after());
        }
        if error.is_redirect() {
            core.recorder().first_byte(error.status_code());
            return head.without_body();
        }

        core.recorder().decided(error.status_code());
        let record = core.recorder().snapshot();
        let failure = PageFailure {
            timeout: record.timeout,
            uri: original_uri(parts).clone(),
            record,
            error,
            details: self.config.details,
        };
        let on_timeout = on_timeout.filter(|_| failure.is_late());
        let path = parts.uri.path();
        let view = on_timeout.unwrap_or_else(|| self.errors.find(path, failure.status()).clone());
        // Such a page waits for nothing: its places show what they show when they are late.
        let request = Arc::new(());
        let mut rendering = Box::new(Rendering::new(
            parts,
            request,
            core.recorder().clone(),
            Registry::closed(),
            StreamMode::default(),
            &self.config,
        ));
        let renderer = Renderer::new(&mut rendering, self.shell.clone(), None);
        let scripts = rendering.scripts().clone();
        guard.set_rendering(rendering);
        let status = failure.status();
        let Some(renderer) = renderer else {
            let page = head.whole(static_text(status)).map(Body::new);
            return self.secure(page, &Trust::NoScripts);
        };
        let now = match stops {
            true => Deadline::after(Duration::ZERO),
            false => core.deadline().max(Deadline::after(Duration::ZERO)),
        };
        // What blocks the document has half of the time, so that the page can be sent without it.
        let (blocking, limit) = (now.plus(GRACE / 2), now.plus(GRACE));
        let (reload, writer) = (self.reload.clone(), scripts.clone());
        let task = self.config.user.spawn(
            async move {
                let shell = match renderer.render(move || view.view(failure), || true)? {
                    Rendered::Shell(shell) => shell,
                    // Nothing is known of this page, so that it is not rendered that way.
                    Rendered::Again => return Ok(static_text(status)),
                };
                let mut shell = renderer.finish(shell, blocking).await?;
                if let Some(reload) = reload {
                    shell.add_script(&reload, &writer);
                }
                Ok::<_, Panic>(shell.into_html(&writer))
            }
            .in_current_span(),
        );
        let mut task = AbortOnDrop(task);
        let html = match timeout_at(limit.instant(), &mut task.0).await {
            Ok(Ok(Ok(html))) => html,
            Ok(Ok(Err(panic))) => {
                tracing::error!(target: "punctual", %panic, "the error page panicked");
                static_text(status)
            }
            Ok(Err(_)) | Err(_) => static_text(status),
        };
        core.recorder().first_byte(status);
        let trust = Trust::of_whole(&html, &scripts);
        self.whole(head, html, &trust).map(Body::new)
    }
}

fn outcome(error: &PageError) -> Outcome {
    match error.cause() {
        Cause::Late => Outcome::TimedOut,
        Cause::Panicked | Cause::NoTurn | Cause::Stopping => Outcome::Failed,
        Cause::Answer if error.status_code().is_server_error() => Outcome::Failed,
        Cause::Answer => Outcome::Complete,
    }
}

/// A refusal is the visitor's affair, what was late stands in the record, and that there are too few
/// threads the pool says; what else went wrong on this side is logged with its sources.
fn log(error: &PageError, parts: &Parts, page: &'static str) {
    let status = error.status_code();
    if status.is_server_error() && matches!(error.cause(), Cause::Answer | Cause::Panicked) {
        let path = original_uri(parts).path();
        let sources = error.sources();
        tracing::error!(target: "punctual", page, path, status = status.as_u16(), ?sources, "the page failed");
    } else if status.is_client_error() {
        // A wrong address is no news; a form that cannot be read may be a mistake in the page.
        let (path, sources) = (original_uri(parts).path(), error.sources());
        if !sources.is_empty() {
            tracing::info!(target: "punctual", page, path, status = status.as_u16(), ?sources, "the request was refused");
        }
    }
}
