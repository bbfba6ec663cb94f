use super::{
    body::RequestBody,
    exchanges::Exchanges,
    limits::ConnectionLimits,
    listener::Stream,
    readiness::Readiness,
    response::{ServedBody, ServedFuture},
    socket::Socket,
    stream::StreamExecutor,
};
use crate::client::TrustedProxies;
use axum::{
    Router,
    extract::{ConnectInfo, Request},
};
use futures::FutureExt as _;
use http::Response;
use hyper::{body::Incoming, service::Service};
use hyper_util::{rt::TokioIo, server::conn::auto::Builder};
use std::{
    convert::Infallible,
    future::poll_fn,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::Poll,
    time::Duration,
};
use tokio_util::sync::CancellationToken;
use tower::Service as _;

/// How long a connection that has been accepted, or has begun to send a request, is waited for when
/// the site stops.
const HEAD: Duration = Duration::from_secs(1);

/// The same for one that is kept open without a request: what its visitor has sent by now may not have been read yet.
const SENT: Duration = Duration::from_millis(100);

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Peer {
    /// The visitor, or a proxy, at this address.
    Tcp(SocketAddr),
    /// A program of the same machine, mostly a proxy.
    #[cfg(unix)]
    Unix,
}

/// What all connections of a site share.
pub(super) struct Site {
    pub(super) router: Router,
    pub(super) limits: ConnectionLimits,
    pub(super) proxies: TrustedProxies,
    pub(super) readiness: Readiness,
    pub(super) finishing: Finishing,
    /// Cancelled when they end at once.
    pub(super) aborting: CancellationToken,
}

/// Says that connections end after what is in progress in them.
#[derive(Default)]
pub(super) struct Finishing {
    token: CancellationToken,
    has_come: AtomicBool,
}

impl Finishing {
    pub(super) fn begin(&self) {
        self.has_come.store(true, SeqCst);
        self.token.cancel();
    }

    /// Ends with the connection, or before it when this has come.
    ///
    /// Who looks at a token takes its lock, which is that of all connections; a connection in use would do so several times for each
    /// request. It has to wait for it once, because its task stays the same.
    async fn or<F: Future + Unpin>(&self, mut connection: F) -> Option<F::Output> {
        let mut come = pin!(self.token.cancelled());
        let mut is_awaited = false;
        poll_fn(|cx| {
            if let Poll::Ready(ended) = connection.poll_unpin(cx) {
                return Poll::Ready(Some(ended));
            }
            if std::mem::replace(&mut is_awaited, true) && !self.has_come.load(SeqCst) {
                return Poll::Pending;
            }
            come.as_mut().poll(cx).map(|()| None)
        })
        .await
    }
}

/// Serves one connection until it ends.
pub(super) async fn serve(site: Arc<Site>, stream: Stream, peer: Peer) {
    let exchanges = Exchanges::new(site.limits.times());
    let socket = TokioIo::new(Socket::new(stream, exchanges.clone()));
    let builder = builder(&site.limits, exchanges.clone());
    let service = ConnectionService {
        site: site.clone(),
        peer,
        exchanges: exchanges.clone(),
    };
    let mut connection = pin!(builder.serve_connection_with_upgrades(socket, service));
    if let Some(ended) = site.finishing.or(connection.as_mut()).await {
        return log(ended);
    }
    let finish = async {
        // Over HTTP/2 the visitor is told which of its requests are still answered. Over HTTP/1.1 each response
        // says from now on that it is the last one, but those that have begun before do not: after them, and in a
        // connection that is new or was kept open, a request may be on its way, which would be lost.
        while !exchanges.is_shared() {
            tokio::select! {
                biased;
                ended = connection.as_mut() => return ended,
                () = exchanges.at_rest() => {}
            }
            let wait = if exchanges.expects_head() { HEAD } else { SENT };
            tokio::select! {
                biased;
                ended = connection.as_mut() => return ended,
                () = exchanges.in_use() => continue,
                () = tokio::time::sleep(wait) => {}
            }
            exchanges.look_closely();
            if let Poll::Ready(ended) = futures::poll!(connection.as_mut()) {
                return ended;
            }
            if wait == HEAD || !exchanges.expects_head() {
                break;
            }
        }
        connection.as_mut().graceful_shutdown();
        connection.await
    };
    tokio::select! {
        ended = finish => log(ended),
        () = site.aborting.cancelled() => {}
    }
}

type Error = Box<dyn std::error::Error + Send + Sync>;

fn log(ended: Result<(), Error>) {
    if let Err(error) = ended {
        tracing::debug!(target: "punctual", %error, source = error.source(), "a connection has ended");
    }
}

fn builder(limits: &ConnectionLimits, exchanges: Arc<Exchanges>) -> Builder<StreamExecutor> {
    let mut builder = Builder::new(StreamExecutor::new(exchanges));
    let header_bytes = limits.max_header_bytes();
    builder
        .http1()
        .max_buf_size(header_bytes)
        // The socket sees to the time, in the same way for all versions.
        .header_read_timeout(None);
    builder
        .http2()
        // Web sockets over HTTP/2 begin with it.
        .enable_connect_protocol()
        .max_header_list_size(u32::try_from(header_bytes).unwrap_or(u32::MAX))
        .max_concurrent_streams(limits.max_streams());
    builder
}

/// The site for one connection.
struct ConnectionService {
    site: Arc<Site>,
    peer: Peer,
    exchanges: Arc<Exchanges>,
}

impl Service<Request<Incoming>> for ConnectionService {
    type Response = Response<ServedBody>;
    type Error = Infallible;
    type Future = ServedFuture;

    /// Gives the request its visitor's address and the control of its connection.
    fn call(&self, request: Request<Incoming>) -> ServedFuture {
        let exchange = self.exchanges.begin(request.version());
        let time = self.exchanges.times().body;
        let mut request = request.map(|body| RequestBody::wrap(body, time));
        let extensions = request.extensions_mut();
        extensions.insert(exchange.control().clone());
        let peer = match self.peer {
            Peer::Tcp(addr) => {
                extensions.insert(ConnectInfo(addr));
                Some(addr.ip())
            }
            #[cfg(unix)]
            Peer::Unix => None,
        };
        self.site.proxies.apply(peer, &mut request);
        let future = self.site.router.clone().call(request);
        ServedFuture::new(future, exchange, self.site.readiness.clone())
    }
}
