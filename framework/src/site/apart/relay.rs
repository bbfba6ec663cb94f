use crate::{render::AbortOnDrop, user_runtime::UserRuntime};
use axum::{Error, body::Body};
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame};
use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::sync::mpsc;
use tracing::Instrument as _;

/// Has the pieces of a body made on the runtime of the user. One whose length is known is there already.
pub(super) fn through(body: Body, user: &UserRuntime) -> Body {
    if body.is_end_stream() || body.size_hint().exact().is_some() {
        return body;
    }
    // Made one at a time, when the one before has been taken: a visitor who does not read has nobody work.
    let (sender, pieces) = mpsc::channel(1);
    let task = AbortOnDrop(user.spawn(make(body, sender).in_current_span()));
    Body::new(Relay {
        pieces,
        has_ended: false,
        _task: task,
    })
}

async fn make(mut body: Body, pieces: mpsc::Sender<Piece>) {
    while let Ok(room) = pieces.reserve().await {
        match poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            Some(frame) => room.send(Piece::Frame(frame)),
            None => return room.send(Piece::End),
        }
    }
}

enum Piece {
    Frame(Result<Frame<Bytes>, Error>),
    End,
}

/// What comes from the task that makes a body. That ends with this.
struct Relay {
    pieces: mpsc::Receiver<Piece>,
    has_ended: bool,
    _task: AbortOnDrop<()>,
}

/// The code of a body has panicked, or its runtime is gone.
#[derive(Debug, thiserror::Error)]
#[error("the body has ended before its end")]
struct Lost;

impl HttpBody for Relay {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if self.has_ended {
            return Poll::Ready(None);
        }
        let piece = ready!(self.pieces.poll_recv(cx));
        Poll::Ready(match piece {
            Some(Piece::Frame(frame)) => Some(frame),
            Some(Piece::End) => {
                self.has_ended = true;
                None
            }
            // A visitor should not take it for whole.
            None => {
                self.has_ended = true;
                Some(Err(Error::new(Lost)))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use futures::{FutureExt as _, StreamExt as _, stream};
    use std::convert::Infallible;

    fn pieces() -> impl futures::Stream<Item = Result<&'static str, Infallible>> {
        stream::iter(["one ", "two ", "three"]).map(Ok)
    }

    #[tokio::test]
    async fn all_pieces_come_and_then_the_end() {
        let body = through(Body::from_stream(pieces()), &UserRuntime::default());
        let bytes = to_bytes(body, 100).await.expect("it comes");
        assert_eq!(bytes, "one two three");
    }

    #[tokio::test]
    async fn a_body_that_panics_is_not_taken_for_whole() {
        let panics = pieces().chain(stream::once(async { panic!("the stream panics") }));
        let body = through(Body::from_stream(panics), &UserRuntime::default());
        assert!(to_bytes(body, 100).await.is_err());
    }

    #[tokio::test]
    async fn a_body_whose_length_is_known_stays_what_it_is() {
        let body = through(Body::from("text"), &UserRuntime::default());
        assert_eq!(body.size_hint().exact(), Some(4));
        let whole = to_bytes(body, 100).now_or_never();
        assert!(whole.is_some_and(|bytes| bytes.is_ok_and(|bytes| bytes == "text")));
    }
}
