use super::clock::Clock;
use crate::{Deadline, error::BodyLate};
use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use std::{
    error::Error as StdError,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::Instant;

/// The body of a request, whose pieces have to come one after another.
pub(super) struct RequestBody {
    incoming: Incoming,
    time: Duration,
    clock: Clock,
    /// Since when somebody waits for the next piece.
    since: Option<Instant>,
}

impl RequestBody {
    /// For the router. Most requests have no body, and no clock then.
    pub(super) fn wrap(incoming: Incoming, time: Duration) -> Body {
        if incoming.is_end_stream() {
            return Body::empty();
        }
        Body::new(Self {
            incoming,
            time,
            clock: Clock::default(),
            since: None,
        })
    }
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = Box<dyn StdError + Send + Sync>;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.incoming).poll_frame(cx) {
            this.since = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let since = *this.since.get_or_insert_with(Instant::now);
        let at = Deadline::since(since, this.time).instant();
        if this.clock.has_come(at, cx) {
            return Poll::Ready(Some(Err(BodyLate::after(this.time).into())));
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
