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

impl<I: AsyncRead + AsyncWrite + Unpin> AsyncRead for Socket<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_read(cx, buf) {
            Poll::Pending => {
                self.check(cx)?;
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
