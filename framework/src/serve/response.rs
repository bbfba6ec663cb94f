use super::{exchanges::Exchange, readiness::Readiness, stream::Reader};
use axum::{body::Body, response::Response, routing::future::RouteFuture};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header::CONNECTION};
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

/// The most that is handed over at once where window has to be waited for: what a visitor gives at the
/// beginning, if it says nothing else (RFC 9113, 6.9.2).
const PIECE: usize = 65_535;

/// Makes the response of one request.
pub(super) struct ServedFuture {
    future: RouteFuture<Infallible>,
    exchange: Option<Exchange>,
    readiness: Readiness,
}

impl ServedFuture {
    pub(super) fn new(
        future: RouteFuture<Infallible>,
        exchange: Exchange,
        readiness: Readiness,
    ) -> Self {
        Self {
            future,
            exchange: Some(exchange),
            readiness,
        }
    }
}

impl Future for ServedFuture {
    type Output = Result<http::Response<ServedBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Ok(mut response) = ready!(Pin::new(&mut self.future).poll(cx));
        let exchange = self.exchange.take();
        let is_shared = exchange.as_ref().is_some_and(Exchange::is_shared);
        if !is_shared && !self.readiness.is_ready() && !is_upgrade(&response) {
            // The visitor asks the next time in a new connection, and so somebody else.
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        if let Some(exchange) = exchange.as_ref().filter(|_| is_upgrade(&response)) {
            exchange.upgrade();
        }
        let reader = exchange
            .as_ref()
            .filter(|_| is_shared)
            .and_then(|exchange| Reader::of_task(exchange.control()));
        Poll::Ready(Ok(response.map(|body| ServedBody {
            body,
            rest: Bytes::new(),
            reader,
            _exchange: exchange,
        })))
    }
}

/// Whether the connection becomes one of another protocol, such as that of web sockets.
fn is_upgrade(response: &Response) -> bool {
    response.status() == StatusCode::SWITCHING_PROTOCOLS
}

/// The body of a response, which ends its exchange when it is dropped.
pub(super) struct ServedBody {
    body: Body,
    /// What is left of a piece that was too large.
    rest: Bytes,
    /// Over HTTP/2, where each response waits for window of its own.
    reader: Option<Arc<Reader>>,
    _exchange: Option<Exchange>,
}

impl HttpBody for ServedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let Some(reader) = &this.reader else {
            return Pin::new(&mut this.body).poll_frame(cx);
        };
        // It asks for the next piece when it has got rid of the last one.
        reader.took();
        if this.rest.is_empty() {
            match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => this.rest = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                other => return Poll::Ready(other),
            }
        }
        let piece = this.rest.split_to(this.rest.len().min(PIECE));
        reader.waits();
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let of_body = self.body.size_hint();
        let rest = self.rest.len() as u64;
        let mut hint = SizeHint::new();
        hint.set_lower(of_body.lower().saturating_add(rest));
        if let Some(upper) = of_body.upper() {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint
    }
}
