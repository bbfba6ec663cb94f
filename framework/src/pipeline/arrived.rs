//! A request that has come, and has no place yet.

use super::{
    Pipeline,
    begun::{Begun, marked},
    hand_over,
};
use crate::{
    admission::{Entering, Permit, Refused},
    context::{Cx, Held, Queue, RequestCore, Shared},
    page::{LoadOrder, PageEntry, StreamMode},
    render::{ConnectionControl, Handover, RequestGuard},
};
use axum::response::Response;
use http::{Method, request::Parts};
use std::sync::Arc;

/// A request for a page.
pub(super) struct Arrived<S> {
    pipeline: Arc<Pipeline>,
    page: Arc<PageEntry<S>>,
    parts: Parts,
    stream: StreamMode,
    /// Whether it asked for the page in order, by the key that the page sends visitors without JavaScript to.
    has_key: bool,
    guard: RequestGuard,
    handover: Handover,
}

impl<S: Clone + Send + Sync + 'static> Arrived<S> {
    pub(super) fn new(
        pipeline: Arc<Pipeline>,
        page: Arc<PageEntry<S>>,
        mut parts: Parts,
        stream: StreamMode,
        has_key: bool,
    ) -> Self {
        let control = parts.extensions.remove::<Arc<ConnectionControl>>();
        let config = &pipeline.config;
        let timeout = (page.timeout)(&parts).unwrap_or_else(|| config.timeout(&parts));
        let core = RequestCore::start(page.name, &parts, timeout);
        let handover = Handover::begin(control, core.deadline(), config.drain);
        let guard = RequestGuard::new(core, pipeline.heartbeat.enter(), config);
        Self {
            pipeline,
            page,
            parts,
            stream,
            has_key,
            guard,
            handover,
        }
    }

    pub(super) fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    /// Asks for a place.
    pub(super) fn enter(&self) -> Entering {
        let (page, core) = (&self.page, self.guard.core());
        let (deadline, now) = (core.deadline(), core.recorder().arrived());
        let admission = &self.pipeline.config.admission;
        admission.enter(page.name, page.weight, deadline, now)
    }

    /// There is none.
    pub(super) fn turn_away(self, refused: Refused) -> Response {
        let response = self.pipeline.turn_away(self.guard, refused);
        hand_over(marked(response, self.has_key), self.handover)
    }

    /// It has its place.
    pub(super) fn begin(self, permit: Permit, state: S) -> Begun<S> {
        let Self {
            pipeline,
            page,
            parts,
            stream,
            has_key,
            mut guard,
            handover,
        } = self;
        guard.admit(permit);
        let is_head = parts.method == Method::HEAD;
        let queue = (page.load == LoadOrder::Sequential).then(|| Arc::new(Queue::default()));
        let shared = Shared::from(&pipeline.config);
        let cx = Cx::new(guard.core().clone(), shared, state, parts, queue);
        let mut held = Held::new(&pipeline.config.user);
        held.hold(&cx.request);
        Begun {
            cx,
            held,
            guard,
            handover,
            page,
            stream,
            is_head,
            has_key,
            pipeline,
        }
    }
}
