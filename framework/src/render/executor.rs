//! What Leptos spawns: the fetchers of resources, and effects.

use super::scope::PageContext;
use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use leptos::prelude::use_context;

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
                tokio::spawn(async move {
                    tokio::select! {
                        biased;
                        () = over.cancelled() => {}
                        () = future => {}
                    }
                });
            }
            None => drop(tokio::spawn(future)),
        }
    }

    fn spawn_local(&self, future: PinnedLocalFuture<()>) {
        tokio::task::spawn_local(future);
    }

    /// Tokio polls its tasks itself.
    fn poll_local(&self) {}
}
