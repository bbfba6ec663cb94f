use super::listener::SiteListener;
use crate::render::ConnectionControl;
use axum::{
    Router,
    extract::{ConnectInfo, Request},
    response::Response,
    serve::IncomingStream,
};
use std::{
    convert::Infallible,
    future::{Ready, ready},
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep_until},
};
use tower::Service;

/// A connection that a response can have cut at a point in time.
///
/// A visitor who stops reading leaves a write waiting for ever. hyper does not poll the body
/// meanwhile, so only the socket can end it.
pub(super) struct Connection {
    stream: TcpStream,
    control: Arc<ConnectionControl>,
    /// Wakes a waiting write at the time of the cut.
    clock: Option<Pin<Box<Sleep>>>,
}

impl Connection {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            control: Arc::default(),
            clock: None,
        }
    }

    /// Whether it is time to cut; else sees to it that the task is woken then.
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let Some(at) = self.control.cut_at() else {
            self.clock = None;
            return Ok(());
        };
        let clock = match &mut self.clock {
            Some(clock) => {
                if clock.deadline() != at {
                    clock.as_mut().reset(at);
                }
                clock
            }
            clock @ None => clock.insert(Box::pin(sleep_until(at))),
        };
        if at <= Instant::now() || clock.as_mut().poll(cx).is_ready() {
            let text = "the visitor did not read the page in time";
            return Err(io::Error::new(io::ErrorKind::TimedOut, text));
        }
        Ok(())
    }

    fn write<T>(
        &mut self,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match write(Pin::new(&mut self.stream), cx) {
            Poll::Pending => match self.check(cx) {
                Ok(()) => Poll::Pending,
                Err(error) => Poll::Ready(Err(error)),
            },
            ready => {
                self.control.progress();
                ready
            }
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
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
        let flushed = self.write(cx, AsyncWrite::poll_flush);
        if flushed.is_ready() {
            self.control.flushed();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.write(cx, AsyncWrite::poll_shutdown)
    }
}

/// Gives every request of a connection its visitor's address and the control of the connection.
#[derive(Clone)]
pub(super) struct MakeConnection(pub(super) Router);

impl Service<IncomingStream<'_, SiteListener>> for MakeConnection {
    type Response = ConnectionService;
    type Error = Infallible;
    type Future = Ready<Result<ConnectionService, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, stream: IncomingStream<'_, SiteListener>) -> Self::Future {
        ready(Ok(ConnectionService {
            router: self.0.clone(),
            peer: *stream.remote_addr(),
            control: stream.io().control.clone(),
        }))
    }
}

/// The site for one connection.
#[derive(Clone)]
pub(super) struct ConnectionService {
    router: Router,
    peer: SocketAddr,
    control: Arc<ConnectionControl>,
}

impl Service<Request> for ConnectionService {
    type Response = Response;
    type Error = Infallible;
    type Future = <Router as Service<Request>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.router, cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        request.extensions_mut().insert(ConnectInfo(self.peer));
        request.extensions_mut().insert(self.control.clone());
        self.router.call(request)
    }
}
