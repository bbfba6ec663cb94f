//! What Leptos spawns: the fetchers of resources, and effects.

use super::{
    error_hook::OwnHook,
    scope::{PageContext, contain_here},
};
use crate::record::Recorder;
use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use futures::FutureExt as _;
use leptos::prelude::use_context;
use std::{
    cell::Cell,
    pin::Pin,
    task::{Context, Poll},
};

/// Spawns on Tokio, and ends with the request what a page spawns.
///
/// A fetcher holds the owner that it was made in, so one that never ends would hold all of the
/// request for ever.
struct RequestExecutor;

thread_local! {
    /// What is spawned is polled at once.
    static AT_ONCE: Cell<bool> = const { Cell::new(false) };
}

/// Polls a future of Leptos, and what it spawns meanwhile: `tick`, with which Leptos waits for what it has spawned before,
/// is then no task.
pub(super) struct AtOnce<F>(pub(super) F);

impl<F: Future + Unpin> Future for AtOnce<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        /// Puts it back, also after a panic.
        struct Before(bool);

        impl Drop for Before {
            fn drop(&mut self) {
                AT_ONCE.set(self.0);
            }
        }

        let _before = Before(AT_ONCE.replace(true));
        self.0.poll_unpin(cx)
    }
}

/// Tells Leptos how to spawn. Without it, what it spawns is dropped without a word.
pub(crate) fn init() {
    if Executor::init_custom_executor(RequestExecutor).is_err() {
        tracing::debug!(
            target: "punctual",
            "another executor is set for Leptos: what a page spawns does not end with the request"
        );
    }
}

impl CustomExecutor for RequestExecutor {
    fn spawn(&self, mut future: PinnedFuture<()>) {
        // If it is not done, it is polled again by the task that it becomes.
        if AT_ONCE.replace(false) {
            let done = contain_here(|| future.as_mut().now_or_never().is_some());
            AT_ONCE.set(true);
            match done {
                Ok(true) => return,
                Ok(false) => {}
                Err(panic) => {
                    tracing::error!(target: "punctual", %panic, "what a page spawned panicked");
                    return;
                }
            }
        }
        match use_context::<PageContext>() {
            Some(page) => {
                let over = page.shared.over.token();
                let work = Contained {
                    future,
                    recorder: Some(page.recorder.clone()),
                    hook: OwnHook::default(),
                };
                tokio::spawn(async move {
                    tokio::select! {
                        biased;
                        () = over.cancelled() => {}
                        () = work => {}
                    }
                });
            }
            None => {
                let work = Contained {
                    future,
                    recorder: None,
                    hook: OwnHook::default(),
                };
                tokio::spawn(work);
            }
        }
    }

    fn spawn_local(&self, future: PinnedLocalFuture<()>) {
        tokio::task::spawn_local(future);
    }

    /// Tokio polls its tasks itself.
    fn poll_local(&self) {}
}

/// Leptos does not put its current owner back when such work panics. It would stay on the thread, where
/// the work of another visitor would find it.
struct Contained {
    future: PinnedFuture<()>,
    recorder: Option<Recorder>,
    hook: OwnHook,
}

impl Future for Contained {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Self { future, hook, .. } = &mut *self;
        let polled = hook.run(|| contain_here(|| future.as_mut().poll(cx)));
        polled.unwrap_or_else(|panic| {
            if let Some(recorder) = &self.recorder {
                recorder.note_panic();
            }
            tracing::error!(target: "punctual", %panic, "what a page spawned panicked");
            Poll::Ready(())
        })
    }
}
