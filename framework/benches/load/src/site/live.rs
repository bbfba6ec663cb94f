//! What is there of the requests, counted by values that count themselves out when they are dropped.

use crate::usage::USAGE_PATH;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

/// The counters. Clones count together.
#[derive(Clone, Debug, Default)]
pub(super) struct Live(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    requests: AtomicUsize,
    loads: AtomicUsize,
    owners: AtomicUsize,
}

/// Counts while it is there.
#[derive(Debug)]
pub(super) struct Counted {
    counters: Arc<Counters>,
    counter: fn(&Counters) -> &AtomicUsize,
}

impl Live {
    pub(super) fn requests(&self) -> usize {
        self.0.requests.load(SeqCst)
    }

    pub(super) fn loads(&self) -> usize {
        self.0.loads.load(SeqCst)
    }

    pub(super) fn owners(&self) -> usize {
        self.0.owners.load(SeqCst)
    }

    /// The body of a loader.
    pub(super) fn load(&self) -> Counted {
        self.count(|counters| &counters.loads)
    }

    /// A value for the Leptos context of a page, which lives as long as the owner of the page.
    pub(super) fn owner(&self) -> Counted {
        self.count(|counters| &counters.owners)
    }

    fn count(&self, counter: fn(&Counters) -> &AtomicUsize) -> Counted {
        counter(&self.0).fetch_add(1, SeqCst);
        Counted {
            counters: self.0.clone(),
            counter,
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        (self.counter)(&self.counters).fetch_sub(1, SeqCst);
    }
}

/// Counts a request until nothing has its extensions any more: they go with what every part of the framework holds of a
/// request.
pub(super) async fn count_request(
    State(live): State<Live>,
    mut request: Request,
    next: Next,
) -> Response {
    if request.uri().path() != USAGE_PATH {
        let counted = live.count(|counters| &counters.requests);
        request.extensions_mut().insert(Arc::new(counted));
    }
    next.run(request).await
}
