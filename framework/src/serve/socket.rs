use super::{clock::Clock, exchanges::Exchanges};
use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};

/// A socket that ends the connection when nothing comes, or nothing is taken, for longer than it may.
///
/// A visitor who stops reading leaves a write waiting for ever, and hyper does not poll the body
/// meanwhile; one who sends nothing, or half of a head, leaves a read waiting. So the socket watches both, for all versions of
/// HTTP.
pub(super) struct Socket<I> {
    stream: I,
    exchanges: Arc<Exchanges>,
    clock: Clock,
    /// Since when the visitor has taken nothing, if something waits to be taken.
    blocked: Option<Instant>,
}

/// Knows whether something has come that nobody has read.
pub(super) trait Unread {
    /// Asks the system.
    fn has_unread(&self) -> bool;
}

impl<I: AsyncRead + AsyncWrite + Unpin> Socket<I> {
    pub(super) fn new(stream: I, exchanges: Arc<Exchanges>) -> Self {
        Self {
            stream,
            exchanges,
            clock: Clock::default(),
            blocked: None,
        }
    }

    /// Fails when the connection has waited too long; else sees to it that the task is woken then.
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match self.exchanges.limit(self.blocked, cx.waker()) {
            Some((at, overdue)) if self.clock.has_come(at, cx) => {
                Err(io::Error::new(io::ErrorKind::TimedOut, overdue))
            }
            _ => Ok(()),
        }
    }

    fn write<T>(
        &mut self,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut I>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match write(Pin::new(&mut self.stream), cx) {
            Poll::Pending => {
                self.blocked.get_or_insert_with(Instant::now);
                self.check(cx)?;
                Poll::Pending
            }
            ready => {
                self.blocked = None;
                self.exchanges.sent();
                ready
            }
        }
    }
}

impl<I: AsyncRead + AsyncWrite + Unread + Unpin> AsyncRead for Socket<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_read(cx, buf) {
            Poll::Pending => {
                self.check(cx)?;
                // Tokio knows what the system told it when it asked last, which a busy machine does not do all the time.
                if self.exchanges.looks_closely() && self.stream.has_unread() {
                    self.exchanges.received();
                }
                Poll::Pending
            }
            ready => {
                self.exchanges.received();
                ready
            }
        }
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Socket<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.write(cx, |stream, cx| stream.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write(cx, |stream, cx| stream.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // hyper flushes when its own buffer is empty.
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.exchanges.flushed();
        // hyper may read no more before it is woken: the time until the next request runs from here.
        self.check(cx)?;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.write(cx, AsyncWrite::poll_shutdown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::limits::ConnectionLimits;
    use http::Version;
    use std::future::poll_fn;
    use tokio::io::{DuplexStream, duplex};

    /// Something has come that Tokio has not been told of.
    struct Untold(DuplexStream);

    impl AsyncRead for Untold {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Poll::Pending
        }
    }

    impl AsyncWrite for Untold {
        fn poll_write(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &[u8],
        ) -> Poll<io::Result<usize>> {
            Pin::new(&mut self.0).poll_write(cx, buf)
        }

        fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_flush(cx)
        }

        fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_shutdown(cx)
        }
    }

    impl Unread for Untold {
        fn has_unread(&self) -> bool {
            true
        }
    }

    #[tokio::test]
    async fn a_request_that_nobody_was_told_of_is_expected_when_it_is_looked_for() {
        let exchanges = Exchanges::new(ConnectionLimits::default().times());
        let (stream, _visitor) = duplex(16);
        let mut socket = Socket::new(Untold(stream), exchanges.clone());
        drop(exchanges.begin(Version::HTTP_11));
        exchanges.flushed();
        let mut read = async || {
            let mut buf = [0];
            poll_fn(|cx| {
                let read = Pin::new(&mut socket).poll_read(cx, &mut ReadBuf::new(&mut buf));
                assert!(read.is_pending());
                Poll::Ready(())
            })
            .await;
        };
        read().await;
        assert!(!exchanges.expects_head());
        exchanges.look_closely();
        read().await;
        assert!(exchanges.expects_head());
    }
}
