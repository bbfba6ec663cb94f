//! What Leptos spawns: the fetchers of resources, and effects.

use super::{
    error_hook::OwnHook,
    scope::{PageContext, contain_here},
};
use crate::record::Recorder;
use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use leptos::prelude::use_context;
use std::{
    pin::Pin,
    task::{Context, Poll},
};

/// Spawns on Tokio, and ends with the request what a page spawns.
///
/// A fetcher holds the owner that it was made in, so one that never ends would hold all of the
/// request for ever.
struct RequestExecutor;

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
    fn spawn(&self, future: PinnedFuture<()>) {
        match use_context::<PageContext>() {
            Some(page) => {
                let over = page.over;
                let work = Contained {
                    future,
                    recorder: Some(page.recorder),
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
